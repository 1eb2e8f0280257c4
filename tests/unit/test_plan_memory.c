// SPDX-License-Identifier: MIT
// Training with shared memory and in one region: the same bits as without, and less memory.
#include "graph/cut.h"
#include "plan/plan_memory.h"
#include "unit/training.h"

static const char *const nets[] = {
    TRAINING_NET,
    "conv 6 3 pad=1, relu, maxpool 2, conv 5 1, leaky_relu, flatten, linear 12, tanh, linear 10",
    "conv 4 3 pad=1 as a, batchnorm, relu as b, conv 4 3 pad=1, batchnorm, add b, relu, "
    "concat a, gap, flatten, linear 10",
    "conv 4 3 pad=1 as a, tanh, mul a, dropout 0.25, add a, silu, avgpool 2, pad 1, flatten, "
    "linear 10, gelu, dropout 0.5, linear 10",
    "flatten, linear 300, sigmoid, linear 700, relu, linear 10",
    "flatten, linear 300, linear 500, linear 400, linear 10",
};

static void train_like(const char *net, const char *plan, int threads, fovea_optimizer optimizer,
                       training *t) {
    training_wish wish = training_usual();
    wish.net = net;
    wish.threads = threads;
    wish.options.epochs = 2;
    wish.options.batch = 33;
    wish.options.plan = plan;
    wish.options.optimizer = optimizer;
    wish.options.learning_rate = 0.01;
    assert_true(training_open(&wish, t));
    training_finish(t);
}

static void the_bits_are_those_of_memory_that_is_not_shared(void **state) {
    (void)state;
    static const char *const plans[] = {"n16",
                                        "n16,-share",
                                        "n16,-one-region",
                                        "n16,-fuse",
                                        "n16,-fuse,-pool-first,-one-region",
                                        "plain",
                                        "plain,-one-region"};
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        training want, got;
        train_like(nets[n], "plain,-share,-one-region,-pool-first", 1, FOVEA_OPTIMIZER_ADAM, &want);
        for (size_t p = 0; p < sizeof plans / sizeof plans[0]; p++)
            for (int threads = 1; threads <= 8; threads += threads == 3 ? 5 : 1) {
                train_like(nets[n], plans[p], threads, FOVEA_OPTIMIZER_ADAM, &got);
                training_same(&want, &got, plans[p]);
                training_close(&got);
            }
        training_close(&want);
    }
}

static void every_optimizer_trains_the_same_bits_in_one_region(void **state) {
    (void)state;
    static const fovea_optimizer optimizers[] = {FOVEA_OPTIMIZER_SGD, FOVEA_OPTIMIZER_ADAM,
                                                 FOVEA_OPTIMIZER_ADAMW};
    for (int o = 0; o < 3; o++) {
        training a, b;
        train_like(nets[2], "n16,-share,-one-region", 1, optimizers[o], &a);
        train_like(nets[2], "n16", 8, optimizers[o], &b);
        training_same(&a, &b, "optimizers");
        training_close(&a);
        training_close(&b);
    }
}

// No two buffers of a scope that live at the same time overlap: seen from the places alone, what is
// kept overlaps nothing.
static void what_is_kept_is_nobody_elses(void **state) {
    (void)state;
    training_wish wish = training_usual();
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        training t;
        wish.net = nets[n];
        assert_true(training_open(&wish, &t));
        const fovea__plan *plan = t.trainer->session->plan;
        size_t buffers = 2 * plan->graph->value_count, kept = 0;
        for (size_t a = 0; a < buffers; a++) {
            const fovea__place *x = &plan->place[a];
            if (!x->kept) continue;
            kept++;
            for (size_t b = 0; b < buffers; b++) {
                const fovea__place *y = &plan->place[b];
                if (a == b || y->scope != x->scope) continue;
                assert_true(x->offset + x->bytes <= y->offset || y->offset + y->bytes <= x->offset);
            }
        }
        assert_true(kept > 0);
        training_close(&t);
    }
}

static size_t memory_of(const char *plan) {
    training_wish wish = training_usual();
    training t;
    wish.net = nets[1];
    wish.options.plan = plan;
    wish.options.batch = 37;
    assert_true(training_open(&wish, &t));
    const fovea__plan *made = t.trainer->session->plan;
    size_t bytes = made->batch_bytes + made->worker_bytes;
    training_close(&t);
    return bytes;
}

static void sharing_takes_less_memory(void **state) {
    (void)state;
    assert_true(memory_of("n16") * 3 < memory_of("n16,-share"));
    assert_true(memory_of("plain") * 4 < memory_of("plain,-share") * 3);
}

// What is left of a net behind its last node.
static void a_net_without_nodes_gives_its_input(void **state) {
    (void)state;
    static const char *const plans[] = {"plain", "n16"};
    for (int p = 0; p < 2; p++) {
        fovea_error error;
        fovea_context *context;
        fovea_model *model;
        fovea_session *session;
        fovea_tensor *in, *out;
        fovea_model_options described;
        fovea_model_options_default(&described);
        described.input = fovea_shape_make(3, (int64_t[]){2, 3, 5});
        assert_int_equal(fovea_context_create(NULL, &context, &error), FOVEA_OK);
        assert_int_equal(fovea_model_from_text(context, "relu", &described, &model, &error),
                         FOVEA_OK);
        fovea_graph *graph = fovea_model_graph(model), *rest;
        assert_int_equal(fovea__graph_cut(graph, graph->output, 1, graph->output, 1, &rest, &error),
                         FOVEA_OK);
        fovea_session_options options;
        fovea_session_options_default(&options);
        options.samples = 2;
        options.plan = plans[p];
        fovea__session_needs needs = {.outputs_only = true};
        assert_int_equal(fovea__session_create(rest, &options, needs, &session, &error), FOVEA_OK);
        fovea_shape shape = fovea_shape_make(4, (int64_t[]){2, 2, 3, 5});
        assert_int_equal(fovea_tensor_create(context, FOVEA_F32, &shape, &in, &error), FOVEA_OK);
        fovea_view view = fovea_tensor_view(in);
        for (int i = 0; i < 60; i++) ((float *)view.data)[i] = (float)i - 20;
        assert_int_equal(fovea_session_forward(session, &view, 1, &error), FOVEA_OK);
        assert_int_equal(fovea_session_value(session, rest->output[0], &out, &error), FOVEA_OK);
        assert_memory_equal(fovea_tensor_view(out).data, view.data, 60 * sizeof(float));
        fovea_tensor_free(in);
        fovea_tensor_free(out);
        fovea_session_free(session);
        fovea__graph_cut_free(rest);
        fovea_model_free(model);
        fovea_context_free(context);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(the_bits_are_those_of_memory_that_is_not_shared),
        training_test(every_optimizer_trains_the_same_bits_in_one_region),
        training_test(what_is_kept_is_nobody_elses),
        training_test(sharing_takes_less_memory),
        training_test(a_net_without_nodes_gives_its_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
