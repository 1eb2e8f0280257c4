// SPDX-License-Identifier: MIT
// Needs REAL, FMOD and NAME(function), the name of a function for this type.
#include <math.h>

#include "kernels/binary/binary.h"
#include "kernels/binary/binary_loops.h"

static inline REAL floored_rest(REAL x, REAL y) {
    REAL rest = FMOD(x, y);
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

static void run(fovea__binary_kind kind, int64_t count, int64_t a_step, int64_t b_step,
                const REAL *a, const REAL *b, REAL *dst) {
    switch (kind) {
        case FOVEA__BINARY_ADD:
            FOVEA__ROW(REAL, x + y)
            break;
        case FOVEA__BINARY_MUL:
            FOVEA__ROW(REAL, x * y)
            break;
        case FOVEA__BINARY_SUB:
            FOVEA__ROW(REAL, x - y)
            break;
        case FOVEA__BINARY_DIV:
            FOVEA__ROW(REAL, x / y)
            break;
        case FOVEA__BINARY_MIN:
            FOVEA__ROW(REAL, x < y || x != x ? x : y)
            break;
        case FOVEA__BINARY_MAX:
            FOVEA__ROW(REAL, x > y || x != x ? x : y)
            break;
        case FOVEA__BINARY_POW:
            if (b_step == 0 && count > 0 && b[0] == 2) {  // the same bits, faster
                FOVEA__ROW(REAL, ((void)y, x * x))
            } else {
                FOVEA__ROW(REAL, pow((double)x, (double)y))
            }
            break;
        case FOVEA__BINARY_MOD:
            FOVEA__ROW(REAL, floored_rest(x, y))
            break;
        case FOVEA__BINARY_FMOD:
            FOVEA__ROW(REAL, FMOD(x, y))
            break;
        case FOVEA__BINARY_PRELU:
            FOVEA__ROW(REAL, x < 0 ? y * x : x)
            break;
    }
}

void NAME(binary)(fovea__binary_kind kind, int64_t count, const REAL *a, const REAL *b, REAL *dst) {
    run(kind, count, 1, 1, a, b, dst);
}

void NAME(binary_accumulate)(int64_t count, const REAL *src, REAL *dst) {
    for (int64_t i = 0; i < count; i++) dst[i] += src[i];
}

void NAME(binary_broadcast)(fovea__binary_kind kind, const fovea__broadcast *broadcast,
                            const REAL *a, const REAL *b, REAL *dst) {
    for (fovea__rows r = fovea__rows_of(broadcast); fovea__rows_next(&r);)
        run(kind, r.count, r.a_step, r.b_step, a + r.a, b + r.b, dst + r.out);
}
