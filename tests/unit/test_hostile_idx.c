// SPDX-License-Identifier: MIT
// Cases 63 to 76, 80, 81, 84 and 85 of the list of hostile inputs: IDX, plain and gzipped.
#include <zlib.h>

#include "formats/idx.h"
#include "unit/hostile.h"

enum { LIMIT = 1 << 30 };

static uint8_t seen;

static fovea_status parse_ranks(fovea_context *context, const uint8_t *bytes, size_t size,
                                int32_t min_rank, int32_t max_rank, fovea_error *error) {
    fovea__idx idx;
    fovea__bytes file = {fovea__new(context, size, 1, error), size};
    if (file.data == NULL) return FOVEA_OUT_OF_MEMORY;
    if (size > 0) memcpy(file.data, bytes, size);
    const fovea_status status =
        fovea__idx_open(context, &file, HOSTILE_NAME, min_rank, max_rank, LIMIT, &idx, error);
    if (status != FOVEA_OK) assert_null(idx.data);
    for (size_t i = 0; i < idx.size; i++) seen ^= idx.data[i];
    fovea__free(context, file.data);
    return status;
}

static fovea_status parse_any(fovea_context *context, const uint8_t *bytes, size_t size,
                              fovea_error *error) {
    return parse_ranks(context, bytes, size, 1, 4, error);
}

static fovea_status parse_pictures(fovea_context *context, const uint8_t *bytes, size_t size,
                                   fovea_error *error) {
    return parse_ranks(context, bytes, size, 3, 4, error);
}

static fovea_status parse_labels(fovea_context *context, const uint8_t *bytes, size_t size,
                                 fovea_error *error) {
    return parse_ranks(context, bytes, size, 1, 1, error);
}

static const uint8_t pictures[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                                   0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9};

static size_t compress_gz(const uint8_t *content, size_t size, uint8_t *out, size_t room) {
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)content,
                       .avail_in = (uInt)size,
                       .next_out = out,
                       .avail_out = (uInt)room};
    deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return room - stream.avail_out;
}

static void pictures_and_labels_are_read_in_place(void **state) {
    (void)state;
    fovea__idx idx;
    assert_int_equal(fovea__idx_parse(pictures, sizeof pictures, "p", 3, 4, &idx, NULL), FOVEA_OK);
    assert_int_equal(idx.rank, 3);
    assert_int_equal(idx.dim[0], 2);
    assert_int_equal(idx.dim[1], 2);
    assert_int_equal(idx.dim[2], 3);
    assert_ptr_equal(idx.data, pictures + 16);
    assert_int_equal(idx.size, 12);
    assert_int_equal(fovea__idx_parse(labels, sizeof labels, "l", 1, 1, &idx, NULL), FOVEA_OK);
    assert_int_equal(idx.dim[0], 3);
    assert_ptr_equal(idx.data, labels + 8);
}

static void case_63_every_short_file(void **state) {
    hostile_every_truncation(*state, parse_any, pictures, sizeof pictures, NULL);
    hostile_every_truncation(*state, parse_any, labels, sizeof labels, NULL);
}

typedef struct header_case {
    const char *title;
    uint8_t bytes[32];
    size_t size;
    const char *text;
} header_case;

static const header_case headers[] = {
    {"64 labels where pictures belong", {0, 0, 8, 1, 0, 0, 0, 1, 5}, 9, "rank is 1, expected is 3"},
    {"65 byte-swapped magic", {3, 8, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 5}, 17, "reverse"},
    {"66 unknown type", {0, 0, 10, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5}, 17, "0a (unknown)"},
    {"67 rank 0", {0, 0, 8, 0, 5}, 5, "rank is 0"},
    {"68 rank 255", {0, 0, 8, 255, 0, 0, 0, 1}, 8, "rank is 255"},
    {"69 no pictures", {0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1}, 16, "first IDX dimension"},
    {"70 2^32-1 pictures",
     {0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 1, 0, 0, 0, 1, 5},
     17,
     "4294967295x1x1 = 4294967295 bytes, 1 follow"},
    {"71 product wraps 2^32",
     {0, 0, 8, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1},
     16,
     "4294967296 bytes, 0 follow"},
    {"72 product wraps 2^64",
     {0, 0, 8, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0},
     20,
     "more than 2^64"},
    {"73 no rows", {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, 16, "second IDX dimension"},
    {"85 float",
     {0, 0, 13, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0x7f, 0xc0, 0, 0},
     20,
     "0d (32-bit float)"},
    {"a web page", "<!DOCTYPE html><html>", 21, "not an IDX file"},
};

static void cases_64_to_73_and_85_headers(void **state) {
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        print_message("    case %s\n", headers[i].title);
        hostile_refused(*state, parse_pictures, headers[i].bytes, headers[i].size, headers[i].text);
    }
    hostile_refused(*state, parse_labels, pictures, sizeof pictures, "expected is 1 (");
}

static void case_74_one_byte_short(void **state) {
    hostile_refused(*state, parse_any, pictures, sizeof pictures - 1, "12 bytes, 11 follow");
}

