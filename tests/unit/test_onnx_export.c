// SPDX-License-Identifier: MIT
// Nets written as ONNX files and opened again: the same names, weights, answers and bytes; opsets;
// preprocessing and classes; what cannot be written; disks and memory that are full.
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/onnx.h"
#include "fovea/run.h"
#include "graph/graph.h"
#include "model/model.h"
#include "unit/failing_sweep.h"
#include "unit/golden_tensor.h"
#include "unit/scratch.h"
#include "unit/shared_context.h"

static scratch folder;

static int open_folder(void **state) {
    return scratch_open(&folder) ? open_context(state) : -1;
}

static int close_folder(void **state) {
    scratch_close(&folder);
    return close_context(state);
}

static fovea_model *opened(const char *net, const fovea_shape *input) {
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.seed = 3;
    if (input) options.input = *input;
    if (fovea_model_open(context, net, &options, &model, &error) != FOVEA_OK)
        fail_msg("%s: %s", net, error.text);
    return model;
}

// Numbers for all that training would change, so that nothing is 0 or 1 by chance; variances positive.
static void stir(fovea_model *model) {
    fovea_graph *graph = fovea_model_graph(model);
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_view view = fovea_graph_parameter(graph, v);
        const char *name = fovea_graph_value(graph, v).name;
        bool norm = view.shape.rank == 1 && !strstr(name, "slope");
        if (!view.data || view.type != FOVEA_F32 || !norm) continue;
        float *numbers = view.data;
        for (int64_t i = 0; i < view.shape.dim[0]; i++)
            numbers[i] = 0.5f + (float)((i * 37 + v * 11) % 101) / 128;
    }
}

