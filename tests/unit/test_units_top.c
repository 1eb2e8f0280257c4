// SPDX-License-Identifier: MIT
// Where units are largest: the heap against a full sort, boxes
// against what really changes a unit, the same bits for any batch and threads, and what is
// refused.
#include <math.h>

#include "unit/failing_sweep.h"
#include "unit/figure_said.h"
#include "unit/unit_nets.h"

#define NET                                                                                \
    "conv 3 3 stride=2 pad=1, relu, maxpool 2 stride=1, conv 5 2 dilation=2 pad=1, relu, " \
    "flatten, linear 4"
static const char *const layers[] = {"conv1", "relu1", "conv2", "linear1"};
enum { LAYERS = 4 };

static fovea_top *top_of(const fovea_model *model, const fovea_dataset *set, int32_t most,
                         int64_t batch) {
    fovea_top_options options;
    int32_t nodes[LAYERS];
    fovea_top *top;
    fovea_error error;
    fovea_top_options_default(&options);
    options.most = most;
    options.batch = batch;
    for (int i = 0; i < LAYERS; i++) nodes[i] = unit_node(model, layers[i]);
    if (fovea_top_create(model, set, nodes, LAYERS, &options, &top, &error))
        fail_msg("%s", error.text);
    return top;
}

typedef struct largest {
    double value;
    int64_t sample, cell;
} largest;

static int by_value(const void *a, const void *b) {
    const largest *x = a, *y = b;
    if (x->value != y->value) return x->value > y->value ? -1 : 1;
    return x->sample < y->sample ? -1 : 1;
}

static void check_layer(const fovea_model *model, const fovea_dataset *set, const fovea_top *top,
                        int32_t layer, int32_t most) {
    fovea_unit_layer info = fovea_top_layer(top, layer);
    int64_t cells = info.rows * info.columns;
    largest all[8][UNIT_SAMPLES];
    assert_string_equal(info.name, layers[layer]);
    for (int64_t n = 0; n < UNIT_SAMPLES; n++) {
        fovea_tensor *values = unit_values(model, set, layers[layer], n);
        for (int32_t c = 0; c < info.channels; c++) {
            largest *best = &all[c][n];
            *best = (largest){-INFINITY, n, 0};
            for (int64_t u = 0; u < cells; u++)
                if (unit_number(values, c * cells + u) > best->value) {
                    best->value = unit_number(values, c * cells + u);
                    best->cell = u;
                }
        }
        fovea_tensor_free(values);
    }
    int32_t expected = most < UNIT_SAMPLES ? most : UNIT_SAMPLES;
    for (int32_t c = 0; c < info.channels; c++) {
        qsort(all[c], UNIT_SAMPLES, sizeof all[c][0], by_value);
        assert_int_equal(fovea_top_count(top, layer, c), expected);
        for (int32_t k = 0; k < expected; k++) {
            fovea_top_sample s = fovea_top_get(top, layer, c, k);
            assert_true(s.value == all[c][k].value);
            assert_int_equal(s.sample, all[c][k].sample);
            assert_int_equal(s.row * info.columns + s.column, all[c][k].cell);
        }
        assert_int_equal(fovea_top_get(top, layer, c, expected).sample, -1);
    }
}

static void the_heap_equals_a_full_sort(void **state) {
    data_place *place = *state;
    static const int32_t most[] = {1, 2, 9, 53, 60};
    static const char *const precision[] = {"f32", "f64"};
    fovea_dataset *set = unit_set(place->context, 0);
    for (int p = 0; p < 2; p++) {
        fovea_model *model = unit_net(place->context, NET, precision[p]);
        for (int m = 0; m < 5; m++) {
            fovea_top *top = top_of(model, set, most[m], 0);
            for (int32_t i = 0; i < LAYERS; i++) check_layer(model, set, top, i, most[m]);
            fovea_top_free(top);
        }
        fovea_model_free(model);
    }
    fovea_dataset_free(set);
}

