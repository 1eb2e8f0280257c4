// SPDX-License-Identifier: MIT
// Two training steps of each ready-made net leave the same bits in every weight: for both plans, any
// number of threads, every kernel set (FOVEA_CPU lowers it, the build registers this test once for
// each) and every processor, since what is expected stands in tests/golden/step_nets.txt.
//
//   test_step_nets            compares; where FOVEA_EMULATED is set, batches of 2 and few ways only
//   test_step_nets --print    prints that file's lines
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "fovea.h"
#include "unit/unit.h"

#define GOLDEN "tests/golden/step_nets.txt"

typedef struct {
    const char *net;
    int64_t input[3];
    bool small, large;  // too slow for emulated processors and scalar code: large
} subject;

// The smaller pictures of resnet20 leave its layers 8, 4 and 2 pixels wide.
static const subject subjects[] = {
    {"tutorial-cifar", {3, 32, 32}, true, false},
    {"tutorial-fc", {3, 32, 32}, false, false},
    {"tutorial-mnist", {1, 28, 28}, false, false},
    {"tutorial-mlp", {1, 28, 28}, false, false},
    {"lenet5", {1, 28, 28}, true, false},
    {"resnet20", {3, 8, 8}, true, false},
    {"resnet20", {3, 32, 32}, false, true},
    {"squeezenet1_1", {3, 48, 48}, false, true},
    {"mobilenet_v2", {3, 64, 64}, false, true},
    {"resnet18", {3, 32, 32}, false, true},
    {"resnet50", {3, 32, 32}, false, true},
    {"conv 4 4 bias=0, relu, maxpool 2, flatten, linear 10",
     {1, 28, 28},
     true,
     false},  // four-filters
};
static const int64_t batches[] = {2, 18};

typedef struct {
    const char *name;
    fovea_optimizer optimizer;
    double momentum, weight_decay;
    int nesterov;
} rule;
static const rule rules[] = {
    {"sgd", FOVEA_OPTIMIZER_SGD, 0, 0, 0},        {"momentum", FOVEA_OPTIMIZER_SGD, 0.9, 5e-4, 0},
    {"nesterov", FOVEA_OPTIMIZER_SGD, 0.9, 0, 1}, {"adam", FOVEA_OPTIMIZER_ADAM, 0, 0, 0},
    {"adamw", FOVEA_OPTIMIZER_ADAMW, 0, 0.01, 0},
};

typedef struct {
    const char *plan;
    int threads;
} way;
static const way ways[] = {{"n16", 1}, {"plain", 3}, {"n16", 2}, {NULL, 1}, {"n16", 3}, {"n16", 8}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// Sanitizers and emulators look at each kind of step once.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static bool brief = true;
#else
static bool brief;
#endif

static bool every_way;

static uint64_t hash_of(const fovea_graph *graph) {
    uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        if (fovea_graph_value(graph, v).kind != FOVEA_VALUE_PARAMETER) continue;
        fovea_view view = fovea_graph_parameter(graph, v);
        const unsigned char *byte = view.data;
        size_t size = (size_t)fovea_shape_count(&view.shape) * sizeof(float);
        for (size_t i = 0; i < size; i++) hash = (hash ^ byte[i]) * 0x100000001b3u;
    }
    return hash;
}

// Pictures and labels from a formula, so that no file is needed.
static void steps(fovea_trainer *trainer, const subject *s, int64_t samples) {
    size_t size = (size_t)(s->input[0] * s->input[1] * s->input[2]);
    uint8_t *pixels = malloc(size * (size_t)samples);
    const uint8_t *picture[32];
    int32_t label[32];
    assert_non_null(pixels);
    for (int step = 0; step < 2; step++) {
        uint32_t state = 12345u + (uint32_t)step;
        for (size_t i = 0; i < size * (size_t)samples; i++) {
            state = state * 1664525u + 1013904223u;
            pixels[i] = (uint8_t)(state >> 24);
        }
        for (int64_t n = 0; n < samples; n++) {
            picture[n] = pixels + (size_t)n * size;
            label[n] = (int32_t)((n * 7 + step) % 10);
        }
        fovea_error error;
        double loss;
        if (fovea_trainer_step(trainer, picture, label, samples, &loss, &error))
            fail_msg("%s: %s", s->net, error.text);
        assert_true(loss > 0);
    }
    free(pixels);
}

