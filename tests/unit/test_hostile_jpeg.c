// SPDX-License-Identifier: MIT
// Cases 38 to 62 of the list of hostile inputs: JPEG, made by changing the small good files of
// tests/golden/pictures.
#include "formats/jpeg.h"
#include "formats/jpeg_markers.h"
#include "unit/hostile.h"

#define GOLDEN "tests/golden/pictures/"

static uint8_t seen;

static fovea_status read_as(bool lenient, fovea_context *context, const uint8_t *bytes, size_t size,
                            fovea_error *error) {
    fovea__picture p;
    const fovea_status status =
        fovea__jpeg_read(context, bytes, size, HOSTILE_NAME, lenient, &p, error);
    if (status != FOVEA_OK) assert_null(p.pixels);
    for (size_t i = 0; p.pixels && i < (size_t)p.width * (size_t)p.height; i++)
        seen ^= p.pixels[i * (size_t)p.channels];
    fovea__picture_clear(context, &p);
    return status;
}

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    return read_as(false, context, bytes, size, error);
}

static fovea_status parse_lenient(fovea_context *context, const uint8_t *bytes, size_t size,
                                  fovea_error *error) {
    return read_as(true, context, bytes, size, error);
}

// One changed byte may make a file of a kind that exists but is not read; that is a refusal, too.
static fovea_status parse_any(fovea_context *context, const uint8_t *bytes, size_t size,
                              fovea_error *error) {
    const fovea_status status = read_as(false, context, bytes, size, error);
    if (status != FOVEA_UNSUPPORTED) return status;
    error->status = FOVEA_BAD_FILE;
    return FOVEA_BAD_FILE;
}

typedef struct file {
    uint8_t bytes[1 << 16];
    size_t size;
} file;

static void load(file *f, const char *path) {
    uint8_t *bytes = hostile_load(path, &f->size);
    assert_true(f->size <= sizeof f->bytes / 2);
    memcpy(f->bytes, bytes, f->size);
    free(bytes);
}

// Offset of the n-th (from 0) segment of that marker.
static size_t find(const file *f, uint8_t marker, int n) {
    size_t at = 2;
    while (at + 4 <= f->size) {
        if (f->bytes[at + 1] == marker && n-- == 0) return at;
        if (f->bytes[at + 1] == 0xd9) break;
        const uint8_t kind = f->bytes[at + 1];
        at += 2 + (size_t)(f->bytes[at + 2] << 8 | f->bytes[at + 3]);
        while (kind == 0xda && (f->bytes[at] != 0xff || f->bytes[at + 1] == 0 ||
                                (f->bytes[at + 1] >= 0xd0 && f->bytes[at + 1] <= 0xd7)))
            at++;
    }
    fail_msg("no marker %02x", marker);
    return 0;
}

static size_t segment_size(const file *f, size_t at) {
    return 2 + (size_t)(f->bytes[at + 2] << 8 | f->bytes[at + 3]);
}

static void cut(file *f, size_t at, size_t size) {
    memmove(f->bytes + at, f->bytes + at + size, f->size - at - size);
    f->size -= size;
}

static void insert(file *f, size_t at, const void *bytes, size_t size) {
    assert_true(f->size + size <= sizeof f->bytes);
    memmove(f->bytes + at + size, f->bytes + at, f->size - at);
    memcpy(f->bytes + at, bytes, size);
    f->size += size;
}

static void refused(void **state, const file *f, const char *text) {
    hostile_refused(*state, parse, f->bytes, f->size, text);
}

static void unsupported(void **state, const file *f, const char *text) {
    hostile_verdict(*state, parse, f->bytes, f->size, FOVEA_UNSUPPORTED, text);
}

static void accepted(void **state, const file *f) {
    hostile_accepted(*state, parse, f->bytes, f->size);
}

static file f;

