// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/random.h"
#include "guarded.h"
#include "kernels/dropout/dropout.h"

static void both_layouts_and_types_drop_the_same_elements(void **state) {
    (void)state;
    guarded_begin("dropout");
    size_t variants;
    const fovea__dropout_variant *list = fovea__dropout_variants(&variants);
    for (size_t v = 0; v < variants; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < 96; trial++) {
            int32_t samples = 1 + trial % 16;
            int64_t elements = 1 + pick(150);
            uint32_t ids[16];
            for (int n = 0; n < 16; n++) ids[n] = (uint32_t)pick(100000);
            const double ratios[] = {0, 0.2, 0.5, 0.999, 1};
            fovea__dropout dropout = {ratios[trial % 5], (uint64_t)pick(1 << 30) << 20,
                                      (uint32_t)pick(100), 0x12302u, ids};
            size_t count = (size_t)(samples * elements);
            guarded x = guarded_make(count), want = guarded_make(count), got = guarded_make(count),
                    lane_x = guarded_make((size_t)elements * 16),
                    lane_y = guarded_make((size_t)elements * 16);
            guarded_fill(&x);
            to_lanes(&x, samples, 2, &lane_x);
            list[variants - 1].apply(&dropout, FOVEA__LAYOUT_NCHW, samples, elements, x.data,
                                     want.data);
            list[v].apply(&dropout, FOVEA__LAYOUT_NCHW, samples, elements, x.data, got.data);
            assert_true(same_bits(&want, &got));
            list[v].apply(&dropout, FOVEA__LAYOUT_N16, samples, elements, lane_x.data, lane_y.data);
            from_lanes(&lane_y, samples, &got);
            assert_true(same_bits(&want, &got));
            for (size_t i = 0; i < lane_y.count; i++) {
                if ((int32_t)(i % 16) >= samples) assert_true(lane_y.data[i] == 0);
            }
            double *wide = malloc(count * sizeof *wide);
            for (size_t i = 0; i < count; i++) wide[i] = 1;
            fovea__dropout_apply_f64(&dropout, samples, elements, wide, wide);
            for (size_t i = 0; i < count; i++) {
                float u = fovea__random_float(dropout.seed, dropout.stream, dropout.epoch,
                                              ids[i / (size_t)elements], i % (size_t)elements);
                double kept = (double)u >= dropout.ratio ? 1 / (1 - dropout.ratio) : 0;
                assert_true(wide[i] == kept);
                if (kept == 0) assert_true(want.data[i] == 0);
            }
            free(wide);
            guarded *all[] = {&x, &want, &got, &lane_x, &lane_y};
            for (int i = 0; i < 5; i++) guarded_free(all[i]);
        }
    }
}

static void the_share_dropped_is_the_ratio(void **state) {
    (void)state;
    enum { COUNT = 200000 };
    float *x = malloc(COUNT * sizeof *x);
    for (int i = 0; i < COUNT; i++) x[i] = 1;
    uint32_t id = 7;
    fovea__dropout dropout = {0.2, 5, 1, 2, &id};
    fovea__dropout_choose(fovea__cpu_best())->apply(&dropout, FOVEA__LAYOUT_NCHW, 1, COUNT, x, x);
    int zeros = 0;
    for (int i = 0; i < COUNT; i++) {
        zeros += x[i] == 0;
        assert_true(x[i] == 0 || x[i] == 1 / (1 - 0.2f));
    }
    assert_true(abs(zeros - COUNT / 5) < 800);  // 4.5 deviations
    free(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_layouts_and_types_drop_the_same_elements),
        cmocka_unit_test(the_share_dropped_is_the_ratio),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
