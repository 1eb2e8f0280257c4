// SPDX-License-Identifier: MIT
#include "run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean_text.h"

static fovea_status fail_system(const char *path, const char *what, fovea_error *error) {
    char shown[512];
    int code = errno;
    return cli_fail(error, FOVEA_IO, "%s: %s: %s", cli_clean(shown, sizeof shown, path), what,
                    strerror(code));
}

static bool is_empty(const char *path) {
    DIR *folder = opendir(path);
    if (!folder) return false;
    const struct dirent *entry;
    bool empty = true;
    while (empty && (entry = readdir(folder)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(folder);
    return empty;
}

fovea_status cli_run_folder_check(const char *path, bool force, fovea_error *error) {
    struct stat status;
    char shown[512];
    cli_clean(shown, sizeof shown, path);
    if (path[0] == '\0' || strlen(path) >= sizeof(((cli_run_folder *)0)->path))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "-o: the name of a folder is empty or too long");
    if (stat(path, &status) != 0) return FOVEA_OK;
    if (!S_ISDIR(status.st_mode))
        return cli_fail(error, FOVEA_EXISTS, "%s exists and is no folder", shown);
    if (force || is_empty(path)) return FOVEA_OK;
    return cli_fail(
        error, FOVEA_EXISTS,
        "the folder %s exists and is not empty: --resume %s goes on with the run in it, "
        "--force replaces it",
        shown, shown);
}

static fovea_status hold(cli_run_folder *folder, fovea_error *error) {
    char shown[512];
    folder->lock = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->lock < 0) return fail_system(folder->path, "cannot be opened", error);
    if (flock(folder->lock, LOCK_EX | LOCK_NB) == 0) return FOVEA_OK;
    bool held = errno == EWOULDBLOCK;
    if (!held && errno != ENOTSUP && errno != EINVAL && errno != ENOLCK)
        fail_system(folder->path, "cannot be locked", error);
    else if (!held)
        return FOVEA_OK;  // a file system without locks: nobody can be asked
    else
        cli_fail(error, FOVEA_EXISTS, "%s: another fovea is training in this folder",
                 cli_clean(shown, sizeof shown, folder->path));
    cli_run_folder_release(folder);
    return held ? FOVEA_EXISTS : FOVEA_IO;
}

// The folders above `path` too.
static fovea_status make_folders(const char *path, fovea_error *error) {
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return fail_system(part, "the folder cannot be made", error);
        *slash = '/';
    }
    if (mkdir(part, 0777) != 0 && errno != EEXIST)
        return fail_system(part, "the folder cannot be made", error);
    return FOVEA_OK;
}

// Letters, digits, dots and dashes of a name, as long as a folder's name may sensibly be.
static void plain_name(const char *text, char *name, size_t size) {
    size_t used = 0;
    for (; *text && used + 1 < size; text++) {
        char c = *text;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c == '.' && used > 0) || c == '_';
        if (plain)
            name[used++] = c;
        else if (used > 0 && name[used - 1] != '-')
            name[used++] = '-';
    }
    while (used > 0 && name[used - 1] == '-') used--;
    name[used] = '\0';
}

static fovea_status make_numbered(const char *arch, const char *set, cli_run_folder *folder,
                                  fovea_error *error) {
    char net[48], data[48];
    const char *slash = strrchr(arch, '/');
    plain_name(slash && slash[1] ? slash + 1 : arch, net, sizeof net);
    plain_name(set, data, sizeof data);
    if (mkdir("runs", 0777) != 0 && errno != EEXIST)
        return fail_system("runs", "the folder cannot be made", error);
    for (int number = 1; number < 100000; number++) {
        snprintf(folder->path, sizeof folder->path, "runs/%s-%s-%d", net[0] ? net : "net",
                 data[0] ? data : "data", number);
        if (mkdir(folder->path, 0777) == 0) return FOVEA_OK;
        if (errno != EEXIST) break;
    }
    return fail_system(folder->path, "the folder cannot be made", error);
}

fovea_status cli_run_folder_create(const char *path, bool force, const char *arch, const char *set,
                                   cli_run_folder *folder, fovea_error *error) {
    folder->lock = -1;
    if (!path) {
        CLI_TRY(make_numbered(arch, set, folder, error));
        return hold(folder, error);
    }
    CLI_TRY(cli_run_folder_check(path, force, error));
    snprintf(folder->path, sizeof folder->path, "%s", path);
    size_t length = strlen(folder->path);
    while (length > 1 && folder->path[length - 1] == '/') folder->path[--length] = '\0';
    CLI_TRY(make_folders(folder->path, error));
    CLI_TRY(hold(folder, error));
    // Another process may have filled it between the look and the lock.
    fovea_status status = cli_run_folder_check(folder->path, force, error);
    if (status == FOVEA_OK && force) status = cli_run_remove_old(folder, error);
    if (status != FOVEA_OK) cli_run_folder_release(folder);
    return status;
}

static void tell_leftovers(const cli_call *cli, const char *path) {
    DIR *folder = opendir(path);
    const struct dirent *entry;
    char where[512], name[256];
    while (folder && (entry = readdir(folder)))
        if (strstr(entry->d_name, ".tmp."))
            cli_note(cli, "%s/%s is left from an interrupted write: it is not used, delete it",
                     cli_clean(where, sizeof where, path),
                     cli_clean(name, sizeof name, entry->d_name));
    if (folder) closedir(folder);
}

fovea_status cli_run_folder_open(const cli_call *cli, const char *path, cli_run_folder *folder,
                                 fovea_error *error) {
    struct stat status;
    char shown[512];
    folder->lock = -1;
    if (strlen(path) >= sizeof folder->path || stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return cli_fail(error, FOVEA_BAD_FILE, "%s: there is no such run folder",
                        cli_clean(shown, sizeof shown, path));
    snprintf(folder->path, sizeof folder->path, "%s", path);
    CLI_TRY(hold(folder, error));
    tell_leftovers(cli, folder->path);
    return FOVEA_OK;
}

void cli_run_folder_release(cli_run_folder *folder) {
    if (folder->lock >= 0) close(folder->lock);
    folder->lock = -1;
}

void cli_run_folder_discard(cli_run_folder *folder) {
    cli_run_remove_old(folder, NULL);
    rmdir(folder->path);
    cli_run_folder_release(folder);
}

const char *cli_run_file(const cli_run_folder *folder, const char *name, char path[PATH_MAX]) {
    snprintf(path, PATH_MAX, "%s/%s", folder->path, name);
    return path;
}

static bool write_all(int file, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t count = write(file, bytes, size);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes += count;
        size -= (size_t)count;
    }
    return fsync(file) == 0;
}

fovea_status cli_run_write(const cli_run_folder *folder, const char *name, const void *bytes,
                           size_t size, fovea_error *error) {
    char path[PATH_MAX], temporary[PATH_MAX];
    cli_run_file(folder, name, path);
    snprintf(temporary, sizeof temporary, "%s/%s.tmp.%ld", folder->path, name, (long)getpid());
    int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file < 0) return fail_system(path, "cannot be written", error);
    bool written = write_all(file, bytes, size);
    int code = errno;
    if (close(file) != 0 && written) {
        written = false;
        code = errno;
    }
    if (written && rename(temporary, path) == 0) {
        (void)fsync(folder->lock);  // some file systems cannot sync a folder
        return FOVEA_OK;
    }
    if (written) code = errno;
    unlink(temporary);
    errno = code;
    return fail_system(path, "writing failed", error);
}
