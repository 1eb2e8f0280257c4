// SPDX-License-Identifier: MIT
#include "formats/onnx_build.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

#define MAX_DIMENSION INT64_C(2147483647)

typedef const fovea__onnx_model_message model_message;
typedef const fovea__onnx_graph_message graph_message;

#define TAKE(list, n)                                                    \
    do {                                                                 \
        list = fovea__onnx_take(builder->arena, n, sizeof *list, error); \
        if (!list) return FOVEA_OUT_OF_MEMORY;                           \
    } while (0)

static const char *text_or_empty(const char *text) {
    return text ? text : "";
}

static bool is_onnx_domain(const char *domain) {
    return !domain || !domain[0] || strcmp(domain, "ai.onnx") == 0;
}

fovea_status fovea__onnx_build_tensor(fovea__onnx_builder *builder,
                                      const fovea__onnx_tensor_message *message,
                                      fovea__onnx_tensor *tensor, fovea_error *error) {
    fovea__onnx_source *source = builder->source;
    FOVEA__TRY(fovea__onnx_tensor_describe(message, tensor, error));
    if (!tensor->type) return FOVEA_OK;
    FOVEA__TRY(fovea__onnx_numbers_check(source, message, tensor, error));
    tensor->data = fovea__new(source->context, tensor->size, 1, error);
    if (!tensor->data) return FOVEA_OUT_OF_MEMORY;
    return fovea__onnx_numbers_take(source, message, tensor, tensor->data, error);
}

static fovea_status fail_in(const fovea__onnx_builder *builder, const char *what, const char *name,
                            fovea_status status, fovea_error *error) {
    char where[256];
    snprintf(where, sizeof where, "%.120s: %s '%.100s'", builder->name, what, name);
    return fovea__fail_in(error, status, where);
}

static fovea_status build_dimension(const Fovea__Onnx__Dimension *m, size_t index,
                                    fovea__onnx_value *value, fovea_error *error) {
    value->shape.dim[index] = FOVEA_DYNAMIC;
    value->symbol[index] = m->dim_param && m->dim_param[0] ? m->dim_param : NULL;
    // Some exporters write -1 for an open size.
    if (!m->has_dim_value || m->dim_value < 0) return FOVEA_OK;
    if (m->dim_value > MAX_DIMENSION)
        return fovea__fail(error, FOVEA_BAD_FILE, "dimension %zu is %lld", index,
                           (long long)m->dim_value);
    value->shape.dim[index] = m->dim_value;
    return FOVEA_OK;
}

fovea_status fovea__onnx_build_value(const fovea__onnx_builder *builder, const char *what,
                                     const fovea__onnx_value_message *message,
                                     fovea__onnx_value *value, fovea_error *error) {
    value->name = text_or_empty(message->name);
    if (!message->type || !message->type->tensor_type) return FOVEA_OK;
    const Fovea__Onnx__TensorType *type = message->type->tensor_type;
    value->data_type = type->elem_type;
    value->type = fovea__onnx_type_of(type->elem_type);
    // A value of more dimensions is as good as one of unknown shape.
    if (!type->shape || type->shape->n_dim > FOVEA_MAX_RANK) return FOVEA_OK;
    value->has_shape = true;
    value->shape.rank = (int32_t)type->shape->n_dim;
    for (size_t i = 0; i < type->shape->n_dim; i++) {
        fovea_status status = build_dimension(type->shape->dim[i], i, value, error);
        if (status != FOVEA_OK) return fail_in(builder, what, value->name, status, error);
    }
    return FOVEA_OK;
}

static fovea_status build_values(fovea__onnx_builder *builder, const char *what, size_t count,
                                 fovea__onnx_value_message *const *messages,
                                 const fovea__onnx_value **values, size_t *made,
                                 fovea_error *error) {
    fovea__onnx_value *list;
    TAKE(list, count);
    *values = list;
    *made = count;
    for (size_t i = 0; i < count; i++)
        FOVEA__TRY(fovea__onnx_build_value(builder, what, messages[i], &list[i], error));
    return FOVEA_OK;
}

