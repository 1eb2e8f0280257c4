// SPDX-License-Identifier: MIT
// Pooling, and filters by hand.
#include "kernels/filter2d/filter2d.h"
#include "unit/pool_geometries.h"
#include "unit/random_calls/random_calls.h"

// The places of maxima hold what forward gives.
static int64_t pool_places(const fovea__pool_geometry *g, int32_t samples, const guarded *x,
                           const guarded *y) {
    guarded place = guarded_of(y->count * sizeof(int64_t), sizeof(int64_t));
    int64_t *at = (int64_t *)(void *)place.data, planes = pool_volume(g->in);
    bool by_columns = pick(2);
    fovea__pool_places_f32(g, samples, by_columns, x->data, at);
    for (size_t i = 0; i < y->count; i++) {
        int64_t own = at[i] % planes, plane = at[i] - own;
        if (at[i] < 0) continue;
        if (by_columns) {
            int64_t d = own % g->in[0], h = own / g->in[0] % g->in[1],
                    w = own / g->in[0] / g->in[1];
            own = (d * g->in[1] + h) * g->in[2] + w;
        }
        float value = x->data[plane + own];
        assert_true(value == y->data[i] || (value != value && y->data[i] != y->data[i]));
    }
    guarded_free(&place);
    return 1;
}

// With the winners noted; want_y and want_d are what the calls without them gave.
static int64_t pool_index(const fovea__pool_variant *reference, const fovea__pool_variant *variant,
                          const fovea__pool_geometry *g, fovea__layout layout, int32_t samples,
                          const guarded *x, const guarded *d_y, guarded *want_y, guarded *want_d) {
    guarded index[2], y[2], d_x[2];
    const fovea__pool_variant *both[2] = {reference, variant};
    for (int i = 0; i < 2; i++) {
        y[i] = guarded_make(d_y->count);
        d_x[i] = guarded_make(x->count);
        index[i] = guarded_of(d_y->count, 1);
        uint8_t *winner = (uint8_t *)index[i].data;
        both[i]->forward_index(g, layout, samples, x->data, y[i].data, winner);
        both[i]->backward_index(g, layout, samples, winner, d_y->data, d_x[i].data);
        for (size_t k = 0; k < y[i].count && layout == FOVEA__LAYOUT_N16; k++)
            if ((int32_t)(k % 16) >= samples) winner[k] = 0;
        if (layout == FOVEA__LAYOUT_N16) mask_lanes(&y[i], samples, 0);
        if (!alike(&y[i], want_y) || !alike(&d_x[i], want_d))
            fail_msg("pool %s: noting the winners changes a bit", both[i]->name);
    }
    expect_bytes("winners of pool", variant->name, &index[0], &index[1]);
    FREE_ALL(&y[0], &y[1], &d_x[0], &d_x[1]);
    return 4;
}

static int64_t pool_doubles(const fovea__pool_geometry *g, int32_t samples, const guarded *x,
                            const guarded *d_y) {
    guarded x64 = wide_of(x), d_y64 = wide_of(d_y), y = wide_make(d_y->count);
    guarded d_x = wide_make(x->count), y2 = wide_make(d_y->count), d_x2 = wide_make(x->count);
    fovea__pool_forward_f64(g, samples, wide(&x64), wide(&y));
    fovea__pool_backward_f64(g, samples, wide(&x64), wide(&d_y64), wide(&d_x));
    for (int32_t n = 0; n < samples; n++) {
        size_t in = (size_t)n * x->count / (size_t)samples;
        size_t out = (size_t)n * d_y->count / (size_t)samples;
        fovea__pool_forward_f64(g, 1, wide(&x64) + in, wide(&y2) + out);
        fovea__pool_backward_f64(g, 1, wide(&x64) + in, wide(&d_y64) + out, wide(&d_x2) + in);
    }
    expect_wide("pool", "in double", &y, &y2);
    expect_wide("pool", "in double", &d_x, &d_x2);
    FREE_ALL(&x64, &d_y64);
    return 2 + 2 * samples;
}

int64_t call_pool(void) {
    VARIANTS(pool);
    fovea__pool_geometry g = pick(2) ? random_pool() : net_pool((fovea__pool_kind)pick(2));
    for (int d = 0; g.kind == FOVEA__POOL_ADAPTIVE && d < 3 && pick(4) == 0; d++) g.out[d] = 1;
    fovea__layout layout = pick(2) ? FOVEA__LAYOUT_N16 : FOVEA__LAYOUT_NCHW;
    bool lanes = layout == FOVEA__LAYOUT_N16, max = g.kind == FOVEA__POOL_MAX;
    int32_t samples = 1 + (int32_t)pick(lanes ? 16 : 4);
    int64_t rows = g.channels * (lanes ? 16 : samples), calls = 4;
    guarded x = operand((size_t)(rows * pool_volume(g.in)));
    guarded d_y = operand((size_t)(rows * pool_volume(g.out)));
    guarded y = guarded_make(d_y.count), y2 = guarded_make(d_y.count);
    guarded d_x = guarded_make(x.count), d_x2 = guarded_make(x.count);
    if (lanes) {
        mask_lanes(&x, samples, 0.5f);
        mask_lanes(&d_y, samples, 0);
    }
    const float *src = max ? x.data : NULL;
    reference->forward(&g, layout, samples, x.data, y.data);
    variant->forward(&g, layout, samples, x.data, y2.data);
    reference->backward(&g, layout, samples, src, d_y.data, d_x.data);
    variant->backward(&g, layout, samples, src, d_y.data, d_x2.data);
    if (lanes) {
        mask_lanes(&y, samples, 0);
        mask_lanes(&y2, samples, 0);
    }
    if (fovea__pool_has_index(&g))
        calls += pool_index(reference, variant, &g, layout, samples, &x, &d_y, &y, &d_x);
    if (max && !lanes) calls += pool_places(&g, samples, &x, &y);
    if (!lanes && pick(4) == 0) calls += pool_doubles(&g, samples, &x, &d_y);
    expect("pool", variant->name, &y, &y2);
    expect("pool", variant->name, &d_x, &d_x2);
    FREE_ALL(&x, &d_y);
    return calls;
}

