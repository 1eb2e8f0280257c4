// SPDX-License-Identifier: MIT
// The formula golden inputs are made by (make_layers_golden.py has the same): multiples of 1/1024
// in [-1, 1), exact in float, a hash of seed and index.
#ifndef FOVEA_TESTS_GOLDEN_TENSOR_H
#define FOVEA_TESTS_GOLDEN_TENSOR_H

#include <stdint.h>

#include "fovea/tensor.h"

static inline double golden_number(uint32_t seed, int64_t index) {
    uint32_t h = ((uint32_t)index + 1) * 2654435761u;
    h ^= seed * 0x9E3779B9u + 0x7F4A7C15u;
    h ^= h >> 15;
    h *= 0x2C1B3C6Du;
    h ^= h >> 12;
    h *= 0x297A2D39u;
    h ^= h >> 15;
    return ((int32_t)(h & 2047) - 1024) / 1024.0;
}

static inline void golden_fill(fovea_view view, uint32_t seed, double scale) {
    int64_t count = fovea_shape_count(&view.shape);
    for (int64_t i = 0; i < count; i++) {
        double value = golden_number(seed, i) * scale;
        if (view.type == FOVEA_F32)
            ((float *)view.data)[i] = (float)value;
        else
            ((double *)view.data)[i] = value;
    }
}

static inline double golden_at(fovea_view view, int64_t i) {
    return view.type == FOVEA_F32 ? (double)((const float *)view.data)[i]
                                  : ((const double *)view.data)[i];
}

#endif
