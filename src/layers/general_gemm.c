// SPDX-License-Identifier: MIT
// Gemm in full: Y = alpha * A' * B' + beta * C, where A' and B' are A and B, or turned, and C is
// repeated along dimensions it does not have. The linear layer (linear.c) is the form most nets use.
//
// A' * B' is a chain of linear_matmul.h; y is alpha times it plus beta times c, each rounded.
#include "base/checked.h"
#include "base/fail.h"
#include "kernels/linear/linear_matmul.h"
#include "layers/broadcast_sum.h"
#include "layers/check.h"

enum { ALPHA, BETA, TRANS_A, TRANS_B };
enum { A, B, C };

static bool turned(const fovea__attributes *attributes, int index) {
    return attributes->value[index].i[0];
}

// C of at most two dimensions, each that of the output or 1.
static fovea_status check_addend(const fovea_shape *c, const fovea_shape *y, fovea_error *error) {
    bool fits = c->rank <= 2;
    for (int32_t d = 0; fits && d < c->rank; d++) {
        int64_t size = c->dim[c->rank - 1 - d];
        fits = size == 1 || size == y->dim[1 - d];
    }
    if (fits) return FOVEA_OK;
    char text[128], wide[128];
    fovea_shape_format(c, text, sizeof text);
    fovea_shape_format(y, wide, sizeof wide);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the addend is %s, the product %s", text, wide);
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    const fovea_shape *a = &in[A].shape, *b = &in[B].shape;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_rank(&in[A], 2, 2, "a matrix", error));
    FOVEA__TRY(fovea__check_rank(&in[B], 2, 2, "a matrix", error));
    if (turned(attributes, TRANS_A)) FOVEA__TRY(fovea__check_fixed(a, 0, "sum products", error));
    FOVEA__TRY(fovea__check_fixed(b, 0, "sum products", error));
    int32_t across_a = !turned(attributes, TRANS_A), across_b = turned(attributes, TRANS_B);
    if (a->dim[across_a] != b->dim[across_b]) {
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "rows of %lld numbers meet columns of %lld",
                           (long long)a->dim[across_a], (long long)b->dim[across_b]);
    }
    out[0] = (fovea__signature){in[A].type, {2, {a->dim[!across_a], b->dim[!across_b]}}};
    if (in_count > C && in[C].type != FOVEA_TYPE_NONE) {
        FOVEA__TRY(check_addend(&in[C].shape, &out->shape, error));
        if (in[C].shape.rank == 1) FOVEA__TRY(fovea__check_fixed(&in[C].shape, 0, "add", error));
    }
    return fovea__check_size(out, error);
}

static void multiply(const fovea__call *call, const fovea__matmul *g, const fovea_view *a,
                     const fovea_view *b, const fovea_view *c) {
    if (c->type == FOVEA_F64) {
        fovea__matmul_choose_f64(call->cpu)(g, a->data, b->data, c->data);
    } else {
        fovea__matmul_choose(call->cpu)->run(g, a->data, b->data, c->data);
    }
}

static void scale(const fovea_view *view, double factor) {
    int64_t count = fovea_shape_count(&view->shape);
    for (int64_t i = 0; factor != 1 && i < count; i++) {
        if (view->type == FOVEA_F64) {
            ((double *)view->data)[i] *= factor;
        } else {
            ((float *)view->data)[i] *= (float)factor;
        }
    }
}

// The addend as it lies under the output.
static fovea__broadcast addend_of(const fovea_shape *c, const fovea_shape *y) {
    fovea__broadcast broadcast = {.rank = 2, .dim = {y->dim[0], y->dim[1]}};
    int64_t columns = c->rank > 0 ? c->dim[c->rank - 1] : 1, rows = c->rank > 1 ? c->dim[0] : 1;
    broadcast.a_stride[0] = rows == 1 ? 0 : columns;
    broadcast.a_stride[1] = columns == 1 ? 0 : 1;
    return broadcast;
}

static void add(const fovea__call *call, double beta) {
    const fovea_view *y = &call->out[0], *c = &call->in[C];
    fovea__broadcast at = addend_of(&c->shape, &y->shape);
    for (int64_t m = 0, i = 0; m < at.dim[0]; m++) {
        for (int64_t n = 0; n < at.dim[1]; n++, i++) {
            int64_t k = m * at.a_stride[0] + n * at.a_stride[1];
            if (y->type == FOVEA_F64) {
                ((double *)y->data)[i] += beta * ((const double *)c->data)[k];
            } else {
                ((float *)y->data)[i] += (float)beta * ((const float *)c->data)[k];
            }
        }
    }
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    const fovea_shape *a = &call->in[A].shape, *b = &call->in[B].shape, *y = &call->out[0].shape;
    bool turn_a = turned(call->attributes, TRANS_A), turn_b = turned(call->attributes, TRANS_B);
    fovea__matmul g = {y->dim[0], y->dim[1], a->dim[!turn_a], a->dim[1], b->dim[1],
                       y->dim[1], turn_a,    turn_b,          false};
    multiply(call, &g, &call->in[A], &call->in[B], &call->out[0]);
    scale(&call->out[0], call->attributes->value[ALPHA].f);
    if (call->in_count > C && call->in[C].data) add(call, call->attributes->value[BETA].f);
    return FOVEA_OK;
}

