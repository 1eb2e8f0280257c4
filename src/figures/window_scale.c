// SPDX-License-Identifier: MIT
// Decimals and ranges of a figure of windows: the same in all its frames.
#include <math.h>
#include <string.h>

#include "figures/window_grids.h"

static double largest(const double *values, int64_t count) {
    double most = 0;
    for (int64_t i = 0; i < count; i++)
        if (isfinite(values[i])) most = fmax(most, fabs(values[i]));
    return most;
}

static bool loses_digits(const double *values, int64_t count, int decimals) {
    double unit = pow(10, decimals);
    for (int64_t i = 0; i < count; i++) {
        double scaled = values[i] * unit;
        if (isfinite(scaled) && fabs(scaled - nearbyint(scaled)) > 1e-9 * fmax(1, fabs(scaled)))
            return true;
    }
    return false;
}

// Keeps the longest way to write the ends of these values.
static void widen(const double *values, int64_t count, int decimals, fovea__number room) {
    double ends[2] = {0, 0};
    for (int64_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) continue;
        ends[0] = fmin(ends[0], values[i]);
        ends[1] = fmax(ends[1], values[i]);
    }
    for (int i = 0; i < 2; i++) {
        fovea__number text;
        fovea__number_fixed(ends[i], ends[i] == 0 ? 0 : decimals, text);
        if (strlen(text) > strlen(room)) memcpy(room, text, sizeof text);
    }
}

static void scale_output(const fovea_window_steps *steps, fovea__window_scale *scale) {
    const double *data = fovea_tensor_view(steps->output).data;
    int64_t count = steps->out[0] * steps->out[1];
    scale->output = fovea__cell_decimals(data, count);
    if (steps->kind != FOVEA_WINDOW_CONVOLUTION) {
        scale->output_map = "greys";
        scale->output_low = steps->low;
        scale->output_high = steps->high;
        return;
    }
    double low = 0, high = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!isfinite(data[i])) continue;
        low = fmin(low, data[i]);
        high = fmax(high, data[i]);
    }
    scale->output_map = low < 0 ? "RdBu" : "viridis";
    scale->output_high = low < 0 ? fmax(-low, high) : high;
    scale->output_low = low < 0 ? -scale->output_high : 0;
}

static void scale_products(const fovea_window_steps *steps, int64_t taps, int64_t read,
                           fovea__window_scale *scale) {
    scale->weight = fovea__cell_decimals(steps->weights, taps);
    // Weights are few and chosen by hand: a digit more where that says more.
    if (scale->weight == 2 && loses_digits(steps->weights, taps, 2)) scale->weight = 3;
    scale->weight_most = largest(steps->weights, taps);
    scale->product = fovea__cell_decimals(steps->products, read);
    scale->product_most = largest(steps->products, read);
    widen(steps->weights, taps, scale->weight, scale->room);
    widen(steps->products, read, scale->product, scale->room);
    scale->rounded = scale->rounded || loses_digits(steps->weights, taps, scale->weight) ||
                     loses_digits(steps->products, read, scale->product);
}

fovea__window_scale fovea__window_scale_of(const fovea_window_steps *steps) {
    fovea__window_scale scale = {0};
    const int32_t *kernel = steps->options.kernel_size;
    int64_t taps = steps->channels * kernel[0] * kernel[1], read = steps->count * taps;
    scale.input =
        fovea__cell_decimals(steps->input, steps->channels * steps->height * steps->width);
    scale_output(steps, &scale);
    scale.rounded = loses_digits(steps->inputs, read, scale.input);
    widen(steps->input, steps->channels * steps->height * steps->width, scale.input, scale.room);
    widen(fovea_tensor_view(steps->output).data, steps->out[0] * steps->out[1], scale.output,
          scale.room);
    if (steps->kind == FOVEA_WINDOW_CONVOLUTION) scale_products(steps, taps, read, &scale);
    fovea__number_minus(scale.room);
    return scale;
}
