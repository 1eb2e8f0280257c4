// SPDX-License-Identifier: MIT
// What a convolution or a pooling does at single positions: options and picture are checked, the
// operator runs over the whole picture as a graph of one node.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/window_kept.h"
#include "fovea/run.h"

static const double edge_kernel[] = {-1, 0, 1, -1, 0, 1, -1, 0, 1};

enum { MOST_FRAMES = 64, MOST_KERNEL = 31, MOST_EXTENT = 64, MOST_BLOCK = 8 };

void fovea_window_options_default(fovea_window_kind kind, fovea_window_options *options) {
    int32_t side = kind == FOVEA_WINDOW_CONVOLUTION ? 3 : 2;
    *options = (fovea_window_options){.size = sizeof *options,
                                      .channel = -1,
                                      .kernel_channels = 1,
                                      .kernel_size = {side, side},
                                      .dilation = {1, 1},
                                      .count_include_pad = 1,
                                      .at = {-1, -1},
                                      .frames = 1,
                                      .seconds = 1.5};
}

// Options

static fovea_status check_pair(const char *what, const int32_t *pair, int32_t low, int32_t high,
                               fovea_error *error) {
    for (int i = 0; i < 2; i++)
        if (pair[i] < low || pair[i] > high)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s is %d, must be %d to %d", what,
                               pair[i], low, high);
    return FOVEA_OK;
}

static fovea_status check_options(fovea_window_steps *steps, fovea_error *error) {
    fovea_window_options *o = &steps->options;
    bool pooling = steps->kind != FOVEA_WINDOW_CONVOLUTION;
    if (steps->kind < FOVEA_WINDOW_CONVOLUTION || steps->kind > FOVEA_WINDOW_AVGPOOL)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no window of kind %d",
                           (int)steps->kind);
    if (o->size != sizeof *o)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_window_options: size is %zu, not %zu; fill it with "
                           "fovea_window_options_default",
                           o->size, sizeof *o);
    for (int i = 0; i < 2; i++)
        if (o->stride[i] == 0) o->stride[i] = pooling ? o->kernel_size[i] : 1;
    FOVEA__TRY(check_pair("a side of the kernel", o->kernel_size, 1, MOST_KERNEL, error));
    FOVEA__TRY(check_pair("the stride", o->stride, 1, 4096, error));
    FOVEA__TRY(check_pair("the padding", o->padding, 0, 1024, error));
    FOVEA__TRY(check_pair("the dilation", o->dilation, 1, 1024, error));
    for (int axis = 0; axis < 2; axis++)
        if (fovea__window_extent(steps, axis) > MOST_EXTENT)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "a kernel of %d with dilation %d covers %lld pixels, figures show "
                               "at most %d",
                               o->kernel_size[axis], o->dilation[axis],
                               (long long)fovea__window_extent(steps, axis), MOST_EXTENT);
    if (o->frames < 1 || o->frames > MOST_FRAMES)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d frames, must be 1 to %d", o->frames,
                           MOST_FRAMES);
    if (o->block < 0 || o->block > MOST_BLOCK)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a block of %d windows, must be 0 to %d",
                           o->block, MOST_BLOCK);
    if (!isfinite(o->bias) || !(o->seconds >= 0 && o->seconds <= 3600))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the bias must be finite, the seconds of a frame 0 to 3600");
    return FOVEA_OK;
}

