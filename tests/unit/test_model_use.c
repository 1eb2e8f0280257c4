// SPDX-License-Identifier: MIT
// Opening a model by name, loading weights by name, sizes, and pictures to numbers.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/safetensors.h"
#include "graph/graph.h"
#include "model/model.h"
#include "tensor/convert.h"
#include "unit/hostile.h"
#include "unit/scratch.h"

static fovea_model *opened(void **state, const char *name, const fovea_model_options *options) {
    hostile_heap *heap = *state;
    fovea_model *model;
    fovea_error error;
    if (fovea_model_open(heap->context, name, options, &model, &error) != FOVEA_OK)
        fail_msg("%s: %s", name, error.text);
    return model;
}

static void refused(void **state, const char *name, const fovea_model_options *options,
                    fovea_status wanted, const char *message) {
    hostile_heap *heap = *state;
    fovea_model *model = NULL;
    fovea_error error = {0};
    size_t before = fovea__memory_now(heap->context);
    fovea_status status = fovea_model_open(heap->context, name, options, &model, &error);
    if (status != wanted || !strstr(error.text, message))
        fail_msg("'%s': %s '%s', wanted '%s'", name, fovea_status_name(status), error.text,
                 message);
    assert_null(model);
    assert_int_equal(fovea__memory_now(heap->context), before);
}

static fovea_model_options sized(int32_t c, int32_t h, int32_t w) {
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {c, h, w}};
    return options;
}

static void names_that_are_nothing_say_what_is_near(void **state) {
    refused(state, "lenet6", NULL, FOVEA_INVALID_ARGUMENT,
            "'lenet6' is no file, run folder, ready-made net or architecture text; did you mean "
            "'lenet5'?");
    refused(state, "runs/none/best.safetensors", NULL, FOVEA_BAD_FILE,
            "runs/none/best.safetensors: no such file or folder");
    refused(state, "net.onnx", NULL, FOVEA_BAD_FILE, "net.onnx: no such file or folder");
    refused(state, "src", NULL, FOVEA_BAD_FILE,
            "src: the folder has neither best.safetensors nor last.safetensors");
    refused(state, "relu", NULL, FOVEA_INVALID_ARGUMENT, "does not say what goes in");
    refused(state, "", NULL, FOVEA_INVALID_ARGUMENT, "the text is empty");
    refused(state, "conv 16 3, covn 3", NULL, FOVEA_INVALID_ARGUMENT, "did you mean 'conv'?");
}

static void files_of_other_kinds_are_named(void **state) {
    hostile_heap *heap = *state;
    scratch folder;
    fovea_error error;
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "net.onnx");
    assert_int_equal(fovea__file_save(heap->context, path, "x", 1, &error), FOVEA_OK);
    refused(state, path, NULL, FOVEA_BAD_FILE, "net.onnx");
    path = scratch_name(&folder, "empty.safetensors");
    assert_int_equal(fovea__file_save(heap->context, path, "", 0, &error), FOVEA_OK);
    refused(state, path, NULL, FOVEA_BAD_FILE, "empty.safetensors");
    path = scratch_name(&folder, "loop.safetensors");
    assert_int_equal(symlink(path, path), 0);
    refused(state, path, NULL, FOVEA_BAD_FILE, "no such file or folder");
    scratch_close(&folder);
}

