// SPDX-License-Identifier: MIT
// What pictures found by optimisation are built from: the transform, the priors, moves, pixels and
// the net's numbers. Gradients are checked against differences, or as <A x, y> = <x, A' y>.
#include <complex.h>
#include <math.h>
#include <stdlib.h>

#include "explain/phase_spectrum.h"
#include "explain/picture_priors.h"
#include "explain/picture_variable.h"
#include "explain/warp.h"
#include "unit/failing_sweep.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static float number(uint32_t i) {
    uint32_t hash = (i + 1) * 2654435761u;
    hash ^= hash >> 15;
    return (float)((hash * 0x85EBCA6Bu) >> 8) / (1 << 23) - 1;
}

static float *numbers(int64_t count, uint32_t seed) {
    float *x = malloc((size_t)count * sizeof *x);
    assert_non_null(x);
    for (int64_t i = 0; i < count; i++) x[i] = number(seed * 100003u + (uint32_t)i);
    return x;
}

static double dot(const float *a, const float *b, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += (double)a[i] * b[i];
    return sum;
}

static const int64_t sizes[][2] = {{1, 1}, {1, 7},   {2, 2},   {5, 4},
                                   {4, 5}, {28, 28}, {31, 17}, {128, 96}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void test_back_and_forth_gives_the_picture(void **state) {
    (void)state;
    for (int s = 0; s < SIZES; s++) {
        int64_t height = sizes[s][0], width = sizes[s][1], count = height * width;
        fovea__spectrum spectrum;
        assert_int_equal(fovea__spectrum_create(context, height, width, &spectrum, NULL), FOVEA_OK);
        float *x = numbers(count, (uint32_t)s), *y = numbers(count, 9);
        float *z = numbers(height * 2 * spectrum.half, 8);
        fovea__spectrum_forward(&spectrum, x, z);
        fovea__spectrum_back(&spectrum, z, y);
        for (int64_t i = 0; i < count; i++) assert_true(fabsf(x[i] - y[i]) < 1e-5f);
        free(x), free(y), free(z);
        fovea__spectrum_free(context, &spectrum);
    }
}

static void test_the_transform_is_the_sum_it_is_said_to_be(void **state) {
    (void)state;
    int64_t height = 6, width = 5;
    fovea__spectrum spectrum;
    assert_int_equal(fovea__spectrum_create(context, height, width, &spectrum, NULL), FOVEA_OK);
    float *x = numbers(height * width, 1), *z = numbers(height * 2 * spectrum.half, 2);
    fovea__spectrum_forward(&spectrum, x, z);
    for (int64_t u = 0; u < height; u++) {
        for (int64_t k = 0; k < spectrum.half; k++) {
            double complex sum = 0;
            for (int64_t i = 0; i < height * width; i++)
                sum += x[i] * cexp(-2 * M_PI * I *
                                   ((double)(u * (i / width)) / (double)height +
                                    (double)(k * (i % width)) / (double)width));
            const float *line = z + u * 2 * spectrum.half;
            assert_true(fabs(creal(sum) - line[k]) < 1e-5);
            assert_true(fabs(cimag(sum) - line[spectrum.half + k]) < 1e-5);
        }
    }
    assert_true(fabs(fovea__spectrum_frequency(&spectrum, 5, 2) - hypot(1.0 / 6, 0.4)) < 1e-12);
    free(x), free(z);
    fovea__spectrum_free(context, &spectrum);
}

static void test_the_gradient_of_back_is_its_transpose(void **state) {
    (void)state;
    for (int s = 0; s < SIZES; s++) {
        int64_t height = sizes[s][0], width = sizes[s][1], count = height * width;
        fovea__spectrum spectrum;
        assert_int_equal(fovea__spectrum_create(context, height, width, &spectrum, NULL), FOVEA_OK);
        int64_t half = height * 2 * spectrum.half;
        float *z = numbers(half, 3), *d_x = numbers(count, 4), *x = numbers(count, 5);
        float *d_z = numbers(half, 6);
        fovea__spectrum_back(&spectrum, z, x);
        fovea__spectrum_back_gradient(&spectrum, d_x, d_z);
        double a = dot(x, d_x, count), b = dot(z, d_z, half);
        assert_true(fabs(a - b) < 1e-5 * (1 + fabs(a)));
        free(z), free(d_x), free(x), free(d_z);
        fovea__spectrum_free(context, &spectrum);
    }
}

static void test_the_slope_of_total_variation_is_that_of_differences(void **state) {
    (void)state;
    enum { C = 2, H = 5, W = 4, COUNT = C * H * W };
    static const double betas[] = {1, 1.5, 2, 3};
    for (int b = 0; b < 4; b++) {
        float *x = numbers(COUNT, 7), *d_x = calloc(COUNT, sizeof *d_x);
        assert_non_null(d_x);
        double sum = fovea__total_variation(x, C, H, W, betas[b], 3, d_x);
        assert_true(sum == fovea__total_variation(x, C, H, W, betas[b], 0, NULL));
        for (int i = 0; i < COUNT; i++) {
            float kept = x[i], step = 1e-3f, high, low;
            high = x[i] = kept + step;
            double above = fovea__total_variation(x, C, H, W, betas[b], 0, NULL);
            low = x[i] = kept - step;
            double below = fovea__total_variation(x, C, H, W, betas[b], 0, NULL);
            x[i] = kept;
            double slope = 3 * (above - below) / ((double)high - low);
            assert_true(fabs(slope - d_x[i]) < 1e-4);
        }
        free(x), free(d_x);
    }
}

static void test_the_variation_of_a_step_is_its_height(void **state) {
    (void)state;
    // One edge of 0.5 down the middle of 4×4: 4 of 16 cells have it.
    float x[16];
    for (int i = 0; i < 16; i++) x[i] = i % 4 < 2 ? 0.25f : 0.75f;
    assert_true(fabs(fovea__total_variation(x, 1, 4, 4, 2, 0, NULL) - 4 * 0.25 / 16) < 1e-6);
    assert_true(fabs(fovea__total_variation(x, 1, 4, 4, 1, 0, NULL) - 4 * 0.5 / 16) < 1e-3);
}

static void test_the_slope_of_the_power_norm_is_that_of_differences(void **state) {
    (void)state;
    enum { COUNT = 9 };
    float *x = numbers(COUNT, 11), d_x[COUNT] = {0};
    fovea__power_norm(x, COUNT, 0.1, 6, 2, d_x);
    for (int i = 0; i < COUNT; i++) {
        float kept = x[i], high, low;
        high = x[i] = kept + 1e-3f;
        double above = fovea__power_norm(x, COUNT, 0.1, 6, 0, NULL);
        low = x[i] = kept - 1e-3f;
        double below = fovea__power_norm(x, COUNT, 0.1, 6, 0, NULL);
        x[i] = kept;
        assert_true(fabs(2 * (above - below) / ((double)high - low) - d_x[i]) < 1e-4);
    }
    free(x);
}

static void test_blur_keeps_flat_pictures_and_their_mean(void **state) {
    (void)state;
    float flat[30], line[6], x[30] = {0}, sum = 0;
    for (int i = 0; i < 30; i++) flat[i] = 0.3f;
    fovea__blur_planes(flat, 1, 5, 6, 1.5, line);
    for (int i = 0; i < 30; i++) assert_true(fabsf(flat[i] - 0.3f) < 1e-6f);
    x[2 * 6 + 2] = 1;
    fovea__blur_planes(x, 1, 5, 6, 0.5, line);
    for (int i = 0; i < 30; i++) sum += x[i];
    assert_true(fabsf(sum - 1) < 1e-5f);
    assert_true(x[14] > x[13] && x[13] == x[15] && x[8] == x[20]);
}

static void test_moves_and_their_gradients_are_transposes(void **state) {
    (void)state;
    fovea__warp warp;
    enum { C = 2, H = 9, W = 7, COUNT = C * H * W };
    assert_int_equal(fovea__warp_create(context, H, W, &warp, NULL), FOVEA_OK);
    float *x = numbers(COUNT, 1), *y = numbers(COUNT, 2), *d_y = numbers(COUNT, 3);
    float *d_x = numbers(COUNT, 4);
    for (uint32_t step = 0; step < 20; step++) {
        bool turns = step % 2;
        fovea__warp_range range = {3, turns ? 0.2 : 0, turns ? 30 : 0};
        fovea__warp_draw(&warp, &range, 5, 1, step);
        assert_true(llabs(warp.down) <= 3 && llabs(warp.right) <= 3 && warp.turns == turns);
        fovea__warp_apply(&warp, C, x, y);
        fovea__warp_gradient(&warp, C, d_y, d_x);
        double a = dot(y, d_y, COUNT), b = dot(x, d_x, COUNT);
        assert_true(fabs(a - b) < 1e-5 * (1 + fabs(a)));
    }
    free(x), free(y), free(d_y), free(d_x);
    fovea__warp_free(context, &warp);
}

static void test_a_shift_goes_around(void **state) {
    (void)state;
    fovea__warp warp;
    assert_int_equal(fovea__warp_create(context, 3, 4, &warp, NULL), FOVEA_OK);
    float x[12], y[12];
    for (int i = 0; i < 12; i++) x[i] = (float)i;
    warp.down = -1;
    warp.right = 2;
    fovea__warp_apply(&warp, 1, x, y);
    for (int i = 0; i < 12; i++) assert_true(y[i] == x[(i / 4 + 2) % 3 * 4 + (i % 4 + 2) % 4]);
    fovea__warp_free(context, &warp);
}

static fovea_model *model_of(fovea_context *in, int64_t channels, fovea_error *error) {
    fovea_model_options options;
    fovea_model *model = NULL;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {channels, 8, 6}};
    fovea_model_from_text(in, "conv 2 3", &options, &model, error);
    return model;
}

