// SPDX-License-Identifier: MIT
// ReduceSum, ReduceMean and their like over some or all dimensions.
#include "kernels/reduction/reduction.h"

#include "base/fail.h"
#include "layers/check.h"

enum { AXES, KEEP, NOOP };

static bool only_floats(fovea__reduction_kind kind) {
    return kind == FOVEA__REDUCE_L2 || kind == FOVEA__REDUCE_LOG_SUM ||
           kind == FOVEA__REDUCE_LOG_SUM_EXP;
}

static fovea_status check_type(const fovea__signature *in, fovea__reduction_kind kind,
                               fovea_error *error) {
    switch (in->type) {
        case FOVEA_F32:
        case FOVEA_F64:
            return FOVEA_OK;
        case FOVEA_I64:
        case FOVEA_I32:
        case FOVEA_I8:
        case FOVEA_U8:
        case FOVEA_BOOL:
            if (!only_floats(kind)) return FOVEA_OK;
            break;
        default:
            break;
    }
    return fovea__fail(error, FOVEA_UNSUPPORTED, "input 0 is %s, wants %s",
                       fovea_type_name(in->type),
                       only_floats(kind) ? "F32 or F64" : "F32, F64, I64, I32, I8 or U8");
}

// Which dimensions are reduced: those named; where none is all, or none if it says so.
static fovea_status mark(const fovea__attributes *attributes, int32_t rank, bool *reduced,
                         fovea_error *error) {
    const fovea__attribute *axes = &attributes->value[AXES];
    bool all = axes->count == 0 && !attributes->value[NOOP].i[0];
    for (int32_t d = 0; d < rank; d++) reduced[d] = all;
    for (int32_t i = 0; i < axes->count; i++) {
        int32_t axis;
        FOVEA__TRY(fovea__check_axis(axes->i[i], rank, &axis, error));
        if (reduced[axis]) {
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "axis %lld is there twice",
                               (long long)axes->i[i]);
        }
        reduced[axis] = true;
    }
    return FOVEA_OK;
}

static fovea_status shape(const fovea__attributes *attributes, const fovea__signature *in,
                          fovea__reduction_kind kind, fovea__signature *out, fovea_error *error) {
    const fovea_shape *x = &in->shape;
    bool reduced[FOVEA_MAX_RANK];
    FOVEA__TRY(check_type(in, kind, error));
    FOVEA__TRY(mark(attributes, x->rank, reduced, error));
    out[0] = (fovea__signature){in->type, {0}};
    for (int32_t d = 0; d < x->rank; d++) {
        if (reduced[d]) FOVEA__TRY(fovea__check_fixed(x, d, "reduce", error));
        if (reduced[d] && x->dim[d] < 1)
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "dimension %d has no elements", d);
        if (reduced[d] && !attributes->value[KEEP].i[0]) continue;
        out->shape.dim[out->shape.rank++] = reduced[d] ? 1 : x->dim[d];
    }
    return FOVEA_OK;
}

static fovea__reduction reduction_of(const fovea__call *call, fovea__reduction_kind kind) {
    const fovea_shape *x = &call->in[0].shape;
    bool reduced[FOVEA_MAX_RANK];
    mark(call->attributes, x->rank, reduced, NULL);
    return fovea__reduction_of(kind, x->rank, x->dim, reduced);
}

static void run(const fovea__call *call, fovea__reduction_kind kind) {
    fovea__reduction r = reduction_of(call, kind);
    const void *src = call->in[0].data;
    void *dst = call->out[0].data;
    switch (call->in[0].type) {
        case FOVEA_F32:
            fovea__reduce_f32(&r, src, dst);
            break;
        case FOVEA_F64:
            fovea__reduce_f64(&r, src, dst);
            break;
        case FOVEA_I64:
            fovea__reduce_i64(&r, src, dst);
            break;
        case FOVEA_I32:
            fovea__reduce_i32(&r, src, dst);
            break;
        case FOVEA_I8:
            fovea__reduce_i8(&r, src, dst);
            break;
        default:
            fovea__reduce_u8(&r, src, dst);
    }
}

