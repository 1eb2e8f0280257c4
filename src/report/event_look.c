// SPDX-License-Identifier: MIT
// Figures in an event log.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/choose_layers.h"
#include "fovea/figures.h"
#include "train/event_log.h"

enum { MOST_LAYERS = 4, MOST_PANELS = 32, WIDTH = 800, TAG = 320 };

fovea_status fovea_event_log_figure(fovea_event_log *log, const char *tag, int64_t step,
                                    const fovea_figure *figure, const fovea_draw_options *options,
                                    fovea_error *error) {
    void *png;
    size_t size;
    FOVEA__TRY(
        fovea_figure_render(log->context, figure, FOVEA_PICTURE_PNG, options, &png, &size, error));
    fovea_status status = fovea_event_log_picture(log, tag, step, png, size, error);
    fovea_figure_bytes_free(log->context, png);
    return status;
}

// Uses the figure up; `status` is that of making it.
static fovea_status put(fovea_event_log *log, const char *kind, const char *name, int64_t step,
                        fovea_status status, fovea_figure *figure, fovea_error *error) {
    char tag[TAG];
    fovea_draw_options options;
    if (status != FOVEA_OK) return status;
    fovea_draw_options_default(&options);
    options.scale = 1;  // TensorBoard shows many of them beside each other
    options.width = WIDTH;
    snprintf(tag, sizeof tag, "%s/%s", kind, name);
    status = fovea_event_log_figure(log, tag, step, figure, &options, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status put_filters(fovea_event_log *log, const fovea_graph *graph, int32_t node,
                                int64_t step, fovea_error *error) {
    fovea_figure *figure;
    fovea_filters_options options;
    fovea_filters_options_default(&options);
    options.layer = fovea_graph_node(graph, node).name;
    options.most = MOST_PANELS;
    fovea_status status = fovea_figure_filters(log->context, graph, &options, &figure, error);
    return put(log, "filters", options.layer, step, status, figure, error);
}

// Of convolution `number`, from 1, with what follows up to the next one.
static fovea_status put_maps(fovea_event_log *log, const fovea_model *model,
                             const fovea_tensor *picture, int number, const char *name,
                             int64_t step, fovea_error *error) {
    char layer[16];
    fovea_maps *maps;
    fovea_figure *figure;
    fovea_maps_options options;
    fovea_maps_options_default(&options);
    snprintf(layer, sizeof layer, "%d", number);
    options.layer = layer;
    options.stage = FOVEA_STAGE_ALL;
    options.most = MOST_PANELS;
    FOVEA__TRY(fovea_maps_create(log->context, model, picture, &options, &maps, error));
    fovea_status status = fovea_figure_maps(maps, &figure, error);
    status = put(log, "maps", name, step, status, figure, error);
    fovea_maps_free(maps);
    return status;
}

fovea_status fovea_event_log_look(fovea_event_log *log, const fovea_model *model,
                                  const fovea_tensor *picture, int64_t step, fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(model);
    int32_t nodes = fovea_graph_node_count(graph), first = 0;
    int number = 0;
    while (first < nodes && !fovea__layer_has_weights(graph, first)) first++;
    if (first < nodes) FOVEA__TRY(put_filters(log, graph, first, step, error));
    for (int32_t node = 0; picture && node < nodes && number < MOST_LAYERS; node++) {
        if (!fovea__layer_is_conv(graph, node)) continue;
        const char *name = fovea_graph_node(graph, node).name;
        FOVEA__TRY(put_maps(log, model, picture, ++number, name, step, error));
    }
    return FOVEA_OK;
}
