// SPDX-License-Identifier: MIT
// Every ready-made net, and nets of every kind of layer, pass the public gradient check.
#include "fovea.h"
#include "unit/unit.h"

// Numbers in [-1, 1) without a pattern.
static void fill(fovea_view view) {
    int64_t count = fovea_shape_count(&view.shape);
    for (int64_t i = 0; i < count; i++) {
        uint32_t h = (uint32_t)i * 2654435761u + 52848u;
        h = (h ^ (h >> 15)) * 0x85EBCA6Bu;
        ((double *)view.data)[i] = (double)((h ^ (h >> 13)) % 4096) / 2048 - 1;
    }
}

static void check_net(const char *net, int32_t channels, int32_t side, int drop, int64_t most) {
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.precision = "f64";
    options.seed = 3;
    options.input = (fovea_shape){3, {channels, side, side}};
    if (fovea_model_open(context, net, &options, &model, &error)) fail_msg("%s", error.text);
    fovea_graph *graph = fovea_model_graph(model);
    fovea_tensor *x;
    fovea_shape shape = fovea_shape_make(4, (int64_t[]){2, channels, side, side});
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &shape, &x, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(x);
    fill(view);
    fovea_gradient_check_options check;
    fovea_gradient_report report;
    fovea_gradient_check_options_default(&check);
    check.most = most;
    check.training = drop;
    if (fovea_gradient_check(graph, &view, 1, &check, &report, &error))
        fail_msg("%s: %s", net, error.text);
    if (report.failed)
        fail_msg("%s: %lld of %lld differ, the worst is %s[%lld]: %.9g, by differences %.9g", net,
                 (long long)report.failed, (long long)report.checked,
                 fovea_graph_value(graph, report.worst_value).name, (long long)report.worst_element,
                 report.analytic, report.numeric);
    assert_true(report.checked >= 2 && report.worst <= 1);
    fovea_tensor_free(x);
    fovea_model_free(model);
    fovea_context_free(context);
}

static void ready_made_nets_pass_the_gradient_check(void **state) {
    (void)state;
    // Small pictures where the net takes any; the others have their own size.
    for (int32_t i = 0; i < fovea_ready_made_count(); i++) {
        const char *name, *text, *help;
        assert_int_equal(fovea_ready_made_get(i, &name, &text, &help, NULL), FOVEA_OK);
        if (strstr(help, "ImageNet")) continue;  // too large to nudge; made of the same layers
        int residual = strcmp(name, "resnet20") == 0;
        int grey = strstr("four-filters tutorial-mnist tutorial-mlp lenet5", name) != NULL;
        check_net(name, grey ? 1 : 3,
                  residual ? 8
                  : grey   ? 28
                           : 32,
                  residual, strcmp(name, "tutorial-fc") == 0 || residual ? 1 : 2);
    }
}

static void nets_of_every_layer_pass_the_gradient_check(void **state) {
    (void)state;
    check_net(
        "conv 4 3 pad=1 as a, batchnorm, gelu, conv 4 3 pad=1, add a, silu, maxpool 2, dropout "
        "0.2, avgpool 2, flatten, linear 6, log_softmax",
        2, 8, 1, 3);
    check_net(
        "conv 4 3 pad=1 as a, sigmoid, mul a, concat a, pad 1, leaky_relu, gap, flatten, "
        "linear 5, softmax",
        2, 6, 0, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ready_made_nets_pass_the_gradient_check),
        cmocka_unit_test(nets_of_every_layer_pass_the_gradient_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
