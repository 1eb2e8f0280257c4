// SPDX-License-Identifier: MIT
// Sum, Mean, Min and Max of any number of values, from the first to the last: ((a + b) + c) + d.
#include "base/fail.h"
#include "layers/broadcast_sum.h"
#include "layers/check.h"

static fovea_status number_shape(fovea__attributes *attributes, const fovea__signature *in,
                                 int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_numbers(in, in_count, error));
    out[0].type = in[0].type;
    return fovea__broadcast_shape(in, in_count, &out[0].shape, error);
}

static fovea_status float_shape(fovea__attributes *attributes, const fovea__signature *in,
                                int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    return number_shape(attributes, in, in_count, out, error);
}

// A scalar of the type of `view`; `number` is where it lies.
typedef union number {
    float f32;
    double f64;
} number;
static fovea_view scalar(const fovea_view *view, double value, number *memory) {
    if (view->type == FOVEA_F64)
        memory->f64 = value;
    else
        memory->f32 = (float)value;
    return (fovea_view){view->type, {0}, memory};
}

static void combine_all(const fovea__call *call, fovea__binary_kind kind) {
    const fovea_view *in = call->in, *y = &call->out[0];
    if (call->in_count == 1)  // the minimum of a value and itself
        fovea__combine(FOVEA__BINARY_MIN, &in[0], &in[0], y);
    else
        fovea__combine(kind, &in[0], &in[1], y);
    for (int32_t i = 2; i < call->in_count; i++) fovea__combine(kind, y, &in[i], y);
}

static fovea_status sum_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    combine_all(call, FOVEA__BINARY_ADD);
    return FOVEA_OK;
}

static fovea_status mean_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    number memory;
    fovea_view count = scalar(&call->out[0], call->in_count, &memory);
    combine_all(call, FOVEA__BINARY_ADD);
    fovea__combine(FOVEA__BINARY_DIV, &call->out[0], &count, &call->out[0]);
    return FOVEA_OK;
}

static fovea_status min_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    combine_all(call, FOVEA__BINARY_MIN);
    return FOVEA_OK;
}

static fovea_status max_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    combine_all(call, FOVEA__BINARY_MAX);
    return FOVEA_OK;
}

static fovea_status sum_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                            fovea_error *error) {
    (void)error;
    for (int32_t i = 0; i < call->in_count; i++)
        fovea__operand_gradient(FOVEA__TERM_SAME, &d_out[0], NULL, NULL, &d_in[i]);
    return FOVEA_OK;
}

static fovea_status mean_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error) {
    (void)error;
    number memory;
    fovea_view part = scalar(&call->out[0], 1.0 / call->in_count, &memory);
    for (int32_t i = 0; i < call->in_count; i++)
        fovea__operand_gradient(FOVEA__TERM_TIMES, &d_out[0], NULL, &part, &d_in[i]);
    return FOVEA_OK;
}

// Inputs that are all the extreme share the gradient in equal parts, as torch.maximum and
// torch.amax do.
static fovea_status extreme_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                                fovea_error *error) {
    (void)error;
    fovea__extreme extreme = {call->in, &call->out[0], call->in_count};
    fovea_view shared = {call->out[0].type, {0}, &extreme};
    for (int32_t i = 0; i < call->in_count; i++)
        fovea__operand_gradient(FOVEA__TERM_SHARE, &d_out[0], &call->in[i], &shared, &d_in[i]);
    return FOVEA_OK;
}

#define VARIADIC(function, onnx, version, trait, own_shape, back, description) \
    const fovea__op fovea__op_##function = {                                   \
        .name = onnx,                                                          \
        .text = #function,                                                     \
        .label = onnx,                                                         \
        .help = description,                                                   \
        .since = version,                                                      \
        .traits = FOVEA__ELEMENTWISE | trait,                                  \
        .input = {"data_0"},                                                   \
        .inputs_required = 1,                                                  \
        .inputs_maximum = FOVEA__MAX_INPUTS,                                   \
        .outputs = 1,                                                          \
        .shape = own_shape,                                                    \
        .forward = function##_forward,                                         \
        .vjp = back,                                                           \
    };

VARIADIC(sum, "Sum", 13, FOVEA__LINEAR, number_shape, sum_vjp, "The sum of all inputs.")
VARIADIC(mean, "Mean", 13, FOVEA__LINEAR, float_shape, mean_vjp, "The mean of all inputs.")
VARIADIC(min, "Min", 13, FOVEA__MONOTONE, number_shape, extreme_vjp,
         "The smallest of all inputs; equal ones share the gradient.")
VARIADIC(max, "Max", 13, FOVEA__MONOTONE, number_shape, extreme_vjp,
         "The largest of all inputs; equal ones share the gradient.")
