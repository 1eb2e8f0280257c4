// SPDX-License-Identifier: MIT
// Fused steps give the bits of separate ones: losses, answers, gradients, weights and running
// statistics of several training steps, and the answers of a net that is only asked.
#include <stdio.h>
#include <stdlib.h>

#include "fovea.h"
#include "train/trainer.h"
#include "unit.h"

enum { STEPS = 3 };

typedef struct {
    const char *net;
    int64_t input[3];  // 0: the net's own
    int64_t batch;
    fovea_optimizer optimizer;
} wish;

typedef struct {
    fovea_context *context;
    fovea_model *model;
    fovea_trainer *trainer;
    uint8_t *pixels;
    const uint8_t **picture;
    int32_t *label;
} run;

static uint32_t scramble(uint32_t i) {
    i = i * 2654435761u + 12345u;
    i ^= i >> 15;
    i *= 0x85EBCA6Bu;
    return i ^ (i >> 13);
}

static fovea_context *make_context(int threads, const char *cpu) {
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = threads;
    options.cpu = cpu;
    fovea_context *context;
    return fovea_context_create(&options, &context, NULL) == FOVEA_OK ? context : NULL;
}

static fovea_model *make_model(fovea_context *context, const wish *w) {
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.seed = 5;
    options.input = fovea_shape_make(w->input[0] ? 3 : 0, w->input);
    if (fovea_model_open(context, w->net, &options, &model, &error)) fail_msg("%s", error.text);
    return model;
}

static bool open_run(const wish *w, const char *plan, int threads, const char *cpu, run *r) {
    *r = (run){.context = make_context(threads, cpu)};
    if (!r->context) return false;
    r->model = make_model(r->context, w);
    fovea_train_options options;
    fovea_error error;
    fovea_train_options_default(&options);
    options.batch = w->batch;
    options.optimizer = w->optimizer;
    options.learning_rate = 0.01;
    options.plan = plan;
    if (fovea_trainer_create(r->model, NULL, NULL, NULL, &options, &r->trainer, &error))
        fail_msg("%s", error.text);
    fovea_shape shape = fovea_model_input(r->model);
    int64_t size = fovea_shape_count(&shape);
    r->pixels = malloc((size_t)(size * w->batch));
    r->picture = malloc((size_t)w->batch * sizeof *r->picture);
    r->label = malloc((size_t)w->batch * sizeof *r->label);
    for (int64_t i = 0; i < size * w->batch; i++) r->pixels[i] = (uint8_t)scramble((uint32_t)i);
    for (int64_t n = 0; n < w->batch; n++) {
        r->picture[n] = r->pixels + n * size;
        r->label[n] = (int32_t)(scramble((uint32_t)n) % 3);
    }
    return true;
}

static void close_run(run *r) {
    fovea_trainer_free(r->trainer);
    fovea_model_free(r->model);
    fovea_context_free(r->context);
    free(r->pixels);
    free(r->picture);
    free(r->label);
}

static int fusions(const run *r) {
    const fovea__plan *plan = r->trainer->session->plan;
    int count = 0;
    for (size_t n = 0; plan->fusion && n < plan->graph->node_count; n++)
        count += plan->fusion[n] != NULL;
    return count;
}

// Step `step` on a batch of its own, smaller than the largest one in the end.
static double train(run *r, const wish *w, int step) {
    int64_t count = step == STEPS - 1 ? (w->batch + 2) / 3 : w->batch;
    double loss;
    fovea_error error;
    if (fovea_trainer_step(r->trainer, r->picture, r->label, count, &loss, &error))
        fail_msg("%s: %s", w->net, error.text);
    return loss;
}

static void same_floats(const float *a, const float *b, int64_t count, const char *what,
                        const char *name, const char *why) {
    for (int64_t i = 0; i < count; i++)
        if (memcmp(&a[i], &b[i], sizeof a[i]) != 0)
            fail_msg("%s: %s %s differs at %lld: %.9g and %.9g", why, what, name, (long long)i,
                     (double)a[i], (double)b[i]);
}

