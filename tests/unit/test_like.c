// SPDX-License-Identifier: MIT
// Activation maximisation: what is found raises the unit above all pictures there are, and is the
// same for the same seed.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "explain/ascent.h"
#include "fovea/data.h"
#include "fovea/likes.h"
#include "unit/failing_sweep.h"
#include "unit/shared_context.h"
#include "unit/shared_data.h"
#include "unit/unit.h"

#define NET "conv 4 3 pad=1, relu, maxpool 2, conv 6 3 pad=1, relu, flatten, linear 5"

static fovea_model *net(fovea_context *in, const char *text, int64_t channels, int64_t side,
                        const char *precision, fovea_error *error) {
    fovea_model_options options;
    fovea_model *model = NULL;
    fovea_model_options_default(&options);
    options.seed = 4;
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

static fovea_value value_of(const fovea_model *model, const char *name) {
    fovea_value v = fovea_graph_find_value(fovea_model_graph(model), name);
    if (v == FOVEA_NO_VALUE) fail_msg("no value %s", name);
    return v;
}

static fovea_optimised *like(const fovea_model *model, const char *layer, int32_t channel,
                             const fovea_like_options *options) {
    fovea_optimised *found;
    fovea_error error;
    if (fovea_like(model, value_of(model, layer), &channel, 1, options, &found, &error))
        fail_msg("%s", error.text);
    return found;
}

// Mean of the channel over its cells for a batch of prepared pictures; the largest of them.
static double largest_of(const fovea_model *model, const char *layer, int64_t channel,
                         const uint8_t *const *pictures, int64_t count) {
    fovea_shape shape = fovea_model_input(model);
    fovea_tensor *batch, *out;
    fovea_session *session;
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = count;
    assert_int_equal(fovea_model_prepare(model, pictures, count, &shape, &batch, NULL), FOVEA_OK);
    fovea_view x = fovea_tensor_view(batch);
    assert_int_equal(fovea_session_create(fovea_model_graph(model), &options, &session, NULL), 0);
    assert_int_equal(fovea_session_forward(session, &x, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_value(session, value_of(model, layer), &out, NULL), FOVEA_OK);
    fovea_view y = fovea_tensor_view(out);
    int64_t cells = fovea_shape_count(&y.shape) / y.shape.dim[0] / y.shape.dim[1];
    double most = -INFINITY;
    for (int64_t n = 0; n < count; n++) {
        double sum = 0;
        for (int64_t i = 0; i < cells; i++)
            sum += ((const float *)y.data)[(n * y.shape.dim[1] + channel) * cells + i];
        most = fmax(most, sum / (double)cells);
    }
    fovea_session_free(session);
    fovea_tensor_free(out);
    fovea_tensor_free(batch);
    return most;
}

// 1000 pictures of plain grounds, stripes, blocks and noise.
static double largest_of_made_pictures(const fovea_model *model, const char *layer,
                                       int64_t channel) {
    enum { COUNT = 1000 };
    static const uint8_t *pictures[COUNT];
    fovea_shape shape = fovea_model_input(model);
    int64_t size = fovea_shape_count(&shape), width = shape.dim[2];
    uint8_t *bytes = malloc((size_t)(COUNT * size));
    assert_non_null(bytes);
    for (int64_t n = 0; n < COUNT; n++) {
        pictures[n] = bytes + n * size;
        for (int64_t i = 0; i < size; i++) {
            uint32_t noise = (uint32_t)(n * size + i) * 2654435761u;
            noise ^= noise >> 15;
            int64_t wave = n % 4 == 1 ? i % width / (1 + n / 4 % 5) : i / width / (1 + n / 4 % 7);
            bytes[n * size + i] = n % 4 == 0   ? (uint8_t)(n / 4)
                                  : n % 4 == 3 ? (uint8_t)(noise * 0x85EBCA6Bu >> 24)
                                               : (uint8_t)(wave % 2 * 255);
        }
    }
    double most = largest_of(model, layer, channel, pictures, COUNT);
    free(bytes);
    return most;
}

static void test_what_is_found_beats_a_thousand_pictures(void **state) {
    (void)state;
    static const char *const layers[] = {"linear1", "relu2"};
    for (int64_t channels = 1; channels <= 3; channels += 2) {
        fovea_model *model = open_net(NET, channels, 12, "f32");
        for (int k = 0; k < 4; k++) {
            fovea_like_options options;
            fovea_like_options_default(&options);
            options.parametrisation = k % 2;
            options.decay = options.tv = 0;
            fovea_optimised *found = like(model, layers[k / 2], 1, &options);
            fovea_optimised_picture p = fovea_optimised_get(found, 0);
            assert_true(p.end > p.start && !p.silent);
            assert_true(p.end > largest_of_made_pictures(model, layers[k / 2], 1));
            // Grey nets have grey pictures.
            assert_int_equal(p.picture.shape.dim[0], channels);
            assert_int_equal(p.channel, 1);
            fovea_optimised_free(found);
        }
        fovea_model_free(model);
    }
}

static void test_the_first_step_goes_up(void **state) {
    (void)state;
    static const char *const layers[] = {"conv1", "relu1", "conv2", "relu2", "linear1"};
    fovea_model *model = open_net(NET, 3, 12, "f64");
    for (int k = 0; k < 15; k++) {
        fovea_like_options options;
        fovea_like_options_default(&options);
        options.parametrisation = k % 3;
        options.rate = 0.002;
        options.steps = 1;
        options.jitter = 0;
        options.scale = options.turn = options.decay = options.tv = 0;
        for (int32_t channel = 0; channel < 4; channel++) {
            fovea_optimised *found = like(model, layers[k / 3], channel, &options);
            fovea_optimised_picture p = fovea_optimised_get(found, 0);
            if (!p.silent) assert_true(p.first > p.start);
            assert_true(p.first == p.end);
            fovea_optimised_free(found);
        }
    }
    fovea_model_free(model);
}

// A linear unit with its squared distance from grey: w/|w| is where they balance.
static void test_a_linear_unit_likes_its_weights(void **state) {
    (void)state;
    fovea_model *model = open_net("flatten, linear 3", 1, 10, "f64");
    fovea_model_set_normalization(model, (double[]){0.5}, (double[]){1}, NULL);
    fovea_view w =
        fovea_graph_parameter(fovea_model_graph(model), value_of(model, "linear1.weight"));
    fovea_like_options options;
    fovea_like_options_default(&options);
    options.parametrisation = FOVEA_PARAMETRISATION_PIXEL;
    options.jitter = 0;
    options.scale = options.turn = options.tv = 0;
    options.decay = 8;
    options.steps = 400;
    for (int32_t channel = 0; channel < 3; channel++) {
        fovea_optimised *found = like(model, "linear1", channel, &options);
        const float *p = fovea_optimised_get(found, 0).picture.data;
        const double *row = (const double *)w.data + channel * 100;
        double xw = 0, xx = 0, ww = 0;
        for (int i = 0; i < 100; i++) {
            double x = p[i] - 0.5;
            xw += x * row[i];
            xx += x * x;
            ww += row[i] * row[i];
        }
        assert_true(xw / sqrt(xx * ww) > 0.999);
        // |x| = sqrt(count) / decay, where a gradient of rms 1 and the pull are the same.
        assert_true(fabs(sqrt(xx) - 10.0 / 8) < 0.01);
        fovea_optimised_free(found);
    }
    fovea_model_free(model);
}

static void test_the_same_seed_gives_the_same_bytes_on_any_threads(void **state) {
    (void)state;
    float kept[4][3 * 144];
    for (int k = 0; k < 4; k++) {
        fovea_context_options how;
        fovea_context *own, *shared = context;
        fovea_context_options_default(&how);
        how.threads = 1 + k % 2;
        assert_int_equal(fovea_context_create(&how, &own, NULL), FOVEA_OK);
        context = own;
        fovea_model *model = open_net(NET, 3, 12, "f32");
        fovea_like_options options;
        fovea_like_options_default(&options);
        options.steps = 20;
        options.seed = 7 + (uint64_t)(k / 2);
        fovea_optimised *found = like(model, "linear1", 2, &options);
        memcpy(kept[k], fovea_optimised_get(found, 0).picture.data, sizeof kept[k]);
        fovea_optimised_free(found);
        fovea_model_free(model);
        context = shared;
        fovea_context_free(own);
    }
    assert_memory_equal(kept[0], kept[1], sizeof kept[0]);
    assert_memory_equal(kept[2], kept[3], sizeof kept[0]);
    assert_memory_not_equal(kept[0], kept[2], sizeof kept[0]);
}

static void test_a_channel_is_the_same_alone_and_among_others(void **state) {
    (void)state;
    fovea_model *model = open_net(NET, 1, 12, "f32");
    fovea_like_options options;
    fovea_optimised *all, *one;
    fovea_like_options_default(&options);
    options.steps = 12;
    assert_int_equal(fovea_like(model, value_of(model, "relu2"), NULL, 6, &options, &all, NULL), 0);
    assert_int_equal(fovea_optimised_count(all), 6);
    one = like(model, "relu2", 4, &options);
    assert_memory_equal(fovea_optimised_get(all, 4).picture.data,
                        fovea_optimised_get(one, 0).picture.data, 144 * sizeof(float));
    assert_int_equal(fovea_optimised_get(all, 6).channel, -1);
    fovea_optimised_free(all);
    fovea_optimised_free(one);
    fovea_model_free(model);
}

// Dropout would drop and batch normalisation would move if the net were training.
static void test_the_model_is_left_as_it_is(void **state) {
    (void)state;
    fovea_model *model =
        open_net("conv 4 3, batchnorm, relu, dropout 0.9, flatten, linear 3, softmax", 1, 8, "f32");
    const fovea_graph *graph = fovea_model_graph(model);
    uint8_t before[1 << 14], after[1 << 14];
    size_t size = 0, at = 0;
    for (int pass = 0; pass < 2; pass++) {
        at = 0;
        for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
            fovea_view view = fovea_graph_parameter(graph, v);
            if (!view.data) continue;
            size_t bytes = (size_t)fovea_shape_count(&view.shape) * fovea_type_size(view.type);
            assert_true(at + bytes <= sizeof before);
            memcpy((pass ? after : before) + at, view.data, bytes);
            at += bytes;
        }
        size = at;
        if (pass) break;
        // The softmax is peeled off: logits grow beyond 1.
        fovea_optimised *found = like(model, "softmax1", 1, NULL);
        assert_true(fovea_optimised_get(found, 0).end > fovea_optimised_get(found, 0).start);
        fovea_optimised *again = like(model, "linear1", 1, NULL);
        assert_true(fovea_optimised_get(found, 0).end == fovea_optimised_get(again, 0).end);
        fovea_optimised_free(found);
        fovea_optimised_free(again);
    }
    assert_memory_equal(before, after, size);
    fovea_model_free(model);
}

static void test_one_cell_is_liked_where_it_looks(void **state) {
    (void)state;
    fovea_model *model = open_net("conv 2 3, relu", 1, 12, "f32");
    fovea_like_options options;
    fovea_like_options_default(&options);
    options.unit[0] = 2;
    options.unit[1] = 7;
    options.parametrisation = FOVEA_PARAMETRISATION_PIXEL;
    options.jitter = 0;
    options.scale = options.turn = options.tv = options.decay = 0;
    for (int steps = 1; steps <= 40; steps += 39) {
        options.steps = steps;
        fovea_optimised *found = like(model, "conv1", 0, &options);
        const float *p = fovea_optimised_get(found, 0).picture.data;
        // Rows 2 to 4 and columns 7 to 9 alone have moved from the start of 0.5 +- 0.035.
        for (int i = 0; i < 144; i++) {
            bool inside = i / 12 >= 2 && i / 12 <= 4 && i % 12 >= 7 && i % 12 <= 9;
            if (!inside) assert_true(fabsf(p[i] - 0.5f) < 0.0347f);
        }
        if (steps > 1) assert_true(fabsf(p[3 * 12 + 8] - 0.5f) > 0.3f);
        fovea_optimised_free(found);
    }
    fovea_model_free(model);
}

static void refused(const fovea_model *model, fovea_value layer, int32_t channel,
                    const fovea_like_options *options, fovea_status wanted, const char *text) {
    fovea_optimised *found = NULL;
    fovea_error error = {0};
    assert_int_equal(fovea_like(model, layer, &channel, 1, options, &found, &error), wanted);
    assert_null(found);
    if (!strstr(error.text, text)) fail_msg("%s", error.text);
}

static void test_bad_wishes_are_refused(void **state) {
    (void)state;
    fovea_model *model = open_net(NET, 1, 12, "f32");
    fovea_like_options options;
    fovea_value layer = value_of(model, "relu2");
    fovea_like_options_default(&options);
    refused(model, layer, 6, &options, FOVEA_INVALID_ARGUMENT, "there is no channel 7, it has 6");
    refused(model, layer, -1, &options, FOVEA_INVALID_ARGUMENT, "there is no channel");
    refused(model, 999, 0, &options, FOVEA_INVALID_ARGUMENT, "no layer");
    refused(model, fovea_graph_input(fovea_model_graph(model), 0), 0, &options,
            FOVEA_INVALID_ARGUMENT, "no layer");
    refused(model, value_of(model, "conv1.weight"), 0, &options, FOVEA_INVALID_ARGUMENT,
            "no layer");
    options.unit[0] = 6;
    options.unit[1] = 0;
    refused(model, layer, 0, &options, FOVEA_INVALID_ARGUMENT, "its maps are 6×6");
    options.unit[0] = -1;
    refused(model, layer, 0, &options, FOVEA_INVALID_ARGUMENT, "no cell");
    fovea_like_options_default(&options);
    options.steps = 0;
    refused(model, layer, 0, &options, FOVEA_INVALID_ARGUMENT, "0 steps");
    fovea_like_options_default(&options);
    options.rate = NAN;
    refused(model, layer, 0, &options, FOVEA_INVALID_ARGUMENT, "out of range");
    options.size = 3;
    refused(model, layer, 0, &options, FOVEA_INVALID_ARGUMENT, "size is 3");
    fovea_model_free(model);
    fovea_model_options line;
    fovea_model_options_default(&line);
    line.input = (fovea_shape){2, {2, 30}};
    assert_int_equal(fovea_model_from_text(context, "conv 2 3", &line, &model, NULL), FOVEA_OK);
    refused(model, value_of(model, "conv1"), 0, NULL, FOVEA_SHAPE_MISMATCH, "no pictures");
    fovea_model_free(model);
}

// x -> floor -> conv: whatever the picture, its slope is 0 or there is none.
static void test_an_operator_without_a_gradient_is_named(void **state) {
    (void)state;
    fovea_model *model = open_net("conv 2 3 name=c", 1, 8, "f32");
    fovea_graph *graph = fovea_model_graph(model);
    fovea_value conv = value_of(model, "c"), positive, number;
    fovea_attribute to = {.name = "to", .count = 1, .integers = (int64_t[]){1}};
    fovea_value zero;
    fovea_shape one = {1, {1}};
    assert_int_equal(fovea_graph_add_parameter(graph, "zero", FOVEA_F32, &one, 0, 0, &zero, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_graph_add_node(graph, "Greater", "above", (fovea_value[]){conv, zero}, 2,
                                          NULL, 0, &positive, NULL),
                     FOVEA_OK);
    assert_int_equal(
        fovea_graph_add_node(graph, "Cast", "counted", &positive, 1, &to, 1, &number, NULL),
        FOVEA_OK);
    refused(model, number, 0, NULL, FOVEA_UNSUPPORTED, "'above' (Greater)");
    fovea_model_free(model);
}

static int stop_at_three(void *user, const fovea_optimise_state *state) {
    int *calls = user;
    assert_true(state->steps == 256 && state->pictures == 1 && state->picture == 0);
    assert_int_equal(state->step, ++*calls);
    return *calls < 3;
}

static void test_progress_can_stop_it(void **state) {
    (void)state;
    fovea_model *model = open_net(NET, 1, 12, "f32");
    fovea_like_options options;
    int calls = 0;
    fovea_like_options_default(&options);
    options.progress = stop_at_three;
    options.progress_user = &calls;
    refused(model, value_of(model, "relu2"), 0, &options, FOVEA_INTERRUPTED, "step 3 of 256");
    assert_int_equal(calls, 3);
    fovea_model_free(model);
}

static fovea_status like_once(fovea_context *in, fovea_error *error) {
    fovea_model *model = net(in, "conv 2 3, relu, flatten, linear 2", 3, 6, "f32", error);
    if (!model) return FOVEA_OUT_OF_MEMORY;
    fovea_like_options options;
    fovea_optimised *found = NULL;
    fovea_like_options_default(&options);
    options.steps = 2;
    fovea_value layer = value_of(model, "linear1");
    fovea_status status = fovea_like(model, layer, NULL, 2, &options, &found, error);
    if (status != FOVEA_OK) assert_null(found);
    fovea_optimised_free(found);
    fovea_model_free(model);
    return status;
}

static void test_no_memory_leaves_nothing(void **state) {
    (void)state;
    failing_sweep(like_once);
}

static void test_steps_take_no_memory(void **state) {
    (void)state;
    failing memory = {0};
    int64_t calls[2];
    for (int k = 0; k < 2; k++) {
        fovea_context *own = failing_context(&memory, 1);
        fovea_model *model = net(own, NET, 3, 12, "f32", NULL);
        fovea_like_options options;
        fovea_like_options_default(&options);
        options.steps = k ? 50 : 5;
        int64_t before = memory.calls;
        fovea_optimised_free(like(model, "linear1", 0, &options));
        calls[k] = memory.calls - before;
        fovea_model_free(model);
        fovea_context_free(own);
    }
    assert_int_equal(calls[0], calls[1]);
}

// Classes and channels of a trained net against 1000 photos.
static void test_resnet20_likes_its_pictures_more_than_any_of_cifar10(void **state) {
    (void)state;
    enum { COUNT = 1000 };
    static const uint8_t *pictures[COUNT];
    fovea_model *model;
    fovea_dataset *set;
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.limit = COUNT;
    const char *path = shared_data_path("models/converted/resnet20-cifar10.onnx");
    assert_int_equal(fovea_model_open(context, path, NULL, &model, NULL), FOVEA_OK);
    if (fovea_dataset_open(context, "cifar10:test", &options, &set, NULL) != FOVEA_OK) {
        fovea_model_free(model);
        print_message("    no cifar10 in FOVEA_DATA: skipped\n");
        skip();
    }
    for (int64_t i = 0; i < COUNT; i++) pictures[i] = fovea_dataset_picture(set, i);
    const fovea_graph *graph = fovea_model_graph(model);
    const char *output = fovea_graph_value(graph, fovea_graph_output(graph, 0)).name;
    for (int32_t c = 0; c < 2; c++) {
        fovea_like_options how;
        fovea_like_options_default(&how);
        how.steps = 64;
        fovea_optimised *found = like(model, output, 7 * c, &how);
        assert_true(fovea_optimised_get(found, 0).end >
                    largest_of(model, output, 7 * c, pictures, COUNT));
        fovea_optimised_free(found);
    }
    fovea_dataset_free(set);
    fovea_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_found_beats_a_thousand_pictures),
        cmocka_unit_test(test_the_first_step_goes_up),
        cmocka_unit_test(test_a_linear_unit_likes_its_weights),
        cmocka_unit_test(test_the_same_seed_gives_the_same_bytes_on_any_threads),
        cmocka_unit_test(test_a_channel_is_the_same_alone_and_among_others),
        cmocka_unit_test(test_the_model_is_left_as_it_is),
        cmocka_unit_test(test_one_cell_is_liked_where_it_looks),
        cmocka_unit_test(test_bad_wishes_are_refused),
        cmocka_unit_test(test_an_operator_without_a_gradient_is_named),
        cmocka_unit_test(test_progress_can_stop_it),
        cmocka_unit_test(test_no_memory_leaves_nothing),
        cmocka_unit_test(test_steps_take_no_memory),
        cmocka_unit_test(test_resnet20_likes_its_pictures_more_than_any_of_cifar10),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
