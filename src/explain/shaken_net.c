// SPDX-License-Identifier: MIT
// A net whose upper layers have weights drawn anew.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "explain/trust_parts.h"
#include "graph/dependents.h"

enum { BLOCK = 65536 };

static bool is_product(const fovea__node *node) {
    static const char *const names[] = {"Conv",        "ConvTranspose", "Gemm",
                                        "GeneralGemm", "MatMul",        NULL};
    return fovea__is_one_of(node, names);
}

static bool has_numbers(const fovea_graph *graph, fovea_value v) {
    return v != FOVEA_NO_VALUE && graph->value[v].data &&
           fovea__is_float(graph->value[v].signature.type);
}

// Convolutions and products of matrices one of which is a weight.
static bool is_layer(const fovea_graph *graph, const fovea__node *node) {
    if (!is_product(node)) return false;
    for (int32_t i = 0; i < node->in_count; i++)
        if (has_numbers(graph, node->in[i])) return true;
    return false;
}

int32_t fovea__shaken_layers(const fovea_explainer *explainer) {
    int32_t count = 0;
    for (size_t n = 0; n < explainer->graph->node_count; n++)
        count += is_layer(explainer->graph, &explainer->graph->node[n]);
    return count;
}

typedef struct {
    fovea_view to;
    double bound;
    uint64_t seed;
    uint32_t epoch, sample;
    int64_t count;
} drawing;

// Numbers BLOCK*item and on, uniform in ±bound.
static void draw_block(void *user, int64_t item, int32_t worker) {
    const drawing *d = user;
    (void)worker;
    int64_t end = (item + 1) * BLOCK < d->count ? (item + 1) * BLOCK : d->count;
    for (int64_t i = item * BLOCK; i < end; i++) {
        float u =
            fovea__random_float(d->seed, FOVEA__RANDOM_SHAKE, d->epoch, d->sample, (uint64_t)i);
        fovea__view_set(&d->to, i, d->bound * (2 * (double)u - 1));
    }
}

// Once for every value, however many layers share it.
static fovea_status draw(fovea__shaken *s, fovea_value v, uint64_t seed, uint32_t epoch,
                         fovea_error *error) {
    fovea__value *value = &s->graph.value[v];
    if (s->drawn[v]) return FOVEA_OK;
    fovea_view from = {value->signature.type, value->signature.shape, value->data};
    int64_t count = fovea_shape_count(&from.shape);
    void *memory = fovea__new(s->context, (size_t)count, fovea_type_size(from.type), error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    double squares = 0;
    for (int64_t i = 0; i < count; i++) {
        double number = fovea__view_number(&from, i);
        squares += number * number;
    }
    s->drawn[v] = value->data = memory;
    drawing d = {
        .to = {from.type, from.shape, memory}, .seed = seed, .epoch = epoch, .count = count};
    d.bound = count ? sqrt(3 * squares / (double)count) : 0;
    d.sample = (uint32_t)v;
    fovea__parallel(s->context, (count + BLOCK - 1) / BLOCK, draw_block, &d);
    return FOVEA_OK;
}

// From the logits down, in the order of the explainer's nodes.
static fovea_status draw_layers(fovea__shaken *s, const fovea_graph *net, int32_t layers,
                                uint64_t seed, uint32_t epoch, fovea_error *error) {
    for (size_t n = net->node_count; n-- > 0 && layers > 0;) {
        const fovea__node *node = &net->node[n];
        if (!is_layer(net, node)) continue;
        for (int32_t i = 0; i < node->in_count; i++)
            if (has_numbers(net, node->in[i])) FOVEA__TRY(draw(s, node->in[i], seed, epoch, error));
        s->lowest = node->name;
        layers--;
    }
    return FOVEA_OK;
}

fovea_status fovea__shaken_create(const fovea_explainer *explainer, int32_t layers, uint64_t seed,
                                  uint32_t epoch, fovea__shaken *s, fovea_error *error) {
    const fovea_graph *graph = explainer->model->graph;
    size_t count = graph->value_count;
    // What is not drawn stays the model's own: the copies are of the tables alone.
    *s =
        (fovea__shaken){.context = explainer->context, .model = *explainer->model, .graph = *graph};
    s->model.graph = &s->graph;
    s->graph.value = fovea__copy(s->context, graph->value, count * sizeof *graph->value, error);
    s->drawn = fovea__new(s->context, count, sizeof *s->drawn, error);
    if (!s->graph.value || !s->drawn) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(draw_layers(s, explainer->graph, layers, seed, epoch, error));
    return fovea_explainer_create(&s->model, &explainer->options, &s->explainer, error);
}

void fovea__shaken_free(fovea__shaken *s) {
    fovea_explainer_free(s->explainer);
    for (size_t v = 0; s->drawn && v < s->graph.value_count; v++)
        fovea__free(s->context, s->drawn[v]);
    if (s->context) {
        fovea__free(s->context, s->drawn);
        fovea__free(s->context, s->graph.value);
    }
    *s = (fovea__shaken){.context = NULL};
}
