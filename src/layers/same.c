// SPDX-License-Identifier: MIT
// Identity: its input under another name, for numbers of any type. ONNX nets name outputs with it.
#include <string.h>

#include "layers/op.h"

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    (void)in_count;
    (void)error;
    out[0] = in[0];
    return FOVEA_OK;
}

static void copy(const fovea_view *from, const fovea_view *to) {
    if (to->data == from->data) return;
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

const fovea__op fovea__op_identity = {
    .name = "Identity",
    .text = "identity",
    .label = "Identity",
    .help = "The same numbers under another name.",
    .since = 1,
    .traits = FOVEA__LINEAR | FOVEA__ELEMENTWISE | FOVEA__MONOTONE | FOVEA__SHAPE_ONLY,
    .input = {"input"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
