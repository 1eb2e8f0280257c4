// SPDX-License-Identifier: MIT
// What follows a part at once, and values that lie where they are read, have the bits of steps one
// after the other.
#include "net_bits.h"
#include "run/session.h"

// 96x96 pixels in 16 pieces of rows are enough to be followed; later layers are cut by channels.
static const char *const nets[] = {
    "conv 24 3 pad=1, batchnorm, relu, conv 32 1 as a, sigmoid, mul a, relu, maxpool 4, "
    "conv 96 3 pad=1 stride=2 as b, relu, conv 96 1, add b, silu, gap, flatten, linear 300, tanh, "
    "dropout, linear 7",
    "conv 32 3 stride=2 pad=1, relu, maxpool 8 as x, conv 256 1, batchnorm as a, from x, "
    "conv 256 1, batchnorm, add a, relu, gap, flatten, linear 3",
    "conv 16 3 stride=2 pad=1 as s, relu, conv 48 1, relu as a, from s, conv 40 3 pad=1, relu, "
    "concat a, conv 8 1, relu as b, concat a as c, concat b, relu, maxpool 3 as d, flatten, "
    "linear 5 as e, from d, dropout, gap, flatten, concat e, linear 3",
};

static fovea_session *open_answers(fovea_context *context, const char *net, const char *plan,
                                   int64_t samples, fovea_model **model) {
    fovea_model_options options;
    fovea_session_options how;
    fovea_session *session;
    fovea_error error;
    fovea_model_options_default(&options);
    options.seed = 3;
    options.input = fovea_shape_make(3, (const int64_t[]){3, 96, 96});
    if (fovea_model_open(context, net, &options, model, &error)) fail_msg("%s", error.text);
    fovea_session_options_default(&how);
    how.samples = samples;
    how.outputs_only = 1;
    how.plan = plan;
    if (fovea_session_create(fovea_model_graph(*model), &how, &session, &error))
        fail_msg("%s", error.text);
    return session;
}

static fovea_tensor *answer(fovea_session *session, fovea_model *model, int64_t samples) {
    static float pixels[3 * 3 * 96 * 96];
    fovea_view x = {FOVEA_F32, fovea_shape_make(4, (const int64_t[]){samples, 3, 96, 96}), pixels};
    const fovea_graph *graph = fovea_model_graph(model);
    fovea_tensor *out;
    fovea_error error;
    fill(x, 7);
    for (int pass = 0; pass < 2; pass++)
        if (fovea_session_forward(session, &x, 1, &error)) fail_msg("%s", error.text);
    assert_int_equal(fovea_session_value(session, fovea_graph_output(graph, 0), &out, NULL),
                     FOVEA_OK);
    return out;
}

typedef struct answered {
    fovea_context *context;
    fovea_model *model;
    fovea_session *session;
    fovea_tensor *out;
} answered;

static bool ask(const char *net, const way *how, int64_t samples, answered *a) {
    a->context = make_context(how);
    if (!a->context) return false;
    a->session = open_answers(a->context, net, how->plan, samples, &a->model);
    a->out = answer(a->session, a->model, samples);
    return true;
}

static void forget(answered *a) {
    fovea_tensor_free(a->out);
    fovea_session_free(a->session);
    fovea_model_free(a->model);
    fovea_context_free(a->context);
}

static void compare(const char *net, int64_t samples) {
    static const way ways[] = {{"plain,-parts,-share", NULL, 1},
                               {"plain", NULL, 1},
                               {"plain", NULL, 2},
                               {"plain", NULL, 3},
                               {"plain", NULL, 8},
                               {"plain,-chains", NULL, 2},
                               {"plain,-share", NULL, 2},
                               {"plain", "avx2", 2},
                               {"plain", "reference", 2}};
    answered want, got;
    assert_true(ask(net, &ways[0], samples, &want));
    for (size_t i = 1; i < sizeof ways / sizeof ways[0]; i++) {
        if (!ask(net, &ways[i], samples, &got)) continue;
        same_bits(want.out, got.out, net, "the answer", "", &ways[i]);
        forget(&got);
    }
    forget(&want);
}

static void answers_have_the_bits_of_single_steps(void **state) {
    (void)state;
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        compare(nets[n], 1);
        compare(nets[n], 3);
    }
}

static int32_t regions_of(const char *net, const char *plan) {
    answered a;
    assert_true(ask(net, &(way){plan, NULL, 1}, 1, &a));
    const fovea__steps *steps = &a.session->plan->steps;
    int32_t regions = steps->step[steps->count - 1].region + 1;
    forget(&a);
    return regions;
}

static bool is_made_at(const fovea__steps *steps, size_t s, fovea_value v) {
    const fovea__node *node = steps->step[s].lowered->node;
    for (int32_t o = 0; o < node->out_count; o++)
        if (node->out[o] == v) return true;
    return false;
}

// Of a region of parts a step reads nothing but what its own chain has made.
static void no_chain_reads_what_another_is_making(void **state) {
    (void)state;
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        answered a;
        assert_true(ask(nets[n], &(way){"plain", NULL, 1}, 1, &a));
        const fovea__steps *steps = &a.session->plan->steps;
        for (size_t s = 0, chain = 0; s < steps->count; s++) {
            const fovea__step *step = &steps->step[s];
            if (!step->follows) chain = s;
            if (step->kind != FOVEA__STEP_PART) continue;
            for (size_t t = chain; t-- > 0 && steps->step[t].region == step->region;)
                for (int32_t i = 0; i < step->lowered->node->in_count; i++)
                    assert_false(is_made_at(steps, t, step->lowered->node->in[i]));
        }
        forget(&a);
    }
}

static void all_threads_wait_for_fewer_regions(void **state) {
    (void)state;
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++)
        assert_in_range(regions_of(nets[n], "plain"), 1, regions_of(nets[n], "plain,-chains") - 2);
}

// What a Concat or a Dropout would copy.
static void what_is_copied_unchanged_lies_in_the_copy(void **state) {
    (void)state;
    answered a;
    assert_true(ask(nets[2], &(way){"plain,-share", NULL, 1}, 1, &a));
    const fovea_graph *graph = a.session->graph;
    int32_t concatenations = 0;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        if (strcmp(node->op->name, "Concat") != 0) continue;
        concatenations += a.session->value[node->in[0]] == a.session->value[node->out[0]];
    }
    assert_int_equal(concatenations, 4);
    forget(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_have_the_bits_of_single_steps),
        cmocka_unit_test(no_chain_reads_what_another_is_making),
        cmocka_unit_test(all_threads_wait_for_fewer_regions),
        cmocka_unit_test(what_is_copied_unchanged_lies_in_the_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
