// SPDX-License-Identifier: MIT
// Layers without parameters: pooling, activations, dropout, flatten, softmax, LRN, pad and slice.
#include <string.h>

#include "base/fail.h"
#include "model/architecture_builder.h"

static bool given(const fovea__builder *b, fovea__key key) {
    return b->layer->given >> key & 1;
}

static fovea_status window(const fovea__builder *b, int32_t rank, fovea__attribute_list *list,
                           fovea_error *error) {
    int64_t kernel[3], stride[3], padding[6];
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_KERNEL, rank, 0, kernel, error));
    memcpy(stride, kernel, sizeof stride);
    if (given(b, FOVEA__KEY_STRIDE))
        FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_STRIDE, rank, 1, stride, error));
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_PADDING, rank, 0, padding, error));
    for (int32_t i = 0; i < rank; i++) padding[rank + i] = padding[i];
    fovea__attribute_integers(list, "kernel_shape", rank, kernel);
    fovea__attribute_integers(list, "strides", rank, stride);
    fovea__attribute_integers(list, "pads", 2 * rank, padding);
    return FOVEA_OK;
}

fovea_status fovea__build_pool(fovea__builder *b, fovea_error *error) {
    fovea_shape sample = fovea__builder_sample(b);
    int32_t rank = fovea__builder_rank(b);
    fovea__attribute_list attributes = {0};
    if (rank < 1 || rank > 3) {
        char shape[160];
        fovea_shape_format(&sample, shape, sizeof shape);
        return fovea__builder_mismatch(
            b, error, "got %s, wants channels and 1 to 3 dimensions of space (as in 3×32×32)",
            shape);
    }
    uint32_t keys = b->layer->kind->keys;
    if (given(b, FOVEA__KEY_SIZE)) {
        int64_t size[3];
        FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_SIZE, rank, 1, size, error));
        fovea__attribute_integers(&attributes, "output_size", rank, size);
        return fovea__builder_node(b, &b->current, 1, &attributes, error);
    }
    FOVEA__TRY(window(b, rank, &attributes, error));
    int64_t ceil = fovea__builder_integer(b, FOVEA__KEY_CEIL, 0);
    fovea__attribute_integers(&attributes, "ceil_mode", 1, &ceil);
    if (keys >> FOVEA__KEY_DILATION & 1) {
        int64_t dilation[3];
        FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_DILATION, rank, 1, dilation, error));
        fovea__attribute_integers(&attributes, "dilations", rank, dilation);
    }
    if (keys >> FOVEA__KEY_COUNT_INCLUDE_PAD & 1) {  // PyTorch's default, not ONNX's
        int64_t include = fovea__builder_integer(b, FOVEA__KEY_COUNT_INCLUDE_PAD, 1);
        fovea__attribute_integers(&attributes, "count_include_pad", 1, &include);
    }
    return fovea__builder_node(b, &b->current, 1, &attributes, error);
}

// Kinds that are an operator with fixed numbers, PyTorch's.
static void add_fixed(const char *kind, fovea__attribute_list *attributes) {
    static const struct {
        const char *kind, *attribute;
        double value;
    } fixed[] = {
        {"relu6", "min", 0},
        {"relu6", "max", 6},
        {"hardsigmoid", "alpha", 1.0 / 6},
        {"hardsigmoid", "beta", 0.5},
        {"selu", "alpha", 1.6732632423543772848170429916717},
        {"selu", "gamma", 1.0507009873554804934193349852946},
    };
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        if (strcmp(fixed[i].kind, kind) == 0)
            fovea__attribute_real(attributes, fixed[i].attribute, fixed[i].value);
}

