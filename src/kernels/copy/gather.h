// SPDX-License-Identifier: MIT
// Rows of an array by number. data: [outer][axis][run] elements, index: [count] numbers within
// -axis ... axis-1 (negative ones count from the end), out: [outer][count][run].
#ifndef FOVEA_KERNELS_GATHER_H
#define FOVEA_KERNELS_GATHER_H

#include "kernels/kernel.h"

typedef struct fovea__gather {
    int64_t outer, axis, run, count;
    const void *index;
    bool wide;  // the indices are of 64 bits, else of 32
} fovea__gather;

// The first index that lies outside, -1 when there is none.
int64_t fovea__gather_wrong(const fovea__gather *gather);
// out[o][k][r] = data[o][index[k]][r] for elements of `item` bytes. The indices lie inside.
void fovea__gather_forward(const fovea__gather *gather, size_t item, const void *data, void *out);
// d_data = 0, then d_data[o][index[k]][r] += d_out[o][k][r] for k in order.
void fovea__gather_backward_f32(const fovea__gather *gather, const float *d_out, float *d_data);
void fovea__gather_backward_f64(const fovea__gather *gather, const double *d_out, double *d_data);

#endif
