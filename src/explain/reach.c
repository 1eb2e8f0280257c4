// SPDX-License-Identifier: MIT
#include "explain/reach.h"

#include <string.h>

#include "base/memory.h"

// Cells begin ... end-1.
typedef struct {
    int64_t begin, end;
} interval;

static int64_t floor_divide(int64_t a, int64_t b) {
    return a >= 0 ? a / b : -((b - 1 - a) / b);
}

static int64_t clamp(int64_t x, int64_t least, int64_t most) {
    return x < least ? least : x > most ? most : x;
}

// Outputs, of `count`, whose window holds one of the cells.
static interval through(const fovea__local_node *node, int32_t d, interval in, int64_t count) {
    if (in.begin >= in.end) return in;
    int64_t span = (node->kernel[d] - 1) * node->dilation[d];
    int64_t first = -floor_divide(-(in.begin + node->pad[d] - span), node->stride[d]);
    int64_t last = floor_divide(in.end - 1 + node->pad[d], node->stride[d]);
    return (interval){clamp(first, 0, count), clamp(last + 1, 0, count)};
}

static interval both(interval a, interval b) {
    if (a.begin >= a.end) return b;
    if (b.begin >= b.end) return a;
    return (interval){a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

static int64_t side(const fovea__reach *reach, fovea_value v, int32_t d) {
    return reach->graph->value[v].signature.shape.dim[2 + d];
}

static int32_t *begins(const fovea__reach *reach, fovea_value v, int32_t d) {
    int64_t each = reach->places[0] + reach->places[1];
    return reach->begin + reach->line[v] * each + (d ? reach->places[0] : 0);
}

int64_t fovea__reach_begin(const fovea__reach *reach, fovea_value v, int32_t d, int64_t p) {
    return begins(reach, v, d)[p];
}

// Sizes and begins of v from its intervals, so that all have one size and stay inside.
static void settle(fovea__reach *reach, fovea_value v, int32_t d, const interval *at) {
    int64_t count = side(reach, v, d), size = 1;
    for (int64_t p = 0; p < reach->places[d]; p++)
        if (at[p].end - at[p].begin > size) size = at[p].end - at[p].begin;
    reach->size[v][d] = size;
    for (int64_t p = 0; p < reach->places[d]; p++)
        begins(reach, v, d)[p] = (int32_t)clamp(at[p].begin, 0, count - size);
}

typedef struct {
    interval *at;  // [local value][places[0] + places[1]]
    int32_t lines;
} walk;

static interval *intervals(const fovea__reach *reach, const walk *w, fovea_value v, int32_t d) {
    int64_t each = reach->places[0] + reach->places[1];
    return w->at + reach->line[v] * each + (d ? reach->places[0] : 0);
}

static void follow(fovea__reach *reach, walk *w, const fovea__node *node,
                   const fovea__local_node *local) {
    fovea_value out = node->out[0];
    for (int32_t d = 0; d < 2; d++) {
        interval *to = intervals(reach, w, out, d);
        for (int32_t i = 0; i < node->in_count; i++) {
            if (node->in[i] < 0 || !reach->local[node->in[i]]) continue;
            const interval *from = intervals(reach, w, node->in[i], d);
            for (int64_t p = 0; p < reach->places[d]; p++)
                to[p] = both(to[p], through(local, d, from[p], side(reach, out, d)));
        }
        settle(reach, out, d, to);
    }
}

static bool reads_local(const fovea__reach *reach, const fovea__node *node, bool *all_known) {
    bool any = false;
    *all_known = true;
    for (int32_t i = 0; i < node->in_count; i++) {
        fovea_value v = node->in[i];
        if (v < 0) continue;
        fovea_value_kind kind = reach->graph->value[v].kind;
        any |= reach->local[v];
        *all_known &=
            reach->local[v] || kind == FOVEA_VALUE_PARAMETER || kind == FOVEA_VALUE_BUFFER;
    }
    return any;
}

static int32_t find_local(fovea__reach *reach) {
    const fovea_graph *graph = reach->graph;
    fovea_value x = graph->input[0];
    fovea_type type = graph->value[x].signature.type;
    int32_t lines = 0;
    if (graph->value[x].signature.shape.rank != 4) return 0;
    reach->local[x] = 1;
    reach->line[x] = lines++;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        bool known, any = reads_local(reach, node, &known);
        if (!any || !known || graph->value[node->out[0]].signature.type != type) continue;
        reach->node[n] = fovea__describe_local(graph, node, reach->local);
        if (!reach->node[n].local) continue;
        reach->local[node->out[0]] = 1;
        reach->line[node->out[0]] = lines++;
    }
    return lines;
}

static fovea_status measure(fovea__reach *reach, const int32_t patch[2], const int32_t stride[2],
                            int32_t lines, fovea_error *error) {
    const fovea_graph *graph = reach->graph;
    size_t each = (size_t)(reach->places[0] + reach->places[1]);
    walk w = {.lines = lines};
    w.at = fovea__new(reach->context, (size_t)lines * each, sizeof *w.at, error);
    reach->begin = fovea__new(reach->context, (size_t)lines * each, sizeof *reach->begin, error);
    if (!w.at || !reach->begin) {
        fovea__free(reach->context, w.at);
        return FOVEA_OUT_OF_MEMORY;
    }
    fovea_value x = graph->input[0];
    for (int32_t d = 0; d < 2 && lines; d++) {
        interval *at = intervals(reach, &w, x, d);
        for (int64_t p = 0; p < reach->places[d]; p++)
            at[p] = (interval){p * stride[d], p * stride[d] + patch[d]};
        settle(reach, x, d, at);
    }
    for (size_t n = 0; n < graph->node_count; n++)
        if (reach->node[n].local) follow(reach, &w, &graph->node[n], &reach->node[n]);
    fovea__free(reach->context, w.at);
    return FOVEA_OK;
}

fovea_status fovea__reach_open(const fovea_graph *graph, const int32_t patch[2],
                               const int32_t stride[2], fovea__reach *reach, fovea_error *error) {
    fovea_context *context = graph->context;
    const fovea_shape *x = &graph->value[graph->input[0]].signature.shape;
    *reach = (fovea__reach){.context = context, .graph = graph};
    for (int32_t d = 0; d < 2 && x->rank == 4; d++)
        reach->places[d] = (x->dim[2 + d] - patch[d]) / stride[d] + 1;
    reach->local = fovea__new(context, graph->value_count, 1, error);
    reach->line = fovea__new(context, graph->value_count, sizeof *reach->line, error);
    reach->size = fovea__new(context, graph->value_count, sizeof *reach->size, error);
    reach->node = fovea__new(context, graph->node_count, sizeof *reach->node, error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (reach->local && reach->line && reach->size && reach->node)
        status = measure(reach, patch, stride, find_local(reach), error);
    if (status != FOVEA_OK) fovea__reach_close(reach);
    return status;
}

void fovea__reach_close(fovea__reach *reach) {
    fovea__free(reach->context, reach->local);
    fovea__free(reach->context, reach->line);
    fovea__free(reach->context, reach->size);
    fovea__free(reach->context, reach->node);
    fovea__free(reach->context, reach->begin);
    *reach = (fovea__reach){.context = reach->context};
}

// Multiply-adds of one sample, and moving what comes out, which counts as so many of them a number.
#define MOVING 16
// Cells cut out, put together and taken apart again cost so much more.
#define CUTTING 64

static double work_of(const fovea_graph *graph, const fovea__node *node, double *numbers) {
    fovea__signature in[FOVEA__MAX_INPUTS] = {{0}}, out[FOVEA__MAX_OUTPUTS];
    for (int32_t i = 0; i < node->in_count; i++)
        if (node->in[i] >= 0) in[i] = fovea__at_batch(&graph->value[node->in[i]], 1);
    for (int32_t o = 0; o < node->out_count; o++)
        out[o] = fovea__at_batch(&graph->value[node->out[o]], 1);
    *numbers = (double)fovea_shape_count(&out[0].shape);
    double adds = 0;
    if (node->op->multiply_adds) adds = (double)node->op->multiply_adds(&node->attributes, in, out);
    return adds + MOVING * *numbers;
}

// The last node that reads each value; the number of nodes where it is an output.
static void find_last_readers(const fovea_graph *graph, int32_t *last) {
    for (size_t v = 0; v < graph->value_count; v++) last[v] = -1;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++)
            if (graph->node[n].in[i] >= 0) last[graph->node[n].in[i]] = (int32_t)n;
    for (size_t o = 0; o < graph->output_count; o++)
        last[graph->output[o]] = (int32_t)graph->node_count;
}

static fovea_value choose(const fovea__reach *reach, const int32_t *last) {
    const fovea_graph *graph = reach->graph;
    double behind = 0, before = 0, numbers, least;
    for (size_t n = 0; n < graph->node_count; n++)
        behind += work_of(graph, &graph->node[n], &numbers);
    fovea_value best = graph->input[0];
    int32_t open =
        last[best];  // the last node that reads what was made so far, but for the last value
    least = behind;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        double work = work_of(graph, node, &numbers);
        fovea_value out = node->out[0];
        behind -= work;
        if (!reach->node[n].local) break;
        double share = (double)(reach->size[out][0] * reach->size[out][1]) /
                       (double)(side(reach, out, 0) * side(reach, out, 1));
        before += share * (work + CUTTING * numbers);
        bool alone = open <= (int32_t)n && last[out] > (int32_t)n;
        if (last[out] > open) open = last[out];
        if (!alone || before + behind >= least) continue;
        least = before + behind;
        best = out;
    }
    return best;
}

fovea_status fovea__reach_resume(const fovea__reach *reach, fovea_value *resume,
                                 fovea_error *error) {
    int32_t *last = fovea__new(reach->context, reach->graph->value_count, sizeof *last, error);
    if (!last) return FOVEA_OUT_OF_MEMORY;
    find_last_readers(reach->graph, last);
    *resume = choose(reach, last);
    fovea__free(reach->context, last);
    return FOVEA_OK;
}
