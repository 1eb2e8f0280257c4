// SPDX-License-Identifier: MIT
// Architecture text as a graph: names, shapes, branches, the ready-made nets, and what is refused.
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "fovea/model.h"
#include "graph/graph.h"
#include "model/architecture.h"
#include "unit/hostile.h"

// Builds `text` for one sample of `rank` dimensions; the graph is the caller's.
static fovea_status build(void **state, const char *text, int32_t rank, const int64_t *dim,
                          fovea_graph **graph, fovea_error *error) {
    hostile_heap *heap = *state;
    fovea_shape shape = fovea_shape_make(rank, dim);
    fovea__architecture *layers;
    *error = (fovea_error){0};
    *graph = NULL;
    fovea_status status = fovea__architecture_parse(heap->context, text, &layers, error);
    if (status != FOVEA_OK) return status;
    assert_int_equal(fovea_graph_create(heap->context, graph, error), FOVEA_OK);
    status = fovea__architecture_build(layers, &shape, FOVEA_F32, *graph, error);
    fovea__architecture_free(layers);
    if (status == FOVEA_OK) return FOVEA_OK;
    fovea_graph_free(*graph);
    *graph = NULL;
    return status;
}

static fovea_graph *built(void **state, const char *text, int32_t rank, const int64_t *dim) {
    fovea_graph *graph;
    fovea_error error;
    if (build(state, text, rank, dim, &graph, &error) != FOVEA_OK)
        fail_msg("'%s': %s", text, error.text);
    return graph;
}

// On a picture of 3×32×32.
static void refused(void **state, const char *text, fovea_status wanted, const char *message) {
    fovea_graph *graph;
    fovea_error error;
    fovea_status status = build(state, text, 3, (const int64_t[]){3, 32, 32}, &graph, &error);
    if (status != wanted || strcmp(error.text, message) != 0)
        fail_msg("'%s': %s '%s', wanted '%s'", text, fovea_status_name(status), error.text,
                 message);
}

// The shape of a value, without the batch, as text.
static void assert_shape(const fovea_graph *graph, const char *name, const char *wanted) {
    fovea_value value = fovea_graph_find_value(graph, name);
    if (value == FOVEA_NO_VALUE) fail_msg("no value %s", name);
    fovea_shape shape = fovea_graph_value(graph, value).shape;
    char text[160];
    fovea_shape_format(&shape, text, sizeof text);
    assert_string_equal(text, wanted);
}

static int64_t trained_numbers(const fovea_graph *graph) {
    int64_t sum = 0;
    for (int32_t v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_info info = fovea_graph_value(graph, v);
        if (info.kind == FOVEA_VALUE_PARAMETER) sum += fovea_shape_count(&info.shape);
    }
    return sum;
}

static void ready_made_nets_have_their_parameters(void **state) {
    static const struct {
        const char *name;
        int64_t parameters, outputs;
    } nets[] = {{"four-filters", 64, 4},      {"tutorial-cifar", 18354, 10},
                {"tutorial-fc", 3738506, 10}, {"tutorial-mnist", 215370, 10},
                {"tutorial-mlp", 669706, 10}, {"lenet5", 61706, 10},
                {"resnet20", 269722, 10}};
    hostile_heap *heap = *state;
    // Those for ImageNet are compared with torchvision in test_imagenet_nets.c.
    assert_true(fovea_ready_made_count() >= (int32_t)(sizeof nets / sizeof nets[0]));
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        fovea_model *model;
        fovea_error error;
        const char *name, *text, *help;
        assert_int_equal(fovea_ready_made_get((int32_t)i, &name, &text, &help, NULL), FOVEA_OK);
        assert_string_equal(name, nets[i].name);
        if (fovea_model_open(heap->context, name, NULL, &model, &error) != FOVEA_OK)
            fail_msg("%s: %s", name, error.text);
        const fovea_graph *graph = fovea_model_graph(model);
        assert_int_equal(trained_numbers(graph), nets[i].parameters);
        fovea_shape out = fovea_graph_value(graph, fovea_graph_output(graph, 0)).shape;
        assert_int_equal(out.dim[1], nets[i].outputs);
        assert_string_equal(fovea_model_architecture(model), name);
        fovea_model_free(model);
    }
}