static void case_38_only_a_start_marker(void **state) {
    hostile_refused(*state, parse, (const uint8_t *)"\xff\xd8", 2, "ends before its end marker");
    hostile_refused(*state, parse, (const uint8_t *)"\xff", 1, "start marker needs 2 bytes");
    hostile_refused(*state, parse, (const uint8_t *)"\xff\xd9", 2, "not a JPEG");
    hostile_refused(*state, parse, (const uint8_t *)"\xff\xd8\xff\xd9", 4, "without picture data");
}

// Byte `offset` of the frame header (after its marker) becomes `value`.
static void frame_byte(size_t offset, uint8_t value) {
    load(&f, GOLDEN "rgb-420.jpg");
    f.bytes[find(&f, 0xc0, 0) + 2 + offset] = value;
}

static void cases_39_to_41_sizes(void **state) {
    frame_byte(4, 0);  // height 13
    refused(state, &f, "0");
    frame_byte(6, 0);  // width 19
    refused(state, &f, "0");
    frame_byte(3, 0xff);
    f.bytes[find(&f, 0xc0, 0) + 5] = f.bytes[find(&f, 0xc0, 0) + 7] = 0xff;
    refused(state, &f, "65");
    // Inside the limits, but a bit for each block is not there.
    frame_byte(3, 0x10);
    f.bytes[find(&f, 0xc0, 0) + 7] = 0x10;
    refused(state, &f, "cannot hold");
}

static void cases_42_to_44_components(void **state) {
    frame_byte(7, 0);
    refused(state, &f, "0 components");
    frame_byte(7, 2);
    refused(state, &f, "2 components");
    frame_byte(7, 5);
    refused(state, &f, "5 components");
    static const uint8_t samplings[] = {0x00, 0x01, 0x10, 0x51, 0x15};
    for (size_t i = 0; i < sizeof samplings; i++) {
        frame_byte(9, samplings[i]);
        refused(state, &f, "sampling factors");
    }
    frame_byte(11, 1);
    refused(state, &f, "two JPEG components are named 1");
}

static void cases_45_to_47_order_and_missing_tables(void **state) {
    load(&f, GOLDEN "rgb-420.jpg");
    cut(&f, find(&f, 0xc0, 0), segment_size(&f, find(&f, 0xc0, 0)));
    refused(state, &f, "before the frame header");
    for (int n = 0; n < 4; n++) {
        load(&f, GOLDEN "rgb-420.jpg");
        cut(&f, find(&f, 0xc4, n), segment_size(&f, find(&f, 0xc4, n)));
        refused(state, &f, "Huffman table not defined");
    }
    for (int n = 0; n < 2; n++) {
        load(&f, GOLDEN "rgb-420.jpg");
        cut(&f, find(&f, 0xdb, n), segment_size(&f, find(&f, 0xdb, n)));
        refused(state, &f, "uantization table");
    }
}

static void cases_48_to_50_huffman_tables(void **state) {
    load(&f, GOLDEN "rgb-420.jpg");
    const size_t table = find(&f, 0xc4, 0) + 5;  // the sixteen counts
    f.bytes[table + 14] = f.bytes[table + 15] = 0xff;
    refused(state, &f, "codes");  // 48
    load(&f, GOLDEN "rgb-420.jpg");
    f.bytes[table] = 3;  // 49: three codes of one bit
    f.bytes[table + 1] = f.bytes[table + 2] = 0;
    refused(state, &f, "sample");
    load(&f, GOLDEN "rgb-420.jpg");
    // 50: all but the first code of two bits gone, so that codes occur that mean nothing.
    const size_t length = segment_size(&f, table - 5);
    memset(f.bytes + table, 0, 16);
    f.bytes[table + 1] = 1;
    cut(&f, table + 17, length - 2 - 2 - 1 - 16 - 1);
    f.bytes[table - 2] = 3 + 16 + 1;
    refused(state, &f, "damaged JPEG");
    load(&f, GOLDEN "rgb-420.jpg");
    f.bytes[table - 1] = 0x24;
    refused(state, &f, "Huffman table 0x24");
}

