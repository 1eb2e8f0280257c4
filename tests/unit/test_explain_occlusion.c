// SPDX-License-Identifier: MIT
// Occlusion: what it must be where it is known, and that computing only what a patch can reach gives the
// bits of the whole net's forward pass.
#include <string.h>

#include "explain/reach.h"
#include "unit/explain_real.h"

#define LINEAR_NET "conv 3 3 pad=1, batchnorm, avgpool 3, flatten, linear 4"

static void set_patch(fovea_explain_options *how, int32_t height, int32_t width, int32_t down,
                      int32_t right) {
    how->patch[0] = height;
    how->patch[1] = width;
    how->stride[0] = down;
    how->stride[1] = right;
}

// f(x) - f(x with the patch), each by a forward pass of the whole net.
static void expect_whole_passes(explain_net *net, const fovea_explain_options *how,
                                const fovea_view *baseline, const char *name) {
    fovea_explain_options with = *how;
    with.baseline = baseline;
    fovea_attribution *result = explain_do(net, &with);
    fovea_view map = fovea_tensor_view(result->map);
    const fovea_shape *shape = &net->view.shape;
    int64_t height = shape->dim[2], width = shape->dim[3], place = 0;
    fovea_tensor *copy;
    assert_int_equal(fovea_tensor_create(context, net->view.type, shape, &copy, NULL), FOVEA_OK);
    fovea_view x = fovea_tensor_view(copy);
    size_t item = fovea_type_size(x.type);
    for (int64_t top = 0; top + how->patch[0] <= height; top += how->stride[0])
        for (int64_t left = 0; left + how->patch[1] <= width; left += how->stride[1], place++) {
            memcpy(x.data, net->view.data, (size_t)fovea_shape_count(shape) * item);
            for (int64_t c = 0; c < shape->dim[1]; c++)
                for (int64_t y = top; y < top + how->patch[0]; y++) {
                    size_t at = (size_t)((c * height + y) * width + left) * item;
                    memcpy((uint8_t *)x.data + at, (const uint8_t *)baseline->data + at,
                           (size_t)how->patch[1] * item);
                }
            double wanted = result->logit - explain_logit(net, &x, result->target);
            if (x.type == FOVEA_F32) wanted = (float)wanted;
            if (fovea__view_number(&map, place) != wanted)
                fail_msg("%s: place %lld is %.17g, not %.17g", name, (long long)place,
                         fovea__view_number(&map, place), wanted);
        }
    assert_int_equal(fovea_shape_count(&map.shape), place);
    fovea_tensor_free(copy);
    fovea_attribution_free(result);
}

static fovea_tensor *new_baseline(const explain_net *net, uint32_t seed, double scale) {
    fovea_tensor *made;
    assert_int_equal(fovea_tensor_create(context, net->view.type, &net->view.shape, &made, NULL),
                     FOVEA_OK);
    golden_fill(fovea_tensor_view(made), seed, scale);
    return made;
}

// Where the rest of the net is computed whole.
static const char *resume_of(const explain_net *net, const fovea_explain_options *how) {
    fovea__reach reach;
    fovea_value resume;
    assert_int_equal(
        fovea__reach_open(net->explainer->graph, how->patch, how->stride, &reach, NULL), FOVEA_OK);
    assert_int_equal(fovea__reach_resume(&reach, &resume, NULL), FOVEA_OK);
    fovea__reach_close(&reach);
    return net->explainer->graph->value[resume].name;
}

static void a_patch_like_the_picture_changes_nothing(void **state) {
    (void)state;
    explain_net net = explain_open("conv 4 3 pad=1, relu, maxpool 2, flatten, linear 6", 3, NULL);
    fovea_explain_options how = explain_how("occlusion", 1);
    set_patch(&how, 3, 2, 1, 2);
    how.baseline = &net.view;
    fovea_attribution *result = explain_do(&net, &how);
    assert_true(result->minimum == 0 && result->maximum == 0);
    assert_int_equal(result->state, FOVEA_MAP_EMPTY);
    fovea_attribution_free(result);
    explain_close(&net);
}

