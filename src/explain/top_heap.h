// SPDX-License-Identifier: MIT
// The largest samples of each channel, kept in heaps while the samples pass by.
#ifndef FOVEA_EXPLAIN_TOP_HEAP_H
#define FOVEA_EXPLAIN_TOP_HEAP_H

#include "fovea/tensor.h"

typedef struct fovea__top_entry {
    double value;
    int64_t sample, cell;
} fovea__top_entry;

typedef struct fovea__top_heaps {
    fovea_context *context;
    int32_t channels, most;
    fovea__top_entry *entry;  // [channels][most], the least of each channel first
    int32_t *count;           // [channels]
} fovea__top_heaps;

// Errors: OUT_OF_MEMORY; nothing is to be freed then.
fovea_status fovea__top_heaps_make(fovea_context *context, int32_t channels, int32_t most,
                                   fovea__top_heaps *heaps, fovea_error *error);
void fovea__top_heaps_free(fovea__top_heaps *heaps);
// Samples first, first+1 … of samples×channels×cells floats: of each the first cell that holds
// the largest number.
void fovea__top_heaps_add(fovea__top_heaps *heaps, int64_t first, int64_t samples,
                          const fovea_view *view);
// Puts each channel's entries in order, the largest first. Nothing can be added afterwards.
void fovea__top_heaps_sort(fovea__top_heaps *heaps);

#endif
