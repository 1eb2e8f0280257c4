// SPDX-License-Identifier: MIT
// The ONNX reader on files that the onnx package made (tests/golden/make_onnx_golden.py).
#include "base/memory.h"
#include "formats/onnx.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static fovea__onnx_model *open_model(const char *path) {
    fovea__onnx_model *model;
    fovea_error error;
    if (fovea__onnx_read(context, path, &model, &error) != FOVEA_OK) fail_msg("%s", error.text);
    return model;
}

static const fovea__onnx_tensor *tensor_named(const fovea__onnx_model *model, const char *name) {
    for (size_t i = 0; i < model->initializer_count; i++)
        if (strcmp(model->initializer[i].name, name) == 0) return &model->initializer[i];
    fail_msg("no initializer '%s'", name);
    return NULL;
}

static double number(const fovea__onnx_tensor *tensor, size_t index) {
    const char *at = (const char *)tensor->data + index * fovea_type_size(tensor->type);
#define AS(id, ctype)                      \
    case FOVEA_##id: {                     \
        ctype value;                       \
        memcpy(&value, at, sizeof(value)); \
        return (double)value;              \
    }
    switch (tensor->type) {
        AS(F32, float)
        AS(F64, double)
        AS(I64, int64_t)
        AS(I32, int32_t)
        AS(I16, int16_t)
        AS(I8, int8_t)
        AS(U64, uint64_t)
        AS(U32, uint32_t)
        AS(U16, uint16_t)
        AS(U8, uint8_t)
        AS(BOOL, uint8_t)
        default:
            fail_msg("type %d", tensor->type);
    }
#undef AS
    return 0;
}

// What make_onnx_golden.py writes into a tensor of each type.
static const struct {
    const char *name;
    fovea_type type;
    double values[6];
} tensors[] = {
    {"FLOAT", FOVEA_F32, {0, -1.5, 3.25, 1e30f, -1e-30f, 7}},
    {"DOUBLE", FOVEA_F64, {0, -1.5, 3.25, 1e300, -1e-300, 7}},
    {"FLOAT16", FOVEA_F32, {0, -1.5, 3.25, 65504, -0x1p-24, 0x1p-14}},
    {"BFLOAT16", FOVEA_F32, {0, -1.5, 3.25, 0x1p100, -0x1p-100, 7}},
    {"INT8", FOVEA_I8, {0, -128, 127, 1, -1, 7}},
    {"INT16", FOVEA_I16, {0, -32768, 32767, 1, -1, 7}},
    {"INT32", FOVEA_I32, {0, -2147483648.0, 2147483647, 1, -1, 7}},
    {"INT64", FOVEA_I64, {0, -0x1p53, 0x1p53, 1, -1, 7}},
    {"UINT8", FOVEA_U8, {0, 255, 128, 1, 2, 7}},
    {"UINT16", FOVEA_U16, {0, 65535, 32768, 1, 2, 7}},
    {"UINT32", FOVEA_U32, {0, 4294967295.0, 2147483648.0, 1, 2, 7}},
    {"UINT64", FOVEA_U64, {0, 0x1p53, 0x1p32, 1, 2, 7}},
    {"BOOL", FOVEA_BOOL, {0, 1, 1, 0, 0, 1}},
};

static void check_tensors(const char *path) {
    fovea__onnx_model *model = open_model(path);
    for (size_t i = 0; i < sizeof tensors / sizeof tensors[0]; i++) {
        const fovea__onnx_tensor *tensor = tensor_named(model, tensors[i].name);
        assert_int_equal(tensor->type, tensors[i].type);
        assert_int_equal(tensor->shape.rank, 2);
        assert_int_equal(tensor->shape.dim[0], 2);
        assert_int_equal(tensor->shape.dim[1], 3);
        assert_int_equal(tensor->size, 6 * fovea_type_size(tensor->type));
        assert_int_equal((uintptr_t)tensor->data % 64, 0);
        for (size_t k = 0; k < 6; k++)
            if (number(tensor, k) != tensors[i].values[k])
                fail_msg("%s: %s[%zu] is %g", path, tensor->name, k, number(tensor, k));
    }
    fovea__onnx_free(model);
}

static void raw_numbers_of_every_type(void **state) {
    (void)state;
    check_tensors("tests/golden/onnx/types-raw.onnx");
}

static void typed_numbers_of_every_type(void **state) {
    (void)state;
    check_tensors("tests/golden/onnx/types-typed.onnx");
}

static void numbers_in_a_file_beside_the_model(void **state) {
    (void)state;
    check_tensors("tests/golden/onnx/types-outside.onnx");
}

static void types_without_numbers_keep_their_code(void **state) {
    (void)state;
    fovea__onnx_model *model = open_model("tests/golden/onnx/types-raw.onnx");
    static const struct {
        const char *name;
        int code;
    } others[] = {{"STRING", 8}, {"COMPLEX64", 14}, {"FLOAT8E4M3FN", 17}, {"INT4", 22}};
    for (size_t i = 0; i < 4; i++) {
        const fovea__onnx_tensor *tensor = tensor_named(model, others[i].name);
        assert_int_equal(tensor->data_type, others[i].code);
        assert_int_equal(tensor->type, FOVEA_TYPE_NONE);
        assert_null(tensor->data);
    }
    assert_int_equal(tensor_named(model, "scalar")->shape.rank, 0);
    assert_true(number(tensor_named(model, "scalar"), 0) == 2.5);
    assert_int_equal(tensor_named(model, "empty")->size, 0);
    fovea__onnx_free(model);
}

