// SPDX-License-Identifier: MIT
// Needs REAL, an integer type, WRAPPING, the unsigned one of its size or wider, NEGATIVE(x) and
// NAME(function). Arithmetic goes through WRAPPING, which cannot overflow.
#include "kernels/binary/binary_loops.h"

#define WRAP(expression) (REAL)(WRAPPING)(expression)

// The least number by -1 overflows.
static inline REAL NAME(quotient)(REAL x, REAL y) {
    if (y == 0) return 0;
    if (NEGATIVE(y) && y == (REAL)-1) return WRAP(0 - (WRAPPING)x);
    return (REAL)(x / y);
}

static inline REAL NAME(rest)(REAL x, REAL y) {
    if (y == 0 || (NEGATIVE(y) && y == (REAL)-1)) return 0;
    return (REAL)(x % y);
}

static inline REAL NAME(floored_rest)(REAL x, REAL y) {
    REAL rest = NAME(rest)(x, y);
    return rest != 0 && NEGATIVE(rest) != NEGATIVE(y) ? (REAL)(rest + y) : rest;
}

// By squaring; a negative exponent leaves what is not 0 of 1 and -1 alone.
static inline REAL NAME(power)(REAL x, REAL y) {
    if (NEGATIVE(y)) return x == 1 ? 1 : x == (REAL)-1 ? (y % 2 ? x : 1) : 0;
    WRAPPING result = 1, base = (WRAPPING)x;
    for (REAL left = y; left > 0; left = (REAL)(left / 2)) {
        if (left % 2) result *= base;
        base *= base;
    }
    return (REAL)result;
}

static void NAME(run)(fovea__binary_kind kind, int64_t count, int64_t a_step, int64_t b_step,
                      const REAL *a, const REAL *b, REAL *dst) {
    switch (kind) {
        case FOVEA__BINARY_ADD:
            FOVEA__ROW(REAL, WRAP((WRAPPING)x + (WRAPPING)y))
            break;
        case FOVEA__BINARY_MUL:
            FOVEA__ROW(REAL, WRAP((WRAPPING)x * (WRAPPING)y))
            break;
        case FOVEA__BINARY_SUB:
            FOVEA__ROW(REAL, WRAP((WRAPPING)x - (WRAPPING)y))
            break;
        case FOVEA__BINARY_DIV:
            FOVEA__ROW(REAL, NAME(quotient)(x, y))
            break;
        case FOVEA__BINARY_MIN:
            FOVEA__ROW(REAL, x < y ? x : y)
            break;
        case FOVEA__BINARY_MAX:
            FOVEA__ROW(REAL, x > y ? x : y)
            break;
        case FOVEA__BINARY_POW:
            FOVEA__ROW(REAL, NAME(power)(x, y))
            break;
        case FOVEA__BINARY_MOD:
            FOVEA__ROW(REAL, NAME(floored_rest)(x, y))
            break;
        case FOVEA__BINARY_FMOD:
            FOVEA__ROW(REAL, NAME(rest)(x, y))
            break;
        case FOVEA__BINARY_PRELU:
            break;
    }
}

static void NAME(broadcast)(fovea__binary_kind kind, const fovea__broadcast *broadcast,
                            const REAL *a, const REAL *b, REAL *dst) {
    for (fovea__rows r = fovea__rows_of(broadcast); fovea__rows_next(&r);)
        NAME(run)(kind, r.count, r.a_step, r.b_step, a + r.a, b + r.b, dst + r.out);
}

#undef WRAP
#undef FOVEA__ROW
#undef FOVEA__ROW_OF
