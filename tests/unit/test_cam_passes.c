// SPDX-License-Identifier: MIT
// Class activation maps that ask the net again (Score-CAM, Ablation-CAM), that do not ask it
// (Eigen-CAM), and how they are computed: the same bits by every way.
#include "unit/failing.h"

#include "explain/upsample.h"
#include "unit/explain_cam.h"

static const char *const methods[] = {"grad-cam",  "grad-cam++",   "hirescam",
                                      "xgrad-cam", "layercam",     "eigen-cam",
                                      "score-cam", "ablation-cam", "guided-grad-cam"};
enum { METHODS = sizeof methods / sizeof methods[0] };

// Score-CAM from its definition: one forward pass a map. The weights go into `weight`.
static void score_weights(explain_net *net, const char *layer, int64_t target, double base,
                          double *weight) {
    fovea_tensor *a;
    cam_full(net, layer, 0, &a, NULL);
    fovea_shape shape = fovea_tensor_view(a).shape;
    int64_t channels = shape.dim[1], cells = fovea_shape_count(&shape) / channels;
    fovea_shape maps = fovea_shape_make(2, shape.dim + 2);
    fovea_shape picture = fovea_shape_make(2, (const int64_t[]){9, 9});
    double kept[162], up[81], sum = 0, *x = net->view.data;
    memcpy(kept, x, sizeof kept);
    for (int64_t k = 0; k < channels; k++) {
        double low = INFINITY, high = -INFINITY;
        assert_int_equal(fovea__upsample(context, (double *)fovea_tensor_view(a).data + k * cells,
                                         &maps, &picture, up, NULL),
                         FOVEA_OK);
        for (int i = 0; i < 81; i++) low = fmin(low, up[i]), high = fmax(high, up[i]);
        for (int i = 0; i < 162; i++)
            x[i] = high > low ? kept[i] * (up[i % 81] - low) / (high - low) : 0;
        weight[k] = exp(explain_logit(net, &net->view, target) - base);
        sum += weight[k];
    }
    memcpy(x, kept, sizeof kept);
    for (int64_t k = 0; k < channels; k++) weight[k] /= sum;
    fovea_tensor_free(a);
}

static void weighted_map(explain_net *net, const char *layer, const double *weight, double *map) {
    fovea_tensor *a;
    cam_full(net, layer, 0, &a, NULL);
    fovea_shape shape = fovea_tensor_view(a).shape;
    int64_t cells = fovea_shape_count(&shape) / shape.dim[1];
    for (int64_t i = 0; i < cells; i++) map[i] = 0;
    for (int64_t i = 0; i < fovea_shape_count(&shape); i++)
        map[i % cells] += weight[i / cells] * cam_number(a, i);
    fovea_tensor_free(a);
}

static void assert_is_map(const fovea_tensor *map, const double *want, double most) {
    for (int64_t i = 0; i < cam_count(map); i++)
        if (!(fabs(cam_number(map, i) - want[i]) <= most * fmax(1, fabs(want[i]))))
            fail_msg("cell %d is %.17g, not %.17g", (int)i, cam_number(map, i), want[i]);
}

static void score_cam_is_its_definition_one_mask_after_the_other(void **state) {
    (void)state;
    static const char *const layers[] = {"relu1", "conv2", "maxpool1", "sigmoid1"};
    explain_net net = explain_open(cam_deep, 21, NULL);
    double weight[6], want[81];
    for (size_t l = 0; l < 4; l++) {
        score_weights(&net, layers[l], 1, 0.25, weight);
        weighted_map(&net, layers[l], weight, want);
        fovea_attribution *map = cam_do(&net, "score-cam", layers[l], 1);
        assert_is_map(map->before_relu, want, 1e-12);
        fovea_attribution_free(map);
    }
    explain_close(&net);
}

