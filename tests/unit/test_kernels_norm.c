// SPDX-License-Identifier: MIT
#include <math.h>

#include "guarded.h"
#include "kernels/binary/binary.h"
#include "kernels/norm/norm.h"
#include "kernels/unary/unary.h"

#define MOST 5  // channels

typedef struct results {
    fovea__norm_stats stats[MOST];
    fovea__norm_sums sums[MOST];
} results;

// The arrays of one group in one layout: x, what is added, d_y and what comes out.
typedef struct arrays {
    guarded x, residual, d_y, y, d_x, d_residual;
} arrays;

static arrays make_arrays(size_t count) {
    arrays a = {guarded_make(count), guarded_make(count), guarded_make(count),
                guarded_make(count), guarded_make(count), guarded_make(count)};
    return a;
}

static void free_arrays(arrays *a) {
    guarded *all[] = {&a->x, &a->residual, &a->d_y, &a->y, &a->d_x, &a->d_residual};
    for (int i = 0; i < 6; i++) guarded_free(all[i]);
}

static float scale[MOST], shift[MOST];

// Everything one group can be asked, fused.
static results run(const fovea__norm_variant *kernel, const fovea__norm_group *g, arrays *a,
                   bool add, bool relu) {
    results r = {0};
    double mean[MOST], invstd[MOST];
    kernel->stats(g, a->x.data, r.stats);
    fovea__norm_finish(g->last - g->first, r.stats, 1e-5, mean, invstd);
    kernel->apply(g, a->x.data, mean, invstd, scale, shift, add ? a->residual.data : NULL, relu,
                  a->y.data);
    const float *d = a->d_y.data, *by = relu && !add ? shift : NULL;
    if (add && relu) {
        d = memcpy(a->d_residual.data, d, a->d_y.count * sizeof(float));
        kernel->relu_sums(g, a->x.data, a->y.data, a->d_residual.data, mean, invstd, r.sums);
    } else {
        kernel->sums(g, a->x.data, d, mean, invstd, scale, by, r.sums);
    }
    kernel->backward(g, a->x.data, d, mean, invstd, scale, by, r.sums, r.stats[0].count,
                     a->d_x.data, a->d_residual.data);
    return r;
}

// The same with a pass for each operator.
static results run_apart(const fovea__norm_variant *kernel, const fovea__norm_group *g, arrays *a,
                         bool add, bool relu) {
    results r = {0};
    double mean[MOST], invstd[MOST];
    kernel->stats(g, a->x.data, r.stats);
    fovea__norm_finish(g->last - g->first, r.stats, 1e-5, mean, invstd);
    kernel->apply(g, a->x.data, mean, invstd, scale, shift, NULL, false, a->y.data);
    int64_t count = (int64_t)a->y.count;
    const fovea__unary_variant *unary = fovea__unary_choose(FOVEA__CPU_REFERENCE);
    guarded *d = &a->d_residual;
    if (add) fovea__binary_f32(FOVEA__BINARY_ADD, count, a->y.data, a->residual.data, a->y.data);
    if (relu) unary->forward(FOVEA__UNARY_RELU, 0, 0, count, a->y.data, a->y.data);
    memcpy(d->data, a->d_y.data, a->d_y.count * sizeof(float));
    if (relu) {
        unary->backward(FOVEA__UNARY_RELU, 0, 0, count, NULL, a->y.data, a->d_y.data, d->data);
    }
    kernel->sums(g, a->x.data, d->data, mean, invstd, NULL, NULL, r.sums);
    kernel->backward(g, a->x.data, d->data, mean, invstd, scale, NULL, r.sums, r.stats[0].count,
                     a->d_x.data, NULL);
    return r;
}

static bool same_arrays(const arrays *a, const arrays *b) {
    return same_bits(&a->y, &b->y) && same_bits(&a->d_x, &b->d_x) &&
           same_bits(&a->d_residual, &b->d_residual);
}

// A variant on [c][pixels][16], its results brought back to [n][c][pixels].
static results run_lanes(const fovea__norm_variant *kernel, fovea__norm_group g, arrays *a,
                         bool add, bool relu) {
    arrays lane = make_arrays((size_t)(16 * g.channels * g.pixels));
    to_lanes(&a->x, g.samples, 3.5f, &lane.x);
    to_lanes(&a->residual, g.samples, -1, &lane.residual);
    to_lanes(&a->d_y, g.samples, 0, &lane.d_y);
    g.layout = FOVEA__LAYOUT_N16;
    results r = run(kernel, &g, &lane, add, relu);
    from_lanes(&lane.y, g.samples, &a->y);
    from_lanes(&lane.d_x, g.samples, &a->d_x);
    from_lanes(&lane.d_residual, g.samples, &a->d_residual);
    for (size_t i = 0; i < lane.d_x.count; i++) {
        if ((int32_t)(i % 16) < g.samples) continue;
        assert_true(lane.d_x.data[i] == 0 && lane.d_residual.data[i] == 0);
    }
    free_arrays(&lane);
    return r;
}