static void case_51_eighty_thousand_scans(void **state) {
    load(&f, GOLDEN "rgb-420-progressive.jpg");
    // A refinement of one component's AC coefficients; nothing forbids it again and again.
    static const uint8_t scan[] = {0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0x02, 0x55};
    uint8_t *bytes = malloc(f.size + 80000 * sizeof scan);
    assert_non_null(bytes);
    size_t size = f.size - 2;
    memcpy(bytes, f.bytes, size);
    for (int i = 0; i < 80000; i++, size += sizeof scan) memcpy(bytes + size, scan, sizeof scan);
    memcpy(bytes + size, "\xff\xd9", 2);
    hostile_refused(*state, parse, bytes, size + 2, "more than 100 scans");
    free(bytes);
}

static void case_51_fewer_scans_for_larger_pictures(void **state) {
    load(&f, GOLDEN "rgb-420-progressive.jpg");
    const size_t frame = find(&f, 0xc2, 0);
    f.bytes[frame + 7] = 0x3f;  // 16147 x 4109 pixels: 16 scans at most
    f.bytes[frame + 5] = 0x10;
    const size_t end = f.size - 2;
    static const uint8_t scan[] = {0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0x02, 0x55};
    for (int i = 0; i < 17; i++) insert(&f, end, scan, sizeof scan);
    refused(state, &f, "scans for a JPEG of");
}

static void case_52_progressive_parameters(void **state) {
    static const uint8_t last[] = {64, 255, 0};
    for (size_t i = 0; i < 3; i++) {
        load(&f, GOLDEN "rgb-420-progressive.jpg");
        f.bytes[find(&f, 0xda, 1) + 8] = last[i];
        refused(state, &f, "damaged JPEG");
    }
    load(&f, GOLDEN "rgb-420-progressive.jpg");
    f.bytes[find(&f, 0xda, 1) + 9] = 0x0e;  // shifted by 14 bits
    refused(state, &f, "damaged JPEG");
    load(&f, GOLDEN "rgb-420-progressive.jpg");
    f.bytes[find(&f, 0xda, 1) + 9] = 0x31;  // refines bits never sent
    refused(state, &f, "damaged JPEG");
}

static void cases_53_and_54_other_processes_are_named(void **state) {
    static const struct {
        uint8_t marker;
        const char *text;
    } cases[] = {{0xc3, "lossless"},     {0xc5, "hierarchical"}, {0xc6, "hierarchical"},
                 {0xc7, "hierarchical"}, {0xc9, "arithmetic"},   {0xca, "arithmetic"},
                 {0xcb, "arithmetic"},   {0xcd, "arithmetic"},   {0xcf, "arithmetic"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        load(&f, GOLDEN "rgb-420.jpg");
        f.bytes[find(&f, 0xc0, 0) + 1] = cases[i].marker;
        unsupported(state, &f, cases[i].text);
    }
    load(&f, GOLDEN "rgb-420.jpg");
    insert(&f, 2, "\xff\xcc\0\4\0\0", 6);
    unsupported(state, &f, "arithmetic");
    frame_byte(2, 12);
    unsupported(state, &f, "12 bits");
    frame_byte(2, 7);
    refused(state, &f, "7 bits");
}

static void case_55_cmyk_is_refused_clearly(void **state) {
    load(&f, GOLDEN "refused-cmyk.jpg");
    unsupported(state, &f, "CMYK");
}

static void case_56_segments_of_no_size(void **state) {
    static const uint8_t lengths[] = {0, 1};
    for (size_t i = 0; i < 2; i++) {
        load(&f, GOLDEN "rgb-420.jpg");
        const uint8_t segment[] = {0xff, 0xe5, 0, lengths[i]};
        insert(&f, 2, segment, 4);
        refused(state, &f, "at least 2");
    }
    load(&f, GOLDEN "rgb-420.jpg");
    insert(&f, 2, "\xff\xe5\0\2", 4);
    accepted(state, &f);
}

// Little-endian EXIF of `entries` entries, the first of which is the orientation; the directory is
// at 8 and followed by `next`.
static void with_exif(uint32_t directory, uint16_t entries, uint16_t type, uint32_t count,
                      uint16_t value, uint32_t next) {
    uint8_t s[40] = {0xff, 0xe1, 0, 38, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0};
    const uint32_t numbers[] = {directory, entries, 0x0112, type, count, value, 0, next};
    static const int widths[] = {4, 2, 2, 2, 4, 2, 2, 4};
    size_t at = 14;
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < widths[i]; k++) s[at++] = (uint8_t)(numbers[i] >> (8 * k));
    assert_int_equal(at, 36);
    s[3] = 34;
    load(&f, GOLDEN "rgb-420.jpg");
    insert(&f, 2, s, 36);
}

