// SPDX-License-Identifier: MIT
// Maps at the size of the picture are torch's interpolate with align_corners=False.
#include "explain/upsample.h"

#include <math.h>

#include "unit/shared_context.h"
#include "unit/unit.h"

static void grow(const double *src, fovea_shape from, fovea_shape to, double *dst) {
    fovea_error error;
    if (fovea__upsample(context, src, &from, &to, dst, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
}

static fovea_shape plane(int64_t height, int64_t width) {
    return fovea_shape_make(2, (const int64_t[]){height, width});
}

static void numbers_are_those_of_torch(void **state) {
    (void)state;
    // torch.nn.functional.interpolate(torch.arange(6.).view(1, 1, 2, 3) ** 2, (4, 5), mode="bilinear")
    static const double src[] = {0, 1, 4, 9, 16, 25};
    static const double want[] = {0,    0.4,  1,     2.8,   4,     2.25, 3.25, 4.75, 7.45, 9.25,
                                  6.75, 8.95, 12.25, 16.75, 19.75, 9,    11.8, 16,   21.4, 25};
    double dst[20];
    grow(src, plane(2, 3), plane(4, 5), dst);
    for (int i = 0; i < 20; i++) assert_true(fabs(dst[i] - want[i]) < 1e-12);
}

static void the_same_size_is_a_copy(void **state) {
    (void)state;
    static const double src[] = {3, -1, 4, 1, -5, 9};
    double dst[6];
    grow(src, plane(2, 3), plane(2, 3), dst);
    assert_memory_equal(dst, src, sizeof dst);
}

static void a_constant_stays_one_in_any_number_of_dimensions(void **state) {
    (void)state;
    double src[24], dst[5 * 7 * 9];
    for (int i = 0; i < 24; i++) src[i] = 0.1;
    fovea_shape from = fovea_shape_make(3, (const int64_t[]){2, 3, 4});
    fovea_shape to = fovea_shape_make(3, (const int64_t[]){5, 7, 9});
    grow(src, from, to, dst);
    for (int i = 0; i < 5 * 7 * 9; i++) assert_true(fabs(dst[i] - 0.1) < 1e-16 * 4);
    from = fovea_shape_make(1, (const int64_t[]){1});
    to = fovea_shape_make(1, (const int64_t[]){9});
    grow(src, from, to, dst);
    for (int i = 0; i < 9; i++) assert_true(dst[i] == 0.1);
}

static void what_is_symmetric_stays_so(void **state) {
    (void)state;
    static const double src[] = {1, 2, 1, 5, 7, 5, 1, 2, 1};
    double dst[49];
    grow(src, plane(3, 3), plane(7, 7), dst);
    for (int i = 0; i < 7; i++)
        for (int j = 0; j < 7; j++) {
            assert_true(fabs(dst[7 * i + j] - dst[7 * i + 6 - j]) < 1e-14);
            assert_true(fabs(dst[7 * i + j] - dst[7 * (6 - i) + j]) < 1e-14);
        }
}

static void nothing_is_outside_the_range_of_the_map(void **state) {
    (void)state;
    static const double src[] = {-2, 8, 3, 0};
    double dst[12 * 17];
    grow(src, plane(2, 2), plane(12, 17), dst);
    for (int i = 0; i < 12 * 17; i++) assert_true(dst[i] >= -2 && dst[i] <= 8);
    assert_true(dst[0] == -2 && dst[12 * 17 - 1] == 0);
}

static void sizes_that_do_not_go_together_are_refused(void **state) {
    (void)state;
    double src[4] = {0}, dst[4];
    fovea_shape flat = plane(2, 2), line = fovea_shape_make(1, (const int64_t[]){4});
    fovea_shape none = plane(0, 2);
    fovea_error error;
    assert_int_equal(fovea__upsample(context, src, &flat, &line, dst, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea__upsample(context, src, &none, &flat, dst, &error),
                     FOVEA_INVALID_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_torch),
        cmocka_unit_test(the_same_size_is_a_copy),
        cmocka_unit_test(a_constant_stays_one_in_any_number_of_dimensions),
        cmocka_unit_test(what_is_symmetric_stays_so),
        cmocka_unit_test(nothing_is_outside_the_range_of_the_map),
        cmocka_unit_test(sizes_that_do_not_go_together_are_refused),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