static void a_patch_over_everything_is_the_whole_difference(void **state) {
    (void)state;
    explain_net net = explain_open("conv 4 3 pad=1, relu, maxpool 2, flatten, linear 6", 3, NULL);
    fovea_tensor *made = new_baseline(&net, 8, 1);
    fovea_view baseline = fovea_tensor_view(made);
    fovea_explain_options how = explain_how("occlusion", 1);
    set_patch(&how, 9, 9, 4, 4);
    how.baseline = &baseline;
    fovea_attribution *result = explain_do(&net, &how);
    assert_true(result->sum == result->logit - explain_logit(&net, &baseline, 1));
    fovea_view map = fovea_tensor_view(result->map);
    assert_int_equal(fovea_shape_count(&map.shape), 1);
    fovea_tensor_free(made);
    fovea_attribution_free(result);
    explain_close(&net);
}

// sum over the patch of w_i (x_i - x'_i).
static void a_linear_net_loses_what_the_patch_weighs(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 3, NULL);
    fovea_tensor *made = new_baseline(&net, 8, 1);
    fovea_view baseline = fovea_tensor_view(made);
    fovea_explain_options how = explain_how("gradient", 1);
    fovea_attribution *weights = explain_do(&net, &how);
    const double *w = fovea_tensor_view(weights->map).data, *x = net.view.data;
    how = explain_how("occlusion", 1);
    set_patch(&how, 4, 3, 2, 3);
    how.baseline = &baseline;
    fovea_attribution *result = explain_do(&net, &how);
    fovea_view map = fovea_tensor_view(result->map);
    int64_t place = 0;
    for (int64_t top = 0; top + 4 <= 9; top += 2)
        for (int64_t left = 0; left + 3 <= 9; left += 3, place++) {
            double sum = 0;
            for (int64_t i = 0; i < 162; i++) {
                int64_t row = i / 9 % 9 - top, column = i % 9 - left;
                if (row >= 0 && row < 4 && column >= 0 && column < 3)
                    sum += w[i] * (x[i] - ((double *)baseline.data)[i]);
            }
            assert_true(fabs(sum - fovea__view_number(&map, place)) < 1e-13);
        }
    fovea_attribution_free(weights);
    fovea_attribution_free(result);
    fovea_tensor_free(made);
    explain_close(&net);
}

static void the_grid_has_as_many_places_as_fit(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 3, NULL);
    for (int32_t patch = 1; patch <= 9; patch++)
        for (int32_t stride = 1; stride < 12; stride += 2) {
            fovea_explain_options how = explain_how("occlusion", 1);
            set_patch(&how, patch, 10 - patch, stride, 2);
            fovea_attribution *result = explain_do(&net, &how);
            fovea_shape shape = fovea_tensor_view(result->map).shape;
            assert_int_equal(shape.rank, 3);
            assert_int_equal(shape.dim[0], 1);
            assert_int_equal(shape.dim[1], (9 - patch) / stride + 1);
            assert_int_equal(shape.dim[2], (9 - (10 - patch)) / 2 + 1);
            fovea_attribution_free(result);
        }
    explain_close(&net);
}

static void small_pictures_have_patches_of_a_quarter_and_steps_of_1(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 3, NULL);
    fovea_explain_options how = explain_how("occlusion", 1);
    fovea_attribution *result = explain_do(&net, &how);
    assert_int_equal(fovea_tensor_view(result->map).shape.dim[1], 9 - 2 + 1);
    fovea_attribution_free(result);
    explain_close(&net);
}

static void a_patch_that_does_not_fit_is_refused(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 3, NULL);
    fovea_explain_options how = explain_how("occlusion", 1);
    set_patch(&how, 10, 3, 1, 1);
    fovea_attribution *result = NULL;
    fovea_error error;
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "10×3"));
    assert_null(result);
    explain_close(&net);
}

