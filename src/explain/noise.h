// SPDX-License-Identifier: MIT
// Copies of the picture with noise, and what SmoothGrad and its like make of their gradients.
#ifndef FOVEA_EXPLAIN_NOISE_H
#define FOVEA_EXPLAIN_NOISE_H

#include "explain/sampling.h"

// Numbers 2p and 2p+1 of copy n's noise, normal with mean 0 and deviation 1 (Box and Muller), by `seed`.
void fovea__normal_pair(uint64_t seed, int64_t n, int64_t p, double pair[2]);

// What is gathered of the gradients of options->samples copies x + noise, whose deviation is
// options->noise times (max x - min x).
typedef enum fovea__moment {
    FOVEA__MOMENT_MEAN,         // of df/dx
    FOVEA__MOMENT_MEAN_SQUARE,  // of (df/dx)²
    FOVEA__MOMENT_VARIANCE,  // mean of (df/dx - its mean)²: of all copies, not an estimate from some
} fovea__moment;

// Sets result->map to it. Errors: those of fovea__sample.
fovea_status fovea__explain_noise(fovea__job *job, fovea__moment moment, fovea_error *error);

#endif
