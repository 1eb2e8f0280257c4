// SPDX-License-Identifier: MIT
// Cases 161 to 171 and 189 of the list of hostile inputs: numbers in files beside an ONNX model.
#include <pthread.h>
#include <stdatomic.h>

#include "formats/onnx.h"
#include "unit/hostile.h"
#include "unit/scratch.h"
#include "unit/wire.h"

typedef struct place {
    hostile_heap *heap;
    scratch folder, elsewhere;
} place;

static int begin(void **state) {
    place *p = calloc(1, sizeof *p);
    if (!p || hostile_begin((void **)&p->heap) != 0) return -1;
    *state = p;
    return scratch_open(&p->folder) && scratch_open(&p->elsewhere) ? 0 : -1;
}

static int end(void **state) {
    place *p = *state;
    scratch_close(&p->folder);
    scratch_close(&p->elsewhere);
    int result = hostile_end((void **)&p->heap);
    free(p);
    return result;
}

#define outside_test(function) cmocka_unit_test_setup_teardown(function, begin, end)

static void save(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    if (size > 0) assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

// A tensor of `count` floats in another file. Keys that are NULL are left out.
static wire tensor_outside(int count, const char *location, const char *offset,
                           const char *length) {
    wire w = {0};
    wire_int(&w, 1, count);
    wire_int(&w, 2, 1);
    wire_text(&w, 8, "w");
    if (location) wire_pair(&w, 13, "location", location);
    if (offset) wire_pair(&w, 13, "offset", offset);
    if (length) wire_pair(&w, 13, "length", length);
    wire_pair(&w, 13, "checksum", "whatever");
    wire_pair(&w, 13, "unheard-of", "x");
    wire_int(&w, 14, 1);
    return w;
}

static void save_model(place *p, wire tensor) {
    wire w = {0}, graph = {0}, opset = {0};
    wire_int(&w, 1, 8);
    wire_int(&opset, 2, 17);
    wire_message(&w, 8, opset);
    wire_message(&graph, 5, tensor);
    wire_message(&w, 7, graph);
    save(scratch_name(&p->folder, "model.onnx"), w.data, w.size);
    wire_free(&w);
}

static fovea_status open_model(place *p, fovea_error *error, float *first) {
    fovea__onnx_model *model;
    const size_t before = fovea__memory_now(p->heap->context);
    *error = (fovea_error){0};
    const fovea_status status =
        fovea__onnx_read(p->heap->context, scratch_name(&p->folder, "model.onnx"), &model, error);
    if (status == FOVEA_OK) memcpy(first, model->initializer[0].data, sizeof *first);
    fovea__onnx_free(model);
    assert_int_equal(fovea__memory_now(p->heap->context), before);
    return status;
}

static void refused(place *p, wire tensor, const char *text) {
    fovea_error error;
    float first;
    save_model(p, tensor);
    if (open_model(p, &error, &first) != FOVEA_BAD_FILE || !strstr(error.text, text) ||
        !strstr(error.text, "model.onnx: initializer 'w': "))
        fail_msg("wanted '%s', got: %s", text, error.text);
}

static void accepted(place *p, wire tensor, float wanted) {
    fovea_error error;
    float first = 0;
    save_model(p, tensor);
    if (open_model(p, &error, &first) != FOVEA_OK) fail_msg("%s", error.text);
    assert_true(first == wanted);
}

static const float numbers[] = {1, 2, 3, 4};

static void data_beside_the_model_are_read(void **state) {
    place *p = *state;
    save(scratch_name(&p->folder, "w.bin"), numbers, sizeof numbers);
    accepted(p, tensor_outside(4, "w.bin", NULL, NULL), 1);
    accepted(p, tensor_outside(2, "w.bin", "8", "8"), 3);
    accepted(p, tensor_outside(4, "w.bin", "0", "16"), 1);  // 170: keys nobody knows
}

static void cases_161_to_163_and_168_names_that_are_paths(void **state) {
    place *p = *state;
    static const char *const names[] = {
        "../../etc/passwd", "/etc/passwd",         "a/../../x", "..",     ".", "",
        "sub/w.bin",        "../model_evil/w.bin", "w.bin/",    "./w.bin"};
    mkdir(scratch_name(&p->folder, "sub"), 0777);
    save(scratch_name(&p->folder, "sub/w.bin"), numbers, sizeof numbers);
    save(scratch_name(&p->folder, "w.bin"), numbers, sizeof numbers);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        refused(p, tensor_outside(4, names[i], NULL, NULL), "is not the plain name of a file");
    refused(p, tensor_outside(4, "sub", NULL, NULL), "is no regular file");
    refused(p, tensor_outside(4, "absent", NULL, NULL), "'absent': No such file");
    refused(p, tensor_outside(4, NULL, NULL, NULL), "without a location");
}

static void cases_164_to_167_links_and_devices(void **state) {
    place *p = *state;
    char target[1024];
    snprintf(target, sizeof target, "%s", scratch_name(&p->elsewhere, "w.bin"));
    save(target, numbers, sizeof numbers);
    assert_int_equal(symlink(target, scratch_name(&p->folder, "link")), 0);
    assert_int_equal(symlink(p->elsewhere.path, scratch_name(&p->folder, "away")), 0);
    assert_int_equal(mkfifo(scratch_name(&p->folder, "pipe"), 0666), 0);
    assert_int_equal(symlink("/dev/zero", scratch_name(&p->folder, "zero")), 0);
    refused(p, tensor_outside(4, "link", NULL, NULL), "put the file itself (a copy) in");
    refused(p, tensor_outside(4, "away/w.bin", NULL, NULL), "plain name");
    refused(p, tensor_outside(4, "pipe", NULL, NULL), "is no regular file");
    refused(p, tensor_outside(4, "zero", NULL, NULL), "is a link");
    // 166: a hard link is a file like any other.
    if (link(target, scratch_name(&p->folder, "hard")) == 0)
        accepted(p, tensor_outside(4, "hard", NULL, NULL), 1);
}

static void case_169_offsets_and_lengths(void **state) {
    place *p = *state;
    static const struct {
        const char *offset, *length, *text;
    } cases[] = {
        {"4", NULL, "16 bytes from byte 4, 'w.bin' has 16"},
        {"17", NULL, "16 bytes from byte 17"},
        {"9223372036854775807", NULL, "16 bytes from byte 9223372036854775807"},
        {"-1", NULL, "offset '-1'"},
        {"1e9", NULL, "offset '1e9'"},
        {"18446744073709551616", NULL, "offset '18446744073709551616'"},
        {"", NULL, "offset ''"},
        {"0", "15", "external data of 15 bytes, type and shape need 16"},
        {"0", "17", "external data of 17 bytes"},
        {"0", "-16", "length '-16'"},
        {"0", "0x10", "length '0x10'"},
    };
    save(scratch_name(&p->folder, "w.bin"), numbers, sizeof numbers);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refused(p, tensor_outside(4, "w.bin", cases[i].offset, cases[i].length), cases[i].text);
    refused(p, tensor_outside(2147483647, "w.bin", NULL, NULL), "8589934588 bytes from byte 0");
    wire both = tensor_outside(4, "w.bin", NULL, NULL);
    wire_bytes(&both, 9, numbers, sizeof numbers);
    refused(p, both, "numbers in both raw_data and another file");
}

// The same bytes for tensor after tensor: memory is bounded by the file's size, not by the model's claims.
static void one_file_for_very_many_tensors(void **state) {
    place *p = *state;
    const size_t size = 1 << 20;
    uint8_t *zeros = calloc(size, 1);
    save(scratch_name(&p->folder, "w.bin"), zeros, size);
    free(zeros);
    wire w = {0}, graph = {0}, opset = {0};
    wire_int(&w, 1, 8);
    wire_int(&opset, 2, 17);
    wire_message(&w, 8, opset);
    for (int i = 0; i < 1000; i++)
        wire_message(&graph, 5, tensor_outside(1 << 18, "w.bin", NULL, NULL));
    wire_message(&w, 7, graph);
    save(scratch_name(&p->folder, "model.onnx"), w.data, w.size);
    wire_free(&w);
    fovea_error error;
    float first;
    assert_int_equal(open_model(p, &error, &first), FOVEA_BAD_FILE);
    assert_non_null(strstr(error.text, "of memory"));
    assert_true(fovea__memory_peak(p->heap->context) < (size_t)64 << 20);
}

static void bytes_in_memory_have_no_folder(void **state) {
    place *p = *state;
    save(scratch_name(&p->folder, "w.bin"), numbers, sizeof numbers);
    save_model(p, tensor_outside(4, "w.bin", NULL, NULL));
    size_t size;
    uint8_t *bytes = hostile_load(scratch_name(&p->folder, "model.onnx"), &size);
    fovea__onnx_model *model;
    fovea_error error;
    assert_int_equal(
        fovea__onnx_parse(p->heap->context, bytes, size, "bytes", NULL, &model, &error),
        FOVEA_BAD_FILE);
    assert_non_null(strstr(error.text, "its numbers are in another file, 'w.bin'"));
    free(bytes);
}

typedef struct race {
    char name[1024], target[1024], file[1024], link[1024];
    atomic_int stop;
} race;

// Puts now the file, now the link under the name.
static void *swap(void *argument) {
    race *r = argument;
    while (!atomic_load(&r->stop)) {
        unlink(r->link);
        if (symlink(r->target, r->link) != 0) break;
        rename(r->link, r->name);
        save(r->file, numbers, sizeof numbers);
        rename(r->file, r->name);
    }
    return NULL;
}

static void case_171_a_link_put_in_the_files_place(void **state) {
    place *p = *state;
    static race r;
    const float secret[] = {7, 7, 7, 7};
    snprintf(r.name, sizeof r.name, "%s", scratch_name(&p->folder, "w.bin"));
    snprintf(r.file, sizeof r.file, "%s", scratch_name(&p->folder, "w.new"));
    snprintf(r.link, sizeof r.link, "%s", scratch_name(&p->folder, "w.link"));
    snprintf(r.target, sizeof r.target, "%s", scratch_name(&p->elsewhere, "secret"));
    save(r.target, secret, sizeof secret);
    save(r.name, numbers, sizeof numbers);
    save_model(p, tensor_outside(4, "w.bin", NULL, NULL));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, swap, &r), 0);
    int read = 0;
    for (int i = 0; i < 3000; i++) {
        fovea_error error;
        float first = 0;
        const fovea_status status = open_model(p, &error, &first);
        if (status == FOVEA_OK)
            assert_true(first == 1);
        else
            assert_int_equal(status, FOVEA_BAD_FILE);
        read += status == FOVEA_OK;
    }
    atomic_store(&r.stop, 1);
    pthread_join(thread, NULL);
    print_message("    read %d times, refused %d times\n", read, 3000 - read);
}

