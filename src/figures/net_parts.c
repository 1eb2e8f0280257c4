// SPDX-License-Identifier: MIT
#include "figures/net_parts.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum { MOST_PARTS = 2000 };

void fovea__net_parts_free(fovea__net_parts *parts) {
    if (!parts->context) return;
    fovea__free(parts->context, parts->part);
    fovea__free(parts->context, parts->edge);
    fovea__free(parts->context, parts->part_of);
    *parts = (fovea__net_parts){0};
}

static bool is_data(const fovea_graph *graph, fovea_value v) {
    return v >= 0 && (graph->value[v].kind == FOVEA_VALUE_INPUT ||
                      graph->value[v].kind == FOVEA_VALUE_COMPUTED);
}

// The only value that flows into the node; -1: none or several.
static fovea_value only_input(const fovea_graph *graph, const fovea__node *node) {
    fovea_value only = FOVEA_NO_VALUE;
    for (int32_t i = 0; i < node->in_count; i++) {
        if (!is_data(graph, node->in[i])) continue;
        if (only >= 0) return FOVEA_NO_VALUE;
        only = node->in[i];
    }
    return only;
}

static bool is_op(const fovea__node *node, const char *name) {
    return strcmp(node->op->name, name) == 0;
}

// Whether the node can stand with the one before it.
static bool is_follower(const fovea__node *node, const fovea__node *before,
                        fovea__joining joining) {
    if (joining == FOVEA__JOIN_NONE) return false;
    // A normalisation of several ways' sum or row begins something new.
    if (node->op->traits & FOVEA__BATCH_STATS && (is_op(before, "Concat") || is_op(before, "Add")))
        return false;
    if (node->op->traits & (FOVEA__ELEMENTWISE | FOVEA__BATCH_STATS)) return true;
    if (is_op(node, "Softmax") || is_op(node, "LogSoftmax")) return true;
    if (is_op(node, "Flatten")) return joining == FOVEA__JOIN_ALL;
    return is_op(node, "Pad") && is_op(before, "Slice");
}

typedef struct job {
    fovea__net_parts *parts;
    fovea__joining joining;
    int32_t *users;  // [values]
    bool *is_output;
} job;

static void count_users(const job *j) {
    const fovea_graph *graph = j->parts->graph;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++)
            if (graph->node[n].in[i] >= 0) j->users[graph->node[n].in[i]]++;
    for (size_t i = 0; i < graph->output_count; i++) j->is_output[graph->output[i]] = true;
}

static int32_t part_that_makes(const fovea__net_parts *parts, fovea_value v) {
    const fovea_graph *graph = parts->graph;
    if (graph->value[v].node >= 0) return parts->part_of[graph->value[v].node];
    for (int32_t p = 0; p < parts->count; p++)
        if (parts->part[p].value == v) return p;
    return -1;
}

// The part that the node joins, or a new one.
static int32_t part_for(const job *j, int32_t n) {
    fovea__net_parts *parts = j->parts;
    const fovea_graph *graph = parts->graph;
    const fovea__node *node = &graph->node[n];
    fovea_value in = only_input(graph, node);
    int32_t maker = in >= 0 ? graph->value[in].node : -1;
    bool joins = maker >= 0 && j->users[in] == 1 && !j->is_output[in] &&
                 graph->node[maker].out[0] == in &&
                 is_follower(node, &graph->node[maker], j->joining);
    if (joins) return parts->part_of[maker];
    parts->part[parts->count] = (fovea__net_part){.head = n};
    return parts->count++;
}

static int64_t parameters_of(const fovea_graph *graph, const fovea__node *node, int32_t *users) {
    int64_t count = 0;
    for (int32_t i = 0; i < node->in_count; i++) {
        fovea_value v = node->in[i];
        if (v < 0 || graph->value[v].kind != FOVEA_VALUE_PARAMETER || users[v] < 0) continue;
        users[v] = -1;  // shared ones are counted at first use
        count += fovea_shape_count(&graph->value[v].signature.shape);
    }
    return count;
}