static void same_state(const run *a, const run *b, const char *why) {
    const fovea_graph *graph = fovea_model_graph(a->model);
    for (fovea_value v = 0; v < (fovea_value)graph->value_count; v++) {
        const fovea__value *x = &graph->value[v], *y = &fovea_model_graph(b->model)->value[v];
        if (!x->data || x->signature.type != FOVEA_F32) continue;
        int64_t count = fovea__value_size(x);
        fovea_view p, q;
        if (fovea_trainer_gradient(a->trainer, v, &p, NULL) == FOVEA_OK &&
            fovea_trainer_gradient(b->trainer, v, &q, NULL) == FOVEA_OK)
            same_floats(p.data, q.data, count, "the gradient of", x->name, why);
        same_floats(x->data, y->data, count, "value", x->name, why);
    }
    fovea_tensor *p, *q;
    fovea_value out = fovea_graph_output(graph, 0);
    assert_int_equal(fovea_session_value(a->trainer->session, out, &p, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_value(b->trainer->session, out, &q, NULL), FOVEA_OK);
    fovea_view x = fovea_tensor_view(p), y = fovea_tensor_view(q);
    same_floats(x.data, y.data, fovea_shape_count(&x.shape), "value", "out", why);
    fovea_tensor_free(p);
    fovea_tensor_free(q);
}

static void compare(const wish *w, const char *plan, int threads, const char *cpu, int expected) {
    run apart, fused;
    char off[64], why[300];
    snprintf(off, sizeof off, "%s,-fuse", plan);
    snprintf(why, sizeof why, "%.200s, %s, %d threads, cpu %s", w->net, plan, threads,
             cpu ? cpu : "-");
    if (!open_run(w, plan, threads, cpu, &fused)) return;
    assert_true(open_run(w, off, 1, NULL, &apart));
    assert_int_equal(fusions(&apart), 0);
    if (fusions(&fused) != expected) fail_msg("%s: %d fusions", why, fusions(&fused));
    for (int step = 0; step < STEPS; step++) {
        double a = train(&apart, w, step), b = train(&fused, w, step);
        if (memcmp(&a, &b, sizeof a) != 0)
            fail_msg("%s: the loss of step %d is %.17g, not %.17g", why, step, b, a);
        same_state(&apart, &fused, why);
    }
    close_run(&apart);
    close_run(&fused);
}

static void compare_threads(const wish *w, int expected) {
    static const int threads[] = {1, 2, 3, 8};
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        compare(w, "n16", threads[i], NULL, expected);
}

static void tutorial_nets(void **state) {
    (void)state;
    compare_threads(&(wish){"tutorial-cifar", {0}, 41, FOVEA_OPTIMIZER_SGD}, 2);
    compare_threads(&(wish){"tutorial-mnist", {0}, 32, FOVEA_OPTIMIZER_ADAM}, 2);
    compare_threads(&(wish){"lenet5", {0}, 130, FOVEA_OPTIMIZER_SGD}, 2);
}

static void residual_net(void **state) {
    (void)state;
    wish w = {"resnet20", {3, 16, 16}, 37, FOVEA_OPTIMIZER_SGD};
    compare(&w, "n16", 1, NULL, 19);
    compare(&w, "n16", 3, NULL, 19);
}

// Windows that overlap, have gaps, hang over the edge, skip elements or are one row; strides; odd
// sizes; groups; no bias; every activation; more rows than one block holds.
static void odd_convolutions(void **state) {
    (void)state;
    static const char *const nets[] = {
        "conv 5 3 pad=1, relu, maxpool 3 stride=2 pad=1, conv 7 3, tanh, maxpool 2, flatten, "
        "linear 3",
        "conv 6 5x3 stride=2x1 pad=2x1 dilation=1x2 groups=3 bias=0, leaky_relu, maxpool 2x3, "
        "flatten, linear 3",
        "conv 9 3 pad=1, sigmoid, maxpool 2 stride=3, conv 17 2, maxpool 3 stride=1 dilation=2, "
        "flatten, linear 3",
        "conv 33 1, relu, maxpool 1x2, conv 3 3, maxpool 3x1 stride=1 pad=1x0, relu, flatten, "
        "linear 3",
    };
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++)
        for (int64_t batch = 5; batch < 80; batch += 27) {
            wish w = {nets[i], {3, 23, 18 + (int64_t)i}, batch, FOVEA_OPTIMIZER_SGD};
            compare(&w, "n16", 2, NULL, i == 1 ? 1 : 2);
            compare(&w, "n16,-pool-first", 1, NULL, i < 2 ? 0 : 1);
        }
    compare(&(wish){"conv 20 3 pad=1, relu, maxpool 2, flatten, linear 3",
                    {1, 70, 75},
                    17,
                    FOVEA_OPTIMIZER_SGD},
            "n16", 2, NULL, 1);
}

