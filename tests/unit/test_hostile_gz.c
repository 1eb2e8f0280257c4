// SPDX-License-Identifier: MIT
// Cases 78 to 84 of the list of hostile inputs: gzip.
#include <zlib.h>

#include "formats/gz.h"
#include "unit/hostile.h"

enum { LIMIT = 1 << 20, ROOM = 1 << 18 };

static volatile uint8_t seen;

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__bytes inflated;
    const fovea_status status =
        fovea__gz_inflate(context, bytes, size, HOSTILE_NAME, LIMIT, &inflated, error);
    if (status != FOVEA_OK) assert_null(inflated.data);
    for (size_t i = 0; i < inflated.size; i++) seen ^= inflated.data[i];
    fovea__free(context, inflated.data);
    return status;
}

// One gzip member with the optional parts of its header that `flags` (RFC 1952) asks for.
static size_t make_member(const void *content, size_t size, int flags, size_t name_length,
                          uint8_t *out) {
    uint8_t *at = out;
    memcpy(at, (uint8_t[]){0x1f, 0x8b, 8, (uint8_t)flags, 0, 0, 0, 0, 0, 3}, 10);
    at += 10;
    if (flags & 4) {
        memcpy(at,
               "\x03\x00"
               "abc",
               5);
        at += 5;
    }
    if (flags & 8) {
        memset(at, 'n', name_length);
        at[name_length] = 0;
        at += name_length + 1;
    }
    if (flags & 16) {
        memcpy(at, "hi", 3);
        at += 3;
    }
    if (flags & 2) {
        const uLong sum = crc32(0, out, (uInt)(at - out));
        *at++ = (uint8_t)sum;
        *at++ = (uint8_t)(sum >> 8);
    }
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)content,
                       .avail_in = (uInt)size,
                       .next_out = at,
                       .avail_out = ROOM / 2};
    deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    at = stream.next_out;
    deflateEnd(&stream);
    const uint32_t trailer[] = {(uint32_t)crc32(0, content, (uInt)size), (uint32_t)size};
    for (int i = 0; i < 8; i++) *at++ = (uint8_t)(trailer[i / 4] >> (8 * (i % 4)));
    return (size_t)(at - out);
}

static const char text[] = "the quick brown fox jumps over the lazy dog, the lazy dog sleeps";

static size_t make_simple(uint8_t *out) {
    return make_member(text, sizeof text, 0, 0, out);
}

static void assert_inflates_to(fovea_context *context, const uint8_t *bytes, size_t size,
                               const void *expected, size_t expected_size) {
    fovea__bytes inflated;
    assert_int_equal(fovea__gz_inflate(context, bytes, size, HOSTILE_NAME, LIMIT, &inflated, NULL),
                     FOVEA_OK);
    assert_int_equal(inflated.size, expected_size);
    assert_memory_equal(inflated.data, expected, expected_size);
    fovea__free(context, inflated.data);
}

static void every_header_form_is_read(void **state) {
    hostile_heap *heap = *state;
    static uint8_t bytes[ROOM];
    for (int flags = 0; flags < 32; flags++) {
        const size_t size = make_member(text, sizeof text, flags, 5, bytes);
        assert_inflates_to(heap->context, bytes, size, text, sizeof text);
    }
    const size_t size = make_member("", 0, 0, 0, bytes);
    assert_inflates_to(heap->context, bytes, size, "", 0);
}

static void exact_reading_wants_exactly_that_size(void **state) {
    hostile_heap *heap = *state;
    static uint8_t bytes[ROOM];
    const size_t size = make_simple(bytes);
    fovea__bytes inflated;
    fovea_error error;
    assert_int_equal(fovea__gz_inflate_exactly(heap->context, bytes, size, HOSTILE_NAME,
                                               sizeof text, &inflated, &error),
                     FOVEA_OK);
    assert_memory_equal(inflated.data, text, sizeof text);
    fovea__free(heap->context, inflated.data);
    const uint64_t wrong[] = {0,         1, sizeof text - 1, sizeof text + 1, UINT64_C(1) << 40,
                              UINT64_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(fovea__gz_inflate_exactly(heap->context, bytes, size, HOSTILE_NAME,
                                                   wrong[i], &inflated, &error),
                         FOVEA_BAD_FILE);
        assert_null(inflated.data);
    }
    assert_true(fovea__memory_peak(heap->context) < 4 << 20);
}

static void case_78_bad_crc(void **state) {
    static uint8_t bytes[ROOM];
    const size_t size = make_simple(bytes);
    bytes[size - 8] ^= 1;
    hostile_refused(*state, parse, bytes, size, "CRC-32");
}

