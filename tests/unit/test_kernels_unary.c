// SPDX-License-Identifier: MIT
#include <math.h>

#include "guarded.h"
#include "kernels/elementary.h"
#include "kernels/unary/unary.h"

// Distance of `got` from the exact `want` in units of the last place of a float there.
static double ulps(float got, double want) {
    if (isnan(want)) return isnan(got) ? 0 : INFINITY;
    if (isinf((float)want) || isinf(got)) return got == (float)want ? 0 : INFINITY;
    int exponent;
    frexp(want, &exponent);
    if (exponent < -125) exponent = -125;
    return fabs(got - want) / ldexp(1, exponent - 24);
}

static double sigmoid_of(double x) {
    return 1 / (1 + exp(-x));
}

// Over numbers of [least, most_x] and NaN.
static void check_range(const char *name, float (*got)(float), double (*want)(double), double most,
                        float least, float most_x) {
    double worst = 0;
    float at = 0;
    for (uint64_t bits = 0; bits < 0x100000000u; bits += 4099) {
        float x = fovea__float_of_bits((uint32_t)bits);
        if (x < least || x > most_x) continue;
        double distance = ulps(got(x), want(x));
        if (distance > worst) {
            worst = distance;
            at = x;
        }
    }
    print_message("%s: at most %.3f ulp, at %a\n", name, worst, (double)at);
    assert_true(worst <= most);
}

static void check_function(const char *name, float (*got)(float), double (*want)(double),
                           double most) {
    check_range(name, got, want, most, -INFINITY, INFINITY);
}

static void floats_are_within_their_ulps_of_double(void **state) {
    (void)state;
    check_function("exp", fovea__exp_f32, exp, 2);
    check_function("log", fovea__log_f32, log, 2);
    check_function("tanh", fovea__tanh_f32, tanh, 3);
    check_function("sigmoid", fovea__sigmoid_f32, sigmoid_of, 3);
    check_function("erf", fovea__erf_f32, erf, 2);
    check_range("expm1", fovea__expm1_negative_f32, expm1, 3, -INFINITY, 0);
    check_range("log1p", fovea__log1p_f32, log1p, 3, 0, 1);
}

static void the_ends_are_exact(void **state) {
    (void)state;
    assert_true(fovea__exp_f32(INFINITY) == INFINITY && fovea__exp_f32(-INFINITY) == 0);
    assert_true(fovea__exp_f32(0) == 1 && fovea__exp_f32(89) == INFINITY);
    assert_true(fovea__log_f32(0) == -INFINITY && fovea__log_f32(INFINITY) == INFINITY);
    assert_true(fovea__log_f32(1) == 0 && isnan(fovea__log_f32(-1)));
    assert_true(fovea__tanh_f32(INFINITY) == 1 && fovea__tanh_f32(-20) == -1);
    assert_true(signbit(fovea__tanh_f32(-0.0f)) && signbit(fovea__erf_f32(-0.0f)));
    assert_true(fovea__sigmoid_f32(INFINITY) == 1 && fovea__sigmoid_f32(-INFINITY) == 0);
    assert_true(fovea__sigmoid_f32(0) == 0.5f && fovea__sigmoid_f32(-100) > 0);
    assert_true(fovea__erf_f32(INFINITY) == 1 && fovea__erf_f32(-4) == -1);
    assert_true(isnan(fovea__exp_f32(NAN)) && isnan(fovea__tanh_f32(NAN)));
    assert_true(isnan(fovea__sigmoid_f32(NAN)) && isnan(fovea__erf_f32(NAN)));
    assert_true(isnan(fovea__log_f32(NAN)));
}

static const float extremes[] = {0.0f,     -0.0f,   1e-45f, -1e-40f,  88.7f,  -88.7f,
                                 103.9f,   -104.1f, 1e38f,  -1e38f,   0.625f, -0.92f,
                                 INFINITY, 3.9f,    -0.6f,  -INFINITY};

