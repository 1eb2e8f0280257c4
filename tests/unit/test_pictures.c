// SPDX-License-Identifier: MIT
// Folders of pictures, and the functions on single ones.
#include "unit/data_files.h"

static void classes_are_folders_in_byte_order(void **state) {
    data_place *place = *state;
    data_write_ppm(place, "set/b/2.pgm", 1, 1, 4, 5);
    data_write_ppm(place, "set/b/10.pgm", 2, 1, 4, 5);
    data_write_ppm(place, "set/b/deep/er/0.PGM", 3, 1, 4, 5);
    data_write_ppm(place, "set/Zoo/1.pgm", 4, 1, 4, 5);
    data_write_ppm(place, "set/\xc3\xa9t\xc3\xa9/1.pgm", 5, 1, 4, 5);
    data_write_ppm(place, "set/.hidden/1.pgm", 6, 1, 4, 5);
    data_write_ppm(place, "set/b/._2.pgm", 7, 1, 4, 5);
    data_write(place, "set/b/notes.txt", "x", 1);
    data_write(place, "set/README", "x", 1);
    fovea_dataset *set = data_open(place, data_path(place, "set/"), NULL);
    assert_string_equal(fovea_dataset_name(set), "set");
    assert_string_equal(fovea_dataset_part(set), "train");
    assert_string_equal(fovea_dataset_title(set), "");
    assert_int_equal(fovea_dataset_class_count(set), 3);
    assert_string_equal(fovea_dataset_class_name(set, 0), "Zoo");
    assert_string_equal(fovea_dataset_class_name(set, 1), "b");
    assert_string_equal(fovea_dataset_class_name(set, 2), "\xc3\xa9t\xc3\xa9");
    static const int label[] = {0, 1, 1, 1, 2};
    static const size_t number[] = {4, 2, 1, 3, 5};
    assert_int_equal(fovea_dataset_count(set), 5);
    for (int64_t i = 0; i < 5; i++) {
        assert_int_equal(fovea_dataset_label(set, i), label[i]);
        assert_int_equal(fovea_dataset_picture(set, i)[7], data_pixel(number[i], 0, 1, 2));
    }
    fovea_dataset_free(set);
}

static void pictures_are_grey_unless_one_has_colour(void **state) {
    data_place *place = *state;
    for (size_t i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof(name), "set/a/%02zu.ppm", i);
        data_write_ppm(place, name, i, i == 15 ? 3 : 1, 3, 2);
    }
    fovea_dataset *set = data_open(place, data_path(place, "set"), NULL);
    fovea_shape shape = fovea_dataset_shape(set), wanted = {3, {3, 3, 2}};
    assert_true(fovea_shape_equal(&shape, &wanted));
    for (int64_t i = 0; i < 20; i++) {
        for (size_t k = 0; k < 18; k++) {
            size_t c = i == 15 ? k / 6 : 0;
            assert_int_equal(fovea_dataset_picture(set, i)[k],
                             data_pixel((size_t)i, c, k % 6 / 2, k % 2));
        }
    }
    fovea_dataset_free(set);
}

static void parts_below_the_root_share_the_classes_of_train(void **state) {
    data_place *place = *state;
    data_write_ppm(place, "set/train/a/1.pgm", 1, 1, 4, 4);
    data_write_ppm(place, "set/train/b/1.pgm", 2, 1, 4, 4);
    data_write_ppm(place, "set/test/b/1.pgm", 3, 1, 4, 4);
    char test[600];
    snprintf(test, sizeof(test), "%s:test", data_path(place, "set"));
    fovea_dataset *set = data_open(place, test, NULL);
    assert_string_equal(fovea_dataset_part(set), "test");
    assert_int_equal(fovea_dataset_count(set), 1);
    assert_int_equal(fovea_dataset_class_count(set), 2);
    assert_int_equal(fovea_dataset_label(set, 0), 1);
    double got[2], wanted[2];
    assert_int_equal(fovea_dataset_normalization(place->context, set, NULL, &got[0], &got[1], NULL),
                     FOVEA_OK);
    fovea_dataset_free(set);
    set = data_open(place, data_path(place, "set"), NULL);
    assert_int_equal(fovea_dataset_count(set), 2);
    assert_int_equal(fovea_dataset_statistics(set, &wanted[0], &wanted[1], NULL), FOVEA_OK);
    assert_memory_equal(got, wanted, sizeof(got));
    fovea_dataset_free(set);
    assert_true(fovea_dataset_has_part(place->context, data_path(place, "set"), NULL, "test"));
    assert_false(fovea_dataset_has_part(place->context, data_path(place, "set"), NULL, "val"));
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.part = "val";
    data_refused(place, data_path(place, "set"), &options, FOVEA_INVALID_ARGUMENT,
                 "has no part val, only train test");
    data_write_ppm(place, "set/test/c/1.pgm", 3, 1, 4, 4);
    data_refused(place, test, NULL, FOVEA_BAD_FILE, "the class c is not among");
}

