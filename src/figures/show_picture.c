// SPDX-License-Identifier: MIT
// One picture: as it is, its channels, its numbers, what normalising makes of it.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/number.h"
#include "figures/picture_values.h"
#include "fovea/figures.h"

enum { MOST_VALUES = 64 };  // a side: 64 numbers beside each other are what a page can hold

void fovea_picture_options_default(fovea_picture_options *options) {
    *options = (fovea_picture_options){.size = sizeof *options};
}

typedef struct job {
    fovea_context *context;
    const fovea_picture_options *options;
    fovea_view view;
    bool normalized, unit;  // numbers are (byte/255 - mean)/deviation, or byte/255
} job;

static fovea_status check(const fovea_picture_options *options, const fovea_view *view,
                          fovea_error *error) {
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_picture_options: size is %zu, not %zu; fill it with "
                           "fovea_picture_options_default",
                           options->size, sizeof *options);
    if (options->decimals < 0 || options->decimals > 4)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%d decimals cannot be written: 0 to 4 can", options->decimals);
    if (view->type != FOVEA_U8 || view->shape.rank != 3 ||
        (view->shape.dim[0] != 1 && view->shape.dim[0] != 3))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a picture is U8 of 1 or 3 channels×height×width");
    int64_t height = view->shape.dim[1], width = view->shape.dim[2];
    if (options->values && (height > MOST_VALUES || width > MOST_VALUES))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the numbers of %lld×%lld pixels cannot be read in one picture (height "
                           "and width up to %d can): take a window of it",
                           (long long)height, (long long)width, MOST_VALUES);
    return FOVEA_OK;
}

static double number_of(const job *j, int64_t channel, uint8_t byte) {
    if (j->normalized)
        return (byte / 255.0 - j->options->mean[channel]) / j->options->deviation[channel];
    return j->unit ? byte / 255.0 : byte;
}

// Appends the channel's numbers to `numbers` and widens low..high by them.
static void channel_numbers(const job *j, int64_t channel, float *numbers, double *low,
                            double *high) {
    int64_t size = j->view.shape.dim[1] * j->view.shape.dim[2];
    const uint8_t *bytes = (const uint8_t *)j->view.data + channel * size;
    for (int64_t i = 0; i < size; i++) {
        double value = number_of(j, channel, bytes[i]);
        numbers[i] = (float)value;
        *low = fmin(*low, numbers[i]);
        *high = fmax(*high, numbers[i]);
    }
}

typedef struct caption {
    char text[128];
} caption;

static caption range_caption(const char *before, double low, double high) {
    fovea__number a, b;
    caption c;
    fovea__number_short(low, a);
    fovea__number_short(high, b);
    fovea__number_minus(a);
    fovea__number_minus(b);
    snprintf(c.text, sizeof c.text, "%s%s … %s", before, a, b);
    return c;
}

static fovea_status add_channel(const job *j, fovea__panels *panels, int64_t channel,
                                fovea_error *error) {
    static const char *const colours[] = {"red", "green", "blue"};
    const fovea_shape *shape = &j->view.shape;
    double low = INFINITY, high = -INFINITY;
    float *numbers =
        fovea__new(j->context, (size_t)(shape->dim[1] * shape->dim[2]), sizeof *numbers, error);
    if (!numbers) return FOVEA_OUT_OF_MEMORY;
    channel_numbers(j, channel, numbers, &low, &high);
    caption range = range_caption("", low, high);
    fovea__panel panel = {.kind = j->normalized ? FOVEA__PANEL_SIGNED : FOVEA__PANEL_ACTIVATION,
                          .data = numbers,
                          .height = shape->dim[1],
                          .width = shape->dim[2],
                          .caption = range.text,
                          .caption_is_range = true,
                          .title = shape->dim[0] == 3 ? colours[channel]
                                   : j->normalized    ? "normalised"
                                                      : "grey"};
    fovea_status status = fovea__panels_add(panels, &panel, error);
    fovea__free(j->context, numbers);
    return status;
}

