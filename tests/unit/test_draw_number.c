// SPDX-License-Identifier: MIT
#include <locale.h>
#include <math.h>

#include "draw/number.h"
#include "unit/unit.h"

static void check_fixed(double value, int decimals, const char *expected) {
    fovea__number text;
    fovea__number_fixed(value, decimals, text);
    assert_string_equal(text, expected);
}

static void check_short(double value, const char *expected) {
    fovea__number text;
    fovea__number_short(value, text);
    assert_string_equal(text, expected);
}

static void fixed_numbers_round_and_have_no_negative_zero(void **state) {
    (void)state;
    check_fixed(-0.421, 2, "-0.42");
    check_fixed(-0.004, 2, "0.00");
    check_fixed(1.995, 1, "2.0");
    check_fixed(7, 0, "7");
    check_fixed(0.05, 3, "0.050");
    check_fixed(-12.5, 0, "-13");
    check_fixed(NAN, 2, "nan");
    check_fixed(-INFINITY, 2, "-inf");
    check_fixed(2e20, 2, "2e+20");
}

static void short_numbers_have_three_digits(void **state) {
    (void)state;
    check_short(0, "0");
    check_short(0.5, "0.5");
    check_short(0.03124, "0.0312");
    check_short(-12.34, "-12.3");
    check_short(1234, "1234");
    check_short(1.5e-7, "1.5e-07");
    check_short(9.999e-7, "1e-06");
    check_short(1234567, "1.23e+06");
    check_short(3e38, "3e+38");
}

static void numbers_do_not_depend_on_the_locale(void **state) {
    (void)state;
    const char *comma = setlocale(LC_ALL, "de_DE.UTF-8");
    check_fixed(0.25, 2, "0.25");
    check_short(0.25, "0.25");
    setlocale(LC_ALL, "C");
    if (!comma) skip();
}

static void counts_are_grouped_from_five_digits_on(void **state) {
    (void)state;
    fovea__number text;
    fovea__number_count(9999, text);
    assert_string_equal(text, "9999");
    fovea__number_count(215370, text);
    assert_string_equal(text,
                        "215\xe2\x80\x89"
                        "370");
    fovea__number_count(-1234567, text);
    assert_string_equal(text,
                        "-1\xe2\x80\x89"
                        "234\xe2\x80\x89"
                        "567");
}

static void every_hyphen_becomes_a_minus_sign(void **state) {
    (void)state;
    fovea__number text = "-1.5e-07";
    fovea__number_minus(text);
    assert_string_equal(text,
                        "\xe2\x88\x92"
                        "1.5e\xe2\x88\x92"
                        "07");
}

static void decimals_of_cells_follow_the_largest_value(void **state) {
    (void)state;
    const float whole[] = {-1, 1, 0}, small[] = {0.012f, -0.034f}, middle[] = {0.5f, 0.25f},
                large[] = {120.5f, 3}, broken[] = {NAN, 2, INFINITY};
    assert_int_equal(fovea__number_decimals(whole, 3), 0);
    assert_int_equal(fovea__number_decimals(small, 2), 3);
    assert_int_equal(fovea__number_decimals(middle, 2), 2);
    assert_int_equal(fovea__number_decimals(large, 2), 0);
    assert_int_equal(fovea__number_decimals(broken, 3), 0);
}

static void ticks_stand_at_nice_numbers_inside_the_range(void **state) {
    (void)state;
    fovea__ticks ticks = fovea__ticks_make(0, 2.3, 5, false);
    assert_true(fabs(ticks.step - 0.5) < 1e-12 && ticks.first == 0);
    assert_int_equal(ticks.count, 5);
    assert_int_equal(ticks.decimals, 1);
    ticks = fovea__ticks_make(1, 10, 4, true);
    assert_true(ticks.step == rint(ticks.step) && ticks.first >= 1);
    assert_int_equal(ticks.decimals, 0);
    ticks = fovea__ticks_make(1, 3, 10, true);
    assert_true(ticks.step == 1);
    assert_int_equal(ticks.count, 3);
    assert_int_equal(fovea__ticks_make(4, 4, 5, false).count, 1);
}

static void a_widened_range_ends_at_ticks_and_has_width(void **state) {
    (void)state;
    double low = 0.13, high = 2.32;
    fovea__ticks_widen(&low, &high, 5);
    assert_true(fabs(low) < 1e-12 && fabs(high - 2.5) < 1e-12);
    low = high = 3;
    fovea__ticks_widen(&low, &high, 5);
    assert_true(low < 3 && high > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_numbers_round_and_have_no_negative_zero),
        cmocka_unit_test(short_numbers_have_three_digits),
        cmocka_unit_test(numbers_do_not_depend_on_the_locale),
        cmocka_unit_test(counts_are_grouped_from_five_digits_on),
        cmocka_unit_test(every_hyphen_becomes_a_minus_sign),
        cmocka_unit_test(decimals_of_cells_follow_the_largest_value),
        cmocka_unit_test(ticks_stand_at_nice_numbers_inside_the_range),
        cmocka_unit_test(a_widened_range_ends_at_ticks_and_has_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
