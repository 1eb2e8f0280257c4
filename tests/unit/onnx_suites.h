// SPDX-License-Identifier: MIT
// Where ONNX's official cases are: Debian's libonnx-testdata, or the same files as an archive in
// FOVEA_DATA.
#ifndef FOVEA_TESTS_ONNX_SUITES_H
#define FOVEA_TESTS_ONNX_SUITES_H

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "unit/scratch.h"
#include "unit/unit.h"

#define INSTALLED "/usr/share/libonnx-testdata/data"
#define ARCHIVE "onnx-node-tests/onnx-1.12-backend-tests.tar.xz"

enum { ONNX_SUITES = 4 };
static const char *const onnx_suites[ONNX_SUITES] = {"node", "simple", "pytorch-converted",
                                                     "pytorch-operator"};

// Writes the archive's files into the folder.
static inline void onnx_unpack(const char *path, scratch *folder) {
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    archive_read_support_filter_all(archive);
    archive_read_support_format_tar(archive);
    assert_int_equal(archive_read_open_filename(archive, path, 1 << 16), ARCHIVE_OK);
    while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        char name[1200];
        snprintf(name, sizeof name, "%s/%s", folder->path, archive_entry_pathname(entry));
        archive_entry_set_pathname(entry, name);
        assert_int_equal(archive_read_extract(archive, entry, ARCHIVE_EXTRACT_SECURE_NODOTDOT),
                         ARCHIVE_OK);
    }
    archive_read_free(archive);
}

// The folder of the suites: installed, or unpacked into `folder`; NULL when there are none.
static inline const char *onnx_find_suites(scratch *folder) {
    const char *folders = getenv("FOVEA_DATA");
    if (fovea__folder_exists(INSTALLED "/node")) return INSTALLED;
    while (folders && *folders) {
        char path[1200];
        size_t length = strcspn(folders, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, folders, ARCHIVE);
        if (fovea__file_exists(path)) {
            assert_true(scratch_open(folder));
            onnx_unpack(path, folder);
            return folder->path;
        }
        folders += length + (folders[length] == ':');
    }
    return NULL;
}

#endif
