// SPDX-License-Identifier: MIT
#include "figures/map_layers.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"

static const struct {
    const char *op;
    fovea_stage stage;
    bool nonnegative;  // whatever goes in
    bool keeps_sign;   // not below zero when its input is not
} kinds[] = {
    {"Conv", FOVEA_STAGE_CONV, false, false},
    {"Relu", FOVEA_STAGE_ACTIVATION, true, true},
    {"LeakyRelu", FOVEA_STAGE_ACTIVATION, false, true},
    {"Tanh", FOVEA_STAGE_ACTIVATION, false, true},
    {"Sigmoid", FOVEA_STAGE_ACTIVATION, true, true},
    {"Gelu", FOVEA_STAGE_ACTIVATION, false, true},
    {"Silu", FOVEA_STAGE_ACTIVATION, false, true},
    {"Elu", FOVEA_STAGE_ACTIVATION, false, true},
    {"Selu", FOVEA_STAGE_ACTIVATION, false, true},
    {"Celu", FOVEA_STAGE_ACTIVATION, false, true},
    {"Clip", FOVEA_STAGE_ACTIVATION, false, false},
    {"HardSigmoid", FOVEA_STAGE_ACTIVATION, true, true},
    {"HardSwish", FOVEA_STAGE_ACTIVATION, false, true},
    {"Softplus", FOVEA_STAGE_ACTIVATION, true, true},
    {"Softsign", FOVEA_STAGE_ACTIVATION, false, true},
    {"Mish", FOVEA_STAGE_ACTIVATION, false, true},
    {"ThresholdedRelu", FOVEA_STAGE_ACTIVATION, true, true},
    {"PRelu", FOVEA_STAGE_ACTIVATION, false, true},
    {"Softmax", FOVEA_STAGE_ACTIVATION, true, true},
    {"LogSoftmax", FOVEA_STAGE_ACTIVATION, false, false},
    {"MaxPool", FOVEA_STAGE_POOL, false, true},
    {"AveragePool", FOVEA_STAGE_POOL, false, true},
    {"GlobalAveragePool", FOVEA_STAGE_POOL, false, true},
    {"AdaptiveAveragePool", FOVEA_STAGE_POOL, false, true},
    {"Flatten", FOVEA_STAGE_DEFAULT, false, true},
    {"Dropout", FOVEA_STAGE_DEFAULT, false, true},
};

static const char *const stage_names[] = {NULL, "conv", "activation", "pool", "all"};

fovea_status fovea_stage_find(const char *name, fovea_stage *stage, fovea_error *error) {
    for (int s = FOVEA_STAGE_CONV; s <= FOVEA_STAGE_ALL; s++)
        if (strcmp(name, stage_names[s]) == 0) {
            *stage = (fovea_stage)s;
            return FOVEA_OK;
        }
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "there is no stage called %.100s; there are conv, activation, pool and all",
                       name);
}

static int kind_of(const fovea_graph *graph, int32_t node) {
    const char *op = fovea_graph_node(graph, node).op;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].op, op) == 0) return (int)i;
    return -1;
}

// Of what is not in the table: pooling by its name, activations as functions of each number.
static fovea_stage stage_of_other(const fovea__node *node) {
    const char *name = node->op->name;
    if (strstr(name, "Pool")) return FOVEA_STAGE_POOL;
    bool moves = strcmp(name, "Identity") == 0 || strcmp(name, "Cast") == 0;
    bool one = node->in_count == 1 && node->op->traits & FOVEA__ELEMENTWISE;
    return one && !moves ? FOVEA_STAGE_ACTIVATION : FOVEA_STAGE_DEFAULT;
}

fovea_stage fovea__stage_of(const fovea_graph *graph, int32_t node) {
    int kind = kind_of(graph, node);
    return kind < 0 ? stage_of_other(&graph->node[node]) : kinds[kind].stage;
}

