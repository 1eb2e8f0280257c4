// SPDX-License-Identifier: MIT
// Cases 273 to 286 on the command line: checkpoints that are damaged, of another run or in use, and
// folders that cannot be written.
#include <sys/file.h>
#include <time.h>

#include "hostile/training_run.h"

// A run of two epochs in RUN, the same in COPY, one of three epochs in REFERENCE.
static void runs(program *p) {
    run_data(p);
    run_train(p, "reference", "3");
    if (p->code) fail_msg("%s", p->message);
    run_train(p, "copy", "2");
    run_copy_folder(p, "copy", "run");
}

// Resuming the run is refused, changes nothing, and the run from the copy goes on to the right end.
static void refused(program *p, const char *what, int code, const char *text) {
    uint64_t before = program_folder_hash(p->place.path);
    run_resume(p, "run", "3");
    program_ended_well(p, what, 0);
    program_refused(p, what, code, "run/", text);
    if (program_folder_hash(p->place.path) != before) fail_msg("%s: files were changed", what);
}

static void cases_273_and_274_damage_anywhere(void **state) {
    program *p = *state;
    size_t size;
    runs(p);
    uint8_t *bytes = program_load(scratch_name(&p->place, "run/last.safetensors"), &size);
    const size_t step = size / (PROGRAM_SANITIZED ? 6 : 50);
    for (size_t at = 0; at < size; at += at < 4 ? 1 : step) {
        program_file(p, "run/last.safetensors", bytes, at);
        refused(p, "273 truncated", 3, "the run cannot go on from it");
        bytes[at] ^= 0x04;
        program_file(p, "run/last.safetensors", bytes, size);
        refused(p, "274 a changed byte", 3, "the run cannot go on from it");
        bytes[at] ^= 0x04;
    }
    program_file(p, "run/last.safetensors", bytes, size);
    free(bytes);
    run_is_whole(p, "mended", "run", "3", "reference");
}

static void cases_275_to_280_other_checkpoints(void **state) {
    program *p = *state;
    runs(p);
    program_file(p, "run/last.safetensors", "\x80\x02}q\0.", 6);
    refused(p, "275 a pickle", 3, "the run cannot go on");
    program_text_file(p, "run/last.safetensors", "<html>404 not found</html>");
    refused(p, "275 a web page", 3, "HTML");
    run_copy(p, "run/best.safetensors", "run/last.safetensors");
    refused(p, "278 weights without the optimizer's state", 3, "no checkpoint");
    remove(scratch_name(&p->place, "run/last.safetensors"));
    refused(p, "283 no checkpoint at all", 3, "is not there");
    // A whole checkpoint of another net, and of the same net trained otherwise.
    program_run(p, "train", "--arch", "flatten, linear 3", "--data", "set", "--data-dir", ".", "-o",
                "other", "--epochs", "2", "-q");
    run_copy(p, "other/last.safetensors", "run/last.safetensors");
    refused(p, "277 another net", 2, "");
    program_run(p, "train", "--arch", run_net, "--data", "set", "--data-dir", ".", "--batch", "4",
                "-o", "another", "--epochs", "2", "--lr", "0.5", "-q");
    run_copy(p, "another/last.safetensors", "run/last.safetensors");
    refused(p, "277 another learning rate", 2, "another '");
    run_copy_folder(p, "copy", "run");
    run_resume(p, "run", "1");
    program_refused(p, "279 fewer epochs than are done", 2, "--epochs", "2 epochs");
    run_is_whole(p, "the copy", "run", "3", "reference");
}

static void damaged_records_of_a_run(void **state) {
    program *p = *state;
    runs(p);
    static const char *const records[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"schema\":1,\"argv\":[\"fovea\"],\"epochs\":[]}",
        "{\"schema\":1,\"argv\":[\"fovea\",\"train\",\"--bogus\"],\"epochs\":[]}",
        "{\"schema\":9,\"argv\":[\"fovea\",\"train\"],\"epochs\":[]}",
        "{\"schema\":1,\"argv\":[\"fovea\",7],\"epochs\":[]}"};
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        program_text_file(p, "run/run.json", records[i]);
        uint64_t before = program_folder_hash(p->place.path);
        run_resume(p, "run", "3");
        program_ended_well(p, records[i], 0);
        if (p->code != 3 && p->code != 2) fail_msg("%s: %d %s", records[i], p->code, p->message);
        if (program_folder_hash(p->place.path) != before) fail_msg("files were changed");
    }
    static char nested[200001];
    memset(nested, '[', 200000);
    program_text_file(p, "run/run.json", nested);
    run_resume(p, "run", "3");
    program_ended_well(p, "nested", 0);
    program_refused(p, "129 nested arrays", 3, "run.json", "");
}

