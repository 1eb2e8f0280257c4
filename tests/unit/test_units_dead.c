// SPDX-License-Identifier: MIT
// Channels that do nothing: planted ones are reported exactly, the numbers are those of a count
// by hand, for any batch and threads.
#include <math.h>

#include "unit/failing_sweep.h"
#include "unit/figure_said.h"
#include "unit/unit_nets.h"

enum { CHANNELS = 8, TAPS = 9, HIDDEN = 6 };
#define NET "conv 8 3, batchnorm, maxpool 2, relu, flatten, linear 6, tanh, linear 3"

static double *numbers_of(fovea_model *model, const char *name) {
    fovea_graph *graph = fovea_model_graph(model);
    fovea_view view = fovea_graph_parameter(graph, fovea_graph_find_value(graph, name));
    assert_non_null(view.data);
    assert_int_equal(view.type, FOVEA_F64);
    return view.data;
}

// conv1: channel 2 (from 0) is dead, 4 always on, 6 is -2 times the filter of 1, 7 nearly dead
// once its bias is below all but one cell; linear1: output 3 at the ends of tanh, 5 constant, 4
// like 0.
static fovea_model *planted(fovea_context *context) {
    fovea_model *model = unit_net(context, NET, "f64");
    double *w = numbers_of(model, "conv1.weight"), *b = numbers_of(model, "conv1.bias");
    // On grey, which is between black and white, the others are below zero.
    for (int c = 0; c < CHANNELS; c++) {
        double sum = 0, squares = 0;
        for (int i = 0; i < TAPS; i++) {
            sum += w[c * TAPS + i];
            squares += w[c * TAPS + i] * w[c * TAPS + i];
        }
        b[c] = -0.5 * sum - 0.2 * sqrt(squares);
    }
    b[2] = -100;
    b[4] = 100;
    for (int i = 0; i < TAPS; i++) w[6 * TAPS + i] = -2 * w[TAPS + i];
    b[6] = -2 * b[1] - 0.8;
    double *v = numbers_of(model, "linear1.weight"), *c = numbers_of(model, "linear1.bias");
    fovea_shape shape =
        fovea_graph_value(fovea_model_graph(model),
                          fovea_graph_find_value(fovea_model_graph(model), "linear1.weight"))
            .shape;
    int64_t inputs = shape.dim[1];
    // What is always on would drive every output to the ends of tanh.
    for (int64_t k = 0; k < HIDDEN; k++)
        for (int64_t i = 0; i < inputs / CHANNELS; i++)
            v[k * inputs + 4 * inputs / CHANNELS + i] = 0;
    for (int64_t i = 0; i < inputs; i++) {
        v[3 * inputs + i] = 0;
        v[5 * inputs + i] = 0;
        v[4 * inputs + i] = v[i] * 1.5;
    }
    c[3] = 10;
    return model;
}

// The bias of channel 7 so that exactly one cell of the set is above zero.
static void plant_nearly_dead(fovea_model *model, const fovea_dataset *set) {
    double first = -INFINITY, second = -INFINITY;
    numbers_of(model, "conv1.bias")[7] = 0;
    for (int64_t n = 0; n < UNIT_SAMPLES; n++) {
        if (n == 20) continue;  // the same picture as number 7
        fovea_tensor *values = unit_values(model, set, "maxpool1", n);
        fovea_view view = fovea_tensor_view(values);
        int64_t cells = view.shape.dim[2] * view.shape.dim[3];
        for (int64_t i = 0; i < cells; i++) {
            double number = unit_number(values, 7 * cells + i);
            second = fmax(second, fmin(number, first));
            first = fmax(first, number);
        }
        fovea_tensor_free(values);
    }
    numbers_of(model, "conv1.bias")[7] = -(first + second) / 2;
}

static fovea_dead *dead_of(const fovea_model *model, const fovea_dataset *set, double nearly,
                           int64_t batch) {
    fovea_dead_options options;
    fovea_dead *dead;
    fovea_error error;
    fovea_dead_options_default(&options);
    options.nearly = nearly;
    options.batch = batch;
    if (fovea_dead_create(model, set, NULL, 0, &options, &dead, &error)) fail_msg("%s", error.text);
    return dead;
}

