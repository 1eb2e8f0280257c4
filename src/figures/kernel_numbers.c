// SPDX-License-Identifier: MIT
#include "figures/kernel_numbers.h"

#include <math.h>

// Whether all weights times `by` are whole numbers, as far as floats can tell.
static bool whole(const fovea_filter_kernel *kernel, double by) {
    for (int32_t i = 0; i < kernel->height * kernel->width; i++) {
        double value = (double)kernel->weight[i] * by;
        if (fabs(value - rint(value)) > 1e-6 * fmax(1, fabs(value)) || fabs(value) > 99999)
            return false;
    }
    return true;
}

static int32_t find_divisor(const fovea_filter_kernel *kernel) {
    for (int32_t divisor = 1; divisor <= 4096; divisor++)
        if (whole(kernel, divisor)) return divisor;
    return 0;
}

void fovea__kernel_numbers_make(const fovea_filter_kernel *kernel, fovea__kernel_numbers *numbers) {
    int32_t count = kernel->height * kernel->width, decimals = 0;
    double by = 1;
    while (decimals < 4 && !whole(kernel, by)) {
        decimals++;
        by *= 10;
    }
    bool exact = whole(kernel, by);
    numbers->divisor = 1;
    if (kernel->kind != FOVEA_FILTER_MATRIX || !exact) {
        int32_t divisor = find_divisor(kernel);
        if (divisor) {
            numbers->divisor = divisor;
            decimals = 0;
        } else if (!exact) {
            decimals = fovea__number_decimals(kernel->weight, count);
        }
    }
    for (int32_t i = 0; i < count; i++) {
        fovea__number_fixed((double)kernel->weight[i] * numbers->divisor, decimals,
                            numbers->text[i]);
        fovea__number_minus(numbers->text[i]);
    }
}
