// SPDX-License-Identifier: MIT
// Feature inversion and DeepDream: what comes back from a layer, and that a dream is one.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "fovea/data.h"
#include "fovea/likes.h"
#include "unit/failing_sweep.h"
#include "unit/shared_context.h"
#include "unit/shared_data.h"
#include "unit/unit.h"

static fovea_model *net(fovea_context *in, const char *text, int64_t channels, int64_t side,
                        const char *precision, fovea_error *error) {
    fovea_model_options options;
    fovea_model *model = NULL;
    fovea_model_options_default(&options);
    options.seed = 2;
    options.precision = precision;
    options.input = (fovea_shape){3, {channels, side, side}};
    fovea_model_from_text(in, text, &options, &model, error);
    return model;
}

static fovea_model *open_net(const char *text, int64_t channels, int64_t side,
                             const char *precision) {
    fovea_error error;
    fovea_model *model = net(context, text, channels, side, precision, &error);
    if (!model) fail_msg("%s", error.text);
    return model;
}

// Two discs on a ground that grows brighter.
static fovea_tensor *picture_of(fovea_context *in, int64_t channels, int64_t height,
                                int64_t width) {
    fovea_shape shape = {3, {channels, height, width}};
    fovea_tensor *picture = NULL;
    if (fovea_tensor_create(in, FOVEA_U8, &shape, &picture, NULL) != FOVEA_OK) return NULL;
    uint8_t *bytes = fovea_tensor_view(picture).data;
    for (int64_t c = 0; c < channels; c++)
        for (int64_t h = 0; h < height; h++)
            for (int64_t w = 0; w < width; w++) {
                double y = (double)h / (double)height, x = (double)w / (double)width;
                double value = 0.2 + 0.3 * x + 0.1 * (double)c;
                if (hypot(y - 0.4, x - 0.35) < 0.22) value = 0.9 - 0.3 * (double)c;
                if (hypot(y - 0.7, x - 0.7) < 0.15) value = 0.05;
                *bytes++ = (uint8_t)(255 * value + 0.5);
            }
    return picture;
}

static fovea_value value_of(const fovea_model *model, const char *name) {
    fovea_value v = fovea_graph_find_value(fovea_model_graph(model), name);
    if (v == FOVEA_NO_VALUE) fail_msg("no value %s", name);
    return v;
}

static fovea_optimised_picture invert(const fovea_model *model, const char *layer,
                                      const fovea_tensor *picture,
                                      const fovea_invert_options *options,
                                      fovea_optimised **found) {
    fovea_error error;
    fovea_value v = value_of(model, layer);
    if (fovea_invert(model, &v, 1, picture, options, found, &error)) fail_msg("%s", error.text);
    return fovea_optimised_get(*found, 0);
}

static void test_the_picture_itself_has_no_error(void **state) {
    (void)state;
    fovea_model *model = open_net("conv 4 3, relu, maxpool 2, conv 4 3, tanh", 3, 16, "f64");
    fovea_tensor *picture = picture_of(context, 3, 16, 16);
    fovea_invert_options options;
    fovea_optimised *found;
    fovea_invert_options_default(&options);
    options.from_picture = 1;
    options.power = options.tv = 0;
    options.steps = 5;
    static const char *const layers[] = {"conv1", "relu1", "tanh1"};
    for (int k = 0; k < 3; k++) {
        fovea_optimised_picture p = invert(model, layers[k], picture, &options, &found);
        assert_true(p.start == 0 && p.end == 0 && p.difference < 1e-7);
        fovea_optimised_free(found);
    }
    fovea_tensor_free(picture);
    fovea_model_free(model);
}

static void test_a_linear_layer_that_can_be_inverted_is(void **state) {
    (void)state;
    fovea_model *model = open_net("conv 3 1", 3, 12, "f64");
    fovea_tensor *picture = picture_of(context, 3, 12, 12);
    // Rows far from parallel.
    double numbers[9] = {1, 0.2, -0.1, 0.3, -1, 0.2, 0.1, 0.4, 1.2};
    assert_int_equal(
        fovea_graph_set_parameter(fovea_model_graph(model), "conv1.weight", numbers, 9, NULL), 0);
    fovea_invert_options options;
    fovea_optimised *found;
    fovea_invert_options_default(&options);
    options.power = options.tv = 0;
    options.steps = 1000;
    fovea_optimised_picture p = invert(model, "conv1", picture, &options, &found);
    assert_true(p.start > 0.01 && p.end < 1e-10);
    assert_true(p.difference < 1e-5);
    fovea_optimised_free(found);
    fovea_tensor_free(picture);
    fovea_model_free(model);
}

