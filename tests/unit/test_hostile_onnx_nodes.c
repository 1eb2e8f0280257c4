// SPDX-License-Identifier: MIT
// Cases 146 to 152, 172 to 188 and 190: ONNX models that are sound as files and wrong as nets. Each is
// refused in words, or works; none takes long.
#include <math.h>

#include "unit/onnx_net.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

#define DIMS(...)                                         \
    (sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]) { \
        __VA_ARGS__                                       \
    }
#define LIST(label, numbers, ...)                                    \
    {                                                                \
        .name = label, .count = numbers, .integers = { __VA_ARGS__ } \
    }
#define INT(label, number)                                 \
    {                                                      \
        .name = label, .count = -1, .integers = { number } \
    }
#define REAL(label, number) \
    { .name = label, .real = number }
#define HUGE_SIZE (INT64_C(1) << 31)

// An attribute of the node that is tried; `count` 0: a real, -1: an integer.
typedef struct given {
    const char *name;
    int count;
    int64_t integers[6];
    float real;
} given;

typedef struct hostile_node {
    const char *op, *inputs;
    given attribute[3];
    const char *text;  // of the refusal; NULL: it works
} hostile_node;

static void give(onnx_net *net, const given *a) {
    if (a->count > 0)
        onnx_net_ints(net, a->name, (size_t)a->count, a->integers);
    else if (a->count < 0)
        onnx_net_int(net, a->name, a->integers[0]);
    else
        onnx_net_attribute(net, a->name, FOVEA__ONNX_FLOAT)->f = a->real;
}

static void scalar(onnx_net *net, const char *name, float value) {
    fovea__onnx_tensor *tensor = onnx_net_tensor(net, name, FOVEA_F32, 0, NULL);
    ((float *)tensor->data)[0] = value;
}

// x 2×4×6×6, rows 2×6, w 8×4×3×3, w1 8×2×3×3, w3 8×4×3×3×3, b 8, four 4, five 5, m 6×3, m2 5×3, one,
// two and nan scalars.
static void begin(onnx_net *net) {
    *net = (onnx_net){.context = context};
    onnx_net_input(net, "x", DIMS(FOVEA_DYNAMIC, 4, 6, 6));
    onnx_net_input(net, "rows", DIMS(FOVEA_DYNAMIC, 6));
    onnx_net_floats(net, "w", DIMS(8, 4, 3, 3));
    onnx_net_floats(net, "w1", DIMS(8, 2, 3, 3));
    onnx_net_floats(net, "w3", DIMS(8, 4, 3, 3, 3));
    onnx_net_floats(net, "b", DIMS(8));
    onnx_net_floats(net, "four", DIMS(4));
    onnx_net_floats(net, "five", DIMS(5));
    onnx_net_floats(net, "m", DIMS(6, 3));
    onnx_net_floats(net, "m2", DIMS(5, 3));
    scalar(net, "one", 1);
    scalar(net, "two", 2);
    scalar(net, "nan", NAN);
    onnx_net_integers(net, "two-open", DIMS(-1, -1));
    onnx_net_integers(net, "wrong", DIMS(-1, 100));
    onnx_net_integers(net, "minus", DIMS(-1, -7));
}

static void check(const hostile_node *node, int64_t number) {
    static const fovea__onnx_import_options standard = {.type = FOVEA_TYPE_NONE};
    onnx_net net;
    fovea_graph *graph;
    fovea_error error = {0};
    begin(&net);
    onnx_net_node(&net, "bad", node->op, node->inputs, "y");
    for (int i = 0; i < 3 && node->attribute[i].name; i++) give(&net, &node->attribute[i]);
    onnx_net_output(&net, "y");
    fovea_status status =
        fovea__onnx_import(onnx_net_model(&net), &standard, "f.onnx", &graph, &error);
    fovea_graph_free(graph);
    onnx_net_clear(&net);
    bool refused =
        status == FOVEA_BAD_FILE || status == FOVEA_UNSUPPORTED || status == FOVEA_SHAPE_MISMATCH;
    if (!node->text && status == FOVEA_OK) return;
    if (!node->text || !refused || !strstr(error.text, node->text) ||
        (strncmp(error.text, "f.onnx: node 'bad' (", 20) != 0 && !strstr(error.text, "'bad'")))
        fail_msg("number %lld, %s: %s, '%s' instead of '%s'", (long long)number, node->op,
                 fovea_status_name(status), error.text, node->text ? node->text : "nothing");
}

