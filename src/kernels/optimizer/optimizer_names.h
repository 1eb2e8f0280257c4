// SPDX-License-Identifier: MIT
// The functions of a variant under their outside names, from optimizer_update.h and
// optimizer_slot_sum.h.
#ifndef FOVEA_KERNELS_OPTIMIZER_NAMES_H
#define FOVEA_KERNELS_OPTIMIZER_NAMES_H

#include "kernels/optimizer/optimizer.h"

#define FOVEA__OPTIMIZER_DECLARE(suffix)                                                          \
    void fovea__optimizer_sgd_##suffix(const fovea__sgd *options, int64_t count,                  \
                                       const float *grad, float *parameter, float *momentum);     \
    void fovea__optimizer_adam_##suffix(const fovea__adam *options, int64_t count,                \
                                        const float *grad, float *parameter, float *m, float *v); \
    bool fovea__optimizer_sum_##suffix(int32_t slots, const float *const *slot, int64_t count,    \
                                       float *dst, double *squares);

#define FOVEA__OPTIMIZER_FUNCTIONS(suffix)                                                         \
    FOVEA__OPTIMIZER_DECLARE(suffix)                                                               \
    void fovea__optimizer_sgd_##suffix(const fovea__sgd *options, int64_t count,                   \
                                       const float *grad, float *parameter, float *momentum) {     \
        sgd_update(options, count, grad, parameter, momentum);                                     \
    }                                                                                              \
    void fovea__optimizer_adam_##suffix(const fovea__adam *options, int64_t count,                 \
                                        const float *grad, float *parameter, float *m, float *v) { \
        adam_update(options, count, grad, parameter, m, v);                                        \
    }                                                                                              \
    bool fovea__optimizer_sum_##suffix(int32_t slots, const float *const *slot, int64_t count,     \
                                       float *dst, double *squares) {                              \
        return sum_slots(slots, slot, count, dst, squares);                                        \
    }

#endif
