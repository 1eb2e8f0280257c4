// SPDX-License-Identifier: MIT
// The program: standard streams and signals set up, one command run, its failure told.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clean_text.h"
#include "command.h"
#include "stop_signal.h"

// A file that is opened later must never become standard output or error: closed ones are held
// open.
static void hold_standard_files(void) {
    int file;
    do file = open("/dev/null", O_RDWR);
    while (file >= 0 && file <= STDERR_FILENO);
    if (file > STDERR_FILENO) close(file);
}

static void print_error(const fovea_error *error) {
    char text[sizeof error->text];
    fprintf(stderr, "fovea: %s\n", cli_clean(text, sizeof text, error->text));
}

// What a command prints is mostly written at the end, where a failure still has its reason.
static void buffer_output(void) {
    static char buffer[1 << 16];
    if (!isatty(STDOUT_FILENO)) setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
}

// What was written but never arrived is a failure.
static int check_output(int code) {
    errno = 0;
    bool failed = fflush(stdout) != 0;
    int reason = errno;
    failed |= ferror(stdout) != 0;
    // A reader that had enough: silence, and the code of a program that dies of it.
    if (cli_stop_signal() == SIGPIPE && (code == 0 || code == 130)) return 128 + SIGPIPE;
    if (!failed) return code;
    if (reason != EPIPE)
        fprintf(stderr, "fovea: standard output: %s\n",
                reason ? strerror(reason) : "writing failed");
    return code ? code : 1;
}

// "fovea", "fovea help", "fovea --version": what is no command of the table. Each of them becomes
// one or prints the overview.
static fovea_status run_words(int count, char **words, fovea_error *error) {
    static char help[] = "--help", version[] = "version";
    if (count == 0 || strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0 ||
        (strcmp(words[0], "help") == 0 && count == 1)) {
        cli_print_overview();
        return count == 0 ? FOVEA_INVALID_ARGUMENT : FOVEA_OK;
    }
    if (strcmp(words[0], "help") == 0) {
        words[0] = words[1];
        words[1] = count > 2 ? words[2] : help;
        if (count > 2) words[2] = help;
    }
    if (strcmp(words[0], "--version") == 0 || strcmp(words[0], "-V") == 0) words[0] = version;
    if (words[0][0] != '-') return cli_run(words, count, error);
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "unknown option %.80s before a command; 'fovea --help' tells how to begin",
                    words[0]);
}

int main(int argc, char **argv) {
    hold_standard_files();
    buffer_output();
    cli_catch_closed_pipe();
    signal(SIGXFSZ, SIG_IGN);
    fovea_error error = {0};
    fovea_status status = run_words(argc > 0 ? argc - 1 : 0, argv + 1, &error);
    int code = check_output(fovea_status_exit_code(status));
    if (code == 130 && cli_stop_signal() == SIGTERM) code = 143;
    bool silent = code == 128 + SIGPIPE;
    if (status != FOVEA_OK && error.text[0] && !silent) print_error(&error);
    return code;
}
