// SPDX-License-Identifier: MIT
// What a whole net makes of a batch, values and gradients, computed in several ways that must agree
// to the bit.
#ifndef FOVEA_TESTS_NET_BITS_H
#define FOVEA_TESTS_NET_BITS_H

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

static inline uint32_t scramble(uint32_t i) {
    i = i * 2654435761u + 12345u;
    i ^= i >> 15;
    i *= 0x85EBCA6Bu;
    return i ^ (i >> 13);
}

static inline void fill(fovea_view view, uint32_t salt) {
    int64_t count = fovea_shape_count(&view.shape);
    for (int64_t i = 0; i < count; i++)
        ((float *)view.data)[i] = ((float)(scramble((uint32_t)i + salt) % 4096) - 2048) / 1024;
}

typedef struct {
    const char *plan, *cpu;
    int threads;
} way;

static inline fovea_context *make_context(const way *w) {
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = w->threads;
    options.cpu = w->cpu;
    fovea_context *context;
    return fovea_context_create(&options, &context, NULL) == FOVEA_OK ? context : NULL;
}

static inline fovea_session *make_session(const result *r, const char *plan, int64_t samples) {
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

static inline void run_batch(fovea_session *session, fovea_graph *graph, int64_t samples) {
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
static inline bool compute(const char *net, const int64_t input[3], const way *w, int64_t samples,
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

static inline void discard(result *r) {
    for (int32_t v = 0; v < r->count; v++) {
        fovea_tensor_free(r->value[v]);
        fovea_tensor_free(r->gradient[v]);
    }
    free(r->value);
    free(r->gradient);
    fovea_model_free(r->model);
    fovea_context_free(r->context);
}

static inline void same_bits(const fovea_tensor *a, const fovea_tensor *b, const char *net,
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

// Each of `ways` against the first of them.
static inline void compare_ways(const char *net, int32_t c, int32_t h, int32_t w, int64_t samples,
                                int64_t most, const way *ways, size_t count) {
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

#endif
