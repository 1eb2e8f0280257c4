// SPDX-License-Identifier: MIT
// Functions of two arguments of any shapes, each element against a formula.
#include "kernels/binary/binary.h"
#include "unit/random_calls/random_calls.h"
#include "unit/random_calls/typed_values.h"

// A broadcast of two dense operands, either of which may be repeated along a dimension; sometimes
// one with no elements.
typedef struct shapes {
    fovea__broadcast b;
    int64_t count, a_count, b_count;
} shapes;

static shapes random_shapes(void) {
    shapes s = {.b = {.rank = (int32_t)pick(pick(8) ? 4 : FOVEA__BROADCAST_RANK + 1)}};
    int32_t rank = s.b.rank;
    int64_t a[FOVEA__BROADCAST_RANK], b[FOVEA__BROADCAST_RANK];
    for (int32_t d = 0; d < rank; d++) {
        s.b.dim[d] = pick(40) ? 1 + pick(rank < 3 ? 40 : rank < 5 ? 6 : 2) : 0;
        a[d] = pick(4) ? s.b.dim[d] : 1;
        b[d] = pick(4) ? s.b.dim[d] : 1;
    }
    dense_strides(rank, a, s.b.a_stride);
    dense_strides(rank, b, s.b.b_stride);
    for (int32_t d = 0; d < rank; d++) {
        if (a[d] != s.b.dim[d]) s.b.a_stride[d] = 0;
        if (b[d] != s.b.dim[d]) s.b.b_stride[d] = 0;
    }
    s.count = volume_of(rank, s.b.dim);
    s.a_count = volume_of(rank, a);
    s.b_count = volume_of(rank, b);
    return s;
}

// Where the operands of element i stand.
static void operands_of(const shapes *s, int64_t i, size_t *a, size_t *b) {
    int64_t index[FOVEA__BROADCAST_RANK];
    index_of(i, s->b.rank, s->b.dim, index);
    *a = (size_t)place_at(s->b.rank, index, s->b.a_stride);
    *b = (size_t)place_at(s->b.rank, index, s->b.b_stride);
}

static double floored(double rest, double y) {
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}

// x op y before it is rounded; of floats the products and sums of two are exact in double.
static double formula(fovea__binary_kind kind, double x, double y) {
    switch (kind) {
        case FOVEA__BINARY_ADD:
            return x + y;
        case FOVEA__BINARY_MUL:
            return x * y;
        case FOVEA__BINARY_SUB:
            return x - y;
        case FOVEA__BINARY_DIV:
            return x / y;
        case FOVEA__BINARY_MIN:
            return x != x || y != y ? NAN : x < y ? x : y;
        case FOVEA__BINARY_MAX:
            return x != x || y != y ? NAN : x > y ? x : y;
        case FOVEA__BINARY_POW:
            return pow(x, y);
        case FOVEA__BINARY_MOD:
            return floored(fmod(x, y), y);
        case FOVEA__BINARY_FMOD:
            return fmod(x, y);
        default:
            return x < 0 ? y * x : x;
    }
}

// Two roundings, to double and to float, are one but for sums and remainders of far numbers.
static bool float_is(fovea__binary_kind kind, float x, float y, float got) {
    float want = (float)formula(kind, (double)x, (double)y);
    if (kind == FOVEA__BINARY_ADD) want = x + y;
    if (kind == FOVEA__BINARY_SUB) want = x - y;
    if (kind == FOVEA__BINARY_DIV) want = x / y;
    if (kind == FOVEA__BINARY_MOD) {
        want = fmodf(x, y);
        if (want != 0 && (want < 0) != (y < 0)) want += y;
    }
    return (want != want && got != got) || memcmp(&want, &got, sizeof want) == 0;
}

