// SPDX-License-Identifier: MIT
#include "unit/figure_said.h"

static const char *filters(fovea_context *context, const fovea_model *model, const char *layer,
                           int32_t channel, int32_t most) {
    fovea_filters_options options;
    fovea_figure *figure;
    fovea_error error;
    fovea_filters_options_default(&options);
    options.layer = layer;
    options.channel = channel;
    options.most = most;
    if (fovea_figure_filters(context, fovea_model_graph(model), &options, &figure, &error))
        fail_msg("%s", error.text);
    return said(context, figure);
}

static fovea_error refused(fovea_context *context, const fovea_model *model, const char *layer,
                           int32_t channel) {
    fovea_filters_options options;
    fovea_figure *figure = NULL;
    fovea_error error = {0};
    fovea_filters_options_default(&options);
    options.layer = layer;
    options.channel = channel;
    assert_int_equal(
        fovea_figure_filters(context, fovea_model_graph(model), &options, &figure, &error),
        FOVEA_INVALID_ARGUMENT);
    assert_null(figure);
    return error;
}

static void test_the_tutorials_four_filters_have_titles_and_written_values(void **state) {
    const data_place *place = *state;
    fovea_model *model = net_of(place->context, "four-filters", 1, 28, 28);
    fovea_figure *figure;
    const char *text = filters(place->context, model, NULL, -1, 64);
    for (int i = 1; i <= 4; i++) {
        char line[64];
        snprintf(line, sizeof line, "Filter %d  4×4  min -1  max 1  mean 0\n", i);
        assert_non_null(strstr(text, line));
    }
    void *svg;
    size_t size;
    assert_int_equal(
        fovea_figure_filters(place->context, fovea_model_graph(model), NULL, &figure, NULL),
        FOVEA_OK);
    assert_int_equal(
        fovea_figure_render(place->context, figure, FOVEA_PICTURE_SVG, NULL, &svg, &size, NULL),
        FOVEA_OK);
    // 32 written values each and one end of the colour bar.
    assert_int_equal(times(svg, ">−1</text>"), 33);
    assert_int_equal(times(svg, ">1</text>"), 33);
    fovea_figure_bytes_free(place->context, svg);
    fovea_figure_free(figure);
    fovea_model_free(model);
}

static void test_every_filter_and_channel_has_a_panel(void **state) {
    const data_place *place = *state;
    fovea_model *model =
        net_of(place->context, "conv 6 3, relu, conv 7 3, flatten, linear 10", 1, 9, 9);
    const char *both = filters(place->context, model, NULL, -1, 64);
    assert_int_equal(times(both, "3×3  min "), 6 + 7 * 6);
    assert_non_null(strstr(both, "conv1 · 6 filters × 1 channel of 3×3\n"));
    assert_non_null(strstr(both, "conv2 · 7 filters × 6 channels of 3×3\n"));
    assert_int_equal(times(filters(place->context, model, "conv2", -1, 64), "3×3  min "), 42);
    assert_int_equal(times(filters(place->context, model, "2", 4, 64), "3×3  min "), 7);
    fovea_model_free(model);
}

static void test_what_is_left_out_of_a_large_layer_is_told(void **state) {
    const data_place *place = *state;
    fovea_model *model = net_of(place->context, "conv 6 3, relu, conv 7 3", 1, 9, 9);
    const char *text = filters(place->context, model, "conv2", -1, 5);
    assert_int_equal(times(text, "3×3  min "), 25);
    assert_non_null(strstr(text, "7 filters × 6 channels of 3×3; the first 5 × 5 shown"));
    fovea_model_free(model);
}

static void test_first_layers_on_three_channels_are_shown_in_colour_too(void **state) {
    const data_place *place = *state;
    fovea_model *model = net_of(place->context, "conv 5 3, relu, conv 4 3", 3, 9, 9);
    const char *text = filters(place->context, model, NULL, -1, 64);
    assert_int_equal(times(text, "in colour  "), 5);
    assert_int_equal(times(text, "red  "), 5);
    assert_int_equal(times(text, "blue  "), 5);
    assert_int_equal(times(filters(place->context, model, "conv1", 1, 64), "in colour"), 0);
    fovea_model_free(model);
}