static fovea_tensor *answer(const fovea_model *model, int64_t samples) {
    const fovea_graph *graph = fovea_model_graph(model);
    fovea_value_info in = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    fovea_session_options options;
    fovea_session *session;
    fovea_tensor *x, *y = NULL;
    fovea_error error = {0};
    fovea_session_options_default(&options);
    options.samples = samples;
    in.shape.dim[0] = samples;
    assert_int_equal(fovea_tensor_create(context, in.type, &in.shape, &x, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(x);
    golden_fill(view, 5, 1);
    fovea_status status = fovea_session_create(graph, &options, &session, &error);
    if (status == FOVEA_OK) status = fovea_session_forward(session, &view, 1, &error);
    if (status == FOVEA_OK)
        status = fovea_session_value(session, fovea_graph_output(graph, 0), &y, &error);
    if (status != FOVEA_OK) fail_msg("%s", error.text);
    fovea_session_free(session);
    fovea_tensor_free(x);
    return y;
}

// The largest difference of their answers, divided by the largest number.
static double apart(const fovea_model *a, const fovea_model *b) {
    fovea_tensor *left = answer(a, 3), *right = answer(b, 3);
    fovea_view l = fovea_tensor_view(left), r = fovea_tensor_view(right);
    double most = 0, size = 0;
    assert_true(fovea_shape_equal(&l.shape, &r.shape));
    for (int64_t i = 0; i < fovea_shape_count(&l.shape); i++) {
        double x = ((const float *)l.data)[i], y = ((const float *)r.data)[i];
        if (fabs(x - y) > most) most = fabs(x - y);
        if (fabs(x) > size) size = fabs(x);
        assert_true(isfinite(x) && isfinite(y));
    }
    fovea_tensor_free(left);
    fovea_tensor_free(right);
    return size > 0 ? most / size : most;
}

static void same_answers(const fovea_model *a, const fovea_model *b, const char *what) {
    fovea_tensor *left = answer(a, 3), *right = answer(b, 3);
    fovea_view l = fovea_tensor_view(left), r = fovea_tensor_view(right);
    assert_true(fovea_shape_equal(&l.shape, &r.shape));
    if (memcmp(l.data, r.data, (size_t)fovea_shape_count(&l.shape) * sizeof(float)) != 0)
        fail_msg("%s: other answers", what);
    fovea_tensor_free(left);
    fovea_tensor_free(right);
}

static fovea_status save(const fovea_model *model, const char *name, int32_t opset,
                         fovea_error *error) {
    fovea_onnx_options options;
    fovea_onnx_options_default(&options);
    options.opset = opset;
    return fovea_model_save_onnx(model, scratch_name(&folder, name), &options, error);
}

// Written and opened again.
static fovea_model *rewritten(const fovea_model *model, const char *name, int32_t opset) {
    fovea_error error;
    if (save(model, name, opset, &error) != FOVEA_OK) fail_msg("%s", error.text);
    return opened(scratch_name(&folder, name), NULL);
}

static void same_files(const char *a, const char *b) {
    fovea__bytes left, right;
    assert_int_equal(fovea__file_read(context, scratch_name(&folder, a), 1 << 30, &left, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea__file_read(context, scratch_name(&folder, b), 1 << 30, &right, NULL),
                     FOVEA_OK);
    assert_int_equal(left.size, right.size);
    assert_memory_equal(left.data, right.data, left.size);
    fovea__free(context, left.data);
    fovea__free(context, right.data);
}

// The parameters and buffers that `b` has from `a`, all of them unless it has nodes of its own, have the
// same bits. Returns how many.
static int same_numbers(const fovea_model *a, const fovea_model *b, bool all) {
    const fovea_graph *left = fovea_model_graph(a), *right = fovea_model_graph(b);
    int count = 0;
    for (fovea_value v = 0; v < fovea_graph_value_count(right); v++) {
        fovea_view view = fovea_graph_parameter(right, v);
        if (!view.data) continue;
        fovea_value_info info = fovea_graph_value(right, v);
        fovea_value other = fovea_graph_find_value(left, info.name);
        assert_true(!all || other != FOVEA_NO_VALUE);
        if (other == FOVEA_NO_VALUE) continue;
        fovea_view from = fovea_graph_parameter(left, other);
        assert_true(fovea_shape_equal(&from.shape, &view.shape));
        assert_int_equal(fovea_graph_value(left, other).kind, info.kind);
        assert_int_equal(left->value[other].fan_in, right->value[v].fan_in);
        assert_memory_equal(from.data, view.data,
                            (size_t)fovea_shape_count(&view.shape) * fovea_type_size(view.type));
        count++;
    }
    return count;
}

static void same_nodes(const fovea_model *a, const fovea_model *b) {
    const fovea_graph *left = fovea_model_graph(a), *right = fovea_model_graph(b);
    assert_int_equal(left->node_count, right->node_count);
    for (size_t n = 0; n < left->node_count; n++) {
        assert_string_equal(left->node[n].name, right->node[n].name);
        assert_ptr_equal(left->node[n].op, right->node[n].op);
        assert_string_equal(left->value[left->node[n].out[0]].name,
                            right->value[right->node[n].out[0]].name);
    }
}

typedef struct net {
    const char *name;
    int64_t sides;  // 0: its own
    bool same;      // every node is one of the file
} net;

static void ready_made_nets_come_back_as_they_were(void **state) {
    static const net nets[] = {{"tutorial-cifar", 0, true},  {"tutorial-mnist", 0, true},
                               {"tutorial-mlp", 0, true},    {"tutorial-fc", 0, true},
                               {"lenet5", 0, true},          {"resnet20", 0, true},
                               {"four-filters", 0, true},    {"mobilenet_v2", 32, true},
                               {"squeezenet1_1", 40, false}, {"resnet18", 40, true}};
    (void)state;
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        fovea_shape input = {3, {3, nets[i].sides, nets[i].sides}};
        fovea_model *model = opened(nets[i].name, nets[i].sides ? &input : NULL);
        stir(model);
        fovea_model *again = rewritten(model, "a.onnx", 17);
        assert_string_equal(fovea_model_architecture(again), nets[i].name);
        if (nets[i].same) {
            same_nodes(model, again);
            same_answers(model, again, nets[i].name);
        }
        assert_true(apart(model, again) < 1e-5);
        assert_true(same_numbers(model, again, nets[i].same) > 0);
        fovea_model *third = rewritten(again, "b.onnx", 17);
        if (nets[i].same) same_files("a.onnx", "b.onnx");
        same_answers(again, third, nets[i].name);
        fovea_model_free(model);
        fovea_model_free(again);
        fovea_model_free(third);
    }
}

typedef struct written_text {
    int64_t input[5];  // rank and sizes
    const char *text;
    bool same;
} written_text;

static const written_text texts[] = {
    {{3, 3, 16, 15},
     "conv 8 3x5 groups=1 dilation=2x1 stride=1x2 pad=2, batchnorm, tanh, maxpool 2",
     true},
    {{3, 3, 16, 15},
     "conv 4 3, maxpool 3 stride=2 pad=1 ceil=1, avgpool 3 stride=2 pad=1 ceil=1",
     true},
    {{3, 4, 14, 14}, "maxpool 2 stride=3 pad=1 ceil=1, avgpool 2 stride=3 pad=1 ceil=1", true},
    {{3, 2, 16, 17},
     "adaptive_avgpool 8x5, conv 4 1, adaptive_avgpool 3x5, adaptive_avgpool 1",
     false},
    {{3, 3, 16, 16},
     "conv 8 3, relu6, clip -1 1, prelu, elu 0.3, selu, celu 0.7, softplus, softsign",
     true},
    {{3, 3, 16, 16},
     "conv 8 3, hardsigmoid, leaky_relu 0.1, thresholded_relu 0.2, sigmoid, softmax",
     true},
    {{3, 3, 16, 16}, "conv 8 3, hardswish, mish, gelu, gelu approximate=1, silu", false},
    {{3, 3, 16, 16},
     "conv 8 3, groupnorm 2, instancenorm, lrn 5, layernorm, global_maxpool",
     false},
    {{3, 4, 8, 8},
     "convtranspose 6 3 stride=2 padding=1 output_padding=1 groups=2, batchnorm, gap",
     true},
    {{3, 3, 9, 9},
     "conv 16 3, slice 0 8 axis=1, slice 1 -1, slice step=2, pad 1 channels=2 value=0.5",
     true},
    {{3, 3, 9, 9},
     "conv 6 1 as a, from x, conv 6 3 pad=1, concat a as both, gap, conv 12 1, mul both",
     true},
    {{2, 3, 50},
     "conv1d 8 5 pad=2, relu, maxpool 2, batchnorm, flatten, dropout 0.3, linear 10",
     true},
    {{4, 1, 6, 8, 8},
     "conv3d 4 3 pad=1, maxpool 1x2x2, batchnorm, convtranspose 2 2, avgpool 2",
     true},
};

static void layers_come_back_in_every_opset(void **state) {
    static const int32_t opsets[] = {13, 14, 17, 18, 20, 21};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fovea_shape input = fovea_shape_make((int32_t)texts[i].input[0], texts[i].input + 1);
        fovea_model *model = opened(texts[i].text, &input);
        for (size_t o = 0; o < sizeof opsets / sizeof *opsets; o++) {
            fovea_model *again = rewritten(model, "text.onnx", opsets[o]);
            double most = apart(model, again);
            if (!(most < 1e-5))
                fail_msg("%s: %g apart in opset %d", texts[i].text, most, opsets[o]);
            if (texts[i].same) same_answers(model, again, texts[i].text);
            fovea_model_free(again);
        }
        fovea_model_free(model);
    }
}

static void the_file_says_what_it_is(void **state) {
    (void)state;
    static const char *const classes[] = {"cat", "dog \"x\"", "\xC3\xA9"};
    const double mean[] = {0.1, 0.2, 0.3}, deviation[] = {1, 2, 1.0 / 3};
    fovea_preprocessing how;
    fovea__onnx_model *file;
    fovea_model *model =
        opened("conv 4 3, batchnorm, relu, gap, flatten, linear 3", &(fovea_shape){3, {3, 12, 9}});
    fovea_preprocessing_default(&how);
    how.resize = 14;
    how.crop[0] = 12;
    how.crop[1] = 9;
    how.bgr = 1;
    assert_int_equal(fovea_model_set_classes(model, classes, 3, NULL), FOVEA_OK);
    assert_int_equal(fovea_model_set_normalization(model, mean, deviation, NULL), FOVEA_OK);
    assert_int_equal(fovea_model_set_preprocessing(model, &how, NULL), FOVEA_OK);
    fovea_model *again = rewritten(model, "said.onnx", 17);
    double got[2][3];
    fovea_model_normalization(again, got[0], got[1]);
    assert_memory_equal(got[0], mean, sizeof mean);
    assert_memory_equal(got[1], deviation, sizeof deviation);
    assert_string_equal(fovea_model_class_name(again, 1), classes[1]);
    assert_string_equal(fovea_model_class_name(again, 2), classes[2]);
    fovea_preprocessing back = fovea_model_preprocessing(again);
    assert_true(back.resize == 14 && back.crop[1] == 9 && back.bgr);

    assert_int_equal(fovea__onnx_read(context, scratch_name(&folder, "said.onnx"), &file, NULL),
                     FOVEA_OK);
    assert_int_equal(file->ir_version, 8);
    assert_int_equal(file->opset, 17);
    assert_string_equal(file->producer_name, "fovea");
    assert_string_equal(file->input[0].symbol[0], "N");
    assert_int_equal(file->output[0].shape.dim[1], 3);
    assert_int_equal(file->value_count, file->node_count - 1);
    for (size_t i = 0; i < file->value_count; i++) assert_true(file->value[i].has_shape);
    for (size_t i = 0; i < file->metadata_count; i++)
        if (strcmp(file->metadata[i].key, "names") == 0)
            assert_string_equal(file->metadata[i].value,
                                "{0: \"cat\", 1: \"dog \\\"x\\\"\", 2: \"\xC3\xA9\"}");
    fovea__onnx_free(file);
    fovea_model_free(model);
    fovea_model_free(again);
}

static void refused(const fovea_model *model, int32_t opset, fovea_status wanted,
                    const char *message) {
    fovea_error error = {0};
    fovea_status status = save(model, "refused.onnx", opset, &error);
    if (status != wanted || !strstr(error.text, message))
        fail_msg("%s '%s', wanted '%s'", fovea_status_name(status), error.text, message);
    assert_false(fovea__file_exists(scratch_name(&folder, "refused.onnx")));
}

static void what_cannot_be_written_says_so(void **state) {
    (void)state;
    fovea_shape input = {3, {2, 12, 12}};
    fovea_model_options options;
    fovea_model *shapes, *model = opened("conv 2 3, avgpool 2 dilation=2", &input);
    refused(model, 18, FOVEA_UNSUPPORTED,
            "node 'avgpool1' (AveragePool): a dilation needs opset 19; the file is to have 18");
    assert_int_equal(save(model, "dilated.onnx", 19, NULL), FOVEA_OK);
    refused(model, 12, FOVEA_INVALID_ARGUMENT,
            "opset 12; ONNX files are written in opsets 13 to 21");
    refused(model, 22, FOVEA_INVALID_ARGUMENT, "opset 22");
    fovea_onnx_options wrong = {.size = 3, .opset = 17};
    assert_int_equal(fovea_model_save_onnx(model, "x.onnx", &wrong, NULL), FOVEA_INVALID_ARGUMENT);
    fovea_model_free(model);
    fovea_model_options_default(&options);
    options.shapes_only = 1;
    assert_int_equal(fovea_model_open(context, "lenet5", &options, &shapes, NULL), FOVEA_OK);
    refused(shapes, 17, FOVEA_INVALID_ARGUMENT, "built for its shapes only");
    fovea_model_free(shapes);
}

static void full_disks_and_wrong_folders_leave_nothing(void **state) {
    (void)state;
    fovea_model *model = opened("lenet5", NULL);
    fovea_error error;
    assert_int_equal(save(model, "missing/net.onnx", 17, &error), FOVEA_IO);
    assert_int_equal(symlink("/dev/full", scratch_name(&folder, "full.onnx")), 0);
    assert_int_not_equal(save(model, "full.onnx", 17, &error), FOVEA_OK);
    assert_int_equal(mkdir(scratch_name(&folder, "empty"), 0700), 0);
    if (geteuid() != 0) {
        assert_int_equal(chmod(scratch_name(&folder, "empty"), 0500), 0);
        assert_int_equal(save(model, "empty/net.onnx", 17, &error), FOVEA_IO);
    }
    assert_true(folder_is_empty(scratch_name(&folder, "empty")));
    fovea_model_free(model);
}

static fovea_status write_net(fovea_context *own, fovea_error *error) {
    fovea_model *model, *folded = NULL;
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {2, 6, 6}};
    fovea_status status = fovea_model_open(
        own, "conv 2 3, batchnorm, mish, clip 0 1, groupnorm 2, adaptive_avgpool 3", &options,
        &model, error);
    if (status == FOVEA_OK) status = fovea_model_fold_batchnorm(model, &folded, error);
    if (status == FOVEA_OK)
        status = fovea_model_save_onnx(folded, scratch_name(&folder, "memory.onnx"), NULL, error);
    fovea_model_free(folded);
    fovea_model_free(model);
    return status;
}

static void memory_that_runs_out_is_no_leak(void **state) {
    (void)state;
    failing_sweep(write_net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ready_made_nets_come_back_as_they_were),
        cmocka_unit_test(layers_come_back_in_every_opset),
        cmocka_unit_test(the_file_says_what_it_is),
        cmocka_unit_test(what_cannot_be_written_says_so),
        cmocka_unit_test(full_disks_and_wrong_folders_leave_nothing),
        cmocka_unit_test(memory_that_runs_out_is_no_leak),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
