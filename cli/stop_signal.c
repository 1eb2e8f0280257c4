// SPDX-License-Identifier: MIT
#include "stop_signal.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void on_stop(int number) {
    if (caught) _exit(128 + number);
    caught = number;
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

int cli_stop_signal(void) {
    return caught;
}
