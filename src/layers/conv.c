// SPDX-License-Identifier: MIT
// Conv: y = x * w + b in one to three dimensions. The rank of x decides how many.
#include "kernels/conv/conv.h"
#include "base/checked.h"
#include "base/fail.h"
#include "kernels/splitting.h"
#include "layers/check.h"
#include "layers/geometry.h"
#include "layers/window.h"

enum { KERNEL, STRIDES, PADS, DILATIONS, GROUP };

static fovea_status check_ranks(const fovea__signature *in, fovea_error *error) {
    const fovea_shape *x = &in[0].shape, *w = &in[1].shape;
    FOVEA__TRY(fovea__check_rank(in, 3, 5, "N×C and one to three more", error));
    if (w->rank == x->rank) return FOVEA_OK;
    char got[160], weight[160];
    fovea_shape_format(x, got, sizeof got);
    fovea_shape_format(w, weight, sizeof weight);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "got %s and a weight of %s, wants both of the same rank", got, weight);
}

static fovea_status check_channels(const fovea_shape *x, const fovea_shape *w, int64_t groups,
                                   fovea_error *error) {
    int64_t c = x->dim[1], o = w->dim[0];
    if (c < 1 || o < 1 || c % groups != 0 || o % groups != 0) {
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "groups %lld must divide the %lld input and the %lld output channels",
                           (long long)groups, (long long)c, (long long)o);
    }
    if (w->dim[1] == c / groups) return FOVEA_OK;
    return fovea__fail(
        error, FOVEA_SHAPE_MISMATCH,
        "got %lld channels in %lld groups, but the weight is for %lld channels a group",
        (long long)c, (long long)groups, (long long)w->dim[1]);
}

static fovea_status check_bias(const fovea__signature *bias, int64_t outputs, fovea_error *error) {
    if (bias->type == FOVEA_TYPE_NONE) return FOVEA_OK;
    if (bias->shape.rank == 1 && bias->shape.dim[0] == outputs) return FOVEA_OK;
    char got[160];
    fovea_shape_format(&bias->shape, got, sizeof got);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the bias is %s, wants %lld", got,
                       (long long)outputs);
}

// Size of the output along one dimension.
static fovea_status slide(const fovea__attributes *a, int32_t d, int32_t rank, int64_t size,
                          int64_t *out, fovea_error *error) {
    int64_t kernel = a->value[KERNEL].i[d], dilation = a->value[DILATIONS].i[d], extent, padded;
    if (!fovea__mul_i64(kernel - 1, dilation, &extent) || !fovea__add_i64(extent, 1, &extent) ||
        !fovea__add_i64(size, a->value[PADS].i[d], &padded) ||
        !fovea__add_i64(padded, a->value[PADS].i[rank + d], &padded) ||
        padded > FOVEA__MAX_ELEMENTS) {
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "kernel %lld, dilation %lld and padding %lld are too large",
                           (long long)kernel, (long long)dilation, (long long)a->value[PADS].i[d]);
    }
    if (padded < extent) {
        return fovea__fail(
            error, FOVEA_SHAPE_MISMATCH,
            "the kernel covers %lld pixels (kernel %lld, dilation %lld), but the padded "
            "input has %lld (%lld + %lld + %lld)",
            (long long)extent, (long long)kernel, (long long)dilation, (long long)padded,
            (long long)size, (long long)a->value[PADS].i[d], (long long)a->value[PADS].i[rank + d]);
    }
    *out = (padded - extent) / a->value[STRIDES].i[d] + 1;
    return FOVEA_OK;
}

static fovea_status kernel_fits_weight(fovea__attribute *kernel, const fovea_shape *w,
                                       fovea_error *error) {
    int32_t rank = w->rank - 2;
    if (kernel->count == 0) {
        kernel->count = rank;
        for (int32_t d = 0; d < rank; d++) kernel->i[d] = w->dim[2 + d];
    }
    FOVEA__TRY(fovea__window_fill(kernel, rank, 1, "kernel", error));
    for (int32_t d = 0; d < rank; d++) {
        if (w->dim[2 + d] >= 1 && kernel->i[d] == w->dim[2 + d]) continue;
        char weight[160];
        fovea_shape_format(w, weight, sizeof weight);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the kernel is %lld, but the weight is %s",
                           (long long)kernel->i[d], weight);
    }
    return FOVEA_OK;
}

