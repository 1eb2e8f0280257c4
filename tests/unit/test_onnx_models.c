// SPDX-License-Identifier: MIT
// Pretrained nets as ONNX files give what ONNX Runtime gives (models/expected of FOVEA_DATA), within
// 1e-4 of the largest number that comes out; so do the nets of constant weights that ONNX tests with.
#include "formats/tar.h"
#include "fovea/model.h"
#include "unit/golden_tensor.h"
#include "unit/onnx_case.h"
#include "unit/shared_context.h"
#include "unit/shared_data.h"

static fovea_tensor *read_tensor(const char *file) {
    fovea_tensor *tensor;
    fovea_error error = {0};
    if (fovea__onnx_read_tensor(context, shared_data_path(file), &tensor, &error))
        fail_msg("%s", error.text);
    return tensor;
}

static fovea_model *open_model(const char *file) {
    fovea_model *model;
    fovea_error error = {0};
    if (fovea_model_open(context, shared_data_path(file), NULL, &model, &error))
        fail_msg("%s", error.text);
    return model;
}

static double largest(const fovea_view *view) {
    double most = 0;
    for (int64_t i = 0; i < fovea_shape_count(&view->shape); i++)
        most = fmax(most, fabs((double)((const float *)view->data)[i]));
    return most;
}

static fovea_tensor *run(const fovea_graph *graph, const fovea_view *x) {
    fovea_session_options options;
    fovea_session *session;
    fovea_tensor *y = NULL;
    fovea_error error = {0};
    fovea_session_options_default(&options);
    options.samples = x->shape.dim[0];
    if (fovea_session_create(graph, &options, &session, &error) ||
        fovea_session_forward(session, x, 1, &error) ||
        fovea_session_value(session, fovea_graph_output(graph, 0), &y, &error))
        fail_msg("%s", error.text);
    fovea_session_free(session);
    return y;
}

static void check(const fovea_graph *graph, const fovea_view *x, const fovea_view *wanted,
                  const char *name) {
    fovea_error error = {0};
    fovea_tensor *tensor = run(graph, x);
    fovea_view y = fovea_tensor_view(tensor);
    if (onnx_compare(&y, wanted, 0, 1e-4 * largest(wanted), &error))
        fail_msg("%s: %s", name, error.text);
    fovea_tensor_free(tensor);
}

static void pretrained_nets_give_what_onnx_runtime_gives(void **state) {
    (void)state;
    static const char *const nets[][2] = {
        {"onnx", "mnist-7"},
        {"onnx", "mnist-8-opt"},
        {"onnx", "super_resolution"},
        {"converted", "resnet20-cifar10"},
        {"converted", "shufflenet-v2-dequantised"},
        {"converted", "squeezenet1.0-deepcompression"},
        {"converted", "tiny-vgg"},
        {"converted", "udacity-cifar-cnn"},
    };
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        char file[300];
        snprintf(file, sizeof file, "models/expected/%s/input_0.pb", nets[n][1]);
        fovea_tensor *x = read_tensor(file);
        snprintf(file, sizeof file, "models/expected/%s/output_0.pb", nets[n][1]);
        fovea_tensor *y = read_tensor(file);
        snprintf(file, sizeof file, "models/%s/%s.onnx", nets[n][0], nets[n][1]);
        fovea_model *model = open_model(file);
        fovea_view in = fovea_tensor_view(x), out = fovea_tensor_view(y);
        fovea_value_info input = fovea_graph_value(fovea_model_graph(model),
                                                   fovea_graph_input(fovea_model_graph(model), 0));
        assert_int_equal(input.shape.dim[0], FOVEA_DYNAMIC);
        check(fovea_model_graph(model), &in, &out, file);
        fovea_model_free(model);
        fovea_tensor_free(x);
        fovea_tensor_free(y);
    }
}

static void a_net_of_bytes_is_refused_with_all_its_operators(void **state) {
    (void)state;
    fovea_model *model;
    fovea_error error = {0};
    fovea_status status = fovea_model_open(
        context, shared_data_path("models/onnx/shufflenet-v2-12-int8.onnx"), NULL, &model, &error);
    assert_int_equal(status, FOVEA_UNSUPPORTED);
    static const char *const operators[] = {"QuantizeLinear (18 nodes", "QLinearConv (56 nodes",
                                            "DequantizeLinear (34 nodes", "QLinearMatMul (1 node",
                                            "QLinearAdd"};
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        if (!strstr(error.text, operators[i])) fail_msg("%s: %s", operators[i], error.text);
}