static void compare(const fovea__norm_variant *variant, const fovea__norm_variant *reference,
                    int32_t samples, bool add, bool relu) {
    int64_t channels = 1 + pick(MOST), pixels = pick(4) ? 1 + pick(40) : 1 + pick(300);
    fovea__norm_group g = {FOVEA__LAYOUT_NCHW, samples, channels, pixels, 0, channels};
    for (int c = 0; c < MOST; c++) {
        scale[c] = (float)pick(100) * 0.03f;
        shift[c] = (float)pick(100) * 0.01f - 0.5f;
    }
    arrays a = make_arrays((size_t)(samples * channels * pixels)), b = make_arrays(a.x.count);
    guarded_fill(&a.x);
    guarded_fill(&a.residual);
    guarded_fill(&a.d_y);
    memcpy(b.x.data, a.x.data, a.x.count * sizeof(float));
    memcpy(b.residual.data, a.residual.data, a.x.count * sizeof(float));
    memcpy(b.d_y.data, a.d_y.data, a.x.count * sizeof(float));
    results want = run_apart(reference, &g, &a, add, relu), got;
    got = run(reference, &g, &b, add, relu);
    assert_memory_equal(&got, &want, sizeof want);
    assert_true(same_arrays(&a, &b));
    got = run(variant, &g, &b, add, relu);
    assert_memory_equal(&got, &want, sizeof want);
    assert_true(same_arrays(&a, &b));
    got = run_lanes(reference, g, &b, add, relu);
    assert_memory_equal(&got, &want, sizeof want);
    assert_true(same_arrays(&a, &b));
    got = run_lanes(variant, g, &b, add, relu);
    assert_memory_equal(&got, &want, sizeof want);
    assert_true(same_arrays(&a, &b));
    free_arrays(&a);
    free_arrays(&b);
}

static void every_variant_and_layout_gives_the_reference_bits_fused_or_not(void **state) {
    (void)state;
    guarded_begin("norm");
    size_t count;
    const fovea__norm_variant *list = fovea__norm_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < guarded_trials(256); trial++) {
            compare(&list[v], &list[count - 1], 1 + trial % 16, trial / 16 % 2, trial / 32 % 2);
        }
    }
}

static void results_may_stand_where_the_operands_were(void **state) {
    (void)state;
    guarded_begin("norm");
    size_t count;
    const fovea__norm_variant *list = fovea__norm_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int i = 0; i < 4; i++) {
            bool relu = i & 1;
            fovea__norm_group g = {(fovea__layout)(i >> 1), 16, 3, 21, 0, 3};
            arrays a = make_arrays(16 * 3 * 21);
            guarded_fill(&a.x);
            guarded_fill(&a.residual);
            guarded_fill(&a.d_y);
            results r = run(&list[v], &g, &a, !relu, relu);
            double mean[MOST], invstd[MOST];
            fovea__norm_finish(3, r.stats, 1e-5, mean, invstd);
            guarded d = guarded_make(a.x.count);
            const float *by = relu ? shift : NULL;
            memcpy(d.data, a.d_y.data, d.count * sizeof(float));
            list[v].backward(&g, a.x.data, d.data, mean, invstd, scale, by, r.sums,
                             r.stats[0].count, d.data, NULL);
            assert_true(same_bits(&d, &a.d_x));
            memcpy(d.data, a.d_y.data, d.count * sizeof(float));
            list[v].backward(&g, a.x.data, d.data, mean, invstd, scale, by, r.sums,
                             r.stats[0].count, a.d_x.data, d.data);
            assert_true(same_bits(&d, &a.d_residual));
            guarded *in = relu ? &a.x : &a.residual;
            list[v].apply(&g, a.x.data, mean, invstd, scale, shift, relu ? NULL : in->data, relu,
                          in->data);
            assert_true(same_bits(in, &a.y));
            guarded_free(&d);
            free_arrays(&a);
        }
    }
}

