// SPDX-License-Identifier: MIT
// The ready-made nets for ImageNet are torchvision's: names and shapes of parameters and running
// statistics (so that its state dicts load), parameters, multiply-adds, receptive fields, and
// outputs for weights by formula (tests/golden/make_imagenet_nets_golden.py).
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "fovea.h"
#include "unit/formula_weights.h"
#include "unit/unit.h"

enum { LINE = 4096, STEP = 25, CLASSES = 1000 };

typedef struct checked {
    fovea_context *context;
    fovea_model *model;
    char name[64];
    int32_t tensors;
    bool filled;
} checked;

static bool holds_numbers(fovea_value_kind kind) {
    return kind == FOVEA_VALUE_PARAMETER || kind == FOVEA_VALUE_BUFFER;
}

// Every parameter and buffer of the net stood in the file.
static void close_net(checked *c) {
    if (!c->model) return;
    const fovea_graph *graph = fovea_model_graph(c->model);
    int32_t own = 0;
    for (int32_t v = 0; v < fovea_graph_value_count(graph); v++)
        own += holds_numbers(fovea_graph_value(graph, v).kind);
    if (own != c->tensors)
        fail_msg("%s has %d tensors, torchvision's %d", c->name, own, c->tensors);
    fovea_model_free(c->model);
    c->model = NULL;
}

static void open_net(checked *c, const char *line, bool memory) {
    fovea_model_options options;
    fovea_summary *summary;
    fovea_error error;
    long long parameters, products;
    close_net(c);
    assert_int_equal(sscanf(line, "net %63s %lld %lld", c->name, &parameters, &products), 3);
    c->tensors = 0;
    fovea_model_options_default(&options);
    options.shapes_only = !memory;
    if (fovea_model_open(c->context, c->name, &options, &c->model, &error))
        fail_msg("%s", error.text);
    if (memory) return;
    assert_int_equal(fovea_graph_summary(fovea_model_graph(c->model), 1, &summary, &error), 0);
    assert_true(summary->parameters == parameters);
    assert_true(summary->multiply_adds_torchvision == products);
    fovea_summary_free(summary);
}

static void check_shape(const char *name, const char *text, const fovea_shape *shape) {
    char own[96] = "-";
    size_t at = 0;
    for (int32_t i = 0; i < shape->rank; i++)
        at += (size_t)snprintf(own + at, sizeof own - at, "%s%lld", i ? "x" : "",
                               (long long)shape->dim[i]);
    if (strcmp(own, text) != 0) fail_msg("%s is %s, torchvision's %s", name, own, text);
}

static void take_tensor(checked *c, const char *line, bool memory) {
    char name[200], shape[64];
    fovea_graph *graph = fovea_model_graph(c->model);
    assert_int_equal(sscanf(line, "tensor %199s %63s", name, shape), 2);
    fovea_value value = fovea_graph_find_value(graph, name);
    if (value == FOVEA_NO_VALUE) fail_msg("%s has no %s", c->name, name);
    fovea_value_info info = fovea_graph_value(graph, value);
    assert_true(holds_numbers(info.kind));
    check_shape(name, shape, &info.shape);
    if (memory)
        formula_fill_tensor(fovea_graph_parameter(graph, value), name, (uint32_t)c->tensors);
    c->tensors++;
}

static void check_logits(const checked *c, const char *line) {
    fovea_session_options options;
    fovea_session *session;
    fovea_tensor *picture, *logits;
    fovea_error error;
    const fovea_graph *graph = fovea_model_graph(c->model);
    fovea_shape shape = fovea_shape_make(4, (int64_t[]){1, 3, 224, 224});
    assert_int_equal(fovea_tensor_create(c->context, FOVEA_F32, &shape, &picture, &error), 0);
    fovea_view view = fovea_tensor_view(picture);
    golden_fill(view, 1000, 1);
    fovea_session_options_default(&options);
    options.samples = 1;
    assert_int_equal(fovea_session_create(graph, &options, &session, &error), 0);
    assert_int_equal(fovea_session_forward(session, &view, 1, &error), 0);
    assert_int_equal(fovea_session_value(session, fovea_graph_output(graph, 0), &logits, &error),
                     0);
    fovea_view out = fovea_tensor_view(logits);
    assert_true(out.shape.rank == 2 && out.shape.dim[1] == CLASSES);
    char *at;
    double largest = strtod(line + strlen("logits"), &at);
    for (int i = 0; i < CLASSES; i += STEP) {
        double wanted = strtod(at, &at), off = fabs(golden_at(out, i) - wanted);
        if (!(off <= 1e-4 * largest))
            fail_msg("%s: output %d is %.9g, torchvision's %.9g", c->name, i, golden_at(out, i),
                     wanted);
    }
    fovea_tensor_free(logits);
    fovea_tensor_free(picture);
    fovea_session_free(session);
}

static void go_through(bool memory) {
    static char line[LINE];
    checked c = {.model = NULL};
    fovea_error error;
    int nets = 0;
    FILE *file = fopen("tests/golden/imagenet_nets.txt", "r");
    assert_non_null(file);
    assert_int_equal(fovea_context_create(NULL, &c.context, &error), 0);
    while (fgets(line, sizeof line, file)) {
        if (line[0] == 'n') {
            open_net(&c, line, memory && !strstr(line, " vgg16 "));
            nets++;
        } else if (line[0] == 't') {
            take_tensor(&c, line, memory && strcmp(c.name, "vgg16") != 0);
        } else if (memory) {
            check_logits(&c, line);
        }
    }
    close_net(&c);
    assert_int_equal(nets, 8);
    fclose(file);
    fovea_context_free(c.context);
}

static void names_shapes_and_counts_are_torchvisions(void **state) {
    (void)state;
    go_through(false);
}

static void outputs_are_torchvisions(void **state) {
    (void)state;
    go_through(true);
}

static void check_field(const char *net, const char *layer, int64_t size, int64_t stride) {
    fovea_context *context;
    fovea_model_options options;
    fovea_model *model;
    fovea_summary *summary;
    fovea_error error;
    assert_int_equal(fovea_context_create(NULL, &context, &error), 0);
    fovea_model_options_default(&options);
    options.shapes_only = 1;
    assert_int_equal(fovea_model_open(context, net, &options, &model, &error), 0);
    const fovea_graph *graph = fovea_model_graph(model);
    assert_int_equal(fovea_graph_summary(graph, 1, &summary, &error), 0);
    const fovea_summary_row *row = &summary->row[fovea_graph_find_node(graph, layer)];
    for (int d = 0; d < 2; d++) {
        assert_int_equal(row->receptive_field[d], size);
        assert_int_equal(row->stride[d], stride);
    }
    fovea_summary_free(summary);
    fovea_model_free(model);
    fovea_context_free(context);
}

static void receptive_fields_are_the_known_ones(void **state) {
    (void)state;
    check_field("vgg16", "features.30", 212, 32);
    check_field("resnet18", "layer4.1", 435, 32);
    check_field("resnet50", "layer4.2", 427, 32);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_shapes_and_counts_are_torchvisions),
        cmocka_unit_test(outputs_are_torchvisions),
        cmocka_unit_test(receptive_fields_are_the_known_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
