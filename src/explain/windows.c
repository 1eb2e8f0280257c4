// SPDX-License-Identifier: MIT
#include "explain/windows.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/windows_parts.h"

static fovea_status set_shapes(const fovea__windows *windows, fovea__segment *segment,
                               fovea_error *error) {
    fovea_graph *graph = segment->graph;
    for (int32_t i = 0; i < segment->inputs; i++)
        for (int32_t d = 0; d < 2; d++)
            graph->value[segment->input[i].value].signature.shape.dim[2 + d] =
                segment->input[i].size[d];
    for (size_t n = 0; n < graph->node_count; n++) {
        fovea__node *node = &graph->node[n];
        fovea__signature in[FOVEA__MAX_INPUTS] = {{0}}, out[FOVEA__MAX_OUTPUTS];
        for (int32_t i = 0; i < node->in_count; i++)
            if (node->in[i] >= 0) in[i] = graph->value[node->in[i]].signature;
        fovea__without_border(node);
        FOVEA__TRY(node->op->shape(&node->attributes, in, node->in_count, out, error));
        for (int32_t o = 0; o < node->out_count; o++) graph->value[node->out[o]].signature = out[o];
    }
    const fovea_shape *shape = &graph->value[segment->out].signature.shape;
    for (int32_t d = 0; d < 2; d++)
        if (shape->dim[2 + d] != windows->reach->size[segment->out][d])
            return fovea__fail_at(error, FOVEA_FAILED, graph->value[segment->out].name, -1,
                                  "has %lld cells along dimension %d of a window of %lld",
                                  (long long)shape->dim[2 + d], 2 + d,
                                  (long long)windows->reach->size[segment->out][d]);
    return FOVEA_OK;
}

static fovea_status open_segment(fovea__windows *windows, fovea__segment *segment,
                                 fovea_error *error) {
    fovea_value from[FOVEA__MAX_INPUTS];
    for (int32_t i = 0; i < segment->inputs; i++) from[i] = segment->input[i].value;
    FOVEA__TRY(fovea__graph_cut(fovea__windows_graph(windows), from, segment->inputs, &segment->out,
                                1, &segment->graph, error));
    FOVEA__TRY(set_shapes(windows, segment, error));
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = windows->samples;
    fovea__session_needs needs = {.outputs_only = true};
    FOVEA__TRY(fovea__session_create(segment->graph, &options, needs, &segment->session, error));
    for (int32_t i = 0; i < segment->inputs; i++) {
        fovea__signature at =
            fovea__at_batch(&segment->graph->value[segment->input[i].value], windows->samples);
        FOVEA__TRY(fovea_tensor_create(windows->explainer->context, at.type, &at.shape,
                                       &segment->input[i].crop, error));
    }
    return FOVEA_OK;
}

// All stored values of x itself.
static fovea_status run_whole(fovea__windows *windows, const fovea_graph *head, const fovea_view *x,
                              fovea_error *error) {
    fovea_session *session = NULL;
    fovea_session_options options;
    fovea_session_options_default(&options);
    fovea__session_needs needs = {0};
    FOVEA__TRY(fovea__session_create(head, &options, needs, &session, error));
    fovea_status status = fovea_session_forward(session, x, 1, error);
    for (fovea_value v = 0; v < (fovea_value)head->value_count && status == FOVEA_OK; v++)
        if (windows->needed[v] && windows->stored[v])
            status = fovea_session_value(session, v, &windows->whole[v], error);
    fovea_session_free(session);
    return status;
}

static fovea_status keep_whole(fovea__windows *windows, const fovea_view *x, fovea_error *error) {
    const fovea_graph *graph = fovea__windows_graph(windows);
    fovea_value from = graph->input[0];
    if (windows->resume == from) {
        FOVEA__TRY(fovea_tensor_create(windows->explainer->context, x->type, &x->shape,
                                       &windows->whole[from], error));
        fovea_view copy = fovea_tensor_view(windows->whole[from]);
        memcpy(copy.data, x->data, (size_t)fovea_shape_count(&x->shape) * fovea_type_size(x->type));
        return FOVEA_OK;
    }
    fovea_graph *head = NULL;
    FOVEA__TRY(fovea__graph_cut(graph, &from, 1, &windows->resume, 1, &head, error));
    fovea_status status = run_whole(windows, head, x, error);
    fovea__graph_cut_free(head);
    return status;
}

