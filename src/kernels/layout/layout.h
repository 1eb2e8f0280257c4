// SPDX-License-Identifier: MIT
// From NCHW to N16 and back for one group, and from stored bytes to either.
#ifndef FOVEA_KERNELS_LAYOUT_H
#define FOVEA_KERNELS_LAYOUT_H

#include "kernels/kernel.h"

typedef struct fovea__layout_variant {
    const char *name;
    fovea__cpu needs;
    // dst[e][lane] = src[lane][e] for lane < samples, else 0. elements: per sample.
    void (*pack)(int32_t samples, int64_t elements, const float *src, float *dst);
    // dst[lane][e] = src[e][lane] for lane < samples.
    void (*unpack)(int32_t samples, int64_t elements, const float *src, float *dst);
    // picture[lane]: [channels][pixels] bytes; dst[c][p][lane] = table[c][picture[lane][c][p]],
    // masked lanes 0.
    void (*pack_u8)(int32_t samples, int64_t channels, int64_t pixels,
                    const uint8_t *const *picture, const float (*table)[256], float *dst);
} fovea__layout_variant;

// All variants of this build, best first, the reference last; the first that `cpu` allows.
const fovea__layout_variant *fovea__layout_variants(size_t *count);
const fovea__layout_variant *fovea__layout_choose(fovea__cpu cpu);

// table[c][b] = (b/255 - mean[c]) / deviation[c], each operation rounded to float as PyTorch's
// ToTensor and Normalize do. A NULL mean means 0, a NULL deviation 1.
void fovea__layout_table(int64_t channels, const float *mean, const float *deviation,
                         float (*table)[256]);
// dst[n][c][p] = table[c][picture[n][c][p]] (any number of samples).
void fovea__layout_u8_f32(int64_t samples, int64_t channels, int64_t pixels,
                          const uint8_t *const *picture, const float (*table)[256], float *dst);
void fovea__layout_u8_f64(int64_t samples, int64_t channels, int64_t pixels,
                          const uint8_t *const *picture, const float (*table)[256], double *dst);

#endif
