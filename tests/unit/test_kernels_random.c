// SPDX-License-Identifier: MIT
// Kernels of every family called with random sizes on random numbers, each variant against the
// reference: 4000 calls, a million where FOVEA_LONG is set (FOVEA_CALLS=N sets the number). Under the
// address sanitizer neither side of a buffer may be touched. The families' own tests look closer at
// fewer cases.
#include "conv_geometries.h"
#include "kernels/dropout/dropout.h"
#include "kernels/layout/layout.h"
#include "kernels/linear/linear.h"
#include "kernels/optimizer/optimizer.h"
#include "kernels/softmax/softmax.h"
#include "kernels/unary/unary.h"

#define VARIANTS(family)                                                        \
    size_t count, v;                                                            \
    const fovea__##family##_variant *list = fovea__##family##_variants(&count); \
    do v = (size_t)pick((int64_t)count);                                        \
    while (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs));               \
    const fovea__##family##_variant *reference = &list[count - 1], *variant = &list[v]

static guarded filled(size_t count) {
    guarded g = guarded_make(count);
    guarded_fill(&g);
    return g;
}
static guarded copy_of(const guarded *from) {
    guarded g = guarded_make(from->count);
    memcpy(g.data, from->data, from->count * sizeof(float));
    return g;
}

// NaN of any kind are one.
static bool alike(const guarded *a, const guarded *b) {
    for (size_t i = 0; i < a->count; i++) {
        bool nan = a->data[i] != a->data[i] && b->data[i] != b->data[i];
        if (!nan && memcmp(&a->data[i], &b->data[i], sizeof(float)) != 0) return false;
    }
    return true;
}

// Both were made by the same call of two variants.
static void expect(const char *family, const char *variant, guarded *want, guarded *got) {
    if (!alike(want, got)) fail_msg("%s %s differs from the reference", family, variant);
    guarded_free(want);
    guarded_free(got);
}

static int64_t call_unary(void) {
    VARIANTS(unary);
    size_t n = (size_t)pick(200);
    fovea__unary_kind kind = (fovea__unary_kind)pick(FOVEA__UNARY_KINDS);
    guarded x = filled(n), d = filled(n), y = guarded_make(n), y2 = guarded_make(n);
    guarded d_x = guarded_make(n), d_x2 = guarded_make(n);
    reference->forward(kind, 0.1f, 0.5f, (int64_t)n, x.data, y.data);
    variant->forward(kind, 0.1f, 0.5f, (int64_t)n, x.data, y2.data);
    reference->backward(kind, 0.1f, 0.5f, (int64_t)n, x.data, y.data, d.data, d_x.data);
    variant->backward(kind, 0.1f, 0.5f, (int64_t)n, x.data, y.data, d.data, d_x2.data);
    expect("unary", variant->name, &y, &y2);
    expect("unary", variant->name, &d_x, &d_x2);
    guarded_free(&x);
    guarded_free(&d);
    return 2;
}

static int64_t call_softmax(void) {
    VARIANTS(softmax);
    int64_t outer = 1 + pick(5), axis = 1 + pick(20), inner = pick(2) ? 1 : 1 + pick(40);
    size_t n = (size_t)(outer * axis * inner);
    fovea__softmax_kind kind = pick(2) ? FOVEA__SOFTMAX : FOVEA__LOG_SOFTMAX;
    guarded x = filled(n), d = filled(n), y = guarded_make(n), y2 = guarded_make(n);
    guarded d_x = guarded_make(n), d_x2 = guarded_make(n);
    reference->forward(kind, outer, axis, inner, x.data, y.data);
    variant->forward(kind, outer, axis, inner, x.data, y2.data);
    reference->backward(kind, outer, axis, inner, y.data, d.data, d_x.data);
    variant->backward(kind, outer, axis, inner, y.data, d.data, d_x2.data);
    expect("softmax", variant->name, &y, &y2);
    expect("softmax", variant->name, &d_x, &d_x2);
    guarded_free(&x);
    guarded_free(&d);
    return 2;
}

static int64_t call_dropout(void) {
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
    expect("dropout", variant->name, &y, &y2);
    guarded_free(&x);
    return 1;
}

static int64_t call_optimizer(void) {
    VARIANTS(optimizer);
    size_t n = (size_t)pick(pick(8) ? 100 : 2500);
    guarded g = filled(n), p = filled(n), p2 = copy_of(&p), m = filled(n), m2 = copy_of(&m);
    guarded s = guarded_make(n), s2 = guarded_make(n);
    for (size_t i = 0; i < n; i++) s.data[i] = s2.data[i] = g.data[i] * g.data[i];
    fovea__sgd sgd = {0.1, pick(2) ? 0.9 : 0, pick(2) ? 5e-4 : 0, pick(2), pick(2)};
    fovea__adam adam = {1e-3, 0.9, 0.999, 1e-8, pick(2) ? 1e-2 : 0, pick(2), 1 + pick(50)};
    const float *slot[3] = {g.data, m2.data, g.data};
    double squares[3] = {0}, squares2[3] = {0};
    reference->sgd(&sgd, (int64_t)n, g.data, p.data, m.data);
    variant->sgd(&sgd, (int64_t)n, g.data, p2.data, m2.data);
    reference->adam(&adam, (int64_t)n, g.data, p.data, m.data, s.data);
    variant->adam(&adam, (int64_t)n, g.data, p2.data, m2.data, s2.data);
    expect("optimizer", variant->name, &p, &p2);
    expect("optimizer", variant->name, &s, &s2);
    p = guarded_make(n);
    p2 = guarded_make(n);
    int32_t slots = 1 + (int32_t)pick(3);
    bool finite = reference->sum(slots, slot, (int64_t)n, p.data, squares);
    if (variant->sum(slots, slot, (int64_t)n, p2.data, squares2) != finite ||
        (finite && memcmp(squares, squares2, sizeof squares) != 0))
        fail_msg("optimizer %s: sums differ", variant->name);
    expect("optimizer", variant->name, &p, &p2);
    expect("optimizer", variant->name, &m, &m2);
    guarded_free(&g);
    return 3;
}

