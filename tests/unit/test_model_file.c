// SPDX-License-Identifier: MIT
// Model files: what is written comes back bit for bit, every damage is noticed, hostile graphs are
// refused.
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "model/graph_json.h"
#include "model/model_file.h"
#include "unit/hostile.h"
#include "unit/scratch.h"

static const char tiny_net[] =
    "conv 2 3 pad=1 as a, batchnorm eps=0.001, leaky_relu 0.1, add a, maxpool 2, dropout 0.2, "
    "flatten, linear 2";

static fovea_model *make(fovea_context *context, const char *text, int32_t channels, int32_t size,
                         const char *precision) {
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){channels ? 3 : 0, {channels, size, size}};
    options.seed = 5;
    options.precision = precision;
    if (fovea_model_open(context, text, &options, &model, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    return model;
}

static fovea_model *make_tiny(fovea_context *context) {
    fovea_model *model = make(context, tiny_net, 2, 4, NULL);
    fovea_error error;
    const double mean[] = {0.1307, 1.0 / 3}, deviation[] = {0.3081, 0.1};
    const char *const classes[] = {"cat \"7\"", "H\xC3\xBChnchen"};
    assert_int_equal(fovea_model_set_normalization(model, mean, deviation, &error), FOVEA_OK);
    assert_int_equal(fovea_model_set_classes(model, classes, 2, &error), FOVEA_OK);
    fovea_graph *graph = fovea_model_graph(model);
    fovea_value batches = fovea_graph_find_value(graph, "batchnorm1.num_batches_tracked");
    *(int64_t *)fovea_graph_parameter(graph, batches).data = 1234567890123;
    return model;
}

static char *graph_text(const fovea_model *model) {
    fovea__text text = fovea__text_begin(model->context);
    char *string;
    fovea__graph_write_json(model->graph, &text);
    assert_int_equal(fovea__text_take(&text, &string, NULL, NULL), FOVEA_OK);
    return string;
}

// Same graph, numbers, classes, normalisation and architecture.
static bool same_models(const fovea_model *a, const fovea_model *b) {
    char *left = graph_text(a), *right = graph_text(b);
    bool same = strcmp(left, right) == 0 && strcmp(a->architecture, b->architecture) == 0 &&
                fovea_shape_equal(&a->input, &b->input) && a->class_count == b->class_count;
    fovea__free(a->context, left);
    fovea__free(b->context, right);
    for (int32_t i = 0; same && i < a->class_count; i++)
        same = strcmp(a->classes[i], b->classes[i]) == 0;
    size_t bytes = (size_t)a->input.dim[0] * sizeof *a->mean;
    same = same && memcmp(a->mean, b->mean, bytes) == 0 &&
           memcmp(a->deviation, b->deviation, bytes) == 0;
    for (int32_t v = 0; same && v < fovea_graph_value_count(a->graph); v++) {
        fovea_value w = fovea_graph_find_value(b->graph, fovea_graph_value(a->graph, v).name);
        fovea_view x = fovea_graph_parameter(a->graph, v), y = fovea_graph_parameter(b->graph, w);
        if (!x.data) continue;
        same = y.data && memcmp(x.data, y.data,
                                (size_t)fovea_shape_count(&x.shape) * fovea_type_size(x.type)) == 0;
    }
    return same;
}

static void a_model_comes_back_bit_for_bit(void **state) {
    hostile_heap *heap = *state;
    scratch folder;
    fovea_error error;
    assert_true(scratch_open(&folder));
    const char *nets[] = {tiny_net, "resnet20", "four-filters", "tutorial-mlp", "lenet5"};
    for (int i = 0; i < 10; i++) {
        const char *net = nets[i / 2], *precision = i % 2 ? "f64" : NULL;
        fovea_model *model = i == 0   ? make_tiny(heap->context)
                             : i == 1 ? make(heap->context, net, 2, 4, precision)
                                      : make(heap->context, net, 0, 0, precision);
        fovea_model *back;
        const char *path = scratch_name(&folder, "a.safetensors");
        assert_int_equal(fovea_model_save(model, path, &error), FOVEA_OK);
        if (fovea_model_open(heap->context, path, NULL, &back, &error) != FOVEA_OK)
            fail_msg("%s: %s", net, error.text);
        assert_true(same_models(model, back));
        fovea_model_free(model);
        fovea_model_free(back);
    }
    scratch_close(&folder);
}

static void the_same_model_gives_the_same_bytes(void **state) {
    hostile_heap *heap = *state;
    scratch folder;
    fovea_error error;
    assert_true(scratch_open(&folder));
    uint8_t *bytes[2];
    size_t size[2];
    for (int i = 0; i < 2; i++) {
        fovea_model *model = make_tiny(heap->context);
        const char *path = scratch_name(&folder, "same.safetensors");
        assert_int_equal(fovea_model_save(model, path, &error), FOVEA_OK);
        bytes[i] = hostile_load(path, &size[i]);
        fovea_model_free(model);
    }
    assert_int_equal(size[0], size[1]);
    assert_memory_equal(bytes[0], bytes[1], size[0]);
    // What Python's safetensors and PyTorch want to see: metadata first, format pt, PyTorch's
    // names.
    static const char head[] = "{\"__metadata__\":{\"format\":\"pt\",\"fovea.version\":\"";
    assert_memory_equal(bytes[0] + 8, head, sizeof head - 1);
    static const char entry[] = "\"conv1.weight\":{\"dtype\":\"F32\",\"shape\":[2,2,3,3],";
    assert_non_null(memmem(bytes[0], size[0], entry, sizeof entry - 1));
    free(bytes[0]);
    free(bytes[1]);
    scratch_close(&folder);
}

static void the_same_graph_is_written_in_any_locale_and_read_exactly(void **state) {
    (void)state;
    fovea_context *context = ((hostile_heap *)*state)->context;
    fovea__text text = fovea__text_begin(context);
    const double numbers[] = {0,     1,        0.1, 1.0 / 3, 1e-5, 5e-324, 1.7976931348623157e308,
                              -0.25, 12345678, -0.0};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        fovea__text_exact(&text, numbers[i]);
        fovea__text_add(&text, " ");
    }
    char *string;
    assert_int_equal(fovea__text_take(&text, &string, NULL, NULL), FOVEA_OK);
    assert_string_equal(string,
                        "0 1 0.1 0.3333333333333333 1e-05 4.94066e-324 1.7976931348623157e+308 "
                        "-0.25 12345678 -0.0 ");
    fovea__free(context, string);
}

