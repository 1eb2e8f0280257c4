// SPDX-License-Identifier: MIT
#include "explain/passes.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/dependents.h"

enum { LANES = 16, MOST = 256 };

// What one sample's values take, and with gradients theirs.
static double sample_bytes(const fovea_graph *graph, const fovea__passes_options *options) {
    double bytes = 0;
    for (size_t v = 0; v < graph->value_count; v++) {
        const fovea__value *value = &graph->value[v];
        if (value->kind != FOVEA_VALUE_COMPUTED && value->kind != FOVEA_VALUE_INPUT) continue;
        bytes += (double)fovea__sample_size(value) * (double)fovea_type_size(value->signature.type);
    }
    // Where only the ends count values share memory; half is a careful guess.
    return bytes * (options->gradients ? 2 : 1) / (options->ends_only ? 2 : 1);
}

// Batches in the lanes go to the threads by groups of 16: they are for chunks with a group for each
// thread; what is smaller is faster without lanes, where each sample is shared out.
static int64_t suit_threads(const fovea_explainer *explainer, int64_t chunk) {
    int64_t groups = fovea_context_threads(explainer->context);
    int64_t all = LANES * (groups > 8 ? 8 : groups);
    if (chunk >= all) return chunk - chunk % all;
    return chunk < LANES ? chunk : LANES - 1;
}

static int64_t choose_chunk(const fovea_explainer *explainer, const fovea_graph *graph,
                            const fovea__passes_options *options) {
    double fits = (double)explainer->options.memory / (sample_bytes(graph, options) + 1);
    int64_t chunk = fits < 1 ? 1 : fits > MOST ? MOST : (int64_t)fits;
    chunk = suit_threads(explainer, chunk);
    if (chunk > options->samples) chunk = options->samples;
    return chunk < explainer->most ? chunk : explainer->most;
}

static bool passes_gradient(const fovea_graph *graph, const fovea__node *node,
                            const fovea__rules *rules) {
    if (!fovea__is_float(graph->value[node->out[0]].signature.type)) return false;
    return node->op->vjp || (rules && rules->applies(rules->user, graph, node));
}

// Which values depend on the leaf, and which of them reach the logits by what can be differentiated.
static void trace(const fovea_graph *graph, fovea_value leaf, const fovea__rules *rules,
                  uint8_t *depends, uint8_t *reaches) {
    fovea__mark_dependents(graph, leaf, depends);
    reaches[graph->output[0]] = 1;
    for (size_t n = graph->node_count; n-- > 0;) {
        const fovea__node *node = &graph->node[n];
        if (!reaches[node->out[0]] || !passes_gradient(graph, node, rules)) continue;
        for (int32_t i = 0; i < node->in_count; i++)
            if (node->in[i] >= 0) reaches[node->in[i]] = 1;
    }
}

static fovea_status name_obstacle(const fovea_graph *graph, fovea_value leaf,
                                  const fovea__rules *rules, const uint8_t *depends,
                                  const uint8_t *reaches, fovea_error *error) {
    for (size_t n = graph->node_count; n-- > 0;) {
        const fovea__node *node = &graph->node[n];
        if (!reaches[node->out[0]] || !depends[node->out[0]] || passes_gradient(graph, node, rules))
            continue;
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, node->name, -1,
                              "is a %s, which cannot be differentiated: no gradient gets from the "
                              "logits to '%s'",
                              node->op->name, graph->value[leaf].name);
    }
    return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, graph->value[leaf].name, -1,
                          "has no influence on the logits");
}

static fovea_status check_gradients(const fovea_graph *graph, const fovea__passes_options *options,
                                    fovea_error *error) {
    fovea_value leaf = options->leaf == FOVEA_NO_VALUE ? graph->input[0] : options->leaf;
    uint8_t *marks = fovea__new(graph->context, 2 * graph->value_count, 1, error);
    if (!marks) return FOVEA_OUT_OF_MEMORY;
    uint8_t *depends = marks, *reaches = marks + graph->value_count;
    trace(graph, leaf, options->rules, depends, reaches);
    fovea_status status = reaches[leaf]
                              ? FOVEA_OK
                              : name_obstacle(graph, leaf, options->rules, depends, reaches, error);
    fovea__free(graph->context, marks);
    return status;
}

// The mistake that fovea_explainer_options.planted_error asks for.
static bool is_rectifier(void *user, const fovea_graph *graph, const fovea__node *node) {
    (void)user, (void)graph;
    return strcmp(node->op->name, "Relu") == 0;
}

