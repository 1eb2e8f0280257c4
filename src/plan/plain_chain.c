// SPDX-License-Identifier: MIT
// Chains of the plain plan: elementwise functions of what a part has just made are done by the same
// worker, so that nobody waits in between and the numbers are still in its cache.
#include "plan/plain.h"

static bool makes(const fovea__node *node, fovea_value v) {
    for (int32_t o = 0; o < node->out_count; o++)
        if (node->out[o] == v) return true;
    return false;
}

static bool is_made_by(const fovea_graph *graph, fovea_value v, int32_t first, int32_t last) {
    for (int32_t n = first; v >= 0 && n < last; n++)
        if (makes(&graph->node[n], v)) return true;
    return false;
}

bool fovea__plain_reads(const fovea_graph *graph, const fovea__node *node, int32_t first,
                        int32_t last) {
    for (int32_t i = 0; i < node->in_count; i++)
        if (is_made_by(graph, node->in[i], first, last)) return true;
    return false;
}

static const fovea_shape *made_shape(const fovea__lowered *lowered) {
    return &lowered->graph->value[lowered->node->out[0]].signature.shape;
}

// A piece of each channel that is shorter costs more calls than the join saves.
#define WORTH_A_CALL 512

static bool is_worth_it(const fovea__lowered *leader) {
    const fovea__value *y = &leader->graph->value[leader->node->out[0]];
    fovea__plain_extent made = leader->parts->extent(leader, 0);
    int64_t piece = made.end - made.begin;
    return piece >= WORTH_A_CALL || piece == fovea__sample_size(y) / y->signature.shape.dim[1];
}

bool fovea__plain_join(fovea__lowered *leader, int32_t region, fovea__lowered *next) {
    const fovea_graph *graph = leader->graph;
    if (!leader->parts->extent || !next->parts || !next->parts->follows) return false;
    if (!fovea_shape_equal(made_shape(leader), made_shape(next)) || !next->parts->follows(next))
        return false;
    if (fovea__plain_reads(graph, next->node, region, leader->index)) return false;
    if (!is_worth_it(leader)) return false;
    bool reads = false;
    for (int32_t i = 0; i < next->node->in_count; i++) {
        fovea_value v = next->node->in[i];
        if (!is_made_by(graph, v, leader->index, next->index)) continue;
        reads = true;
        // A number of each channel would have to be there whole.
        if (!fovea_shape_equal(&graph->value[v].signature.shape, made_shape(next))) return false;
    }
    if (reads) next->leader = leader;
    return reads;
}
