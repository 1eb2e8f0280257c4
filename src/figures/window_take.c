// SPDX-License-Identifier: MIT
// Options, picture and kernel of a window, checked and copied.
#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/window_kept.h"

static const double edge_kernel[] = {-1, 0, 1, -1, 0, 1, -1, 0, 1};

enum { MOST_FRAMES = 64, MOST_KERNEL = 31, MOST_EXTENT = 64, MOST_BLOCK = 8 };

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

fovea_status fovea__window_take(fovea_window_steps *steps, const fovea_tensor *picture,
                                fovea_error *error) {
    FOVEA__TRY(check_options(steps, error));
    FOVEA__TRY(keep_options(steps, error));
    FOVEA__TRY(take_picture(steps, picture, error));
    return take_kernel(steps, error);
}
