// SPDX-License-Identifier: MIT
// Models that are not one batch of pictures: several inputs, integers, a fixed batch of one. They are
// saved, opened, run and refused where a picture is needed.
#include <math.h>

#include "fovea.h"
#include "graph/graph.h"
#include "model/graph_json.h"
#include "model/model.h"
#include "unit/scratch.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static fovea_value input(fovea_graph *graph, const char *name, fovea_type type, int32_t rank,
                         const int64_t *dim) {
    fovea_value value = FOVEA_NO_VALUE;
    fovea_shape shape = fovea_shape_make(rank, dim);
    assert_int_equal(fovea_graph_add_fixed_input(graph, name, type, &shape, &value, NULL),
                     FOVEA_OK);
    return value;
}

static fovea_value node(fovea_graph *graph, const char *op, const char *name, const char *output,
                        int32_t count, const fovea_value *inputs) {
    fovea_value out[FOVEA__MAX_OUTPUTS];
    fovea_error error;
    if (fovea_graph_add_node_named(graph, op, name, inputs, count, NULL, 0, &output, out, &error))
        fail_msg("%s", error.text);
    return out[0];
}

static fovea_value parameter(fovea_graph *graph, const char *name, fovea_type type, int trained,
                             int32_t rank, const int64_t *dim) {
    fovea_value value;
    fovea_shape shape = fovea_shape_make(rank, dim);
    assert_int_equal(fovea_graph_add_parameter(graph, name, type, &shape, trained, 9, &value, NULL),
                     FOVEA_OK);
    return value;
}

static fovea_model *wrap(fovea_graph *graph) {
    fovea_model *model;
    assert_int_equal(fovea__model_wrap(context, graph, "", &model, NULL), FOVEA_OK);
    return model;
}

// Two inputs, one an unused table of bytes, buffers of integers, two outputs, names of values that
// are not the nodes'.
static fovea_model *two_inputs(void) {
    fovea_graph *graph;
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    fovea_value x = input(graph, "x", FOVEA_F32, 2, (int64_t[]){2, 3});
    fovea_value y = input(graph, "y", FOVEA_F32, 0, NULL);
    input(graph, "bytes", FOVEA_U8, 3, (int64_t[]){2, 1, 4});
    parameter(graph, "table", FOVEA_I32, 0, 1, (int64_t[]){3});
    parameter(graph, "mask", FOVEA_BOOL, 0, 0, NULL);
    fovea_graph_set_parameter(graph, "table", (double[]){7, -8, 9}, 3, NULL);
    fovea_graph_set_parameter(graph, "mask", (double[]){1}, 1, NULL);
    fovea_value sum = node(graph, "Add", "Add_0", "sum", 2, (fovea_value[]){x, y});
    fovea_value out = node(graph, "LeakyRelu", "Relu_1", "out", 1, &sum);
    assert_int_equal(fovea_graph_add_output(graph, out, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_add_output(graph, sum, NULL), FOVEA_OK);
    return wrap(graph);
}

// 1×2×8×8, never another batch.
static fovea_model *one_picture(void) {
    fovea_graph *graph;
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    fovea_value x = input(graph, "x", FOVEA_F32, 4, (int64_t[]){1, 2, 8, 8});
    fovea_value w = parameter(graph, "w", FOVEA_F32, 1, 4, (int64_t[]){3, 2, 3, 3});
    fovea_graph_initialize(graph, 5);
    fovea_value out = node(graph, "Conv", "Conv_0", "maps", 2, (fovea_value[]){x, w});
    out = node(graph, "Relu", "Relu_0", "positive", 1, &out);
    out = node(graph, "GlobalAveragePool", "Pool_0", "pooled", 1, &out);
    out = node(graph, "Flatten", "Flatten_0", "logits", 1, &out);
    assert_int_equal(fovea_graph_add_output(graph, out, NULL), FOVEA_OK);
    return wrap(graph);
}

static char *json_of(const fovea_model *model) {
    fovea__text text = fovea__text_begin(context);
    char *string;
    fovea__graph_write_json(fovea_model_graph(model), &text);
    assert_int_equal(fovea__text_take(&text, &string, NULL, NULL), FOVEA_OK);
    return string;
}

static void expect_same(const fovea_model *a, const fovea_model *b) {
    char *one = json_of(a), *two = json_of(b);
    assert_string_equal(one, two);
    fovea_string_free(context, one);
    fovea_string_free(context, two);
    const fovea_graph *graph = fovea_model_graph(a), *other = fovea_model_graph(b);
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_view had = fovea_graph_parameter(graph, v);
        if (!had.data) continue;
        fovea_view has = fovea_graph_parameter(
            other, fovea_graph_find_value(other, fovea_graph_value(graph, v).name));
        assert_memory_equal(had.data, has.data,
                            (size_t)fovea_shape_count(&had.shape) * fovea_type_size(had.type));
    }
}

static void any_graph_is_saved_and_opened_as_it_was(void **state) {
    (void)state;
    fovea_model *models[] = {two_inputs(), one_picture()};
    scratch folder;
    assert_true(scratch_open(&folder));
    for (int i = 0; i < 2; i++) {
        fovea_model *back;
        fovea_error error;
        const char *path = scratch_name(&folder, "m.safetensors");
        assert_int_equal(fovea_model_save(models[i], path, NULL), FOVEA_OK);
        if (fovea_model_open(context, path, NULL, &back, &error)) fail_msg("%s", error.text);
        expect_same(models[i], back);
        assert_int_equal(fovea_model_input(back).rank, i ? 3 : 0);
        fovea_model_free(back);
        fovea_model_free(models[i]);
    }
    scratch_close(&folder);
}

