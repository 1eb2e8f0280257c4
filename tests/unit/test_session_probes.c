// SPDX-License-Identifier: MIT
// A session that keeps only the outputs shows its probes every value, with the bits of one that keeps
// everything, in less memory.
#include "fovea.h"
#include "graph/graph.h"
#include "run/session.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

enum { MOST = 32, SAMPLES = 3 };

typedef struct {
    fovea_tensor *tensor[MOST];
    fovea_value value[MOST];
    int count;
} seen;

static void see(void *user, const fovea_graph *graph, fovea_value value, const fovea_view *view) {
    seen *all = user;
    (void)graph;
    assert_in_range(all->count, 0, MOST - 1);
    all->value[all->count] = value;
    fovea_tensor **copy = &all->tensor[all->count++];
    assert_int_equal(fovea_tensor_create(context, view->type, &view->shape, copy, NULL), FOVEA_OK);
    memcpy(fovea_tensor_view(*copy).data, view->data,
           (size_t)fovea_shape_count(&view->shape) * fovea_type_size(view->type));
}

static fovea_session *run(const fovea_graph *graph, int passing, const fovea_view *input,
                          seen *all) {
    fovea_session_options options;
    fovea_session *session;
    fovea_error error;
    fovea_session_options_default(&options);
    options.samples = SAMPLES;
    options.passing = passing;
    if (fovea_session_create(graph, &options, &session, &error)) fail_msg("%s", error.text);
    *all = (seen){.count = 0};
    assert_int_equal(fovea_session_add_probe(session, FOVEA_NO_VALUE, see, all, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_forward(session, input, 1, NULL), FOVEA_OK);
    return session;
}

static void expect_same(const seen *a, const seen *b) {
    assert_int_equal(a->count, b->count);
    for (int i = 0; i < a->count; i++) {
        fovea_view x = fovea_tensor_view(a->tensor[i]), y = fovea_tensor_view(b->tensor[i]);
        assert_int_equal(a->value[i], b->value[i]);
        assert_true(fovea_shape_equal(&x.shape, &y.shape));
        assert_memory_equal(x.data, y.data,
                            (size_t)fovea_shape_count(&x.shape) * fovea_type_size(x.type));
    }
}

static void discard(seen *all) {
    for (int i = 0; i < all->count; i++) fovea_tensor_free(all->tensor[i]);
}

static const char net[] =
    "conv 6 3 pad=1, batchnorm, relu as a, conv 6 3 pad=1, relu, add a, maxpool 2, conv 4 1, "
    "sigmoid, gap, flatten, linear 3";

static void probes_see_all_that_a_session_of_outputs_computes(void **state) {
    (void)state;
    fovea_model_options options;
    fovea_model *model;
    static float x[SAMPLES * 2 * 16 * 16];
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = (float)((i * 2654435761u >> 20) & 1023) / 512 - 1;
    fovea_view input = {FOVEA_F32, {4, {SAMPLES, 2, 16, 16}}, x};
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {2, 16, 16}};
    assert_int_equal(fovea_model_from_text(context, net, &options, &model, NULL), FOVEA_OK);
    const fovea_graph *graph = fovea_model_graph(model);
    seen whole, passing;
    fovea_session *keeps = run(graph, 0, &input, &whole), *passes = run(graph, 1, &input, &passing);
    expect_same(&whole, &passing);
    assert_in_range(fovea_session_memory(passes).values, 1,
                    fovea_session_memory(keeps).values * 2 / 3);
    fovea_tensor *tensor;
    assert_int_equal(fovea_session_value(passes, fovea_graph_output(graph, 0), &tensor, NULL),
                     FOVEA_OK);
    fovea_tensor_free(tensor);
    assert_int_equal(
        fovea_session_value(passes, fovea_graph_find_value(graph, "conv1"), &tensor, NULL),
        FOVEA_INVALID_ARGUMENT);
    discard(&whole);
    discard(&passing);
    fovea_session_free(keeps);
    fovea_session_free(passes);
    fovea_model_free(model);
}

static void a_session_of_outputs_has_no_gradients(void **state) {
    (void)state;
    fovea_model_options options;
    fovea_model *model;
    fovea_session *session;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {2, 16, 16}};
    assert_int_equal(fovea_model_from_text(context, net, &options, &model, NULL), FOVEA_OK);
    fovea_session_options both = {.size = sizeof both, .samples = 1, .gradients = 1, .passing = 1};
    assert_int_equal(fovea_session_create(fovea_model_graph(model), &both, &session, NULL),
                     FOVEA_INVALID_ARGUMENT);
    fovea_model_free(model);
}

