// SPDX-License-Identifier: MIT
// MatMul: numpy's matrix product. The last two dimensions are matrices, those before run along the
// batch of products with broadcasting; a vector is a row on the left, a column on the right.
//
//   d_A = d_Y * B^T,  d_B = A^T * d_Y, each summed over the products an operand was repeated for:
//   the chains of linear_matmul.h go on from product to product, row-major.
#include "layers/matmul.h"

#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "kernels/linear/linear_matmul.h"
#include "layers/check.h"

// One operand: `lead` dimensions before the matrix of rows × columns.
typedef struct operand {
    int32_t lead;
    int64_t rows, columns;
} operand;

static operand operand_of(const fovea_shape *shape, bool left) {
    if (shape->rank == 1) {
        return left ? (operand){0, 1, shape->dim[0]} : (operand){0, shape->dim[0], 1};
    }
    int32_t lead = shape->rank - 2;
    return (operand){lead, shape->dim[lead], shape->dim[lead + 1]};
}

// The batch may run along the first dimension of the result, nowhere else.
static fovea_status check_batch(const fovea_shape *shape, int32_t out_rank, bool left,
                                fovea_error *error) {
    if (shape->dim[0] != FOVEA_DYNAMIC) return FOVEA_OK;
    bool first = shape->rank == out_rank && shape->rank > 1;
    bool summed = shape->rank == 1 || (!left && shape->rank == 2);
    if (first && !summed) return FOVEA_OK;
    return fovea__check_fixed(shape, 0, summed ? "sum products" : "move values", error);
}

static fovea_status mismatch(const fovea_shape *a, const fovea_shape *b, const char *what,
                             fovea_error *error) {
    char left[128], right[128];
    fovea_shape_format(a, left, sizeof left);
    fovea_shape_format(b, right, sizeof right);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "%s times %s: %s", left, right, what);
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    const fovea_shape *a = &in[0].shape, *b = &in[1].shape;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    if (a->rank < 1 || b->rank < 1) return mismatch(a, b, "a number is no matrix", error);
    operand left = operand_of(a, true), right = operand_of(b, false);
    int32_t lead = left.lead > right.lead ? left.lead : right.lead;
    fovea_shape *y = &out->shape;
    *out = (fovea__signature){in[0].type, {0}};
    if (left.columns != right.rows)
        return mismatch(a, b, "columns of the first must be rows of the second", error);
    for (int32_t d = 0; d < lead; d++) {
        int32_t i = d - (lead - left.lead), k = d - (lead - right.lead);
        int64_t own = i < 0 ? 1 : a->dim[i], other = k < 0 ? 1 : b->dim[k];
        if (own != other && own != 1 && other != 1)
            return mismatch(a, b, "dimensions before the matrices must be equal or 1", error);
        y->dim[y->rank++] = own == 1 ? other : own;
    }
    if (a->rank > 1) y->dim[y->rank++] = left.rows;
    if (b->rank > 1) y->dim[y->rank++] = right.columns;
    FOVEA__TRY(check_batch(a, y->rank + (b->rank == 1), true, error));
    FOVEA__TRY(check_batch(b, y->rank + (a->rank == 1), false, error));
    return fovea__check_size(out, error);
}

// All products: those of a batch, or one where the second operand is the same for all.
typedef struct job {
    const fovea__call *call;
    int32_t lead;
    int64_t dim[FOVEA_MAX_RANK], a_step[FOVEA_MAX_RANK], b_step[FOVEA_MAX_RANK];
    int64_t rows, columns, depth;
} job;

static void steps_of(const fovea_shape *shape, const operand *o, int32_t lead, int64_t *step) {
    int64_t size = o->rows * o->columns;
    for (int32_t d = lead - 1; d >= 0; d--) {
        int32_t own = d - (lead - o->lead);
        step[d] = own < 0 || shape->dim[own] == 1 ? 0 : size;
        if (own >= 0) size *= shape->dim[own];
    }
}

static job job_of(const fovea__call *call) {
    const fovea_shape *a = &call->in[0].shape, *b = &call->in[1].shape;
    operand left = operand_of(a, true), right = operand_of(b, false);
    job j = {.call = call, .rows = left.rows, .columns = right.columns, .depth = left.columns};
    if (fovea_shape_count(b) == right.rows * right.columns && left.lead >= right.lead) {
        j.rows *= fovea__span(a, 0, left.lead);
        return j;
    }
    j.lead = left.lead > right.lead ? left.lead : right.lead;
    steps_of(a, &left, j.lead, j.a_step);
    steps_of(b, &right, j.lead, j.b_step);
    for (int32_t d = 0; d < j.lead; d++) {
        int32_t i = d - (j.lead - left.lead), k = d - (j.lead - right.lead);
        int64_t own = i < 0 ? 1 : a->dim[i], other = k < 0 ? 1 : b->dim[k];
        j.dim[d] = own == 1 ? other : own;
    }
    return j;
}

