// SPDX-License-Identifier: MIT
#include "figures/graph_fold.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum { MOST_SEGMENTS = 32, LEAST_SAVED = 2 };

// A segment is what lies between two cuts: places in the order of the parts that are crossed only
// by what comes out of the part before them.
typedef struct folding {
    const fovea__net_parts *parts;
    int32_t *edge_begin;  // [parts + 1]: edges into a part
    int32_t *begin;       // [segments + 1]: first parts
    int32_t segments;
} folding;

static bool same_attribute(const fovea__attribute *a, const fovea__attribute *b) {
    if (a->count != b->count || a->f != b->f) return false;
    for (int32_t i = 0; i < a->count; i++)
        if (a->i[i] != b->i[i]) return false;
    return true;
}

static bool has_weights(const fovea_graph *graph, const fovea__node *node) {
    if (node->op->traits & (FOVEA__BATCH_STATS | FOVEA__ELEMENTWISE)) return false;
    for (int32_t i = 1; i < node->in_count; i++)
        if (node->in[i] >= 0 && graph->value[node->in[i]].kind == FOVEA_VALUE_PARAMETER)
            return true;
    return false;
}

static bool same_shape(const fovea_shape *a, const fovea_shape *b, bool channels) {
    if (a->rank != b->rank) return false;
    for (int32_t d = 0; d < a->rank; d++)
        if ((d != 1 || channels) && a->dim[d] != b->dim[d]) return false;
    return true;
}

static bool same_node(const fovea_graph *graph, int32_t a, int32_t b) {
    const fovea__node *x = &graph->node[a], *y = &graph->node[b];
    if (x->op != y->op || x->in_count != y->in_count || x->out_count != y->out_count) return false;
    for (int p = 0; p < FOVEA__MAX_PARAMETERS && x->op->parameter[p].name; p++)
        if (!same_attribute(&x->attributes.value[p], &y->attributes.value[p])) return false;
    return same_shape(&graph->value[x->out[0]].signature.shape,
                      &graph->value[y->out[0]].signature.shape, has_weights(graph, x));
}

static int32_t next_node(const fovea__net_parts *parts, int32_t part, int32_t node) {
    for (node++; node <= parts->part[part].tail; node++)
        if (parts->part_of[node] == part) return node;
    return -1;
}

static bool same_part(const fovea__net_parts *parts, int32_t a, int32_t b) {
    const fovea__net_part *x = &parts->part[a], *y = &parts->part[b];
    if (x->head < 0 || y->head < 0 || x->nodes != y->nodes) return false;
    int32_t m = x->head, n = y->head;
    for (; m >= 0 && n >= 0; m = next_node(parts, a, m), n = next_node(parts, b, n))
        if (!same_node(parts->graph, m, n)) return false;
    return m == n;
}

// Where an edge comes from, counted from the begin of the segment; -1: the part before it.
static int32_t relative(int32_t from, int32_t begin) {
    return from < begin ? -1 : from - begin;
}

static bool same_segment(const folding *f, int32_t s, int32_t t) {
    int32_t a = f->begin[s], b = f->begin[t], size = f->begin[s + 1] - a;
    if (f->begin[t + 1] - b != size) return false;
    for (int32_t k = 0; k < size; k++) {
        int32_t e = f->edge_begin[a + k], g = f->edge_begin[b + k];
        int32_t edges = f->edge_begin[a + k + 1] - e;
        if (edges == 0 || f->edge_begin[b + k + 1] - g != edges) return false;
        if (!same_part(f->parts, a + k, b + k)) return false;
        for (int32_t i = 0; i < edges; i++)
            if (relative(f->parts->edge[e + i].from, a) != relative(f->parts->edge[g + i].from, b))
                return false;
    }
    return true;
}

// How often the `period` segments from `s` on are repeated.
static int32_t repeats(const folding *f, int32_t s, int32_t period) {
    int32_t times = 1;
    for (int32_t t = s + period; t + period <= f->segments; t += period, times++)
        for (int32_t k = 0; k < period; k++)
            if (!same_segment(f, s + k, t + k)) return times;
    return times;
}

// `crossed` has parts + 1 entries and is filled with differences.
static void find_segments(folding *f, int32_t *crossed) {
    const fovea__net_parts *parts = f->parts;
    int32_t open = 0;
    for (int32_t e = 0; e < parts->edge_count; e++) {
        const fovea__layout_edge *edge = &parts->edge[e];
        f->edge_begin[edge->to + 1]++;
        crossed[edge->from + 1]++;  // behind the parts from + 1 ... to - 1
        crossed[edge->to]--;
    }
    f->segments = 1;
    for (int32_t p = 0; p < parts->count; p++) {
        f->edge_begin[p + 1] += f->edge_begin[p];
        open += crossed[p];
        if (open == 0) f->begin[f->segments++] = p + 1;
    }
    f->segments--;  // the last one began behind the last part
}

// The best fold that begins with segment `s`; size 0: none. `*period` receives its segments.
static fovea__fold best_fold(const folding *f, int32_t s, int32_t *period) {
    fovea__fold best = {f->begin[s], 0, 0};
    int32_t most = LEAST_SAVED - 1;
    for (int32_t p = 1; p <= MOST_SEGMENTS && s + 2 * p <= f->segments; p++) {
        int32_t size = f->begin[s + p] - f->begin[s], times = repeats(f, s, p);
        if ((times - 1) * size <= most) continue;
        most = (times - 1) * size;
        best.size = size;
        best.times = times;
        *period = p;
    }
    return best;
}

static fovea_status find_all(folding *f, fovea__fold **folds, int32_t *count, fovea_error *error) {
    size_t room = 0;
    for (int32_t s = 0; s < f->segments;) {
        int32_t period = 0;
        fovea__fold fold = best_fold(f, s, &period);
        if (fold.size == 0) {
            s++;
            continue;
        }
        fovea__fold *grown = fovea__grow(f->parts->context, *folds, (size_t)*count, &room,
                                         (size_t)*count + 1, sizeof *grown, error);
        if (!grown) return FOVEA_OUT_OF_MEMORY;
        *folds = grown;
        grown[(*count)++] = fold;
        s += period * fold.times;
    }
    return FOVEA_OK;
}

fovea_status fovea__find_folds(const fovea__net_parts *parts, fovea__fold **folds, int32_t *count,
                               fovea_error *error) {
    size_t room = (size_t)parts->count + 2;
    folding f = {.parts = parts};
    *folds = NULL;
    *count = 0;
    f.edge_begin = fovea__new(parts->context, room, sizeof *f.edge_begin, error);
    f.begin = fovea__new(parts->context, room, sizeof *f.begin, error);
    int32_t *crossed = fovea__new(parts->context, room, sizeof *crossed, error);
    fovea_status status = f.edge_begin && f.begin && crossed ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) {
        find_segments(&f, crossed);
        status = find_all(&f, folds, count, error);
    }
    fovea__free(parts->context, f.edge_begin);
    fovea__free(parts->context, f.begin);
    fovea__free(parts->context, crossed);
    if (status == FOVEA_OK) return FOVEA_OK;
    fovea__free(parts->context, *folds);
    *folds = NULL;
    return status;
}
