// SPDX-License-Identifier: MIT
// The loops of one row of a function of two arguments. Needs REAL, the type of both operands.
//
// FOVEA__ROW(TO, expression of x and y) writes to `dst` (of type TO) from a, a_step, b, b_step and
// count; steps of 0 and 1, the usual ones, become vector code.
#define FOVEA__ROW_OF(TO, A, B, expression) \
    for (int64_t i = 0; i < count; i++) {   \
        REAL x = A, y = B;                  \
        dst[i] = (TO)(expression);          \
    }
#define FOVEA__ROW(TO, expression)                                  \
    if (a_step == 1 && b_step == 1) {                               \
        FOVEA__ROW_OF(TO, a[i], b[i], expression)                   \
    } else if (a_step == 1 && b_step == 0) {                        \
        REAL same = b[0];                                           \
        FOVEA__ROW_OF(TO, a[i], same, expression)                   \
    } else if (a_step == 0 && b_step == 1) {                        \
        REAL same = a[0];                                           \
        FOVEA__ROW_OF(TO, same, b[i], expression)                   \
    } else {                                                        \
        FOVEA__ROW_OF(TO, a[i * a_step], b[i * b_step], expression) \
    }
