// SPDX-License-Identifier: MIT
// What a training step calls besides layers: optimizers, losses, and bringing samples into lanes.
#include "kernels/layout/layout.h"
#include "kernels/loss/loss.h"
#include "kernels/optimizer/optimizer.h"
#include "unit/random_calls/random_calls.h"

// In double a range gives what it gives in two pieces.
static int64_t optimizer_doubles(const fovea__sgd *sgd, const fovea__adam *adam, const guarded *g) {
    int64_t n = (int64_t)g->count, cut = pick(n + 1), rest = n - cut;
    guarded d = wide_of(g), p = wide_of(g), m = wide_of(g), s = wide_of(g);
    for (int64_t i = 0; i < n; i++) wide(&s)[i] *= wide(&s)[i];
    guarded p2 = wide_copy(&p), m2 = wide_copy(&m), s2 = wide_copy(&s);
    fovea__optimizer_sgd_f64(sgd, n, wide(&d), wide(&p), wide(&m));
    fovea__optimizer_adam_f64(adam, n, wide(&d), wide(&p), wide(&m), wide(&s));
    fovea__optimizer_sgd_f64(sgd, cut, wide(&d), wide(&p2), wide(&m2));
    fovea__optimizer_sgd_f64(sgd, rest, wide(&d) + cut, wide(&p2) + cut, wide(&m2) + cut);
    fovea__optimizer_adam_f64(adam, cut, wide(&d), wide(&p2), wide(&m2), wide(&s2));
    fovea__optimizer_adam_f64(adam, rest, wide(&d) + cut, wide(&p2) + cut, wide(&m2) + cut,
                              wide(&s2) + cut);
    guarded squares = wide_make((size_t)(n + 1023) / 1024);
    const double *slot[2] = {wide(&m), wide(&s)};
    fovea__optimizer_sum_f64(1 + (int32_t)pick(2), slot, n, wide(&d), wide(&squares));
    expect_wide("optimizer", "in double", &p, &p2);
    expect_wide("optimizer", "in double", &m, &m2);
    expect_wide("optimizer", "in double", &s, &s2);
    FREE_ALL(&d, &squares);
    return 7;
}

int64_t call_optimizer(void) {
    VARIANTS(optimizer);
    size_t n = (size_t)pick(pick(8) ? 100 : 2500);
    guarded g = operand(n), p = operand(n), p2 = copy_of(&p), m = operand(n), m2 = copy_of(&m);
    guarded s = guarded_make(n), s2 = guarded_make(n);
    for (size_t i = 0; i < n; i++) s.data[i] = s2.data[i] = g.data[i] * g.data[i];
    fovea__sgd sgd = {0.1, pick(2) ? 0.9 : 0, pick(2) ? 5e-4 : 0, pick(2), pick(2)};
    fovea__adam adam = {1e-3, 0.9, 0.999, 1e-8, pick(2) ? 1e-2 : 0, pick(2), 1 + pick(50)};
    bool plain = sgd.momentum == 0 && pick(2);
    reference->sgd(&sgd, (int64_t)n, g.data, p.data, plain ? NULL : m.data);
    variant->sgd(&sgd, (int64_t)n, g.data, p2.data, plain ? NULL : m2.data);
    reference->adam(&adam, (int64_t)n, g.data, p.data, m.data, s.data);
    variant->adam(&adam, (int64_t)n, g.data, p2.data, m2.data, s2.data);
    expect("optimizer", variant->name, &p, &p2);
    expect("optimizer", variant->name, &s, &s2);
    p = guarded_make(n);
    p2 = guarded_make(n);
    int32_t slots = 1 + (int32_t)pick(8);
    const float *slot[8];
    for (int i = 0; i < 8; i++) slot[i] = pick(2) ? g.data : m.data;
    guarded squares = wide_make((n + 1023) / 1024), squares2 = wide_make((n + 1023) / 1024);
    bool finite = reference->sum(slots, slot, (int64_t)n, p.data, wide(&squares));
    if (variant->sum(slots, slot, (int64_t)n, p2.data, wide(&squares2)) != finite)
        fail_msg("optimizer %s: one says finite", variant->name);
    expect("optimizer", variant->name, &p, &p2);
    expect("optimizer", variant->name, &m, &m2);
    expect_wide("optimizer", variant->name, &squares, &squares2);
    int64_t calls = 6 + (pick(4) ? 0 : optimizer_doubles(&sgd, &adam, &g));
    guarded_free(&g);
    return calls;
}

