// SPDX-License-Identifier: MIT
// Files of torch.save, compared with what torch itself reads from them
// (tests/golden/make_pth_golden.py).
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "formats/tensor_file.h"
#include "unit/failing_sweep.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static fovea_tensor_file *open_file(const char *path) {
    fovea_tensor_file *file;
    fovea_error error;
    if (fovea_tensor_file_open(context, path, &file, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    return file;
}

static void shape_text(const fovea_shape *shape, char text[200]) {
    size_t used = 0;
    strcpy(text, "-");
    for (int32_t i = 0; i < shape->rank; i++)
        used += (size_t)snprintf(text + used, 200 - used, "%s%lld", i ? "x" : "",
                                 (long long)shape->dim[i]);
}

// Every line of `golden` names a tensor of the file, in its order.
static void compare(const fovea_tensor_file *file, const char *golden) {
    char name[300], type[8], shape[200], sha[80], has[200], hash[65];
    int32_t count = 0;
    FILE *lines = fopen(golden, "r");
    if (!lines) fail_msg("%s is missing", golden);
    for (; fscanf(lines, "%299s %7s %199s %79s", name, type, shape, sha) == 4; count++) {
        fovea_named_tensor tensor = fovea_tensor_file_get(file, count);
        assert_string_equal(tensor.name, name);
        assert_string_equal(fovea_type_name(tensor.view.type), type);
        shape_text(&tensor.view.shape, has);
        assert_string_equal(has, shape);
        size_t size = (size_t)fovea_shape_count(&tensor.view.shape);
        fovea__sha256_of(tensor.view.data, size * fovea_type_size(tensor.view.type), hash);
        assert_string_equal(hash, sha);
        assert_int_equal((uintptr_t)tensor.view.data % fovea_type_size(tensor.view.type), 0);
        assert_int_equal(fovea_tensor_file_find(file, name), count);
    }
    fclose(lines);
    assert_int_equal(fovea_tensor_file_count(file), count);
}

static void every_form_and_type_is_what_torch_reads(void **state) {
    (void)state;
    static const char *const names[] = {
        "net",         "net-plain",  "net-protocol-4", "net-protocol-5", "types", "views",
        "views-plain", "checkpoint", "nested",         "parameter",      "one",   "no-crc"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[200], golden[200];
        snprintf(path, sizeof path, "tests/golden/pth/%s.pth", names[i]);
        snprintf(golden, sizeof golden, "tests/golden/pth/%s.txt", names[i]);
        fovea_tensor_file *file = open_file(path);
        assert_string_equal(fovea_tensor_file_format(file), "PyTorch");
        compare(file, golden);
        fovea_tensor_file_free(file);
    }
}

static void entries_beside_the_weights_are_listed(void **state) {
    (void)state;
    fovea_tensor_file *file = open_file("tests/golden/pth/checkpoint.pth");
    static const char *const expected[][2] = {
        {"epoch", "3"}, {"arch", "'small'"}, {"optimizer", "a dict of 2"}, {"best", "0.5"}};
    assert_int_equal(fovea_tensor_file_passed_count(file), 4);
    for (int32_t i = 0; i < 4; i++) {
        assert_string_equal(fovea_tensor_file_passed(file, i).name, expected[i][0]);
        assert_string_equal(fovea_tensor_file_passed(file, i).text, expected[i][1]);
    }
    assert_string_equal(fovea_tensor_file_passed(file, 4).name, "");
    assert_string_equal(fovea_tensor_file_get(file, -1).name, "");
    fovea_tensor_file_free(file);
}

static void what_is_refused_is_named_with_a_mend(void **state) {
    (void)state;
    static const char *const cases[][2] = {{"refused-module", "torch.nn.modules"},
                                           {"refused-complex", "torch.ComplexFloatStorage"},
                                           {"refused-script", "torch.jit.load"}};
    for (size_t i = 0; i < 3; i++) {
        char path[200];
        fovea_tensor_file *file;
        fovea_error error;
        snprintf(path, sizeof path, "tests/golden/pth/%s.pth", cases[i][0]);
        assert_int_equal(fovea_tensor_file_open(context, path, &file, &error), FOVEA_UNSUPPORTED);
        assert_null(file);
        if (!strstr(error.text, cases[i][1])) fail_msg("%s", error.text);
    }
}

static void real_files_are_what_torch_reads(void **state) {
    (void)state;
    static const char *const names[] = {"resnet20-12fca82f.th", "udacity_mnist_mlp.pt",
                                        "udacity_model_cifar.pt"};
    const char *folders = getenv("FOVEA_DATA");
    bool found = false;
    for (; folders && *folders; folders += strcspn(folders, ":"), folders += *folders == ':')
        for (size_t i = 0; i < 3; i++) {
            char path[4096], golden[200];
            snprintf(path, sizeof path, "%.*s/models/weights/%s", (int)strcspn(folders, ":"),
                     folders, names[i]);
            snprintf(golden, sizeof golden, "tests/golden/pth/%s.txt", names[i]);
            if (!fovea__file_exists(path)) continue;
            found = true;
            fovea_tensor_file *file = open_file(path);
            compare(file, golden);
            fovea_tensor_file_free(file);
        }
    if (!found) {
        print_message("    models/weights is in no folder of FOVEA_DATA: skipped\n");
        skip();
    }
}

static fovea_status read_checkpoint(fovea_context *own, fovea_error *error) {
    fovea_tensor_file *file;
    fovea_status status =
        fovea_tensor_file_open(own, "tests/golden/pth/checkpoint.pth", &file, error);
    fovea_tensor_file_free(file);
    if (status == FOVEA_OK) {
        status = fovea_tensor_file_open(own, "tests/golden/pth/views-plain.pth", &file, error);
        fovea_tensor_file_free(file);
    }
    return status;
}

static void without_memory_nothing_leaks(void **state) {
    (void)state;
    failing_sweep(read_checkpoint);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_and_type_is_what_torch_reads),
        cmocka_unit_test(entries_beside_the_weights_are_listed),
        cmocka_unit_test(what_is_refused_is_named_with_a_mend),
        cmocka_unit_test(real_files_are_what_torch_reads),
        cmocka_unit_test(without_memory_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
