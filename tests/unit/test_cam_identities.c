// SPDX-License-Identifier: MIT
// What class activation maps must add up to, and where one method is another.
#include "unit/explain_cam.h"

static const char *const layers_of_deep[] = {"relu1", "relu2", "conv2", "maxpool1", "sigmoid1"};

static void cam_has_the_logit_less_its_bias_as_mean(void **state) {
    (void)state;
    for (int64_t c = 0; c < 5; c++) {
        explain_net net = explain_open(cam_pooled, 3, NULL);
        fovea_attribution *cam = cam_do(&net, "cam", NULL, c);
        double bias = cam_parameter(&net, "linear1.bias", NULL)[c];
        double mean = cam->sum / (double)cam_count(cam->map);
        assert_string_equal(cam->layer_name, "relu2");
        assert_true(fabs(mean + bias - explain_logit(&net, &net.view, c)) < 1e-13);
        assert_true(cam->residual < 1e-12);
        assert_string_equal(cam->law, "completeness");
        fovea_attribution_free(cam);
        explain_close(&net);
    }
}

static void grad_cam_before_its_relu_is_cam_by_the_number_of_cells(void **state) {
    (void)state;
    explain_net net = explain_open(cam_pooled, 3, NULL);
    for (int64_t c = 0; c < 5; c++) {
        fovea_attribution *cam = cam_do(&net, "cam", NULL, c);
        fovea_attribution *grad = cam_do(&net, "grad-cam", NULL, c);
        assert_true(cam_apart(cam->map, grad->before_relu, 16) < 1e-14);
        assert_true(grad->residual < 1e-12);
        fovea_attribution_free(cam);
        fovea_attribution_free(grad);
    }
    explain_close(&net);
}

static void a_net_that_ends_in_the_mean_is_its_own_cam(void **state) {
    (void)state;
    explain_net net = explain_open("conv 4 3, relu, conv 6 1, relu, gap, flatten", 4, NULL);
    fovea_tensor *value;
    cam_full(&net, "relu2", 0, &value, NULL);
    for (int64_t c = 0; c < 6; c++) {
        fovea_attribution *cam = cam_do(&net, "cam", "relu2", c);
        for (int64_t i = 0; i < 49; i++)
            assert_true(cam_number(cam->map, i) == cam_number(value, 49 * c + i));
        assert_true(cam->residual < 1e-13 || cam->expected == 0);
        fovea_attribution_free(cam);
    }
    fovea_tensor_free(value);
    explain_close(&net);
}

static void the_closed_form_has_the_bits_of_the_backward_pass(void **state) {
    (void)state;
    static const char *const ends[] = {
        "gap, flatten, linear 5",
        "dropout 0.5, gap, flatten, dropout 0.3, linear 5",
        "avgpool 4, flatten, linear 5",
        "adaptive_avgpool 1, flatten, linear 5",
    };
    for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++) {
        char text[256];
        snprintf(text, sizeof text, "conv 4 3 pad=1, relu, maxpool 2, conv 5 3 pad=1, relu, %s",
                 ends[e]);
        explain_net net = explain_open(text, 3 + e, NULL);
        fovea__cam_head head;
        fovea_value layer = explain_value(&net, "relu2");
        assert_true(fovea__cam_head_find(net.explainer, layer, &head));
        fovea_tensor *gradient;
        cam_full(&net, "relu2", 2, NULL, &gradient);
        for (int64_t i = 0; i < cam_count(gradient); i++) {
            double g = fovea__cam_head_weight(net.explainer, &head, 2, i / 16) / 16;
            assert_true(fabs(g - cam_number(gradient, i)) <= 1e-16 * fabs(g));
        }
        fovea_attribution *map = cam_do(&net, "grad-cam", "relu2", 2);
        assert_int_equal(map->forward_passes, 1);
        assert_int_equal(map->backward_passes, 0);
        fovea_attribution_free(map);
        fovea_tensor_free(gradient);
        explain_close(&net);
    }
}

