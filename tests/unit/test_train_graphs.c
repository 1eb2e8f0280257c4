// SPDX-License-Identifier: MIT
// Graphs the architecture text cannot say – shared weights, outputs that are read again, operators
// of many inputs – and what the gradient check reports.
#include <math.h>

#include "unit/training.h"

static double number(uint32_t salt, int64_t i) {
    uint32_t h = (uint32_t)i * 2654435761u + salt * 40503u + 12345u;
    h = (h ^ (h >> 15)) * 0x85EBCA6Bu;
    return (double)((h ^ (h >> 13)) % 4096) / 2048 - 1;
}

static void fill(fovea_view view, uint32_t salt, double scale) {
    int64_t count = fovea_shape_count(&view.shape);
    for (int64_t i = 0; i < count; i++)
        if (view.type == FOVEA_F32)
            ((float *)view.data)[i] = (float)(scale * number(salt, i));
        else
            ((double *)view.data)[i] = scale * number(salt, i);
}

static fovea_context *make_context(int threads) {
    training_wish wish = {.threads = threads};
    return training_context(&wish);
}

static fovea_tensor *make_tensor(fovea_context *context, fovea_type type, int32_t rank,
                                 const int64_t *dim, uint32_t salt) {
    fovea_shape shape = fovea_shape_make(rank, dim);
    fovea_tensor *tensor;
    assert_int_equal(fovea_tensor_create(context, type, &shape, &tensor, NULL), FOVEA_OK);
    fill(fovea_tensor_view(tensor), salt, 1);
    return tensor;
}

// What a graph of one input, filled weights and all gradients makes of a batch.
typedef struct {
    fovea_tensor *gradient[128];
    fovea_value count;
} result;

static void make_gradients(fovea_graph *graph, const fovea_tensor *x, const char *plan, result *r) {
    fovea_session_options options;
    fovea_session *session;
    fovea_tensor *out;
    fovea_error error;
    fovea_view view = fovea_tensor_view(x);
    fovea_session_options_default(&options);
    options.samples = view.shape.dim[0];
    options.gradients = 1;
    options.plan = plan;
    if (fovea_session_create(graph, &options, &session, &error)) fail_msg("%s", error.text);
    assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
    fovea_value output = fovea_graph_output(graph, 0);
    assert_int_equal(fovea_session_value(session, output, &out, NULL), FOVEA_OK);
    fill(fovea_tensor_view(out), 99, 1);
    view = fovea_tensor_view(out);
    assert_int_equal(fovea_session_backward(session, output, &view, NULL), FOVEA_OK);
    fovea_tensor_free(out);
    r->count = fovea_graph_value_count(graph);
    assert_in_range(r->count, 1, 128);
    for (fovea_value v = 0; v < r->count; v++)
        if (fovea_session_gradient(session, v, &r->gradient[v], NULL)) r->gradient[v] = NULL;
    fovea_session_free(session);
}

static void same_gradients(const result *a, const result *b, const fovea_graph *graph,
                           const char *why) {
    assert_int_equal(a->count, b->count);
    for (fovea_value v = 0; v < a->count; v++) {
        assert_int_equal(!a->gradient[v], !b->gradient[v]);
        if (!a->gradient[v]) continue;
        fovea_view x = fovea_tensor_view(a->gradient[v]), y = fovea_tensor_view(b->gradient[v]);
        training_same_bytes(x.data, y.data, fovea_shape_count(&x.shape), fovea_type_size(x.type),
                            "the gradient", fovea_graph_value(graph, v).name, why);
    }
}

static void discard(result *r) {
    for (fovea_value v = 0; v < r->count; v++) fovea_tensor_free(r->gradient[v]);
}

typedef fovea_graph *builder(fovea_context *context, fovea_type type);

