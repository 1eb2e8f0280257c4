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

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(archives_and_pickles_of_the_unit_tests),
        program_test(archives_of_arrays_of_the_unit_tests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