static int64_t flat(fovea__binary_kind kind) {
    size_t n = (size_t)pick(100);
    guarded x = operand(n), y = operand(n), got = guarded_make(n), sum = copy_of(&y);
    guarded x64 = wide_of(&x), y64 = wide_of(&y), got64 = wide_make(n), sum64 = wide_copy(&y64);
    fovea__binary_f32(kind, (int64_t)n, x.data, y.data, got.data);
    fovea__binary_f64(kind, (int64_t)n, wide(&x64), wide(&y64), wide(&got64));
    fovea__binary_accumulate_f32((int64_t)n, x.data, sum.data);
    fovea__binary_accumulate_f64((int64_t)n, wide(&x64), wide(&sum64));
    for (size_t i = 0; i < n; i++) {
        double want = formula(kind, wide(&x64)[i], wide(&y64)[i]);
        double added = wide(&x64)[i] + wide(&y64)[i];
        assert_true(float_is(kind, x.data[i], y.data[i], got.data[i]));
        assert_true(alike_doubles(&want, wide(&got64) + i, 1));
        assert_true(float_is(FOVEA__BINARY_ADD, y.data[i], x.data[i], sum.data[i]));
        assert_true(alike_doubles(&added, wide(&sum64) + i, 1));
    }
    fovea__binary_f32(kind, (int64_t)n, x.data, y.data, pick(2) ? x.data : y.data);
    FREE_ALL(&x, &y, &got, &sum, &x64, &y64, &got64, &sum64);
    return 5;
}

int64_t call_binary(void) {
    fovea__binary_kind kind = (fovea__binary_kind)pick(FOVEA__BINARY_PRELU + 1);
    if (pick(3) == 0) return flat(kind);
    shapes s = random_shapes();
    guarded x = operand((size_t)s.a_count), y = operand((size_t)s.b_count);
    if (s.b_count && pick(4) == 0) y.data[0] = 2;  // squares are made another way
    guarded got = guarded_make((size_t)s.count), got64 = wide_make((size_t)s.count);
    guarded x64 = wide_of(&x), y64 = wide_of(&y);
    fovea__binary_broadcast_f32(kind, &s.b, x.data, y.data, got.data);
    fovea__binary_broadcast_f64(kind, &s.b, wide(&x64), wide(&y64), wide(&got64));
    for (int64_t i = 0; i < s.count; i++) {
        size_t a, b;
        operands_of(&s, i, &a, &b);
        if (!float_is(kind, x.data[a], y.data[b], got.data[i]))
            fail_msg("binary %d: %a and %a give %a", kind, (double)x.data[a], (double)y.data[b],
                     (double)got.data[i]);
        double want = formula(kind, wide(&x64)[a], wide(&y64)[b]), square = pow(wide(&x64)[a], 2);
        bool squared = kind == FOVEA__BINARY_POW && wide(&y64)[b] == 2;
        if (squared && fabs(wide(&got64)[i] - square) <= 2e-16 * square) continue;
        if (!alike_doubles(&want, wide(&got64) + i, 1))
            fail_msg("binary %d: %a and %a give %a", kind, wide(&x64)[a], wide(&y64)[b],
                     wide(&got64)[i]);
    }
    FREE_ALL(&x, &y, &got, &got64, &x64, &y64);
    return 2;
}

static bool truth(fovea__compare_kind kind, const typed *x, size_t a, const typed *y, size_t b) {
    int order = typed_order(x, a, y, b);  // 2: one is NaN
    bool p = typed_true(x, a), q = typed_true(y, b);
    switch (kind) {
        case FOVEA__COMPARE_LESS:
            return order == -1;
        case FOVEA__COMPARE_LESS_EQUAL:
            return order == -1 || order == 0;
        case FOVEA__COMPARE_GREATER:
            return order == 1;
        case FOVEA__COMPARE_GREATER_EQUAL:
            return order == 1 || order == 0;
        case FOVEA__COMPARE_EQUAL:
            return order == 0;
        case FOVEA__COMPARE_AND:
            return p && q;
        case FOVEA__COMPARE_OR:
            return p || q;
        default:
            return p != q;
    }
}

