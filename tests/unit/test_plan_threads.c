// SPDX-License-Identifier: MIT
// Every plan, number of threads and kernel set gives the same bits: values and gradients of whole
// nets.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "fovea.h"
#include "unit.h"

// What a net made of one batch: every value and every gradient, in order.
typedef struct {
    fovea_tensor **value, **gradient;
    int32_t count;
    fovea_context *context;
    fovea_model *model;
} result;

static uint32_t scramble(uint32_t i) {
    i = i * 2654435761u + 12345u;
    i ^= i >> 15;
    i *= 0x85EBCA6Bu;
    return i ^ (i >> 13);
}

static void fill(fovea_view view, uint32_t salt) {
    int64_t count = fovea_shape_count(&view.shape);
    for (int64_t i = 0; i < count; i++)
        ((float *)view.data)[i] = ((float)(scramble((uint32_t)i + salt) % 4096) - 2048) / 1024;
}

typedef struct {
    const char *plan, *cpu;
    int threads;
} way;

static fovea_context *make_context(const way *w) {
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = w->threads;
    options.cpu = w->cpu;
    fovea_context *context;
    return fovea_context_create(&options, &context, NULL) == FOVEA_OK ? context : NULL;
}

static fovea_session *make_session(const result *r, const char *plan, int64_t samples) {
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = samples;
    options.gradients = options.training = 1;
    options.plan = plan;
    fovea_session *session;
    fovea_error error;
    if (fovea_session_create(fovea_model_graph(r->model), &options, &session, &error))
        fail_msg("%s", error.text);
    return session;
}

static void run_batch(fovea_session *session, fovea_graph *graph, int64_t samples) {
    fovea_value_info in = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    in.shape.dim[0] = samples;
    fovea_tensor *x, *d;
    fovea_context *context = fovea_graph_context(graph);
    assert_int_equal(fovea_tensor_create(context, FOVEA_F32, &in.shape, &x, NULL), FOVEA_OK);
    fill(fovea_tensor_view(x), 7);
    fovea_view view = fovea_tensor_view(x);
    fovea_session_set_random(session, 99, 3, NULL, 0);
    assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
    fovea_value out = fovea_graph_output(graph, 0);
    assert_int_equal(fovea_session_value(session, out, &d, NULL), FOVEA_OK);
    fill(fovea_tensor_view(d), 1234);
    view = fovea_tensor_view(d);
    assert_int_equal(fovea_session_backward(session, out, &view, NULL), FOVEA_OK);
    fovea_tensor_free(x);
    fovea_tensor_free(d);
}

// Runs `samples` of a batch of `most`; false when the processor lacks the kernel set.
static bool compute(const char *net, const int64_t input[3], const way *w, int64_t samples,
                    int64_t most, result *r) {
    r->context = make_context(w);
    if (!r->context) return false;
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.seed = 5;
    options.input = fovea_shape_make(input[0] ? 3 : 0, input);
    fovea_error error;
    if (fovea_model_open(r->context, net, &options, &r->model, &error)) fail_msg("%s", error.text);
    fovea_graph *graph = fovea_model_graph(r->model);
    fovea_session *session = make_session(r, w->plan, most);
    run_batch(session, graph, most);  // leaves its numbers in the lanes a smaller batch masks
    run_batch(session, graph, samples);
    r->count = fovea_graph_value_count(graph);
    r->value = calloc((size_t)r->count, sizeof *r->value);
    r->gradient = calloc((size_t)r->count, sizeof *r->gradient);
    for (fovea_value v = 0; v < r->count; v++) {
        if (fovea_graph_value(graph, v).type != FOVEA_F32) continue;
        assert_int_equal(fovea_session_value(session, v, &r->value[v], NULL), FOVEA_OK);
        if (fovea_session_gradient(session, v, &r->gradient[v], NULL)) r->gradient[v] = NULL;
    }
    fovea_session_free(session);
    return true;
}

static void discard(result *r) {
    for (int32_t v = 0; v < r->count; v++) {
        fovea_tensor_free(r->value[v]);
        fovea_tensor_free(r->gradient[v]);
    }
    free(r->value);
    free(r->gradient);
    fovea_model_free(r->model);
    fovea_context_free(r->context);
}

static void same_bits(const fovea_tensor *a, const fovea_tensor *b, const char *net,
                      const char *what, const char *name, const way *w) {
    assert_int_equal(!a, !b);
    if (!a) return;
    fovea_view x = fovea_tensor_view(a), y = fovea_tensor_view(b);
    assert_true(fovea_shape_equal(&x.shape, &y.shape));
    int64_t count = fovea_shape_count(&x.shape);
    for (int64_t i = 0; i < count; i++)
        if (((uint32_t *)x.data)[i] != ((uint32_t *)y.data)[i])
            fail_msg("%s: %s of %s differs at %lld: %.9g, with plan %s, cpu %s, %d threads %.9g",
                     net, what, name, (long long)i, (double)((float *)x.data)[i],
                     w->plan ? w->plan : "-", w->cpu ? w->cpu : "-", w->threads,
                     (double)((float *)y.data)[i]);
}