// Mean and m2 of values around `offset`, against sums in double of the distances from it.
static void statistics_are_as_exact_as_doubles(void **state) {
    (void)state;
    guarded_begin("norm");
    enum { PIXELS = 1000 };
    const float offsets[] = {0, 1, -300, 1e4f};
    for (int o = 0; o < 4; o++) {
        guarded x = guarded_make(16 * PIXELS);
        double mean = 0, m2 = 0;
        for (size_t i = 0; i < x.count; i++) {
            x.data[i] = offsets[o] + (float)(pick(20001) - 10000) * 1e-4f;
            mean += (double)x.data[i] / (16 * PIXELS);
        }
        for (size_t i = 0; i < x.count; i++) {
            m2 += ((double)x.data[i] - mean) * ((double)x.data[i] - mean);
        }
        fovea__norm_group g = {FOVEA__LAYOUT_N16, 16, 1, PIXELS, 0, 1};
        fovea__norm_stats stats;
        fovea__norm_choose(fovea__cpu_best())->stats(&g, x.data, &stats);
        assert_true(fabs(stats.mean - mean) < 1e-8);
        assert_true(fabs(stats.m2 - m2) < 1e-7 * m2);
        guarded_free(&x);
    }
}

static void a_nan_or_an_infinity_is_not_hidden(void **state) {
    (void)state;
    const float bad[] = {NAN, INFINITY, -INFINITY};
    size_t count;
    const fovea__norm_variant *list = fovea__norm_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int k = 0; k < 3; k++) {
            for (int at = 0; at < 16 * 5; at += 7) {
                float x[16 * 5] = {0};
                x[at] = bad[k];
                fovea__norm_group g = {FOVEA__LAYOUT_N16, 16, 1, 5, 0, 1};
                fovea__norm_stats stats;
                list[v].stats(&g, x, &stats);
                assert_true(!isfinite(stats.mean) && isnan(stats.m2));
            }
        }
    }
}

static void channels_can_be_cut(void **state) {
    (void)state;
    guarded_begin("norm");
    const fovea__norm_variant *kernel = fovea__norm_choose(fovea__cpu_best());
    guarded x = guarded_make(16 * 5 * 7);
    guarded_fill(&x);
    fovea__norm_group g = {FOVEA__LAYOUT_N16, 16, 5, 7, 0, 5};
    fovea__norm_stats whole[5], part[2];
    kernel->stats(&g, x.data, whole);
    g.first = 2;
    g.last = 4;
    kernel->stats(&g, x.data, part);
    assert_memory_equal(part, whole + 2, sizeof part);
    guarded_free(&x);
}

static void joining_groups_gives_mean_and_variance_of_all(void **state) {
    (void)state;
    guarded_begin("norm");
    double value[1000], mean = 0, m2 = 0;
    fovea__norm_stats part[20];
    for (int i = 0; i < 1000; i++) {
        value[i] = 1e4 + (double)pick(1000) * 1e-3;
        mean += value[i] / 1000;
    }
    for (int i = 0; i < 1000; i++) m2 += (value[i] - mean) * (value[i] - mean);
    for (int p = 0; p < 20; p++) {
        fovea__norm_group g = {FOVEA__LAYOUT_NCHW, 1, 1, 50, 0, 1};
        fovea__norm_stats_f64(&g, value + 50 * p, &part[p]);
    }
    fovea__norm_stats all = fovea__norm_merge(part, 20, 1);
    assert_true(all.count == 1000);
    assert_true(fabs(all.mean - mean) < 1e-9);
    assert_true(fabs(all.m2 - m2) < 1e-8 * m2);
}

static void running_statistics_are_pytorchs(void **state) {
    (void)state;
    fovea__norm_stats stats = {4, 3, 20};  // variance 5, unbiased 20/3
    float mean = 1, variance = 1;
    fovea__norm_running_f32(1, &stats, 0.1, &mean, &variance, &mean, &variance);
    assert_true(mean == (float)(0.9 + 0.3));
    assert_true(variance == (float)(0.9 + 0.1 * 20 / 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_and_layout_gives_the_reference_bits_fused_or_not),
        cmocka_unit_test(results_may_stand_where_the_operands_were),
        cmocka_unit_test(statistics_are_as_exact_as_doubles),
        cmocka_unit_test(a_nan_or_an_infinity_is_not_hidden),
        cmocka_unit_test(channels_can_be_cut),
        cmocka_unit_test(joining_groups_gives_mean_and_variance_of_all),
        cmocka_unit_test(running_statistics_are_pytorchs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
