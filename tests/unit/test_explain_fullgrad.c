// SPDX-License-Identifier: MIT
// FullGrad: the logit is the sum of what the pixels and the layers' constants give, on any net that can
// be differentiated.
#include <string.h>

#include "explain/spread.h"
#include "unit/explain_real.h"

// Rectified nets, then curved ones, then products, norms and constants on the way.
static const char *const nets[] = {
    "conv 4 3 pad=1, relu, maxpool 2, conv 5 3, relu, flatten, linear 6",
    "conv 4 3, batchnorm, relu, as a, conv 4 3 pad=1, add a, relu, avgpool 2, flatten, linear 4",
    "conv 4 3 stride=2, batchnorm, leaky_relu, gap, flatten, linear 5, relu, linear 3",
    "conv 6 3 pad=1, tanh, conv 5 3 stride=2, sigmoid, flatten, linear 3",
    "conv 6 3 pad=1, gelu, as a, conv 6 1, silu, mul a, avgpool 3, flatten, linear 3",
    ("as x, conv 4 3, relu, as a, from x, conv 4 3, concat a, softplus, maxpool 2, flatten, linear "
     "3"),
};
enum { NETS = sizeof nets / sizeof nets[0], PIXELS = 162 };

static fovea_attribution *fullgrad(explain_net *net, int64_t target) {
    fovea_explain_options how = explain_how("fullgrad", target);
    return explain_do(net, &how);
}

static void fullgrad_adds_up_to_the_logit(void **state) {
    (void)state;
    for (size_t n = 0; n < NETS; n++)
        for (int64_t target = 0; target < 3; target++) {
            explain_net net = explain_open(nets[n], 3 + n, NULL);
            fovea_attribution *result = fullgrad(&net, target);
            assert_string_equal(result->law, "completeness");
            assert_true(result->expected == result->logit);
            if (!(fabs(result->sum - result->logit) < 1e-10 * fabs(result->logit)))
                fail_msg("%s: %.17g is not %.17g", nets[n], result->sum, result->logit);
            fovea_attribution_free(result);
            explain_close(&net);
        }
}

static void the_layers_of_fullgrad_pass_on_what_they_do_not_take(void **state) {
    (void)state;
    for (size_t n = 0; n < NETS; n++) {
        explain_net net = explain_open(nets[n], 3 + n, NULL);
        fovea_attribution *result = fullgrad(&net, 1);
        double biases = 0;
        for (int32_t l = 0; l < result->layer_count; l++) {
            assert_true(result->layers[l].residual < 1e-11);
            biases += result->layers[l].bias;
            if (strncmp(result->layers[l].name, "relu", 4) == 0)
                assert_true(result->layers[l].bias == 0);
        }
        // What the first layer gives to x is gradient x input; from the logits down it is all there.
        fovea_explain_options how = explain_how("gradient-x-input", 1);
        fovea_attribution *pixels = explain_do(&net, &how);
        assert_true(fabs(pixels->sum + biases - result->logit) < 1e-11);
        fovea_attribution_free(pixels);
        fovea_attribution_free(result);
        explain_close(&net);
    }
}

static void fullgrad_without_constants_is_gradient_x_input(void **state) {
    (void)state;
    explain_net net =
        explain_open("conv 4 3 bias=0, relu, maxpool 2, conv 5 3 bias=0, relu, flatten", 5, NULL);
    fovea_explain_options how = explain_how("gradient-x-input", 1);
    fovea_attribution *a = fullgrad(&net, 1), *b = explain_do(&net, &how);
    const double *x = fovea_tensor_view(a->map).data, *y = fovea_tensor_view(b->map).data;
    for (int64_t i = 0; i < PIXELS; i++) assert_true(x[i] == y[i]);
    assert_true(fabs(b->sum - b->logit) < 1e-12);  // Euler: f is homogeneous
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&net);
}

static void folding_the_batch_normalisation_changes_no_account(void **state) {
    (void)state;
    explain_net net = explain_open(nets[1], 4, NULL);
    fovea_explainer *folded;
    assert_int_equal(fovea__explainer_folded(net.explainer, &folded, NULL), FOVEA_OK);
    fovea_explain_options how = explain_how("fullgrad", 1);
    fovea_attribution *a = explain_do(&net, &how), *b = NULL;
    assert_int_equal(fovea_explain(folded, &net.view, &how, &b, NULL), FOVEA_OK);
    fovea_view x = fovea_tensor_view(a->map), y = fovea_tensor_view(b->map);
    for (int64_t i = 0; i < PIXELS; i++)
        assert_true(fabs(fovea__view_number(&x, i) - fovea__view_number(&y, i)) < 1e-12);
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&net);
}

static void a_wrong_gradient_breaks_the_account(void **state) {
    (void)state;
    fovea_explainer_options wrong;
    fovea_explainer_options_default(&wrong);
    wrong.planted_error = 1;
    explain_net net = explain_open(nets[0], 5, &wrong);
    fovea_attribution *result = fullgrad(&net, 1);
    assert_true(result->residual > 1e-3);
    fovea_attribution_free(result);
    explain_close(&net);
}

static void a_cell_spread_over_its_pixels_keeps_its_sum(void **state) {
    (void)state;
    static const int64_t sizes[][4] = {{3, 4, 9, 9}, {1, 1, 5, 7}, {7, 5, 7, 5}, {9, 11, 4, 3}};
    for (size_t k = 0; k < 4; k++) {
        fovea_shape cells = fovea_shape_make(2, sizes[k]),
                    pixels = fovea_shape_make(2, sizes[k] + 2);
        double map[128], picture[128] = {0}, sum = 0, spread = 0;
        for (int64_t i = 0; i < fovea_shape_count(&cells); i++)
            sum += map[i] = sin(1.0 + (double)i);
        assert_int_equal(fovea__spread(context, map, &cells, &pixels, picture, NULL), FOVEA_OK);
        for (int64_t i = 0; i < fovea_shape_count(&pixels); i++) spread += picture[i];
        assert_true(fabs(sum - spread) < 1e-13);
        if (k == 2) assert_memory_equal(map, picture, 35 * sizeof(double));
    }
}

static void fullgrad_adds_up_on_real_nets_in_float(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double scale;
    } real[] = {{"models/converted/resnet20-cifar10.onnx", 2},
                {"models/converted/squeezenet1.0-deepcompression.onnx", 64},
                {"models/converted/shufflenet-v2-dequantised.onnx", 2},
                {"models/converted/tiny-vgg.onnx", 1},
                {"models/onnx/mnist-7.onnx", 128}};
    for (size_t n = 0; n < sizeof real / sizeof real[0]; n++) {
        explain_net net;
        if (!explain_open_real(real[n].name, 5, real[n].scale, &net)) continue;
        fovea_attribution *result = fullgrad(&net, -1);
        if (!(result->residual < 1e-4)) fail_msg("%s: %g", real[n].name, result->residual);
        fovea_attribution_free(result);
        explain_close(&net);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fullgrad_adds_up_to_the_logit),
        cmocka_unit_test(the_layers_of_fullgrad_pass_on_what_they_do_not_take),
        cmocka_unit_test(fullgrad_without_constants_is_gradient_x_input),
        cmocka_unit_test(folding_the_batch_normalisation_changes_no_account),
        cmocka_unit_test(a_wrong_gradient_breaks_the_account),
        cmocka_unit_test(a_cell_spread_over_its_pixels_keeps_its_sum),
        cmocka_unit_test(fullgrad_adds_up_on_real_nets_in_float),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
