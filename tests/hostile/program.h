// SPDX-License-Identifier: MIT
// Runs the real program in a scratch folder and judges how it ended: exit code, messages, memory,
// time and what it left behind.
#ifndef FOVEA_TESTS_PROGRAM_H
#define FOVEA_TESTS_PROGRAM_H

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/scratch.h"
#include "unit/unit.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PROGRAM_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PROGRAM_SANITIZED 1
#endif
#ifndef PROGRAM_SANITIZED
#define PROGRAM_SANITIZED 0
#endif

enum {
    PROGRAM_WORDS = 40,
    PROGRAM_TEXT = 1 << 16,
    PROGRAM_HANGS = PROGRAM_SANITIZED ? 300 : 60,  // seconds until it is stopped
    PROGRAM_SECONDS = PROGRAM_SANITIZED ? 60 : 2,  // of processor time
    PROGRAM_MEMORY = 64 << 20,                     // beside twice the file
};

typedef struct program {
    scratch place, output;  // the folder it runs in; where its standard output and error go
    // Set before a run where wanted:
    const char *input, *out, *preload;  // files for standard input and output, library to preload
    bool closed[3];                     // standard files that are not open at all
    rlim_t largest_file;                // RLIMIT_FSIZE; 0: none
    const char *prefix[8];              // words in front, as strace and its options
    // Set by a run:
    int code, signal;  // exit code, or the signal that ended it
    double seconds;    // of processor time
    int64_t memory;    // peak, bytes
    char text[PROGRAM_TEXT], message[PROGRAM_TEXT];
} program;

static inline int program_begin(void **state) {
    program *p = calloc(1, sizeof *p);
    *state = p;
    setenv("XDG_DATA_HOME", "/nowhere/data", 1);
    setenv("XDG_CACHE_HOME", "/nowhere/cache", 1);
    unsetenv("FOVEA_DATA");
    return p && scratch_open(&p->place) && scratch_open(&p->output) ? 0 : -1;
}

static inline int program_end(void **state) {
    program *p = *state;
    scratch_close(&p->place);
    scratch_close(&p->output);
    free(p);
    return 0;
}

#define program_test(function) cmocka_unit_test_setup_teardown(function, program_begin, program_end)

