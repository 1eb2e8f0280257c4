// SPDX-License-Identifier: MIT
#include "explain/cross_products.h"

#include "base/cpu.h"
#include "base/threads.h"
#include "kernels/linear/linear_matmul.h"

enum { TILE = 32, BLOCK_NUMBERS = 1 << 14 };  // a block of src that stays in the cache

typedef struct job {
    fovea__matmul_f64 *run;
    const double *src;
    double *dst;
    int64_t rows, depth, line;
    bool turned, resume;
} job;

static void multiply_tile(void *user, int64_t item, int32_t worker) {
    const job *j = user;
    int64_t first = item * TILE, left = j->rows - first;
    (void)worker;
    fovea__matmul matmul = {.rows = left < TILE ? left : TILE,
                            .columns = left,
                            .a_line = j->line,
                            .b_line = j->line,
                            .c_line = j->rows,
                            .a_turned = j->turned,
                            .b_turned = !j->turned,
                            .resume = j->resume};
    int64_t block = j->turned ? BLOCK_NUMBERS / j->rows + 1 : j->depth;
    const double *x = j->src + (j->turned ? first : first * j->line);
    for (int64_t d = 0; d < j->depth; d += block) {
        matmul.depth = j->depth - d < block ? j->depth - d : block;
        j->run(&matmul, x, x, j->dst + first * j->rows + first);
        matmul.resume = true;
        x += j->turned ? block * j->line : block;
    }
}

void fovea__cross_products(fovea_context *context, const double *src, int64_t rows, int64_t depth,
                           int64_t line, bool turned, bool resume, double *dst) {
    job j = {.run = fovea__matmul_choose_f64(fovea__context_cpu(context)),
             .src = src,
             .dst = dst,
             .rows = rows,
             .depth = depth,
             .line = line,
             .turned = turned,
             .resume = resume};
    fovea__parallel(context, (rows + TILE - 1) / TILE, multiply_tile, &j);
}
