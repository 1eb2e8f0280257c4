// SPDX-License-Identifier: MIT
#include "base/checked.h"
#include "base/fail.h"
#include "kernels/copy/copy.h"
#include "layers/check.h"
#include "layers/move.h"

static fovea_status same_but(const fovea__signature *in, int32_t i, int32_t axis,
                             fovea_error *error) {
    bool same = in[i].shape.rank == in[0].shape.rank;
    for (int32_t d = 0; same && d < in[0].shape.rank; d++) {
        same = d == axis || in[i].shape.dim[d] == in[0].shape.dim[d];
    }
    if (same) return FOVEA_OK;
    char first[128], other[128];
    fovea_shape_format(&in[0].shape, first, sizeof first);
    fovea_shape_format(&in[i].shape, other, sizeof other);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "input %d is %s, input 0 is %s: they may differ in dimension %d only", i,
                       other, first, axis);
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
    int32_t axis;
    FOVEA__TRY(fovea__check_axis(attributes->value[0].i[0], in[0].shape.rank, &axis, error));
    FOVEA__TRY(fovea__check_fixed(&in[0].shape, axis, "concatenate", error));
    out[0] = in[0];
    for (int32_t i = 1; i < in_count; i++) {
        FOVEA__TRY(same_but(in, i, axis, error));
        int64_t *sum = &out[0].shape.dim[axis], more = in[i].shape.dim[axis];
        if (more == FOVEA_DYNAMIC) return same_but(in, i, -1, error);
        if (!fovea__add_i64(*sum, more, sum)) {
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "dimension %d grows too large", axis);
        }
    }
    return fovea__check_size(out, error);
}

// Elements of input i from one place of the axis' outer dimensions to the next.
static int64_t runs_of(const fovea__call *call, int64_t *run) {
    int64_t given = call->attributes->value[0].i[0];
    const fovea_shape *x = &call->in[0].shape;
    int32_t axis = (int32_t)(given < 0 ? given + x->rank : given);
    for (int32_t i = 0; i < call->in_count; i++) {
        run[i] = fovea__span(&call->in[i].shape, axis, x->rank);
    }
    return fovea__span(x, 0, axis);
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    int64_t run[FOVEA__MAX_INPUTS];
    const void *src[FOVEA__MAX_INPUTS];
    int64_t outer = runs_of(call, run);
    for (int32_t i = 0; i < call->in_count; i++) src[i] = call->in[i].data;
    fovea__copy_concat(outer, call->in_count, run, fovea_type_size(call->in[0].type), src,
                       call->out[0].data);
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    int64_t run[FOVEA__MAX_INPUTS];
    void *dst[FOVEA__MAX_INPUTS];
    int64_t outer = runs_of(call, run);
    for (int32_t i = 0; i < call->in_count; i++) dst[i] = d_in[i].data;
    fovea__copy_split(outer, call->in_count, run, fovea_type_size(call->in[0].type), d_out[0].data,
                      dst);
    return FOVEA_OK;
}

const fovea__op fovea__op_concat = {
    .name = "Concat",
    .text = "concat",
    .label = "Concat",
    .help = "Puts values side by side along one dimension, usually the channels.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {{.name = "axis",
                   .text = "axis",
                   .help = "dimension that grows",
                   .kind = FOVEA__INT,
                   .standard = 1,
                   .minimum = -FOVEA_MAX_RANK,
                   .maximum = FOVEA_MAX_RANK - 1}},
    .input = {"inputs"},
    .inputs_required = 1,
    .inputs_maximum = FOVEA__MAX_INPUTS,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