static void tutorial_cifar_has_the_tutorials_tensors(void **state) {
    static const char *const names[] = {"conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias",
                                        "fc1.weight",   "fc1.bias",   "fc2.weight",   "fc2.bias"};
    static const int64_t counts[] = {432, 16, 1152, 8, 16384, 32, 320, 10};
    hostile_heap *heap = *state;
    fovea_model *model;
    fovea_error error;
    assert_int_equal(fovea_model_open(heap->context, "tutorial-cifar", NULL, &model, &error),
                     FOVEA_OK);
    const fovea_graph *graph = fovea_model_graph(model);
    int found = 0;
    for (int32_t v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_info info = fovea_graph_value(graph, v);
        if (info.kind != FOVEA_VALUE_PARAMETER) continue;
        assert_string_equal(info.name, names[found]);
        assert_int_equal(fovea_shape_count(&info.shape), counts[found++]);
    }
    assert_int_equal(found, 8);
    fovea_model_free(model);
}

static void resnet20_has_pytorchs_names_and_shortcuts_without_parameters(void **state) {
    hostile_heap *heap = *state;
    fovea_model *model;
    fovea_error error;
    assert_int_equal(fovea_model_open(heap->context, "resnet20", NULL, &model, &error), FOVEA_OK);
    const fovea_graph *graph = fovea_model_graph(model);
    assert_shape(graph, "conv1.weight", "16×3×3×3");
    assert_shape(graph, "layer2.0.conv1.weight", "32×16×3×3");
    assert_shape(graph, "layer3.2.bn2.running_var", "64");
    assert_shape(graph, "layer1.0.bn1.num_batches_tracked", "scalar");
    assert_shape(graph, "layer2.0.shortcut", "N×32×16×16");
    assert_shape(graph, "layer3.0.shortcut", "N×64×8×8");
    assert_shape(graph, "linear.weight", "10×64");
    fovea_view one = fovea_graph_parameter(graph, fovea_graph_find_value(graph, "bn1.weight"));
    fovea_view var = fovea_graph_parameter(graph, fovea_graph_find_value(graph, "bn1.running_var"));
    fovea_view mean =
        fovea_graph_parameter(graph, fovea_graph_find_value(graph, "bn1.running_mean"));
    for (int c = 0; c < 16; c++) {
        assert_true(((float *)one.data)[c] == 1 && ((float *)var.data)[c] == 1);
        assert_true(((float *)mean.data)[c] == 0);
    }
    assert_true(fovea_model_any_size(model));
    fovea_model_free(model);
}

static void four_filters_are_those_of_the_tutorial(void **state) {
    hostile_heap *heap = *state;
    fovea_model *model;
    fovea_error error;
    assert_int_equal(fovea_model_open(heap->context, "four-filters", NULL, &model, &error),
                     FOVEA_OK);
    const fovea_graph *graph = fovea_model_graph(model);
    const float *w =
        fovea_graph_parameter(graph, fovea_graph_find_value(graph, "conv.weight")).data;
    for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 4; x++) {
            float first = x < 2 ? -1 : 1, third = y < 2 ? -1 : 1;
            assert_true(w[4 * y + x] == first && w[16 + 4 * y + x] == -first);
            assert_true(w[32 + 4 * y + x] == third && w[48 + 4 * y + x] == -third);
        }
    }
    assert_int_equal(fovea_graph_find_value(graph, "conv.bias"), FOVEA_NO_VALUE);
    assert_shape(graph, "pool", "N×4×12×12");
    fovea_model_free(model);
}

