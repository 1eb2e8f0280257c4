// SPDX-License-Identifier: MIT
// Forward and backward of a session.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "kernels/layout/layout.h"
#include "plan/plan_memory.h"
#include "run/session.h"

// NCHW numbers into the lanes.
static void pack(const fovea_session *session, fovea_value v, const float *src, float *dst) {
    const fovea__splitting *split = &session->bound.split;
    int64_t size = fovea__value_size(&session->graph->value[v]);
    const fovea__layout_variant *lanes = fovea__layout_choose(fovea__context_cpu(session->context));
    for (int64_t g = 0; g < split->groups; g++)
        lanes->pack(fovea__group_samples(split, g), size, src + g * size * FOVEA__LANES,
                    dst + g * size * FOVEA__LANES);
}

static fovea_status call_probes(fovea_session *session, fovea_error *error) {
    if (session->passing || session->probes == 0) return FOVEA_OK;
    for (size_t n = 0; n < session->graph->node_count; n++)
        FOVEA__TRY(fovea__session_call_probes(session, n, error));
    return FOVEA_OK;
}

static fovea_status check_input(const fovea_session *session, int32_t i, const fovea_view *view,
                                int64_t samples, fovea_error *error) {
    const fovea__value *value = &session->graph->value[session->graph->input[i]];
    fovea__signature want = fovea__at_batch(value, samples);
    if (view->type == want.type && fovea_shape_equal(&view->shape, &want.shape) && view->data)
        return FOVEA_OK;
    char has[128], wants[128];
    fovea_shape_format(&view->shape, has, sizeof has);
    fovea_shape_format(&value->signature.shape, wants, sizeof wants);
    return fovea__fail_at(error, FOVEA_SHAPE_MISMATCH, value->name, -1, "got %s %s, wants %s %s",
                          fovea_type_name(view->type), has, fovea_type_name(want.type), wants);
}

static fovea_status begin(fovea_session *session, int64_t samples, fovea_error *error) {
    session->forward_done = session->backward_done = false;
    if (samples < 1 || samples > session->plan->samples)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a batch of %lld; this session takes 1 to %lld", (long long)samples,
                           (long long)session->plan->samples);
    session->bound.split = fovea__split(samples);
    return FOVEA_OK;
}

static fovea_status run_forward(fovea_session *session, fovea_error *error) {
    FOVEA__TRY(fovea__execute(session, 0, session->plan->forward.count, error));
    if (session->profile) session->profile->samples += session->bound.split.samples;
    session->forward_done = true;
    return call_probes(session, error);
}

// The batch of the first input that has one; 1 where none has.
static int64_t batch_of(const fovea_graph *graph, const fovea_view *inputs) {
    for (size_t i = 0; i < graph->input_count; i++)
        if (fovea__is_batched(&graph->value[graph->input[i]]))
            return inputs[i].shape.rank > 0 ? inputs[i].shape.dim[0] : 0;
    return 1;
}

fovea_status fovea_session_forward(fovea_session *session, const fovea_view *inputs, int32_t count,
                                   fovea_error *error) {
    const fovea_graph *graph = session->graph;
    if (count < 0 || (size_t)count != graph->input_count)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d inputs; the graph takes %zu", count,
                           graph->input_count);
    FOVEA__TRY(begin(session, batch_of(graph, inputs), error));
    for (int32_t i = 0; i < count; i++) {
        FOVEA__TRY(check_input(session, i, &inputs[i], session->bound.split.samples, error));
        session->input[i] = inputs[i];
        // What stands there already (fovea__session_place) need not be copied.
        if (session->plan->layout == FOVEA__LAYOUT_NCHW &&
            session->value[graph->input[i]] != inputs[i].data)
            memcpy(session->value[graph->input[i]], inputs[i].data,
                   (size_t)fovea_shape_count(&inputs[i].shape) * fovea_type_size(inputs[i].type));
    }
    session->bound.input = session->input;
    session->bound.picture = NULL;
    return run_forward(session, error);
}

static fovea_status feed_pictures(fovea_session *session, const uint8_t *const *picture,
                                  const float (*table)[256], int64_t samples, fovea_error *error) {
    fovea_value v = session->graph->input[0];
    const fovea__value *input = &session->graph->value[v];
    if (fovea__value_samples(input, samples) != samples)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, input->name, -1,
                              "%lld pictures for a net whose batch is always %lld",
                              (long long)samples, (long long)input->signature.shape.dim[0]);
    FOVEA__TRY(begin(session, fovea__is_batched(input) ? samples : 1, error));
    session->bound.picture = picture;
    session->bound.table = table;
    if (session->plan->layout == FOVEA__LAYOUT_NCHW) {
        int64_t channels = input->signature.shape.dim[1];
        int64_t pixels = fovea__sample_size(input) / channels;
        if (input->signature.type == FOVEA_F32)
            fovea__layout_u8_f32(samples, channels, pixels, picture, table, session->value[v]);
        else
            fovea__layout_u8_f64(samples, channels, pixels, picture, table, session->value[v]);
    }
    return FOVEA_OK;
}