// The same gradients whatever the plan and the number of threads, and right ones.
static void check_graph(builder *build, const int64_t dim[2], const char *plan) {
    result first;
    fovea_context *context = make_context(1);
    fovea_graph *graph = build(context, FOVEA_F32);
    fovea_tensor *x = make_tensor(context, FOVEA_F32, 2, dim, 5);
    make_gradients(graph, x, "plain", &first);
    for (int threads = 1; threads <= 3; threads++) {
        result other;
        fovea_context *many = make_context(threads);
        fovea_graph *same = build(many, FOVEA_F32);
        for (int again = 0; again < 3; again++) {
            make_gradients(same, x, plan, &other);
            same_gradients(&first, &other, graph, plan ? plan : "the usual plan");
            discard(&other);
        }
        fovea_graph_free(same);
        fovea_context_free(many);
    }
    discard(&first);
    fovea_tensor_free(x);
    fovea_graph_free(graph);

    graph = build(context, FOVEA_F64);
    x = make_tensor(context, FOVEA_F64, 2, dim, 5);
    fovea_view view = fovea_tensor_view(x);
    fovea_gradient_check_options options;
    fovea_gradient_report report;
    fovea_gradient_check_options_default(&options);
    options.most = 2;
    assert_int_equal(fovea_gradient_check(graph, &view, 1, &options, &report, NULL), FOVEA_OK);
    assert_int_equal(report.failed, 0);
    fovea_tensor_free(x);
    fovea_graph_free(graph);
    fovea_context_free(context);
}

static fovea_value add_parameter(fovea_graph *graph, fovea_type type, const char *name,
                                 int64_t rows, int64_t columns) {
    fovea_value value;
    fovea_shape shape = columns ? fovea_shape_make(2, (int64_t[]){rows, columns})
                                : fovea_shape_make(1, (int64_t[]){rows});
    assert_int_equal(fovea_graph_add_parameter(graph, name, type, &shape, 1, 0, &value, NULL),
                     FOVEA_OK);
    fill(fovea_graph_parameter(graph, value), (uint32_t)name[0], columns ? 0.06 : 0.5);
    return value;
}

static fovea_value add_node(fovea_graph *graph, const char *op, const char *name,
                            const fovea_value *inputs, int32_t count) {
    fovea_value out[3];
    fovea_error error;
    const fovea_attribute transposed = {.name = "transB", .count = 1, .integers = (int64_t[]){1}};
    bool linear = strcmp(op, "Gemm") == 0;
    if (fovea_graph_add_node(graph, op, name, inputs, count, &transposed, linear, out, &error))
        fail_msg("%s", error.text);
    return out[0];
}

static fovea_graph *begin(fovea_context *context, fovea_type type, int64_t size, fovea_value *x) {
    fovea_graph *graph;
    fovea_shape shape = fovea_shape_make(2, (int64_t[]){1, size});
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_add_input(graph, "x", type, &shape, x, NULL), FOVEA_OK);
    return graph;
}

// One weight in three layers, which would be too big for partial sums.
static fovea_graph *shared_weight(fovea_context *context, fovea_type type) {
    fovea_value x, size = 330;
    fovea_graph *graph = begin(context, type, size, &x);
    fovea_value w = add_parameter(graph, type, "w", size, size);
    fovea_value b = add_parameter(graph, type, "b", size, 0);
    fovea_value one = add_node(graph, "Gemm", "one", (fovea_value[]){x, w, b}, 3);
    fovea_value bent = add_node(graph, "Tanh", "bent", &one, 1);
    fovea_value two = add_node(graph, "Gemm", "two", (fovea_value[]){bent, w, b}, 3);
    fovea_value three = add_node(graph, "Gemm", "three", (fovea_value[]){two, w}, 2);
    fovea_value sum = add_node(graph, "Add", "sum", (fovea_value[]){three, one}, 2);
    assert_int_equal(fovea_graph_add_output(graph, sum, NULL), FOVEA_OK);
    return graph;
}

static void weights_shared_by_layers_are_summed_in_order(void **state) {
    (void)state;
    check_graph(shared_weight, (int64_t[]){50, 330}, NULL);
}

