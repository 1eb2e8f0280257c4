// SPDX-License-Identifier: MIT
// Filters against OpenCV 4.6: tests/golden/filter/make_filter_golden.py made the expected results.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "fovea/data.h"
#include "fovea/filter.h"
#include "unit.h"

enum { SAMPLES = 48 };

typedef struct test_case {
    char kind[8], picture[64], border[16], mode[8];
    double sigma;
    char *wanted, *kernel;
} test_case;

// Splits a line; its buffer holds the texts.
static void read_case(char *line, test_case *c) {
    int used = 0;
    assert_int_equal(sscanf(line, "%7s %63s %15s %7s %lf %n", c->kind, c->picture, c->border,
                            c->mode, &c->sigma, &used),
                     5);
    c->wanted = line + used;
    c->kernel = strchr(c->wanted, ' ');
    assert_non_null(c->kernel);
    *c->kernel++ = 0;
    c->kernel[strcspn(c->kernel, "\n")] = 0;
}

static fovea_tensor *filtered(fovea_context *context, const test_case *c, const char *path) {
    fovea_error error = {0};
    fovea_tensor *picture, *result;
    fovea_filter_kernel kernel;
    fovea_filter_options options;
    fovea_filter_options_default(&options);
    if (fovea_picture_load(context, path, &picture, &error)) fail_msg("%s", error.text);
    if (strcmp(c->mode, "gray") == 0) {
        fovea_tensor *gray;
        assert_int_equal(fovea_picture_channels(context, picture, 1, &gray, NULL), FOVEA_OK);
        fovea_tensor_free(picture);
        picture = gray;
    }
    assert_int_equal(fovea_border_find(c->border, &options.border, NULL), FOVEA_OK);
    if (strcmp(c->kind, "f32") == 0) options.depth = FOVEA_FILTER_F32;
    if (fovea_filter_kernel_parse(context, c->kernel, c->sigma, &kernel, &error))
        fail_msg("%s", error.text);
    assert_int_equal(fovea_filter_apply(context, picture, &kernel, &options, &result, NULL),
                     FOVEA_OK);
    fovea_tensor_free(picture);
    return result;
}

static void compare_samples(const test_case *c, const fovea_view *view) {
    int64_t count = fovea_shape_count(&view->shape);
    char *at = c->wanted;
    for (int64_t k = 0; k < SAMPLES; k++, at++) {
        int64_t i = k * (count - 1) / (SAMPLES - 1);
        double wanted = strtod(at, &at);
        bool bytes = view->type == FOVEA_U8;
        double found = bytes ? ((uint8_t *)view->data)[i] : (double)((float *)view->data)[i];
        if (fabs(found - wanted) > (bytes ? 1 : 1e-5 * fmax(1, fabs(wanted))))
            fail_msg("%s %s, kernel %s: element %d is %.9g, not %.9g", c->kind, c->picture,
                     c->kernel, (int)i, found, wanted);
    }
}

static void check_case(fovea_context *context, const test_case *c, const char *folder) {
    char path[1024], hex[65];
    snprintf(path, sizeof path, "%s/%s", folder, c->picture);
    fovea_tensor *result = filtered(context, c, path);
    fovea_view view = fovea_tensor_view(result);
    if (strcmp(c->kind, "u8") == 0) {
        fovea__sha256_of(view.data, (size_t)fovea_shape_count(&view.shape), hex);
        if (strcmp(hex, c->wanted) != 0)
            fail_msg("%s %s %s, kernel %s: not OpenCV's pixels", c->picture, c->border, c->mode,
                     c->kernel);
    } else {
        compare_samples(c, &view);
    }
    fovea_tensor_free(result);
}

static int check_list(const char *list, const char *folder, const fovea_context_options *options) {
    static char line[16384];
    fovea_context *context;
    int count = 0;
    assert_int_equal(fovea_context_create(options, &context, NULL), FOVEA_OK);
    FILE *file = fopen(list, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        test_case c;
        read_case(line, &c);
        check_case(context, &c, folder);
        count++;
    }
    fclose(file);
    fovea_context_free(context);
    return count;
}

static void every_result_is_that_of_opencv(void **state) {
    (void)state;
    assert_int_equal(check_list("tests/golden/filter/expected.txt", "tests/golden/filter", NULL),
                     456);
}

static void so_is_that_of_the_reference_on_one_thread(void **state) {
    (void)state;
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = 1;
    options.cpu = "reference";
    assert_int_equal(
        check_list("tests/golden/filter/expected.txt", "tests/golden/filter", &options), 456);
}

static void every_pixel_of_real_photos_is_that_of_opencv(void **state) {
    (void)state;
    char folders[4096], folder[1100];
    const char *data = getenv("FOVEA_DATA");
    snprintf(folders, sizeof folders, "%s", data ? data : "");
    for (char *part = strtok(folders, ":"); part; part = strtok(NULL, ":")) {
        snprintf(folder, sizeof folder, "%s/photos", part);
        if (!fovea__folder_exists(folder)) continue;
        assert_int_equal(check_list("tests/golden/filter/photos.txt", folder, NULL), 180);
        return;
    }
    print_message("no photos in FOVEA_DATA: not compared\n");
    skip();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_result_is_that_of_opencv),
        cmocka_unit_test(so_is_that_of_the_reference_on_one_thread),
        cmocka_unit_test(every_pixel_of_real_photos_is_that_of_opencv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