static fovea_status double_slope(void *user, const fovea_graph *graph, const fovea__node *node,
                                 const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                                 fovea_error *error) {
    (void)user, (void)graph;
    FOVEA__TRY(node->op->vjp(call, d_out, d_in, error));
    int64_t count = fovea_shape_count(&d_in[0].shape);
    for (int64_t i = 0; i < count; i++)
        fovea__view_set(&d_in[0], i, 2 * fovea__view_number(&d_in[0], i));
    return FOVEA_OK;
}

static fovea_status create_session(const fovea__passes *passes,
                                   const fovea__passes_options *options, fovea_session **session,
                                   fovea_error *error) {
    static const fovea__rules wrong = {.applies = is_rectifier, .backward = double_slope};
    fovea_session_options how;
    fovea_session_options_default(&how);
    how.samples = passes->chunk;
    how.gradients = options->gradients;
    const fovea__rules *rules = options->rules;
    if (!rules && passes->explainer->options.planted_error && options->gradients) rules = &wrong;
    fovea__session_needs needs = {.input_gradient = true,
                                  .outputs_only = options->ends_only,
                                  .leaf_gradient = options->leaf != FOVEA_NO_VALUE,
                                  .leaf = options->leaf,
                                  .rules = rules};
    return fovea__session_create(passes->graph, &how, needs, session, error);
}

static fovea_status open_tensors(fovea__passes *passes, fovea_error *error) {
    const fovea_graph *graph = passes->graph;
    fovea__signature x = fovea__at_batch(&graph->value[graph->input[0]], passes->chunk);
    fovea__signature f = fovea__at_batch(&graph->value[graph->output[0]], passes->chunk);
    fovea_context *context = passes->explainer->context;
    FOVEA__TRY(fovea_tensor_create(context, x.type, &x.shape, &passes->input, error));
    return fovea_tensor_create(context, f.type, &f.shape, &passes->seed, error);
}

fovea_status fovea__passes_open(fovea_explainer *explainer, const fovea__passes_options *options,
                                fovea__passes *passes, fovea_error *error) {
    const fovea_graph *graph = options->graph ? options->graph : explainer->graph;
    *passes = (fovea__passes){
        .explainer = explainer, .graph = graph, .samples = options->samples, .options = *options};
    passes->chunk = choose_chunk(explainer, graph, options);
    if (options->gradients) FOVEA__TRY(check_gradients(graph, options, error));
    FOVEA__TRY(create_session(passes, options, &passes->session, error));
    fovea_status status = open_tensors(passes, error);
    if (status != FOVEA_OK) fovea__passes_close(passes);
    return status;
}

void fovea__passes_close(fovea__passes *passes) {
    fovea_session_free(passes->session);
    fovea_tensor_free(passes->input);
    fovea_tensor_free(passes->seed);
    fovea_tensor_free(passes->logits);
    passes->session = NULL;
    passes->input = passes->seed = passes->logits = NULL;
}

int64_t fovea__passes_next(const fovea__passes *passes, int64_t done) {
    int64_t left = passes->samples - done;
    return left < passes->chunk ? left : passes->chunk;
}

// The first n samples; a net without an open batch has its one.
static fovea_view first_samples(const fovea_tensor *tensor, int64_t n) {
    fovea_view view = fovea_tensor_view(tensor);
    if (view.shape.rank > 0) view.shape.dim[0] = n;
    return view;
}

fovea_view fovea__passes_input(const fovea__passes *passes, int64_t n) {
    return first_samples(passes->input, n);
}

fovea_view fovea__passes_place(const fovea__passes *passes, int64_t n) {
    fovea_view view = fovea__passes_input(passes, n);
    void *place = fovea__session_place(passes->session, passes->graph->input[0], false);
    if (place) view.data = place;
    return view;
}

fovea_status fovea__passes_input_gradient(const fovea__passes *passes, fovea_tensor **made,
                                          fovea_view *gradient, fovea_error *error) {
    void *place = fovea__session_place(passes->session, passes->graph->input[0], true);
    *made = NULL;
    if (place) {
        *gradient = fovea__passes_input(passes, passes->count);
        gradient->data = place;
        return FOVEA_OK;
    }
    FOVEA__TRY(fovea__passes_gradient(passes, passes->graph->input[0], made, error));
    *gradient = fovea_tensor_view(*made);
    return FOVEA_OK;
}

fovea_status fovea__passes_run(fovea__passes *passes, const fovea_view *inputs, int32_t count,
                               fovea_error *error) {
    fovea_tensor_free(passes->logits);
    passes->logits = NULL;
    FOVEA__TRY(fovea_session_forward(passes->session, inputs, count, error));
    FOVEA__TRY(
        fovea_session_value(passes->session, passes->graph->output[0], &passes->logits, error));
    fovea_shape shape = inputs[0].shape;
    passes->count = shape.rank > 0 ? shape.dim[0] : 1;
    passes->forward_passes += passes->count;
    return FOVEA_OK;
}

