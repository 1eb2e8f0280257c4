// SPDX-License-Identifier: MIT
// The diagram of a whole net.
#include "figures/network.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/number.h"

void fovea_network_options_default(fovea_network_options *options) {
    *options = (fovea_network_options){.size = sizeof *options};
}

fovea_status fovea_network_style_find(const char *name, fovea_network_style *style,
                                      fovea_error *error) {
    static const char *const names[] = {"auto", "volumes", "boxes"};
    for (int i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0) {
            *style = (fovea_network_style)i;
            return FOVEA_OK;
        }
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "there is no style called %.100s; there are auto, volumes and boxes", name);
}

// The block: volumes on a page where there are any, boxes else and in a terminal.
typedef struct diagram {
    fovea__flow *flow;
    fovea__volumes *volumes;
} diagram;

static double diagram_layout(const void *data, fovea__display *display, double x, double y,
                             double width) {
    const diagram *d = data;
    if (d->volumes && !display->terminal && !display->status)
        return fovea__volumes_layout(d->volumes, display, x, y, width);
    return fovea__flow_layout(d->flow, display, x, y, width);
}

static void diagram_describe(const void *data, fovea__text *text) {
    fovea__flow_describe(((const diagram *)data)->flow, text);
}

static void diagram_release(fovea_context *context, void *data) {
    diagram *d = data;
    fovea__flow_free(context, d->flow);
    fovea__volumes_free(context, d->volumes);
    fovea__free(context, d);
}

static const fovea__block_kind diagram_kind = {diagram_layout, diagram_describe, diagram_release};

static fovea_status check(const fovea_network_options *options, fovea_error *error) {
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_network_options: size is %zu, not %zu; fill it with "
                           "fovea_network_options_default",
                           options->size, sizeof *options);
    return FOVEA_OK;
}

static fovea_status add_volumes(fovea_context *context, const fovea_model *model,
                                const fovea_network_options *options, diagram *d,
                                fovea_error *error) {
    fovea__net_parts parts;
    if (options->style == FOVEA_NETWORK_BOXES) return FOVEA_OK;
    fovea_status status = fovea__net_parts_find(context, fovea_model_graph(model),
                                                FOVEA__JOIN_BUT_FLATTEN, &parts, error);
    const char *reason = status == FOVEA_OK ? fovea__network_no_volumes(&parts) : NULL;
    if (status == FOVEA_OK && !reason)
        status = fovea__network_volumes(&parts, model, options->picture, &d->volumes, error);
    else if (status == FOVEA_OK && options->style == FOVEA_NETWORK_VOLUMES)
        status = fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                             "the net cannot be drawn as volumes: %s; boxes can show it", reason);
    fovea__net_parts_free(&parts);
    return status;
}

static fovea_status add_diagram(fovea_context *context, const fovea__net_parts *parts,
                                const fovea_model *model, const fovea_network_options *options,
                                fovea_figure *figure, bool *volumes, fovea_error *error) {
    diagram *d = fovea__new(context, 1, sizeof *d, error);
    if (!d) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea__network_boxes(parts, NULL, 0, &d->flow, error);
    if (status == FOVEA_OK) status = add_volumes(context, model, options, d, error);
    *volumes = d->volumes != NULL;
    if (status == FOVEA_OK) return fovea__figure_add_block(figure, &diagram_kind, d, error);
    diagram_release(context, d);
    return status;
}

static const char maps_note[] =
    "Heights and widths of maps go by the square root of their size. Up to four maps are all "
    "drawn; beyond that every doubling adds a sheet.";
static const char neurons_note[] =
    "Up to ten neurons are all drawn, of more the first and last four; every neuron of a linear "
    "layer is connected with all before it.";
static const char boxes_note[] =
    "At the right of each box: how many parameters its layers have, and the shape that comes out.";

static bool has_neurons(const fovea__net_parts *parts) {
    for (int32_t i = 0; i < parts->count; i++)
        if (parts->graph->value[parts->part[i].value].signature.shape.rank == 2) return true;
    return false;
}

static fovea_status make_figure(fovea_context *context, const fovea_model *model,
                                const fovea_network_options *options, const fovea__net_parts *parts,
                                fovea_figure **figure, fovea_error *error) {
    fovea__number number;
    char subtitle[160];
    int32_t nodes = fovea_graph_node_count(parts->graph);
    bool volumes;
    fovea__number_count(parts->parameters, number);
    snprintf(subtitle, sizeof subtitle, "%d layers, %s parameters", nodes, number);
    FOVEA__TRY(fovea__figure_create(context, options->title, subtitle, figure, error));
    fovea_status status = add_diagram(context, parts, model, options, *figure, &volumes, error);
    if (status == FOVEA_OK)
        status = fovea__figure_add_text(*figure, volumes ? maps_note : boxes_note, false, error);
    if (status == FOVEA_OK && volumes && has_neurons(parts))
        status = fovea__figure_add_text(*figure, neurons_note, false, error);
    if (status != FOVEA_OK) fovea_figure_free(*figure);
    return status;
}

fovea_status fovea_figure_network(fovea_context *context, const fovea_model *model,
                                  const fovea_network_options *options, fovea_figure **result,
                                  fovea_error *error) {
    fovea_network_options standard;
    fovea__net_parts parts;
    fovea_figure *figure;
    fovea_network_options_default(&standard);
    if (!options) options = &standard;
    FOVEA__TRY(check(options, error));
    fovea_status status =
        fovea__net_parts_find(context, fovea_model_graph(model), FOVEA__JOIN_ALL, &parts, error);
    if (status == FOVEA_OK) status = make_figure(context, model, options, &parts, &figure, error);
    fovea__net_parts_free(&parts);
    if (status == FOVEA_OK) *result = figure;
    return status;
}
