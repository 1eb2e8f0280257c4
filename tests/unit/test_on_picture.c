// SPDX-License-Identifier: MIT
// Cells of a map at their places in the picture.
#include "explain/on_picture.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static void a_pixel_has_the_mean_of_the_patches_that_cover_it(void **state) {
    (void)state;
    // Patches of 2×3 pixels, from rows 0, 2 and columns 0, 2, 4 of a picture of 5×8.
    const double src[6] = {1, 2, 4, 8, 16, 32};
    const fovea__cells cells = {{2, 3}, {2, 2}, {5, 8}};
    const fovea_shape from = {2, {2, 3}}, to = {2, {5, 8}};
    static const double wanted[5][8] = {
        {1, 1, 1.5, 2, 3, 4, 4, 4},     {1, 1, 1.5, 2, 3, 4, 4, 4},
        {8, 8, 12, 16, 24, 32, 32, 32}, {8, 8, 12, 16, 24, 32, 32, 32},
        {8, 8, 12, 16, 24, 32, 32, 32},
    };
    double dst[5][8];
    assert_int_equal(fovea__on_picture(context, src, &from, &cells, &to, dst[0], NULL), FOVEA_OK);
    assert_memory_equal(dst, wanted, sizeof wanted);
}

static void a_reduced_picture_has_the_pixels_in_the_middle(void **state) {
    (void)state;
    const double src[4] = {1, 2, 3, 4};
    const fovea__cells cells = {{1, 2}, {1, 2}, {1, 8}};
    const fovea_shape from = {2, {1, 4}}, to = {2, {1, 4}};
    double dst[4];
    assert_int_equal(fovea__on_picture(context, src, &from, &cells, &to, dst, NULL), FOVEA_OK);
    assert_memory_equal(dst, src, sizeof dst);
}

static void patches_of_a_signal_lie_in_a_row(void **state) {
    (void)state;
    const double src[3] = {3, 5, 9}, wanted[4] = {3, 4, 7, 9};
    const fovea__cells cells = {{1, 2}, {1, 1}, {1, 4}};
    const fovea_shape from = {1, {3}}, to = {1, {4}};
    double dst[4];
    assert_int_equal(fovea__on_picture(context, src, &from, &cells, &to, dst, NULL), FOVEA_OK);
    assert_memory_equal(dst, wanted, sizeof wanted);
    const fovea_shape volume = {3, {1, 1, 3}};
    assert_int_equal(fovea__on_picture(context, src, &volume, &cells, &volume, dst, NULL),
                     FOVEA_INVALID_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pixel_has_the_mean_of_the_patches_that_cover_it),
        cmocka_unit_test(a_reduced_picture_has_the_pixels_in_the_middle),
        cmocka_unit_test(patches_of_a_signal_lie_in_a_row),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