// A small one, with partial sums.
static fovea_graph *small_shared_weight(fovea_context *context, fovea_type type) {
    fovea_value x;
    fovea_graph *graph = begin(context, type, 9, &x);
    fovea_value w = add_parameter(graph, type, "w", 9, 9);
    fovea_value b = add_parameter(graph, type, "b", 9, 0);
    fovea_value one = add_node(graph, "Gemm", "one", (fovea_value[]){x, w, b}, 3);
    fovea_value twice = add_node(graph, "Mul", "twice", (fovea_value[]){one, one}, 2);
    fovea_value two = add_node(graph, "Gemm", "two", (fovea_value[]){twice, w, b}, 3);
    assert_int_equal(fovea_graph_add_output(graph, two, NULL), FOVEA_OK);
    return graph;
}

static void small_shared_weights_too(void **state) {
    (void)state;
    check_graph(small_shared_weight, (int64_t[]){71, 9}, NULL);
    // There is no batch-in-lanes plan for their gradients, but one for their values.
    fovea_context *context = make_context(1);
    fovea_graph *graph = small_shared_weight(context, FOVEA_F32);
    fovea_session_options options;
    fovea_session *session;
    fovea_error error;
    fovea_session_options_default(&options);
    options.samples = 16;
    options.plan = "n16";
    assert_int_equal(fovea_session_create(graph, &options, &session, NULL), FOVEA_OK);
    fovea_session_free(session);
    options.gradients = 1;
    assert_int_equal(fovea_session_create(graph, &options, &session, &error), FOVEA_UNSUPPORTED);
    assert_non_null(strstr(error.text, "shared by several nodes"));
    fovea_graph_free(graph);
    fovea_context_free(context);
}

static fovea_graph *many_inputs(fovea_context *context, fovea_type type) {
    fovea_value x, part[40];
    fovea_graph *graph = begin(context, type, 6, &x);
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "%c%d", 'A' + i, i);
        fovea_value w = add_parameter(graph, type, name, 2, 6);
        snprintf(name, sizeof name, "part%d", i);
        part[i] = add_node(graph, "Gemm", name, (fovea_value[]){x, w}, 2);
    }
    fovea_value all = add_node(graph, "Concat", "all", part, 40);
    assert_int_equal(fovea_graph_add_output(graph, all, NULL), FOVEA_OK);
    return graph;
}

static void operators_of_forty_inputs_have_all_their_gradients(void **state) {
    (void)state;
    check_graph(many_inputs, (int64_t[]){18, 6}, "n16");
}

// The hidden layer is an output too, and a layer without consequences reads it.
static fovea_model *two_headed(fovea_context *context, bool two) {
    fovea_graph *graph;
    fovea_model *model;
    fovea_value x;
    fovea_shape shape = fovea_shape_make(4, (int64_t[]){1, 1, 4, 5});
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_add_input(graph, "x", FOVEA_F32, &shape, &x, NULL), FOVEA_OK);
    fovea_value flat = add_node(graph, "Flatten", "flat", &x, 1);
    fovea_value w = add_parameter(graph, FOVEA_F32, "w", 12, 20);
    fovea_value v = add_parameter(graph, FOVEA_F32, "v", 10, 12);
    fovea_value hidden = add_node(graph, "Gemm", "hidden", (fovea_value[]){flat, w}, 2);
    fovea_value bent = add_node(graph, "Tanh", "bent", &hidden, 1);
    fovea_value out = add_node(graph, "Gemm", "out", (fovea_value[]){bent, v}, 2);
    assert_int_equal(fovea_graph_add_output(graph, out, NULL), FOVEA_OK);
    if (two) {
        add_node(graph, "Relu", "idle", &hidden, 1);
        assert_int_equal(fovea_graph_add_output(graph, hidden, NULL), FOVEA_OK);
    }
    assert_int_equal(fovea__model_wrap(context, graph, "", &model, NULL), FOVEA_OK);
    return model;
}