static void nodes_are_called_by_kind_and_count(void **state) {
    fovea_graph *graph =
        built(state,
              "conv 4 3, relu, conv 4 3 name=stem, relu, conv 4 3, maxpool 2, avgpool 2, "
              "batchnorm, gap, flatten, linear 3",
              3, (const int64_t[]){3, 32, 32});
    static const char *const names[] = {"conv1", "relu1",    "stem",     "relu2",
                                        "conv3", "maxpool1", "avgpool1", "batchnorm1",
                                        "gap1",  "flatten1", "linear1"};
    assert_int_equal(fovea_graph_node_count(graph), 11);
    for (int32_t n = 0; n < 11; n++) assert_string_equal(fovea_graph_node(graph, n).name, names[n]);
    assert_shape(graph, "stem.weight", "4×4×3×3");
    assert_shape(graph, "linear1.bias", "3");
    fovea_graph_free(graph);
}

static void sizes_may_differ_by_dimension(void **state) {
    fovea_graph *graph = built(state,
                               "conv 8 3x5 pad=1x2 stride=1x2, maxpool 2x1, avgpool 3 stride=1 "
                               "padding=1 name=a, adaptive_avgpool 2x3 name=b, pad 1x2 channels=1 "
                               "name=p, slice 1 3x-1 step=1x2 name=s, slice 0 4 axis=1 name=t",
                               3, (const int64_t[]){3, 32, 32});
    assert_shape(graph, "conv1.weight", "8×3×3×5");
    assert_shape(graph, "conv1", "N×8×32×16");
    assert_shape(graph, "maxpool1", "N×8×16×16");
    assert_shape(graph, "a", "N×8×16×16");
    assert_shape(graph, "b", "N×8×2×3");
    assert_shape(graph, "p", "N×10×4×7");
    assert_shape(graph, "s", "N×10×2×3");
    assert_shape(graph, "t", "N×4×2×3");
    fovea_graph_free(graph);
}

static void the_rank_comes_from_the_input(void **state) {
    fovea_graph *graph =
        built(state, "conv 4 3, maxpool 2, batchnorm1d, conv1d 2 1", 2, (const int64_t[]){3, 20});
    assert_shape(graph, "conv1.weight", "4×3×3");
    assert_shape(graph, "conv2", "N×2×9");
    fovea_graph_free(graph);
    graph = built(state, "conv3d 4 3 pad=1, maxpool 2, batchnorm3d, gap, flatten, linear 5", 4,
                  (const int64_t[]){1, 8, 6, 4});
    assert_shape(graph, "conv1.weight", "4×1×3×3×3");
    assert_shape(graph, "maxpool1", "N×4×4×3×2");
    fovea_graph_free(graph);
    graph = built(state, "linear 4, batchnorm1d, softmax", 1, (const int64_t[]){7});
    assert_shape(graph, "softmax1", "N×4");
    fovea_graph_free(graph);
    refused(state, "conv1d 4 3", FOVEA_SHAPE_MISMATCH,
            "conv1: conv1d wants 1 spatial dimension, got 3×32×32 (character 1 of the architecture "
            "text)");
    refused(state, "relu, conv3d 4 3", FOVEA_SHAPE_MISMATCH,
            "conv1: conv3d wants 3 spatial dimensions, got 3×32×32 (character 7 of the "
            "architecture text)");
}

