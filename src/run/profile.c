// SPDX-License-Identifier: MIT
#include "run/profile.h"

#include <string.h>

#include "base/memory.h"
#include "base/os.h"
#include "run/session.h"

void fovea__profile_add(fovea__profile *profile, size_t step, int32_t worker, double start) {
    fovea__clock *clock = &profile->clock[(size_t)worker * profile->steps + step];
    double took = fovea__seconds() - start;
    clock->seconds += took;
    if (clock->calls++ == 0 || took < clock->fastest) clock->fastest = took;
}

void fovea__profile_free(fovea_context *context, fovea__profile *profile) {
    if (!profile) return;
    fovea__free(context, profile->clock);
    fovea__free(context, profile);
}

fovea_status fovea_session_profile(fovea_session *session, fovea_error *error) {
    fovea__profile *profile = session->profile;
    if (!profile) {
        profile = session->profile = fovea__new(session->context, 1, sizeof *profile, error);
        if (!profile) return FOVEA_OUT_OF_MEMORY;
        profile->workers = session->workers;
        profile->steps = session->plan->steps.count;
        profile->clock = fovea__new(session->context, profile->steps * (size_t)profile->workers,
                                    sizeof *profile->clock, error);
        if (!profile->clock) {
            fovea__profile_free(session->context, profile);
            session->profile = NULL;
            return FOVEA_OUT_OF_MEMORY;
        }
    }
    memset(profile->clock, 0, profile->steps * (size_t)profile->workers * sizeof *profile->clock);
    profile->samples = 0;
    return FOVEA_OK;
}

int32_t fovea_session_step_count(const fovea_session *session) {
    return (int32_t)(session->plan->steps.count);
}

// Multiply-adds of a convolution or linear layer for one sample, without the bias.
static int64_t products(const fovea__plan *plan, const fovea__lowered *lowered) {
    const fovea_graph *graph = lowered->graph;
    const fovea__node *node = lowered->node;
    if (node->in_count < 2 || node->in[1] < 0) return 0;
    const fovea__value *weight = &graph->value[node->in[1]];
    if (weight->kind != FOVEA_VALUE_PARAMETER || weight->signature.shape.rank < 2) return 0;
    const fovea__fusion *fusion = plan->fusion ? plan->fusion[lowered->index] : NULL;
    const fovea_shape *out = fusion ? &fusion->shape : &graph->value[node->out[0]].signature.shape;
    int64_t products = fovea__value_size(weight);
    for (int32_t d = 2; d < out->rank; d++) products *= out->dim[d];
    return products;
}

// Big weights are summed by the tile step of their node, others by its group step; the plain plan has
// one step for both.
static bool sums_weight(const fovea_session *session, const fovea__step *step) {
    if (session->plan->layout == FOVEA__LAYOUT_NCHW) return fovea__wants(step->lowered, 1);
    const fovea__splitting *split = &session->bound.split;
    int32_t slots = fovea__parameter_slots(session->plan, step->lowered->node->in[1], split);
    return (slots == split->slots) == (step->kind == FOVEA__STEP_GROUP);
}

// How many such sums a step computes.
static int times(const fovea_session *session, const fovea__step *step, bool after) {
    if (!after) return strcmp(step->what, step->lowered->node->op->name) == 0;
    if (strcmp(step->what, "input gradient") == 0) return 1;
    if (strcmp(step->what, "weight gradient") == 0) return sums_weight(session, step);
    if (strcmp(step->what, "gradients") == 0)
        return fovea__wants(step->lowered, 0) +
               (fovea__wants(step->lowered, 1) && sums_weight(session, step));
    if (strcmp(step->what, step->lowered->node->op->name) != 0) return 0;
    return fovea__wants(step->lowered, 0) + fovea__wants(step->lowered, 1);
}

fovea_step_time fovea_session_step(const fovea_session *session, int32_t index) {
    const fovea__step *step = &session->plan->steps.step[index];
    bool back = (size_t)index >= session->plan->forward_steps;
    fovea_step_time row = {.node = step->lowered ? step->lowered->node->name : "",
                           .op = step->lowered ? step->lowered->node->op->text : "",
                           .what = step->what,
                           .backward = back};
    const fovea__profile *profile = session->profile;
    for (int32_t w = 0; profile && w < profile->workers; w++) {
        const fovea__clock *clock = &profile->clock[(size_t)w * profile->steps + (size_t)index];
        row.seconds += clock->seconds;
        if (clock->seconds > row.longest) row.longest = clock->seconds;
        if (row.calls == 0 || (clock->calls && clock->fastest < row.fastest))
            row.fastest = clock->fastest;
        row.calls += clock->calls;
    }
    if (row.calls > 0 && step->lowered && products(session->plan, step->lowered) > 0)
        row.multiply_adds = (double)products(session->plan, step->lowered) *
                            times(session, step, back) * (double)profile->samples;
    return row;
}