// Every map of the layer is the same, so that the result is that map times the sum of the weights.
static void score_cams_weights_sum_to_one(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 22, NULL);
    int64_t count;
    double *weight = cam_parameter(&net, "conv2.weight", &count);
    double *bias = cam_parameter(&net, "conv2.bias", NULL);
    for (int64_t i = 0; i < count; i++) weight[i] = weight[i % (count / 5)];
    for (int i = 0; i < 5; i++) bias[i] = bias[0];
    fovea_attribution *map = cam_do(&net, "score-cam", "conv2", 2);
    fovea_tensor *a;
    cam_full(&net, "conv2", 0, &a, NULL);
    for (int64_t i = 0; i < cam_count(map->before_relu); i++)
        assert_true(fabs(cam_number(map->before_relu, i) - cam_number(a, i)) < 1e-14);
    fovea_tensor_free(a);
    fovea_attribution_free(map);
    explain_close(&net);
}

static void what_is_added_to_every_logit_does_not_change_score_cam(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 23, NULL);
    fovea_attribution *a = cam_do(&net, "score-cam", "relu1", 3);
    double zero[5], far[5];
    score_weights(&net, "relu1", 3, 0, zero);
    score_weights(&net, "relu1", 3, -7.5, far);
    for (int k = 0; k < 4; k++) assert_true(fabs(zero[k] - far[k]) < 1e-14);
    cam_parameter(&net, "linear1.bias", NULL)[3] += 50;
    fovea_attribution *b = cam_do(&net, "score-cam", "relu1", 3);
    assert_true(cam_apart(a->before_relu, b->before_relu, 1) < 1e-12);
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&net);
}

static void score_cam_gives_maps_without_differences_the_mask_zero(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 24, NULL);
    int64_t count;
    double *weight = cam_parameter(&net, "conv2.weight", &count);
    double *bias = cam_parameter(&net, "conv2.bias", NULL);
    for (int64_t i = count / 5; i < 4 * count / 5; i++) weight[i] = 0;
    bias[1] = 0.75, bias[2] = -0.5, bias[3] = 0.125;
    double w[5], want[16];
    score_weights(&net, "relu2", 1, 0, w);
    weighted_map(&net, "relu2", w, want);
    fovea_attribution *map = cam_do(&net, "score-cam", "relu2", 1);
    assert_is_map(map->before_relu, want, 1e-12);
    // Two maps with cells that differ, one pass for the three others, and that of x.
    assert_int_equal(map->forward_passes, 4);
    assert_int_equal(map->backward_passes, 0);
    fovea_attribution_free(map);
    explain_close(&net);
}

static void score_cam_takes_a_pass_for_each_map_and_one(void **state) {
    (void)state;
    explain_net net = explain_open(cam_deep, 25, NULL);
    fovea_attribution *map = cam_do(&net, "score-cam", "sigmoid1", 1);
    assert_int_equal(map->forward_passes, 7);
    fovea_attribution_free(map);
    explain_close(&net);
}

static void chunks_do_not_change_a_bit(void **state) {
    (void)state;
    static const char *const chunked[] = {"score-cam", "ablation-cam"};
    fovea_explainer_options small;
    fovea_explainer_options_default(&small);
    small.memory = 1;
    explain_net net = explain_open(cam_deep, 26, NULL), one = explain_open(cam_deep, 26, &small);
    for (int m = 0; m < 2; m++) {
        fovea_attribution *a = cam_do(&net, chunked[m], "sigmoid1", 2);
        fovea_attribution *b = cam_do(&one, chunked[m], "sigmoid1", 2);
        assert_true(cam_same_bits(a->before_relu, b->before_relu));
        fovea_attribution_free(a);
        fovea_attribution_free(b);
    }
    explain_close(&net);
    explain_close(&one);
}

static void ablation_cam_weighs_by_weight_times_mean_before_mean_and_linear(void **state) {
    (void)state;
    explain_net net = explain_open(cam_pooled, 27, NULL);
    fovea_tensor *a;
    cam_full(&net, "relu2", 0, &a, NULL);
    for (int64_t c = 0; c < 5; c++) {
        fovea_attribution *map = cam_do(&net, "ablation-cam", "relu2", c);
        const double *linear = cam_parameter(&net, "linear1.weight", NULL) + 6 * c;
        double weight[6], want[16];
        for (int k = 0; k < 6; k++) {
            double mean = 0;
            for (int i = 0; i < 16; i++) mean += cam_number(a, 16 * k + i) / 16;
            weight[k] = linear[k] * mean / map->logit;
        }
        weighted_map(&net, "relu2", weight, want);
        assert_is_map(map->before_relu, want, 1e-11);
        fovea_attribution_free(map);
    }
    fovea_tensor_free(a);
    explain_close(&net);
}

