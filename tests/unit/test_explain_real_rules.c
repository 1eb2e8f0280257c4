// SPDX-License-Identifier: MIT
// Relevance and DeepLIFT on pretrained nets in single precision (where FOVEA_DATA has them): laws hold to
// what floats can hold, whatever the net's operators.
#include <stdio.h>
#include <string.h>

#include "unit/explain_real.h"

static const char *const files[] = {"squeezenet1.0-deepcompression", "resnet20-cifar10",
                                    "shufflenet-v2-dequantised", "tiny-vgg", "udacity-cifar-cnn"};
enum { FILES = sizeof files / sizeof files[0] };

static bool open_file(const char *name, explain_net *net) {
    char file[128];
    snprintf(file, sizeof file, "models/converted/%s.onnx", name);
    return explain_open_real(file, 7, 1, net);
}

// Asks `check` of every net there is.
static void on_every_net(void (*check)(const char *name, explain_net *net)) {
    int opened = 0;
    for (int f = 0; f < FILES; f++) {
        explain_net net;
        if (!open_file(files[f], &net)) continue;
        check(files[f], &net);
        explain_close(&net);
        opened++;
    }
    if (!opened) {
        print_message("    skipped: FOVEA_DATA has no models/converted\n");
        skip();
    }
}

static double magnitudes(const fovea_attribution *result) {
    fovea_view map = fovea_tensor_view(result->map);
    double sum = 0;
    for (int64_t i = 0; i < fovea_shape_count(&map.shape); i++)
        sum += fabs(fovea__view_number(&map, i));
    return sum;
}

static void check_conservation(const char *name, explain_net *net) {
    static const char *const methods[] = {"lrp-0",          "lrp-epsilon", "lrp-gamma", "lrp",
                                          "lrp-alpha-beta", "lrp-zplus",   "lrp-zb",    "lrp-flat"};
    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        fovea_explain_options how = explain_how(methods[m], -1);
        fovea_attribution *result = explain_do(net, &how);
        double worst = 0, most = fabs(result->logit);
        for (int l = 0; l < result->layer_count; l++) {
            worst = fmax(worst, result->layers[l].residual);
            most = fmax(most, fabs(result->layers[l].sum));
        }
        double off = fabs(result->sum - result->expected) / fmax(most, magnitudes(result));
        print_message("    %s, %s: sum %.2g off, worst layer %.2g\n", name, methods[m], off, worst);
        assert_true(off < 1e-5);
        fovea_attribution_free(result);
    }
}

static void pretrained_nets_conserve_relevance(void **state) {
    (void)state;
    on_every_net(check_conservation);
}

static void check_input_gradient(const char *name, explain_net *net) {
    fovea_explain_options zero = explain_how("lrp-0", -1),
                          product = explain_how("gradient-x-input", -1);
    fovea_attribution *a = explain_do(net, &zero), *b = explain_do(net, &product);
    fovea_view x = fovea_tensor_view(a->map), y = fovea_tensor_view(b->map);
    double off = 0, most = 0;
    for (int64_t i = 0; i < fovea_shape_count(&x.shape); i++) {
        off = fmax(off, fabs(fovea__view_number(&x, i) - fovea__view_number(&y, i)));
        most = fmax(most, fabs(fovea__view_number(&y, i)));
    }
    print_message("    %s: %.2g off\n", name, off / most);
    assert_true(off < 1e-3 * most);
    fovea_attribution_free(a);
    fovea_attribution_free(b);
}

static void on_pretrained_nets_lrp_0_is_gradient_times_input(void **state) {
    (void)state;
    on_every_net(check_input_gradient);
}

static void check_completeness(const char *name, explain_net *net) {
    fovea_explain_options how = explain_how("deeplift", -1);
    fovea_attribution *result = explain_do(net, &how);
    double off = fabs(result->sum - result->expected) / magnitudes(result);
    print_message("    %s: %.2g off\n", name, off);
    assert_true(off < 1e-5);
    fovea_attribution_free(result);
}

static void on_pretrained_nets_deeplift_is_complete(void **state) {
    (void)state;
    on_every_net(check_completeness);
}

static void check_sign(const char *name, explain_net *net) {
    static const char *const methods[] = {"lrp-zplus", "lrp-zb"};
    for (size_t m = 0; m < 2; m++) {
        fovea_explain_options how = explain_how(methods[m], -1);
        fovea_attribution *result = explain_do(net, &how);
        print_message("    %s: %s from %.3g\n", name, methods[m], result->minimum);
        if (result->logit > 0) assert_true(result->minimum >= -1e-6 * result->maximum);
        fovea_attribution_free(result);
    }
}

static void on_pretrained_nets_z_plus_and_z_b_are_not_negative(void **state) {
    (void)state;
    on_every_net(check_sign);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pretrained_nets_conserve_relevance),
        cmocka_unit_test(on_pretrained_nets_lrp_0_is_gradient_times_input),
        cmocka_unit_test(on_pretrained_nets_deeplift_is_complete),
        cmocka_unit_test(on_pretrained_nets_z_plus_and_z_b_are_not_negative),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