static void check_values(const fovea__onnx_model *model) {
    // Initializers that stand among the inputs too are no inputs.
    assert_int_equal(model->input_count, 2);
    assert_string_equal(model->input[0].name, "x");
    assert_int_equal(model->input[0].type, FOVEA_F32);
    assert_true(model->input[0].has_shape);
    assert_int_equal(model->input[0].shape.rank, 4);
    assert_int_equal(model->input[0].shape.dim[0], FOVEA_DYNAMIC);
    assert_string_equal(model->input[0].symbol[0], "N");
    assert_int_equal(model->input[0].shape.dim[1], 3);
    assert_null(model->input[0].symbol[1]);
    assert_int_equal(model->input[0].shape.dim[2], FOVEA_DYNAMIC);
    assert_int_equal(model->input[0].shape.dim[3], FOVEA_DYNAMIC);
    assert_null(model->input[0].symbol[3]);
    assert_string_equal(model->input[1].name, "unknown");
    assert_false(model->input[1].has_shape);
    assert_int_equal(model->output_count, 1);
    assert_string_equal(model->output[0].name, "y");
    assert_int_equal(model->value_count, 1);
    assert_string_equal(model->value[0].name, "a");
}

static void check_attributes(const fovea__onnx_node *node) {
    assert_int_equal(node->attribute_count, 8);
    const fovea__onnx_attribute *a = node->attribute;
    assert_int_equal(a[0].kind, FOVEA__ONNX_FLOAT);
    assert_true(a[0].f == 0.25f);
    assert_int_equal(a[1].kind, FOVEA__ONNX_FLOATS);
    assert_int_equal(a[1].count, 2);
    assert_true(a[1].floats[1] == -2.0f);
    assert_int_equal(a[2].kind, FOVEA__ONNX_INT);
    assert_int_equal(a[2].i, -3);
    assert_int_equal(a[3].kind, FOVEA__ONNX_INTS);
    assert_int_equal(a[3].count, 3);
    assert_int_equal(a[3].ints[2], -5);
    assert_int_equal(a[4].kind, FOVEA__ONNX_STRING);
    assert_string_equal(a[4].s, "SAME_UPPER");
    assert_int_equal(a[5].kind, FOVEA__ONNX_STRINGS);
    assert_string_equal(a[5].strings[1], "b");
    assert_int_equal(a[6].kind, FOVEA__ONNX_TENSOR);
    assert_int_equal(a[6].t->type, FOVEA_I64);
    assert_int_equal(((const int64_t *)a[6].t->data)[1], 8);
    assert_string_equal(a[7].name, "zz_binary");
    assert_int_equal(a[7].kind, FOVEA__ONNX_OTHER);
}

static void every_field_of_a_model(void **state) {
    (void)state;
    fovea__onnx_model *model = open_model("tests/golden/onnx/fields.onnx");
    assert_int_equal(model->ir_version, 8);
    assert_int_equal(model->model_version, 42);
    assert_int_equal(model->opset, 17);
    assert_int_equal(model->opset_count, 2);
    assert_string_equal(model->opsets[1].domain, "com.example");
    assert_string_equal(model->producer_name, "maker");
    assert_string_equal(model->producer_version, "1.2");
    assert_string_equal(model->doc, "Größe");
    assert_string_equal(model->graph_name, "net");
    assert_int_equal(model->metadata_count, 2);
    assert_string_equal(model->metadata[1].key, "classes");
    assert_string_equal(model->metadata[1].value, "cat,dog");
    check_values(model);
    assert_int_equal(model->node_count, 3);
    const fovea__onnx_node *node = model->node;
    assert_string_equal(node[0].name, "first");
    assert_string_equal(node[0].op, "Own");
    assert_string_equal(node[0].domain, "com.example");
    assert_int_equal(node[0].input_count, 3);
    assert_string_equal(node[0].input[1], "");
    assert_int_equal(node[0].output_count, 2);
    assert_string_equal(node[0].output[1], "b");
    check_attributes(&node[0]);
    assert_true(node[1].has_graph);
    assert_string_equal(node[1].op, "If");
    assert_false(node[2].has_graph);
    assert_string_equal(node[2].name, "");
    assert_string_equal(node[2].domain, "");
    fovea__onnx_free(model);
}

static void old_files_without_opset_and_kinds(void **state) {
    (void)state;
    fovea__onnx_model *model = open_model("tests/golden/onnx/old.onnx");
    assert_int_equal(model->ir_version, 1);
    assert_int_equal(model->opset, 1);
    const fovea__onnx_node *node = model->node;
    assert_int_equal(node->attribute_count, 3);
    assert_int_equal(node->attribute[0].kind, FOVEA__ONNX_INTS);
    assert_int_equal(node->attribute[1].kind, FOVEA__ONNX_FLOAT);
    assert_int_equal(node->attribute[2].kind, FOVEA__ONNX_STRING);
    fovea__onnx_free(model);
}

static void a_tensor_alone(void **state) {
    (void)state;
    fovea_tensor *tensor;
    fovea_error error;
    assert_int_equal(
        fovea__onnx_read_tensor(context, "tests/golden/onnx/tensor.pb", &tensor, &error), FOVEA_OK);
    const fovea_view view = fovea_tensor_view(tensor);
    assert_int_equal(view.type, FOVEA_I32);
    assert_int_equal(view.shape.rank, 1);
    assert_int_equal(((const int32_t *)view.data)[2], -7);
    fovea_tensor_free(tensor);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_numbers_of_every_type),
        cmocka_unit_test(typed_numbers_of_every_type),
        cmocka_unit_test(numbers_in_a_file_beside_the_model),
        cmocka_unit_test(types_without_numbers_keep_their_code),
        cmocka_unit_test(every_field_of_a_model),
        cmocka_unit_test(old_files_without_opset_and_kinds),
        cmocka_unit_test(a_tensor_alone),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