static fovea_status keep_text(fovea_window_steps *steps, const char *text, char **kept,
                              fovea_error *error) {
    if (!text) return FOVEA_OK;
    *kept = fovea__copy_text(steps->context, text, error);
    return *kept ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status keep_options(fovea_window_steps *steps, fovea_error *error) {
    fovea_window_options *o = &steps->options;
    FOVEA__TRY(keep_text(steps, o->title, &steps->title, error));
    FOVEA__TRY(keep_text(steps, o->picture_name, &steps->picture_name, error));
    const char *name = o->kernel ? o->kernel_name : "edge";
    if (steps->kind == FOVEA_WINDOW_CONVOLUTION)
        FOVEA__TRY(keep_text(steps, name, &steps->kernel_name, error));
    o->title = o->picture_name = o->kernel_name = NULL;
    return FOVEA_OK;
}

// The picture

// A bright slanting stroke for convolution. For pooling digits of 19 * 5^i mod 23, which differ
// within each 2×2 window and have its largest in different corners.
static void fill_built_in(bool pooling, int64_t side, double *input) {
    int power = 19;
    for (int64_t i = 0; i < side * side; i++, power = power * 5 % 23) {
        double slant = (double)(2 * (i % side) - i / side - 3);
        input[i] = pooling ? power % 10 : fmax(0, 9 - 3 * fabs(slant));
    }
}

static fovea_status make_built_in(fovea_window_steps *steps, fovea_error *error) {
    bool pooling = steps->kind != FOVEA_WINDOW_CONVOLUTION;
    int64_t side = pooling ? 4 : 6;
    steps->built_in = true;
    steps->channels = steps->picture_channels = 1;
    steps->height = steps->width = side;
    steps->input = fovea__new(steps->context, (size_t)(side * side), sizeof(double), error);
    if (!steps->input) return FOVEA_OUT_OF_MEMORY;
    fill_built_in(pooling, side, steps->input);
    steps->high = 9;
    return FOVEA_OK;
}

static double element(const fovea_view *view, int64_t i, bool bytes) {
    if (view->type == FOVEA_F32) return ((const float *)view->data)[i];
    if (view->type == FOVEA_F64) return ((const double *)view->data)[i];
    double byte = ((const uint8_t *)view->data)[i];
    return bytes ? byte : byte / 255;
}

static fovea_status choose_channels(fovea_window_steps *steps, fovea_error *error) {
    int32_t channel = steps->options.channel, all = steps->picture_channels;
    if (channel < -1 || channel >= all)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "there is no channel %d, the picture has %d (1 to %d)", channel + 1, all,
                           all);
    bool one = channel >= 0 || steps->kind != FOVEA_WINDOW_CONVOLUTION;
    steps->first_channel = channel >= 0 ? channel : 0;
    steps->channels = one ? 1 : all;
    return FOVEA_OK;
}

static fovea_status take_picture(fovea_window_steps *steps, const fovea_tensor *picture,
                                 fovea_error *error) {
    if (!picture) {
        FOVEA__TRY(make_built_in(steps, error));
        return choose_channels(steps, error);
    }
    fovea_view view = fovea_tensor_view(picture);
    bool typed = view.type == FOVEA_U8 || view.type == FOVEA_F32 || view.type == FOVEA_F64;
    if (!typed || view.shape.rank != 3 || fovea_shape_count(&view.shape) < 1 ||
        view.shape.dim[0] > 4096)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a picture is U8, F32 or F64 of channels×height×width, at least 1×1×1");
    steps->picture_channels = (int32_t)view.shape.dim[0];
    steps->height = view.shape.dim[1];
    steps->width = view.shape.dim[2];
    FOVEA__TRY(choose_channels(steps, error));
    int64_t plane = steps->height * steps->width, first = steps->first_channel * plane;
    size_t count = (size_t)(steps->channels * plane);
    steps->input = fovea__new(steps->context, count, sizeof(double), error);
    if (!steps->input) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        double value = element(&view, first + (int64_t)i, steps->options.bytes);
        steps->input[i] = value;
        if (!isfinite(value)) continue;
        steps->low = fmin(steps->low, value);
        steps->high = fmax(steps->high, value);
    }
    if (view.type == FOVEA_U8) steps->high = steps->options.bytes ? 255 : 1;
    return FOVEA_OK;
}

