// SPDX-License-Identifier: MIT
// A run's folder: made or opened, held by one process at a time, its files written whole.
#ifndef FOVEA_CLI_RUN_FOLDER_H
#define FOVEA_CLI_RUN_FOLDER_H

#include <limits.h>

#include "command.h"

#define CLI_LAST "last.safetensors"
#define CLI_BEST "best.safetensors"
#define CLI_HISTORY "history.csv"
#define CLI_RECORD "run.json"
#define CLI_REPORT "report.html"
#define CLI_EVENTS "tensorboard"  // a folder
#define CLI_FOLDS "folds.csv"     // of a cross-validation
#define CLI_FOLD "fold-%d"        // folders of its runs, from 1

enum { CLI_MOST_FOLDS = 100 };

typedef struct cli_run_folder {
    char path[PATH_MAX - 64];
    int lock;  // the folder itself, open and locked; -1: not held
} cli_run_folder;

// Refuses a folder that exists and is not empty, unless `force`; makes nothing. For checks before
// long work.
fovea_status cli_run_folder_check(const char *path, bool force, fovea_error *error);
// Makes and holds the folder `path`, with those above it. `force`: files of an older run in it are
// deleted. `path` NULL: runs/ARCH-SET-N, N the first number that is free.
fovea_status cli_run_folder_create(const char *path, bool force, const char *arch, const char *set,
                                   cli_run_folder *folder, fovea_error *error);
// Holds a folder that exists and tells of files an interrupted write left.
fovea_status cli_run_folder_open(const cli_call *cli, const char *path, cli_run_folder *folder,
                                 fovea_error *error);
// Deletes the files of an older run, and of its folds. Part of _create.
fovea_status cli_run_remove_old(const cli_run_folder *folder, fovea_error *error);
// Deletes the event files in the folder `path`, and the folder when nothing else is in it. Fine
// where it is missing.
fovea_status cli_run_remove_events(const char *path, fovea_error *error);
void cli_run_folder_release(cli_run_folder *folder);
// Deletes a run that could not be begun, and its folder when nothing else is in it.
void cli_run_folder_discard(cli_run_folder *folder);

// FOLDER/NAME. Returns `path`.
const char *cli_run_file(const cli_run_folder *folder, const char *name, char path[PATH_MAX]);
// The file holds the old bytes or the new, never half.
fovea_status cli_run_write(const cli_run_folder *folder, const char *name, const void *bytes,
                           size_t size, fovea_error *error);

#endif
