// SPDX-License-Identifier: MIT
// Moving a picture a little at random before a net sees it, so that what is found does not hang on
// single pixels: shifted as on a torus, then turned and scaled about its middle (bilinear, edges
// repeated).
#ifndef FOVEA_EXPLAIN_WARP_H
#define FOVEA_EXPLAIN_WARP_H

#include <stdbool.h>
#include <stdint.h>

#include "fovea/context.h"

typedef struct fovea__warp {
    int64_t height, width;
    int64_t down, right;  // shift: dst[h][w] is src[h + down][w + right], modulo the size
    bool turns;           // turned or scaled: by the table
    int32_t *place;       // [4][H*W] elements of src
    float *weight;        // [4][H*W]
} fovea__warp;

typedef struct fovea__warp_range {
    int64_t jitter;  // shifts of -jitter ... jitter, each alike
    double scale;    // sizes of 1 - scale ... 1 + scale
    double turn;     // degrees of -turn ... turn
} fovea__warp_range;

// No move at first. Errors: OUT_OF_MEMORY.
fovea_status fovea__warp_create(fovea_context *context, int64_t height, int64_t width,
                                fovea__warp *warp, fovea_error *error);
void fovea__warp_free(fovea_context *context, fovea__warp *warp);

// The move of step `step` of sample `sample`, a function of these and the seed.
void fovea__warp_draw(fovea__warp *warp, const fovea__warp_range *range, uint64_t seed,
                      uint32_t sample, uint32_t step);
void fovea__warp_apply(const fovea__warp *warp, int64_t channels, const float *src, float *dst);
// d_src for d_dst; overwrites d_src.
void fovea__warp_gradient(const fovea__warp *warp, int64_t channels, const float *d_dst,
                          float *d_src);

#endif