static fovea_status take_kernel(fovea_window_steps *steps, fovea_error *error) {
    fovea_window_options *o = &steps->options;
    if (steps->kind != FOVEA_WINDOW_CONVOLUTION) return FOVEA_OK;
    int64_t size = (int64_t)o->kernel_size[0] * o->kernel_size[1];
    if (!o->kernel && (o->kernel_size[0] != 3 || o->kernel_size[1] != 3))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a kernel of %d×%d needs its weights: only the 3×3 one is built in",
                           o->kernel_size[0], o->kernel_size[1]);
    if (o->kernel && o->kernel_channels != 1 && o->kernel_channels != steps->channels)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a kernel for %d channels does not fit %lld", o->kernel_channels,
                           (long long)steps->channels);
    steps->weights =
        fovea__new(steps->context, (size_t)(steps->channels * size), sizeof(double), error);
    if (!steps->weights) return FOVEA_OUT_OF_MEMORY;
    const double *kernel = o->kernel ? o->kernel : edge_kernel;
    int64_t given = size * (o->kernel ? o->kernel_channels : 1);
    for (int64_t i = 0; i < steps->channels * size; i++) {
        steps->weights[i] = kernel[i % given];
        if (!isfinite(steps->weights[i]))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "weight %lld of the kernel is not finite", (long long)(i + 1));
    }
    o->kernel = NULL;
    return FOVEA_OK;
}

// The operator

static fovea_status add_weights(const fovea_window_steps *steps, fovea_graph *graph,
                                fovea_value in[3], fovea_error *error) {
    const fovea_window_options *o = &steps->options;
    int64_t dims[] = {1, steps->channels, o->kernel_size[0], o->kernel_size[1]};
    fovea_shape shape = fovea_shape_make(4, dims), one = fovea_shape_make(1, dims);
    FOVEA__TRY(fovea_graph_add_parameter(graph, "w", FOVEA_F64, &shape, 0, 0, &in[1], error));
    FOVEA__TRY(fovea_graph_add_parameter(graph, "b", FOVEA_F64, &one, 0, 0, &in[2], error));
    memcpy(fovea_graph_parameter(graph, in[1]).data, steps->weights,
           (size_t)fovea_shape_count(&shape) * sizeof(double));
    memcpy(fovea_graph_parameter(graph, in[2]).data, &o->bias, sizeof(double));
    return FOVEA_OK;
}

static fovea_status add_operator(const fovea_window_steps *steps, fovea_graph *graph,
                                 fovea_value *y, fovea_error *error) {
    static const char *const ops[] = {"Conv", "MaxPool", "AveragePool"};
    static const char *const names[] = {"convolution", "maxpool", "avgpool"};
    const fovea_window_options *o = &steps->options;
    fovea_value in[3] = {0};
    int64_t dims[] = {1, steps->channels, steps->height, steps->width}, numbers[4][2];
    const int32_t *pairs[] = {o->kernel_size, o->stride, o->padding, o->dilation};
    static const char *const keys[] = {"kernel", "stride", "padding", "dilation"};
    fovea_attribute attributes[5];
    fovea_shape shape = fovea_shape_make(4, dims);
    int64_t include = o->count_include_pad != 0;
    for (int i = 0; i < 4; i++) {
        for (int axis = 0; axis < 2; axis++) numbers[i][axis] = pairs[i][axis];
        attributes[i] = (fovea_attribute){keys[i], 2, numbers[i], 0};
    }
    attributes[4] = (fovea_attribute){"count_include_pad", 1, &include, 0};
    FOVEA__TRY(fovea_graph_add_input(graph, "x", FOVEA_F64, &shape, &in[0], error));
    bool convolution = steps->kind == FOVEA_WINDOW_CONVOLUTION;
    if (convolution) FOVEA__TRY(add_weights(steps, graph, in, error));
    return fovea_graph_add_node(graph, ops[steps->kind], names[steps->kind], in,
                                convolution ? 3 : 1, attributes,
                                steps->kind == FOVEA_WINDOW_AVGPOOL ? 5 : 4, y, error);
}