// dst[i] = b wherever the condition says so, the rest stays.
static int64_t choose(const shapes *s) {
    static const fovea_type types[] = {FOVEA_U8, FOVEA_U16, FOVEA_F32, FOVEA_F64};
    typed a = typed_make(FOVEA_BOOL, s->a_count), b = typed_make(types[pick(4)], s->b_count);
    typed dst = typed_make(b.type, s->count), before = typed_copy(&dst);
    bool when = pick(2);
    fovea__choose_where(&s->b, when, b.item, (const uint8_t *)a.memory.data, b.memory.data,
                        dst.memory.data);
    for (int64_t i = 0; i < s->count; i++) {
        size_t p, q;
        operands_of(s, i, &p, &q);
        bool chosen = typed_true(&a, p) == when;
        const uint8_t *want = chosen ? typed_at(&b, q) : typed_at(&before, (size_t)i);
        assert_memory_equal(want, typed_at(&dst, (size_t)i), b.item);
    }
    FREE_ALL(&a.memory, &b.memory, &dst.memory, &before.memory);
    return 1;
}

int64_t call_compare(void) {
    shapes s = random_shapes();
    if (pick(4) == 0) return choose(&s);
    fovea__compare_kind kind = (fovea__compare_kind)pick(FOVEA__COMPARE_XOR + 1);
    fovea_type type = kind >= FOVEA__COMPARE_AND ? FOVEA_BOOL : typed_any(true);
    typed x = typed_make(type, s.a_count), y = typed_make(type, s.b_count);
    guarded got = guarded_of((size_t)s.count, 1);
    fovea__compare(kind, &s.b, type, x.memory.data, y.memory.data, (uint8_t *)got.data);
    for (int64_t i = 0; i < s.count; i++) {
        size_t a, b;
        operands_of(&s, i, &a, &b);
        if (((uint8_t *)got.data)[i] != truth(kind, &x, a, &y, b))
            fail_msg("compare %d of type %d is wrong at %d", kind, type, (int)i);
    }
    FREE_ALL(&x.memory, &y.memory, &got);
    return 1;
}

static wide_whole whole_formula(fovea__binary_kind kind, wide_whole x, wide_whole y) {
    wide_whole result = 1;
    switch (kind) {
        case FOVEA__BINARY_ADD:
            return x + y;
        case FOVEA__BINARY_SUB:
            return x - y;
        case FOVEA__BINARY_MUL:
            return wrapping_product(x, y);
        case FOVEA__BINARY_MIN:
            return x < y ? x : y;
        case FOVEA__BINARY_MAX:
            return x > y ? x : y;
        case FOVEA__BINARY_DIV:
            return y == 0 ? 0 : x / y;
        case FOVEA__BINARY_FMOD:
            return y == 0 ? 0 : x % y;
        case FOVEA__BINARY_MOD:
            result = y == 0 ? 0 : x % y;
            return result != 0 && (result < 0) != (y < 0) ? result + y : result;
        default:
            if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 ? -1 : 1) : 0;
            for (; y > 0; y--) result = wrapping_product(result, x);
            return result;
    }
}

int64_t call_integer(void) {
    fovea__binary_kind kind = (fovea__binary_kind)pick(FOVEA__BINARY_FMOD + 1);
    if (pick(4) == 0) return typed_unary();
    shapes s = random_shapes();
    fovea_type type = typed_any(false);
    typed x = typed_make(type, s.a_count), y = typed_make(type, s.b_count);
    for (int64_t i = 0; kind == FOVEA__BINARY_POW && i < s.b_count; i++)
        typed_set(&y, (size_t)i, pick(40) - (typed_signed(type) ? 10 : 0));
    typed got = typed_make(type, s.count), want = typed_make(type, s.count);
    fovea__binary_broadcast_integer(kind, &s.b, type, x.memory.data, y.memory.data,
                                    got.memory.data);
    for (int64_t i = 0; i < s.count; i++) {
        size_t a, b;
        operands_of(&s, i, &a, &b);
        typed_set(&want, (size_t)i, whole_formula(kind, typed_whole(&x, a), typed_whole(&y, b)));
        if (memcmp(typed_at(&want, (size_t)i), typed_at(&got, (size_t)i), x.item) != 0)
            fail_msg("binary %d of type %d: %lld and %lld give %lld", kind, type,
                     (long long)typed_whole(&x, a), (long long)typed_whole(&y, b),
                     (long long)typed_whole(&got, (size_t)i));
    }
    FREE_ALL(&x.memory, &y.memory, &got.memory, &want.memory);
    return 1;
}