fovea_status fovea__session_forward_pictures(fovea_session *session, const uint8_t *const *picture,
                                             const float (*table)[256], int64_t samples,
                                             fovea_error *error) {
    FOVEA__TRY(feed_pictures(session, picture, table, samples, error));
    return run_forward(session, error);
}

// Parameters are summed into: their gradients begin at zero but where a step overwrites them.
static void clear_parameter_gradients(fovea_session *session) {
    const fovea_graph *graph = session->graph;
    for (fovea_value v = 0; v < (fovea_value)graph->value_count; v++) {
        if (graph->value[v].kind != FOVEA_VALUE_PARAMETER || !session->gradient[v]) continue;
        if (fovea__parameter_overwritten(session->plan, v, &session->bound.split)) continue;
        int32_t slots = fovea__parameter_slots(session->plan, v, &session->bound.split);
        memset(session->gradient[v], 0,
               (size_t)(slots * fovea__value_size(&graph->value[v])) *
                   fovea_type_size(graph->value[v].signature.type));
    }
}

fovea_status fovea__session_backward_seeded(fovea_session *session, fovea_error *error) {
    clear_parameter_gradients(session);
    const fovea__plan *plan = session->plan;
    FOVEA__TRY(fovea__execute(session, plan->forward_steps, plan->steps.count, error));
    session->backward_done = true;
    return FOVEA_OK;
}

fovea_status fovea__session_train(fovea_session *session, const uint8_t *const *picture,
                                  const float (*table)[256], int64_t samples,
                                  fovea__loss_work *loss, void *user, fovea_error *error) {
    FOVEA__TRY(feed_pictures(session, picture, table, samples, error));
    session->bound.loss = loss;
    session->bound.loss_user = user;
    FOVEA__TRY(fovea__execute(session, 0, session->plan->steps.count, error));
    if (session->profile) session->profile->samples += samples;
    session->forward_done = session->backward_done = true;
    return FOVEA_OK;
}

void fovea__session_clear_seeds(fovea_session *session) {
    const fovea_graph *graph = session->graph;
    for (size_t o = 0; o < graph->output_count; o++) {
        fovea_value v = graph->output[o];
        int64_t lanes = fovea__session_in_lanes(session, v)
                            ? session->bound.split.groups * FOVEA__LANES
                            : session->bound.split.samples;
        int64_t samples = fovea__value_samples(&graph->value[v], lanes);
        if (session->gradient[v])
            memset(session->gradient[v], 0,
                   (size_t)(fovea__sample_size(&graph->value[v]) * samples) *
                       fovea_type_size(graph->value[v].signature.type));
    }
}

fovea_status fovea_session_backward(fovea_session *session, fovea_value output,
                                    const fovea_view *d_output, fovea_error *error) {
    const fovea_graph *graph = session->graph;
    bool found = false;
    if (session->plan->loss)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a trainer's session goes backward in the trainer's steps alone");
    for (size_t o = 0; o < graph->output_count; o++) found |= graph->output[o] == output;
    if (!found || !session->forward_done || !session->plan->backward)
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT,
            "backward needs an output of the graph, a session made with gradients and a "
            "forward before it");
    if (!session->gradient[output])
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, graph->value[output].name, -1,
                              "no gradient flows from this output: it is no float, or comes from "
                              "no input and no parameter by what can be differentiated");
    fovea__signature want = fovea__at_batch(&graph->value[output], session->bound.split.samples);
    if (d_output->type != want.type || !fovea_shape_equal(&d_output->shape, &want.shape) ||
        !d_output->data)
        return fovea__fail_at(error, FOVEA_SHAPE_MISMATCH, graph->value[output].name, -1,
                              "the gradient given has another type or shape than the output");
    fovea__session_clear_seeds(session);
    if (fovea__session_in_lanes(session, output))
        pack(session, output, d_output->data, session->gradient[output]);
    else
        memcpy(session->gradient[output], d_output->data,
               (size_t)fovea_shape_count(&want.shape) * fovea_type_size(want.type));
    return fovea__session_backward_seeded(session, error);
}
