// SPDX-License-Identifier: MIT
// Losses of one group with their gradients. Terms are per sample in double; the caller adds them in
// the order of the samples and multiplies by `factor`.
//
// Cross entropy of C classes from logits x, label y, class weights w (1 when NULL), smoothing s:
//   log p[c] = (x[c] - m) - log(sum_c exp(x[c] - m)),  m = max x
//   loss     = (1-s) * w[y] * -log p[y] + s/C * sum_c w[c] * -log p[c]
//   d_x[c]   = factor * ((1-s) * w[y] * (p[c] - [c = y]) + s/C * (p[c] * sum_k w[k] - w[c]))
// With factor = 1/N, or 1 / sum_n w[y_n] with weights, sum of losses * factor is PyTorch's mean.
#ifndef FOVEA_KERNELS_LOSS_H
#define FOVEA_KERNELS_LOSS_H

#include "kernels/kernel.h"

typedef struct fovea__cross_entropy {
    int64_t classes;
    const double *weight;  // [classes] or NULL
    double smoothing;      // 0..1
    double factor;
} fovea__cross_entropy;

// logits: [n][classes] or [classes][16]; label[samples], each in 0..classes-1 (the caller has
// checked); loss[samples]; d_logits as logits, or NULL; masked lanes of it become 0.
void fovea__loss_cross_entropy_f32(const fovea__cross_entropy *options, fovea__layout layout,
                                   int32_t samples, const float *logits, const int32_t *label,
                                   double *loss, float *d_logits);
void fovea__loss_cross_entropy_f64(const fovea__cross_entropy *options, int32_t samples,
                                   const double *logits, const int32_t *label, double *loss,
                                   double *d_logits);

// The same of [classes][16], for training: variants of one body, all with the bits of the function
// above.
typedef void fovea__loss_cross_entropy_lanes(const fovea__cross_entropy *options, int32_t samples,
                                             const float *logits, const int32_t *label,
                                             double *loss, float *d_logits);
typedef struct fovea__loss_variant {
    const char *name;
    fovea__cpu needs;
    fovea__loss_cross_entropy_lanes *cross_entropy;
} fovea__loss_variant;

// All variants of this build, best first, the reference last; the first that `cpu` allows.
const fovea__loss_variant *fovea__loss_variants(size_t *count);
const fovea__loss_variant *fovea__loss_choose(fovea__cpu cpu);

// loss = sum_e (x - t)^2,  d_x = factor * 2 * (x - t); PyTorch's mean has factor 1/(N * elements).
// src, target, d_src: [n][elements] or [elements][16]; loss[samples]; d_src may be NULL.
void fovea__loss_squared_f32(fovea__layout layout, int32_t samples, int64_t elements,
                             const float *src, const float *target, double factor, double *loss,
                             float *d_src);
void fovea__loss_squared_f64(int32_t samples, int64_t elements, const double *src,
                             const double *target, double factor, double *loss, double *d_src);

// index[samples]: the first largest logit of each sample (a NaN counts as larger, as in PyTorch).
void fovea__loss_argmax_f32(fovea__layout layout, int32_t samples, int64_t classes,
                            const float *logits, int32_t *index);
void fovea__loss_argmax_f64(int32_t samples, int64_t classes, const double *logits, int32_t *index);

#endif
