// SPDX-License-Identifier: MIT
#include "kernels/binary/binary.h"

// Whether dimension d + 1 of one operand goes on where a step of d ends.
static bool continues(int64_t outer_stride, int64_t inner_stride, int64_t inner) {
    return outer_stride == inner_stride * inner;
}

fovea__rows fovea__rows_of(const fovea__broadcast *broadcast) {
    fovea__rows rows = {.shape = {.rank = 1, .dim = {1}}};
    fovea__broadcast *to = &rows.shape;
    int32_t rank = 0;
    for (int32_t d = 0; d < broadcast->rank; d++) {
        int64_t dim = broadcast->dim[d], a = broadcast->a_stride[d], b = broadcast->b_stride[d];
        if (dim == 1) continue;
        int32_t k = rank - 1;
        if (rank > 0 && continues(to->a_stride[k], a, dim) && continues(to->b_stride[k], b, dim)) {
            to->dim[k] *= dim;
        } else {
            k = rank++;
            to->dim[k] = dim;
        }
        to->a_stride[k] = a;
        to->b_stride[k] = b;
    }
    if (rank > 0) to->rank = rank;
    rows.count = to->dim[to->rank - 1];
    rows.a_step = to->a_stride[to->rank - 1];
    rows.b_step = to->b_stride[to->rank - 1];
    return rows;
}

bool fovea__rows_next(fovea__rows *rows) {
    const fovea__broadcast *shape = &rows->shape;
    int32_t d = shape->rank - 2;
    if (!rows->begun) {
        rows->begun = true;
        for (int32_t k = 0; k < shape->rank; k++)
            if (shape->dim[k] == 0) return false;
        return true;
    }
    rows->out += rows->count;
    for (; d >= 0; d--) {
        rows->a += shape->a_stride[d];
        rows->b += shape->b_stride[d];
        if (++rows->at[d] < shape->dim[d]) return true;
        rows->a -= shape->a_stride[d] * shape->dim[d];
        rows->b -= shape->b_stride[d] * shape->dim[d];
        rows->at[d] = 0;
    }
    return false;
}