static const char *const nets[] = {
    "conv 8 3 pad=1, relu, conv 8 3 pad=1, relu, maxpool 2, flatten, linear 4",
    "conv 6 5 pad=2 stride=2, batchnorm, relu, conv 6 3 pad=1, tanh, flatten, linear 4",
    "conv 4 3 dilation=2 pad=2, relu, maxpool 3 stride=2 pad=1 ceil=1, conv 6 3 pad=1, gap, "
    "flatten, "
    "linear 4",
    "conv 4 3 pad=1, relu, as a, conv 4 3 pad=1, batchnorm, add a, relu, as b, conv 4 3 pad=1, add "
    "b, "
    "avgpool 3, flatten, linear 4",
    "conv 4 1, relu, as a, conv 5 3 pad=1, relu, as b, from a, conv 5 1, relu, concat b, maxpool 3 "
    "stride=2 ceil=1, flatten, linear 4",
    "as x, conv 4 3 pad=1, as a, from x, conv 4 1, mul a, avgpool 2 pad=1 count_include_pad=1, "
    "relu, "
    "flatten, linear 4",
    "conv 4 2 stride=3 pad=1, relu, conv 7 1 stride=2, gelu, flatten, linear 4",
    "conv 4 3 pad=1 groups=2, leaky_relu, maxpool 2 stride=1 dilation=2 pad=1, lrn 3, flatten, "
    "linear 4",
    "relu, flatten, linear 4",
    "avgpool 3 stride=2 pad=1 ceil=1, conv 3 3, flatten, linear 4",
};
enum { NETS = sizeof nets / sizeof nets[0] };

static void what_a_patch_reaches_is_computed_to_the_bit_in_double(void **state) {
    (void)state;
    static const int32_t patches[][4] = {{2, 2, 1, 1}, {3, 1, 2, 3}, {1, 5, 1, 2}, {7, 8, 2, 1}};
    for (size_t n = 0; n < NETS; n++) {
        explain_net net = explain_open(nets[n], 3 + n, NULL);
        fovea_tensor *made = new_baseline(&net, 8, 1);
        fovea_view baseline = fovea_tensor_view(made);
        for (size_t p = 0; p < 4; p++) {
            fovea_explain_options how = explain_how("occlusion", 1);
            set_patch(&how, patches[p][0], patches[p][1], patches[p][2], patches[p][3]);
            expect_whole_passes(&net, &how, &baseline, nets[n]);
        }
        fovea_tensor_free(made);
        explain_close(&net);
    }
}

// The same nets, larger and in float: samples in the lanes, channels in the lanes.
static void what_a_patch_reaches_is_computed_to_the_bit_in_float(void **state) {
    (void)state;
    int less = 0;
    for (size_t n = 0; n < NETS; n++) {
        explain_net net;
        fovea_model_options options;
        fovea_error error;
        fovea_model_options_default(&options);
        options.seed = n;
        options.input = fovea_shape_make(3, (const int64_t[]){2, 37, 30});
        if (fovea_model_open(context, nets[n], &options, &net.model, &error) != FOVEA_OK ||
            fovea_explainer_create(net.model, NULL, &net.explainer, &error) != FOVEA_OK)
            fail_msg("%s: %s", nets[n], error.text);
        const int64_t size[] = {1, 2, 37, 30};
        fovea_shape shape = fovea_shape_make(4, size);
        assert_int_equal(fovea_tensor_create(context, FOVEA_F32, &shape, &net.x, NULL), FOVEA_OK);
        net.view = fovea_tensor_view(net.x);
        golden_fill(net.view, 4, 1);
        fovea_tensor *made = new_baseline(&net, 8, 1);
        fovea_view baseline = fovea_tensor_view(made);
        fovea_explain_options how = explain_how("occlusion", -1);
        set_patch(&how, 5, 4, 3, 4);
        less += strcmp(resume_of(&net, &how), "x") != 0;
        expect_whole_passes(&net, &how, &baseline, nets[n]);
        fovea_tensor_free(made);
        explain_close(&net);
    }
    assert_true(less >= 6);
}