static void a_model_without_pictures_says_so_wherever_one_is_needed(void **state) {
    (void)state;
    fovea_model *model = two_inputs(), *other;
    fovea_error error;
    fovea_tensor *batch;
    fovea_trainer *trainer;
    const uint8_t *picture = NULL;
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){2, 8, 8});
    assert_int_equal(fovea_model_any_size(model), 0);
    assert_int_equal(fovea_model_prepare(model, &picture, 1, &shape, &batch, &error),
                     FOVEA_SHAPE_MISMATCH);
    assert_non_null(
        strstr(error.text, "its input is x (F32 2×3), y (F32 scalar), bytes (U8 2×1×4)"));
    assert_int_equal(fovea_model_resized(model, &shape, &other, &error), FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "x (F32 2×3)"));
    assert_int_equal(fovea_trainer_create(model, NULL, NULL, NULL, NULL, &trainer, &error),
                     FOVEA_SHAPE_MISMATCH);
    double none[1];
    fovea_model_normalization(model, none, none);
    assert_int_equal(fovea_model_set_normalization(model, none, none, NULL), FOVEA_OK);
    fovea_model_free(model);
}

static void a_batch_of_one_takes_pictures_and_is_not_trained(void **state) {
    (void)state;
    fovea_model *model = one_picture();
    fovea_error error;
    fovea_trainer *trainer;
    fovea_tensor *batch, *logits;
    fovea_session *session;
    uint8_t pixels[128];
    for (int i = 0; i < 128; i++) pixels[i] = (uint8_t)(i * 2);
    const uint8_t *picture = pixels;
    fovea_shape shape = fovea_model_input(model);
    assert_int_equal(fovea_model_prepare(model, &picture, 1, &shape, &batch, NULL), FOVEA_OK);
    fovea_graph *graph = fovea_model_graph(model);
    assert_int_equal(fovea_session_create(graph, NULL, &session, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(batch);
    assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_value(session, fovea_graph_output(graph, 0), &logits, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_tensor_view(logits).shape.dim[1], 3);
    fovea_tensor_free(logits);
    fovea_session_free(session);
    fovea_tensor_free(batch);
    assert_int_equal(fovea_trainer_create(model, NULL, NULL, NULL, NULL, &trainer, &error),
                     FOVEA_UNSUPPORTED);
    assert_non_null(strstr(error.text, "one by one"));
    fovea_model_free(model);
}

static void another_size_keeps_names_types_and_the_batch(void **state) {
    (void)state;
    fovea_model *model = one_picture(), *large;
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){2, 11, 20});
    assert_int_equal(fovea_model_any_size(model), 1);
    assert_int_equal(fovea_model_resized(model, &shape, &large, NULL), FOVEA_OK);
    const fovea_graph *graph = fovea_model_graph(large);
    fovea_value_info maps = fovea_graph_value(graph, fovea_graph_find_value(graph, "maps"));
    assert_true(fovea_shape_equal(&maps.shape, &(fovea_shape){4, {1, 3, 9, 18}}));
    assert_string_equal(fovea_graph_node(graph, maps.node).name, "Conv_0");
    assert_true(fovea_shape_equal(&shape, &(fovea_shape){3, {2, 11, 20}}));
    fovea_model_free(large);
    fovea_model_free(model);
}

static void lists_of_reals_are_checked_told_and_written(void **state) {
    (void)state;
    static const fovea__op op = {
        .name = "Scaled",
        .text = "scaled",
        .parameter = {{"scales", "scales", "factors", FOVEA__REALS, 1, 0, (double)INFINITY, true}},
        .outputs = 1};
    fovea__attribute value = {.count = 3, .r = {1, 2.5, (double)INFINITY}};
    assert_int_equal(fovea__attribute_check(&op, 0, &value, NULL), FOVEA_OK);
    value.r[1] = -1;
    assert_int_equal(fovea__attribute_check(&op, 0, &value, NULL), FOVEA_INVALID_ARGUMENT);
    value.count = 0;
    assert_int_equal(fovea__attribute_check(&op, 0, &value, NULL), FOVEA_INVALID_ARGUMENT);

    fovea_model *model = one_picture();
    fovea__node *first = &fovea_model_graph(model)->node[0];
    first->op = &op;
    first->attributes.value[0] = (fovea__attribute){.count = 3, .r = {1, 2.5, (double)INFINITY}};
    fovea_attribute told;
    assert_true(fovea_graph_attribute(fovea_model_graph(model), 0, 0, &told));
    assert_null(told.integers);
    assert_true(told.count == 3 && told.reals[1] == 2.5);
    char *text = json_of(model);
    assert_non_null(strstr(text, "\"scales\":[1,2.5,\"inf\"]"));
    fovea_string_free(context, text);
    fovea_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_reals_are_checked_told_and_written),
        cmocka_unit_test(any_graph_is_saved_and_opened_as_it_was),
        cmocka_unit_test(a_model_without_pictures_says_so_wherever_one_is_needed),
        cmocka_unit_test(a_batch_of_one_takes_pictures_and_is_not_trained),
        cmocka_unit_test(another_size_keeps_names_types_and_the_batch),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
