// SPDX-License-Identifier: MIT
// Where units are largest, as top_units.c finds it.
#ifndef FOVEA_EXPLAIN_TOP_UNITS_H
#define FOVEA_EXPLAIN_TOP_UNITS_H

#include "explain/top_heap.h"
#include "fovea/units.h"

struct fovea_top {
    fovea_context *context;
    const fovea_dataset *dataset;
    int32_t most, count;
    fovea_unit_layer *layer;  // [count]
    fovea__top_heaps *heaps;  // [count]
};

// The entry as it is told: its cell's row and column, and the box it sees in pictures of C×H×W.
fovea_top_sample fovea__top_sample_of(const fovea_unit_layer *layer, const fovea__top_entry *entry,
                                      const fovea_shape *picture);
// fovea_top_patch of any set.
fovea_status fovea__top_patch(fovea_context *context, const fovea_dataset *dataset,
                              const fovea_top_sample *sample, fovea_tensor **patch,
                              fovea_error *error);

#endif
