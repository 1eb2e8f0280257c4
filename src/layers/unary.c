// SPDX-License-Identifier: MIT
#include "layers/unary_operator.h"

#include "kernels/unary/unary_integer.h"
#include "layers/check.h"
#include "layers/elementwise.h"

#define UNARY(name)                          \
    extern const fovea__op fovea__op_##name; \
    fovea__unary fovea__unary_of_##name(const fovea__attributes *attributes);
#include "layers/unary_list.inc"
#undef UNARY

static const struct {
    const fovea__op *op;
    fovea__unary (*of)(const fovea__attributes *attributes);
} list[] = {
#define UNARY(name) {&fovea__op_##name, fovea__unary_of_##name},
#include "layers/unary_list.inc"
#undef UNARY
};

bool fovea__unary_of(const fovea__op *op, const fovea__attributes *attributes,
                     fovea__unary *unary) {
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        if (list[i].op != op) continue;
        *unary = list[i].of(attributes);
        return true;
    }
    return false;
}

fovea_status fovea__unary_shape(fovea__attributes *attributes, const fovea__signature *in,
                                int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    fovea_status status = fovea__check_inputs(in, in_count, error);
    out[0] = in[0];
    return status;
}

fovea_status fovea__unary_number_shape(fovea__attributes *attributes, const fovea__signature *in,
                                       int32_t in_count, fovea__signature *out,
                                       fovea_error *error) {
    (void)attributes;
    fovea_status status = fovea__check_numbers(in, in_count, error);
    out[0] = in[0];
    return status;
}

void fovea__unary_forward(const fovea__call *call, const fovea__unary *unary) {
    const fovea_view *x = &call->in[0], *y = &call->out[0];
    int64_t count = fovea_shape_count(&x->shape);
    if (x->type == FOVEA_F32) {
        fovea__unary_choose(call->cpu)->forward(unary->kind, (float)unary->alpha,
                                                (float)unary->beta, count, x->data, y->data);
    } else if (x->type == FOVEA_F64) {
        fovea__unary_forward_f64(unary->kind, unary->alpha, unary->beta, count, x->data, y->data);
    } else {
        fovea__unary_integer(unary->kind, unary->alpha, unary->beta, x->type, count, x->data,
                             y->data);
    }
}

void fovea__unary_vjp(const fovea__call *call, const fovea__unary *unary, const fovea_view *d_out,
                      fovea_view *d_in) {
    if (!d_in[0].data) return;
    const fovea_view *x = &call->in[0], *y = &call->out[0];
    int64_t count = fovea_shape_count(&x->shape);
    if (x->type == FOVEA_F64) {
        fovea__unary_backward_f64(unary->kind, unary->alpha, unary->beta, count, x->data, y->data,
                                  d_out[0].data, d_in[0].data);
    } else {
        fovea__unary_choose(call->cpu)->backward(unary->kind, (float)unary->alpha,
                                                 (float)unary->beta, count, x->data, y->data,
                                                 d_out[0].data, d_in[0].data);
    }
}
