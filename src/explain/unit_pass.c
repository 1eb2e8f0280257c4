// SPDX-License-Identifier: MIT
#include "explain/unit_pass.h"

#include "base/fail.h"
#include "base/memory.h"
#include "graph/cut.h"
#include "graph/receptive.h"
#include "model/model.h"
#include "run/session.h"

enum { LARGEST_BATCH = 256 };
#define BATCH_BYTES ((int64_t)256 << 20)  // about what the values of a batch may take

static fovea_status receptive_field(const fovea_model *model, fovea_unit_layer *layer,
                                    fovea_error *error) {
    const fovea_graph *graph = model->graph;
    fovea__receptive *fields =
        fovea__new(model->context, graph->value_count, sizeof *fields, error);
    if (!fields) return FOVEA_OUT_OF_MEMORY;
    fovea__receptive_fields(graph, fields);
    const fovea__receptive *field = &fields[layer->value];
    bool maps = graph->value[layer->value].signature.shape.rank == 4 && model->input.rank == 3;
    layer->local = field->local && maps;
    for (int d = 0; d < 2; d++) {
        layer->field[d] = field->size[d];
        layer->stride[d] = field->stride[d];
        layer->offset[d] = field->offset[d];
    }
    fovea__free(model->context, fields);
    return FOVEA_OK;
}

fovea_status fovea_unit_layer_of(const fovea_model *model, int32_t node, fovea_unit_layer *layer,
                                 fovea_error *error) {
    const fovea_graph *graph = model->graph;
    if (node < 0 || (size_t)node >= graph->node_count)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no node %d, the net has %zu",
                           node, graph->node_count);
    const fovea__node *n = &graph->node[node];
    const fovea__value *value = &graph->value[n->out[0]];
    const fovea_shape *shape = &value->signature.shape;
    int64_t wanted = fovea__has_batch(graph) ? FOVEA_DYNAMIC : 1;
    bool samples = shape->rank >= 2 && shape->dim[0] == wanted;
    int64_t cells = samples ? fovea__sample_size(value) : 0;
    if (cells < 1 || !fovea__is_float(value->signature.type) || shape->dim[1] > INT32_MAX) {
        char text[96];
        fovea_shape_format(shape, text, sizeof text);
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, n->name, -1,
                              "has no channels to look at: it makes %s %s, not floats of "
                              "N×channels×…",
                              fovea_type_name(value->signature.type), text);
    }
    *layer = (fovea_unit_layer){.node = node, .value = n->out[0], .name = n->name, .op = n->text};
    layer->channels = (int32_t)shape->dim[1];
    layer->rows = shape->rank == 4 ? shape->dim[2] : 1;
    layer->columns = cells / layer->channels / layer->rows;
    return receptive_field(model, layer, error);
}

static fovea_status check_set(const fovea_model *model, const fovea_dataset *dataset,
                              fovea_error *error) {
    FOVEA__TRY(fovea__model_takes_samples(model, error));
    fovea_shape has = fovea_dataset_shape(dataset);
    if (!fovea_shape_equal(&has, &model->input)) {
        char a[64], b[64];
        fovea_shape_format(&has, a, sizeof a);
        fovea_shape_format(&model->input, b, sizeof b);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the pictures of %s are %s, the net wants %s",
                           fovea_dataset_name(dataset), a, b);
    }
    if (fovea_dataset_count(dataset) < 1)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s has no pictures",
                           fovea_dataset_name(dataset));
    return FOVEA_OK;
}

