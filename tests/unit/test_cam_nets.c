// SPDX-License-Identifier: MIT
// Class activation maps of nets of every kind: signals and volumes, a batch that is fixed, heads of
// other operators, and real nets in single precision.
#include "explain/cam_head.h"
#include "explain/upsample.h"
#include "unit/explain_cam.h"
#include "unit/explain_real.h"

static const char *const methods[] = {"cam",          "grad-cam",       "grad-cam++", "hirescam",
                                      "xgrad-cam",    "layercam",       "eigen-cam",  "score-cam",
                                      "ablation-cam", "guided-grad-cam"};
enum { METHODS = sizeof methods / sizeof methods[0] };

static explain_net around(fovea_model *model, uint32_t seed) {
    explain_net net = {.model = model};
    const fovea_graph *graph = fovea_model_graph(model);
    fovea_value_info in = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    in.shape.dim[0] = 1;
    assert_int_equal(fovea_explainer_create(model, NULL, &net.explainer, NULL), FOVEA_OK);
    assert_int_equal(fovea_tensor_create(context, in.type, &in.shape, &net.x, NULL), FOVEA_OK);
    net.view = fovea_tensor_view(net.x);
    golden_fill(net.view, seed, 1);
    return net;
}

static void signals_and_volumes_have_maps_of_their_own_rank(void **state) {
    (void)state;
    static const int64_t sizes[2][4] = {{2, 17}, {2, 7, 6, 5}};
    for (int n = 0; n < 2; n++) {
        fovea_model_options options;
        fovea_model *model;
        fovea_model_options_default(&options);
        options.precision = "f64";
        options.input = fovea_shape_make(n ? 4 : 2, sizes[n]);
        assert_int_equal(fovea_model_from_text(context,
                                               "conv 4 3 pad=1, relu, maxpool 2, conv 6 3 pad=1, "
                                               "relu, gap, flatten, linear 5",
                                               &options, &model, NULL),
                         FOVEA_OK);
        explain_net net = around(model, 5);
        for (int m = 0; m < METHODS; m++) {
            fovea_attribution *map = cam_do(&net, methods[m], NULL, 3);
            fovea_view view = fovea_tensor_view(map->map);
            bool pixels = map->method->is_of_input;
            assert_int_equal(view.shape.rank, (n ? 3 : 1) + pixels);
            for (int32_t d = 0; d < view.shape.rank; d++)
                assert_int_equal(view.shape.dim[d], pixels ? sizes[n][d] : sizes[n][d + 1] / 2);
            assert_true(isnan(map->residual) || map->residual < 1e-11);
            fovea_attribution_free(map);
        }
        explain_close(&net);
    }
}

static fovea_value parameter(fovea_graph *graph, const char *name, fovea_shape shape,
                             uint32_t seed) {
    fovea_value v;
    assert_int_equal(fovea_graph_add_parameter(graph, name, FOVEA_F64, &shape, 1, 0, &v, NULL),
                     FOVEA_OK);
    golden_fill(fovea_graph_parameter(graph, v), seed, 0.5);
    return v;
}