static void case_79_isize_lies(void **state) {
    static uint8_t bytes[ROOM];
    const size_t size = make_simple(bytes);
    bytes[size - 1] ^= 1;
    hostile_refused(*state, parse, bytes, size, "the file says");
}

static void case_80_bomb_stops_at_the_limit_with_little_memory(void **state) {
    hostile_heap *heap = *state;
    static uint8_t bytes[ROOM];
    static uint8_t zeros[64 << 20];
    const size_t size = make_member(zeros, sizeof zeros, 0, 0, bytes);
    hostile_refused(heap, parse, bytes, size, "1048576 bytes allowed");
    assert_true(fovea__memory_peak(heap->context) < 1 << 20);
    fovea__bytes inflated;
    assert_int_equal(fovea__gz_inflate(heap->context, bytes, size, HOSTILE_NAME, sizeof zeros - 1,
                                       &inflated, NULL),
                     FOVEA_BAD_FILE);
    assert_int_equal(
        fovea__gz_inflate(heap->context, bytes, size, HOSTILE_NAME, sizeof zeros, &inflated, NULL),
        FOVEA_OK);
    fovea__free(heap->context, inflated.data);
}

static void case_81_truncated_at_each_byte(void **state) {
    static uint8_t bytes[ROOM];
    const size_t size = make_member(text, sizeof text, 2 | 4 | 8 | 16, 7, bytes);
    hostile_every_truncation(*state, parse, bytes, size, NULL);
}

static void case_82_two_members_are_joined(void **state) {
    hostile_heap *heap = *state;
    static uint8_t bytes[ROOM];
    size_t size = make_member("ab", 2, 0, 0, bytes);
    size += make_member("cde", 3, 8, 3, bytes + size);
    assert_inflates_to(heap->context, bytes, size, "abcde", 5);
    bytes[size] = 0;
    hostile_refused(heap, parse, bytes, size + 1, "gzip header");
    memset(bytes + size, 'x', 20);
    hostile_refused(heap, parse, bytes, size + 20, "a gzip member begins with 1f 8b");
}

static void case_83_name_of_64_kib(void **state) {
    static uint8_t bytes[ROOM];
    hostile_refused(*state, parse, bytes, make_member(text, 9, 8, 65536, bytes), "4096");
    hostile_refused(*state, parse, bytes, make_member(text, 9, 8, 4097, bytes), "4096");
    hostile_accepted(*state, parse, bytes, make_member(text, 9, 8, 4096, bytes));
}

static void case_84_gzip_is_told_by_its_bytes(void **state) {
    (void)state;
    assert_true(fovea__gz_is((const uint8_t[]){0x1f, 0x8b}, 2));
    assert_false(fovea__gz_is((const uint8_t[]){0x1f}, 1));
    assert_false(fovea__gz_is((const uint8_t[]){0, 0, 8, 3}, 4));
}

static void unknown_methods_and_flags_are_refused(void **state) {
    static uint8_t bytes[ROOM];
    const size_t size = make_simple(bytes);
    bytes[2] = 7;
    hostile_refused(*state, parse, bytes, size, "method 7");
    bytes[2] = 8;
    bytes[3] = 0x20;
    hostile_refused(*state, parse, bytes, size, "flags 20");
}

static void every_single_byte_changed(void **state) {
    static uint8_t bytes[ROOM];
    const size_t size = make_member(text, sizeof text, 2, 0, bytes);
    const size_t refused = hostile_every_corruption(*state, parse, bytes, size);
    // All but changes that change nothing (a 0 set to 0, an ff set to ff) must be found.
    size_t same = 0;
    for (size_t i = 0; i < size; i++) same += bytes[i] == 0 || bytes[i] == 0xff;
    assert_int_equal(refused, 4 * size - same);
}

static void every_allocation_may_fail(void **state) {
    static uint8_t bytes[ROOM];
    const size_t size = make_simple(bytes);
    assert_true(hostile_every_allocation(*state, parse, bytes, size) >= 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(every_header_form_is_read),
        hostile_test(exact_reading_wants_exactly_that_size),
        hostile_test(case_78_bad_crc),
        hostile_test(case_79_isize_lies),
        hostile_test(case_80_bomb_stops_at_the_limit_with_little_memory),
        hostile_test(case_81_truncated_at_each_byte),
        hostile_test(case_82_two_members_are_joined),
        hostile_test(case_83_name_of_64_kib),
        hostile_test(case_84_gzip_is_told_by_its_bytes),
        hostile_test(unknown_methods_and_flags_are_refused),
        hostile_test(every_single_byte_changed),
        hostile_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