// All channels as one colour picture: the lowest number of the three is black, the highest white.
static fovea_status add_normalized(const job *j, fovea__panels *panels, fovea_error *error) {
    const fovea_shape *shape = &j->view.shape;
    int64_t size = shape->dim[1] * shape->dim[2];
    double low = INFINITY, high = -INFINITY;
    float *numbers = fovea__new(j->context, (size_t)size, 3 * sizeof *numbers, error);
    if (!numbers) return FOVEA_OUT_OF_MEMORY;
    for (int64_t c = 0; c < 3; c++) channel_numbers(j, c, numbers + c * size, &low, &high);
    for (int64_t i = 0; i < 3 * size; i++)
        numbers[i] = (float)(high > low ? (numbers[i] - low) / (high - low) : 0.5);
    caption range = range_caption("black to white: ", low, high);
    fovea__panel panel = {.kind = FOVEA__PANEL_COLOUR,
                          .data = numbers,
                          .height = shape->dim[1],
                          .width = shape->dim[2],
                          .title = "normalised",
                          .caption = range.text};
    fovea_status status = fovea__panels_add(panels, &panel, error);
    fovea__free(j->context, numbers);
    return status;
}

static void choose_panels(const job *j, fovea__panels_options *options) {
    fovea__panels_options_default(options);
    options->scale_name = j->normalized ? "normalised value" : j->unit ? "byte/255" : "byte";
    options->map = j->options->map;
    if (j->normalized) return;
    if (!options->map) options->map = "greys";
    options->scale = (fovea_scale){FOVEA_SCALE_FIXED, 0, j->unit ? 1 : 255};
}

// Grids of numbers, each as large as they need.
static fovea_status add_values(const job *j, fovea_figure *figure, fovea_error *error) {
    fovea__panels_options options;
    fovea__panels *panels;
    choose_panels(j, &options);
    options.values = options.tell_values = true;
    options.decimals = j->normalized && !j->options->decimals ? 2 : j->options->decimals;
    options.bare_zero = true;
    FOVEA__TRY(fovea__figure_add_panels(figure, &options, &panels, error));
    for (int64_t c = 0; c < j->view.shape.dim[0]; c++) FOVEA__TRY(add_channel(j, panels, c, error));
    return FOVEA_OK;
}

static fovea_status add_blocks(const job *j, fovea_figure *figure, fovea_error *error) {
    fovea__panels_options options;
    fovea__panels *panels;
    const fovea_shape *shape = &j->view.shape;
    bool colour = shape->dim[0] == 3;
    bool channels = !j->options->values && (j->options->channels || j->normalized);
    // The numbers of a grey picture are the picture.
    if (j->options->values && !colour && !j->normalized) return add_values(j, figure, error);
    choose_panels(j, &options);
    FOVEA__TRY(fovea__figure_add_panels(figure, &options, &panels, error));
    const char *title = channels || j->normalized ? "picture" : NULL;
    FOVEA__TRY(fovea__add_picture_panel(panels, j->context, j->view.data, shape, title, NULL,
                                        FOVEA__MARK_NONE, error));
    if (j->normalized && colour) FOVEA__TRY(add_normalized(j, panels, error));
    for (int64_t c = 0; channels && c < shape->dim[0]; c++)
        FOVEA__TRY(add_channel(j, panels, c, error));
    return j->options->values ? add_values(j, figure, error) : FOVEA_OK;
}

static void add_numbers(const double *values, int64_t count, char *text, size_t size) {
    for (int64_t c = 0; c < count; c++) {
        fovea__number number;
        size_t used = strlen(text);
        fovea__number_fixed(values[c], 4, number);
        snprintf(text + used, size - used, " %s", number);
    }
}

static void describe(const job *j, char *text, size_t size) {
    char shape[128];
    fovea_shape_format(&j->view.shape, shape, sizeof shape);
    snprintf(text, size, "%s%s%s", shape, j->options->note ? " · " : "",
             j->options->note ? j->options->note : "");
    size_t used = strlen(text);
    if (!j->normalized) return;
    snprintf(text + used, size - used, " · (byte/255 − mean) / deviation, mean");
    add_numbers(j->options->mean, j->view.shape.dim[0], text, size);
    used = strlen(text);
    snprintf(text + used, size - used, ", deviation");
    add_numbers(j->options->deviation, j->view.shape.dim[0], text, size);
}

fovea_status fovea_figure_picture(fovea_context *context, const fovea_tensor *picture,
                                  const fovea_picture_options *options, fovea_figure **result,
                                  fovea_error *error) {
    fovea_picture_options standard;
    char subtitle[640];
    fovea_figure *figure;
    fovea_picture_options_default(&standard);
    if (!options) options = &standard;
    job j = {context, options, fovea_tensor_view(picture),
             options->mean != NULL && options->deviation != NULL, options->decimals > 0};
    FOVEA__TRY(check(options, &j.view, error));
    describe(&j, subtitle, sizeof subtitle);
    FOVEA__TRY(fovea__figure_create(context, options->title, subtitle, &figure, error));
    fovea_status status = add_blocks(&j, figure, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