static fovea_value node(fovea_graph *graph, const char *op, const char *name,
                        const fovea_value *inputs, int32_t count, const fovea_attribute *attributes,
                        int32_t attribute_count) {
    fovea_value v[3];
    fovea_error error;
    if (fovea_graph_add_node(graph, op, name, inputs, count, attributes, attribute_count, v,
                             &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    return v[0];
}

// Conv, Relu, ReduceMean over the cells, MatMul, Add, with a batch that is open or fixed at 1.
static explain_net matmul_net(bool fixed) {
    static const int64_t x_dims[] = {1, 2, 6, 6}, w_dims[] = {5, 2, 3, 3}, m_dims[] = {5, 4};
    fovea_shape shape = fovea_shape_make(4, x_dims);
    fovea_graph *graph;
    fovea_value x;
    fovea_model *model;
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    assert_int_equal(fixed ? fovea_graph_add_fixed_input(graph, "x", FOVEA_F64, &shape, &x, NULL)
                           : fovea_graph_add_input(graph, "x", FOVEA_F64, &shape, &x, NULL),
                     FOVEA_OK);
    fovea_value w = parameter(graph, "w", fovea_shape_make(4, w_dims), 1);
    fovea_value m = parameter(graph, "m", fovea_shape_make(2, m_dims), 2);
    fovea_value b = parameter(graph, "b", fovea_shape_make(1, m_dims + 1), 3);
    fovea_attribute mean[] = {{.name = "axes", .count = 2, .integers = (int64_t[]){2, -1}},
                              {.name = "keepdims", .count = 1, .integers = (int64_t[]){0}}};
    fovea_value conv = node(graph, "Conv", "conv", (fovea_value[]){x, w}, 2, NULL, 0);
    fovea_value relu = node(graph, "Relu", "relu", &conv, 1, NULL, 0);
    fovea_value pool = node(graph, "ReduceMean", "mean", &relu, 1, mean, 2);
    fovea_value product = node(graph, "MatMul", "product", (fovea_value[]){pool, m}, 2, NULL, 0);
    fovea_value sum = node(graph, "Add", "sum", (fovea_value[]){b, product}, 2, NULL, 0);
    assert_int_equal(fovea_graph_add_output(graph, sum, NULL), FOVEA_OK);
    assert_int_equal(fovea__model_wrap(context, graph, "", &model, NULL), FOVEA_OK);
    return around(model, 9);
}

static void means_products_and_sums_make_a_head_with_the_gradient_of_the_backward_pass(
    void **state) {
    (void)state;
    for (int fixed = 0; fixed < 2; fixed++) {
        explain_net net = matmul_net(fixed);
        fovea__cam_head head;
        fovea_tensor *gradient;
        assert_true(fovea__cam_head_find(net.explainer, explain_value(&net, "relu"), &head));
        for (int64_t c = 0; c < 4; c++) {
            cam_full(&net, "relu", c, NULL, &gradient);
            for (int64_t i = 0; i < cam_count(gradient); i++) {
                double g = fovea__cam_head_weight(net.explainer, &head, c, i / 16) / 16;
                assert_true(fabs(g - cam_number(gradient, i)) <= 3e-16 * fabs(g));
            }
            fovea_tensor_free(gradient);
            fovea_attribution *cam = cam_do(&net, "cam", NULL, c);
            assert_string_equal(cam->layer_name, "relu");
            assert_true(cam->residual < 1e-13);
            fovea_attribution_free(cam);
        }
        explain_close(&net);
    }
}

static void a_net_with_a_fixed_batch_has_the_bits_of_an_open_one(void **state) {
    (void)state;
    explain_net open = matmul_net(false), fixed = matmul_net(true);
    assert_int_equal(fixed.explainer->most, 1);
    for (int m = 0; m < METHODS; m++) {
        fovea_attribution *a = cam_do(&open, methods[m], "relu", 1);
        fovea_attribution *b = cam_do(&fixed, methods[m], "relu", 1);
        assert_true(cam_same_bits(a->map, b->map));
        assert_int_equal(a->forward_passes, b->forward_passes);
        fovea_attribution_free(a);
        fovea_attribution_free(b);
    }
    explain_close(&open);
    explain_close(&fixed);
}

static void what_has_no_maps_is_refused(void **state) {
    (void)state;
    explain_net net = explain_open(cam_pooled, 3, NULL);
    static const char *const names[] = {"flatten1", "linear1"};
    for (int m = 0; m < METHODS; m++)
        for (int n = 0; n < 2; n++) {
            fovea_explain_options how = explain_how(methods[m], 0);
            fovea_attribution *map = NULL;
            fovea_error error;
            how.layer = explain_value(&net, names[n]);
            assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &map, &error),
                             FOVEA_INVALID_ARGUMENT);
            assert_non_null(strstr(error.text, names[n]));
            assert_null(map);
        }
    explain_close(&net);
}

static void the_input_is_a_layer_too(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 3, NULL);
    fovea_explain_options how = explain_how("hirescam", 2);
    how.layer = net.explainer->input;
    fovea_attribution *map = explain_do(&net, &how);
    fovea_attribution *pixels = cam_do(&net, "gradient-x-input", NULL, 2);
    for (int64_t i = 0; i < 81; i++)
        assert_true(fabs(cam_number(map->map, i) - cam_number(pixels->map, i) -
                         cam_number(pixels->map, i + 81)) < 1e-14);
    fovea_attribution_free(map);
    fovea_attribution_free(pixels);
    explain_close(&net);
}

// The photo of a cat, as large as the net takes it, in numbers from -1 to 1 times `scale`.
static void fill_chelsea(explain_net *net, double scale) {
    const fovea_shape *shape = &net->view.shape;
    const char *path = shared_data_find("photos/chelsea.png");
    fovea_tensor *photo = NULL, *fitted;
    if (path) assert_int_equal(fovea_picture_load_as(context, path, 3, &photo, NULL), FOVEA_OK);
    if (!photo) return;
    assert_int_equal(fovea_picture_resize(context, photo, (int32_t)shape->dim[2],
                                          (int32_t)shape->dim[3], &fitted, NULL),
                     FOVEA_OK);
    const uint8_t *bytes = fovea_tensor_view(fitted).data;
    for (int64_t i = 0; i < fovea_shape_count(shape); i++)
        fovea__view_set(&net->view, i, (bytes[i] / 127.5 - 1) * scale);
    fovea_tensor_free(photo);
    fovea_tensor_free(fitted);
}

