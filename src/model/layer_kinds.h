// SPDX-License-Identifier: MIT
// The vocabulary of architecture text: which layers there are, which sizes and keys each takes.
#ifndef FOVEA_MODEL_LAYER_KINDS_H
#define FOVEA_MODEL_LAYER_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Everything that can be said about a layer. A key's number is its bit in the masks below.
typedef enum fovea__key {
    FOVEA__KEY_CHANNELS,
    FOVEA__KEY_OUTPUTS,
    FOVEA__KEY_KERNEL,
    FOVEA__KEY_STRIDE,
    FOVEA__KEY_PADDING,
    FOVEA__KEY_DILATION,
    FOVEA__KEY_GROUPS,
    FOVEA__KEY_BIAS,
    FOVEA__KEY_CEIL,
    FOVEA__KEY_COUNT_INCLUDE_PAD,
    FOVEA__KEY_SIZE,
    FOVEA__KEY_RATIO,
    FOVEA__KEY_ALPHA,
    FOVEA__KEY_EPSILON,
    FOVEA__KEY_MOMENTUM,
    FOVEA__KEY_VALUE,
    FOVEA__KEY_START,
    FOVEA__KEY_END,
    FOVEA__KEY_STEP,
    FOVEA__KEY_AXIS,
    FOVEA__KEY_APPROXIMATE,
    FOVEA__KEY_MINIMUM,
    FOVEA__KEY_MAXIMUM,
    FOVEA__KEY_OUTPUT_PADDING,
    FOVEA__KEY_BETA,
    FOVEA__KEY_K,
    FOVEA__KEY_NAME,
    FOVEA__KEY_COUNT,
} fovea__key;

typedef enum fovea__key_kind {
    FOVEA__KEY_INTEGER,   // one whole number
    FOVEA__KEY_INTEGERS,  // one, or one per spatial dimension: 3x5
    FOVEA__KEY_FLAG,      // 0 or 1
    FOVEA__KEY_REAL,
    FOVEA__KEY_WORD,
} fovea__key_kind;

typedef struct fovea__key_info {
    const char *name, *alias[2];  // aliases may be NULL
    fovea__key_kind kind;
    double minimum, maximum;
} fovea__key_info;

typedef enum fovea__layer_role {
    FOVEA__LAYER_CONV,
    FOVEA__LAYER_LINEAR,
    FOVEA__LAYER_NORM,
    FOVEA__LAYER_PRELU,
    FOVEA__LAYER_ROWNORM,  // of samples, groups of channels or channels, each by itself
    FOVEA__LAYER_LRN,
    FOVEA__LAYER_POOL,
    FOVEA__LAYER_PLAIN,  // one value in, attributes copied
    FOVEA__LAYER_PAD,
    FOVEA__LAYER_SLICE,
    FOVEA__LAYER_JOIN,    // the current value and labelled ones
    FOVEA__LAYER_LABEL,   // "as L"
    FOVEA__LAYER_BRANCH,  // "from L"
} fovea__layer_role;

typedef struct fovea__layer_kind {
    const char *text;  // "conv"; nodes are called by it and a count
    const char *op;    // ONNX's: "Conv"; NULL for as and from
    fovea__layer_role role;
    bool ranked;             // conv1d, conv2d and conv3d are names, too
    int32_t required;        // so many of the positional values must be there
    fovea__key position[3];  // what the values without a key mean; FOVEA__KEY_COUNT ends
    uint32_t keys;           // bits of the keys it takes, the positional ones included
    int32_t labels_least, labels_most;
    const char *example;
} fovea__layer_kind;

// Borrowed, static.
const fovea__layer_kind *fovea__layer_kinds(size_t *count);
const fovea__key_info *fovea__key_infos(void);  // FOVEA__KEY_COUNT of them
// The kind called `name` ("conv", "conv2d"); `*rank` is the rank asserted by the name, else 0.
// NULL: none.
const fovea__layer_kind *fovea__layer_kind_find(const char *name, int32_t *rank);
// The key called `name` ("padding", "pad"), FOVEA__KEY_COUNT when there is none.
fovea__key fovea__key_find(const char *name);

#endif
