// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/fail.h"
#include "layers/check.h"

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_size(in, error));
    const fovea_shape *x = &in->shape;
    int64_t axis = attributes->value[0].i[0];
    if (axis < -x->rank || axis > x->rank) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "axis is %lld, the input has %d dimensions", (long long)axis, x->rank);
    }
    int32_t cut = (int32_t)(axis < 0 ? axis + x->rank : axis);
    if (x->rank > 0 && x->dim[0] == FOVEA_DYNAMIC && cut != 1) {
        if (cut == 0) return fovea__check_fixed(x, 0, "flatten", error);
        char text[128];
        fovea_shape_format(x, text, sizeof text);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "axis %lld would join the batch N of %s with other dimensions; 1 keeps "
                           "it",
                           (long long)axis, text);
    }
    out->type = in->type;
    out->shape.rank = 2;
    out->shape.dim[0] = cut == 1 ? x->dim[0] : fovea__span(x, 0, cut);
    out->shape.dim[1] = fovea__span(x, cut, x->rank);
    return FOVEA_OK;
}

static void copy(const fovea_view *from, const fovea_view *to) {
    memmove(to->data, from->data,
            (size_t)fovea_shape_count(&from->shape) * fovea_type_size(from->type));
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    copy(&call->in[0], &call->out[0]);
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)call;
    (void)error;
    if (d_in[0].data) copy(&d_out[0], &d_in[0]);
    return FOVEA_OK;
}

const fovea__op fovea__op_flatten = {
    .name = "Flatten",
    .text = "flatten",
    .label = "Flatten",
    .help = "Makes one vector of each sample.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {{.name = "axis",
                   .text = "axis",
                   .help = "dimensions from this one on are joined",
                   .kind = FOVEA__INT,
                   .standard = 1,
                   .minimum = -FOVEA_MAX_RANK,
                   .maximum = FOVEA_MAX_RANK}},
    .input = {"input"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