enum { ROWS = 5, MARGIN = 8 };

static void correlate(const fovea__filter2d_variant *reference,
                      const fovea__filter2d_variant *variant) {
    size_t width = 1 + (size_t)pick(200);
    int32_t taps_used = (int32_t)pick(24);
    guarded row[ROWS], y = guarded_make(width), y2 = guarded_make(width);
    guarded bytes = guarded_of(width, 1), bytes2 = guarded_of(width, 1);
    const float *rows[ROWS];
    fovea__filter2d_tap taps[24];
    for (int i = 0; i < ROWS; i++) {
        row[i] = operand(width + MARGIN);
        rows[i] = row[i].data;
    }
    for (int i = 0; i < taps_used; i++)
        taps[i] = (fovea__filter2d_tap){(int32_t)pick(ROWS), (int32_t)pick(MARGIN + 1),
                                        (float)(pick(2001) - 1000) * 0.01f};
    reference->correlate(rows, taps, taps_used, (int64_t)width, y.data);
    variant->correlate(rows, taps, taps_used, (int64_t)width, y2.data);
    if (!alike(&y, &y2)) fail_msg("filter2d %s differs from the reference", variant->name);
    for (size_t i = 0; i < width; i++) {
        if (y.data[i] != y.data[i]) y.data[i] = extreme_value();
        if (y.data[i] != y.data[i] || pick(2)) y.data[i] = (float)pick(1200) * 0.25f - 10;
    }
    reference->bytes(y.data, (int64_t)width, (uint8_t *)bytes.data);
    variant->bytes(y.data, (int64_t)width, (uint8_t *)bytes2.data);
    for (size_t i = 0; i < width; i++) {
        float near = rintf(y.data[i]), held = near < 0 ? 0 : near > 255 ? 255 : near;
        assert_int_equal(((uint8_t *)bytes.data)[i], (int)held);
    }
    expect_bytes("filter2d to bytes", variant->name, &bytes, &bytes2);
    for (int i = 0; i < ROWS; i++) guarded_free(&row[i]);
    FREE_ALL(&y, &y2);
}

// Sums of bytes to bytes, against the formulas.
static void round_sums(const guarded *sums, int64_t most) {
    const uint32_t *sum = (const uint32_t *)(const void *)sums->data;
    int64_t width = (int64_t)sums->count;
    guarded got = guarded_of((size_t)width, 1);
    fovea__filter2d_rounding r = {.share = 255.0 / (double)(most + 1),
                                  .tail = pick(width * 3),
                                  .first = pick(9),
                                  .step = 1 + pick(3)};
    if (pick(2))
        r = (fovea__filter2d_rounding){
            (uint32_t)pick(99), 1 + (uint32_t)pick(60), 1 + (int32_t)pick(20), 0, 0, 0, 1};
    fovea__filter2d_round(sum, width, &r, (uint8_t *)got.data);
    for (int64_t x = 0; x < width; x++) {
        bool tail = r.first + x * r.step >= r.tail;
        double share =
            tail ? rint(sum[x] * r.share) : (double)rintf((float)sum[x] * (float)r.share);
        uint64_t shifted = (uint64_t)(sum[x] + r.delta) * r.scale >> r.shift;
        uint8_t want = (uint8_t)(r.shift ? shifted : (uint64_t)share);
        assert_int_equal(((uint8_t *)got.data)[x], want);
    }
    guarded_free(&got);
}

static void sums_of_bytes(const fovea__filter2d_variant *reference,
                          const fovea__filter2d_variant *variant) {
    size_t width = 1 + (size_t)pick(150);
    int32_t taps = 1 + (int32_t)pick(8);
    guarded weight = guarded_of((size_t)taps * 2, 2), src = guarded_of(width + (size_t)taps - 1, 1);
    uint16_t *weights = (uint16_t *)(void *)weight.data;
    for (int i = 0; i < taps; i++) weights[i] = (uint16_t)pick(33);
    for (size_t i = 0; i < src.bytes; i++) ((uint8_t *)src.data)[i] = (uint8_t)pick(256);
    guarded a = guarded_of(width * 2, 2), b = guarded_of(width * 2, 2);
    guarded c = guarded_of(width * 4, 4), d = guarded_of(width * 4, 4);
    uint16_t *sums = (uint16_t *)(void *)a.data, *sums2 = (uint16_t *)(void *)b.data;
    reference->across((uint8_t *)src.data, weights, taps, (int64_t)width, sums);
    variant->across((uint8_t *)src.data, weights, taps, (int64_t)width, sums2);
    const uint16_t *rows[8];
    for (int i = 0; i < 8; i++) rows[i] = i % 2 ? sums : sums2;
    reference->down(rows, weights, taps, (int64_t)width, (uint32_t *)(void *)c.data);
    variant->down(rows, weights, taps, (int64_t)width, (uint32_t *)(void *)d.data);
    round_sums(&c, 8 * 32 * 255 * 8 * 32);
    expect_bytes("filter2d across", variant->name, &a, &b);
    expect_bytes("filter2d down", variant->name, &c, &d);
    FREE_ALL(&weight, &src);
}

int64_t call_filter2d(void) {
    VARIANTS(filter2d);
    bool bytes = pick(2);
    (bytes ? sums_of_bytes : correlate)(reference, variant);
    return bytes ? 5 : 4;
}