static void test_pixels_become_what_prepare_makes_of_bytes(void **state) {
    (void)state;
    for (int bgr = 0; bgr < 2; bgr++) {
        fovea_model *model = model_of(context, 3, NULL);
        fovea_preprocessing how;
        fovea_preprocessing_default(&how);
        how.bgr = bgr;
        fovea_model_set_preprocessing(model, &how, NULL);
        fovea_model_set_normalization(model, (double[]){0.1, 0.5, 0.4}, (double[]){0.3, 0.2, 1},
                                      NULL);
        uint8_t bytes[3 * 48];
        for (int i = 0; i < 144; i++) bytes[i] = (uint8_t)(i * 89);
        const uint8_t *from = bytes;
        fovea_shape shape = fovea_model_input(model);
        fovea_tensor *batch;
        assert_int_equal(fovea_model_prepare(model, &from, 1, &shape, &batch, NULL), FOVEA_OK);
        fovea__picture_space space;
        assert_int_equal(fovea__picture_space_open(model, &space, NULL), FOVEA_OK);
        float p[144], x[144], d_p[144];
        fovea__picture_of_bytes(&space, bytes, p);
        fovea__picture_to_net(&space, p, x);
        const float *wanted = fovea_tensor_view(batch).data;
        for (int i = 0; i < 144; i++) assert_true(fabsf(x[i] - wanted[i]) < 1e-5f);
        assert_true(fovea__picture_zero(&space, 0) == (bgr ? 0.4 : 0.1));
        // <A p, d> less that of p = 0 is <p, A' d>.
        float *d = numbers(144, 2), zero[144] = {0}, x0[144];
        fovea__picture_gradient(&space, d, d_p);
        fovea__picture_to_net(&space, zero, x0);
        double a = dot(x, d, 144) - dot(x0, d, 144), b = dot(p, d_p, 144);
        assert_true(fabs(a - b) < 1e-3);
        free(d);
        fovea__picture_space_close(model, &space);
        fovea_tensor_free(batch);
        fovea_model_free(model);
    }
}

