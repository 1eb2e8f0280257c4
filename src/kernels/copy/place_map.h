// SPDX-License-Identifier: MIT
// Output places that take their number from a place of the input which is found for each dimension
// by itself: repeating, mirroring, the nearest neighbour.
#ifndef FOVEA_KERNELS_PLACE_MAP_H
#define FOVEA_KERNELS_PLACE_MAP_H

#include "kernels/kernel.h"

#define FOVEA__PLACE_RANK 8

typedef struct fovea__place_map {
    int32_t rank;
    int64_t in[FOVEA__PLACE_RANK], out[FOVEA__PLACE_RANK];
    // Dimensions in which every place is taken from the same one (in == out).
    bool same[FOVEA__PLACE_RANK];
    // Place of the input for place o of the output in dimension d; -1: none, `value` stands there.
    int64_t (*place)(const void *how, int32_t d, int64_t o);
    const void *how;
} fovea__place_map;

// dst[o] = src[place(o)] for elements of `item` bytes; value: one element, for places that are -1.
void fovea__place_map_forward(const fovea__place_map *map, size_t item, const void *value,
                              const void *src, void *dst);
// d_src = 0, then d_src[place(o)] += d_dst[o] for o in order, 1024 places of the last dimension that
// is not the same at a time.
void fovea__place_map_backward_f32(const fovea__place_map *map, const float *d_dst, float *d_src);
void fovea__place_map_backward_f64(const fovea__place_map *map, const double *d_dst, double *d_src);

#endif
