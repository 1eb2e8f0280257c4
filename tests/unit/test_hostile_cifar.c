// SPDX-License-Identifier: MIT
// Cases 86 to 90 and 270 of the list of hostile inputs: CIFAR records and class names.
#include "formats/cifar.h"
#include "formats/class_names.h"
#include "unit/hostile.h"

enum { TEN = 3073, HUNDRED = 3074 };

static volatile uint8_t seen;

static fovea_status parse(const uint8_t *bytes, size_t size, fovea__cifar_kind kind,
                          fovea_error *error) {
    fovea__cifar cifar;
    const fovea_status status = fovea__cifar_parse(bytes, size, HOSTILE_NAME, kind, &cifar, error);
    for (int64_t i = 0; i < cifar.count; i++) {
        assert_in_range(fovea__cifar_label(&cifar, i), 0, (int)kind - 1);
        for (int k = 0; k < FOVEA__CIFAR_PICTURE; k++) {
            seen ^= fovea__cifar_picture(&cifar, i)[k];
        }
    }
    return status;
}

static fovea_status parse_10(fovea_context *context, const uint8_t *bytes, size_t size,
                             fovea_error *error) {
    (void)context;
    return parse(bytes, size, FOVEA__CIFAR_10, error);
}

static fovea_status parse_100(fovea_context *context, const uint8_t *bytes, size_t size,
                              fovea_error *error) {
    (void)context;
    return parse(bytes, size, FOVEA__CIFAR_100, error);
}

static uint8_t *make_records(size_t record, size_t count) {
    uint8_t *bytes = calloc(count, record);
    assert_non_null(bytes);
    for (size_t i = 0; i < count; i++) {
        bytes[i * record] = (uint8_t)(i % 10);
        bytes[i * record + record - 3072] = 99;  // the first pixel, no label of CIFAR-10
        bytes[i * record + record - 1] = (uint8_t)i;
    }
    return bytes;
}

