// SPDX-License-Identifier: MIT
#include "graph/products.h"

#include <string.h>

#include "base/checked.h"

// `count` times every dimension of `shape` but the channels: once a position and sample.
static int64_t at_every_place(int64_t count, const fovea_shape *shape) {
    for (int32_t d = 0; d < shape->rank; d++)
        if (d != 1 && !fovea__mul_i64(count, shape->dim[d], &count)) return INT64_MAX;
    return count;
}

static int64_t times_all(int64_t count, const fovea_shape *shape) {
    for (int32_t d = 0; d < shape->rank; d++)
        if (!fovea__mul_i64(count, shape->dim[d], &count)) return INT64_MAX;
    return count;
}

int64_t fovea__count_products(const fovea__node *node, const fovea__signature *in,
                              const fovea__signature *out) {
    const char *op = node->op->name;
    const fovea_shape *left = &in[0].shape;
    if (strcmp(op, "Conv") == 0)
        return at_every_place(fovea_shape_count(&in[1].shape), &out[0].shape);
    if (strcmp(op, "ConvTranspose") == 0)
        return at_every_place(fovea_shape_count(&in[1].shape), left);
    if (left->rank < 1) return 0;
    if (strcmp(op, "Gemm") == 0) {
        bool turned = fovea__node_integer(node, "transA", 0, 0) != 0;
        return times_all(left->dim[turned ? 0 : left->rank - 1], &out[0].shape);
    }
    if (strcmp(op, "MatMul") == 0) return times_all(left->dim[left->rank - 1], &out[0].shape);
    return 0;
}