static fovea_status find_parts(const job *j, fovea_error *error) {
    fovea__net_parts *parts = j->parts;
    const fovea_graph *graph = parts->graph;
    for (size_t i = 0; i < graph->input_count; i++)
        parts->part[parts->count++] =
            (fovea__net_part){.head = -1, .tail = -1, .value = graph->input[i]};
    for (size_t n = 0; n < graph->node_count; n++) {
        int32_t p = part_for(j, (int32_t)n);
        fovea__net_part *part = &parts->part[p];
        parts->part_of[n] = p;
        part->tail = (int32_t)n;
        part->nodes++;
        part->value = graph->node[n].out[0];
        if (parts->count > MOST_PARTS)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "the net has more than %d layers: too many for a diagram",
                               (int)MOST_PARTS);
    }
    for (size_t n = 0; n < graph->node_count; n++) {
        int64_t own = parameters_of(graph, &graph->node[n], j->users);
        parts->part[parts->part_of[n]].parameters += own;
        parts->parameters += own;
    }
    return FOVEA_OK;
}

static fovea_status add_edge(fovea__net_parts *parts, size_t *room, int32_t from, int32_t to,
                             fovea_error *error) {
    for (int32_t e = parts->edge_count; e-- > 0 && parts->edge[e].to == to;)
        if (parts->edge[e].from == from) return FOVEA_OK;
    fovea__layout_edge *edges =
        fovea__grow(parts->context, parts->edge, (size_t)parts->edge_count, room,
                    (size_t)parts->edge_count + 1, sizeof *edges, error);
    if (!edges) return FOVEA_OUT_OF_MEMORY;
    parts->edge = edges;
    edges[parts->edge_count++] = (fovea__layout_edge){.from = from, .to = to};
    return FOVEA_OK;
}

static fovea_status find_edges(fovea__net_parts *parts, fovea_error *error) {
    const fovea_graph *graph = parts->graph;
    size_t room = 0;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++) {
            if (!is_data(graph, graph->node[n].in[i])) continue;
            int32_t from = part_that_makes(parts, graph->node[n].in[i]), to = parts->part_of[n];
            if (from >= 0 && from != to) FOVEA__TRY(add_edge(parts, &room, from, to, error));
        }
    return FOVEA_OK;
}

fovea_status fovea__net_parts_find(fovea_context *context, const fovea_graph *graph,
                                   fovea__joining joining, fovea__net_parts *parts,
                                   fovea_error *error) {
    *parts = (fovea__net_parts){.context = context, .graph = graph};
    job j = {.parts = parts, .joining = joining};
    size_t most = graph->input_count + graph->node_count;
    parts->part = fovea__new(context, most, sizeof *parts->part, error);
    parts->part_of = fovea__new(context, graph->node_count, sizeof *parts->part_of, error);
    j.users = fovea__new(context, graph->value_count, sizeof *j.users, error);
    j.is_output = fovea__new(context, graph->value_count, sizeof *j.is_output, error);
    fovea_status status =
        parts->part && parts->part_of && j.users && j.is_output ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) {
        count_users(&j);
        status = find_parts(&j, error);
    }
    if (status == FOVEA_OK) status = find_edges(parts, error);
    fovea__free(context, j.users);
    fovea__free(context, j.is_output);
    return status;
}

bool fovea__net_parts_are_chain(const fovea__net_parts *parts) {
    if (parts->edge_count != parts->count - 1) return false;
    for (int32_t e = 0; e < parts->edge_count; e++)
        if (parts->edge[e].from != e || parts->edge[e].to != e + 1) return false;
    return true;
}

const char *fovea__net_part_name(const fovea__net_parts *parts, int32_t part) {
    const fovea__net_part *p = &parts->part[part];
    return p->head < 0 ? parts->graph->value[p->value].name : parts->graph->node[p->head].name;
}

void fovea__net_part_shape(const fovea__net_parts *parts, int32_t part, char text[96]) {
    const fovea_shape *shape = &parts->graph->value[parts->part[part].value].signature.shape;
    fovea_shape sample = *shape;
    if (shape->rank > 1 && shape->dim[0] == FOVEA_DYNAMIC)
        sample = fovea_shape_make(shape->rank - 1, shape->dim + 1);
    fovea_shape_format(&sample, text, 96);
}
