// SPDX-License-Identifier: MIT
#include <math.h>

#include "guarded.h"
#include "kernels/norm/norm.h"

#define MOST 5  // channels

typedef struct results {
    fovea__norm_stats stats[MOST];
    fovea__norm_sums sums[MOST];
} results;

// Everything one group can be asked, with mean and deviation from `use`.
static results run(const fovea__norm_variant *kernel, const fovea__norm_group *g, const guarded *x,
                   const guarded *d_y, const results *use, const float *scale, const float *shift,
                   guarded *y, guarded *d_x) {
    results r = {0};
    double mean[MOST], invstd[MOST];
    kernel->stats(g, x->data, r.stats);
    fovea__norm_finish(g->last - g->first, use ? use->stats : r.stats, 1e-5, mean, invstd);
    kernel->apply(g, x->data, mean, invstd, scale, shift, true, y->data);
    kernel->sums(g, x->data, d_y->data, mean, invstd, r.sums);
    kernel->backward(g, x->data, d_y->data, mean, invstd, scale, r.sums, r.stats[0].count,
                     d_x->data);
    return r;
}

static void compare(const fovea__norm_variant *variant, const fovea__norm_variant *reference,
                    int32_t samples) {
    int64_t channels = 1 + pick(MOST), pixels = 1 + pick(40);
    fovea__norm_group g = {FOVEA__LAYOUT_NCHW, samples, channels, pixels, 0, channels};
    size_t count = (size_t)(samples * channels * pixels), wide = (size_t)(16 * channels * pixels);
    float scale[MOST], shift[MOST];
    for (int c = 0; c < MOST; c++) {
        scale[c] = (float)pick(100) * 0.03f;
        shift[c] = (float)pick(100) * 0.01f - 0.5f;
    }
    guarded x = guarded_make(count), d_y = guarded_make(count), y = guarded_make(count),
            d_x = guarded_make(count), y2 = guarded_make(count), d_x2 = guarded_make(count);
    guarded_fill(&x);
    guarded_fill(&d_y);
    results want = run(reference, &g, &x, &d_y, NULL, scale, shift, &y, &d_x);
    results got = run(variant, &g, &x, &d_y, NULL, scale, shift, &y2, &d_x2);
    assert_memory_equal(&got, &want, sizeof want);
    assert_true(same_bits(&y, &y2) && same_bits(&d_x, &d_x2));
    guarded lane_x = guarded_make(wide), lane_d_y = guarded_make(wide), lane_y = guarded_make(wide),
            lane_d_x = guarded_make(wide);
    to_lanes(&x, samples, 3.5f, &lane_x);
    to_lanes(&d_y, samples, 0, &lane_d_y);
    g.layout = FOVEA__LAYOUT_N16;
    got = run(variant, &g, &lane_x, &lane_d_y, NULL, scale, shift, &lane_y, &lane_d_x);
    assert_memory_equal(&got, &want, sizeof want);
    from_lanes(&lane_y, samples, &y2);
    from_lanes(&lane_d_x, samples, &d_x2);
    assert_true(same_bits(&y, &y2) && same_bits(&d_x, &d_x2));
    for (size_t i = 0; i < wide; i++) {
        if ((int32_t)(i % 16) >= samples) assert_true(lane_d_x.data[i] == 0);
    }
    guarded *all[] = {&x, &d_y, &y, &d_x, &y2, &d_x2, &lane_x, &lane_d_y, &lane_y, &lane_d_x};
    for (int i = 0; i < 10; i++) guarded_free(all[i]);
}

static void every_variant_and_layout_gives_the_reference_bits(void **state) {
    (void)state;
    guarded_begin("norm");
    size_t count;
    const fovea__norm_variant *list = fovea__norm_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < 160; trial++) {
            compare(&list[v], &list[count - 1], 1 + trial % 16);
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
        cmocka_unit_test(every_variant_and_layout_gives_the_reference_bits),
        cmocka_unit_test(channels_can_be_cut),
        cmocka_unit_test(joining_groups_gives_mean_and_variance_of_all),
        cmocka_unit_test(running_statistics_are_pytorchs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
