// SPDX-License-Identifier: MIT
// Half spectra (spectrum.h) of which only the phases are free (Fel et al., "Unlocking Feature
// Visualization for Deeper Networks with MAgnitude Constrained Optimization", arXiv 2306.06805): the
// magnitudes are those of photos, 1/frequency, so that no frequency can be overdone.
//
//   z[u][k] = magnitude[u][k] exp(i phase[u][k])
//
// The mean (frequency 0) is 0. In the columns k = 0 and W/2 (even W), where a real plane has z[H-u] =
// conj z[u], the phase of u < H/2 counts for both, and a number that must be real has phase 0.
#ifndef FOVEA_EXPLAIN_PHASE_SPECTRUM_H
#define FOVEA_EXPLAIN_PHASE_SPECTRUM_H

#include "explain/spectrum.h"

// [H][K]: scaled so that the plane behind it has rms 1.
void fovea__phase_magnitudes(const fovea__spectrum *spectrum, float *magnitude);
// phase, magnitude: [H][K]; z: [H][2K].
void fovea__phase_spectrum(const fovea__spectrum *spectrum, const float *magnitude,
                           const float *phase, float *z);
// d_phase for d_z; 0 where the phase is not free.
void fovea__phase_gradient(const fovea__spectrum *spectrum, const float *magnitude,
                           const float *phase, const float *d_z, float *d_phase);

#endif
