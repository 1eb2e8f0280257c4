// SPDX-License-Identifier: MIT
// The ONNX writer: what it writes is byte for byte what the onnx package writes for the same model
// (tests/golden/make_onnx_golden.py, whose checker accepts it), and what was read.
#include "base/file.h"
#include "base/memory.h"
#include "formats/onnx.h"
#include "unit/failing.h"
#include "unit/scratch.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static const char golden[] = "tests/golden/onnx/written.onnx";

static fovea__onnx_model *open_model(const char *path) {
    fovea__onnx_model *model;
    fovea_error error;
    if (fovea__onnx_read(context, path, &model, &error) != FOVEA_OK) fail_msg("%s", error.text);
    return model;
}

static fovea__bytes bytes_of(const char *path) {
    fovea__bytes bytes;
    fovea_error error;
    if (fovea__file_read(context, path, 1 << 30, &bytes, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    return bytes;
}

static void the_bytes_of_the_onnx_package(void **state) {
    (void)state;
    scratch folder;
    fovea_error error;
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "out.onnx");
    fovea__onnx_model *model = open_model(golden);
    for (int i = 0; i < 2; i++)
        if (fovea__onnx_write(context, path, model, &error) != FOVEA_OK) fail_msg("%s", error.text);
    fovea__onnx_free(model);
    fovea__bytes written = bytes_of(path), wanted = bytes_of(golden);
    assert_int_equal(written.size, wanted.size);
    assert_memory_equal(written.data, wanted.data, wanted.size);
    // Netron tells ONNX files by ir_version, then a producer of at most 32 bytes.
    assert_int_equal(written.data[0], 0x08);
    assert_int_equal(written.data[2], 0x12);
    assert_in_range(written.data[3], 2, 32);
    fovea__free(context, written.data);
    fovea__free(context, wanted.data);
    scratch_close(&folder);
}

static void what_is_written_is_read_again(void **state) {
    (void)state;
    static const char *const files[] = {"types-raw", "types-typed", "types-outside", "old"};
    scratch folder;
    fovea_error error;
    assert_true(scratch_open(&folder));
    for (size_t i = 0; i < 4; i++) {
        char path[256];
        snprintf(path, sizeof path, "tests/golden/onnx/%s.onnx", files[i]);
        fovea__onnx_model *model = open_model(path);
        // What has no numbers here cannot be written.
        while (model->initializer_count > 0 &&
               !model->initializer[model->initializer_count - 1].data)
            model->initializer_count--;
        size_t kept = 0;
        for (size_t k = 0; k < model->initializer_count; k++)
            if (model->initializer[k].data) model->initializer[kept++] = model->initializer[k];
        model->initializer_count = kept;
        const char *out = scratch_name(&folder, "out.onnx");
        if (fovea__onnx_write(context, out, model, &error) != FOVEA_OK) fail_msg("%s", error.text);
        fovea__onnx_model *again = open_model(out);
        assert_int_equal(again->initializer_count, kept);
        for (size_t k = 0; k < kept; k++) {
            const fovea__onnx_tensor *a = &model->initializer[k], *b = &again->initializer[k];
            assert_string_equal(a->name, b->name);
            assert_int_equal(a->type, b->type);
            assert_true(fovea_shape_equal(&a->shape, &b->shape));
            assert_int_equal(a->size, b->size);
            assert_memory_equal(a->data, b->data, a->size);
        }
        fovea__onnx_free(again);
        fovea__onnx_free(model);
    }
    scratch_close(&folder);
}

static void refused(fovea__onnx_model *model, const char *path, const char *text) {
    fovea_error error;
    assert_int_equal(fovea__onnx_write(context, path, model, &error), FOVEA_INVALID_ARGUMENT);
    if (!strstr(error.text, text)) fail_msg("%s", error.text);
    assert_false(fovea__file_exists(path));
}

static void what_the_format_cannot_hold_is_refused(void **state) {
    (void)state;
    scratch folder;
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "out.onnx");
    fovea__onnx_model *model = open_model("tests/golden/onnx/fields.onnx");
    refused(model, path, "sub-graphs");
    model->node_count = 1;
    refused(model, path, "'zz_binary'");
    model->node_count = 0;
    fovea__onnx_tensor *tensor = model->initializer;
    void *data = tensor->data;
    tensor->data = NULL;
    refused(model, path, "'w'");
    tensor->data = data;
    // Measured only: nothing reads the bytes that are not there.
    const fovea__onnx_tensor kept = *tensor;
    tensor->shape.dim[0] = INT64_C(1) << 29;
    tensor->size = (size_t)1 << 31;
    refused(model, path, "2 GiB");
    *tensor = kept;
    model->node_count = 3;
    fovea__onnx_free(model);
    assert_true(folder_is_empty(folder.path));
    scratch_close(&folder);
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    scratch folder;
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "out.onnx");
    fovea__onnx_model *model = open_model(golden);
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_context *poor = failing_context(&memory, 1);
        fovea_status status = poor ? fovea__onnx_write(poor, path, model, NULL) : FOVEA_OK;
        fovea_context_free(poor);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) {
            assert_int_equal(status, FOVEA_OK);
            break;
        }
        if (poor) assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
        assert_true(folder_is_empty(folder.path));
    }
    fovea__onnx_free(model);
    scratch_close(&folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_of_the_onnx_package),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(what_the_format_cannot_hold_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
