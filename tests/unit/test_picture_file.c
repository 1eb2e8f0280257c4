// SPDX-License-Identifier: MIT
// Pictures of all formats: pixels equal to Pillow's (tests/golden/pictures/make.py), files told
// apart by content, and cases 4 to 6 of the list of hostile inputs.
#include "base/file.h"
#include "base/hash.h"
#include "formats/picture_file.h"
#include "unit/hostile.h"

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__picture p;
    const fovea_status status =
        fovea__picture_decode(context, bytes, size, HOSTILE_NAME, &p, error);
    if (status != FOVEA_OK) assert_null(p.pixels);
    fovea__picture_clear(context, &p);
    return status;
}

// Reads FOLDER/file for each "file width height channels sha256" line of `list`.
static int compare_with(hostile_heap *heap, const char *list, const char *folder) {
    size_t size;
    char *lines = (char *)hostile_load(list, &size), *rest = NULL;
    lines[size] = '\0';
    int compared = 0;
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char file[128], hash[65], found[65], path[1024];
        int width, height, channels;
        fovea__picture p;
        fovea_error error;
        assert_int_equal(
            sscanf(line, "%127s %d %d %d %64s", file, &width, &height, &channels, hash), 5);
        snprintf(path, sizeof path, "%s/%s", folder, file);
        if (fovea__picture_read(heap->context, path, &p, &error) != FOVEA_OK)
            fail_msg("%s", error.text);
        fovea__sha256_of(p.pixels, (size_t)p.width * (size_t)p.height * (size_t)p.channels, found);
        if (p.width != width || p.height != height || p.channels != channels ||
            strcmp(hash, found) != 0)
            fail_msg("%s: %d x %d x %d %s", line, p.width, p.height, p.channels, found);
        fovea__picture_clear(heap->context, &p);
        compared++;
    }
    free(lines);
    return compared;
}

static void small_pictures_have_pillows_pixels(void **state) {
    assert_int_equal(
        compare_with(*state, "tests/golden/pictures/expected.txt", "tests/golden/pictures"), 37);
}

static void photographs_have_pillows_pixels(void **state) {
    const char *roots = getenv("FOVEA_DATA");
    char folder[900], list[1000];
    for (const char *root = roots; root && *root;) {
        const size_t length = strcspn(root, ":");
        snprintf(folder, sizeof folder, "%.*s/photos", (int)length, root);
        snprintf(list, sizeof list, "%s/astronaut.png", folder);
        if (fovea__file_exists(list)) {
            assert_int_equal(compare_with(*state, "tests/golden/pictures/photos.txt", folder), 10);
            return;
        }
        root += length + (root[length] == ':');
    }
    print_message("no photos/ below FOVEA_DATA\n");
    skip();
}

// Case 4: the name does not count.
static void case_4_a_jpeg_named_png_is_read(void **state) {
    hostile_heap *heap = *state;
    size_t size;
    uint8_t *bytes = hostile_load("tests/golden/pictures/grey.jpg", &size);
    fovea__picture p;
    assert_int_equal(fovea__picture_decode(heap->context, bytes, size, "x.png", &p, NULL),
                     FOVEA_OK);
    assert_int_equal(p.channels, 1);
    fovea__picture_clear(heap->context, &p);
    free(bytes);
}

static void cases_5_and_6_other_files_are_named(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
        fovea_status status;
        const char *text;
    } cases[] = {
        {"", 0, FOVEA_BAD_FILE, "the file is empty"},
        {"<!DOCTYPE html><html>", 21, FOVEA_BAD_FILE, "HTML page"},
        {"\xef\xbb\xbf\n <hTmL lang=en>", 20, FOVEA_BAD_FILE, "HTML page"},
        {"version https://git-lfs.github.com/spec/v1\noid sha256:", 54, FOVEA_BAD_FILE,
         "git-lfs pointer"},
        {"<svg xmlns=", 11, FOVEA_UNSUPPORTED, "SVG"},
        {"II*\0\x08\0\0\0", 8, FOVEA_UNSUPPORTED, "TIFF"},
        {"MM\0*\0\0\0\x08", 8, FOVEA_UNSUPPORTED, "TIFF"},
        {"RIFF\x10\0\0\0WEBPVP8 ", 16, FOVEA_UNSUPPORTED, "WebP"},
        {"BM\x46\0\0\0", 6, FOVEA_UNSUPPORTED, "BMP"},
        {"GIF89a", 6, FOVEA_UNSUPPORTED, "GIF"},
        {"\0\0\0\x20"
         "ftypavif",
         12, FOVEA_UNSUPPORTED, "AVIF"},
        {"%PDF-1.7", 8, FOVEA_UNSUPPORTED, "PDF"},
        {"PK\3\4....", 8, FOVEA_UNSUPPORTED, "zip"},
        {"hello", 5, FOVEA_BAD_FILE, "not a picture"},
        {"\0", 1, FOVEA_BAD_FILE, "not a picture"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        hostile_verdict(*state, parse, (const uint8_t *)cases[i].bytes, cases[i].size,
                        cases[i].status, cases[i].text);
    }
}

static void a_ppm_is_read(void **state) {
    hostile_accepted(*state, parse, (const uint8_t *)"P5 2 1 255\nab", 13);
}

static void folders_and_missing_files_are_refused(void **state) {
    hostile_heap *heap = *state;
    fovea__picture p;
    fovea_error error;
    assert_int_equal(fovea__picture_read(heap->context, "tests/golden", &p, &error),
                     FOVEA_BAD_FILE);
    assert_int_equal(fovea__picture_read(heap->context, "tests/golden/none.png", &p, &error),
                     FOVEA_BAD_FILE);
    assert_non_null(strstr(error.text, "none.png"));
    assert_null(p.pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(small_pictures_have_pillows_pixels),
        hostile_test(photographs_have_pillows_pixels),
        hostile_test(case_4_a_jpeg_named_png_is_read),
        hostile_test(cases_5_and_6_other_files_are_named),
        hostile_test(a_ppm_is_read),
        hostile_test(folders_and_missing_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
