// SPDX-License-Identifier: MIT
#include <math.h>

#include "guarded.h"
#include "kernels/loss/loss.h"

#define CLASSES 7

static void compare_variants(const fovea__cross_entropy *options, int32_t samples, const guarded *x,
                             const int32_t *label, const double *loss, const guarded *d) {
    size_t count;
    const fovea__loss_variant *list = fovea__loss_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        double got[16];
        guarded got_d = guarded_make(d->count);
        list[v].cross_entropy(options, samples, x->data, label, got, got_d.data);
        assert_memory_equal(loss, got, (size_t)samples * sizeof *loss);
        assert_true(same_bits(d, &got_d));
        list[v].cross_entropy(options, samples, x->data, label, got, NULL);
        assert_memory_equal(loss, got, (size_t)samples * sizeof *loss);
        guarded_free(&got_d);
    }
}

static void layouts_agree_and_floats_follow_doubles(void **state) {
    (void)state;
    guarded_begin("loss");
    for (int trial = 0; trial < 160; trial++) {
        int32_t samples = 1 + trial % 16, label[16];
        double weight[CLASSES], loss[16], lane_loss[16], wide_loss[16];
        double wide[16 * CLASSES], wide_d[16 * CLASSES];
        guarded x = guarded_make((size_t)samples * CLASSES), d = guarded_make(x.count),
                back = guarded_make(x.count), lane_x = guarded_make(16 * CLASSES),
                lane_d = guarded_make(16 * CLASSES);
        for (size_t i = 0; i < x.count; i++) {
            wide[i] = x.data[i] = (float)(pick(2001) - 1000) * 0.01f;
        }
        for (int32_t n = 0; n < samples; n++) label[n] = (int32_t)pick(CLASSES);
        for (int c = 0; c < CLASSES; c++) weight[c] = 0.1 + (double)pick(20) * 0.1;
        to_lanes(&x, samples, 1, &lane_x);
        fovea__cross_entropy options = {CLASSES, trial & 1 ? weight : NULL, trial & 2 ? 0.1 : 0,
                                        1.0 / samples};
        fovea__loss_cross_entropy_f32(&options, FOVEA__LAYOUT_NCHW, samples, x.data, label, loss,
                                      d.data);
        fovea__loss_cross_entropy_f32(&options, FOVEA__LAYOUT_N16, samples, lane_x.data, label,
                                      lane_loss, lane_d.data);
        from_lanes(&lane_d, samples, &back);
        assert_true(same_bits(&d, &back));
        assert_memory_equal(loss, lane_loss, (size_t)samples * sizeof *loss);
        for (size_t i = 0; i < lane_d.count; i++) {
            if ((int32_t)(i % 16) >= samples) assert_true(lane_d.data[i] == 0);
        }
        compare_variants(&options, samples, &lane_x, label, loss, &lane_d);
        fovea__loss_cross_entropy_f64(&options, samples, wide, label, wide_loss, wide_d);
        for (int32_t n = 0; n < samples; n++) {
            assert_true(fabs(loss[n] - wide_loss[n]) < 1e-6 * (1 + wide_loss[n]));
        }
        for (size_t i = 0; i < d.count; i++) assert_true(fabs(d.data[i] - wide_d[i]) < 1e-6);
        fovea__loss_cross_entropy_f32(&options, FOVEA__LAYOUT_NCHW, samples, x.data, label,
                                      lane_loss, NULL);
        assert_memory_equal(loss, lane_loss, (size_t)samples * sizeof *loss);
        guarded *all[] = {&x, &d, &back, &lane_x, &lane_d};
        for (int i = 0; i < 5; i++) guarded_free(all[i]);
    }
}

// torch.nn.CrossEntropyLoss(weight=[0.5, 1, 2], label_smoothing=0.1) on two samples, its numbers.
static void weights_and_smoothing_are_pytorchs(void **state) {
    (void)state;
    const double x[6] = {1, 2, 3, 0.5, -1, 0}, weight[3] = {0.5, 1, 2};
    const int32_t label[2] = {1, 2};
    double loss[2], d[6];
    fovea__cross_entropy options = {3, weight, 0.1, 1.0 / 3};
    fovea__loss_cross_entropy_f64(&options, 2, x, label, loss, d);
    const double want[6] = {0.024954805352184476, -0.22817535147587414, 0.2032205461236896,
                            0.343628775197837,    0.06680244453121566,  -0.41043121972905267};
    assert_true(fabs((loss[0] + loss[1]) / 3 - 1.1741054635823942) < 1e-12);
    for (int i = 0; i < 6; i++) assert_true(fabs(d[i] - want[i]) < 1e-12);
}

