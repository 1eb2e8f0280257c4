// SPDX-License-Identifier: MIT
// Chains of nodes with nothing watching in between become one node, whose steps keep what lies
// between in the caches and give the same bits:
//
//   Conv, MaxPool [, activation]                      n16_conv_pool.c
//   BatchNormalization [, Add] [, Relu], not alone    n16_norm.c
//
// The activation is one whose gradient can be told from what it made. The numbers of nodes and
// values stay: dropout's random numbers hang on them.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "layers/geometry.h"
#include "plan/n16.h"

static const fovea__op conv_pool = {.name = "Conv+MaxPool", .text = "conv"};
static const fovea__op norm_relu = {.name = "BatchNormalization+Relu", .text = "batchnorm"};
static const fovea__op nothing = {.name = "Nothing", .text = ""};

typedef struct {
    fovea__plan *plan;
    const fovea_graph *graph;  // as it is by now
    const int32_t *reader;
} pass;

static bool is(const fovea__node *node, const char *op) {
    return strcmp(node->op->name, op) == 0;
}

// The node that alone reads what node n makes, -1.
static int32_t next_of(const pass *p, int32_t n) {
    int32_t next = p->reader[p->graph->node[n].out[0]];
    return next >= 0 && p->graph->node[next].op != &nothing ? next : -1;
}

// Whether f'(x) follows from f(x).
static bool is_invertible_activation(const fovea__node *node) {
    if (is(node, "LeakyRelu")) return fovea__node_attribute(node, "alpha")->f >= 0;
    return is(node, "Relu") || is(node, "Tanh") || is(node, "Sigmoid") || is(node, "Clip") ||
           is(node, "HardSigmoid");
}

// Rows are pooled block by block: every window must hold a row of the input, and a winner's number
// must fit into a byte.
static bool can_pool_in_rows(const pass *p, const fovea__node *pool) {
    const fovea__value *in = &p->graph->value[pool->in[0]], *out = &p->graph->value[pool->out[0]];
    if (in->signature.shape.rank != 4) return false;
    fovea__pool_geometry g = fovea__pool_geometry_of(&pool->attributes, FOVEA__POOL_MAX,
                                                     &in->signature.shape, &out->signature.shape);
    for (int i = 1; i < 3; i++)
        if (g.pad[i] > (g.kernel[i] - 1) * g.dilation[i] ||
            (g.out[i] - 1) * g.stride[i] - g.pad[i] >= g.in[i])
            return false;
    return g.kernel[1] * g.kernel[2] <= 255;
}

// Going backward, a value with several readers collects their gradients in the order of the nodes.
// A node may move away from its place if none lies between or its input has no other reader.
static bool may_move(const pass *p, const int32_t *part, int32_t parts) {
    return part[parts - 1] - part[0] == parts - 1 || p->reader[p->graph->node[part[0]].in[0]] >= 0;
}

static int32_t find_conv_pool(const pass *p, int32_t n, int32_t *part) {
    int32_t pool = next_of(p, n);
    if (pool < 0 || !is(&p->graph->node[pool], "MaxPool") ||
        !can_pool_in_rows(p, &p->graph->node[pool]))
        return 0;
    part[0] = n, part[1] = pool;
    part[2] = next_of(p, pool);
    return part[2] >= 0 && is_invertible_activation(&p->graph->node[part[2]]) ? 3 : 2;
}

static bool adds_like_to_like(const pass *p, const fovea__node *add) {
    const fovea__value *a = &p->graph->value[add->in[0]], *b = &p->graph->value[add->in[1]];
    return is(add, "Add") && fovea__is_batched(a) && fovea__is_batched(b) &&
           fovea_shape_equal(&a->signature.shape, &b->signature.shape);
}

static int32_t find_norm_relu(const pass *p, int32_t n, int32_t *part) {
    int32_t parts = 1, next = next_of(p, n);
    part[0] = n;
    if (next >= 0 && adds_like_to_like(p, &p->graph->node[next])) {
        part[parts++] = next;
        next = next_of(p, next);
    }
    if (next >= 0 && is(&p->graph->node[next], "Relu")) part[parts++] = next;
    return parts > 1 ? parts : 0;
}

// A value inside a chain.
static void hide(pass *p, fovea_value v) {
    p->plan->hidden[v] = FOVEA__ABSENT;
}

