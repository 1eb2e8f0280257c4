// SPDX-License-Identifier: MIT
#include "kernels/layout/layout.h"

#include "kernels/layout/layout_names.h"
#include "kernels/variant_list.h"

static const fovea__layout_variant list[] = {
#if defined(FOVEA_HAVE_X86)
    {"avx2", FOVEA__CPU_AVX2, fovea__layout_pack_avx2, fovea__layout_unpack_avx2,
     fovea__layout_pack_u8_avx2},
#elif defined(FOVEA_HAVE_NEON)
    {"neon", FOVEA__CPU_NEON, fovea__layout_pack_neon, fovea__layout_unpack_neon,
     fovea__layout_pack_u8_neon},
#endif
    {"reference", FOVEA__CPU_REFERENCE, fovea__layout_pack_reference,
     fovea__layout_unpack_reference, fovea__layout_pack_u8_reference},
};

FOVEA__VARIANT_LIST(layout, list)

void fovea__layout_table(int64_t channels, const float *mean, const float *deviation,
                         float (*table)[256]) {
    for (int64_t c = 0; c < channels; c++) {
        for (int byte = 0; byte < 256; byte++) {
            float value = (float)byte / 255.0f - (mean ? mean[c] : 0.0f);
            table[c][byte] = deviation ? value / deviation[c] : value;
        }
    }
}

#define LOOK_UP(suffix, REAL)                                                               \
    void fovea__layout_u8_##suffix(int64_t samples, int64_t channels, int64_t pixels,       \
                                   const uint8_t *const *picture, const float(*table)[256], \
                                   REAL *dst) {                                             \
        for (int64_t n = 0; n < samples; n++) {                                             \
            for (int64_t c = 0; c < channels; c++) {                                        \
                const uint8_t *bytes = picture[n] + c * pixels;                             \
                for (int64_t p = 0; p < pixels; p++) *dst++ = table[c][bytes[p]];           \
            }                                                                               \
        }                                                                                   \
    }

LOOK_UP(f32, float)
LOOK_UP(f64, double)
