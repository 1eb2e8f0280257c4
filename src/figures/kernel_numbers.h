// SPDX-License-Identifier: MIT
// A kernel's weights as people write them: whole numbers over one divisor where that says it all.
#ifndef FOVEA_FIGURES_KERNEL_NUMBERS_H
#define FOVEA_FIGURES_KERNEL_NUMBERS_H

#include "draw/number.h"
#include "fovea/filter.h"

typedef struct fovea__kernel_numbers {
    int32_t divisor;  // 1: none
    fovea__number text[FOVEA_FILTER_MAX_SIDE * FOVEA_FILTER_MAX_SIDE];
} fovea__kernel_numbers;

void fovea__kernel_numbers_make(const fovea_filter_kernel *kernel, fovea__kernel_numbers *numbers);

#endif
