// SPDX-License-Identifier: MIT
// The product of linear_product.h on row-major matrices, PANEL columns and DEPTH of the summed axis
// at a time; between such blocks the chains rest in c. Where many rows use it, or where it does not
// lie as the product wants it, the block of B is copied first. Needs RUN.
#include "kernels/linear/linear_matmul.h"
#include "kernels/linear/linear_product.h"

enum {
    PANEL = 64,      // columns
    DEPTH = 128,     // a block is 32 KiB
    FEW_ROWS = 24,   // for which copying does not pay
    EDGE_ROWS = 48,  // rows of the last columns, fewer than a unit, that are made at once
};

fovea__matmul_f32 RUN;

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

// to[k][n] = B[k][n] for k < depth, n < count; 0 up to the next unit.
static void copy_block(const fovea__matmul *g, const float *b, int64_t depth, int64_t count,
                       float *to) {
    int64_t wide = (count + UNIT - 1) / UNIT * UNIT;
    for (int64_t n = 0; g->b_turned && n < count; n++) {
        for (int64_t k = 0; k < depth; k++) to[k * PANEL + n] = b[n * g->b_line + k];
    }
    for (int64_t k = 0; k < depth; k++) {
        if (!g->b_turned) memcpy(to + k * PANEL, b + k * g->b_line, (size_t)count * sizeof(float));
        for (int64_t n = count; n < wide; n++) to[k * PANEL + n] = 0;
    }
}

static void multiply(const fovea__matmul *g, const product *p, int64_t rows, int64_t units) {
    if (g->a_turned)
        product_of_packed(p, rows, units);
    else
        product_of_rows(p, rows, units);
}

// `count` columns, fewer than a unit, by way of a buffer of whole units.
static void edge(const fovea__matmul *g, const product *whole, int64_t count) {
    float made[EDGE_ROWS * UNIT];
    for (int64_t row = 0; row < g->rows; row += EDGE_ROWS) {
        int64_t rows = least(g->rows - row, EDGE_ROWS);
        product p = *whole;
        float *c = whole->c + row * g->c_line;
        p.a += g->a_turned ? row : row * g->a_line;
        p.c = made;
        p.c_row = UNIT;
        for (int64_t m = 0; p.resume && m < rows; m++) {
            for (int64_t n = 0; n < UNIT; n++)
                made[m * UNIT + n] = n < count ? c[m * g->c_line + n] : 0;
        }
        multiply(g, &p, rows, 1);
        for (int64_t m = 0; m < rows; m++)
            memcpy(c + m * g->c_line, made + m * UNIT, (size_t)count * sizeof(float));
    }
}

static void block(const fovea__matmul *g, const float *a, const float *b, int64_t from,
                  int64_t depth, int64_t count, float *c) {
    float copied[DEPTH * PANEL] __attribute__((aligned(64)));
    product p = {.a = g->a_turned ? a + from * g->a_line : a + from,
                 .a_line = g->a_line,
                 .b = g->b_turned ? b + from : b + from * g->b_line,
                 .b_step = g->b_line,
                 .b_unit = UNIT,
                 .c = c,
                 .c_row = g->c_line,
                 .c_unit = UNIT,
                 .depth = depth,
                 .blocks = 1,
                 .resume = g->resume || from > 0};
    if (g->b_turned || g->rows > FEW_ROWS || count % UNIT) {
        copy_block(g, p.b, depth, count, copied);
        p.b = copied;
        p.b_step = PANEL;
    }
    int64_t whole = count / UNIT;
    if (whole) multiply(g, &p, g->rows, whole);
    if (count % UNIT == 0) return;
    p.b += whole * UNIT;
    p.c += whole * UNIT;
    edge(g, &p, count % UNIT);
}

void RUN(const fovea__matmul *g, const float *a, const float *b, float *c) {
    for (int64_t n = 0; n < g->columns; n += PANEL) {
        int64_t count = least(g->columns - n, PANEL);
        for (int64_t k = 0; k < g->depth; k += DEPTH) {
            block(g, a, b + (g->b_turned ? n * g->b_line : n), k, least(g->depth - k, DEPTH), count,
                  c + n);
        }
    }
}
