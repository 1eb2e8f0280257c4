// SPDX-License-Identifier: MIT
// A net as a flow chart.
#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "draw/number.h"
#include "figures/layer_words.h"
#include "figures/network.h"

typedef struct words {
    char *detail, *more, shape[96], count[64];
} words;

static fovea_status describe_part(const fovea__net_parts *parts, int32_t index, words *w,
                                  fovea_error *error) {
    const fovea__net_part *part = &parts->part[index];
    fovea__text first = fovea__text_begin(parts->context);
    fovea__text rest = fovea__text_begin(parts->context);
    fovea__net_part_shape(parts, index, w->shape);
    if (part->parameters) {
        fovea__number number;
        fovea__number_count(part->parameters, number);
        snprintf(w->count, sizeof w->count, "%s", number);
    }
    if (part->head < 0)
        fovea__text_add(&first, "input");
    else
        fovea__layer_words(parts->graph, part->head, ", ", &first);
    for (int32_t n = part->head + 1; part->head >= 0 && n <= part->tail; n++) {
        if (parts->part_of[n] != index) continue;
        if (rest.length) fovea__text_add(&rest, " · ");
        fovea__layer_words(parts->graph, n, ", ", &rest);
    }
    fovea_status status = fovea__text_take(&first, &w->detail, NULL, error);
    if (status == FOVEA_OK && part->nodes > 1)
        status = fovea__text_take(&rest, &w->more, NULL, error);
    fovea__text_discard(&rest);
    return status;
}

static fovea_status make_nodes(const fovea__net_parts *parts, words *w, fovea__flow_node *nodes,
                               fovea_error *error) {
    for (int32_t i = 0; i < parts->count; i++) {
        FOVEA__TRY(describe_part(parts, i, &w[i], error));
        nodes[i].title = fovea__net_part_name(parts, i);
        nodes[i].shape = w[i].shape;
        nodes[i].detail = w[i].detail;
        nodes[i].more = w[i].more;
        nodes[i].count = w[i].count[0] ? w[i].count : NULL;
        nodes[i].colour =
            parts->part[i].head < 0 ? -1 : fovea__layer_colour(parts->graph, parts->part[i].head);
    }
    return FOVEA_OK;
}

static fovea_status place(const fovea__net_parts *parts, fovea__flow_node *nodes,
                          fovea_error *error) {
    size_t count = (size_t)parts->count;
    int32_t ranks, lanes;
    int32_t *where = fovea__new(parts->context, count, 2 * sizeof *where, error);
    if (!where) return FOVEA_OUT_OF_MEMORY;
    fovea_status status =
        fovea__layout_graph(parts->context, parts->count, parts->edge, parts->edge_count, where,
                            where + count, &ranks, &lanes, error);
    for (size_t i = 0; i < count; i++) {
        nodes[i].rank = where[i];
        nodes[i].lane = where[count + i];
    }
    fovea__free(parts->context, where);
    return status;
}

static fovea_status make_flow(const fovea__net_parts *parts, words *w, fovea__flow_node *nodes,
                              fovea__flow_edge *edges, fovea__flow **flow, fovea_error *error) {
    FOVEA__TRY(make_nodes(parts, w, nodes, error));
    FOVEA__TRY(place(parts, nodes, error));
    for (int32_t e = 0; e < parts->edge_count; e++)
        edges[e] = (fovea__flow_edge){parts->edge[e].from, parts->edge[e].to, parts->edge[e].lane};
    return fovea__flow_create(parts->context, nodes, parts->count, edges, parts->edge_count, flow,
                              error);
}

fovea_status fovea__network_boxes(const fovea__net_parts *parts, fovea__flow **flow,
                                  fovea_error *error) {
    fovea_context *context = parts->context;
    size_t count = (size_t)parts->count;
    words *w = fovea__new(context, count, sizeof *w, error);
    fovea__flow_node *nodes = fovea__new(context, count, sizeof *nodes, error);
    fovea__flow_edge *edges = fovea__new(context, (size_t)parts->edge_count, sizeof *edges, error);
    fovea_status status = w && nodes && edges ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) status = make_flow(parts, w, nodes, edges, flow, error);
    for (size_t i = 0; w && i < count; i++) {
        fovea__free(context, w[i].detail);
        fovea__free(context, w[i].more);
    }
    fovea__free(context, w);
    fovea__free(context, nodes);
    fovea__free(context, edges);
    return status;
}
