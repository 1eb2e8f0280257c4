// SPDX-License-Identifier: MIT
#include "base/fail.h"
#include "layers/broadcast_sum.h"

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_type(&in[0], 1, FOVEA_BOOL, error));
    FOVEA__TRY(fovea__check_same_type(&in[1], 2, error));
    out[0].type = in[1].type;
    return fovea__broadcast_shape(in, in_count, &out[0].shape, error);
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    const fovea_view *in = call->in, *y = &call->out[0];
    for (int32_t i = 1; i < 3; i++) {
        fovea__broadcast broadcast = fovea__broadcast_of(&in[0].shape, &in[i].shape, &y->shape);
        fovea__choose_where(&broadcast, i == 1, fovea_type_size(y->type), in[0].data, in[i].data,
                            y->data);
    }
    return FOVEA_OK;
}

// Nothing flows to the condition.
static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    const fovea_view *condition = &call->in[0];
    fovea__operand_gradient(FOVEA__TERM_WHERE, &d_out[0], NULL, condition, &d_in[1]);
    fovea__operand_gradient(FOVEA__TERM_NOT_WHERE, &d_out[0], NULL, condition, &d_in[2]);
    return FOVEA_OK;
}

const fovea__op fovea__op_where = {
    .name = "Where",
    .text = "where",
    .label = "Where",
    .help = "The second value where the condition is true, else the third.",
    .since = 16,
    .traits = FOVEA__ELEMENTWISE,
    .input = {"condition", "X", "Y"},
    .inputs_required = 3,
    .inputs_maximum = 3,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
