// SPDX-License-Identifier: MIT
// Kernels by name, text and file: what they become, and what is said of wrong ones.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "failing.h"
#include "fovea/filter.h"
#include "unit/data_files.h"

static fovea_filter_kernel parse(const data_place *place, const char *text) {
    fovea_error error = {0};
    fovea_filter_kernel kernel;
    if (fovea_filter_kernel_parse(place->context, text, 0, &kernel, &error))
        fail_msg("%s: %s", text, error.text);
    return kernel;
}

static void refused(const data_place *place, const char *text, fovea_status status,
                    const char *said) {
    fovea_error error = {0};
    fovea_filter_kernel kernel;
    assert_int_equal(fovea_filter_kernel_parse(place->context, text, 0, &kernel, &error), status);
    if (!strstr(error.text, said)) fail_msg("'%s' is not said: %s", said, error.text);
}

static void names_and_sizes_are_understood(void **state) {
    data_place *place = *state;
    for (int32_t i = 0; fovea_filter_name(i); i++) {
        fovea_filter_kernel kernel = parse(place, fovea_filter_name(i));
        assert_true(kernel.height == 3 && kernel.width == 3);
        float sum = 0;
        for (int k = 0; k < 9; k++) sum += kernel.weight[k];
        assert_true(fabsf(sum - roundf(sum)) < 1e-6f);
    }
    assert_null(fovea_filter_name(-1));
    assert_string_equal(parse(place, "sobel").name, "sobel-x");
    assert_string_equal(parse(place, " box  7 ").name, "box 7");
    fovea_filter_kernel box = parse(place, "box 2"), gaussian = parse(place, "gaussian 5");
    assert_true(box.weight[3] == 0.25f && box.kind == FOVEA_FILTER_BOX);
    assert_true(gaussian.weight[12] == 36 / 256.0f && gaussian.weight[0] == 1 / 256.0f);
    fovea_filter_kernel wide;
    assert_int_equal(fovea_filter_kernel_parse(place->context, "gaussian 3", 2, &wide, NULL),
                     FOVEA_OK);
    assert_true(fabs(wide.weight[1] / wide.weight[4] - exp(-1.0 / 8)) < 1e-6);
}

static void numbers_may_be_written_in_several_ways(void **state) {
    data_place *place = *state;
    fovea_filter_kernel a = parse(place, "-1 0 1; -2 0 2; -1 0 1"), b = parse(place, "sobel-x");
    assert_memory_equal(a.weight, b.weight, sizeof a.weight);
    assert_string_equal(a.name, "3×3 matrix");
    fovea_filter_kernel c = parse(place, "1/4, +.5\t1e-1 ,-3;  0 0 0 7;");
    assert_true(c.height == 2 && c.width == 4 && c.weight[0] == 0.25f && c.weight[1] == 0.5f);
    assert_true(c.weight[2] == 0.1f && c.weight[7] == 7);
    static const char file[] = "# a comment\n1 2\r\n\n3,4 # behind\n5 6";
    data_write(place, "kernel.txt", file, sizeof file - 1);
    fovea_filter_kernel d = parse(place, data_path(place, "kernel.txt"));
    assert_true(d.height == 3 && d.width == 2 && d.weight[5] == 6);
}

