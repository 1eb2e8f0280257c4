// SPDX-License-Identifier: MIT
#include "download/unpack.h"

#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/format_text.h"
#include "base/memory.h"
#include "formats/zip_members.h"

#define MAX_MEMBER (UINT64_C(1) << 30)
enum { MEMBERS = 4 };

static bool is_zipped(const fovea__known_set *set) {
    const char *name = set->file[0].name;
    return set->file_count == 1 && strcmp(name + strlen(name) - 4, ".zip") == 0;
}

// The members' names: both parts' pictures and labels, each gzipped.
static void member_names(const fovea__known_set *set, char name[MEMBERS][80]) {
    static const char *const part[] = {"train", "test"};
    for (int p = 0; p < 2; p++) {
        char file[FOVEA__KNOWN_BATCHES][64];
        fovea__known_files(set, part[p], file);
        for (int k = 0; k < 2; k++) fovea__format(name[2 * p + k], 80, "%s.gz", file[k]);
    }
}

fovea_status fovea__unpacked_is_there(fovea_context *context, const fovea__known_set *set,
                                      const char *folder, int *there, fovea_error *error) {
    char name[MEMBERS][80];
    *there = is_zipped(set);
    if (!*there) return FOVEA_OK;
    member_names(set, name);
    for (int i = 0; i < MEMBERS && *there; i++) {
        char *path = fovea__path_join(context, folder, name[i], error);
        if (!path) return FOVEA_OUT_OF_MEMORY;
        *there = fovea__file_exists(path);
        fovea__free(context, path);
    }
    return FOVEA_OK;
}

static fovea_status write_member(fovea_context *context, const fovea__bytes *archive,
                                 const char *archive_name, const char *folder, const char *name,
                                 fovea_error *error) {
    fovea__bytes member;
    FOVEA__TRY(fovea__zip_member(context, archive->data, archive->size, archive_name, name,
                                 MAX_MEMBER, &member, error));
    if (!member.data) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, archive_name, -1,
                              "%s is missing in the archive", name);
    }
    char *path = fovea__path_join(context, folder, name, error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (path) status = fovea__file_save(context, path, member.data, member.size, error);
    fovea__free(context, path);
    fovea__free(context, member.data);
    return status;
}

fovea_status fovea__unpack(fovea_context *context, const fovea__known_set *set, const char *folder,
                           fovea_error *error) {
    if (!is_zipped(set)) return FOVEA_OK;
    char name[MEMBERS][80];
    fovea__bytes archive = {0};
    member_names(set, name);
    char *path = fovea__path_join(context, folder, set->file[0].name, error);
    if (!path) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea__file_read(context, path, MAX_MEMBER, &archive, error);
    for (int i = 0; i < MEMBERS && status == FOVEA_OK; i++)
        status = write_member(context, &archive, path, folder, name[i], error);
    fovea__free(context, archive.data);
    fovea__free(context, path);
    return status;
}