static void test_what_is_known_shrinks_with_depth(void **state) {
    (void)state;
    fovea_model *model = open_net(
        "conv 16 3, relu, maxpool 2, conv 16 3, relu, maxpool 2, conv 8 3, relu, flatten, linear 4",
        3, 24, "f32");
    fovea_tensor *picture = picture_of(context, 3, 24, 24);
    static const char *const layers[] = {"conv1", "maxpool1", "maxpool2", "linear1"};
    fovea_value values[4];
    for (int k = 0; k < 4; k++) values[k] = value_of(model, layers[k]);
    fovea_optimised *found;
    assert_int_equal(fovea_invert(model, values, 4, picture, NULL, &found, NULL), FOVEA_OK);
    assert_int_equal(fovea_optimised_count(found), 4);
    for (int k = 0; k < 4; k++) {
        fovea_optimised_picture p = fovea_optimised_get(found, k);
        assert_string_equal(p.layer, layers[k]);
        assert_true(p.end < p.start && p.end < 0.1 && p.channel == -1);
        if (k) assert_true(p.difference > fovea_optimised_get(found, k - 1).difference);
    }
    fovea_optimised_free(found);
    fovea_tensor_free(picture);
    fovea_model_free(model);
}

static void test_a_dream_raises_the_layer(void **state) {
    (void)state;
    fovea_model *model =
        open_net("conv 6 3, relu, maxpool 2, conv 6 3, relu, gap, flatten, linear 3", 3, 96, "f32");
    fovea_tensor *picture = picture_of(context, 3, 140, 100);
    static const char *const layers[] = {"conv1", "relu2"};
    for (int k = 0; k < 2; k++) {
        fovea_dream_options options;
        fovea_optimised *found, *again;
        fovea_dream_options_default(&options);
        options.steps = 4;
        fovea_value layer = value_of(model, layers[k]);
        assert_int_equal(fovea_dream(model, layer, picture, &options, &found, NULL), FOVEA_OK);
        fovea_optimised_picture p = fovea_optimised_get(found, 0);
        assert_true(p.end > p.start && p.difference > 0.01 && !p.silent);
        assert_true(p.picture.shape.dim[1] == 140 && p.picture.shape.dim[2] == 100);
        assert_int_equal(fovea_dream(model, layer, picture, &options, &again, NULL), FOVEA_OK);
        assert_memory_equal(p.picture.data, fovea_optimised_get(again, 0).picture.data,
                            3 * 140 * 100 * sizeof(float));
        fovea_optimised_free(found);
        fovea_optimised_free(again);
    }
    fovea_tensor_free(picture);
    fovea_model_free(model);
}

static void test_a_net_of_one_size_dreams_in_it(void **state) {
    (void)state;
    fovea_model *model = open_net("conv 4 3, relu, flatten, linear 3", 1, 28, "f64");
    fovea_tensor *picture = picture_of(context, 1, 28, 28), *other = picture_of(context, 1, 30, 28);
    fovea_dream_options options;
    fovea_optimised *found = NULL;
    fovea_error error;
    fovea_dream_options_default(&options);
    fovea_value layer = value_of(model, "relu1");
    assert_int_equal(fovea_dream(model, layer, picture, &options, &found, NULL), FOVEA_OK);
    fovea_optimised_free(found);
    found = NULL;
    assert_int_equal(fovea_dream(model, layer, other, &options, &found, &error),
                     FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "1×30×28"));
    options.octaves = 2;
    assert_int_equal(fovea_dream(model, layer, picture, &options, &found, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "at the 2 sizes"));
    options.octaves = 0;
    options.channel = 4;
    assert_int_equal(fovea_dream(model, layer, picture, &options, &found, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "no channel 5, it has 4"));
    options.channel = -1;
    options.steps = 0;
    assert_int_equal(fovea_dream(model, layer, picture, &options, &found, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_dream(model, -1, picture, NULL, &found, &error), FOVEA_INVALID_ARGUMENT);
    assert_null(found);
    fovea_tensor_free(picture);
    fovea_tensor_free(other);
    fovea_model_free(model);
}