static int64_t outputs_of(const fovea__passes *passes) {
    return fovea__sample_size(&passes->graph->value[passes->graph->output[0]]);
}

double fovea__passes_logit(const fovea__passes *passes, int64_t i, int64_t target) {
    fovea_view view = fovea_tensor_view(passes->logits);
    return fovea__view_number(&view, i * outputs_of(passes) + target);
}

fovea_status fovea__passes_back(fovea__passes *passes, int64_t target, fovea_error *error) {
    fovea_view seed = fovea_tensor_view(passes->seed);
    int64_t outputs = outputs_of(passes), count = fovea_shape_count(&seed.shape);
    memset(seed.data, 0, (size_t)count * fovea_type_size(seed.type));
    for (int64_t i = 0; i < passes->count; i++) fovea__view_set(&seed, i * outputs + target, 1);
    fovea_view used = first_samples(passes->seed, passes->count);
    if (!fovea__is_batched(&passes->graph->value[passes->graph->output[0]])) used = seed;
    passes->backward_passes += passes->count;
    return fovea_session_backward(passes->session, passes->graph->output[0], &used, error);
}

fovea_status fovea__passes_value(const fovea__passes *passes, fovea_value v, fovea_tensor **tensor,
                                 fovea_error *error) {
    return fovea_session_value(passes->session, v, tensor, error);
}

fovea_status fovea__passes_gradient(const fovea__passes *passes, fovea_value v,
                                    fovea_tensor **tensor, fovea_error *error) {
    return fovea_session_gradient(passes->session, v, tensor, error);
}

// Value and gradient of `leaf` after the forward pass of x; what fails leaves neither.
static fovea_status read_once(fovea__job *job, fovea__passes *passes, fovea_value leaf,
                              fovea_tensor **value, fovea_tensor **gradient, fovea_error *error) {
    fovea_status status = FOVEA_OK;
    if (value) status = fovea__passes_value(passes, leaf, value, error);
    if (status != FOVEA_OK || !gradient) return status;
    int64_t before = passes->backward_passes;
    status = fovea__passes_back(passes, job->target, error);
    job->result->backward_passes += passes->backward_passes - before;
    if (status == FOVEA_OK) status = fovea__passes_gradient(passes, leaf, gradient, error);
    if (status != FOVEA_OK && value) {
        fovea_tensor_free(*value);
        *value = NULL;
    }
    return status;
}

static bool serves(const fovea__passes *forward, fovea_value leaf, const fovea__rules *rules,
                   bool gradient) {
    const fovea__passes_options *made = &forward->options;
    if (made->ends_only) return false;
    return !gradient || (made->gradients && made->leaf == leaf && made->rules == rules);
}

fovea_status fovea__explain_once(fovea__job *job, fovea_value leaf, const fovea__rules *rules,
                                 fovea_tensor **value, fovea_tensor **gradient,
                                 fovea_error *error) {
    if (value) *value = NULL;
    if (job->forward && serves(job->forward, leaf, rules, gradient != NULL))
        return read_once(job, job->forward, leaf, value, gradient, error);
    fovea__passes passes;
    fovea__passes_options options = {
        .samples = 1, .gradients = gradient != NULL, .leaf = leaf, .rules = rules};
    FOVEA__TRY(fovea__passes_open(job->explainer, &options, &passes, error));
    fovea_status status = fovea__passes_run(&passes, &job->x, 1, error);
    job->result->forward_passes += passes.forward_passes;
    if (status == FOVEA_OK) status = read_once(job, &passes, leaf, value, gradient, error);
    fovea__passes_close(&passes);
    return status;
}

void fovea__keep_pixels(const fovea__job *jobs, int32_t count, fovea__passes_options *options) {
    (void)count;
    options->gradients = true;
    options->leaf = jobs[0].explainer->input;
}

fovea_status fovea__explain_pixels(fovea__job *job, const fovea__rules *rules, fovea_error *error) {
    fovea_tensor *gradient = NULL;
    fovea_shape shape = fovea__sample_shape(&job->x);
    FOVEA__TRY(fovea__explain_once(job, job->explainer->input, rules, NULL, &gradient, error));
    fovea_status status = fovea__new_map(job, &shape, &job->result->map, error);
    if (status == FOVEA_OK) {
        fovea_view from = fovea_tensor_view(gradient), to = fovea_tensor_view(job->result->map);
        memcpy(to.data, from.data, (size_t)fovea_shape_count(&shape) * fovea_type_size(to.type));
    }
    fovea_tensor_free(gradient);
    return status;
}