// A step along d_p must raise <d_p, p> at small rates, whatever the variable is.
static void check_variable(int64_t channels, fovea_parametrisation kind, bool decorrelate) {
    fovea_model *model = model_of(context, channels, NULL);
    fovea__picture_space space;
    fovea__picture_variable v;
    assert_int_equal(fovea__picture_space_open(model, &space, NULL), FOVEA_OK);
    assert_int_equal(fovea__picture_variable_create(context, &space, kind, decorrelate, &v, NULL),
                     FOVEA_OK);
    float p[144], q[144], *d_p = numbers(space.count, 9);
    fovea__picture_variable_start(&v, 3, 1);
    fovea__picture_variable_show(&v, p);
    for (int64_t i = 0; i < space.count; i++)
        assert_true(kind == FOVEA_PARAMETRISATION_PHASE || (p[i] > 0.3f && p[i] < 0.7f));
    fovea__picture_variable_step(&v, p, d_p, 1e-3);
    fovea__picture_variable_show(&v, q);
    assert_true(dot(q, d_p, space.count) > dot(p, d_p, space.count));
    fovea__picture_variable_start(&v, 3, 1);
    fovea__picture_variable_show(&v, q);
    assert_memory_equal(p, q, (size_t)space.count * sizeof *p);
    free(d_p);
    fovea__picture_variable_free(&v);
    fovea__picture_space_close(model, &space);
    fovea_model_free(model);
}

static void test_a_step_of_every_variable_goes_uphill(void **state) {
    (void)state;
    for (fovea_parametrisation kind = 0; kind <= FOVEA_PARAMETRISATION_PHASE; kind++) {
        check_variable(1, kind, true);
        check_variable(2, kind, true);
        check_variable(3, kind, true);
        check_variable(3, kind, false);
    }
}

