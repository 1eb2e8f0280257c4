// SPDX-License-Identifier: MIT
// The batch-in-lanes plan. Forward: pack weights | input and nodes per group, cut where a node
// needs the whole batch. Backward: nodes in reverse per group, then the weights too big for partial
// sums, tile by tile.
#include "base/fail.h"
#include "base/memory.h"
#include "plan/n16_steps.h"

static fovea_status prepare_nodes(fovea__plan *plan, uint8_t *written, fovea_error *error) {
    const fovea_graph *graph = plan->graph;
    for (size_t o = 0; o < graph->output_count; o++) written[graph->output[o]] = 1;
    for (size_t n = graph->node_count; n-- > 0;) {
        fovea__lowered *lowered = &plan->lowered[n];
        size_t scratch = 0;
        lowered->family = fovea__n16_family_of(graph, lowered->node);
        fovea__mark_accumulation(lowered, written);
        if (lowered->family->prepare)
            FOVEA__TRY(lowered->family->prepare(plan, lowered, &scratch, error));
        for (int32_t i = 0; i < lowered->node->in_count; i++)
            if (fovea__accumulates(lowered, i))
                scratch += (size_t)fovea__group_size(graph, lowered->node->in[i]) * sizeof(float);
        if (scratch > plan->scratch) plan->scratch = scratch;
        lowered->workspace_at = plan->workspace;
        plan->workspace += (lowered->workspace + 63) & ~(size_t)63;
    }
    return FOVEA_OK;
}

static fovea_status lower_forward(fovea__plan *plan, fovea_error *error) {
    size_t nodes = plan->graph->node_count;
    fovea__steps *steps = &plan->forward;
    for (size_t n = 0; n < nodes; n++)
        if (plan->lowered[n].family->begin)
            FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_PACK_WEIGHTS, &plan->lowered[n],
                                            error));
    FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_PACK_INPUT, NULL, error));
    for (size_t n = 0; n < nodes; n++) {
        const fovea__lowered *lowered = &plan->lowered[n];
        const fovea__n16_family *family = lowered->family;
        if (family->forward_gather)
            FOVEA__TRY(
                fovea__steps_add_n16(plan, steps, FOVEA__N16_FORWARD_GATHER, lowered, error));
        if (family->forward_merge)
            FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_FORWARD_MERGE, lowered, error));
        if (fovea__n16_batch_tiles(lowered, FOVEA__BATCH_FORWARD))
            FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_BATCH_FORWARD, lowered, error));
        else if (family->forward)
            FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_FORWARD, lowered, error));
    }
    return FOVEA_OK;
}

static fovea_status lower_backward_node(fovea__plan *plan, const fovea__lowered *lowered,
                                        fovea_error *error) {
    const fovea__n16_family *family = lowered->family;
    fovea__steps *steps = &plan->after;
    if (family->backward_gather)
        FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_BACKWARD_GATHER, lowered, error));
    if (family->backward_merge)
        FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_BACKWARD_MERGE, lowered, error));
    bool weights = fovea__wants(lowered, 1) || fovea__wants(lowered, 2);
    if (family->weight_gradient && weights && !family->joint)
        FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_WEIGHT_GRADIENT, lowered, error));
    bool batched = fovea__wants(lowered, 0);
    for (int32_t i = 1; i < lowered->node->in_count; i++)
        batched |= fovea__wants(lowered, i) &&
                   fovea__is_batched(&lowered->graph->value[lowered->node->in[i]]);
    if (batched && fovea__n16_batch_tiles(lowered, FOVEA__BATCH_BACKWARD))
        FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_BATCH_BACKWARD, lowered, error));
    else if (family->backward && (batched || (weights && family->joint)))
        FOVEA__TRY(fovea__steps_add_n16(plan, steps, FOVEA__N16_BACKWARD, lowered, error));
    return FOVEA_OK;
}

// Whether a batch of any size sums this parameter's gradient whole: the more slots, the sooner.
static bool summed_whole(const fovea__plan *plan, const fovea__lowered *lowered, int32_t input) {
    fovea__splitting most = fovea__split(plan->samples);
    return fovea__wants(lowered, input) &&
           fovea__parameter_slots(plan, lowered->node->in[input], &most) != most.slots;
}

static fovea_status lower_backward(fovea__plan *plan, fovea_error *error) {
    size_t nodes = plan->graph->node_count;
    for (size_t n = nodes; n-- > 0;)
        if (plan->lowered[n].wanted)
            FOVEA__TRY(lower_backward_node(plan, &plan->lowered[n], error));
    for (size_t n = nodes; n-- > 0;) {
        const fovea__lowered *lowered = &plan->lowered[n];
        if (!lowered->family->tiles ||
            !(summed_whole(plan, lowered, 1) || summed_whole(plan, lowered, 2)))
            continue;
        bool batch = fovea__n16_batch_tiles(lowered, FOVEA__BATCH_WEIGHT) > 0;
        if (batch) plan->overwritten[lowered->node->in[1]] = 1;
        FOVEA__TRY(fovea__steps_add_n16(plan, &plan->after,
                                        batch ? FOVEA__N16_BATCH_WEIGHT : FOVEA__N16_WEIGHT_TILES,
                                        lowered, error));
    }
    return FOVEA_OK;
}

fovea_status fovea__lower_n16(fovea__plan *plan, fovea_error *error) {
    uint8_t *written = fovea__new(plan->context, plan->graph->value_count, 1, error);
    if (!written) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = prepare_nodes(plan, written, error);
    fovea__free(plan->context, written);
    if (status == FOVEA_OK) status = lower_forward(plan, error);
    if (status == FOVEA_OK && plan->backward) status = lower_backward(plan, error);
    return status;
}