static void the_closed_form_is_for_layers_before_the_mean_alone(void **state) {
    (void)state;
    explain_net net = explain_open(cam_pooled, 3, NULL);
    fovea__cam_head head;
    assert_false(fovea__cam_head_find(net.explainer, explain_value(&net, "conv2"), &head));
    assert_false(fovea__cam_head_find(net.explainer, explain_value(&net, "maxpool1"), &head));
    fovea_attribution *map = cam_do(&net, "grad-cam", "conv2", 1);
    assert_int_equal(map->forward_passes, 1);
    assert_int_equal(map->backward_passes, 1);
    fovea_attribution_free(map);
    fovea_explain_options how = explain_how("cam", 1);
    how.layer = explain_value(&net, "conv2");
    fovea_error error;
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &map, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "conv2"));
    explain_close(&net);
}

static void hirescam_sums_to_the_logit_less_its_bias_before_one_linear_layer(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 5, NULL);
    for (int64_t c = 0; c < 4; c++) {
        fovea_attribution *map = cam_do(&net, "hirescam", NULL, c);
        double bias = cam_parameter(&net, "linear1.bias", NULL)[c];
        assert_true(fabs(map->sum + bias - map->logit) < 1e-12);
        assert_true(fabs(map->expected + bias - map->logit) < 1e-12);
        assert_true(map->residual < 1e-11);
        fovea_attribution_free(map);
    }
    explain_close(&net);
}

static void hirescam_is_complete_before_any_affine_end(void **state) {
    (void)state;
    explain_net net = explain_open(
        "conv 4 3 pad=1, relu, as a, conv 3 3, batchnorm, avgpool 2, flatten, linear 8, linear 3",
        6, NULL);
    fovea_attribution *map = cam_do(&net, "hirescam", "relu1", 1);
    assert_string_equal(map->law, "completeness");
    assert_true(map->residual < 1e-10);
    fovea_attribution_free(map);
    explain_close(&net);
    net = explain_open(cam_deep, 6, NULL);
    map = cam_do(&net, "hirescam", "relu1", 1);
    assert_null(map->law);
    assert_true(isnan(map->residual));
    fovea_attribution_free(map);
    explain_close(&net);
}

static void hirescam_is_grad_cam_where_the_gradient_is_even(void **state) {
    (void)state;
    explain_net net = explain_open(cam_pooled, 7, NULL);
    fovea_attribution *a = cam_do(&net, "hirescam", NULL, 3),
                      *b = cam_do(&net, "grad-cam", NULL, 3);
    assert_true(cam_apart(a->map, b->before_relu, 1) < 1e-14);
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&net);
}

static void xgrad_cam_and_hirescam_have_one_sum(void **state) {
    (void)state;
    explain_net net = explain_open(cam_deep, 8, NULL);
    for (size_t l = 0; l < 5; l++) {
        fovea_attribution *a = cam_do(&net, "xgrad-cam", layers_of_deep[l], 0);
        fovea_attribution *b = cam_do(&net, "hirescam", layers_of_deep[l], 0);
        assert_true(fabs(a->sum - b->sum) < 1e-10 * fmax(1, fabs(b->sum)));
        fovea_attribution_free(a);
        fovea_attribution_free(b);
    }
    explain_close(&net);
}

// The map of a layer of one channel is w A: their signs tell w's.
static void grad_cam_plus_plus_has_no_weight_below_zero(void **state) {
    (void)state;
    for (uint64_t seed = 60; seed < 80; seed++) {
        explain_net net =
            explain_open("conv 1 3, tanh, flatten, linear 8, relu, linear 3", seed, NULL);
        fovea_attribution *map = cam_do(&net, "grad-cam++", "conv1", 2);
        fovea_tensor *a;
        cam_full(&net, "conv1", 0, &a, NULL);
        for (int64_t i = 0; i < cam_count(a); i++)
            assert_true(cam_number(a, i) * cam_number(map->before_relu, i) >= 0);
        fovea_tensor_free(a);
        fovea_attribution_free(map);
        explain_close(&net);
    }
}

static void grad_cam_plus_plus_is_its_formula(void **state) {
    (void)state;
    explain_net net = explain_open(cam_deep, 10, NULL);
    fovea_tensor *a, *g;
    cam_full(&net, "relu2", 1, &a, &g);
    fovea_attribution *map = cam_do(&net, "grad-cam++", "relu2", 1);
    double want[81] = {0};
    for (int k = 0; k < 4; k++) {
        double sum = 0, weight = 0;
        for (int i = 0; i < 81; i++) sum += cam_number(a, 81 * k + i);
        for (int i = 0; i < 81; i++) {
            double x = cam_number(g, 81 * k + i);
            if (x > 0) weight += x * x / (2 * x * x + sum * x * x * x) * x;
        }
        for (int i = 0; i < 81; i++) want[i] += weight * cam_number(a, 81 * k + i);
    }
    for (int i = 0; i < 81; i++)
        assert_true(fabs(want[i] - cam_number(map->map, i)) < 1e-10 * fmax(1, fabs(want[i])));
    fovea_tensor_free(a);
    fovea_tensor_free(g);
    fovea_attribution_free(map);
    explain_close(&net);
}

