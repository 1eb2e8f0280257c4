// SPDX-License-Identifier: MIT
#include <math.h>

#include "unit/failing_sweep.h"
#include "unit/figure_said.h"

#define NET "conv 3 3 pad=1, relu, maxpool 2, conv 4 3 pad=1, relu, flatten, linear 5"

typedef struct scene {
    fovea_context *context;
    fovea_model *model;
    fovea_explainer *explainer;
    fovea_tensor *picture, *x;
    fovea_view view;  // of x
} scene;

static scene open_scene(fovea_context *context, const char *net) {
    scene s = {.context = context, .model = net_of(context, net, 1, 12, 12)};
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){1, 12, 12});
    fovea_error error;
    assert_int_equal(fovea_tensor_create(context, FOVEA_U8, &shape, &s.picture, NULL), FOVEA_OK);
    uint8_t *bytes = fovea_tensor_view(s.picture).data;
    for (int i = 0; i < 144; i++) bytes[i] = (uint8_t)(i * 37 % 256);
    const uint8_t *pictures = bytes;
    if (fovea_model_prepare(s.model, &pictures, 1, &shape, &s.x, &error) ||
        fovea_explainer_create(s.model, NULL, &s.explainer, &error))
        fail_msg("%s", error.text);
    s.view = fovea_tensor_view(s.x);
    return s;
}

static void close_scene(scene *s) {
    fovea_explainer_free(s->explainer);
    fovea_model_free(s->model);
    fovea_tensor_free(s->picture);
    fovea_tensor_free(s->x);
}

static fovea_attribution *map_of(const scene *s, const char *method, int64_t target) {
    fovea_explain_options options;
    fovea_attribution *map;
    fovea_error error;
    assert_int_equal(fovea_explain_options_default(method, &options, &error), FOVEA_OK);
    options.target = target;
    if (fovea_explain(s->explainer, &s->view, &options, &map, &error)) fail_msg("%s", error.text);
    return map;
}

// The figure as SVG; freed with free().
static char *drawn(const scene *s, const fovea_heat *heats, int32_t count,
                   const fovea_heat_options *options) {
    fovea_figure *figure;
    fovea_error error;
    void *bytes = NULL;
    size_t size = 0;
    if (fovea_figure_heat(s->context, s->picture, heats, count, options, &figure, &error) ||
        fovea_figure_render(s->context, figure, FOVEA_PICTURE_SVG, NULL, &bytes, &size, &error))
        fail_msg("%s", error.text);
    char *text = strndup(bytes, size);
    fovea_figure_bytes_free(s->context, bytes);
    fovea_figure_free(figure);
    return text;
}

static void test_maps_are_told_with_range_sum_logit_and_law(void **state) {
    scene s = open_scene(((const data_place *)*state)->context, NET);
    fovea_attribution *a = map_of(&s, "integrated-gradients", 2);
    fovea_heat heat = {.attribution = a, .target = "pear", .note = "further words"};
    char *svg = drawn(&s, &heat, 1, NULL);
    assert_non_null(strstr(svg, ">pear</text>"));
    assert_non_null(strstr(svg, ">Integrated gradients</text>"));
    assert_non_null(strstr(svg, ">logit</text>"));
    assert_non_null(strstr(svg, ">completeness"));
    assert_non_null(strstr(svg, ">further words</text>"));
    assert_non_null(strstr(svg, ">on the picture</text>"));
    free(svg);
    fovea_attribution_free(a);
    close_scene(&s);
}

static void test_the_second_view_and_the_channels_are_a_choice(void **state) {
    scene s = open_scene(((const data_place *)*state)->context, NET);
    fovea_attribution *a = map_of(&s, "gradient", 0);
    fovea_heat heat = {.attribution = a};
    fovea_heat_options options;
    fovea_heat_options_default(&options);
    options.overlay = 0;
    options.channels = 1;
    char *svg = drawn(&s, &heat, 1, &options);
    assert_null(strstr(svg, "on the picture"));
    assert_non_null(strstr(svg, ">class 0, channel 1</text>"));
    free(svg);
    fovea_attribution_free(a);
    close_scene(&s);
}