static void case_75_one_byte_long(void **state) {
    uint8_t longer[sizeof pictures + 1] = {0};
    memcpy(longer, pictures, sizeof pictures);
    hostile_refused(*state, parse_any, longer, sizeof longer, "12 bytes, 13 follow");
}

static void case_76_label_out_of_range(void **state) {
    (void)state;
    fovea__idx idx;
    fovea_error error = {0};
    assert_int_equal(fovea__idx_parse(labels, sizeof labels, "l", 1, 1, &idx, NULL), FOVEA_OK);
    assert_int_equal(fovea__idx_check_labels(&idx, "l", 0, 10, &error), FOVEA_OK);
    assert_int_equal(fovea__idx_check_labels(&idx, "l", 0, 9, &error), FOVEA_BAD_FILE);
    assert_int_equal(error.offset, 10);
    assert_non_null(strstr(error.text, "label number 2 is 9"));
    assert_int_equal(fovea__idx_check_labels(&idx, "l", 1, 26, &error), FOVEA_BAD_FILE);
    assert_int_equal(error.offset, 9);
}

static void case_77_pictures_and_labels_differ_in_number(void **state) {
    (void)state;
    fovea__idx a, b;
    fovea_error error = {0};
    fovea__idx_parse(pictures, sizeof pictures, "p", 3, 4, &a, NULL);
    fovea__idx_parse(labels, sizeof labels, "l", 1, 1, &b, NULL);
    assert_int_equal(fovea__idx_check_pair(&a, "p", &b, "l", &error), FOVEA_BAD_FILE);
    assert_string_equal(error.text, "p: it has 2 pictures, but l has 3 labels (byte 4)");
    assert_int_equal(fovea__idx_check_pair(&b, "l", &b, "l", &error), FOVEA_OK);
}

static void case_81_gz_is_read_whole_or_refused(void **state) {
    uint8_t gz[256];
    const size_t size = compress_gz(pictures, sizeof pictures, gz, sizeof gz);
    hostile_accepted(*state, parse_pictures, gz, size);
    hostile_every_truncation(*state, parse_pictures, gz, size, NULL);
    hostile_every_corruption(*state, parse_pictures, gz, size);
}

static void a_gz_of_the_wrong_length_is_refused(void **state) {
    uint8_t gz[256], content[sizeof pictures + 1] = {0};
    memcpy(content, pictures, sizeof pictures);
    size_t size = compress_gz(content, sizeof pictures + 1, gz, sizeof gz);
    hostile_refused(*state, parse_pictures, gz, size, "28 bytes allowed");
    size = compress_gz(content, sizeof pictures - 1, gz, sizeof gz);
    hostile_refused(*state, parse_pictures, gz, size, "28 were expected");
}

static void case_80_gz_bombs_cost_no_memory(void **state) {
    hostile_heap *heap = *state;
    static uint8_t content[32 << 20], gz[1 << 18];
    // The header tells the truth about little: what comes after it is never inflated.
    memcpy(content, pictures, sizeof pictures);
    size_t size = compress_gz(content, sizeof content, gz, sizeof gz);
    hostile_refused(heap, parse_pictures, gz, size, "28 bytes allowed");
    assert_true(fovea__memory_peak(heap->context) < 1 << 20);
    // The header promises more than the limit, or much more than there is.
    memset(content + 4, 0xff, 4);
    size = compress_gz(content, 1000, gz, sizeof gz);
    hostile_refused(heap, parse_pictures, gz, size, "at most 1073741824");
    memcpy(content + 4, "\x09\x00\x00\x00", 4);
    size = compress_gz(content, 1000, gz, sizeof gz);
    hostile_refused(heap, parse_pictures, gz, size, "1000 bytes come out of it");
    assert_true(fovea__memory_peak(heap->context) < 1 << 20);
}

static void case_84_raw_content_under_a_gz_name(void **state) {
    // parse_any asks nothing of the name: both forms of one content are read by their bytes.
    uint8_t gz[256];
    hostile_accepted(*state, parse_any, labels, sizeof labels);
    hostile_accepted(*state, parse_any, gz, compress_gz(labels, sizeof labels, gz, sizeof gz));
}

static void every_single_byte_changed(void **state) {
    assert_true(hostile_every_corruption(*state, parse_pictures, pictures, sizeof pictures) >= 30);
}

static void every_allocation_may_fail(void **state) {
    uint8_t gz[256];
    const size_t size = compress_gz(pictures, sizeof pictures, gz, sizeof gz);
    assert_true(hostile_every_allocation(*state, parse_pictures, gz, size) >= 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(pictures_and_labels_are_read_in_place),
        hostile_test(case_63_every_short_file),
        hostile_test(cases_64_to_73_and_85_headers),
        hostile_test(case_74_one_byte_short),
        hostile_test(case_75_one_byte_long),
        hostile_test(case_76_label_out_of_range),
        hostile_test(case_77_pictures_and_labels_differ_in_number),
        hostile_test(case_80_gz_bombs_cost_no_memory),
        hostile_test(case_81_gz_is_read_whole_or_refused),
        hostile_test(a_gz_of_the_wrong_length_is_refused),
        hostile_test(case_84_raw_content_under_a_gz_name),
        hostile_test(every_single_byte_changed),
        hostile_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
