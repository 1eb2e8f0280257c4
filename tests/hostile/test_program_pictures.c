// SPDX-License-Identifier: MIT
// Cases 1 to 62 on the command line: every picture the unit tests make goes through the program too.
#include "hostile/kept_cases.h"

// Too little is there to tell what it was, or it is told to be something else: that parser never saw it.
static bool not_that_kind(const program *p, const char *name) {
    static const char *const others[] = {"JPEG", "HTML", "git-lfs", "PNG"};
    bool other =
        strstr(p->message, "the file is empty") || strstr(p->message, "begins like no PNG");
    for (int i = 0; i < 4 && strstr(name, ".ppm"); i++) other |= strstr(p->message, others[i]) != 0;
    return other;
}

// Each case of a unit test, as a file NAME, through predict and show.
static void every_case(program *p, const char *test, const char *name) {
    kept k = kept_begin(p, test);
    int refused = 0;
    while (kept_next(p, &k, name)) {
        uint64_t before = program_folder_hash(p->place.path);
        for (int command = 0; command < 2; command++) {
            if (command)
                program_run(p, "show", name, "--threads", "1");
            else
                program_run(p, "predict", "tutorial-cifar", name, "--resize", "--threads", "1");
            program_ended_well(p, k.title, 2 * k.size);
            if (k.accepted)
                assert_int_equal(p->code, 0);
            else
                program_refused(p, k.title, k.code, name, not_that_kind(p, name) ? "" : k.text);
            if (program_folder_hash(p->place.path) != before)
                fail_msg("%s: files were left or changed", k.title);
        }
        refused += !k.accepted;
    }
    print_message("    %d files of %s, %d of them refused\n", k.number, test, refused);
    assert_true(k.number > 10 && refused > 5);
}

static void png_files(void **state) {
    every_case(*state, "test_hostile_png", "sample.png");
}

static void jpeg_files(void **state) {
    every_case(*state, "test_hostile_jpeg", "sample.jpg");
}

static void ppm_files(void **state) {
    every_case(*state, "test_hostile_ppm", "sample.ppm");
}

static void files_of_other_kinds(void **state) {
    every_case(*state, "test_picture_file", "sample.png");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(png_files),
        program_test(jpeg_files),
        program_test(ppm_files),
        program_test(files_of_other_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
