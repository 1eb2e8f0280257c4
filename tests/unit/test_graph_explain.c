// SPDX-License-Identifier: MIT
// Every explanation of a summary is calculated again: both sides of each = must be the same number,
// and that is the one the summary counts.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fovea.h"
#include "graph/number_text.h"
#include "unit/hostile.h"

// The signs of the explanations as single bytes.
static void plain_signs(const char *text, char *out) {
    static const char *const signs[][2] = {{"×", "*"}, {"·", "*"}, {"−", "-"}, {"⌊", "["},
                                           {"⌋", "]"}, {"⌈", "{"}, {"⌉", "}"}};
    while (*text) {
        size_t s = 0;
        while (s < 7 && strncmp(text, signs[s][0], strlen(signs[s][0])) != 0) s++;
        *out++ = s < 7 ? signs[s][1][0] : *text;
        text += s < 7 ? strlen(signs[s][0]) : 1;
    }
    *out = 0;
}

static double sum(const char **at);

static void skip_words(const char **at) {
    while (**at && !strchr("0123456789()[]{}+-*/", **at)) (*at)++;
}

static double number(const char **at) {
    double value = 0;
    for (; (**at >= '0' && **at <= '9') || (**at == ',' && (*at)[1] >= '0'); (*at)++)
        if (**at != ',') value = value * 10 + (**at - '0');
    return value;
}

static double factor(const char **at) {
    skip_words(at);
    char open = **at;
    if (open == '-') {
        (*at)++;
        return -factor(at);
    }
    if (open >= '0' && open <= '9') return number(at);
    if (!open || !strchr("([{", open)) fail_msg("a number is missing at '%s'", *at);
    (*at)++;
    double value = sum(at);
    skip_words(at);
    assert_int_equal(**at, open == '(' ? ')' : open + 2);
    (*at)++;
    return open == '[' ? floor(value) : open == '{' ? ceil(value) : value;
}

static double product(const char **at) {
    double value = factor(at);
    for (skip_words(at); **at == '*' || **at == '/'; skip_words(at)) {
        bool times = *(*at)++ == '*';
        double other = factor(at);
        value = times ? value * other : value / other;
    }
    return value;
}

static double sum(const char **at) {
    double value = product(at);
    for (skip_words(at); **at == '+' || **at == '-'; skip_words(at)) {
        bool plus = *(*at)++ == '+';
        double other = product(at);
        value = plus ? value + other : value - other;
    }
    return value;
}

// The number that all sides of `chain` are; NaN when none of them has one.
static double check_chain(char *chain, const char *text, int *equations) {
    double value = NAN;
    for (char *side = chain; side;) {
        char *equals = strchr(side, '=');
        if (equals) *equals = 0;
        const char *at = side;
        skip_words(&at);
        if (*at) {
            double found = sum(&at);
            if (*at) fail_msg("%s: '%s' is left over", text, at);
            if (value == value && found != value)
                fail_msg("%s: %.17g is not %.17g", text, value, found);
            *equations += value == value;
            value = found;
        }
        side = equals ? equals + 1 : NULL;
    }
    return value;
}

static double check_text(const char *text, int *equations) {
    char plain[4096], *chain = plain;
    double value = NAN;
    assert_true(strlen(text) < sizeof plain);
    plain_signs(text, plain);
    while (chain) {
        char *comma = strstr(chain, ", ");
        if (comma) *comma = 0;
        value = check_chain(chain, text, equations);
        chain = comma ? comma + 2 : NULL;
    }
    return value;
}

static void check_item(const fovea_explanation *item, const fovea_summary *summary,
                       const fovea_graph *graph, int *equations) {
    double value = check_text(item->text, equations);
    bool whole = item->node < 0;
    const fovea_summary_row *row = whole ? NULL : &summary->row[item->node];
    fovea_type type = FOVEA_F32;
    if (!whole)
        type = fovea_graph_value(graph, fovea_graph_node(graph, item->node).outputs[0]).type;
    if (strcmp(item->subject, "parameters") == 0)
        assert_true(value == (double)(whole ? summary->parameters : row->parameters));
    else if (strcmp(item->subject, "multiply-adds") == 0)
        assert_true(value == (double)(whole ? summary->multiply_adds : row->multiply_adds));
    else if (strcmp(item->subject, "memory") == 0)
        assert_true(value ==
                    (double)(fovea_shape_count(&row->shape) * (int64_t)fovea_type_size(type)));
    else if (strncmp(item->subject, "height", 6) == 0 && row->shape.rank == 4)
        assert_true(value == (double)row->shape.dim[2]);
    else if (strcmp(item->subject, "width") == 0)
        assert_true(value == (double)row->shape.dim[row->shape.rank - 1]);
}

// Lines of text stay within 100 columns.
static void check_lines(const char *text) {
    char line[512];
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n");
        assert_true(length < sizeof line);
        memcpy(line, at, length);
        line[length] = 0;
        if (fovea__text_columns(line) > 100) fail_msg("too long: %s", line);
        at += length + (at[length] == '\n');
    }
}

static fovea_model *open_net(fovea_context *context, const char *net, const fovea_shape *input) {
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.shapes_only = 1;
    if (input) options.input = *input;
    if (fovea_model_open(context, net, &options, &model, &error)) fail_msg("%s", error.text);
    return model;
}