// Whatever the phases, a real plane of rms 1 whose spectrum has the magnitudes.
static void test_phases_keep_the_magnitudes(void **state) {
    (void)state;
    for (int s = 3; s < SIZES; s++) {
        int64_t height = sizes[s][0], width = sizes[s][1], count = height * width;
        fovea__spectrum spectrum;
        assert_int_equal(fovea__spectrum_create(context, height, width, &spectrum, NULL), FOVEA_OK);
        int64_t half = spectrum.half, line = height * 2 * half;
        float *phase = numbers(height * half, 3), *size = numbers(height * half, 4);
        float *z = numbers(line, 5), *back = numbers(line, 6), *x = numbers(count, 7);
        for (int64_t i = 0; i < height * half; i++) phase[i] *= 9;
        fovea__phase_magnitudes(&spectrum, size);
        fovea__phase_spectrum(&spectrum, size, phase, z);
        fovea__spectrum_back(&spectrum, z, x);
        fovea__spectrum_forward(&spectrum, x, back);
        assert_true(fabs(fovea__root_mean_square(x, count) - 1) < 1e-4);
        double most = 0;
        for (int64_t i = 0; i < height * half; i++) most = fmax(most, size[i]);
        for (int64_t u = 0; u < height; u++)
            for (int64_t k = 0; k < half; k++) {
                const float *at = back + u * 2 * half + k;
                double found = hypot((double)at[0], (double)at[half]);
                assert_true(fabs(found - size[u * half + k]) < 1e-5 * most);
            }
        free(phase), free(size), free(z), free(back), free(x);
        fovea__spectrum_free(context, &spectrum);
    }
}

static void test_the_slope_of_phases_is_that_of_differences(void **state) {
    (void)state;
    fovea__spectrum spectrum;
    enum { H = 6, W = 4, HALF = 3, COUNT = H * HALF };
    assert_int_equal(fovea__spectrum_create(context, H, W, &spectrum, NULL), FOVEA_OK);
    float *phase = numbers(COUNT, 1), *d_z = numbers(2 * COUNT, 2), size[COUNT], z[2 * COUNT];
    float d_phase[COUNT];
    fovea__phase_magnitudes(&spectrum, size);
    fovea__phase_gradient(&spectrum, size, phase, d_z, d_phase);
    for (int i = 0; i < COUNT; i++) {
        float kept = phase[i], high, low;
        high = phase[i] = kept + 1e-2f;
        fovea__phase_spectrum(&spectrum, size, phase, z);
        double above = dot(z, d_z, 2 * COUNT);
        low = phase[i] = kept - 1e-2f;
        fovea__phase_spectrum(&spectrum, size, phase, z);
        double below = dot(z, d_z, 2 * COUNT);
        phase[i] = kept;
        assert_true(fabs((above - below) / ((double)high - low) - d_phase[i]) < 2e-3);
    }
    free(phase), free(d_z);
    fovea__spectrum_free(context, &spectrum);
}

static fovea_status make_parts(fovea_context *in, fovea_error *error) {
    fovea__warp warp = {0};
    fovea__spectrum spectrum = {0};
    fovea_status status = fovea__warp_create(in, 3, 4, &warp, error);
    if (status == FOVEA_OK) status = fovea__spectrum_create(in, 3, 4, &spectrum, error);
    fovea__warp_free(in, &warp);
    fovea__spectrum_free(in, &spectrum);
    return status;
}

static void test_no_memory_leaves_nothing(void **state) {
    (void)state;
    failing_sweep(make_parts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_back_and_forth_gives_the_picture),
        cmocka_unit_test(test_the_transform_is_the_sum_it_is_said_to_be),
        cmocka_unit_test(test_the_gradient_of_back_is_its_transpose),
        cmocka_unit_test(test_the_slope_of_total_variation_is_that_of_differences),
        cmocka_unit_test(test_the_variation_of_a_step_is_its_height),
        cmocka_unit_test(test_the_slope_of_the_power_norm_is_that_of_differences),
        cmocka_unit_test(test_blur_keeps_flat_pictures_and_their_mean),
        cmocka_unit_test(test_moves_and_their_gradients_are_transposes),
        cmocka_unit_test(test_a_shift_goes_around),
        cmocka_unit_test(test_pixels_become_what_prepare_makes_of_bytes),
        cmocka_unit_test(test_a_step_of_every_variable_goes_uphill),
        cmocka_unit_test(test_phases_keep_the_magnitudes),
        cmocka_unit_test(test_the_slope_of_phases_is_that_of_differences),
        cmocka_unit_test(test_no_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
