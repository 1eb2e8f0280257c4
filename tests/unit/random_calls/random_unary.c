// SPDX-License-Identifier: MIT
// Functions of one argument: elementwise, softmax, dropout.
#include "kernels/dropout/dropout.h"
#include "kernels/softmax/softmax.h"
#include "kernels/unary/unary.h"
#include "unit/random_calls/random_calls.h"

// In double a range gives what it gives in two pieces.
static int64_t unary_doubles(fovea__unary_kind kind, const guarded *x, const guarded *d) {
    int64_t n = (int64_t)x->count, cut = pick(n + 1);
    guarded a = wide_of(x), d_y = wide_of(d), y = wide_make(x->count), y2 = wide_make(x->count);
    guarded d_x = wide_make(x->count), d_x2 = wide_copy(&d_y);
    fovea__unary_forward_f64(kind, 0.1, 0.5, n, wide(&a), wide(&y));
    fovea__unary_forward_f64(kind, 0.1, 0.5, cut, wide(&a), wide(&y2));
    fovea__unary_forward_f64(kind, 0.1, 0.5, n - cut, wide(&a) + cut, wide(&y2) + cut);
    fovea__unary_backward_f64(kind, 0.1, 0.5, n, wide(&a), wide(&y), wide(&d_y), wide(&d_x));
    fovea__unary_backward_f64(kind, 0.1, 0.5, n, wide(&a), wide(&y), wide(&d_x2), wide(&d_x2));
    expect_wide("unary", "in double, in pieces", &y, &y2);
    expect_wide("unary", "in double, in place", &d_x, &d_x2);
    FREE_ALL(&a, &d_y);
    return 5;
}

int64_t call_unary(void) {
    VARIANTS(unary);
    size_t n = (size_t)pick(200);
    fovea__unary_kind kind = (fovea__unary_kind)pick(FOVEA__UNARY_KINDS);
    float alpha = pick(4) ? 0.1f : (float)pick(9) * 0.5f - 2, beta = pick(4) ? 0.5f : alpha + 3;
    guarded x = operand(n), d = operand(n), y = guarded_make(n), y2 = guarded_make(n);
    guarded d_x = guarded_make(n), d_x2 = guarded_make(n);
    int64_t calls = pick(4) ? 0 : unary_doubles(kind, &x, &d);
    bool by_dst = fovea__unary_reads(kind) == FOVEA__UNARY_READS_DST, in_place = pick(4) == 0;
    reference->forward(kind, alpha, beta, (int64_t)n, x.data, y.data);
    reference->backward(kind, alpha, beta, (int64_t)n, x.data, y.data, d.data, d_x.data);
    const float *src = by_dst ? NULL : x.data, *dst = by_dst ? y.data : NULL;
    if (in_place) {
        memcpy(d_x2.data, d.data, d.bytes);
        memcpy(y2.data, x.data, x.bytes);
    }
    variant->backward(kind, alpha, beta, (int64_t)n, src, dst, in_place ? d_x2.data : d.data,
                      d_x2.data);
    variant->forward(kind, alpha, beta, (int64_t)n, in_place ? y2.data : x.data, y2.data);
    expect("unary", variant->name, &y, &y2);
    expect("unary", variant->name, &d_x, &d_x2);
    FREE_ALL(&x, &d);
    return calls + 4;
}

// In double, rows by themselves.
static int64_t softmax_doubles(fovea__softmax_kind kind, int64_t outer, int64_t axis, int64_t inner,
                               const guarded *x, const guarded *d) {
    guarded a = wide_of(x), d_y = wide_of(d), y = wide_make(x->count), y2 = wide_make(x->count);
    guarded d_x = wide_make(x->count), d_x2 = wide_make(x->count);
    fovea__softmax_forward_f64(kind, outer, axis, inner, wide(&a), wide(&y));
    fovea__softmax_backward_f64(kind, outer, axis, inner, wide(&y), wide(&d_y), wide(&d_x));
    for (int64_t o = 0; o < outer; o++) {
        int64_t at = o * axis * inner;
        fovea__softmax_forward_f64(kind, 1, axis, inner, wide(&a) + at, wide(&y2) + at);
        fovea__softmax_backward_f64(kind, 1, axis, inner, wide(&y2) + at, wide(&d_y) + at,
                                    wide(&d_x2) + at);
    }
    expect_wide("softmax", "in double, in pieces", &y, &y2);
    expect_wide("softmax", "in double, in pieces", &d_x, &d_x2);
    FREE_ALL(&a, &d_y);
    return 2 + 2 * outer;
}