static void branches_join(void **state) {
    fovea_graph *graph =
        built(state,
              "as in, conv 3 3 pad=1 as a, relu, add in, from a, tanh, mul add1, concat a in, "
              "from x, conv 9 1, add concat1",
              3, (const int64_t[]){3, 8, 8});
    fovea_node_info node = fovea_graph_node(graph, fovea_graph_find_node(graph, "add1"));
    assert_string_equal(fovea_graph_value(graph, node.inputs[0]).name, "relu1");
    assert_string_equal(fovea_graph_value(graph, node.inputs[1]).name, "x");
    node = fovea_graph_node(graph, fovea_graph_find_node(graph, "tanh1"));
    assert_string_equal(fovea_graph_value(graph, node.inputs[0]).name, "conv1");
    node = fovea_graph_node(graph, fovea_graph_find_node(graph, "concat1"));
    assert_int_equal(node.input_count, 3);
    assert_string_equal(fovea_graph_value(graph, node.inputs[0]).name, "mul1");
    assert_string_equal(fovea_graph_value(graph, node.inputs[1]).name, "conv1");
    assert_shape(graph, "concat1", "N×9×8×8");
    assert_string_equal(fovea_graph_value(graph, fovea_graph_output(graph, 0)).name, "add2");
    fovea_graph_free(graph);
}

static void labels_that_cannot_be_are_refused(void **state) {
    refused(state, "relu, add skip, tanh as skip", FOVEA_INVALID_ARGUMENT,
            "architecture text, character 11: no value before this place is labelled 'skip'");
    refused(state, "add a as a", FOVEA_INVALID_ARGUMENT,
            "architecture text, character 5: no value before this place is labelled 'a'");
    refused(state, "relu as skip, tanh, add skop", FOVEA_INVALID_ARGUMENT,
            "architecture text, character 25: no value before this place is labelled 'skop'; did "
            "you mean 'skip'?");
    refused(state, "relu as a, tanh as a", FOVEA_INVALID_ARGUMENT,
            "architecture text, character 20: label 'a' is taken already");
    refused(state, "conv 4 1, add conv1.weight", FOVEA_INVALID_ARGUMENT,
            "architecture text, character 15: no value before this place is labelled "
            "'conv1.weight'");
    refused(state, "relu, from x", FOVEA_INVALID_ARGUMENT,
            "the architecture text ends without a layer that makes its output");
    refused(state, "as a", FOVEA_INVALID_ARGUMENT,
            "the architecture text ends without a layer that makes its output");
}

static void shapes_that_do_not_fit_name_the_node_and_the_mend(void **state) {
    refused(state, "conv 16 3 pad=1, tanh, maxpool 2, conv 8 3 pad=1, tanh, maxpool 2, linear 32",
            FOVEA_SHAPE_MISMATCH,
            "linear1: got 8×8×8, wants a vector of 512: `flatten` is missing before it (character "
            "68 of the architecture text)");
    refused(state, "flatten, conv 8 3", FOVEA_SHAPE_MISMATCH,
            "conv1: got 3072, wants channels and 1 to 3 dimensions of space (as in 3×32×32) "
            "(character 10 of the architecture text)");
    refused(state, "flatten, maxpool 2", FOVEA_SHAPE_MISMATCH,
            "maxpool1: got 3072, wants channels and 1 to 3 dimensions of space (as in 3×32×32) "
            "(character 10 of the architecture text)");
    refused(state, "conv 8 3 groups=2", FOVEA_SHAPE_MISMATCH,
            "conv1: groups 2 must divide the 3 channels that come in and the 8 that go out "
            "(character 1 of the architecture text)");
    refused(state, "conv 8 3x3x3", FOVEA_SHAPE_MISMATCH,
            "conv1: kernel 3x3x3 has 3 sizes, the input has 2 spatial dimensions (character 1 of "
            "the architecture text)");
    refused(state, "slice 0 2 axis=4", FOVEA_SHAPE_MISMATCH,
            "slice1: axis 4 cannot be cut; 1 to 3 can (character 1 of the architecture text)");
    refused(state, "relu name=a, tanh name=a", FOVEA_INVALID_ARGUMENT,
            "there is a node called 'a' already (character 14 of the architecture text)");
}

