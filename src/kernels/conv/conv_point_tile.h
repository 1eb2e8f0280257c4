// SPDX-License-Identifier: MIT
// One register tile of a 1×1 convolution: a block of source channels for M destination channels by P
// vectors of pixels.
#include "kernels/conv/conv_point_tiles.h"

// dst[m][p] = start[m] (or dst[m][p] itself) + sum over `sources` of src[l][p] * weight[l][m]. The
// last vector of pixels begins at pixel `last`, where it may overlap the one before.
typedef struct block {
    const float *src, *weight, *start;
    float *dst;
    int64_t sources, src_step, dst_step, last;
    int64_t ahead;  // this far behind src lies what the next tile will read
} block;

static TILE_BODY void tile(const block *b, const int M, const int P) {
    const int64_t src_step = b->src_step, dst_step = b->dst_step, last = b->last;
    const int64_t sources = b->sources, ahead = b->ahead;
    float *dst = b->dst;
    vec sum[TILE_CHANNELS][TILE_VECTORS];
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int p = 0; p < P; p++) {
            const int64_t at = p == P - 1 ? last : p * WIDTH;
            sum[m][p] = b->start ? vec_splat(b->start[m]) : vec_load(dst + m * dst_step + at);
        }
    }
    const float *x = b->src, *k = b->weight;
    for (int64_t l = 0; l < sources; l++, x += src_step, k += TILE_CHANNELS) {
        vec value[TILE_VECTORS];
        UNROLL for (int p = 0; p < P; p++) {
            value[p] = vec_load(x + (p == P - 1 ? last : p * WIDTH));
            __builtin_prefetch(x + ahead + p * WIDTH);
        }
        UNROLL for (int m = 0; m < M; m++) {
            vec factor = vec_splat(k[m]);
            UNROLL for (int p = 0; p < P; p++) sum[m][p] = vec_fma(value[p], factor, sum[m][p]);
        }
    }
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int p = 0; p < P; p++)
            vec_store(dst + m * dst_step + (p == P - 1 ? last : p * WIDTH), sum[m][p]);
    }
}

#define TILE(m, p)                                                         \
    static __attribute__((noinline)) void tile_##m##x##p(const block *b) { \
        tile(b, m, p);                                                     \
    }
TILES(TILE)
#undef TILE

typedef void tile_function(const block *b);
static tile_function *const tile_table[TILE_CHANNELS + 1][TILE_VECTORS + 1] = {
#define TILE(m, p) [m][p] = tile_##m##x##p,
    TILES(TILE)
#undef TILE
};
