// SPDX-License-Identifier: MIT
// Weights by hand.
#include <string.h>

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

// Whether a buffer of integers can hold the number; they go to 2^53, where doubles stop being whole.
static bool fits(fovea_type type, double number) {
    static const struct {
        fovea_type type;
        double least, most;
    } integers[] = {{FOVEA_I64, -0x1p53, 0x1p53},
                    {FOVEA_I32, INT32_MIN, INT32_MAX},
                    {FOVEA_I16, INT16_MIN, INT16_MAX},
                    {FOVEA_I8, INT8_MIN, INT8_MAX},
                    {FOVEA_U64, 0, 0x1p53},
                    {FOVEA_U32, 0, UINT32_MAX},
                    {FOVEA_U16, 0, UINT16_MAX},
                    {FOVEA_U8, 0, UINT8_MAX},
                    {FOVEA_BOOL, 0, 1}};
    for (size_t t = 0; t < sizeof integers / sizeof integers[0]; t++)
        if (integers[t].type == type)
            return number >= integers[t].least && number <= integers[t].most;
    return true;
}

static void set_number(const fovea_view *view, int64_t i, double number) {
    char *at = (char *)view->data + (size_t)i * fovea_type_size(view->type);
    int64_t whole = fovea__is_float(view->type) ? 0 : (int64_t)number;
    float single = (float)number;
    if (view->type == FOVEA_F32)
        memcpy(at, &single, sizeof single);
    else if (view->type == FOVEA_F64)
        memcpy(at, &number, sizeof number);
    else if (fovea_type_size(view->type) == 8)
        memcpy(at, &whole, 8);
    else if (fovea_type_size(view->type) == 4)
        memcpy(at, &(uint32_t){(uint32_t)whole}, 4);
    else if (fovea_type_size(view->type) == 2)
        memcpy(at, &(uint16_t){(uint16_t)whole}, 2);
    else
        *at = (char)whole;
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
    for (int64_t i = 0; i < count; i++)
        if (!fits(view.type, numbers[i]))
            return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                                  "%.9g is no whole number that %s can hold", numbers[i],
                                  fovea_type_name(view.type));
    if (!view.data) return fovea__graph_check_memory(graph, error);
    for (int64_t i = 0; i < size; i++) set_number(&view, i, numbers[i % count]);
    fovea__graph_written(graph);
    return FOVEA_OK;
}
