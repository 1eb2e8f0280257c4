// SPDX-License-Identifier: MIT
// A net as a flow chart.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "draw/number.h"
#include "figures/layer_words.h"
#include "figures/network.h"

typedef struct words {
    char *detail, *more, shape[200], count[160];
} words;

// The parts that are drawn: of a fold only the first block.
typedef struct drawing {
    const fovea__net_parts *parts;
    const fovea__fold *folds;
    int32_t fold_count;
    int32_t *box;              // [parts]: the box that stands for a part
    int32_t *part;             // [boxes]
    const fovea__fold **fold;  // [boxes]; NULL: it is in none
    int32_t count, edge_count;
    fovea__layout_edge *edge;
    words *words;             // [boxes]
    fovea__flow_node *nodes;  // [boxes]
    fovea__flow_edge *edges;
} drawing;

static void choose_boxes(drawing *d) {
    int32_t f = 0;
    for (int32_t p = 0; p < d->parts->count; p++) {
        while (f < d->fold_count && p >= d->folds[f].first + d->folds[f].size * d->folds[f].times)
            f++;
        const fovea__fold *fold = f < d->fold_count && p >= d->folds[f].first ? &d->folds[f] : NULL;
        if (fold && p >= fold->first + fold->size) {
            d->box[p] = d->box[fold->first + (p - fold->first) % fold->size];
            continue;
        }
        d->box[p] = d->count;
        d->fold[d->count] = fold;
        d->part[d->count++] = p;
    }
}

// Whether the edge leads from one block of a fold to the next.
static bool leads_back(const drawing *d, const fovea__layout_edge *edge) {
    const fovea__fold *fold = d->fold[d->box[edge->to]];
    return fold && edge->to >= fold->first + fold->size;
}

static void choose_edges(drawing *d) {
    for (int32_t e = 0; e < d->parts->edge_count; e++) {
        const fovea__layout_edge *edge = &d->parts->edge[e];
        if (leads_back(d, edge)) continue;  // drawn by the first block
        d->edge[d->edge_count++] =
            (fovea__layout_edge){.from = d->box[edge->from], .to = d->box[edge->to]};
    }
}

// "1 040" or, where the blocks of a fold differ, "1 040 … 2 064".
static void write_count(const drawing *d, int32_t box, words *w) {
    const fovea__fold *fold = d->fold[box];
    int64_t low = d->parts->part[d->part[box]].parameters, high = low;
    fovea__number number, other;
    for (int32_t t = 1; fold && t < fold->times; t++) {
        int64_t own = d->parts->part[d->part[box] + t * fold->size].parameters;
        if (own < low) low = own;
        if (own > high) high = own;
    }
    if (high == 0) return;
    fovea__number_count(low, number);
    fovea__number_count(high, other);
    snprintf(w->count, sizeof w->count, low == high ? "%s" : "%s … %s", number, other);
}

static void write_shape(const drawing *d, int32_t box, words *w) {
    const fovea__fold *fold = d->fold[box];
    char first[96], last[96];
    int32_t part = d->part[box];
    fovea__net_part_shape(d->parts, part, first);
    fovea__net_part_shape(d->parts, fold ? part + (fold->times - 1) * fold->size : part, last);
    bool same = strcmp(first, last) == 0;
    // Only the channels differ, which stand first.
    first[same ? strlen(first) : strcspn(first, "\xc3")] = 0;
    snprintf(w->shape, sizeof w->shape, same ? "%s" : "%s…%s", first, last);
}

static fovea_status describe_box(const drawing *d, int32_t box, words *w, fovea_error *error) {
    const fovea__net_parts *parts = d->parts;
    const fovea__net_part *part = &parts->part[d->part[box]];
    fovea__text first = fovea__text_begin(parts->context);
    fovea__text rest = fovea__text_begin(parts->context);
    write_shape(d, box, w);
    write_count(d, box, w);
    if (part->head < 0)
        fovea__text_add(&first, "input");
    else
        fovea__layer_words(parts->graph, part->head, ", ", &first);
    for (int32_t n = part->head + 1; part->head >= 0 && n <= part->tail; n++) {
        if (parts->part_of[n] != d->part[box]) continue;
        if (rest.length) fovea__text_add(&rest, " · ");
        fovea__layer_words(parts->graph, n, ", ", &rest);
    }
    fovea_status status = fovea__text_take(&first, &w->detail, NULL, error);
    if (status == FOVEA_OK && part->nodes > 1)
        status = fovea__text_take(&rest, &w->more, NULL, error);
    fovea__text_discard(&rest);
    return status;
}

static fovea_status make_nodes(const drawing *d, fovea_error *error) {
    for (int32_t i = 0; i < d->count; i++) {
        const fovea__net_part *part = &d->parts->part[d->part[i]];
        fovea__flow_node *node = &d->nodes[i];
        FOVEA__TRY(describe_box(d, i, &d->words[i], error));
        node->title = fovea__net_part_name(d->parts, d->part[i]);
        node->shape = d->words[i].shape;
        node->detail = d->words[i].detail;
        node->more = d->words[i].more;
        node->count = d->words[i].count[0] ? d->words[i].count : NULL;
        node->colour = part->head < 0 ? -1 : fovea__layer_colour(d->parts->graph, part->head);
    }
    return FOVEA_OK;
}