static void check_all(const hostile_node *nodes, size_t count) {
    for (size_t i = 0; i < count; i++) check(&nodes[i], (int64_t)i);
}
#define CHECK_ALL(nodes) check_all(nodes, sizeof nodes / sizeof nodes[0])

static void cases_172_to_179_convolutions(void **state) {
    (void)state;
    static const hostile_node nodes[] = {
        {"Conv", "x w", {LIST("kernel_shape", 1, 3)}, "kernel_shape has 1 numbers"},
        {"Conv", "x w", {LIST("kernel_shape", 3, 3, 3, 3)}, "kernel_shape has 3 numbers"},
        {"Conv", "x w3", {{0}}, "the weight has 5 dimensions"},
        {"Conv", "x w", {LIST("kernel_shape", 2, 3, 5)}, "but the weight is 8×4×3×3"},
        {"Conv", "rows w", {{0}}, "an input of 2 dimensions"},
        {"Conv", "x", {{0}}, ""},
        {"Conv", "x w", {LIST("strides", 2, 0, 1)}, "strides holds 0"},
        {"Conv", "x w", {LIST("strides", 2, -1, 1)}, "strides holds -1"},
        {"Conv", "x w", {LIST("strides", 2, HUGE_SIZE, 1)}, "strides holds 2147483648"},
        {"Conv", "x w", {INT("strides", 1)}, "'strides' is no list of integers"},
        {"Conv", "x w", {LIST("dilations", 2, 0, 1)}, "dilations holds 0"},
        {"Conv", "x w", {LIST("dilations", 2, INT64_MAX / 2, 1)}, "dilations holds"},
        {"Conv", "x w", {LIST("dilations", 2, 1 << 30, 1)}, "the padded input has 6"},
        {"Conv", "x w", {LIST("pads", 4, -1, 0, 0, 0)}, "pads holds -1"},
        {"Conv", "x w", {LIST("pads", 3, 1, 1, 1)}, "pads has 3 numbers"},
        {"Conv", "x w", {LIST("pads", 4, INT64_MAX, 0, INT64_MAX, 0)}, "pads holds"},
        {"Conv", "x w", {LIST("pads", 4, 1 << 30, 1 << 30, 1 << 30, 1 << 30)}, "more than"},
        {"Conv", "x w", {INT("group", 0)}, "group"},
        {"Conv", "x w", {INT("group", -2)}, "group"},
        {"Conv", "x w", {INT("group", 3)}, "must divide the 4 input"},
        {"Conv", "x w", {INT("group", 8)}, "must divide the 4 input"},
        {"Conv", "x w1", {{0}}, "the weight is for 2 channels"},
        {"Conv", "x w four", {{0}}, "the bias is 4, wants 8"},
        {"Conv", "x w b", {LIST("kernel_shape", 2, 3, 3)}, NULL},
        {"Conv", "x w", {LIST("dilations", 2, 3, 3)}, "the kernel covers 7 pixels"},
    };
    CHECK_ALL(nodes);
}

static void case_180_pools(void **state) {
    (void)state;
    static const hostile_node nodes[] = {
        {"MaxPool", "x", {{0}}, "without kernel_shape"},
        {"MaxPool", "x", {LIST("kernel_shape", 2, 0, 2)}, "kernel_shape holds 0"},
        {"MaxPool",
         "x",
         {LIST("kernel_shape", 2, 2, 2), LIST("strides", 2, 0, 0)},
         "strides holds 0"},
        {"MaxPool", "x", {LIST("kernel_shape", 2, 7, 7)}, "does not fit"},
        {"AveragePool",
         "x",
         {LIST("kernel_shape", 2, 2, 2), LIST("pads", 4, 3, 3, 3, 3)},
         "padding"},
        {"AveragePool",
         "x",
         {LIST("kernel_shape", 2, 4, 4), LIST("strides", 2, 5, 5), INT("ceil_mode", 1)},
         NULL},
        {"MaxPool", "rows", {LIST("kernel_shape", 1, 2)}, "an input of 2 dimensions"},
    };
    CHECK_ALL(nodes);
}

static void case_181_batch_normalisation(void **state) {
    (void)state;
    static const hostile_node nodes[] = {
        {"BatchNormalization", "x four four four four", {{0}}, NULL},
        {"BatchNormalization", "x four four four four", {REAL("epsilon", 0)}, NULL},
        {"BatchNormalization", "x four four four four", {REAL("epsilon", -1)}, "eps is -1"},
        {"BatchNormalization", "x four four four four", {REAL("epsilon", NAN)}, "eps is nan"},
        {"BatchNormalization", "x four four five four", {{0}}, "input 3 is 5, wants 4"},
        {"BatchNormalization", "x four four", {{0}}, ""},
        {"BatchNormalization", "x four four four m", {{0}}, "input 4 is 6×3, wants 4"},
    };
    CHECK_ALL(nodes);
}