static fovea_status run_operator(fovea_window_steps *steps, fovea_graph *graph,
                                 fovea_error *error) {
    fovea_value y;
    fovea_session *session = NULL;
    int64_t dims[] = {1, steps->channels, steps->height, steps->width};
    fovea_view x = {FOVEA_F64, fovea_shape_make(4, dims), steps->input};
    FOVEA__TRY(add_operator(steps, graph, &y, error));
    FOVEA__TRY(fovea_graph_add_output(graph, y, error));
    FOVEA__TRY(fovea_session_create(graph, NULL, &session, error));
    fovea_status status = fovea_session_forward(session, &x, 1, error);
    if (!status) status = fovea_session_value(session, y, &steps->output, error);
    fovea_session_free(session);
    if (status) return status;
    fovea_shape shape = fovea_tensor_view(steps->output).shape;
    for (int axis = 0; axis < 2; axis++) steps->out[axis] = shape.dim[2 + axis];
    return FOVEA_OK;
}

// Positions

static fovea_status choose_positions(fovea_window_steps *steps, fovea_error *error) {
    fovea_window_options *o = &steps->options;
    int64_t size[] = {steps->height, steps->width};
    for (int axis = 0; axis < 2; axis++) {
        bool whole = size[axis] + 2 * o->padding[axis] <= FOVEA__WINDOW_WHOLE;
        if (o->at[axis] == -1) o->at[axis] = whole ? 0 : (steps->out[axis] - 1) / 2;
    }
    if (o->at[0] < 0 || o->at[0] >= steps->out[0] || o->at[1] < 0 || o->at[1] >= steps->out[1])
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "position %lld,%lld is outside the output of %lld×%lld: rows are 0 to "
                           "%lld, columns 0 to %lld",
                           (long long)o->at[0], (long long)o->at[1], (long long)steps->out[0],
                           (long long)steps->out[1], (long long)steps->out[0] - 1,
                           (long long)steps->out[1] - 1);
    int64_t left = steps->out[0] * steps->out[1] - (o->at[0] * steps->out[1] + o->at[1]);
    steps->count = o->frames < left ? o->frames : (int32_t)left;
    if (o->block == 0) return FOVEA_OK;
    for (int axis = 0; axis < 2; axis++) {
        left = steps->out[axis] - o->at[axis];
        steps->block[axis] = left < o->block ? left : o->block;
    }
    steps->count = (int32_t)(steps->block[0] * steps->block[1]);
    return FOVEA_OK;
}

static fovea_status make(fovea_window_steps *steps, const fovea_tensor *picture,
                         fovea_error *error) {
    fovea_graph *graph = NULL;
    FOVEA__TRY(check_options(steps, error));
    FOVEA__TRY(keep_options(steps, error));
    FOVEA__TRY(take_picture(steps, picture, error));
    FOVEA__TRY(take_kernel(steps, error));
    FOVEA__TRY(fovea_graph_create(steps->context, &graph, error));
    fovea_status status = run_operator(steps, graph, error);
    fovea_graph_free(graph);
    if (!status) status = choose_positions(steps, error);
    return status ? status : fovea__window_read(steps, error);
}

fovea_status fovea_window_steps_create(fovea_context *context, fovea_window_kind kind,
                                       const fovea_tensor *picture,
                                       const fovea_window_options *options,
                                       fovea_window_steps **result, fovea_error *error) {
    fovea_window_steps *steps = fovea__new(context, 1, sizeof *steps, error);
    if (!steps) return FOVEA_OUT_OF_MEMORY;
    steps->context = context;
    steps->kind = kind;
    fovea_window_options_default(kind, &steps->options);
    if (options) steps->options = *options;
    fovea_status status = make(steps, picture, error);
    if (status == FOVEA_OK)
        *result = steps;
    else
        fovea_window_steps_free(steps);
    return status;
}

void fovea_window_steps_free(fovea_window_steps *steps) {
    if (!steps) return;
    fovea_context *context = steps->context;
    fovea__free(context, steps->title);
    fovea__free(context, steps->picture_name);
    fovea__free(context, steps->kernel_name);
    fovea__free(context, steps->weights);
    fovea__free(context, steps->input);
    fovea__free(context, steps->inputs);
    fovea__free(context, steps->products);
    fovea__free(context, steps->inside);
    fovea_tensor_free(steps->output);
    fovea__free(context, steps);
}
