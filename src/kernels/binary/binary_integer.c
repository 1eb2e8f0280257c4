// SPDX-License-Identifier: MIT
#include "kernels/binary/binary.h"

#define NEGATIVE(x) ((x) < 0)
#define REAL int64_t
#define WRAPPING uint64_t
#define NAME(function) function##_i64
#include "kernels/binary/binary_integer_body.h"
#undef REAL
#undef WRAPPING
#undef NAME

#define REAL int32_t
#define WRAPPING uint32_t
#define NAME(function) function##_i32
#include "kernels/binary/binary_integer_body.h"
#undef REAL
#undef WRAPPING
#undef NAME

#define REAL int16_t
#define WRAPPING uint32_t
#define NAME(function) function##_i16
#include "kernels/binary/binary_integer_body.h"
#undef REAL
#undef WRAPPING
#undef NAME

#define REAL int8_t
#define WRAPPING uint32_t
#define NAME(function) function##_i8
#include "kernels/binary/binary_integer_body.h"
#undef REAL
#undef WRAPPING
#undef NAME

#undef NEGATIVE
#define NEGATIVE(x) false

#define REAL uint64_t
#define WRAPPING uint64_t
#define NAME(function) function##_u64
#include "kernels/binary/binary_integer_body.h"
#undef REAL
#undef WRAPPING
#undef NAME

#define REAL uint32_t
#define WRAPPING uint32_t
#define NAME(function) function##_u32
#include "kernels/binary/binary_integer_body.h"
#undef REAL
#undef WRAPPING
#undef NAME

#define REAL uint16_t
#define WRAPPING uint32_t
#define NAME(function) function##_u16
#include "kernels/binary/binary_integer_body.h"
#undef REAL
#undef WRAPPING
#undef NAME

#define REAL uint8_t
#define WRAPPING uint32_t
#define NAME(function) function##_u8
#include "kernels/binary/binary_integer_body.h"
#undef REAL
#undef WRAPPING
#undef NAME

void fovea__binary_broadcast_integer(fovea__binary_kind kind, const fovea__broadcast *broadcast,
                                     fovea_type type, const void *a, const void *b, void *dst) {
#define TYPE(name, suffix)                              \
    case FOVEA_##name:                                  \
        broadcast_##suffix(kind, broadcast, a, b, dst); \
        break;
    switch (type) {
        TYPE(I64, i64)
        TYPE(I32, i32)
        TYPE(I16, i16)
        TYPE(I8, i8)
        TYPE(U64, u64)
        TYPE(U32, u32)
        TYPE(U16, u16)
        TYPE(U8, u8)
        default:
            break;
    }
#undef TYPE
}
