// SPDX-License-Identifier: MIT
#include "model/layer_kinds.h"

#include <string.h>

#define MAX_SIZE 2147483647.0

static const fovea__key_info key_infos[FOVEA__KEY_COUNT] = {
    [FOVEA__KEY_CHANNELS] = {"channels", {NULL}, FOVEA__KEY_INTEGER, 1, MAX_SIZE},
    [FOVEA__KEY_OUTPUTS] = {"outputs", {NULL}, FOVEA__KEY_INTEGER, 1, MAX_SIZE},
    [FOVEA__KEY_KERNEL] = {"kernel", {NULL}, FOVEA__KEY_INTEGERS, 1, MAX_SIZE},
    [FOVEA__KEY_STRIDE] = {"stride", {NULL}, FOVEA__KEY_INTEGERS, 1, MAX_SIZE},
    [FOVEA__KEY_PADDING] = {"padding", {"pad", "pads"}, FOVEA__KEY_INTEGERS, 0, MAX_SIZE},
    [FOVEA__KEY_DILATION] = {"dilation", {NULL}, FOVEA__KEY_INTEGERS, 1, MAX_SIZE},
    [FOVEA__KEY_GROUPS] = {"groups", {NULL}, FOVEA__KEY_INTEGER, 1, MAX_SIZE},
    [FOVEA__KEY_BIAS] = {"bias", {NULL}, FOVEA__KEY_FLAG, 0, 1},
    [FOVEA__KEY_CEIL] = {"ceil", {NULL}, FOVEA__KEY_FLAG, 0, 1},
    [FOVEA__KEY_COUNT_INCLUDE_PAD] = {"count_include_pad", {NULL}, FOVEA__KEY_FLAG, 0, 1},
    [FOVEA__KEY_SIZE] = {"output_size", {"size"}, FOVEA__KEY_INTEGERS, 1, MAX_SIZE},
    [FOVEA__KEY_RATIO] = {"ratio", {NULL}, FOVEA__KEY_REAL, 0, 1},
    [FOVEA__KEY_ALPHA] = {"alpha", {"slope"}, FOVEA__KEY_REAL, -1e30, 1e30},
    [FOVEA__KEY_EPSILON] = {"epsilon", {"eps"}, FOVEA__KEY_REAL, 0, 1},
    [FOVEA__KEY_MOMENTUM] = {"momentum", {NULL}, FOVEA__KEY_REAL, 0, 1},
    [FOVEA__KEY_VALUE] = {"value", {NULL}, FOVEA__KEY_REAL, -1e30, 1e30},
    [FOVEA__KEY_START] = {"start", {"starts"}, FOVEA__KEY_INTEGERS, -MAX_SIZE, MAX_SIZE},
    [FOVEA__KEY_END] = {"end", {"ends"}, FOVEA__KEY_INTEGERS, -MAX_SIZE, MAX_SIZE},
    [FOVEA__KEY_STEP] = {"step", {"steps"}, FOVEA__KEY_INTEGERS, 1, MAX_SIZE},
    [FOVEA__KEY_AXIS] = {"axis", {"axes"}, FOVEA__KEY_INTEGER, -7, 7},
    [FOVEA__KEY_APPROXIMATE] = {"approximate", {NULL}, FOVEA__KEY_FLAG, 0, 1},
    [FOVEA__KEY_MINIMUM] = {"min", {NULL}, FOVEA__KEY_REAL, -1e30, 1e30},
    [FOVEA__KEY_MAXIMUM] = {"max", {NULL}, FOVEA__KEY_REAL, -1e30, 1e30},
    [FOVEA__KEY_OUTPUT_PADDING] = {"output_padding", {NULL}, FOVEA__KEY_INTEGERS, 0, MAX_SIZE},
    [FOVEA__KEY_BETA] = {"beta", {NULL}, FOVEA__KEY_REAL, 0, 1e3},
    [FOVEA__KEY_K] = {"k", {NULL}, FOVEA__KEY_REAL, 1e-30, 1e6},
    [FOVEA__KEY_NAME] = {"name", {NULL}, FOVEA__KEY_WORD, 0, 0},
};

#define K(key) (1u << FOVEA__KEY_##key)
#define P(...) \
    { __VA_ARGS__, FOVEA__KEY_COUNT }
#define NONE \
    { FOVEA__KEY_COUNT }
