// SPDX-License-Identifier: MIT
// summary --style torch against what print() of PyTorch says (tests/golden/torch_print.txt).
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fovea.h"
#include "graph/torch_module.h"
#include "model/layer_kinds.h"
#include "unit/unit.h"

static char *read_golden(void) {
    FILE *file = fopen("tests/golden/torch_print.txt", "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 18);
    assert_non_null(text);
    assert_in_range(fread(text, 1, (1 << 18) - 1, file), 1000, (1 << 18) - 2);
    fclose(file);
    return text;
}

static fovea_shape parse_sizes(const char *text) {
    fovea_shape shape = {0};
    char *end = (char *)text;
    for (; shape.rank < 4; shape.rank++) {
        if (shape.rank > 0 && *end++ != 'x') break;
        shape.dim[shape.rank] = strtoll(end, &end, 10);
    }
    return shape;
}

static void check_net(const char *style, const char *size, const char *net, const char *wanted) {
    fovea_context *context;
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    char *text;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_model_options_default(&options);
    options.input = parse_sizes(size);
    options.shapes_only = 1;
    if (fovea_model_open(context, net, &options, &model, &error)) fail_msg("%s", error.text);
    assert_int_equal(fovea_graph_torch_text(fovea_model_graph(model), NULL,
                                            strcmp(style, "torch-all") == 0, &text, &error),
                     FOVEA_OK);
    if (strcmp(text, wanted) != 0) fail_msg("%s:\n%swanted\n%s", net, text, wanted);
    fovea_string_free(context, text);
    fovea_model_free(model);
    fovea_context_free(context);
}

static void nets_print_as_pytorch_prints_them(void **state) {
    (void)state;
    char *golden = read_golden(), style[16], size[32], net[512];
    int cases = 0;
    for (char *at = strstr(golden, "\n@ "), *next; at; at = next, cases++) {
        next = strstr(at + 1, "\n@ ");
        if (next) *next = 0;
        char *line_end = strchr(at + 1, '\n');
        assert_non_null(line_end);
        *line_end = 0;
        assert_int_equal(sscanf(at + 1, "@ %15s %31s %511[^\n]", style, size, net), 3);
        char wanted[1 << 14];
        size_t length = strlen(line_end + 1);
        bool ended = length > 0 && line_end[length] == '\n';  // the last block of the file
        assert_in_range(snprintf(wanted, sizeof wanted, ended ? "%s" : "%s\n", line_end + 1), 1,
                        sizeof wanted - 1);
        check_net(style, size, net, wanted);
        if (next) *next = '\n';
    }
    assert_in_range(cases, 30, 1000);
    free(golden);
}

// Layers of architecture text that are no functions of PyTorch stand in the table.
static void every_layer_has_its_place_in_pytorch(void **state) {
    static const char *const functions[] = {"Add", "Mul", "Concat", "Slice"};
    size_t count;
    const fovea__layer_kind *kinds = fovea__layer_kinds(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool function = !kinds[i].op;
        for (size_t k = 0; k < sizeof functions / sizeof functions[0] && kinds[i].op; k++)
            function |= strcmp(functions[k], kinds[i].op) == 0;
        if (!function && fovea__torch_operator(kinds[i].op) == FOVEA__TORCH_NONE)
            fail_msg("%s is not in the table of torch_module.c", kinds[i].op);
    }
    assert_int_equal(fovea__torch_operator("Exp"), FOVEA__TORCH_NONE);
    assert_int_equal(fovea__torch_operator("Nothing"), FOVEA__TORCH_UNKNOWN);
}

static void a_graph_without_modules_is_an_empty_class(void **state) {
    (void)state;
    fovea_context *context;
    fovea_graph *graph;
    char *text;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_torch_text(graph, "Empty", 1, &text, NULL), FOVEA_OK);
    assert_string_equal(text, "Empty()\n");
    fovea_string_free(context, text);
    fovea_graph_free(graph);
    fovea_context_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nets_print_as_pytorch_prints_them),
        cmocka_unit_test(every_layer_has_its_place_in_pytorch),
        cmocka_unit_test(a_graph_without_modules_is_an_empty_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