fovea_status fovea__build_plain(fovea__builder *b, fovea_error *error) {
    fovea__attribute_list attributes = {0};
    const fovea__layer_value *least =
        fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_MINIMUM);
    const fovea__layer_value *most = fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_MAXIMUM);
    const fovea__layer_value *ratio = fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_RATIO);
    const fovea__layer_value *alpha = fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_ALPHA);
    if (ratio) fovea__attribute_real(&attributes, "ratio", ratio->real);
    if (alpha) fovea__attribute_real(&attributes, "alpha", alpha->real);
    if (least) fovea__attribute_real(&attributes, "min", least->real);
    if (most) fovea__attribute_real(&attributes, "max", most->real);
    add_fixed(b->layer->kind->text, &attributes);
    if (given(b, FOVEA__KEY_APPROXIMATE)) {
        int64_t approximate = fovea__builder_integer(b, FOVEA__KEY_APPROXIMATE, 0);
        fovea__attribute_integers(&attributes, "approximate", 1, &approximate);
    }
    if (b->layer->kind->keys >> FOVEA__KEY_AXIS & 1) {  // 1: softmax over the channels, flatten all
        int64_t axis = fovea__builder_integer(b, FOVEA__KEY_AXIS, 1);
        fovea__attribute_integers(&attributes, "axis", 1, &axis);
    }
    return fovea__builder_node(b, &b->current, 1, &attributes, error);
}

fovea_status fovea__build_lrn(fovea__builder *b, fovea_error *error) {
    fovea__attribute_list attributes = {0};
    const fovea__layer_value *alpha = fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_ALPHA);
    const fovea__layer_value *beta = fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_BETA);
    const fovea__layer_value *k = fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_K);
    int64_t size;
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_SIZE, 1, 5, &size, error));
    fovea__attribute_integers(&attributes, "size", 1, &size);
    if (alpha) fovea__attribute_real(&attributes, "alpha", alpha->real);
    if (beta) fovea__attribute_real(&attributes, "beta", beta->real);
    if (k) fovea__attribute_real(&attributes, "bias", k->real);
    return fovea__builder_node(b, &b->current, 1, &attributes, error);
}

// pads of Pad run over every axis: all begins, then all ends.
fovea_status fovea__build_pad(fovea__builder *b, fovea_error *error) {
    int32_t rank = fovea__builder_rank(b), axes = rank + 2;
    int64_t sizes[3] = {0}, pads[2 * FOVEA_MAX_RANK] = {0};
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_PADDING, rank, 0, sizes, error));
    pads[1] = fovea__builder_integer(b, FOVEA__KEY_CHANNELS, 0);
    for (int32_t i = 0; i < rank; i++) pads[2 + i] = sizes[i];
    for (int32_t i = 0; i < axes; i++) pads[axes + i] = pads[i];
    fovea__attribute_list attributes = {0};
    fovea__attribute_integers(&attributes, "pads", 2 * axes, pads);
    const fovea__layer_value *value = fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_VALUE);
    if (value) fovea__attribute_real(&attributes, "value", value->real);
    return fovea__builder_node(b, &b->current, 1, &attributes, error);
}

fovea_status fovea__build_slice(fovea__builder *b, fovea_error *error) {
    bool one = given(b, FOVEA__KEY_AXIS);
    int64_t axis = fovea__builder_integer(b, FOVEA__KEY_AXIS, 0);
    int32_t rank = fovea__builder_rank(b), axes = rank + 1, count = one ? 1 : rank;
    int64_t start[3], end[3], step[3], over[3];
    if (one && (axis < 1 || axis > axes))
        return fovea__builder_mismatch(b, error, "axis %lld cannot be cut; 1 to %d can",
                                       (long long)axis, axes);
    if (count == 0)
        return fovea__builder_mismatch(b, error, "a vector has no space to cut; axis=1 cuts it");
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_START, count, 0, start, error));
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_END, count, INT32_MAX, end, error));
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_STEP, count, 1, step, error));
    for (int32_t i = 0; i < count; i++) over[i] = one ? axis : 2 + i;
    fovea__attribute_list attributes = {0};
    fovea__attribute_integers(&attributes, "starts", count, start);
    fovea__attribute_integers(&attributes, "ends", count, end);
    fovea__attribute_integers(&attributes, "axes", count, over);
    fovea__attribute_integers(&attributes, "steps", count, step);
    return fovea__builder_node(b, &b->current, 1, &attributes, error);
}