static void run_back(const fovea__call *call, fovea__reduction_kind kind, const fovea_view *d_out,
                     fovea_view *d_in) {
    if (!d_in[0].data) return;
    fovea__reduction r = reduction_of(call, kind);
    const void *src = call->in[0].data, *dst = call->out[0].data;
    if (d_in[0].type == FOVEA_F64) {
        fovea__reduce_back_f64(&r, src, dst, d_out[0].data, d_in[0].data);
    } else {
        fovea__reduce_back_f32(&r, src, dst, d_out[0].data, d_in[0].data);
    }
}

#define REDUCTION(function, onnx, kind, op_traits, description)                                    \
    static fovea_status function##_shape(fovea__attributes *attributes,                            \
                                         const fovea__signature *in, int32_t in_count,             \
                                         fovea__signature *out, fovea_error *error) {              \
        (void)in_count;                                                                            \
        return shape(attributes, in, kind, out, error);                                            \
    }                                                                                              \
    static fovea_status function##_forward(const fovea__call *call, fovea_error *error) {          \
        (void)error;                                                                               \
        run(call, kind);                                                                           \
        return FOVEA_OK;                                                                           \
    }                                                                                              \
    static fovea_status function##_vjp(const fovea__call *call, const fovea_view *d_out,           \
                                       fovea_view *d_in, fovea_error *error) {                     \
        (void)error;                                                                               \
        run_back(call, kind, d_out, d_in);                                                         \
        return FOVEA_OK;                                                                           \
    }                                                                                              \
    const fovea__op fovea__op_##function = {                                                       \
        .name = onnx,                                                                              \
        .text = #function,                                                                         \
        .label = onnx,                                                                             \
        .help = description,                                                                       \
        .since = 18,                                                                               \
        .traits = op_traits,                                                                       \
        .parameter = {{"axes", "axes", "dimensions that go; negative: from the end; none: all",    \
                       FOVEA__INTS, 0, -FOVEA_MAX_RANK, FOVEA_MAX_RANK - 1, false},                \
                      {"keepdims", "keepdims", "1: they stay with size 1", FOVEA__FLAG, 1, 0, 1,   \
                       false},                                                                     \
                      {"noop_with_empty_axes", "noop",                                             \
                       "1: without axes none goes, each value is by itself", FOVEA__FLAG, 0, 0, 1, \
                       false}},                                                                    \
        .input = {"data"},                                                                         \
        .inputs_required = 1,                                                                      \
        .inputs_maximum = 1,                                                                       \
        .outputs = 1,                                                                              \
        .shape = function##_shape,                                                                 \
        .forward = function##_forward,                                                             \
        .vjp = function##_vjp,                                                                     \
    };

REDUCTION(reduce_mean, "ReduceMean", FOVEA__REDUCE_MEAN, FOVEA__LINEAR,
          "The mean over some dimensions.")
REDUCTION(reduce_sum, "ReduceSum", FOVEA__REDUCE_SUM, FOVEA__LINEAR,
          "The sum over some dimensions.")
REDUCTION(reduce_max, "ReduceMax", FOVEA__REDUCE_MAX, 0,
          "The largest value over some dimensions; equals share the gradient.")
REDUCTION(reduce_min, "ReduceMin", FOVEA__REDUCE_MIN, 0,
          "The smallest value over some dimensions; equals share the gradient.")
REDUCTION(reduce_l1, "ReduceL1", FOVEA__REDUCE_L1, 0, "The sum of absolute values.")
REDUCTION(reduce_l2, "ReduceL2", FOVEA__REDUCE_L2, 0, "The root of the sum of squares.")
REDUCTION(reduce_prod, "ReduceProd", FOVEA__REDUCE_PROD, 0, "The product over some dimensions.")
REDUCTION(reduce_sum_square, "ReduceSumSquare", FOVEA__REDUCE_SUM_SQUARE, 0, "The sum of squares.")
REDUCTION(reduce_log_sum, "ReduceLogSum", FOVEA__REDUCE_LOG_SUM, 0, "The logarithm of the sum.")
REDUCTION(reduce_log_sum_exp, "ReduceLogSumExp", FOVEA__REDUCE_LOG_SUM_EXP, 0,
          "The logarithm of the sum of exponentials, computed without overflow.")