static bool is_clipped_at_zero(const fovea_graph *graph, int32_t node) {
    fovea_attribute attribute;
    if (strcmp(fovea_graph_node(graph, node).op, "Clip") != 0) return false;
    for (int32_t i = 0; fovea_graph_attribute(graph, node, i, &attribute); i++)
        if (strcmp(attribute.name, "min") == 0) return attribute.real >= 0;
    return false;
}

bool fovea__sign_depends(const fovea_graph *graph, int32_t node) {
    static const char *const joins[] = {
        "Add",  "Mul",   "Concat",  "Reshape",   "Transpose", "Slice", "Pad",      "Identity",
        "Clip", "Where", "Squeeze", "Unsqueeze", "Sum",       "Max",   "Upsample", "Resize"};
    const char *op = fovea_graph_node(graph, node).op;
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++)
        if (strcmp(joins[i], op) == 0) return true;
    return strncmp(op, "Reduce", 6) == 0;
}

bool fovea__is_nonnegative(const fovea_graph *graph, int32_t node) {
    while (node >= 0) {
        int kind = kind_of(graph, node);
        if (kind < 0) return false;
        if (kinds[kind].nonnegative || is_clipped_at_zero(graph, node)) return true;
        if (!kinds[kind].keeps_sign) return false;
        node = fovea_graph_value(graph, fovea_graph_node(graph, node).inputs[0]).node;
    }
    return false;
}

static bool stage_fits(fovea_stage wanted, fovea_stage stage) {
    if (wanted == FOVEA_STAGE_DEFAULT || wanted == FOVEA_STAGE_ALL)
        return stage != FOVEA_STAGE_DEFAULT;
    return wanted == stage;
}

static bool begins_block(const fovea_graph *graph, int32_t node, bool linear) {
    return fovea__layer_is_conv(graph, node) || (linear && fovea__layer_is_linear(graph, node));
}

// Chosen block starts become their blocks' nodes of the wanted stage.
static void expand(const fovea_graph *graph, fovea_stage stage, bool linear,
                   fovea__chosen_layers *layers) {
    bool inside = false;
    layers->count = 0;
    for (int32_t i = 0; i < fovea_graph_node_count(graph); i++) {
        fovea_stage own = fovea__stage_of(graph, i);
        bool start = begins_block(graph, i, linear);
        if (start)
            inside = layers->chosen[i];
        else if (fovea__layer_is_linear(graph, i))
            inside = false;
        if (linear && fovea__layer_is_linear(graph, i)) own = FOVEA_STAGE_CONV;
        layers->chosen[i] = (inside || layers->chosen[i]) && stage_fits(stage, own);
        layers->count += layers->chosen[i];
    }
}

static bool has_convolutions(const fovea_graph *graph) {
    for (int32_t i = 0; i < fovea_graph_node_count(graph); i++)
        if (fovea__layer_is_conv(graph, i)) return true;
    return false;
}

fovea_status fovea__choose_map_layers(fovea_context *context, const fovea_graph *graph,
                                      const char *text, fovea_stage stage,
                                      fovea__chosen_layers *layers, fovea_error *error) {
    if (text && strcmp(text, "all") == 0) text = NULL;
    bool linear = !has_convolutions(graph);
    FOVEA__TRY(
        fovea__choose_layers(context, graph, text, fovea__layer_is_any, "layer", layers, error));
    if (!text)
        for (int32_t i = 0; i < fovea_graph_node_count(graph); i++)
            layers->chosen[i] = begins_block(graph, i, linear);
    if (!layers->named || stage != FOVEA_STAGE_DEFAULT) expand(graph, stage, linear, layers);
    if (layers->count) return FOVEA_OK;
    fovea__free(context, layers->chosen);
    layers->chosen = NULL;
    if (stage == FOVEA_STAGE_DEFAULT || stage == FOVEA_STAGE_ALL)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the net has no convolution, activation or pooling to show");
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the chosen layers have no stage %s",
                       stage_names[stage]);
}
