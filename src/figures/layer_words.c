// SPDX-License-Identifier: MIT
#include "figures/layer_words.h"

#include <string.h>

#include "draw/number.h"

static bool is_op(const fovea__node *node, const char *name) {
    return strcmp(node->op->name, name) == 0;
}

// Appends "3" where all `count` numbers are the same, else "3×5".
static void add_sizes(fovea__text *text, const fovea__attribute *value, int32_t count,
                      bool square) {
    bool same = !square;
    for (int32_t i = 1; i < count; i++) same = same && value->i[i] == value->i[0];
    for (int32_t i = 0; i < (same ? 1 : count); i++)
        fovea__text_format(text, "%s%lld", i ? "×" : "", (long long)value->i[i]);
}

static bool all_are(const fovea__attribute *value, int32_t count, int64_t number) {
    for (int32_t i = 0; i < count; i++)
        if (value->i[i] != number) return false;
    return true;
}

// "stride 2" where it is not `standard`, one number a spatial dimension.
static void add_unless(const fovea__node *node, const char *attribute, const char *word,
                       int32_t rank, int64_t standard, const char *separator, fovea__text *text) {
    const fovea__attribute *value = fovea__node_attribute(node, attribute);
    if (!value || value->count == 0) return;
    int32_t count = value->count < rank ? value->count : rank;
    if (all_are(value, count, standard)) return;
    fovea__text_format(text, "%s%s ", separator, word);
    add_sizes(text, value, count, false);
}

static bool stride_is_kernel(const fovea__attribute *kernel, const fovea__attribute *stride) {
    for (int32_t i = 0; i < kernel->count; i++)
        if (i >= stride->count || kernel->i[i] != stride->i[i]) return false;
    return true;
}

static void add_window(const fovea__node *node, const char *separator, fovea__text *text) {
    const fovea__attribute *kernel = fovea__node_attribute(node, "kernel_shape");
    const fovea__attribute *stride = fovea__node_attribute(node, "strides");
    bool conv = is_op(node, "Conv");
    fovea__text_add(text, " ");
    add_sizes(text, kernel, kernel->count, true);
    if (stride && (conv || !stride_is_kernel(kernel, stride)))
        add_unless(node, "strides", "stride", kernel->count, conv ? 1 : -1, separator, text);
    add_unless(node, "pads", "pad", kernel->count, 0, separator, text);
    add_unless(node, "dilations", "dilation", kernel->count, 1, separator, text);
    int64_t groups = fovea__node_integer(node, "group", 0, 1);
    if (conv && groups != 1)
        fovea__text_format(text, "%s%lld groups", separator, (long long)groups);
}

static void add_real(const fovea__node *node, const char *attribute, fovea__text *text) {
    const fovea__attribute *value = fovea__node_attribute(node, attribute);
    fovea__number number;
    if (!value) return;
    fovea__number_short(value->f, number);
    fovea__text_format(text, " %s", number);
}

void fovea__layer_words(const fovea_graph *graph, int32_t index, const char *separator,
                        fovea__text *text) {
    const fovea__node *node = &graph->node[index];
    const fovea__attribute *kernel = fovea__node_attribute(node, "kernel_shape");
    fovea__text_add(text, node->text);
    if (kernel && kernel->count) {
        add_window(node, separator, text);
    } else if (is_op(node, "Gemm")) {
        const fovea_shape *shape = &graph->value[node->out[0]].signature.shape;
        fovea__text_format(text, " %lld", (long long)shape->dim[shape->rank - 1]);
    } else if (is_op(node, "Dropout")) {
        add_real(node, "ratio", text);
    } else if (is_op(node, "LeakyRelu") || is_op(node, "Elu") || is_op(node, "Celu")) {
        add_real(node, "alpha", text);
    } else if (is_op(node, "Clip")) {
        add_real(node, "min", text);
        fovea__text_add(text, " to");
        add_real(node, "max", text);
    }
}

int32_t fovea__layer_colour(const fovea_graph *graph, int32_t index) {
    static const struct {
        const char *op;
        int32_t colour;
    } known[] = {{"Gemm", 2}, {"MatMul", 2}, {"Add", 4}, {"Mul", 4},    {"Sub", 4}, {"Div", 4},
                 {"Sum", 4},  {"Max", 4},    {"Min", 4}, {"Concat", 4}, {"LRN", 6}, {"Where", 4}};
    const fovea__node *node = &graph->node[index];
    const char *op = node->op->name;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].op, op) == 0) return known[i].colour;
    if (strncmp(op, "Conv", 4) == 0) return 0;
    if (strstr(op, "Pool") || strncmp(op, "Reduce", 6) == 0) return 1;
    if (strstr(op, "Normalization")) return 6;
    return node->op->traits & FOVEA__ELEMENTWISE ? 5 : -1;
}