// Writes a file of the program's folder, making the folders in its name.
static inline void program_file(program *p, const char *name, const void *bytes, size_t size) {
    char path[1024];
    snprintf(path, sizeof path, "%s", scratch_name(&p->place, name));
    for (char *slash = path + strlen(p->place.path) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    if (size > 0) assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void program_text_file(program *p, const char *name, const char *text) {
    program_file(p, name, text, strlen(text));
}

// Bytes of a file of the source tree (tests run in its root) or of an absolute name; free() them.
static inline uint8_t *program_load(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("cannot open %s", path);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    bytes[*size] = 0;
    return bytes;
}

static inline void program_take(program *p, const char *name, char text[PROGRAM_TEXT]) {
    FILE *file = fopen(scratch_name(&p->output, name), "rb");
    size_t size = file ? fread(text, 1, PROGRAM_TEXT - 1, file) : 0;
    text[size] = '\0';
    if (file) fclose(file);
}

static inline void program_redirect(program *p, int number, const char *name, int flags) {
    if (p->closed[number]) {
        close(number);
        return;
    }
    int file = open(name, flags, 0666);
    if (file < 0 || dup2(file, number) < 0) _exit(126);
    close(file);
}

static inline void program_child(program *p, char **words) {
    char out[1024], message[1024];
    snprintf(out, sizeof out, "%s", p->out ? p->out : scratch_name(&p->output, "out"));
    snprintf(message, sizeof message, "%s", scratch_name(&p->output, "message"));
    if (chdir(p->place.path) != 0) _exit(126);
    if (p->preload) setenv("LD_PRELOAD", p->preload, 1);
    setenv("NO_COLOR", "1", 1);
    if (p->largest_file) {
        struct rlimit limit = {p->largest_file, p->largest_file};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    alarm(PROGRAM_HANGS);
    program_redirect(p, 2, message, O_WRONLY | O_CREAT | O_TRUNC);
    program_redirect(p, 1, out, O_WRONLY | O_CREAT | O_TRUNC);
    program_redirect(p, 0, p->input ? p->input : "/dev/null", O_RDONLY);
    execvp(words[0], words);
    _exit(127);
}

// Starts the program with these words (NULL at the end). Returns its process.
static inline pid_t program_start(program *p, const char *const *words) {
    char *list[PROGRAM_WORDS] = {0};
    int count = 0;
    for (int i = 0; i < 8 && p->prefix[i]; i++) list[count++] = (char *)(uintptr_t)p->prefix[i];
    list[count++] = getenv("FOVEA_PROGRAM");
    if (!list[count - 1]) fail_msg("FOVEA_PROGRAM is not set");
    while (*words && count + 1 < PROGRAM_WORDS) list[count++] = (char *)(uintptr_t)*words++;
    assert_null(*words);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) program_child(p, list);
    return child;
}

static inline void program_wait(program *p, pid_t child) {
    struct rusage used;
    int status;
    assert_int_equal(wait4(child, &status, 0, &used), child);
    p->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    p->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    p->seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
    p->memory = (int64_t)used.ru_maxrss * 1024;
    program_take(p, p->out ? "" : "out", p->text);
    program_take(p, "message", p->message);
}

static inline void program_list(program *p, const char *const *words) {
    program_wait(p, program_start(p, words));
}
#define program_run(p, ...) program_list(p, (const char *const[]){__VA_ARGS__, NULL})

// What lies in the folder: names and sizes, as one number.
static inline uint64_t program_folder_hash(const char *path) {
    uint64_t sum = 0;
    char name[4096];
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        int length = snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        assert_in_range(length, 1, sizeof name - 1);
        if (lstat(name, &status) != 0) continue;
        uint64_t hash = UINT64_C(14695981039346656037) + (uint64_t)status.st_size;
        for (const char *c = name; *c; c++) hash = (hash ^ (uint8_t)*c) * UINT64_C(1099511628211);
        sum += S_ISDIR(status.st_mode) ? program_folder_hash(name) : hash;
        sum += S_ISDIR(status.st_mode);
    }
    if (folder) closedir(folder);
    return sum;
}

static inline int program_lines(const char *text) {
    int lines = 0;
    for (; *text; text++) lines += *text == '\n';
    return lines;
}

// The program ended by itself, in time, within 64 MiB and `memory` more; `what` names the case.
static inline void program_ended_well(const program *p, const char *what, int64_t memory) {
    if (p->signal) fail_msg("%s: ended by signal %d: %s", what, p->signal, p->message);
    if (strstr(p->message, "ERROR: ") || strstr(p->message, "runtime error:"))
        fail_msg("%s: %s", what, p->message);
    if (p->seconds > PROGRAM_SECONDS) fail_msg("%s: %.1f s", what, p->seconds);
    if (!PROGRAM_SANITIZED && p->memory > PROGRAM_MEMORY + memory)
        fail_msg("%s: %lld MiB, allowed are %lld", what, (long long)(p->memory >> 20),
                 (long long)((PROGRAM_MEMORY + memory) >> 20));
}

// Refused as promised: that exit code, nothing on standard output, one line that holds `text` and
// `name`.
static inline void program_refused(const program *p, const char *what, int code, const char *name,
                                   const char *text) {
    if (p->code != code)
        fail_msg("%s: exit code %d, wanted %d: %s", what, p->code, code, p->message);
    if (p->text[0]) fail_msg("%s: wrote to standard output: %s", what, p->text);
    if (program_lines(p->message) != 1 || strncmp(p->message, "fovea: ", 7) != 0)
        fail_msg("%s: not one line of message: %s", what, p->message);
    if (!strstr(p->message, name) || !strstr(p->message, text))
        fail_msg("%s: '%s' and '%s' are not in: %s", what, name, text, p->message);
}

#endif