// Weights alone, as other programs write them: names with "module.", half precision.
static void write_weights(void **state, const char *path, const fovea__named_view *tensors,
                          size_t count) {
    hostile_heap *heap = *state;
    fovea_error error;
    const fovea__text_pair pairs[] = {{"format", "pt"}};
    fovea__safetensors_content content = {pairs, 1, tensors, count, NULL};
    if (fovea__safetensors_write(heap->context, path, &content, NULL, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
}

static void weights_are_taken_by_name_from_any_float(void **state) {
    scratch folder;
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "w.safetensors");
    double weight[6] = {1, 2, 3, 4, 5, 1.0 / 3};
    uint16_t bias[2] = {fovea__f16_of_f64(0.5), fovea__bf16_of_f64(-2)};
    uint16_t half[3] = {bias[0], bias[0], bias[0]};
    const fovea__named_view tensors[] = {
        {"module.linear2.weight", {FOVEA_F64, {2, {2, 3}}, weight}},
        {"linear2.bias", {FOVEA_BF16, {1, {2}}, (uint16_t[]){bias[1], bias[1]}}},
        {"linear1.weight", {FOVEA_F64, {2, {3, 2}}, weight}},
        {"module.linear1.bias", {FOVEA_F16, {1, {3}}, half}},
        {"optimizer.step", {FOVEA_F64, {1, {2}}, weight}},
    };
    write_weights(state, path, tensors, 5);
    refused(state, path, NULL, FOVEA_UNSUPPORTED,
            "weights without a net (no metadata fovea.graph); name the net with --arch NET and "
            "these with --weights FILE");
    fovea_model_options options = sized(2, 1, 1);
    options.weights = path;
    fovea_model *model = opened(state, "flatten, linear 3, linear 2", &options);
    const fovea_graph *graph = fovea_model_graph(model);
    const float *w =
        fovea_graph_parameter(graph, fovea_graph_find_value(graph, "linear2.weight")).data;
    assert_true(w[0] == 1 && w[5] == (float)(1.0 / 3));
    const float *b =
        fovea_graph_parameter(graph, fovea_graph_find_value(graph, "linear2.bias")).data;
    assert_true(b[0] == -2 && b[1] == -2);
    b = fovea_graph_parameter(graph, fovea_graph_find_value(graph, "linear1.bias")).data;
    assert_true(b[0] == 0.5f && b[2] == 0.5f);
    fovea_model_free(model);
    scratch_close(&folder);
}

static void weights_that_do_not_fit_are_all_listed_and_change_nothing(void **state) {
    hostile_heap *heap = *state;
    scratch folder;
    fovea_error error;
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "w.safetensors");
    float numbers[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    int64_t integers[2] = {9, 9};
    const fovea__named_view tensors[] = {
        {"linear1.weight", {FOVEA_F32, {2, {3, 2}}, numbers}},
        {"linear2.weight", {FOVEA_F32, {2, {3, 2}}, numbers}},
        {"linear2.bias", {FOVEA_I64, {1, {2}}, integers}},
        {"head.bias", {FOVEA_F32, {1, {8}}, numbers}},
        {"x", {FOVEA_F32, {1, {8}}, numbers}},  // the input's name is no place for weights
    };
    write_weights(state, path, tensors, 5);
    fovea_model_options options = sized(2, 1, 1);
    fovea_model *model = opened(state, "flatten, linear 3, linear 2", &options);
    const fovea_graph *graph = fovea_model_graph(model);
    float *w = fovea_graph_parameter(graph, fovea_graph_find_value(graph, "linear1.weight")).data;
    float before[6];
    memcpy(before, w, sizeof before);
    assert_int_equal(fovea_model_load_weights(model, path, &error), FOVEA_SHAPE_MISMATCH);
    char wanted[1400];
    snprintf(wanted, sizeof wanted,
             "%s: 5 tensors do not fit the net: missing linear1.bias; linear2.weight is 3×2, wants "
             "2×3; linear2.bias holds I64, wants F32; extra head.bias; extra x",
             path);
    assert_string_equal(error.text, wanted);
    assert_memory_equal(before, w, sizeof before);
    fovea_model_free(model);

    fovea__named_view many[100];
    char names[100][32];
    for (int i = 0; i < 100; i++) {
        snprintf(names[i], sizeof names[i], "t%d", i);
        many[i] = (fovea__named_view){names[i], {FOVEA_F32, {1, {8}}, numbers}};
    }
    write_weights(state, path, many, 100);
    options.weights = path;
    refused(state, "relu", &options, FOVEA_SHAPE_MISMATCH,
            "100 tensors do not fit the net: extra t");
    refused(state, "relu", &options, FOVEA_SHAPE_MISMATCH, "; ...");
    assert_int_equal(heap->fail_at, 0);
    scratch_close(&folder);
}

static void old_files_without_num_batches_tracked_load(void **state) {
    scratch folder;
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "w.safetensors");
    float numbers[2] = {3, 4};
    const fovea_view view = {FOVEA_F32, {1, {2}}, numbers};
    const fovea__named_view tensors[] = {{"batchnorm1.weight", view},
                                         {"batchnorm1.bias", view},
                                         {"batchnorm1.running_mean", view},
                                         {"batchnorm1.running_var", view}};
    write_weights(state, path, tensors, 4);
    fovea_model_options options = sized(2, 1, 1);
    options.weights = path;
    fovea_model_free(opened(state, "batchnorm", &options));
    write_weights(state, path, tensors, 3);
    refused(state, "batchnorm", &options, FOVEA_SHAPE_MISMATCH,
            "1 tensor does not fit the net: missing batchnorm1.running_var");
    scratch_close(&folder);
}