// Without parts the whole is train, and what is used when nobody named a part.
static void a_folder_without_parts_is_one_part(void **state) {
    data_place *place = *state;
    data_write_ppm(place, "set/car/1.pgm", 1, 1, 4, 4);
    data_write_ppm(place, "set/train/1.pgm", 2, 1, 4, 4);  // a class: railways
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.part = "test";
    fovea_dataset *set = data_open(place, data_path(place, "set"), &options);
    assert_int_equal(fovea_dataset_count(set), 2);
    assert_string_equal(fovea_dataset_part(set), "train");
    fovea_dataset_free(set);
    char test[600];
    snprintf(test, sizeof(test), "%s:test", data_path(place, "set"));
    data_refused(place, test, NULL, FOVEA_INVALID_ARGUMENT, "has no part test");
    assert_true(fovea_dataset_has_part(place->context, data_path(place, "set"), NULL, "train"));
    assert_false(fovea_dataset_has_part(place->context, data_path(place, "set"), NULL, "test"));
}

static void bad_folders_and_pictures_are_named(void **state) {
    data_place *place = *state;
    mkdir(data_path(place, "set"), 0777);
    data_refused(place, data_path(place, "set"), NULL, FOVEA_BAD_FILE, "no class folders");
    data_write_ppm(place, "set/a/1.pgm", 1, 1, 4, 4);
    mkdir(data_path(place, "set/empty"), 0777);
    data_refused(place, data_path(place, "set"), NULL, FOVEA_BAD_FILE,
                 "set/empty: the class has no pictures");
    rmdir(data_path(place, "set/empty"));
    data_write_ppm(place, "set/a/2.pgm", 1, 1, 4, 5);
    data_refused(place, data_path(place, "set"), NULL, FOVEA_BAD_FILE, "a/2.pgm: is 4x5");
    data_refused(place, data_path(place, "set"), NULL, FOVEA_BAD_FILE, "--resize");
    data_write(place, "set/a/2.pgm", "P5 4 4 255\nshort", 16);
    data_refused(place, data_path(place, "set"), NULL, FOVEA_BAD_FILE, "a/2.pgm");
    data_write(place, "set/a/2.pgm", "", 0);
    data_refused(place, data_path(place, "set"), NULL, FOVEA_BAD_FILE, "a/2.pgm");
    remove(data_path(place, "set/a/2.pgm"));
    assert_int_equal(mkfifo(data_path(place, "set/a/2.png"), 0666), 0);
    data_refused(place, data_path(place, "set"), NULL, FOVEA_BAD_FILE, "a/2.png: is a pipe");
}

static void loops_of_links_are_not_followed(void **state) {
    data_place *place = *state;
    data_write_ppm(place, "set/a/1.pgm", 1, 1, 4, 4);
    data_write_ppm(place, "other/2.pgm", 2, 1, 4, 4);
    assert_int_equal(symlink("../a", data_path(place, "set/a/again")), 0);
    assert_int_equal(symlink("../../other", data_path(place, "set/a/linked")), 0);
    assert_int_equal(symlink("nowhere", data_path(place, "set/a/dangling")), 0);
    fovea_dataset *set = data_open(place, data_path(place, "set"), NULL);
    assert_int_equal(fovea_dataset_count(set), 2);
    assert_int_equal(fovea_dataset_picture(set, 1)[0], data_pixel(2, 0, 0, 0));
    fovea_dataset_free(set);
}

