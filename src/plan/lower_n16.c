// SPDX-License-Identifier: MIT
// The batch-in-lanes plan. Forward: pack weights | input and nodes per group, cut where a node
// needs the whole batch. Backward: nodes in reverse per group, then the weights too big for partial
// sums, tile by tile.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "kernels/binary/binary.h"
#include "kernels/layout/layout.h"
#include "plan/n16.h"
#include "plan/plan_memory.h"

static const fovea__n16_family *const families[] = {
    &fovea__n16_conv,
    &fovea__n16_linear,
    &fovea__n16_maxpool,
    &fovea__n16_avgpool,
    &fovea__n16_global_avgpool,
    &fovea__n16_adaptive_avgpool,
    &fovea__n16_relu,
    &fovea__n16_leaky_relu,
    &fovea__n16_tanh,
    &fovea__n16_sigmoid,
    &fovea__n16_gelu,
    &fovea__n16_silu,
    &fovea__n16_elu,
    &fovea__n16_selu,
    &fovea__n16_celu,
    &fovea__n16_clip,
    &fovea__n16_hardsigmoid,
    &fovea__n16_hardswish,
    &fovea__n16_softplus,
    &fovea__n16_softsign,
    &fovea__n16_mish,
    &fovea__n16_thresholded_relu,
    &fovea__n16_erf,
    &fovea__n16_abs,
    &fovea__n16_neg,
    &fovea__n16_softmax,
    &fovea__n16_log_softmax,
    &fovea__n16_norm,
    &fovea__n16_dropout,
    &fovea__n16_flatten,
    &fovea__n16_add,
    &fovea__n16_mul,
    &fovea__n16_concat,
    &fovea__n16_pad,
    &fovea__n16_slice,
    &fovea__n16_conv_pool,
    &fovea__n16_norm_relu,
    &fovea__n16_nothing,
};

static const fovea__n16_family *find_family(const fovea_graph *graph, const fovea__node *node) {
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++)
        if (strcmp(families[f]->op, node->op->name) == 0)
            return !families[f]->accepts || families[f]->accepts(graph, node) ? families[f] : NULL;
    return NULL;
}

static bool in_lanes(const fovea__value *value) {
    return fovea__is_batched(value) && value->signature.type == FOVEA_F32;
}

bool fovea__can_lower_n16(const fovea_graph *graph) {
    if (graph->input_count != 1) return false;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        if (node->in_count < 1 || node->in[0] < 0) return false;
        if (!in_lanes(&graph->value[node->in[0]]) || !in_lanes(&graph->value[node->out[0]]))
            return false;
        if (!find_family(graph, node)) return false;
    }
    return true;
}

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

