// SPDX-License-Identifier: MIT
// Photos become what torchvision makes of them, byte for byte (tests/golden/photos.txt); the presets,
// their order of channels and units; preprocessing kept in the model's file; names of classes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fovea.h"
#include "unit/golden_tensor.h"
#include "unit/scratch.h"
#include "unit/unit.h"

static fovea_model *colour_net(fovea_context *context, int64_t height, int64_t width) {
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.input = fovea_shape_make(3, (int64_t[]){3, height, width});
    if (fovea_model_open(context, "conv 2 1, gap, flatten, linear 4", &options, &model, &error))
        fail_msg("%s", error.text);
    return model;
}

static fovea_tensor *picture(fovea_context *context, uint32_t number, int64_t height,
                             int64_t width) {
    fovea_tensor *made;
    fovea_error error;
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){3, height, width});
    assert_int_equal(fovea_tensor_create(context, FOVEA_U8, &shape, &made, &error), FOVEA_OK);
    uint8_t *bytes = fovea_tensor_view(made).data;
    for (int64_t i = 0; i < 3 * height * width; i++)
        bytes[i] = (uint8_t)floor(128 + 127 * golden_number(number, i / (number + 1)));
    return made;
}

static void check_photo(fovea_context *context, char *line, uint32_t number) {
    long long sizes[7];
    char *at = line;
    fovea_error error;
    fovea_tensor *fitted;
    for (int i = 0; i < 7; i++) sizes[i] = strtoll(at, &at, 10);
    fovea_model *model = colour_net(context, sizes[3], sizes[4]);
    fovea_preprocessing p;
    fovea_preprocessing_default(&p);
    p.resize = (int32_t)sizes[2];
    p.crop[0] = (int32_t)sizes[3];
    p.crop[1] = (int32_t)sizes[4];
    assert_int_equal(fovea_model_set_preprocessing(model, &p, &error), FOVEA_OK);
    fovea_tensor *photo = picture(context, number, sizes[0], sizes[1]);
    if (fovea_model_fit_picture(model, photo, &fitted, &error)) fail_msg("%s", error.text);
    fovea_view view = fovea_tensor_view(fitted);
    const uint8_t *bytes = view.data;
    int64_t count = 3 * sizes[3] * sizes[4];
    assert_int_equal(fovea_shape_count(&view.shape), count);
    uint32_t sum = 0, wanted = (uint32_t)strtoul(at, &at, 10);
    for (int64_t i = 0; i < count; i++) sum += (uint32_t)(i + 1) * bytes[i];
    for (int64_t i = 0; i < count; i += 997) {
        long byte = strtol(at, &at, 10);
        if (bytes[i] != byte)
            fail_msg("picture %u: byte %lld is %d, torchvision's %ld", number, (long long)i,
                     bytes[i], byte);
    }
    assert_int_equal(sum, wanted);
    fovea_tensor_free(fitted);
    fovea_tensor_free(photo);
    fovea_model_free(model);
}

static fovea_context *make_context(void) {
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    return context;
}

static void photos_are_torchvisions_to_the_byte(void **state) {
    (void)state;
    static char line[4096];
    fovea_context *context = make_context();
    uint32_t number = 0;
    FILE *file = fopen("tests/golden/photos.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) check_photo(context, line, number++);
    assert_int_equal(number, 10);
    fclose(file);
    fovea_context_free(context);
}

static int scratch_begin(void **state) {
    *state = calloc(1, sizeof(scratch));
    return *state && scratch_open(*state) ? 0 : -1;
}

static int scratch_end(void **state) {
    scratch_close(*state);
    free(*state);
    return 0;
}

// One pixel of red 10, green 20, blue 30 as the preset makes it.
static void check_preset(const char *name, double r, double g, double b) {
    fovea_context *context = make_context();
    fovea_model *model = colour_net(context, 1, 1);
    const uint8_t pixel[3] = {10, 20, 30}, *pixels = pixel;
    const double wanted[3] = {r, g, b};
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){3, 1, 1});
    fovea_tensor *batch;
    fovea_error error;
    if (fovea_model_set_preprocessing_by_name(model, name, &error)) fail_msg("%s", error.text);
    assert_int_equal(fovea_model_prepare(model, &pixels, 1, &shape, &batch, &error), FOVEA_OK);
    for (int c = 0; c < 3; c++) {
        double value = golden_at(fovea_tensor_view(batch), c);
        if (fabs(value - wanted[c]) > 1e-6) fail_msg("%s: %.9g", name, value);
        if (wanted[c] == floor(wanted[c])) assert_true(value == wanted[c]);
    }
    fovea_tensor_free(batch);
    fovea_model_free(model);
    fovea_context_free(context);
}