static void the_gradient_is_that_of_the_loss(void **state) {
    (void)state;
    double x[CLASSES] = {0.3, -1.2, 2, 0.7, 0.1, -0.4, 1.1}, d[CLASSES], up, down;
    const double weight[CLASSES] = {1, 0.2, 3, 0.5, 1, 2, 0.7};
    for (int32_t label = 0; label < CLASSES; label++) {
        fovea__cross_entropy options = {CLASSES, weight, 0.2, 1};
        fovea__loss_cross_entropy_f64(&options, 1, x, &label, &up, d);
        for (int c = 0; c < CLASSES; c++) {
            double kept = x[c];
            x[c] = kept + 1e-6;
            fovea__loss_cross_entropy_f64(&options, 1, x, &label, &up, NULL);
            x[c] = kept - 1e-6;
            fovea__loss_cross_entropy_f64(&options, 1, x, &label, &down, NULL);
            x[c] = kept;
            assert_true(fabs((up - down) / 2e-6 - d[c]) < 1e-7);
        }
    }
}

static void logits_of_ten_thousand_are_stable(void **state) {
    (void)state;
    const float x[6] = {1e4f, -1e4f, 0, -1e4f, 1e4f, 1e4f};
    const int32_t label[2] = {1, 1};
    double loss[2];
    float d[6];
    fovea__cross_entropy options = {3, NULL, 0, 0.5};
    fovea__loss_cross_entropy_f32(&options, FOVEA__LAYOUT_NCHW, 2, x, label, loss, d);
    assert_true(loss[0] == 20000 && fabs(loss[1] - log(2)) < 1e-12);
    assert_true(d[0] == 0.5f && d[1] == -0.5f && d[2] == 0);
    assert_true(d[3] == 0 && d[4] == -0.25f && d[5] == 0.25f);
}

static void squared_error_and_its_gradient(void **state) {
    (void)state;
    const float x[4] = {1, 2, 3, 4}, target[4] = {1, 0, 5, 1};
    double loss[2];
    float d[4];
    fovea__loss_squared_f32(FOVEA__LAYOUT_NCHW, 2, 2, x, target, 0.25, loss, d);
    assert_true(loss[0] == 4 && loss[1] == 13);
    assert_true(d[0] == 0 && d[1] == 1 && d[2] == -1 && d[3] == 1.5f);
    float lane_x[32] = {1, 3}, lane_target[32] = {1, 5}, lane_d[32];
    lane_x[16] = 2, lane_x[17] = 4, lane_target[17] = 1;
    fovea__loss_squared_f32(FOVEA__LAYOUT_N16, 2, 2, lane_x, lane_target, 0.25, loss, lane_d);
    assert_true(loss[0] == 4 && loss[1] == 13);
    assert_true(lane_d[0] == 0 && lane_d[16] == 1 && lane_d[1] == -1 && lane_d[17] == 1.5f);
    assert_true(lane_d[2] == 0 && lane_d[31] == 0);
    const double wide_x[2] = {1, 2}, wide_target[2] = {1, 0};
    double wide_d[2];
    fovea__loss_squared_f64(1, 2, wide_x, wide_target, 0.5, loss, wide_d);
    assert_true(loss[0] == 4 && wide_d[0] == 0 && wide_d[1] == 2);
}

static void the_first_largest_logit_is_the_answer(void **state) {
    (void)state;
    const float x[9] = {1, 3, 3, 5, NAN, NAN, -1, -2, -3};
    int32_t index[3];
    fovea__loss_argmax_f32(FOVEA__LAYOUT_NCHW, 3, 3, x, index);
    assert_true(index[0] == 1 && index[1] == 1 && index[2] == 0);
    float lanes[48] = {0};
    for (int n = 0; n < 3; n++) {
        for (int c = 0; c < 3; c++) lanes[c * 16 + n] = x[n * 3 + c];
    }
    fovea__loss_argmax_f32(FOVEA__LAYOUT_N16, 3, 3, lanes, index);
    assert_true(index[0] == 1 && index[1] == 1 && index[2] == 0);
    const double wide[3] = {0, 2, 2};
    fovea__loss_argmax_f64(1, 3, wide, index);
    assert_int_equal(index[0], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts_agree_and_floats_follow_doubles),
        cmocka_unit_test(weights_and_smoothing_are_pytorchs),
        cmocka_unit_test(the_gradient_is_that_of_the_loss),
        cmocka_unit_test(logits_of_ten_thousand_are_stable),
        cmocka_unit_test(squared_error_and_its_gradient),
        cmocka_unit_test(the_first_largest_logit_is_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
