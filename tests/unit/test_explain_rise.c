// SPDX-License-Identifier: MIT
// RISE: its masks, and the cases in which its mean is known.
#include <string.h>

#include "explain/rise_mask.h"
#include "unit/explain_net.h"

enum { SIDE = 9, CELLS = SIDE * SIDE };
#define NET "conv 4 3 pad=1, relu, maxpool 2, conv 5 3, relu, flatten, linear 6"
#define LINEAR_NET "conv 3 3 pad=1, avgpool 3, flatten, linear 4"

static const double *numbers(const fovea_attribution *result) {
    return fovea_tensor_view(result->map).data;
}

static void fill_mask(const fovea__rise_masks *masks, int64_t n, double *mask) {
    for (int64_t y = 0; y < masks->height; y++) {
        fovea__rise_row row = fovea__rise_row_begin(masks, n, y);
        for (int64_t x = 0; x < masks->width; x++)
            mask[y * masks->width + x] = fovea__rise_row_next(&row);
    }
}

static void masks_are_between_0_and_1_and_keep_their_share(void **state) {
    (void)state;
    static const int64_t sizes[][3] = {{9, 9, 3}, {32, 20, 7}, {5, 30, 6}, {1, 40, 4}, {6, 6, 6}};
    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        fovea__rise_masks masks = {sizes[k][0], sizes[k][1], sizes[k][2], 0.3, 11};
        double mask[1024], sum = 0;
        int64_t count = masks.height * masks.width;
        for (int64_t n = 0; n < 3000; n++) {
            fill_mask(&masks, n, mask);
            for (int64_t i = 0; i < count; i++) {
                assert_true(mask[i] >= 0 && mask[i] <= 1);
                sum += mask[i];
            }
        }
        assert_true(fabs(sum / (3000.0 * (double)count) - 0.3) < 0.02);
    }
}

static void masks_are_smooth_and_shifted(void **state) {
    (void)state;
    fovea__rise_masks masks = {32, 32, 4, 0.5, 3};
    double mask[1024];
    int flat = 0;
    for (int64_t n = 0; n < 50; n++) {
        fill_mask(&masks, n, mask);
        // 4 cells on (4 + 1) 8 pixels: from one cell's centre to the next there are 10.
        for (int64_t i = 0; i < 1024; i++)
            if (i % 32) assert_true(fabs(mask[i] - mask[i - 1]) <= 0.1 + 1e-12);
        flat += mask[0] == mask[1];
    }
    assert_true(flat > 5 && flat < 45);
}

static void a_constant_net_has_a_constant_map(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 3, NULL);
    fovea_graph *graph = fovea_model_graph(net.model);
    fovea_view w = fovea_graph_parameter(graph, explain_value(&net, "linear1.weight"));
    memset(w.data, 0, (size_t)fovea_shape_count(&w.shape) * sizeof(double));
    fovea_explain_options how = explain_how("rise", 2);
    how.samples = 20000;
    how.cells = 3;
    fovea_attribution *result = explain_do(&net, &how);
    for (int64_t i = 0; i < CELLS; i++)
        assert_true(fabs(numbers(result)[i] / result->logit - 1) < 0.04);
    fovea_attribution_free(result);
    explain_close(&net);
}

// f = b + sum w_i x_i M_i with independent M_i: E[S_i] = (1 - p) w_i x_i + p (f - b) + b.
static void independent_pixels_of_a_linear_net_have_the_closed_form(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 3, NULL);
    fovea_explain_options how = explain_how("gradient-x-input", 2);
    fovea_attribution *terms = explain_do(&net, &how);
    double logit = terms->logit, b = logit - terms->sum, p = 0.4, worst[2] = {0, 0};
    for (int k = 0; k < 2; k++) {
        how = explain_how("rise", 2);
        how.samples = k ? 64000 : 1000;
        how.cells = SIDE;
        how.keep = p;
        fovea_attribution *result = explain_do(&net, &how);
        for (int64_t i = 0; i < CELLS; i++) {
            double term = numbers(terms)[i] + numbers(terms)[CELLS + i];
            double wanted = (1 - p) * term + p * (logit - b) + b;
            worst[k] = fmax(worst[k], fabs(numbers(result)[i] - wanted));
        }
        fovea_attribution_free(result);
    }
    assert_true(worst[1] < worst[0] / 4 && worst[1] < 0.02);
    fovea_attribution_free(terms);
    explain_close(&net);
}

static void keeping_everything_gives_the_logit_everywhere(void **state) {
    (void)state;
    explain_net net = explain_open(NET, 3, NULL);
    fovea_explain_options how = explain_how("rise", 2);
    how.samples = 5;
    how.keep = 1;
    fovea_attribution *result = explain_do(&net, &how);
    for (int64_t i = 0; i < CELLS; i++)
        assert_true(fabs(numbers(result)[i] - result->logit) < 1e-14);
    assert_int_equal(fovea_tensor_view(result->map).shape.dim[0], 1);
    fovea_attribution_free(result);
    explain_close(&net);
}

static void the_seed_decides(void **state) {
    (void)state;
    explain_net net = explain_open(NET, 3, NULL);
    fovea_explain_options how = explain_how("rise", 2);
    how.samples = 50;
    fovea_attribution *a = explain_do(&net, &how), *b = explain_do(&net, &how);
    how.seed = 2;
    fovea_attribution *c = explain_do(&net, &how);
    assert_memory_equal(numbers(a), numbers(b), CELLS * sizeof(double));
    assert_memory_not_equal(numbers(a), numbers(c), CELLS * sizeof(double));
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    fovea_attribution_free(c);
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_are_between_0_and_1_and_keep_their_share),
        cmocka_unit_test(masks_are_smooth_and_shifted),
        cmocka_unit_test(a_constant_net_has_a_constant_map),
        cmocka_unit_test(independent_pixels_of_a_linear_net_have_the_closed_form),
        cmocka_unit_test(keeping_everything_gives_the_logit_everywhere),
        cmocka_unit_test(the_seed_decides),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
