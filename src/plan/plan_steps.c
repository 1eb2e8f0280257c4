// SPDX-License-Identifier: MIT
// The steps of a plan in one list: forward | loss | backward, cut into regions.
#include <string.h>

#include "base/fail.h"
#include "plan/n16.h"
#include "plan/plan_memory.h"

// Parameters are summed into: their gradients begin at zero. Each slot clears its own sums when it
// comes to its first group, and its share of those that are summed whole in a later region, if not
// overwritten there.
static fovea_status run_clear(const fovea__step *step, const fovea__bound *bound, int64_t g,
                              int32_t worker, fovea_error *error) {
    (void)step, (void)worker, (void)error;
    const fovea__splitting *split = &bound->split;
    int32_t slot = fovea__slot_of(split, g);
    if (fovea__slot_begin(split->groups, split->slots, slot) != g) return FOVEA_OK;
    const fovea_graph *graph = bound->plan->graph;
    for (fovea_value v = 0; v < (fovea_value)graph->value_count; v++) {
        const fovea__value *value = &graph->value[v];
        if (value->kind != FOVEA_VALUE_PARAMETER || !bound->gradient[v]) continue;
        if (fovea__parameter_overwritten(bound->plan, v, split)) continue;
        int64_t count = fovea__value_size(value), begin = slot * count, end = begin + count;
        if (fovea__parameter_slots(bound->plan, v, split) != split->slots) {
            begin = slot * count / split->slots;
            end = (slot + 1) * count / split->slots;
        }
        size_t width = fovea_type_size(value->signature.type);
        memset((uint8_t *)bound->gradient[v] + (size_t)begin * width, 0,
               (size_t)(end - begin) * width);
    }
    return FOVEA_OK;
}

// Outputs beside the first have no loss.
static void clear_seeds(const fovea__bound *bound, int64_t g) {
    const fovea_graph *graph = bound->plan->graph;
    bool lanes = bound->plan->layout == FOVEA__LAYOUT_N16;
    int64_t samples = lanes ? FOVEA__LANES : fovea__group_samples(&bound->split, g);
    for (size_t o = 1; o < graph->output_count; o++) {
        fovea_value v = graph->output[o];
        size_t width = fovea_type_size(graph->value[v].signature.type);
        if (v == graph->output[0] || !bound->gradient[v]) continue;
        if (!fovea__is_batched(&graph->value[v]) && g > 0) continue;
        int64_t rows = fovea__value_samples(&graph->value[v], samples);
        memset((uint8_t *)bound->gradient[v] + (size_t)(g * bound->gradient_stride[v]) * width, 0,
               (size_t)(rows * fovea__sample_size(&graph->value[v])) * width);
    }
}

static fovea_status run_loss(const fovea__step *step, const fovea__bound *bound, int64_t g,
                             int32_t worker, fovea_error *error) {
    (void)step, (void)error;
    clear_seeds(bound, g);
    bound->loss(bound->loss_user, bound, g, worker);
    return FOVEA_OK;
}

static void uses_outputs(const fovea__step *step, fovea__lifetimes *lifetimes) {
    const fovea_graph *graph = fovea__lifetimes_plan(lifetimes)->graph;
    (void)step;
    for (size_t o = 0; o < graph->output_count; o++) {
        fovea__uses_value(lifetimes, graph->output[o]);
        fovea__uses_gradient(lifetimes, graph->output[o]);
    }
}

static fovea_status add_all(fovea__plan *plan, const fovea__steps *from, fovea_error *error) {
    for (size_t s = 0; s < from->count; s++)
        FOVEA__TRY(fovea__steps_add(plan->context, &plan->steps, &from->step[s], error));
    return FOVEA_OK;
}

static fovea_status add_loss(fovea__plan *plan, fovea_error *error) {
    static const fovea__step clear = {.kind = FOVEA__STEP_GROUP,
                                      .node = -1,
                                      .what = "clear gradients",
                                      .run = run_clear,
                                      .uses = fovea__uses_nothing};
    static const fovea__step loss = {.kind = FOVEA__STEP_GROUP,
                                     .node = -1,
                                     .what = "loss",
                                     .run = run_loss,
                                     .uses = uses_outputs};
    FOVEA__TRY(fovea__steps_add(plan->context, &plan->steps, &clear, error));
    return fovea__steps_add(plan->context, &plan->steps, &loss, error);
}

static bool stands_alone(const fovea__step *step) {
    return step->alone || step->kind == FOVEA__STEP_ONCE || step->kind == FOVEA__STEP_PART;
}

// A region is a run of steps of groups or of tiles, or of parts that say so; the others stand alone.
static void number_regions(fovea__plan *plan, bool one_region) {
    fovea__step *step = plan->steps.step;
    size_t loss = plan->forward_steps - 1;
    for (size_t s = 1; s < plan->steps.count; s++) {
        bool cut = stands_alone(&step[s]) || stands_alone(&step[s - 1]) ||
                   step[s].kind != step[s - 1].kind;
        if (step[s].follows || step[s].beside) cut = false;
        if (!plan->loss || !one_region) cut |= s == plan->forward_steps;
        if (plan->loss && !one_region) cut |= s == loss - 1;
        step[s].region = step[s - 1].region + cut;
    }
}

fovea_status fovea__join_steps(fovea__plan *plan, bool one_region, fovea_error *error) {
    FOVEA__TRY(add_all(plan, &plan->forward, error));
    if (plan->loss) FOVEA__TRY(add_loss(plan, error));
    plan->forward_steps = plan->steps.count;
    FOVEA__TRY(add_all(plan, &plan->after, error));
    number_regions(plan, one_region);
    return FOVEA_OK;
}