static void nets_of_constant_weights_give_what_they_should(void **state) {
    (void)state;
    static const char *const nets[] = {"bvlc_alexnet", "densenet121", "inception_v1",
                                       "resnet50",     "squeezenet",  "vgg19"};
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        char file[300];
        snprintf(file, sizeof file, "models/onnx/light/light_%s_output_0.pb", nets[n]);
        fovea_tensor *y = read_tensor(file), *x;
        snprintf(file, sizeof file, "models/onnx/light/light_%s.onnx", nets[n]);
        fovea_model *model = open_model(file);
        fovea_shape shape = {4, {1, 3, 224, 224}};
        assert_int_equal(fovea_tensor_create(context, FOVEA_F32, &shape, &x, NULL), FOVEA_OK);
        fovea_view in = fovea_tensor_view(x), out = fovea_tensor_view(y);
        int64_t count = fovea_shape_count(&shape);
        for (int64_t i = 0; i < count; i++)
            ((float *)in.data)[i] = (float)((double)i / (double)count);
        check(fovea_model_graph(model), &in, &out, nets[n]);
        fovea_model_free(model);
        fovea_tensor_free(x);
        fovea_tensor_free(y);
    }
}

static void a_net_of_opset_1_gives_what_its_descendant_gives(void **state) {
    (void)state;
    static const char *const wanted[] = {"model.onnx"};
    fovea__bytes archive, member;
    fovea__onnx_model *file = NULL;
    fovea_graph *graph = NULL;
    fovea_error error = {0};
    const char *path = shared_data_path("models/onnx/mnist-1.tar.gz");
    if (fovea__file_read(context, path, 1 << 24, &archive, &error) ||
        fovea__tar_read(context, archive.data, archive.size, path, wanted, 1, 1 << 26, &member,
                        &error) ||
        fovea__onnx_parse(context, member.data, member.size, path, NULL, &file, &error) ||
        fovea__onnx_import(file, &(fovea__onnx_import_options){.input = {.rank = 0}}, path, &graph,
                           &error))
        fail_msg("%s", error.text);
    assert_int_equal(file->opset, 1);
    fovea_tensor *x = read_tensor("models/expected/mnist-7/input_0.pb");
    fovea_tensor *y = read_tensor("models/expected/mnist-7/output_0.pb");
    fovea_view in = fovea_tensor_view(x), out = fovea_tensor_view(y);
    check(graph, &in, &out, "mnist-1");
    fovea_graph_free(graph);
    fovea__onnx_free(file);
    fovea__free(context, archive.data);
    fovea__free(context, member.data);
    fovea_tensor_free(x);
    fovea_tensor_free(y);
}

// In double, by differences, at a few elements of every weight and of the input.
static void gradients_of_imported_nets_are_those_of_differences(void **state) {
    (void)state;
    static const char *const nets[] = {"tiny-vgg", "resnet20-cifar10"};
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        char file[300];
        fovea_model *model;
        fovea_error error = {0};
        fovea_model_options options;
        fovea_gradient_check_options how;
        fovea_gradient_report report;
        fovea_tensor *x;
        snprintf(file, sizeof file, "models/converted/%s.onnx", nets[n]);
        fovea_model_options_default(&options);
        fovea_gradient_check_options_default(&how);
        options.precision = "f64";
        how.most = 3;
        if (fovea_model_open(context, shared_data_path(file), &options, &model, &error))
            fail_msg("%s", error.text);
        fovea_shape shape = fovea_model_input(model);
        fovea_shape batch = {4, {1, shape.dim[0], shape.dim[1], shape.dim[2]}};
        assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &batch, &x, NULL), FOVEA_OK);
        fovea_view view = fovea_tensor_view(x);
        golden_fill(view, 1, 1);
        if (fovea_gradient_check(fovea_model_graph(model), &view, 1, &how, &report, &error))
            fail_msg("%s", error.text);
        if (report.failed)
            fail_msg("%s: %lld of %lld, worst %.9g for %.9g in %s", nets[n],
                     (long long)report.failed, (long long)report.checked, report.analytic,
                     report.numeric,
                     fovea_graph_value(fovea_model_graph(model), report.worst_value).name);
        assert_true(report.checked > 30);
        fovea_tensor_free(x);
        fovea_model_free(model);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pretrained_nets_give_what_onnx_runtime_gives),
        cmocka_unit_test(a_net_of_bytes_is_refused_with_all_its_operators),
        cmocka_unit_test(nets_of_constant_weights_give_what_they_should),
        cmocka_unit_test(a_net_of_opset_1_gives_what_its_descendant_gives),
        cmocka_unit_test(gradients_of_imported_nets_are_those_of_differences),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
