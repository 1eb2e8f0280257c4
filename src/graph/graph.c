// SPDX-License-Identifier: MIT
#include "graph/graph.h"

#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"

fovea_status fovea_graph_create(fovea_context *context, fovea_graph **graph, fovea_error *error) {
    *graph = fovea__new(context, 1, sizeof **graph, error);
    if (!*graph) return FOVEA_OUT_OF_MEMORY;
    (*graph)->context = context;
    (*graph)->numbers = fovea__new(context, 1, sizeof *(*graph)->numbers, error);
    if ((*graph)->numbers) return FOVEA_OK;
    fovea__free(context, *graph);
    *graph = NULL;
    return FOVEA_OUT_OF_MEMORY;
}

void fovea_graph_free(fovea_graph *graph) {
    if (!graph) return;
    fovea_context *context = graph->context;
    for (size_t i = 0; i < graph->value_count; i++) {
        fovea__free(context, graph->value[i].name);
        fovea__free(context, graph->value[i].data);
    }
    for (size_t i = 0; i < graph->node_count; i++) {
        fovea__free(context, graph->node[i].name);
        fovea__free(context, graph->node[i].in);
    }
    fovea__free(context, graph->value);
    fovea__free(context, graph->node);
    fovea__free(context, graph->input);
    fovea__free(context, graph->output);
    fovea__free(context, graph->numbers);
    fovea__name_table_free(context, &graph->value_names);
    fovea__name_table_free(context, &graph->node_names);
    fovea__free(context, graph);
}

fovea_context *fovea_graph_context(const fovea_graph *graph) {
    return graph->context;
}

int64_t fovea__value_size(const fovea__value *value) {
    fovea_shape shape = value->signature.shape;
    if (fovea__is_batched(value)) shape.dim[0] = 1;
    return fovea_shape_count(&shape);
}

int64_t fovea__value_samples(const fovea__value *value, int64_t batch) {
    if (fovea__is_batched(value)) return batch;
    return value->signature.shape.rank > 0 ? value->signature.shape.dim[0] : 1;
}

int64_t fovea__sample_size(const fovea__value *value) {
    return fovea__value_size(value) / fovea__value_samples(value, 1);
}

bool fovea__has_batch(const fovea_graph *graph) {
    for (size_t i = 0; i < graph->input_count; i++)
        if (fovea__is_batched(&graph->value[graph->input[i]])) return true;
    return false;
}

fovea__signature fovea__at_batch(const fovea__value *value, int64_t samples) {
    fovea__signature signature = value->signature;
    if (fovea__is_batched(value)) signature.shape.dim[0] = samples;
    return signature;
}

fovea_status fovea__check_name(const fovea__name_table *taken, const char *name, const char *what,
                               fovea_error *error) {
    size_t length = name ? strlen(name) : 0;
    if (length == 0 || length > FOVEA__MAX_NAME)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the name of a %s has %zu bytes; it takes 1 to %d", what, length,
                           FOVEA__MAX_NAME);
    bool control = false;
    for (size_t i = 0; i < length; i++) control |= (uint8_t)name[i] < 32 || name[i] == 127;
    if (control || !fovea__is_utf8(name, length))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the name of a %s is not printable UTF-8",
                           what);
    if (fovea__name_find(taken, name) >= 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is a %s called '%s' already", what,
                           name);
    return FOVEA_OK;
}

fovea_status fovea__add_value(fovea_graph *graph, const char *name, fovea_value_kind kind,
                              const fovea__signature *signature, int32_t node, fovea_value *value,
                              fovea_error *error) {
    FOVEA__TRY(fovea__check_name(&graph->value_names, name, "value", error));
    fovea__value *values =
        fovea__grow(graph->context, graph->value, graph->value_count, &graph->value_capacity,
                    graph->value_count + 1, sizeof *values, error);
    if (!values) return FOVEA_OUT_OF_MEMORY;
    graph->value = values;
    FOVEA__TRY(fovea__name_reserve(graph->context, &graph->value_names, error));
    char *copy = fovea__copy_text(graph->context, name, error);
    if (!copy) return FOVEA_OUT_OF_MEMORY;
    *value = (fovea_value)graph->value_count;
    graph->value[graph->value_count++] =
        (fovea__value){.name = copy, .kind = kind, .signature = *signature, .node = node};
    fovea__name_add(&graph->value_names, copy, *value);
    return FOVEA_OK;
}

static fovea_status append_index(fovea_graph *graph, fovea_value **list, size_t *count,
                                 size_t *capacity, fovea_value value, fovea_error *error) {
    fovea_value *grown =
        fovea__grow(graph->context, *list, *count, capacity, *count + 1, sizeof *grown, error);
    if (!grown) return FOVEA_OUT_OF_MEMORY;
    *list = grown;
    grown[(*count)++] = value;
    return FOVEA_OK;
}