static void presets_order_and_scale_channels(void **state) {
    (void)state;
    check_preset("none", 10 / 255.0, 20 / 255.0, 30 / 255.0);
    check_preset("bytes", 10, 20, 30);
    check_preset("caffe", 30 - 104, 20 - 117, 10 - 123);
    check_preset("imagenet", (10 / 255.0 - 0.485) / 0.229, (20 / 255.0 - 0.456) / 0.224,
                 (30 / 255.0 - 0.406) / 0.225);
}

static void windows_are_the_nets_size(void **state) {
    (void)state;
    static const int sizes[][2] = {{224, 256}, {227, 256}, {256, 256}, {299, 341}, {64, 256}};
    fovea_context *context = make_context();
    fovea_error error;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fovea_model *model = colour_net(context, sizes[i][0], sizes[i][0]);
        assert_int_equal(fovea_model_set_preprocessing_by_name(model, "imagenet", &error), 0);
        fovea_preprocessing p = fovea_model_preprocessing(model);
        assert_int_equal(p.resize, sizes[i][1]);
        assert_int_equal(p.crop[0], sizes[i][0]);
        fovea_model_free(model);
    }
    fovea_context_free(context);
}

static void a_model_file_keeps_its_preprocessing(void **state) {
    const char *path = scratch_name(*state, "net.safetensors");
    fovea_context *context = make_context();
    fovea_model *model = colour_net(context, 30, 40), *read;
    fovea_error error;
    assert_int_equal(fovea_model_set_preprocessing_by_name(model, "caffe", &error), FOVEA_OK);
    assert_int_equal(fovea_model_save(model, path, &error), FOVEA_OK);
    if (fovea_model_open(context, path, NULL, &read, &error)) fail_msg("%s", error.text);
    fovea_preprocessing p = fovea_model_preprocessing(read);
    double mean[3], deviation[3];
    fovea_model_normalization(read, mean, deviation);
    assert_true(p.resize == 256 && p.crop[0] == 30 && p.crop[1] == 40 && p.bgr == 1);
    assert_true(mean[0] == 104 / 255.0 && deviation[2] == 1 / 255.0);
    fovea_model_free(read);
    fovea_model_free(model);
    fovea_context_free(context);
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static void class_names_come_from_lines_and_synsets(void **state) {
    const char *path = scratch_name(*state, "names.txt");
    fovea_context *context = make_context();
    fovea_model *model = colour_net(context, 8, 8);
    fovea_error error;
    write_file(path, "n01440764 tench, Tinca tinca\nn0144 short\ncat\nn02123045\n");
    assert_int_equal(fovea_model_load_classes(model, path, &error), FOVEA_OK);
    assert_int_equal(fovea_model_class_count(model), 4);
    assert_string_equal(fovea_model_class_name(model, 0), "tench, Tinca tinca");
    assert_string_equal(fovea_model_class_name(model, 1), "n0144 short");
    assert_string_equal(fovea_model_class_name(model, 2), "cat");
    assert_string_equal(fovea_model_class_name(model, 3), "n02123045");
    write_file(path, "a\nb\nc\nd\ne\n");
    assert_int_equal(fovea_model_load_classes(model, path, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "it names 5 classes, the net has 4 outputs"));
    assert_string_equal(fovea_model_class_name(model, 2), "cat");
    fovea_model_free(model);
    fovea_context_free(context);
}

static void what_cannot_be_is_refused(void **state) {
    (void)state;
    fovea_context *context = make_context();
    fovea_model *model = colour_net(context, 8, 8);
    fovea_preprocessing p;
    fovea_error error;
    fovea_tensor *photo = picture(context, 1, 20, 20), *fitted;
    fovea_preprocessing_default(&p);
    p.crop[0] = 8;
    assert_int_equal(fovea_model_set_preprocessing(model, &p, &error), FOVEA_INVALID_ARGUMENT);
    p.crop[1] = 30;
    assert_int_equal(fovea_model_set_preprocessing(model, &p, &error), FOVEA_OK);
    assert_int_equal(fovea_model_fit_picture(model, photo, &fitted, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "8×30"));
    p.resize = -1;
    assert_int_equal(fovea_model_set_preprocessing(model, &p, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_model_set_preprocessing_by_name(model, "keras", &error),
                     FOVEA_INVALID_ARGUMENT);
    fovea_tensor_free(photo);
    fovea_model_free(model);
    fovea_context_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(photos_are_torchvisions_to_the_byte),
        cmocka_unit_test(presets_order_and_scale_channels),
        cmocka_unit_test(windows_are_the_nets_size),
        cmocka_unit_test_setup_teardown(a_model_file_keeps_its_preprocessing, scratch_begin,
                                        scratch_end),
        cmocka_unit_test_setup_teardown(class_names_come_from_lines_and_synsets, scratch_begin,
                                        scratch_end),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
