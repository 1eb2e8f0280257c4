// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define REAL double
#define FMA(a, b, c) __builtin_fma(a, b, c)
#define SQRT(x) __builtin_sqrt(x)
#define FINITE(square, block, count) all_finite(block, count)

static bool all_finite(const double *value, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        if (!isfinite(value[i])) return false;
    }
    return true;
}

#include "kernels/optimizer/optimizer_slot_sum.h"
//
#include "kernels/optimizer/optimizer_update.h"

void fovea__optimizer_sgd_f64(const fovea__sgd *options, int64_t count, const double *grad,
                              double *parameter, double *momentum) {
    sgd_update(options, count, grad, parameter, momentum);
}

void fovea__optimizer_adam_f64(const fovea__adam *options, int64_t count, const double *grad,
                               double *parameter, double *m, double *v) {
    adam_update(options, count, grad, parameter, m, v);
}

bool fovea__optimizer_sum_f64(int32_t slots, const double *const *slot, int64_t count, double *dst,
                              double *squares) {
    return sum_slots(slots, slot, count, dst, squares);
}