static void wrong_ones_are_told_with_their_place(void **state) {
    data_place *place = *state;
    refused(place, "1 2 3; 4 5", FOVEA_INVALID_ARGUMENT,
            "row 2 has 2 numbers, the first row has 3");
    refused(place, "1 2; 3 4 5", FOVEA_INVALID_ARGUMENT, "row 2 has more than 2 numbers");
    refused(place, "1 2; 3 x4", FOVEA_INVALID_ARGUMENT, "row 2, column 2, character 8: 'x4'");
    refused(place, "1 nan", FOVEA_INVALID_ARGUMENT, "column 2, character 3: 'nan' is no number");
    refused(place, "1 -inf; 2 3", FOVEA_INVALID_ARGUMENT, "'-inf' is no number");
    refused(place, "1/0 1", FOVEA_INVALID_ARGUMENT, "not between -1e9 and 1e9");
    refused(place, "0/0 1", FOVEA_INVALID_ARGUMENT, "not between -1e9 and 1e9");
    refused(place, "1e300 1", FOVEA_INVALID_ARGUMENT, "not between -1e9 and 1e9");
    refused(place, "1,,2", FOVEA_INVALID_ARGUMENT, "character 3: a number is missing");
    refused(place, "1 2;;3 4", FOVEA_INVALID_ARGUMENT, "row 2, column 1, character 5");
    refused(place, "1 2,;3 4", FOVEA_INVALID_ARGUMENT, "a number is missing");
    refused(place, "", FOVEA_INVALID_ARGUMENT, "no number in it");
    refused(place, "sobelx", FOVEA_INVALID_ARGUMENT, "did you mean sobel-x?");
    refused(place, "xyz", FOVEA_INVALID_ARGUMENT,
            "laplacian, sharpen, edge, emboss, box, gaussian");
    refused(place, "sobel-x 5", FOVEA_INVALID_ARGUMENT, "takes no size");
    refused(place, "box 0", FOVEA_INVALID_ARGUMENT, "from 1 to 31");
    refused(place, "box 32", FOVEA_INVALID_ARGUMENT, "from 1 to 31");
    refused(place, "box 3 3", FOVEA_INVALID_ARGUMENT, "from 1 to 31");
    refused(place, "gaussian 4", FOVEA_INVALID_ARGUMENT, "odd: 3 or 5");
    refused(place, "gaussian x", FOVEA_INVALID_ARGUMENT, "whole number");
    data_write(place, "bad.txt", "1 2\n3\n", 6);
    refused(place, data_path(place, "bad.txt"), FOVEA_BAD_FILE, "bad.txt: row 2 has 1 number,");
    data_write(place, "binary.txt", "1 \0 2\xff\n", 7);
    refused(place, data_path(place, "binary.txt"), FOVEA_BAD_FILE, "row 1, column 2, character 3");
    data_write(place, "empty.txt", "", 0);
    refused(place, data_path(place, "empty.txt"), FOVEA_BAD_FILE, "no number in it");
}

static void more_than_31_are_refused(void **state) {
    data_place *place = *state;
    char text[400] = "";
    for (int i = 0; i < 31; i++) strcat(text, "1 ");
    assert_int_equal(parse(place, text).width, 31);
    strcat(text, "1");
    refused(place, text, FOVEA_INVALID_ARGUMENT, "at most 31 rows and 31 columns");
    for (char *at = text; *at; at++)
        if (*at == ' ') *at = ';';
    refused(place, text, FOVEA_INVALID_ARGUMENT, "at most 31 rows and 31 columns");
    fovea_filter_kernel kernel;
    float weight[2] = {1, INFINITY};
    assert_int_equal(fovea_filter_kernel_matrix(weight, 1, 2, &kernel, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_filter_kernel_matrix(weight, 0, 1, &kernel, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_filter_kernel_matrix(weight, 1, 1, &kernel, NULL), FOVEA_OK);
}

static void running_out_of_memory_leaks_nothing(void **state) {
    (void)state;
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_tensor *picture = NULL, *result = NULL;
        fovea_filter_kernel kernel;
        fovea_context *context = failing_context(&memory, 2);
        fovea_shape shape = {3, {3, 70, 9}};
        fovea_status status = FOVEA_OUT_OF_MEMORY;
        if (context) status = fovea_tensor_create(context, FOVEA_U8, &shape, &picture, NULL);
        if (status == FOVEA_OK)
            status = fovea_filter_kernel_parse(context, "box 5", 0, &kernel, NULL);
        if (status == FOVEA_OK)
            status = fovea_filter_apply(context, picture, &kernel, NULL, &result, NULL);
        fovea_tensor_free(picture);
        fovea_tensor_free(result);
        if (context) fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) {
            assert_int_equal(status, FOVEA_OK);
            break;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
    }
}

static void what_is_no_picture_is_refused(void **state) {
    data_place *place = *state;
    fovea_filter_kernel kernel = parse(place, "sharpen");
    fovea_tensor *picture, *result;
    static const fovea_shape shapes[] = {
        {3, {1, 0, 4}}, {3, {2, 4, 4}}, {2, {4, 4}}, {3, {1, 4, 4}}};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fovea_tensor_create(place->context, i == 3 ? FOVEA_F32 : FOVEA_U8,
                                             &shapes[i], &picture, NULL),
                         FOVEA_OK);
        assert_int_equal(fovea_filter_apply(place->context, picture, &kernel, NULL, &result, NULL),
                         FOVEA_INVALID_ARGUMENT);
        assert_null(result);
        fovea_tensor_free(picture);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(names_and_sizes_are_understood),
        data_test(numbers_may_be_written_in_several_ways),
        data_test(wrong_ones_are_told_with_their_place),
        data_test(more_than_31_are_refused),
        cmocka_unit_test(running_out_of_memory_leaks_nothing),
        data_test(what_is_no_picture_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