static void every_variant_gives_the_reference_bits(void **state) {
    (void)state;
    guarded_begin("unary");
    size_t variants;
    const fovea__unary_variant *list = fovea__unary_variants(&variants);
    const fovea__unary_variant *reference = &list[variants - 1];
    for (size_t v = 0; v < variants; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int kind = 0; kind < FOVEA__UNARY_KINDS; kind++) {
            for (size_t count = 0; count < 70; count++) {
                guarded x = guarded_make(count), y = guarded_make(count), d_y = guarded_make(count),
                        d_x = guarded_make(count), y2 = guarded_make(count),
                        d_x2 = guarded_make(count);
                guarded_fill(&d_y);
                for (size_t i = 0; i < count; i++) {
                    x.data[i] =
                        pick(6) ? (float)(pick(200001) - 100000) * 1.5e-4f : extremes[pick(16)];
                }
                fovea__unary_kind k = (fovea__unary_kind)kind;
                int64_t n = (int64_t)count;
                reference->forward(k, 0.125f, 0.5f, n, x.data, y.data);
                list[v].forward(k, 0.125f, 0.5f, n, x.data, y2.data);
                reference->backward(k, 0.125f, 0.5f, n, x.data, y.data, d_y.data, d_x.data);
                list[v].backward(k, 0.125f, 0.5f, n, x.data, y.data, d_y.data, d_x2.data);
                for (size_t i = 0; i < count; i++) {  // which NaN comes out is left open
                    if (isnan(y.data[i]) && isnan(y2.data[i])) y.data[i] = y2.data[i] = 0;
                    if (isnan(d_x.data[i]) && isnan(d_x2.data[i])) d_x.data[i] = d_x2.data[i] = 0;
                }
                assert_true(same_bits(&y, &y2));
                assert_true(same_bits(&d_x, &d_x2));
                guarded *all[] = {&x, &y, &d_y, &d_x, &y2, &d_x2};
                for (int i = 0; i < 6; i++) guarded_free(all[i]);
            }
        }
    }
}

static void floats_follow_doubles(void **state) {
    (void)state;
    const fovea__unary_variant *kernel = fovea__unary_choose(fovea__cpu_best());
    for (int kind = 0; kind < FOVEA__UNARY_KINDS; kind++) {
        for (double at = -12; at <= 12; at += 0.0371) {
            float x = (float)at, y, d_y = 0.7f, d_x;
            double wide_x = x, wide_y, wide_d_y = d_y, wide_d_x;
            fovea__unary_kind k = (fovea__unary_kind)kind;
            kernel->forward(k, 0.2f, 0.9f, 1, &x, &y);
            kernel->backward(k, 0.2f, 0.9f, 1, &x, &y, &d_y, &d_x);
            fovea__unary_forward_f64(k, 0.2, 0.9, 1, &wide_x, &wide_y);
            fovea__unary_backward_f64(k, 0.2, 0.9, 1, &wide_x, &wide_y, &wide_d_y, &wide_d_x);
            if (isnan(wide_y)) {
                assert_true(isnan(y));
                continue;
            }
            assert_true(fabs(y - wide_y) <= 3e-6 + 1e-6 * fabs(wide_y));
            assert_true(fabs(d_x - wide_d_x) <= 3e-6 + 1e-6 * fabs(wide_d_x));
        }
    }
}

static void nan_stays_nan(void **state) {
    (void)state;
    const fovea__unary_variant *kernel = fovea__unary_choose(fovea__cpu_best());
    for (int kind = 0; kind < FOVEA__UNARY_KINDS; kind++) {
        float x[17], y[17];
        for (int i = 0; i < 17; i++) x[i] = NAN;
        kernel->forward((fovea__unary_kind)kind, 0.5f, 0.7f, 17, x, y);
        for (int i = 0; i < 17; i++) assert_true(isnan(y[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_are_within_their_ulps_of_double),
        cmocka_unit_test(the_ends_are_exact),
        cmocka_unit_test(every_variant_gives_the_reference_bits),
        cmocka_unit_test(floats_follow_doubles),
        cmocka_unit_test(nan_stays_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
