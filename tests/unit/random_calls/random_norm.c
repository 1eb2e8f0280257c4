// SPDX-License-Identifier: MIT
// Normalisation: of batches by variants, of rows and across channels by formulas.
#include "kernels/lrn/lrn.h"
#include "kernels/norm/norm.h"
#include "kernels/rownorm/rownorm.h"
#include "unit/random_calls/random_calls.h"

// All that comes out for some channels of a group; stats and sums are doubles.
typedef struct results {
    guarded y, d_x, d_residual, stats, sums, mean, invstd;
} results;

// What goes in.
typedef struct inputs {
    fovea__norm_group g;
    guarded x, residual, d_y, scale, shift;
    bool add, relu, in_place;
} inputs;

static results run(const fovea__norm_variant *k, const inputs *in) {
    const fovea__norm_group *g = &in->g;
    size_t channels = (size_t)(g->last - g->first), n = in->x.count;
    results r = {guarded_make(n),         guarded_make(n),         guarded_make(n),
                 wide_make(3 * channels), wide_make(2 * channels), wide_make(channels),
                 wide_make(channels)};
    fovea__norm_stats *stats = (fovea__norm_stats *)(void *)r.stats.data;
    fovea__norm_sums *sums = (fovea__norm_sums *)(void *)r.sums.data;
    double *mean = wide(&r.mean), *invstd = wide(&r.invstd);
    const float *x = in->x.data, *scale = in->scale.data, *d_y = in->d_y.data;
    const float *shift = in->relu && !in->add ? in->shift.data : NULL;
    float *apply_to = r.y.data, *back_to = r.d_x.data;
    k->stats(g, x, stats);
    fovea__norm_finish((int64_t)channels, stats, 1e-5, mean, invstd);
    if (in->in_place) memcpy(r.y.data, x, in->x.bytes);
    k->apply(g, in->in_place ? apply_to : x, mean, invstd, scale, in->shift.data,
             in->add ? in->residual.data : NULL, in->relu, apply_to);
    if (in->add && in->relu) {
        d_y = memcpy(r.d_residual.data, d_y, in->d_y.bytes);
        k->relu_sums(g, x, apply_to, r.d_residual.data, mean, invstd, sums);
    } else {
        k->sums(g, x, d_y, mean, invstd, scale, shift, sums);
    }
    if (in->in_place) memcpy(r.d_x.data, d_y, in->d_y.bytes);
    k->backward(g, x, in->in_place ? back_to : d_y, mean, invstd, scale, shift,
                in->add ? sums : NULL, stats[0].count * 3, back_to, r.d_residual.data);
    if (g->layout == FOVEA__LAYOUT_N16) mask_lanes(&r.y, g->samples, 0);
    return r;
}

// In double all channels at once are each by itself.
static int64_t norm_doubles(const inputs *in) {
    fovea__norm_group all = in->g, one = in->g;
    all.first = 0, all.last = all.channels;
    size_t n = in->x.count;
    guarded x = wide_of(&in->x), d_y = wide_of(&in->d_y), d_x = wide_make(n), d_x2 = wide_make(n);
    guarded y = wide_make(n), y2 = wide_make(n);
    double mean[8], invstd[8], scale[8], shift[8];
    fovea__norm_stats stats[8], stat;
    fovea__norm_sums sums[8], sum;
    for (int c = 0; c < 8; c++) scale[c] = 0.5 + c, shift[c] = c - 3;
    fovea__norm_stats_f64(&all, wide(&x), stats);
    fovea__norm_finish(all.channels, stats, 1e-5, mean, invstd);
    fovea__norm_apply_f64(&all, wide(&x), mean, invstd, scale, shift, wide(&y));
    fovea__norm_sums_f64(&all, wide(&x), wide(&d_y), mean, invstd, sums);
    fovea__norm_backward_f64(&all, wide(&x), wide(&d_y), mean, invstd, scale, sums, 99, wide(&d_x));
    for (int64_t c = 0; c < all.channels; c++) {
        one.first = c, one.last = c + 1;
        fovea__norm_stats_f64(&one, wide(&x), &stat);
        fovea__norm_apply_f64(&one, wide(&x), mean + c, invstd + c, scale + c, shift + c,
                              wide(&y2));
        fovea__norm_sums_f64(&one, wide(&x), wide(&d_y), mean + c, invstd + c, &sum);
        fovea__norm_backward_f64(&one, wide(&x), wide(&d_y), mean + c, invstd + c, scale + c, &sum,
                                 99, wide(&d_x2));
        assert_true(alike_doubles(&stat.count, &stats[c].count, 3));
        assert_true(alike_doubles(&sum.d, &sums[c].d, 2));
    }
    expect_wide("norm", "in double", &y, &y2);
    expect_wide("norm", "in double", &d_x, &d_x2);
    FREE_ALL(&x, &d_y);
    return 4 + 4 * all.channels;
}

