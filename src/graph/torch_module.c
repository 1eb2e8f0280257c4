// SPDX-License-Identifier: MIT
#include "graph/torch_module.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct module {
    const fovea_graph *graph;
    const fovea__node *node;
    fovea__text *text;
} module;

// Numbers

// The shortest decimal number that is `value` in 15 digits, written as Python's repr does: 0.1,
// 1e-05, 3.0. Fifteen, because ONNX's momentum is 1 minus PyTorch's.
static void add_real(fovea__text *text, double value) {
    char digits[40], exact[40];
    int precision = 0;
    snprintf(exact, sizeof exact, "%.14e", value);
    do snprintf(digits, sizeof digits, "%.*e", precision, value);
    while (strtod(digits, NULL) != strtod(exact, NULL) && precision++ < 14);
    const char *mark = strchr(digits, 'e');
    if (!mark) {  // inf, nan
        fovea__text_add(text, digits);
        return;
    }
    int exponent = atoi(mark + 1), count = 0;
    char mantissa[40];
    for (const char *d = digits; d < mark; d++)  // the point may be a comma
        if (*d >= '0' && *d <= '9') mantissa[count++] = *d;
    if (value < 0) fovea__text_add(text, "-");
    if (exponent < -4 || exponent >= 16) {
        fovea__text_add_n(text, mantissa, 1);
        if (count > 1) fovea__text_add(text, ".");
        fovea__text_add_n(text, mantissa + 1, (size_t)(count - 1));
        fovea__text_format(text, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
        return;
    }
    for (int i = exponent < 0 ? exponent : 0; i < count || i <= exponent + 1; i++) {
        fovea__text_add_n(text, i >= 0 && i < count ? &mantissa[i] : "0", 1);
        if (i == exponent) fovea__text_add(text, ".");
    }
}

static const fovea__attribute *attribute(const module *m, const char *name) {
    return fovea__node_attribute(m->node, name);
}

static bool all_are(const fovea__attribute *a, int64_t value) {
    for (int32_t i = 0; a && i < a->count; i++)
        if (a->i[i] != value) return false;
    return true;
}

// "(3, 3)"; one number is "(3,)".
static void add_tuple(const module *m, const int64_t *numbers, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        fovea__text_format(m->text, i ? ", %lld" : "(%lld", (long long)numbers[i]);
    fovea__text_add(m->text, count == 1 ? ",)" : ")");
}

// One number where all are the same, as it is typed: `kernel_size=2`.
static void add_sizes(const module *m, const fovea__attribute *a, int32_t count) {
    if (all_are(a, a->i[0]))
        fovea__text_format(m->text, "%lld", (long long)a->i[0]);
    else
        add_tuple(m, a->i, count);
}

// Paddings once where begins and ends are the same.
static int32_t padding_count(const fovea__attribute *pads) {
    int32_t half = pads->count / 2;
    bool same = memcmp(pads->i, pads->i + half, (size_t)half * sizeof pads->i[0]) == 0;
    return same ? half : pads->count;
}

// Arguments of each kind

static void conv(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    int64_t groups = fovea__node_integer(m->node, "group", 0, 1);
    const fovea__attribute *pads = attribute(m, "pads"), *dilations = attribute(m, "dilations");
    fovea__text_format(m->text, "%lld, %lld, kernel_size=", (long long)(weight->dim[1] * groups),
                       (long long)weight->dim[0]);
    add_tuple(m, weight->dim + 2, weight->rank - 2);
    fovea__text_add(m->text, ", stride=");
    add_tuple(m, attribute(m, "strides")->i, weight->rank - 2);
    if (!all_are(pads, 0)) {
        fovea__text_add(m->text, ", padding=");
        add_tuple(m, pads->i, padding_count(pads));
    }
    if (!all_are(dilations, 1)) {
        fovea__text_add(m->text, ", dilation=");
        add_tuple(m, dilations->i, weight->rank - 2);
    }
    if (groups != 1) fovea__text_format(m->text, ", groups=%lld", (long long)groups);
    if (m->node->in_count < 3 || m->node->in[2] == FOVEA_NO_VALUE)
        fovea__text_add(m->text, ", bias=False");
}

static void linear(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    bool bias = m->node->in_count > 2 && m->node->in[2] != FOVEA_NO_VALUE;
    fovea__text_format(m->text, "in_features=%lld, out_features=%lld, bias=%s",
                       (long long)weight->dim[1], (long long)weight->dim[0],
                       bias ? "True" : "False");
}

static void norm(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    fovea__text_format(m->text, "%lld, eps=", (long long)weight->dim[0]);
    add_real(m->text, attribute(m, "epsilon")->f);
    fovea__text_add(m->text, ", momentum=");
    // PyTorch's momentum is the part that is new, ONNX's the part that stays.
    add_real(m->text, 1 - attribute(m, "momentum")->f);
    fovea__text_add(m->text, ", affine=True, bias=True, track_running_stats=True");
}

static const char *bias_text(const module *m) {
    return m->node->in_count > 2 && m->node->in[2] != FOVEA_NO_VALUE ? "True" : "False";
}

static void conv_transpose(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    const fovea__attribute *pads = attribute(m, "pads"), *dilations = attribute(m, "dilations");
    const fovea__attribute *more = attribute(m, "output_padding");
    int64_t groups = attribute(m, "group")->i[0];
    fovea__text_format(m->text, "%lld, %lld, kernel_size=", (long long)weight->dim[0],
                       (long long)(weight->dim[1] * groups));
    add_tuple(m, weight->dim + 2, weight->rank - 2);
    fovea__text_add(m->text, ", stride=");
    add_tuple(m, attribute(m, "strides")->i, weight->rank - 2);
    if (!all_are(pads, 0)) {
        fovea__text_add(m->text, ", padding=");
        add_tuple(m, pads->i, weight->rank - 2);
    }
    if (!all_are(dilations, 1)) {
        fovea__text_add(m->text, ", dilation=");
        add_tuple(m, dilations->i, weight->rank - 2);
    }
    if (!all_are(more, 0)) {
        fovea__text_add(m->text, ", output_padding=");
        add_tuple(m, more->i, weight->rank - 2);
    }
    if (groups != 1) fovea__text_format(m->text, ", groups=%lld", (long long)groups);
    if (strcmp(bias_text(m), "False") == 0) fovea__text_add(m->text, ", bias=False");
}

static void instance_norm(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    fovea__text_format(m->text, "%lld, eps=", (long long)weight->dim[0]);
    add_real(m->text, attribute(m, "epsilon")->f);
    fovea__text_add(m->text, ", momentum=0.1, affine=True, bias=True, track_running_stats=False");
}

static void group_norm(const module *m) {
    const fovea_shape *x = &m->graph->value[m->node->in[0]].signature.shape;
    fovea__text_format(m->text, "%lld, %lld, eps=", (long long)attribute(m, "num_groups")->i[0],
                       (long long)x->dim[1]);
    add_real(m->text, attribute(m, "epsilon")->f);
    fovea__text_add(m->text, ", affine=True, bias=True");
}

static void layer_norm(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    add_tuple(m, weight->dim, weight->rank);
    fovea__text_add(m->text, ", eps=");
    add_real(m->text, attribute(m, "epsilon")->f);
    fovea__text_format(m->text, ", elementwise_affine=True, bias=%s", bias_text(m));
}

static void lrn(const module *m) {
    static const char *const names[] = {"alpha", "beta", "bias"};
    static const char *const labels[] = {", alpha=", ", beta=", ", k="};
    fovea__text_format(m->text, "%lld", (long long)attribute(m, "size")->i[0]);
    for (int i = 0; i < 3; i++) {
        fovea__text_add(m->text, labels[i]);
        add_real(m->text, attribute(m, names[i])->f);
    }
}

// PyTorch's AvgPool1d makes tuples of its sizes, the other pools keep what they are given.
static void window(const module *m, bool tuples) {
    static const char *const names[] = {"kernel_shape", "strides", "pads"};
    static const char *const labels[] = {"kernel_size=", ", stride=", ", padding="};
    for (int i = 0; i < 3; i++) {
        const fovea__attribute *a = attribute(m, names[i]);
        int32_t count = i == 2 ? padding_count(a) : a->count;
        fovea__text_add(m->text, labels[i]);
        if (tuples)
            add_tuple(m, a->i, count);
        else
            add_sizes(m, a, count);
    }
}

static void maxpool(const module *m) {
    const fovea__attribute *dilations = attribute(m, "dilations");
    window(m, false);
    fovea__text_add(m->text, ", dilation=");
    add_sizes(m, dilations, dilations->count);
    fovea__text_format(m->text, ", ceil_mode=%s",
                       fovea__node_integer(m->node, "ceil_mode", 0, 0) ? "True" : "False");
}

static void avgpool(const module *m) {
    window(m, attribute(m, "kernel_shape")->count == 1);
}

static void adaptive_avgpool(const module *m) {
    const fovea__attribute *size = attribute(m, "output_size");
    fovea__text_add(m->text, "output_size=");
    add_sizes(m, size, size->count);
}

static void gap(const module *m) {
    fovea__text_add(m->text, "output_size=1");
}

static void flatten(const module *m) {
    fovea__text_format(m->text, "start_dim=%lld, end_dim=-1",
                       (long long)fovea__node_integer(m->node, "axis", 0, 1));
}

static void dropout(const module *m) {
    fovea__text_add(m->text, "p=");
    add_real(m->text, attribute(m, "ratio")->f);
    fovea__text_add(m->text, ", inplace=False");
}

static void leaky_relu(const module *m) {
    fovea__text_add(m->text, "negative_slope=");
    add_real(m->text, attribute(m, "alpha")->f);
}

static void alpha(const module *m) {
    fovea__text_add(m->text, "alpha=");
    add_real(m->text, attribute(m, "alpha")->f);
}

static void threshold(const module *m) {
    fovea__text_add(m->text, "threshold=");
    add_real(m->text, attribute(m, "alpha")->f);
    fovea__text_add(m->text, ", value=0.0");
}

static void softplus(const module *m) {
    fovea__text_add(m->text, "beta=1.0, threshold=20.0");
}

static bool is_relu6(const fovea__node *node) {
    return fovea__node_attribute(node, "min")->f == 0 && fovea__node_attribute(node, "max")->f == 6;
}

static void clip(const module *m) {
    if (is_relu6(m->node)) return;
    fovea__text_add(m->text, "min_val=");
    add_real(m->text, attribute(m, "min")->f);
    fovea__text_add(m->text, ", max_val=");
    add_real(m->text, attribute(m, "max")->f);
}

static void prelu(const module *m) {
    const fovea_shape *slope = &m->graph->value[m->node->in[1]].signature.shape;
    fovea__text_format(m->text, "num_parameters=%lld", (long long)fovea_shape_count(slope));
}

static void gelu(const module *m) {
    fovea__text_format(m->text, "approximate='%s'",
                       fovea__node_integer(m->node, "approximate", 0, 0) ? "tanh" : "none");
}

static void softmax(const module *m) {
    fovea__text_format(m->text, "dim=%lld", (long long)fovea__node_integer(m->node, "axis", 0, 1));
}

// ONNX lists all begins, then all ends, from the batch on; PyTorch begin and end of the last
// dimension first.
static void pad(const module *m) {
    const fovea__attribute *pads = attribute(m, "pads");
    int32_t rank = pads->count / 2, count = 0;
    int64_t sides[FOVEA__MAX_INTS];
    double value = attribute(m, "value")->f;
    for (int32_t d = rank - 1; d >= 2; d--) {
        sides[count++] = pads->i[d];
        sides[count++] = pads->i[rank + d];
    }
    if (value != 0) fovea__text_add(m->text, "padding=");
    add_tuple(m, sides, count);
    if (value == 0) return;
    fovea__text_add(m->text, ", value=");
    add_real(m->text, value);
}

// Operators that are modules; all others are functions.
static const struct {
    const char *op;
    fovea__torch_kind kind;
    void (*arguments)(const module *m);
} kinds[] = {
    {"Conv", FOVEA__TORCH_MODULE, conv},
    {"Gemm", FOVEA__TORCH_MODULE, linear},
    {"BatchNormalization", FOVEA__TORCH_MODULE, norm},
    {"MaxPool", FOVEA__TORCH_MODULE, maxpool},
    {"AveragePool", FOVEA__TORCH_MODULE, avgpool},
    {"AdaptiveAveragePool", FOVEA__TORCH_MODULE, adaptive_avgpool},
    {"GlobalAveragePool", FOVEA__TORCH_MODULE, gap},
    {"Flatten", FOVEA__TORCH_MODULE, flatten},
    {"Dropout", FOVEA__TORCH_MODULE, dropout},
    {"Pad", FOVEA__TORCH_MODULE, pad},
    {"Relu", FOVEA__TORCH_ACTIVATION, NULL},
    {"LeakyRelu", FOVEA__TORCH_ACTIVATION, leaky_relu},
    {"Tanh", FOVEA__TORCH_ACTIVATION, NULL},
    {"Sigmoid", FOVEA__TORCH_ACTIVATION, NULL},
    {"Gelu", FOVEA__TORCH_ACTIVATION, gelu},
    {"Silu", FOVEA__TORCH_ACTIVATION, NULL},
    {"Elu", FOVEA__TORCH_ACTIVATION, alpha},
    {"Selu", FOVEA__TORCH_ACTIVATION, NULL},
    {"Celu", FOVEA__TORCH_ACTIVATION, alpha},
    {"Clip", FOVEA__TORCH_ACTIVATION, clip},
    {"HardSigmoid", FOVEA__TORCH_ACTIVATION, NULL},
    {"HardSwish", FOVEA__TORCH_ACTIVATION, NULL},
    {"Softplus", FOVEA__TORCH_ACTIVATION, softplus},
    {"Softsign", FOVEA__TORCH_ACTIVATION, NULL},
    {"Mish", FOVEA__TORCH_ACTIVATION, NULL},
    {"ThresholdedRelu", FOVEA__TORCH_ACTIVATION, threshold},
    {"PRelu", FOVEA__TORCH_MODULE, prelu},
    {"Softmax", FOVEA__TORCH_ACTIVATION, softmax},
    {"LogSoftmax", FOVEA__TORCH_ACTIVATION, softmax},
    {"ConvTranspose", FOVEA__TORCH_MODULE, conv_transpose},
    {"InstanceNormalization", FOVEA__TORCH_MODULE, instance_norm},
    {"GroupNormalization", FOVEA__TORCH_MODULE, group_norm},
    {"LayerNormalization", FOVEA__TORCH_MODULE, layer_norm},
    {"LRN", FOVEA__TORCH_MODULE, lrn},
    {"GlobalMaxPool", FOVEA__TORCH_MODULE, gap},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static int find_kind(const char *op) {
    int i = 0;
    while (i < KINDS && strcmp(kinds[i].op, op) != 0) i++;
    return i;
}

fovea__torch_kind fovea__torch_operator(const char *op) {
    int i = find_kind(op);
    if (i < KINDS) return kinds[i].kind;
    return fovea__op_find(op) ? FOVEA__TORCH_NONE : FOVEA__TORCH_UNKNOWN;
}

fovea__torch_kind fovea__torch_node(const fovea__node *node) {
    const fovea__attribute *pads = fovea__node_attribute(node, "pads");
    if (strcmp(node->op->name, "Pad") == 0) {
        int32_t rank = pads->count / 2;
        bool space = rank > 2;
        for (int32_t d = 0; d < 2 && d < rank; d++) space &= !pads->i[d] && !pads->i[rank + d];
        if (!space) return FOVEA__TORCH_NONE;
    }
    return fovea__torch_operator(node->op->name);
}

void fovea__torch_class(const fovea_graph *graph, const fovea__node *node, fovea__text *text) {
    int32_t space = graph->value[node->in[0]].signature.shape.rank - 2;
    if (strcmp(node->op->name, "GlobalAveragePool") == 0)
        fovea__text_format(text, "AdaptiveAvgPool%dd", space);
    else if (strcmp(node->op->name, "GlobalMaxPool") == 0)
        fovea__text_format(text, "AdaptiveMaxPool%dd", space);
    else if (strcmp(node->op->name, "InstanceNormalization") == 0)
        fovea__text_format(text, "InstanceNorm%dd", space);
    else if (strcmp(node->op->name, "Pad") == 0)
        fovea__text_format(text, "%sPad%dd",
                           fovea__node_attribute(node, "value")->f == 0 ? "Zero" : "Constant",
                           space);
    else if (strcmp(node->op->name, "Clip") == 0 && is_relu6(node))
        fovea__text_add(text, "ReLU6");
    else
        fovea__text_add(text, node->label);
}

void fovea__torch_arguments(const fovea_graph *graph, const fovea__node *node, fovea__text *text) {
    int i = find_kind(node->op->name);
    module m = {graph, node, text};
    if (i < KINDS && kinds[i].arguments) kinds[i].arguments(&m);
}