// Pictures of bytes through a table, by three functions and a formula.
static int64_t layout_bytes(const fovea__layout_variant *reference,
                            const fovea__layout_variant *variant) {
    int32_t samples = 1 + (int32_t)pick(16);
    int64_t channels = 1 + pick(4), pixels = 1 + pick(80);
    size_t each = (size_t)(channels * pixels);
    guarded picture[16], table = guarded_make((size_t)channels * 256);
    const uint8_t *bytes[16];
    for (int n = 0; n < samples; n++) {
        picture[n] = guarded_of(each, 1);
        bytes[n] = (uint8_t *)picture[n].data;
        for (size_t i = 0; i < each; i++) ((uint8_t *)picture[n].data)[i] = (uint8_t)pick(256);
    }
    float mean[4] = {0.4f, 0, 1, 0.25f}, deviation[4] = {0.2f, 1, 0.5f, 3};
    float(*rows)[256] = (float(*)[256])(void *)table.data;
    fovea__layout_table(channels, pick(2) ? mean : NULL, pick(2) ? deviation : NULL, rows);
    guarded want = guarded_make(each * 16), got = guarded_make(each * 16);
    guarded dense = guarded_make(each * (size_t)samples), doubles = wide_make(dense.count);
    const float(*read)[256] = (const float(*)[256])(const void *)table.data;
    reference->pack_u8(samples, channels, pixels, bytes, read, want.data);
    variant->pack_u8(samples, channels, pixels, bytes, read, got.data);
    fovea__layout_u8_f32(samples, channels, pixels, bytes, read, dense.data);
    fovea__layout_u8_f64(samples, channels, pixels, bytes, read, wide(&doubles));
    for (size_t i = 0; i < dense.count; i++) {
        size_t n = i / each, at = i % each;
        float value = table.data[at / (size_t)pixels * 256 + bytes[n][at]];
        assert_true(dense.data[i] == value && wide(&doubles)[i] == (double)value);
        assert_true(want.data[at * 16 + n] == value);
    }
    expect("layout of bytes", variant->name, &want, &got);
    for (int n = 0; n < samples; n++) guarded_free(&picture[n]);
    FREE_ALL(&table, &dense, &doubles);
    return 5;
}

int64_t call_layout(void) {
    VARIANTS(layout);
    if (pick(2)) return layout_bytes(reference, variant);
    int32_t samples = 1 + (int32_t)pick(16);
    int64_t elements = 1 + pick(80);
    guarded x = operand((size_t)(samples * elements)), y = guarded_make(x.count);
    guarded lanes = guarded_make((size_t)elements * 16), lanes2 = guarded_make(lanes.count);
    guarded y2 = guarded_make(x.count), formula = guarded_make(lanes.count);
    reference->pack(samples, elements, x.data, lanes.data);
    variant->pack(samples, elements, x.data, lanes2.data);
    reference->unpack(samples, elements, lanes.data, y.data);
    variant->unpack(samples, elements, lanes.data, y2.data);
    to_lanes(&x, samples, 0, &formula);
    assert_true(alike(&formula, &lanes) && alike(&x, &y));
    expect("layout", variant->name, &lanes, &lanes2);
    expect("layout", variant->name, &y, &y2);
    FREE_ALL(&x, &formula);
    return 4;
}