// A convolution's map is taken away by zeros in its filter: a forward pass of the whole net.
static void ablation_cam_is_whole_forward_passes_without_each_map(void **state) {
    (void)state;
    static const struct {
        const char *text, *layer;
        int channels;
    } cases[] = {{cam_flat, "conv1", 4},
                 {cam_flat, "conv2", 5},
                 {cam_deep, "conv2", 4},
                 {cam_deep, "conv3", 6}};
    for (size_t n = 0; n < 4; n++) {
        explain_net net = explain_open(cases[n].text, 28, NULL);
        fovea_attribution *map = cam_do(&net, "ablation-cam", cases[n].layer, 1);
        char name[64];
        int64_t count;
        snprintf(name, sizeof name, "%s.weight", cases[n].layer);
        double *weight = cam_parameter(&net, name, &count), kept[256], share[6], want[81];
        snprintf(name, sizeof name, "%s.bias", cases[n].layer);
        double *bias = cam_parameter(&net, name, NULL);
        int64_t taps = count / cases[n].channels;
        for (int k = 0; k < cases[n].channels; k++) {
            double b = bias[k];
            memcpy(kept, weight + k * taps, (size_t)taps * sizeof *kept);
            memset(weight + k * taps, 0, (size_t)taps * sizeof *kept);
            bias[k] = 0;
            share[k] = (map->logit - explain_logit(&net, &net.view, 1)) / map->logit;
            bias[k] = b;
            memcpy(weight + k * taps, kept, (size_t)taps * sizeof *kept);
        }
        weighted_map(&net, cases[n].layer, share, want);
        assert_is_map(map->before_relu, want, 1e-14);
        fovea_attribution_free(map);
        explain_close(&net);
    }
}

static void a_net_resumed_at_a_layer_has_the_bits_of_the_whole_net(void **state) {
    (void)state;
    static const char *const layers[] = {"conv1", "relu1", "conv2", "tanh1", "relu2", "sigmoid1"};
    explain_net net = explain_open(cam_deep, 29, NULL);
    for (size_t l = 0; l < 6; l++) {
        fovea_explain_options how = explain_how("ablation-cam", 0);
        fovea__job job = {.explainer = net.explainer, .options = &how, .x = net.view};
        fovea__passes_options options = {.leaf = FOVEA_NO_VALUE};
        fovea__cam_tail tail;
        fovea_tensor *value;
        job.layer = explain_value(&net, layers[l]);
        assert_int_equal(fovea__first_pass(net.explainer, &options, &net.view, &job.forward, NULL),
                         FOVEA_OK);
        assert_int_equal(fovea__passes_value(job.forward, job.layer, &value, NULL), FOVEA_OK);
        assert_int_equal(fovea__cam_tail_open(&job, 3, &tail, NULL), FOVEA_OK);
        size_t bytes = (size_t)cam_count(value) * sizeof(double);
        fovea_view to = fovea__cam_tail_layer(&tail, 3);
        for (int i = 0; i < 3; i++)
            memcpy((char *)to.data + (size_t)i * bytes, fovea_tensor_view(value).data, bytes);
        assert_int_equal(fovea__cam_tail_run(&tail, 3, NULL), FOVEA_OK);
        for (int64_t c = 0; c < 3; c++)
            for (int i = 0; i < 3; i++)
                assert_true(fovea__passes_logit(&tail.passes, i, c) ==
                            explain_logit(&net, &net.view, c));
        fovea__cam_tail_close(&tail);
        fovea_tensor_free(value);
    }
    explain_close(&net);
}

