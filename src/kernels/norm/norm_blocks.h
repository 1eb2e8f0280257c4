// SPDX-License-Identifier: MIT
// What the definition of the sums and its variants share.
#include "kernels/norm/norm.h"

#define CHAINS 4
#define BLOCK 64  // pixels

// Pixels of the block that begins at pixel p.
static inline int64_t block_length(const fovea__norm_group *g, int64_t p) {
    return g->pixels - p < BLOCK ? g->pixels - p : BLOCK;
}

// From the sums of x - k and of its square. A NaN square gives a NaN m2.
static inline fovea__norm_stats stats_from(const fovea__norm_group *g, double k, double sum,
                                           double square) {
    double count = (double)g->samples * (double)g->pixels, apart = sum / count;
    double m2 = square - sum * apart;
    return (fovea__norm_stats){count, k + apart, m2 < 0 ? 0 : m2};
}