static void multiply(const job *j, const fovea__matmul *g, const fovea_view *a, int64_t a_at,
                     const fovea_view *b, int64_t b_at, const fovea_view *c, int64_t c_at) {
    fovea__cpu cpu = j->call->cpu;
    if (c->type == FOVEA_F64) {
        fovea__matmul_choose_f64(cpu)(g, (const double *)a->data + a_at,
                                      (const double *)b->data + b_at, (double *)c->data + c_at);
    } else {
        fovea__matmul_choose(cpu)->run(g, (const float *)a->data + a_at,
                                       (const float *)b->data + b_at, (float *)c->data + c_at);
    }
}

// Where the operands of product i stand.
static void places(const job *j, int64_t i, int64_t *a, int64_t *b) {
    *a = *b = 0;
    for (int32_t d = j->lead - 1; d >= 0; i /= j->dim[d--]) {
        *a += i % j->dim[d] * j->a_step[d];
        *b += i % j->dim[d] * j->b_step[d];
    }
}

static int64_t products_of(const job *j) {
    int64_t count = 1;
    for (int32_t d = 0; d < j->lead; d++) count *= j->dim[d];
    return count;
}

void fovea__matmul_rows(const fovea__call *call, int64_t first, int64_t last) {
    job j = job_of(call);
    fovea__matmul g = {.columns = j.columns,
                       .depth = j.depth,
                       .a_line = j.depth,
                       .b_line = j.columns,
                       .c_line = j.columns};
    for (int64_t row = first; row < last; row += g.rows) {
        int64_t a, b, within = row % j.rows;
        g.rows = j.rows - within < last - row ? j.rows - within : last - row;
        places(&j, row / j.rows, &a, &b);
        multiply(&j, &g, &call->in[0], a + within * j.depth, &call->in[1], b, &call->out[0],
                 row * j.columns);
    }
}

int64_t fovea__matmul_columns(const fovea_shape *b) {
    return operand_of(b, false).columns;
}
int64_t fovea__matmul_depth(const fovea_shape *a) {
    return operand_of(a, true).columns;
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    job j = job_of(call);
    fovea__matmul_rows(call, 0, products_of(&j) * j.rows);
    return FOVEA_OK;
}

static void clear(const fovea_view *view) {
    size_t size = fovea_type_size(view->type);
    memset(view->data, 0, (size_t)fovea_shape_count(&view->shape) * size);
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    job j = job_of(call);
    fovea__matmul to_a = {j.rows,  j.depth, j.columns, j.columns, j.columns,
                          j.depth, false,   true,      true};
    fovea__matmul to_b = {j.depth,   j.columns, j.rows, j.depth, j.columns,
                          j.columns, true,      false,  true};
    for (int32_t i = 0; i < 2; i++) {
        if (d_in[i].data) clear(&d_in[i]);
    }
    for (int64_t i = 0, count = products_of(&j); i < count; i++) {
        int64_t a, b, y = i * j.rows * j.columns;
        places(&j, i, &a, &b);
        if (d_in[0].data) multiply(&j, &to_a, &d_out[0], y, &call->in[1], b, &d_in[0], a);
        if (d_in[1].data) multiply(&j, &to_b, &call->in[0], a, &d_out[0], y, &d_in[1], b);
    }
    return FOVEA_OK;
}

static int64_t multiply_adds(const fovea__attributes *attributes, const fovea__signature *in,
                             const fovea__signature *out) {
    (void)attributes;
    int64_t each = operand_of(&in[0].shape, true).columns, count = fovea_shape_count(&out[0].shape);
    return fovea__mul_i64(each, count, &each) ? each : INT64_MAX;
}

const fovea__op fovea__op_matmul = {
    .name = "MatMul",
    .text = "matmul",
    .label = "MatMul",
    .help = "The product of two matrices, or of many along the dimensions before the last two.",
    .since = 13,
    .traits = FOVEA__LINEAR,
    .input = {"A", "B"},
    .inputs_required = 2,
    .inputs_maximum = 2,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
    .multiply_adds = multiply_adds,
};
