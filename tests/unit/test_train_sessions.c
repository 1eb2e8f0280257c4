// SPDX-License-Identifier: MIT
// Sessions: probes change nothing, wrong use is refused, any batch up to the largest gives the same
// numbers.
#include "unit/failing.h"
#include "unit/training.h"

#define NET "conv 4 3 pad=1, batchnorm, relu, dropout 0.3, maxpool 2, flatten, tanh, linear 10"

typedef struct {
    fovea_context *context;
    fovea_model *model;
    fovea_graph *graph;
    fovea_session *session;
    fovea_tensor *input;
} rig;

static fovea_tensor *make_input(fovea_context *context, fovea_type type, int64_t samples) {
    fovea_tensor *tensor;
    fovea_shape shape = fovea_shape_make(4, (int64_t[]){samples, 1, 4, 5});
    assert_int_equal(fovea_tensor_create(context, type, &shape, &tensor, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(tensor);
    for (int64_t i = 0; i < samples * 20; i++) {
        double x = (double)(((uint64_t)i * 2654435761u >> 7) % 2048) / 1024 - 1;
        if (type == FOVEA_F32)
            ((float *)view.data)[i] = (float)x;
        else
            ((double *)view.data)[i] = x;
    }
    return tensor;
}

static rig open_rig(const char *plan, int64_t samples, int gradients, int drop) {
    rig r = {0};
    fovea_error error;
    training_wish wish = training_usual();
    wish.net = NET;
    wish.threads = 2;
    r.context = training_context(&wish);
    r.model = training_model(r.context, &wish);
    r.graph = fovea_model_graph(r.model);
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = samples;
    options.gradients = gradients;
    options.training = drop;
    options.plan = plan;
    if (fovea_session_create(r.graph, &options, &r.session, &error)) fail_msg("%s", error.text);
    r.input = make_input(r.context, FOVEA_F32, samples);
    return r;
}

static void close_rig(rig *r) {
    fovea_tensor_free(r->input);
    fovea_session_free(r->session);
    fovea_model_free(r->model);
    fovea_context_free(r->context);
}

static void forward(rig *r) {
    fovea_view view = fovea_tensor_view(r->input);
    fovea_error error;
    if (fovea_session_forward(r->session, &view, 1, &error)) fail_msg("%s", error.text);
}

static fovea_tensor *value_of(const rig *r, const char *name) {
    fovea_tensor *tensor;
    fovea_error error;
    if (fovea_session_value(r->session, fovea_graph_find_value(r->graph, name), &tensor, &error))
        fail_msg("%s", error.text);
    return tensor;
}

typedef struct {
    fovea_tensor **seen;  // by value
    int32_t calls, last;
    fovea_context *context;
} watch;

static void keep(void *user, const fovea_graph *graph, fovea_value value, const fovea_view *view) {
    watch *w = user;
    fovea_value_info info = fovea_graph_value(graph, value);
    assert_true(info.node >= w->last);  // in the order of the nodes
    w->last = info.node;
    w->calls++;
    assert_null(w->seen[value]);
    assert_int_equal(
        fovea_tensor_create(w->context, view->type, &view->shape, &w->seen[value], NULL), FOVEA_OK);
    memcpy(fovea_tensor_view(w->seen[value]).data, view->data,
           (size_t)fovea_shape_count(&view->shape) * fovea_type_size(view->type));
}

static void same_tensor(const fovea_tensor *a, const fovea_tensor *b) {
    fovea_view x = fovea_tensor_view(a), y = fovea_tensor_view(b);
    assert_true(x.type == y.type && fovea_shape_equal(&x.shape, &y.shape));
    assert_memory_equal(x.data, y.data,
                        (size_t)fovea_shape_count(&x.shape) * fovea_type_size(x.type));
}

static void probes_see_every_value_and_change_none(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    for (int p = 0; p < 2; p++) {
        rig plain = open_rig(plans[p], 21, 1, 1), watched = open_rig(plans[p], 21, 1, 1);
        watch all = {.last = -1, .context = watched.context}, one = all;
        int32_t values = fovea_graph_value_count(watched.graph), computed = 0;
        all.seen = calloc((size_t)values, sizeof *all.seen);
        one.seen = calloc((size_t)values, sizeof *one.seen);
        fovea_value relu = fovea_graph_find_value(watched.graph, "relu1");
        assert_int_equal(fovea_session_add_probe(watched.session, FOVEA_NO_VALUE, keep, &all, NULL),
                         FOVEA_OK);
        assert_int_equal(fovea_session_add_probe(watched.session, relu, keep, &one, NULL),
                         FOVEA_OK);
        forward(&plain);
        forward(&watched);
        assert_int_equal(one.calls, 1);
        same_tensor(one.seen[relu], all.seen[relu]);
        for (fovea_value v = 0; v < values; v++) {
            fovea_value_info info = fovea_graph_value(watched.graph, v);
            assert_int_equal(all.seen[v] != NULL, info.kind == FOVEA_VALUE_COMPUTED);
            if (!all.seen[v]) continue;
            fovea_tensor *unwatched = value_of(&plain, info.name);
            same_tensor(unwatched, all.seen[v]);
            fovea_tensor_free(unwatched);
            fovea_tensor_free(all.seen[v]);
            computed++;
        }
        assert_int_equal(all.calls, computed);
        fovea_tensor_free(one.seen[relu]);
        free(all.seen);
        free(one.seen);
        close_rig(&plain);
        close_rig(&watched);
    }
}

static void ignore(void *user, const fovea_graph *graph, fovea_value value,
                   const fovea_view *view) {
    (void)user, (void)graph, (void)value, (void)view;
}

static void probes_that_see_nothing_are_refused(void **state) {
    (void)state;
    rig r = open_rig(NULL, 3, 0, 0);
    const fovea_value none[] = {-2, 1000000, fovea_graph_input(r.graph, 0),
                                fovea_graph_find_value(r.graph, "conv1.weight")};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(fovea_session_add_probe(r.session, none[i], ignore, NULL, NULL),
                         FOVEA_INVALID_ARGUMENT);
    for (int i = 0; i < 16; i++)
        assert_int_equal(fovea_session_add_probe(r.session, FOVEA_NO_VALUE, ignore, NULL, NULL),
                         FOVEA_OK);
    assert_int_equal(fovea_session_add_probe(r.session, FOVEA_NO_VALUE, ignore, NULL, NULL),
                     FOVEA_INVALID_ARGUMENT);
    forward(&r);
    close_rig(&r);
}

// A sample's numbers do not depend on its neighbours outside training.
static void every_batch_gives_the_same_numbers(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    const int64_t sizes[] = {1, 2, 15, 16, 17, 31, 33, 50};
    rig whole = open_rig("plain", 50, 0, 0);
    forward(&whole);
    fovea_tensor *logits = value_of(&whole, "linear1");
    for (int p = 0; p < 2; p++) {
        rig r = open_rig(plans[p], 50, 0, 0);
        forward(&r);
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            fovea_view view = fovea_tensor_view(r.input);
            view.shape.dim[0] = sizes[s];
            assert_int_equal(fovea_session_forward(r.session, &view, 1, NULL), FOVEA_OK);
            fovea_tensor *part = value_of(&r, "linear1");
            fovea_view got = fovea_tensor_view(part);
            assert_int_equal(got.shape.dim[0], sizes[s]);
            assert_memory_equal(got.data, fovea_tensor_view(logits).data,
                                (size_t)sizes[s] * 10 * sizeof(float));
            fovea_tensor_free(part);
        }
        close_rig(&r);
    }
    fovea_tensor_free(logits);
    close_rig(&whole);
}

static void refuse_forward(rig *r, const fovea_view *view, int32_t count, fovea_status status,
                           const char *text) {
    fovea_error error = {0};
    fovea_status got = fovea_session_forward(r->session, view, count, &error);
    if (got != status || !strstr(error.text, text))
        fail_msg("expected '%s', got %s: %s", text, fovea_status_name(got), error.text);
}

static void wrong_input_is_refused(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    for (int p = 0; p < 2; p++) {
        rig r = open_rig(plans[p], 7, 1, 0);
        fovea_tensor *tensor, *wide = make_input(r.context, FOVEA_F64, 7);
        fovea_view view = fovea_tensor_view(r.input), wrong = view;
        refuse_forward(&r, &view, 0, FOVEA_INVALID_ARGUMENT, "0 inputs");
        refuse_forward(&r, &view, 2, FOVEA_INVALID_ARGUMENT, "2 inputs");
        wrong.shape.dim[0] = 8;
        refuse_forward(&r, &wrong, 1, FOVEA_INVALID_ARGUMENT, "takes 1 to 7");
        wrong.shape.dim[0] = 0;
        refuse_forward(&r, &wrong, 1, FOVEA_INVALID_ARGUMENT, "takes 1 to 7");
        wrong = view;
        wrong.shape.dim[2] = 5;
        refuse_forward(&r, &wrong, 1, FOVEA_SHAPE_MISMATCH, "5");
        wrong = view;
        wrong.shape.rank = 3;
        refuse_forward(&r, &wrong, 1, FOVEA_SHAPE_MISMATCH, "wants");
        wrong = fovea_tensor_view(wide);
        refuse_forward(&r, &wrong, 1, FOVEA_SHAPE_MISMATCH, "wants F32");
        wrong = view;
        wrong.data = NULL;
        refuse_forward(&r, &wrong, 1, FOVEA_SHAPE_MISMATCH, "");
        // After a refusal nothing counts as computed.
        forward(&r);
        refuse_forward(&r, &wrong, 1, FOVEA_SHAPE_MISMATCH, "");
        assert_int_equal(
            fovea_session_value(r.session, fovea_graph_output(r.graph, 0), &tensor, NULL),
            FOVEA_INVALID_ARGUMENT);
        fovea_tensor_free(wide);
        close_rig(&r);
    }
}

static void wrong_order_is_refused(void **state) {
    (void)state;
    rig r = open_rig(NULL, 7, 1, 1);
    fovea_tensor *tensor, *logits;
    fovea_error error;
    fovea_value out = fovea_graph_output(r.graph, 0),
                relu = fovea_graph_find_value(r.graph, "relu1");
    fovea_view d = {FOVEA_F32, fovea_shape_make(2, (int64_t[]){7, 10}), NULL};
    assert_int_equal(fovea_session_value(r.session, out, &tensor, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_session_backward(r.session, out, &d, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "forward before it"));
    forward(&r);
    assert_int_equal(fovea_session_gradient(r.session, relu, &tensor, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_session_backward(r.session, out, &d, &error), FOVEA_SHAPE_MISMATCH);
    logits = value_of(&r, "linear1");
    d = fovea_tensor_view(logits);
    assert_int_equal(fovea_session_backward(r.session, relu, &d, &error), FOVEA_INVALID_ARGUMENT);
    d.shape.dim[0] = 6;
    assert_int_equal(fovea_session_backward(r.session, out, &d, &error), FOVEA_SHAPE_MISMATCH);
    d.shape.dim[0] = 7;
    assert_int_equal(fovea_session_backward(r.session, out, &d, &error), FOVEA_OK);
    assert_int_equal(fovea_session_gradient(r.session, relu, &tensor, NULL), FOVEA_OK);
    fovea_tensor_free(tensor);
    const fovea_value none[] = {-1, 1000000,
                                fovea_graph_find_value(r.graph, "batchnorm1.running_mean")};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(fovea_session_gradient(r.session, none[i], &tensor, NULL),
                         FOVEA_INVALID_ARGUMENT);
    // A new forward makes the old gradients stale.
    forward(&r);
    assert_int_equal(fovea_session_gradient(r.session, relu, &tensor, NULL),
                     FOVEA_INVALID_ARGUMENT);
    fovea_tensor_free(logits);
    close_rig(&r);
    r = open_rig(NULL, 7, 0, 0);
    forward(&r);
    logits = value_of(&r, "linear1");
    d = fovea_tensor_view(logits);
    assert_int_equal(fovea_session_backward(r.session, out, &d, &error), FOVEA_INVALID_ARGUMENT);
    fovea_tensor_free(logits);
    close_rig(&r);
}

// Backward may be called again, and twice the gradient given is twice the gradient got.
static void backward_starts_from_zero_each_time(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    for (int p = 0; p < 2; p++) {
        rig r = open_rig(plans[p], 19, 1, 1);
        fovea_value out = fovea_graph_output(r.graph, 0);
        fovea_value weight = fovea_graph_find_value(r.graph, "conv1.weight");
        fovea_tensor *first, *second;
        forward(&r);
        fovea_tensor *logits = value_of(&r, "linear1");
        fovea_view d = fovea_tensor_view(logits);
        assert_int_equal(fovea_session_backward(r.session, out, &d, NULL), FOVEA_OK);
        assert_int_equal(fovea_session_gradient(r.session, weight, &first, NULL), FOVEA_OK);
        assert_int_equal(fovea_session_backward(r.session, out, &d, NULL), FOVEA_OK);
        assert_int_equal(fovea_session_gradient(r.session, weight, &second, NULL), FOVEA_OK);
        same_tensor(first, second);
        fovea_tensor_free(first);
        fovea_tensor_free(second);
        fovea_tensor_free(logits);
        close_rig(&r);
    }
}

static void sessions_that_cannot_be_are_refused(void **state) {
    (void)state;
    rig r = open_rig(NULL, 1, 0, 0);
    fovea_session *session;
    fovea_error error;
    fovea_session_options options;
    fovea_session_options_default(&options);
    const int64_t sizes[] = {0, -1, INT64_MIN, (1 << 24) + 1, INT64_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        options.samples = sizes[i];
        assert_int_equal(fovea_session_create(r.graph, &options, &session, &error),
                         FOVEA_INVALID_ARGUMENT);
    }
    options.samples = 1;
    options.plan = "plane";
    assert_int_equal(fovea_session_create(r.graph, &options, &session, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "plane"));
    // 2^40 numbers a sample times 2^24 samples is 2^64: no wrapping round to a small buffer.
    fovea_graph *graph;
    fovea_value x, y;
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){1, 1 << 20, 1 << 20});
    assert_int_equal(fovea_graph_create(r.context, &graph, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_add_input(graph, "x", FOVEA_F32, &shape, &x, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_add_node(graph, "Relu", "y", &x, 1, NULL, 0, &y, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_add_output(graph, y, NULL), FOVEA_OK);
    options.samples = 1 << 24;
    options.plan = NULL;
    assert_int_equal(fovea_session_create(graph, &options, &session, &error), FOVEA_OUT_OF_MEMORY);
    assert_non_null(strstr(error.text, "a smaller batch may fit"));
    fovea_graph_free(graph);
    close_rig(&r);
}

// Every line fits into a hundred columns, and those of convolutions tell their tile: "8x3".
static void tell_lines(const rig *r, const char *text) {
    bool vectors = strcmp(fovea_context_cpu(r->context), "reference") != 0;
    int with_tile = 0;
    for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        int first, second;
        char row[128], kernel[128];
        snprintf(row, sizeof row, "%.*s", (int)(end - line), line);
        assert_true(end - line <= 100);
        char *conv = strstr(row, " Conv ");
        if (conv && sscanf(conv, " Conv %127s %*s %dx%d", kernel, &first, &second) == 3)
            with_tile++;
    }
    if (vectors) assert_true(with_tile > 0);
}

static void the_plan_is_told(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"}, *const layouts[] = {"layout NCHW", "layout N16"};
    for (int p = 0; p < 2; p++) {
        rig r = open_rig(plans[p], 20, 1, 1);
        char *text;
        assert_int_equal(fovea_session_plan(r.session, &text, NULL), FOVEA_OK);
        assert_non_null(strstr(text, layouts[p]));
        assert_non_null(strstr(text, "batch up to 20"));
        assert_non_null(strstr(text, "backward\n"));
        assert_non_null(strstr(text, "maxpool1"));
        tell_lines(&r, text);
        fovea_string_free(r.context, text);
        close_rig(&r);
    }
}

static void making_a_session_without_memory_leaks_nothing(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    for (int p = 0; p < 2; p++) {
        int64_t k = 0;
        for (fovea_status status = FOVEA_OUT_OF_MEMORY; status != FOVEA_OK; k++) {
            failing memory = {.fail_at = 0};
            fovea_context *context = failing_context(&memory, 1);
            training_wish wish = training_usual();
            fovea_model *model = training_model(context, &wish);
            fovea_session_options options;
            fovea_session_options_default(&options);
            options.samples = 18;
            options.gradients = options.training = 1;
            options.plan = plans[p];
            fovea_session *session = NULL;
            fovea_error error;
            memory.fail_at = memory.calls + 1 + k;
            status = fovea_session_create(fovea_model_graph(model), &options, &session, &error);
            if (status != FOVEA_OK) assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
            fovea_session_free(session);
            fovea_model_free(model);
            fovea_context_free(context);
            assert_int_equal(memory.live, 0);
        }
        assert_true(k > 10);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probes_see_every_value_and_change_none),
        cmocka_unit_test(probes_that_see_nothing_are_refused),
        cmocka_unit_test(every_batch_gives_the_same_numbers),
        cmocka_unit_test(wrong_input_is_refused),
        cmocka_unit_test(wrong_order_is_refused),
        cmocka_unit_test(backward_starts_from_zero_each_time),
        cmocka_unit_test(sessions_that_cannot_be_are_refused),
        cmocka_unit_test(the_plan_is_told),
        cmocka_unit_test(making_a_session_without_memory_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