static fovea_status conv_shape(fovea__attributes *attributes, const fovea__signature *in,
                               int32_t in_count, fovea__signature *out, fovea_error *error) {
    const fovea_shape *x = &in[0].shape, *w = &in[1].shape;
    int32_t rank = x->rank - 2;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(check_ranks(in, error));
    FOVEA__TRY(check_channels(x, w, attributes->value[GROUP].i[0], error));
    if (in_count > 2) FOVEA__TRY(check_bias(&in[2], w->dim[0], error));
    FOVEA__TRY(kernel_fits_weight(&attributes->value[KERNEL], w, error));
    FOVEA__TRY(fovea__window_fill(&attributes->value[STRIDES], rank, 1, "stride", error));
    FOVEA__TRY(fovea__window_fill_pads(&attributes->value[PADS], rank, error));
    FOVEA__TRY(fovea__window_fill(&attributes->value[DILATIONS], rank, 1, "dilation", error));
    out[0] = (fovea__signature){in[0].type, {x->rank, {x->dim[0], w->dim[0]}}};
    for (int32_t d = 0; d < rank; d++) {
        FOVEA__TRY(slide(attributes, d, rank, x->dim[2 + d], &out[0].shape.dim[2 + d], error));
    }
    FOVEA__TRY(fovea__check_size(&in[0], error));
    FOVEA__TRY(fovea__check_size(&in[1], error));
    return fovea__check_size(&out[0], error);
}

fovea__conv_geometry fovea__conv_geometry_of(const fovea__attributes *a, const fovea_shape *x,
                                             const fovea_shape *w, const fovea_shape *y) {
    fovea__conv_geometry g = {a->value[GROUP].i[0],
                              x->dim[1],
                              w->dim[0],
                              {1, 1, 1},
                              {1, 1, 1},
                              {1, 1, 1},
                              {1, 1, 1},
                              {0, 0, 0},
                              {1, 1, 1}};
    int32_t rank = x->rank - 2;
    for (int32_t d = 0; d < rank; d++) {
        int32_t i = 3 - rank + d;
        g.in[i] = x->dim[2 + d];
        g.out[i] = y->dim[2 + d];
        g.kernel[i] = w->dim[2 + d];
        g.stride[i] = a->value[STRIDES].i[d];
        g.pad[i] = a->value[PADS].i[d];
        g.dilation[i] = a->value[DILATIONS].i[d];
    }
    return g;
}

static fovea__conv_geometry geometry_of(const fovea__call *call) {
    return fovea__conv_geometry_of(call->attributes, &call->in[0].shape, &call->in[1].shape,
                                   &call->out[0].shape);
}

// Elements of one group of samples.
static int64_t group_step(const fovea_view *view) {
    int64_t step = FOVEA__LANES;
    for (int32_t d = 1; d < view->shape.rank; d++) step *= view->shape.dim[d];
    return step;
}

static const void *bias_of(const fovea__call *call) {
    return call->in_count > 2 ? call->in[2].data : NULL;
}

static fovea_status conv_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__conv_geometry g = geometry_of(call);
    fovea__splitting split = fovea__split(call->in[0].shape.dim[0]);
    int64_t step_x = group_step(&call->in[0]), step_y = group_step(&call->out[0]);
    const void *x = call->in[0].data, *w = call->in[1].data, *bias = bias_of(call);
    for (int64_t i = 0; i < split.groups; i++) {
        int32_t samples = fovea__group_samples(&split, i);
        if (call->in[0].type == FOVEA_F64) {
            fovea__conv_choose_f64(call->cpu)->forward(&g, samples, (const double *)x + i * step_x,
                                                       w, bias,
                                                       (double *)call->out[0].data + i * step_y);
        } else {
            fovea__conv_choose(call->cpu, FOVEA__LAYOUT_NCHW, &g)
                ->forward(&g, samples, (const float *)x + i * step_x, w, bias,
                          (float *)call->out[0].data + i * step_y, NULL);
        }
    }
    return FOVEA_OK;
}

