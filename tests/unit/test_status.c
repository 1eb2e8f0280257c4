// SPDX-License-Identifier: MIT
#include "base/fail.h"
#include "unit/unit.h"

static void every_status_has_name_text_and_exit_code(void **state) {
    (void)state;
#define CHECK(name, value, exit_code, text)                      \
    assert_int_equal(FOVEA_##name, value);                       \
    assert_string_equal(fovea_status_name(FOVEA_##name), #name); \
    assert_string_equal(fovea_status_text(FOVEA_##name), text);  \
    assert_int_equal(fovea_status_exit_code(FOVEA_##name), exit_code);
    FOVEA_STATUS_MAP(CHECK)
#undef CHECK
    assert_string_equal(fovea_status_name((fovea_status)999), "UNKNOWN");
    assert_int_equal(fovea_status_exit_code((fovea_status)999), 1);
}

static void exit_codes_are_those_of_the_command_line(void **state) {
    (void)state;
    assert_int_equal(fovea_status_exit_code(FOVEA_OK), 0);
    assert_int_equal(fovea_status_exit_code(FOVEA_FAILED), 1);
    assert_int_equal(fovea_status_exit_code(FOVEA_INVALID_ARGUMENT), 2);
    assert_int_equal(fovea_status_exit_code(FOVEA_BAD_FILE), 3);
    assert_int_equal(fovea_status_exit_code(FOVEA_UNSUPPORTED), 4);
    assert_int_equal(fovea_status_exit_code(FOVEA_DATA_MISSING), 5);
    assert_int_equal(fovea_status_exit_code(FOVEA_INTERRUPTED), 130);
}

static void an_error_names_place_and_byte(void **state) {
    (void)state;
    fovea_error error = {0};
    assert_int_equal(fovea__fail_at(&error, FOVEA_BAD_FILE, "a.png", 12, "width is %d", 0),
                     FOVEA_BAD_FILE);
    assert_int_equal(error.status, FOVEA_BAD_FILE);
    assert_int_equal(error.offset, 12);
    assert_string_equal(error.where, "a.png");
    assert_string_equal(error.text, "a.png: width is 0 (byte 12)");
}

static void an_error_without_place_has_none(void **state) {
    (void)state;
    fovea_error error = {.offset = 7, .where = "old"};
    assert_int_equal(fovea__fail(&error, FOVEA_FAILED, "%s", "no"), FOVEA_FAILED);
    assert_int_equal(error.offset, -1);
    assert_string_equal(error.where, "");
    assert_string_equal(error.text, "no");
}

static void a_missing_error_structure_is_fine(void **state) {
    (void)state;
    assert_int_equal(fovea__fail(NULL, FOVEA_IO, "x"), FOVEA_IO);
    assert_int_equal(fovea__fail_at(NULL, FOVEA_IO, "f", 0, "x"), FOVEA_IO);
    assert_int_equal(fovea__fail_in(NULL, FOVEA_IO, "f"), FOVEA_IO);
}

static void a_place_is_added_once(void **state) {
    (void)state;
    fovea_error error = {0};
    fovea__fail(&error, FOVEA_FAILED, "bad");
    fovea__fail_in(&error, FOVEA_FAILED, "conv1");
    assert_string_equal(error.text, "conv1: bad");
    fovea__fail_in(&error, FOVEA_FAILED, "outer");
    assert_string_equal(error.text, "conv1: bad");
    assert_string_equal(error.where, "conv1");
}

static void long_text_is_cut_between_characters(void **state) {
    (void)state;
    char text[2048];
    for (size_t i = 0; i + 2 < sizeof(text); i += 2) memcpy(text + i, "é", 2);
    text[2046] = '\0';
    fovea_error error = {0};
    fovea__fail(&error, FOVEA_FAILED, "x%s", text);
    size_t length = strlen(error.text);
    assert_true(length >= sizeof(error.text) - 3 && length < sizeof(error.text));
    assert_int_equal(length % 2, 1);  // "x" and whole characters of two bytes
    fovea__fail(&error, FOVEA_FAILED, "%s", text);
    assert_int_equal(strlen(error.text) % 2, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_name_text_and_exit_code),
        cmocka_unit_test(exit_codes_are_those_of_the_command_line),
        cmocka_unit_test(an_error_names_place_and_byte),
        cmocka_unit_test(an_error_without_place_has_none),
        cmocka_unit_test(a_missing_error_structure_is_fine),
        cmocka_unit_test(a_place_is_added_once),
        cmocka_unit_test(long_text_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
