// SPDX-License-Identifier: MIT
// Cases 243 to 272 on the command line: architecture text, numbers, names and standard files.
#include "hostile/program.h"

static const char picture[] =
    "P5 8 8 255 "
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// Six pictures in three classes, and one beside them.
static void files(program *p) {
    char name[64];
    for (int i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "set/train/%c/%d.pgm", 'a' + i % 3, i);
        program_file(p, name, picture, sizeof picture - 1);
    }
    program_file(p, "x.pgm", picture, sizeof picture - 1);
}

static void summary_refused(program *p, const char *what, const char *text, const char *says) {
    program_run(p, "summary", text, "--input", "3x8x8", "--threads", "1");
    program_ended_well(p, what, 0);
    program_refused(p, what, 2, "", says);
}

static void summary_accepted(program *p, const char *what, const char *text, const char *says) {
    program_run(p, "summary", text, "--input", "3x8x8", "--threads", "1");
    program_ended_well(p, what, 0);
    if (p->code != 0 || !strstr(p->text, says)) fail_msg("%s: %s%s", what, p->text, p->message);
}

static void cases_243_to_259_architecture_text(void **state) {
    static const struct {
        const char *what, *text, *says;
    } cases[] = {
        {"243 a key before any layer", "stride=2, conv 4 3", "unknown layer 'stride=2'"},
        {"244 HTML", "<!DOCTYPE html><html>", "unknown layer"},
        {"245 empty", "", "the text is empty"},
        {"245 blanks", " \n\t ", "the text is empty"},
        {"246 a control character", "conv 4 3\x01", "control character at byte 8"},
        {"249 not UTF-8", "conv 4 3 name=\xff\xfe", "not UTF-8"},
        {"250 an unknown layer", "conb 4 3", "did you mean 'conv'?"},
        {"250 a misspelt key", "conv 4 3 strid=2", "did you mean 'stride'?"},
        {"251 a key twice", "conv 4 3 stride=2 stride=2", "given twice"},
        {"251 a key and its alias", "conv 4 3 pad=1 padding=1", "given twice"},
        {"252 filters 0", "conv 0 3", "'0', wants 1"},
        {"252 filters -1", "conv -1 3", "'-1', wants 1"},
        {"252 filters 2^31", "conv 2147483648 3", "'2147483648', wants 1"},
        {"252 filters past 64 bits", "conv 99999999999999999999 3", "wants 1"},
        {"252 filters 3.5", "conv 3.5 3", "wants a whole number"},
        {"252 filters 3x", "conv 3x 3", "wants a whole number"},
        {"252 filters \"\"", "conv \"\" 3", "wants a whole number"},
        {"252 filters 1e9", "conv 1e9 3", "wants a whole number"},
        {"253 stride 0", "conv 4 3 stride=0", "'0', wants 1"},
        {"254 padding wraps", "conv 4 3 pad=2147483647", "elements"},
        {"254 padding as wide as a pool's window", "maxpool 2 pad=2", "as wide as"},
        {"255 same is not offered", "conv 4 2 pad=same", "wants a whole number"},
        {"256 groups", "conv 4 3 groups=2", "groups 2 must divide"},
        {"257 no pixel left", "relu, maxpool 2, maxpool 2, maxpool 2, maxpool 2", "maxpool4"},
        {"257 a kernel that is too large", "conv 4 9", "conv1: the kernel covers 9"},
        {"257 dilation wraps", "conv 4 3 dilation=2147483647", "conv1: the kernel covers"},
        {"258 a label that comes later", "relu, add b, relu as b", "labelled 'b'"},
        {"258 no such label", "from nowhere, relu", "labelled 'nowhere'"},
        {"258 shapes differ", "relu as a, conv 4 3, add a", "do not fit together"},
        {"258 a label twice", "relu as a, relu as a", "taken already"},
        {"259 2^40 parameters", "flatten, linear 1000000000, linear 1000000000", "GiB"},
        {"261 include", "include /etc/passwd", "unknown layer 'include'"},
        {"262 dropout nan", "dropout nan", "wants a number"},
        {"271 a format as a layer", "%n%s%n 4", "unknown layer '%n%s%n'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        summary_refused(*state, cases[i].what, cases[i].text, cases[i].says);
}

// What a set of layers costs is known before it is allocated; a net that is merely too large for this
// machine fails as any lack of memory does.
static void case_259_more_than_the_machine_has(void **state) {
    program *p = *state;
    program_run(p, "filters", "flatten, linear 2000000000", "--input", "3x8x8");
    program_ended_well(p, "259", 0);
    assert_int_equal(p->code, 1);
    assert_non_null(strstr(p->message, "out of memory"));
}

static void cases_244_and_246_files_that_are_no_nets(void **state) {
    program *p = *state;
    program_text_file(p, "page.html", "<!DOCTYPE html><html>an error, not a net</html>");
    program_file(p, "zeros", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    program_run(p, "summary", "page.html");
    program_refused(p, "244", 3, "page.html", "HTML");
    program_run(p, "summary", "zeros");
    program_refused(p, "246", 3, "zeros", "");
}

// As long as one argument can be: 128 KiB.
static void cases_247_and_260_long_texts(void **state) {
    enum { LONGEST = 131000 };
    static char text[LONGEST + 1];
    program *p = *state;
    memset(text, 'a', LONGEST);
    summary_refused(p, "247 one long word", text, "");
    memset(text, ' ', LONGEST);
    summary_refused(p, "247 nothing but blanks", text, "the text is empty");
    for (size_t i = 0; i < LONGEST; i++) text[i] = "relu,"[i % 5];
    summary_refused(p, "260 26,200 layers", text, "more than 10000 layers");
    strcpy(text + 10001 * 5 - 1, "");
    summary_refused(p, "260 10,001 layers", text, "more than 10000 layers");
    strcpy(text + 10000 * 5 - 1, "");
    program_run(p, "summary", text, "--input", "3x8x8", "--threads", "1", "--json");
    program_ended_well(p, "260 10,000 layers", 0);
    assert_int_equal(p->code, 0);
}

static void cases_248_255_258_and_271_good_texts(void **state) {
    summary_accepted(*state, "248 a byte order mark and CRLF",
                     "\xef\xbb\xbf"
                     "conv 4 3,\r\nrelu",
                     "112");
    summary_accepted(*state, "254 padding wider than the picture", "conv 4 3 pad=9", "conv1");
    summary_accepted(*state, "255 an even kernel", "conv 4 2 pad=1", "conv1");
    summary_accepted(*state, "258 a value and itself", "relu as a, add a", "add1");
    summary_accepted(*state, "271 a format as a name", "conv 4 3 name=%n%s%n", "%n%s%n");
}

// train with one option more: refused before anything is written.
static void train_refused(program *p, const char *option, const char *value) {
    char what[256];
    uint64_t before = program_folder_hash(p->place.path);
    snprintf(what, sizeof what, "%s %s", option, value);
    program_run(p, "train", "--arch", "flatten, linear 3", "--data", "set", "--data-dir", ".", "-o",
                "run", "--threads", "1", option, value);
    program_ended_well(p, what, 0);
    program_refused(p, what, 2, "", "");
    if (program_folder_hash(p->place.path) != before) fail_msg("%s: files were left", what);
}

static void cases_262_to_265_numbers(void **state) {
    program *p = *state;
    static const char *const words[][2] = {
        {"--lr", "nan"},
        {"--lr", "inf"},
        {"--lr", "-1"},
        {"--lr", "1e400"},
        {"--lr", "0,1"},
        {"--lr", "0x1p3"},
        {"--lr", ""},
        {"--batch", "0"},
        {"--batch", "-1"},
        {"--batch", "9223372036854775808"},
        {"--epochs", "0"},
        {"--epochs", "9223372036854775808"},
        {"--seed", "-1"},
        {"--seed", "18446744073709551616"},
        {"--threads", "0"},
        {"--threads", "4294967297"},
        {"--momentum", "nan"},
        {"--val-fraction", "1"},
        {"--std", "0"},
        {"--mean", "0,0,0,0,0"},
        {"--classes", "a,a"},
        {"--classes", "nope"},
        {"--class-weights", "1"},
        {"--class-weights", "1,nan,2"},
        {"--augment", "shift=-1"},
        {"--limit", "0"},
        {"--log-every", "0"},
        {"--optimizer", "sgdd"},
    };
    files(p);
    for (int german = 0; german < 2; german++) {
        setenv("LC_ALL", german ? "de_DE.UTF-8" : "C", 1);
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            train_refused(p, words[i][0], words[i][1]);
    }
    unsetenv("LC_ALL");
    // A batch larger than the set is one batch of the whole set.
    program_run(p, "train", "--arch", "flatten, linear 3", "--data", "set", "--data-dir", ".", "-o",
                "run", "--batch", "1000", "--epochs", "1", "-q");
    if (p->code) fail_msg("263: %s", p->message);
}

static void case_266_environment(void **state) {
    program *p = *state;
    static const struct {
        const char *name, *value;
        int code;
    } cases[] = {{"FOVEA_CPU", "bogus", 2},
                 {"FOVEA_CPU", "", 0},
                 {"COLUMNS", "-5", 0},
                 {"COLUMNS", "999999999999", 0},
                 {"LANG", "%n", 0},
                 {"TERM", "\x1b[2J", 0},
                 {"FOVEA_DATA", ":::%n:/dev/null:", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv(cases[i].name, cases[i].value, 1);
        program_run(p, "summary", "lenet5");
        program_ended_well(p, cases[i].name, 0);
        if (p->code != cases[i].code) fail_msg("%s: %s", cases[i].name, p->message);
        if (cases[i].code) program_refused(p, cases[i].name, 2, cases[i].name, cases[i].value);
        unsetenv(cases[i].name);
    }
}

static void cases_92_and_267_names_that_are_no_files(void **state) {
    program *p = *state;
    char path[1024];
    files(p);
    snprintf(path, sizeof path, "%s", scratch_name(&p->place, "fifo.png"));
    assert_int_equal(mkfifo(path, 0666), 0);
    assert_int_equal(symlink("nowhere", scratch_name(&p->place, "dangling.png")), 0);
    assert_int_equal(symlink("loop.png", scratch_name(&p->place, "loop.png")), 0);
    program_file(p, "locked.png", picture, 20);
    chmod(scratch_name(&p->place, "locked.png"), 0);
    static const char *const names[] = {
        "fifo.png", "dangling.png",      "loop.png", "set",        "/dev/zero", "/dev/null",
        "none.png", "/proc/self/status", "",         "locked.png", "x.pgm/y"};
    uint64_t before = program_folder_hash(p->place.path);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const bool root = geteuid() == 0 && strcmp(names[i], "locked.png") == 0;  // may read all
        for (int command = 0; command < 4; command++) {
            static const char *const lists[][7] = {
                {"predict", "tutorial-cifar", NULL, "--resize"},
                {"show", NULL},
                {"predict", "lenet5", "x.pgm", "--resize", "--weights", NULL},
                {"train", "--resume", NULL},
            };
            static const int place[] = {2, 1, 5, 2};
            const char *words[7] = {0};
            memcpy(words, lists[command], sizeof words);
            words[place[command]] = names[i];
            program_list(p, words);
            program_ended_well(p, names[i], 0);
            program_refused(p, names[i], 3, root ? "" : names[i], "");
        }
    }
    if (program_folder_hash(p->place.path) != before) fail_msg("files were left");
}

static void case_268_the_output_is_the_input(void **state) {
    program *p = *state;
    files(p);
    size_t size;
    uint8_t *png = program_load("tests/golden/pictures/grey.jpg", &size);
    program_file(p, "in.png", png, size);
    free(png);
    assert_int_equal(link(scratch_name(&p->place, "in.png"),
                          strcat(strcpy((char[1024]){0}, p->place.path), "/hard.png")),
                     0);
    assert_int_equal(symlink("in.png", scratch_name(&p->place, "soft.png")), 0);
    static const char *const outputs[] = {"in.png", "./in.png", "hard.png", "soft.png"};
    uint64_t before = program_folder_hash(p->place.path);
    for (size_t i = 0; i < 4; i++) {
        program_run(p, "show", "in.png", "-o", outputs[i]);
        program_refused(p, outputs[i], 2, outputs[i], "goes in");
    }
    program_run(p, "train", "--arch", "flatten, linear 3", "--data", "set", "--data-dir", ".", "-o",
                "set");
    program_refused(p, "268 a run in the data's folder", 2, "set", "not empty");
    program_run(p, "train", "--arch", "flatten, linear 3", "--data", "set", "--data-dir", ".", "-o",
                "x.pgm", "--force");
    program_refused(p, "268 a run over a file", 2, "x.pgm", "no folder");
    if (program_folder_hash(p->place.path) != before) fail_msg("files were changed");
}

// Any of the three standard files may be closed or full: a file that is opened never takes its place.
static void case_269_standard_files(void **state) {
    program *p = *state;
    files(p);
    for (int set = 1; set < 8; set++) {
        for (int number = 0; number < 3; number++) p->closed[number] = set >> number & 1;
        program_run(p, "train", "--arch", "flatten, linear 3", "--data", "set", "--data-dir", ".",
                    "-o", "run", "--force", "--epochs", "1", "-q");
        program_ended_well(p, "269 closed standard files", 0);
        assert_int_equal(p->code, 0);
        program_run(p, "show", "none.png");
        assert_int_equal(p->code, 3);
        memset(p->closed, 0, sizeof p->closed);
        program_run(p, "predict", "run", "x.pgm");
        if (p->code) fail_msg("269: the run was written over: %s", p->message);
    }
    p->out = "/dev/full";
    static const char *const lists[][4] = {{"summary", "lenet5"},
                                           {"summary", "lenet5", "--json"},
                                           {"predict", "run", "x.pgm"},
                                           {"describe"},
                                           {"--help"}};
    for (size_t i = 0; i < 5; i++) {
        program_list(p, lists[i]);
        program_ended_well(p, lists[i][0], 0);
        program_refused(p, lists[i][0], 1, "standard output", "No space left");
    }
}

static void cases_271_and_272_names(void **state) {
    program *p = *state;
    files(p);
    static const char *const names[] = {"%n%s%n%d.pgm",
                                        "$(touch owned).pgm",
                                        "`touch owned`.pgm",
                                        "a;touch owned;.pgm",
                                        "\x1b[2Jred.pgm",
                                        "new\nline.pgm",
                                        "-o.pgm",
                                        "'\"\\.pgm"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        program_file(p, names[i], picture, sizeof picture - 1);
        program_run(p, "predict", "tutorial-cifar", "--resize", "--", names[i]);
        program_ended_well(p, names[i], 0);
        assert_int_equal(p->code, 0);
        program_file(p, names[i], picture, 20);
        program_run(p, "predict", "tutorial-cifar", "--resize", "--", names[i]);
        program_ended_well(p, names[i], 0);
        program_refused(p, names[i], 3, "", "");
        assert_null(strchr(p->message, 0x1b));  // names cannot steer the terminal
    }
    assert_int_not_equal(access(scratch_name(&p->place, "owned"), F_OK), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(cases_243_to_259_architecture_text),
        program_test(case_259_more_than_the_machine_has),
        program_test(cases_244_and_246_files_that_are_no_nets),
        program_test(cases_247_and_260_long_texts),
        program_test(cases_248_255_258_and_271_good_texts),
        program_test(cases_262_to_265_numbers),
        program_test(case_266_environment),
        program_test(cases_92_and_267_names_that_are_no_files),
        program_test(case_268_the_output_is_the_input),
        program_test(case_269_standard_files),
        program_test(cases_271_and_272_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
