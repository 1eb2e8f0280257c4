// SPDX-License-Identifier: MIT
#include <math.h>

#include "unit/figure_said.h"

#define NET "conv 3 3 pad=1, relu, maxpool 2, conv 4 3 pad=1, tanh, avgpool 2, flatten, linear 10"

static fovea_tensor *picture_of(fovea_context *context, int64_t height, int64_t width) {
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){1, height, width});
    fovea_tensor *picture;
    assert_int_equal(fovea_tensor_create(context, FOVEA_U8, &shape, &picture, NULL), FOVEA_OK);
    uint8_t *bytes = fovea_tensor_view(picture).data;
    for (int64_t i = 0; i < height * width; i++) bytes[i] = (uint8_t)(i * 37 % 256);
    return picture;
}

static fovea_status look(fovea_context *context, const char *layer, fovea_stage stage,
                         int32_t channel, fovea_maps **maps, fovea_error *error) {
    fovea_model *model = net_of(context, NET, 1, 8, 8);
    fovea_tensor *picture = picture_of(context, 8, 8);
    fovea_maps_options options;
    fovea_maps_options_default(&options);
    options.layer = layer;
    options.stage = stage;
    options.channel = channel;
    fovea_status status = fovea_maps_create(context, model, picture, &options, maps, error);
    fovea_tensor_free(picture);
    fovea_model_free(model);
    return status;
}

// "relu1 tanh1 ": the layers that a choice gives.
static const char *chosen(fovea_context *context, const char *layer, fovea_stage stage) {
    static char names[512];
    fovea_maps *maps;
    fovea_error error;
    if (look(context, layer, stage, -1, &maps, &error)) fail_msg("%s", error.text);
    names[0] = 0;
    for (int32_t i = 0; i < fovea_maps_count(maps); i++) {
        strcat(names, fovea_maps_layer(maps, i).name);
        strcat(names, " ");
    }
    fovea_maps_free(maps);
    return names;
}

static void test_layers_and_stages_choose_what_is_shown(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    assert_string_equal(chosen(context, NULL, FOVEA_STAGE_DEFAULT),
                        "conv1 relu1 maxpool1 conv2 tanh1 avgpool1 ");
    assert_string_equal(chosen(context, "all", FOVEA_STAGE_ACTIVATION), "relu1 tanh1 ");
    assert_string_equal(chosen(context, "2", FOVEA_STAGE_DEFAULT), "conv2 tanh1 avgpool1 ");
    assert_string_equal(chosen(context, "2", FOVEA_STAGE_POOL), "avgpool1 ");
    assert_string_equal(chosen(context, "conv1", FOVEA_STAGE_DEFAULT), "conv1 ");
    assert_string_equal(chosen(context, "conv1", FOVEA_STAGE_ALL), "conv1 relu1 maxpool1 ");
    assert_string_equal(chosen(context, "*1", FOVEA_STAGE_DEFAULT),
                        "conv1 relu1 maxpool1 tanh1 avgpool1 flatten1 linear1 ");
}