typedef struct journal {
    char text[1024];
    fovea_log_level level;
} journal;

static void note(void *user, fovea_log_level level, const char *text) {
    journal *j = user;
    j->level = level;
    snprintf(j->text, sizeof j->text, "%s", text);
}

static void weights_that_are_not_finite_load_with_a_warning(void **state) {
    scratch folder;
    journal j = {.text = ""};
    fovea_context *context;
    fovea_context_options context_options;
    fovea_context_options_default(&context_options);
    context_options.threads = 1;
    context_options.log = note;
    context_options.log_user = &j;
    context_options.log_level = FOVEA_LOG_WARNING;
    assert_int_equal(fovea_context_create(&context_options, &context, NULL), FOVEA_OK);
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "w.safetensors");
    float numbers[2] = {NAN, INFINITY};
    const fovea__named_view tensors[] = {{"linear1.weight", {FOVEA_F32, {2, {1, 2}}, numbers}},
                                         {"linear1.bias", {FOVEA_F32, {1, {1}}, numbers}}};
    write_weights(state, path, tensors, 2);
    fovea_model_options options = sized(2, 1, 1);
    options.weights = path;
    fovea_model *model;
    fovea_error error;
    assert_int_equal(fovea_model_open(context, "flatten, linear 1", &options, &model, &error),
                     FOVEA_OK);
    assert_int_equal(j.level, FOVEA_LOG_WARNING);
    assert_non_null(strstr(j.text, "linear1.bias holds values that are not finite"));
    fovea_model_free(model);
    fovea_context_free(context);
    scratch_close(&folder);
}

static void nets_know_whether_they_take_any_size(void **state) {
    static const struct {
        const char *text;
        int any;
    } nets[] = {{"conv 4 3, relu, maxpool 2", 1},
                {"conv 4 3, gap, flatten, linear 3", 1},
                {"conv 4 3, adaptive_avgpool 2, flatten, linear 3", 1},
                {"conv 4 3 as a, gap, sigmoid, mul a", 1},
                {"conv 4 1 as a, adaptive_avgpool 16, add a", 0},
                {"conv 3 1 as a, relu, add a, concat x", 1},
                {"flatten", 0},
                {"conv 4 3, flatten, linear 3", 0},
                {"flatten, linear 3", 0}};
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        fovea_model_options options = sized(3, 16, 16);
        fovea_model *model = opened(state, nets[i].text, &options);
        if (fovea_model_any_size(model) != nets[i].any) fail_msg("%s", nets[i].text);
        fovea_model_free(model);
    }
}

