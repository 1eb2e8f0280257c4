// SPDX-License-Identifier: MIT
#include "base/reader.h"
#include "unit/unit.h"

static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static void numbers_are_read_in_their_byte_order(void **state) {
    (void)state;
    fovea__reader reader = fovea__reader_over(bytes, sizeof(bytes), "x");
    uint32_t word;
    uint16_t pair;
    uint8_t byte;
    assert_int_equal(fovea__take_u32_be(&reader, "a", &word, NULL), FOVEA_OK);
    assert_int_equal(word, 0x01020304);
    assert_int_equal(fovea__take_u16_le(&reader, "b", &pair, NULL), FOVEA_OK);
    assert_int_equal(pair, 0x0605);
    assert_int_equal(fovea__take_u8(&reader, "c", &byte, NULL), FOVEA_OK);
    assert_int_equal(byte, 7);
    assert_int_equal(fovea__reader_offset(&reader), 7);
    assert_int_equal(fovea__reader_left(&reader), 2);

    reader = fovea__reader_over(bytes, sizeof(bytes), "x");
    uint64_t wide;
    assert_int_equal(fovea__take_u64_le(&reader, "d", &wide, NULL), FOVEA_OK);
    assert_true(wide == UINT64_C(0x0807060504030201));
    reader = fovea__reader_over(bytes, sizeof(bytes), "x");
    assert_int_equal(fovea__take_u32_le(&reader, "e", &word, NULL), FOVEA_OK);
    assert_int_equal(word, 0x04030201);
}

static void a_high_byte_does_not_become_a_sign(void **state) {
    (void)state;
    const uint8_t high[] = {0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0xFA, 0xF9, 0xF8};
    fovea__reader reader = fovea__reader_over(high, sizeof(high), "x");
    uint32_t word;
    uint64_t wide;
    assert_int_equal(fovea__take_u32_be(&reader, "a", &word, NULL), FOVEA_OK);
    assert_true(word == UINT32_C(0xFFFEFDFC));
    reader = fovea__reader_over(high, sizeof(high), "x");
    assert_int_equal(fovea__take_u64_le(&reader, "b", &wide, NULL), FOVEA_OK);
    assert_true(wide == UINT64_C(0xF8F9FAFBFCFDFEFF));
}

static void a_short_take_takes_nothing_and_tells_all(void **state) {
    (void)state;
    fovea__reader reader = fovea__reader_over(bytes, 3, "train.idx");
    uint32_t word = 77;
    uint8_t byte;
    fovea_error error = {0};
    assert_int_equal(fovea__take_u8(&reader, "type", &byte, &error), FOVEA_OK);
    assert_int_equal(fovea__take_u32_be(&reader, "label count", &word, &error), FOVEA_BAD_FILE);
    assert_int_equal(word, 77);
    assert_int_equal(fovea__reader_left(&reader), 2);
    assert_int_equal(error.offset, 1);
    assert_string_equal(error.where, "train.idx");
    assert_string_equal(error.text, "train.idx: label count needs 4 bytes, 2 are left (byte 1)");
}

static void bytes_are_borrowed_and_bounded(void **state) {
    (void)state;
    fovea__reader reader = fovea__reader_over(bytes, sizeof(bytes), "x");
    const uint8_t *part;
    assert_int_equal(fovea__take_bytes(&reader, "p", 4, &part, NULL), FOVEA_OK);
    assert_ptr_equal(part, bytes);
    assert_int_equal(fovea__take_bytes(&reader, "p", SIZE_MAX, &part, NULL), FOVEA_BAD_FILE);
    assert_int_equal(fovea__take_bytes(&reader, "p", 5, &part, NULL), FOVEA_OK);
    assert_int_equal(fovea__take_bytes(&reader, "p", 0, &part, NULL), FOVEA_OK);
    assert_int_equal(fovea__take_bytes(&reader, "p", 1, &part, NULL), FOVEA_BAD_FILE);
}

static void no_bytes_at_all_are_a_reader_too(void **state) {
    (void)state;
    fovea__reader reader = fovea__reader_over(NULL, 0, "empty");
    uint8_t byte;
    assert_int_equal(fovea__reader_left(&reader), 0);
    assert_int_equal(fovea__take_u8(&reader, "b", &byte, NULL), FOVEA_BAD_FILE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_in_their_byte_order),
        cmocka_unit_test(a_high_byte_does_not_become_a_sign),
        cmocka_unit_test(a_short_take_takes_nothing_and_tells_all),
        cmocka_unit_test(bytes_are_borrowed_and_bounded),
        cmocka_unit_test(no_bytes_at_all_are_a_reader_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