static const way ways[] = {{"plain", NULL, 1},      {"n16", NULL, 1},         {"n16", NULL, 2},
                           {"n16", NULL, 3},        {"n16", "avx2", 2},       {"n16", "avx512", 1},
                           {"n16", "reference", 2}, {"plain", "reference", 1}};

static void compare_ways(const char *net, int32_t c, int32_t h, int32_t w, int64_t samples,
                         int64_t most, size_t count) {
    const int64_t input[3] = {c, h, w};
    result first, other;
    assert_true(compute(net, input, &ways[0], samples, most, &first));
    for (size_t i = 1; i < count; i++) {
        if (!compute(net, input, &ways[i], samples, most, &other)) continue;
        for (fovea_value v = 0; v < first.count; v++) {
            const char *name = fovea_graph_value(fovea_model_graph(first.model), v).name;
            same_bits(first.value[v], other.value[v], net, "the value", name, &ways[i]);
            same_bits(first.gradient[v], other.gradient[v], net, "the gradient", name, &ways[i]);
        }
        discard(&other);
    }
    discard(&first);
}

// The address sanitizer looks at each step once more; that the bits are the same is shown without it.
#ifdef __SANITIZE_ADDRESS__
enum { WAYS = 4 };
#else
enum { WAYS = sizeof ways / sizeof ways[0] };
#endif

static void compare_all(const char *net, int32_t c, int32_t h, int32_t w, int64_t samples,
                        int64_t most) {
    compare_ways(net, c, h, w, samples, most, WAYS);
}

static void batches_of_any_size(void **state) {
    (void)state;
    const char net[] =
        "conv 5 3 pad=1, relu, maxpool 2, conv 7 3, tanh, avgpool 2, flatten, linear 6";
    const int64_t sizes[] = {1, 15, 16, 17, 40, 150};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        compare_all(net, 2, 13, 11, sizes[i], sizes[i] + 5);
}

static void odd_layers(void **state) {
    (void)state;
    compare_all(
        "conv 6 5x3 stride=2x1 pad=2x1 dilation=1x2 groups=3 bias=0, gelu, batchnorm, "
        "maxpool 3 stride=2 pad=1, silu, conv 4 1, sigmoid, gap, flatten, linear 3",
        3, 17, 12, 37, 64);
    compare_all(
        "conv 4 3 pad=1, leaky_relu, dropout 0.3, flatten, linear 20, relu, dropout 0.5, "
        "linear 5, log_softmax",
        1, 9, 9, 33, 48);
}

static void branches(void **state) {
    (void)state;
    compare_all(
        "conv 4 3 pad=1 as a, relu as b, conv 4 3 pad=1, add a, concat b, pad 1, "
        "from b, slice step=2, softmax, gap, flatten, linear 4",
        2, 10, 10, 21, 32);
    compare_all("conv 4 3 pad=1 as a, tanh, mul a, batchnorm, concat a, gap, flatten, linear 3", 2,
                8, 8, 50, 50);
}

static void weights_without_partial_sums(void **state) {
    (void)state;
    compare_all("conv 48 3 pad=1, relu, conv 70 3 pad=1, relu, gap, flatten, linear 9", 3, 6, 6,
                130, 130);
    compare_all("flatten, linear 300, relu, linear 10", 1, 28, 28, 128, 128);
}

static void residual_net(void **state) {
    (void)state;
    compare_ways("resnet20", 0, 0, 0, 19, 20, 3);
}

// The thread sanitizer looks for races, which need few samples; it makes arithmetic twenty times
// slower.
#ifdef __SANITIZE_THREAD__
enum { FULL = 0 };
#else
enum { FULL = 1 };
#endif

static void races(void **state) {
    (void)state;
    compare_ways("conv 5 3 pad=1, batchnorm, relu, maxpool 2, dropout 0.2, flatten, linear 300", 2,
                 9, 9, 40, 45, 4);
}

int main(void) {
    if (!FULL) {
        const struct CMUnitTest few[] = {cmocka_unit_test(races)};
        return cmocka_run_group_tests(few, NULL, NULL);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(races),
        cmocka_unit_test(batches_of_any_size),
        cmocka_unit_test(odd_layers),
        cmocka_unit_test(branches),
        cmocka_unit_test(weights_without_partial_sums),
        cmocka_unit_test(residual_net),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
