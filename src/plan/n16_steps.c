// SPDX-License-Identifier: MIT
// What the steps of the batch-in-lanes plan do when they run: their node's family at work on a group,
// on a tile or once for the batch.
#include "plan/n16_steps.h"

#include "kernels/binary/binary.h"
#include "kernels/layout/layout.h"
#include "plan/plan_memory.h"

// Packs the pictures or numbers fed to the graph into lanes.
static fovea_status run_input(const fovea__step *step, const fovea__bound *bound, int64_t g,
                              int32_t worker, fovea_error *error) {
    (void)step;
    (void)worker;
    (void)error;
    const fovea_graph *graph = bound->plan->graph;
    fovea_value v = graph->input[0];
    const fovea__layout_variant *layout =
        fovea__layout_choose(fovea__context_cpu(bound->plan->context));
    float *dst = fovea__value_at(bound, v, g);
    int32_t samples = fovea__group_samples(&bound->split, g);
    int64_t size = fovea__value_size(&graph->value[v]);
    if (bound->picture) {
        int64_t channels = graph->value[v].signature.shape.dim[1];
        layout->pack_u8(samples, channels, size / channels, bound->picture + g * FOVEA__LANES,
                        bound->table, dst);
    } else {
        layout->pack(samples, size, (const float *)bound->input->data + g * FOVEA__LANES * size,
                     dst);
    }
    return FOVEA_OK;
}

static fovea_status run_begin(const fovea__step *step, const fovea__bound *bound, int64_t item,
                              int32_t worker, fovea_error *error) {
    (void)item, (void)worker, (void)error;
    step->lowered->family->begin(step->lowered, bound);
    return FOVEA_OK;
}

static fovea_status run_forward_gather(const fovea__step *step, const fovea__bound *bound,
                                       int64_t g, int32_t worker, fovea_error *error) {
    (void)worker, (void)error;
    step->lowered->family->forward_gather(step->lowered, bound, g);
    return FOVEA_OK;
}

static fovea_status run_forward_merge(const fovea__step *step, const fovea__bound *bound,
                                      int64_t item, int32_t worker, fovea_error *error) {
    (void)item, (void)worker, (void)error;
    step->lowered->family->forward_merge(step->lowered, bound);
    return FOVEA_OK;
}

static fovea_status run_forward(const fovea__step *step, const fovea__bound *bound, int64_t g,
                                int32_t worker, fovea_error *error) {
    (void)error;
    step->lowered->family->forward(step->lowered, bound, g, bound->scratch[worker]);
    return FOVEA_OK;
}

static fovea_status run_backward_gather(const fovea__step *step, const fovea__bound *bound,
                                        int64_t g, int32_t worker, fovea_error *error) {
    (void)worker, (void)error;
    step->lowered->family->backward_gather(step->lowered, bound, g);
    return FOVEA_OK;
}

static fovea_status run_backward_merge(const fovea__step *step, const fovea__bound *bound,
                                       int64_t item, int32_t worker, fovea_error *error) {
    (void)item, (void)worker, (void)error;
    step->lowered->family->backward_merge(step->lowered, bound);
    return FOVEA_OK;
}

// Gradients of the batched inputs for one group.
static fovea_status run_backward(const fovea__step *step, const fovea__bound *bound, int64_t g,
                                 int32_t worker, fovea_error *error) {
    (void)error;
    const fovea__lowered *lowered = step->lowered;
    const fovea_graph *graph = lowered->graph;
    float *d_in[FOVEA__MAX_INPUTS] = {NULL}, *scratch = (float *)bound->scratch[worker];
    if (lowered->family->backward_add && fovea__accumulates(lowered, 0) &&
        lowered->family->backward_add(lowered, bound, g,
                                      fovea__gradient_at(bound, lowered->node->in[0], g)))
        return FOVEA_OK;
    for (int32_t i = 0; i < lowered->node->in_count; i++) {
        fovea_value v = lowered->node->in[i];
        if (!fovea__wants(lowered, i) || !fovea__is_batched(&graph->value[v])) continue;
        bool add = fovea__accumulates(lowered, i);
        d_in[i] = add ? scratch : fovea__gradient_at(bound, v, g);
        if (add) scratch += fovea__group_size(graph, v);
    }
    lowered->family->backward(lowered, bound, g, d_in, (uint8_t *)scratch);
    for (int32_t i = 0; i < lowered->node->in_count; i++) {
        fovea_value v = lowered->node->in[i];
        if (d_in[i] && fovea__accumulates(lowered, i))
            fovea__binary_accumulate_f32(fovea__group_size(graph, v), d_in[i],
                                         fovea__gradient_at(bound, v, g));
    }
    return FOVEA_OK;
}