// Memory for the changed cells of x, which the baseline is copied into.
static fovea_status new_patches(fovea__windows *windows, fovea_error *error) {
    fovea_value v = fovea__windows_graph(windows)->input[0];
    fovea__signature at =
        fovea__at_batch(&fovea__windows_graph(windows)->value[v], windows->samples);
    for (int32_t d = 0; d < 2; d++) at.shape.dim[2 + d] = windows->reach->size[v][d];
    return fovea_tensor_create(windows->explainer->context, at.type, &at.shape, &windows->part[v],
                               error);
}

static fovea_status prepare(fovea__windows *windows, const fovea_view *x, fovea_error *error) {
    fovea_context *context = windows->explainer->context;
    const fovea_graph *graph = fovea__windows_graph(windows);
    size_t values = graph->value_count;
    windows->needed = fovea__new(context, values, 1, error);
    windows->stored = fovea__new(context, values, 1, error);
    windows->whole = fovea__new(context, values, sizeof *windows->whole, error);
    windows->part = fovea__new(context, values, sizeof *windows->part, error);
    windows->segment = fovea__new(context, graph->node_count, sizeof *windows->segment, error);
    if (!windows->needed || !windows->stored || !windows->whole || !windows->part ||
        !windows->segment)
        return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(fovea__windows_find_segments(windows, error));
    FOVEA__TRY(keep_whole(windows, x, error));
    FOVEA__TRY(new_patches(windows, error));
    for (int32_t s = 0; s < windows->segments; s++)
        FOVEA__TRY(open_segment(windows, &windows->segment[s], error));
    return FOVEA_OK;
}

fovea_status fovea__windows_open(fovea_explainer *explainer, const fovea__reach *reach,
                                 fovea_value resume, const fovea_view *x, int64_t samples,
                                 fovea__windows *windows, fovea_error *error) {
    *windows = (fovea__windows){
        .explainer = explainer, .reach = reach, .resume = resume, .samples = samples};
    fovea_status status = prepare(windows, x, error);
    if (status != FOVEA_OK) fovea__windows_close(windows);
    return status;
}

void fovea__windows_close(fovea__windows *windows) {
    fovea_context *context = windows->explainer->context;
    size_t values = windows->reach->graph ? fovea__windows_graph(windows)->value_count : 0;
    for (size_t v = 0; v < values; v++) {
        if (windows->whole) fovea_tensor_free(windows->whole[v]);
        if (windows->part) fovea_tensor_free(windows->part[v]);
    }
    for (int32_t s = 0; s < windows->segments; s++) {
        fovea__segment *segment = &windows->segment[s];
        fovea_session_free(segment->session);
        fovea__graph_cut_free(segment->graph);
        for (int32_t i = 0; i < segment->inputs; i++) fovea_tensor_free(segment->input[i].crop);
    }
    fovea__free(context, windows->needed);
    fovea__free(context, windows->stored);
    fovea__free(context, windows->whole);
    fovea__free(context, windows->part);
    fovea__free(context, windows->segment);
    *windows = (fovea__windows){.explainer = windows->explainer, .reach = windows->reach};
}

static int32_t local_operands(const fovea__reach *reach, const fovea__node *node) {
    int32_t count = 0;
    for (int32_t i = 0; i < node->in_count; i++)
        count += node->in[i] >= 0 && reach->local[node->in[i]];
    return count;
}

double fovea__windows_bytes(const fovea__reach *reach, fovea_value resume) {
    double numbers = 0;
    for (size_t n = 0; n < reach->graph->node_count; n++) {
        fovea_value v = reach->graph->node[n].out[0];
        if (!reach->node[n].local) continue;
        // What is cut out and what comes out, here and in the session; by places it is made in place.
        double channels = (double)reach->graph->value[v].signature.shape.dim[1];
        if (reach->node[n].slides || local_operands(reach, &reach->graph->node[n]) > 1)
            numbers += 4 * channels * (double)(reach->size[v][0] * reach->size[v][1]);
        if (v == resume) break;
    }
    return numbers * (double)fovea_type_size(reach->graph->value[resume].signature.type);
}
