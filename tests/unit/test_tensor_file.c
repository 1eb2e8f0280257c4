// SPDX-License-Identifier: MIT
// One abstraction over all files of weights: what NumPy and the safetensors package wrote
// (tests/golden/make_weights_golden.py) is the same set of tensors, and what is saved under any
// ending comes back with every bit.
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/tensor_file.h"
#include "unit/failing_sweep.h"
#include "unit/scratch.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static scratch folder;

static int set_up(void **state) {
    return scratch_open(&folder) ? open_context(state) : -1;
}

static int tear_down(void **state) {
    scratch_close(&folder);
    return close_context(state);
}

static fovea_tensor_file *open_file(const char *path) {
    fovea_tensor_file *file;
    fovea_error error;
    if (fovea_tensor_file_open(context, path, &file, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    return file;
}

static void expect_failure(const char *path, fovea_status status, const char *text) {
    fovea_tensor_file *file;
    fovea_error error;
    assert_int_equal(fovea_tensor_file_open(context, path, &file, &error), status);
    assert_null(file);
    if (!strstr(error.text, text)) fail_msg("'%s' is not in: %s", text, error.text);
}

static void expect_equal(const fovea_tensor_file *a, const fovea_tensor_file *b) {
    assert_int_equal(fovea_tensor_file_count(a), fovea_tensor_file_count(b));
    for (int32_t i = 0; i < fovea_tensor_file_count(a); i++) {
        fovea_named_tensor left = fovea_tensor_file_get(a, i);
        int32_t at = fovea_tensor_file_find(b, left.name);
        fovea_named_tensor right = fovea_tensor_file_get(b, at);
        assert_string_equal(left.name, right.name);
        assert_int_equal(left.view.type, right.view.type);
        assert_true(fovea_shape_equal(&left.view.shape, &right.view.shape));
        size_t size = (size_t)fovea_shape_count(&left.view.shape) * fovea_type_size(left.view.type);
        assert_memory_equal(left.view.data, right.view.data, size);
    }
}

static void every_form_holds_the_same_tensors(void **state) {
    (void)state;
    static const char *const forms[][2] = {
        {"tests/golden/weights/plain.npz", "npz"},
        {"tests/golden/weights/packed.npz", "npz"},
        {"tests/golden/weights/parts.safetensors.index.json", "safetensors in parts"}};
    fovea_tensor_file *whole = open_file("tests/golden/weights/whole.safetensors");
    assert_int_equal(fovea_tensor_file_count(whole), 4);
    assert_int_equal(fovea_tensor_file_metadata_count(whole), 1);
    assert_string_equal(fovea_tensor_file_metadata(whole, 0).text, "pt");
    for (size_t i = 0; i < 3; i++) {
        fovea_tensor_file *other = open_file(forms[i][0]);
        assert_string_equal(fovea_tensor_file_format(other), forms[i][1]);
        expect_equal(whole, other);
        fovea_tensor_file_free(other);
    }
    fovea_tensor_file_free(whole);
    fovea_tensor_file *array = open_file("tests/golden/npy/f4.npy");
    assert_int_equal(fovea_tensor_file_count(array), 1);
    assert_string_equal(fovea_tensor_file_get(array, 0).name, "array");
    fovea_tensor_file_free(array);
}

static void save(const fovea_tensor_file *file, const char *path) {
    fovea_named_tensor tensors[32];
    fovea_error error;
    int32_t count = fovea_tensor_file_count(file);
    for (int32_t i = 0; i < count; i++) tensors[i] = fovea_tensor_file_get(file, i);
    if (fovea_tensor_file_save(context, path, tensors, count, NULL, 0, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
}

static void what_is_saved_comes_back_with_every_bit(void **state) {
    (void)state;
    static const char *const sources[] = {"tests/golden/pth/types.pth", "tests/golden/pth/net.pth",
                                          "tests/golden/pth/views.pth"};
    static const char *const endings[] = {".safetensors", ".pth", ".pt", ".npz"};
    for (size_t s = 0; s < 3; s++)
        for (size_t e = s == 0 ? 0 : 1; e < (s == 0 ? 3 : 4); e++) {  // NumPy has no BF16
            char name[1100];
            snprintf(name, sizeof name, "%s/%zu%s", folder.path, s, endings[e]);
            fovea_tensor_file *first = open_file(sources[s]);
            save(first, name);
            fovea_tensor_file *again = open_file(name);
            expect_equal(first, again);
            fovea_tensor_file_free(again);
            fovea_tensor_file_free(first);
        }
}

static void read_bytes(const char *path, fovea__bytes *bytes) {
    assert_int_equal(fovea__file_read(context, path, 1 << 20, bytes, NULL), FOVEA_OK);
}

static void safetensors_to_pth_to_safetensors_is_the_same_file(void **state) {
    (void)state;
    char names[3][1100];
    fovea__bytes bytes[2];
    static const char *const endings[] = {"a.safetensors", "b.pth", "c.safetensors"};
    for (int i = 0; i < 3; i++)
        snprintf(names[i], sizeof names[i], "%s/%s", folder.path, endings[i]);
    fovea_tensor_file *file = open_file("tests/golden/weights/whole.safetensors");
    save(file, names[0]);
    fovea_tensor_file_free(file);
    for (int i = 0; i < 2; i++) {
        file = open_file(names[i]);
        save(file, names[i + 1]);
        fovea_tensor_file_free(file);
        read_bytes(names[2 * i], &bytes[i]);
    }
    assert_int_equal(bytes[0].size, bytes[1].size);
    assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].size);
    for (int i = 0; i < 2; i++) fovea__free(context, bytes[i].data);
}

static void what_cannot_be_saved_is_refused_and_leaves_no_file(void **state) {
    (void)state;
    float one = 1;
    fovea_error error;
    fovea_view view = {FOVEA_F32, {1, {1}}, &one}, open_view = {FOVEA_F32, {1, {-1}}, &one};
    fovea_view brief = {FOVEA_BF16, {1, {1}}, &one};
    const struct {
        const char *ending;
        fovea_named_tensor tensors[2];
        int32_t count;
        const char *text;
    } cases[] = {{".h5", {{"a", view}}, 1, "are written as"},
                 {".pth", {{"a", view}, {"a", view}}, 2, "two tensors are called a"},
                 {".npz", {{"a", view}, {"a", view}}, 2, "two tensors are called a"},
                 {".safetensors", {{"a\n", view}}, 1, "control"},
                 {".pth", {{"", view}}, 1, "empty"},
                 {".pth", {{"a", open_view}}, 1, "cannot be written"},
                 {".npz", {{"a", brief}}, 1, "BF16"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[1100];
        snprintf(name, sizeof name, "%s/refused%s", folder.path, cases[i].ending);
        assert_int_equal(fovea_tensor_file_save(context, name, cases[i].tensors, cases[i].count,
                                                NULL, 0, &error),
                         FOVEA_INVALID_ARGUMENT);
        if (!strstr(error.text, cases[i].text)) fail_msg("%s", error.text);
        assert_false(fovea__file_exists(name));
    }
}

static void write_text(const char *name, const char *text) {
    assert_int_equal(
        fovea__file_save(context, scratch_name(&folder, name), text, strlen(text), NULL), FOVEA_OK);
}

static void an_index_must_agree_with_its_files(void **state) {
    (void)state;
    fovea_tensor_file *file = open_file("tests/golden/weights/whole.safetensors");
    char part[1100];
    snprintf(part, sizeof part, "%s/part.safetensors", folder.path);
    save(file, part);
    fovea_tensor_file_free(file);
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"{}", "weight_map"},
        {"{\"weight_map\":{\"a\":\"../part.safetensors\"}}", "own folder"},
        {"{\"weight_map\":{\"a\":\"/part.safetensors\"}}", "own folder"},
        {"{\"weight_map\":{\"a\":\".\"}}", "own folder"},
        {"{\"weight_map\":{\"a\":\"missing.safetensors\"}}", "missing.safetensors"},
        {"{\"weight_map\":{\"a\":\"part.safetensors\"}}", "tensor a is here, but it is not"},
        {"{\"weight_map\":{\"mask\":\"part.safetensors\"}}", "does not say that tensor conv1.bias"},
        {"{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"x.safetensors\"}}", "x.index.json"},
        {"{\"weight_map\":[1]}", "weight_map"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_text("x.index.json", cases[i].json);
        expect_failure(scratch_name(&folder, "x.index.json"), FOVEA_BAD_FILE, cases[i].text);
    }
}

static void what_is_no_file_of_weights_is_named(void **state) {
    (void)state;
    static const struct {
        const char *content, *text;
    } cases[] = {{"", "empty"},
                 {"<html>", "HTML page"},
                 {"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"},
                 {"hello, world", "no weights that fovea reads"},
                 {"PK\3\4", "too short"},
                 {"\x80\4K\1.", "torch.save did not write"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_text("no.weights", cases[i].content);
        expect_failure(scratch_name(&folder, "no.weights"),
                       i == 5 ? FOVEA_UNSUPPORTED : FOVEA_BAD_FILE, cases[i].text);
    }
    expect_failure(folder.path, FOVEA_BAD_FILE, "folder");
}

static fovea_status convert(fovea_context *own, fovea_error *error) {
    static const char *const ins[] = {"tests/golden/weights/packed.npz",
                                      "tests/golden/weights/parts.safetensors.index.json"};
    static const char *const outs[] = {"sweep.pth", "sweep.safetensors", "sweep.npz"};
    fovea_status status = FOVEA_OK;
    for (int i = 0; i < 6 && status == FOVEA_OK; i++) {
        fovea_tensor_file *file;
        fovea_named_tensor tensors[8];
        status = fovea_tensor_file_open(own, ins[i % 2], &file, error);
        if (status != FOVEA_OK) break;
        int32_t count = fovea_tensor_file_count(file);
        for (int32_t t = 0; t < count; t++) tensors[t] = fovea_tensor_file_get(file, t);
        status = fovea_tensor_file_save(own, scratch_name(&folder, outs[i % 3]), tensors, count,
                                        NULL, 0, error);
        fovea_tensor_file_free(file);
    }
    return status;
}

static void without_memory_nothing_leaks(void **state) {
    (void)state;
    failing_sweep(convert);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_holds_the_same_tensors),
        cmocka_unit_test(what_is_saved_comes_back_with_every_bit),
        cmocka_unit_test(safetensors_to_pth_to_safetensors_is_the_same_file),
        cmocka_unit_test(what_cannot_be_saved_is_refused_and_leaves_no_file),
        cmocka_unit_test(an_index_must_agree_with_its_files),
        cmocka_unit_test(what_is_no_file_of_weights_is_named),
        cmocka_unit_test(without_memory_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
