// SPDX-License-Identifier: MIT
#include "layers/elementwise.h"

#include <string.h>

#include "base/fail.h"
#include "layers/check.h"

// Dimension d of `shape` seen with `rank` dimensions: missing ones are 1.
static int64_t dim_of(const fovea_shape *shape, int32_t rank, int32_t d) {
    int32_t own = d - (rank - shape->rank);
    return own < 0 ? 1 : shape->dim[own];
}

fovea_status fovea__check_same_type(const fovea__signature *in, int32_t in_count,
                                    fovea_error *error) {
    for (int32_t i = 1; i < in_count; i++) {
        if (in[i].type == in[0].type) continue;
        return fovea__fail(error, FOVEA_UNSUPPORTED, "input %d is %s, input 0 is %s", i,
                           fovea_type_name(in[i].type), fovea_type_name(in[0].type));
    }
    return FOVEA_OK;
}

fovea_status fovea__check_type(const fovea__signature *in, int32_t in_count, fovea_type type,
                               fovea_error *error) {
    for (int32_t i = 0; i < in_count; i++) {
        if (in[i].type == type) continue;
        return fovea__fail(error, FOVEA_UNSUPPORTED, "input %d is %s, wants %s", i,
                           fovea_type_name(in[i].type), fovea_type_name(type));
    }
    return FOVEA_OK;
}

fovea_status fovea__check_numbers(const fovea__signature *in, int32_t in_count,
                                  fovea_error *error) {
    if (fovea__is_float(in[0].type)) return fovea__check_inputs(in, in_count, error);
    if (in[0].type == FOVEA_BOOL || in[0].type == FOVEA_F16 || in[0].type == FOVEA_BF16) {
        return fovea__fail(error, FOVEA_UNSUPPORTED, "input 0 is %s, wants numbers",
                           fovea_type_name(in[0].type));
    }
    return fovea__check_same_type(in, in_count, error);
}

fovea_status fovea__broadcast_shape(const fovea__signature *in, int32_t in_count, fovea_shape *out,
                                    fovea_error *error) {
    *out = in[0].shape;
    for (int32_t n = 1; n < in_count; n++) {
        fovea_shape a = *out;
        const fovea_shape *b = &in[n].shape;
        out->rank = a.rank > b->rank ? a.rank : b->rank;
        for (int32_t d = 0; d < out->rank; d++) {
            int64_t i = dim_of(&a, out->rank, d), k = dim_of(b, out->rank, d);
            if (i != k && i != 1 && k != 1) {
                char left[128], right[128];
                fovea_shape_format(&a, left, sizeof left);
                fovea_shape_format(b, right, sizeof right);
                return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                                   "%s and %s do not fit together: dimension %d must be equal, or "
                                   "1 in one of them",
                                   left, right, d);
            }
            out->dim[d] = i == 1 ? k : i;
        }
    }
    for (int32_t d = 1; d < out->rank; d++) {
        if (out->dim[d] != FOVEA_DYNAMIC) continue;
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "an input of %d dimensions would make the batch N dimension %d of %d",
                           out->rank, d, out->rank);
    }
    fovea__signature whole = {in[0].type, *out};
    return fovea__check_size(&whole, error);
}

static void strides_of(const fovea_shape *operand, const fovea_shape *out, int64_t *stride) {
    int64_t step = 1;
    for (int32_t d = out->rank - 1; d >= 0; d--) {
        int64_t own = dim_of(operand, out->rank, d);
        stride[d] = own == 1 && out->dim[d] != 1 ? 0 : step;
        step *= own;
    }
}

fovea__broadcast fovea__broadcast_of(const fovea_shape *a, const fovea_shape *b,
                                     const fovea_shape *out) {
    fovea__broadcast broadcast = {.rank = out->rank};
    memcpy(broadcast.dim, out->dim, sizeof out->dim);
    strides_of(a, out, broadcast.a_stride);
    strides_of(b, out, broadcast.b_stride);
    return broadcast;
}

void fovea__combine(fovea__binary_kind kind, const fovea_view *a, const fovea_view *b,
                    const fovea_view *dst) {
    bool flat = fovea_shape_equal(&a->shape, &b->shape) && dst->type == FOVEA_F32;
    if (flat) {
        fovea__binary_f32(kind, fovea_shape_count(&dst->shape), a->data, b->data, dst->data);
        return;
    }
    fovea__broadcast broadcast = fovea__broadcast_of(&a->shape, &b->shape, &dst->shape);
    if (dst->type == FOVEA_F64) {
        fovea__binary_broadcast_f64(kind, &broadcast, a->data, b->data, dst->data);
    } else if (dst->type == FOVEA_F32) {
        fovea__binary_broadcast_f32(kind, &broadcast, a->data, b->data, dst->data);
    } else {
        fovea__binary_broadcast_integer(kind, &broadcast, dst->type, a->data, b->data, dst->data);
    }
}
