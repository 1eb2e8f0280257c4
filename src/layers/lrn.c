// SPDX-License-Identifier: MIT
// LRN: each value divided by a power of the squares in the channels around it (AlexNet).
#include "kernels/lrn/lrn.h"

#include "base/fail.h"
#include "layers/check.h"

enum { SIZE, ALPHA, BETA, BIAS };

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_rank(in, 2, FOVEA_MAX_RANK, "N×C and perhaps more", error));
    out[0] = in[0];
    return FOVEA_OK;
}

static fovea__lrn lrn_of(const fovea__call *call) {
    const fovea_shape *x = &call->in[0].shape;
    const fovea__attribute *value = call->attributes->value;
    return (fovea__lrn){.samples = x->dim[0],
                        .channels = x->dim[1],
                        .pixels = fovea__span(x, 2, x->rank),
                        .size = value[SIZE].i[0],
                        .alpha = value[ALPHA].f,
                        .beta = value[BETA].f,
                        .bias = value[BIAS].f};
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__lrn lrn = lrn_of(call);
    if (call->in[0].type == FOVEA_F64) {
        fovea__lrn_f64(&lrn, call->in[0].data, call->out[0].data);
    } else {
        fovea__lrn_f32(&lrn, call->in[0].data, call->out[0].data);
    }
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    fovea__lrn lrn = lrn_of(call);
    if (call->in[0].type == FOVEA_F64) {
        fovea__lrn_back_f64(&lrn, call->in[0].data, d_out[0].data, d_in[0].data);
    } else {
        fovea__lrn_back_f32(&lrn, call->in[0].data, d_out[0].data, d_in[0].data);
    }
    return FOVEA_OK;
}

const fovea__op fovea__op_lrn = {
    .name = "LRN",
    .text = "lrn",
    .label = "LocalResponseNorm",
    .help = "Divides each value by a power of the squares in the channels around it.",
    .since = 13,
    .parameter = {{"size", "size", "channels of a window", FOVEA__INT, 5, 1, 1048576, true},
                  {"alpha", "alpha", "factor of the mean square", FOVEA__REAL, 1e-4, 0, 1e6, false},
                  {"beta", "beta", "exponent", FOVEA__REAL, 0.75, 0, 1e3, false},
                  {"bias", "k", "added to it", FOVEA__REAL, 1, 1e-30, 1e6, false}},
    .input = {"X"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
