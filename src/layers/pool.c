// SPDX-License-Identifier: MIT
// MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool and AdaptiveAveragePool over one, two or
// three dimensions.
#include "kernels/pool/pool.h"

#include <string.h>

#include "base/fail.h"
#include "kernels/splitting.h"
#include "layers/check.h"
#include "layers/geometry.h"
#include "layers/pool_shape.h"

static fovea__pool_geometry geometry_of(const fovea__call *call, fovea__pool_kind kind) {
    return fovea__pool_geometry_of(call->attributes, kind, &call->in[0].shape, &call->out[0].shape);
}

// One window of everything.
static fovea__pool_geometry whole_of(const fovea__call *call) {
    fovea__pool_geometry g = geometry_of(call, FOVEA__POOL_ADAPTIVE);
    g.kind = FOVEA__POOL_MAX;
    memcpy(g.kernel, g.in, sizeof g.in);
    return g;
}

static void run(const fovea__call *call, fovea__pool_geometry g) {
    const fovea_view *x = &call->in[0], *y = &call->out[0];
    int64_t in = fovea__span(&x->shape, 1, x->shape.rank);
    int64_t out = fovea__span(&y->shape, 1, y->shape.rank);
    fovea__splitting split = fovea__split(x->shape.dim[0]);
    for (int64_t group = 0; group < split.groups; group++) {
        int64_t from = group * FOVEA__LANES;
        int32_t samples = fovea__group_samples(&split, group);
        if (x->type == FOVEA_F64) {
            fovea__pool_forward_f64(&g, samples, (const double *)x->data + from * in,
                                    (double *)y->data + from * out);
        } else {
            fovea__pool_choose(call->cpu)->forward(&g, FOVEA__LAYOUT_NCHW, samples,
                                                   (const float *)x->data + from * in,
                                                   (float *)y->data + from * out);
        }
    }
}

static void run_back(const fovea__call *call, fovea__pool_geometry g, const fovea_view *d_out,
                     fovea_view *d_in) {
    if (!d_in[0].data) return;
    const fovea_view *x = &call->in[0], *y = &call->out[0];
    int64_t in = fovea__span(&x->shape, 1, x->shape.rank);
    int64_t out = fovea__span(&y->shape, 1, y->shape.rank);
    fovea__splitting split = fovea__split(x->shape.dim[0]);
    for (int64_t group = 0; group < split.groups; group++) {
        int64_t a = group * FOVEA__LANES * in, b = group * FOVEA__LANES * out;
        int32_t samples = fovea__group_samples(&split, group);
        if (x->type == FOVEA_F64) {
            fovea__pool_backward_f64(&g, samples, (const double *)x->data + a,
                                     (const double *)d_out[0].data + b, (double *)d_in[0].data + a);
        } else {
            fovea__pool_choose(call->cpu)->backward(
                &g, FOVEA__LAYOUT_NCHW, samples, (const float *)x->data + a,
                (const float *)d_out[0].data + b, (float *)d_in[0].data + a);
        }
    }
}

#define POOL(name, geometry)                                                          \
    static fovea_status name##_forward(const fovea__call *call, fovea_error *error) { \
        (void)error;                                                                  \
        run(call, geometry);                                                          \
        return FOVEA_OK;                                                              \
    }                                                                                 \
    static fovea_status name##_vjp(const fovea__call *call, const fovea_view *d_out,  \
                                   fovea_view *d_in, fovea_error *error) {            \
        (void)error;                                                                  \
        run_back(call, geometry, d_out, d_in);                                        \
        return FOVEA_OK;                                                              \
    }

POOL(max, geometry_of(call, FOVEA__POOL_MAX))
POOL(average, geometry_of(call, FOVEA__POOL_AVERAGE))
POOL(adaptive, geometry_of(call, FOVEA__POOL_ADAPTIVE))
POOL(global_max, whole_of(call))

static fovea_status places_shape(fovea__attributes *attributes, const fovea__signature *in,
                                 int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__pool_window_shape(attributes, in, in_count, out, error));
    out->type = FOVEA_I64;
    return FOVEA_OK;
}

static fovea_status places_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__pool_geometry g = geometry_of(call, FOVEA__POOL_MAX);
    bool by_columns = call->attributes->value[FOVEA__WINDOW_OWN].i[0];
    const fovea_view *x = &call->in[0];
    if (x->type == FOVEA_F64) {
        fovea__pool_places_f64(&g, x->shape.dim[0], by_columns, x->data, call->out[0].data);
    } else {
        fovea__pool_places_f32(&g, x->shape.dim[0], by_columns, x->data, call->out[0].data);
    }
    return FOVEA_OK;
}

#define MOST 1048576  // of a window's numbers

