// SPDX-License-Identifier: MIT
// Add and Mul with numpy's broadcasting.
#include <string.h>

#include "base/fail.h"
#include "layers/broadcast_sum.h"
#include "layers/check.h"

// Dimension d of `shape` seen with `rank` dimensions: missing ones are 1.
static int64_t dim_of(const fovea_shape *shape, int32_t rank, int32_t d) {
    int32_t own = d - (rank - shape->rank);
    return own < 0 ? 1 : shape->dim[own];
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    const fovea_shape *a = &in[0].shape, *b = &in[1].shape;
    out[0].type = in[0].type;
    out[0].shape.rank = a->rank > b->rank ? a->rank : b->rank;
    for (int32_t d = 0; d < out[0].shape.rank; d++) {
        int64_t i = dim_of(a, out[0].shape.rank, d), k = dim_of(b, out[0].shape.rank, d);
        if (i != k && i != 1 && k != 1) {
            char left[128], right[128];
            fovea_shape_format(a, left, sizeof left);
            fovea_shape_format(b, right, sizeof right);
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "%s and %s do not fit together: dimension %d must be equal, or 1 in "
                               "one of them",
                               left, right, d);
        }
        out[0].shape.dim[d] = i == 1 ? k : i;
    }
    return fovea__check_size(out, error);
}

static void strides_of(const fovea_shape *operand, const fovea_shape *out, int64_t *stride) {
    int64_t step = 1;
    for (int32_t d = out->rank - 1; d >= 0; d--) {
        int64_t own = dim_of(operand, out->rank, d);
        stride[d] = own == 1 && out->dim[d] != 1 ? 0 : step;
        step *= own;
    }
}

static fovea__broadcast broadcast_of(const fovea_shape *a, const fovea_shape *b,
                                     const fovea_shape *out) {
    fovea__broadcast broadcast = {.rank = out->rank};
    memcpy(broadcast.dim, out->dim, sizeof out->dim);
    strides_of(a, out, broadcast.a_stride);
    strides_of(b, out, broadcast.b_stride);
    return broadcast;
}

static void combine(fovea__binary_kind kind, const fovea_view *a, const fovea_view *b,
                    const fovea_view *dst) {
    bool f64 = dst->type == FOVEA_F64;
    if (fovea_shape_equal(&a->shape, &b->shape)) {
        int64_t count = fovea_shape_count(&dst->shape);
        if (f64) {
            fovea__binary_f64(kind, count, a->data, b->data, dst->data);
        } else {
            fovea__binary_f32(kind, count, a->data, b->data, dst->data);
        }
        return;
    }
    fovea__broadcast broadcast = broadcast_of(&a->shape, &b->shape, &dst->shape);
    if (f64) {
        fovea__binary_broadcast_f64(kind, &broadcast, a->data, b->data, dst->data);
    } else {
        fovea__binary_broadcast_f32(kind, &broadcast, a->data, b->data, dst->data);
    }
}

// d_a where a is an operand and b the other one.
static void combine_back(fovea__binary_kind kind, const fovea_view *d_out, const fovea_view *b,
                         const fovea_view *d_a) {
    bool f64 = d_a->type == FOVEA_F64, mul = kind == FOVEA__BINARY_MUL;
    if (fovea_shape_equal(&d_a->shape, &d_out->shape)) {
        if (mul) {
            combine(kind, d_out, b, d_a);
        } else {
            size_t bytes = (size_t)fovea_shape_count(&d_a->shape) * (f64 ? 8 : 4);
            memmove(d_a->data, d_out->data, bytes);
        }
        return;
    }
    fovea__broadcast broadcast = broadcast_of(&d_a->shape, &b->shape, &d_out->shape);
    if (f64) {
        fovea__broadcast_sum_f64(&broadcast, d_out->data, mul ? b->data : NULL, d_a->data);
    } else {
        fovea__broadcast_sum_f32(&broadcast, d_out->data, mul ? b->data : NULL, d_a->data);
    }
}

#define ARITHMETIC(function, onnx, binary_kind, description)                              \
    static fovea_status function##_forward(const fovea__call *call, fovea_error *error) { \
        (void)error;                                                                      \
        combine(binary_kind, &call->in[0], &call->in[1], &call->out[0]);                  \
        return FOVEA_OK;                                                                  \
    }                                                                                     \
    static fovea_status function##_vjp(const fovea__call *call, const fovea_view *d_out,  \
                                       fovea_view *d_in, fovea_error *error) {            \
        (void)error;                                                                      \
        if (d_in[0].data) combine_back(binary_kind, &d_out[0], &call->in[1], &d_in[0]);   \
        if (d_in[1].data) combine_back(binary_kind, &d_out[0], &call->in[0], &d_in[1]);   \
        return FOVEA_OK;                                                                  \
    }                                                                                     \
    const fovea__op fovea__op_##function = {                                              \
        .name = onnx,                                                                     \
        .text = #function,                                                                \
        .label = onnx,                                                                    \
        .help = description,                                                              \
        .since = 14,                                                                      \
        .traits = FOVEA__LINEAR | FOVEA__ELEMENTWISE,                                     \
        .input = {"A", "B"},                                                              \
        .inputs_required = 2,                                                             \
        .inputs_maximum = 2,                                                              \
        .outputs = 1,                                                                     \
        .shape = shape,                                                                   \
        .forward = function##_forward,                                                    \
        .vjp = function##_vjp,                                                            \
    };

ARITHMETIC(add, "Add", FOVEA__BINARY_ADD, "The sum of two values; dimensions of 1 are repeated.")
ARITHMETIC(mul, "Mul", FOVEA__BINARY_MUL,
           "The product of two values, element by element; dimensions of 1 are repeated.")
