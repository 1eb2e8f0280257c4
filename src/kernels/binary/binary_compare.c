// SPDX-License-Identifier: MIT
#include "kernels/binary/binary.h"

#define REAL float
#define NAME(function) function##_f32
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

#define REAL double
#define NAME(function) function##_f64
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

#define REAL int64_t
#define NAME(function) function##_i64
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

#define REAL int32_t
#define NAME(function) function##_i32
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

#define REAL int16_t
#define NAME(function) function##_i16
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

#define REAL int8_t
#define NAME(function) function##_i8
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

#define REAL uint64_t
#define NAME(function) function##_u64
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

#define REAL uint32_t
#define NAME(function) function##_u32
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

#define REAL uint16_t
#define NAME(function) function##_u16
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

#define REAL uint8_t
#define NAME(function) function##_u8
#include "kernels/binary/binary_compare_body.h"
#undef REAL
#undef NAME

// BOOL: bytes read as _Bool would be undefined where they are neither 0 nor 1.
static uint8_t truth(fovea__compare_kind kind, bool x, bool y) {
    switch (kind) {
        case FOVEA__COMPARE_LESS:
            return x < y;
        case FOVEA__COMPARE_LESS_EQUAL:
            return x <= y;
        case FOVEA__COMPARE_GREATER:
            return x > y;
        case FOVEA__COMPARE_GREATER_EQUAL:
            return x >= y;
        case FOVEA__COMPARE_EQUAL:
            return x == y;
        case FOVEA__COMPARE_AND:
            return x && y;
        case FOVEA__COMPARE_OR:
            return x || y;
        case FOVEA__COMPARE_XOR:
            return x != y;
    }
    return 0;
}

static void compare_truth(fovea__compare_kind kind, const fovea__broadcast *broadcast,
                          const uint8_t *a, const uint8_t *b, uint8_t *dst) {
    for (fovea__rows r = fovea__rows_of(broadcast); fovea__rows_next(&r);)
        for (int64_t i = 0; i < r.count; i++)
            dst[r.out + i] = truth(kind, a[r.a + i * r.a_step] != 0, b[r.b + i * r.b_step] != 0);
}

void fovea__compare(fovea__compare_kind kind, const fovea__broadcast *broadcast, fovea_type type,
                    const void *a, const void *b, uint8_t *dst) {
#define TYPE(name, suffix)                            \
    case FOVEA_##name:                                \
        compare_##suffix(kind, broadcast, a, b, dst); \
        break;
    switch (type) {
        TYPE(F32, f32)
        TYPE(F64, f64)
        TYPE(I64, i64)
        TYPE(I32, i32)
        TYPE(I16, i16)
        TYPE(I8, i8)
        TYPE(U64, u64)
        TYPE(U32, u32)
        TYPE(U16, u16)
        TYPE(U8, u8)
        TYPE(BOOL, truth)
        default:
            break;
    }
#undef TYPE
}
