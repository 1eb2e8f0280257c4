// SPDX-License-Identifier: MIT
#include "kernels/reduction/extreme.h"

#define nan_of(x) ((x) != (x))
#define never(x) false

#define BEATS(x, best, is_nan)                                     \
    (e->largest ? ((x) > (best) || (e->last && (x) == (best)))     \
                : ((x) < (best) || (e->last && (x) == (best)))) || \
        (is_nan(x) && (e->last || !is_nan(best)))

#define FIND(name, type, is_nan)                                                  \
    static void name(const fovea__extreme *e, const void *memory, int64_t *dst) { \
        const type *src = memory;                                                 \
        for (int64_t o = 0; o < e->outer; o++, src += e->axis * e->inner) {       \
            for (int64_t i = 0; i < e->inner; i++) {                              \
                type best = src[i];                                               \
                *dst = 0;                                                         \
                for (int64_t a = 1; a < e->axis; a++) {                           \
                    type x = src[a * e->inner + i];                               \
                    if (BEATS(x, best, is_nan)) {                                 \
                        best = x;                                                 \
                        *dst = a;                                                 \
                    }                                                             \
                }                                                                 \
                dst++;                                                            \
            }                                                                     \
        }                                                                         \
    }

FIND(find_f32, float, nan_of)
FIND(find_f64, double, nan_of)
FIND(find_i64, int64_t, never)
FIND(find_i32, int32_t, never)
FIND(find_i8, int8_t, never)
FIND(find_u8, uint8_t, never)

bool fovea__extreme_find(const fovea__extreme *extreme, fovea_type type, const void *src,
                         int64_t *dst) {
    switch (type) {
        case FOVEA_F32:
            find_f32(extreme, src, dst);
            return true;
        case FOVEA_F64:
            find_f64(extreme, src, dst);
            return true;
        case FOVEA_I64:
            find_i64(extreme, src, dst);
            return true;
        case FOVEA_I32:
            find_i32(extreme, src, dst);
            return true;
        case FOVEA_I8:
            find_i8(extreme, src, dst);
            return true;
        case FOVEA_U8:
            find_u8(extreme, src, dst);
            return true;
        default:
            return false;
    }
}