static void test_bad_wishes_are_refused(void **state) {
    (void)state;
    fovea_model *model = open_net("conv 4 3, relu, flatten, linear 3", 1, 12, "f32");
    fovea_graph *graph = fovea_model_graph(model);
    fovea_tensor *picture = picture_of(context, 1, 12, 12),
                 *colour = picture_of(context, 3, 12, 12);
    fovea_invert_options options;
    fovea_optimised *found = NULL;
    fovea_error error;
    fovea_value layer = value_of(model, "conv1"), none = 99;
    fovea_invert_options_default(&options);
    assert_int_equal(fovea_invert(model, &none, 1, picture, NULL, &found, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_invert(model, &layer, 0, picture, NULL, &found, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_invert(model, &layer, 1, colour, NULL, &found, NULL),
                     FOVEA_SHAPE_MISMATCH);
    options.steps = 0;
    assert_int_equal(fovea_invert(model, &layer, 1, picture, &options, &found, NULL),
                     FOVEA_INVALID_ARGUMENT);
    fovea_invert_options_default(&options);
    options.alpha = 0;
    assert_int_equal(fovea_invert(model, &layer, 1, picture, &options, &found, NULL),
                     FOVEA_INVALID_ARGUMENT);
    // A dead layer tells nothing.
    assert_int_equal(fovea_graph_set_parameter(graph, "conv1.weight", (double[]){0}, 1, NULL), 0);
    assert_int_equal(fovea_graph_set_parameter(graph, "conv1.bias", (double[]){-1}, 1, NULL), 0);
    fovea_value relu = value_of(model, "relu1");
    assert_int_equal(fovea_invert(model, &relu, 1, picture, NULL, &found, &error), FOVEA_FAILED);
    assert_non_null(strstr(error.text, "0 everywhere"));
    assert_null(found);
    fovea_tensor_free(picture);
    fovea_tensor_free(colour);
    fovea_model_free(model);
}

static fovea_status once(fovea_context *in, fovea_error *error) {
    fovea_model *model = net(in, "conv 2 3, relu, conv 2 3", 3, 12, "f64", error);
    if (!model) return FOVEA_OUT_OF_MEMORY;
    fovea_invert_options options;
    fovea_dream_options dream;
    fovea_optimised *found = NULL, *dreamed = NULL;
    fovea_invert_options_default(&options);
    fovea_dream_options_default(&dream);
    options.steps = dream.steps = 1;
    dream.octaves = 2;
    fovea_value layers[2] = {value_of(model, "relu1"), value_of(model, "conv2")};
    fovea_tensor *picture = picture_of(in, 3, 14, 12);
    fovea_status status = picture ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK)
        status = fovea_invert(model, layers, 2, picture, &options, &found, error);
    if (status == FOVEA_OK)
        status = fovea_dream(model, layers[0], picture, &dream, &dreamed, error);
    fovea_optimised_free(found);
    fovea_optimised_free(dreamed);
    fovea_tensor_free(picture);
    fovea_model_free(model);
    return status;
}

static void test_no_memory_leaves_nothing(void **state) {
    (void)state;
    failing_sweep(once);
}

// SqueezeNet and a photo of 64×64: a small error in the first layer, which grows with depth.
static void test_the_error_of_squeezenet_grows_with_depth(void **state) {
    (void)state;
    static const char *const layers[] = {"conv1", "fire4/concat", "fire9/concat"};
    fovea_value values[3];
    fovea_model *model;
    fovea_tensor *photo, *picture;
    fovea_optimised *found;
    fovea_invert_options options;
    const char *path = shared_data_path("models/converted/squeezenet1.0-deepcompression.onnx");
    assert_int_equal(fovea_model_open(context, path, NULL, &model, NULL), FOVEA_OK);
    assert_int_equal(fovea_model_set_preprocessing_by_name(model, "caffe", NULL), FOVEA_OK);
    path = shared_data_path("photos/chelsea.png");
    assert_int_equal(fovea_picture_load(context, path, &photo, NULL), FOVEA_OK);
    assert_int_equal(fovea_picture_resize(context, photo, 64, 64, &picture, NULL), FOVEA_OK);
    fovea_invert_options_default(&options);
    options.steps = 100;
    for (int k = 0; k < 3; k++) values[k] = value_of(model, layers[k]);
    assert_int_equal(fovea_invert(model, values, 3, picture, &options, &found, NULL), FOVEA_OK);
    assert_true(fovea_optimised_get(found, 0).end < 0.1);
    for (int k = 1; k < 3; k++) {
        fovea_optimised_picture p = fovea_optimised_get(found, k);
        fovea_optimised_picture before = fovea_optimised_get(found, k - 1);
        assert_true(p.end > before.end && p.difference > before.difference);
    }
    fovea_optimised_free(found);
    fovea_tensor_free(photo);
    fovea_tensor_free(picture);
    fovea_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_picture_itself_has_no_error),
        cmocka_unit_test(test_a_linear_layer_that_can_be_inverted_is),
        cmocka_unit_test(test_what_is_known_shrinks_with_depth),
        cmocka_unit_test(test_a_dream_raises_the_layer),
        cmocka_unit_test(test_a_net_of_one_size_dreams_in_it),
        cmocka_unit_test(test_bad_wishes_are_refused),
        cmocka_unit_test(test_no_memory_leaves_nothing),
        cmocka_unit_test(test_the_error_of_squeezenet_grows_with_depth),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
