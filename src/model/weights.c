// SPDX-License-Identifier: MIT
#include "model/weights.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/log.h"
#include "graph/graph.h"
#include "tensor/convert.h"

enum { LISTED = 20 };

static bool holds_numbers(fovea_value_kind kind) {
    return kind == FOVEA_VALUE_PARAMETER || kind == FOVEA_VALUE_BUFFER;
}

static const fovea__list_tensor *find_tensor(fovea__weights weights, const char *name) {
    const fovea__list_tensor *found = fovea__tensor_find(weights.by_name, weights.count, name);
    if (found) return found;
    char prefixed[FOVEA__LIST_MAX_NAME + 16];
    snprintf(prefixed, sizeof prefixed, "module.%s", name);
    return fovea__tensor_find(weights.by_name, weights.count, prefixed);
}

static bool may_be_missing(const char *name) {
    static const char end[] = "num_batches_tracked";
    size_t length = strlen(name);
    return length >= sizeof end - 1 && strcmp(name + length - (sizeof end - 1), end) == 0;
}

static bool convertible(fovea_type from, fovea_type to) {
    if (to != FOVEA_F32 && to != FOVEA_F64) return from == to;
    return from == FOVEA_F32 || from == FOVEA_F64 || from == FOVEA_F16 || from == FOVEA_BF16;
}

// What does not fit: the first twenty as text, how many in all and how many of them the text has. The
// log has all.
typedef struct report {
    fovea_context *context;
    const char *file;
    char text[800];
    size_t length;
    int count, told;
} report;

static void add_problem(report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_problem(report *r, const char *format, ...) {
    char problem[700];
    va_list list;
    va_start(list, format);
    fovea__format_list(problem, sizeof problem, format, list);
    va_end(list);
    fovea__log(r->context, FOVEA_LOG_INFO, "%s: %s", r->file, problem);
    size_t room = sizeof r->text - r->length, needed = strlen(problem) + 2;
    if (r->count++ >= LISTED || needed >= room) return;
    r->told++;
    r->length +=
        (size_t)snprintf(r->text + r->length, room, "%s%s", r->length ? "; " : "", problem);
}

static void compare_value(report *r, fovea__weights weights, const fovea_value_info *value) {
    const fovea__list_tensor *tensor = find_tensor(weights, value->name);
    char has[160], wants[160];
    if (!tensor) {
        if (!may_be_missing(value->name)) add_problem(r, "missing %.260s", value->name);
    } else if (!fovea_shape_equal(&tensor->shape, &value->shape)) {
        fovea_shape_format(&tensor->shape, has, sizeof has);
        fovea_shape_format(&value->shape, wants, sizeof wants);
        add_problem(r, "%.260s is %s, wants %s", value->name, has, wants);
    } else if (!convertible(tensor->type, value->type)) {
        add_problem(r, "%.260s holds %s, wants %s", value->name, fovea_type_name(tensor->type),
                    fovea_type_name(value->type));
    }
}

static void compare_tensor(report *r, const fovea_graph *graph, fovea__weights weights,
                           const fovea__list_tensor *tensor) {
    const char *name = tensor->name;
    if (strncmp(name, FOVEA__OPTIMIZER_PREFIX, strlen(FOVEA__OPTIMIZER_PREFIX)) == 0) return;
    fovea_value value = fovea_graph_find_value(graph, name);
    if (value == FOVEA_NO_VALUE && strncmp(name, "module.", 7) == 0)
        value = fovea_graph_find_value(graph, name + 7);
    if (value != FOVEA_NO_VALUE) {
        fovea_value_info info = fovea_graph_value(graph, value);
        if (holds_numbers(info.kind) && find_tensor(weights, info.name) == tensor) return;
    }
    add_problem(r, "extra %.260s", name);
}

fovea_status fovea__weights_check(const fovea_graph *graph, fovea__weights weights,
                                  const char *name, fovea_error *error) {
    report r = {.context = fovea_graph_context(graph), .file = name};
    for (int32_t v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_info value = fovea_graph_value(graph, v);
        if (holds_numbers(value.kind)) compare_value(&r, weights, &value);
    }
    for (size_t t = 0; t < weights.count; t++)
        compare_tensor(&r, graph, weights, weights.by_name[t]);
    if (r.count == 0) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_SHAPE_MISMATCH, name, -1,
                          "%d tensor%s not fit the net: %s%s", r.count,
                          r.count == 1 ? " does" : "s do", r.text, r.told < r.count ? "; ..." : "");
}

static bool all_finite(const fovea_view *view) {
    int64_t count = fovea_shape_count(&view->shape);
    for (int64_t i = 0; i < count; i++) {
        if (view->type == FOVEA_F32 && !isfinite(((const float *)view->data)[i])) return false;
        if (view->type == FOVEA_F64 && !isfinite(((const double *)view->data)[i])) return false;
    }
    return true;
}

fovea_status fovea__weights_copy(fovea_graph *graph, fovea__weights weights, const char *name,
                                 fovea_error *error) {
    for (int32_t v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_info value = fovea_graph_value(graph, v);
        const fovea__list_tensor *tensor =
            holds_numbers(value.kind) ? find_tensor(weights, value.name) : NULL;
        if (!tensor) continue;
        fovea_view view = fovea__graph_parameter(graph, v);
        FOVEA__TRY(fovea__convert(tensor->type, tensor->data, view.type, view.data,
                                  fovea_shape_count(&view.shape), error));
        if (!all_finite(&view))
            fovea__log(fovea_graph_context(graph), FOVEA_LOG_WARNING,
                       "%s: %s holds values that are not finite", name, value.name);
    }
    fovea__graph_written(graph);
    return FOVEA_OK;
}
