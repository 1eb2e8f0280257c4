// SPDX-License-Identifier: MIT
// Reductions over any dimensions, and the place of the largest.
#include "kernels/reduction/extreme.h"
#include "kernels/reduction/reduction.h"
#include "unit/random_calls/random_calls.h"
#include "unit/random_calls/typed_values.h"

typedef struct shape {
    int32_t rank;
    int64_t dim[FOVEA__REDUCTION_RANK], to[FOVEA__REDUCTION_RANK];  // strides of the output
    bool reduced[FOVEA__REDUCTION_RANK];
    int64_t in, out;  // elements
} shape;

static shape random_shape(void) {
    shape s = {.rank = (int32_t)pick(pick(8) ? 5 : FOVEA__REDUCTION_RANK + 1)};
    int64_t kept[FOVEA__REDUCTION_RANK];
    for (int32_t d = 0; d < s.rank; d++) {
        s.reduced[d] = pick(2);
        s.dim[d] = 1 + pick(s.rank < 2 ? 100 : s.rank < 3 ? 70 : s.rank < 5 ? 6 : 3);
        if (!s.reduced[d] && pick(40) == 0) s.dim[d] = 0;
        kept[d] = s.reduced[d] ? 1 : s.dim[d];
    }
    dense_strides(s.rank, kept, s.to);
    for (int32_t d = 0; d < s.rank; d++)
        if (s.reduced[d]) s.to[d] = 0;
    s.in = volume_of(s.rank, s.dim);
    s.out = volume_of(s.rank, kept);
    return s;
}

static int64_t output_of(const shape *s, int64_t i) {
    int64_t index[FOVEA__REDUCTION_RANK];
    index_of(i, s->rank, s->dim, index);
    return place_at(s->rank, index, s->to);
}

static double part_of(fovea__reduction_kind kind, double x) {
    switch (kind) {
        case FOVEA__REDUCE_L1:
            return fabs(x);
        case FOVEA__REDUCE_L2:
        case FOVEA__REDUCE_SUM_SQUARE:
            return x * x;
        case FOVEA__REDUCE_LOG_SUM_EXP:
            return exp(x);
        default:
            return x;
    }
}

// sum[o] of ordinary numbers by the formulas of reduction.h.
static void reduce_by_formula(fovea__reduction_kind kind, const shape *s, const double *x,
                              double *y) {
    bool product = kind == FOVEA__REDUCE_PROD;
    double count = s->out ? (double)(s->in / s->out) : 1;
    for (int64_t o = 0; o < s->out; o++) {
        y[o] = product ? 1 : 0;
        if (kind == FOVEA__REDUCE_MAX) y[o] = -INFINITY;
        if (kind == FOVEA__REDUCE_MIN) y[o] = INFINITY;
    }
    for (int64_t i = 0; i < s->in; i++) {
        double *to = &y[output_of(s, i)], value = part_of(kind, x[i]);
        if (kind == FOVEA__REDUCE_MAX)
            *to = value > *to ? value : *to;
        else if (kind == FOVEA__REDUCE_MIN)
            *to = value < *to ? value : *to;
        else
            *to = product ? *to * value : *to + value;
    }
    for (int64_t o = 0; o < s->out; o++) {
        if (kind == FOVEA__REDUCE_MEAN) y[o] /= count;
        if (kind == FOVEA__REDUCE_L2) y[o] = sqrt(y[o]);
        if (kind == FOVEA__REDUCE_LOG_SUM || kind == FOVEA__REDUCE_LOG_SUM_EXP) y[o] = log(y[o]);
    }
}

// Ordinary positive numbers against the formulas; the gradients of floats against those of doubles.
static int64_t reduce_floats(fovea__reduction_kind kind, const shape *s) {
    fovea__reduction r = fovea__reduction_of(kind, s->rank, s->dim, s->reduced);
    guarded x = guarded_make((size_t)s->in), d_y = ordinary((size_t)s->out);
    for (size_t i = 0; i < x.count; i++) x.data[i] = 0.75f + (float)pick(1000) * 5e-4f;
    guarded x64 = wide_of(&x), d_y64 = wide_of(&d_y), y = guarded_make(d_y.count);
    guarded y64 = wide_make(d_y.count), d_x = guarded_make(x.count), d_x64 = wide_make(x.count);
    guarded want = wide_make(d_y.count);
    fovea__reduce_f32(&r, x.data, y.data);
    fovea__reduce_f64(&r, wide(&x64), wide(&y64));
    fovea__reduce_back_f32(&r, x.data, y.data, d_y.data, d_x.data);
    fovea__reduce_back_f64(&r, wide(&x64), wide(&y64), wide(&d_y64), wide(&d_x64));
    reduce_by_formula(kind, s, wide(&x64), wide(&want));
    for (size_t o = 0; o < y.count; o++) {
        expect_near("reduction", kind, wide(&want)[o], (double)y.data[o], 1e-5);
        expect_near("reduction in double", kind, wide(&want)[o], wide(&y64)[o], 1e-12);
    }
    for (size_t i = 0; i < x.count; i++)
        expect_near("gradient of reduction", kind, wide(&d_x64)[i], (double)d_x.data[i], 1e-4);
    FREE_ALL(&x, &d_y, &x64, &d_y64, &y, &y64, &d_x, &d_x64, &want);
    return 4;
}

