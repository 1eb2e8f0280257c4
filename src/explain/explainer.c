// SPDX-License-Identifier: MIT
// A net made ready: cut at its logits, checked once.
#include "explain/explainer.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/passes.h"

void fovea_explainer_options_default(fovea_explainer_options *options) {
    *options = (fovea_explainer_options){.size = sizeof *options, .memory = (size_t)256 << 20};
}

static fovea_status find_logits(fovea_explainer *explainer, fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(explainer->model);
    int32_t output = explainer->options.output;
    if (output < 0 || (size_t)output >= graph->output_count)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "output %d is asked for; the net has %zu, counted from 0", output,
                           graph->output_count);
    explainer->logits = fovea_graph_logits(graph, graph->output[output], &explainer->peeled);
    const fovea__value *logits = &graph->value[explainer->logits];
    if (!fovea__is_float(logits->signature.type))
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, logits->name, -1,
                              "is an output of %s: only floats can be explained",
                              fovea_type_name(logits->signature.type));
    explainer->outputs = fovea__sample_size(logits);
    return FOVEA_OK;
}

static fovea_status prepare(fovea_explainer *explainer, fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(explainer->model);
    FOVEA__TRY(fovea__model_takes_samples(explainer->model, error));
    FOVEA__TRY(fovea__graph_check_memory(graph, error));
    FOVEA__TRY(find_logits(explainer, error));
    explainer->input = graph->input[0];
    explainer->type = graph->value[explainer->input].signature.type;
    bool open = fovea__is_batched(&graph->value[explainer->input]);
    explainer->most = open ? INT64_MAX : 1;
    return fovea__graph_cut(graph, &explainer->input, 1, &explainer->logits, 1, &explainer->graph,
                            error);
}

fovea_status fovea_explainer_create(const fovea_model *model,
                                    const fovea_explainer_options *options,
                                    fovea_explainer **result, fovea_error *error) {
    fovea_explainer *explainer = fovea__new(model->context, 1, sizeof *explainer, error);
    if (!explainer) return FOVEA_OUT_OF_MEMORY;
    explainer->context = model->context;
    explainer->model = model;
    fovea_explainer_options_default(&explainer->options);
    size_t known = sizeof explainer->options;
    if (options)
        memcpy(&explainer->options, options, options->size < known ? options->size : known);
    fovea_status status = prepare(explainer, error);
    if (status == FOVEA_OK)
        *result = explainer;
    else
        fovea_explainer_free(explainer);
    return status;
}

void fovea_explainer_free(fovea_explainer *explainer) {
    if (!explainer) return;
    fovea_explainer_free(explainer->folded);
    fovea_model_free(explainer->folded_model);
    fovea__first_free(explainer);
    fovea__graph_cut_free(explainer->graph);
    fovea__free(explainer->context, explainer);
}

int64_t fovea_explainer_outputs(const fovea_explainer *explainer) {
    return explainer->outputs;
}

const fovea_model *fovea_explainer_model(const fovea_explainer *explainer) {
    return explainer->model;
}

const char *fovea_explainer_peeled(const fovea_explainer *explainer) {
    return explainer->peeled;
}

// Numbers of a height and width (or length) above one cell.
static bool has_cells(const fovea__value *value) {
    const fovea_shape *shape = &value->signature.shape;
    if (shape->rank < 3 || !fovea__is_float(value->signature.type)) return false;
    int64_t cells = 1;
    for (int32_t d = 2; d < shape->rank; d++) cells *= shape->dim[d];
    return cells > 1;
}

// The last value with cells, of `rank` dimensions where that is not 0.
static fovea_value last_with_cells(const fovea_explainer *explainer, int32_t rank) {
    const fovea_graph *graph = explainer->graph;
    for (size_t n = graph->node_count; n-- > 0;) {
        fovea_value v = graph->node[n].out[0];
        const fovea__value *value = &graph->value[v];
        if (v != explainer->logits && has_cells(value) &&
            (rank == 0 || value->signature.shape.rank == rank))
            return v;
    }
    return FOVEA_NO_VALUE;
}

// Maps lie as the input does; what nets fold them into on the way says nothing of places.
fovea_value fovea_explainer_layer(const fovea_explainer *explainer) {
    int32_t rank = explainer->graph->value[explainer->input].signature.shape.rank;
    fovea_value like_input = last_with_cells(explainer, rank);
    return like_input != FOVEA_NO_VALUE ? like_input : last_with_cells(explainer, 0);
}

fovea_status fovea__layer_maps(const fovea_explainer *explainer, fovea_value layer,
                               int64_t *channels, fovea_shape *cells, fovea_error *error) {
    const fovea__value *value = &explainer->graph->value[layer];
    const fovea_shape *shape = &value->signature.shape;
    if (shape->rank < 3) {
        char text[128];
        fovea_shape_format(shape, text, sizeof text);
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, value->name, -1,
                              "is %s: it has no maps; choose a convolution, an activation or a "
                              "pooling",
                              text);
    }
    if (shape->dim[0] != 1 && shape->dim[0] != FOVEA_DYNAMIC)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, value->name, -1,
                              "holds %lld sets of maps for one picture; choose a layer with one",
                              (long long)shape->dim[0]);
    *channels = shape->dim[1];
    *cells = fovea_shape_make(shape->rank - 2, shape->dim + 2);
    return FOVEA_OK;
}

fovea_status fovea__explainer_folded(fovea_explainer *explainer, fovea_explainer **folded,
                                     fovea_error *error) {
    if (!explainer->folded) {
        if (!explainer->folded_model)
            FOVEA__TRY(
                fovea_model_fold_batchnorm(explainer->model, &explainer->folded_model, error));
        FOVEA__TRY(fovea_explainer_create(explainer->folded_model, &explainer->options,
                                          &explainer->folded, error));
    }
    *folded = explainer->folded;
    return FOVEA_OK;
}

fovea_status fovea__explainer_tail(const fovea_explainer *explainer, fovea_value layer,
                                   fovea_graph **tail, fovea_error *error) {
    const fovea_value from[2] = {layer, explainer->input};
    return fovea__graph_cut(explainer->graph, from, layer == explainer->input ? 1 : 2,
                            &explainer->logits, 1, tail, error);
}

fovea_status fovea_explainer_logits(fovea_explainer *explainer, const fovea_view *x, double *logits,
                                    fovea_error *error) {
    fovea__signature want = fovea__at_batch(&explainer->graph->value[explainer->input], 1);
    if (x->type != want.type || !fovea_shape_equal(&x->shape, &want.shape)) {
        char is[128], wanted[128];
        fovea_shape_format(&x->shape, is, sizeof is);
        fovea_shape_format(&want.shape, wanted, sizeof wanted);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "one sample of %s %s is explained at a time; this is %s %s",
                           fovea_type_name(want.type), wanted, fovea_type_name(x->type), is);
    }
    fovea__passes *passes;
    fovea__passes_options options = {.leaf = FOVEA_NO_VALUE, .ends_only = true};
    FOVEA__TRY(fovea__first_pass(explainer, &options, x, &passes, error));
    for (int64_t k = 0; k < explainer->outputs; k++) logits[k] = fovea__passes_logit(passes, 0, k);
    return FOVEA_OK;
}

fovea_shape fovea__sample_shape(const fovea_view *x) {
    return fovea_shape_make(x->shape.rank - 1, x->shape.dim + 1);
}

fovea_status fovea__new_map(const fovea__job *job, const fovea_shape *shape, fovea_tensor **map,
                            fovea_error *error) {
    return fovea_tensor_create(job->explainer->context, job->explainer->type, shape, map, error);
}