#define WINDOW (K(KERNEL) | K(STRIDE) | K(PADDING) | K(NAME))

static const fovea__layer_kind kinds[] = {
    {"conv", "Conv", FOVEA__LAYER_CONV, true, 2, P(FOVEA__KEY_CHANNELS, FOVEA__KEY_KERNEL),
     WINDOW | K(CHANNELS) | K(DILATION) | K(GROUPS) | K(BIAS), 0, 0, "conv 16 3 pad=1"},
    {"convtranspose", "ConvTranspose", FOVEA__LAYER_CONV, true, 2,
     P(FOVEA__KEY_CHANNELS, FOVEA__KEY_KERNEL),
     WINDOW | K(CHANNELS) | K(DILATION) | K(GROUPS) | K(BIAS) | K(OUTPUT_PADDING), 0, 0,
     "convtranspose 8 2 stride=2"},
    {"maxpool", "MaxPool", FOVEA__LAYER_POOL, true, 1, P(FOVEA__KEY_KERNEL),
     WINDOW | K(DILATION) | K(CEIL), 0, 0, "maxpool 2"},
    {"avgpool", "AveragePool", FOVEA__LAYER_POOL, true, 1, P(FOVEA__KEY_KERNEL),
     WINDOW | K(DILATION) | K(CEIL) | K(COUNT_INCLUDE_PAD), 0, 0, "avgpool 2"},
    {"adaptive_avgpool", "AdaptiveAveragePool", FOVEA__LAYER_POOL, true, 1, P(FOVEA__KEY_SIZE),
     K(SIZE) | K(NAME), 0, 0, "adaptive_avgpool 1"},
    {"gap", "GlobalAveragePool", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "gap"},
    {"global_maxpool", "GlobalMaxPool", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0,
     "global_maxpool"},
    {"linear", "Gemm", FOVEA__LAYER_LINEAR, false, 1, P(FOVEA__KEY_OUTPUTS),
     K(OUTPUTS) | K(BIAS) | K(NAME), 0, 0, "linear 10"},
    {"flatten", "Flatten", FOVEA__LAYER_PLAIN, false, 0, NONE, K(AXIS) | K(NAME), 0, 0, "flatten"},
    {"batchnorm", "BatchNormalization", FOVEA__LAYER_NORM, true, 0, NONE,
     K(EPSILON) | K(MOMENTUM) | K(NAME), 0, 0, "batchnorm"},
    {"instancenorm", "InstanceNormalization", FOVEA__LAYER_ROWNORM, true, 0, NONE,
     K(EPSILON) | K(NAME), 0, 0, "instancenorm"},
    {"groupnorm", "GroupNormalization", FOVEA__LAYER_ROWNORM, false, 1, P(FOVEA__KEY_GROUPS),
     K(GROUPS) | K(EPSILON) | K(NAME), 0, 0, "groupnorm 4"},
    {"layernorm", "LayerNormalization", FOVEA__LAYER_ROWNORM, false, 0, NONE,
     K(AXIS) | K(EPSILON) | K(NAME), 0, 0, "layernorm"},
    {"lrn", "LRN", FOVEA__LAYER_LRN, false, 1, P(FOVEA__KEY_SIZE),
     K(SIZE) | K(ALPHA) | K(BETA) | K(K) | K(NAME), 0, 0, "lrn 5"},
    {"dropout", "Dropout", FOVEA__LAYER_PLAIN, false, 0, P(FOVEA__KEY_RATIO), K(RATIO) | K(NAME), 0,
     0, "dropout 0.5"},
    {"relu", "Relu", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "relu"},
    {"leaky_relu", "LeakyRelu", FOVEA__LAYER_PLAIN, false, 0, P(FOVEA__KEY_ALPHA),
     K(ALPHA) | K(NAME), 0, 0, "leaky_relu 0.01"},
    {"tanh", "Tanh", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "tanh"},
    {"sigmoid", "Sigmoid", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "sigmoid"},
    {"gelu", "Gelu", FOVEA__LAYER_PLAIN, false, 0, NONE, K(APPROXIMATE) | K(NAME), 0, 0, "gelu"},
    {"silu", "Silu", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "silu"},
    {"elu", "Elu", FOVEA__LAYER_PLAIN, false, 0, P(FOVEA__KEY_ALPHA), K(ALPHA) | K(NAME), 0, 0,
     "elu 1"},
    {"selu", "Selu", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "selu"},
    {"celu", "Celu", FOVEA__LAYER_PLAIN, false, 0, P(FOVEA__KEY_ALPHA), K(ALPHA) | K(NAME), 0, 0,
     "celu 1"},
    {"relu6", "Clip", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "relu6"},
    {"clip", "Clip", FOVEA__LAYER_PLAIN, false, 0, P(FOVEA__KEY_MINIMUM, FOVEA__KEY_MAXIMUM),
     K(MINIMUM) | K(MAXIMUM) | K(NAME), 0, 0, "clip -1 1"},
    {"hardsigmoid", "HardSigmoid", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0,
     "hardsigmoid"},
    {"hardswish", "HardSwish", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "hardswish"},
    {"softplus", "Softplus", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "softplus"},
    {"softsign", "Softsign", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "softsign"},
    {"mish", "Mish", FOVEA__LAYER_PLAIN, false, 0, NONE, K(NAME), 0, 0, "mish"},
    {"thresholded_relu", "ThresholdedRelu", FOVEA__LAYER_PLAIN, false, 0, P(FOVEA__KEY_ALPHA),
     K(ALPHA) | K(NAME), 0, 0, "thresholded_relu 1"},
    {"prelu", "PRelu", FOVEA__LAYER_PRELU, false, 0, NONE, K(NAME), 0, 0, "prelu"},
    {"softmax", "Softmax", FOVEA__LAYER_PLAIN, false, 0, NONE, K(AXIS) | K(NAME), 0, 0, "softmax"},
    {"log_softmax", "LogSoftmax", FOVEA__LAYER_PLAIN, false, 0, NONE, K(AXIS) | K(NAME), 0, 0,
     "log_softmax"},
    {"pad", "Pad", FOVEA__LAYER_PAD, false, 1, P(FOVEA__KEY_PADDING),
     K(PADDING) | K(CHANNELS) | K(VALUE) | K(NAME), 0, 0, "pad 1"},
    {"slice", "Slice", FOVEA__LAYER_SLICE, false, 0, P(FOVEA__KEY_START, FOVEA__KEY_END),
     K(START) | K(END) | K(STEP) | K(AXIS) | K(NAME), 0, 0, "slice 0 16 axis=1"},
    {"add", "Add", FOVEA__LAYER_JOIN, false, 0, NONE, K(NAME), 1, 1, "add L"},
    {"mul", "Mul", FOVEA__LAYER_JOIN, false, 0, NONE, K(NAME), 1, 1, "mul L"},
    {"concat", "Concat", FOVEA__LAYER_JOIN, false, 0, NONE, K(AXIS) | K(NAME), 1, 8, "concat L"},
    {"as", NULL, FOVEA__LAYER_LABEL, false, 0, NONE, 0, 1, 1, "as L"},
    {"from", NULL, FOVEA__LAYER_BRANCH, false, 0, NONE, 0, 1, 1, "from L"},
};

