// SPDX-License-Identifier: MIT
// Gemm as the linear layer uses it: y = a * b^T + c, with a of N×I, b of O×I and c of O.
#include "kernels/linear/linear.h"
#include "base/checked.h"
#include "base/fail.h"
#include "kernels/splitting.h"
#include "layers/check.h"

enum { ALPHA, BETA, TRANS_A, TRANS_B };

static fovea_status check_attributes(const fovea__attributes *a, fovea_error *error) {
    if (a->value[ALPHA].f == 1 && a->value[BETA].f == 1 && a->value[TRANS_A].i[0] == 0 &&
        a->value[TRANS_B].i[0] == 1) {
        return FOVEA_OK;
    }
    return fovea__fail(
        error, FOVEA_UNSUPPORTED,
        "Gemm with alpha %.9g, beta %.9g, transA %lld and transB %lld; only 1, 1, 0 and 1 "
        "are supported",
        a->value[ALPHA].f, a->value[BETA].f, (long long)a->value[TRANS_A].i[0],
        (long long)a->value[TRANS_B].i[0]);
}

// The batch dimension is left out of the texts: "got 8×8×8, wants a vector of 512".
static fovea_status check_input(const fovea_shape *a, int64_t inputs, fovea_error *error) {
    if (a->rank == 2 && a->dim[1] == inputs) return FOVEA_OK;
    fovea_shape sample = {a->rank > 0 ? a->rank - 1 : 0, {0}};
    for (int32_t d = 0; d < sample.rank; d++) sample.dim[d] = a->dim[d + 1];
    char got[160];
    fovea_shape_format(&sample, got, sizeof got);
    if (a->rank > 2) {
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "got %s, wants a vector of %lld: `flatten` is missing before it", got,
                           (long long)inputs);
    }
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "got a vector of %s, wants a vector of %lld",
                       a->rank == 2 ? got : "nothing", (long long)inputs);
}

static fovea_status linear_shape(fovea__attributes *attributes, const fovea__signature *in,
                                 int32_t in_count, fovea__signature *out, fovea_error *error) {
    const fovea_shape *a = &in[0].shape, *b = &in[1].shape;
    char text[160];
    FOVEA__TRY(check_attributes(attributes, error));
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    if (b->rank != 2 || b->dim[0] == FOVEA_DYNAMIC) {
        fovea_shape_format(b, text, sizeof text);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the weight is %s, wants outputs×inputs",
                           text);
    }
    FOVEA__TRY(check_input(a, b->dim[1], error));
    if (in_count > 2 && in[2].type != FOVEA_TYPE_NONE &&
        (in[2].shape.rank != 1 || in[2].shape.dim[0] != b->dim[0])) {
        fovea_shape_format(&in[2].shape, text, sizeof text);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the bias is %s, wants %lld", text,
                           (long long)b->dim[0]);
    }
    FOVEA__TRY(fovea__check_size(&in[1], error));
    out[0] = (fovea__signature){in[0].type, {2, {a->dim[0], b->dim[0]}}};
    return FOVEA_OK;
}

static fovea__linear_geometry geometry_of(const fovea__call *call) {
    return (fovea__linear_geometry){call->in[1].shape.dim[1], call->in[1].shape.dim[0]};
}

static fovea_status linear_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__linear_geometry g = geometry_of(call);
    fovea__splitting split = fovea__split(call->in[0].shape.dim[0]);
    const void *a = call->in[0].data, *b = call->in[1].data;
    const void *bias = call->in_count > 2 ? call->in[2].data : NULL;
    void *y = call->out[0].data;
    for (int64_t i = 0; i < split.groups; i++) {
        int32_t samples = fovea__group_samples(&split, i);
        int64_t from = i * FOVEA__LANES * g.inputs, to = i * FOVEA__LANES * g.outputs;
        if (call->in[0].type == FOVEA_F64) {
            fovea__linear_choose_f64(call->cpu)->forward(&g, samples, (const double *)a + from, b,
                                                         bias, (double *)y + to);
        } else {
            fovea__linear_choose(call->cpu, FOVEA__LAYOUT_NCHW, &g)
                ->forward(&g, samples, (const float *)a + from, b, bias, (float *)y + to, NULL);
        }
    }
    return FOVEA_OK;
}

static void input_gradient(const fovea__call *call, const fovea__linear_geometry *g,
                           const fovea_view *d_y, fovea_view *d_x) {
    fovea__splitting split = fovea__split(d_x->shape.dim[0]);
    const void *b = call->in[1].data;
    for (int64_t i = 0; i < split.groups; i++) {
        int32_t samples = fovea__group_samples(&split, i);
        int64_t to = i * FOVEA__LANES * g->inputs, from = i * FOVEA__LANES * g->outputs;
        if (d_x->type == FOVEA_F64) {
            fovea__linear_choose_f64(call->cpu)->input_gradient(
                g, samples, (const double *)d_y->data + from, b, (double *)d_x->data + to);
        } else {
            fovea__linear_choose(call->cpu, FOVEA__LAYOUT_NCHW, g)
                ->input_gradient(g, samples, (const float *)d_y->data + from, b,
                                 (float *)d_x->data + to, NULL);
        }
    }
}

static fovea_status linear_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                               fovea_error *error) {
    (void)error;
    fovea__linear_geometry g = geometry_of(call);
    int64_t samples = call->in[0].shape.dim[0];
    void *d_weight = d_in[1].data, *d_bias = call->in_count > 2 ? d_in[2].data : NULL;
    if (d_in[0].data) input_gradient(call, &g, d_out, &d_in[0]);
    if (!d_weight && !d_bias) return FOVEA_OK;
    if (d_out->type == FOVEA_F64) {
        fovea__linear_choose_f64(call->cpu)->batch_gradient(&g, samples, call->in[0].data,
                                                            d_out->data, d_weight, d_bias);
    } else {
        fovea__linear_choose(call->cpu, FOVEA__LAYOUT_NCHW, &g)
            ->batch_gradient(&g, samples, call->in[0].data, d_out->data, d_weight, d_bias);
    }
    return FOVEA_OK;
}

// torchinfo: every weight and bias once per sample.
static int64_t linear_multiply_adds(const fovea__attributes *attributes, const fovea__signature *in,
                                    const fovea__signature *out) {
    (void)attributes;
    int64_t each = fovea_shape_count(&in[1].shape);
    if (in[2].type != FOVEA_TYPE_NONE) each += fovea_shape_count(&in[2].shape);
    return fovea__mul_i64(each, out[0].shape.dim[0], &each) ? each : INT64_MAX;
}

const fovea__op fovea__op_gemm = {
    .name = "Gemm",
    .text = "linear",
    .label = "Linear",
    .help = "every output is a weighted sum of all inputs plus a bias",
    .since = 13,
    .traits = FOVEA__LINEAR,
    .parameter = {{"alpha", NULL, "factor of the product: 1", FOVEA__REAL, 1, -1e30, 1e30, false},
                  {"beta", NULL, "factor of the bias: 1", FOVEA__REAL, 1, -1e30, 1e30, false},
                  {"transA", NULL, "whether the input is transposed: 0", FOVEA__FLAG, 0, 0, 1,
                   false},
                  {"transB", NULL, "whether the weight is outputs×inputs: 1", FOVEA__FLAG, 0, 0, 1,
                   false}},
    .input = {"A", "B", "C"},
    .inputs_required = 2,
    .inputs_maximum = 3,
    .outputs = 1,
    .shape = linear_shape,
    .forward = linear_forward,
    .vjp = linear_vjp,
    .multiply_adds = linear_multiply_adds,
};