float *fovea__slot_part(const fovea__lowered *lowered, const fovea__bound *bound, int32_t input,
                        int64_t g) {
    if (!fovea__wants(lowered, input)) return NULL;
    fovea_value v = lowered->node->in[input];
    int32_t slots = fovea__parameter_slots(bound->plan, v, &bound->split);
    if (slots != bound->split.slots) return NULL;
    return (float *)bound->gradient[v] +
           fovea__slot_of(&bound->split, g) * fovea__value_size(&lowered->graph->value[v]);
}

static fovea_status run_weight_gradient(const fovea__step *step, const fovea__bound *bound,
                                        int64_t g, int32_t worker, fovea_error *error) {
    (void)error;
    const fovea__lowered *lowered = step->lowered;
    float *d_weight = fovea__slot_part(lowered, bound, 1, g);
    float *d_bias = fovea__slot_part(lowered, bound, 2, g);
    if (d_weight || d_bias)
        lowered->family->weight_gradient(lowered, bound, g, -1, d_weight, d_bias,
                                         bound->scratch[worker]);
    return FOVEA_OK;
}

// A whole parameter whose slots would be too big: this tile of it over all groups in order.
static float *whole_part(const fovea__lowered *lowered, const fovea__bound *bound, int32_t input) {
    if (!fovea__wants(lowered, input)) return NULL;
    fovea_value v = lowered->node->in[input];
    int32_t slots = fovea__parameter_slots(bound->plan, v, &bound->split);
    return slots == bound->split.slots ? NULL : bound->gradient[v];
}

static fovea_status run_tile(const fovea__step *step, const fovea__bound *bound, int64_t tile,
                             int32_t worker, fovea_error *error) {
    (void)error;
    const fovea__lowered *lowered = step->lowered;
    const fovea__n16_family *family = lowered->family;
    float *d_weight = whole_part(lowered, bound, 1), *d_bias = whole_part(lowered, bound, 2);
    for (int64_t g = 0; (d_weight || d_bias) && g < bound->split.groups; g++)
        family->weight_gradient(lowered, bound, g, tile, d_weight, d_bias, bound->scratch[worker]);
    return FOVEA_OK;
}

int64_t fovea__n16_batch_tiles(const fovea__lowered *lowered, fovea__batch_pass pass) {
    const fovea__n16_family *family = lowered->family;
    return family->batch_tiles ? family->batch_tiles(lowered, pass) : 0;
}

static fovea_status run_batch_forward(const fovea__step *step, const fovea__bound *bound,
                                      int64_t tile, int32_t worker, fovea_error *error) {
    (void)error;
    step->lowered->family->batch_forward(step->lowered, bound, tile, bound->scratch[worker]);
    return FOVEA_OK;
}

static fovea_status run_batch_backward(const fovea__step *step, const fovea__bound *bound,
                                       int64_t tile, int32_t worker, fovea_error *error) {
    (void)error;
    step->lowered->family->batch_backward(step->lowered, bound, tile, bound->scratch[worker]);
    return FOVEA_OK;
}

static fovea_status run_batch_weight(const fovea__step *step, const fovea__bound *bound,
                                     int64_t tile, int32_t worker, fovea_error *error) {
    (void)error;
    const fovea__lowered *lowered = step->lowered;
    uint8_t *scratch = bound->scratch[worker];
    float *d_weight = whole_part(lowered, bound, 1), *d_bias = whole_part(lowered, bound, 2);
    if (d_weight) lowered->family->batch_weight(lowered, bound, tile, d_weight, scratch);
    for (int64_t g = 0; d_bias && tile == 0 && g < bound->split.groups; g++)
        lowered->family->weight_gradient(lowered, bound, g, -1, NULL, d_bias, scratch);
    return FOVEA_OK;
}

