// SPDX-License-Identifier: MIT
#include "base/fail.h"
#include "layers/check.h"
#include "layers/move.h"

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
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
    .forward = fovea__keep_forward,
    .vjp = fovea__keep_vjp,
};