static void resizing_gives_all_pictures_one_size(void **state) {
    data_place *place = *state;
    data_write_ppm(place, "set/a/1.pgm", 1, 1, 4, 9);
    data_write_ppm(place, "set/a/2.ppm", 2, 3, 30, 20);
    data_write_ppm(place, "set/a/3.ppm", 3, 3, 6, 5);
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.resize[0] = 6;
    options.resize[1] = 5;
    fovea_dataset *set = data_open(place, data_path(place, "set"), &options);
    fovea_shape shape = fovea_dataset_shape(set), wanted = {3, {3, 6, 5}};
    assert_true(fovea_shape_equal(&shape, &wanted));
    for (size_t k = 0; k < 90; k++) {
        assert_int_equal(fovea_dataset_picture(set, 2)[k],
                         data_pixel(3, k / 30, k % 30 / 5, k % 5));
    }
    fovea_dataset_free(set);
    options.resize[1] = 0;
    data_refused(place, data_path(place, "set"), &options, FOVEA_INVALID_ARGUMENT, "6 high and 0");
}

// The formula of tests/golden/make_resize_golden.py, C,H,W.
static fovea_tensor *formula(fovea_context *context, int64_t h, int64_t w) {
    fovea_shape shape = {3, {3, h, w}};
    fovea_tensor *picture;
    assert_int_equal(fovea_tensor_create(context, FOVEA_U8, &shape, &picture, NULL), FOVEA_OK);
    uint8_t *bytes = fovea_tensor_view(picture).data;
    for (int64_t c = 0; c < 3; c++) {
        for (int64_t y = 0; y < h; y++) {
            for (int64_t x = 0; x < w; x++) {
                int64_t value = x * x * 7 + y * 13 + x * y * 5 + c * 91;
                *bytes++ = (uint8_t)(value * 2654435761 / 65536 % 256);
            }
        }
    }
    return picture;
}