static void records_are_read_in_place(void **state) {
    (void)state;
    fovea__cifar cifar;
    uint8_t *ten = make_records(TEN, 3), *hundred = make_records(HUNDRED, 3);
    hundred[HUNDRED + 1] = 42;
    assert_int_equal(fovea__cifar_parse(ten, 3 * TEN, "x", FOVEA__CIFAR_10, &cifar, NULL),
                     FOVEA_OK);
    assert_int_equal(cifar.count, 3);
    assert_int_equal(fovea__cifar_label(&cifar, 2), 2);
    assert_ptr_equal(fovea__cifar_picture(&cifar, 2), ten + 2 * TEN + 1);
    assert_int_equal(fovea__cifar_picture(&cifar, 2)[3071], 2);
    assert_int_equal(fovea__cifar_parse(hundred, 3 * HUNDRED, "x", FOVEA__CIFAR_100, &cifar, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea__cifar_label(&cifar, 1), 42);
    assert_ptr_equal(fovea__cifar_picture(&cifar, 1), hundred + HUNDRED + 2);
    free(ten);
    free(hundred);
}

static void case_86_sizes_that_are_no_records(void **state) {
    uint8_t *bytes = make_records(TEN, 4);
    hostile_refused(*state, parse_10, bytes, 3072, "3072 are left over");
    hostile_refused(*state, parse_10, bytes, 3074, "1 are left over");
    hostile_refused(*state, parse_10, bytes, 3 * TEN - 1, "3072 are left over");
    hostile_refused(*state, parse_100, bytes, 3073, "3073 are left over");
    free(bytes);
}

static void case_87_empty_file(void **state) {
    hostile_refused(*state, parse_10, NULL, 0, "empty");
    hostile_refused(*state, parse_100, NULL, 0, "empty");
}

static void case_88_label_10(void **state) {
    uint8_t *bytes = make_records(TEN, 4);
    bytes[3 * TEN] = 10;
    hostile_refused(*state, parse_10, bytes, 4 * TEN, "label of record 3 is 10");
    bytes[3 * TEN] = 9;
    hostile_accepted(*state, parse_10, bytes, 4 * TEN);
    free(bytes);
}

static void case_89_labels_of_cifar_100(void **state) {
    uint8_t *bytes = make_records(HUNDRED, 4);
    bytes[2 * HUNDRED] = 20;
    hostile_refused(*state, parse_100, bytes, 4 * HUNDRED, "coarse label of record 2 is 20");
    bytes[2 * HUNDRED] = 19;
    bytes[2 * HUNDRED + 1] = 100;
    hostile_refused(*state, parse_100, bytes, 4 * HUNDRED, "fine label of record 2 is 100");
    free(bytes);
}

static void case_90_one_set_taken_for_the_other(void **state) {
    // 3073 * 3074 bytes are whole records of both kinds.
    uint8_t *bytes = make_records(HUNDRED, TEN);
    hostile_accepted(*state, parse_100, bytes, (size_t)TEN * HUNDRED);
    hostile_refused(*state, parse_10, bytes, (size_t)TEN * HUNDRED, "the other CIFAR set");
    free(bytes);
    bytes = make_records(TEN, HUNDRED);
    memset(bytes, 200, TEN);
    bytes[0] = 3;
    hostile_refused(*state, parse_100, bytes, (size_t)TEN * HUNDRED, "the other CIFAR set");
    free(bytes);
}

static bool is_whole_record(size_t length) {
    return length > 0 && length % TEN == 0;
}

static void every_truncation(void **state) {
    uint8_t *bytes = make_records(TEN, 2);
    hostile_every_truncation(*state, parse_10, bytes, 2 * TEN, is_whole_record);
    free(bytes);
}

static fovea_status parse_names(fovea_context *context, const uint8_t *bytes, size_t size,
                                fovea_error *error) {
    fovea__names names;
    const fovea_status status =
        fovea__class_names_parse(context, bytes, size, HOSTILE_NAME, 0, &names, error);
    for (size_t i = 0; i < names.count; i++) assert_in_range(strlen(names.name[i]), 1, 256);
    if (status == FOVEA_OK) fovea__names_free(context, &names);
    return status;
}

static void assert_names(fovea_context *context, const char *text, size_t count,
                         const char *const *expected) {
    fovea__names names;
    assert_int_equal(fovea__class_names_parse(context, (const uint8_t *)text, strlen(text), "n",
                                              count, &names, NULL),
                     FOVEA_OK);
    assert_int_equal(names.count, count);
    for (size_t i = 0; i < count; i++) assert_string_equal(names.name[i], expected[i]);
    fovea__names_free(context, &names);
}

static void names_are_lines_whatever_ends_them(void **state) {
    hostile_heap *heap = *state;
    static const char *const expected[] = {"cat", "sea lion", "Bär"};
    assert_names(heap->context, "cat\nsea lion\nBär\n\n", 3, expected);
    assert_names(heap->context,
                 "\xef\xbb\xbf"
                 "cat\r\n sea lion\t\r\nBär",
                 3, expected);
}

static void case_270_wrong_number_of_names(void **state) {
    hostile_heap *heap = *state;
    fovea__names names;
    fovea_error error;
    assert_int_equal(fovea__class_names_parse(heap->context, (const uint8_t *)"cat\n", 4, "n", 10,
                                              &names, &error),
                     FOVEA_BAD_FILE);
    assert_non_null(strstr(error.text, "1 class names, 10 were expected"));
    assert_null(names.name);
}

static void refuse_names(hostile_heap *heap, const char *bytes, size_t size, const char *text) {
    hostile_refused(heap, parse_names, (const uint8_t *)bytes, size, text);
}

static void names_that_are_none_are_refused(void **state) {
    char longest[258];
    memset(longest, 'x', sizeof longest);
    refuse_names(*state, "", 0, "no class names");
    refuse_names(*state, " \n\r\n", 4, "no class names");
    refuse_names(*state, "a\n\nb", 4, "empty line");
    refuse_names(*state, "a\0b", 3, "control character 00");
    refuse_names(*state, "a\x1b[1m", 5, "control character 1b");
    refuse_names(*state, "a\x7f", 2, "control character 7f");
    refuse_names(*state, "ok\n\xff\xfe", 5, "not UTF-8");
    refuse_names(*state, longest, 257, "257 bytes, at most 256");
    hostile_accepted(*state, parse_names, (const uint8_t *)longest, 256);
}

static void too_many_names_are_refused(void **state) {
    static char many[2 * 65537];
    for (size_t i = 0; i < sizeof many; i++) many[i] = i % 2 == 0 ? 'a' : '\n';
    hostile_accepted(*state, parse_names, (const uint8_t *)many, sizeof many - 2);
    refuse_names(*state, many, sizeof many, "more than 65536");
}

static void changed_names_and_failed_allocations(void **state) {
    static const uint8_t text[] =
        "\xef\xbb\xbf"
        "airplane\r\nBär\nsea lion\n\n";
    hostile_every_corruption(*state, parse_names, text, sizeof text - 1);
    assert_true(hostile_every_allocation(*state, parse_names, text, sizeof text - 1) >= 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(records_are_read_in_place),
        hostile_test(case_86_sizes_that_are_no_records),
        hostile_test(case_87_empty_file),
        hostile_test(case_88_label_10),
        hostile_test(case_89_labels_of_cifar_100),
        hostile_test(case_90_one_set_taken_for_the_other),
        hostile_test(every_truncation),
        hostile_test(names_are_lines_whatever_ends_them),
        hostile_test(case_270_wrong_number_of_names),
        hostile_test(names_that_are_none_are_refused),
        hostile_test(too_many_names_are_refused),
        hostile_test(changed_names_and_failed_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