static int32_t width_of(hostile_heap *heap) {
    fovea__picture p;
    assert_int_equal(fovea__jpeg_read(heap->context, f.bytes, f.size, "p", false, &p, NULL),
                     FOVEA_OK);
    const int32_t width = p.width;
    fovea__picture_clear(heap->context, &p);
    return width;
}

static void cases_57_and_58_exif(void **state) {
    hostile_heap *heap = *state;
    fovea_error error;
    static const struct {
        uint32_t directory, count, next;
        uint16_t entries, type, value;
        const char *text;
    } bad[] = {
        {9999, 1, 0, 1, 3, 6, "past the block's end"},         // 57
        {0xffffffffu, 1, 0, 1, 3, 6, "past the block's end"},  // 57
        {8, 1, 0, 60000, 3, 6, "EXIF"},                        // 57: entries past the end
        {8, 1, 8, 1, 3, 6, "follows itself"},                  // 58
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        with_exif(bad[i].directory, bad[i].entries, bad[i].type, bad[i].count, bad[i].value,
                  bad[i].next);
        refused(state, &f, bad[i].text);
        assert_int_equal(hostile_run(heap, parse_lenient, f.bytes, f.size, &error), FOVEA_OK);
    }
    with_exif(8, 1, 3, 1, 6, 0);
    accepted(state, &f);
    assert_int_equal(width_of(heap), 13);
    // 58: an orientation that means nothing (cameras write 0) is none.
    static const struct {
        uint16_t type, value;
        uint32_t count;
    } meaningless[] = {{3, 0, 1}, {3, 9, 1}, {3, 65535, 1}, {2, 6, 1}, {3, 6, 7}};
    for (size_t i = 0; i < sizeof meaningless / sizeof meaningless[0]; i++) {
        with_exif(8, 1, meaningless[i].type, meaningless[i].count, meaningless[i].value, 0);
        accepted(state, &f);
        assert_int_equal(width_of(heap), 19);
    }
    with_exif(8, 1, 3, 1, 6, 0);
    f.bytes[4 + 2] = 'X';  // another block's name: not looked into
    accepted(state, &f);
    with_exif(8, 1, 3, 1, 6, 0);
    f.bytes[2 + 2] = 0xff;  // 57: the segment itself past the end
    refused(state, &f, "segment needs");
}

static void case_59_restart_markers_out_of_order(void **state) {
    load(&f, GOLDEN "rgb-restarts.jpg");
    accepted(state, &f);
    for (size_t at = find(&f, 0xda, 0); at + 1 < f.size; at++) {
        if (f.bytes[at] != 0xff || f.bytes[at + 1] != 0xd0) continue;
        f.bytes[at + 1] = 0xd5;
        refused(state, &f, "damaged JPEG");
        return;
    }
    fail_msg("no restart marker");
}

static void case_60_truncated_in_the_data(void **state) {
    hostile_heap *heap = *state;
    fovea_error error;
    load(&f, GOLDEN "rgb-420.jpg");
    const size_t data = find(&f, 0xda, 0) + 20;
    for (int with_end = 0; with_end < 2; with_end++) {
        load(&f, GOLDEN "rgb-420.jpg");
        f.size = data;
        if (with_end) insert(&f, f.size, "\xff\xd9", 2);
        refused(state, &f, with_end ? "damaged JPEG" : "without an end marker");
        assert_int_equal(hostile_run(heap, parse_lenient, f.bytes, f.size, &error), FOVEA_OK);
    }
}