static void a_gradient_of_zero_gives_an_empty_map_and_no_nan(void **state) {
    (void)state;
    static const char *const methods[] = {"grad-cam", "grad-cam++", "hirescam", "xgrad-cam",
                                          "layercam"};
    explain_net net = explain_open(cam_flat, 11, NULL);
    int64_t count;
    double *weight = cam_parameter(&net, "linear1.weight", &count);
    for (int64_t i = 0; i < count / 4; i++) weight[i] = 0;
    for (size_t m = 0; m < 5; m++) {
        fovea_attribution *map = cam_do(&net, methods[m], NULL, 0);
        assert_int_equal(map->state, FOVEA_MAP_EMPTY);
        for (int64_t i = 0; i < cam_count(map->map); i++) assert_true(cam_number(map->map, i) == 0);
        fovea_attribution_free(map);
    }
    explain_close(&net);
}

static void layercam_is_never_below_zero(void **state) {
    (void)state;
    explain_net net = explain_open(cam_deep, 12, NULL);
    for (size_t l = 0; l < 5; l++) {
        fovea_attribution *map = cam_do(&net, "layercam", layers_of_deep[l], 2);
        assert_true(map->minimum >= 0);
        fovea_attribution_free(map);
    }
    explain_close(&net);
}

static void layercam_is_grad_cam_where_the_gradient_is_even_and_positive(void **state) {
    (void)state;
    explain_net net = explain_open(cam_pooled, 13, NULL);
    int64_t count;
    double *weight = cam_parameter(&net, "linear1.weight", &count);
    for (int64_t i = 0; i < count; i++) weight[i] = fabs(weight[i]);
    fovea_attribution *a = cam_do(&net, "layercam", NULL, 4),
                      *b = cam_do(&net, "grad-cam", NULL, 4);
    assert_true(cam_apart(a->map, b->map, 1) < 1e-14);
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&net);
}

static void a_map_that_is_negative_all_over_is_said_to_be_cut(void **state) {
    (void)state;
    explain_net net = explain_open(cam_pooled, 14, NULL);
    int64_t count;
    double *weight = cam_parameter(&net, "linear1.weight", &count);
    for (int64_t i = 0; i < count; i++) weight[i] = -fabs(weight[i]) - 0.1;
    fovea_attribution *map = cam_do(&net, "grad-cam", NULL, 0);
    assert_int_equal(map->state, FOVEA_MAP_CUT);
    assert_true(map->maximum == 0 && map->sum < 0);
    fovea_attribution_free(map);
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cam_has_the_logit_less_its_bias_as_mean),
        cmocka_unit_test(grad_cam_before_its_relu_is_cam_by_the_number_of_cells),
        cmocka_unit_test(a_net_that_ends_in_the_mean_is_its_own_cam),
        cmocka_unit_test(the_closed_form_has_the_bits_of_the_backward_pass),
        cmocka_unit_test(the_closed_form_is_for_layers_before_the_mean_alone),
        cmocka_unit_test(hirescam_sums_to_the_logit_less_its_bias_before_one_linear_layer),
        cmocka_unit_test(hirescam_is_complete_before_any_affine_end),
        cmocka_unit_test(hirescam_is_grad_cam_where_the_gradient_is_even),
        cmocka_unit_test(xgrad_cam_and_hirescam_have_one_sum),
        cmocka_unit_test(grad_cam_plus_plus_has_no_weight_below_zero),
        cmocka_unit_test(grad_cam_plus_plus_is_its_formula),
        cmocka_unit_test(a_gradient_of_zero_gives_an_empty_map_and_no_nan),
        cmocka_unit_test(layercam_is_never_below_zero),
        cmocka_unit_test(layercam_is_grad_cam_where_the_gradient_is_even_and_positive),
        cmocka_unit_test(a_map_that_is_negative_all_over_is_said_to_be_cut),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
