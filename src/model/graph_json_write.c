// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <math.h>

#include "base/format_text.h"
#include "graph/graph.h"
#include "model/graph_json.h"

void fovea__text_exact(fovea__text *text, double value) {
    char number[40];
    for (int digits = 6; digits <= 17; digits++) {
        double back;
        fovea__format(number, sizeof number, "%.*g", digits, value);
        if (fovea__parse_double(number, &back) && back == value) break;
    }
    // JSON knows no integer -0.
    fovea__text_add(text, value == 0 && signbit(value) ? "-0.0" : number);
}

static void write_shape(fovea__text *text, const fovea_shape *shape) {
    fovea__text_add(text, "[");
    for (int32_t i = 0; i < shape->rank; i++) {
        if (i) fovea__text_add(text, ",");
        if (shape->dim[i] == FOVEA_DYNAMIC)
            fovea__text_add(text, "\"N\"");
        else
            fovea__text_format(text, "%" PRId64, shape->dim[i]);
    }
    fovea__text_add(text, "]");
}

static void write_value(fovea__text *text, const fovea_graph *graph, fovea_value index) {
    fovea_value_info value = fovea_graph_value(graph, index);
    fovea__text_add(text, "{\"name\":");
    fovea__text_json(text, value.name);
    fovea__text_format(text, ",\"type\":\"%s\",\"shape\":", fovea_type_name(value.type));
    write_shape(text, &value.shape);
    if (value.kind != FOVEA_VALUE_INPUT)
        fovea__text_format(text, ",\"trained\":%s,\"fan_in\":%" PRId64,
                           value.kind == FOVEA_VALUE_PARAMETER ? "true" : "false",
                           graph->value[index].fan_in);
    fovea__text_add(text, "}");
}

static void write_names(fovea__text *text, const fovea_graph *graph, const fovea_value *values,
                        int32_t count) {
    fovea__text_add(text, "[");
    for (int32_t i = 0; i < count; i++) {
        if (i) fovea__text_add(text, ",");
        const char *name = fovea_graph_value(graph, values[i]).name;
        fovea__text_json(text, name ? name : "");
    }
    fovea__text_add(text, "]");
}

// Infinities and NaN, for which JSON has no numbers, as texts.
static void write_real(fovea__text *text, double value) {
    if (isfinite(value))
        fovea__text_exact(text, value);
    else
        fovea__text_add(text, isnan(value) ? "\"nan\"" : value > 0 ? "\"inf\"" : "\"-inf\"");
}

static void write_attribute(fovea__text *text, const fovea__parameter *parameter,
                            const fovea__attribute *value) {
    fovea__text_json(text, parameter->name);
    if (parameter->kind == FOVEA__REAL) {
        fovea__text_add(text, ":");
        write_real(text, value->f);
        return;
    }
    bool list = fovea__is_list(parameter->kind);
    fovea__text_add(text, list ? ":[" : ":");
    for (int32_t i = 0; i < value->count; i++) {
        if (i) fovea__text_add(text, ",");
        if (parameter->kind == FOVEA__REALS)
            write_real(text, value->r[i]);
        else
            fovea__text_format(text, "%" PRId64, value->i[i]);
    }
    if (list) fovea__text_add(text, "]");
}

static void write_node(fovea__text *text, const fovea_graph *graph, const fovea__node *node) {
    const char *comma = "";
    fovea__text_add(text, "{\"op\":");
    fovea__text_json(text, node->op->name);
    fovea__text_add(text, ",\"name\":");
    fovea__text_json(text, node->name);
    fovea__text_add(text, ",\"in\":");
    write_names(text, graph, node->in, node->in_count);
    fovea__text_add(text, ",\"out\":");
    write_names(text, graph, node->out, node->out_count);
    fovea__text_add(text, ",\"attributes\":{");
    for (int i = 0; i < FOVEA__MAX_PARAMETERS && node->op->parameter[i].name; i++) {
        const fovea__parameter *parameter = &node->op->parameter[i];
        if (fovea__is_list(parameter->kind) && node->attributes.value[i].count == 0) continue;
        fovea__text_add(text, comma);
        write_attribute(text, parameter, &node->attributes.value[i]);
        comma = ",";
    }
    fovea__text_add(text, "}}");
}

static void write_values_of(fovea__text *text, const fovea_graph *graph, bool inputs) {
    const char *comma = "";
    fovea__text_add(text, "[");
    for (int32_t v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_kind kind = fovea_graph_value(graph, v).kind;
        if (kind == FOVEA_VALUE_COMPUTED || (kind == FOVEA_VALUE_INPUT) != inputs) continue;
        fovea__text_add(text, comma);
        write_value(text, graph, v);
        comma = ",";
    }
    fovea__text_add(text, "]");
}

void fovea__graph_write_json(const fovea_graph *graph, fovea__text *text) {
    fovea__text_add(text, "{\"inputs\":");
    write_values_of(text, graph, true);
    fovea__text_add(text, ",\"parameters\":");
    write_values_of(text, graph, false);
    fovea__text_add(text, ",\"nodes\":[");
    for (size_t n = 0; n < graph->node_count; n++) {
        if (n) fovea__text_add(text, ",");
        write_node(text, graph, &graph->node[n]);
    }
    fovea__text_add(text, "],\"outputs\":");
    write_names(text, graph, graph->output, (int32_t)graph->output_count);
    fovea__text_add(text, "}");
}
