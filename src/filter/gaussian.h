// SPDX-License-Identifier: MIT
// The weights of one side of a Gaussian, as OpenCV 4.6 has them.
#ifndef FOVEA_FILTER_GAUSSIAN_H
#define FOVEA_FILTER_GAUSSIAN_H

#include <stdint.h>

// Fills weight[size] (size odd, 1 to 31): exp(-x² / 2 sigma²), x from the middle, divided by the
// sum. sigma <= 0: see fovea/filter.h. Returns the sigma used; 0 where a table was.
double fovea__gaussian_weights(int32_t size, double sigma, double *weight);

// The same as whole numbers of 1/256 that sum to 256: from the ends inwards each is rounded to
// nearest together with what rounding left over, and the middle gets the rest.
void fovea__gaussian_fixed(int32_t size, double sigma, uint16_t *weight);

#endif