// The convolution's own output gives its number to the winners of the windows, which are kept for
// the way back.
static void join_conv_pool(pass *p, fovea__fusion *fusion, fovea__node *node) {
    const fovea__node *conv = &fusion->part[0], *pool = &fusion->part[1];
    node->op = &conv_pool;
    node->in_count = conv->in_count;
    memcpy(fusion->in, conv->in, (size_t)conv->in_count * sizeof *conv->in);
    fovea_graph *graph = p->plan->rewritten;
    fovea__value *whole = &graph->value[conv->out[0]];
    fusion->shape = whole->signature.shape;
    hide(p, conv->out[0]);
    if (fusion->parts == 3) hide(p, pool->out[0]);
    if (!p->plan->backward) return;
    node->out_count = 2;
    node->out[1] = conv->out[0];
    whole->signature.type = FOVEA_U8;
    whole->signature.shape = graph->value[pool->out[0]].signature.shape;
    p->plan->hidden[node->out[1]] = FOVEA__HIDDEN;
}

static void join_norm_relu(pass *p, fovea__fusion *fusion, fovea__node *node) {
    const fovea__node *norm = &fusion->part[0], *second = &fusion->part[1];
    node->op = &norm_relu;
    node->in_count = norm->in_count;
    memcpy(fusion->in, norm->in, (size_t)norm->in_count * sizeof *norm->in);
    if (is(second, "Add")) fusion->in[node->in_count++] = second->in[second->in[0] == norm->out[0]];
    node->out_count = norm->out_count;
    memcpy(&node->out[1], &norm->out[1], sizeof norm->out - sizeof norm->out[0]);
    for (int32_t i = 0; i < fusion->parts - 1; i++) hide(p, fusion->part[i].out[0]);
}

static fovea_status join(pass *p, const int32_t *part, int32_t parts,
                         void (*fill)(pass *, fovea__fusion *, fovea__node *), fovea_error *error) {
    if (!p->plan->rewritten) FOVEA__TRY(fovea__rewrite_begin(p->graph, &p->plan->rewritten, error));
    fovea_graph *graph = p->plan->rewritten;
    p->graph = p->plan->graph = graph;
    fovea__fusion *fusion = fovea__new(graph->context, 1, sizeof *fusion, error);
    if (!fusion) return FOVEA_OUT_OF_MEMORY;
    int32_t last = part[parts - 1];
    p->plan->fusion[last] = fusion;
    fusion->parts = parts;
    for (int32_t i = 0; i < parts; i++) {
        fusion->part[i] = graph->node[part[i]];
        graph->node[part[i]] = (fovea__node){.op = &nothing, .name = fusion->part[i].name};
    }
    fovea__node *node = &graph->node[last];
    node->name = fusion->part[0].name;
    node->in = fusion->in;
    node->out_count = 1;
    node->out[0] = fusion->part[parts - 1].out[0];
    fill(p, fusion, node);
    for (int32_t i = 0; i < node->out_count; i++) graph->value[node->out[i]].node = last;
    return FOVEA_OK;
}

static fovea_status join_chain_at(pass *p, int32_t n, fovea_error *error) {
    int32_t part[FOVEA__FUSION_PARTS], parts = 0;
    const fovea__node *node = &p->graph->node[n];
    if (is(node, "Conv"))
        parts = find_conv_pool(p, n, part);
    else if (is(node, "BatchNormalization"))
        parts = find_norm_relu(p, n, part);
    if (parts == 0 || !may_move(p, part, parts)) return FOVEA_OK;
    return join(p, part, parts, is(node, "Conv") ? join_conv_pool : join_norm_relu, error);
}

fovea_status fovea__fuse(fovea__plan *plan, fovea_error *error) {
    int32_t *reader = NULL;
    plan->fusion = fovea__new(plan->context, plan->graph->node_count, sizeof *plan->fusion, error);
    if (!plan->fusion) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(fovea__only_readers(plan->graph, &reader, error));
    pass p = {plan, plan->graph, reader};
    fovea_status status = FOVEA_OK;
    for (size_t n = 0; n < plan->graph->node_count && status == FOVEA_OK; n++)
        status = join_chain_at(&p, (int32_t)n, error);
    fovea__free(plan->context, reader);
    return status;
}
