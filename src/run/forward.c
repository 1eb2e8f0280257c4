// SPDX-License-Identifier: MIT
// Forward and backward of a session, and what can be read from it afterwards.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "kernels/layout/layout.h"
#include "plan/plan_memory.h"
#include "run/session.h"

static bool is_n16(const fovea_session *session, fovea_value v) {
    return session->plan->layout == FOVEA__LAYOUT_N16 &&
           fovea__is_batched(&session->graph->value[v]);
}

static const fovea__layout_variant *layout_of(const fovea_session *session) {
    return fovea__layout_choose(fovea__context_cpu(session->context));
}

// NCHW copy of batched memory into `dst`, and the other way round.
static void unpack(const fovea_session *session, fovea_value v, const float *src, float *dst) {
    const fovea__splitting *split = &session->bound.split;
    int64_t size = fovea__value_size(&session->graph->value[v]);
    for (int64_t g = 0; g < split->groups; g++)
        layout_of(session)->unpack(fovea__group_samples(split, g), size,
                                   src + g * size * FOVEA__LANES, dst + g * size * FOVEA__LANES);
}

static void pack(const fovea_session *session, fovea_value v, const float *src, float *dst) {
    const fovea__splitting *split = &session->bound.split;
    int64_t size = fovea__value_size(&session->graph->value[v]);
    for (int64_t g = 0; g < split->groups; g++)
        layout_of(session)->pack(fovea__group_samples(split, g), size,
                                 src + g * size * FOVEA__LANES, dst + g * size * FOVEA__LANES);
}

static fovea_status copy_out(const fovea_session *session, fovea_value v, void *const *memory,
                             fovea_tensor **tensor, fovea_error *error) {
    fovea__signature at = fovea__at_batch(&session->graph->value[v], session->bound.split.samples);
    FOVEA__TRY(fovea_tensor_create(session->context, at.type, &at.shape, tensor, error));
    fovea_view view = fovea_tensor_view(*tensor);
    if (is_n16(session, v))
        unpack(session, v, memory[v], view.data);
    else
        memcpy(view.data, memory[v],
               (size_t)fovea_shape_count(&at.shape) * fovea_type_size(at.type));
    return FOVEA_OK;
}

static bool is_shown(const fovea_session *session, fovea_value v) {
    return fovea__session_keeps(session, v) || (session->passing && session->value[v]);
}

fovea_status fovea__session_call_probes(fovea_session *session, size_t n, fovea_error *error) {
    const fovea__node *node = &session->graph->node[n];
    for (int32_t o = 0; o < node->out_count; o++) {
        fovea_value v = node->out[o];
        if (!is_shown(session, v)) continue;
        for (int32_t p = 0; p < session->probes; p++) {
            if (session->probe[p].value != FOVEA_NO_VALUE && session->probe[p].value != v) continue;
            fovea_tensor *copy;
            FOVEA__TRY(copy_out(session, v, session->value, &copy, error));
            fovea_view view = fovea_tensor_view(copy);
            session->probe[p].call(session->probe[p].user, session->graph, v, &view);
            fovea_tensor_free(copy);
        }
    }
    return FOVEA_OK;
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
        int64_t lanes = is_n16(session, v) ? session->bound.split.groups * FOVEA__LANES
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
    if (is_n16(session, output))
        pack(session, output, d_output->data, session->gradient[output]);
    else
        memcpy(session->gradient[output], d_output->data,
               (size_t)fovea_shape_count(&want.shape) * fovea_type_size(want.type));
    return fovea__session_backward_seeded(session, error);
}

void *fovea__session_place(const fovea_session *session, fovea_value v, bool gradient) {
    if (session->plan->layout != FOVEA__LAYOUT_NCHW) return NULL;
    return gradient ? session->gradient[v] : session->value[v];
}

bool fovea__session_keeps(const fovea_session *session, fovea_value v) {
    fovea_value_kind kind = session->graph->value[v].kind;
    bool own = kind == FOVEA_VALUE_PARAMETER || kind == FOVEA_VALUE_BUFFER;
    return own || (session->plan->place[v].kept && !session->plan->hidden[v]);
}

fovea_status fovea_session_value(const fovea_session *session, fovea_value value,
                                 fovea_tensor **tensor, fovea_error *error) {
    if (value < 0 || (size_t)value >= session->graph->value_count || !session->forward_done)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "value %d was not computed", value);
    if (!fovea__session_keeps(session, value))
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, session->graph->value[value].name, -1,
                              "is not kept here: its memory is shared, it is computed together "
                              "with others, or pooling goes before it");
    return copy_out(session, value, session->value, tensor, error);
}

// Adds the slots of a parameter's gradient by the tree T into the tensor.
static fovea_status sum_slots(const fovea_session *session, fovea_value v, fovea_tensor **tensor,
                              fovea_error *error) {
    const fovea__value *value = &session->graph->value[v];
    FOVEA__TRY(fovea_tensor_create(session->context, value->signature.type, &value->signature.shape,
                                   tensor, error));
    fovea_view view = fovea_tensor_view(*tensor);
    int64_t count = fovea__value_size(value);
    int32_t slots = fovea__parameter_slots(session->plan, v, &session->bound.split);
    if (value->signature.type != FOVEA_F32) {
        memcpy(view.data, session->gradient[v], (size_t)count * sizeof(double));
        return FOVEA_OK;
    }
    const float *part = session->gradient[v];
    for (int64_t i = 0; i < count; i++) {
        float one[FOVEA__MAX_SLOTS];
        for (int32_t s = 0; s < slots; s++) one[s] = part[s * count + i];
        ((float *)view.data)[i] = fovea__tree_f32(one, slots);
    }
    return FOVEA_OK;
}

static bool keeps_gradient(const fovea_session *session, fovea_value v) {
    return session->graph->value[v].kind == FOVEA_VALUE_PARAMETER ||
           session->plan->place[fovea__gradient_buffer(session->plan, v)].kept;
}

fovea_status fovea_session_gradient(const fovea_session *session, fovea_value value,
                                    fovea_tensor **tensor, fovea_error *error) {
    if (value < 0 || (size_t)value >= session->graph->value_count || !session->backward_done ||
        !session->gradient[value] || session->plan->hidden[value] ||
        !keeps_gradient(session, value))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "value %d has no gradient", value);
    if (session->graph->value[value].kind == FOVEA_VALUE_PARAMETER)
        return sum_slots(session, value, tensor, error);
    return copy_out(session, value, session->gradient, tensor, error);
}

fovea_status fovea_session_add_probe(fovea_session *session, fovea_value value, fovea_probe *probe,
                                     void *user, fovea_error *error) {
    const fovea_graph *graph = session->graph;
    if (session->probes >= FOVEA__MAX_PROBES)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "more than %d probes", FOVEA__MAX_PROBES);
    if (value != FOVEA_NO_VALUE && fovea_graph_value(graph, value).node < 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "value %d is computed by no node", value);
    if (value != FOVEA_NO_VALUE && !is_shown(session, value))
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, graph->value[value].name, -1,
                              "is not kept in training");
    session->probe[session->probes].value = value;
    session->probe[session->probes].call = probe;
    session->probe[session->probes++].user = user;
    return FOVEA_OK;
}

fovea_status fovea_session_plan(const fovea_session *session, char **text, fovea_error *error) {
    return fovea__plan_print(session->plan, text, error);
}
