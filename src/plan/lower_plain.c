// SPDX-License-Identifier: MIT
// The plain plan: one node = one step over NCHW views of the whole batch, or of the parts its family
// cuts each sample into.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "plan/plain.h"
#include "plan/plan_memory.h"

static const fovea__plain_family *const families[] = {
    &fovea__plain_conv,   &fovea__plain_conv_transpose, &fovea__plain_matmul,
    &fovea__plain_linear, &fovea__plain_channels,       &fovea__plain_norm,
};

static bool is_f32(const fovea_graph *graph, const fovea__node *node) {
    if (node->in_count < 1) return false;
    for (int32_t i = 0; i < node->in_count; i++)
        if (node->in[i] >= 0 && graph->value[node->in[i]].signature.type != FOVEA_F32) return false;
    for (int32_t i = 0; i < node->out_count; i++)
        if (graph->value[node->out[i]].signature.type != FOVEA_F32) return false;
    return true;
}

static const fovea__plain_family *find_family(const fovea__plan *plan, const fovea__node *node) {
    const fovea_graph *graph = plan->graph;
    bool statistics = plan->training && node->op->traits & FOVEA__BATCH_STATS;
    if (!plan->parts || !is_f32(graph, node)) return NULL;
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++) {
        const fovea__plain_family *family = families[f];
        if (family->op && strcmp(family->op, node->op->name) != 0) continue;
        if (family->statistics != statistics) continue;
        if (!family->accepts || family->accepts(graph, node)) return family;
    }
    return NULL;
}

fovea_view fovea__plain_view(const fovea__bound *bound, fovea_value v, void *const *memory) {
    if (v < 0) return (fovea_view){FOVEA_TYPE_NONE, {0}, NULL};
    const fovea__value *value = &bound->plan->graph->value[v];
    fovea__signature at = fovea__at_batch(value, bound->split.samples);
    return (fovea_view){at.type, at.shape, memory[v]};
}

fovea__call fovea__plain_call(const fovea__lowered *lowered, const fovea__bound *bound,
                              fovea_view in[FOVEA__MAX_INPUTS],
                              fovea_view out[FOVEA__MAX_OUTPUTS]) {
    const fovea__node *node = lowered->node;
    for (int32_t i = 0; i < node->in_count; i++)
        in[i] = fovea__plain_view(bound, node->in[i], bound->value);
    for (int32_t i = 0; i < node->out_count; i++)
        out[i] = fovea__plain_view(bound, node->out[i], bound->value);
    fovea__call call = {.attributes = &node->attributes,
                        .cpu = fovea__context_cpu(bound->plan->context),
                        .training = bound->training,
                        .random = bound->random,
                        .in = in,
                        .in_count = node->in_count,
                        .out = out,
                        .out_count = node->out_count};
    call.random.stream = (uint32_t)lowered->index * 256 + FOVEA__RANDOM_DROPOUT;
    return call;
}

static fovea_status forward(const fovea__step *step, const fovea__bound *bound, int64_t item,
                            int32_t worker, fovea_error *error) {
    (void)item;
    (void)worker;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    fovea__call call = fovea__plain_call(step->lowered, bound, in, out);
    fovea_status status = step->lowered->node->op->forward(&call, error);
    return status == FOVEA_OK ? status : fovea__fail_in(error, status, step->lowered->node->name);
}

static fovea_status pack_forward(const fovea__step *step, const fovea__bound *bound, int64_t item,
                                 int32_t worker, fovea_error *error) {
    (void)worker, (void)error;
    step->lowered->parts->pack(step->lowered, bound, false, item);
    return FOVEA_OK;
}

static fovea_status pack_backward(const fovea__step *step, const fovea__bound *bound, int64_t item,
                                  int32_t worker, fovea_error *error) {
    (void)worker, (void)error;
    step->lowered->parts->pack(step->lowered, bound, true, item);
    return FOVEA_OK;
}

static fovea_status forward_part(const fovea__step *step, const fovea__bound *bound, int64_t item,
                                 int32_t worker, fovea_error *error) {
    (void)error;
    step->lowered->parts->forward(step->lowered, bound, item / step->tiles, item % step->tiles,
                                  bound->scratch[worker]);
    return FOVEA_OK;
}

fovea__step_kind fovea__plain_kind(const fovea__lowered *lowered) {
    return lowered->parts->whole_batch ? FOVEA__STEP_TILE : FOVEA__STEP_PART;
}

fovea_status fovea__plain_add_step(fovea__plan *plan, fovea__steps *steps, fovea__step_kind kind,
                                   const fovea__lowered *lowered, const char *what, int64_t tiles,
                                   fovea__step_run *run, fovea_error *error) {
    fovea__step step = {.kind = kind,
                        .node = lowered->index,
                        .tiles = tiles,
                        .what = what,
                        .run = run,
                        .alone = true,
                        .lowered = lowered};
    return fovea__steps_add(plan->context, steps, &step, error);
}

static fovea_status prepare_node(fovea__plan *plan, fovea__lowered *lowered, fovea_error *error) {
    const fovea__rules *rules = &plan->rules;
    lowered->ruled = rules->applies && rules->applies(rules->user, plan->graph, lowered->node);
    lowered->parts = find_family(plan, lowered->node);
    if (!lowered->parts || !lowered->parts->prepare) return FOVEA_OK;
    size_t scratch = 0;
    FOVEA__TRY(lowered->parts->prepare(plan, lowered, &scratch, error));
    if (scratch > plan->scratch) plan->scratch = scratch;
    lowered->workspace_at = plan->workspace;
    plan->workspace += (lowered->workspace + 63) & ~(size_t)63;
    return FOVEA_OK;
}

