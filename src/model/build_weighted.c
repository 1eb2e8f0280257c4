// SPDX-License-Identifier: MIT
// Layers with parameters: convolutions, linear, norms and PReLU, under PyTorch's names.
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "model/architecture_builder.h"

static fovea_status wants_space(const fovea__builder *b, const fovea_shape *sample,
                                fovea_error *error) {
    char shape[160];
    fovea_shape_format(sample, shape, sizeof shape);
    return fovea__builder_mismatch(
        b, error, "got %s, wants channels and 1 to 3 dimensions of space (as in 3×32×32)", shape);
}

// Attributes of a sliding window; pads are all begins, then all ends.
static fovea_status conv_attributes(const fovea__builder *b, int32_t rank, const int64_t *kernel,
                                    int64_t groups, fovea__attribute_list *list,
                                    fovea_error *error) {
    int64_t stride[3], padding[6], dilation[3];
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_STRIDE, rank, 1, stride, error));
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_PADDING, rank, 0, padding, error));
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_DILATION, rank, 1, dilation, error));
    for (int32_t i = 0; i < rank; i++) padding[rank + i] = padding[i];
    fovea__attribute_integers(list, "kernel_shape", rank, kernel);
    fovea__attribute_integers(list, "strides", rank, stride);
    fovea__attribute_integers(list, "pads", 2 * rank, padding);
    fovea__attribute_integers(list, "dilations", rank, dilation);
    fovea__attribute_integers(list, "group", 1, &groups);
    return FOVEA_OK;
}

fovea_status fovea__build_conv(fovea__builder *b, fovea_error *error) {
    fovea_shape sample = fovea__builder_sample(b);
    int32_t rank = fovea__builder_rank(b);
    if (rank < 1 || rank > 3) return wants_space(b, &sample, error);
    int64_t kernel[3], channels = fovea__builder_integer(b, FOVEA__KEY_CHANNELS, 0);
    int64_t groups = fovea__builder_integer(b, FOVEA__KEY_GROUPS, 1);
    FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_KERNEL, rank, 0, kernel, error));
    if (sample.dim[0] % groups != 0 || channels % groups != 0)
        return fovea__builder_mismatch(
            b, error,
            "groups %lld must divide the %lld channels that come in and the %lld that go "
            "out",
            (long long)groups, (long long)sample.dim[0], (long long)channels);
    fovea__attribute_list attributes = {0};
    FOVEA__TRY(conv_attributes(b, rank, kernel, groups, &attributes, error));

    // Of a transposed convolution the weight has the channels that come in first; PyTorch takes
    // those of its second dimension for the ones that are summed here, too.
    bool transposed = strcmp(b->layer->kind->op, "ConvTranspose") == 0;
    fovea_shape shape = {rank + 2, {channels, sample.dim[0] / groups}};
    if (transposed) {
        int64_t more[3];
        FOVEA__TRY(fovea__builder_sizes(b, FOVEA__KEY_OUTPUT_PADDING, rank, 0, more, error));
        fovea__attribute_integers(&attributes, "output_padding", rank, more);
        shape.dim[0] = sample.dim[0];
        shape.dim[1] = channels / groups;
    }
    int64_t fan_in = shape.dim[1];
    for (int32_t i = 0; i < rank; i++) {
        shape.dim[i + 2] = kernel[i];
        if (!fovea__mul_i64(fan_in, kernel[i], &fan_in)) fan_in = INT64_MAX;  // refused below
    }
    fovea_value inputs[3] = {b->current, FOVEA_NO_VALUE, FOVEA_NO_VALUE};
    int32_t count = 2;
    FOVEA__TRY(
        fovea__builder_parameter(b, "weight", b->type, &shape, 1, fan_in, &inputs[1], error));
    if (fovea__builder_integer(b, FOVEA__KEY_BIAS, 1)) {
        shape = (fovea_shape){1, {channels}};
        FOVEA__TRY(
            fovea__builder_parameter(b, "bias", b->type, &shape, 1, fan_in, &inputs[2], error));
        count = 3;
    }
    return fovea__builder_node(b, inputs, count, &attributes, error);
}