static void cases_182_to_184_matrices_and_axes(void **state) {
    (void)state;
    static const hostile_node nodes[] = {
        {"Gemm", "rows m", {{0}}, NULL},
        {"Gemm", "rows m2", {{0}}, ""},
        {"Gemm", "x m", {{0}}, ""},
        {"Reshape", "rows two-open", {{0}}, ""},
        {"Reshape", "rows wrong", {{0}}, ""},
        {"Reshape", "rows minus", {{0}}, ""},
        {"Reshape", "rows four", {{0}}, "no list of integers"},
        {"Reshape", "rows rows", {{0}}, "computed while running"},
        {"Flatten", "x", {INT("axis", 4)}, NULL},
        {"Flatten", "x", {INT("axis", 5)}, "axis is 5"},
        {"Flatten", "x", {INT("axis", -5)}, "axis is -5"},
        {"Concat", "x x", {INT("axis", 4)}, "axis is 4"},
        {"Concat", "x x", {INT("axis", -5)}, "axis is -5"},
        {"Concat", "x x", {INT("axis", -4)}, NULL},
    };
    CHECK_ALL(nodes);
}

static void case_185_clip(void **state) {
    (void)state;
    static const hostile_node nodes[] = {
        {"Clip", "x one two", {{0}}, NULL},
        {"Clip", "x two one", {{0}}, NULL},
        {"Clip", "x nan two", {{0}}, "a bound is NaN"},
        {"Clip", "x one nan", {{0}}, "a bound is NaN"},
        {"Clip", "x four two", {{0}}, ""},
    };
    CHECK_ALL(nodes);
}

static void cases_186_and_187_dropout_and_subgraphs(void **state) {
    (void)state;
    static const hostile_node nodes[] = {
        {"Dropout", "x", {REAL("ratio", 1)}, NULL},
        {"Dropout", "x", {REAL("ratio", -0.1f)}, ""},
        {"Dropout", "x", {REAL("ratio", NAN)}, ""},
        {"If", "x", {{0}}, "If (1 node: 'bad')"},
        {"Loop", "x", {{0}}, "Loop (1 node: 'bad')"},
        {"NoSuchThing", "x", {{0}}, "NoSuchThing (1 node: 'bad')"},
    };
    CHECK_ALL(nodes);
}

// Nodes in a row, in the file the other way round: no walk may need a stack as deep.
static void case_190_a_chain_of_many_nodes(void **state) {
    (void)state;
    enum { NODES = 90000 };
    static char name[NODES + 1][8];
    static const char *names[NODES + 1];
    fovea__onnx_node *nodes = test_calloc(NODES, sizeof *nodes);
    for (int i = 0; i <= NODES; i++) {
        snprintf(name[i], sizeof name[i], "v%d", i);
        names[i] = name[i];
    }
    for (int i = 0; i < NODES; i++)
        nodes[NODES - 1 - i] = (fovea__onnx_node){.name = "",
                                                  .op = i % 16 ? "Identity" : "Relu",
                                                  .domain = "",
                                                  .input_count = 1,
                                                  .output_count = 1,
                                                  .input = &names[i],
                                                  .output = &names[i + 1]};
    onnx_net net = {.context = context};
    fovea_graph *graph;
    fovea_error error = {0};
    onnx_net_input(&net, name[0], DIMS(FOVEA_DYNAMIC, 3));
    onnx_net_output(&net, name[NODES]);
    fovea__onnx_model *model = onnx_net_model(&net);
    model->node = nodes;
    model->node_count = NODES;
    if (fovea__onnx_import(model, &(fovea__onnx_import_options){.input = {.rank = 0}}, "f.onnx",
                           &graph, &error))
        fail_msg("%s", error.text);
    // Every sixteenth node, and the Identity that names the output.
    assert_int_equal(fovea_graph_node_count(graph), NODES / 16 + 1);
    fovea_graph_free(graph);
    test_free(nodes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_172_to_179_convolutions),
        cmocka_unit_test(case_180_pools),
        cmocka_unit_test(case_181_batch_normalisation),
        cmocka_unit_test(cases_182_to_184_matrices_and_axes),
        cmocka_unit_test(case_185_clip),
        cmocka_unit_test(cases_186_and_187_dropout_and_subgraphs),
        cmocka_unit_test(case_190_a_chain_of_many_nodes),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
