// SPDX-License-Identifier: MIT
// Dropout of one group: dst[e] = u(e) >= ratio ? src[e] * (1/(1-ratio)) : 0, where u(e) is the top
// 24 bits of fovea__random_u32(seed, stream, epoch, sample, e) as a fraction and e the element's
// index in its sample in NCHW order. The mask is the same in both layouts and types; the gradient
// is the same function of d_dst. dst may be src. Ratio 1 gives zeros. N16: masked lanes become 0.
#ifndef FOVEA_KERNELS_DROPOUT_H
#define FOVEA_KERNELS_DROPOUT_H

#include "kernels/kernel.h"

typedef struct fovea__dropout {
    double ratio;  // 0..1
    uint64_t seed;
    uint32_t epoch, stream;
    const uint32_t *sample;  // [samples] of this group
} fovea__dropout;

typedef struct fovea__dropout_variant {
    const char *name;
    fovea__cpu needs;
    // elements: per sample, [n][elements] or [elements][16]
    void (*apply)(const fovea__dropout *dropout, fovea__layout layout, int32_t samples,
                  int64_t elements, const float *src, float *dst);
} fovea__dropout_variant;

// All variants of this build, best first, the reference last; the first that `cpu` allows.
const fovea__dropout_variant *fovea__dropout_variants(size_t *count);
const fovea__dropout_variant *fovea__dropout_choose(fovea__cpu cpu);

// The same in double, NCHW only.
void fovea__dropout_apply_f64(const fovea__dropout *dropout, int32_t samples, int64_t elements,
                              const double *src, double *dst);

#endif
