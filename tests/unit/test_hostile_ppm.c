// SPDX-License-Identifier: MIT
// PGM and PPM: the cases of the list of hostile inputs that every picture format shares (1 to 6, 8
// to 13, 20, 21, 34) and those of the text formats.
#include "formats/ppm.h"
#include "unit/hostile.h"

static volatile uint8_t seen;

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__picture picture;
    const fovea_status status =
        fovea__ppm_read(context, bytes, size, HOSTILE_NAME, &picture, error);
    const int count = picture.width * picture.height * picture.channels;
    for (int i = 0; i < count; i++) seen ^= picture.pixels[i];
    fovea__picture_clear(context, &picture);
    return status;
}

#define FILE_OF(text) (const uint8_t *)(text), sizeof(text) - 1

static void assert_picture(void **state, const uint8_t *bytes, size_t size, int32_t width,
                           int32_t height, int32_t channels, const uint8_t *pixels) {
    hostile_heap *heap = *state;
    fovea__picture picture;
    fovea_error error;
    if (fovea__ppm_read(heap->context, bytes, size, "p", &picture, &error)) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(picture.width, width);
    assert_int_equal(picture.height, height);
    assert_int_equal(picture.channels, channels);
    assert_memory_equal(picture.pixels, pixels, (size_t)(width * height * channels));
    fovea__picture_clear(heap->context, &picture);
}

static void the_four_kinds_are_read(void **state) {
    static const uint8_t six[] = {1, 2, 3, 4, 5, 6};
    assert_picture(state, FILE_OF("P5\n3 2\n255\n\1\2\3\4\5\6"), 3, 2, 1, six);
    assert_picture(state, FILE_OF("P6 2 1 255 \1\2\3\4\5\6"), 2, 1, 3, six);
    assert_picture(state, FILE_OF("P2\n3 2\n255\n1 2 3\n4 5 6\n"), 3, 2, 1, six);
    assert_picture(state, FILE_OF("P3\n2 1\n255\n1 2 3  4 5 6"), 2, 1, 3, six);
}

static void comments_may_stand_between_the_numbers(void **state) {
    static const uint8_t six[] = {1, 2, 3, 4, 5, 6};
    assert_picture(state, FILE_OF("P5#a 9\n# b\n3 # c\n#\n2\n#d\n255\n\1\2\3\4\5\6"), 3, 2, 1, six);
    assert_picture(state, FILE_OF("P2\n3 2 255\n1 2 3 # six\n4 5 6# end"), 3, 2, 1, six);
    // After the largest value of a binary file one blank ends the header: this # is a sample.
    assert_picture(state, FILE_OF("P5 1 1 255 #"), 1, 1, 1, (const uint8_t *)"#");
    assert_picture(state, FILE_OF("P5 1 1 255\n\n"), 1, 1, 1, (const uint8_t *)"\n");
}

static void samples_are_scaled_to_255_and_rounded(void **state) {
    hostile_heap *heap = *state;
    for (uint32_t largest = 1; largest <= 65535; largest += largest < 300 ? 1 : 977) {
        static uint8_t bytes[2 * 65536 + 64];
        const int header = snprintf((char *)bytes, 64, "P5 %u 1 %u\n",
                                    largest < 16384 ? largest + 1 : 16384, largest);
        const uint32_t count = largest < 16384 ? largest + 1 : 16384;
        const uint32_t first = largest + 1 - count;
        size_t size = (size_t)header;
        for (uint32_t v = first; v <= largest; v++) {
            if (largest > 255) bytes[size++] = (uint8_t)(v >> 8);
            bytes[size++] = (uint8_t)v;
        }
        fovea__picture picture;
        assert_int_equal(fovea__ppm_read(heap->context, bytes, size, "p", &picture, NULL),
                         FOVEA_OK);
        for (uint32_t v = first; v <= largest; v++) {
            const double exact = (double)v * 255 / largest;
            if (picture.pixels[v - first] != (int)(exact + 0.5)) {
                fail_msg("%u of %u became %d", v, largest, picture.pixels[v - first]);
            }
        }
        fovea__picture_clear(heap->context, &picture);
    }
}

typedef struct text_case {
    const char *bytes;
    const char *text;
} text_case;