// The name of what a node makes.
static const char *made_by(const explain_net *net, const char *name) {
    const fovea_graph *graph = fovea_model_graph(net->model);
    int32_t n = fovea_graph_find_node(graph, name);
    assert_true(n >= 0);
    return fovea_graph_value(graph, fovea_graph_node(graph, n).outputs[0]).name;
}

static bool open_resnet(explain_net *net) {
    if (!explain_open_real("models/converted/resnet20-cifar10.onnx", 1, 1, net)) return false;
    fill_chelsea(net, 2);
    return true;
}

static bool open_squeezenet(explain_net *net) {
    if (!explain_open_real("models/converted/squeezenet1.0-deepcompression.onnx", 1, 100, net))
        return false;
    fill_chelsea(net, 120);
    return true;
}

static void cam_equalities(explain_net *net, int64_t target) {
    fovea_attribution *cam = cam_do(net, "cam", NULL, target);
    fovea_attribution *grad = cam_do(net, "grad-cam", NULL, target);
    fovea_attribution *hires = cam_do(net, "hirescam", NULL, target);
    fovea_attribution *x = cam_do(net, "xgrad-cam", NULL, target);
    double cells = (double)cam_count(cam->map);
    assert_int_equal(fovea_tensor_view(cam->map).type, FOVEA_F32);
    assert_true(cam->residual < 1e-4);
    assert_true(grad->residual < 1e-4);
    assert_true(hires->residual < 1e-4);
    assert_true(cam_apart(cam->map, grad->before_relu, cells) < 1e-5);
    assert_true(cam_apart(hires->map, grad->before_relu, 1) < 1e-5);
    assert_true(fabs(x->sum - hires->sum) < 1e-4 * fabs(hires->sum));
    assert_int_equal(grad->backward_passes, 0);
    fovea_attribution_free(cam);
    fovea_attribution_free(grad);
    fovea_attribution_free(hires);
    fovea_attribution_free(x);
}

static void real_nets_keep_the_equalities_of_cam_in_single_precision(void **state) {
    (void)state;
    explain_net net;
    if (!open_resnet(&net)) skip();
    for (int64_t c = 0; c < 10; c++) cam_equalities(&net, c);
    explain_close(&net);
    if (!open_squeezenet(&net)) skip();
    cam_equalities(&net, 281);
    cam_equalities(&net, -1);
    explain_close(&net);
}

static void known_gradient(explain_net *net, const char *layer, int64_t target) {
    fovea__cam_head head;
    fovea_tensor *gradient;
    cam_full(net, layer, target, NULL, &gradient);
    assert_true(fovea__cam_head_find(net->explainer, explain_value(net, layer), &head));
    float cells = (float)cam_count(gradient) / (float)head.inputs;
    for (int64_t i = 0; i < cam_count(gradient); i++) {
        float g = (float)fovea__cam_head_weight(net->explainer, &head, target, i / (int64_t)cells) /
                  cells;
        assert_true(g == (float)cam_number(gradient, i));
    }
    fovea_tensor_free(gradient);
}

static void real_nets_have_the_known_gradient_bit_for_bit(void **state) {
    (void)state;
    explain_net net;
    if (!open_resnet(&net)) skip();
    known_gradient(&net, made_by(&net, "layer3.2.relu"), 3);
    explain_close(&net);
    if (!open_squeezenet(&net)) skip();
    known_gradient(&net, made_by(&net, "conv_final_relu"), 281);
    explain_close(&net);
}

static void real_nets_stop_at_a_layer_with_the_bits_of_the_whole_pass(void **state) {
    (void)state;
    static const char *const layers[] = {"layer1.0.relu", "layer2.0.conv2", "layer3.1.a_relu",
                                         "layer3.2.relu"};
    explain_net net;
    if (!open_resnet(&net)) skip();
    for (int l = 0; l < 4; l++) {
        fovea_value v = explain_value(&net, made_by(&net, layers[l]));
        fovea__passes_options how = {.gradients = true, .leaf = v};
        fovea__passes *passes;
        fovea_tensor *whole, *part;
        cam_full(&net, made_by(&net, layers[l]), 3, NULL, &whole);
        assert_int_equal(fovea__first_pass(net.explainer, &how, &net.view, &passes, NULL),
                         FOVEA_OK);
        assert_int_equal(fovea__passes_back(passes, 3, NULL), FOVEA_OK);
        assert_int_equal(fovea__passes_gradient(passes, v, &part, NULL), FOVEA_OK);
        assert_true(cam_same_bits(whole, part));
        fovea_tensor_free(whole);
        fovea_tensor_free(part);
    }
    explain_close(&net);
}