static int64_t call_layout(void) {
    VARIANTS(layout);
    int32_t samples = 1 + (int32_t)pick(16);
    int64_t elements = 1 + pick(80);
    guarded x = filled((size_t)(samples * elements)), y = guarded_make(x.count), y2 = y;
    guarded lanes = guarded_make((size_t)elements * 16), lanes2 = guarded_make(lanes.count);
    y2 = guarded_make(x.count);
    reference->pack(samples, elements, x.data, lanes.data);
    variant->pack(samples, elements, x.data, lanes2.data);
    reference->unpack(samples, elements, lanes.data, y.data);
    variant->unpack(samples, elements, lanes.data, y2.data);
    expect("layout", variant->name, &lanes, &lanes2);
    expect("layout", variant->name, &y, &y2);
    guarded_free(&x);
    return 2;
}

// Convolution and linear have the same functions; x, y and weights of one call of either.
#define CALL_LAYER(family, g, X, Y, W, O)                                                     \
    do {                                                                                      \
        size_t count, v;                                                                      \
        const fovea__##family##_kernel *const *list = fovea__##family##_kernels(&count);      \
        do v = (size_t)pick((int64_t)count);                                                  \
        while (!fovea__cpu_allows(fovea__cpu_best(), list[v]->cpu) || !list[v]->accepts(g));  \
        const fovea__##family##_kernel *k = list[v];                                          \
        const fovea__##family##_kernel *want =                                                \
            fovea__##family##_choose(FOVEA__CPU_REFERENCE, k->layout, g);                     \
        int32_t samples = 1 + (int32_t)pick(16);                                              \
        bool lanes = k->layout == FOVEA__LAYOUT_N16;                                          \
        size_t rows = lanes ? 16 : (size_t)samples;                                           \
        guarded x = filled(rows * (X)), weight = filled(W), bias = filled(O);                 \
        guarded d_y = filled(rows * (Y)), scratch = guarded_make(k->scratch(g) / 4);          \
        for (size_t i = 0; lanes && i < d_y.count; i++)                                       \
            if ((int32_t)(i % 16) >= samples) d_y.data[i] = 0;                                \
        guarded y = guarded_make(d_y.count), y2 = guarded_make(d_y.count);                    \
        guarded d_x = guarded_make(x.count), d_x2 = guarded_make(x.count);                    \
        guarded d_w = copy_of(&weight), d_w2 = copy_of(&weight);                              \
        guarded d_b = copy_of(&bias), d_b2 = copy_of(&bias);                                  \
        want->forward(g, samples, x.data, weight.data, bias.data, y.data, NULL);              \
        k->forward(g, samples, x.data, weight.data, bias.data, y2.data, scratch.data);        \
        want->input_gradient(g, samples, d_y.data, weight.data, d_x.data, NULL);              \
        k->input_gradient(g, samples, d_y.data, weight.data, d_x2.data, scratch.data);        \
        want->weight_gradient(g, samples, x.data, d_y.data, d_w.data, d_b.data, NULL);        \
        k->weight_gradient(g, samples, x.data, d_y.data, d_w2.data, d_b2.data, scratch.data); \
        expect(#family, k->name, &y, &y2);                                                    \
        expect(#family, k->name, &d_x, &d_x2);                                                \
        expect(#family, k->name, &d_w, &d_w2);                                                \
        expect(#family, k->name, &d_b, &d_b2);                                                \
        guarded *all[] = {&x, &weight, &bias, &d_y, &scratch};                                \
        for (int i = 0; i < 5; i++) guarded_free(all[i]);                                     \
    } while (0)

static int64_t call_linear(void) {
    fovea__linear_geometry g = {1 + pick(40), 1 + pick(40)};
    size_t in = (size_t)g.inputs, out = (size_t)g.outputs;
    CALL_LAYER(linear, &g, in, out, in * out, out);
    return 3;
}

static int64_t call_conv(void) {
    fovea__conv_geometry g;
    do g = random_geometry();
    while (work(&g) > 3000);
    size_t in = (size_t)(g.c * fovea__conv_volume(g.in));
    size_t out = (size_t)(g.o * fovea__conv_volume(g.out));
    size_t taps = (size_t)(g.o * (g.c / g.groups) * fovea__conv_volume(g.kernel));
    CALL_LAYER(conv, &g, in, out, taps, (size_t)g.o);
    return 3;
}

static void a_great_many_calls_touch_nothing_they_should_not(void **state) {
    (void)state;
    guarded_begin("random calls");
    int64_t (*const calls[])(void) = {call_unary,  call_softmax, call_dropout, call_optimizer,
                                      call_layout, call_linear,  call_conv};
    const char *wanted = getenv("FOVEA_CALLS"), *all = getenv("FOVEA_LONG");
    int64_t most = wanted ? atoll(wanted) : all && *all ? 1000000 : 4000, made = 0;
    for (size_t i = 0; made < most; i++) made += calls[i % (sizeof calls / sizeof calls[0])]();
    print_message("%lld calls\n", (long long)made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_great_many_calls_touch_nothing_they_should_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
