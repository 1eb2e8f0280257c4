// SPDX-License-Identifier: MIT
#include "download/get.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/roots.h"
#include "download/transfer.h"
#include "download/unpack.h"
#include "download/verify.h"

void fovea_download_options_default(fovea_download_options *options) {
    *options = (fovea_download_options){
        .size = sizeof(*options), .connect_seconds = 15, .stall_seconds = 60};
}

// One call of fovea_dataset_get.
typedef struct data_fetching {
    fovea_context *context;
    const fovea__known_set *set;
    const fovea_download_options *options;
    const char *folder;
    fovea__text reasons;  // why each mirror failed
} data_fetching;

static fovea_status find_set(const char *name, const fovea__known_set **set, fovea_error *error) {
    *set = fovea__known_find(name);
    if (*set) return FOVEA_OK;
    const char *near = fovea__known_nearest(name);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "there is no data set \"%s\" to get%s%s%s; `fovea data list` shows them",
                       name, near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
}

static fovea_status make_folder_name(fovea_context *context, const fovea__known_set *set,
                                     const fovea_download_options *options, char **folder,
                                     fovea_error *error) {
    *folder = NULL;
    char *home = NULL;
    if (!options->directory) FOVEA__TRY(fovea__data_home(context, &home, error));
    *folder = fovea__path_join(context, options->directory ? options->directory : home,
                               set->home ? set->home : set->name, error);
    fovea__free(context, home);
    return *folder ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static int64_t limit_of(const fovea__known_file *known) {
    return known->size > 0 ? known->size : FOVEA__DOWNLOAD_MAX;
}

// Whether FOLDER/FILE is there and right.
static fovea_status check_present(data_fetching *fetching, const char *path,
                                  const fovea__known_file *known, int *right, fovea_error *error) {
    *right = 0;
    fovea__bytes bytes;
    if (!fovea__file_exists(path)) return FOVEA_OK;
    // Unreadable or too large: not right.
    fovea_status status =
        fovea__file_read(fetching->context, path, (uint64_t)FOVEA__DOWNLOAD_MAX, &bytes, error);
    if (status != FOVEA_OK) return status == FOVEA_OUT_OF_MEMORY ? status : FOVEA_OK;
    status = fovea__verify_bytes(fetching->context, &bytes, known, right, error);
    fovea__free(fetching->context, bytes.data);
    return status;
}

// One mirror. What an earlier run or another mirror left is gone on with; if the whole then is
// wrong, it is fetched once more from the start.
static fovea_status try_mirror(data_fetching *fetching, const char *url,
                               const fovea__known_file *known, fovea__part_file *part, int *right,
                               fovea_error *error) {
    fovea__transfer transfer = {
        .url = url, .file = known->name, .limit = limit_of(known), .options = fetching->options};
    char reason[256] = "";
    *right = 0;
    for (int attempt = 0; attempt < 2 && !*right; attempt++) {
        int resumed = fovea__part_size(part) > 0, arrived = 1;
        bool whole = known->size > 0 && fovea__part_size(part) == known->size;
        if (!whole) {
            FOVEA__TRY(fovea__transfer_run(fetching->context, &transfer, part, &arrived, reason,
                                           sizeof(reason), error));
        }
        if (!arrived) break;
        FOVEA__TRY(fovea__verify_part(fetching->context, part, known, right, error));
        if (*right) break;
        snprintf(reason, sizeof(reason), "sent a file with another hash than the published one");
        FOVEA__TRY(fovea__part_empty(part, error));
        if (!resumed) break;
    }
    if (!*right) fovea__text_format(&fetching->reasons, " %s %s.", url, reason);
    return FOVEA_OK;
}

static fovea_status try_mirrors(data_fetching *fetching, const fovea__known_file *known,
                                fovea__part_file *part, int *right, fovea_error *error) {
    const fovea_download_options *options = fetching->options;
    const char *const *mirror = options->mirror_count > 0 ? options->mirror : fetching->set->mirror;
    *right = 0;
    for (int32_t i = 0; !*right; i++) {
        if (options->mirror_count > 0 ? i >= options->mirror_count : !mirror[i]) break;
        char *url = fovea__path_join(fetching->context, mirror[i], known->name, error);
        if (!url) return FOVEA_OUT_OF_MEMORY;
        fovea__log(fetching->context, FOVEA_LOG_INFO, "getting %s", url);
        fovea_status status = try_mirror(fetching, url, known, part, right, error);
        fovea__free(fetching->context, url);
        FOVEA__TRY(status);
    }
    return FOVEA_OK;
}

static fovea_status fail_mirrors(data_fetching *fetching, const fovea__known_file *known,
                                 fovea_error *error) {
    char *reasons, package[96] = "";
    fovea__text_add(&fetching->reasons, "");
    FOVEA__TRY(fovea__text_take(&fetching->reasons, &reasons, NULL, error));
    if (fetching->set->package)
        fovea__format(package, sizeof(package), " or `apt install %s`", fetching->set->package);
    fovea__fail(error, FOVEA_DATA_MISSING,
                "%s could not be had:%s Try again later, or take it from a copy with `fovea data "
                "get %s --from FILE`%s.",
                known->name, reasons, fetching->set->name, package);
    fovea__free(fetching->context, reasons);
    return FOVEA_DATA_MISSING;
}

static fovea_status download(data_fetching *fetching, const char *path,
                             const fovea__known_file *known, fovea_error *error) {
    fovea__part_file *part;
    int right;
    FOVEA__TRY(fovea__part_open(fetching->context, path, &part, error));
    fetching->reasons = fovea__text_begin(fetching->context);
    fovea_status status = try_mirrors(fetching, known, part, &right, error);
    if (status == FOVEA_OK && right) {
        fovea__text_discard(&fetching->reasons);
        return fovea__part_commit(part, error);
    }
    fovea__part_close(part);
    if (status == FOVEA_OK) return fail_mirrors(fetching, known, error);
    fovea__text_discard(&fetching->reasons);
    return status;
}

// Copies `from` to `path` if it is the file wanted.
static fovea_status copy_if_right(data_fetching *fetching, const char *from, const char *path,
                                  const fovea__known_file *known, int *right, fovea_error *error) {
    fovea__bytes bytes;
    *right = 0;
    FOVEA__TRY(
        fovea__file_read(fetching->context, from, (uint64_t)FOVEA__DOWNLOAD_MAX, &bytes, error));
    fovea_status status = fovea__verify_bytes(fetching->context, &bytes, known, right, error);
    if (status == FOVEA_OK && *right)
        status = fovea__file_save(fetching->context, path, bytes.data, bytes.size, error);
    fovea__free(fetching->context, bytes.data);
    return status;
}

// From a folder: the file of this name must be there and right. From a file: it may be another one.
static fovea_status copy_local(data_fetching *fetching, const char *path,
                               const fovea__known_file *known, int *right, fovea_error *error) {
    const char *from = fetching->options->from;
    if (!fovea__folder_exists(from))
        return copy_if_right(fetching, from, path, known, right, error);
    char *file = fovea__path_join(fetching->context, from, known->name, error);
    if (!file) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = copy_if_right(fetching, file, path, known, right, error);
    if (status == FOVEA_OK && !*right) {
        status = fovea__fail_at(error, FOVEA_BAD_FILE, file, -1,
                                "is not the published file: its hash is another one");
    }
    fovea__free(fetching->context, file);
    return status;
}

static fovea_status get_file(data_fetching *fetching, const fovea__known_file *known, int *there,
                             int *copied, fovea_error *error) {
    char *path = fovea__path_join(fetching->context, fetching->folder, known->name, error);
    if (!path) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = check_present(fetching, path, known, there, error);
    if (status == FOVEA_OK && fetching->options->from) {
        int right = 0;
        if (!*there || !fovea__folder_exists(fetching->options->from))
            status = copy_local(fetching, path, known, &right, error);
        *copied |= right;
        *there |= right;
    } else if (status == FOVEA_OK && !*there) {
        status = download(fetching, path, known, error);
        *there = status == FOVEA_OK;
    }
    fovea__free(fetching->context, path);
    return status;
}

// With one file of several given, the others may be given later: which, the text says.
static fovea_status check_complete(const data_fetching *fetching, const char *missing, int copied,
                                   fovea_error *error) {
    const char *from = fetching->options->from;
    if (!from || fovea__folder_exists(from)) return FOVEA_OK;
    if (!copied) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, from, -1,
                              "is none of the published files of %s: its hash is another one",
                              fetching->set->name);
    }
    if (!missing) return FOVEA_OK;
    return fovea__fail(error, FOVEA_DATA_MISSING,
                       "%s was taken; %s and perhaps more is still missing in %s", from, missing,
                       fetching->folder);
}

