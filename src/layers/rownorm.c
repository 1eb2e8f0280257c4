// SPDX-License-Identifier: MIT
// InstanceNormalization, GroupNormalization and LayerNormalization: each sample, group of channels
// or token is brought to mean 0 and deviation 1 on its own, in training as in use.
#include "kernels/rownorm/rownorm.h"

#include "base/fail.h"
#include "layers/check.h"

enum { X, SCALE, SHIFT };
enum { EPSILON, GROUPS };  // of layers: EPSILON, AXIS
enum { AXIS = GROUPS };

static bool has_shift(const fovea__signature *in, int32_t in_count) {
    return in_count > SHIFT && in[SHIFT].type != FOVEA_TYPE_NONE;
}

// Scale (and shift) hold `wanted` numbers in one dimension, or `other`.
static fovea_status check_numbers(const fovea__signature *in, int32_t in_count, int64_t wanted,
                                  int64_t other, fovea_error *error) {
    for (int32_t i = SCALE; i < in_count && in[i].type != FOVEA_TYPE_NONE; i++) {
        const fovea_shape *s = &in[i].shape;
        bool fits = s->rank == 1 && (s->dim[0] == wanted || s->dim[0] == other);
        if (fits && s->dim[0] == in[SCALE].shape.dim[0]) continue;
        char text[128], wide[128];
        fovea_shape_format(s, text, sizeof text);
        fovea_shape_format(&in[X].shape, wide, sizeof wide);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "input %d is %s, wants %lld: one number for each channel of %s", i, text,
                           (long long)wanted, wide);
    }
    return FOVEA_OK;
}

static fovea_status instance_shape(fovea__attributes *attributes, const fovea__signature *in,
                                   int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_rank(in, 3, FOVEA_MAX_RANK, "N×C and one dimension more", error));
    int64_t channels = in[X].shape.dim[1];
    FOVEA__TRY(check_numbers(in, in_count, channels, channels, error));
    out[0] = in[X];
    return FOVEA_OK;
}

static fovea_status group_shape(fovea__attributes *attributes, const fovea__signature *in,
                                int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_rank(in, 2, FOVEA_MAX_RANK, "N×C and perhaps more", error));
    int64_t channels = in[X].shape.dim[1], groups = attributes->value[GROUPS].i[0];
    if (channels % groups != 0) {
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "%lld channels cannot be cut into %lld groups of equal size",
                           (long long)channels, (long long)groups);
    }
    FOVEA__TRY(check_numbers(in, in_count, channels, groups, error));
    out[0] = in[X];
    return FOVEA_OK;
}

// Dimensions of ones in front of a scale are nothing.
static bool scale_fits(const fovea_shape *s, const fovea_shape *x, int32_t axis) {
    int32_t skipped = s->rank - (x->rank - axis);
    if (skipped < 0) return false;
    for (int32_t d = 0; d < s->rank; d++) {
        if (s->dim[d] != (d < skipped ? 1 : x->dim[axis + d - skipped])) return false;
    }
    return true;
}

static fovea_status layer_shape(fovea__attributes *attributes, const fovea__signature *in,
                                int32_t in_count, fovea__signature *out, fovea_error *error) {
    const fovea_shape *x = &in[X].shape;
    int32_t axis;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_axis(attributes->value[AXIS].i[0], x->rank, &axis, error));
    FOVEA__TRY(fovea__check_fixed(x, axis, "normalise", error));
    for (int32_t i = SCALE; i < in_count && in[i].type != FOVEA_TYPE_NONE; i++) {
        if (scale_fits(&in[i].shape, x, axis)) continue;
        char text[128], wide[128];
        fovea_shape_format(&in[i].shape, text, sizeof text);
        fovea_shape_format(x, wide, sizeof wide);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "input %d is %s, wants the dimensions from %d on of %s", i, text, axis,
                           wide);
    }
    out[0] = in[X];
    return FOVEA_OK;
}

static fovea__rownorm instance_norm(const fovea__call *call) {
    const fovea_shape *x = &call->in[X].shape;
    return (fovea__rownorm){.rows = x->dim[0] * x->dim[1],
                            .parts = 1,
                            .span = fovea__span(x, 2, x->rank),
                            .period = x->dim[1]};
}

static fovea__rownorm group_norm(const fovea__call *call) {
    const fovea_shape *x = &call->in[X].shape;
    int64_t groups = call->attributes->value[GROUPS].i[0], pixels = fovea__span(x, 2, x->rank);
    int64_t channels = x->dim[1] / groups;
    bool by_group = call->in[SCALE].shape.dim[0] != x->dim[1];
    return (fovea__rownorm){.rows = x->dim[0] * groups,
                            .parts = by_group ? 1 : channels,
                            .span = by_group ? channels * pixels : pixels,
                            .period = groups};
}