// Returns how many equations were calculated.
static int check_net(const char *net, const fovea_shape *input, int64_t samples) {
    fovea_context *context;
    fovea_summary *summary;
    fovea_explanations *list;
    char *text;
    int equations = 0;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_model *model = open_net(context, net, input);
    const fovea_graph *graph = fovea_model_graph(model);
    assert_int_equal(fovea_graph_summary(graph, samples, &summary, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_explain(graph, samples, &list, NULL), FOVEA_OK);
    for (int32_t i = 0; i < list->count; i++)
        check_item(&list->item[i], summary, graph, &equations);
    assert_int_equal(fovea_graph_explain_text(graph, samples, "", &text, NULL), FOVEA_OK);
    check_lines(text);
    for (int32_t i = 0; i < list->count; i++) assert_non_null(strstr(text, list->item[i].subject));
    fovea_string_free(context, text);
    fovea_explanations_free(list);
    fovea_summary_free(summary);
    fovea_model_free(model);
    fovea_context_free(context);
    return equations;
}

static void every_equation_of_the_ready_made_nets_holds(void **state) {
    (void)state;
    for (int32_t i = 0; i < fovea_ready_made_count(); i++) {
        const char *name;
        assert_int_equal(fovea_ready_made_get(i, &name, NULL, NULL, NULL), FOVEA_OK);
        assert_in_range(check_net(name, NULL, 1), 5, 100000);
        assert_in_range(check_net(name, NULL, 64), 5, 100000);
    }
    fovea_shape large = {3, {3, 1024, 1024}};
    assert_in_range(check_net("tutorial-fc", &large, 7), 5, 1000);
}

static void every_equation_of_every_layer_holds_in_every_rank(void **state) {
    (void)state;
    const fovea_shape inputs[] = {
        {2, {4, 37}}, {3, {4, 37, 22}}, {3, {4, 20, 20}}, {4, {4, 12, 19, 22}}};
    static const char *const nets[] = {
        "conv 8 3 stride=2 pad=1 dilation=2 groups=2 bias=0, batchnorm, maxpool 3 stride=2 pad=1 "
        "dilation=1 ceil=1",
        "conv 6 1, relu, avgpool 2 stride=3 ceil=1, conv 1 2",
        "conv 5 2 as a, slice 0 3 axis=1, slice 1 -2, slice step=2, pad 3 channels=2 value=1, gap, "
        "flatten, linear 7 bias=0, linear 1",
        "conv 5 1 as a, add a, concat a a, slice 0 5 axis=1, mul a, adaptive_avgpool 3",
        "maxpool 2 stride=2 pad=1 ceil=1, maxpool 2 stride=3 pad=1 ceil=1, dropout, softmax",
    };
    int equations = 0;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++)
            equations += check_net(nets[n], &inputs[i], 1) + check_net(nets[n], &inputs[i], 3);
    assert_in_range(equations, 500, 100000);
    check_net("conv 5 3x2 stride=2x1 pad=0x1 dilation=1x3, maxpool 2x3 stride=1x2", &inputs[1], 2);
}

static void the_lines_are_the_ones_of_the_tutorials(void **state) {
    (void)state;
    fovea_context *context;
    char *text;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_shape input = {3, {3, 32, 32}};
    fovea_model *model =
        open_net(context, "conv 16 3 pad=1, flatten, linear 3072, linear 1024", &input);
    assert_int_equal(fovea_graph_explain_text(fovea_model_graph(model), 1, "", &text, NULL),
                     FOVEA_OK);
    static const char *const lines[] = {
        "  parameters       16 filters × (3 channels × 3 × 3 weights + 1 bias) = 16 × 28 = 448\n",
        "  height, width    ⌊(32 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1 = 32\n",
        "  receptive field  r = 1 + 1·(3 − 1)·1 = 3, S = 1·1 = 1, P = 0 + 1·1 = 1\n",
        "1,024 outputs × 3,072 inputs + 1,024 biases = 3,145,728 + 1,024 = 3,146,752\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!strstr(text, lines[i])) fail_msg("'%s' is not in\n%s", lines[i], text);
    fovea_string_free(context, text);
    fovea_model_free(model);
    fovea_context_free(context);
}

static void every_failing_allocation_is_reported(void **state) {
    hostile_heap *heap = *state;
    fovea_shape input = {3, {3, 9, 9}};
    fovea_model *model = open_net(
        heap->context, "conv 4 3 name=a.b, maxpool 2, gap, flatten, linear 2 name=a.c", &input);
    const fovea_graph *graph = fovea_model_graph(model);
    size_t before = fovea__memory_now(heap->context);
    for (int torch = 0; torch < 2; torch++)
        for (size_t k = 1;; k++) {
            char *text;
            fovea_error error = {0};
            heap->calls = 0;
            heap->fail_at = k;
            fovea_status status = torch ? fovea_graph_torch_text(graph, NULL, 1, &text, &error)
                                        : fovea_graph_explain_text(graph, 1, "net", &text, &error);
            heap->fail_at = 0;
            if (status == FOVEA_OK) {
                assert_in_range(k, 5, 200);
                fovea_string_free(heap->context, text);
                break;
            }
            assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
            assert_int_equal(fovea__memory_now(heap->context), before);
        }
    fovea_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_equation_of_the_ready_made_nets_holds),
        cmocka_unit_test(every_equation_of_every_layer_holds_in_every_rank),
        cmocka_unit_test(the_lines_are_the_ones_of_the_tutorials),
        cmocka_unit_test_setup_teardown(every_failing_allocation_is_reported, hostile_begin,
                                        hostile_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
