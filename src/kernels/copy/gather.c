// SPDX-License-Identifier: MIT
#include "kernels/copy/gather.h"

#include <string.h>

static int64_t index_at(const fovea__gather *g, int64_t k) {
    int64_t i = g->wide ? ((const int64_t *)g->index)[k] : ((const int32_t *)g->index)[k];
    return i < 0 ? i + g->axis : i;
}

int64_t fovea__gather_wrong(const fovea__gather *gather) {
    for (int64_t k = 0; k < gather->count; k++) {
        int64_t i = index_at(gather, k);
        if (i < 0 || i >= gather->axis) return k;
    }
    return -1;
}

void fovea__gather_forward(const fovea__gather *gather, size_t item, const void *data, void *out) {
    size_t bytes = (size_t)gather->run * item;
    if (bytes == 0) return;
    char *to = out;
    for (int64_t o = 0; o < gather->outer; o++) {
        const char *from = (const char *)data + (size_t)(o * gather->axis) * bytes;
        for (int64_t k = 0; k < gather->count; k++, to += bytes) {
            memcpy(to, from + (size_t)index_at(gather, k) * bytes, bytes);
        }
    }
}

#define BACKWARD(name, REAL)                                                           \
    void fovea__gather_backward_##name(const fovea__gather *gather, const REAL *d_out, \
                                       REAL *d_data) {                                 \
        int64_t axis = gather->axis, run = gather->run;                                \
        memset(d_data, 0, (size_t)(gather->outer * axis * run) * sizeof *d_data);      \
        for (int64_t o = 0; o < gather->outer; o++) {                                  \
            for (int64_t k = 0; k < gather->count; k++, d_out += run) {                \
                REAL *sum = d_data + (o * axis + index_at(gather, k)) * run;           \
                for (int64_t r = 0; r < run; r++) sum[r] += d_out[r];                  \
            }                                                                          \
        }                                                                              \
    }
BACKWARD(f32, float)
BACKWARD(f64, double)
