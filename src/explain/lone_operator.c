// SPDX-License-Identifier: MIT
#include "explain/lone_operator.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

static size_t bytes_of(const fovea_view *view) {
    return (size_t)fovea_shape_count(&view->shape) * fovea_type_size(view->type);
}

static fovea_status copy(fovea_context *context, const fovea__call *call, int32_t i,
                         fovea_view *view, fovea_error *error) {
    if (i < 0 || i >= call->in_count || !call->in[i].data) return FOVEA_OK;
    *view = call->in[i];
    view->data = fovea__new(context, bytes_of(view), 1, error);
    if (!view->data) return FOVEA_OUT_OF_MEMORY;
    memcpy(view->data, call->in[i].data, bytes_of(view));
    return FOVEA_OK;
}

// The other inputs become constants with the numbers of the call, or with the copies.
static void set_constants(fovea__lone_operator *lone, const fovea__node *node,
                          const fovea__call *call, int32_t x, int32_t weight, int32_t bias) {
    lone->graph->input_count = 1;
    for (int32_t i = 0; i < node->in_count; i++) {
        if (i == x || node->in[i] < 0) continue;
        fovea__value *value = &lone->graph->value[node->in[i]];
        value->kind = FOVEA_VALUE_BUFFER;
        value->data = i == weight ? lone->weight.data : i == bias ? lone->bias.data : NULL;
        if (!value->data) value->data = call->in[i].data;
    }
    lone->graph->numbers = &lone->numbers;
}

static fovea_status open(const fovea_graph *graph, const fovea__node *node, const fovea__call *call,
                         int32_t x, int32_t weight, int32_t bias, fovea__lone_operator *lone,
                         fovea_error *error) {
    fovea_value from[FOVEA__MAX_INPUTS] = {node->in[x]};
    int32_t count = 1;
    for (int32_t i = 0; i < node->in_count; i++)
        if (i != x && node->in[i] >= 0) from[count++] = node->in[i];
    FOVEA__TRY(fovea__graph_cut(graph, from, count, &node->out[0], 1, &lone->graph, error));
    FOVEA__TRY(copy(graph->context, call, weight, &lone->weight, error));
    FOVEA__TRY(copy(graph->context, call, bias, &lone->bias, error));
    set_constants(lone, node, call, x, weight, bias);
    fovea_session_options how;
    fovea_session_options_default(&how);
    how.gradients = 1;
    how.plan = "plain";
    fovea__session_needs needs = {.input_gradient = true};
    return fovea__session_create(lone->graph, &how, needs, &lone->session, error);
}

fovea_status fovea__lone_open(const fovea_graph *graph, const fovea__node *node,
                              const fovea__call *call, int32_t x, int32_t weight, int32_t bias,
                              fovea__lone_operator *lone, fovea_error *error) {
    *lone = (fovea__lone_operator){.x = node->in[x], .y = node->out[0]};
    fovea_status status = open(graph, node, call, x, weight, bias, lone, error);
    if (status != FOVEA_OK) fovea__lone_close(lone);
    return status;
}

void fovea__lone_written(fovea__lone_operator *lone) {
    atomic_fetch_add(&lone->numbers.written, 1);
}

static fovea_view view_of(const fovea__lone_operator *lone, fovea_value v, void *data) {
    fovea__signature at = fovea__at_batch(&lone->graph->value[v], 1);
    return (fovea_view){at.type, at.shape, data};
}

fovea_status fovea__lone_forward(fovea__lone_operator *lone, const fovea_view *x, fovea_view *y,
                                 fovea_error *error) {
    FOVEA__TRY(fovea_session_forward(lone->session, x, 1, error));
    *y = view_of(lone, lone->y, lone->session->value[lone->y]);
    return FOVEA_OK;
}

fovea_status fovea__lone_backward(fovea__lone_operator *lone, const fovea_view *d_y,
                                  fovea_view *d_x, fovea_error *error) {
    fovea_session *session = lone->session;
    session->bound.split = fovea__split(1);
    memcpy(session->gradient[lone->y], d_y->data, bytes_of(d_y));
    FOVEA__TRY(fovea__session_backward_seeded(session, error));
    *d_x = view_of(lone, lone->x, session->gradient[lone->x]);
    return FOVEA_OK;
}

void fovea__lone_close(fovea__lone_operator *lone) {
    fovea_context *context = lone->graph ? lone->graph->context : NULL;
    fovea_session_free(lone->session);
    if (context) {
        fovea__free(context, lone->weight.data);
        fovea__free(context, lone->bias.data);
    }
    fovea__graph_cut_free(lone->graph);
    *lone = (fovea__lone_operator){0};
}
