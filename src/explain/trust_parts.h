// SPDX-License-Identifier: MIT
// The parts of fovea_trust_compute: one measure a file.
#ifndef FOVEA_EXPLAIN_TRUST_PARTS_H
#define FOVEA_EXPLAIN_TRUST_PARTS_H

#include "explain/passes.h"
#include "fovea/trust.h"

typedef struct fovea__trusting {
    fovea_explainer *explainer;
    const fovea_view *x;
    fovea_explain_options how;  // target and layer are those of the attribution
    const fovea_attribution *attribution;
    fovea_trust_options options;
    fovea_trust *trust;
    double *heat;  // of the attribution
    fovea_shape heat_shape;
    int64_t pixels, channels;  // of x
    int64_t *order;            // of the pixels, most heat first; NULL: the map is none of x's space
    double done, work;         // passes, for the progress
} fovea__trusting;

// Numbers of a tensor's heat as doubles, `shape` their shape; yours.
fovea_status fovea__trust_heat(const fovea_attribution *attribution, double **heat,
                               fovea_shape *shape, fovea_error *error);
// fovea__on_picture into memory that is yours; numbers of that size already are copied bit for bit.
fovea_status fovea__trust_resize(const fovea_attribution *attribution, const double *numbers,
                                 const fovea_shape *from, const fovea_shape *to, double **resized,
                                 fovea_error *error);
// 0 ... count-1 by falling number, equal ones (and NaN, which come last) by index.
fovea_status fovea__trust_sort(fovea_context *context, const double *numbers, int64_t count,
                               int64_t *order, fovea_error *error);

// Deletion and insertion in the map's order, in a random one, or both.
fovea_status fovea__trust_deletion(fovea__trusting *t, bool map, bool control, fovea_error *error);
fovea_status fovea__trust_road(fovea__trusting *t, fovea_error *error);
fovea_status fovea__trust_sensitivity(fovea__trusting *t, fovea_error *error);
// `cascade` false: full randomisation alone.
fovea_status fovea__trust_randomise(fovea__trusting *t, bool cascade, fovea_error *error);

// Logit and probability of the target for `count` pictures that `fill` makes one after the other.
typedef void fovea__trust_fill(void *user, int64_t index, const fovea_view *x);
fovea_status fovea__trust_probe(fovea__trusting *t, int64_t count, fovea__trust_fill *fill,
                                void *user, double *logit, double *probability, fovea_error *error);
// So many passes more are done. INTERRUPTED where the caller wants to stop.
fovea_status fovea__trust_step(fovea__trusting *t, int64_t passes, fovea_error *error);

// The explainer's net with the weights and biases of its `layers` uppermost convolutions and matrix
// products drawn anew: the same values by the same numbers. Freed by fovea__shaken_free, which is fine
// after a failure. `draw`: 0, 1 ... are other numbers of the same seed.
typedef struct fovea__shaken {
    fovea_context *context;
    fovea_model model;
    fovea_graph graph;
    void **drawn;  // by value
    fovea_explainer *explainer;
    const char *lowest;  // node
} fovea__shaken;
// How many such layers lead to the logits.
int32_t fovea__shaken_layers(const fovea_explainer *explainer);
fovea_status fovea__shaken_create(const fovea_explainer *explainer, int32_t layers, uint64_t seed,
                                  uint32_t draw, fovea__shaken *shaken, fovea_error *error);
void fovea__shaken_free(fovea__shaken *shaken);

#endif