#define WINDOW_PARAMETERS                                                                          \
    {.name = "kernel_shape",                                                                       \
     .text = "kernel",                                                                             \
     .help = "size of the window",                                                                 \
     .kind = FOVEA__INTS,                                                                          \
     .standard = 1,                                                                                \
     .minimum = 1,                                                                                 \
     .maximum = MOST,                                                                              \
     .required = true},                                                                            \
        {.name = "strides",                                                                        \
         .text = "stride",                                                                         \
         .help = "step from window to window; the kernel when left out",                           \
         .kind = FOVEA__INTS,                                                                      \
         .standard = 1,                                                                            \
         .minimum = 1,                                                                             \
         .maximum = MOST},                                                                         \
        {.name = "pads",                                                                           \
         .text = "padding",                                                                        \
         .help = "places added around the input, fewer than a window covers",                      \
         .kind = FOVEA__INTS,                                                                      \
         .standard = 0,                                                                            \
         .minimum = 0,                                                                             \
         .maximum = MOST},                                                                         \
        {.name = "dilations",                                                                      \
         .text = "dilation",                                                                       \
         .help = "distance between the places of a window",                                        \
         .kind = FOVEA__INTS,                                                                      \
         .standard = 1,                                                                            \
         .minimum = 1,                                                                             \
         .maximum = MOST},                                                                         \
    {                                                                                              \
        .name = "ceil_mode", .text = "ceil", .help = "1: the last window may reach over the edge", \
        .kind = FOVEA__FLAG, .standard = 0, .minimum = 0, .maximum = 1                             \
    }

const fovea__op fovea__op_maxpool = {
    .name = "MaxPool",
    .text = "maxpool",
    .label = "MaxPool",
    .help = "The largest value of each window.",
    .since = 12,
    .traits = 0,
    .parameter = {WINDOW_PARAMETERS},
    .input = {"X"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = fovea__pool_window_shape,
    .forward = max_forward,
    .vjp = max_vjp,
};

const fovea__op fovea__op_avgpool = {
    .name = "AveragePool",
    .text = "avgpool",
    .label = "AvgPool",
    .help = "The mean of each window.",
    .since = 19,
    .traits = FOVEA__LINEAR,
    .parameter = {WINDOW_PARAMETERS,
                  {.name = "count_include_pad",
                   .text = "count_include_pad",
                   .help = "1: zeros of the padding count in the mean",
                   .kind = FOVEA__FLAG,
                   .standard = 1,
                   .minimum = 0,
                   .maximum = 1}},
    .input = {"X"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = fovea__pool_window_shape,
    .forward = average_forward,
    .vjp = average_vjp,
};

const fovea__op fovea__op_maxpool_indices = {
    .name = "MaxPoolIndices",
    .text = "maxpool_indices",
    .label = "MaxPoolIndices",
    .help = "Where in the input the largest value of each window stands: MaxPool's second output.",
    .since = 12,
    .parameter = {WINDOW_PARAMETERS,
                  {.name = "storage_order",
                   .text = "by_columns",
                   .help = "1: places of a plane are counted column by column",
                   .kind = FOVEA__FLAG,
                   .standard = 0,
                   .minimum = 0,
                   .maximum = 1}},
    .input = {"X"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = places_shape,
    .forward = places_forward,
};

const fovea__op fovea__op_global_maxpool = {
    .name = "GlobalMaxPool",
    .text = "global_maxpool",
    .label = "GlobalMaxPool",
    .help = "The largest value of each channel: one value a feature map.",
    .since = 1,
    .input = {"X"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = fovea__pool_global_shape,
    .forward = global_max_forward,
    .vjp = global_max_vjp,
};

const fovea__op fovea__op_gap = {
    .name = "GlobalAveragePool",
    .text = "gap",
    .label = "GlobalAvgPool",
    .help = "The mean of each channel: one value a feature map.",
    .since = 1,
    .traits = FOVEA__LINEAR,
    .input = {"X"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = fovea__pool_global_shape,
    .forward = adaptive_forward,
    .vjp = adaptive_vjp,
};

const fovea__op fovea__op_adaptive_avgpool = {
    .name = "AdaptiveAveragePool",
    .text = "adaptive_avgpool",
    .label = "AdaptiveAvgPool",
    .help = "Means over as many windows as the output has places.",
    .since = 0,
    .traits = FOVEA__LINEAR,
    .parameter = {{.name = "output_size",
                   .text = "output_size",
                   .help = "height and width of the output",
                   .kind = FOVEA__INTS,
                   .standard = 1,
                   .minimum = 1,
                   .maximum = MOST,
                   .required = true}},
    .input = {"X"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = fovea__pool_adaptive_shape,
    .forward = adaptive_forward,
    .vjp = adaptive_vjp,
};
