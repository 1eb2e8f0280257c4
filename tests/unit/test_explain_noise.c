// SPDX-License-Identifier: MIT
// SmoothGrad, its square and VarGrad: the limits in which they are known exactly, and how noise falls.
#include <string.h>

#include "explain/noise.h"
#include "unit/explain_net.h"

static const char *const nets[] = {
    "conv 4 3 pad=1, relu, maxpool 2, conv 5 3, relu, flatten, linear 6",
    "conv 4 3, batchnorm, relu, as a, conv 4 3 pad=1, add a, relu, avgpool 2, flatten, linear 4",
};
enum { PIXELS = 162 };
#define LINEAR_NET "conv 3 3 pad=1, batchnorm, avgpool 3, flatten, linear 4"
#define QUADRATIC_NET "as x, conv 3 3, as a, from x, conv 3 3, mul a, flatten, linear 2"

static fovea_attribution *smooth(explain_net *net, const char *method, double noise, int samples,
                                 uint64_t seed) {
    fovea_explain_options how = explain_how(method, 1);
    how.noise = noise;
    how.samples = samples;
    how.seed = seed;
    return explain_do(net, &how);
}

static const double *numbers(const fovea_attribution *result) {
    return fovea_tensor_view(result->map).data;
}

static fovea_attribution *gradient(explain_net *net) {
    fovea_explain_options how = explain_how("gradient", 1);
    return explain_do(net, &how);
}

static void the_noise_is_normal_and_its_own_for_every_copy(void **state) {
    (void)state;
    double sum = 0, squares = 0, product = 0, pair[2], other[2];
    enum { PAIRS = 20000 };
    for (int64_t p = 0; p < PAIRS; p++) {
        fovea__normal_pair(7, 3, p, pair);
        fovea__normal_pair(7, 4, p, other);
        sum += pair[0] + pair[1];
        squares += pair[0] * pair[0] + pair[1] * pair[1];
        product += pair[0] * other[0] + pair[0] * pair[1];
    }
    assert_true(fabs(sum / (2 * PAIRS)) < 0.02);
    assert_true(fabs(squares / (2 * PAIRS) - 1) < 0.03);
    assert_true(fabs(product / (2 * PAIRS)) < 0.02);
}

static void smoothgrad_without_noise_is_the_gradient_bit_for_bit(void **state) {
    (void)state;
    for (size_t n = 0; n < 2; n++) {
        explain_net net = explain_open(nets[n], 3 + n, NULL);
        fovea_attribution *a = smooth(&net, "smoothgrad", 0, 21, 1), *b = gradient(&net);
        assert_memory_equal(numbers(a), numbers(b), PIXELS * sizeof(double));
        fovea_attribution_free(a);
        fovea_attribution_free(b);
        explain_close(&net);
    }
}

static void smoothgrad_squared_without_noise_is_the_square_of_the_gradient(void **state) {
    (void)state;
    explain_net net = explain_open(nets[0], 3, NULL);
    fovea_attribution *a = smooth(&net, "smoothgrad-squared", 0, 21, 1), *b = gradient(&net);
    for (int i = 0; i < PIXELS; i++) assert_true(numbers(a)[i] == numbers(b)[i] * numbers(b)[i]);
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&net);
}

static void smoothgrad_of_a_linear_net_is_the_gradient_for_any_noise(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 3, NULL);
    fovea_attribution *b = gradient(&net);
    for (int k = 0; k < 3; k++) {
        fovea_attribution *a = smooth(&net, "smoothgrad", 0.1 + k, 3 + 20 * k, 5);
        for (int i = 0; i < PIXELS; i++) assert_true(fabs(numbers(a)[i] - numbers(b)[i]) < 1e-14);
        fovea_attribution_free(a);
    }
    fovea_attribution_free(b);
    explain_close(&net);
}

static void vargrad_of_a_linear_net_is_zero(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 3, NULL);
    fovea_attribution *a = smooth(&net, "vargrad", 0.5, 30, 5);
    for (int i = 0; i < PIXELS; i++) assert_true(numbers(a)[i] >= 0 && numbers(a)[i] < 1e-28);
    fovea_attribution_free(a);
    explain_close(&net);
}