// A tiny model file's bytes; free() them.
static uint8_t *tiny_file(fovea_context *context, size_t *size) {
    scratch folder;
    fovea_error error;
    assert_true(scratch_open(&folder));
    fovea_model *model = make_tiny(context);
    const char *path = scratch_name(&folder, "tiny.safetensors");
    assert_int_equal(fovea_model_save(model, path, &error), FOVEA_OK);
    fovea_model_free(model);
    uint8_t *bytes = hostile_load(path, size);
    scratch_close(&folder);
    return bytes;
}

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea_model *model;
    fovea_status status =
        fovea__model_parse(context, bytes, size, HOSTILE_NAME, FOVEA_TYPE_NONE, &model, error);
    if (status == FOVEA_OK) fovea_model_free(model);
    return status;
}

static void a_file_that_python_wrote_opens(void **state) {
    hostile_heap *heap = *state;
    size_t size;
    uint8_t *bytes = hostile_load("tests/fuzz/corpus/model/tiny.safetensors", &size);
    hostile_accepted(heap, parse, bytes, size);
    free(bytes);
}

static void every_truncation_is_refused(void **state) {
    hostile_heap *heap = *state;
    size_t size;
    uint8_t *bytes = tiny_file(heap->context, &size);
    hostile_accepted(heap, parse, bytes, size);
    hostile_every_truncation(heap, parse, bytes, size, NULL);
    free(bytes);
}

// Each bit of each byte: never accepted as another model. (Without the metadata fovea.graph the
// file is somebody else's: UNSUPPORTED.)
static void every_flipped_bit_is_noticed(void **state) {
    hostile_heap *heap = *state;
    size_t size;
    uint8_t *bytes = tiny_file(heap->context, &size);
    for (size_t i = 0; i < size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            fovea_error error;
            bytes[i] ^= (uint8_t)(1 << bit);
            fovea_status status = hostile_run(heap, parse, bytes, size, &error);
            if (status != FOVEA_BAD_FILE && status != FOVEA_UNSUPPORTED)
                fail_msg("bit %d of byte %zu: %s %s", bit, i, fovea_status_name(status),
                         error.text);
            bytes[i] ^= (uint8_t)(1 << bit);
        }
    }
    hostile_accepted(heap, parse, bytes, size);
    free(bytes);
}