static fovea__rownorm layer_norm(const fovea__call *call) {
    const fovea_shape *x = &call->in[X].shape;
    int32_t axis;
    fovea__check_axis(call->attributes->value[AXIS].i[0], x->rank, &axis, NULL);
    return (fovea__rownorm){.rows = fovea__span(x, 0, axis),
                            .parts = fovea__span(x, axis, x->rank),
                            .span = 1,
                            .period = 1};
}

static void run(const fovea__call *call, fovea__rownorm norm) {
    const void *shift = call->in_count > SHIFT ? call->in[SHIFT].data : NULL;
    norm.epsilon = call->attributes->value[EPSILON].f;
    if (call->in[X].type == FOVEA_F64) {
        fovea__rownorm_f64(&norm, call->in[X].data, call->in[SCALE].data, shift, call->out[0].data);
    } else {
        fovea__rownorm_f32(&norm, call->in[X].data, call->in[SCALE].data, shift, call->out[0].data);
    }
}

static void run_back(const fovea__call *call, fovea__rownorm norm, const fovea_view *d_out,
                     fovea_view *d_in) {
    void *d_shift = call->in_count > SHIFT ? d_in[SHIFT].data : NULL;
    norm.epsilon = call->attributes->value[EPSILON].f;
    if (call->in[X].type == FOVEA_F64) {
        fovea__rownorm_back_f64(&norm, call->in[X].data, d_out[0].data, call->in[SCALE].data,
                                d_in[X].data, d_in[SCALE].data, d_shift);
    } else {
        fovea__rownorm_back_f32(&norm, call->in[X].data, d_out[0].data, call->in[SCALE].data,
                                d_in[X].data, d_in[SCALE].data, d_shift);
    }
}

// As torchinfo counts: scale and shift once a sample.
static int64_t multiply_adds(const fovea__attributes *attributes, const fovea__signature *in,
                             const fovea__signature *out) {
    (void)attributes;
    int64_t numbers = fovea_shape_count(&in[SCALE].shape);
    return out[0].shape.dim[0] * (has_shift(in, SHIFT + 1) ? 2 : 1) * numbers;
}

#define EPSILON_PARAMETER \
    { "epsilon", "eps", "added to the variance", FOVEA__REAL, 1e-5, 0, 1, false }

#define NORM(function, onnx, word, torch, description, least, version, ...)               \
    static fovea_status function##_forward(const fovea__call *call, fovea_error *error) { \
        (void)error;                                                                      \
        run(call, function##_norm(call));                                                 \
        return FOVEA_OK;                                                                  \
    }                                                                                     \
    static fovea_status function##_vjp(const fovea__call *call, const fovea_view *d_out,  \
                                       fovea_view *d_in, fovea_error *error) {            \
        (void)error;                                                                      \
        run_back(call, function##_norm(call), d_out, d_in);                               \
        return FOVEA_OK;                                                                  \
    }                                                                                     \
    const fovea__op fovea__op_##function##norm = {                                        \
        .name = onnx,                                                                     \
        .text = word,                                                                     \
        .label = torch,                                                                   \
        .help = description,                                                              \
        .since = version,                                                                 \
        .parameter = {EPSILON_PARAMETER, __VA_ARGS__},                                    \
        .input = {"X", "scale", "B"},                                                     \
        .inputs_required = least,                                                         \
        .inputs_maximum = 3,                                                              \
        .outputs = 1,                                                                     \
        .shape = function##_shape,                                                        \
        .forward = function##_forward,                                                    \
        .vjp = function##_vjp,                                                            \
        .multiply_adds = multiply_adds,                                                   \
    };

NORM(instance, "InstanceNormalization", "instancenorm", "InstanceNorm",
     "Shifts and scales each channel of each sample to mean 0 and deviation 1.", 3, 6, {0})
NORM(group, "GroupNormalization", "groupnorm", "GroupNorm",
     "Shifts and scales groups of channels of each sample to mean 0 and deviation 1.", 3, 21,
     {"num_groups", "groups", "parts the channels are cut into", FOVEA__INT, 1, 1, 1048576, true})
NORM(layer, "LayerNormalization", "layernorm", "LayerNorm",
     "Shifts and scales each token to mean 0 and deviation 1, over the last dimensions.", 2, 17,
     {"axis", "axis", "first dimension of a token; negative: from the end", FOVEA__INT, -1,
      -FOVEA_MAX_RANK, FOVEA_MAX_RANK - 1, false})
