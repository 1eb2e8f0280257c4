// SPDX-License-Identifier: MIT
// The files that a unit test of a parser makes (unit/hostile.h keeps them when asked), one by one, for
// the program.
#ifndef FOVEA_TESTS_KEPT_CASES_H
#define FOVEA_TESTS_KEPT_CASES_H

#include "hostile/program.h"

typedef struct kept {
    int number, code;  // of the case; the exit code the program must end with
    bool accepted;     // the parser takes it
    int64_t size;
    char title[64], text[256];  // text: what the message must contain
    char folder[1024];
} kept;

// Runs the unit test and keeps its cases.
static inline kept kept_begin(program *p, const char *test) {
    kept k = {.number = -1};
    char command[4096];
    const char *build = getenv("FOVEA_BUILD");
    assert_non_null(build);
    snprintf(k.folder, sizeof k.folder, "%s", scratch_name(&p->output, test));
    assert_int_equal(mkdir(k.folder, 0777), 0);
    snprintf(command, sizeof command, "FOVEA_KEEP_CASES='%s' '%s/tests/%s' >'%s/log' 2>&1",
             k.folder, build, test, k.folder);
    if (system(command) != 0) fail_msg("%s fails by itself", test);
    return k;
}

// Puts the next case into the program's folder as `name`; false after the last.
static inline bool kept_next(program *p, kept *k, const char *name) {
    static const struct {
        const char *verdict;
        int code;
    } verdicts[] = {{"accepted", 0}, {"refused", 3}, {"unsupported", 4}};
    char from[2048];
    k->number++;
    for (int i = 0; i < 3; i++) {
        struct stat status;
        snprintf(from, sizeof from, "%s/%03d.%s", k->folder, k->number, verdicts[i].verdict);
        if (stat(from, &status) != 0) continue;
        k->accepted = i == 0;
        k->code = verdicts[i].code;
        k->size = status.st_size;
        assert_int_equal(rename(from, scratch_name(&p->place, name)), 0);
        snprintf(from, sizeof from, "%s/%03d.text", k->folder, k->number);
        FILE *file = fopen(from, "rb");
        assert_non_null(file);
        k->text[fread(k->text, 1, sizeof k->text - 1, file)] = '\0';
        fclose(file);
        // Unit tests call every file "sample".
        if (strncmp(k->text, "sample: ", 8) == 0) memmove(k->text, k->text + 8, sizeof k->text - 8);
        snprintf(k->title, sizeof k->title, "case %03d (%.40s)", k->number, k->text);
        return true;
    }
    return false;
}

#endif