int64_t call_softmax(void) {
    VARIANTS(softmax);
    int64_t outer = 1 + pick(5), axis = 1 + pick(20), inner = pick(2) ? 1 : 1 + pick(40);
    size_t n = (size_t)(outer * axis * inner);
    fovea__softmax_kind kind = pick(2) ? FOVEA__SOFTMAX : FOVEA__LOG_SOFTMAX;
    guarded x = operand(n), d = operand(n), y = guarded_make(n), y2 = guarded_make(n);
    guarded d_x = guarded_make(n), d_x2 = guarded_make(n);
    int64_t calls = pick(4) ? 0 : softmax_doubles(kind, outer, axis, inner, &x, &d);
    bool in_place = pick(4) == 0;
    reference->forward(kind, outer, axis, inner, x.data, y.data);
    reference->backward(kind, outer, axis, inner, y.data, d.data, d_x.data);
    if (in_place) {
        memcpy(d_x2.data, d.data, d.bytes);
        memcpy(y2.data, x.data, x.bytes);
    }
    variant->forward(kind, outer, axis, inner, in_place ? y2.data : x.data, y2.data);
    variant->backward(kind, outer, axis, inner, y2.data, in_place ? d_x2.data : d.data, d_x2.data);
    expect("softmax", variant->name, &y, &y2);
    expect("softmax", variant->name, &d_x, &d_x2);
    FREE_ALL(&x, &d);
    return calls + 4;
}

// The mask is the same in both types.
static int64_t dropout_doubles(const fovea__dropout *dropout, int32_t samples, int64_t elements) {
    size_t n = (size_t)(samples * elements);
    guarded x = guarded_make(n), y = guarded_make(n), y2 = wide_make(n);
    for (size_t i = 0; i < n; i++) x.data[i] = 1;
    guarded x2 = wide_of(&x);
    fovea__dropout_choose(FOVEA__CPU_REFERENCE)
        ->apply(dropout, FOVEA__LAYOUT_NCHW, samples, elements, x.data, y.data);
    fovea__dropout_apply_f64(dropout, samples, elements, wide(&x2), wide(&y2));
    for (size_t i = 0; i < n; i++) assert_true((y.data[i] == 0) == (wide(&y2)[i] == 0));
    FREE_ALL(&x, &x2, &y, &y2);
    return 2;
}

int64_t call_dropout(void) {
    VARIANTS(dropout);
    fovea__layout layout = pick(2) ? FOVEA__LAYOUT_N16 : FOVEA__LAYOUT_NCHW;
    int32_t samples = 1 + (int32_t)pick(16);
    int64_t elements = 1 + pick(90);
    uint32_t id[16];
    for (int n = 0; n < 16; n++) id[n] = (uint32_t)pick(100000);
    fovea__dropout dropout = {(double)pick(5) * 0.25, 77, 3, 0x12302u, id};
    size_t n = (size_t)elements * (layout == FOVEA__LAYOUT_N16 ? 16 : (size_t)samples);
    guarded x = filled(n), y = guarded_make(n), y2 = guarded_make(n);
    reference->apply(&dropout, layout, samples, elements, x.data, y.data);
    variant->apply(&dropout, layout, samples, elements, x.data, y2.data);
    variant->apply(&dropout, layout, samples, elements, x.data, x.data);
    assert_true(alike(&x, &y));
    expect("dropout", variant->name, &y, &y2);
    guarded_free(&x);
    return 3 + (pick(4) ? 0 : dropout_doubles(&dropout, samples, elements));
}