static void case_281_leftover_files_are_ignored_and_told(void **state) {
    program *p = *state;
    runs(p);
    program_text_file(p, "run/last.safetensors.tmp.99999", "half of a checkp");
    program_run(p, "train", "--resume", "run", "--epochs", "3", "--data-dir", ".", "--threads",
                "1");
    assert_int_equal(p->code, 0);
    assert_non_null(strstr(p->message, "last.safetensors.tmp.99999"));
    assert_true(run_same(p, "run/best.safetensors", "reference/best.safetensors"));
}

// Only one checkpoint is kept, replaced in one step; what is damaged from outside is never taken for
// a beginning.
static void cases_282_and_283_nothing_begins_anew_by_itself(void **state) {
    program *p = *state;
    runs(p);
    program_text_file(p, "run/last.safetensors", "damaged");
    refused(p, "282", 3, "Put a copy of the checkpoint in its place");
    // The best weights are still there to predict with.
    program_run(p, "predict", "run", "x.pgm");
    assert_int_equal(p->code, 0);
    run_train(p, "run", "2");
    assert_int_equal(p->code, 0);
    run_is_whole(p, "begun anew with --force", "run", "3", "reference");
}

static void case_284_folders_that_cannot_be_written(void **state) {
    program *p = *state;
    runs(p);
    program_run(p, "train", "--arch", run_net, "--data", "set", "--data-dir", ".", "-o",
                "x.pgm/run", "-q");
    program_refused(p, "284 below a file", 1, "x.pgm", "");
    if (geteuid() == 0) {
        print_message("root may write everywhere: read-only folders are not tried\n");
        return;
    }
    assert_int_equal(chmod(scratch_name(&p->place, "run"), 0555), 0);
    run_resume(p, "run", "3");
    program_refused(p, "284 read-only", 1, "run", "");
    assert_int_equal(chmod(scratch_name(&p->place, "run"), 0755), 0);
    run_is_whole(p, "writable again", "run", "3", "reference");
}

static void pause_a_little(void) {
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

// A run that would go on for hours, in `folder`, and has saved its second epoch.
static pid_t long_run(program *p, const char *folder) {
    char history[128];
    struct stat status = {0};
    pid_t child =
        program_start(p, (const char *[]){"train", "--arch", run_net, "--data", "set", "--data-dir",
                                          ".", "--batch", "4", "--optimizer", "adam", "--epochs",
                                          "1000000", "-o", folder, "--threads", "1", "-q", NULL});
    snprintf(history, sizeof history, "%s/history.csv", folder);
    for (int i = 0; i < 6000 && status.st_size < 200; i++) {
        if (stat(scratch_name(&p->place, history), &status) != 0) status.st_size = 0;
        pause_a_little();
    }
    assert_true(status.st_size >= 200);
    return child;
}

static void case_284_a_folder_removed_while_training(void **state) {
    program *p = *state;
    run_data(p);
    pid_t child = long_run(p, "gone");
    scratch gone;
    snprintf(gone.path, sizeof gone.path, "%s/gone", p->place.path);
    while (access(gone.path, F_OK) == 0) scratch_close(&gone);
    program_wait(p, child);
    assert_int_equal(p->signal, 0);
    program_refused(p, "284 removed", 1, "gone", "No such file");
}

static void case_285_two_processes_in_one_folder(void **state) {
    program *p = *state;
    run_data(p);
    pid_t child = long_run(p, "run");
    program *other = calloc(1, sizeof *other);
    assert_non_null(other);
    other->place = p->place;
    assert_true(scratch_open(&other->output));
    run_resume(other, "run", "3");
    program_refused(other, "285 resumed twice", 2, "run", "another fovea");
    run_train(other, "run", "1");
    program_refused(other, "285 replaced", 2, "run", "another fovea");
    scratch_close(&other->output);
    free(other);
    kill(child, SIGTERM);
    program_wait(p, child);
    assert_int_equal(p->signal, 0);
    assert_int_equal(p->code, 143);
    assert_int_equal(run_leftovers(p, "run"), 0);
}

// The order of checkpoints is told by what they hold, never by a file's time.
static void case_286_clocks(void **state) {
    program *p = *state;
    runs(p);
    const struct timespec past[2] = {{.tv_sec = 1}, {.tv_sec = 1}},
                          future[2] = {{.tv_sec = 4000000000}, {.tv_sec = 4000000000}};
    utimensat(AT_FDCWD, scratch_name(&p->place, "run/last.safetensors"), past, 0);
    utimensat(AT_FDCWD, scratch_name(&p->place, "run/best.safetensors"), future, 0);
    run_is_whole(p, "286", "run", "3", "reference");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(cases_273_and_274_damage_anywhere),
        program_test(cases_275_to_280_other_checkpoints),
        program_test(damaged_records_of_a_run),
        program_test(case_281_leftover_files_are_ignored_and_told),
        program_test(cases_282_and_283_nothing_begins_anew_by_itself),
        program_test(case_284_folders_that_cannot_be_written),
        program_test(case_284_a_folder_removed_while_training),
        program_test(case_285_two_processes_in_one_folder),
        program_test(case_286_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