// f = x'Ax/2 + b'x: the mean over noise is the gradient at the mean of the copies, thus near Ax + b.
static void smoothgrad_of_a_quadratic_net_tends_to_the_gradient(void **state) {
    (void)state;
    explain_net net = explain_open(QUADRATIC_NET, 3, NULL);
    fovea_attribution *b = gradient(&net);
    double far[2] = {0, 0};
    for (int k = 0; k < 2; k++) {
        fovea_attribution *a = smooth(&net, "smoothgrad", 0.2, k ? 10000 : 100, 5);
        for (int i = 0; i < PIXELS; i++) far[k] += pow(numbers(a)[i] - numbers(b)[i], 2);
        fovea_attribution_free(a);
    }
    assert_true(far[1] < far[0] / 50 && far[1] > far[0] / 200);
    fovea_attribution_free(b);
    explain_close(&net);
}

static double between_seeds(explain_net *net, int samples) {
    double sum = 0;
    for (uint64_t seed = 1; seed < 41; seed += 2) {
        fovea_attribution *a = smooth(net, "smoothgrad", 0.3, samples, seed);
        fovea_attribution *b = smooth(net, "smoothgrad", 0.3, samples, seed + 1);
        for (int i = 0; i < PIXELS; i++) sum += pow(numbers(a)[i] - numbers(b)[i], 2);
        fovea_attribution_free(a);
        fovea_attribution_free(b);
    }
    return sum;
}

static void the_difference_between_seeds_halves_when_samples_double(void **state) {
    (void)state;
    explain_net net = explain_open(nets[0], 3, NULL);
    double ratio = between_seeds(&net, 50) / between_seeds(&net, 100);
    assert_true(ratio > 2 / 1.2 && ratio < 2 * 1.2);
    explain_close(&net);
}

static void vargrad_is_the_mean_of_squares_minus_the_square_of_the_mean(void **state) {
    (void)state;
    for (size_t n = 0; n < 2; n++) {
        explain_net net = explain_open(nets[n], 3 + n, NULL);
        fovea_attribution *mean = smooth(&net, "smoothgrad", 0.2, 60, 5);
        fovea_attribution *square = smooth(&net, "smoothgrad-squared", 0.2, 60, 5);
        fovea_attribution *variance = smooth(&net, "vargrad", 0.2, 60, 5);
        for (int i = 0; i < PIXELS; i++) {
            double m = numbers(mean)[i], v = numbers(variance)[i];
            assert_true(v >= 0);
            assert_true(fabs(numbers(square)[i] - m * m - v) < 1e-14);
        }
        fovea_attribution_free(mean);
        fovea_attribution_free(square);
        fovea_attribution_free(variance);
        explain_close(&net);
    }
}

static void the_noise_is_a_share_of_the_pictures_range(void **state) {
    (void)state;
    explain_net net = explain_open(QUADRATIC_NET, 3, NULL);
    double *x = net.view.data, low = x[0], high = x[0];
    for (int i = 0; i < PIXELS; i++) low = fmin(low, x[i]), high = fmax(high, x[i]);
    fovea_attribution *a = smooth(&net, "vargrad", 0.1, 40, 5);
    x[0] = low - (high - low);  // twice the range: four times the variance of a linear gradient
    fovea_attribution *b = smooth(&net, "vargrad", 0.1, 40, 5);
    for (int i = 0; i < PIXELS; i++)
        assert_true(fabs(numbers(b)[i] - 4 * numbers(a)[i]) < 1e-10 * fabs(numbers(b)[i]));
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_noise_is_normal_and_its_own_for_every_copy),
        cmocka_unit_test(smoothgrad_without_noise_is_the_gradient_bit_for_bit),
        cmocka_unit_test(smoothgrad_squared_without_noise_is_the_square_of_the_gradient),
        cmocka_unit_test(smoothgrad_of_a_linear_net_is_the_gradient_for_any_noise),
        cmocka_unit_test(vargrad_of_a_linear_net_is_zero),
        cmocka_unit_test(smoothgrad_of_a_quadratic_net_tends_to_the_gradient),
        cmocka_unit_test(the_difference_between_seeds_halves_when_samples_double),
        cmocka_unit_test(vargrad_is_the_mean_of_squares_minus_the_square_of_the_mean),
        cmocka_unit_test(the_noise_is_a_share_of_the_pictures_range),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
