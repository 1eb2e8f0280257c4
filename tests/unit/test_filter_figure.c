// SPDX-License-Identifier: MIT
// The figure of a hand-made filter: what it tells, how kernels are written, large and tiny pictures.
#include <stdlib.h>

#include "base/memory.h"
#include "failing.h"
#include "figures/kernel_numbers.h"
#include "figures/reduce.h"
#include "fovea/figures.h"
#include "unit/data_files.h"

static fovea_tensor *ramp(fovea_context *context, int64_t channels, int64_t height, int64_t width) {
    fovea_tensor *picture;
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){channels, height, width});
    if (fovea_tensor_create(context, FOVEA_U8, &shape, &picture, NULL) != FOVEA_OK) return NULL;
    uint8_t *bytes = fovea_tensor_view(picture).data;
    for (int64_t i = 0; i < channels * height * width; i++) bytes[i] = (uint8_t)(i % width * 7);
    return picture;
}

// The figure of a kernel over a picture, or a failure.
static fovea_status make(fovea_context *context, const fovea_tensor *picture, const char *text,
                         fovea_filter_depth depth, fovea_figure **figure) {
    fovea_filter_kernel kernel;
    fovea_filter_options options;
    fovea_tensor *result = NULL;
    fovea_filter_options_default(&options);
    options.depth = depth;
    fovea_status status = fovea_filter_kernel_parse(context, text, 0, &kernel, NULL);
    if (status == FOVEA_OK)
        status = fovea_filter_apply(context, picture, &kernel, &options, &result, NULL);
    if (status == FOVEA_OK)
        status = fovea_figure_filter(context, picture, &kernel, result, "title", figure, NULL);
    fovea_tensor_free(result);
    return status;
}

static char *said(data_place *place, const fovea_tensor *picture, const char *kernel,
                  fovea_filter_depth depth) {
    fovea_figure *figure;
    char *text;
    assert_int_equal(make(place->context, picture, kernel, depth, &figure), FOVEA_OK);
    assert_int_equal(fovea_figure_text(place->context, figure, &text, NULL), FOVEA_OK);
    fovea_figure_free(figure);
    return text;
}

static void picture_kernel_and_result_are_told(void **state) {
    data_place *place = *state;
    fovea_tensor *picture = ramp(place->context, 1, 4, 9);
    char *text = said(place, picture, "sobel-x", FOVEA_FILTER_U8);
    assert_non_null(strstr(text, "original 1×4×9"));
    assert_non_null(strstr(text, "kernel sobel-x: 3×3, weights from -2 to 2"));
    // A slope of 7 a column, and nothing at the mirrored borders: 7 of 9 columns have 56.
    assert_non_null(strstr(text, "result 1×4×9 u8, 0 to 56, mean 43.6"));
    fovea_figure_bytes_free(place->context, text);
    text = said(place, picture, "box 1", FOVEA_FILTER_F32);
    assert_non_null(strstr(text, "f32, 0 to 0.22, mean 0.11"));
    fovea_figure_bytes_free(place->context, text);
    fovea_tensor_free(picture);
}

static void kernels_are_written_as_people_write_them(void **state) {
    data_place *place = *state;
    static fovea__kernel_numbers numbers;
    fovea_filter_kernel kernel;
    static const struct {
        const char *kernel;
        int32_t divisor;
        const char *first;
    } cases[] = {{"sobel-x", 1, "−1"},    {"box 3", 9, "1"},   {"gaussian 3", 16, "1"},
                 {"0.1 2", 1, "0.1"},     {"1/9 2/9", 9, "1"}, {"0.3333 1", 1, "0.3333"},
                 {"0.123456", 1, "0.12"}, {"0 0; 0 0", 1, "0"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(
            fovea_filter_kernel_parse(place->context, cases[i].kernel, 0, &kernel, NULL), FOVEA_OK);
        fovea__kernel_numbers_make(&kernel, &numbers);
        assert_int_equal(numbers.divisor, cases[i].divisor);
        assert_string_equal(numbers.text[0], cases[i].first);
    }
}

static void large_pictures_are_reduced_to_means(void **state) {
    data_place *place = *state;
    fovea_tensor *picture = ramp(place->context, 1, 5, 7);
    fovea_view view = fovea_tensor_view(picture);
    fovea__reduced reduced;
    assert_int_equal(fovea__reduce(place->context, &view, 0, 3, &reduced, NULL), FOVEA_OK);
    assert_true(reduced.rows == 2 && reduced.columns == 3);
    assert_true(reduced.values[0] == 7 && reduced.values[4] == 28 && reduced.values[5] == 42);
    fovea__free(place->context, reduced.values);
    fovea_tensor_free(picture);
}

static void one_pixel_and_every_medium_can_be_drawn(void **state) {
    data_place *place = *state;
    static const int64_t sizes[][2] = {{1, 1}, {1, 900}, {900, 1}, {30, 40}};
    static const char *const kernels[] = {"box 31", "emboss", "1 2 3 4", "gaussian 15"};
    for (int i = 0; i < 4; i++) {
        fovea_tensor *picture = ramp(place->context, i % 2 ? 3 : 1, sizes[i][0], sizes[i][1]);
        fovea_figure *figure;
        fovea_terminal_options terminal;
        void *bytes;
        size_t size;
        char *text;
        fovea_terminal_options_default(&terminal);
        assert_int_equal(make(place->context, picture, kernels[i], FOVEA_FILTER_F32, &figure),
                         FOVEA_OK);
        for (int format = 0; format < 4; format++) {
            assert_int_equal(
                fovea_figure_render(place->context, figure, (fovea_picture_format)format, NULL,
                                    &bytes, &size, NULL),
                FOVEA_OK);
            fovea_figure_bytes_free(place->context, bytes);
        }
        assert_int_equal(fovea_figure_terminal(place->context, figure, &terminal, &text, NULL),
                         FOVEA_OK);
        fovea_figure_bytes_free(place->context, text);
        fovea_figure_free(figure);
        fovea_tensor_free(picture);
    }
}

static void running_out_of_memory_leaks_nothing(void **state) {
    (void)state;
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_figure *figure = NULL;
        fovea_context *context = failing_context(&memory, 1);
        fovea_tensor *picture = context ? ramp(context, 3, 2, 3) : NULL;
        fovea_status status = picture ? make(context, picture, "sharpen", FOVEA_FILTER_F32, &figure)
                                      : FOVEA_OUT_OF_MEMORY;
        fovea_tensor_free(picture);
        if (status == FOVEA_OK) fovea_figure_free(figure);
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) {
            assert_int_equal(status, FOVEA_OK);
            break;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(picture_kernel_and_result_are_told),
        data_test(kernels_are_written_as_people_write_them),
        data_test(large_pictures_are_reduced_to_means),
        data_test(one_pixel_and_every_medium_can_be_drawn),
        cmocka_unit_test(running_out_of_memory_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
