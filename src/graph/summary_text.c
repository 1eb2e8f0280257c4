// SPDX-License-Identifier: MIT
// The summary as a table: torchinfo's columns, our kernel column, then every parameter tensor.
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "graph/graph.h"
#include "graph/number_text.h"

enum { WIDTH = 90, LAYER = 34, SHAPE = 22, NUMBER = 14 };

static void rule(fovea__text *text, char mark) {
    char line[WIDTH + 2];
    memset(line, mark, WIDTH);
    line[WIDTH] = '\n';
    line[WIDTH + 1] = 0;
    fovea__text_add(text, line);
}

// "[64, 16, 32, 32]", as torchinfo writes shapes.
static void brackets(const fovea_shape *shape, char *out, size_t size) {
    size_t at = (size_t)snprintf(out, size, "[");
    for (int32_t i = 0; i < shape->rank && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%lld", i ? ", " : "",
                               (long long)shape->dim[i]);
    if (at < size) snprintf(out + at, size - at, "]");
}

static void kernel_text(const fovea_shape *kernel, char *out, size_t size) {
    if (kernel->rank == 0)
        snprintf(out, size, "--");
    else
        fovea_shape_format(kernel, out, size);
}

static void cell(fovea__text *text, const char *content, int width) {
    fovea__text_add(text, content);
    int used = fovea__text_columns(content);
    do fovea__text_add(text, " ");  // what is too wide still keeps apart from its neighbour
    while (++used < width);
}

static void layer_row(fovea__text *text, const fovea_graph *graph, const fovea_summary_row *row) {
    fovea_node_info node = fovea_graph_node(graph, row->node);
    char name[LAYER + 64], shape[128], kernel[64], number[32];
    snprintf(name, sizeof name, "%.40s (%s)", node.name, node.label);
    brackets(&row->shape, shape, sizeof shape);
    kernel_text(&row->kernel, kernel, sizeof kernel);
    cell(text, name, LAYER);
    cell(text, shape, SHAPE);
    cell(text, row->parameters ? fovea__thousands(row->parameters, number) : "--", NUMBER);
    fovea__text_add(text, kernel);
    fovea__text_add(text, "\n");
}

// Both counts to the last digit.
static void exact_counts(fovea__text *text, const fovea_summary *s) {
    char with[32], without[32];
    if (s->multiply_adds == INT64_MAX) return;
    fovea__thousands(s->multiply_adds, with);
    fovea__thousands(s->multiply_adds_torchvision, without);
    if (s->multiply_adds == s->multiply_adds_torchvision)
        fovea__text_format(text, "  %s\n", with);
    else
        fovea__text_format(text,
                           "  %s with biases and norms (torchinfo), %s without (torchvision)\n",
                           with, without);
}

static void totals(fovea__text *text, const fovea_summary *s) {
    char number[32];
    const double mb = 1e6;
    bool giga = s->multiply_adds >= 1000000000;
    fovea__text_format(text, "Total params: %s\n", fovea__thousands(s->parameters, number));
    fovea__text_format(text, "Trainable params: %s\n", fovea__thousands(s->trainable, number));
    fovea__text_format(text, "Non-trainable params: %s\n",
                       fovea__thousands(s->parameters - s->trainable, number));
    // INT64_MAX is what stands for everything larger.
    fovea__text_format(text, "Total mult-adds (%s): %s%.2f\n", giga ? "G" : "M",
                       s->multiply_adds == INT64_MAX ? "more than " : "",
                       (double)s->multiply_adds / (giga ? 1e9 : 1e6));
    exact_counts(text, s);
    rule(text, '=');
    fovea__text_format(text, "Input size (MB): %.2f\n", (double)s->input_bytes / mb);
    fovea__text_format(text, "Forward/backward pass size (MB): %.2f\n",
                       (double)s->forward_backward_bytes / mb);
    fovea__text_format(text, "Params size (MB): %.2f\n", (double)s->parameter_bytes / mb);
    fovea__text_format(
        text, "Estimated Total Size (MB): %.2f\n",
        ((double)s->input_bytes + (double)s->forward_backward_bytes + (double)s->parameter_bytes) /
            mb);
    rule(text, '=');
}

static void parameter_list(fovea__text *text, const fovea_graph *graph) {
    int64_t sum = 0;
    fovea__text_add(text, "Parameters\n");
    rule(text, '-');
    for (size_t v = 0; v < graph->value_count; v++) {
        const fovea__value *value = &graph->value[v];
        if (value->kind != FOVEA_VALUE_PARAMETER) continue;
        char shape[128], number[32];
        int64_t count = fovea_shape_count(&value->signature.shape);
        sum += count;
        brackets(&value->signature.shape, shape, sizeof shape);
        cell(text, value->name, LAYER);
        cell(text, shape, SHAPE);
        fovea__text_format(text, "%s\n", fovea__thousands(count, number));
    }
    char number[32];
    rule(text, '-');
    fovea__text_format(text, "%s", fovea__thousands(sum, number));
    bool first = true;
    for (size_t v = 0; v < graph->value_count; v++) {
        if (graph->value[v].kind != FOVEA_VALUE_PARAMETER) continue;
        fovea__text_format(text, "%s%lld", first ? " = " : " + ",
                           (long long)fovea_shape_count(&graph->value[v].signature.shape));
        first = false;
    }
    fovea__text_add(text, "\n");
}

fovea_status fovea_graph_summary_text(const fovea_graph *graph, int64_t samples, const char *title,
                                      char **result, fovea_error *error) {
    fovea_summary *summary;
    fovea_status status = fovea_graph_summary(graph, samples, &summary, error);
    if (status != FOVEA_OK) return status;
    fovea__text text = fovea__text_begin(graph->context);
    if (title && *title) fovea__text_format(&text, "%s\n", title);
    rule(&text, '=');
    cell(&text, "Layer (type)", LAYER);
    cell(&text, "Output Shape", SHAPE);
    cell(&text, "Param #", NUMBER);
    fovea__text_add(&text, "Kernel\n");
    rule(&text, '=');
    for (int32_t r = 0; r < summary->rows; r++) layer_row(&text, graph, &summary->row[r]);
    rule(&text, '=');
    totals(&text, summary);
    parameter_list(&text, graph);
    fovea_summary_free(summary);
    return fovea__text_take(&text, result, NULL, error);
}
