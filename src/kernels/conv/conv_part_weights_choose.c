// SPDX-License-Identifier: MIT
#include "kernels/conv/conv_part_weights.h"

#define PART_WEIGHTS(name) extern const fovea__conv_part_weights fovea__conv_part_weights_##name;
#include "kernels/conv/conv_part_weights_kernels.inc"
#undef PART_WEIGHTS

// Ends with NULL: on some processors there is no other.
static const fovea__conv_part_weights *const kernels[] = {
#define PART_WEIGHTS(name) &fovea__conv_part_weights_##name,
#include "kernels/conv/conv_part_weights_kernels.inc"
#undef PART_WEIGHTS
    NULL};

const fovea__conv_part_weights *const *fovea__conv_part_weights_kernels(size_t *count) {
    *count = sizeof kernels / sizeof kernels[0] - 1;
    return kernels;
}

const fovea__conv_part_weights *fovea__conv_part_weights_choose(
    fovea__cpu cpu, const fovea__conv_geometry *geometry) {
    for (size_t i = 0; kernels[i]; i++) {
        if (fovea__cpu_allows(cpu, kernels[i]->cpu) && kernels[i]->accepts(geometry))
            return kernels[i];
    }
    return NULL;
}
