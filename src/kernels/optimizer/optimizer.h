// SPDX-License-Identifier: MIT
// Parameter updates over a flat range, elementwise, in the order of operations of PyTorch's
// single-tensor optimizers; [..] is one rounding, fma a fused multiply-add.
//
//   sgd    g = weight_decay ? fma(weight_decay, p, g) : g
//          momentum: b = first ? g : [[momentum*b] + g];  g = nesterov ? fma(momentum, b, g) : b
//          p = fma(-lr, g, p)
//   adam   g = weight_decay ? fma(weight_decay, p, g) : g          (adam)
//          p = [p * (1 - lr*weight_decay)]                         (adamw)
//          m = fma(1-beta1, [g - m], m);  v = fma([(1-beta2)*g], g, [beta2*v])
//          p = [p + [[-lr/(1-beta1^t) * m] / [[sqrt(v) / sqrt(1-beta2^t)] + eps]]]
// Scalars are computed in double and rounded to the element type.
#ifndef FOVEA_KERNELS_OPTIMIZER_H
#define FOVEA_KERNELS_OPTIMIZER_H

#include "kernels/kernel.h"

typedef struct fovea__sgd {
    double lr, momentum, weight_decay;
    bool nesterov;
    bool first;  // the momentum buffer holds nothing yet
} fovea__sgd;

typedef struct fovea__adam {
    double lr, beta1, beta2, eps, weight_decay;
    bool decoupled;  // AdamW
    int64_t step;    // 1 in the first update
} fovea__adam;

// Elements of one partial sum of squares.
#define FOVEA__SUM_BLOCK 1024

typedef struct fovea__optimizer_variant {
    const char *name;
    fovea__cpu needs;
    // All arrays hold `count` values. grad is read, the others are updated in place; momentum may
    // be NULL where options->momentum is 0.
    void (*sgd)(const fovea__sgd *options, int64_t count, const float *grad, float *parameter,
                float *momentum);
    void (*adam)(const fovea__adam *options, int64_t count, const float *grad, float *parameter,
                 float *m, float *v);
    // dst[i] = T over slot[0..slots-1][i] (1..8 slots; dst may be slot[0]) for i < count, and
    // squares[i/1024] = sum of dst[i]^2 over each block of 1024 in double: 16 chains i%16, then the
    // tree 8, 4, 2, 1. To share the work, cut at multiples of 1024. Returns whether all of dst is
    // finite.
    bool (*sum)(int32_t slots, const float *const *slot, int64_t count, float *dst,
                double *squares);
} fovea__optimizer_variant;

// All variants of this build, best first, the reference last; the first that `cpu` allows.
const fovea__optimizer_variant *fovea__optimizer_variants(size_t *count);
const fovea__optimizer_variant *fovea__optimizer_choose(fovea__cpu cpu);

// The same in double.
void fovea__optimizer_sgd_f64(const fovea__sgd *options, int64_t count, const double *grad,
                              double *parameter, double *momentum);
void fovea__optimizer_adam_f64(const fovea__adam *options, int64_t count, const double *grad,
                               double *parameter, double *m, double *v);
bool fovea__optimizer_sum_f64(int32_t slots, const double *const *slot, int64_t count, double *dst,
                              double *squares);

#endif
