// SPDX-License-Identifier: MIT
// The picture of a graph: boxes and arrows, repeated blocks folded.
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/number.h"
#include "figures/network.h"

void fovea_graph_figure_options_default(fovea_graph_figure_options *options) {
    *options = (fovea_graph_figure_options){.size = sizeof *options};
}

static double graph_layout(const void *data, fovea__display *display, double x, double y,
                           double width) {
    return fovea__flow_layout(data, display, x, y, width);
}

static void graph_describe(const void *data, fovea__text *text) {
    fovea__flow_describe(data, text);
}

static void graph_release(fovea_context *context, void *data) {
    fovea__flow_free(context, data);
}

static const fovea__block_kind graph_kind = {graph_layout, graph_describe, graph_release};

static fovea_status add_boxes(const fovea__net_parts *parts, bool unfold, fovea_figure *figure,
                              int32_t *folded, fovea_error *error) {
    fovea__fold *folds = NULL;
    fovea__flow *flow;
    *folded = 0;
    if (!unfold) FOVEA__TRY(fovea__find_folds(parts, &folds, folded, error));
    fovea_status status = fovea__network_boxes(parts, folds, *folded, &flow, error);
    fovea__free(parts->context, folds);
    FOVEA__TRY(status);
    return fovea__figure_add_block(figure, &graph_kind, flow, error);
}

static fovea_status make_figure(const fovea__net_parts *parts,
                                const fovea_graph_figure_options *options, fovea_figure **figure,
                                fovea_error *error) {
    fovea__number number;
    char subtitle[160];
    int32_t nodes = fovea_graph_node_count(parts->graph), folded;
    fovea__number_count(parts->parameters, number);
    snprintf(subtitle, sizeof subtitle, "%d node%s, %s parameters", nodes, nodes == 1 ? "" : "s",
             number);
    FOVEA__TRY(fovea__figure_create(parts->context, options->title, subtitle, figure, error));
    fovea_status status = add_boxes(parts, options->unfold, *figure, &folded, error);
    if (status == FOVEA_OK)
        status = fovea__figure_add_text(
            *figure,
            folded ? "At the right of each box: how many parameters its layers have, and the shape "
                     "that comes out. A frame is a block that is repeated; its first one is drawn."
                   : "At the right of each box: how many parameters its layers have, and the shape "
                     "that comes out.",
            false, error);
    if (status != FOVEA_OK) fovea_figure_free(*figure);
    return status;
}

fovea_status fovea_figure_graph(fovea_context *context, const fovea_graph *graph,
                                const fovea_graph_figure_options *options, fovea_figure **result,
                                fovea_error *error) {
    fovea_graph_figure_options standard;
    fovea__net_parts parts;
    fovea_figure *figure;
    fovea_graph_figure_options_default(&standard);
    if (!options) options = &standard;
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_graph_figure_options: size is %zu, not %zu; fill it with "
                           "fovea_graph_figure_options_default",
                           options->size, sizeof *options);
    fovea__joining joining = options->every_node ? FOVEA__JOIN_NONE : FOVEA__JOIN_ALL;
    fovea_status status = fovea__net_parts_find(context, graph, joining, &parts, error);
    if (status == FOVEA_OK) status = make_figure(&parts, options, &figure, error);
    fovea__net_parts_free(&parts);
    if (status == FOVEA_OK) *result = figure;
    return status;
}