static void test_bad_choices_are_refused(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_maps *maps = NULL;
    fovea_error error;
    fovea_stage stage;
    assert_int_equal(look(context, "relu9", FOVEA_STAGE_DEFAULT, -1, &maps, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "did you mean relu1?"));
    assert_int_equal(look(context, "linear1", FOVEA_STAGE_POOL, -1, &maps, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(look(context, "conv1", FOVEA_STAGE_DEFAULT, 3, &maps, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "no channel 4, it has 3"));
    assert_null(maps);
    assert_int_equal(fovea_stage_find("pools", &stage, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_stage_find("pool", &stage, &error), FOVEA_OK);
    assert_int_equal(stage, FOVEA_STAGE_POOL);
}

static void test_maps_are_what_a_session_computes(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_model *model = net_of(context, NET, 1, 8, 8);
    fovea_tensor *picture = picture_of(context, 8, 8), *input, *value;
    fovea_view bytes = fovea_tensor_view(picture);
    const uint8_t *data = bytes.data;
    fovea_session *session;
    fovea_maps *maps;
    assert_int_equal(fovea_maps_create(context, model, picture, NULL, &maps, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_create(fovea_model_graph(model), NULL, &session, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_model_prepare(model, &data, 1, &bytes.shape, &input, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(input);
    assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_maps_count(maps), 6);
    for (int32_t i = 0; i < 6; i++) {
        fovea_map_layer layer = fovea_maps_layer(maps, i);
        fovea_value at = fovea_graph_find_value(fovea_model_graph(model), layer.name);
        assert_int_equal(fovea_session_value(session, at, &value, NULL), FOVEA_OK);
        fovea_view own = fovea_tensor_view(value);
        int64_t count = fovea_shape_count(&own.shape);
        assert_int_equal(count, fovea_shape_count(&layer.view.shape));
        assert_memory_equal(own.data, layer.view.data, (size_t)count * sizeof(float));
        fovea_tensor_free(value);
    }
    fovea_session_free(session);
    fovea_tensor_free(input);
    fovea_tensor_free(picture);
    fovea_maps_free(maps);
    fovea_model_free(model);
}

static void test_statistics_count_by_hand(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_maps *maps;
    assert_int_equal(look(context, "relu1", FOVEA_STAGE_DEFAULT, -1, &maps, NULL), FOVEA_OK);
    fovea_map_layer layer = fovea_maps_layer(maps, 0);
    const float *data = layer.view.data;
    double low = INFINITY, high = -INFINITY, sum = 0, zeros = 0;
    for (int i = 64; i < 128; i++) {
        low = fmin(low, data[i]);
        high = fmax(high, data[i]);
        sum += data[i];
        zeros += data[i] == 0;
    }
    fovea_map_statistics s = fovea_maps_statistics(maps, 0, 1);
    assert_true(s.minimum == low && s.maximum == high);
    assert_true(fabs(s.mean - sum / 64) < 1e-12);
    assert_true(s.zeros == zeros / 64);
    assert_true(isnan(fovea_maps_statistics(maps, 0, 3).mean));
    fovea_maps_free(maps);
}

static void test_values_that_cannot_be_negative_are_known(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    static const int nonnegative[] = {0, 1, 1, 0, 0, 0};
    fovea_maps *maps;
    assert_int_equal(look(context, NULL, FOVEA_STAGE_DEFAULT, -1, &maps, NULL), FOVEA_OK);
    for (int32_t i = 0; i < 6; i++)
        assert_int_equal(fovea_maps_layer(maps, i).nonnegative, nonnegative[i]);
    fovea_maps_free(maps);
}

static void test_the_figure_shows_the_picture_and_every_map(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_maps *maps;
    fovea_figure *figure;
    assert_int_equal(look(context, NULL, FOVEA_STAGE_DEFAULT, -1, &maps, NULL), FOVEA_OK);
    assert_int_equal(fovea_figure_maps(maps, &figure, NULL), FOVEA_OK);
    const char *text = said(context, figure);
    assert_int_equal(times(text, "input  "), 1);
    assert_int_equal(times(text, "Output "), 3 * 3 + 3 * 4);
    assert_int_equal(times(text, "conv2  Output 4  4×4  min "), 1);
    fovea_maps_free(maps);
    assert_int_equal(look(context, NULL, FOVEA_STAGE_CONV, 1, &maps, NULL), FOVEA_OK);
    assert_int_equal(fovea_figure_maps(maps, &figure, NULL), FOVEA_OK);
    text = said(context, figure);
    assert_int_equal(times(text, "Output "), 2);
    assert_int_equal(times(text, "Output 2  "), 2);
    fovea_maps_free(maps);
}

static void test_nets_of_any_size_take_the_pictures(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_model *model = net_of(context, "four-filters", 1, 28, 28);
    fovea_tensor *picture = picture_of(context, 13, 21);
    fovea_maps *maps;
    assert_int_equal(fovea_maps_create(context, model, picture, NULL, &maps, NULL), FOVEA_OK);
    fovea_shape shape = fovea_maps_layer(maps, 0).view.shape;
    assert_true(shape.rank == 3 && shape.dim[0] == 4 && shape.dim[1] == 10 && shape.dim[2] == 18);
    fovea_maps_free(maps);
    fovea_tensor_free(picture);
    fovea_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(test_layers_and_stages_choose_what_is_shown),
        data_test(test_bad_choices_are_refused),
        data_test(test_maps_are_what_a_session_computes),
        data_test(test_statistics_count_by_hand),
        data_test(test_values_that_cannot_be_negative_are_known),
        data_test(test_the_figure_shows_the_picture_and_every_map),
        data_test(test_nets_of_any_size_take_the_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
