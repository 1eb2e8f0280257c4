// SPDX-License-Identifier: MIT
#include "figures/graph_layout.h"

#include <stdbool.h>

#include "base/memory.h"

// Gap g lies between the ranks g and g+1. A lane is taken gap by gap, so that what leaves a node
// and what arrives at the next one cannot meet in between.
typedef struct layout {
    fovea_context *context;
    int32_t nodes, edges, ranks, lanes;
    fovea__layout_edge *edge;
    int32_t *rank, *lane;  // [nodes]; lane -1: none yet
    bool *placed;          // [edges]
    bool *taken;           // [lanes][ranks + 1]
    size_t room;           // of `taken`
} layout;

static void find_ranks(layout *l) {
    // Edges may come in any order, so a node's rank is final only after all edges into it: nodes
    // are gone through by number.
    for (int32_t n = 0; n < l->nodes; n++)
        for (int32_t e = 0; e < l->edges; e++)
            if (l->edge[e].to == n && l->rank[l->edge[e].from] >= l->rank[n])
                l->rank[n] = l->rank[l->edge[e].from] + 1;
    for (int32_t n = 0; n < l->nodes; n++)
        if (l->rank[n] >= l->ranks) l->ranks = l->rank[n] + 1;
}

static bool *gap_of(const layout *l, int32_t lane, int32_t gap) {
    return &l->taken[(size_t)lane * ((size_t)l->ranks + 1) + (size_t)gap];
}

// The first lane from `first` on that is free in the gaps [low, high), which are taken. -1: no
// memory.
static int32_t take_lane(layout *l, int32_t first, int32_t low, int32_t high, fovea_error *error) {
    for (int32_t lane = first;; lane++) {
        size_t needed = ((size_t)lane + 1) * ((size_t)l->ranks + 1);
        if (needed > l->room) {
            bool *taken = fovea__grow(l->context, l->taken, l->room, &l->room, needed, 1, error);
            if (!taken) return -1;
            l->taken = taken;
        }
        bool free = true;
        for (int32_t gap = low; gap < high && free; gap++) free = !*gap_of(l, lane, gap);
        if (!free) continue;
        for (int32_t gap = low; gap < high; gap++) *gap_of(l, lane, gap) = true;
        if (lane >= l->lanes) l->lanes = lane + 1;
        return lane;
    }
}

// The edge into `node` from the highest rank (`up`), or out of it to the lowest, along nodes that
// have no lane yet or (`any`) whatever they have. -1: none.
static int32_t nearest_edge(const layout *l, int32_t node, bool up, bool any) {
    int32_t best = -1, best_rank = 0;
    for (int32_t e = 0; e < l->edges; e++) {
        const fovea__layout_edge *edge = &l->edge[e];
        if ((up ? edge->to : edge->from) != node || l->placed[e]) continue;
        int32_t other = up ? edge->from : edge->to;
        if (!any && l->lane[other] >= 0) continue;
        if (best < 0 || (up ? l->rank[other] > best_rank : l->rank[other] < best_rank)) {
            best = e;
            best_rank = l->rank[other];
        }
    }
    return best;
}

// The node that the longest path ends in, and the path itself into lane 0.
static fovea_status place_main(layout *l, fovea_error *error) {
    int32_t node = 0;
    for (int32_t n = 1; n < l->nodes; n++)
        if (l->rank[n] > l->rank[node]) node = n;
    if (take_lane(l, 0, 0, l->ranks, error) < 0) return FOVEA_OUT_OF_MEMORY;
    for (;;) {
        l->lane[node] = 0;
        int32_t e = nearest_edge(l, node, true, true);
        if (e < 0) return FOVEA_OK;
        l->placed[e] = true;
        l->edge[e].lane = 0;
        node = l->edge[e].from;
    }
}

static void choose_edge(layout *l, int32_t edge, int32_t mark) {
    if (edge < 0) return;
    l->placed[edge] = true;
    l->edge[edge].lane = mark;
}

// A chain of nodes from `node` on, with the edge it hangs on and the one it joins by.
static fovea_status place_chain(layout *l, int32_t node, fovea_error *error) {
    const int32_t mark = l->nodes;  // no lane is called so
    int32_t entry = nearest_edge(l, node, true, true), last = node, e;
    int32_t low = entry < 0 ? l->rank[node] : l->rank[l->edge[entry].from];
    choose_edge(l, entry, mark);
    l->lane[node] = mark;
    while ((e = nearest_edge(l, last, false, false)) >= 0) {
        choose_edge(l, e, mark);
        last = l->edge[e].to;
        l->lane[last] = mark;
    }
    int32_t leave = nearest_edge(l, last, false, true);
    int32_t high = leave < 0 ? l->rank[last] + 1 : l->rank[l->edge[leave].to];
    choose_edge(l, leave, mark);
    int32_t lane = take_lane(l, 1, low, high, error);
    for (int32_t i = 0; i < l->edges; i++)
        if (l->edge[i].lane == mark) l->edge[i].lane = lane;
    for (int32_t n = 0; n < l->nodes; n++)
        if (l->lane[n] == mark) l->lane[n] = lane;
    return lane < 0 ? FOVEA_OUT_OF_MEMORY : FOVEA_OK;
}

// An edge between placed nodes: straight to the next rank, else in a lane of its own.
static fovea_status place_edge(layout *l, fovea__layout_edge *edge, fovea_error *error) {
    int32_t from = l->lane[edge->from], to = l->lane[edge->to];
    edge->lane = from > to ? from : to;
    if (l->rank[edge->to] == l->rank[edge->from] + 1) return FOVEA_OK;
    edge->lane = take_lane(l, 1, l->rank[edge->from], l->rank[edge->to], error);
    return edge->lane < 0 ? FOVEA_OUT_OF_MEMORY : FOVEA_OK;
}

static fovea_status place_all(layout *l, fovea_error *error) {
    fovea_status status = place_main(l, error);
    for (int32_t n = 0; n < l->nodes && !status; n++)
        if (l->lane[n] < 0) status = place_chain(l, n, error);
    for (int32_t e = 0; e < l->edges && !status; e++)
        if (!l->placed[e]) status = place_edge(l, &l->edge[e], error);
    return status;
}

fovea_status fovea__layout_graph(fovea_context *context, int32_t nodes, fovea__layout_edge *edges,
                                 int32_t edge_count, int32_t *rank, int32_t *lane, int32_t *ranks,
                                 int32_t *lanes, fovea_error *error) {
    layout l = {.context = context,
                .nodes = nodes,
                .edges = edge_count,
                .edge = edges,
                .rank = rank,
                .lane = lane};
    for (int32_t n = 0; n < nodes; n++) {
        rank[n] = 0;
        lane[n] = -1;
    }
    for (int32_t e = 0; e < edge_count; e++) edges[e].lane = -1;
    l.placed = fovea__new(context, (size_t)edge_count, sizeof *l.placed, error);
    fovea_status status = l.placed ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (!status && nodes > 0) {
        find_ranks(&l);
        status = place_all(&l, error);
    }
    *ranks = l.ranks;
    *lanes = l.lanes;
    fovea__free(context, l.placed);
    fovea__free(context, l.taken);
    return status;
}
