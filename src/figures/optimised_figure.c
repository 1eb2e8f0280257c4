// SPDX-License-Identifier: MIT
// Pictures that were found by optimisation, with how far they got.
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/number.h"
#include "draw/panels.h"
#include "figures/picture_values.h"
#include "fovea/like_figures.h"

void fovea_optimised_figure_options_default(fovea_optimised_figure_options *options) {
    *options = (fovea_optimised_figure_options){.size = sizeof *options};
}

static void write_caption(const fovea_optimised_figure_options *options,
                          const fovea_optimised_picture *found, char *text, size_t size) {
    fovea__number start, end;
    fovea__number_short(found->start, start);
    fovea__number_short(found->end, end);
    fovea__number_minus(start);
    fovea__number_minus(end);
    snprintf(text, size, "%s%s%s → %s%s", options->value ? options->value : "",
             options->value ? " " : "", start, end, found->silent ? "\nsilent everywhere" : "");
}

// A colour picture, or channel c of another one in grey.
static fovea_status add_panel(fovea_context *context, fovea__panels *panels, const fovea_view *view,
                              int64_t c, const char *title, const char *caption,
                              fovea_error *error) {
    int64_t plane = view->shape.dim[1] * view->shape.dim[2];
    const float *from = (const float *)view->data;
    bool colour = view->shape.dim[0] == 3;
    float *data = fovea__new(context, 3 * (size_t)plane, sizeof *data, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    for (int64_t k = 0; k < 3; k++)
        for (int64_t i = 0; i < plane; i++)
            data[k * plane + i] = from[(colour ? k : c) * plane + i];
    fovea__panel panel = {.kind = FOVEA__PANEL_COLOUR,
                          .data = data,
                          .height = view->shape.dim[1],
                          .width = view->shape.dim[2],
                          .title = title,
                          .caption = caption,
                          .grey = !colour};
    fovea_status status = fovea__panels_add(panels, &panel, error);
    fovea__free(context, data);
    return status;
}

static fovea_status add_found(fovea_context *context, fovea__panels *panels,
                              const fovea_optimised *pictures, int32_t i,
                              const fovea_optimised_figure_options *options, fovea_error *error) {
    char title[320], caption[192];
    fovea_optimised_picture found = fovea_optimised_get(pictures, i);
    int64_t channels = found.picture.shape.dim[0];
    write_caption(options, &found, caption, sizeof caption);
    if (options->names)
        snprintf(title, sizeof title, "%s", options->names[i]);
    else if (found.channel < 0)
        snprintf(title, sizeof title, "%s", found.layer);
    else
        snprintf(title, sizeof title, "Output %d", found.channel + 1);
    if (channels == 1 || channels == 3)
        return add_panel(context, panels, &found.picture, 0, title, caption, error);
    FOVEA__TRY(fovea__panels_row(panels, title, caption, error));
    for (int64_t c = 0; c < channels; c++) {
        char channel[32];
        snprintf(channel, sizeof channel, "channel %lld", (long long)c + 1);
        FOVEA__TRY(add_panel(context, panels, &found.picture, c, channel, NULL, error));
    }
    return FOVEA_OK;
}

static fovea_status fill(fovea_context *context, fovea_figure *figure,
                         const fovea_optimised *pictures,
                         const fovea_optimised_figure_options *options, fovea_error *error) {
    fovea__panels *panels;
    FOVEA__TRY(fovea__figure_add_panels(figure, NULL, &panels, error));
    if (options->original) {
        fovea_view view = fovea_tensor_view(options->original);
        FOVEA__TRY(fovea__add_picture_panel(panels, context, view.data, &view.shape, "picture",
                                            NULL, FOVEA__MARK_NONE, error));
    }
    for (int32_t i = 0; i < fovea_optimised_count(pictures); i++)
        FOVEA__TRY(add_found(context, panels, pictures, i, options, error));
    return FOVEA_OK;
}

fovea_status fovea_figure_optimised(fovea_context *context, const fovea_optimised *pictures,
                                    const fovea_optimised_figure_options *options,
                                    fovea_figure **result, fovea_error *error) {
    fovea_optimised_figure_options standard;
    fovea_figure *figure;
    fovea_optimised_figure_options_default(&standard);
    if (!options) options = &standard;
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_optimised_figure_options: fill them with "
                           "fovea_optimised_figure_options_default");
    FOVEA__TRY(fovea__figure_create(context, options->title ? options->title : "", options->note,
                                    &figure, error));
    fovea_status status = fill(context, figure, pictures, options, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