static void a_damaged_file_says_so(void **state) {
    hostile_heap *heap = *state;
    size_t size;
    uint8_t *bytes = tiny_file(heap->context, &size);
    bytes[size - 1] ^= 1;
    hostile_refused(heap, parse, bytes, size, "the file is damaged: its SHA-256 is");
    free(bytes);
}

static void every_failing_allocation_is_reported(void **state) {
    hostile_heap *heap = *state;
    size_t size;
    uint8_t *bytes = tiny_file(heap->context, &size);
    assert_true(hostile_every_allocation(heap, parse, bytes, size) > 20);
    free(bytes);
}

// Writes a model file with a graph and a preprocess of the test's own, correctly hashed, and reads
// it.
static void refused_graph(hostile_heap *heap, const char *graph, const char *preprocess,
                          fovea_status wanted, const char *message) {
    scratch folder;
    fovea_error error = {0};
    float weight[4] = {1, 2, 3, 4};
    fovea_model *model = NULL;
    const fovea__text_pair pairs[] = {{"format", "pt"},
                                      {"fovea.version", FOVEA_VERSION},
                                      {"fovea.graph", graph},
                                      {"fovea.preprocess", preprocess}};
    const fovea__named_view tensors[] = {{"w", {FOVEA_F32, {2, {2, 2}}, weight}}};
    fovea__safetensors_content content = {pairs, 4, tensors, 1, FOVEA__HASH_KEY};
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "g.safetensors");
    assert_int_equal(fovea__safetensors_write(heap->context, path, &content, NULL, &error),
                     FOVEA_OK);
    size_t before = fovea__memory_now(heap->context);
    fovea_status status =
        fovea__model_read(heap->context, path, FOVEA_TYPE_NONE, &model, NULL, &error);
    if (status != wanted || (message && !strstr(error.text, message)))
        fail_msg("%s\n%s '%s', wanted '%s'", graph, fovea_status_name(status), error.text, message);
    if (status == FOVEA_OK) fovea_model_free(model);
    assert_int_equal(fovea__memory_now(heap->context), before);
    scratch_close(&folder);
}

#define INPUT "{\"inputs\":[{\"name\":\"x\",\"type\":\"F32\",\"shape\":[\"N\",2,1,1]}],"
#define WEIGHT                                                                                 \
    "\"parameters\":[{\"name\":\"w\",\"type\":\"F32\",\"shape\":[2,2],\"trained\":true,\"fan_" \
    "in\":2}],"
#define FLAT                                                                                      \
    "{\"op\":\"Flatten\",\"name\":\"f\",\"in\":[\"x\"],\"out\":[\"f\"],\"attributes\":{\"axis\":" \
    "1}}"
#define GEMM                                                                                \
    "{\"op\":\"Gemm\",\"name\":\"g\",\"in\":[\"f\",\"w\"],\"out\":[\"g\"],\"attributes\":{" \
    "\"transB\":1}}"
#define PREPROCESS "{\"input\":[2,1,1],\"mean\":[0,0.5],\"std\":[1,0.25]}"

