// SPDX-License-Identifier: MIT
// Cases 135 to 171, 189 and 190 on the command line: every ONNX file the unit tests make, and numbers in
// other files.
#include "hostile/kept_cases.h"
#include "unit/wire.h"

static void files_of_the_unit_tests(void **state) {
    program *p = *state;
    kept k = kept_begin(p, "test_hostile_onnx");
    int refused = 0;
    while (kept_next(p, &k, "model.onnx")) {
        uint64_t before = program_folder_hash(p->place.path);
        program_run(p, "summary", "model.onnx", "--threads", "1");
        program_ended_well(p, k.title, 3 * k.size);
        // What is sound as a file may still be no net: its operators or its wiring.
        if (!k.accepted)
            program_refused(p, k.title, k.code, "model.onnx", k.text);
        else if (p->code != 0 && p->code != 2 && p->code != 3 && p->code != 4)
            fail_msg("%s: exit code %d: %s", k.title, p->code, p->message);
        if (program_folder_hash(p->place.path) != before) fail_msg("%s: files were left", k.title);
        refused += !k.accepted;
    }
    print_message("    %d files, %d of them refused by the reader\n", k.number, refused);
    assert_true(refused > 60);
}

// A net whose weights are in the file `location`.
static void save_model(program *p, const char *location) {
    wire w = {0}, graph = {0}, opset = {0}, tensor = {0}, node = {0};
    wire_int(&tensor, 1, 4);
    wire_int(&tensor, 2, 1);
    wire_text(&tensor, 8, "w");
    wire_pair(&tensor, 13, "location", location);
    wire_int(&tensor, 14, 1);
    wire_text(&node, 1, "w");
    wire_text(&node, 2, "y");
    wire_text(&node, 4, "Relu");
    wire_int(&opset, 2, 17);
    wire_int(&w, 1, 8);
    wire_message(&w, 8, opset);
    wire_message(&graph, 1, node);
    wire_message(&graph, 5, tensor);
    wire_message(&w, 7, graph);
    program_file(p, "in/model.onnx", w.data, w.size);
    wire_free(&w);
}

static void cases_161_to_171_files_that_are_not_beside_the_model(void **state) {
    program *p = *state;
    static const char numbers[16];
    static const struct {
        const char *location, *text;
    } cases[] = {
        {"../../etc/passwd", "is not the plain name of a file"},
        {"/etc/passwd", "is not the plain name of a file"},
        {"sub/../../w.bin", "is not the plain name of a file"},
        {"../in_evil/w.bin", "is not the plain name of a file"},
        {"link", "put the file itself (a copy) in the link's place"},
        {"pipe", "is no regular file"},
        {"absent", "No such file"},
        {"short", "16 bytes from byte 0, 'short' has 15"},
    };
    program_file(p, "w.bin", numbers, 16);
    program_file(p, "in_evil/w.bin", numbers, 16);
    program_file(p, "in/sub/w.bin", numbers, 16);
    program_file(p, "in/short", numbers, 15);
    assert_int_equal(symlink("../w.bin", scratch_name(&p->place, "in/link")), 0);
    assert_int_equal(mkfifo(scratch_name(&p->place, "in/pipe"), 0666), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        save_model(p, cases[i].location);
        program_run(p, "summary", "in/model.onnx", "--threads", "1");
        program_ended_well(p, cases[i].location, 0);
        program_refused(p, cases[i].location, 3, "in/model.onnx: initializer 'w'", cases[i].text);
    }
}

static void case_189_a_file_over_two_gigabytes(void **state) {
    program *p = *state;
    program_file(p, "model.onnx", "", 0);
    if (truncate(scratch_name(&p->place, "model.onnx"), (INT64_C(1) << 31) + 1) != 0) skip();
    program_run(p, "summary", "model.onnx", "--threads", "1");
    program_ended_well(p, "189", 0);
    program_refused(p, "189", 3, "model.onnx", "2147483649 bytes");
}

enum { SIDE = 3200 };

// A value of the graph, N × SIDE floats, as its input (field 11) or output (12).
static void add_value(wire *graph, unsigned field, const char *name) {
    wire value = {0}, type = {0}, tensor = {0}, shape = {0}, batch = {0}, side = {0};
    wire_text(&batch, 2, "N");
    wire_int(&side, 1, SIDE);
    wire_message(&shape, 1, batch);
    wire_message(&shape, 1, side);
    wire_int(&tensor, 1, 1);
    wire_message(&tensor, 2, shape);
    wire_message(&type, 1, tensor);
    wire_text(&value, 1, name);
    wire_message(&value, 2, type);
    wire_message(graph, field, value);
}

// x0 · w1ᵀ · w2ᵀ …: so many matrices of SIDE × SIDE. `type` is ONNX's code, `width` its bytes.
static size_t save_large_model(program *p, int matrices, int type, size_t width) {
    const size_t size = SIDE * SIDE * width;
    wire w = {0}, graph = {0}, opset = {0};
    uint8_t *numbers = calloc(size, 1);
    char from[16] = "x0", to[16], name[16];
    assert_non_null(numbers);
    for (size_t k = 0; k < size; k += width) numbers[k] = (uint8_t)(k * 2654435761u >> 16);
    add_value(&graph, 11, from);
    for (int i = 1; i <= matrices; i++) {
        wire tensor = {0}, node = {0}, turned = {0};
        snprintf(name, sizeof name, "w%d", i);
        snprintf(to, sizeof to, "x%d", i);
        wire_text(&node, 1, from);
        wire_text(&node, 1, name);
        wire_text(&node, 2, to);
        wire_text(&node, 4, "Gemm");
        wire_text(&turned, 1, "transB");
        wire_int(&turned, 3, 1);
        wire_int(&turned, 20, 2);
        wire_message(&node, 5, turned);
        wire_int(&tensor, 1, SIDE);
        wire_int(&tensor, 1, SIDE);
        wire_int(&tensor, 2, type);
        wire_text(&tensor, 8, name);
        wire_bytes(&tensor, 9, numbers, size);
        wire_message(&graph, 1, node);
        wire_message(&graph, 5, tensor);
        memcpy(from, to, sizeof from);
    }
    add_value(&graph, 12, to);
    wire_int(&opset, 2, 17);
    wire_int(&w, 1, 8);
    wire_message(&w, 8, opset);
    wire_message(&w, 7, graph);
    program_file(p, "large.onnx", w.data, w.size);
    size_t written = w.size;
    wire_free(&w);
    free(numbers);
    return written;
}

static void files_of_80_megabytes_open_at_once(void **state) {
    program *p = *state;
    static const struct {
        int matrices, type;
        size_t width;
    } cases[] = {{2, 1, 4}, {4, 10, 2}, {4, 16, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size = save_large_model(p, cases[i].matrices, cases[i].type, cases[i].width);
        assert_true(size > 80000000);
        program_run(p, "summary", "large.onnx", "--threads", "1");
        if (p->code != 0) fail_msg("%s", p->message);
        program_ended_well(p, "large", 3 * (int64_t)size);
        print_message("    %zu MB in %.2f s and %.2f of its size\n", size / 1000000, p->seconds,
                      (double)p->memory / (double)size);
        if (PROGRAM_SANITIZED) continue;
        assert_true(p->seconds <= 0.5);
        assert_true(p->memory <= (int64_t)(size / 2 * 5));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(files_of_the_unit_tests),
        program_test(cases_161_to_171_files_that_are_not_beside_the_model),
        program_test(files_of_80_megabytes_open_at_once),
        program_test(case_189_a_file_over_two_gigabytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