static void planted_channels_are_reported_exactly(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = planted(place->context);
    plant_nearly_dead(model, set);
    fovea_dead *dead = dead_of(model, set, 0.005, 0);
    static const uint32_t conv[CHANNELS] = {0,
                                            0,
                                            FOVEA_UNIT_DEAD,
                                            0,
                                            FOVEA_UNIT_SATURATED,
                                            0,
                                            FOVEA_UNIT_DUPLICATE,
                                            FOVEA_UNIT_NEARLY_DEAD};
    static const uint32_t hidden[HIDDEN] = {
        0, 0, 0, FOVEA_UNIT_SATURATED, FOVEA_UNIT_DUPLICATE, FOVEA_UNIT_CONSTANT};
    assert_int_equal(fovea_dead_layer_count(dead), 3);
    for (int32_t k = 0; k < CHANNELS; k++)
        assert_int_equal(fovea_dead_channel_get(dead, 0, k).state, conv[k]);
    for (int32_t k = 0; k < HIDDEN; k++)
        assert_int_equal(fovea_dead_channel_get(dead, 1, k).state, hidden[k]);
    for (int32_t k = 0; k < 3; k++) assert_int_equal(fovea_dead_channel_get(dead, 2, k).state, 0);
    fovea_dead_layer first = fovea_dead_layer_get(dead, 0), last = fovea_dead_layer_get(dead, 2);
    assert_string_equal(first.activation, "relu1");
    assert_int_equal(first.kind, FOVEA_ACTIVATION_RECTIFIER);
    assert_int_equal(first.dead + first.nearly_dead + first.saturated + first.duplicate, 4);
    assert_string_equal(fovea_dead_layer_get(dead, 1).activation, "tanh1");
    assert_null(last.activation);
    fovea_dead_channel twin = fovea_dead_channel_get(dead, 0, 6);
    assert_int_equal(twin.twin, 1);
    assert_true(fabs(twin.cosine + 1) < 1e-12);
    assert_true(fovea_dead_channel_get(dead, 0, 2).largest_before < -90);
    fovea_dead_free(dead);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

// All numbers from the values of one sample after the other.
static void numbers_are_those_of_a_count_by_hand(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = planted(place->context);
    fovea_dead *dead = dead_of(model, set, 0.001, 0);
    static double value[CHANNELS][UNIT_SAMPLES * 64];
    double before[CHANNELS];
    int64_t cells = 0, count = 0;
    for (int c = 0; c < CHANNELS; c++) before[c] = -INFINITY;
    for (int64_t n = 0; n < UNIT_SAMPLES; n++) {
        fovea_tensor *after = unit_values(model, set, "relu1", n);
        fovea_tensor *pooled = unit_values(model, set, "maxpool1", n);
        fovea_shape shape = fovea_tensor_view(after).shape;
        cells = shape.dim[2] * shape.dim[3];
        for (int c = 0; c < CHANNELS; c++)
            for (int64_t i = 0; i < cells; i++) {
                value[c][count + i] = unit_number(after, c * cells + i);
                before[c] = fmax(before[c], unit_number(pooled, c * cells + i));
            }
        count += cells;
        fovea_tensor_free(after);
        fovea_tensor_free(pooled);
    }
    assert_int_equal(fovea_dead_layer_get(dead, 0).cells, count);
    for (int c = 0; c < CHANNELS; c++) {
        fovea_dead_channel got = fovea_dead_channel_get(dead, 0, c);
        double least = INFINITY, most = -INFINITY;
        int64_t above = 0;
        for (int64_t i = 0; i < count; i++) {
            above += value[c][i] > 0;
            least = fmin(least, value[c][i]);
            most = fmax(most, value[c][i]);
        }
        assert_true(got.active == (double)above / (double)count);
        assert_true(got.smallest == least && got.largest == most);
        assert_true(got.largest_before == before[c]);
    }
    double mean[2] = {0, 0}, product[3] = {0, 0, 0};
    for (int64_t i = 0; i < count; i++) {
        mean[0] += value[1][i] / (double)count;
        mean[1] += value[6][i] / (double)count;
    }
    for (int64_t i = 0; i < count; i++) {
        double a = value[1][i] - mean[0], b = value[6][i] - mean[1];
        product[0] += a * b;
        product[1] += a * a;
        product[2] += b * b;
    }
    double expected = product[0] / sqrt(product[1] * product[2]);
    assert_true(fabs(fovea_dead_channel_get(dead, 0, 6).correlation - expected) < 1e-9);
    fovea_dead_free(dead);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

// Filters of different groups read different channels.
static void groups_are_compared_within_themselves(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model =
        unit_net(place->context, "conv 4 3, relu, conv 4 3 groups=4 pad=1, relu", "f64");
    double *w = numbers_of(model, "conv2.weight");
    for (int f = 1; f < 4; f++)
        for (int i = 0; i < TAPS; i++) w[f * TAPS + i] = w[i];
    fovea_dead *dead = dead_of(model, set, 0, 0);
    assert_int_equal(fovea_dead_layer_get(dead, 1).duplicate, 0);
    fovea_dead_free(dead);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

// Filters that read different channels, which hold the same.
static void equal_activations_are_duplicates(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, "conv 2 3, relu, conv 2 1, relu", "f64");
    double *w = numbers_of(model, "conv1.weight"), *v = numbers_of(model, "conv2.weight");
    for (int i = 0; i < TAPS; i++) w[TAPS + i] = w[i];
    double *b = numbers_of(model, "conv1.bias"), *c = numbers_of(model, "conv2.bias");
    v[0] = 1, v[1] = 0, v[2] = 0, v[3] = 1;
    b[1] = b[0], c[1] = c[0] = 0;
    fovea_dead *dead = dead_of(model, set, 0, 0);
    fovea_dead_channel second = fovea_dead_channel_get(dead, 1, 1);
    assert_true(second.state & FOVEA_UNIT_DUPLICATE);
    assert_true(second.cosine == 0);
    assert_true(second.correlation > 0.99);
    fovea_dead_free(dead);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void what_clips_at_two_ends_can_be_stuck_above(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, "conv 3 3, relu6, conv 2 1, sigmoid", "f64");
    numbers_of(model, "conv1.bias")[1] = 50;
    numbers_of(model, "conv2.bias")[0] = -50;
    fovea_dead *dead = dead_of(model, set, 0, 0);
    assert_int_equal(fovea_dead_channel_get(dead, 0, 1).state, FOVEA_UNIT_SATURATED);
    assert_true(fovea_dead_channel_get(dead, 0, 1).at_ends == 1);
    assert_int_equal(fovea_dead_channel_get(dead, 1, 0).state, FOVEA_UNIT_SATURATED);
    assert_int_equal(fovea_dead_layer_get(dead, 1).kind, FOVEA_ACTIVATION_SQUASHING);
    fovea_dead_free(dead);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void nan_is_told(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = planted(place->context);
    numbers_of(model, "conv1.bias")[0] = NAN;
    fovea_dead *dead = dead_of(model, set, 0, 0);
    assert_int_equal(fovea_dead_channel_get(dead, 0, 0).state, FOVEA_UNIT_NOT_FINITE);
    assert_int_equal(fovea_dead_layer_get(dead, 0).not_finite, 1);
    assert_int_equal(fovea_dead_channel_get(dead, 0, 2).state, FOVEA_UNIT_DEAD);
    fovea_figure *figure;
    char *text;
    assert_int_equal(fovea_figure_dead(place->context, dead, 0, &figure, NULL), FOVEA_OK);
    fovea_figure_free(figure);
    assert_int_equal(fovea_dead_text(dead, &text, NULL), FOVEA_OK);
    // This channel, and all there is behind it.
    assert_int_equal(times(text, "  not finite"), 1 + HIDDEN + 3);
    fovea_string_free(place->context, text);
    fovea_dead_free(dead);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void any_batch_and_threads_give_the_same_bits(void **state) {
    (void)state;
    static const int64_t batches[] = {0, 1, 5, 16, 48};
    static fovea_dead_channel first[3][CHANNELS];
    for (int threads = 1; threads <= 3; threads++)
        for (int b = 0; b < 5; b++) {
            fovea_context *context = unit_context(threads);
            fovea_dataset *set = unit_set(context, 0);
            fovea_model *model = unit_net(context, NET, "f32");
            fovea_dead *dead = dead_of(model, set, 0.01, batches[b]);
            for (int32_t i = 0; i < 3; i++)
                for (int32_t c = 0; c < fovea_dead_layer_get(dead, i).layer.channels; c++) {
                    fovea_dead_channel got = fovea_dead_channel_get(dead, i, c);
                    if (threads == 1 && b == 0) first[i][c] = got;
                    assert_memory_equal(&first[i][c].active, &got.active, 4 * sizeof(double));
                    assert_memory_equal(&first[i][c].cosine, &got.cosine, 2 * sizeof(double));
                }
            fovea_dead_free(dead);
            fovea_model_free(model);
            fovea_dataset_free(set);
            fovea_context_free(context);
        }
}

static void text_and_figure_name_them(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = planted(place->context);
    fovea_dead *dead = dead_of(model, set, 0, 0);
    fovea_figure *figure;
    char *text;
    assert_int_equal(fovea_dead_text(dead, &text, NULL), FOVEA_OK);
    assert_int_equal(times(text, "dead: never above zero"), 1);
    assert_int_equal(times(text, "saturated: always on"), 1);
    assert_non_null(strstr(text, "like channel 2 (cosine -1.0000"));
    fovea_string_free(place->context, text);
    assert_int_equal(fovea_figure_dead(place->context, dead, 0, &figure, NULL), FOVEA_OK);
    const char *shown = said(place->context, figure);
    assert_non_null(strstr(shown, "conv1 · 3 of 8 channels"));
    assert_true(times(shown, "Channel 2  ") > 0);
    fovea_dead_free(dead);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void refused(const fovea_model *model, const fovea_dataset *set, const int32_t *node,
                    double cosine, const char *text) {
    fovea_dead_options options;
    fovea_dead *dead = NULL;
    fovea_error error = {0};
    fovea_dead_options_default(&options);
    options.cosine = cosine;
    assert_int_equal(fovea_dead_create(model, set, node, 1, &options, &dead, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_null(dead);
    if (!strstr(error.text, text)) fail_msg("%s", error.text);
}

static void wrong_layers_and_options_are_refused(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = planted(place->context);
    fovea_model *bare = unit_net(place->context, "relu, maxpool 2", "f32");
    int32_t relu = unit_node(model, "relu1");
    refused(model, set, &relu, 0.99, "relu1: is no convolution or linear layer");
    refused(model, set, NULL, 1.5, "from 0 to 1");
    refused(bare, set, NULL, 0.99, "the net has no convolution");
    fovea_model_free(bare);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static fovea_status all_of_it(fovea_context *context, fovea_error *error) {
    fovea_model *model = NULL;
    fovea_dataset *set = NULL;
    fovea_dead *dead = NULL;
    fovea_figure *figure = NULL;
    char *text = NULL;
    fovea_dataset_options options;
    fovea_model_options net;
    fovea_dead_options chosen;
    fovea_dataset_options_default(&options);
    options.limit = 5;
    fovea_model_options_default(&net);
    net.input = (fovea_shape){3, {1, UNIT_HEIGHT, UNIT_WIDTH}};
    fovea_dead_options_default(&chosen);
    chosen.always = 0;  // all active ones are found
    fovea_status status = fovea_dataset_open(context, "mnist:test", &options, &set, error);
    if (status == FOVEA_OK)
        status = fovea_model_from_text(context, "conv 2 3, relu, flatten, linear 2", &net, &model,
                                       error);
    if (status == FOVEA_OK) status = fovea_dead_create(model, set, NULL, 0, &chosen, &dead, error);
    if (status == FOVEA_OK) status = fovea_dead_text(dead, &text, error);
    if (status == FOVEA_OK) status = fovea_figure_dead(context, dead, 0, &figure, error);
    fovea_string_free(context, text);
    fovea_figure_free(figure);
    fovea_dead_free(dead);
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
        units_test(planted_channels_are_reported_exactly),
        units_test(numbers_are_those_of_a_count_by_hand),
        units_test(groups_are_compared_within_themselves),
        units_test(equal_activations_are_duplicates),
        units_test(what_clips_at_two_ends_can_be_stuck_above),
        units_test(nan_is_told),
        units_test(any_batch_and_threads_give_the_same_bits),
        units_test(text_and_figure_name_them),
        units_test(wrong_layers_and_options_are_refused),
        units_test(no_memory_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