static void hostile_graphs_are_refused_by_member(void **state) {
    hostile_heap *heap = *state;
    static const struct {
        const char *graph;
        fovea_status status;
        const char *message;
    } cases[] = {
        {INPUT WEIGHT "\"nodes\":[" FLAT "," GEMM "],\"outputs\":[\"g\"]}", FOVEA_OK, NULL},
        {"", FOVEA_BAD_FILE, "g.safetensors: fovea.graph: not valid JSON"},
        {"[]", FOVEA_BAD_FILE, "fovea.graph: expected an object"},
        {"{}", FOVEA_BAD_FILE, "fovea.graph: the member \"inputs\" is missing"},
        {"{\"inputs\":[]}", FOVEA_BAD_FILE, "the member \"parameters\" is missing"},
        {INPUT WEIGHT "\"nodes\":[],\"outputs\":[\"x\"]}", FOVEA_BAD_FILE, "nodes: 0 items"},
        {INPUT WEIGHT "\"nodes\":[" FLAT "," GEMM "],\"outputs\":[]}", FOVEA_BAD_FILE,
         "outputs: 0 items"},
        {INPUT WEIGHT "\"nodes\":[" FLAT "," GEMM "],\"outputs\":[\"h\"]}", FOVEA_BAD_FILE,
         "outputs[0]: no value before this place is called 'h'"},
        // A node that takes its own output, or a later one's: there is no such value yet.
        {INPUT WEIGHT
         "\"nodes\":[{\"op\":\"Add\",\"name\":\"a\",\"in\":[\"x\",\"a\"],\"out\":[\"a\"],"
         "\"attributes\":{}}],\"outputs\":[\"a\"]}",
         FOVEA_BAD_FILE, "nodes[0].in[1]: no value before this place is called 'a'"},
        {INPUT WEIGHT "\"nodes\":[" GEMM "," FLAT "],\"outputs\":[\"g\"]}", FOVEA_BAD_FILE,
         "nodes[0].in[0]: no value before this place is called 'f'"},
        {INPUT WEIGHT "\"nodes\":[" FLAT "," FLAT "," GEMM "],\"outputs\":[\"g\"]}", FOVEA_BAD_FILE,
         "there is a node called 'f' already"},
        {INPUT WEIGHT "\"nodes\":[{\"op\":\"Loop\",\"name\":\"l\",\"in\":[\"x\"],\"out\":[\"l\"],"
                      "\"attributes\":{}}],\"outputs\":[\"l\"]}",
         FOVEA_UNSUPPORTED, "operator 'Loop' is not supported"},
        {INPUT WEIGHT "\"nodes\":[{\"op\":\"Relu\",\"name\":\"r\",\"in\":[\"x\"],\"out\":[\"r\"],"
                      "\"attributes\":{\"speed\":1}}],\"outputs\":[\"r\"]}",
         FOVEA_BAD_FILE, "Relu takes no attribute 'speed'"},
        {INPUT WEIGHT
         "\"nodes\":[{\"op\":\"Relu\",\"name\":\"r\",\"in\":[\"x\",\"x\"],\"out\":[\"r\"],"
         "\"attributes\":{}}],\"outputs\":[\"r\"]}",
         FOVEA_BAD_FILE, "takes 1 to 1 inputs, not 2"},
        {INPUT WEIGHT "\"nodes\":[{\"op\":\"Relu\",\"name\":\"r\",\"in\":[],\"out\":[\"r\"],"
                      "\"attributes\":{}}],\"outputs\":[\"r\"]}",
         FOVEA_BAD_FILE, "takes 1 to 1 inputs, not 0"},
        {INPUT WEIGHT "\"nodes\":[{\"op\":\"Relu\",\"name\":\"r\",\"in\":[\"\"],\"out\":[\"r\"],"
                      "\"attributes\":{}}],\"outputs\":[\"r\"]}",
         FOVEA_BAD_FILE, "input 0"},
        {INPUT WEIGHT "\"nodes\":[{\"op\":\"Relu\",\"name\":\"r\",\"in\":[\"x\"],\"out\":[\"x\"],"
                      "\"attributes\":{}}],\"outputs\":[\"x\"]}",
         FOVEA_BAD_FILE, "there is a value called 'x' already"},
        {INPUT WEIGHT "\"nodes\":[{\"op\":\"Relu\",\"name\":\"r\",\"in\":[\"x\"],\"out\":[\"\"],"
                      "\"attributes\":{}}],\"outputs\":[\"x\"]}",
         FOVEA_BAD_FILE, "the name of a value has 0 bytes"},
        {INPUT WEIGHT "\"nodes\":[{\"op\":\"Relu\",\"name\":\"r\",\"in\":[\"x\"],\"out\":[],"
                      "\"attributes\":{}}],\"outputs\":[\"r\"]}",
         FOVEA_BAD_FILE, "nodes[0].out: 0 outputs; Relu has 1"},
        {INPUT WEIGHT
         "\"nodes\":[{\"op\":\"MaxPool\",\"name\":\"m\",\"in\":[\"x\"],\"out\":[\"m\"],"
         "\"attributes\":{\"kernel_shape\":[2,2]}}],\"outputs\":[\"m\"]}",
         FOVEA_BAD_FILE, "m: "},
        {INPUT WEIGHT
         "\"nodes\":[{\"op\":\"MaxPool\",\"name\":\"m\",\"in\":[\"x\"],\"out\":[\"m\"],"
         "\"attributes\":{\"kernel_shape\":[]}}],\"outputs\":[\"m\"]}",
         FOVEA_BAD_FILE, "kernel_shape: 0 numbers, wants 1 to 16"},
        {INPUT WEIGHT
         "\"nodes\":[{\"op\":\"MaxPool\",\"name\":\"m\",\"in\":[\"x\"],\"out\":[\"m\"],"
         "\"attributes\":{\"kernel_shape\":[1.5,1]}}],\"outputs\":[\"m\"]}",
         FOVEA_BAD_FILE, "kernel_shape takes integers"},
        {INPUT WEIGHT
         "\"nodes\":[{\"op\":\"MaxPool\",\"name\":\"m\",\"in\":[\"x\"],\"out\":[\"m\"],"
         "\"attributes\":{\"kernel_shape\":[1,1],\"strides\":[0,1]}}],\"outputs\":[\"m\"]}",
         FOVEA_BAD_FILE, "stride is 0, wants 1"},
        {INPUT WEIGHT
         "\"nodes\":[{\"op\":\"Dropout\",\"name\":\"d\",\"in\":[\"x\"],\"out\":[\"d\"],"
         "\"attributes\":{\"ratio\":1.5}}],\"outputs\":[\"d\"]}",
         FOVEA_BAD_FILE, "ratio is 1.5, wants 0 to 1"},
        {INPUT WEIGHT
         "\"nodes\":[{\"op\":\"Dropout\",\"name\":\"d\",\"in\":[\"x\"],\"out\":[\"d\"],"
         "\"attributes\":{\"ratio\":\"nan\"}}],\"outputs\":[\"d\"]}",
         FOVEA_BAD_FILE, "ratio is nan, wants 0 to 1"},
        {INPUT WEIGHT
         "\"nodes\":[{\"op\":\"Dropout\",\"name\":\"d\",\"in\":[\"x\"],\"out\":[\"d\"],"
         "\"attributes\":{\"ratio\":\"half\"}}],\"outputs\":[\"d\"]}",
         FOVEA_BAD_FILE, "'half', wants a number, inf, -inf or nan"},
        {INPUT "\"parameters\":[{\"name\":\"v\",\"type\":\"F32\",\"shape\":[2,2],\"trained\":true,"
               "\"fan_in\":2}],\"nodes\":[" FLAT "],\"outputs\":[\"f\"]}",
         FOVEA_BAD_FILE, "2 tensors do not fit the net: missing v; extra w"},
        {INPUT "\"parameters\":[{\"name\":\"w\",\"type\":\"F32\",\"shape\":[4],\"trained\":true,"
               "\"fan_in\":2}],\"nodes\":[" FLAT "],\"outputs\":[\"f\"]}",
         FOVEA_BAD_FILE, "1 tensor does not fit the net: w is 2×2, wants 4"},
        {INPUT "\"parameters\":[{\"name\":\"w\",\"type\":\"I64\",\"shape\":[2,2],\"trained\":false,"
               "\"fan_in\":0}],\"nodes\":[" FLAT "],\"outputs\":[\"f\"]}",
         FOVEA_BAD_FILE, "w holds F32, wants I64"},
        {INPUT "\"parameters\":[{\"name\":\"w\",\"type\":\"F16\",\"shape\":[2,2],\"trained\":false,"
               "\"fan_in\":0}],\"nodes\":[" FLAT "],\"outputs\":[\"f\"]}",
         FOVEA_BAD_FILE, "parameters[0].type: type 'F16', wants F32, F64"},
        {INPUT "\"parameters\":[{\"name\":\"w\",\"type\":\"U8\",\"shape\":[2,2],\"trained\":true,"
               "\"fan_in\":0}],\"nodes\":[" FLAT "],\"outputs\":[\"f\"]}",
         FOVEA_UNSUPPORTED, "not U8"},
        // Terabytes that are not in the file are never asked for.
        {INPUT "\"parameters\":[{\"name\":\"w\",\"type\":\"F32\",\"shape\":[1048576,1048575],"
               "\"trained\":true,\"fan_in\":2}],\"nodes\":[" FLAT "],\"outputs\":[\"f\"]}",
         FOVEA_BAD_FILE, "w is 2×2, wants 1048576×1048575"},
        {INPUT "\"parameters\":[{\"name\":\"w\",\"type\":\"F32\",\"shape\":[2147483647,2147483647],"
               "\"trained\":true,\"fan_in\":2}],\"nodes\":[" FLAT "],\"outputs\":[\"f\"]}",
         FOVEA_BAD_FILE, "2^40"},
        {"{\"inputs\":[{\"name\":\"x\",\"type\":\"F32\",\"shape\":[0,2,1,1]}]," WEIGHT
         "\"nodes\":[" FLAT "],\"outputs\":[\"f\"]}",
         FOVEA_BAD_FILE, "inputs[0].shape[0]: "},
        {"{\"inputs\":[{\"name\":\"x\",\"type\":\"F32\",\"shape\":[\"M\",2,1,1]}]," WEIGHT
         "\"nodes\":[" FLAT "],\"outputs\":[\"f\"]}",
         FOVEA_BAD_FILE, "inputs[0].shape[0]: 'M', wants \"N\" or a number"},
        {"{\"inputs\":[{\"name\":\"x\",\"type\":\"F32\",\"shape\":[\"N\",2]}]," WEIGHT
         "\"nodes\":[" GEMM "],\"outputs\":[\"g\"]}",
         FOVEA_BAD_FILE, "no value before this place is called 'f'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refused_graph(heap, cases[i].graph, PREPROCESS, cases[i].status, cases[i].message);
}

static void hostile_preprocessing_is_refused(void **state) {
    hostile_heap *heap = *state;
    static const char graph[] = INPUT WEIGHT "\"nodes\":[" FLAT "," GEMM "],\"outputs\":[\"g\"]}";
    refused_graph(heap, graph, "{\"input\":[2,1,1],\"mean\":[0],\"std\":[1,1]}", FOVEA_BAD_FILE,
                  "fovea.preprocess: mean: 1 numbers for 2 channels");
    refused_graph(heap, graph, "{\"input\":[2,1,1],\"mean\":[0,0],\"std\":[1,0]}", FOVEA_BAD_FILE,
                  "fovea.preprocess: std of channel 1 is 0");
    refused_graph(heap, graph, "{\"input\":[3,1,1],\"mean\":[0,0],\"std\":[1,1]}", FOVEA_BAD_FILE,
                  "input[0]: 3, but the graph's input has 2");
    refused_graph(heap, graph, "{\"input\":[2,1],\"mean\":[0,0],\"std\":[1,1]}", FOVEA_BAD_FILE,
                  "input: 2 sizes, but the graph's input has 3");
    refused_graph(heap, graph, "{\"input\":[2,1,1],\"mean\":[0,1e999],\"std\":[1,1]}",
                  FOVEA_BAD_FILE, "fovea.preprocess");
}

static void a_vector_input_has_no_picture_to_preprocess(void **state) {
    refused_graph(*state,
                  "{\"inputs\":[{\"name\":\"f\",\"type\":\"F32\",\"shape\":[\"N\",2]}]," WEIGHT
                  "\"nodes\":[" GEMM "],\"outputs\":[\"g\"]}",
                  PREPROCESS, FOVEA_BAD_FILE, "input: 3 sizes, but the graph's input has 0");
}

static void a_checkpoint_is_a_model_with_more_in_it(void **state) {
    hostile_heap *heap = *state;
    scratch folder;
    fovea_error error;
    fovea_model *model = make_tiny(heap->context), *back;
    float moment[3] = {1, 2, 3};
    const fovea__text_pair pairs[] = {{"fovea.epoch", "7"}};
    const fovea__named_view tensors[] = {{"optimizer.m.conv1.bias", {FOVEA_F32, {1, {3}}, moment}}};
    fovea__model_extra extra = {pairs, 1, tensors, 1};
    fovea__safetensors file;
    char hash[65];
    assert_true(scratch_open(&folder));
    char *path = strdup(scratch_name(&folder, "last.safetensors"));
    assert_int_equal(fovea__model_write(model, path, &extra, hash, &error), FOVEA_OK);
    assert_int_equal(fovea__model_read(heap->context, path, FOVEA_TYPE_NONE, &back, &file, &error),
                     FOVEA_OK);
    assert_true(same_models(model, back));
    assert_string_equal(fovea__safetensors_metadata(&file, "fovea.epoch"), "7");
    assert_string_equal(fovea__safetensors_metadata(&file, FOVEA__HASH_KEY), hash);
    const fovea__safetensor *found = fovea__safetensors_find(&file, "optimizer.m.conv1.bias");
    assert_memory_equal(found->data, moment, sizeof moment);
    fovea__safetensors_clear(heap->context, &file);
    fovea_model_free(back);
    // The run folder opens as its checkpoint, and as the best net once there is one.
    assert_int_equal(fovea_model_open(heap->context, folder.path, NULL, &back, &error), FOVEA_OK);
    assert_int_equal(fovea_model_class_count(back), 2);
    fovea_model_free(back);
    assert_int_equal(fovea_model_set_classes(model, NULL, 0, &error), FOVEA_OK);
    assert_int_equal(fovea_model_save(model, scratch_name(&folder, "best.safetensors"), &error),
                     FOVEA_OK);
    assert_int_equal(fovea_model_open(heap->context, folder.path, NULL, &back, &error), FOVEA_OK);
    assert_int_equal(fovea_model_class_count(back), 0);
    assert_true(same_models(model, back));
    fovea_model_free(back);
    fovea_model_free(model);
    free(path);
    scratch_close(&folder);
}

static void failing_to_write_keeps_the_old_file(void **state) {
    hostile_heap *heap = *state;
    scratch folder;
    fovea_error error;
    fovea_model *model = make_tiny(heap->context);
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "old.safetensors");
    assert_int_equal(fovea_model_save(model, path, &error), FOVEA_OK);
    size_t size, again;
    uint8_t *bytes = hostile_load(path, &size), *after;
    *(float *)fovea_graph_parameter(model->graph, 1).data = 77;
    size_t k = 1;
    for (fovea_status status = FOVEA_OUT_OF_MEMORY; status != FOVEA_OK; k++) {
        heap->calls = 0;
        heap->fail_at = k;
        status = fovea_model_save(model, path, &error);
        heap->fail_at = 0;
        after = hostile_load(path, &again);
        bool kept = again == size && memcmp(bytes, after, size) == 0;
        free(after);
        if (status == FOVEA_OK) {
            assert_false(kept);
        } else {
            assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
            assert_true(kept);
        }
    }
    assert_true(k > 6);
    fovea__names names;
    assert_int_equal(fovea__folder_list(heap->context, folder.path, &names, &error), FOVEA_OK);
    assert_int_equal(names.count, 1);
    fovea__names_free(heap->context, &names);
    free(bytes);
    fovea_model_free(model);
    scratch_close(&folder);
}

static void a_file_from_another_version_names_it(void **state) {
    hostile_heap *heap = *state;
    scratch folder;
    fovea_error error;
    fovea_model *model;
    const fovea__text_pair pairs[] = {
        {"format", "pt"},
        {"fovea.version", "9.1.0"},
        {"fovea.graph",
         INPUT "\"parameters\":[],\"nodes\":[{\"op\":\"Hypercube\",\"name\":\"h\","
               "\"in\":[\"x\"],\"out\":[\"h\"],\"attributes\":{}}],\"outputs\":[\"h\"]}"}};
    fovea__safetensors_content content = {pairs, 3, NULL, 0, FOVEA__HASH_KEY};
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "new.safetensors");
    assert_int_equal(fovea__safetensors_write(heap->context, path, &content, NULL, &error),
                     FOVEA_OK);
    assert_int_equal(fovea_model_open(heap->context, path, NULL, &model, &error),
                     FOVEA_UNSUPPORTED);
    assert_non_null(strstr(error.text, "(written by fovea 9.1.0, this is " FOVEA_VERSION ")"));
    assert_non_null(strstr(error.text, "new.safetensors"));
    scratch_close(&folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(a_model_comes_back_bit_for_bit),
        hostile_test(the_same_model_gives_the_same_bytes),
        hostile_test(the_same_graph_is_written_in_any_locale_and_read_exactly),
        hostile_test(a_file_that_python_wrote_opens),
        hostile_test(every_truncation_is_refused),
        hostile_test(every_flipped_bit_is_noticed),
        hostile_test(a_damaged_file_says_so),
        hostile_test(every_failing_allocation_is_reported),
        hostile_test(hostile_graphs_are_refused_by_member),
        hostile_test(hostile_preprocessing_is_refused),
        hostile_test(a_vector_input_has_no_picture_to_preprocess),
        hostile_test(a_checkpoint_is_a_model_with_more_in_it),
        hostile_test(failing_to_write_keeps_the_old_file),
        hostile_test(a_file_from_another_version_names_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