static void a_resized_model_keeps_weights_and_description(void **state) {
    fovea_model_options options = sized(3, 16, 12);
    fovea_model *model =
        opened(state, "conv 4 3, batchnorm, pad 1, slice step=2, gap, flatten, linear 3", &options);
    fovea_model *large;
    fovea_error error;
    const double mean[] = {0.1, 0.2, 0.3}, deviation[] = {1, 2, 3};
    const char *const classes[] = {"a", "b", "c"};
    assert_int_equal(fovea_model_set_normalization(model, mean, deviation, &error), FOVEA_OK);
    assert_int_equal(fovea_model_set_classes(model, classes, 3, &error), FOVEA_OK);
    assert_int_equal(fovea_model_resized(model, &(fovea_shape){3, {3, 20, 33}}, &large, &error),
                     FOVEA_OK);
    fovea_shape input = fovea_model_input(large);
    assert_true(input.dim[0] == 3 && input.dim[1] == 20 && input.dim[2] == 33);
    double m[3], d[3];
    fovea_model_normalization(large, m, d);
    assert_memory_equal(m, mean, sizeof m);
    assert_memory_equal(d, deviation, sizeof d);
    assert_string_equal(fovea_model_class_name(large, 2), "c");
    assert_null(fovea_model_class_name(large, 3));
    const fovea_graph *a = fovea_model_graph(model), *b = fovea_model_graph(large);
    assert_int_equal(fovea_graph_value_count(a), fovea_graph_value_count(b));
    for (int32_t v = 0; v < fovea_graph_value_count(a); v++) {
        assert_string_equal(fovea_graph_value(a, v).name, fovea_graph_value(b, v).name);
        fovea_view x = fovea_graph_parameter(a, v), y = fovea_graph_parameter(b, v);
        if (!x.data) continue;
        size_t bytes = (size_t)fovea_shape_count(&x.shape) * fovea_type_size(x.type);
        assert_memory_equal(x.data, y.data, bytes);
        assert_ptr_not_equal(x.data, y.data);
    }
    fovea_model *small;
    assert_int_equal(fovea_model_resized(model, &(fovea_shape){3, {3, 2, 2}}, &small, &error),
                     FOVEA_SHAPE_MISMATCH);
    assert_null(small);
    assert_non_null(strstr(error.text, "conv1"));
    assert_int_equal(fovea_model_resized(model, &(fovea_shape){3, {3, 0, 2}}, &small, &error),
                     FOVEA_INVALID_ARGUMENT);
    fovea_model_free(large);
    fovea_model_free(model);

    fovea_model *fixed = opened(state, "lenet5", NULL);
    assert_int_equal(fovea_model_resized(fixed, &(fovea_shape){3, {1, 32, 32}}, &small, &error),
                     FOVEA_SHAPE_MISMATCH);
    fovea_model_free(fixed);
}

static void pictures_are_normalised_by_channel(void **state) {
    fovea_model_options options = sized(2, 1, 2);
    fovea_error error;
    const double mean[] = {0.1307, 0.5}, deviation[] = {0.3081, 0.25};
    const uint8_t first[] = {0, 255, 128, 1}, second[] = {7, 7, 8, 8};
    const uint8_t *const pictures[] = {first, second};
    for (int precision = 0; precision < 2; precision++) {
        options.precision = precision ? "f64" : "f32";
        fovea_model *model = opened(state, "flatten, linear 1", &options);
        fovea_tensor *batch;
        assert_int_equal(fovea_model_set_normalization(model, mean, deviation, &error), FOVEA_OK);
        fovea_shape shape = fovea_shape_make(3, (const int64_t[]){2, 1, 2});
        assert_int_equal(fovea_model_prepare(model, pictures, 2, &shape, &batch, &error), FOVEA_OK);
        fovea_view view = fovea_tensor_view(batch);
        assert_int_equal(view.shape.dim[0], 2);
        for (int i = 0; i < 8; i++) {
            uint8_t byte = pictures[i / 4][i % 4];
            int c = i % 4 / 2;
            if (precision)
                assert_true(((double *)view.data)[i] == (byte / 255.0 - mean[c]) / deviation[c]);
            else
                assert_true(((float *)view.data)[i] ==
                            ((float)byte / 255.0f - (float)mean[c]) / (float)deviation[c]);
        }
        fovea_tensor_free(batch);
        shape.dim[2] = 3;
        assert_int_equal(fovea_model_prepare(model, pictures, 2, &shape, &batch, &error),
                         FOVEA_SHAPE_MISMATCH);
        assert_string_equal(error.text,
                            "the picture is 2×1×3, the net wants 2×1×2; --resize scales it");
        shape = fovea_shape_make(3, (const int64_t[]){1, 1, 2});
        assert_int_equal(fovea_model_prepare(model, pictures, 2, &shape, &batch, &error),
                         FOVEA_SHAPE_MISMATCH);
        assert_string_equal(error.text, "the picture is 1×1×2, the net wants 2×1×2");
        fovea_model_free(model);
    }
}