static void test_linear_layers_behind_flatten_are_pictures_and_others_a_matrix(void **state) {
    const data_place *place = *state;
    fovea_model *model =
        net_of(place->context, "conv 3 3, flatten, dropout, linear 5, relu, linear 4", 1, 8, 7);
    assert_int_equal(times(filters(place->context, model, "linear1", -1, 64), "6×5  min "), 15);
    assert_int_equal(times(filters(place->context, model, "linear2", -1, 64), "4×5  min "), 1);
    assert_int_equal(times(filters(place->context, model, "all", -1, 64), " min "), 3 + 15 + 1);
    fovea_model_free(model);
}

static void test_unknown_layers_are_refused_with_the_nearest_name(void **state) {
    const data_place *place = *state;
    fovea_model *model = net_of(place->context, "tutorial-cifar", 3, 32, 32);
    fovea_error error = refused(place->context, model, "conv3", -1);
    assert_non_null(strstr(error.text, "conv3; did you mean conv"));
    assert_non_null(strstr(error.text, "conv1, conv2, fc1, fc2"));
    error = refused(place->context, model, "tanh1", -1);
    assert_non_null(strstr(error.text, "tanh1 (tanh) is no layer with weights"));
    error = refused(place->context, model, "3", -1);
    assert_non_null(strstr(error.text, "the net has 2"));
    refused(place->context, model, "0", -1);
    refused(place->context, model, "x*", -1);
    refused(place->context, model, "conv1,nix", -1);
    error = refused(place->context, model, "conv1", 3);
    assert_non_null(strstr(error.text, "no channel 4, the filters have 3"));
    fovea_model_free(model);
}

static void test_globs_and_lists_choose_layers(void **state) {
    const data_place *place = *state;
    fovea_model *model = net_of(place->context, "tutorial-cifar", 3, 32, 32);
    static const struct {
        const char *text;
        int32_t count;
    } cases[] = {{"conv*", 2},      {"*1", 2},  {"fc?", 2},           {"c*v2", 1},
                 {"conv2, fc1", 2}, {"1,2", 2}, {"conv1,conv*,1", 2}, {"all", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fovea_filters_options options;
        fovea_filter_layer *layers;
        int32_t count;
        fovea_filters_options_default(&options);
        options.layer = cases[i].text;
        assert_int_equal(fovea_filters_layers(place->context, fovea_model_graph(model), &options,
                                              &layers, &count, NULL),
                         FOVEA_OK);
        assert_int_equal(count, cases[i].count);
        assert_true(layers[0].minimum < layers[0].mean && layers[0].mean < layers[0].maximum);
        fovea_filters_layers_free(place->context, layers);
    }
    fovea_model_free(model);
}

static void test_text_gives_every_weight(void **state) {
    const data_place *place = *state;
    fovea_model *model = net_of(place->context, "four-filters", 1, 28, 28);
    char *text;
    assert_int_equal(
        fovea_filters_text(place->context, fovea_model_graph(model), NULL, &text, NULL), FOVEA_OK);
    assert_non_null(strstr(text,
                           "conv (conv2d), weights 4×1×4×4: filters × channels × height × width\n"
                           "Filter 1 (4×4)\n  -1 -1  1  1\n  -1 -1  1  1\n"));
    assert_non_null(strstr(text, "Filter 4 (4×4)\n   1  1  1  1\n   1  1  1  1\n  -1 -1 -1 -1\n"));
    fovea_string_free(place->context, text);
    fovea_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(test_the_tutorials_four_filters_have_titles_and_written_values),
        data_test(test_every_filter_and_channel_has_a_panel),
        data_test(test_what_is_left_out_of_a_large_layer_is_told),
        data_test(test_first_layers_on_three_channels_are_shown_in_colour_too),
        data_test(test_linear_layers_behind_flatten_are_pictures_and_others_a_matrix),
        data_test(test_unknown_layers_are_refused_with_the_nearest_name),
        data_test(test_globs_and_lists_choose_layers),
        data_test(test_text_gives_every_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
