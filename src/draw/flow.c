// SPDX-License-Identifier: MIT
#include "draw/flow.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/flow_struct.h"

void fovea__flow_free(fovea_context *context, fovea__flow *flow) {
    if (!flow) return;
    for (int32_t i = 0; flow->nodes && i < flow->node_count; i++) {
        fovea__free(context, (char *)flow->nodes[i].title);
        fovea__free(context, (char *)flow->nodes[i].shape);
        fovea__free(context, (char *)flow->nodes[i].more);
        fovea__free(context, (char *)flow->nodes[i].detail);
        fovea__free(context, (char *)flow->nodes[i].count);
    }
    fovea__free(context, flow->nodes);
    fovea__free(context, flow->edges);
    fovea__free(context, flow->filled);
    for (size_t i = 0; i < flow->group_count; i++) {
        fovea__free(context, (char *)flow->groups[i].title);
        fovea__free(context, (char *)flow->groups[i].more);
    }
    fovea__free(context, flow->groups);
    fovea__free(context, flow);
}

static fovea_status copy_text(fovea_context *context, const char *text, const char **copy,
                              fovea_error *error) {
    if (!text) return FOVEA_OK;
    *copy = fovea__copy_text(context, text, error);
    return *copy ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status copy_node(fovea_context *context, const fovea__flow_node *from,
                              fovea__flow_node *to, fovea_error *error) {
    to->rank = from->rank;
    to->lane = from->lane;
    to->colour = from->colour;
    FOVEA__TRY(copy_text(context, from->title, &to->title, error));
    FOVEA__TRY(copy_text(context, from->shape, &to->shape, error));
    FOVEA__TRY(copy_text(context, from->more, &to->more, error));
    FOVEA__TRY(copy_text(context, from->detail, &to->detail, error));
    return copy_text(context, from->count, &to->count, error);
}

static fovea_status fill(fovea_context *context, const fovea__flow_node *nodes,
                         const fovea__flow_edge *edges, fovea__flow *flow, fovea_error *error) {
    size_t node_count = (size_t)flow->node_count, edge_count = (size_t)flow->edge_count;
    flow->nodes = fovea__new(context, node_count, sizeof *flow->nodes, error);
    if (!flow->nodes) return FOVEA_OUT_OF_MEMORY;
    flow->edges = fovea__new(context, edge_count, sizeof *flow->edges, error);
    if (!flow->edges) return FOVEA_OUT_OF_MEMORY;
    if (edge_count) memcpy(flow->edges, edges, edge_count * sizeof *edges);
    for (size_t i = 0; i < edge_count; i++)
        if (edges[i].lane >= flow->lanes) flow->lanes = edges[i].lane + 1;
    for (size_t i = 0; i < node_count; i++) {
        FOVEA__TRY(copy_node(context, &nodes[i], &flow->nodes[i], error));
        if (nodes[i].rank >= flow->ranks) flow->ranks = nodes[i].rank + 1;
        if (nodes[i].lane >= flow->lanes) flow->lanes = nodes[i].lane + 1;
    }
    flow->filled = fovea__new(context, (size_t)flow->ranks * (size_t)flow->lanes, 1, error);
    if (!flow->filled) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < node_count; i++)
        flow->filled[nodes[i].rank * flow->lanes + nodes[i].lane] = true;
    return FOVEA_OK;
}

fovea_status fovea__flow_create(fovea_context *context, const fovea__flow_node *nodes,
                                int32_t node_count, const fovea__flow_edge *edges,
                                int32_t edge_count, fovea__flow **result, fovea_error *error) {
    fovea__flow *flow = fovea__new(context, 1, sizeof *flow, error);
    if (!flow) return FOVEA_OUT_OF_MEMORY;
    flow->node_count = node_count;
    flow->edge_count = edge_count;
    fovea_status status = fill(context, nodes, edges, flow, error);
    if (status == FOVEA_OK)
        *result = flow;
    else
        fovea__flow_free(context, flow);
    return status;
}

fovea_status fovea__flow_add_group(fovea_context *context, fovea__flow *flow,
                                   const fovea__flow_group *group, fovea_error *error) {
    fovea__flow_group *groups =
        fovea__grow(context, flow->groups, flow->group_count, &flow->group_room,
                    flow->group_count + 1, sizeof *groups, error);
    if (!groups) return FOVEA_OUT_OF_MEMORY;
    flow->groups = groups;
    fovea__flow_group *copy = &groups[flow->group_count++];
    *copy = (fovea__flow_group){.first = group->first, .last = group->last};
    FOVEA__TRY(copy_text(context, group->title, &copy->title, error));
    return copy_text(context, group->more, &copy->more, error);
}

const fovea__flow_group *fovea__flow_group_at(const fovea__flow *flow, int32_t rank, bool last) {
    for (size_t i = 0; i < flow->group_count; i++)
        if ((last ? flow->groups[i].last : flow->groups[i].first) == rank) return &flow->groups[i];
    return NULL;
}

bool fovea__flow_blocked(const fovea__flow *flow, int32_t rank, int32_t a, int32_t b) {
    int32_t low = a < b ? a : b, high = a < b ? b : a;
    for (int32_t lane = low + 1; lane < high; lane++)
        if (fovea__flow_filled(flow, rank, lane)) return true;
    return false;
}

double fovea__flow_layout(const fovea__flow *flow, fovea__display *display, double x, double y,
                          double width) {
    if (display->status) return 0;
    return (display->terminal ? fovea__flow_cells : fovea__flow_page)(flow, display, x, y, width);
}

static const fovea__flow_group *group_around(const fovea__flow *flow, int32_t rank) {
    for (size_t i = 0; i < flow->group_count; i++)
        if (flow->groups[i].first <= rank && rank <= flow->groups[i].last) return &flow->groups[i];
    return NULL;
}

void fovea__flow_describe(const fovea__flow *flow, fovea__text *text) {
    const fovea__flow_group *before = NULL;
    for (int32_t i = 0; i < flow->node_count; i++) {
        const fovea__flow_node *n = &flow->nodes[i];
        const fovea__flow_group *group = group_around(flow, n->rank);
        if (group && group != before)
            fovea__text_format(text, "%s  %s\n", group->title, group->more ? group->more : "");
        before = group;
        fovea__text_format(text, "%s%s", group ? "  " : "", n->title ? n->title : "-");
        if (n->detail) fovea__text_format(text, "  %s", n->detail);
        if (n->more) fovea__text_format(text, " · %s", n->more);
        if (n->shape) fovea__text_format(text, "  %s", n->shape);
        if (n->count) fovea__text_format(text, "  %s", n->count);
        bool led = false;
        for (int32_t e = 0; e < flow->edge_count; e++) {
            if (flow->edges[e].to != i) continue;
            fovea__text_format(text, "%s%s", led ? ", " : "  <- ",
                               flow->nodes[flow->edges[e].from].title);
            led = true;
        }
        fovea__text_add(text, "\n");
    }
}
