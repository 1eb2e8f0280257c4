// SPDX-License-Identifier: MIT
// Every line of bench/shapes/*.txt, with a smaller picture, and of awkward_shapes.txt is a net whose
// values and gradients have the same bits in both plans and with every kernel set this processor has.
#include <glob.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "fovea.h"
#include "unit/unit.h"

typedef struct {
    int64_t batch, input[3];
    int rank;
    const char *net;
} shape;

// "16 3x32x32 conv 16 3 pad=1  # note"; false for a line without a shape.
static bool parse(char *line, shape *s) {
    line[strcspn(line, "#\n")] = '\0';
    int used = 0;
    long long batch, c, h, w;
    if (sscanf(line, "%lld %lldx%lldx%lld %n", &batch, &c, &h, &w, &used) == 4 && used) {
        *s = (shape){batch, {c, h, w}, 3, line + used};
        return true;
    }
    used = 0;
    if (sscanf(line, "%lld %lldx%lld %n", &batch, &c, &h, &used) == 3 && used) {
        *s = (shape){batch, {c, h, 0}, 2, line + used};
        return true;
    }
    return false;
}

// The same layer on at most 19 x 18 pixels, fewer where channels are many.
static void shrink(shape *s) {
    int64_t most = s->input[0] > 100 ? 5 : 19;
    if (s->rank != 3) return;
    if (s->input[1] > most) s->input[1] = most;
    if (s->input[2] > most) s->input[2] = most - 1;
}

static uint64_t add(uint64_t hash, fovea_tensor *tensor) {
    fovea_view view = fovea_tensor_view(tensor);
    const unsigned char *byte = view.data;
    size_t size = (size_t)fovea_shape_count(&view.shape) * sizeof(float);
    for (size_t i = 0; i < size; i++) hash = (hash ^ byte[i]) * 0x100000001b3u;
    fovea_tensor_free(tensor);
    return hash;
}

static void fill(fovea_tensor *tensor) {
    fovea_view view = fovea_tensor_view(tensor);
    uint32_t state = 2463534242u;
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++) {
        state = state * 1664525u + 1013904223u;
        ((float *)view.data)[i] = (float)((int32_t)(state >> 20) - 2048) / 1024;
    }
}

static uint64_t run(fovea_session *session, fovea_graph *graph, int64_t samples) {
    fovea_error error;
    fovea_value_info in = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    fovea_value out = fovea_graph_output(graph, 0);
    in.shape.dim[0] = samples;
    fovea_tensor *x, *d;
    fovea_context *context = fovea_graph_context(graph);
    assert_int_equal(fovea_tensor_create(context, FOVEA_F32, &in.shape, &x, NULL), FOVEA_OK);
    fill(x);
    fovea_view view = fovea_tensor_view(x);
    if (fovea_session_forward(session, &view, 1, &error)) fail_msg("%s", error.text);
    assert_int_equal(fovea_session_value(session, out, &d, NULL), FOVEA_OK);
    uint64_t hash = add(0xcbf29ce484222325u, d);
    assert_int_equal(fovea_session_value(session, out, &d, NULL), FOVEA_OK);
    fill(d);
    view = fovea_tensor_view(d);
    if (fovea_session_backward(session, out, &view, &error)) fail_msg("%s", error.text);
    fovea_tensor_free(x);
    fovea_tensor_free(d);
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++)
        if (fovea_session_gradient(session, v, &d, NULL) == FOVEA_OK) hash = add(hash, d);
    return hash;
}

static uint64_t compute(const shape *s, const char *cpu, const char *plan, int64_t samples) {
    fovea_context_options wish;
    fovea_context_options_default(&wish);
    wish.threads = 2;
    wish.cpu = cpu;
    fovea_context *context;
    fovea_error error;
    if (fovea_context_create(&wish, &context, &error)) fail_msg("%s", error.text);
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.seed = 5;
    options.input = fovea_shape_make(s->rank, s->input);
    fovea_model *model;
    if (fovea_model_open(context, s->net, &options, &model, &error))
        fail_msg("%s: %s", s->net, error.text);
    fovea_session_options session_options;
    fovea_session_options_default(&session_options);
    session_options.samples = s->batch;
    session_options.gradients = session_options.training = 1;
    session_options.plan = plan;
    fovea_session *session;
    if (fovea_session_create(fovea_model_graph(model), &session_options, &session, &error))
        fail_msg("%s: %s", s->net, error.text);
    uint64_t hash = run(session, fovea_model_graph(model), samples);
    fovea_session_free(session);
    fovea_model_free(model);
    fovea_context_free(context);
    return hash;
}

static void compare(const shape *s, int64_t samples) {
    uint64_t want = compute(s, "reference", "plain", samples);
    for (int level = FOVEA__CPU_REFERENCE; level <= FOVEA__CPU_AVX512; level++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), (fovea__cpu)level)) continue;
        for (int n16 = 0; n16 < 2; n16++) {
            const char *cpu = fovea__cpu_label((fovea__cpu)level), *plan = n16 ? "n16" : "plain";
            if (n16 ? s->batch == 1 : level == FOVEA__CPU_REFERENCE) continue;
            if (compute(s, cpu, plan, samples) != want)
                fail_msg("%s: plan %s with %s differs for %d samples of %dx%dx%d", s->net, plan,
                         cpu, (int)samples, (int)s->input[0], (int)s->input[1], (int)s->input[2]);
        }
    }
}

static int compare_file(const char *name) {
    FILE *file = fopen(name, "r");
    char line[300];
    int count = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        shape s;
        if (!parse(line, &s)) continue;
        shrink(&s);
        compare(&s, s.batch);
        if (s.batch > 5) compare(&s, s.batch - 5);
        count++;
    }
    fclose(file);
    print_message("%s: %d shapes\n", name, count);
    return count;
}

static void awkward_shapes_agree(void **state) {
    (void)state;
    assert_true(compare_file("tests/unit/awkward_shapes.txt") >= 15);
}

static void shapes_of_the_benchmarks_agree(void **state) {
    (void)state;
    glob_t found;
    assert_int_equal(glob("bench/shapes/*.txt", 0, NULL, &found), 0);
    int count = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) count += compare_file(found.gl_pathv[i]);
    globfree(&found);
    assert_true(count >= 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(awkward_shapes_agree),
        cmocka_unit_test(shapes_of_the_benchmarks_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