static void normalisation_and_classes_are_checked(void **state) {
    fovea_model_options options = sized(1, 1, 1);
    fovea_model *model = opened(state, "flatten, linear 1", &options);
    fovea_error error;
    assert_int_equal(fovea_model_set_normalization(model, &(double){0}, &(double){0}, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_model_set_normalization(model, &(double){NAN}, &(double){1}, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_model_set_normalization(model, &(double){0}, &(double){1e-320}, &error),
                     FOVEA_INVALID_ARGUMENT);
    const char *const bad[] = {"a", ""};
    assert_int_equal(fovea_model_set_classes(model, bad, 1, &error), FOVEA_OK);
    assert_int_equal(fovea_model_set_classes(model, bad, 2, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_model_class_count(model), 1);
    fovea_model_free(model);
}

static void options_of_an_older_caller_are_taken(void **state) {
    fovea_model_options options = sized(3, 4, 5);
    options.precision = (const char *)1;  // beyond the size the caller knows
    options.size = offsetof(fovea_model_options, weights);
    fovea_model *model = opened(state, "relu", &options);
    assert_int_equal(fovea_model_input(model).dim[2], 5);
    fovea_model_free(model);
}

static void a_file_opens_in_another_precision_and_size(void **state) {
    scratch folder;
    fovea_error error;
    fovea_model_options options = sized(3, 8, 8);
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "m.safetensors");
    fovea_model *model = opened(state, "conv 2 3, batchnorm", &options);
    assert_int_equal(fovea_model_save(model, path, &error), FOVEA_OK);
    options = sized(3, 9, 7);
    options.precision = "f64";
    fovea_model *other = opened(state, path, &options);
    assert_int_equal(fovea__model_type(other), FOVEA_F64);
    assert_int_equal(fovea_model_input(other).dim[1], 9);
    const fovea_graph *a = fovea_model_graph(model), *b = fovea_model_graph(other);
    const float *x = fovea_graph_parameter(a, fovea_graph_find_value(a, "conv1.weight")).data;
    const double *y = fovea_graph_parameter(b, fovea_graph_find_value(b, "conv1.weight")).data;
    for (int i = 0; i < 54; i++) assert_true((double)x[i] == y[i]);
    fovea_value batches = fovea_graph_find_value(b, "batchnorm1.num_batches_tracked");
    assert_int_equal(fovea_graph_value(b, batches).type, FOVEA_I64);
    fovea_model_free(other);
    options = sized(1, 8, 8);
    refused(state, path, &options, FOVEA_SHAPE_MISMATCH,
            "the net takes 3×8×8, so it can be built for 3 channels and 2 dimensions of space, not "
            "for 1×8×8");
    fovea_model_free(model);
    scratch_close(&folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(names_that_are_nothing_say_what_is_near),
        hostile_test(files_of_other_kinds_are_named),
        hostile_test(weights_are_taken_by_name_from_any_float),
        hostile_test(weights_that_do_not_fit_are_all_listed_and_change_nothing),
        hostile_test(old_files_without_num_batches_tracked_load),
        hostile_test(weights_that_are_not_finite_load_with_a_warning),
        hostile_test(nets_know_whether_they_take_any_size),
        hostile_test(a_resized_model_keeps_weights_and_description),
        hostile_test(pictures_are_normalised_by_channel),
        hostile_test(normalisation_and_classes_are_checked),
        hostile_test(options_of_an_older_caller_are_taken),
        hostile_test(a_file_opens_in_another_precision_and_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