static void test_a_scale_that_is_cut_says_so(void **state) {
    scene s = open_scene(((const data_place *)*state)->context, NET);
    fovea_attribution *a = map_of(&s, "gradient-x-input", 1);
    fovea_heat heat = {.attribution = a};
    fovea_heat_options options;
    fovea_heat_options_default(&options);
    char *whole = drawn(&s, &heat, 1, &options);
    assert_null(strstr(whole, "≥"));
    options.clip = 90;
    char *cut = drawn(&s, &heat, 1, &options);
    assert_non_null(strstr(cut, ">≥ "));
    assert_non_null(strstr(cut, ">≤ −"));
    assert_non_null(strstr(cut, "percentile 90 of the magnitudes"));
    free(whole);
    free(cut);
    fovea_attribution_free(a);
    close_scene(&s);
}

static void test_one_scale_for_different_units_is_refused(void **state) {
    scene s = open_scene(((const data_place *)*state)->context, NET);
    fovea_attribution *a = map_of(&s, "gradient", 1), *b = map_of(&s, "gradient-x-input", 1);
    fovea_heat heats[2] = {{.attribution = a, .row = 0}, {.attribution = b, .row = 1}};
    fovea_heat_options options;
    fovea_figure *figure = NULL;
    fovea_error error;
    fovea_heat_options_default(&options);
    options.scale.mode = FOVEA_SCALE_FIGURE;
    assert_int_equal(fovea_figure_heat(s.context, s.picture, heats, 2, &options, &figure, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "would mean nothing"));
    assert_null(figure);
    char *svg = drawn(&s, heats, 2, NULL);
    assert_non_null(strstr(svg, "logit per unit of input"));
    free(svg);
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    close_scene(&s);
}

// Numbers behind "NAME " in the line of `text` that holds `line`.
static double number_in(const char *text, const char *line, const char *name) {
    const char *at = strstr(text, line);
    if (!at) fail_msg("no '%s' in:\n%s", line, text);
    at = strstr(at, name);
    assert_non_null(at);
    return strtod(at + strlen(name), NULL);
}

static void test_a_difference_is_the_one_map_less_the_other(void **state) {
    scene s = open_scene(((const data_place *)*state)->context, NET);
    fovea_attribution *a = map_of(&s, "gradient-x-input", 1);
    fovea_attribution *b = map_of(&s, "gradient-x-input", 3);
    fovea_heat heat = {.attribution = a, .minus = b};
    fovea_figure *figure;
    const float *x = fovea_tensor_view(a->map).data, *y = fovea_tensor_view(b->map).data;
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < 144; i++) {
        low = fmin(low, (double)(x[i] - y[i]));
        high = fmax(high, (double)(x[i] - y[i]));
    }
    assert_int_equal(fovea_figure_heat(s.context, s.picture, &heat, 1, NULL, &figure, NULL),
                     FOVEA_OK);
    const char *text = said(s.context, figure);
    assert_true(fabs(number_in(text, "difference  12×12", "min ") - low) < 0.01 * fabs(low));
    assert_true(fabs(number_in(text, "difference  12×12", "max ") - high) < 0.01 * fabs(high));
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    close_scene(&s);
}

static void test_an_empty_map_has_its_cause_in_its_place(void **state) {
    scene s = open_scene(((const data_place *)*state)->context, NET);
    fovea_graph *graph = fovea_model_graph(s.model);
    double zero = 0;
    assert_int_equal(fovea_graph_set_parameter(graph, "linear1.weight", &zero, 1, NULL), FOVEA_OK);
    fovea_attribution *a = map_of(&s, "gradient", 1);
    assert_int_equal(a->state, FOVEA_MAP_EMPTY);
    snprintf(a->cause, sizeof a->cause, "becauseofweights");
    fovea_heat heat = {.attribution = a};
    char *svg = drawn(&s, &heat, 1, NULL);
    // In the panel and in full below.
    assert_int_equal(times(svg, "becauseofweights"), 2);
    free(svg);
    fovea_attribution_free(a);
    close_scene(&s);
}

