// SPDX-License-Identifier: MIT
// Elementwise functions of one argument over flat arrays, in either layout (N16 counts 16 values
// a place).
//
//   relu        x <= 0 ? 0 : x                      leaky_relu  x > 0 ? x : alpha*x
//   tanh                                            sigmoid     1 / (1 + exp(-x))
//   gelu        x * (1 + erf(x/sqrt 2)) / 2         gelu_tanh   x * sigmoid(2 u),
//   silu        x * sigmoid(x)                                  u = sqrt(2/pi) * (x + 0.044715 x^3)
//   exp, log, erf, sqrt, abs, sign                  neg         -x
//   reciprocal  1 / x                               floor, ceil, round (halves to even)
//   elu         x > 0 ? x : alpha*(exp(x) - 1)      celu        x > 0 ? x : alpha*(exp(x/alpha) - 1)
//   selu        beta * elu(x)                       clip        min(max(x, alpha), beta)
//   hard_sigmoid  clip(alpha*x + beta, 0, 1)        hard_swish  x * clip(x/6 + 1/2, 0, 1)
//   softplus    log(1 + exp(x))                     softsign    x / (1 + |x|)
//   mish        x * tanh(softplus(x))               thresholded_relu  x <= alpha ? 0 : x
//
// Floats use the functions of kernels/elementary.h, doubles libm. NaN gives NaN.
// Backward: d_src = d_dst * f'. `src` is x, `dst` is f(x); fovea__unary_reads says which of them
// the kind reads (the other may be NULL). dst may be src, d_src may be d_dst. At a kink the slope is
// PyTorch's: 0 for relu, clip (as ReLU6), hard_sigmoid, thresholded_relu and abs, that of the left
// side for leaky_relu, elu, selu, celu and hard_swish at -3, of the right for hard_swish at 3;
// floor, ceil, round and sign are flat.
#ifndef FOVEA_KERNELS_UNARY_H
#define FOVEA_KERNELS_UNARY_H

#include "kernels/kernel.h"

typedef enum fovea__unary_kind {
    FOVEA__UNARY_RELU,
    FOVEA__UNARY_LEAKY_RELU,
    FOVEA__UNARY_TANH,
    FOVEA__UNARY_SIGMOID,
    FOVEA__UNARY_GELU,
    FOVEA__UNARY_GELU_TANH,
    FOVEA__UNARY_SILU,
    FOVEA__UNARY_EXP,
    FOVEA__UNARY_LOG,
    FOVEA__UNARY_ELU,
    FOVEA__UNARY_SELU,
    FOVEA__UNARY_CELU,
    FOVEA__UNARY_CLIP,
    FOVEA__UNARY_HARD_SIGMOID,
    FOVEA__UNARY_HARD_SWISH,
    FOVEA__UNARY_SOFTPLUS,
    FOVEA__UNARY_SOFTSIGN,
    FOVEA__UNARY_MISH,
    FOVEA__UNARY_THRESHOLDED_RELU,
    FOVEA__UNARY_ERF,
    FOVEA__UNARY_SQRT,
    FOVEA__UNARY_ABS,
    FOVEA__UNARY_NEG,
    FOVEA__UNARY_RECIPROCAL,
    FOVEA__UNARY_FLOOR,
    FOVEA__UNARY_CEIL,
    FOVEA__UNARY_ROUND,
    FOVEA__UNARY_SIGN,
    FOVEA__UNARY_KINDS,
} fovea__unary_kind;

typedef enum fovea__unary_operand {
    FOVEA__UNARY_READS_SRC,
    FOVEA__UNARY_READS_DST,
} fovea__unary_operand;

// What the backward of `kind` reads: dst for relu, tanh, sigmoid, exp, clip, hard_sigmoid, sqrt and
// reciprocal, else src.
fovea__unary_operand fovea__unary_reads(fovea__unary_kind kind);

// alpha and beta: see above; kinds without them take any.
typedef void fovea__unary_forward_f32(fovea__unary_kind kind, float alpha, float beta,
                                      int64_t count, const float *src, float *dst);
typedef void fovea__unary_backward_f32(fovea__unary_kind kind, float alpha, float beta,
                                       int64_t count, const float *src, const float *dst,
                                       const float *d_dst, float *d_src);

typedef struct fovea__unary_variant {
    const char *name;
    fovea__cpu needs;
    fovea__unary_forward_f32 *forward;
    fovea__unary_backward_f32 *backward;
} fovea__unary_variant;

// All variants of this build, best first, the reference last; the first that `cpu` allows.
const fovea__unary_variant *fovea__unary_variants(size_t *count);
const fovea__unary_variant *fovea__unary_choose(fovea__cpu cpu);

// The same in double.
void fovea__unary_forward_f64(fovea__unary_kind kind, double alpha, double beta, int64_t count,
                              const double *src, double *dst);
void fovea__unary_backward_f64(fovea__unary_kind kind, double alpha, double beta, int64_t count,
                               const double *src, const double *dst, const double *d_dst,
                               double *d_src);

#endif
