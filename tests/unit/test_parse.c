// SPDX-License-Identifier: MIT
#include <float.h>
#include <locale.h>
#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "unit/scratch.h"
#include "unit/unit.h"

static void decimal_numbers_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},
                {"-0.5", -0.5},
                {"+3", 3},
                {"1e3", 1000},
                {".25", 0.25},
                {"7.", 7},
                {"1E-2", 0.01},
                {"2.5e+1", 25},
                {"1e-400", 0},
                {"0.1", 0.1},
                {"1.7976931348623157e308", DBL_MAX}};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        double value = NAN;
        assert_true(fovea__parse_double(good[i].text, &value));
        assert_true(value == good[i].value);
    }
}

static void everything_else_is_no_number(void **state) {
    (void)state;
    static const char *const bad[] = {"",      " 1",    "1 ",    "1,5",   "inf",     "nan",
                                      "-inf",  "0x10",  "1e",    "1e+",   "e5",      ".",
                                      "-",     "+-1",   "1.2.3", "1e400", "-1e400",  "1_000",
                                      "12abc", "1e5.5", "--1",   "\n1",   "infinity"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        double value = 7;
        assert_false(fovea__parse_double(bad[i], &value));
        assert_true(value == 7);
    }
}

static void whole_numbers_are_read_in_their_range(void **state) {
    (void)state;
    int64_t value;
    assert_true(fovea__parse_i64("0", &value) && value == 0);
    assert_true(fovea__parse_i64("-42", &value) && value == -42);
    assert_true(fovea__parse_i64("+42", &value) && value == 42);
    assert_true(fovea__parse_i64("010", &value) && value == 10);
    assert_true(fovea__parse_i64("9223372036854775807", &value) && value == INT64_MAX);
    assert_true(fovea__parse_i64("-9223372036854775808", &value) && value == INT64_MIN);
    static const char *const bad[] = {"",
                                      "-",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "1e3",
                                      "0x1",
                                      "+-1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "abc"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        value = 7;
        assert_false(fovea__parse_i64(bad[i], &value));
        assert_int_equal(value, 7);
    }
}

// Sets a locale whose decimal point is a comma, made in `folder` where the system has none.
static int set_comma_locale(scratch *folder) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    for (size_t i = 0; i < 4; i++) {
        if (setlocale(LC_ALL, names[i])) return 1;
    }
    char command[2048];
    snprintf(command, sizeof(command),
             "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1", folder->path);
    if (system(command) != 0) return 0;
    setenv("LOCPATH", folder->path, 1);
    int set = setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
    unsetenv("LOCPATH");
    return set;
}

static void a_locale_with_commas_changes_nothing(void **state) {
    (void)state;
    scratch folder;
    assert_true(scratch_open(&folder));
    if (!set_comma_locale(&folder)) {
        scratch_close(&folder);
        print_message("no German locale, and localedef cannot make one (package locales)\n");
        skip();
    }
    char plain[32], *string;
    snprintf(plain, sizeof(plain), "%.1f", 0.5);
    double value = 0;
    int parsed = fovea__parse_double("2.5", &value);
    int comma = fovea__parse_double("2,5", &value);
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea__text text = fovea__text_begin(context);
    fovea__text_number(&text, 0.25);
    fovea__text_format(&text, " %.2f", 1.5);
    fovea_status status = fovea__text_take(&text, &string, NULL, NULL);
    fovea_error error = {0};
    fovea__fail(&error, FOVEA_FAILED, "%g", 1.5);
    setlocale(LC_ALL, "C");
    scratch_close(&folder);
    assert_string_equal(plain, "0,5");  // the locale was really there
    assert_true(parsed && value == 2.5);
    assert_false(comma);
    assert_int_equal(status, FOVEA_OK);
    assert_string_equal(string, "0.25 1.50");
    assert_string_equal(error.text, "1.5");
    fovea__free(context, string);
    fovea_context_free(context);
}

static void a_slip_of_the_keyboard_finds_its_name(void **state) {
    (void)state;
    static const char *const names[] = {"conv", "maxpool", "avgpool", "linear", "relu", "softmax"};
    assert_string_equal(fovea__nearest("maxpol", names, 6), "maxpool");
    assert_string_equal(fovea__nearest("lienar", names, 6), "linear");
    assert_string_equal(fovea__nearest("conv2", names, 6), "conv");
    assert_string_equal(fovea__nearest("softmaxx", names, 6), "softmax");
    assert_null(fovea__nearest("transformer", names, 6));
    assert_null(fovea__nearest("x", names, 6));
    assert_null(fovea__nearest("", names, 6));
    assert_null(fovea__nearest("relu", names, 0));
    char wide[200];
    memset(wide, 'a', sizeof(wide) - 1);
    wide[sizeof(wide) - 1] = '\0';
    assert_null(fovea__nearest(wide, names, 6));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_numbers_are_read),
        cmocka_unit_test(everything_else_is_no_number),
        cmocka_unit_test(whole_numbers_are_read_in_their_range),
        cmocka_unit_test(a_locale_with_commas_changes_nothing),
        cmocka_unit_test(a_slip_of_the_keyboard_finds_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
