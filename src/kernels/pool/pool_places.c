// SPDX-License-Identifier: MIT
#include "kernels/pool/pool_window.h"

// Place `at` of the plane, whose dimensions were counted row by row, column by column.
static int64_t turned(const fovea__pool_geometry *g, int64_t at) {
    int64_t w = at % g->in[2], h = at / g->in[2] % g->in[1], d = at / g->in[2] / g->in[1];
    return (w * g->in[1] + h) * g->in[0] + d;
}

#define PLACES(function, type)                                                           \
    void function(const fovea__pool_geometry *g, int64_t samples, bool by_columns,       \
                  const type *src, int64_t *dst) {                                       \
        int64_t pixels = fovea__pool_volume(g->in);                                      \
        for (int64_t plane = 0; plane < samples * g->channels; plane++, src += pixels) { \
            fovea__pool_box box;                                                         \
            FOVEA__POOL_OUTPUTS(g, box) {                                                \
                int64_t owner = -1;                                                      \
                type best = 0;                                                           \
                FOVEA__POOL_TAPS(g, box, at) {                                           \
                    if (owner >= 0 && !(src[at] > best) && src[at] == src[at]) continue; \
                    best = src[at];                                                      \
                    owner = at;                                                          \
                }                                                                        \
                if (by_columns && owner >= 0) owner = turned(g, owner);                  \
                *dst++ = owner < 0 ? -1 : plane * pixels + owner;                        \
            }                                                                            \
        }                                                                                \
    }

PLACES(fovea__pool_places_f32, float)
PLACES(fovea__pool_places_f64, double)
