// SPDX-License-Identifier: MIT
// What is counted of the channels of a layer (dead_units.c), how that is judged (dead_verdict.c),
// how alike weights are (dead_weights.c).
#ifndef FOVEA_EXPLAIN_DEAD_UNITS_H
#define FOVEA_EXPLAIN_DEAD_UNITS_H

#include <stdbool.h>

#include "explain/layer_activation.h"
#include "explain/top_heap.h"

enum { FOVEA__DEAD_PATCHES = 4, FOVEA__DEAD_COMPARED = 4096 };

// Of one channel over the set.
typedef struct fovea__dead_count {
    int64_t above, at_low, at_high, not_finite;
    double smallest, largest, largest_before, sum;
} fovea__dead_count;

typedef struct fovea__dead_layer {
    fovea_dead_layer told;
    fovea__layer_activation activation;
    fovea_unit_layer seen;        // where `before` is made: what patches are cut by
    fovea__dead_count *count;     // [channels]
    fovea_dead_channel *channel;  // [channels], the verdicts
    double *
        cross;  // [channels][channels] on and above the diagonal, of what comes out; NULL: too many
    fovea__top_heaps heaps;  // of what goes into the activation
} fovea__dead_layer;

struct fovea_dead {
    fovea_context *context;
    const fovea_model *model;
    const fovea_dataset *dataset;
    fovea_dead_options options;
    int32_t count;
    fovea__dead_layer *layer;  // [count]
};

// Cosines of the weights of all channels, [channels][channels] on and above the diagonal: NaN
// where two do not read the same inputs, are zero or have one number. fovea__free. Errors:
// OUT_OF_MEMORY.
fovea_status fovea__weight_cosines(const fovea_graph *graph, int32_t node, double **cosines,
                                   fovea_error *error);
// Fills `channel` and the counts of `told`; `cross` is used up.
fovea_status fovea__dead_judge(const fovea_dead *dead, fovea__dead_layer *layer,
                               fovea_error *error);

// "never above zero; like channel 3 …" of a channel in words.
void fovea__dead_words(const fovea_dead_layer *layer, const fovea_dead_channel *channel, char *text,
                       size_t size);

#endif
