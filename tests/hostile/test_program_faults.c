// SPDX-License-Identifier: MIT
// What memory, disks and signals can do to the program: failing allocations, full disks, system
// calls that fail, and being killed at any of them.
#include "hostile/training_run.h"

enum { SAMPLES = 24 };

static long allocations(program *p) {
    char text[32] = "";
    FILE *file = fopen(scratch_name(&p->output, "count"), "rb");
    if (!file) return -1;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    return size ? atol(text) : -1;
}

// Runs the words with their k-th allocation failing, for k over the whole of the run: each ends as
// success or by itself with a message.
static void every_allocation(program *p, const char *folder, const char *const *words) {
    char number[24];
    setenv("FAIL_COUNT", scratch_name(&p->output, "count"), 1);
    program_list(p, words);
    if (p->code) fail_msg("%s: %s", words[0], p->message);
    const long count = allocations(p);
    assert_true(count > 20);
    int failures = 0, runs = 0;
    for (int on = 0; on < 2; on++) {
        // The first ones in order, then ever further apart.
        for (long k = 1; k <= count; k += k < 8 ? 1 : 1 + count / SAMPLES, runs++) {
            char what[96];
            snprintf(what, sizeof what, "%s: allocation %ld of %ld%s", words[0], k, count,
                     on ? " and all after it" : "");
            snprintf(number, sizeof number, "%ld", k);
            setenv("FAIL_AT", number, 1);
            if (on) setenv("FAIL_ON", "1", 1);
            program_list(p, words);
            unsetenv("FAIL_AT");
            unsetenv("FAIL_ON");
            program_ended_well(p, what, 0);
            if (p->code != 0 && p->code != 1) fail_msg("%s: %d, %s", what, p->code, p->message);
            if (p->code == 1 && !strstr(p->message, "memory") &&
                !strstr(p->message, "cannot start thread"))
                fail_msg("%s: says '%s'", what, p->message);
            if (run_leftovers(p, folder)) fail_msg("%s: left a temporary file", what);
            failures += p->code == 1;
        }
    }
    print_message("    %s: %ld allocations, %d runs, %d failed\n", words[0], count, runs, failures);
    assert_true(failures > 8);
    unsetenv("FAIL_COUNT");
}

static void allocations_that_fail(void **state) {
    program *p = *state;
    char library[1024];
    if (PROGRAM_SANITIZED) {
        print_message("a sanitizer has its own allocator\n");
        skip();
    }
    run_data(p);
    run_train(p, "run", "2");
    assert_int_equal(p->code, 0);
    snprintf(library, sizeof library, "%s/tests/fail_malloc.so", getenv("FOVEA_BUILD"));
    p->preload = library;
    static const char *const lists[][16] = {
        {"summary", "tutorial-mnist", "--threads", "1"},
        {"predict", "run", "x.pgm", "--threads", "1"},
        {"predict", "run", "x.pgm", "--threads", "2", "--json"},
        {"eval", "run", "--data", "set:train", "--data-dir", ".", "--threads", "1"},
        // Not PNG or PDF: cairo does not survive every failure of malloc (docs/hostile-input.md).
        {"show", "x.pgm", "-o", "out/x.svg", "--threads", "1"},
        {"train", "--arch", "conv 2 3, relu, flatten, linear 3", "--data", "set", "--data-dir", ".",
         "--epochs", "1", "-o", "run", "--force", "--threads", "1", "-q"},
    };
    mkdir(scratch_name(&p->place, "out"), 0777);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        every_allocation(p, i == 4 ? "out" : "run", lists[i]);
}

// Files that may grow to `limit` bytes only: what is written stays whole or absent.
static void files_that_cannot_grow(void **state) {
    program *p = *state;
    run_data(p);
    run_train(p, "reference", "3");
    run_train(p, "copy", "2");
    mkdir(scratch_name(&p->place, "out"), 0777);
    static const rlim_t limits[] = {1, 100, 1000, 2000, 3000, 4096, 10000};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        char what[64];
        snprintf(what, sizeof what, "files of at most %d bytes", (int)limits[i]);
        run_copy_folder(p, "copy", "run");
        p->largest_file = limits[i];
        run_resume(p, "run", "3");
        program_ended_well(p, what, 0);
        if (p->signal) fail_msg("%s: signal %d", what, p->signal);
        if (p->code != 1) fail_msg("%s: exit code %d, %s", what, p->code, p->message);
        p->largest_file = 0;
        assert_int_equal(run_leftovers(p, "run"), 0);
        run_is_whole(p, what, "run", "3", "reference");
        p->largest_file = limits[i];
        program_run(p, "show", "x.pgm", "-o", "out/x.png");
        p->largest_file = 0;
        program_ended_well(p, what, 0);
        if (p->code == 1)
            assert_int_not_equal(access(scratch_name(&p->place, "out/x.png"), F_OK), 0);
        assert_int_equal(run_leftovers(p, "out"), 0);
        remove(scratch_name(&p->place, "out/x.png"));
    }
}

static bool works(const char *command) {
    return system(command) == 0;
}

