// SPDX-License-Identifier: MIT
#include "filter/gaussian.h"

#include <math.h>

#include "fovea/filter.h"

// Halves of the tables for small sizes, in 1/256, from the end to the middle.
static const uint16_t tables[5][5] = {
    {256}, {64, 128}, {16, 64, 96}, {8, 28, 56, 72}, {4, 13, 30, 51, 60}};

double fovea__gaussian_weights(int32_t size, double sigma, double *weight) {
    int32_t half = size / 2;
    if (sigma <= 0 && size <= 9) {
        for (int32_t i = 0; i < size; i++)
            weight[i] = tables[half][i <= half ? i : size - 1 - i] / 256.0;
        return 0;
    }
    if (sigma <= 0) sigma = ((size - 1) * 0.5 - 1) * 0.3 + 0.8;
    double sum = 0;
    for (int32_t i = 0; i < size; i++) {
        double x = i - half;
        weight[i] = exp(-x * x / (2 * sigma * sigma));
        sum += weight[i];
    }
    for (int32_t i = 0; i < size; i++) weight[i] /= sum;
    return sigma;
}

void fovea__gaussian_fixed(int32_t size, double sigma, uint16_t *weight) {
    double exact[FOVEA_FILTER_MAX_SIDE], left = 0;
    int32_t half = size / 2, sum = 0;
    (void)fovea__gaussian_weights(size, sigma, exact);
    for (int32_t i = 0; i < half; i++) {
        double wanted = exact[i] * 256 + left;
        int32_t whole = (int32_t)rint(wanted);
        left = wanted - whole;
        weight[i] = weight[size - 1 - i] = (uint16_t)whole;
        sum += 2 * whole;
    }
    weight[half] = (uint16_t)(256 - sum);
}
