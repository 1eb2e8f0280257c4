// SPDX-License-Identifier: MIT
// tar and tar.gz: cases 78 to 81 and 94 of the list of hostile inputs, and members that are no
// files.
#include <zlib.h>

#include "formats/tar.h"
#include "unit/hostile.h"

enum { BLOCK = 512, ROOM = 1 << 20, LIMIT = 1 << 20 };

static volatile uint8_t seen;
static const char *const wanted[] = {"one.bin", "two.bin"};

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__bytes members[2];
    const fovea_status status =
        fovea__tar_read(context, bytes, size, HOSTILE_NAME, wanted, 2, LIMIT, members, error);
    for (int m = 0; m < 2; m++) {
        if (status != FOVEA_OK) assert_null(members[m].data);
        for (size_t i = 0; i < members[m].size; i++) seen ^= members[m].data[i];
        fovea__free(context, members[m].data);
    }
    return status;
}

static void set_checksum(uint8_t *header) {
    unsigned sum = 0;
    memset(header + 148, ' ', 8);
    for (int i = 0; i < BLOCK; i++) sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
}

// Appends a ustar member; `announced` is the size its header tells.
static uint8_t *put_member(uint8_t *at, const char *path, char kind, const void *content,
                           size_t size, size_t announced) {
    memset(at, 0, BLOCK);
    strcpy((char *)at, path);
    strcpy((char *)at + 100, "0000644");
    strcpy((char *)at + 108, "0000000");
    strcpy((char *)at + 116, "0000000");
    snprintf((char *)at + 124, 12, "%011zo", announced);
    strcpy((char *)at + 136, "00000000000");
    at[156] = (uint8_t)kind;
    if (kind == '1' || kind == '2') strcpy((char *)at + 157, "etc/passwd");
    memcpy(at + 257, "ustar\00000", 8);
    set_checksum(at);
    at += BLOCK;
    const size_t padded = (size + BLOCK - 1) / BLOCK * BLOCK;
    memset(at, 0, padded);
    if (size > 0) memcpy(at, content, size);
    return at + padded;
}

static size_t finish(uint8_t *begin, uint8_t *at) {
    memset(at, 0, 2 * BLOCK);
    return (size_t)(at - begin) + 2 * BLOCK;
}

static uint8_t tar[ROOM], gz[ROOM];

static size_t make_simple(void) {
    uint8_t *at = put_member(tar, "folder/readme.txt", '0', "hello", 5, 5);
    at = put_member(at, "folder/two.bin", '0', "22", 2, 2);
    at = put_member(at, "one.bin", '0', "1", 1, 1);
    return finish(tar, at);
}

static size_t compress_tar(size_t size) {
    z_stream stream = {
        .next_in = tar, .avail_in = (uInt)size, .next_out = gz, .avail_out = (uInt)sizeof gz};
    deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return sizeof gz - stream.avail_out;
}

static void assert_simple(hostile_heap *heap, const uint8_t *bytes, size_t size) {
    fovea__bytes members[2];
    fovea_error error;
    if (fovea__tar_read(heap->context, bytes, size, "t", wanted, 2, LIMIT, members, &error)) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(members[0].size, 1);
    assert_memory_equal(members[0].data, "1", 1);
    assert_int_equal(members[1].size, 2);
    assert_memory_equal(members[1].data, "22", 2);
    for (int i = 0; i < 2; i++) fovea__free(heap->context, members[i].data);
}

static void members_are_found_by_base_name(void **state) {
    const size_t size = make_simple();
    assert_simple(*state, tar, size);
    assert_simple(*state, gz, compress_tar(size));
}

static void a_large_member_is_read_whole(void **state) {
    hostile_heap *heap = *state;
    static uint8_t content[700001];
    for (size_t i = 0; i < sizeof content; i++) content[i] = (uint8_t)(i * i >> 7);
    const size_t size =
        finish(tar, put_member(tar, "a/b/one.bin", '0', content, sizeof content, sizeof content));
    fovea__bytes members[2];
    assert_int_equal(
        fovea__tar_read(heap->context, tar, size, "t", wanted, 2, LIMIT, members, NULL), FOVEA_OK);
    assert_int_equal(members[0].size, sizeof content);
    assert_memory_equal(members[0].data, content, sizeof content);
    assert_null(members[1].data);
    fovea__free(heap->context, members[0].data);
}

static void case_94_what_is_missing_is_told_from_what_is_empty(void **state) {
    hostile_heap *heap = *state;
    fovea__bytes members[2];
    const size_t size = finish(tar, put_member(tar, "two.bin", '0', "", 0, 0));
    assert_int_equal(
        fovea__tar_read(heap->context, tar, size, "t", wanted, 2, LIMIT, members, NULL), FOVEA_OK);
    assert_null(members[0].data);
    assert_non_null(members[1].data);
    assert_int_equal(members[1].size, 0);
    fovea__free(heap->context, members[1].data);
}

static void paths_lead_nowhere(void **state) {
    uint8_t *at = put_member(tar, "../../../etc/one.bin", '0', "1", 1, 1);
    at = put_member(at, "/two.bin", '0', "22", 2, 2);
    assert_simple(*state, tar, finish(tar, at));
}

static void members_that_are_no_plain_files_are_refused(void **state) {
    for (const char *kind = "12345"; *kind != '\0'; kind++) {
        const size_t size = finish(tar, put_member(tar, "a/one.bin", *kind, "", 0, 0));
        hostile_refused(*state, parse, tar, size, "one.bin is not a plain regular file");
    }
}