static int64_t batch_tiles(const fovea__lowered *lowered, fovea__batch_pass pass) {
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

// A step of `lowered` (NULL: of no node) like one of these.
static const fovea__step pack_weights = {.kind = FOVEA__STEP_ONCE,
                                         .what = "pack weights",
                                         .run = run_begin,
                                         .uses = fovea__uses_nothing},
                         pack_input = {.kind = FOVEA__STEP_GROUP,
                                       .what = "pack into lanes",
                                       .run = run_input,
                                       .uses = fovea__uses_input},
                         forward_gather = {.kind = FOVEA__STEP_GROUP,
                                           .what = "gather",
                                           .run = run_forward_gather,
                                           .uses = fovea__uses_forward_gather},
                         forward_merge = {.kind = FOVEA__STEP_ONCE,
                                          .what = "merge",
                                          .run = run_forward_merge,
                                          .uses = fovea__uses_merge},
                         forward = {.kind = FOVEA__STEP_GROUP,
                                    .run = run_forward,
                                    .uses = fovea__uses_forward},
                         backward_gather = {.kind = FOVEA__STEP_GROUP,
                                            .what = "gather",
                                            .run = run_backward_gather,
                                            .uses = fovea__uses_backward_gather},
                         backward_merge = {.kind = FOVEA__STEP_ONCE,
                                           .what = "merge",
                                           .run = run_backward_merge,
                                           .uses = fovea__uses_nothing},
                         weight_gradient = {.kind = FOVEA__STEP_GROUP,
                                            .what = "weight gradient",
                                            .run = run_weight_gradient,
                                            .uses = fovea__uses_weight_gradient},
                         weight_tiles = {.kind = FOVEA__STEP_TILE,
                                         .what = "weight gradient",
                                         .run = run_tile,
                                         .uses = fovea__uses_weight_gradient},
                         backward = {.kind = FOVEA__STEP_GROUP,
                                     .what = "input gradient",
                                     .run = run_backward,
                                     .uses = fovea__uses_backward},
                         batch_forward = {.kind = FOVEA__STEP_TILE,
                                          .alone = true,
                                          .run = run_batch_forward,
                                          .uses = fovea__uses_forward},
                         batch_backward = {.kind = FOVEA__STEP_TILE,
                                           .what = "input gradient",
                                           .alone = true,
                                           .run = run_batch_backward,
                                           .uses = fovea__uses_backward},
                         batch_weight = {.kind = FOVEA__STEP_TILE,
                                         .what = "weight gradient",
                                         .run = run_batch_weight,
                                         .uses = fovea__uses_weight_gradient};

static fovea_status add_step(fovea__plan *plan, fovea__steps *steps, const fovea__step *like,
                             const fovea__lowered *lowered, const char *what, fovea_error *error) {
    fovea__step step = *like;
    step.node = lowered ? lowered->index : -1;
    step.lowered = lowered;
    if (what) step.what = what;
    if (like == &weight_tiles) step.tiles = lowered->family->tiles(lowered);
    if (like == &batch_forward) step.tiles = batch_tiles(lowered, FOVEA__BATCH_FORWARD);
    if (like == &batch_backward) step.tiles = batch_tiles(lowered, FOVEA__BATCH_BACKWARD);
    if (like == &batch_weight) step.tiles = batch_tiles(lowered, FOVEA__BATCH_WEIGHT);
    return fovea__steps_add(plan->context, steps, &step, error);
}

static fovea_status prepare_nodes(fovea__plan *plan, uint8_t *written, fovea_error *error) {
    const fovea_graph *graph = plan->graph;
    for (size_t o = 0; o < graph->output_count; o++) written[graph->output[o]] = 1;
    for (size_t n = graph->node_count; n-- > 0;) {
        fovea__lowered *lowered = &plan->lowered[n];
        size_t scratch = 0;
        lowered->family = find_family(graph, lowered->node);
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
            FOVEA__TRY(add_step(plan, steps, &pack_weights, &plan->lowered[n], NULL, error));
    FOVEA__TRY(add_step(plan, steps, &pack_input, NULL, NULL, error));
    for (size_t n = 0; n < nodes; n++) {
        const fovea__lowered *lowered = &plan->lowered[n];
        const fovea__n16_family *family = lowered->family;
        if (family->forward_gather)
            FOVEA__TRY(add_step(plan, steps, &forward_gather, lowered, NULL, error));
        if (family->forward_merge)
            FOVEA__TRY(add_step(plan, steps, &forward_merge, lowered, NULL, error));
        if (batch_tiles(lowered, FOVEA__BATCH_FORWARD))
            FOVEA__TRY(add_step(plan, steps, &batch_forward, lowered, family->op, error));
        else if (family->forward)
            FOVEA__TRY(add_step(plan, steps, &forward, lowered, family->op, error));
    }
    return FOVEA_OK;
}

static fovea_status lower_backward_node(fovea__plan *plan, const fovea__lowered *lowered,
                                        fovea_error *error) {
    const fovea__n16_family *family = lowered->family;
    fovea__steps *steps = &plan->after;
    if (family->backward_gather)
        FOVEA__TRY(add_step(plan, steps, &backward_gather, lowered, NULL, error));
    if (family->backward_merge)
        FOVEA__TRY(add_step(plan, steps, &backward_merge, lowered, NULL, error));
    bool weights = fovea__wants(lowered, 1) || fovea__wants(lowered, 2);
    if (family->weight_gradient && weights && !family->joint)
        FOVEA__TRY(add_step(plan, steps, &weight_gradient, lowered, NULL, error));
    bool batched = fovea__wants(lowered, 0);
    for (int32_t i = 1; i < lowered->node->in_count; i++)
        batched |= fovea__wants(lowered, i) &&
                   fovea__is_batched(&lowered->graph->value[lowered->node->in[i]]);
    if (batched && batch_tiles(lowered, FOVEA__BATCH_BACKWARD))
        FOVEA__TRY(add_step(plan, steps, &batch_backward, lowered, NULL, error));
    else if (family->backward && (batched || (weights && family->joint)))
        FOVEA__TRY(
            add_step(plan, steps, &backward, lowered, family->joint ? "gradients" : NULL, error));
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
        bool batch = batch_tiles(lowered, FOVEA__BATCH_WEIGHT) > 0;
        if (batch) plan->overwritten[lowered->node->in[1]] = 1;
        FOVEA__TRY(add_step(plan, &plan->after, batch ? &batch_weight : &weight_tiles, lowered,
                            NULL, error));
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
