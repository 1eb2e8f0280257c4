// SPDX-License-Identifier: MIT
// Going back in the plain plan: the gradients a family computes in parts, and by the operator's own
// vjp, or the rule that stands for it, the rest.
#include "base/fail.h"
#include "kernels/binary/binary.h"
#include "plan/plain.h"

static fovea_status backward_part(const fovea__step *step, const fovea__bound *bound, int64_t item,
                                  int32_t worker, fovea_error *error) {
    (void)error;
    step->lowered->parts->backward(step->lowered, bound, item / step->tiles, item % step->tiles,
                                   bound->scratch[worker]);
    return FOVEA_OK;
}

static fovea_status weight_part(const fovea__step *step, const fovea__bound *bound, int64_t item,
                                int32_t worker, fovea_error *error) {
    (void)error;
    step->lowered->parts->weight_gradient(step->lowered, bound, item, bound->scratch[worker]);
    return FOVEA_OK;
}

// Parts the family computes the gradients of weights in, 0: it does not.
static int64_t weight_parts(const fovea__lowered *lowered) {
    const fovea__plain_family *family = lowered->parts;
    if (lowered->ruled || !family || !(family->weights & lowered->wanted)) return 0;
    return family->weight_parts(lowered);
}

bool fovea__plain_has_backward_parts(const fovea__lowered *lowered) {
    return !lowered->ruled && lowered->parts && lowered->parts->backward &&
           fovea__wants(lowered, 0);
}

// Whether the operator's own vjp computes the gradient of input i.
static bool wants_of_vjp(const fovea__lowered *lowered, int32_t i) {
    if (fovea__plain_has_backward_parts(lowered) && (i == 0 || lowered->parts->beside >> i & 1))
        return false;
    if (lowered->parts && lowered->parts->weights >> i & 1 && weight_parts(lowered)) return false;
    return fovea__wants(lowered, i);
}

// The step of the operator's own vjp.
static const char *vjp_name(const fovea__lowered *lowered) {
    bool inputs = false, parameters = false;
    for (int32_t i = 0; i < lowered->node->in_count; i++) {
        if (!wants_of_vjp(lowered, i)) continue;
        fovea_value_kind kind = lowered->graph->value[lowered->node->in[i]].kind;
        *(kind == FOVEA_VALUE_PARAMETER ? &parameters : &inputs) = true;
    }
    if (inputs) return parameters ? "gradients" : "input gradient";
    return wants_of_vjp(lowered, 1) ? "weight gradient" : "bias gradient";
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
    fovea__call call = fovea__plain_call(lowered, bound, in, out);
    for (int32_t i = 0; i < node->out_count; i++)
        d_out[i] = i ? (fovea_view){0} : fovea__plain_view(bound, node->out[0], bound->gradient);
    uint8_t *scratch = bound->scratch[worker];
    for (int32_t i = 0; i < node->in_count; i++) {
        d_in[i] = in[i];
        d_in[i].data = NULL;
        if (!wants_of_vjp(lowered, i)) continue;
        bool add = fovea__accumulates(lowered, i);
        d_in[i].data = add ? scratch : bound->gradient[node->in[i]];
        if (add)
            scratch += (size_t)fovea_shape_count(&d_in[i].shape) * fovea_type_size(d_in[i].type);
    }
    const fovea__rules *rules = &bound->plan->rules;
    fovea_status status = lowered->ruled ? rules->backward(rules->user, lowered->graph, node, &call,
                                                           d_out, d_in, error)
                                         : node->op->vjp(&call, d_out, d_in, error);
    if (status != FOVEA_OK) return fovea__fail_in(error, status, node->name);
    for (int32_t i = 0; i < node->in_count; i++)
        if (wants_of_vjp(lowered, i) && fovea__accumulates(lowered, i))
            accumulate(&d_in[i], bound->gradient[node->in[i]]);
    return FOVEA_OK;
}

void fovea__plain_need_scratch(fovea__plan *plan, const fovea__lowered *lowered) {
    size_t scratch = 0;
    for (int32_t i = 0; i < lowered->node->in_count; i++) {
        if (!fovea__accumulates(lowered, i)) continue;
        const fovea__value *value = &plan->graph->value[lowered->node->in[i]];
        int64_t samples = fovea__is_batched(value) ? plan->samples : 1;
        scratch +=
            (size_t)(fovea__value_size(value) * samples) * fovea_type_size(value->signature.type);
    }
    if (scratch > plan->scratch) plan->scratch = scratch;
}

// What the family computes besides the gradient of input 0 is no step of its own.
static const char *backward_name(const fovea__lowered *lowered) {
    return lowered->parts->beside & lowered->wanted ? "gradients" : "input gradient";
}

fovea_status fovea__plain_lower_backward(fovea__plan *plan, fovea_error *error) {
    for (size_t n = plan->graph->node_count; n-- > 0;) {
        const fovea__lowered *lowered = &plan->lowered[n];
        if (fovea__plain_has_backward_parts(lowered))
            FOVEA__TRY(fovea__plain_add_step(
                plan, &plan->after, fovea__plain_kind(lowered), lowered, backward_name(lowered),
                lowered->parts->parts(lowered, true), backward_part, error));
        if (weight_parts(lowered))
            FOVEA__TRY(fovea__plain_add_step(plan, &plan->after, FOVEA__STEP_TILE, lowered,
                                             "weight gradient", weight_parts(lowered), weight_part,
                                             error));
        bool rest = false;
        for (int32_t i = 0; i < lowered->node->in_count; i++) rest |= wants_of_vjp(lowered, i);
        if (rest)
            FOVEA__TRY(fovea__plain_add_step(plan, &plan->after, FOVEA__STEP_ONCE, lowered,
                                             vjp_name(lowered), 0, backward, error));
    }
    return FOVEA_OK;
}
