// SPDX-License-Identifier: MIT
// Elementwise functions of two arguments. Equal shapes are flat arrays (any layout); broadcasting
// follows numpy through strides. Each output of add, mul, sub, div, min, max, prelu and fmod is one
// rounding, so every variant gives the same bits; pow and mod use libm.
//
//   add, sub, mul   a op b (integers wrap around)
//   div      a / b (integers: towards 0; by 0: 0)
//   min, max NaN where one of both is
//   pow      a^b (floats in double, rounded once; integers wrap around, 0 for what is between 0 and 1)
//   mod      remainder with the sign of b, a - floor(a/b) b;  fmod: with that of a; by 0: NaN or 0
//   prelu    a < 0 ? b*a : a (floats)
#ifndef FOVEA_KERNELS_BINARY_H
#define FOVEA_KERNELS_BINARY_H

#include "fovea/tensor.h"
#include "kernels/kernel.h"

typedef enum fovea__binary_kind {
    FOVEA__BINARY_ADD,
    FOVEA__BINARY_MUL,
    FOVEA__BINARY_SUB,
    FOVEA__BINARY_DIV,
    FOVEA__BINARY_MIN,
    FOVEA__BINARY_MAX,
    FOVEA__BINARY_POW,
    FOVEA__BINARY_MOD,
    FOVEA__BINARY_FMOD,
    FOVEA__BINARY_PRELU,
} fovea__binary_kind;

// dst[i] = a[i] op b[i]; dst may be a or b.
void fovea__binary_f32(fovea__binary_kind kind, int64_t count, const float *a, const float *b,
                       float *dst);
void fovea__binary_f64(fovea__binary_kind kind, int64_t count, const double *a, const double *b,
                       double *dst);
// dst[i] += src[i]: how the gradients of a value with several readers meet.
void fovea__binary_accumulate_f32(int64_t count, const float *src, float *dst);
void fovea__binary_accumulate_f64(int64_t count, const double *src, double *dst);

#define FOVEA__BROADCAST_RANK 9
// Dense row-major output of `dim`; operand strides in elements, 0 along dimensions they are
// repeated. For N16 leave the batch out and add a last dimension of 16.
typedef struct fovea__broadcast {
    int32_t rank;
    int64_t dim[FOVEA__BROADCAST_RANK], a_stride[FOVEA__BROADCAST_RANK],
        b_stride[FOVEA__BROADCAST_RANK];
} fovea__broadcast;

// dst[i] = a[..] op b[..]; dst may be an operand that is not repeated.
void fovea__binary_broadcast_f32(fovea__binary_kind kind, const fovea__broadcast *broadcast,
                                 const float *a, const float *b, float *dst);
void fovea__binary_broadcast_f64(fovea__binary_kind kind, const fovea__broadcast *broadcast,
                                 const double *a, const double *b, double *dst);
// The same for any integer type.
void fovea__binary_broadcast_integer(fovea__binary_kind kind, const fovea__broadcast *broadcast,
                                     fovea_type type, const void *a, const void *b, void *dst);

// Functions whose results are true (1) or false (0).
typedef enum fovea__compare_kind {
    FOVEA__COMPARE_LESS,
    FOVEA__COMPARE_LESS_EQUAL,
    FOVEA__COMPARE_GREATER,
    FOVEA__COMPARE_GREATER_EQUAL,
    FOVEA__COMPARE_EQUAL,
    FOVEA__COMPARE_AND,  // of BOOL
    FOVEA__COMPARE_OR,
    FOVEA__COMPARE_XOR,
} fovea__compare_kind;
// Of two operands of `type`, which may be BOOL (any byte but 0 is true).
void fovea__compare(fovea__compare_kind kind, const fovea__broadcast *broadcast, fovea_type type,
                    const void *a, const void *b, uint8_t *dst);

// dst[i] = b[..] wherever (a[..] != 0) == `when`; the rest of dst stays. Elements of b are of
// `bytes` (1, 2, 4 or 8).
void fovea__choose_where(const fovea__broadcast *broadcast, bool when, size_t bytes,
                         const uint8_t *a, const void *b, void *dst);

// The rows of a broadcast, one after the other: runs of outputs along which both operands advance
// by a fixed step. Dimensions that can be are merged first.
//
//   for (fovea__rows r = fovea__rows_of(&broadcast); fovea__rows_next(&r);)
//       for (int64_t i = 0; i < r.count; i++)
//           dst[r.out + i] = f(a[r.a + i * r.a_step], b[r.b + i * r.b_step]);
typedef struct fovea__rows {
    fovea__broadcast shape;
    int64_t at[FOVEA__BROADCAST_RANK];
    int64_t count, a_step, b_step;
    int64_t out, a, b;  // where the row begins
    bool begun;
} fovea__rows;
fovea__rows fovea__rows_of(const fovea__broadcast *broadcast);
bool fovea__rows_next(fovea__rows *rows);

#endif
