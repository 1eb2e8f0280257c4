// SPDX-License-Identifier: MIT
#include "kernels/unary/unary_integer.h"

#include <math.h>

// `bound` as a TYPE of the range [least, most].
#define BOUND(TYPE, least, most, bound) \
    ((bound) <= (double)(least) ? (least) : (bound) >= (double)(most) ? (most) : (TYPE)(bound))

#define INTEGER(name, TYPE, WRAPPING, least, most)                                     \
    static void name(fovea__unary_kind kind, double alpha, double beta, int64_t count, \
                     const TYPE *src, TYPE *dst) {                                     \
        TYPE low = BOUND(TYPE, least, most, ceil(alpha));                              \
        TYPE high = BOUND(TYPE, least, most, floor(beta));                             \
        for (int64_t i = 0; i < count; i++) {                                          \
            TYPE x = src[i], raised = x < low ? low : x;                               \
            TYPE minus = (TYPE)(WRAPPING)(0 - (WRAPPING)x);                            \
            switch (kind) {                                                            \
                case FOVEA__UNARY_ABS:                                                 \
                    x = x > 0 ? x : minus;                                             \
                    break;                                                             \
                case FOVEA__UNARY_NEG:                                                 \
                    x = minus;                                                         \
                    break;                                                             \
                case FOVEA__UNARY_SIGN:                                                \
                    x = (TYPE)(x > 0 ? 1 : x == 0 ? 0 : -1);                           \
                    break;                                                             \
                case FOVEA__UNARY_CLIP:                                                \
                    x = raised > high ? high : raised;                                 \
                    break;                                                             \
                default:                                                               \
                    break;                                                             \
            }                                                                          \
            dst[i] = x;                                                                \
        }                                                                              \
    }

INTEGER(run_i64, int64_t, uint64_t, INT64_MIN, INT64_MAX)
INTEGER(run_i32, int32_t, uint32_t, INT32_MIN, INT32_MAX)
INTEGER(run_i16, int16_t, uint16_t, INT16_MIN, INT16_MAX)
INTEGER(run_i8, int8_t, uint8_t, INT8_MIN, INT8_MAX)
INTEGER(run_u64, uint64_t, uint64_t, 0, UINT64_MAX)
INTEGER(run_u32, uint32_t, uint32_t, 0, UINT32_MAX)
INTEGER(run_u16, uint16_t, uint16_t, 0, UINT16_MAX)
INTEGER(run_u8, uint8_t, uint8_t, 0, UINT8_MAX)

void fovea__unary_integer(fovea__unary_kind kind, double alpha, double beta, fovea_type type,
                          int64_t count, const void *src, void *dst) {
    switch (type) {
        case FOVEA_I64:
            run_i64(kind, alpha, beta, count, src, dst);
            break;
        case FOVEA_I32:
            run_i32(kind, alpha, beta, count, src, dst);
            break;
        case FOVEA_I16:
            run_i16(kind, alpha, beta, count, src, dst);
            break;
        case FOVEA_I8:
            run_i8(kind, alpha, beta, count, src, dst);
            break;
        case FOVEA_U64:
            run_u64(kind, alpha, beta, count, src, dst);
            break;
        case FOVEA_U32:
            run_u32(kind, alpha, beta, count, src, dst);
            break;
        case FOVEA_U16:
            run_u16(kind, alpha, beta, count, src, dst);
            break;
        case FOVEA_U8:
            run_u8(kind, alpha, beta, count, src, dst);
            break;
        default:
            break;
    }
}
