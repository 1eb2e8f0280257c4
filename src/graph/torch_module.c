// SPDX-License-Identifier: MIT
#include "graph/torch_module.h"

#include <string.h>

#include "graph/torch_numbers.h"

typedef struct module {
    const fovea_graph *graph;
    const fovea__node *node;
    fovea__text *text;
} module;

static const fovea__attribute *attribute(const module *m, const char *name) {
    return fovea__node_attribute(m->node, name);
}

static bool has_bias(const module *m) {
    return m->node->in_count > 2 && m->node->in[2] != FOVEA_NO_VALUE;
}

// `label` and `count` numbers, unless all are the usual one.
static void add_unless(const module *m, int64_t usual, const char *label, const fovea__attribute *a,
                       int32_t count) {
    if (fovea__torch_all_are(a, usual)) return;
    fovea__text_add(m->text, label);
    fovea__torch_tuple(m->text, a->i, count);
}

static void begin_conv(const module *m, const fovea_shape *weight, int64_t in, int64_t out) {
    fovea__text_format(m->text, "%lld, %lld, kernel_size=", (long long)in, (long long)out);
    fovea__torch_tuple(m->text, weight->dim + 2, weight->rank - 2);
    fovea__text_add(m->text, ", stride=");
    fovea__torch_tuple(m->text, attribute(m, "strides")->i, weight->rank - 2);
}

static void end_conv(const module *m, int64_t groups) {
    if (groups != 1) fovea__text_format(m->text, ", groups=%lld", (long long)groups);
    if (!has_bias(m)) fovea__text_add(m->text, ", bias=False");
}

static void conv(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    int64_t groups = fovea__node_integer(m->node, "group", 0, 1);
    const fovea__attribute *pads = attribute(m, "pads");
    begin_conv(m, weight, weight->dim[1] * groups, weight->dim[0]);
    add_unless(m, 0, ", padding=", pads, fovea__torch_padding_count(pads));
    add_unless(m, 1, ", dilation=", attribute(m, "dilations"), weight->rank - 2);
    end_conv(m, groups);
}

static void conv_transpose(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    int64_t groups = attribute(m, "group")->i[0];
    begin_conv(m, weight, weight->dim[0], weight->dim[1] * groups);
    add_unless(m, 0, ", padding=", attribute(m, "pads"), weight->rank - 2);
    add_unless(m, 1, ", dilation=", attribute(m, "dilations"), weight->rank - 2);
    add_unless(m, 0, ", output_padding=", attribute(m, "output_padding"), weight->rank - 2);
    end_conv(m, groups);
}

static void linear(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    fovea__text_format(m->text, "in_features=%lld, out_features=%lld, bias=%s",
                       (long long)weight->dim[1], (long long)weight->dim[0],
                       has_bias(m) ? "True" : "False");
}

static void norm(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    fovea__text_format(m->text, "%lld, eps=", (long long)weight->dim[0]);
    fovea__torch_real(m->text, attribute(m, "epsilon")->f);
    fovea__text_add(m->text, ", momentum=");
    // PyTorch's momentum is the part that is new, ONNX's the part that stays.
    fovea__torch_real(m->text, 1 - attribute(m, "momentum")->f);
    fovea__text_add(m->text, ", affine=True, bias=True, track_running_stats=True");
}

static void instance_norm(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    fovea__text_format(m->text, "%lld, eps=", (long long)weight->dim[0]);
    fovea__torch_real(m->text, attribute(m, "epsilon")->f);
    fovea__text_add(m->text, ", momentum=0.1, affine=True, bias=True, track_running_stats=False");
}

static void group_norm(const module *m) {
    const fovea_shape *x = &m->graph->value[m->node->in[0]].signature.shape;
    fovea__text_format(m->text, "%lld, %lld, eps=", (long long)attribute(m, "num_groups")->i[0],
                       (long long)x->dim[1]);
    fovea__torch_real(m->text, attribute(m, "epsilon")->f);
    fovea__text_add(m->text, ", affine=True, bias=True");
}

static void layer_norm(const module *m) {
    const fovea_shape *weight = &m->graph->value[m->node->in[1]].signature.shape;
    fovea__torch_tuple(m->text, weight->dim, weight->rank);
    fovea__text_add(m->text, ", eps=");
    fovea__torch_real(m->text, attribute(m, "epsilon")->f);
    fovea__text_format(m->text, ", elementwise_affine=True, bias=%s",
                       has_bias(m) ? "True" : "False");
}

static void lrn(const module *m) {
    static const char *const names[] = {"alpha", "beta", "bias"};
    static const char *const labels[] = {", alpha=", ", beta=", ", k="};
    fovea__text_format(m->text, "%lld", (long long)attribute(m, "size")->i[0]);
    for (int i = 0; i < 3; i++) {
        fovea__text_add(m->text, labels[i]);
        fovea__torch_real(m->text, attribute(m, names[i])->f);
    }
}

// PyTorch's AvgPool1d makes tuples of its sizes, the other pools keep what they are given.
static void window(const module *m, bool tuples) {
    static const char *const names[] = {"kernel_shape", "strides", "pads"};
    static const char *const labels[] = {"kernel_size=", ", stride=", ", padding="};
    for (int i = 0; i < 3; i++) {
        const fovea__attribute *a = attribute(m, names[i]);
        int32_t count = i == 2 ? fovea__torch_padding_count(a) : a->count;
        fovea__text_add(m->text, labels[i]);
        if (tuples)
            fovea__torch_tuple(m->text, a->i, count);
        else
            fovea__torch_sizes(m->text, a, count);
    }
}

static void maxpool(const module *m) {
    const fovea__attribute *dilations = attribute(m, "dilations");
    window(m, false);
    fovea__text_add(m->text, ", dilation=");
    fovea__torch_sizes(m->text, dilations, dilations->count);
    fovea__text_format(m->text, ", ceil_mode=%s",
                       fovea__node_integer(m->node, "ceil_mode", 0, 0) ? "True" : "False");
}

static void avgpool(const module *m) {
    window(m, attribute(m, "kernel_shape")->count == 1);
}

static void adaptive_avgpool(const module *m) {
    const fovea__attribute *size = attribute(m, "output_size");
    fovea__text_add(m->text, "output_size=");
    fovea__torch_sizes(m->text, size, size->count);
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
    fovea__torch_real(m->text, attribute(m, "ratio")->f);
    fovea__text_add(m->text, ", inplace=False");
}

static void leaky_relu(const module *m) {
    fovea__text_add(m->text, "negative_slope=");
    fovea__torch_real(m->text, attribute(m, "alpha")->f);
}

static void alpha(const module *m) {
    fovea__text_add(m->text, "alpha=");
    fovea__torch_real(m->text, attribute(m, "alpha")->f);
}

static void threshold(const module *m) {
    fovea__text_add(m->text, "threshold=");
    fovea__torch_real(m->text, attribute(m, "alpha")->f);
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
    fovea__torch_real(m->text, attribute(m, "min")->f);
    fovea__text_add(m->text, ", max_val=");
    fovea__torch_real(m->text, attribute(m, "max")->f);
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
    fovea__torch_tuple(m->text, sides, count);
    if (value == 0) return;
    fovea__text_add(m->text, ", value=");
    fovea__torch_real(m->text, value);
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
