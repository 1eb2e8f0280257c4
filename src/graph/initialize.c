// SPDX-License-Identifier: MIT
// PyTorch's default initialisation of convolution and linear layers.
#include <math.h>

#include "base/random.h"
#include "graph/graph.h"

// The stream counts trained values only, so that buffers between them do not change the numbers.
static void initialize_value(fovea__value *value, uint64_t seed, uint32_t ordinal) {
    int64_t count = fovea_shape_count(&value->signature.shape);
    double bound = 1 / sqrt((double)value->fan_in);
    uint32_t stream = ordinal * 256 + FOVEA__RANDOM_INIT;
    for (int64_t i = 0; i < count; i++) {
        double u = (double)fovea__random_float(seed, stream, 0, 0, (uint64_t)i);
        double w = bound * (2 * u - 1);
        if (value->signature.type == FOVEA_F32)
            ((float *)value->data)[i] = (float)w;
        else
            ((double *)value->data)[i] = w;
    }
}

void fovea_graph_initialize(fovea_graph *graph, uint64_t seed) {
    uint32_t ordinal = 0;
    for (size_t v = 0; v < graph->value_count; v++) {
        fovea__value *value = &graph->value[v];
        if (value->kind != FOVEA_VALUE_PARAMETER) continue;
        if (value->fan_in > 0) initialize_value(value, seed, ordinal);
        ordinal++;
    }
    fovea__graph_written(graph);
}
