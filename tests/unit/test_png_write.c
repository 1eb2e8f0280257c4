// SPDX-License-Identifier: MIT
// PNG files of several strips: read back by libpng, the same on any number of threads, smaller than
// a plain encoding.
#include <png.h>
#include <stdlib.h>

#include "base/memory.h"
#include "failing.h"
#include "formats/png.h"
#include "unit.h"

enum { WIDTH = 700, HEIGHT = 900 };  // three channels are eight strips

// Flat areas, edges, a slope and noise: rows of each kind of filter.
static uint8_t *draw(int32_t channels) {
    size_t size = (size_t)WIDTH * HEIGHT * (size_t)channels;
    uint8_t *pixels = malloc(size);
    uint32_t seed = 1;
    assert_non_null(pixels);
    for (size_t i = 0; i < size; i++) {
        size_t y = i / ((size_t)WIDTH * (size_t)channels), x = i / (size_t)channels % WIDTH;
        seed = seed * 1664525 + 1013904223;
        pixels[i] = (uint8_t)(y < 200   ? x / 50 * 20
                              : y < 400 ? x + 2 * y
                              : y < 600 ? (seed >> 24) % 16 + 100
                                        : 255);
    }
    return pixels;
}

static fovea__bytes encode(const uint8_t *pixels, int32_t channels, fovea__png_effort effort,
                           int32_t threads) {
    fovea_context_options options;
    fovea_context *context;
    fovea__bytes png, copy;
    fovea_context_options_default(&options);
    options.threads = threads;
    assert_int_equal(fovea_context_create(&options, &context, NULL), FOVEA_OK);
    assert_int_equal(fovea__png_write(context, pixels, WIDTH, HEIGHT, channels,
                                      (size_t)WIDTH * (size_t)channels, effort, &png, NULL),
                     FOVEA_OK);
    copy = (fovea__bytes){malloc(png.size), png.size};
    assert_non_null(copy.data);
    memcpy(copy.data, png.data, png.size);
    fovea__free(context, png.data);
    fovea_context_free(context);
    return copy;
}

static void require_pixels(const fovea__bytes *png, const uint8_t *pixels, int32_t channels) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    static const png_uint_32 formats[] = {0, PNG_FORMAT_GRAY, 0, PNG_FORMAT_RGB, PNG_FORMAT_RGBA};
    assert_true(png_image_begin_read_from_memory(&image, png->data, png->size));
    assert_true(image.width == WIDTH && image.height == HEIGHT);
    image.format = formats[channels];
    uint8_t *read = malloc(PNG_IMAGE_SIZE(image));
    assert_non_null(read);
    assert_true(png_image_finish_read(&image, NULL, read, 0, NULL));
    assert_memory_equal(read, pixels, PNG_IMAGE_SIZE(image));
    free(read);
}

static void many_strips_are_one_picture_on_any_number_of_threads(void **state) {
    (void)state;
    for (int32_t channels = 1; channels <= 4; channels++) {
        if (channels == 2) continue;
        uint8_t *pixels = draw(channels);
        size_t size[2];
        for (int effort = 0; effort < 2; effort++) {
            fovea__bytes one = encode(pixels, channels, (fovea__png_effort)effort, 1);
            fovea__bytes three = encode(pixels, channels, (fovea__png_effort)effort, 3);
            assert_int_equal(one.size, three.size);
            assert_memory_equal(one.data, three.data, one.size);
            require_pixels(&one, pixels, channels);
            size[effort] = one.size;
            free(one.data);
            free(three.data);
        }
        assert_true(size[FOVEA__PNG_SMALL] * 10 <= size[FOVEA__PNG_FAST] * 11);
        assert_true(size[FOVEA__PNG_FAST] < (size_t)WIDTH * HEIGHT * (size_t)channels / 4);
        free(pixels);
    }
}

static void running_out_of_memory_in_any_strip_leaks_nothing(void **state) {
    (void)state;
    uint8_t *pixels = draw(1);
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea__bytes png = {0};
        fovea_context *context = failing_context(&memory, 3);
        fovea_status status = FOVEA_OUT_OF_MEMORY;
        if (context)
            status = fovea__png_write(context, pixels, WIDTH, HEIGHT, 1, WIDTH, FOVEA__PNG_FAST,
                                      &png, NULL);
        if (context) fovea__free(context, png.data);
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) {
            assert_int_equal(status, FOVEA_OK);
            break;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
    }
    free(pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_strips_are_one_picture_on_any_number_of_threads),
        cmocka_unit_test(running_out_of_memory_in_any_strip_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