// What the steps are, but for their node.
static const fovea__step kinds[] = {
    [FOVEA__N16_PACK_WEIGHTS] = {.kind = FOVEA__STEP_ONCE,
                                 .what = "pack weights",
                                 .run = run_begin,
                                 .uses = fovea__uses_nothing},
    [FOVEA__N16_PACK_INPUT] = {.kind = FOVEA__STEP_GROUP,
                               .what = "pack into lanes",
                               .run = run_input,
                               .uses = fovea__uses_input},
    [FOVEA__N16_FORWARD_GATHER] = {.kind = FOVEA__STEP_GROUP,
                                   .what = "gather",
                                   .run = run_forward_gather,
                                   .uses = fovea__uses_forward_gather},
    [FOVEA__N16_FORWARD_MERGE] = {.kind = FOVEA__STEP_ONCE,
                                  .what = "merge",
                                  .run = run_forward_merge,
                                  .uses = fovea__uses_merge},
    [FOVEA__N16_FORWARD] = {.kind = FOVEA__STEP_GROUP,
                            .run = run_forward,
                            .uses = fovea__uses_forward},
    [FOVEA__N16_BACKWARD_GATHER] = {.kind = FOVEA__STEP_GROUP,
                                    .what = "gather",
                                    .run = run_backward_gather,
                                    .uses = fovea__uses_backward_gather},
    [FOVEA__N16_BACKWARD_MERGE] = {.kind = FOVEA__STEP_ONCE,
                                   .what = "merge",
                                   .run = run_backward_merge,
                                   .uses = fovea__uses_nothing},
    [FOVEA__N16_WEIGHT_GRADIENT] = {.kind = FOVEA__STEP_GROUP,
                                    .what = "weight gradient",
                                    .run = run_weight_gradient,
                                    .uses = fovea__uses_weight_gradient},
    [FOVEA__N16_WEIGHT_TILES] = {.kind = FOVEA__STEP_TILE,
                                 .what = "weight gradient",
                                 .run = run_tile,
                                 .uses = fovea__uses_weight_gradient},
    [FOVEA__N16_BACKWARD] = {.kind = FOVEA__STEP_GROUP,
                             .what = "input gradient",
                             .run = run_backward,
                             .uses = fovea__uses_backward},
    [FOVEA__N16_BATCH_FORWARD] = {.kind = FOVEA__STEP_TILE,
                                  .alone = true,
                                  .run = run_batch_forward,
                                  .uses = fovea__uses_forward},
    [FOVEA__N16_BATCH_BACKWARD] = {.kind = FOVEA__STEP_TILE,
                                   .what = "input gradient",
                                   .alone = true,
                                   .run = run_batch_backward,
                                   .uses = fovea__uses_backward},
    [FOVEA__N16_BATCH_WEIGHT] = {.kind = FOVEA__STEP_TILE,
                                 .what = "weight gradient",
                                 .run = run_batch_weight,
                                 .uses = fovea__uses_weight_gradient},
};

static int64_t tiles_of(fovea__n16_step kind, const fovea__lowered *lowered) {
    switch (kind) {
        case FOVEA__N16_WEIGHT_TILES:
            return lowered->family->tiles(lowered);
        case FOVEA__N16_BATCH_FORWARD:
            return fovea__n16_batch_tiles(lowered, FOVEA__BATCH_FORWARD);
        case FOVEA__N16_BATCH_BACKWARD:
            return fovea__n16_batch_tiles(lowered, FOVEA__BATCH_BACKWARD);
        case FOVEA__N16_BATCH_WEIGHT:
            return fovea__n16_batch_tiles(lowered, FOVEA__BATCH_WEIGHT);
        default:
            return 0;
    }
}

fovea_status fovea__steps_add_n16(fovea__plan *plan, fovea__steps *steps, fovea__n16_step kind,
                                  const fovea__lowered *lowered, fovea_error *error) {
    fovea__step step = kinds[kind];
    step.node = lowered ? lowered->index : -1;
    step.lowered = lowered;
    if (!step.what) step.what = lowered->family->op;
    if (kind == FOVEA__N16_BACKWARD && lowered->family->joint) step.what = "gradients";
    step.tiles = tiles_of(kind, lowered);
    return fovea__steps_add(plan->context, steps, &step, error);
}
