// SPDX-License-Identifier: MIT
#include "explain/cam_tail.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum { FROM_LAYER = 1, FROM_INPUT = 2 };

static uint8_t marks_of(const fovea__node *node, const uint8_t *mark) {
    uint8_t marks = 0;
    for (int32_t i = 0; i < node->in_count; i++)
        if (node->in[i] >= 0) marks |= mark[node->in[i]];
    return marks;
}

// What each value depends on; a layer's own node does not count.
static void mark_values(const fovea_explainer *explainer, fovea_value layer, uint8_t *mark) {
    const fovea_graph *graph = explainer->graph;
    mark[explainer->input] = FROM_INPUT;
    mark[layer] = FROM_LAYER;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        for (int32_t o = 0; o < node->out_count; o++)
            if (node->out[o] != layer) mark[node->out[o]] = marks_of(node, mark);
    }
}

// The layer, and what comes from the input past it and is read by what comes from the layer.
static int32_t find_from(const fovea_explainer *explainer, fovea_value layer, const uint8_t *mark,
                         fovea_value *from) {
    const fovea_graph *graph = explainer->graph;
    int32_t count = 0;
    from[count++] = layer;
    for (size_t v = 0; v < graph->value_count; v++) {
        bool read = false;
        for (size_t n = 0; n < graph->node_count && mark[v] == FROM_INPUT && !read; n++) {
            const fovea__node *node = &graph->node[n];
            if (!(marks_of(node, mark) & FROM_LAYER) || node->out[0] == layer) continue;
            for (int32_t i = 0; i < node->in_count; i++) read |= node->in[i] == (fovea_value)v;
        }
        if (read) from[count++] = (fovea_value)v;
    }
    return count;
}

static fovea_status cut(const fovea_explainer *explainer, fovea_value layer, fovea_graph **graph,
                        fovea_error *error) {
    size_t values = explainer->graph->value_count;
    uint8_t *mark = fovea__new(explainer->context, values, 1, error);
    fovea_value *from = fovea__new(explainer->context, values + 1, sizeof *from, error);
    fovea_status status = mark && from ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) {
        mark_values(explainer, layer, mark);
        int32_t count = find_from(explainer, layer, mark, from);
        status =
            fovea__graph_cut(explainer->graph, from, count, &explainer->logits, 1, graph, error);
    }
    fovea__free(explainer->context, mark);
    fovea__free(explainer->context, from);
    return status;
}

// `chunk` copies of a value of x; one where it has no batch.
static fovea_status repeat(const fovea__job *job, fovea_value v, int64_t chunk,
                           fovea_tensor **tensor, fovea_error *error) {
    const fovea_explainer *explainer = job->explainer;
    const fovea__value *value = &explainer->graph->value[v];
    fovea__signature many = fovea__at_batch(value, chunk);
    fovea_tensor *one = NULL;
    fovea_view from = job->x;
    if (v != explainer->input) {
        FOVEA__TRY(fovea__passes_value(job->forward, v, &one, error));
        from = fovea_tensor_view(one);
    }
    fovea_status status =
        fovea_tensor_create(explainer->context, many.type, &many.shape, tensor, error);
    if (status == FOVEA_OK) {
        size_t bytes = (size_t)fovea_shape_count(&from.shape) * fovea_type_size(from.type);
        int64_t copies = fovea__is_batched(value) ? chunk : 1;
        char *to = fovea_tensor_view(*tensor).data;
        for (int64_t i = 0; i < copies; i++) memcpy(to + (size_t)i * bytes, from.data, bytes);
    }
    fovea_tensor_free(one);
    return status;
}

static fovea_status open_beside(fovea__cam_tail *tail, fovea_error *error) {
    fovea_context *context = tail->job->explainer->context;
    size_t inputs = tail->graph->input_count;
    tail->beside = fovea__new(context, inputs, sizeof *tail->beside, error);
    tail->inputs = fovea__new(context, inputs, sizeof *tail->inputs, error);
    if (!tail->beside || !tail->inputs) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 1; i < inputs; i++)
        FOVEA__TRY(
            repeat(tail->job, tail->graph->input[i], tail->passes.chunk, &tail->beside[i], error));
    return FOVEA_OK;
}

fovea_status fovea__cam_tail_open(const fovea__job *job, int64_t samples, fovea__cam_tail *tail,
                                  fovea_error *error) {
    *tail = (fovea__cam_tail){.job = job};
    FOVEA__TRY(cut(job->explainer, job->layer, &tail->graph, error));
    fovea__passes_options options = {
        .graph = tail->graph, .samples = samples, .leaf = FOVEA_NO_VALUE, .ends_only = true};
    FOVEA__TRY(fovea__passes_open(job->explainer, &options, &tail->passes, error));
    return open_beside(tail, error);
}

void fovea__cam_tail_close(fovea__cam_tail *tail) {
    fovea_context *context = tail->job->explainer->context;
    for (size_t i = 0; tail->beside && i < tail->graph->input_count; i++)
        fovea_tensor_free(tail->beside[i]);
    fovea__free(context, tail->beside);
    fovea__free(context, tail->inputs);
    fovea__passes_close(&tail->passes);
    fovea__graph_cut_free(tail->graph);
    *tail = (fovea__cam_tail){.job = tail->job};
}

fovea_view fovea__cam_tail_layer(const fovea__cam_tail *tail, int64_t n) {
    return fovea__passes_input(&tail->passes, n);
}

fovea_status fovea__cam_tail_run(fovea__cam_tail *tail, int64_t n, fovea_error *error) {
    tail->inputs[0] = fovea__cam_tail_layer(tail, n);
    for (size_t i = 1; i < tail->graph->input_count; i++) {
        tail->inputs[i] = fovea_tensor_view(tail->beside[i]);
        if (fovea__is_batched(&tail->graph->value[tail->graph->input[i]]))
            tail->inputs[i].shape.dim[0] = n;
    }
    return fovea__passes_run(&tail->passes, tail->inputs, (int32_t)tail->graph->input_count, error);
}

fovea_status fovea__cam_tail_zero(fovea__job *job, double *logit, fovea_error *error) {
    fovea__cam_tail tail;
    fovea_status status = fovea__cam_tail_open(job, 1, &tail, error);
    if (status == FOVEA_OK) status = fovea__cam_tail_run(&tail, 1, error);
    if (status == FOVEA_OK) *logit = fovea__passes_logit(&tail.passes, 0, job->target);
    job->result->forward_passes += tail.passes.forward_passes;
    fovea__cam_tail_close(&tail);
    return status;
}
