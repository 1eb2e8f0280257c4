// SPDX-License-Identifier: MIT
// The plain plan: one node = one step over NCHW views of the whole batch.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "kernels/binary/binary.h"
#include "plan/plan.h"

// Shape of value v at the bound batch over its memory.
static fovea_view view_of(const fovea__bound *bound, fovea_value v, void *const *memory) {
    if (v < 0) return (fovea_view){FOVEA_TYPE_NONE, {0}, NULL};
    const fovea__value *value = &bound->plan->graph->value[v];
    fovea__signature at = fovea__at_batch(value, bound->split.samples);
    return (fovea_view){at.type, at.shape, memory[v]};
}

static fovea__call make_call(const fovea__lowered *lowered, const fovea__bound *bound,
                             fovea_view *in, fovea_view *out) {
    const fovea__node *node = lowered->node;
    for (int32_t i = 0; i < node->in_count; i++) in[i] = view_of(bound, node->in[i], bound->value);
    for (int32_t i = 0; i < node->out_count; i++)
        out[i] = view_of(bound, node->out[i], bound->value);
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
    fovea__call call = make_call(step->lowered, bound, in, out);
    fovea_status status = step->lowered->node->op->forward(&call, error);
    return status == FOVEA_OK ? status : fovea__fail_in(error, status, step->lowered->node->name);
}

static void accumulate(const fovea_view *from, void *to) {
    int64_t count = fovea_shape_count(&from->shape);
    if (from->type == FOVEA_F32)
        fovea__binary_accumulate_f32(count, from->data, to);
    else
        fovea__binary_accumulate_f64(count, from->data, to);
}

static fovea_status backward(const fovea__step *step, const fovea__bound *bound, int64_t item,
                             int32_t worker, fovea_error *error) {
    (void)item;
    const fovea__lowered *lowered = step->lowered;
    const fovea__node *node = lowered->node;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    fovea_view d_out[FOVEA__MAX_OUTPUTS], d_in[FOVEA__MAX_INPUTS];
    fovea__call call = make_call(lowered, bound, in, out);
    for (int32_t i = 0; i < node->out_count; i++)
        d_out[i] = i ? (fovea_view){0} : view_of(bound, node->out[0], bound->gradient);
    uint8_t *scratch = bound->scratch[worker];
    for (int32_t i = 0; i < node->in_count; i++) {
        d_in[i] = in[i];
        d_in[i].data = NULL;
        if (!fovea__wants(lowered, i)) continue;
        bool add = fovea__accumulates(lowered, i);
        d_in[i].data = add ? scratch : bound->gradient[node->in[i]];
        if (add)
            scratch += (size_t)fovea_shape_count(&d_in[i].shape) * fovea_type_size(d_in[i].type);
    }
    fovea_status status = node->op->vjp(&call, d_out, d_in, error);
    if (status != FOVEA_OK) return fovea__fail_in(error, status, node->name);
    for (int32_t i = 0; i < node->in_count; i++)
        if (fovea__accumulates(lowered, i)) accumulate(&d_in[i], bound->gradient[node->in[i]]);
    return FOVEA_OK;
}

static void need_scratch(fovea__plan *plan, const fovea__lowered *lowered) {
    size_t scratch = 0;
    for (int32_t i = 0; i < lowered->node->in_count; i++) {
        if (!fovea__accumulates(lowered, i)) continue;
        const fovea__value *value = &plan->graph->value[lowered->node->in[i]];
        int64_t samples = fovea__is_batched(value) ? plan->samples : 1;
        scratch += (size_t)(fovea__value_size(value) * samples) * fovea_type_size(plan->type);
    }
    if (scratch > plan->scratch) plan->scratch = scratch;
}

static fovea_status lower(fovea__plan *plan, uint8_t *written, fovea_error *error) {
    size_t nodes = plan->graph->node_count;
    for (size_t v = 0; v < plan->graph->value_count; v++) plan->single[v] = 1;
    // The caller seeds the gradients of the outputs; readers of an output add to that.
    for (size_t o = 0; o < plan->graph->output_count; o++) written[plan->graph->output[o]] = 1;
    for (size_t n = 0; n < nodes; n++) {
        fovea__lowered *lowered = &plan->lowered[n];
        fovea__step step = {.kind = FOVEA__STEP_ONCE,
                            .node = (int32_t)n,
                            .what = lowered->node->op->name,
                            .run = forward,
                            .lowered = lowered};
        FOVEA__TRY(fovea__steps_add(plan->context, &plan->forward, &step, error));
    }
    for (size_t n = nodes; plan->backward && n-- > 0;) {
        fovea__lowered *lowered = &plan->lowered[n];
        if (!lowered->wanted) continue;
        fovea__mark_accumulation(lowered, written);
        need_scratch(plan, lowered);
        fovea__step step = {.kind = FOVEA__STEP_ONCE,
                            .node = (int32_t)n,
                            .what = lowered->node->op->name,
                            .run = backward,
                            .lowered = lowered};
        FOVEA__TRY(fovea__steps_add(plan->context, &plan->after, &step, error));
    }
    return FOVEA_OK;
}

fovea_status fovea__lower_plain(fovea__plan *plan, fovea_error *error) {
    uint8_t *written = fovea__new(plan->context, plan->graph->value_count, 1, error);
    if (!written) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = lower(plan, written, error);
    fovea__free(plan->context, written);
    return status;
}