// The operator's own text is not repeated here, but node, both sizes and the place are.
static void assert_contains(void **state, const char *text, const char *const *parts) {
    fovea_graph *graph;
    fovea_error error;
    assert_int_equal(build(state, text, 3, (const int64_t[]){3, 32, 32}, &graph, &error),
                     FOVEA_SHAPE_MISMATCH);
    for (; *parts; parts++)
        if (!strstr(error.text, *parts)) fail_msg("'%s' lacks '%s'", error.text, *parts);
}

static void windows_that_do_not_fit_are_refused_by_name(void **state) {
    assert_contains(state, "conv 8 33",
                    (const char *[]){"conv1: ", "33", "32", "(character 1 of", NULL});
    assert_contains(state, "maxpool 2, maxpool 2, maxpool 17",
                    (const char *[]){"maxpool3: ", "17", "8", "(character 23 of", NULL});
    assert_contains(state, "conv 8 3 pad=1 as a, maxpool 2, add a",
                    (const char *[]){"add1: ", "16×16", "32×32", "(character 33 of", NULL});
    assert_contains(state, "conv 8 3 pad=1 as a, maxpool 2, concat a",
                    (const char *[]){"concat1: ", "16×16", "32×32", NULL});
}

static void impossible_sizes_take_no_memory(void **state) {
    hostile_heap *heap = *state;
    size_t before = fovea__memory_now(heap->context);
    refused(state, "flatten, linear 1000000000, linear 2147483647", FOVEA_INVALID_ARGUMENT,
            "linear1: the net would have 3072000000000 parameters (11444.1 GiB); 2^40 is the limit "
            "(character 10 of the architecture text)");
    refused(state, "conv 2147483647 2147483647 pad=2147483647", FOVEA_INVALID_ARGUMENT,
            "conv1: the net would have 29710560901343952431732490240 parameters "
            "(110680464287638487040.0 GiB); 2^40 "
            "is the limit (character 1 of the architecture text)");
    // The first layers fit; nothing is allocated for them before the last is refused.
    refused(state, "flatten, linear 100000000, linear 20000", FOVEA_INVALID_ARGUMENT,
            "linear2: the net would have 2307300000000 parameters (8595.4 GiB); 2^40 is the limit "
            "(character 28 of the architecture text)");
    assert_int_equal(fovea__memory_now(heap->context), before);
    assert_true(fovea__memory_peak(heap->context) < 1 << 20);
}

static void a_seed_gives_the_same_weights_within_the_bound(void **state) {
    hostile_heap *heap = *state;
    fovea_model *model[3];
    fovea_error error;
    for (int i = 0; i < 3; i++) {
        fovea_model_options options;
        fovea_model_options_default(&options);
        options.seed = i == 2 ? 8 : 7;
        assert_int_equal(fovea_model_open(heap->context, "lenet5", &options, &model[i], &error),
                         FOVEA_OK);
    }
    const fovea_graph *graph = fovea_model_graph(model[0]);
    fovea_value value = fovea_graph_find_value(graph, "conv2.weight");
    const float *a = fovea_graph_parameter(graph, value).data;
    const float *b = fovea_graph_parameter(fovea_model_graph(model[1]), value).data;
    const float *other = fovea_graph_parameter(fovea_model_graph(model[2]), value).data;
    assert_memory_equal(a, b, 2400 * sizeof *a);
    assert_memory_not_equal(a, other, 2400 * sizeof *a);
    float largest = 0, bound = 0.0816497f;  // 1/sqrt(6*5*5)
    for (int i = 0; i < 2400; i++) largest = a[i] > largest ? a[i] : largest;
    assert_true(largest <= bound && largest > 0.9f * bound);
    for (int i = 0; i < 3; i++) fovea_model_free(model[i]);
}

