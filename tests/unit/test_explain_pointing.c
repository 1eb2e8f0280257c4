// SPDX-License-Identifier: MIT
// The pointing game (Zhang et al. 2016): on pictures with one planted object, the largest number of a
// good map lies inside the object's box.
#include <math.h>
#include <stdbool.h>

#include "unit/planted_net.h"
#include "unit/unit.h"

enum { PICTURES = 80 };

// Methods that must point at the object; docs/explanations.md has the figures of all.
static const char *const pointers[] = {
    "cam",       "grad-cam",       "hirescam",     "xgrad-cam", "layercam", "grad-cam++",
    "lrp-zplus", "lrp-alpha-beta", "ablation-cam", "lrp-gamma", "lrp",
};

// Pixels of a map are averaged over 5×5 first: one pixel that shouts is no answer.
static double smoothed(const double *heat, int64_t height, int64_t width, int64_t y, int64_t x) {
    double sum = 0;
    for (int64_t v = y - 2; v <= y + 2; v++)
        for (int64_t u = x - 2; u <= x + 2; u++)
            if (v >= 0 && v < height && u >= 0 && u < width) sum += heat[v * width + u];
    return sum;
}

// Whether the largest cell's middle, as a place in the picture, is inside the box.
static bool points(const fovea_tensor *heat, planted_box box) {
    fovea_view view = fovea_tensor_view(heat);
    int64_t height = view.shape.dim[0], width = view.shape.dim[1], best = 0;
    double most = -INFINITY;
    bool fine = height == PLANTED_SIDE;
    for (int64_t i = 0; i < height * width; i++) {
        double here = fine ? smoothed(view.data, height, width, i / width, i % width)
                           : ((const double *)view.data)[i];
        if (here <= most) continue;
        most = here;
        best = i;
    }
    double y = ((double)(best / width) + 0.5) * PLANTED_SIDE / (double)height;
    double x = ((double)(best % width) + 0.5) * PLANTED_SIDE / (double)width;
    return y >= box.top && y <= box.bottom && x >= box.left && x <= box.right;
}

static bool explain_and_point(fovea_explainer *explainer, const planted_net *net, int64_t i,
                              const char *method) {
    fovea_context *context = fovea_graph_context(fovea_model_graph(net->model));
    fovea_explain_options how;
    fovea_attribution *attribution;
    fovea_tensor *x, *heat;
    fovea_error error;
    const uint8_t *picture = fovea_dataset_picture(net->test, i);
    fovea_shape shape = fovea_dataset_shape(net->test);
    assert_int_equal(fovea_model_prepare(net->model, &picture, 1, &shape, &x, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(x);
    assert_int_equal(fovea_explain_options_default(method, &how, NULL), FOVEA_OK);
    how.target = fovea_dataset_label(net->test, i);
    if (fovea_explain(explainer, &view, &how, &attribution, &error) != FOVEA_OK)
        fail_msg("%s: %s", method, error.text);
    assert_int_equal(fovea_attribution_heat(context, attribution, &heat, NULL), FOVEA_OK);
    bool hit = points(heat, planted_box_of(i));
    fovea_tensor_free(heat);
    fovea_tensor_free(x);
    fovea_attribution_free(attribution);
    return hit;
}

static void methods_point_at_the_planted_object(void **state) {
    planted_net net = planted_train(*state, 8);
    fovea_answers *answers;
    fovea_explainer *explainer;
    assert_int_equal(fovea_answers_create(net.model, net.test, 64, &answers, NULL), FOVEA_OK);
    assert_true(fovea_answers_score(answers).accuracy >= 0.9);
    assert_int_equal(fovea_explainer_create(net.model, NULL, &explainer, NULL), FOVEA_OK);
    for (size_t m = 0; m < sizeof pointers / sizeof pointers[0]; m++) {
        int tried = 0, hits = 0;
        for (int64_t i = 0; i < PLANTED_TEST && tried < PICTURES; i += 2) {
            if (fovea_answers_class(answers, i) != fovea_dataset_label(net.test, i)) continue;
            hits += explain_and_point(explainer, &net, i, pointers[m]);
            tried++;
        }
        print_message("%-16s %d of %d\n", pointers[m], hits, tried);
        if (hits < 0.95 * tried) fail_msg("%s points at %d of %d", pointers[m], hits, tried);
    }
    fovea_explainer_free(explainer);
    fovea_answers_free(answers);
    planted_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {data_test(methods_point_at_the_planted_object)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
