// SPDX-License-Identifier: MIT
// ConvTranspose: each input pixel lays its kernel, times its value, into the output. It is the input
// gradient of the convolution that goes the other way, with the same weight: so the kernels of Conv
// compute it, and its gradients are that convolution and its weight gradient.
//
//   y = (input gradient of conv at x) + b     d_x = conv(d_y)     d_w: conv's, of d_y and x
//
// The order of the sums is that of conv.h; b is added last; d_b as in broadcast_sum.h.
#include "base/checked.h"
#include "base/fail.h"
#include "kernels/conv/conv.h"
#include "kernels/splitting.h"
#include "layers/broadcast_sum.h"
#include "layers/check.h"
#include "layers/geometry.h"
#include "layers/window.h"

enum { KERNEL, STRIDES, PADS, DILATIONS, GROUP, OUTPUT_PADDING };
enum { X, W, B };

static fovea_status check_weight(const fovea_shape *x, const fovea_shape *w, int64_t groups,
                                 fovea_error *error) {
    char got[160], weight[160];
    fovea_shape_format(x, got, sizeof got);
    fovea_shape_format(w, weight, sizeof weight);
    if (w->rank != x->rank || w->dim[0] == FOVEA_DYNAMIC)
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "got %s and a weight of %s, wants both of the same rank", got, weight);
    if (w->dim[0] != x->dim[1])
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "got %s, but the weight of %s is for %lld channels", got, weight,
                           (long long)w->dim[0]);
    if (x->dim[1] % groups == 0) return FOVEA_OK;
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "groups %lld must divide the %lld input channels", (long long)groups,
                       (long long)x->dim[1]);
}

static fovea_status fill(fovea__attributes *a, const fovea_shape *w, fovea_error *error) {
    fovea__attribute *value = a->value;
    int32_t rank = w->rank - 2;
    if (value[KERNEL].count == 0) {
        value[KERNEL].count = rank;
        for (int32_t d = 0; d < rank; d++) value[KERNEL].i[d] = w->dim[2 + d];
    }
    FOVEA__TRY(fovea__window_fill(&value[KERNEL], rank, 1, "kernel", error));
    FOVEA__TRY(fovea__window_fill(&value[STRIDES], rank, 1, "stride", error));
    FOVEA__TRY(fovea__window_fill_pads(&value[PADS], rank, error));
    FOVEA__TRY(fovea__window_fill(&value[DILATIONS], rank, 1, "dilation", error));
    FOVEA__TRY(fovea__window_fill(&value[OUTPUT_PADDING], rank, 0, "output_padding", error));
    for (int32_t d = 0; d < rank; d++) {
        if (value[KERNEL].i[d] == w->dim[2 + d]) continue;
        char text[160];
        fovea_shape_format(w, text, sizeof text);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the kernel is %lld, but the weight is %s",
                           (long long)value[KERNEL].i[d], text);
    }
    return FOVEA_OK;
}