// The values handed out are there for the whole batch, some of those on the way too.
static int64_t choose_batch(const fovea_graph *cut, int64_t asked, int64_t count) {
    int64_t bytes = 0, largest = 0, batch = asked;
    for (size_t v = 0; v < cut->value_count; v++) {
        const fovea__value *value = &cut->value[v];
        if (value->kind != FOVEA_VALUE_COMPUTED || value->signature.type == FOVEA_TYPE_NONE)
            continue;
        int64_t size = fovea__sample_size(value) * (int64_t)fovea_type_size(value->signature.type);
        if (size > largest) largest = size;
        for (size_t o = 0; o < cut->output_count; o++)
            if (cut->output[o] == (fovea_value)v) bytes += size;
    }
    if (batch < 1) {
        batch = BATCH_BYTES / (bytes + 2 * largest + 1);
        batch = batch > LARGEST_BATCH ? LARGEST_BATCH : batch < 1 ? 1 : batch;
        // Whole groups of the lanes.
        if (batch >= FOVEA__LANES) batch -= batch % FOVEA__LANES;
    }
    return batch < count ? batch : count;
}

typedef struct job {
    const fovea_model *model;
    const fovea_dataset *dataset;
    const fovea_value *values;
    int32_t count;
    fovea__unit_visit *visit;
    void *user;
    fovea_session *session;
    const uint8_t **picture;  // [batch]
    int64_t batch;
    fovea_error *error;
} job;

static fovea_status visit_values(const job *j, int64_t first, int64_t samples) {
    for (int32_t k = 0; k < j->count; k++) {
        fovea_tensor *tensor;
        FOVEA__TRY(fovea_session_value(j->session, j->values[k], &tensor, j->error));
        fovea_view view = fovea_tensor_view(tensor);
        fovea_status status = j->visit(j->user, k, first, samples, &view, j->error);
        fovea_tensor_free(tensor);
        if (status != FOVEA_OK) return status;
    }
    return FOVEA_OK;
}

static fovea_status run_batch(const job *j, int64_t first, int64_t samples) {
    fovea_shape shape = fovea_dataset_shape(j->dataset);
    fovea_tensor *batch;
    for (int64_t i = 0; i < samples; i++)
        j->picture[i] = fovea_dataset_picture(j->dataset, first + i);
    FOVEA__TRY(fovea_model_prepare(j->model, j->picture, samples, &shape, &batch, j->error));
    fovea_view view = fovea_tensor_view(batch);
    fovea_status status = fovea_session_forward(j->session, &view, 1, j->error);
    fovea_tensor_free(batch);
    return status == FOVEA_OK ? visit_values(j, first, samples) : status;
}

static fovea_status run_all(job *j, const fovea_graph *cut, int64_t asked) {
    fovea_context *context = j->model->context;
    int64_t count = fovea_dataset_count(j->dataset);
    j->batch = fovea__has_batch(cut) ? choose_batch(cut, asked, count) : 1;
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = j->batch;
    fovea__session_needs needs = {.outputs_only = true};
    FOVEA__TRY(fovea__session_create(cut, &options, needs, &j->session, j->error));
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    j->picture = fovea__new(context, (size_t)j->batch, sizeof *j->picture, j->error);
    if (j->picture) status = FOVEA_OK;
    for (int64_t first = 0; first < count && status == FOVEA_OK; first += j->batch)
        status = run_batch(j, first, count - first < j->batch ? count - first : j->batch);
    fovea__free(context, j->picture);
    fovea_session_free(j->session);
    return status;
}

fovea_status fovea__unit_pass(const fovea_model *model, const fovea_dataset *dataset,
                              const fovea_value *values, int32_t count, int64_t batch,
                              fovea__unit_visit *visit, void *user, fovea_error *error) {
    job j = {.model = model,
             .dataset = dataset,
             .values = values,
             .count = count,
             .visit = visit,
             .user = user,
             .error = error};
    fovea_value input = fovea_graph_input(model->graph, 0);
    fovea_graph *cut;
    FOVEA__TRY(check_set(model, dataset, error));
    FOVEA__TRY(fovea__graph_check_memory(model->graph, error));
    FOVEA__TRY(fovea__graph_cut(model->graph, &input, 1, values, count, &cut, error));
    fovea_status status = cut->input_count
                              ? run_all(&j, cut, batch)
                              : fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                                            "the chosen layers do not depend on the picture");
    fovea__graph_cut_free(cut);
    return status;
}