// Dead units have one value everywhere: the first samples in order, each with its first cell.
static void ties_go_by_sample_then_cell(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    const double zero = 0, below = -1;
    fovea_graph *graph = fovea_model_graph(model);
    assert_int_equal(fovea_graph_set_parameter(graph, "conv1.weight", &zero, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_set_parameter(graph, "conv1.bias", &below, 1, NULL), FOVEA_OK);
    fovea_top *top = top_of(model, set, 9, 0);
    for (int32_t k = 0; k < 9; k++) {
        fovea_top_sample s = fovea_top_get(top, 1, 2, k);
        assert_int_equal(s.sample, k);
        assert_int_equal(s.row + s.column, 0);
        assert_true(s.value == 0);
    }
    fovea_top_free(top);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void equal_pictures_keep_their_order(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    fovea_top *top = top_of(model, set, UNIT_SAMPLES, 0);
    for (int32_t i = 0; i < LAYERS; i++)
        for (int32_t k = 0; k + 1 < UNIT_SAMPLES; k++)
            if (fovea_top_get(top, i, 0, k).sample == 7) {
                assert_int_equal(fovea_top_get(top, i, 0, k + 1).sample, 20);
                assert_true(fovea_top_get(top, i, 0, k).value ==
                            fovea_top_get(top, i, 0, k + 1).value);
            }
    fovea_top_free(top);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void any_batch_and_threads_give_the_same_bits(void **state) {
    (void)state;
    static const int64_t batches[] = {0, 1, 5, 16, 17, 48};
    fovea_top_sample first[LAYERS][8][9];
    for (int threads = 1; threads <= 3; threads++)
        for (int b = 0; b < 6; b++) {
            fovea_context *context = unit_context(threads);
            fovea_dataset *set = unit_set(context, 0);
            fovea_model *model = unit_net(context, NET, "f32");
            fovea_top *top = top_of(model, set, 9, batches[b]);
            for (int32_t i = 0; i < LAYERS; i++)
                for (int32_t c = 0; c < fovea_top_layer(top, i).channels; c++)
                    for (int32_t k = 0; k < 9; k++) {
                        fovea_top_sample s = fovea_top_get(top, i, c, k);
                        if (threads == 1 && b == 0) first[i][c][k] = s;
                        assert_memory_equal(&first[i][c][k], &s, sizeof s);
                    }
            fovea_top_free(top);
            fovea_model_free(model);
            fovea_dataset_free(set);
            fovea_context_free(context);
        }
}

// Of the winning cell: pixels outside its box never change it, and its box is not larger than
// what does.
static void the_box_is_what_the_unit_sees(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model =
        unit_net(place->context, "conv 3 3 stride=2 pad=1, conv 5 2 dilation=2 pad=1", "f64");
    int32_t node = unit_node(model, "conv2");
    fovea_top *top;
    assert_int_equal(fovea_top_create(model, set, &node, 1, NULL, &top, NULL), FOVEA_OK);
    fovea_unit_layer info = fovea_top_layer(top, 0);
    assert_true(info.local);
    fovea_graph *graph = fovea_model_graph(model);
    fovea_session *session;
    assert_int_equal(fovea_session_create(graph, NULL, &session, NULL), FOVEA_OK);
    for (int32_t c = 0; c < info.channels; c++) {
        fovea_top_sample s = fovea_top_get(top, 0, c, 0);
        for (int64_t y = 0; y < UNIT_HEIGHT; y++)
            for (int64_t x = 0; x < UNIT_WIDTH; x++) {
                double pixels[UNIT_HEIGHT * UNIT_WIDTH] = {0}, values[2];
                fovea_view view = {FOVEA_F64, {4, {1, 1, UNIT_HEIGHT, UNIT_WIDTH}}, pixels};
                for (int pass = 0; pass < 2; pass++) {
                    pixels[y * UNIT_WIDTH + x] = pass;
                    fovea_tensor *value;
                    assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
                    assert_int_equal(fovea_session_value(session, info.value, &value, NULL),
                                     FOVEA_OK);
                    values[pass] =
                        unit_number(value, (c * info.rows + s.row) * info.columns + s.column);
                    fovea_tensor_free(value);
                }
                bool inside =
                    y >= s.first[0] && y <= s.last[0] && x >= s.first[1] && x <= s.last[1];
                bool edge =
                    (y == s.first[0] || y == s.last[0]) && (x == s.first[1] || x == s.last[1]);
                if (!inside) assert_true(values[0] == values[1]);
                if (edge) assert_true(values[0] != values[1]);
            }
    }
    fovea_session_free(session);
    fovea_top_free(top);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void patches_are_the_pixels_of_the_box(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    fovea_top *top = top_of(model, set, 9, 0);
    int outside = 0;
    for (int32_t i = 0; i < LAYERS; i++)
        for (int32_t k = 0; k < 9; k++) {
            fovea_unit_layer info = fovea_top_layer(top, i);
            fovea_top_sample s = fovea_top_get(top, i, 1, k);
            fovea_tensor *patch;
            assert_int_equal(fovea_top_patch(top, &s, &patch, NULL), FOVEA_OK);
            fovea_view view = fovea_tensor_view(patch);
            const uint8_t *at = view.data, *picture = fovea_dataset_picture(set, s.sample);
            const int64_t cell[2] = {s.row, s.column}, side[2] = {UNIT_HEIGHT, UNIT_WIDTH};
            for (int d = 0; d < 2; d++) {
                int64_t first = info.local ? cell[d] * info.stride[d] - info.offset[d] : 0;
                assert_int_equal(s.first[d], first);
                assert_int_equal(s.last[d], info.local ? first + info.field[d] - 1 : side[d] - 1);
            }
            int64_t pixels = 0;
            for (int64_t y = s.first[0]; y <= s.last[0]; y++)
                for (int64_t x = s.first[1]; x <= s.last[1]; x++) {
                    if (y < 0 || x < 0 || y >= UNIT_HEIGHT || x >= UNIT_WIDTH) {
                        outside++;
                        continue;
                    }
                    assert_int_equal(at[pixels++], picture[y * UNIT_WIDTH + x]);
                }
            assert_int_equal(pixels, fovea_shape_count(&view.shape));
            fovea_tensor_free(patch);
        }
    assert_true(outside > 0);
    fovea_top_free(top);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void numbers_that_are_none_are_left_out(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    const double biases[3] = {0, NAN, 0};
    assert_int_equal(
        fovea_graph_set_parameter(fovea_model_graph(model), "conv1.bias", biases, 3, NULL),
        FOVEA_OK);
    fovea_top *top = top_of(model, set, 9, 0);
    assert_int_equal(fovea_top_count(top, 0, 0), 9);
    assert_int_equal(fovea_top_count(top, 0, 1), 0);
    assert_true(isnan(fovea_top_get(top, 0, 1, 0).value));
    fovea_figure *figure;
    assert_int_equal(fovea_figure_top(place->context, top, NULL, &figure, NULL), FOVEA_OK);
    fovea_figure_free(figure);
    fovea_top_free(top);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void the_figure_says_value_and_number(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    fovea_top *top = top_of(model, set, 3, 0);
    fovea_top_figure_options options;
    fovea_figure *figure;
    fovea_error error;
    assert_int_equal(fovea_figure_top(place->context, top, NULL, &figure, NULL), FOVEA_OK);
    const char *text = said(place->context, figure);
    assert_int_equal(times(text, "Channel 1  "), 3 * LAYERS);
    assert_non_null(
        strstr(text, "conv2 · conv2d, 5 channels of 4×5 cells; a cell sees 9×9 pixels"));
    char number[32];
    snprintf(number, sizeof number, "#%lld", (long long)fovea_top_get(top, 3, 2, 1).sample);
    assert_non_null(strstr(text, number));
    fovea_top_figure_options_default(&options);
    options.channel = 2;
    assert_int_equal(fovea_figure_top(place->context, top, &options, &figure, NULL), FOVEA_OK);
    text = said(place->context, figure);
    assert_int_equal(times(text, "Patches  "), 3 * 3);
    assert_int_equal(times(text, "Pictures  "), 3 * LAYERS);
    options.channel = 3;
    assert_int_equal(fovea_figure_top(place->context, top, &options, &figure, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "(1 to 3)"));
    fovea_top_free(top);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void refused(const fovea_model *model, const fovea_dataset *set, const char *layer,
                    int32_t most, fovea_status status, const char *text) {
    fovea_top_options options;
    fovea_top *top = NULL;
    fovea_error error = {0};
    int32_t node = layer ? unit_node(model, layer) : 99;
    fovea_top_options_default(&options);
    options.most = most;
    fovea_status got = fovea_top_create(model, set, &node, 1, &options, &top, &error);
    assert_null(top);
    if (got != status || !strstr(error.text, text))
        fail_msg("%s: %s", fovea_status_name(got), error.text);
}

static void wrong_layers_and_sets_are_refused(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    fovea_model *argmax = unit_net(place->context, "flatten, linear 4", "f32");
    fovea_graph *graph = fovea_model_graph(argmax);
    const int64_t axis = 1, drop = 0;
    const fovea_attribute attributes[] = {{.name = "axis", .count = 1, .integers = &axis},
                                          {.name = "keepdims", .count = 1, .integers = &drop}};
    fovea_value in = fovea_graph_output(graph, 0), out;
    assert_int_equal(
        fovea_graph_add_node(graph, "ArgMax", "answer", &in, 1, attributes, 2, &out, NULL),
        FOVEA_OK);
    refused(argmax, set, "answer", 9, FOVEA_INVALID_ARGUMENT, "answer: has no channels");
    refused(model, set, NULL, 9, FOVEA_INVALID_ARGUMENT, "there is no node 99");
    refused(model, set, "conv1", 0, FOVEA_INVALID_ARGUMENT, "1 to 1000");
    refused(model, set, "conv1", 1001, FOVEA_INVALID_ARGUMENT, "1 to 1000");
    fovea_model *other;
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {3, 8, 8}};
    assert_int_equal(fovea_model_from_text(place->context, "conv 2 3", &options, &other, NULL),
                     FOVEA_OK);
    refused(other, set, "conv1", 9, FOVEA_SHAPE_MISMATCH, "1×9×11, the net wants 3×8×8");
    fovea_model_free(other);
    fovea_model_free(argmax);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void arrays_say_the_same(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    fovea_top *top = top_of(model, set, 4, 0);
    fovea_tensor_file *file;
    const char *path = data_path(place, "top.npz");
    assert_int_equal(fovea_top_save(top, path, NULL), FOVEA_OK);
    assert_int_equal(fovea_tensor_file_open(place->context, path, &file, NULL), FOVEA_OK);
    assert_int_equal(fovea_tensor_file_count(file), 4 * LAYERS);
    fovea_tensor_file_free(file);
    fovea_top_free(top);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static fovea_status all_of_it(fovea_context *context, fovea_error *error) {
    fovea_model *model = NULL;
    fovea_dataset *set = NULL;
    fovea_top *top = NULL;
    fovea_figure *figure = NULL;
    fovea_dataset_options options;
    fovea_model_options net;
    fovea_dataset_options_default(&options);
    options.limit = 6;
    fovea_model_options_default(&net);
    net.input = (fovea_shape){3, {1, UNIT_HEIGHT, UNIT_WIDTH}};
    const int32_t nodes[] = {0, 3};
    fovea_status status = fovea_dataset_open(context, "mnist:test", &options, &set, error);
    if (status == FOVEA_OK)
        status = fovea_model_from_text(context, "conv 2 3, relu, flatten, linear 2", &net, &model,
                                       error);
    if (status == FOVEA_OK) status = fovea_top_create(model, set, nodes, 2, NULL, &top, error);
    if (status == FOVEA_OK) status = fovea_figure_top(context, top, NULL, &figure, error);
    fovea_figure_free(figure);
    fovea_top_free(top);
    fovea_model_free(model);
    fovea_dataset_free(set);
    return status;
}

static void no_memory_leaks_nothing(void **state) {
    (void)state;
    failing_sweep(all_of_it);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        units_test(the_heap_equals_a_full_sort),
        units_test(ties_go_by_sample_then_cell),
        units_test(equal_pictures_keep_their_order),
        units_test(any_batch_and_threads_give_the_same_bits),
        units_test(the_box_is_what_the_unit_sees),
        units_test(patches_are_the_pixels_of_the_box),
        units_test(numbers_that_are_none_are_left_out),
        units_test(the_figure_says_value_and_number),
        units_test(wrong_layers_and_sets_are_refused),
        units_test(arrays_say_the_same),
        units_test(no_memory_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