static void other_outputs_do_not_disturb_training(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    for (int p = 0; p < 2; p++) {
        training t[2];
        training_wish wish = training_usual();
        wish.options.plan = plans[p];
        for (int two = 0; two < 2; two++) {
            assert_true(training_prepare(&wish, &t[two]));
            fovea_model_free(t[two].model);
            t[two].model = two_headed(t[two].context, two);
            assert_int_equal(fovea_trainer_create(t[two].model, t[two].set, t[two].validation, NULL,
                                                  &wish.options, &t[two].trainer, NULL),
                             FOVEA_OK);
            training_finish(&t[two]);
        }
        training_same(&t[0], &t[1], "two outputs");
        training_close(&t[0]);
        training_close(&t[1]);
    }
}

static void the_report_says_what_was_found(void **state) {
    (void)state;
    fovea_context *context = make_context(1);
    fovea_graph *graph = small_shared_weight(context, FOVEA_F64);
    fovea_tensor *x = make_tensor(context, FOVEA_F64, 2, (int64_t[]){2, 9}, 5);
    fovea_view view = fovea_tensor_view(x), w = fovea_graph_parameter(graph, 1);
    double kept[81], kept_x[18];
    memcpy(kept, w.data, sizeof kept);
    memcpy(kept_x, view.data, sizeof kept_x);
    fovea_gradient_check_options options;
    fovea_gradient_report report;
    fovea_gradient_check_options_default(&options);
    assert_int_equal(fovea_gradient_check(graph, &view, 1, NULL, &report, NULL), FOVEA_OK);
    assert_int_equal(report.checked, 81 + 9 + 18);
    assert_int_equal(report.failed, 0);
    assert_true(report.worst > 0 && report.worst < 1);
    double apart = fabs(report.analytic - report.numeric);
    assert_true(apart / (1e-5 + 1e-3 * fabs(report.numeric)) == report.worst);
    assert_in_range(report.worst_value, 0, 2);
    options.most = 5;
    assert_int_equal(fovea_gradient_check(graph, &view, 1, &options, &report, NULL), FOVEA_OK);
    assert_in_range(report.checked, 3 * 3, 3 * 5);
    // Differences are never exact: without tolerance nearly all fail.
    options.most = 0;
    options.absolute = options.relative = 0;
    assert_int_equal(fovea_gradient_check(graph, &view, 1, &options, &report, NULL), FOVEA_OK);
    assert_true(report.failed > 50 && report.worst > 1);
    assert_memory_equal(kept, w.data, sizeof kept);
    assert_memory_equal(kept_x, view.data, sizeof kept_x);
    // A number that is none is a failure, and the worst of all.
    ((double *)w.data)[80] = NAN;
    fovea_gradient_check_options_default(&options);
    assert_int_equal(fovea_gradient_check(graph, &view, 1, &options, &report, NULL), FOVEA_OK);
    assert_true(report.failed > 0 && isnan(report.worst));
    fovea_tensor_free(x);
    fovea_graph_free(graph);
    fovea_context_free(context);
}

// relu at 0 has no derivative: differences say 1/2 where backward says 0.
static void a_gradient_that_is_wrong_fails(void **state) {
    (void)state;
    fovea_context *context = make_context(1);
    fovea_value in;
    fovea_graph *graph = begin(context, FOVEA_F64, 5, &in);
    assert_int_equal(fovea_graph_add_output(graph, add_node(graph, "Relu", "y", &in, 1), NULL),
                     FOVEA_OK);
    fovea_tensor *x = make_tensor(context, FOVEA_F64, 2, (int64_t[]){1, 5}, 5);
    fovea_view view = fovea_tensor_view(x);
    ((double *)view.data)[3] = 0;
    fovea_gradient_report report;
    assert_int_equal(fovea_gradient_check(graph, &view, 1, NULL, &report, NULL), FOVEA_OK);
    assert_int_equal(report.checked, 5);
    assert_int_equal(report.failed, 1);
    assert_int_equal(report.worst_value, in);
    assert_int_equal(report.worst_element, 3);
    assert_true(report.analytic == 0 && report.numeric != 0 && report.worst > 1);
    fovea_tensor_free(x);
    fovea_graph_free(graph);
    fovea_context_free(context);
}

