// SPDX-License-Identifier: MIT
// What an older run left in a folder, deleted by name: nothing else that may lie there is touched.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clean_text.h"
#include "run_folder.h"

static fovea_status remove_file(const char *path, fovea_error *error) {
    char shown[512];
    if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR) return FOVEA_OK;
    int code = errno;
    return cli_fail(error, FOVEA_IO, "%s: cannot be replaced: %s",
                    cli_clean(shown, sizeof shown, path), strerror(code));
}

fovea_status cli_run_remove_events(const char *path, fovea_error *error) {
    static const char prefix[] = "events.out.tfevents.";
    char name[PATH_MAX];
    DIR *folder = opendir(path);
    if (!folder) return FOVEA_OK;
    const struct dirent *entry;
    fovea_status status = FOVEA_OK;
    while (status == FOVEA_OK && (entry = readdir(folder))) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
        if (snprintf(name, sizeof name, "%s/%s", path, entry->d_name) < (int)sizeof name)
            status = remove_file(name, error);
    }
    closedir(folder);
    (void)rmdir(path);  // stays where something else lies in it
    return status;
}

// run.json goes first: without it nothing claims that the rest is a run.
static fovea_status remove_files(const char *folder, fovea_error *error) {
    static const char *const names[] = {CLI_RECORD,  CLI_LAST,   CLI_BEST,
                                        CLI_HISTORY, CLI_REPORT, CLI_FOLDS};
    char path[PATH_MAX + 64];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        CLI_TRY(remove_file(path, error));
    }
    snprintf(path, sizeof path, "%s/%s", folder, CLI_EVENTS);
    return cli_run_remove_events(path, error);
}

fovea_status cli_run_remove_old(const cli_run_folder *folder, fovea_error *error) {
    char path[PATH_MAX];
    CLI_TRY(remove_files(folder->path, error));
    for (int fold = 1; fold <= CLI_MOST_FOLDS; fold++) {
        snprintf(path, sizeof path, "%s/" CLI_FOLD, folder->path, fold);
        CLI_TRY(remove_files(path, error));
        (void)rmdir(path);
    }
    return FOVEA_OK;
}
