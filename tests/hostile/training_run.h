// SPDX-License-Identifier: MIT
// A small training run to damage, stop and go on with.
#ifndef FOVEA_TESTS_TRAINING_RUN_H
#define FOVEA_TESTS_TRAINING_RUN_H

#include "hostile/program.h"

static const char *const run_net = "conv 2 3, relu, flatten, linear 3";

// Nine pictures of three classes in set/, one of them as x.pgm.
static inline void run_data(program *p) {
    char name[64], picture[11 + 64];
    memcpy(picture, "P5 8 8 255 ", 11);
    for (int i = 0; i < 9; i++) {
        for (int k = 0; k < 64; k++) picture[11 + k] = (char)(k * (i % 3 + 1) * 5 + i);
        snprintf(name, sizeof name, "set/train/%c/%d.pgm", 'a' + i % 3, i);
        program_file(p, name, picture, sizeof picture);
    }
    program_file(p, "x.pgm", picture, sizeof picture);
}

// Trains from the beginning into FOLDER (--force: whatever is there).
static inline void run_train(program *p, const char *folder, const char *epochs) {
    program_run(p, "train", "--arch", run_net, "--data", "set", "--data-dir", ".", "--batch", "4",
                "--optimizer", "adam", "--epochs", epochs, "-o", folder, "--force", "--threads",
                "1", "-q");
}

static inline void run_resume(program *p, const char *folder, const char *epochs) {
    program_run(p, "train", "--resume", folder, "--epochs", epochs, "--data-dir", ".", "--threads",
                "1", "-q");
}

static inline void run_copy(program *p, const char *from, const char *to) {
    char a[1024];
    size_t size;
    snprintf(a, sizeof a, "%s", scratch_name(&p->place, from));
    uint8_t *bytes = program_load(a, &size);
    program_file(p, to, bytes, size);
    free(bytes);
}

// The five files of one run's folder under another name.
static inline void run_copy_folder(program *p, const char *from, const char *to) {
    static const char *const names[] = {"last.safetensors", "best.safetensors", "run.json",
                                        "history.csv", "report.html"};
    char a[128], b[128];
    for (int i = 0; i < 5; i++) {
        snprintf(a, sizeof a, "%s/%s", from, names[i]);
        snprintf(b, sizeof b, "%s/%s", to, names[i]);
        run_copy(p, a, b);
    }
}

static inline bool run_same(program *p, const char *a, const char *b) {
    char path[1024];
    size_t size[2];
    snprintf(path, sizeof path, "%s", scratch_name(&p->place, a));
    uint8_t *first = program_load(path, &size[0]);
    snprintf(path, sizeof path, "%s", scratch_name(&p->place, b));
    uint8_t *second = program_load(path, &size[1]);
    const bool same = size[0] == size[1] && memcmp(first, second, size[0]) == 0;
    free(first);
    free(second);
    return same;
}

// Files left from interrupted writing in a folder.
static inline int run_leftovers(program *p, const char *name) {
    int count = 0;
    DIR *folder = opendir(scratch_name(&p->place, name));
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        count += strstr(entry->d_name, ".tmp") != NULL;
    if (folder) closedir(folder);
    return count;
}

// The run can be used and gone on with, to the same weights as one of `epochs` that never stopped.
static inline void run_is_whole(program *p, const char *what, const char *folder,
                                const char *epochs, const char *reference) {
    char best[128], wanted[128];
    run_resume(p, folder, epochs);
    if (p->code) fail_msg("%s: cannot go on: %s", what, p->message);
    snprintf(best, sizeof best, "%s/best.safetensors", folder);
    snprintf(wanted, sizeof wanted, "%s/best.safetensors", reference);
    if (!run_same(p, best, wanted)) fail_msg("%s: other weights", what);
}

#endif