static fovea_status add_packing_step(fovea__plan *plan, bool backward,
                                     const fovea__lowered *lowered, int64_t items,
                                     fovea_error *error) {
    fovea__step step = {.kind = FOVEA__STEP_TILE,
                        .node = lowered->index,
                        .tiles = items,
                        .what = "pack weights",
                        .run = backward ? pack_backward : pack_forward,
                        .uses = fovea__uses_nothing,
                        .lowered = lowered};
    return fovea__steps_add(plan->context, backward ? &plan->after : &plan->forward, &step, error);
}

// Packing of all nodes comes first: it is one region, and empty where nothing has been written.
static fovea_status lower_packing(fovea__plan *plan, bool backward, fovea_error *error) {
    for (size_t n = 0; n < plan->graph->node_count; n++) {
        const fovea__lowered *lowered = &plan->lowered[n];
        if (!lowered->parts || !lowered->parts->packs) continue;
        if (backward && !fovea__plain_has_backward_parts(lowered)) continue;
        int64_t items = lowered->parts->packs(lowered, backward);
        if (items > 0) FOVEA__TRY(add_packing_step(plan, backward, lowered, items, error));
    }
    return FOVEA_OK;
}

// An elementwise function of one value works in place where the chain that made it reads it no more.
// Values that a region makes are read by no other chain of it.
static void uses_in_place(const fovea__step *step, fovea__lifetimes *lifetimes) {
    const fovea__lowered *lowered = step->lowered;
    const fovea__node *node = lowered->node;
    fovea__uses_value(lifetimes, node->in[0]);
    fovea__uses_value(lifetimes, node->out[0]);
    fovea__value_replaces(lifetimes, node->in[0], node->out[0]);
}

// The nodes behind a leader that follow its parts, where its region begins with node `region`; the
// first that does not is returned through `n`.
static fovea_status lower_followers(fovea__plan *plan, fovea__lowered *leader, int32_t region,
                                    size_t *n, fovea_error *error) {
    fovea__steps *steps = &plan->forward;
    int64_t tiles = steps->step[steps->count - 1].tiles;
    for (; plan->chains && *n < plan->graph->node_count; ++*n) {
        fovea__lowered *next = &plan->lowered[*n];
        if (!fovea__plain_join(leader, region, next)) return FOVEA_OK;
        FOVEA__TRY(fovea__plain_add_step(plan, steps, FOVEA__STEP_PART, next, next->node->op->name,
                                         tiles, forward_part, error));
        fovea__step *step = &steps->step[steps->count - 1];
        step->follows = true;
        if (next->node->in_count == 1 && next->node->out_count == 1) step->uses = uses_in_place;
    }
    return FOVEA_OK;
}

static fovea_status lower_forward(fovea__plan *plan, fovea_error *error) {
    FOVEA__TRY(lower_packing(plan, false, error));
    fovea__steps *steps = &plan->forward;
    int32_t region = -1;  // first node of the region of parts that is going on
    for (size_t n = 0; n < plan->graph->node_count;) {
        fovea__lowered *lowered = &plan->lowered[n++];
        const char *op = lowered->node->op->name;
        if (!lowered->parts || !lowered->parts->forward) {
            FOVEA__TRY(fovea__plain_add_step(plan, steps, FOVEA__STEP_ONCE, lowered, op, 0, forward,
                                             error));
            region = -1;
            continue;
        }
        FOVEA__TRY(fovea__plain_add_step(plan, steps, fovea__plain_kind(lowered), lowered, op,
                                         lowered->parts->parts(lowered, false), forward_part,
                                         error));
        if (lowered->parts->whole_batch) {
            region = -1;
            continue;
        }
        bool beside = plan->chains && region >= 0 &&
                      !fovea__plain_reads(plan->graph, lowered->node, region, lowered->index);
        steps->step[steps->count - 1].beside = beside;
        if (!beside) region = lowered->index;
        FOVEA__TRY(lower_followers(plan, lowered, region, &n, error));
    }
    return FOVEA_OK;
}

static fovea_status lower(fovea__plan *plan, uint8_t *written, fovea_error *error) {
    for (size_t v = 0; v < plan->graph->value_count; v++) plan->single[v] = 1;
    // The first reader of a parameter overwrites its gradient. The caller seeds the gradients of the
    // outputs; readers of an output add to that.
    memset(plan->overwritten, 1, plan->graph->value_count);
    for (size_t o = 0; o < plan->graph->output_count; o++)
        plan->overwritten[plan->graph->output[o]] = 0;
    for (size_t o = 0; o < plan->graph->output_count; o++) written[plan->graph->output[o]] = 1;
    for (size_t n = plan->graph->node_count; n-- > 0;) {
        fovea__lowered *lowered = &plan->lowered[n];
        fovea__mark_accumulation(lowered, written);
        fovea__plain_need_scratch(plan, lowered);
        FOVEA__TRY(prepare_node(plan, lowered, error));
    }
    if (plan->chains) fovea__plain_inside(plan);
    FOVEA__TRY(lower_forward(plan, error));
    if (!plan->backward) return FOVEA_OK;
    FOVEA__TRY(lower_packing(plan, true, error));
    return fovea__plain_lower_backward(plan, error);
}

fovea_status fovea__lower_plain(fovea__plan *plan, fovea_error *error) {
    uint8_t *written = fovea__new(plan->context, plan->graph->value_count, 1, error);
    if (!written) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = lower(plan, written, error);
    fovea__free(plan->context, written);
    return status;
}
