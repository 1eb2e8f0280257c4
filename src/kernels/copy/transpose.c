// SPDX-License-Identifier: MIT
// Dimensions that stay neighbours are joined first. What is left ends either in a run of memory that
// is copied whole, or in two dimensions that change places: these go by square tiles.
#include "kernels/copy/transpose.h"

#include <string.h>

#define TILE 16

// In the order of the output, strides in elements.
typedef struct loops {
    int32_t rank;
    int64_t dim[FOVEA__TRANSPOSE_RANK], from[FOVEA__TRANSPOSE_RANK], to[FOVEA__TRANSPOSE_RANK];
} loops;

static loops joined(const fovea__transpose *t) {
    int64_t stride[FOVEA__TRANSPOSE_RANK], step = 1;
    for (int32_t d = t->rank - 1; d >= 0; d--) {
        stride[d] = step;
        step *= t->in[d];
    }
    loops l = {0};
    for (int32_t k = 0; k < t->rank; k++) {
        int64_t dim = t->in[t->perm[k]], from = stride[t->perm[k]];
        if (dim == 1) continue;
        if (l.rank && l.from[l.rank - 1] == dim * from) {
            l.dim[l.rank - 1] *= dim;
            l.from[l.rank - 1] = from;
            continue;
        }
        l.dim[l.rank] = dim;
        l.from[l.rank++] = from;
    }
    step = 1;
    for (int32_t k = l.rank - 1; k >= 0; k--) {
        l.to[k] = step;
        step *= l.dim[k];
    }
    return l;
}

// dst[a*to + b] = src[a + b*from]
#define SQUARES(bits)                                                                      \
    static void squares_##bits(int64_t rows, int64_t columns, int64_t from, int64_t to,    \
                               const uint##bits##_t *src, uint##bits##_t *dst) {           \
        for (int64_t a0 = 0; a0 < rows; a0 += TILE) {                                      \
            int64_t a1 = a0 + TILE < rows ? a0 + TILE : rows;                              \
            for (int64_t b0 = 0; b0 < columns; b0 += TILE) {                               \
                int64_t b1 = b0 + TILE < columns ? b0 + TILE : columns;                    \
                for (int64_t a = a0; a < a1; a++)                                          \
                    for (int64_t b = b0; b < b1; b++) dst[a * to + b] = src[a + b * from]; \
            }                                                                              \
        }                                                                                  \
    }
SQUARES(8)
SQUARES(16)
SQUARES(32)
SQUARES(64)

static void squares(size_t item, int64_t rows, int64_t columns, int64_t from, int64_t to,
                    const void *src, void *dst) {
    switch (item) {
        case 1:
            squares_8(rows, columns, from, to, src, dst);
            return;
        case 2:
            squares_16(rows, columns, from, to, src, dst);
            return;
        case 4:
            squares_32(rows, columns, from, to, src, dst);
            return;
        default:
            squares_64(rows, columns, from, to, src, dst);
    }
}

// Goes over the dimensions from `d` on but the last and `inner`; -1: the last one is a run.
static void walk(const loops *l, int32_t d, int32_t inner, size_t item, const char *src,
                 char *dst) {
    int32_t last = l->rank - 1;
    if (d == inner) d++;
    if (d == last) {
        if (inner < 0)
            memcpy(dst, src, (size_t)l->dim[last] * item);
        else
            squares(item, l->dim[inner], l->dim[last], l->from[last], l->to[inner], src, dst);
        return;
    }
    int64_t from = l->from[d] * (int64_t)item, to = l->to[d] * (int64_t)item;
    for (int64_t i = 0; i < l->dim[d]; i++)
        walk(l, d + 1, inner, item, src + i * from, dst + i * to);
}

void fovea__transpose_forward(const fovea__transpose *transpose, size_t item, const void *src,
                              void *dst) {
    for (int32_t d = 0; d < transpose->rank; d++)
        if (transpose->in[d] == 0) return;
    loops l = joined(transpose);
    if (l.rank == 0) {
        memcpy(dst, src, item);
        return;
    }
    int32_t inner = -1;
    if (l.from[l.rank - 1] != 1)
        for (int32_t k = 0; k < l.rank; k++)
            if (l.from[k] == 1) inner = k;
    walk(&l, 0, inner, item, src, dst);
}

void fovea__transpose_backward(const fovea__transpose *transpose, size_t item, const void *d_dst,
                               void *d_src) {
    fovea__transpose back = {.rank = transpose->rank};
    for (int32_t k = 0; k < transpose->rank; k++) {
        back.in[k] = transpose->in[transpose->perm[k]];
        back.perm[transpose->perm[k]] = k;
    }
    fovea__transpose_forward(&back, item, d_dst, d_src);
}