static void weights_without_partial_sums(void **state) {
    (void)state;
    compare_threads(&(wish){"conv 48 3 pad=1, relu, maxpool 2, conv 70 3 pad=1, relu, maxpool 2, "
                            "gap, flatten, linear 9",
                            {3, 9, 9},
                            130,
                            FOVEA_OPTIMIZER_SGD},
                    2);
}

static void norms_of_every_kind(void **state) {
    (void)state;
    compare_threads(&(wish){"conv 5 3 pad=1, batchnorm, relu as a, conv 5 3 pad=1, batchnorm, add "
                            "a, relu as b, conv 5 3 pad=1, batchnorm, add b as d, conv 4 1, "
                            "batchnorm as c, from d, conv 4 3 pad=1, batchnorm, add c, relu, "
                            "batchnorm, relu, gap, flatten, linear 3",
                            {2, 11, 9},
                            50,
                            FOVEA_OPTIMIZER_SGD},
                    5);
}

static void every_kernel_set(void **state) {
    (void)state;
    static const char *const cpu[] = {"reference", "avx2", "avx512"};
    wish w = {"conv 5 3 pad=1, batchnorm, relu, conv 6 3, tanh, maxpool 2, flatten, linear 3",
              {2, 11, 9},
              21,
              FOVEA_OPTIMIZER_SGD};
    for (int i = 0; i < 3; i++) compare(&w, "n16", 2, cpu[i], 2);
}

static void what_lies_inside_is_not_handed_out(void **state) {
    (void)state;
    wish w = {"conv 4 3 pad=1, relu, maxpool 2, flatten, linear 3", {1, 8, 8}, 16, 0};
    run r;
    fovea_tensor *tensor;
    fovea_error error;
    assert_true(open_run(&w, "n16", 1, NULL, &r));
    train(&r, &w, 0);
    const fovea_graph *graph = fovea_model_graph(r.model);
    const char *const inside[] = {"conv1", "relu1"};
    for (int i = 0; i < 2; i++) {
        fovea_value v = fovea_graph_find_value(graph, inside[i]);
        assert_true(v >= 0);
        assert_int_equal(fovea_session_value(r.trainer->session, v, &tensor, &error),
                         FOVEA_INVALID_ARGUMENT);
        assert_int_equal(fovea_session_gradient(r.trainer->session, v, &tensor, &error),
                         FOVEA_INVALID_ARGUMENT);
    }
    close_run(&r);
}

static void compare_answers(const wish *w) {
    fovea_context *context = make_context(2, NULL);
    fovea_model *model = make_model(context, w);
    const fovea_graph *graph = fovea_model_graph(model);
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = w->batch;
    options.plan = "n16";
    fovea_value_info in = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    in.shape.dim[0] = w->batch;
    fovea_tensor *x, *answer[2];
    assert_int_equal(fovea_tensor_create(context, FOVEA_F32, &in.shape, &x, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(x);
    for (int64_t i = 0; i < fovea_shape_count(&in.shape); i++)
        ((float *)view.data)[i] = (float)(scramble((uint32_t)i) % 4096) / 1024 - 2;
    for (int fused = 0; fused < 2; fused++) {
        fovea_session *session;
        fovea__session_needs needs = {.outputs_only = fused};
        assert_int_equal(fovea__session_create(graph, &options, needs, &session, NULL), FOVEA_OK);
        assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
        assert_int_equal(
            fovea_session_value(session, fovea_graph_output(graph, 0), &answer[fused], NULL),
            FOVEA_OK);
        fovea_session_free(session);
    }
    fovea_view a = fovea_tensor_view(answer[0]), b = fovea_tensor_view(answer[1]);
    same_floats(a.data, b.data, fovea_shape_count(&a.shape), "value", "out", w->net);
    fovea_tensor_free(x);
    fovea_tensor_free(answer[0]);
    fovea_tensor_free(answer[1]);
    fovea_model_free(model);
    fovea_context_free(context);
}

static void nets_that_are_only_asked(void **state) {
    (void)state;
    compare_answers(&(wish){"tutorial-cifar", {0}, 33, 0});
    compare_answers(&(wish){"resnet20", {3, 16, 16}, 20, 0});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tutorial_nets),
        cmocka_unit_test(residual_net),
        cmocka_unit_test(odd_convolutions),
        cmocka_unit_test(weights_without_partial_sums),
        cmocka_unit_test(norms_of_every_kind),
        cmocka_unit_test(every_kernel_set),
        cmocka_unit_test(what_lies_inside_is_not_handed_out),
        cmocka_unit_test(nets_that_are_only_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
