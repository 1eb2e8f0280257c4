// SPDX-License-Identifier: MIT
#include "explain/layer_activation.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *op;
    fovea_activation_kind kind;
    double low, high;
} kinds[] = {
    {"Relu", FOVEA_ACTIVATION_RECTIFIER, 0, INFINITY},
    {"LeakyRelu", FOVEA_ACTIVATION_RECTIFIER, -INFINITY, INFINITY},
    {"PRelu", FOVEA_ACTIVATION_RECTIFIER, -INFINITY, INFINITY},
    {"ThresholdedRelu", FOVEA_ACTIVATION_RECTIFIER, 0, INFINITY},
    {"Elu", FOVEA_ACTIVATION_RECTIFIER, -INFINITY, INFINITY},
    {"Selu", FOVEA_ACTIVATION_RECTIFIER, -INFINITY, INFINITY},
    {"Celu", FOVEA_ACTIVATION_RECTIFIER, -INFINITY, INFINITY},
    {"Gelu", FOVEA_ACTIVATION_RECTIFIER, -INFINITY, INFINITY},
    {"Silu", FOVEA_ACTIVATION_RECTIFIER, -INFINITY, INFINITY},
    {"Mish", FOVEA_ACTIVATION_RECTIFIER, -INFINITY, INFINITY},
    {"HardSwish", FOVEA_ACTIVATION_RECTIFIER, -INFINITY, INFINITY},
    {"Tanh", FOVEA_ACTIVATION_SQUASHING, -1, 1},
    {"Softsign", FOVEA_ACTIVATION_SQUASHING, -1, 1},
    {"Sigmoid", FOVEA_ACTIVATION_SQUASHING, 0, 1},
    {"HardSigmoid", FOVEA_ACTIVATION_SQUASHING, 0, 1},
};

static const char *const passed[] = {"BatchNormalization", "InstanceNormalization",
                                     "GroupNormalization", "Dropout",
                                     "Identity",           "MaxPool",
                                     "AveragePool",        "GlobalAveragePool",
                                     "GlobalMaxPool",      "AdaptiveAveragePool"};

// The only node that reads the value, as its first input; -1: none, several, or it leaves the
// net.
static int32_t only_reader(const fovea_graph *graph, fovea_value value) {
    int32_t reader = -1;
    for (size_t o = 0; o < graph->output_count; o++)
        if (graph->output[o] == value) return -1;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++) {
            if (graph->node[n].in[i] != value) continue;
            if (reader >= 0 || i > 0) return -1;
            reader = (int32_t)n;
        }
    return reader;
}

static bool is_passed(const fovea__node *node) {
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
        if (strcmp(passed[i], node->op->name) == 0) return true;
    return false;
}

// From 0 up it is a rectifier, between two other ends it squashes.
static void describe_clip(const fovea__node *node, fovea__layer_activation *found) {
    found->low = fovea__node_attribute(node, "min")->f;
    found->high = fovea__node_attribute(node, "max")->f;
    if (found->low == 0)
        found->kind = FOVEA_ACTIVATION_RECTIFIER;
    else if (found->low > -3e38 && found->high < 3e38)
        found->kind = FOVEA_ACTIVATION_SQUASHING;
}

static void describe(const fovea__node *node, fovea__layer_activation *found) {
    if (strcmp(node->op->name, "Clip") == 0) describe_clip(node, found);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].op, node->op->name) != 0) continue;
        found->kind = kinds[i].kind;
        found->low = kinds[i].low;
        found->high = kinds[i].high;
    }
}

fovea__layer_activation fovea__find_layer_activation(const fovea_graph *graph, int32_t node) {
    fovea_value own = graph->node[node].out[0], at = own;
    fovea__layer_activation found = {
        .node = -1, .before = own, .after = own, .low = -INFINITY, .high = INFINITY};
    for (int32_t next = only_reader(graph, at); next >= 0; next = only_reader(graph, at)) {
        const fovea__node *reader = &graph->node[next];
        describe(reader, &found);
        if (found.kind != FOVEA_ACTIVATION_NONE) {
            found.node = next;
            found.before = at;
            found.after = reader->out[0];
            break;
        }
        if (!is_passed(reader)) break;
        at = reader->out[0];
    }
    return found;
}
