// SPDX-License-Identifier: MIT
// Identities that must hold on any net, checked on this one and this picture: that gradients are slopes,
// that convolutions and their gradients are adjoint, that sums of maps are what they must be, that
// chunks and threads change no bit.
//
//   fovea_explainer_create(model, NULL, &explainer, &error);
//   fovea_selftest_run(explainer, &picture, NULL, &selftest, &error);
//   for (int32_t i = 0; i < selftest->count; i++) ... selftest->identity[i] ...
//   fovea_selftest_free(selftest);
//
// Sums and slopes are checked on a copy of the net in double precision where there can be one (F64: the
// tolerance of what is exact is 1e-10), else in the net's own (F32: 1e-4); what says "the same bits" is
// checked in the net's own. Errors are relative to the size of what is added up, so that sums that
// cancel are not blamed: each formula says to what; "size" is the larger of |f| and the magnitudes added.
#ifndef FOVEA_SELFTEST_H
#define FOVEA_SELFTEST_H

#include "fovea/explain.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum fovea_verdict {
    FOVEA_VERDICT_HOLDS = 0,
    FOVEA_VERDICT_DOES_NOT_APPLY = 1,
    FOVEA_VERDICT_FAILS = 2,
} fovea_verdict;

typedef struct fovea_identity {
    const char *name, *formula;  // static
    fovea_verdict verdict;
    // The largest error found, holding while error <= tolerance; NaN where it does not apply. Of
    // identities of bits the number of numbers that differ, tolerance 0.
    double error, tolerance;
    int64_t checked;   // how many times
    char detail[256];  // where the largest error is, or why it does not apply
    double seconds;
} fovea_identity;

typedef struct fovea_selftest_options {
    size_t size;
    int64_t target;  // -1: the largest logit
    int all;         // 1: every layer, and identities that take long
    uint64_t seed;   // of directions, layers and noise
    // Called after each identity; NULL: not.
    void (*each)(void *user, const fovea_identity *identity);
    void *user;
} fovea_selftest_options;

// Target -1, not all, seed 0.
FOVEA_API void fovea_selftest_options_default(fovea_selftest_options *options);

typedef struct fovea_selftest {
    fovea_context *context;
    int32_t count, held, failed, skipped;
    fovea_identity *identity;
    int64_t target;
    double logit;
    int in_double;     // 1: sums and slopes were checked in double precision
    char reason[256];  // why not
    double seconds;
} fovea_selftest;

// The explainer's net and one sample x, 1×C×... of its type. Yours. An identity that fails is no error
// of this function. Errors: as fovea_explain; FOVEA_INVALID_ARGUMENT (target), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_selftest_run(fovea_explainer *explainer, const fovea_view *x,
                                          const fovea_selftest_options *options,
                                          fovea_selftest **selftest, fovea_error *error);
FOVEA_API void fovea_selftest_free(fovea_selftest *selftest);

#ifdef __cplusplus
}
#endif
#endif