static void a_disk_that_is_full(void **state) {
    program *p = *state;
    if (!works("unshare -rm true 2>/dev/null")) {
        print_message("no mounts of one's own here\n");
        skip();
    }
    run_data(p);
    run_train(p, "run", "1");
    mkdir(scratch_name(&p->place, "disk"), 0777);
    // Sizes in pages: from nothing to nearly all of a run.
    for (int pages = 1; pages < 8; pages++) {
        char command[256];
        snprintf(command, sizeof command,
                 "mount -t tmpfs -o size=%dk tmpfs disk && \"$0\" \"$@\"; code=$?; "
                 "ls -A disk/run disk 2>/dev/null | grep -F .tmp && exit 99; exit $code",
                 pages * 4);
        memcpy(p->prefix, (const char *[]){"unshare", "-rm", "sh", "-c", command},
               5 * sizeof *p->prefix);
        run_train(p, "disk/run", "2");
        memset(p->prefix, 0, sizeof p->prefix);
        program_ended_well(p, command, 0);
        if (p->code != 1 || !strstr(p->message, "No space left"))
            fail_msg("%d pages: exit code %d, %s%s", pages, p->code, p->message, p->text);
    }
}

// strace puts a fault into the k-th call of one kind. False where the program got past all of them.
static bool inject(program *p, const char *call, const char *fault, int k) {
    char option[128];
    struct stat status;
    char log[1024];
    snprintf(option, sizeof option, "inject=%s:%s:when=%d", call, fault, k);
    snprintf(log, sizeof log, "%s", scratch_name(&p->output, "strace"));
    memcpy(p->prefix, (const char *[]){"strace", "-f", "-qq", "-o", log, "-e", option},
           7 * sizeof *p->prefix);
    run_resume(p, "run", "3");
    memset(p->prefix, 0, sizeof p->prefix);
    assert_int_equal(stat(log, &status), 0);
    size_t size;
    char *text = (char *)program_load(log, &size);
    const bool injected = strstr(text, "(INJECTED)") || strstr(text, "killed by SIGKILL");
    free(text);
    return injected;
}

static bool can_trace(void) {
    if (!PROGRAM_SANITIZED && works("strace -qq -o /dev/null true 2>/dev/null")) return true;
    print_message("no strace here, or a sanitizer that forbids tracing\n");
    return false;
}

static void system_calls_that_fail(void **state) {
    program *p = *state;
    static const struct {
        const char *call, *fault;
        bool harmless;  // the program goes on as if nothing had been
    } faults[] = {{"write", "error=ENOSPC", false},  {"write", "error=EIO", false},
                  {"write", "error=EINTR", true},    {"fsync", "error=EIO", false},
                  {"rename", "error=ENOSPC", false}, {"openat", "error=EMFILE", false}};
    if (!can_trace()) skip();
    run_data(p);
    run_train(p, "reference", "3");
    run_train(p, "copy", "2");
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        int tried = 0;
        for (int k = 1; k < 100; k += k < 6 ? 1 : 5, tried++) {
            char what[96];
            snprintf(what, sizeof what, "%s number %d with %s", faults[i].call, k, faults[i].fault);
            run_copy_folder(p, "copy", "run");
            if (!inject(p, faults[i].call, faults[i].fault, k)) break;
            program_ended_well(p, what, 0);
            // A file that cannot be opened is an unreadable one.
            const bool unreadable = p->code == 3 && strcmp(faults[i].call, "openat") == 0;
            if (p->code != 0 && p->code != 1 && !unreadable)
                fail_msg("%s: %d %s", what, p->code, p->message);
            if (p->code != 0 && faults[i].harmless) fail_msg("%s: %s", what, p->message);
            if (p->code == 1 && program_lines(p->message) != 1)
                fail_msg("%s: %s", what, p->message);
            if (run_leftovers(p, "run")) fail_msg("%s: left a temporary file", what);
            run_is_whole(p, what, "run", "3", "reference");
        }
        print_message("    %s, %s: %d times\n", faults[i].call, faults[i].fault, tried);
        assert_true(tried > 2);
    }
}

static void killed_at_any_system_call_of_saving(void **state) {
    program *p = *state;
    static const char *const calls[] = {"openat", "write", "fsync", "rename", "close"};
    if (!can_trace()) skip();
    run_data(p);
    run_train(p, "reference", "3");
    run_train(p, "copy", "2");
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        int killed = 0;
        for (int k = 1; k < 200; k += killed < 6 ? 1 : 3) {
            char what[64];
            snprintf(what, sizeof what, "killed at %s number %d", calls[i], k);
            run_copy_folder(p, "copy", "run");
            if (!inject(p, calls[i], "signal=KILL", k)) break;
            killed++;
            run_is_whole(p, what, "run", "3", "reference");
        }
        print_message("    %s: killed %d times\n", calls[i], killed);
        assert_true(killed > 2);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(allocations_that_fail),
        program_test(files_that_cannot_grow),
        program_test(a_disk_that_is_full),
        program_test(system_calls_that_fail),
        program_test(killed_at_any_system_call_of_saving),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