static void case_61_dnl(void **state) {
    load(&f, GOLDEN "rgb-420.jpg");
    insert(&f, f.size - 2, "\xff\xdc\0\4\0\x0d", 6);
    refused(state, &f, "0xdc");
    f.bytes[find(&f, 0xc0, 0) + 6] = 0;  // height 0, told by the DNL marker
    refused(state, &f, "0");
}

// Case 62 is in test_picture_file.c, where the pixels of 1 x 1, 8 x 7 and others are compared.

static void a_component_without_data_is_refused(void **state) {
    load(&f, GOLDEN "grey.jpg");
    // A grey file whose frame claims three components.
    const size_t frame = find(&f, 0xc0, 0);
    f.bytes[frame + 9] = 3;
    f.bytes[frame + 3] = (uint8_t)(f.bytes[frame + 3] + 6);
    insert(&f, frame + 13, "\2\x11\0\3\x11\0", 6);
    refused(state, &f, "component 2 has no data");
}

static void rubbish_between_segments_is_refused(void **state) {
    load(&f, GOLDEN "rgb-420.jpg");
    insert(&f, 2, "zz", 2);
    refused(state, &f, "where a JPEG marker must begin");
    load(&f, GOLDEN "rgb-420.jpg");
    insert(&f, 2, "\xff\xff\xff", 3);  // fill bytes are legal
    accepted(state, &f);
    insert(&f, f.size, "anything", 8);  // and what follows the end is nobody's
    accepted(state, &f);
}

static void every_truncation_is_refused(void **state) {
    static const char *const files[] = {GOLDEN "orientation-6.jpg",
                                        GOLDEN "rgb-444-progressive.jpg"};
    for (size_t i = 0; i < 2; i++) {
        load(&f, files[i]);
        hostile_every_truncation(*state, parse, f.bytes, f.size, NULL);
    }
}

static void every_changed_byte_ends_well(void **state) {
    static const char *const files[] = {GOLDEN "orientation-7.jpg", GOLDEN "grey-progressive.jpg",
                                        GOLDEN "rgb-restarts.jpg"};
    for (size_t i = 0; i < 3; i++) {
        load(&f, files[i]);
        assert_true(hostile_every_corruption(*state, parse_any, f.bytes, f.size) > 100);
    }
}

static void every_truncation_ends_well_when_lenient(void **state) {
    hostile_heap *heap = *state;
    fovea_error error;
    load(&f, GOLDEN "rgb-420-progressive.jpg");
    size_t shown = 0;
    for (size_t size = 0; size < f.size; size++)
        shown += hostile_run(heap, parse_lenient, f.bytes, size, &error) == FOVEA_OK;
    assert_true(shown > 20);
}

static void every_failing_allocation_is_survived(void **state) {
    load(&f, GOLDEN "orientation-6.jpg");
    assert_int_equal(hostile_every_allocation(*state, parse, f.bytes, f.size), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(case_38_only_a_start_marker),
        hostile_test(cases_39_to_41_sizes),
        hostile_test(cases_42_to_44_components),
        hostile_test(cases_45_to_47_order_and_missing_tables),
        hostile_test(cases_48_to_50_huffman_tables),
        hostile_test(case_51_eighty_thousand_scans),
        hostile_test(case_51_fewer_scans_for_larger_pictures),
        hostile_test(case_52_progressive_parameters),
        hostile_test(cases_53_and_54_other_processes_are_named),
        hostile_test(case_55_cmyk_is_refused_clearly),
        hostile_test(case_56_segments_of_no_size),
        hostile_test(cases_57_and_58_exif),
        hostile_test(case_59_restart_markers_out_of_order),
        hostile_test(case_60_truncated_in_the_data),
        hostile_test(case_61_dnl),
        hostile_test(a_component_without_data_is_refused),
        hostile_test(rubbish_between_segments_is_refused),
        hostile_test(every_truncation_is_refused),
        hostile_test(every_changed_byte_ends_well),
        hostile_test(every_truncation_ends_well_when_lenient),
        hostile_test(every_failing_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
