// SPDX-License-Identifier: MIT
// The gradient of an operand that may have been repeated by broadcasting.
#ifndef FOVEA_LAYERS_BROADCAST_SUM_H
#define FOVEA_LAYERS_BROADCAST_SUM_H

#include "layers/elementwise.h"

// What one output adds to the gradient of operand a: d is its gradient, a and b are the operands'
// numbers there. After the sign: which function of a and b that is the gradient of.
typedef enum fovea__term {
    FOVEA__TERM_SAME,      // d             a + b, a - b; nothing of b is read
    FOVEA__TERM_MINUS,     // -d            b - a
    FOVEA__TERM_TIMES,     // d*b           a*b
    FOVEA__TERM_OVER,      // d/b           a/b
    FOVEA__TERM_DIVISOR,   // -d*(b/a)/a    b/a
    FOVEA__TERM_BASE,      // d*b*a^(b-1)   a^b; 0 where b is 0
    FOVEA__TERM_EXPONENT,  // d*b^a*log(b)  b^a; 0 where b is 0 and a is not below 0
    FOVEA__TERM_FLOORS,    // -d*floor(b/a) b mod a
    FOVEA__TERM_PARTS,     // -d*trunc(b/a) b fmod a
    FOVEA__TERM_PRELU,     // a > 0 ? d : d*b  PRelu of a with slope b
    FOVEA__TERM_SLOPE,     // b > 0 ? 0 : d*b  PRelu of b with slope a
    FOVEA__TERM_WHERE,     // d where the byte b is not 0, else 0
    FOVEA__TERM_NOT_WHERE,
    FOVEA__TERM_SHARE,  // d/(number of inputs) where a is the extreme, see fovea__extreme
} fovea__term;

// For FOVEA__TERM_SHARE: out is the largest or smallest of the inputs; those that equal it share d
// in equal parts.
typedef struct fovea__extreme {
    const fovea_view *in, *out;
    int32_t in_count;
} fovea__extreme;

// The operand whose gradient is wanted, and the other one, as `broadcast` has them (`b` is a
// fovea__extreme for SHARE, bytes for WHERE).
typedef struct fovea__operands {
    const void *a, *b;
} fovea__operands;

// For every element of operand a: the sum of the terms of the outputs it went into. Where a is not
// repeated, each is one term. Without its own batch dimension 0 the sum is: a chain over the other
// dimensions for each sample, the 16 samples of a group as a tree, groups and slots as in
// kernels/splitting.h; otherwise one chain. TIMES goes through fused multiply-adds.
void fovea__broadcast_terms_f32(fovea__term term, const fovea__broadcast *broadcast,
                                const float *d_out, const fovea__operands *operands, float *d_a);
void fovea__broadcast_terms_f64(fovea__term term, const fovea__broadcast *broadcast,
                                const double *d_out, const fovea__operands *operands, double *d_a);
// The same with TIMES or, where b is NULL, SAME.
void fovea__broadcast_sum_f32(const fovea__broadcast *broadcast, const float *d_out, const float *b,
                              float *d_a);
void fovea__broadcast_sum_f64(const fovea__broadcast *broadcast, const double *d_out,
                              const double *b, double *d_a);

// The same for views, nothing where d_a has no data. `a` is the operand the gradient is of, `b` the
// other one; NULL where the term reads none of it. For SHARE b is a scalar whose data is the
// fovea__extreme.
void fovea__operand_gradient(fovea__term term, const fovea_view *d_out, const fovea_view *a,
                             const fovea_view *b, const fovea_view *d_a);

#endif