static void test_options_outside_their_ranges_are_refused(void **state) {
    scene s = open_scene(((const data_place *)*state)->context, NET);
    fovea_attribution *a = map_of(&s, "gradient", 1);
    fovea_heat heat = {.attribution = a};
    fovea_heat_options options;
    fovea_figure *figure;
    fovea_heat_options_default(&options);
    options.clip = 20;
    assert_int_equal(fovea_figure_heat(s.context, s.picture, &heat, 1, &options, &figure, NULL),
                     FOVEA_INVALID_ARGUMENT);
    fovea_heat_options_default(&options);
    options.map = "rainbow";
    assert_int_equal(fovea_figure_heat(s.context, s.picture, &heat, 1, &options, &figure, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_figure_heat(s.context, s.picture, &heat, 0, NULL, &figure, NULL),
                     FOVEA_INVALID_ARGUMENT);
    fovea_attribution_free(a);
    close_scene(&s);
}

static void test_advice_names_one_layer_and_what_its_cells_see(void **state) {
    scene s = open_scene(((const data_place *)*state)->context, NET);
    const fovea_graph *graph = fovea_model_graph(s.model);
    fovea_value layers[3] = {fovea_graph_find_value(graph, "conv1"),
                             fovea_graph_find_value(graph, "conv2"),
                             fovea_graph_find_value(graph, "relu2")};
    fovea_explain_options options;
    fovea_attribution *maps[3];
    fovea_layer_advice advice[3];
    fovea_explain_options_default("hirescam", &options, NULL);
    assert_int_equal(fovea_explain_layers(s.explainer, &s.view, &options, layers, 3, maps, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_layer_advise(s.explainer, &s.view, maps, 3, advice, NULL), FOVEA_OK);
    assert_int_equal(advice[0].best + advice[1].best + advice[2].best, 1);
    assert_true(advice[0].cells[0] == 12 && advice[1].cells[1] == 6);
    assert_true(advice[0].field[0] == 3 && advice[0].stride[0] == 1);
    assert_true(advice[1].field[0] == 8 && advice[1].stride[0] == 2);
    for (int i = 0; i < 3; i++) {
        assert_true(advice[i].positive >= 0 && advice[i].positive <= 1);
        assert_true(fabs(advice[i].score - (advice[i].drop - advice[i].kept)) < 1e-12);
        fovea_attribution_free(maps[i]);
    }
    close_scene(&s);
}

static const scene *swept;
static fovea_heat swept_heats[2];

static fovea_status make_figure(fovea_context *context, fovea_error *error) {
    fovea_heat_options options;
    fovea_figure *figure;
    fovea_heat_options_default(&options);
    options.clip = 95;
    fovea_status status =
        fovea_figure_heat(context, swept->picture, swept_heats, 2, &options, &figure, error);
    if (status == FOVEA_OK) fovea_figure_free(figure);
    return status;
}

static void test_every_allocation_may_fail(void **state) {
    scene s = open_scene(((const data_place *)*state)->context, NET);
    fovea_attribution *a = map_of(&s, "hirescam", 1), *b = map_of(&s, "hirescam", 2);
    swept = &s;
    swept_heats[0] = (fovea_heat){.attribution = a, .note = "note"};
    swept_heats[1] = (fovea_heat){.attribution = a, .minus = b};
    failing_sweep(make_figure);
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    close_scene(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(test_maps_are_told_with_range_sum_logit_and_law),
        data_test(test_the_second_view_and_the_channels_are_a_choice),
        data_test(test_a_scale_that_is_cut_says_so),
        data_test(test_one_scale_for_different_units_is_refused),
        data_test(test_a_difference_is_the_one_map_less_the_other),
        data_test(test_an_empty_map_has_its_cause_in_its_place),
        data_test(test_options_outside_their_ranges_are_refused),
        data_test(test_advice_names_one_layer_and_what_its_cells_see),
        data_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