// Of the operators that architecture text knows, every parameter with a text is a key of its layer;
// the others come from files.
static void layers_take_what_their_operators_take(void **state) {
    (void)state;
    size_t kinds_count, op_count;
    const fovea__layer_kind *kinds = fovea__layer_kinds(&kinds_count);
    const fovea__op *const *ops = fovea__op_table(&op_count);
    assert_true(op_count >= 20);
    for (size_t o = 0; o < op_count; o++) {
        int32_t rank;
        const fovea__layer_kind *kind = fovea__layer_kind_find(ops[o]->text, &rank);
        if (!kind) continue;
        assert_string_equal(kind->op, ops[o]->name);
        for (int p = 0; p < FOVEA__MAX_PARAMETERS && ops[o]->parameter[p].name; p++) {
            const char *text = ops[o]->parameter[p].text;
            fovea__key key = text ? fovea__key_find(text) : FOVEA__KEY_COUNT;
            if (text && (key == FOVEA__KEY_COUNT || !(kind->keys >> key & 1)))
                fail_msg("%s has no key '%s'", kind->text, text);
        }
    }
    for (size_t k = 0; k < kinds_count; k++)
        if (kinds[k].op && !fovea__op_find(kinds[k].op)) fail_msg("no operator %s", kinds[k].op);
}

static void an_input_must_be_named(void **state) {
    hostile_heap *heap = *state;
    fovea_model *model;
    fovea_error error;
    assert_int_equal(fovea_model_from_text(heap->context, "relu", NULL, &model, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_string_equal(
        error.text,
        "architecture text does not say what goes in: give channels and the size, as in "
        "--input 3x32x32 (3x100 in one dimension, 1x16x32x32 in three)");
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {3, 0, 0}};
    assert_int_equal(fovea_model_from_text(heap->context, "relu", &options, &model, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_string_equal(
        error.text,
        "input 3×0×0; wants 1 to 4096 channels and one to three dimensions of space "
        "of at least 1");
    options.input = (fovea_shape){3, {3, 5, 5}};
    assert_int_equal(fovea_model_from_text(heap->context, "relu", &options, &model, &error),
                     FOVEA_OK);
    assert_string_equal(fovea_model_architecture(model), "relu");
    fovea_model_free(model);
    options.precision = "f16";
    assert_int_equal(fovea_model_from_text(heap->context, "relu", &options, &model, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_string_equal(error.text, "precision 'f16', wants f32 or f64");
}

static void every_failing_allocation_is_reported(void **state) {
    hostile_heap *heap = *state;
    size_t before = fovea__memory_now(heap->context);
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {3, 3, 3}};
    for (size_t k = 1;; k++) {
        fovea_model *model;
        fovea_error error = {0};
        heap->calls = 0;
        heap->fail_at = k;
        fovea_status status = fovea_model_from_text(
            heap->context, "conv 2 3 pad=1, batchnorm, relu as a, add a", &options, &model, &error);
        heap->fail_at = 0;
        if (status == FOVEA_OK) {
            fovea_model_free(model);
            assert_true(heap->calls < k && k > 20);
            return;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
        assert_null(model);
        assert_int_equal(fovea__memory_now(heap->context), before);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(ready_made_nets_have_their_parameters),
        hostile_test(tutorial_cifar_has_the_tutorials_tensors),
        hostile_test(resnet20_has_pytorchs_names_and_shortcuts_without_parameters),
        hostile_test(four_filters_are_those_of_the_tutorial),
        hostile_test(nodes_are_called_by_kind_and_count),
        hostile_test(sizes_may_differ_by_dimension),
        hostile_test(the_rank_comes_from_the_input),
        hostile_test(branches_join),
        hostile_test(labels_that_cannot_be_are_refused),
        hostile_test(shapes_that_do_not_fit_name_the_node_and_the_mend),
        hostile_test(windows_that_do_not_fit_are_refused_by_name),
        hostile_test(impossible_sizes_take_no_memory),
        hostile_test(a_seed_gives_the_same_weights_within_the_bound),
        hostile_test(layers_take_what_their_operators_take),
        hostile_test(an_input_must_be_named),
        hostile_test(every_failing_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