int64_t call_norm(void) {
    VARIANTS(norm);
    bool lanes = pick(2);
    int64_t channels = 1 + pick(5), first = pick(channels);
    inputs in = {.g = {.layout = lanes ? FOVEA__LAYOUT_N16 : FOVEA__LAYOUT_NCHW,
                       .samples = 1 + (int32_t)pick(16),
                       .channels = channels,
                       .pixels = 1 + pick(pick(8) ? 40 : 200),
                       .first = first,
                       .last = first + 1 + pick(channels - first)},
                 .add = pick(2),
                 .relu = pick(2),
                 .in_place = pick(4) == 0};
    size_t n = (size_t)((lanes ? 16 : in.g.samples) * channels * in.g.pixels);
    size_t some = (size_t)(in.g.last - in.g.first);
    in.x = operand(n), in.residual = operand(n), in.d_y = operand(n);
    in.scale = filled(some), in.shift = filled(some);
    if (lanes) {
        mask_lanes(&in.x, in.g.samples, 3.5f);
        mask_lanes(&in.residual, in.g.samples, -1);
        mask_lanes(&in.d_y, in.g.samples, 0);
    }
    results want = run(reference, &in), got = run(variant, &in);
    expect("norm", variant->name, &want.y, &got.y);
    expect("norm", variant->name, &want.d_x, &got.d_x);
    expect("norm", variant->name, &want.d_residual, &got.d_residual);
    expect_wide("norm", variant->name, &want.stats, &got.stats);
    expect_wide("norm", variant->name, &want.sums, &got.sums);
    expect_wide("norm", variant->name, &want.mean, &got.mean);
    expect_wide("norm", variant->name, &want.invstd, &got.invstd);
    int64_t calls = 10 + (!lanes && pick(2) ? norm_doubles(&in) : 0);
    FREE_ALL(&in.x, &in.residual, &in.d_y, &in.scale, &in.shift);
    return calls;
}

// One row by the formulas of rownorm.h: y and d_x in y and d_x; d_scale and d_shift are added to.
static void row_by_formula(const fovea__rownorm *n, const double *x, const double *d_y,
                           const double *scale, const double *shift, double *y, double *d_x,
                           double *d_scale, double *d_shift) {
    int64_t count = n->parts * n->span;
    double m = 0, v = 0, a = 0, b = 0;
    for (int64_t e = 0; e < count; e++) m += x[e] / (double)count;
    for (int64_t e = 0; e < count; e++) v += (x[e] - m) * (x[e] - m) / (double)count;
    double i = 1 / sqrt(v + n->epsilon);
    for (int64_t e = 0; e < count; e++) {
        double h = (x[e] - m) * i, g = d_y[e] * (scale ? scale[e / n->span] : 1);
        y[e] = h * (scale ? scale[e / n->span] : 1) + (shift ? shift[e / n->span] : 0);
        a += g / (double)count;
        b += g * h / (double)count;
        d_scale[e / n->span] += d_y[e] * h;
        d_shift[e / n->span] += d_y[e];
    }
    for (int64_t e = 0; e < count; e++) {
        double h = (x[e] - m) * i, g = d_y[e] * (scale ? scale[e / n->span] : 1);
        d_x[e] = (g - a - h * b) * i;
    }
}

static void expect_both(const char *what, const guarded *want, const guarded *got,
                        const guarded *got64) {
    for (size_t i = 0; i < got->count; i++) {
        expect_near(what, 32, wide(want)[i], (double)got->data[i], 1e-3);
        expect_near(what, 64, wide(want)[i], wide(got64)[i], 1e-9);
    }
}

