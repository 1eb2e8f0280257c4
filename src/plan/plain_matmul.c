// SPDX-License-Identifier: MIT
// MatMul in parts: rows of the output, which are chains of their own. Gradients are the operator's.
#include "layers/matmul.h"
#include "plan/plain.h"

// Parts of one sample, the rows a part is a multiple of, and the multiply-adds below which starting
// another worker costs more than it brings.
#define PARTS 16
#define ROWS 12
#define WORTH_A_PART 65536

static int64_t rows_of(const fovea__lowered *lowered) {
    const fovea__node *node = lowered->node;
    const fovea__value *value = lowered->graph->value;
    return fovea__sample_size(&value[node->out[0]]) /
           fovea__matmul_columns(&value[node->in[1]].signature.shape);
}

static int64_t parts(const fovea__lowered *lowered, bool backward) {
    (void)backward;
    const fovea__node *node = lowered->node;
    const fovea__value *value = lowered->graph->value;
    int64_t blocks = (rows_of(lowered) + ROWS - 1) / ROWS;
    int64_t depth = fovea__matmul_depth(&value[node->in[0]].signature.shape);
    int64_t worth = fovea__sample_size(&value[node->out[0]]) * depth / WORTH_A_PART;
    int64_t most = blocks < PARTS ? blocks : PARTS;
    return worth < 1 ? 1 : worth < most ? worth : most;
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                    int64_t part, uint8_t *scratch) {
    (void)scratch;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    fovea__call call = fovea__plain_call(lowered, bound, in, out);
    int64_t rows = rows_of(lowered), blocks = (rows + ROWS - 1) / ROWS;
    int64_t count = parts(lowered, false), end = (part + 1) * blocks / count * ROWS;
    if (end > rows) end = rows;
    fovea__matmul_rows(&call, sample * rows + part * blocks / count * ROWS, sample * rows + end);
}

// The samples of the output are matrices or rows below each other.
static bool accepts(const fovea_graph *graph, const fovea__node *node) {
    const fovea__value *out = &graph->value[node->out[0]];
    const fovea_shape *b = &graph->value[node->in[1]].signature.shape;
    return fovea__plain_has_samples(out) && (out->signature.shape.rank > 1 || b->rank == 1);
}

const fovea__plain_family fovea__plain_matmul = {
    .op = "MatMul", .accepts = accepts, .parts = parts, .forward = forward};