static void ablation_cam_takes_no_pass_for_maps_of_zeros(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 30, NULL);
    int64_t count;
    double *weight = cam_parameter(&net, "conv2.weight", &count);
    double *bias = cam_parameter(&net, "conv2.bias", NULL);
    for (int64_t i = count / 5; i < 3 * count / 5; i++) weight[i] = 0;
    bias[1] = -1, bias[2] = -2;
    fovea_attribution *map = cam_do(&net, "ablation-cam", "relu2", 1);
    assert_int_equal(map->forward_passes, 4);
    fovea_attribution_free(map);
    explain_close(&net);
}

static void a_logit_of_zero_cannot_be_ablated(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 31, NULL);
    int64_t count;
    double *weight = cam_parameter(&net, "linear1.weight", &count);
    for (int64_t i = 0; i < count; i++) weight[i] = 0;
    cam_parameter(&net, "linear1.bias", NULL)[0] = 0;
    fovea_explain_options how = explain_how("ablation-cam", 0);
    fovea_attribution *map = NULL;
    fovea_error error;
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &map, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "logit is 0"));
    assert_null(map);
    explain_close(&net);
}

static void guided_grad_cam_is_the_product_of_both(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 32, NULL);
    fovea_attribution *both = cam_do(&net, "guided-grad-cam", "relu2", 1);
    fovea_attribution *cam = cam_do(&net, "grad-cam", "relu2", 1);
    fovea_attribution *guided = cam_do(&net, "guided-backprop", NULL, 1);
    fovea_view small = fovea_tensor_view(cam->map);
    fovea_shape picture = fovea_shape_make(2, (const int64_t[]){9, 9});
    double up[81];
    assert_int_equal(fovea__upsample(context, small.data, &small.shape, &picture, up, NULL),
                     FOVEA_OK);
    assert_int_equal(cam_count(both->map), 162);
    for (int64_t i = 0; i < 162; i++)
        assert_true(cam_number(both->map, i) == cam_number(guided->map, i) * up[i % 81]);
    fovea_attribution_free(both);
    fovea_attribution_free(cam);
    fovea_attribution_free(guided);
    explain_close(&net);
}

static void a_pass_that_stops_at_the_layer_has_the_bits_of_the_whole(void **state) {
    (void)state;
    static const char *const layers[] = {"conv1", "relu1",    "conv2",   "tanh1",
                                         "relu2", "maxpool1", "sigmoid1"};
    explain_net net = explain_open(cam_deep, 33, NULL);
    for (size_t l = 0; l < 7; l++) {
        fovea_value v = explain_value(&net, layers[l]);
        fovea__passes_options how = {.gradients = true, .leaf = v};
        fovea__passes *passes;
        fovea_tensor *whole, *part;
        cam_full(&net, layers[l], 2, NULL, &whole);
        assert_int_equal(fovea__first_pass(net.explainer, &how, &net.view, &passes, NULL),
                         FOVEA_OK);
        assert_int_equal(fovea__passes_back(passes, 2, NULL), FOVEA_OK);
        assert_int_equal(fovea__passes_gradient(passes, v, &part, NULL), FOVEA_OK);
        assert_true(cam_same_bits(whole, part));
        fovea_tensor_free(whole);
        fovea_tensor_free(part);
    }
    explain_close(&net);
}

static void layers_together_have_the_bits_of_each_by_itself(void **state) {
    (void)state;
    static const char *const layers[] = {"relu2", "conv1", "conv2", "tanh1", "sigmoid1"};
    explain_net net = explain_open(cam_deep, 34, NULL);
    for (int m = 0; m < METHODS; m++) {
        fovea_explain_options how = explain_how(methods[m], 1);
        fovea_value values[5];
        fovea_attribution *all[5];
        // From the second on none comes from the first alone: then from the input.
        for (int first = 0; first < 3; first++) {
            for (int l = first; l < 5; l++) values[l] = explain_value(&net, layers[l]);
            assert_int_equal(fovea_explain_layers(net.explainer, &net.view, &how, values + first,
                                                  5 - first, all + first, NULL),
                             FOVEA_OK);
            int64_t backward = 0, forward = 0;
            for (int l = first; l < 5; l++) {
                fovea_attribution *one = cam_do(&net, methods[m], layers[l], 1);
                assert_true(cam_same_bits(one->map, all[l]->map));
                assert_true(one->sum == all[l]->sum && all[l]->layer == values[l]);
                backward += all[l]->backward_passes;
                forward += all[l]->forward_passes;
                fovea_attribution_free(one);
                fovea_attribution_free(all[l]);
            }
            if (m < 5) assert_int_equal(backward, 1);
            if (m < 6) assert_int_equal(forward, 1);
        }
    }
    explain_close(&net);
}

