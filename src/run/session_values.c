// SPDX-License-Identifier: MIT
// What can be read from a session: values, gradients, while they pass and afterwards.
#include <string.h>

#include "base/fail.h"
#include "kernels/layout/layout.h"
#include "plan/plan_memory.h"
#include "run/session.h"

// NCHW copy of batched memory into `dst`.
static void unpack(const fovea_session *session, fovea_value v, const float *src, float *dst) {
    const fovea__splitting *split = &session->bound.split;
    int64_t size = fovea__value_size(&session->graph->value[v]);
    const fovea__layout_variant *lanes = fovea__layout_choose(fovea__context_cpu(session->context));
    for (int64_t g = 0; g < split->groups; g++)
        lanes->unpack(fovea__group_samples(split, g), size, src + g * size * FOVEA__LANES,
                      dst + g * size * FOVEA__LANES);
}

static fovea_status copy_out(const fovea_session *session, fovea_value v, void *const *memory,
                             fovea_tensor **tensor, fovea_error *error) {
    fovea__signature at = fovea__at_batch(&session->graph->value[v], session->bound.split.samples);
    FOVEA__TRY(fovea_tensor_create(session->context, at.type, &at.shape, tensor, error));
    fovea_view view = fovea_tensor_view(*tensor);
    if (fovea__session_in_lanes(session, v))
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
