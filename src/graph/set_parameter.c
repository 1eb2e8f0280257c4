// SPDX-License-Identifier: MIT
// Weights by hand.
#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/graph.h"

static bool holds_numbers(const fovea__value *value) {
    return value->kind == FOVEA_VALUE_PARAMETER || value->kind == FOVEA_VALUE_BUFFER;
}

static fovea_status no_such_name(const fovea_graph *graph, const char *name, fovea_error *error) {
    size_t count = 0;
    const char **names = fovea__new(graph->context, graph->value_count, sizeof *names, error);
    if (!names) return FOVEA_OUT_OF_MEMORY;
    for (size_t v = 0; v < graph->value_count; v++)
        if (holds_numbers(&graph->value[v])) names[count++] = graph->value[v].name;
    const char *near = fovea__nearest(name, names, count);
    fovea__free(graph->context, names);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the net has no parameter '%.80s'%s%s%s",
                       name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

fovea_status fovea_graph_set_parameter(fovea_graph *graph, const char *name, const double *numbers,
                                       int64_t count, fovea_error *error) {
    fovea_value index = fovea_graph_find_value(graph, name);
    if (index == FOVEA_NO_VALUE || !holds_numbers(&graph->value[index]))
        return no_such_name(graph, name, error);
    fovea_view view = fovea__graph_parameter(graph, index);
    int64_t size = fovea_shape_count(&view.shape);
    char shape[160];
    fovea_shape_format(&view.shape, shape, sizeof shape);
    if (count < 1 || size % count != 0)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                              "%lld numbers cannot be repeated to fill %s", (long long)count,
                              view.shape.rank ? shape : "1 number");
    for (int64_t i = 0; i < count && view.type == FOVEA_I64; i++)
        if (!(numbers[i] >= -0x1p53 && numbers[i] <= 0x1p53))
            return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                                  "%.9g is no whole number up to 2^53", numbers[i]);
    if (!view.data) return fovea__graph_check_memory(graph, error);
    for (int64_t i = 0; i < size; i++) {
        double value = numbers[i % count];
        if (view.type == FOVEA_F32)
            ((float *)view.data)[i] = (float)value;
        else if (view.type == FOVEA_F64)
            ((double *)view.data)[i] = value;
        else
            ((int64_t *)view.data)[i] = (int64_t)value;
    }
    fovea__graph_written(graph);
    return FOVEA_OK;
}
