// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/memory.h"
#include "explain/cross_products.h"
#include "explain/dead_units.h"
#include "tensor/convert.h"

enum { BLOCK = 512 };  // weights of each filter that are turned into doubles at a time

static void to_cosines(double *cross, int64_t filters, int64_t per_group) {
    for (int64_t i = 0; i < filters; i++)
        for (int64_t k = i + 1; k < filters; k++) {
            double *at = &cross[i * filters + k];
            double lengths = sqrt(cross[i * filters + i]) * sqrt(cross[k * filters + k]);
            bool comparable = i / per_group == k / per_group && lengths > 0;
            *at = comparable ? *at / lengths : NAN;
        }
}

fovea_status fovea__weight_cosines(const fovea_graph *graph, int32_t node, double **cosines,
                                   fovea_error *error) {
    fovea_context *context = graph->context;
    fovea_view weights = fovea__graph_parameter(graph, graph->node[node].in[1]);
    int64_t filters = weights.shape.dim[0], depth = fovea_shape_count(&weights.shape) / filters;
    int64_t groups = fovea__node_integer(&graph->node[node], "group", 0, 1);
    size_t size = fovea_type_size(weights.type);
    double *cross = fovea__new(context, (size_t)(filters * filters), sizeof *cross, error);
    double *block = fovea__new(context, (size_t)filters * BLOCK, sizeof *block, error);
    fovea_status status = cross && block ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (int64_t d = 0; d < depth && status == FOVEA_OK; d += BLOCK) {
        int64_t part = depth - d < BLOCK ? depth - d : BLOCK;
        for (int64_t f = 0; f < filters && status == FOVEA_OK; f++) {
            const uint8_t *from = (const uint8_t *)weights.data + (size_t)(f * depth + d) * size;
            status = fovea__convert(weights.type, from, FOVEA_F64, block + f * part, part, error);
        }
        if (status == FOVEA_OK)
            fovea__cross_products(context, block, filters, part, part, false, d > 0, cross);
    }
    fovea__free(context, block);
    if (status != FOVEA_OK) {
        fovea__free(context, cross);
        return status;
    }
    // A single weight is like every other but for its size.
    to_cosines(cross, filters, depth > 1 ? filters / groups : 1);
    *cosines = cross;
    return FOVEA_OK;
}