static void every_convolution_of_a_real_net_from_one_backward_pass(void **state) {
    (void)state;
    explain_net net;
    fovea_value layers[64];
    fovea_attribution *all[64];
    int32_t count = 0;
    int64_t backward = 0;
    if (!open_resnet(&net)) skip();
    const fovea_graph *graph = fovea_model_graph(net.model);
    for (int32_t n = 0; n < fovea_graph_node_count(graph); n++)
        if (strcmp(fovea_graph_node(graph, n).op, "Conv") == 0)
            layers[count++] = fovea_graph_node(graph, n).outputs[0];
    assert_true(count >= 19);
    fovea_explain_options how = explain_how("layercam", -1);
    assert_int_equal(fovea_explain_layers(net.explainer, &net.view, &how, layers, count, all, NULL),
                     FOVEA_OK);
    for (int32_t l = 0; l < count; l++) {
        how.layer = layers[l];
        fovea_attribution *one = explain_do(&net, &how);
        assert_true(cam_same_bits(one->map, all[l]->map));
        backward += all[l]->backward_passes;
        fovea_attribution_free(one);
        fovea_attribution_free(all[l]);
    }
    assert_int_equal(backward, 1);
    explain_close(&net);
}

static void ablation_of_a_real_net_is_weight_times_mean(void **state) {
    (void)state;
    explain_net net;
    if (!open_resnet(&net)) skip();
    fovea_attribution *map = cam_do(&net, "ablation-cam", NULL, -1);
    fovea__cam_head head;
    fovea_tensor *a;
    cam_full(&net, map->layer_name, 0, &a, NULL);
    assert_true(fovea__cam_head_find(net.explainer, map->layer, &head));
    double want[64] = {0}, apart = 0, largest = 0;
    for (int64_t k = 0; k < 64; k++) {
        double mean = 0;
        for (int64_t i = 0; i < 64; i++) mean += cam_number(a, 64 * k + i) / 64;
        double share =
            fovea__cam_head_weight(net.explainer, &head, map->target, k) * mean / map->logit;
        for (int64_t i = 0; i < 64; i++) want[i] += share * cam_number(a, 64 * k + i);
    }
    for (int64_t i = 0; i < 64; i++) {
        apart = fmax(apart, fabs(want[i] - cam_number(map->before_relu, i)));
        largest = fmax(largest, fabs(want[i]));
    }
    assert_true(apart < 1e-4 * largest);
    fovea_tensor_free(a);
    fovea_attribution_free(map);
    explain_close(&net);
}

static void chunks_and_plans_do_not_change_a_bit_of_a_real_net(void **state) {
    (void)state;
    static const char *const asking[] = {"score-cam", "ablation-cam"};
    static const size_t memory[] = {1, (size_t)4 << 20, (size_t)256 << 20};
    explain_net net;
    if (!open_resnet(&net)) skip();
    for (int m = 0; m < 2; m++) {
        fovea_attribution *map[3];
        for (int k = 0; k < 3; k++) {
            net.explainer->options.memory = memory[k];
            map[k] = cam_do(&net, asking[m], made_by(&net, "layer3.1.relu"), 3);
        }
        assert_true(cam_same_bits(map[0]->before_relu, map[1]->before_relu));
        assert_true(cam_same_bits(map[0]->before_relu, map[2]->before_relu));
        for (int k = 0; k < 3; k++) fovea_attribution_free(map[k]);
    }
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_and_volumes_have_maps_of_their_own_rank),
        cmocka_unit_test(
            means_products_and_sums_make_a_head_with_the_gradient_of_the_backward_pass),
        cmocka_unit_test(a_net_with_a_fixed_batch_has_the_bits_of_an_open_one),
        cmocka_unit_test(what_has_no_maps_is_refused),
        cmocka_unit_test(the_input_is_a_layer_too),
        cmocka_unit_test(real_nets_keep_the_equalities_of_cam_in_single_precision),
        cmocka_unit_test(real_nets_have_the_known_gradient_bit_for_bit),
        cmocka_unit_test(real_nets_stop_at_a_layer_with_the_bits_of_the_whole_pass),
        cmocka_unit_test(every_convolution_of_a_real_net_from_one_backward_pass),
        cmocka_unit_test(ablation_of_a_real_net_is_weight_times_mean),
        cmocka_unit_test(chunks_and_plans_do_not_change_a_bit_of_a_real_net),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
