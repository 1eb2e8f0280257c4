// SPDX-License-Identifier: MIT
// Integers of one argument, and numbers of one type as those of another, against formulas.
#include "kernels/cast/cast.h"
#include "kernels/unary/unary_integer.h"
#include "unit/random_calls/random_calls.h"
#include "unit/random_calls/typed_values.h"

static wide_whole unary_formula(fovea__unary_kind kind, wide_whole x, wide_whole low,
                                wide_whole high) {
    switch (kind) {
        case FOVEA__UNARY_ABS:
            return x < 0 ? -x : x;
        case FOVEA__UNARY_NEG:
            return -x;
        case FOVEA__UNARY_SIGN:
            return (x > 0) - (x < 0);
        case FOVEA__UNARY_CLIP:
            x = x < low ? low : x;
            return x > high ? high : x;
        default:
            return x;
    }
}

int64_t typed_unary(void) {
    static const fovea__unary_kind kinds[] = {FOVEA__UNARY_ABS, FOVEA__UNARY_NEG, FOVEA__UNARY_SIGN,
                                              FOVEA__UNARY_CLIP, FOVEA__UNARY_RELU};
    fovea__unary_kind kind = kinds[pick(5)];
    int64_t count = pick(60), low = pick(9) - 6, high = low + pick(12);
    typed x = typed_make(typed_any(false), count), y = typed_copy(&x), want = typed_copy(&x);
    if (!typed_signed(x.type)) low = low < 0 ? 0 : low, high = high < 0 ? 0 : high;
    bool open = pick(4) == 0;  // no bounds
    fovea__unary_integer(kind, open ? -1e300 : (double)low - 0.5, open ? 1e300 : (double)high + 0.5,
                         x.type, count, x.memory.data, y.memory.data);
    for (size_t i = 0; i < (size_t)count; i++) {
        wide_whole value = typed_whole(&x, i);
        if (kind != FOVEA__UNARY_CLIP || !open) value = unary_formula(kind, value, low, high);
        typed_set(&want, i, value);
    }
    if (!same_bits(&want.memory, &y.memory)) fail_msg("unary %d of type %d", kind, x.type);
    FREE_ALL(&x.memory, &y.memory, &want.memory);
    return 1;
}

// Within 64 bits, of a U64 without a sign.
static wide_whole held(double x, bool is_unsigned) {
    const wide_whole least = INT64_MIN, most = is_unsigned ? (wide_whole)UINT64_MAX : INT64_MAX;
    if (x != x) return 0;
    if (x <= (double)least) return least;
    return x >= (is_unsigned ? 0x1p64 : 0x1p63) ? most : (wide_whole)x;
}

// Element i of x as one of y's type.
static void cast_formula(const typed *x, size_t i, typed *y) {
    if (y->type == FOVEA_BOOL) {
        *typed_at(y, i) = typed_true(x, i);
    } else if (y->type == FOVEA_F64) {
        ((double *)(void *)y->memory.data)[i] = typed_double(x, i);
    } else if (y->type == FOVEA_F32) {
        y->memory.data[i] = typed_float(x) ? (float)typed_double(x, i) : (float)typed_whole(x, i);
    } else if (typed_float(x)) {
        typed_set(y, i, held(typed_double(x, i), y->type == FOVEA_U64));
    } else {
        typed_set(y, i, typed_whole(x, i));
    }
}

int64_t call_cast(void) {
    int64_t count = pick(pick(8) ? 60 : 700);
    typed x = typed_make(typed_any(true), count), y = typed_make(typed_any(true), count);
    typed want = typed_copy(&y), own = typed_copy(&x);
    fovea__cast(count, x.type, x.memory.data, y.type, y.memory.data);
    for (size_t i = 0; i < (size_t)count; i++) cast_formula(&x, i, &want);
    bool same = same_bits(&want.memory, &y.memory);
    if (y.type == FOVEA_F32) same = alike(&want.memory, &y.memory);
    if (y.type == FOVEA_F64)
        same = alike_doubles(wide(&want.memory), wide(&y.memory), (size_t)count);
    if (!same) fail_msg("type %d to type %d differs", x.type, y.type);
    if (x.item == y.item) {
        fovea__cast(count, x.type, own.memory.data, y.type, own.memory.data);
        assert_memory_equal(own.memory.data, y.memory.data, y.memory.bytes);
    }
    FREE_ALL(&x.memory, &y.memory, &want.memory, &own.memory);
    return 2;
}