static fovea_status get_files(data_fetching *fetching, fovea_error *error) {
    const fovea__known_set *set = fetching->set;
    const char *missing = NULL;
    int copied = 0, unpacked;
    FOVEA__TRY(
        fovea__unpacked_is_there(fetching->context, set, fetching->folder, &unpacked, error));
    if (unpacked) return FOVEA_OK;
    FOVEA__TRY(fovea__folder_make(fetching->folder, error));
    for (int32_t i = 0; i < set->file_count; i++) {
        int there;
        FOVEA__TRY(get_file(fetching, &set->file[i], &there, &copied, error));
        if (!there && !missing) missing = set->file[i].name;
    }
    FOVEA__TRY(check_complete(fetching, missing, copied, error));
    return fovea__unpack(fetching->context, set, fetching->folder, error);
}

static fovea_status check_options(const fovea_download_options *options, fovea_error *error) {
    if (options->size != sizeof(*options)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the options have %zu bytes, this library's have %zu: fill them with "
                           "fovea_download_options_default",
                           options->size, sizeof(*options));
    }
    if (options->connect_seconds < 1 || options->stall_seconds < 1) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "times to wait must be 1 second or more");
    }
    return FOVEA_OK;
}

fovea_status fovea__get_set(fovea_context *context, const fovea__known_set *set,
                            const fovea_download_options *options, fovea_error *error) {
    data_fetching fetching = {.context = context, .set = set, .options = options};
    char *folder;
    FOVEA__TRY(check_options(options, error));
    FOVEA__TRY(make_folder_name(context, set, options, &folder, error));
    fetching.folder = folder;
    fovea_status status = get_files(&fetching, error);
    fovea__free(context, folder);
    return status;
}

fovea_status fovea_dataset_get(fovea_context *context, const char *name,
                               const fovea_download_options *options, fovea_error *error) {
    const fovea__known_set *set;
    fovea_download_options defaults;
    fovea_download_options_default(&defaults);
    FOVEA__TRY(find_set(name, &set, error));
    return fovea__get_set(context, set, options ? options : &defaults, error);
}

fovea_status fovea_dataset_get_folder(fovea_context *context, const char *name,
                                      const fovea_download_options *options, char *path,
                                      size_t size, fovea_error *error) {
    const fovea__known_set *set;
    fovea_download_options defaults;
    fovea_download_options_default(&defaults);
    char *folder;
    FOVEA__TRY(find_set(name, &set, error));
    FOVEA__TRY(make_folder_name(context, set, options ? options : &defaults, &folder, error));
    size_t length = strlen(folder);
    fovea_status status = FOVEA_OK;
    if (length < size)
        memcpy(path, folder, length + 1);
    else
        status =
            fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the folder's name has %zu bytes", length);
    fovea__free(context, folder);
    return status;
}