static const text_case cases[] = {
    {"", "needs 2 bytes"},                            // 1
    {"P", "needs 2 bytes"},                           // 2
    {"P5", "not followed by a blank"},                // 3
    {"\xff\xd8\xff\xe0", "ff d8"},                    // 4
    {"<!DOCTYPE html>", "P2, P3, P5 or P6"},          // 5
    {"version https://git-lfs", "P2, P3, P5 or P6"},  // 6
    {"P4\n8 1\n\x01", "P2, P3, P5 or P6"},
    {"P7\nWIDTH 1\n", "P2, P3, P5 or P6"},
    {"P55 1 255\n", "not followed by a blank"},
    {"P5 0 1 255\n", "0x1 pixels"},                            // 8
    {"P5 1 0 255\n", "1x0 pixels"},                            // 9
    {"P5 2147483648 1 255\n", "at most 16384"},                // 10
    {"P5 99999999999999999999 1 255\n", "width is larger"},    // 10
    {"P5 16385 1 255\n", "at most 16384"},                     // 12
    {"P5 1 2147483647 255\n", "at most 16384"},                // 12
    {"P5 16384 16384 255\n", "at most 67108864"},              // 11
    {"P6 8192 8192 255\n", "take 201326592 bytes, 0 are"},     // 11
    {"P3 8192 8192 255\n1", "take at least 402653183 bytes"},  // 11
    {"P5 1 1 0\n1", "largest value is 0"},                     // 13
    {"P5 1 1 65536\n1", "larger than 65535"},                  // 13
    {"P5 -1 1 255\n1", "width should stand here"},
    {"P5 +1 1 255\n1", "width should stand here"},
    {"P5 1.5 1 255\n1", "width is not followed"},
    {"P5 0x1 1 255\n1", "width is not followed"},
    {"P5 1 1", "largest value should stand here"},
    {"P5 1 1 255", "blank after the header"},
    {"P5 1 1 255#x\n1", "header is not followed by a blank"},
    {"P5 2 1 255\n1", "take 2 bytes, 1 are left"},     // 20
    {"P5 1 1 65535\n1", "take 2 bytes, 1 are left"},   // 20
    {"P5 1 1 255\n12", "1 bytes follow the picture"},  // 21
    {"P5 1 1 100\ne", "sample 101 is above"},
    {"P2 2 1 255\n1", "at least 3 bytes, 2 are left"},  // 20
    {"P2 2 1 255\n123", "sample should stand here"},    // 20
    {"P2 2 1 255\n1 256", "sample is larger than 255"},
    {"P2 2 1 255\n1 -2", "sample should stand here"},
    {"P2 2 1 255\n1 2 3", "1 bytes follow"},  // 21
    {"P2 2 1 255\n1 2x", "sample is not followed"},
    {"P2 2 1 255\n1,2", "sample is not followed"},
};

static void bad_files_are_refused(void **state) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hostile_refused(*state, parse, (const uint8_t *)cases[i].bytes, strlen(cases[i].bytes),
                        cases[i].text);
    }
    assert_true(fovea__memory_peak(((hostile_heap *)*state)->context) < 65536);
}

static void what_is_written_is_read_back(void **state) {
    hostile_heap *heap = *state;
    uint8_t pixels[5 * 7 * 3];
    for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * 97);
    for (int32_t channels = 1; channels <= 3; channels += 2) {
        const fovea__picture picture = {5, 7, channels, pixels};
        fovea__bytes encoded;
        assert_int_equal(fovea__ppm_write(heap->context, &picture, &encoded, NULL), FOVEA_OK);
        assert_memory_equal(encoded.data, channels == 1 ? "P5\n5 7\n255\n" : "P6\n5 7\n255\n", 11);
        assert_picture(state, encoded.data, encoded.size, 5, 7, channels, pixels);
        fovea__free(heap->context, encoded.data);
    }
    const fovea__picture two = {5, 7, 2, pixels};
    fovea__bytes encoded;
    assert_int_equal(fovea__ppm_write(heap->context, &two, &encoded, NULL), FOVEA_INVALID_ARGUMENT);
}

static void every_truncation(void **state) {
    hostile_every_truncation(*state, parse, FILE_OF("P6\n# c\n2 2\n999\nabcdefghabcdefghabcdefgh"),
                             NULL);
    hostile_every_truncation(*state, parse, FILE_OF("P3 1 2 9 1 2 3 4 5 6"), NULL);
}

static void every_single_byte_changed(void **state) {
    assert_true(hostile_every_corruption(*state, parse,
                                         FILE_OF("P6\n2 2\n9999\n"
                                                 "abcdefghijklABCDEFGHIJKL")) > 30);
    assert_true(hostile_every_corruption(*state, parse, FILE_OF("P3 1 2 9 1 2 3 4 5 6 #x\n")) > 30);
}

static void every_allocation_may_fail(void **state) {
    assert_int_equal(hostile_every_allocation(*state, parse, FILE_OF("P5 1 1 255 a")), 1);
    assert_int_equal(hostile_every_allocation(*state, parse, FILE_OF("P3 1 1 255 1 2 3")), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(the_four_kinds_are_read),
        hostile_test(comments_may_stand_between_the_numbers),
        hostile_test(samples_are_scaled_to_255_and_rounded),
        hostile_test(bad_files_are_refused),
        hostile_test(what_is_written_is_read_back),
        hostile_test(every_truncation),
        hostile_test(every_single_byte_changed),
        hostile_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