static int64_t loss_cross_entropy(void) {
    VARIANTS(loss);
    int32_t samples = 1 + (int32_t)pick(16), label[16];
    int64_t classes = 1 + pick(40);
    guarded x = operand((size_t)(samples * classes)), d = guarded_make(x.count);
    guarded weight = wide_make((size_t)classes), lane_x = guarded_make((size_t)classes * 16);
    guarded lane_d = guarded_make(lane_x.count), lane_d2 = guarded_make(lane_x.count);
    guarded back = guarded_make(x.count), x64 = wide_of(&x), d64 = wide_make(x.count);
    double loss[4][16];
    for (int32_t n = 0; n < samples; n++) label[n] = (int32_t)pick(classes);
    for (int64_t c = 0; c < classes; c++) wide(&weight)[c] = 0.1 + (double)pick(20) * 0.1;
    to_lanes(&x, samples, 1, &lane_x);
    fovea__cross_entropy options = {classes, pick(2) ? wide(&weight) : NULL, pick(2) ? 0.1 : 0,
                                    1.0 / samples};
    fovea__loss_cross_entropy_f32(&options, FOVEA__LAYOUT_NCHW, samples, x.data, label, loss[0],
                                  d.data);
    fovea__loss_cross_entropy_f32(&options, FOVEA__LAYOUT_N16, samples, lane_x.data, label, loss[1],
                                  lane_d.data);
    variant->cross_entropy(&options, samples, lane_x.data, label, loss[2], lane_d2.data);
    (pick(2) ? variant : reference)
        ->cross_entropy(&options, samples, lane_x.data, label, loss[3], NULL);
    from_lanes(&lane_d, samples, &back);
    for (int i = 1; i < 4; i++)
        if (!alike_doubles(loss[0], loss[i], (size_t)samples))
            fail_msg("loss %s differs (%d)", variant->name, i);
    fovea__loss_cross_entropy_f64(&options, samples, wide(&x64), label, loss[1], wide(&d64));
    expect("loss in lanes", "reference", &d, &back);
    expect("loss", variant->name, &lane_d, &lane_d2);
    FREE_ALL(&x, &weight, &lane_x, &x64, &d64);
    return 5;
}

// The squared error and the largest logit, which have one variant, by formula.
static int64_t loss_others(void) {
    fovea__layout layout = pick(2) ? FOVEA__LAYOUT_N16 : FOVEA__LAYOUT_NCHW;
    bool lanes = layout == FOVEA__LAYOUT_N16;
    int32_t samples = 1 + (int32_t)pick(16);
    int64_t elements = 1 + pick(60);
    guarded x = operand((size_t)elements * (lanes ? 16 : (size_t)samples)), t = operand(x.count);
    guarded d = guarded_make(x.count), index = guarded_of((size_t)samples * 4, 4);
    guarded loss = wide_make((size_t)samples), x64 = wide_of(&x), t64 = wide_of(&t);
    guarded d64 = wide_make(x.count), loss64 = wide_make((size_t)samples);
    int32_t *best = (int32_t *)(void *)index.data;
    fovea__loss_squared_f32(layout, samples, elements, x.data, t.data, 0.3, wide(&loss), d.data);
    if (!lanes)
        fovea__loss_squared_f64(samples, elements, wide(&x64), wide(&t64), 0.3, wide(&loss64),
                                wide(&d64));
    fovea__loss_argmax_f32(layout, samples, elements, x.data, best);
    for (int32_t n = 0; n < samples; n++) {
        double sum = 0;
        int64_t step = lanes ? 16 : 1, start = lanes ? n : n * elements, largest = 0;
        for (int64_t e = 0; e < elements; e++) {
            float value = x.data[start + e * step], most = x.data[start + largest * step];
            double apart = (double)value - (double)t.data[start + e * step];
            float wanted = (float)(0.3 * 2 * apart), got = d.data[start + e * step];
            sum += apart * apart;
            assert_true(wanted == got || (wanted != wanted && got != got));
            if (most == most && !(value <= most)) largest = e;
        }
        assert_true(alike_doubles(&sum, wide(&loss) + n, 1));
        assert_true(lanes || alike_doubles(&sum, wide(&loss64) + n, 1));
        assert_int_equal(best[n], largest);
    }
    for (size_t i = 0; lanes && i < d.count; i++)
        assert_true((int32_t)(i % 16) < samples || d.data[i] == 0);
    if (!lanes) fovea__loss_argmax_f64(samples, elements, wide(&x64), best);
    FREE_ALL(&x, &t, &d, &index, &loss, &x64, &t64, &d64, &loss64);
    return lanes ? 2 : 4;
}

int64_t call_loss(void) {
    return pick(3) ? loss_cross_entropy() : loss_others();
}
