// SPDX-License-Identifier: MIT
// Cases 191 to 241 on the command line: every archive and pickle that the unit tests make, as a file
// to look at, to load weights from and to convert.
#include "hostile/kept_cases.h"

typedef struct use {
    const char *words[8];
    int accepted;  // exit code where the file is good
} use;

static void try_all(program *p, const char *test, const char *file, const use *uses, int count) {
    kept k = kept_begin(p, test);
    int refused = 0;
    while (kept_next(p, &k, file)) {
        for (int i = 0; i < count; i++) {
            program_list(p, uses[i].words);
            program_ended_well(p, k.title, 2 * k.size);
            if (!k.accepted)
                program_refused(p, k.title, k.code, file, k.text);
            else if (p->code != uses[i].accepted && i != 2)
                fail_msg("%s: %d, %s", k.title, p->code, p->message);
            if (!k.accepted && access(scratch_name(&p->place, "out.safetensors"), F_OK) == 0)
                fail_msg("%s: a file was left", k.title);
            remove(scratch_name(&p->place, "out.safetensors"));
        }
        refused += !k.accepted;
    }
    print_message("    %d files, %d of them refused by the parser\n", k.number, refused);
    assert_true(refused > 5);
}

static void archives_and_pickles_of_the_unit_tests(void **state) {
    static const use uses[] = {
        {{"summary", "net.pth", "--threads", "1"}, 0},
        {{"summary", "tutorial-cifar", "--weights", "net.pth", "--threads", "1"}, 2},
        {{"convert", "net.pth", "out.safetensors", "--threads", "1"}, 0}};
    try_all(*state, "test_hostile_pth", "net.pth", uses, 3);
}

static void archives_of_arrays_of_the_unit_tests(void **state) {
    static const use uses[] = {{{"summary", "a.npz", "--threads", "1"}, 0}};
    program *p = *state;
    kept k = kept_begin(p, "test_hostile_npz");
    while (kept_next(p, &k, "a.npz")) {
        program_list(p, uses[0].words);
        program_ended_well(p, k.title, 2 * k.size);
        if (!k.accepted) program_refused(p, k.title, k.code, "a.npz", k.text);
    }
    assert_true(k.number > 6);
}

// Every name is counted and the first twenty are listed; nothing is written.
static void case_228_weights_that_do_not_fit(void **state) {
    program *p = *state;
    static const char *const weights = "conv 2 3, batchnorm, relu, flatten, linear 3";
    static const char *const other = "conv 4 3, relu, flatten, linear 3, relu, linear 2";
    program_run(p, "convert", weights, "w.pth", "--input", "1x8x8");
    assert_int_equal(p->code, 0);
    program_run(p, "convert", other, "out.safetensors", "--input", "1x8x8", "--weights", "w.pth");
    program_refused(p, "weights of another net", 2, "w.pth", "tensors do not fit the net");
    static const char *const listed[] = {"conv1.weight is 2×1×3×3, wants 4×1×3×3",
                                         "conv1.bias is 2, wants 4",
                                         "linear1.weight is 3×72, wants 3×144",
                                         "missing linear2.weight",
                                         "missing linear2.bias",
                                         "extra batchnorm1.running_var"};
    for (size_t i = 0; i < sizeof listed / sizeof listed[0]; i++)
        if (!strstr(p->message, listed[i])) fail_msg("'%s' is not in %s", listed[i], p->message);
    assert_int_not_equal(access(scratch_name(&p->place, "out.safetensors"), F_OK), 0);
    program_run(p, "summary", "w.pth", "--arch", other, "--input", "1x8x8");
    program_refused(p, "as MODEL", 2, "w.pth", "do not fit");
    program_run(p, "filters", "w.pth", "--arch", other, "--input", "1x8x8", "--json");
    program_refused(p, "as MODEL of another command", 2, "w.pth", "do not fit");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(archives_and_pickles_of_the_unit_tests),
        program_test(archives_of_arrays_of_the_unit_tests),
        program_test(case_228_weights_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
