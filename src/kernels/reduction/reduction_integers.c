// SPDX-License-Identifier: MIT
// Sums of integers wrap around in 64 bits.
#include "kernels/reduction/reduction.h"

static inline int64_t wrapping_add(int64_t a, int64_t b) {
    __builtin_add_overflow(a, b, &a);
    return a;
}
static inline int64_t wrapping_mul(int64_t a, int64_t b) {
    __builtin_mul_overflow(a, b, &a);
    return a;
}

#define SUM int64_t
#define ADD(a, b) wrapping_add(a, b)
#define MUL(a, b) wrapping_mul(a, b)
#define ABS(a) ((a) < 0 ? wrapping_mul(a, -1) : (a))
#define IS_NAN(a) false
#define LOWEST INT64_MIN
#define HIGHEST INT64_MAX

#define REAL int64_t
#define NAME(x) x##_i64
#include "kernels/reduction/reduction_body.h"
#undef REAL
#undef NAME
#undef LANES
#undef WIDE

#define REAL int32_t
#define NAME(x) x##_i32
#include "kernels/reduction/reduction_body.h"
#undef REAL
#undef NAME
#undef LANES
#undef WIDE

#define REAL int8_t
#define NAME(x) x##_i8
#include "kernels/reduction/reduction_body.h"
#undef REAL
#undef NAME
#undef LANES
#undef WIDE

#define REAL uint8_t
#define NAME(x) x##_u8
#include "kernels/reduction/reduction_body.h"
