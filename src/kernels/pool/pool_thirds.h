// SPDX-License-Identifier: MIT
// Gradient of maximum pooling by 3x3 with stride 2 from the winners' numbers, the batch in the
// lanes: each input collects from the one to four windows that hold it and is written once.
#include "kernels/pool/pool_index_bytes.h"

static bool is_thirding(const fovea__pool_geometry *g) {
    if (g->kernel[0] != 1 || g->stride[0] != 1 || g->pad[0] != 0 || g->in[0] != g->out[0])
        return false;
    for (int i = 1; i < 3; i++)
        if (g->kernel[i] != 3 || g->stride[i] != 2 || g->dilation[i] != 1) return false;
    return true;
}

// The windows that hold a place along one dimension, ascending: `window[k]` with the place as its
// tap `tap[k]`.
typedef struct holders {
    int count;
    int64_t window[2];
    int tap[2];
} holders;

static inline holders holders_of(int64_t place, int64_t pad, int64_t windows) {
    int64_t at = place + pad, last = at / 2;
    holders h = {0};
    if (at % 2 == 0 && last >= 1 && last <= windows) {
        h.window[h.count] = last - 1;
        h.tap[h.count++] = 2;
    }
    if (last < windows) {
        h.window[h.count] = last;
        h.tap[h.count++] = (int)(at % 2);
    }
    return h;
}

// index and d_dst: the plane's first row of windows; d_src: the row of inputs.
static inline void third_row(const fovea__pool_geometry *g, const holders *rows,
                             const uint8_t *index, const float *d_dst, float *d_src) {
    int64_t wide = g->out[2] * FOVEA__LANES;
    for (int64_t w = 0; w < g->in[2]; w++, d_src += FOVEA__LANES) {
        holders columns = holders_of(w, g->pad[2], g->out[2]);
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
            fovea__floats sum = {0};
            for (int r = 0; r < rows->count; r++)
                for (int c = 0; c < columns.count; c++) {
                    int64_t at = rows->window[r] * wide + columns.window[c] * FOVEA__LANES + lane;
                    sum +=
                        given(index + at, (uint8_t)(3 * rows->tap[r] + columns.tap[c]), d_dst + at);
                }
            fovea__store(d_src + lane, sum);
        }
    }
}

static void third_plane_back_index(const fovea__pool_geometry *g, const uint8_t *index,
                                   const float *d_dst, float *d_src) {
    int64_t out = g->out[1] * g->out[2] * FOVEA__LANES, row = g->in[2] * FOVEA__LANES;
    for (int64_t d = 0; d < g->in[0]; d++, index += out, d_dst += out)
        for (int64_t h = 0; h < g->in[1]; h++, d_src += row) {
            holders rows = holders_of(h, g->pad[1], g->out[1]);
            third_row(g, &rows, index, d_dst, d_src);
        }
}