static void check_resized(const data_place *place, const int size[4]) {
    char path[128];
    snprintf(path, sizeof(path), "tests/golden/resize/%dx%d-%dx%d.ppm", size[0], size[1], size[2],
             size[3]);
    fovea_tensor *golden, *made, *picture = formula(place->context, size[0], size[1]);
    fovea_error error = {0};
    if (fovea_picture_load(place->context, path, &golden, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    assert_int_equal(fovea_picture_resize(place->context, picture, size[2], size[3], &made, NULL),
                     FOVEA_OK);
    fovea_view a = fovea_tensor_view(golden), b = fovea_tensor_view(made);
    assert_true(fovea_shape_equal(&a.shape, &b.shape));
    // From 13.0 on Pillow works down the columns first where the height shrinks and the width
    // grows; rounding between the passes then differs.
    int slack = size[2] < size[0] && size[3] > size[1];
    const uint8_t *wanted = a.data, *got = b.data;
    for (int64_t i = 0; i < fovea_shape_count(&a.shape); i++)
        assert_in_range(got[i] + 1, wanted[i] + 1 - slack, wanted[i] + 1 + slack);
    fovea_tensor_free(golden);
    fovea_tensor_free(made);
    fovea_tensor_free(picture);
}

static void resizing_gives_what_pillow_gives(void **state) {
    static const int size[][4] = {{9, 7, 5, 3},     {9, 7, 17, 20}, {9, 7, 9, 4}, {9, 7, 4, 7},
                                  {40, 64, 15, 20}, {64, 48, 7, 5}, {1, 1, 3, 4}, {5, 6, 1, 1},
                                  {33, 31, 32, 32}, {100, 3, 8, 8}};
    for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) check_resized(*state, size[i]);
}

static void grey_is_that_of_opencv(void **state) {
    data_place *place = *state;
    static const uint8_t rgb[] = {255, 0, 0,   10, 0, 255, 0,  255, 0,
                                  20,  0, 255, 0,  0, 255, 30, 250, 5};
    fovea_shape shape = {3, {3, 2, 3}};
    fovea_tensor *colour, *grey, *back;
    assert_int_equal(fovea_tensor_create(place->context, FOVEA_U8, &shape, &colour, NULL),
                     FOVEA_OK);
    memcpy(fovea_tensor_view(colour).data, rgb, sizeof(rgb));
    assert_int_equal(fovea_picture_channels(place->context, colour, 1, &grey, NULL), FOVEA_OK);
    // Pure red, green and blue, (10, 20, 30), and two that weights of 14 bits round otherwise.
    static const uint8_t wanted[] = {76, 150, 29, 18, 28, 227};
    assert_memory_equal(fovea_tensor_view(grey).data, wanted, 6);
    assert_int_equal(fovea_picture_channels(place->context, grey, 3, &back, NULL), FOVEA_OK);
    for (size_t c = 0; c < 3; c++)
        assert_memory_equal((uint8_t *)fovea_tensor_view(back).data + 6 * c, wanted, 6);
    fovea_tensor_free(back);
    assert_int_equal(fovea_picture_channels(place->context, grey, 2, &back, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_null(back);
    assert_int_equal(fovea_picture_resize(place->context, grey, 0, 4, &back, NULL),
                     FOVEA_INVALID_ARGUMENT);
    fovea_tensor_free(grey);
    fovea_tensor_free(colour);
    shape = (fovea_shape){2, {3, 4}};
    assert_int_equal(fovea_tensor_create(place->context, FOVEA_U8, &shape, &grey, NULL), FOVEA_OK);
    assert_int_equal(fovea_picture_resize(place->context, grey, 4, 4, &back, NULL),
                     FOVEA_INVALID_ARGUMENT);
    fovea_tensor_free(grey);
}

static void a_picture_file_is_loaded_channel_by_channel(void **state) {
    data_place *place = *state;
    data_write_ppm(place, "a.ppm", 3, 3, 4, 5);
    fovea_tensor *picture;
    assert_int_equal(fovea_picture_load(place->context, data_path(place, "a.ppm"), &picture, NULL),
                     FOVEA_OK);
    const uint8_t *bytes = fovea_tensor_view(picture).data;
    for (size_t k = 0; k < 60; k++)
        assert_int_equal(bytes[k], data_pixel(3, k / 20, k % 20 / 5, k % 5));
    fovea_tensor_free(picture);
    fovea_error error = {0};
    assert_int_equal(
        fovea_picture_load(place->context, data_path(place, "b.ppm"), &picture, &error),
        FOVEA_BAD_FILE);
    assert_null(picture);
    assert_non_null(strstr(error.text, "b.ppm"));
}

static void a_window_is_cut_out_of_every_channel(void **state) {
    data_place *place = *state;
    data_write_ppm(place, "a.ppm", 3, 3, 4, 5);
    fovea_tensor *picture, *window;
    assert_int_equal(fovea_picture_load(place->context, data_path(place, "a.ppm"), &picture, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_picture_crop(place->context, picture, 1, 2, 3, 2, &window, NULL),
                     FOVEA_OK);
    fovea_shape shape = fovea_tensor_view(window).shape, wanted = {3, {3, 3, 2}};
    assert_true(fovea_shape_equal(&shape, &wanted));
    const uint8_t *bytes = fovea_tensor_view(window).data;
    for (size_t k = 0; k < 18; k++)
        assert_int_equal(bytes[k], data_pixel(3, k / 6, 1 + k % 6 / 2, 2 + k % 2));
    fovea_tensor_free(window);
    static const int32_t outside[][4] = {{0, 0, 5, 1},  {0, 0, 1, 6}, {4, 0, 1, 1},
                                         {-1, 0, 1, 1}, {0, 0, 0, 1}, {3, 4, 2147483647, 1}};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        const int32_t *o = outside[i];
        assert_int_equal(
            fovea_picture_crop(place->context, picture, o[0], o[1], o[2], o[3], &window, NULL),
            FOVEA_INVALID_ARGUMENT);
        assert_null(window);
    }
    fovea_tensor_free(picture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(classes_are_folders_in_byte_order),
        data_test(pictures_are_grey_unless_one_has_colour),
        data_test(parts_below_the_root_share_the_classes_of_train),
        data_test(a_folder_without_parts_is_one_part),
        data_test(bad_folders_and_pictures_are_named),
        data_test(loops_of_links_are_not_followed),
        data_test(resizing_gives_all_pictures_one_size),
        data_test(resizing_gives_what_pillow_gives),
        data_test(grey_is_that_of_opencv),
        data_test(a_picture_file_is_loaded_channel_by_channel),
        data_test(a_window_is_cut_out_of_every_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
