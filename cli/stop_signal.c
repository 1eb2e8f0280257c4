// SPDX-License-Identifier: MIT
#include "stop_signal.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t caught, pipe_closed;

static void on_stop(int number) {
    if (caught) _exit(128 + number);
    caught = number;
}

static void on_closed_pipe(int number) {
    pipe_closed = number;
}

static void catch_one(int number) {
    struct sigaction old, action = {.sa_handler = on_stop};
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void cli_catch_stop(void) {
    catch_one(SIGINT);
    catch_one(SIGTERM);
}

void cli_catch_closed_pipe(void) {
    struct sigaction action = {.sa_handler = on_closed_pipe};
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGPIPE, &action, NULL);
}

// The signal may have come from another pipe, such as standard error's.
static int output_closed(void) {
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return pipe_closed && poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP));
}

int cli_stop_signal(void) {
    if (caught) return caught;
    return output_closed() ? SIGPIPE : 0;
}
