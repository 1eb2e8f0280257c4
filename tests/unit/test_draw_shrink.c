// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdlib.h>

#include "draw/shrink.h"
#include "unit/unit.h"

static fovea_context *context;

static uint32_t grey(int value) {
    return (uint32_t)value << 16 | (uint32_t)value << 8 | (uint32_t)value;
}

static uint8_t *picture(int64_t rows, int64_t columns) {
    uint8_t *rgb = malloc((size_t)(rows * columns * 3));
    for (int64_t i = 0; i < rows * columns * 3; i++) rgb[i] = (uint8_t)(i * 7919 / 13 % 256);
    return rgb;
}

static void halves_are_means_of_four(void **state) {
    (void)state;
    static const uint8_t src[] = {0, 10, 255, 20, 30, 255, 40, 50, 255, 60, 70, 255};
    uint32_t dst;
    fovea__shrink(context, src, 2, 2, &dst, 1, 1, 1);
    assert_int_equal(dst, 30 << 16 | 40 << 8 | 255);
}

static void three_pixels_become_two_with_thirds(void **state) {
    (void)state;
    static const uint8_t src[] = {0, 0, 0, 90, 90, 90, 255, 255, 255};
    uint32_t dst[2];
    fovea__shrink(context, src, 1, 3, dst, 1, 2, 2);
    assert_int_equal(dst[0], grey(30));   // 2/3·0 + 1/3·90
    assert_int_equal(dst[1], grey(200));  // 1/3·90 + 2/3·255
}

static void equal_pixels_stay_what_they_are(void **state) {
    (void)state;
    static uint8_t src[97 * 61 * 3];
    uint32_t dst[40 * 37];
    memset(src, 201, sizeof src);
    fovea__shrink(context, src, 97, 61, dst, 40, 37, 37);
    for (size_t i = 0; i < sizeof dst / sizeof *dst; i++) assert_int_equal(dst[i], grey(201));
}

// The mean over the covered area, computed point by point in double.
static double area_mean(const uint8_t *rgb, int64_t rows, int64_t columns, double box[4], int c) {
    double sum = 0;
    for (int64_t y = (int64_t)box[0]; y < rows && (double)y < box[2]; y++)
        for (int64_t x = (int64_t)box[1]; x < columns && (double)x < box[3]; x++) {
            double high = fmin(box[2], (double)(y + 1)) - fmax(box[0], (double)y);
            double wide = fmin(box[3], (double)(x + 1)) - fmax(box[1], (double)x);
            sum += high * wide * rgb[(y * columns + x) * 3 + c];
        }
    return sum / ((box[2] - box[0]) * (box[3] - box[1]));
}

static void check_size(int64_t rows, int64_t columns, int64_t dst_rows, int64_t dst_columns) {
    uint8_t *src = picture(rows, columns);
    int64_t stride = dst_columns + 3;
    uint32_t *dst = calloc((size_t)(dst_rows * stride), sizeof *dst);
    fovea__shrink(context, src, rows, columns, dst, dst_rows, dst_columns, stride);
    double down = (double)rows / (double)dst_rows, across = (double)columns / (double)dst_columns;
    for (int64_t y = 0; y < dst_rows; y++) {
        for (int64_t x = 0; x < dst_columns; x++)
            for (int c = 0; c < 3; c++) {
                double box[4] = {(double)y * down, (double)x * across, (double)(y + 1) * down,
                                 (double)(x + 1) * across};
                int made = dst[y * stride + x] >> (16 - 8 * c) & 255;
                assert_true(fabs(made - area_mean(src, rows, columns, box, c)) < 0.51);
            }
        assert_int_equal(dst[y * stride + dst_columns], 0);  // nothing beyond the row
    }
    free(src);
    free(dst);
}

static void every_pixel_is_the_mean_of_its_area(void **state) {
    (void)state;
    check_size(17, 13, 17, 13);
    check_size(40, 31, 39, 7);
    check_size(5, 9000, 3, 2100);  // wider than the columns that are summed at a time
    check_size(3, 9000, 2, 10);
    check_size(700, 2, 1, 1);
}

static void what_cannot_be_shrunk_is_said(void **state) {
    (void)state;
    assert_true(fovea__can_shrink(100, 100, 100, 100));
    assert_false(fovea__can_shrink(100, 100, 101, 50));
    assert_false(fovea__can_shrink(100, 100, 50, 101));
    assert_false(fovea__can_shrink(100, 100, 0, 10));
    assert_false(fovea__can_shrink(100, 30000, 10, 20));
}

static int open_context(void **state) {
    fovea_context_options options;
    (void)state;
    fovea_context_options_default(&options);
    options.threads = 3;
    return fovea_context_create(&options, &context, NULL);
}

static int close_context(void **state) {
    (void)state;
    fovea_context_free(context);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_are_means_of_four),
        cmocka_unit_test(three_pixels_become_two_with_thirds),
        cmocka_unit_test(equal_pixels_stay_what_they_are),
        cmocka_unit_test(every_pixel_is_the_mean_of_its_area),
        cmocka_unit_test(what_cannot_be_shrunk_is_said),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
