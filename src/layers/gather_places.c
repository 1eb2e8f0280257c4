// SPDX-License-Identifier: MIT
#include "kernels/copy/gather.h"

#include "base/fail.h"
#include "layers/check.h"
#include "layers/move.h"

static fovea_status check_indices(const fovea__signature *in, fovea_error *error) {
    if (in[1].type == FOVEA_I64 || in[1].type == FOVEA_I32) return FOVEA_OK;
    return fovea__fail(error, FOVEA_UNSUPPORTED, "the indices are %s, want I64 or I32",
                       fovea_type_name(in[1].type));
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)in_count;
    FOVEA__TRY(fovea__check_moved(&in[0], 1, error));
    FOVEA__TRY(fovea__check_moved(&in[1], 1, error));
    FOVEA__TRY(check_indices(in, error));
    const fovea_shape *x = &in[0].shape, *index = &in[1].shape;
    int32_t axis;
    FOVEA__TRY(fovea__check_axis(attributes->value[0].i[0], x->rank, &axis, error));
    FOVEA__TRY(fovea__check_fixed(x, axis, "gather", error));
    if (axis > 0 && index->rank) {
        FOVEA__TRY(fovea__check_fixed(index, 0, "gather", error));
    }
    out->type = in->type;
    out->shape.rank = x->rank - 1 + index->rank;
    if (out->shape.rank > FOVEA_MAX_RANK) {
        return fovea__fail(error, FOVEA_UNSUPPORTED, "%d dimensions; at most %d are possible",
                           out->shape.rank, FOVEA_MAX_RANK);
    }
    int64_t *dim = out->shape.dim;
    for (int32_t d = 0; d < axis; d++) *dim++ = x->dim[d];
    for (int32_t d = 0; d < index->rank; d++) *dim++ = index->dim[d];
    for (int32_t d = axis + 1; d < x->rank; d++) *dim++ = x->dim[d];
    return fovea__check_size(out, error);
}

static fovea__gather gather_of(const fovea__call *call) {
    const fovea_shape *x = &call->in[0].shape;
    int64_t given = call->attributes->value[0].i[0];
    int32_t axis = (int32_t)(given < 0 ? given + x->rank : given);
    return (fovea__gather){.outer = fovea__span(x, 0, axis),
                           .axis = x->dim[axis],
                           .run = fovea__span(x, axis + 1, x->rank),
                           .count = fovea_shape_count(&call->in[1].shape),
                           .index = call->in[1].data,
                           .wide = call->in[1].type == FOVEA_I64};
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    fovea__gather gather = gather_of(call);
    int64_t wrong = fovea__gather_wrong(&gather);
    if (wrong >= 0) {
        long long index = gather.wide ? (long long)((const int64_t *)gather.index)[wrong]
                                      : ((const int32_t *)gather.index)[wrong];
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "index %lld (number %lld) lies outside a dimension of %lld", index,
                           (long long)wrong, (long long)gather.axis);
    }
    fovea__gather_forward(&gather, fovea_type_size(call->in[0].type), call->in[0].data,
                          call->out[0].data);
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    fovea__gather gather = gather_of(call);
    if (d_in[0].type == FOVEA_F64)
        fovea__gather_backward_f64(&gather, d_out[0].data, d_in[0].data);
    else
        fovea__gather_backward_f32(&gather, d_out[0].data, d_in[0].data);
    return FOVEA_OK;
}

const fovea__op fovea__op_gather = {
    .name = "Gather",
    .text = "gather",
    .label = "Gather",
    .help = "Takes places of one dimension by number.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {{.name = "axis",
                   .text = "axis",
                   .help = "dimension that is taken from",
                   .kind = FOVEA__INT,
                   .standard = 0,
                   .minimum = -FOVEA_MAX_RANK,
                   .maximum = FOVEA_MAX_RANK - 1}},
    .input = {"data", "indices"},
    .inputs_required = 2,
    .inputs_maximum = 2,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