fovea_status fovea__build_linear(fovea__builder *b, fovea_error *error) {
    fovea_shape sample = fovea__builder_sample(b);
    if (sample.rank != 1) {
        char shape[160];
        fovea_shape_format(&sample, shape, sizeof shape);
        return fovea__builder_mismatch(b, error,
                                       "got %s, wants a vector of %lld: `flatten` is missing "
                                       "before it",
                                       shape, (long long)fovea_shape_count(&sample));
    }
    int64_t inputs = sample.dim[0], outputs = fovea__builder_integer(b, FOVEA__KEY_OUTPUTS, 0);
    fovea_shape shape = {2, {outputs, inputs}};
    fovea_value in[3] = {b->current, FOVEA_NO_VALUE, FOVEA_NO_VALUE};
    int32_t count = 2;
    FOVEA__TRY(fovea__builder_parameter(b, "weight", b->type, &shape, 1, inputs, &in[1], error));
    if (fovea__builder_integer(b, FOVEA__KEY_BIAS, 1)) {
        shape = (fovea_shape){1, {outputs}};
        FOVEA__TRY(fovea__builder_parameter(b, "bias", b->type, &shape, 1, inputs, &in[2], error));
        count = 3;
    }
    fovea__attribute_list attributes = {0};
    fovea__attribute_integers(&attributes, "transB", 1, (const int64_t[]){1});
    return fovea__builder_node(b, in, count, &attributes, error);
}

fovea_status fovea__build_norm(fovea__builder *b, fovea_error *error) {
    static const char *const suffixes[4] = {"weight", "bias", "running_mean", "running_var"};
    fovea_shape sample = fovea__builder_sample(b), scalar = {0};
    fovea_shape channels = {1, {sample.dim[0]}};
    fovea_value inputs[5] = {b->current}, batches;
    for (int i = 0; i < 4; i++)
        FOVEA__TRY(fovea__builder_parameter(b, suffixes[i], b->type, &channels, i < 2, 0,
                                            &inputs[i + 1], error));
    FOVEA__TRY(fovea__builder_parameter(b, "num_batches_tracked", FOVEA_I64, &scalar, 0, 0,
                                        &batches, error));
    fovea__attribute_list attributes = {0};
    const fovea__layer_value *epsilon =
        fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_EPSILON);
    const fovea__layer_value *momentum =
        fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_MOMENTUM);
    if (epsilon) fovea__attribute_real(&attributes, "epsilon", epsilon->real);
    // PyTorch's momentum is the part that is new, ONNX's the part that stays.
    if (momentum) fovea__attribute_real(&attributes, "momentum", 1 - momentum->real);
    return fovea__builder_node(b, inputs, 5, &attributes, error);
}

fovea_status fovea__build_rownorm(fovea__builder *b, fovea_error *error) {
    fovea_shape sample = fovea__builder_sample(b), numbers = {1, {sample.dim[0]}};
    fovea_value inputs[3] = {b->current};
    fovea__attribute_list attributes = {0};
    const fovea__layer_value *epsilon =
        fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_EPSILON);
    uint32_t keys = b->layer->kind->keys;
    if (epsilon) fovea__attribute_real(&attributes, "epsilon", epsilon->real);
    if (keys >> FOVEA__KEY_GROUPS & 1) {
        int64_t groups = fovea__builder_integer(b, FOVEA__KEY_GROUPS, 1);
        fovea__attribute_integers(&attributes, "num_groups", 1, &groups);
    }
    if (keys >> FOVEA__KEY_AXIS & 1) {  // of the whole sample where it is not given
        int64_t axis = fovea__builder_integer(b, FOVEA__KEY_AXIS, 1);
        if (axis < 0) axis += sample.rank + 1;
        if (axis < 1 || axis > sample.rank)
            return fovea__builder_mismatch(b, error, "axis 1 to %d can be normalised over",
                                           sample.rank);
        numbers.rank = sample.rank - (int32_t)axis + 1;
        for (int32_t d = 0; d < numbers.rank; d++) numbers.dim[d] = sample.dim[axis - 1 + d];
        fovea__attribute_integers(&attributes, "axis", 1, &axis);
    }
    FOVEA__TRY(fovea__builder_parameter(b, "weight", b->type, &numbers, 1, 0, &inputs[1], error));
    FOVEA__TRY(fovea__builder_parameter(b, "bias", b->type, &numbers, 1, 0, &inputs[2], error));
    return fovea__builder_node(b, inputs, 3, &attributes, error);
}

// One slope for all channels, PyTorch's default; architecture_build.c sets it.
fovea_status fovea__build_prelu(fovea__builder *b, fovea_error *error) {
    fovea_shape one = {1, {1}};
    fovea_value inputs[2] = {b->current};
    FOVEA__TRY(fovea__builder_parameter(b, "weight", b->type, &one, 1, 0, &inputs[1], error));
    fovea__attribute_list attributes = {0};
    return fovea__builder_node(b, inputs, 2, &attributes, error);
}
