// SPDX-License-Identifier: MIT
// Where a zip archive's directory lies, and what reading its headers takes.
#ifndef FOVEA_FORMATS_ZIP_ENDS_H
#define FOVEA_FORMATS_ZIP_ENDS_H

#include "base/reader.h"
#include "formats/zip.h"

enum {
    FOVEA__ZIP_ENTRY_SIZE = 46,  // bytes of a directory entry at least
    FOVEA__ZIP_END64_MARK = 0x06064b50
};

typedef struct fovea__zip_ends {
    uint64_t count, begin, size;  // of the directory
    size_t end;                   // where the end records begin
} fovea__zip_ends;

// From the last bytes of the archive. Errors: BAD_FILE (no end record or a wrong one, several disks, two
// records that differ, a directory that does not reach from where it says to the end records).
fovea_status fovea__zip_read_ends(const fovea__zip *zip, fovea__zip_ends *e, fovea_error *error);

// BAD_FILE at a byte.
fovea_status fovea__zip_fail(const fovea__zip *zip, uint64_t at, fovea_error *error,
                             const char *what);
// Of the whole archive, from a byte on.
fovea__reader fovea__zip_reader(const fovea__zip *zip, size_t at);
// Steps over the four bytes that a header begins with. Errors: BAD_FILE naming `what`.
fovea_status fovea__zip_take_mark(fovea__reader *reader, uint32_t mark, const char *what,
                                  fovea_error *error);
fovea_status fovea__zip_skip(fovea__reader *reader, size_t size, fovea_error *error);

#endif
