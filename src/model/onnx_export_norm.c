// SPDX-License-Identifier: MIT
// Normalisations, as they are when a net is used, and Dropout. GroupNormalization and
// LayerNormalization are written by parts for opsets without them.
#include <stdio.h>

#include "model/onnx_exporter.h"

static void write_batchnorm(fovea__onnx_exporter *x) {
    fovea__onnx_begin(x, "BatchNormalization", NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_attributes(x);
    if (x->opset >= 14) fovea__onnx_put_int(x, "training_mode", 0);
    fovea__onnx_end(x);
}

// Without its third input it is not in training mode.
static void write_dropout(fovea__onnx_exporter *x) {
    const char *ratio = fovea__onnx_number_of(x, "ratio", FOVEA_F32, fovea__onnx_of(x, "ratio")->f);
    fovea__onnx_begin(x, "Dropout", NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_input(x, ratio);
    fovea__onnx_end(x);
}

static const char *reshape_part(fovea__onnx_exporter *x, const char *suffix, const char *in,
                                const fovea_shape *shape) {
    char sizes[64];
    int64_t target[FOVEA_MAX_RANK];
    for (int32_t d = 0; d < shape->rank; d++)
        target[d] = shape->dim[d] == FOVEA_DYNAMIC ? 0 : shape->dim[d];
    snprintf(sizes, sizeof sizes, "%s_shape", suffix);
    const char *to = fovea__onnx_ints_of(x, sizes, shape->rank, target);
    fovea__onnx_begin(x, "Reshape", suffix);
    fovea__onnx_put_input(x, in);
    fovea__onnx_put_input(x, to);
    return fovea__onnx_end_part(x, fovea__onnx_of_output(x)->type, shape);
}

// The numbers 1 or 0, one for each group.
static const char *same_numbers(fovea__onnx_exporter *x, const char *suffix, int64_t count,
                                double value) {
    double *numbers = fovea__onnx_take_room(x, (size_t)count, sizeof *numbers);
    if (!numbers) return "";
    for (int64_t i = 0; i < count; i++) numbers[i] = value;
    return fovea__onnx_floats_of(x, suffix, fovea__onnx_of_output(x)->type,
                                 &(fovea_shape){1, {count}}, numbers);
}

// Input `index`, one number for each channel, with dimensions of 1 behind it.
static const char *by_channel(fovea__onnx_exporter *x, int32_t index, const char *suffix) {
    const fovea_shape *in = &fovea__onnx_of_input(x, 0)->shape;
    if (in->rank == 2) return fovea__onnx_source(x, index);
    fovea_shape shape = {in->rank - 1, {in->dim[1]}};
    for (int32_t d = 1; d < shape.rank; d++) shape.dim[d] = 1;
    return reshape_part(x, suffix, fovea__onnx_source(x, index), &shape);
}

// Each group as one channel of InstanceNormalization; scale and shift before or behind it.
static void write_group_by_parts(fovea__onnx_exporter *x) {
    const fovea__signature *in = fovea__onnx_of_input(x, 0);
    const fovea_shape *shape = &in->shape, *scale_shape = &fovea__onnx_of_input(x, 1)->shape;
    int64_t groups = fovea__onnx_of_int(x, "num_groups"), behind = shape->dim[1] / groups;
    bool by_group = scale_shape->dim[0] == groups && groups != shape->dim[1];
    for (int32_t d = 2; d < shape->rank; d++) behind *= shape->dim[d];
    fovea_shape grouped = {3, {shape->dim[0], groups, behind}};
    const char *rows = reshape_part(x, "groups", fovea__onnx_source(x, 0), &grouped);
    const char *scale = by_group ? fovea__onnx_source(x, 1) : same_numbers(x, "ones", groups, 1);
    const char *shift = by_group ? fovea__onnx_source(x, 2) : same_numbers(x, "zeros", groups, 0);
    fovea__onnx_begin(x, "InstanceNormalization", "normal");
    fovea__onnx_put_input(x, rows);
    fovea__onnx_put_input(x, scale);
    fovea__onnx_put_input(x, shift);
    fovea__onnx_put_attribute(x, "epsilon");
    const char *normal = fovea__onnx_end_part(x, in->type, &grouped);
    if (by_group) {
        int64_t target[FOVEA_MAX_RANK] = {0};
        for (int32_t d = 1; d < shape->rank; d++) target[d] = shape->dim[d];
        if (shape->dim[0] != FOVEA_DYNAMIC) target[0] = shape->dim[0];
        fovea__onnx_last(x, "Reshape", normal,
                         fovea__onnx_ints_of(x, "shape", shape->rank, target));
        return;
    }
    const char *channels = reshape_part(x, "channels", normal, shape);
    const char *scaled = fovea__onnx_part(x, "Mul", "scaled", channels, by_channel(x, 1, "scale"));
    fovea__onnx_last(x, "Add", scaled, by_channel(x, 2, "shift"));
}

// Scale and shift are one number for each group in opsets 18 to 20, for each channel from 21 on.
static void write_groupnorm(fovea__onnx_exporter *x) {
    int64_t channels = fovea__onnx_of_input(x, 0)->shape.dim[1];
    int64_t numbers = fovea__onnx_of_input(x, 1)->shape.dim[0];
    int64_t groups = fovea__onnx_of_int(x, "num_groups");
    bool own = x->opset >= 21 ? numbers == channels : x->opset >= 18 && numbers == groups;
    if (own)
        fovea__onnx_copy(x, "GroupNormalization");
    else
        write_group_by_parts(x);
}

static const char *mean_part(fovea__onnx_exporter *x, const char *suffix, const char *in,
                             int32_t axis) {
    fovea_shape shape = fovea__onnx_of_input(x, 0)->shape;
    int64_t axes[FOVEA_MAX_RANK];
    int32_t count = 0;
    for (int32_t d = axis; d < shape.rank; d++) {
        axes[count++] = d;
        shape.dim[d] = 1;
    }
    fovea__onnx_begin(x, "ReduceMean", suffix);
    fovea__onnx_put_input(x, in);
    fovea__onnx_put_ints(x, "axes", count, axes);
    fovea__onnx_put_int(x, "keepdims", 1);
    return fovea__onnx_end_part(x, fovea__onnx_of_output(x)->type, &shape);
}

// (x - mean) / sqrt(variance + epsilon) times scale, plus shift.
static void write_layer_by_parts(fovea__onnx_exporter *x) {
    const fovea__signature *in = fovea__onnx_of_input(x, 0);
    int64_t given = fovea__onnx_of_int(x, "axis");
    int32_t axis = (int32_t)(given < 0 ? given + in->shape.rank : given);
    fovea_shape row = in->shape;
    for (int32_t d = axis; d < row.rank; d++) row.dim[d] = 1;
    const char *source = fovea__onnx_source(x, 0), *scale = fovea__onnx_source(x, 1);
    const char *shift = fovea__onnx_source(x, 2);
    const char *mean = mean_part(x, "mean", source, axis);
    const char *apart = fovea__onnx_part(x, "Sub", "apart", source, mean);
    const char *square = fovea__onnx_part(x, "Mul", "square", apart, apart);
    const char *variance = mean_part(x, "variance", square, axis);
    const char *epsilon =
        fovea__onnx_number_of(x, "epsilon", in->type, fovea__onnx_of(x, "epsilon")->f);
    fovea__onnx_begin(x, "Add", "above_zero");
    fovea__onnx_put_input(x, variance);
    fovea__onnx_put_input(x, epsilon);
    const char *above = fovea__onnx_end_part(x, in->type, &row);
    fovea__onnx_begin(x, "Sqrt", "deviation");
    fovea__onnx_put_input(x, above);
    const char *deviation = fovea__onnx_end_part(x, in->type, &row);
    const char *normal = fovea__onnx_part(x, "Div", "normal", apart, deviation);
    if (shift[0]) normal = fovea__onnx_part(x, "Mul", "scaled", normal, scale);
    fovea__onnx_last(x, shift[0] ? "Add" : "Mul", normal, shift[0] ? shift : scale);
}

static void write_layernorm(fovea__onnx_exporter *x) {
    if (x->opset >= 17)
        fovea__onnx_copy(x, "LayerNormalization");
    else
        write_layer_by_parts(x);
}

const fovea__onnx_writer fovea__onnx_writers_norm[] = {{"BatchNormalization", write_batchnorm},
                                                       {"Dropout", write_dropout},
                                                       {"GroupNormalization", write_groupnorm},
                                                       {"LayerNormalization", write_layernorm},
                                                       {NULL, NULL}};
