// SPDX-License-Identifier: MIT
// The definition. Needs REAL, FMA and RUN.
#include "kernels/linear/linear_matmul.h"

void RUN(const fovea__matmul *g, const REAL *a, const REAL *b, REAL *c) {
    int64_t a_row = g->a_turned ? 1 : g->a_line, a_step = g->a_turned ? g->a_line : 1;
    for (int64_t m = 0; m < g->rows; m++, a += a_row, c += g->c_line) {
        if (!g->resume) {
            for (int64_t n = 0; n < g->columns; n++) c[n] = 0;
        }
        for (int64_t n = 0; g->b_turned && n < g->columns; n++) {
            REAL sum = c[n];
            const REAL *row = b + n * g->b_line;
            for (int64_t k = 0; k < g->depth; k++) sum = FMA(a[k * a_step], row[k], sum);
            c[n] = sum;
        }
        for (int64_t k = 0; !g->b_turned && k < g->depth; k++) {
            REAL factor = a[k * a_step];
            const REAL *row = b + k * g->b_line;
            for (int64_t n = 0; n < g->columns; n++) c[n] = FMA(factor, row[n], c[n]);
        }
    }
}