// Numbers of any kind: bounds, and the largest and smallest.
static int64_t reduce_anything(fovea__reduction_kind kind, const shape *s) {
    fovea__reduction r = fovea__reduction_of(kind, s->rank, s->dim, s->reduced);
    guarded x = operand((size_t)s->in), d_y = operand((size_t)s->out), y = guarded_make(d_y.count);
    guarded d_x = guarded_make(x.count), x64 = wide_of(&x), want = wide_make(y.count);
    bool *nan = calloc((size_t)s->out + 1, 1);
    fovea__reduce_f32(&r, x.data, y.data);
    fovea__reduce_back_f32(&r, x.data, y.data, d_y.data, d_x.data);
    reduce_by_formula(kind, s, wide(&x64), wide(&want));
    for (int64_t i = 0; i < s->in; i++) nan[output_of(s, i)] |= x.data[i] != x.data[i];
    for (size_t o = 0; o < y.count; o++) {
        assert_true(!nan[o] || y.data[o] != y.data[o]);
        if (nan[o] || (kind != FOVEA__REDUCE_MAX && kind != FOVEA__REDUCE_MIN)) continue;
        assert_true((double)y.data[o] == wide(&want)[o]);
    }
    free(nan);
    FREE_ALL(&x, &d_y, &y, &d_x, &x64, &want);
    return 2;
}

static wide_whole whole_join(fovea__reduction_kind kind, wide_whole a, wide_whole x) {
    switch (kind) {
        case FOVEA__REDUCE_MAX:
            return x > a ? x : a;
        case FOVEA__REDUCE_MIN:
            return x < a ? x : a;
        case FOVEA__REDUCE_PROD:
            return (int64_t)wrapping_product(a, x);
        case FOVEA__REDUCE_L1:
            return (int64_t)(a + (x < 0 ? -x : x));
        case FOVEA__REDUCE_SUM_SQUARE:
            return (int64_t)(a + (int64_t)wrapping_product(x, x));
        default:
            return (int64_t)(a + x);
    }
}

static int64_t reduce_integers(fovea__reduction_kind kind, const shape *s) {
    static const fovea_type types[] = {FOVEA_I64, FOVEA_I32, FOVEA_I8, FOVEA_U8};
    fovea__reduction r = fovea__reduction_of(kind, s->rank, s->dim, s->reduced);
    typed x = typed_make(types[pick(4)], s->in), y = typed_make(x.type, s->out);
    typed want = typed_make(x.type, s->out);
    void *src = x.memory.data, *dst = y.memory.data;
    if (x.type == FOVEA_I64) fovea__reduce_i64(&r, src, dst);
    if (x.type == FOVEA_I32) fovea__reduce_i32(&r, src, dst);
    if (x.type == FOVEA_I8) fovea__reduce_i8(&r, src, dst);
    if (x.type == FOVEA_U8) fovea__reduce_u8(&r, src, dst);
    wide_whole *sum = calloc((size_t)s->out + 1, sizeof *sum);
    for (int64_t o = 0; o < s->out; o++) {
        if (kind == FOVEA__REDUCE_PROD) sum[o] = 1;
        if (kind == FOVEA__REDUCE_MAX) sum[o] = INT64_MIN;
        if (kind == FOVEA__REDUCE_MIN) sum[o] = INT64_MAX;
    }
    for (int64_t i = 0; i < s->in; i++) {
        wide_whole *to = &sum[output_of(s, i)];
        *to = whole_join(kind, *to, typed_whole(&x, (size_t)i));
    }
    for (int64_t o = 0; o < s->out; o++)
        typed_set(&want, (size_t)o,
                  kind == FOVEA__REDUCE_MEAN ? sum[o] / (s->in / s->out) : sum[o]);
    free(sum);
    if (!same_bits(&want.memory, &y.memory)) fail_msg("reduction %d of type %d", kind, x.type);
    FREE_ALL(&x.memory, &y.memory, &want.memory);
    return 1;
}

int64_t call_reduction(void) {
    fovea__reduction_kind kind = (fovea__reduction_kind)pick(FOVEA__REDUCE_LOG_SUM_EXP + 1);
    shape s = random_shape();
    switch (pick(3)) {
        case 0:
            return reduce_floats(kind, &s);
        case 1:
            return reduce_anything(kind, &s);
        default:
            if (kind == FOVEA__REDUCE_L2 || kind >= FOVEA__REDUCE_LOG_SUM) kind = FOVEA__REDUCE_SUM;
            return reduce_integers(kind, &s);
    }
}

int64_t call_extreme(void) {
    static const fovea_type types[] = {FOVEA_F32, FOVEA_F64, FOVEA_I64,
                                       FOVEA_I32, FOVEA_I8,  FOVEA_U8};
    fovea__extreme e = {pick(2), pick(2), pick(5), 1 + pick(30), pick(10)};
    typed x = typed_make(types[pick(6)], e.outer * e.axis * e.inner);
    guarded place = guarded_of((size_t)(e.outer * e.inner) * sizeof(int64_t), sizeof(int64_t));
    assert_true(fovea__extreme_find(&e, x.type, x.memory.data, (int64_t *)(void *)place.data));
    for (int64_t i = 0; i < e.outer * e.inner; i++) {
        size_t from = (size_t)(i / e.inner * e.axis * e.inner + i % e.inner);
        int64_t want = 0, got = ((int64_t *)(void *)place.data)[i];
        for (int64_t a = 1; a < e.axis; a++) {
            size_t at = from + (size_t)(a * e.inner), best = from + (size_t)(want * e.inner);
            int order = typed_order(&x, at, &x, best);
            bool nan = typed_order(&x, at, &x, at) == 2,
                 best_nan = typed_order(&x, best, &x, best) == 2;
            bool beats = order == (e.largest ? 1 : -1) || (order == 0 && e.last) ||
                         (nan && (!best_nan || e.last));
            if (beats) want = a;
        }
        assert_int_equal(want, got);
    }
    FREE_ALL(&x.memory, &place);
    return 1;
}
