// SPDX-License-Identifier: MIT
// Windows are read off the picture and the operator's output.
#include <math.h>

#include "base/memory.h"
#include "figures/window_kept.h"

int64_t fovea__window_extent(const fovea_window_steps *steps, int axis) {
    const fovea_window_options *o = &steps->options;
    return (int64_t)o->dilation[axis] * (o->kernel_size[axis] - 1) + 1;
}

int64_t fovea__window_first(const fovea_window_steps *steps, int axis, int64_t at) {
    return at * steps->options.stride[axis] - steps->options.padding[axis];
}

double fovea__window_output(const fovea_window_steps *steps, int64_t y, int64_t x) {
    const double *data = fovea_tensor_view(steps->output).data;
    return data[y * steps->out[1] + x];
}

static void position(const fovea_window_steps *steps, int32_t index, int64_t at[2]) {
    const fovea_window_options *o = &steps->options;
    int64_t columns = steps->block[0] ? steps->block[1] : steps->out[1];
    int64_t place = index + (steps->block[0] ? 0 : o->at[0] * steps->out[1] + o->at[1]);
    at[0] = place / columns + (steps->block[0] ? o->at[0] : 0);
    at[1] = place % columns + (steps->block[0] ? o->at[1] : 0);
}

static int64_t window_size(const fovea_window_steps *steps) {
    return steps->channels * steps->options.kernel_size[0] * steps->options.kernel_size[1];
}

static void read_window(fovea_window_steps *steps, int32_t index) {
    const fovea_window_options *o = &steps->options;
    int64_t at[2], i = window_size(steps) * index, rows = o->kernel_size[0], tap = 0;
    position(steps, index, at);
    for (int64_t c = 0; c < steps->channels; c++)
        for (int64_t k = 0; k < rows * o->kernel_size[1]; k++, i++, tap++) {
            int64_t y =
                fovea__window_first(steps, 0, at[0]) + k / o->kernel_size[1] * o->dilation[0];
            int64_t x =
                fovea__window_first(steps, 1, at[1]) + k % o->kernel_size[1] * o->dilation[1];
            bool inside = y >= 0 && y < steps->height && x >= 0 && x < steps->width;
            steps->inside[i] = inside;
            steps->inputs[i] = inside ? steps->input[(c * steps->height + y) * steps->width + x]
                               : steps->kind == FOVEA_WINDOW_MAXPOOL ? -INFINITY
                                                                     : 0;
            if (steps->products)
                // Adding zero turns -0 into 0.
                steps->products[i] = inside ? steps->inputs[i] * steps->weights[tap] + 0.0 : 0;
        }
}

fovea_status fovea__window_read(fovea_window_steps *steps, fovea_error *error) {
    size_t count = (size_t)steps->count * (size_t)window_size(steps);
    steps->inputs = fovea__new(steps->context, count, sizeof *steps->inputs, error);
    steps->inside = fovea__new(steps->context, count, sizeof *steps->inside, error);
    if (!steps->inputs || !steps->inside) return FOVEA_OUT_OF_MEMORY;
    if (steps->kind == FOVEA_WINDOW_CONVOLUTION) {
        steps->products = fovea__new(steps->context, count, sizeof *steps->products, error);
        if (!steps->products) return FOVEA_OUT_OF_MEMORY;
    }
    for (int32_t i = 0; i < steps->count; i++) read_window(steps, i);
    return FOVEA_OK;
}

int32_t fovea_window_steps_count(const fovea_window_steps *steps) {
    return steps->count;
}

// The operator has said what wins: the first cell that is it.
static int64_t chosen_cell(const fovea_window_step *step) {
    for (int64_t i = 0; i < step->count; i++)
        if (step->inside[i] &&
            (step->inputs[i] == step->output || (isnan(step->inputs[i]) && isnan(step->output))))
            return i;
    return -1;
}

static int64_t inside_count(const fovea_window_step *step) {
    int64_t count = 0;
    for (int64_t i = 0; i < step->count; i++) count += step->inside[i];
    return count;
}

fovea_window_step fovea_window_steps_get(const fovea_window_steps *steps, int32_t index) {
    fovea_window_step step = {.chosen = -1};
    if (index < 0 || index >= steps->count) return step;
    int64_t size = window_size(steps), first = size * index;
    position(steps, index, step.at);
    for (int axis = 0; axis < 2; axis++)
        step.first[axis] = fovea__window_first(steps, axis, step.at[axis]);
    step.count = size;
    step.inputs = steps->inputs + first;
    step.inside = steps->inside + first;
    if (steps->products) step.products = steps->products + first;
    step.output = fovea__window_output(steps, step.at[0], step.at[1]);
    if (steps->kind == FOVEA_WINDOW_MAXPOOL) step.chosen = chosen_cell(&step);
    if (steps->kind == FOVEA_WINDOW_AVGPOOL)
        step.divisor = steps->options.count_include_pad ? size : inside_count(&step);
    return step;
}

fovea_view fovea_window_steps_input(const fovea_window_steps *steps) {
    int64_t dims[] = {steps->channels, steps->height, steps->width};
    return (fovea_view){FOVEA_F64, fovea_shape_make(3, dims), steps->input};
}

fovea_view fovea_window_steps_weights(const fovea_window_steps *steps) {
    const int32_t *kernel = steps->options.kernel_size;
    int64_t dims[] = {steps->channels, kernel[0], kernel[1]};
    return (fovea_view){FOVEA_F64, fovea_shape_make(3, dims), steps->weights};
}

fovea_view fovea_window_steps_output(const fovea_window_steps *steps) {
    return (fovea_view){FOVEA_F64, fovea_shape_make(2, steps->out),
                        fovea_tensor_view(steps->output).data};
}