static void checks_that_cannot_be_are_refused(void **state) {
    (void)state;
    fovea_context *context = make_context(1);
    fovea_graph *single = small_shared_weight(context, FOVEA_F32);
    fovea_graph *wide = small_shared_weight(context, FOVEA_F64);
    fovea_tensor *x = make_tensor(context, FOVEA_F64, 2, (int64_t[]){2, 9}, 5);
    fovea_view view = fovea_tensor_view(x);
    fovea_gradient_check_options options;
    fovea_gradient_report report;
    fovea_gradient_check_options_default(&options);
    assert_int_equal(fovea_gradient_check(single, &view, 1, &options, &report, NULL),
                     FOVEA_UNSUPPORTED);
    assert_int_equal(fovea_gradient_check(wide, &view, 0, &options, &report, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_gradient_check(wide, &view, 2, &options, &report, NULL),
                     FOVEA_INVALID_ARGUMENT);
    options.epsilon = 0;
    assert_int_equal(fovea_gradient_check(wide, &view, 1, &options, &report, NULL),
                     FOVEA_INVALID_ARGUMENT);
    fovea_tensor_free(x);
    fovea_graph_free(wide);
    fovea_graph_free(single);
    fovea_context_free(context);
}

// Strides multiply without end, and a batch of large pictures has more bytes than a number can
// tell.
static void summaries_of_huge_nets_do_not_overflow(void **state) {
    (void)state;
    training_wish wish = {.threads = 1};
    fovea_context *context = training_context(&wish);
    fovea_graph *graph;
    fovea_value x;
    fovea_shape shape = fovea_shape_make(4, (int64_t[]){1, 1, 1, 1});
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_add_input(graph, "x", FOVEA_F32, &shape, &x, NULL), FOVEA_OK);
    const int64_t kernel[] = {1, 1}, stride[] = {1 << 20, 1 << 20};
    const fovea_attribute attributes[] = {{.name = "kernel_shape", .count = 2, .integers = kernel},
                                          {.name = "strides", .count = 2, .integers = stride}};
    for (int i = 0; i < 5; i++) {
        char name[16];
        snprintf(name, sizeof name, "pool%d", i);
        fovea_error error;
        if (fovea_graph_add_node(graph, "MaxPool", name, &x, 1, attributes, 2, &x, &error))
            fail_msg("%s", error.text);
    }
    fovea_summary *summary;
    assert_int_equal(fovea_graph_summary(graph, 1, &summary, NULL), FOVEA_OK);
    assert_true(summary->row[0].stride[0] == 1 << 20);
    assert_true(summary->row[4].stride[0] == 0);  // not told
    fovea_summary_free(summary);
    fovea_graph_free(graph);

    shape = fovea_shape_make(3, (int64_t[]){1, 1 << 20, 1 << 20});
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_add_input(graph, "x", FOVEA_F64, &shape, &x, NULL), FOVEA_OK);
    add_node(graph, "Relu", "y", &x, 1);
    assert_int_equal(fovea_graph_summary(graph, 1 << 24, &summary, NULL), FOVEA_OK);
    assert_true(summary->input_bytes == INT64_MAX);
    fovea_summary_free(summary);
    fovea_graph_free(graph);
    fovea_context_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_shared_by_layers_are_summed_in_order),
        cmocka_unit_test(small_shared_weights_too),
        cmocka_unit_test(operators_of_forty_inputs_have_all_their_gradients),
        training_test(other_outputs_do_not_disturb_training),
        cmocka_unit_test(the_report_says_what_was_found),
        cmocka_unit_test(a_gradient_that_is_wrong_fails),
        cmocka_unit_test(checks_that_cannot_be_are_refused),
        cmocka_unit_test(summaries_of_huge_nets_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
