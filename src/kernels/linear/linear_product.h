// SPDX-License-Identifier: MIT
// The matrix product behind all three directions, at the width of the including file: a tile of M
// rows by U units of 16 columns, its sums in registers,
//   c[m][u] = start[m] + sum over k of a[m][k] * b[k][u],  one chain for each number, k ascending.
// A multiplier serves all units of the tile and a unit all rows, so that there are about half as
// many loads as multiply-adds.
#ifndef FOVEA_KERNELS_LINEAR_PRODUCT_H
#define FOVEA_KERNELS_LINEAR_PRODUCT_H

#include "kernels/fused.h"

#define UNIT FOVEA__LANES
#define UNIT_VECTORS (UNIT / WIDTH)
#if WIDTH == 16
#define MAX_UNITS 4
#else
#define MAX_UNITS 1
#endif
#define MAX_VECTORS (MAX_UNITS * UNIT_VECTORS)
#define MAX_ROWS 12

typedef struct product {
    const float *a, *b;
    float *c;
    const float *start;  // [rows], NULL: 0
    bool resume;         // the chains go on from c instead
    int64_t a_line;      // from row to row of a[m][k]; where it is packed, a[k][m], from k to k
    int64_t depth;       // of k in a block
    int64_t blocks;      // that follow each other in the chains
    int64_t a_block, b_block;  // from one block to the next
    int64_t b_step, b_unit;    // from k to k, from unit to unit
    int64_t c_row, c_unit;
} product;

static TILE_BODY int64_t vector_at(int v, int64_t unit) {
    return v / UNIT_VECTORS * unit + v % UNIT_VECTORS * WIDTH;
}

static TILE_BODY void product_tile(const product *p, int64_t row, int64_t column, const int M,
                                   const int U, const bool packed) {
    const int V = U * UNIT_VECTORS;
    const int64_t line = p->a_line, step = p->b_step, unit = p->b_unit;
    const float *a = p->a + (packed ? row : row * line), *b = p->b + column * unit;
    float *c = p->c + row * p->c_row + column * p->c_unit;
    vec sum[MAX_ROWS][MAX_VECTORS];
    if (p->resume) {
        UNROLL for (int m = 0; m < M; m++) {
            UNROLL for (int v = 0; v < V; v++) sum[m][v] =
                vec_load(c + m * p->c_row + vector_at(v, p->c_unit));
        }
    } else {
        UNROLL for (int m = 0; m < M; m++) {
            vec start = vec_splat(p->start ? p->start[row + m] : 0.0f);
            UNROLL for (int v = 0; v < V; v++) sum[m][v] = start;
        }
    }
    for (int64_t block = 0; block < p->blocks; block++, a += p->a_block, b += p->b_block) {
        const float *from = a, *with = b;
        for (int64_t k = 0; k < p->depth; k++, from += packed ? line : 1, with += step) {
            vec value[MAX_VECTORS];
            UNROLL for (int v = 0; v < V; v++) value[v] = vec_load(with + vector_at(v, unit));
            UNROLL for (int m = 0; m < M; m++) {
                vec factor = vec_splat(from[packed ? m : m * line]);
                UNROLL for (int v = 0; v < V; v++) sum[m][v] = vec_fma(value[v], factor, sum[m][v]);
            }
        }
    }
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int v = 0; v < V; v++)
            vec_store(c + m * p->c_row + vector_at(v, p->c_unit), sum[m][v]);
    }
}

// The rows that are left of a range, fewer than the M of a tile.
#define REST(R)                                                            \
    case R:                                                                \
        if (R < M) product_tile(p, row, column, R < M ? R : 1, U, packed); \
        break;
static TILE_BODY void product_column(const product *p, int64_t rows, int64_t column, const int M,
                                     const int U, const bool packed) {
    int64_t row = 0;
    for (; row + M <= rows; row += M) product_tile(p, row, column, M, U, packed);
    switch (rows - row) {
        REST(1)
        REST(2)
        REST(3)
        REST(4)
        REST(5)
        REST(6)
        REST(7)
        REST(8)
        REST(9)
        REST(10)
        REST(11)
        default:
            break;
    }
}
#undef REST

// Rows of a tile, by its units: as many sums as registers hold beside their factors.
#if WIDTH == 16
#define ROWS_OF(U) ((U) == 4 ? 6 : (U) == 2 ? 8 : 12)
#else
#define ROWS_OF(U) 6
#endif

static TILE_BODY void product_any(const product *p, int64_t rows, int64_t columns,
                                  const bool packed) {
    int64_t column = 0;
#if WIDTH == 16
    for (; column + 4 <= columns; column += 4)
        product_column(p, rows, column, ROWS_OF(4), 4, packed);
    for (; column + 2 <= columns; column += 2)
        product_column(p, rows, column, ROWS_OF(2), 2, packed);
#endif
    for (; column < columns; column++) product_column(p, rows, column, ROWS_OF(1), 1, packed);
}

// `columns` counts units.
static void product_of_rows(const product *p, int64_t rows, int64_t columns) {
    product_any(p, rows, columns, false);
}
static void product_of_packed(const product *p, int64_t rows, int64_t columns) {
    product_any(p, rows, columns, true);
}

#endif
