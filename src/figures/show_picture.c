// SPDX-License-Identifier: MIT
// One picture: as it is, its channels, its numbers, what normalising makes of it.
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/picture_values.h"
#include "fovea/figures.h"

void fovea_picture_options_default(fovea_picture_options *options) {
    *options = (fovea_picture_options){.size = sizeof *options};
}

typedef struct job {
    fovea_context *context;
    const fovea_picture_options *options;
    fovea_view view;
    bool normalized;
} job;

static fovea_status check(const fovea_picture_options *options, const fovea_view *view,
                          fovea_error *error) {
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_picture_options: size is %zu, not %zu; fill it with "
                           "fovea_picture_options_default",
                           options->size, sizeof *options);
    if (view->type != FOVEA_U8 || view->shape.rank != 3 ||
        (view->shape.dim[0] != 1 && view->shape.dim[0] != 3))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a picture is U8 of 1 or 3 channels×height×width");
    return FOVEA_OK;
}

// Bytes, or what normalising makes of them.
static void channel_numbers(const job *j, int64_t channel, float *numbers) {
    int64_t size = j->view.shape.dim[1] * j->view.shape.dim[2];
    const uint8_t *bytes = (const uint8_t *)j->view.data + channel * size;
    for (int64_t i = 0; i < size; i++) {
        double value = bytes[i];
        if (j->normalized)
            value = (value / 255 - j->options->mean[channel]) / j->options->deviation[channel];
        numbers[i] = (float)value;
    }
}

static fovea_status add_channel(const job *j, fovea__panels *panels, int64_t channel,
                                fovea_error *error) {
    static const char *const colours[] = {"red", "green", "blue"};
    const fovea_shape *shape = &j->view.shape;
    size_t size = (size_t)(shape->dim[1] * shape->dim[2]);
    float *numbers = fovea__new(j->context, size, sizeof *numbers, error);
    if (!numbers) return FOVEA_OUT_OF_MEMORY;
    channel_numbers(j, channel, numbers);
    fovea__panel panel = {.kind = j->normalized ? FOVEA__PANEL_SIGNED : FOVEA__PANEL_ACTIVATION,
                          .data = numbers,
                          .height = shape->dim[1],
                          .width = shape->dim[2],
                          .title = shape->dim[0] == 3 ? colours[channel]
                                   : j->normalized    ? "normalised"
                                                      : "grey"};
    fovea_status status = fovea__panels_add(panels, &panel, error);
    fovea__free(j->context, numbers);
    return status;
}

static fovea_status add_blocks(const job *j, fovea_figure *figure, fovea_error *error) {
    fovea__panels_options options;
    fovea__panels *panels;
    const fovea_shape *shape = &j->view.shape;
    bool numbers = j->options->values || j->options->channels || j->normalized;
    fovea__panels_options_default(&options);
    FOVEA__TRY(fovea__figure_add_panels(figure, &options, &panels, error));
    FOVEA__TRY(fovea__add_picture_panel(panels, j->context, j->view.data, shape, NULL, NULL,
                                        FOVEA__MARK_NONE, error));
    if (!numbers) return FOVEA_OK;
    options.values = j->options->values;
    options.scale_name = j->normalized ? "normalised value" : "byte";
    if (!j->normalized) {
        options.map = "greys";
        options.scale = (fovea_scale){FOVEA_SCALE_FIXED, 0, 255};
    }
    FOVEA__TRY(fovea__figure_add_panels(figure, &options, &panels, error));
    for (int64_t c = 0; c < shape->dim[0]; c++) FOVEA__TRY(add_channel(j, panels, c, error));
    return FOVEA_OK;
}

fovea_status fovea_figure_picture(fovea_context *context, const fovea_tensor *picture,
                                  const fovea_picture_options *options, fovea_figure **result,
                                  fovea_error *error) {
    fovea_picture_options standard;
    char shape[128];
    fovea_figure *figure;
    fovea_picture_options_default(&standard);
    if (!options) options = &standard;
    job j = {context, options, fovea_tensor_view(picture),
             options->mean != NULL && options->deviation != NULL};
    FOVEA__TRY(check(options, &j.view, error));
    fovea_shape_format(&j.view.shape, shape, sizeof shape);
    FOVEA__TRY(fovea__figure_create(context, options->title, shape, &figure, error));
    fovea_status status = add_blocks(&j, figure, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
