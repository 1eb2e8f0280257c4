// SPDX-License-Identifier: MIT
// The discrete Fourier transform of real planes of any size, as products with matrices of cosines
// and sines (floats, each number one chain of fused multiply-adds).
//
//   forward   z[u][k] = sum over h, w of x[h][w] exp(-2 pi i (u h / H + k w / W)),  k = 0 ... W/2
//   back      x[h][w] = 1/(H W) sum over u, k of m[k] Re(z[u][k] exp(+2 pi i (u h / H + k w / W)))
//
// with m[k] = 1 for k = 0 and k = W/2 of an even W, else 2: back(forward(x)) = x. A half spectrum is
// [H][2K] with K = W/2 + 1: the real parts of a row, then its imaginary parts.
#ifndef FOVEA_EXPLAIN_SPECTRUM_H
#define FOVEA_EXPLAIN_SPECTRUM_H

#include "fovea/context.h"
#include "kernels/linear/linear_matmul.h"

typedef struct fovea__spectrum {
    int64_t height, width, half;  // half: K
    fovea__matmul_f32 *product;
    float *memory;           // owned, all below
    float *row;              // [W][2K] cos, -sin
    float *back;             // [2K][W] m/(H W) cos, -m/(H W) sin
    float *cosine, *sine;    // [H][H]
    float *rows, *products;  // [H][2K], [2][H][2K]: scratch
} fovea__spectrum;

// Errors: OUT_OF_MEMORY.
fovea_status fovea__spectrum_create(fovea_context *context, int64_t height, int64_t width,
                                    fovea__spectrum *spectrum, fovea_error *error);
void fovea__spectrum_free(fovea_context *context, fovea__spectrum *spectrum);

// x: H×W; z: H×2K.
void fovea__spectrum_forward(fovea__spectrum *spectrum, const float *x, float *z);
void fovea__spectrum_back(fovea__spectrum *spectrum, const float *z, float *x);
// d_z of `back` for d_x: m[k]/(H W) times the forward transform of d_x.
void fovea__spectrum_back_gradient(fovea__spectrum *spectrum, const float *d_x, float *d_z);

// Cycles an element of place [u][k], sqrt(fu^2 + fk^2) with |fu|, fk in 0 ... 1/2.
double fovea__spectrum_frequency(const fovea__spectrum *spectrum, int64_t u, int64_t k);

#endif
