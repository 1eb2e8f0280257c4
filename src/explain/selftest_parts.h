// SPDX-License-Identifier: MIT
// The self-test from inside: groups of identities, one a file, each a list that ends without a name.
#ifndef FOVEA_EXPLAIN_SELFTEST_PARTS_H
#define FOVEA_EXPLAIN_SELFTEST_PARTS_H

#include "explain/passes.h"
#include "fovea/selftest.h"

// A net and its picture.
typedef struct fovea__subject {
    fovea_explainer *explainer;
    fovea_view x;
    double logit;
    double tolerance;  // of what is exact
} fovea__subject;

typedef struct fovea__testing {
    fovea_context *context;
    fovea_selftest_options options;
    int64_t target;
    fovea__subject own, exact;  // the net as it is, and its copy in doubles (else `own`)
    bool in_double;
} fovea__testing;

typedef struct fovea__identity fovea__identity;
struct fovea__identity {
    const char *name, *formula;
    // Reports to `found` by the functions below. UNSUPPORTED and INVALID_ARGUMENT mean that the identity
    // does not apply, for the error's reason.
    fovea_status (*check)(fovea__testing *t, const fovea__identity *identity, fovea_identity *found,
                          fovea_error *error);
    bool slow;           // only with `all`
    const char *method;  // for identities of one method
    double tolerance;    // 0: the check says it
};

extern const fovea__identity fovea__identities_net[], fovea__identities_bits[],
    fovea__identities_slope[], fovea__identities_adjoint[], fovea__identities_sum[],
    fovea__identities_field[], fovea__identities_law[], fovea__identities_map[],
    fovea__identities_cover[];

// One more error, `where` it is: the largest is kept.
void fovea__found(fovea_identity *found, double error, double tolerance, const char *where);
void fovea__not_applied(fovea_identity *found, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// The same bits: adds how many of the numbers differ.
void fovea__found_bits(fovea_identity *found, const fovea_view *a, const fovea_view *b,
                       const char *where);
// |a - b| / scale, where 0 of 0 is 0.
double fovea__relative(double a, double b, double scale);

// The net in double precision, which is yours. UNSUPPORTED (a node that does not take doubles, a net too
// large to be copied) with the reason.
fovea_status fovea__model_in_double(const fovea_model *model, bool any_size, fovea_model **copy,
                                    fovea_error *error);

// f and df/dx of any sample of the subject; gradient (NULL: not asked for) is yours.
fovea_status fovea__subject_slope(const fovea__subject *s, const fovea_view *x, int64_t target,
                                  double *f, fovea_tensor **gradient, fovea_error *error);
// A map by a method, its other options the defaults.
fovea_status fovea__subject_map(const fovea__subject *s, const char *method, fovea_value layer,
                                int64_t target, fovea_attribution **map, fovea_error *error);
// Whether some value of the graph with kind COMPUTED is tried: all of them, or about `most` spread
// evenly. `index` counts the candidates.
bool fovea__is_tried(const fovea__testing *t, int64_t index, int64_t count, int64_t most);

#endif