static uint64_t trained(const subject *s, int64_t samples, const rule *r, const way *w) {
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = w->threads;
    fovea_context *context;
    fovea_error error;
    if (fovea_context_create(&options, &context, &error)) fail_msg("%s", error.text);
    fovea_model_options wish;
    fovea_model_options_default(&wish);
    wish.seed = 3;
    wish.input = fovea_shape_make(3, s->input);
    fovea_model *model;
    if (fovea_model_open(context, s->net, &wish, &model, &error)) fail_msg("%s", error.text);
    fovea_train_options training;
    fovea_train_options_default(&training);
    training.optimizer = r->optimizer;
    training.momentum = r->momentum;
    training.weight_decay = r->weight_decay;
    training.nesterov = r->nesterov;
    training.batch = samples;
    training.plan = w->plan;
    fovea_trainer *trainer;
    if (fovea_trainer_create(model, NULL, NULL, NULL, &training, &trainer, &error))
        fail_msg("%s", error.text);
    steps(trainer, s, samples);
    uint64_t hash = hash_of(fovea_model_graph(model));
    fovea_trainer_free(trainer);
    fovea_model_free(model);
    fovea_context_free(context);
    return hash;
}

static void write_line(char *line, size_t size, const subject *s, int64_t samples, const rule *r,
                       uint64_t hash) {
    snprintf(line, size, "%016" PRIx64 " batch %d %s %dx%dx%d %s\n", hash, (int)samples, r->name,
             (int)s->input[0], (int)s->input[1], (int)s->input[2], s->net);
}

static int print_golden(void) {
    printf("# The bits of all parameters after two steps, FNV-1a: test_step_nets --print\n");
    for (size_t i = 0; i < COUNT(subjects); i++)
        for (size_t b = 0; b < COUNT(batches); b++)
            for (size_t r = 0; r < COUNT(rules); r++) {
                char line[200];
                uint64_t hash = trained(&subjects[i], batches[b], &rules[r], &ways[0]);
                write_line(line, sizeof line, &subjects[i], batches[b], &rules[r], hash);
                fputs(line, stdout);
            }
    return 0;
}

static bool golden_has(const char *line) {
    FILE *file = fopen(GOLDEN, "r");
    char got[200];
    bool found = false;
    assert_non_null(file);
    while (!found && fgets(got, sizeof got, file)) found = strcmp(got, line) == 0;
    fclose(file);
    return found;
}

static void compare(const subject *s, int64_t samples, const rule *r, const way *w) {
    char line[200];
    write_line(line, sizeof line, s, samples, r, trained(s, samples, r, w));
    if (golden_has(line)) return;
    fail_msg("plan %s, %d threads: %.*s is not in " GOLDEN, w->plan ? w->plan : "-", w->threads,
             (int)strcspn(line, "\n"), line);
}

static bool scalar(void) {
    const char *cpu = getenv("FOVEA_CPU");
    return cpu && strcmp(cpu, "reference") == 0;
}

// SGD with momentum goes every way; the other rules, which differ in the update alone, one way each,
// in turn; with FOVEA_LONG and the best kernels every rule goes every way. Scalar code goes one way
// with momentum only, as large nets with two groups do; an emulated processor takes each rule in turn,
// with the plan of small batches and, where the net is small, the other one.
static bool chosen(const subject *s, int64_t samples, size_t i, size_t r, size_t w) {
    bool turn = w == (i + r) % COUNT(ways);
    if (s->large && (brief || scalar())) return false;
    if (brief) return r == i % COUNT(rules) && (w == 1 || (w == 2 && s->small));
    if (every_way) return true;
    if (scalar() || (s->large && samples > 2)) return r == 1 && turn;
    return turn || r == 1;
}

static void compare_batches(int64_t samples) {
    for (size_t i = 0; i < COUNT(subjects); i++)
        for (size_t r = 0; r < COUNT(rules); r++)
            for (size_t w = 0; w < COUNT(ways); w++)
                if (chosen(&subjects[i], samples, i, r, w))
                    compare(&subjects[i], samples, &rules[r], &ways[w]);
}

static void every_way_leaves_the_same_weights_with_two_samples(void **state) {
    (void)state;
    compare_batches(2);
}

static void every_way_leaves_the_same_weights_with_two_groups(void **state) {
    (void)state;
    compare_batches(18);
}

// Whether this processor has the kernel set that FOVEA_CPU names.
static bool runnable(void) {
    fovea_context *context;
    fovea_error error;
    if (fovea_context_create(NULL, &context, &error) == FOVEA_OK) {
        fovea_context_free(context);
        return true;
    }
    puts(error.text);
    return false;
}

int main(int argc, char **argv) {
    if (!runnable()) return 77;
    const char *all = getenv("FOVEA_LONG");
    every_way = all && *all && !getenv("FOVEA_CPU");
    if (argc > 1 && strcmp(argv[1], "--print") == 0) return print_golden();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_leaves_the_same_weights_with_two_samples),
        cmocka_unit_test(every_way_leaves_the_same_weights_with_two_groups),
    };
    if (getenv("FOVEA_EMULATED")) {
        brief = true;
        const struct CMUnitTest few[] = {tests[0]};
        return cmocka_run_group_tests(few, NULL, NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
