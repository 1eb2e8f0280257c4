// SPDX-License-Identifier: MIT
#ifndef FOVEA_KERNELS_LAYOUT_NAMES_H
#define FOVEA_KERNELS_LAYOUT_NAMES_H

#include "kernels/layout/layout.h"

#define FOVEA__LAYOUT_DECLARE(suffix)                                                            \
    void fovea__layout_pack_##suffix(int32_t samples, int64_t elements, const float *src,        \
                                     float *dst);                                                \
    void fovea__layout_unpack_##suffix(int32_t samples, int64_t elements, const float *src,      \
                                       float *dst);                                              \
    void fovea__layout_pack_u8_##suffix(int32_t samples, int64_t channels, int64_t pixels,       \
                                        const uint8_t *const *picture, const float(*table)[256], \
                                        float *dst);

FOVEA__LAYOUT_DECLARE(reference)
FOVEA__LAYOUT_DECLARE(avx2)
FOVEA__LAYOUT_DECLARE(neon)

#endif