// stride * (in - 1) + dilation * (kernel - 1) + 1 + output_padding - pads.
static fovea_status spread(const fovea__attributes *a, int32_t d, int32_t rank, int64_t in,
                           int64_t *out, fovea_error *error) {
    const fovea__attribute *value = a->value;
    int64_t reach, size;
    bool fits = fovea__mul_i64(value[STRIDES].i[d], in - 1, &size) &&
                fovea__mul_i64(value[DILATIONS].i[d], value[KERNEL].i[d] - 1, &reach) &&
                fovea__add_i64(size, reach, &size) &&
                fovea__add_i64(size, value[OUTPUT_PADDING].i[d] + 1, &size);
    int64_t begin = value[PADS].i[d], end = value[PADS].i[rank + d];
    if (fits && size <= FOVEA__MAX_ELEMENTS && size - begin - end >= 1) {
        *out = size - begin - end;
        return FOVEA_OK;
    }
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "kernel %lld, stride %lld, dilation %lld and padding %lld, %lld leave no "
                       "output of sensible size for %lld inputs",
                       (long long)value[KERNEL].i[d], (long long)value[STRIDES].i[d],
                       (long long)value[DILATIONS].i[d], (long long)begin, (long long)end,
                       (long long)in);
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    const fovea_shape *x = &in[X].shape, *w = &in[W].shape;
    int64_t groups = attributes->value[GROUP].i[0], channels;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_rank(in, 3, 5, "N×C and one to three more", error));
    FOVEA__TRY(check_weight(x, w, groups, error));
    FOVEA__TRY(fill(attributes, w, error));
    if (!fovea__mul_i64(w->dim[1], groups, &channels)) channels = FOVEA__MAX_ELEMENTS + 1;
    if (in_count > B && in[B].type != FOVEA_TYPE_NONE &&
        (in[B].shape.rank != 1 || in[B].shape.dim[0] != channels)) {
        char got[160];
        fovea_shape_format(&in[B].shape, got, sizeof got);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the bias is %s, wants %lld", got,
                           (long long)channels);
    }
    out[0] = (fovea__signature){in[X].type, {x->rank, {x->dim[0], channels}}};
    for (int32_t d = 0; d < x->rank - 2; d++) {
        FOVEA__TRY(
            spread(attributes, d, x->rank - 2, x->dim[2 + d], &out->shape.dim[2 + d], error));
    }
    FOVEA__TRY(fovea__check_size(&in[X], error));
    FOVEA__TRY(fovea__check_size(&in[W], error));
    return fovea__check_size(out, error);
}

fovea__conv_geometry fovea__conv_transpose_geometry_of(const fovea__attributes *attributes,
                                                       const fovea_shape *x, const fovea_shape *w,
                                                       const fovea_shape *y) {
    return fovea__conv_geometry_of(attributes, y, w, x);
}

static fovea__conv_geometry geometry_of(const fovea__call *call) {
    return fovea__conv_transpose_geometry_of(call->attributes, &call->in[X].shape,
                                             &call->in[W].shape, &call->out[0].shape);
}

// Elements of one group of samples.
static int64_t group_step(const fovea_view *view) {
    return FOVEA__LANES * fovea__span(&view->shape, 1, view->shape.rank);
}

// y[n][o][..] += b[o].
static void add_bias(const fovea_view *bias, const fovea_view *y) {
    int64_t pixels = fovea__span(&y->shape, 2, y->shape.rank);
    for (int64_t plane = 0; plane < y->shape.dim[0] * y->shape.dim[1]; plane++) {
        int64_t o = plane % y->shape.dim[1], at = plane * pixels;
        if (y->type == FOVEA_F64) {
            double b = ((const double *)bias->data)[o], *to = (double *)y->data + at;
            for (int64_t i = 0; i < pixels; i++) to[i] += b;
        } else {
            float b = ((const float *)bias->data)[o], *to = (float *)y->data + at;
            for (int64_t i = 0; i < pixels; i++) to[i] += b;
        }
    }
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__conv_geometry g = geometry_of(call);
    const fovea_view *x = &call->in[X], *y = &call->out[0];
    fovea__splitting split = fovea__split(x->shape.dim[0]);
    int64_t from = group_step(x), to = group_step(y);
    for (int64_t i = 0; i < split.groups; i++) {
        int32_t samples = fovea__group_samples(&split, i);
        if (x->type == FOVEA_F64) {
            fovea__conv_choose_f64(call->cpu)->input_gradient(
                &g, samples, (const double *)x->data + i * from, call->in[W].data,
                (double *)y->data + i * to);
        } else {
            fovea__conv_choose(call->cpu, FOVEA__LAYOUT_NCHW, &g)
                ->input_gradient(&g, samples, (const float *)x->data + i * from, call->in[W].data,
                                 (float *)y->data + i * to, NULL);
        }
    }
    if (call->in_count > B && call->in[B].data) add_bias(&call->in[B], y);
    return FOVEA_OK;
}