static fovea_session *go_back(const fovea_graph *graph, const char *plan, int fixed,
                              const fovea_view *input, fovea_tensor **d_input) {
    static const float weights[SAMPLES * 3] = {1, -2, 3, 0.5f, 1, -1, 2, 2, -3};
    fovea_session *session;
    fovea_session_options options;
    fovea_view d_output = {FOVEA_F32, {2, {SAMPLES, 3}}, (void *)weights};
    fovea_session_options_default(&options);
    options.samples = SAMPLES;
    options.gradients = 1;
    options.fixed_parameters = fixed;
    options.plan = plan;
    assert_int_equal(fovea_session_create(graph, &options, &session, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_forward(session, input, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_backward(session, fovea_graph_output(graph, 0), &d_output, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_session_gradient(session, fovea_graph_input(graph, 0), d_input, NULL),
                     FOVEA_OK);
    return session;
}

static void fixed_parameters_leave_the_other_gradients_as_they_are(void **state) {
    (void)state;
    static const char *const plans[] = {"plain", "n16"};
    fovea_model_options options;
    fovea_model *model;
    static float x[SAMPLES * 2 * 16 * 16];
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = (float)((i * 2654435761u >> 20) & 1023) / 512 - 1;
    fovea_view input = {FOVEA_F32, {4, {SAMPLES, 2, 16, 16}}, x};
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {2, 16, 16}};
    assert_int_equal(fovea_model_from_text(context, net, &options, &model, NULL), FOVEA_OK);
    const fovea_graph *graph = fovea_model_graph(model);
    fovea_value weight = fovea_graph_find_value(graph, "conv1.weight");
    for (int i = 0; i < 2; i++) {
        fovea_tensor *all, *some, *none;
        fovea_session *full = go_back(graph, plans[i], 0, &input, &all);
        fovea_session *fixed = go_back(graph, plans[i], 1, &input, &some);
        assert_memory_equal(fovea_tensor_view(all).data, fovea_tensor_view(some).data, sizeof x);
        assert_int_equal(fovea_session_gradient(full, weight, &none, NULL), FOVEA_OK);
        fovea_tensor_free(none);
        assert_int_equal(fovea_session_gradient(fixed, weight, &none, NULL),
                         FOVEA_INVALID_ARGUMENT);
        assert_true(fovea_session_memory(full).gradients > 0);
        assert_true(fovea_session_memory(fixed).gradients == 0);
        fovea_tensor_free(all);
        fovea_tensor_free(some);
        fovea_session_free(full);
        fovea_session_free(fixed);
    }
    fovea_model_free(model);
}

// Without a batch, too, memory is shared by what does not live at the same time.
static void a_fixed_batch_shares_memory_the_same_way(void **state) {
    (void)state;
    fovea_graph *graph;
    fovea_value value;
    static float x[64 * 64];
    fovea_shape shape = {2, {64, 64}};
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_add_fixed_input(graph, "x", FOVEA_F32, &shape, &value, NULL),
                     FOVEA_OK);
    for (int n = 0; n < 20; n++) {
        char name[8] = {'r', (char)('a' + n)};
        assert_int_equal(
            fovea_graph_add_node(graph, "Relu", name, &value, 1, NULL, 0, &value, NULL), FOVEA_OK);
    }
    assert_int_equal(fovea_graph_add_output(graph, value, NULL), FOVEA_OK);
    seen all;
    fovea_view input = {FOVEA_F32, shape, x};
    fovea_session *session = run(graph, 1, &input, &all);
    assert_int_equal(all.count, 20);
    assert_in_range(fovea_session_memory(session).values, 1, 4 * sizeof x);
    discard(&all);
    fovea_session_free(session);
    fovea_graph_free(graph);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_see_all_that_a_session_of_outputs_computes),
        cmocka_unit_test(a_session_of_outputs_has_no_gradients),
        cmocka_unit_test(fixed_parameters_leave_the_other_gradients_as_they_are),
        cmocka_unit_test(a_fixed_batch_shares_memory_the_same_way),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