static fovea_status place(const drawing *d, fovea_error *error) {
    size_t count = (size_t)d->count;
    int32_t ranks, lanes;
    int32_t *where = fovea__new(d->parts->context, count, 2 * sizeof *where, error);
    if (!where) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea__layout_graph(d->parts->context, d->count, d->edge, d->edge_count,
                                              where, where + count, &ranks, &lanes, error);
    for (size_t i = 0; i < count; i++) {
        d->nodes[i].rank = where[i];
        d->nodes[i].lane = where[count + i];
    }
    fovea__free(d->parts->context, where);
    return status;
}

// "layer3.1 … layer3.5": the names of the first layers of the first and the last block, without the
// words at their ends that are alike.
static void write_names(const fovea__net_parts *parts, const fovea__fold *fold, char *text,
                        size_t size) {
    const char *first = fovea__net_part_name(parts, fold->first);
    const char *last = fovea__net_part_name(parts, fold->first + (fold->times - 1) * fold->size);
    size_t a = strlen(first), b = strlen(last), same = 0, cut = 0;
    while (same < a && same < b && first[a - 1 - same] == last[b - 1 - same])
        if (strchr("./_", first[a - 1 - same++])) cut = same;
    if (cut >= a || cut >= b) cut = 0;
    snprintf(text, size, "%.*s … %.*s", (int)(a - cut), first, (int)(b - cut), last);
}

static fovea_status add_group(const drawing *d, const fovea__fold *fold, fovea__flow *flow,
                              fovea_error *error) {
    char title[32], names[640];
    fovea__flow_group group = {.first = INT32_MAX, .title = title, .more = names};
    for (int32_t i = 0; i < d->count; i++) {
        if (d->fold[i] != fold) continue;
        if (d->nodes[i].rank < group.first) group.first = d->nodes[i].rank;
        if (d->nodes[i].rank > group.last) group.last = d->nodes[i].rank;
    }
    snprintf(title, sizeof title, "× %d", fold->times);
    write_names(d->parts, fold, names, sizeof names);
    return fovea__flow_add_group(d->parts->context, flow, &group, error);
}

static fovea_status make_flow(drawing *d, fovea__flow **result, fovea_error *error) {
    fovea__flow *flow;
    choose_boxes(d);
    choose_edges(d);
    FOVEA__TRY(make_nodes(d, error));
    FOVEA__TRY(place(d, error));
    for (int32_t e = 0; e < d->edge_count; e++)
        d->edges[e] = (fovea__flow_edge){d->edge[e].from, d->edge[e].to, d->edge[e].lane};
    FOVEA__TRY(fovea__flow_create(d->parts->context, d->nodes, d->count, d->edges, d->edge_count,
                                  &flow, error));
    fovea_status status = FOVEA_OK;
    for (int32_t f = 0; f < d->fold_count && status == FOVEA_OK; f++)
        status = add_group(d, &d->folds[f], flow, error);
    if (status == FOVEA_OK)
        *result = flow;
    else
        fovea__flow_free(d->parts->context, flow);
    return status;
}

static bool take_memory(drawing *d, fovea_error *error) {
    fovea_context *context = d->parts->context;
    size_t count = (size_t)d->parts->count, edges = (size_t)d->parts->edge_count;
    d->box = fovea__new(context, count, sizeof *d->box, error);
    d->part = fovea__new(context, count, sizeof *d->part, error);
    d->fold = fovea__new(context, count, sizeof *d->fold, error);
    d->words = fovea__new(context, count, sizeof *d->words, error);
    d->nodes = fovea__new(context, count, sizeof *d->nodes, error);
    d->edge = fovea__new(context, edges, sizeof *d->edge, error);
    d->edges = fovea__new(context, edges, sizeof *d->edges, error);
    return d->box && d->part && d->fold && d->words && d->nodes && d->edge && d->edges;
}

fovea_status fovea__network_boxes(const fovea__net_parts *parts, const fovea__fold *folds,
                                  int32_t fold_count, fovea__flow **flow, fovea_error *error) {
    fovea_context *context = parts->context;
    drawing d = {.parts = parts, .folds = folds, .fold_count = fold_count};
    fovea_status status = take_memory(&d, error) ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) status = make_flow(&d, flow, error);
    for (int32_t i = 0; d.words && i < d.count; i++) {
        fovea__free(context, d.words[i].detail);
        fovea__free(context, d.words[i].more);
    }
    fovea__free(context, d.box);
    fovea__free(context, d.part);
    fovea__free(context, d.fold);
    fovea__free(context, d.words);
    fovea__free(context, d.nodes);
    fovea__free(context, d.edge);
    fovea__free(context, d.edges);
    return status;
}
