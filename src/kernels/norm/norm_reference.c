// SPDX-License-Identifier: MIT
#define REAL float
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#include "kernels/norm/norm_flat.h"
//
#include "kernels/norm/norm_names.h"
#include "kernels/norm/norm_reference_sums.h"

static void relu_sums_group(const fovea__norm_group *g, const float *src, const float *relu_dst,
                            float *d_dst, const double *mean, const double *invstd,
                            fovea__norm_sums *sums) {
    for (int64_t c = g->first; c < g->last; c++) {
        run_set set = channel_runs(g, c);
        for (int64_t r = 0; r < set.runs; r++)
            for (int64_t i = set.start + r * set.apart, n = 0; n < set.length; i++, n++)
                if (relu_dst[i] <= 0) d_dst[i] = 0;
    }
    sums_group(g, src, d_dst, mean, invstd, NULL, NULL, sums);
}

#define apply_group flat_apply
#define backward_group flat_backward
FOVEA__NORM_FUNCTIONS(reference)
