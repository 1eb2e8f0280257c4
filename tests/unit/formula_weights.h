// SPDX-License-Identifier: MIT
// Weights that PyTorch can be given, too: the k-th tensor of a state dict by formula
// (make_imagenet_nets_golden.py has the same).
#ifndef FOVEA_TESTS_FORMULA_WEIGHTS_H
#define FOVEA_TESTS_FORMULA_WEIGHTS_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fovea/graph.h"
#include "unit/golden_tensor.h"
#include "unit/unit.h"

static inline int formula_ends(const char *name, const char *end) {
    size_t length = strlen(name), own = strlen(end);
    return length > own && strcmp(name + length - own, end) == 0;
}

// `number`: the tensor's place in the state dict.
static inline void formula_fill_tensor(fovea_view view, const char *name, uint32_t number) {
    int64_t count = fovea_shape_count(&view.shape);
    int weight = formula_ends(name, "weight"), variance = formula_ends(name, "running_var");
    if (view.type != FOVEA_F32 && view.type != FOVEA_F64) return;
    double fan_in = (double)count / (double)view.shape.dim[0];
    for (int64_t i = 0; i < count; i++) {
        double n = golden_number(number, i);
        n = view.shape.rank > 1 ? n * sqrt(6 / fan_in)
            : variance          ? 1 + n / 2
            : weight            ? 1 + n / 4
                                : n / 8;
        if (view.type == FOVEA_F32)
            ((float *)view.data)[i] = (float)n;
        else
            ((double *)view.data)[i] = (float)n;  // the same weights
    }
}

// Every tensor of a ready-made net, in the order of imagenet_nets.txt.
static inline void formula_fill(fovea_graph *graph, const char *net) {
    static char line[4096];
    char own[64] = "", name[200];
    uint32_t number = 0;
    FILE *file = fopen("tests/golden/imagenet_nets.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "net %63s", own) == 1 || strcmp(own, net) != 0) continue;
        if (sscanf(line, "tensor %199s", name) != 1) break;
        fovea_value value = fovea_graph_find_value(graph, name);
        if (value == FOVEA_NO_VALUE) fail_msg("%s has no %s", net, name);
        formula_fill_tensor(fovea_graph_parameter(graph, value), name, number++);
    }
    fclose(file);
    assert_true(number > 0);
}

#endif