static fovea_status build_nodes(fovea__onnx_builder *builder, graph_message *graph,
                                fovea__onnx_model *model, fovea_error *error) {
    fovea__onnx_node *list;
    TAKE(list, graph->n_node);
    model->node = list;
    model->node_count = graph->n_node;
    for (size_t i = 0; i < graph->n_node; i++)
        FOVEA__TRY(fovea__onnx_build_node(builder, i, graph->node[i], &list[i], error));
    return FOVEA_OK;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static fovea_status build_initializers(fovea__onnx_builder *builder, graph_message *graph,
                                       fovea__onnx_model *model, fovea_error *error) {
    TAKE(model->initializer, graph->n_initializer);
    model->initializer_count = graph->n_initializer;
    for (size_t i = 0; i < graph->n_initializer; i++) {
        fovea__onnx_tensor *tensor = &model->initializer[i];
        const char *name = text_or_empty(graph->initializer[i]->name);
        fovea_status status =
            fovea__onnx_build_tensor(builder, graph->initializer[i], tensor, error);
        if (status == FOVEA_OK && !name[0])
            status = fovea__fail(error, FOVEA_BAD_FILE, "number %zu has no name", i);
        if (status != FOVEA_OK) return fail_in(builder, "initializer", name, status, error);
    }
    return FOVEA_OK;
}

// Old files list initializers among the inputs as well; what is left are inputs to be fed.
static fovea_status drop_initialized_inputs(fovea__onnx_builder *builder, fovea__onnx_model *model,
                                            fovea__onnx_value *inputs, fovea_error *error) {
    const char **names;
    const size_t count = model->initializer_count;
    TAKE(names, count);
    for (size_t i = 0; i < count; i++) names[i] = model->initializer[i].name;
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 1; i < count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return fail_in(builder, "initializer", names[i],
                           fovea__fail(error, FOVEA_BAD_FILE, "occurs twice"), error);
    size_t kept = 0;
    for (size_t i = 0; i < model->input_count; i++)
        if (count == 0 || !bsearch(&inputs[i].name, names, count, sizeof *names, compare_names))
            inputs[kept++] = inputs[i];
    model->input_count = kept;
    return FOVEA_OK;
}

static fovea_status build_graph(fovea__onnx_builder *builder, graph_message *graph,
                                fovea__onnx_model *model, fovea_error *error) {
    model->graph_name = text_or_empty(graph->name);
    if (graph->n_node == 0 && graph->n_initializer == 0)
        return fovea__fail_at(error, FOVEA_BAD_FILE, builder->name, -1,
                              "is no ONNX model: its graph has neither nodes nor weights");
    if (graph->n_sparse_initializer > 0)
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, builder->name, -1,
                              "sparse initializers are not supported");
    FOVEA__TRY(build_nodes(builder, graph, model, error));
    for (size_t i = 0; i < model->node_count && !model->opset; i++)
        if (!model->node[i].domain[0])
            return fovea__fail_at(error, FOVEA_BAD_FILE, builder->name, -1,
                                  "names no opset of ai.onnx (opset_import), but uses %.40s of it",
                                  model->node[i].op);
    FOVEA__TRY(build_initializers(builder, graph, model, error));
    FOVEA__TRY(build_values(builder, "input", graph->n_input, graph->input, &model->input,
                            &model->input_count, error));
    FOVEA__TRY(build_values(builder, "output", graph->n_output, graph->output, &model->output,
                            &model->output_count, error));
    FOVEA__TRY(build_values(builder, "value", graph->n_value_info, graph->value_info, &model->value,
                            &model->value_count, error));
    return drop_initialized_inputs(builder, model, (fovea__onnx_value *)(uintptr_t)model->input,
                                   error);
}

static fovea_status build_opsets(fovea__onnx_builder *builder, model_message *message,
                                 fovea__onnx_model *model, fovea_error *error) {
    fovea__onnx_opset *list;
    TAKE(list, message->n_opset_import);
    model->opsets = list;
    model->opset_count = message->n_opset_import;
    for (size_t i = 0; i < model->opset_count; i++) {
        const Fovea__Onnx__OperatorSetIdProto *m = message->opset_import[i];
        list[i] = (fovea__onnx_opset){is_onnx_domain(m->domain) ? "" : m->domain, m->version};
        if (list[i].domain[0]) continue;
        if (m->version < 1)
            return fovea__fail_at(error, FOVEA_BAD_FILE, builder->name, -1, "opset %lld",
                                  (long long)m->version);
        model->opset = m->version;
    }
    // Before IR version 3 nothing was said, and there was one opset.
    if (model->ir_version < 3 && !model->opset) model->opset = 1;
    if (model->opset > FOVEA__ONNX_LAST_OPSET)
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, builder->name, -1,
                              "opset %lld is not supported, the newest that is: %d",
                              (long long)model->opset, FOVEA__ONNX_LAST_OPSET);
    return FOVEA_OK;
}

static fovea_status build_texts(fovea__onnx_builder *builder, model_message *message,
                                fovea__onnx_model *model, fovea_error *error) {
    fovea__onnx_pair *list;
    model->producer_name = text_or_empty(message->producer_name);
    model->producer_version = text_or_empty(message->producer_version);
    model->model_version = message->model_version;
    if (message->has_doc_string)
        FOVEA__TRY(fovea__onnx_build_text(builder, &message->doc_string, &model->doc, error));
    model->doc = text_or_empty(model->doc);
    TAKE(list, message->n_metadata_props);
    model->metadata = list;
    model->metadata_count = message->n_metadata_props;
    for (size_t i = 0; i < model->metadata_count; i++)
        list[i] = (fovea__onnx_pair){text_or_empty(message->metadata_props[i]->key),
                                     text_or_empty(message->metadata_props[i]->value)};
    return FOVEA_OK;
}

fovea_status fovea__onnx_build(fovea__onnx_builder *builder, model_message *message,
                               fovea__onnx_model **out, fovea_error *error) {
    fovea__onnx_model *model;
    if (message->ir_version < 1)
        return fovea__fail_at(error, FOVEA_BAD_FILE, builder->name, -1,
                              "is no ONNX model: it has no ir_version");
    if (message->ir_version > FOVEA__ONNX_LAST_IR)
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, builder->name, -1,
                              "IR version %lld is not supported, the newest that is: %d",
                              (long long)message->ir_version, FOVEA__ONNX_LAST_IR);
    if (!message->graph)
        return fovea__fail_at(error, FOVEA_BAD_FILE, builder->name, -1,
                              "is no ONNX model: it has no graph");
    TAKE(model, 1);
    model->context = builder->source->context;
    model->memory = builder->arena->begin;
    model->ir_version = message->ir_version;
    *out = model;
    FOVEA__TRY(build_opsets(builder, message, model, error));
    FOVEA__TRY(build_texts(builder, message, model, error));
    return build_graph(builder, message->graph, model, error);
}
