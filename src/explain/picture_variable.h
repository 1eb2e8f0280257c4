// SPDX-License-Identifier: MIT
// A picture as what is optimised. Pixels themselves, or (Olah, Mordvintsev, Schubert 2017, "Feature
// Visualization") its spectrum z, whose frequencies weigh alike and whose colours are independent:
//
//   q[c] = sqrt(H W)/4 * back(s z[c]),  s = 1/max(frequency, 1/max(H, W))      (spectrum.h)
//   p = sigmoid(bias + M q)
//
// with M the square root of the correlation of red, green and blue in ImageNet, or the identity; or
// the phases of such a spectrum alone, q[c] = back(z[c]) with z of phase_spectrum.h.
#ifndef FOVEA_EXPLAIN_PICTURE_VARIABLE_H
#define FOVEA_EXPLAIN_PICTURE_VARIABLE_H

#include "explain/picture_space.h"
#include "explain/spectrum.h"
#include "fovea/likes.h"
#include "kernels/optimizer/optimizer.h"

typedef struct fovea__picture_variable {
    fovea_context *context;
    const fovea__picture_space *space;
    fovea_parametrisation kind;
    bool decorrelate;
    int64_t count;                   // numbers of z, or phases
    float *z, *d_z, *mean, *square;  // [count]; the last two are Adam's
    float *plane;                    // [C*H*W] scratch
    float *scale;                    // [H][2K] s sqrt(H W)/4, or [H][K] magnitudes
    float *line;                     // [H][2K] scratch
    float *bias;                     // [C]
    fovea__spectrum spectrum;
    int64_t steps;  // taken since the start
} fovea__picture_variable;

// `space` must outlive the variable. Errors: OUT_OF_MEMORY.
fovea_status fovea__picture_variable_create(fovea_context *context,
                                            const fovea__picture_space *space,
                                            fovea_parametrisation kind, bool decorrelate,
                                            fovea__picture_variable *variable, fovea_error *error);
void fovea__picture_variable_free(fovea__picture_variable *variable);

// A start anew: the picture that the net sees as 0 with a little noise, which is a function of seed
// and sample. Where 0 is black or white, or no pixel value, the picture is grey.
void fovea__picture_variable_start(fovea__picture_variable *variable, uint64_t seed,
                                   uint32_t sample);
// Pixels alone: a start from p.
void fovea__picture_variable_set(fovea__picture_variable *variable, const float *p);

// The pixel value of channel c that a start has before noise.
double fovea__picture_variable_middle(const fovea__picture_variable *variable, int64_t c);

// p: C×H×W of 0..1.
void fovea__picture_variable_show(fovea__picture_variable *variable, float *p);
// One step uphill along d_p, the gradient at p (what `show` gave). Pixels: p += rate * d_p, cut to
// 0..1. Else: Adam on z.
void fovea__picture_variable_step(fovea__picture_variable *variable, const float *p,
                                  const float *d_p, double rate);

#endif