// d_A' = d_Y * B'^T; of a turned A the same matrix turned.
static void back_to_a(const fovea__call *call, const fovea_view *d_y, const fovea_view *d_a) {
    const fovea_shape *b = &call->in[B].shape, *y = &d_y->shape;
    bool turn_a = turned(call->attributes, TRANS_A), turn_b = turned(call->attributes, TRANS_B);
    int64_t depth = b->dim[turn_b], line = d_a->shape.dim[1];
    fovea__matmul rows = {y->dim[0], depth, y->dim[1], y->dim[1], b->dim[1],
                          line,      false, !turn_b,   false};
    fovea__matmul columns = {depth, y->dim[0], y->dim[1], b->dim[1], y->dim[1],
                             line,  turn_b,    true,      false};
    if (turn_a)
        multiply(call, &columns, &call->in[B], d_y, d_a);
    else
        multiply(call, &rows, d_y, &call->in[B], d_a);
    scale(d_a, call->attributes->value[ALPHA].f);
}

// d_B' = A'^T * d_Y; of a turned B the same matrix turned.
static void back_to_b(const fovea__call *call, const fovea_view *d_y, const fovea_view *d_b) {
    const fovea_shape *a = &call->in[A].shape, *y = &d_y->shape;
    bool turn_a = turned(call->attributes, TRANS_A), turn_b = turned(call->attributes, TRANS_B);
    int64_t depth = a->dim[!turn_a], line = d_b->shape.dim[1];
    fovea__matmul rows = {depth, y->dim[1], y->dim[0], a->dim[1], y->dim[1],
                          line,  !turn_a,   false,     false};
    fovea__matmul columns = {y->dim[1], depth, y->dim[0], y->dim[1], a->dim[1],
                             line,      true,  turn_a,    false};
    if (turn_b)
        multiply(call, &columns, d_y, &call->in[A], d_b);
    else
        multiply(call, &rows, &call->in[A], d_y, d_b);
    scale(d_b, call->attributes->value[ALPHA].f);
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    if (d_in[A].data) back_to_a(call, &d_out[0], &d_in[A]);
    if (d_in[B].data) back_to_b(call, &d_out[0], &d_in[B]);
    if (call->in_count <= C || !d_in[C].data) return FOVEA_OK;
    fovea__broadcast at = addend_of(&d_in[C].shape, &d_out[0].shape);
    if (d_in[C].type == FOVEA_F64) {
        fovea__broadcast_sum_f64(&at, d_out[0].data, NULL, d_in[C].data);
    } else {
        fovea__broadcast_sum_f32(&at, d_out[0].data, NULL, d_in[C].data);
    }
    scale(&d_in[C], call->attributes->value[BETA].f);
    return FOVEA_OK;
}

static int64_t multiply_adds(const fovea__attributes *attributes, const fovea__signature *in,
                             const fovea__signature *out) {
    int64_t each = in[A].shape.dim[!turned(attributes, TRANS_A)];
    int64_t count = fovea_shape_count(&out[0].shape);
    return fovea__mul_i64(each, count, &each) ? each : INT64_MAX;
}

const fovea__op fovea__op_general_gemm = {
    .name = "GeneralGemm",
    .text = "gemm",
    .label = "Gemm",
    .help =
        "The product of two matrices, either turned, times a factor, plus a third times another.",
    .since = 13,
    .traits = FOVEA__LINEAR,
    .parameter = {{"alpha", "alpha", "factor of the product", FOVEA__REAL, 1, -1e30, 1e30, false},
                  {"beta", "beta", "factor of the addend", FOVEA__REAL, 1, -1e30, 1e30, false},
                  {"transA", "turn_a", "1: the first matrix is turned", FOVEA__FLAG, 0, 0, 1,
                   false},
                  {"transB", "turn_b", "1: the second matrix is turned", FOVEA__FLAG, 0, 0, 1,
                   false}},
    .input = {"A", "B", "C"},
    .inputs_required = 2,
    .inputs_maximum = 3,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
    .multiply_adds = multiply_adds,
};