int64_t call_rownorm(void) {
    fovea__rownorm n = {1 + pick(6), 1 + pick(5), pick(2) ? 1 : 1 + pick(40), 1 + pick(3), 1e-2};
    if (pick(8) == 0) n.rows = 0;
    int64_t each = n.parts * n.span;
    size_t all = (size_t)(n.rows * each), numbers = (size_t)(n.period * n.parts);
    guarded x = ordinary(all), d_y = ordinary(all), scale = ordinary(numbers);
    guarded shift = ordinary(numbers), x64 = wide_of(&x), d_y64 = wide_of(&d_y);
    guarded scale64 = wide_of(&scale), shift64 = wide_of(&shift);
    guarded out[4], out64[4], want[4];  // y, d_x, d_scale, d_shift
    for (int k = 0; k < 4; k++) {
        out[k] = guarded_make(k < 2 ? all : numbers);
        out64[k] = wide_make(out[k].count);
        want[k] = wide_make(out[k].count);
        memset(want[k].data, 0, want[k].bytes);
    }
    bool plain = pick(4) == 0;
    fovea__rownorm_f32(&n, x.data, plain ? NULL : scale.data, plain ? NULL : shift.data,
                       out[0].data);
    fovea__rownorm_back_f32(&n, x.data, d_y.data, plain ? NULL : scale.data, out[1].data,
                            out[2].data, out[3].data);
    fovea__rownorm_f64(&n, wide(&x64), plain ? NULL : wide(&scale64), plain ? NULL : wide(&shift64),
                       wide(&out64[0]));
    fovea__rownorm_back_f64(&n, wide(&x64), wide(&d_y64), plain ? NULL : wide(&scale64),
                            wide(&out64[1]), wide(&out64[2]), wide(&out64[3]));
    for (int64_t r = 0; r < n.rows; r++) {
        int64_t at = r * each, s = r % n.period * n.parts;
        row_by_formula(&n, wide(&x64) + at, wide(&d_y64) + at, plain ? NULL : wide(&scale64) + s,
                       plain ? NULL : wide(&shift64) + s, wide(&want[0]) + at, wide(&want[1]) + at,
                       wide(&want[2]) + s, wide(&want[3]) + s);
    }
    for (int k = 0; k < 4; k++) {
        expect_both("rownorm", &want[k], &out[k], &out64[k]);
        FREE_ALL(&want[k], &out[k], &out64[k]);
    }
    FREE_ALL(&x, &d_y, &scale, &shift, &x64, &d_y64, &scale64, &shift64);
    return 4;
}

static double lrn_scale(const fovea__lrn *l, const double *x, int64_t c) {
    double sum = 0;
    for (int64_t k = c - (l->size - 1) / 2; k <= c + l->size / 2; k++)
        if (k >= 0 && k < l->channels) sum += x[k * l->pixels] * x[k * l->pixels];
    return l->bias + l->alpha / (double)l->size * sum;
}

// Channel c of one pixel by the formulas of lrn.h; x and d_y begin at the pixel in channel 0.
static void lrn_by_formula(const fovea__lrn *l, const double *x, const double *d_y, int64_t c,
                           double *y, double *d_x) {
    double s = lrn_scale(l, x, c), sum = 0;
    for (int64_t k = 0; k < l->channels; k++) {
        if (c < k - (l->size - 1) / 2 || c > k + l->size / 2) continue;
        sum += d_y[k * l->pixels] * x[k * l->pixels] * pow(lrn_scale(l, x, k), -l->beta - 1);
    }
    *y = x[c * l->pixels] * pow(s, -l->beta);
    *d_x = d_y[c * l->pixels] * pow(s, -l->beta) -
           2 * l->alpha * l->beta / (double)l->size * x[c * l->pixels] * sum;
}

int64_t call_lrn(void) {
    fovea__lrn l = {pick(4), 1 + pick(9), 1 + pick(40), 1 + pick(7), 0.1, 0.75, 1.5};
    size_t n = (size_t)(l.samples * l.channels * l.pixels);
    guarded x = ordinary(n), d_y = ordinary(n), y = guarded_make(n), d_x = guarded_make(n);
    guarded x64 = wide_of(&x), d_y64 = wide_of(&d_y), y64 = wide_make(n), d_x64 = wide_make(n);
    guarded want = wide_make(n), want_d = wide_make(n);
    fovea__lrn_f32(&l, x.data, y.data);
    fovea__lrn_back_f32(&l, x.data, d_y.data, d_x.data);
    fovea__lrn_f64(&l, wide(&x64), wide(&y64));
    fovea__lrn_back_f64(&l, wide(&x64), wide(&d_y64), wide(&d_x64));
    for (int64_t i = 0; i < (int64_t)n; i++) {
        int64_t c = i / l.pixels % l.channels, begin = i - c * l.pixels;
        lrn_by_formula(&l, wide(&x64) + begin, wide(&d_y64) + begin, c, wide(&want) + i,
                       wide(&want_d) + i);
    }
    expect_both("lrn", &want, &y, &y64);
    expect_both("gradient of lrn", &want_d, &d_x, &d_x64);
    FREE_ALL(&x, &d_y, &y, &d_x, &x64, &d_y64, &y64, &d_x64, &want, &want_d);
    return 4;
}