static void back_to_input(const fovea__call *call, const fovea__conv_geometry *g,
                          const fovea_view *d_y, const fovea_view *d_x) {
    fovea__splitting split = fovea__split(d_x->shape.dim[0]);
    int64_t to = group_step(d_x), from = group_step(d_y);
    for (int64_t i = 0; i < split.groups; i++) {
        int32_t samples = fovea__group_samples(&split, i);
        if (d_x->type == FOVEA_F64) {
            fovea__conv_choose_f64(call->cpu)->forward(
                g, samples, (const double *)d_y->data + i * from, call->in[W].data, NULL,
                (double *)d_x->data + i * to);
        } else {
            fovea__conv_choose(call->cpu, FOVEA__LAYOUT_NCHW, g)
                ->forward(g, samples, (const float *)d_y->data + i * from, call->in[W].data, NULL,
                          (float *)d_x->data + i * to, NULL);
        }
    }
}

static void back_to_bias(const fovea_view *d_y, const fovea_view *d_b) {
    fovea__broadcast at = {
        .rank = 3,
        .dim = {d_y->shape.dim[0], d_y->shape.dim[1], fovea__span(&d_y->shape, 2, d_y->shape.rank)},
        .a_stride = {0, 1, 0}};
    if (d_b->type == FOVEA_F64) {
        fovea__broadcast_sum_f64(&at, d_y->data, NULL, d_b->data);
    } else {
        fovea__broadcast_sum_f32(&at, d_y->data, NULL, d_b->data);
    }
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    fovea__conv_geometry g = geometry_of(call);
    int64_t samples = call->in[X].shape.dim[0];
    if (d_in[X].data) back_to_input(call, &g, d_out, &d_in[X]);
    if (d_in[W].data && d_out->type == FOVEA_F64) {
        fovea__conv_choose_f64(call->cpu)->batch_gradient(&g, samples, d_out->data,
                                                          call->in[X].data, d_in[W].data, NULL);
    } else if (d_in[W].data) {
        fovea__conv_choose(call->cpu, FOVEA__LAYOUT_NCHW, &g)
            ->batch_gradient(&g, samples, d_out->data, call->in[X].data, d_in[W].data, NULL);
    }
    if (call->in_count > B && d_in[B].data) back_to_bias(d_out, &d_in[B]);
    return FOVEA_OK;
}

// Every weight once per input pixel, a bias once per output pixel.
static int64_t multiply_adds(const fovea__attributes *attributes, const fovea__signature *in,
                             const fovea__signature *out) {
    (void)attributes;
    const fovea_shape *x = &in[X].shape, *y = &out[0].shape;
    int64_t all = fovea_shape_count(&in[W].shape);
    for (int32_t d = 0; d < x->rank; d++) {
        if (d != 1 && !fovea__mul_i64(all, x->dim[d], &all)) return INT64_MAX;
    }
    int64_t bias = in[B].type != FOVEA_TYPE_NONE ? fovea_shape_count(y) : 0;
    return fovea__add_i64(all, bias, &all) ? all : INT64_MAX;
}

#define MOST 2147483647.0

const fovea__op fovea__op_conv_transpose = {
    .name = "ConvTranspose",
    .text = "convtranspose",
    .label = "ConvTranspose",
    .help = "lays each input pixel's kernel, times its value, into a larger output",
    .since = 11,
    .traits = FOVEA__LINEAR,
    .parameter = {{"kernel_shape", "kernel", "size of the kernel", FOVEA__INTS, 0, 1, MOST, false},
                  {"strides", "stride", "output pixels from one input to the next", FOVEA__INTS, 1,
                   1, MOST, false},
                  {"pads", "padding", "pixels cut off around the output", FOVEA__INTS, 0, 0, MOST,
                   false},
                  {"dilations", "dilation", "pixels from one tap of the kernel to the next",
                   FOVEA__INTS, 1, 1, MOST, false},
                  {"group", "groups", "parts the channels are cut into, each on its own",
                   FOVEA__INT, 1, 1, MOST, false},
                  {"output_padding", "output_padding", "pixels added at the end of the output",
                   FOVEA__INTS, 0, 0, MOST, false}},
    .input = {"X", "W", "B"},
    .inputs_required = 2,
    .inputs_maximum = 3,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
    .multiply_adds = multiply_adds,
};