static void case_189_a_file_over_two_gigabytes(void **state) {
    place *p = *state;
    fovea_error error;
    float first;
    save(scratch_name(&p->folder, "model.onnx"), "", 0);
    if (truncate(scratch_name(&p->folder, "model.onnx"), (INT64_C(1) << 31) + 1) != 0) skip();
    assert_int_equal(open_model(p, &error, &first), FOVEA_BAD_FILE);
    assert_non_null(strstr(error.text, "has 2147483649 bytes, more than the 2147483648 allowed"));
}

static void every_allocation_may_fail(void **state) {
    place *p = *state;
    save(scratch_name(&p->folder, "w.bin"), numbers, sizeof numbers);
    save_model(p, tensor_outside(4, "w.bin", NULL, NULL));
    for (size_t k = 1;; k++) {
        fovea_error error;
        float first;
        p->heap->calls = 0;
        p->heap->fail_at = k;
        const fovea_status status = open_model(p, &error, &first);
        p->heap->fail_at = 0;
        if (p->heap->calls < k) {
            assert_int_equal(status, FOVEA_OK);
            break;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        outside_test(data_beside_the_model_are_read),
        outside_test(cases_161_to_163_and_168_names_that_are_paths),
        outside_test(cases_164_to_167_links_and_devices),
        outside_test(case_169_offsets_and_lengths),
        outside_test(one_file_for_very_many_tensors),
        outside_test(bytes_in_memory_have_no_folder),
        outside_test(case_171_a_link_put_in_the_files_place),
        outside_test(case_189_a_file_over_two_gigabytes),
        outside_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