static void input_gradient(const fovea__call *call, const fovea__conv_geometry *g,
                           const fovea_view *d_y, fovea_view *d_x) {
    fovea__splitting split = fovea__split(d_x->shape.dim[0]);
    int64_t step_x = group_step(d_x), step_y = group_step(d_y);
    const void *w = call->in[1].data;
    for (int64_t i = 0; i < split.groups; i++) {
        int32_t samples = fovea__group_samples(&split, i);
        if (d_x->type == FOVEA_F64) {
            fovea__conv_choose_f64(call->cpu)->input_gradient(
                g, samples, (const double *)d_y->data + i * step_y, w,
                (double *)d_x->data + i * step_x);
        } else {
            fovea__conv_choose(call->cpu, FOVEA__LAYOUT_NCHW, g)
                ->input_gradient(g, samples, (const float *)d_y->data + i * step_y, w,
                                 (float *)d_x->data + i * step_x, NULL);
        }
    }
}

static fovea_status conv_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error) {
    (void)error;
    fovea__conv_geometry g = geometry_of(call);
    int64_t samples = call->in[0].shape.dim[0];
    void *d_weight = d_in[1].data, *d_bias = call->in_count > 2 ? d_in[2].data : NULL;
    if (d_in[0].data) input_gradient(call, &g, d_out, &d_in[0]);
    if (!d_weight && !d_bias) return FOVEA_OK;
    if (d_out->type == FOVEA_F64) {
        fovea__conv_choose_f64(call->cpu)->batch_gradient(&g, samples, call->in[0].data,
                                                          d_out->data, d_weight, d_bias);
    } else {
        fovea__conv_choose(call->cpu, FOVEA__LAYOUT_NCHW, &g)
            ->batch_gradient(&g, samples, call->in[0].data, d_out->data, d_weight, d_bias);
    }
    return FOVEA_OK;
}

// torchinfo: every weight and bias once per output pixel.
static int64_t conv_multiply_adds(const fovea__attributes *attributes, const fovea__signature *in,
                                  const fovea__signature *out) {
    (void)attributes;
    int64_t each = fovea_shape_count(&in[1].shape);
    if (in[2].type != FOVEA_TYPE_NONE) each += fovea_shape_count(&in[2].shape);
    for (int32_t d = 0; d < out[0].shape.rank; d++) {
        if (d != 1 && !fovea__mul_i64(each, out[0].shape.dim[d], &each)) return INT64_MAX;
    }
    return each;
}

#define MOST 2147483647.0

const fovea__op fovea__op_conv = {
    .name = "Conv",
    .text = "conv",
    .label = "Conv",
    .help = "slides each output channel's kernel over the input and sums the products",
    .since = 11,
    .traits = FOVEA__LINEAR,
    .parameter = {{"kernel_shape", "kernel", "size of the kernel", FOVEA__INTS, 0, 1, MOST, false},
                  {"strides", "stride", "pixels from one output to the next", FOVEA__INTS, 1, 1,
                   MOST, false},
                  {"pads", "padding", "zeros put around the input", FOVEA__INTS, 0, 0, MOST, false},
                  {"dilations", "dilation", "pixels from one tap of the kernel to the next",
                   FOVEA__INTS, 1, 1, MOST, false},
                  {"group", "groups", "parts the channels are cut into, each convolved on its own",
                   FOVEA__INT, 1, 1, MOST, false}},
    .input = {"X", "W", "B"},
    .inputs_required = 2,
    .inputs_maximum = 3,
    .outputs = 1,
    .shape = conv_shape,
    .forward = conv_forward,
    .vjp = conv_vjp,
    .multiply_adds = conv_multiply_adds,
};