static void a_member_that_comes_twice_is_refused(void **state) {
    uint8_t *at = put_member(tar, "a/one.bin", '0', "1", 1, 1);
    at = put_member(at, "b/one.bin", '0', "2", 1, 1);
    hostile_refused(*state, parse, tar, finish(tar, at), "one.bin twice");
}

static void a_size_that_lies_costs_no_memory(void **state) {
    hostile_heap *heap = *state;
    static const size_t sizes[] = {2000, 1 << 20, (size_t)1 << 32};
    for (int i = 0; i < 3; i++) {
        // 64 MiB are believed; the test of hostile_run allows no more.
        const size_t size = finish(tar, put_member(tar, "one.bin", '0', "1", 1, sizes[i]));
        hostile_refused(heap, parse, tar, size, "damaged or cut short");
    }
}

static void what_is_no_tar_is_refused(void **state) {
    hostile_refused(*state, parse, (const uint8_t *)"", 0, "not a tar archive");
    hostile_refused(*state, parse, (const uint8_t *)"<!DOCTYPE html>", 15, "not a tar archive");
    memset(tar, 'x', 4096);
    hostile_refused(*state, parse, tar, 4096, "not a tar archive");
    const size_t size = make_simple();
    tar[BLOCK * 2 + 150] ^= 1;  // a checksum
    hostile_refused(*state, parse, tar, size, "not a tar archive");
}

static void cases_78_and_79_checksums_behind_the_archive_count(void **state) {
    const size_t size = compress_tar(make_simple());
    gz[size - 8] ^= 1;
    hostile_refused(*state, parse, gz, size, "CRC-32");
    gz[size - 8] ^= 1;
    gz[size - 1] ^= 1;
    hostile_refused(*state, parse, gz, size, "the file says");
}

static void case_80_bomb_in_a_member_nobody_wants(void **state) {
    hostile_heap *heap = *state;
    static uint8_t bytes[1 << 18], zeros[1 << 16];
    z_stream stream = {.next_out = bytes, .avail_out = (uInt)sizeof bytes};
    uint8_t header[BLOCK];
    put_member(header, "zeros", '0', "", 0, 64 << 20);
    deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = header;
    stream.avail_in = BLOCK;
    deflate(&stream, Z_NO_FLUSH);
    for (int i = 0; i < (64 << 20) / (int)sizeof zeros; i++) {
        stream.next_in = zeros;
        stream.avail_in = (uInt)sizeof zeros;
        deflate(&stream, Z_NO_FLUSH);
    }
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    hostile_refused(heap, parse, bytes, sizeof bytes - stream.avail_out, "1048576 bytes allowed");
    assert_true(fovea__memory_peak(heap->context) < 1 << 20);
}

static void a_plain_archive_over_the_limit_is_refused(void **state) {
    hostile_heap *heap = *state;
    fovea__bytes members[2];
    const size_t size = make_simple();
    assert_int_equal(
        fovea__tar_read(heap->context, tar, size, "t", wanted, 2, size - 1, members, NULL),
        FOVEA_BAD_FILE);
}

static void case_81_every_truncation_of_the_gz(void **state) {
    const size_t size = compress_tar(make_simple());
    static uint8_t copy[4096];
    memcpy(copy, gz, size);
    hostile_every_truncation(*state, parse, copy, size, NULL);
}

// The simple archive has three members of two blocks and an end of two: each member may be the
// last, and one empty block ends an archive as two do.
static bool ends_well(size_t length) {
    return length > 0 && length % BLOCK == 0 && (length / BLOCK % 2 == 0 || length == 7 * BLOCK);
}

static void every_truncation_of_the_tar(void **state) {
    const size_t size = make_simple();
    for (size_t length = 0; length < size; length++) {
        fovea_error error;
        const fovea_status status = hostile_run(*state, parse, tar, length, &error);
        if (ends_well(length)) {
            assert_int_equal(status, FOVEA_OK);
        } else if (length < 6 * BLOCK && status != FOVEA_BAD_FILE) {
            fail_msg("cut to %zu bytes: %s", length, fovea_status_name(status));
        }
    }
}

static void every_single_byte_of_the_gz_changed(void **state) {
    const size_t size = compress_tar(make_simple());
    static uint8_t copy[4096];
    memcpy(copy, gz, size);
    // The header's time and system may change; everything else is found.
    assert_true(hostile_every_corruption(*state, parse, copy, size) >= 4 * (size - 40));
}

static void every_single_byte_of_the_tar_changed(void **state) {
    const size_t size = make_simple();
    static uint8_t copy[8 * BLOCK];
    memcpy(copy, tar, size);
    assert_true(hostile_every_corruption(*state, parse, copy, size) > 3 * BLOCK);
}

static void every_allocation_may_fail(void **state) {
    assert_true(hostile_every_allocation(*state, parse, gz, compress_tar(make_simple())) >= 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(members_are_found_by_base_name),
        hostile_test(a_large_member_is_read_whole),
        hostile_test(case_94_what_is_missing_is_told_from_what_is_empty),
        hostile_test(paths_lead_nowhere),
        hostile_test(members_that_are_no_plain_files_are_refused),
        hostile_test(a_member_that_comes_twice_is_refused),
        hostile_test(a_size_that_lies_costs_no_memory),
        hostile_test(what_is_no_tar_is_refused),
        hostile_test(cases_78_and_79_checksums_behind_the_archive_count),
        hostile_test(case_80_bomb_in_a_member_nobody_wants),
        hostile_test(a_plain_archive_over_the_limit_is_refused),
        hostile_test(case_81_every_truncation_of_the_gz),
        hostile_test(every_truncation_of_the_tar),
        hostile_test(every_single_byte_of_the_gz_changed),
        hostile_test(every_single_byte_of_the_tar_changed),
        hostile_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