static void what_a_patch_reaches_is_computed_to_the_bit_on_real_nets(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double scale;
        int32_t patch[4];
    } real[] = {{"models/converted/resnet20-cifar10.onnx", 2, {8, 8, 5, 6}},
                {"models/converted/squeezenet1.0-deepcompression.onnx", 64, {16, 16, 64, 40}},
                {"models/converted/shufflenet-v2-dequantised.onnx", 2, {16, 16, 72, 48}},
                {"models/converted/tiny-vgg.onnx", 1, {9, 16, 11, 13}},
                {"models/onnx/mnist-7.onnx", 128, {5, 7, 4, 3}}};
    for (size_t n = 0; n < sizeof real / sizeof real[0]; n++) {
        explain_net net;
        if (!explain_open_real(real[n].name, 5, real[n].scale, &net)) continue;
        fovea_tensor *made = new_baseline(&net, 8, real[n].scale);
        fovea_view baseline = fovea_tensor_view(made);
        fovea_explain_options how = explain_how("occlusion", -1);
        set_patch(&how, real[n].patch[0], real[n].patch[1], real[n].patch[2], real[n].patch[3]);
        print_message("    %s: computed whole from %s on\n", real[n].name, resume_of(&net, &how));
        expect_whole_passes(&net, &how, &baseline, real[n].name);
        fovea_tensor_free(made);
        explain_close(&net);
    }
}

static void a_net_of_numbers_in_a_row_is_covered_one_by_one(void **state) {
    (void)state;
    explain_net net;
    fovea_model_options options;
    fovea_error error;
    fovea_model_options_default(&options);
    options.precision = "f64";
    options.input = fovea_shape_make(2, (const int64_t[]){1, 7});
    if (fovea_model_open(context, "flatten, linear 3", &options, &net.model, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    assert_int_equal(fovea_explainer_create(net.model, NULL, &net.explainer, &error), FOVEA_OK);
    fovea_shape shape = fovea_shape_make(3, (const int64_t[]){1, 1, 7});
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &shape, &net.x, NULL), FOVEA_OK);
    net.view = fovea_tensor_view(net.x);
    golden_fill(net.view, 4, 1);
    fovea_explain_options how = explain_how("gradient-x-input", 1);
    fovea_attribution *terms = explain_do(&net, &how);
    how = explain_how("occlusion", 1);
    set_patch(&how, 1, 1, 1, 1);
    fovea_attribution *result = explain_do(&net, &how);
    fovea_view a = fovea_tensor_view(terms->map), b = fovea_tensor_view(result->map);
    assert_true(fovea_shape_equal(&a.shape, &b.shape));
    for (int64_t i = 0; i < 7; i++)
        assert_true(fabs(fovea__view_number(&a, i) - fovea__view_number(&b, i)) < 1e-14);
    fovea_attribution_free(terms);
    fovea_attribution_free(result);
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_patch_like_the_picture_changes_nothing),
        cmocka_unit_test(a_patch_over_everything_is_the_whole_difference),
        cmocka_unit_test(a_linear_net_loses_what_the_patch_weighs),
        cmocka_unit_test(the_grid_has_as_many_places_as_fit),
        cmocka_unit_test(small_pictures_have_patches_of_a_quarter_and_steps_of_1),
        cmocka_unit_test(a_patch_that_does_not_fit_is_refused),
        cmocka_unit_test(what_a_patch_reaches_is_computed_to_the_bit_in_double),
        cmocka_unit_test(what_a_patch_reaches_is_computed_to_the_bit_in_float),
        cmocka_unit_test(what_a_patch_reaches_is_computed_to_the_bit_on_real_nets),
        cmocka_unit_test(a_net_of_numbers_in_a_row_is_covered_one_by_one),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