const fovea__layer_kind *fovea__layer_kinds(size_t *count) {
    *count = sizeof kinds / sizeof kinds[0];
    return kinds;
}

const fovea__key_info *fovea__key_infos(void) {
    return key_infos;
}

const fovea__layer_kind *fovea__layer_kind_find(const char *name, int32_t *rank) {
    size_t length = strlen(name);
    bool suffix =
        length > 2 && name[length - 1] == 'd' && name[length - 2] >= '1' && name[length - 2] <= '3';
    *rank = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const fovea__layer_kind *kind = &kinds[i];
        if (strcmp(kind->text, name) == 0) return kind;
        if (suffix && kind->ranked && strlen(kind->text) == length - 2 &&
            memcmp(kind->text, name, length - 2) == 0) {
            *rank = name[length - 2] - '0';
            return kind;
        }
    }
    return NULL;
}

fovea__key fovea__key_find(const char *name) {
    for (int key = 0; key < FOVEA__KEY_COUNT; key++) {
        const fovea__key_info *info = &key_infos[key];
        if (strcmp(info->name, name) == 0) return (fovea__key)key;
        for (int i = 0; i < 2; i++)
            if (info->alias[i] && strcmp(info->alias[i], name) == 0) return (fovea__key)key;
    }
    return FOVEA__KEY_COUNT;
}
