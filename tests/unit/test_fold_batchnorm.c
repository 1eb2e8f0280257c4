// SPDX-License-Identifier: MIT
// Batch normalisations that become part of the layer before them: the same answers, fewer nodes, and
// nothing else changes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fovea/run.h"
#include "graph/fold_batchnorm.h"
#include "model/model.h"
#include "unit/golden_tensor.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static fovea_model *opened(const char *text, int32_t rank, const int64_t *input,
                           const char *precision) {
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.seed = 8;
    options.precision = precision;
    options.input = fovea_shape_make(rank, input);
    if (fovea_model_open(context, text, &options, &model, &error) != FOVEA_OK)
        fail_msg("%s: %s", text, error.text);
    return model;
}

// Statistics and scales as training leaves them.
static void stir(fovea_graph *graph) {
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_view view = fovea_graph_parameter(graph, v);
        const char *name = fovea_graph_value(graph, v).name;
        if (!view.data || !strstr(name, "batchnorm") || view.shape.rank != 1) continue;
        for (int64_t i = 0; i < view.shape.dim[0]; i++) {
            double x = 0.3 + (double)((i * 37 + v * 11) % 101) / 64;
            if (strstr(name, "bias") || strstr(name, "mean")) x -= 1;
            if (view.type == FOVEA_F64)
                ((double *)view.data)[i] = x;
            else
                ((float *)view.data)[i] = (float)x;
        }
    }
}

static fovea_tensor *answer(const fovea_graph *graph) {
    fovea_value_info in = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    fovea_session_options options;
    fovea_session *session;
    fovea_tensor *x, *y;
    fovea_session_options_default(&options);
    options.samples = in.shape.dim[0] = 3;
    assert_int_equal(fovea_tensor_create(context, in.type, &in.shape, &x, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(x);
    golden_fill(view, 5, 1);
    assert_int_equal(fovea_session_create(graph, &options, &session, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_value(session, fovea_graph_output(graph, 0), &y, NULL),
                     FOVEA_OK);
    fovea_session_free(session);
    fovea_tensor_free(x);
    return y;
}

static double number(const fovea_view *view, int64_t i) {
    return view->type == FOVEA_F64 ? ((const double *)view->data)[i]
                                   : ((const float *)view->data)[i];
}

static double apart(const fovea_graph *a, const fovea_graph *b) {
    fovea_tensor *left = answer(a), *right = answer(b);
    fovea_view l = fovea_tensor_view(left), r = fovea_tensor_view(right);
    double most = 0, size = 0;
    for (int64_t i = 0; i < fovea_shape_count(&l.shape); i++) {
        most = fmax(most, fabs(number(&l, i) - number(&r, i)));
        size = fmax(size, fabs(number(&l, i)));
    }
    fovea_tensor_free(left);
    fovea_tensor_free(right);
    return most / size;
}

typedef struct text {
    int32_t rank;
    int64_t input[4];
    const char *text;
    int folded;  // normalisations that go
} text;

static const text texts[] = {
    {3,
     {3, 12, 11},
     "conv 4 3, batchnorm, relu, conv 6 3 bias=0 groups=2 stride=2, batchnorm eps=0.01",
     2},
    {3,
     {4, 7, 7},
     "convtranspose 6 3 stride=2 groups=2, batchnorm, convtranspose 4 2 bias=0, batchnorm",
     2},
    {3, {3, 6, 6}, "flatten, linear 9, batchnorm, tanh, linear 5 bias=0, batchnorm", 2},
    {2, {3, 20}, "conv1d 4 3, batchnorm, convtranspose 5 4, batchnorm", 2},
    {4, {2, 5, 6, 7}, "conv3d 4 2, batchnorm", 1},
    {3, {3, 8, 8}, "batchnorm, conv 4 3, relu, batchnorm, conv 4 1, batchnorm, batchnorm", 1},
    {3, {4, 8, 8}, "conv 4 3 pad=1 as a, batchnorm, relu, add a, conv 4 1, batchnorm", 1},
    {3, {3, 32, 32}, "resnet20", 19},
};

static void answers_stay_and_normalisations_go(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int wide = 0; wide < 2; wide++) {
            const text *t = &texts[i];
            fovea_model *model = opened(t->text, t->rank, t->input, wide ? "f64" : NULL);
            fovea_graph *graph = fovea_model_graph(model), *folded;
            stir(graph);
            assert_int_equal(fovea__graph_fold_batchnorm(graph, &folded, NULL), FOVEA_OK);
            assert_int_equal(graph->node_count - folded->node_count, t->folded);
            double most = apart(graph, folded);
            if (!(most < (wide ? 1e-13 : 1e-5))) fail_msg("%s: %g apart", t->text, most);
            fovea_graph_free(folded);
            fovea_model_free(model);
        }
}

static void nothing_else_changes(void **state) {
    (void)state;
    const int64_t input[] = {3, 8, 8};
    fovea_model *model = opened(
        "conv 4 3 bias=0, batchnorm name=norm, relu, conv 5 1, batchnorm as b, conv 5 1, add b", 3,
        input, NULL);
    fovea_graph *graph = fovea_model_graph(model), *folded;
    assert_int_equal(fovea__graph_fold_batchnorm(graph, &folded, NULL), FOVEA_OK);
    // The layer keeps its name, its output has the normalisation's.
    assert_int_equal(fovea_graph_find_node(folded, "norm"), -1);
    fovea_node_info conv = fovea_graph_node(folded, fovea_graph_find_node(folded, "conv1"));
    assert_string_equal(fovea_graph_value(folded, conv.outputs[0]).name, "norm");
    assert_string_equal(fovea_graph_value(folded, conv.inputs[1]).name, "conv1.weight");
    assert_string_equal(fovea_graph_value(folded, conv.inputs[2]).name, "conv1.bias");
    assert_int_equal(fovea_graph_value(folded, conv.inputs[2]).kind, FOVEA_VALUE_PARAMETER);
    assert_int_equal(fovea_graph_find_value(folded, "norm.running_var"), FOVEA_NO_VALUE);
    // The last convolution is what it was.
    fovea_view before = fovea_graph_parameter(graph, fovea_graph_find_value(graph, "conv3.weight"));
    fovea_view after =
        fovea_graph_parameter(folded, fovea_graph_find_value(folded, "conv3.weight"));
    assert_memory_equal(before.data, after.data, 25 * sizeof(float));
    assert_string_equal(fovea_graph_value(folded, fovea_graph_output(folded, 0)).name,
                        fovea_graph_value(graph, fovea_graph_output(graph, 0)).name);
    // A second time there is nothing to do.
    fovea_graph *again;
    assert_int_equal(fovea__graph_fold_batchnorm(folded, &again, NULL), FOVEA_OK);
    assert_int_equal(again->node_count, folded->node_count);
    assert_int_equal(again->value_count, folded->value_count);
    fovea_graph_free(again);
    fovea_graph_free(folded);
    fovea_model_free(model);
}

static void nets_without_memory_are_refused(void **state) {
    (void)state;
    fovea_model_options options;
    fovea_model *model, *folded;
    fovea_model_options_default(&options);
    options.shapes_only = 1;
    assert_int_equal(fovea_model_open(context, "resnet20", &options, &model, NULL), FOVEA_OK);
    assert_int_equal(fovea_model_fold_batchnorm(model, &folded, NULL), FOVEA_INVALID_ARGUMENT);
    assert_null(folded);
    fovea_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_stay_and_normalisations_go),
        cmocka_unit_test(nothing_else_changes),
        cmocka_unit_test(nets_without_memory_are_refused),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
