// SPDX-License-Identifier: MIT
// Needs REAL and NAME(function).
#include "kernels/binary/binary_loops.h"

static void NAME(compare)(fovea__compare_kind kind, const fovea__broadcast *broadcast,
                          const REAL *first, const REAL *second, uint8_t *out) {
    for (fovea__rows r = fovea__rows_of(broadcast); fovea__rows_next(&r);) {
        const REAL *a = first + r.a, *b = second + r.b;
        int64_t count = r.count, a_step = r.a_step, b_step = r.b_step;
        uint8_t *dst = out + r.out;
        switch (kind) {
            case FOVEA__COMPARE_LESS:
                FOVEA__ROW(uint8_t, x < y)
                break;
            case FOVEA__COMPARE_LESS_EQUAL:
                FOVEA__ROW(uint8_t, x <= y)
                break;
            case FOVEA__COMPARE_GREATER:
                FOVEA__ROW(uint8_t, x > y)
                break;
            case FOVEA__COMPARE_GREATER_EQUAL:
                FOVEA__ROW(uint8_t, x >= y)
                break;
            case FOVEA__COMPARE_EQUAL:
                FOVEA__ROW(uint8_t, x == y)
                break;
            case FOVEA__COMPARE_AND:
                FOVEA__ROW(uint8_t, x && y)
                break;
            case FOVEA__COMPARE_OR:
                FOVEA__ROW(uint8_t, x || y)
                break;
            case FOVEA__COMPARE_XOR:
                FOVEA__ROW(uint8_t, !x != !y)
                break;
        }
    }
}

#undef FOVEA__ROW
#undef FOVEA__ROW_OF