static void the_bits_are_the_same_for_one_and_two_threads(void **state) {
    (void)state;
    fovea_context *mine = context, *other;
    fovea_context_options options;
    fovea_context_options_default(&options);
    fovea_tensor *kept[METHODS];
    for (int threads = 1; threads <= 2; threads++) {
        options.threads = threads;
        assert_int_equal(fovea_context_create(&options, &other, NULL), FOVEA_OK);
        context = other;
        explain_net net = explain_open(cam_deep, 35, NULL);
        for (int m = 0; m < METHODS; m++) {
            fovea_attribution *map = cam_do(&net, methods[m], "relu2", 1);
            fovea_view view = fovea_tensor_view(map->map);
            context = mine;
            if (threads == 1) {
                assert_int_equal(fovea_tensor_create(mine, view.type, &view.shape, &kept[m], NULL),
                                 FOVEA_OK);
                memcpy(fovea_tensor_view(kept[m]).data, view.data,
                       (size_t)fovea_shape_count(&view.shape) * sizeof(double));
            } else {
                assert_true(cam_same_bits(map->map, kept[m]));
                fovea_tensor_free(kept[m]);
            }
            context = other;
            fovea_attribution_free(map);
        }
        explain_close(&net);
        context = mine;
        fovea_context_free(other);
    }
}

static void running_out_of_memory_leaves_nothing(void **state) {
    (void)state;
    fovea_context *mine = context;
    for (int m = 0; m < METHODS; m++) {
        fovea_status status = FOVEA_OUT_OF_MEMORY;
        for (int64_t k = 1; status != FOVEA_OK; k++) {
            failing memory = {0};
            context = failing_context(&memory, 1);
            assert_non_null(context);
            explain_net net = explain_open(cam_flat, 36, NULL);
            fovea_explain_options how = explain_how(methods[m], 0);
            fovea_value layers[2] = {explain_value(&net, "relu1"), explain_value(&net, "relu2")};
            fovea_attribution *maps[2] = {NULL, NULL};
            memory.fail_at = memory.calls + k;
            status = fovea_explain_layers(net.explainer, &net.view, &how, layers, 2, maps, NULL);
            assert_true(status == FOVEA_OK || status == FOVEA_OUT_OF_MEMORY);
            for (int l = 0; l < 2; l++) fovea_attribution_free(maps[l]);
            memory.fail_at = 0;
            explain_close(&net);
            fovea_context_free(context);
            assert_int_equal(memory.live, 0);
        }
    }
    context = mine;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score_cam_is_its_definition_one_mask_after_the_other),
        cmocka_unit_test(score_cams_weights_sum_to_one),
        cmocka_unit_test(what_is_added_to_every_logit_does_not_change_score_cam),
        cmocka_unit_test(score_cam_gives_maps_without_differences_the_mask_zero),
        cmocka_unit_test(score_cam_takes_a_pass_for_each_map_and_one),
        cmocka_unit_test(chunks_do_not_change_a_bit),
        cmocka_unit_test(ablation_cam_weighs_by_weight_times_mean_before_mean_and_linear),
        cmocka_unit_test(ablation_cam_is_whole_forward_passes_without_each_map),
        cmocka_unit_test(a_net_resumed_at_a_layer_has_the_bits_of_the_whole_net),
        cmocka_unit_test(ablation_cam_takes_no_pass_for_maps_of_zeros),
        cmocka_unit_test(a_logit_of_zero_cannot_be_ablated),
        cmocka_unit_test(guided_grad_cam_is_the_product_of_both),
        cmocka_unit_test(a_pass_that_stops_at_the_layer_has_the_bits_of_the_whole),
        cmocka_unit_test(layers_together_have_the_bits_of_each_by_itself),
        cmocka_unit_test(the_bits_are_the_same_for_one_and_two_threads),
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