static fovea_status check_dimensions(const char *name, const fovea_shape *shape, int dynamic_first,
                                     fovea_error *error) {
    if (shape->rank < 0 || shape->rank > FOVEA_MAX_RANK)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                              "rank %d; 0 to %d are allowed", shape->rank, FOVEA_MAX_RANK);
    int64_t count = 1;
    for (int32_t i = 0; i < shape->rank; i++) {
        if (i == 0 && dynamic_first && shape->dim[0] == FOVEA_DYNAMIC) continue;
        if (shape->dim[i] < 1 || !fovea__mul_i64(count, shape->dim[i], &count) ||
            count > FOVEA__MAX_PARAMETER_COUNT)
            return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                                  "dimension %d is %lld; the product of all must be 1 to 2^40", i,
                                  (long long)shape->dim[i]);
    }
    return FOVEA_OK;
}

static fovea_status add_input(fovea_graph *graph, const char *name,
                              const fovea__signature *signature, fovea_value *value,
                              fovea_error *error) {
    FOVEA__TRY(append_index(graph, &graph->input, &graph->input_count, &graph->input_capacity,
                            (fovea_value)graph->value_count, error));
    fovea_status status =
        fovea__add_value(graph, name, FOVEA_VALUE_INPUT, signature, -1, value, error);
    if (status != FOVEA_OK) graph->input_count--;
    return status;
}

fovea_status fovea_graph_add_input(fovea_graph *graph, const char *name, fovea_type type,
                                   const fovea_shape *shape, fovea_value *value,
                                   fovea_error *error) {
    fovea__signature signature = {type, *shape};
    FOVEA__TRY(check_dimensions(name, shape, 1, error));
    if (signature.shape.rank > 0) signature.shape.dim[0] = FOVEA_DYNAMIC;
    if (!fovea__is_float(type))
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, name, -1,
                              "inputs with a batch are F32 or F64, not %s", fovea_type_name(type));
    return add_input(graph, name, &signature, value, error);
}

// Whether values may have the type: F16 and BF16 are storage.
static bool flows(fovea_type type) {
    return fovea_type_size(type) > 0 && type != FOVEA_F16 && type != FOVEA_BF16;
}

fovea_status fovea_graph_add_fixed_input(fovea_graph *graph, const char *name, fovea_type type,
                                         const fovea_shape *shape, fovea_value *value,
                                         fovea_error *error) {
    FOVEA__TRY(check_dimensions(name, shape, 0, error));
    if (!flows(type))
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, name, -1, "no input can be %s",
                              fovea_type_name(type));
    return add_input(graph, name, &(fovea__signature){type, *shape}, value, error);
}

fovea_status fovea_graph_add_parameter(fovea_graph *graph, const char *name, fovea_type type,
                                       const fovea_shape *shape, int trained, int64_t fan_in,
                                       fovea_value *value, fovea_error *error) {
    FOVEA__TRY(check_dimensions(name, shape, 0, error));
    if (trained ? !fovea__is_float(type) : !flows(type))
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, name, -1,
                              "parameters are F32 or F64 (buffers any but F16 and BF16), not %s",
                              fovea_type_name(type));
    int64_t count = fovea_shape_count(shape), total = graph->parameter_count + count;
    if (total > FOVEA__MAX_PARAMETER_COUNT)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                              "the net would have %lld parameters (%.1f GiB); 2^40 is the limit",
                              (long long)total, (double)total * 4 / (1 << 30));
    void *data = NULL;
    if (!graph->deferred) {
        data = fovea__new(graph->context, (size_t)count, fovea_type_size(type), error);
        if (!data) return FOVEA_OUT_OF_MEMORY;
    }
    fovea_value_kind kind = trained ? FOVEA_VALUE_PARAMETER : FOVEA_VALUE_BUFFER;
    fovea_status status =
        fovea__add_value(graph, name, kind, &(fovea__signature){type, *shape}, -1, value, error);
    if (status != FOVEA_OK) {
        fovea__free(graph->context, data);
        return status;
    }
    graph->value[*value].data = data;
    graph->value[*value].fan_in = fan_in;
    graph->parameter_count = total;
    return FOVEA_OK;
}

void fovea__graph_defer(fovea_graph *graph) {
    graph->deferred = true;
}

fovea_status fovea__graph_allocate(fovea_graph *graph, fovea_error *error) {
    for (size_t i = 0; i < graph->value_count; i++) {
        fovea__value *value = &graph->value[i];
        bool holds = value->kind == FOVEA_VALUE_PARAMETER || value->kind == FOVEA_VALUE_BUFFER;
        if (!holds || value->data) continue;
        int64_t count = fovea_shape_count(&value->signature.shape);
        value->data = fovea__new(graph->context, (size_t)count,
                                 fovea_type_size(value->signature.type), error);
        if (!value->data) return FOVEA_OUT_OF_MEMORY;
    }
    graph->deferred = false;
    return FOVEA_OK;
}

fovea_status fovea__graph_check_memory(const fovea_graph *graph, fovea_error *error) {
    if (!graph->deferred) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "the net was built for its shapes only and has no weights");
}

fovea_status fovea_graph_add_output(fovea_graph *graph, fovea_value value, fovea_error *error) {
    if (value < 0 || (size_t)value >= graph->value_count)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "value %d does not exist", value);
    return append_index(graph, &graph->output, &graph->output_count, &graph->output_capacity, value,
                        error);
}
