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

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(files_of_the_unit_tests),
        program_test(cases_161_to_171_files_that_are_not_beside_the_model),
        program_test(case_189_a_file_over_two_gigabytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
