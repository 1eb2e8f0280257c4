// SPDX-License-Identifier: MIT
// What the steps of batch-in-lanes nodes read and write.
#include "plan/n16.h"
#include "plan/plan_memory.h"

static void values_in(const fovea__lowered *lowered, fovea__lifetimes *lifetimes) {
    for (int32_t i = 0; i < lowered->node->in_count; i++)
        fovea__uses_value(lifetimes, lowered->node->in[i]);
}

static void values_out(const fovea__lowered *lowered, fovea__lifetimes *lifetimes) {
    for (int32_t i = 0; i < lowered->node->out_count; i++)
        fovea__uses_value(lifetimes, lowered->node->out[i]);
}

void fovea__uses_input(const fovea__step *step, fovea__lifetimes *lifetimes) {
    (void)step;
    fovea__uses_value(lifetimes, fovea__lifetimes_plan(lifetimes)->graph->input[0]);
}

void fovea__uses_forward(const fovea__step *step, fovea__lifetimes *lifetimes) {
    const fovea__lowered *lowered = step->lowered;
    values_in(lowered, lifetimes);
    values_out(lowered, lifetimes);
    if (lowered->family->in_place)
        for (int32_t i = 0; i < lowered->node->in_count; i++)
            fovea__value_replaces(lifetimes, lowered->node->in[i], lowered->node->out[0]);
}

// The outputs beside the first: sums over the whole batch.
void fovea__uses_merge(const fovea__step *step, fovea__lifetimes *lifetimes) {
    for (int32_t i = 1; i < step->lowered->node->out_count; i++)
        fovea__uses_value(lifetimes, step->lowered->node->out[i]);
}

void fovea__uses_forward_gather(const fovea__step *step, fovea__lifetimes *lifetimes) {
    values_in(step->lowered, lifetimes);
}

// What both the gradients of weights and of inputs start from.
static void gradient_sources(const fovea__lowered *lowered, fovea__lifetimes *lifetimes) {
    uint8_t unread = lowered->family->unread | lowered->unread;
    if (!(unread & FOVEA__UNREAD_INPUT)) fovea__uses_value(lifetimes, lowered->node->in[0]);
    if (!(unread & (FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OTHERS))) values_in(lowered, lifetimes);
    if (!(unread & FOVEA__UNREAD_OUTPUT)) values_out(lowered, lifetimes);
    fovea__uses_gradient(lifetimes, lowered->node->out[0]);
}

void fovea__uses_backward_gather(const fovea__step *step, fovea__lifetimes *lifetimes) {
    gradient_sources(step->lowered, lifetimes);
}

void fovea__uses_weight_gradient(const fovea__step *step, fovea__lifetimes *lifetimes) {
    gradient_sources(step->lowered, lifetimes);
    fovea__uses_value(lifetimes, step->lowered->node->in[0]);
}

void fovea__uses_backward(const fovea__step *step, fovea__lifetimes *lifetimes) {
    const fovea__lowered *lowered = step->lowered;
    const fovea__node *node = lowered->node;
    gradient_sources(lowered, lifetimes);
    for (int32_t i = 0; i < node->in_count; i++)
        if (fovea__wants(lowered, i)) fovea__uses_gradient(lifetimes, node->in[i]);
    if (!lowered->family->d_in_place) return;
    for (int32_t i = 0; i < node->in_count; i++)
        if (fovea__wants(lowered, i) && !fovea__accumulates(lowered, i))
            fovea__gradient_replaces(lifetimes, node->out[0], node->in[i]);
}
