// SPDX-License-Identifier: MIT
// Zip archives in memory, read strictly: libzip judges and inflates, and before it every header is
// compared here, so that there is one reading of the file only.
//
// Refused (BAD_FILE with the byte): anything but local headers, data, descriptors, directory and
// end record in this order, without gaps, overlaps, bytes in front or behind (so no comment); a
// directory that differs from the local headers; names that occur twice, are no UTF-8, have control
// characters, a backslash, a '/' in front or a ".." part; a CRC that is not the data's.
// UNSUPPORTED: encryption, methods other than stored and deflate.
#ifndef FOVEA_FORMATS_ZIP_H
#define FOVEA_FORMATS_ZIP_H

#include <stdbool.h>

#include "base/file.h"

enum {
    FOVEA__ZIP_MAX_MEMBERS = 65535,
    FOVEA__ZIP_MAX_NAME = 512,   // bytes
    FOVEA__ZIP_MAX_RATIO = 1100  // inflated bytes for one of the file
};

typedef struct fovea__zip_member {
    char *name;
    uint64_t size;    // bytes of content
    uint64_t packed;  // bytes in the file
    size_t header;    // position of the local header
    size_t offset;    // position of the packed bytes
    uint32_t crc;
    bool deflated;
} fovea__zip_member;

typedef struct fovea__zip {
    fovea_context *context;
    const uint8_t *bytes;  // the file, borrowed
    size_t size;
    const char *file;  // its name in messages, borrowed
    size_t count;
    fovea__zip_member *member;  // in the directory's order
    const fovea__zip_member **by_name;
    struct zip *archive;  // libzip's view of the same bytes
} fovea__zip;

// Reads the directory; `bytes` and `name` stay until fovea__zip_close. Memory: at most four times
// the directory. On failure `zip` is empty.
fovea_status fovea__zip_open(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, fovea__zip *zip, fovea_error *error);
void fovea__zip_close(fovea__zip *zip);

// The member of that name; NULL when there is none. Borrowed.
const fovea__zip_member *fovea__zip_find(const fovea__zip *zip, const char *name);

// The content of a member after its CRC was checked: a stored one lies in the file's bytes
// (`*owned` NULL), a deflated one in memory of its own (fovea__free(*owned)). `budget` is what
// inflating may take and is lessened by it. A CRC of 0 in a stored member means that none was
// computed (torch.serialization.set_crc32_options). Errors: BAD_FILE, OUT_OF_MEMORY.
fovea_status fovea__zip_take(const fovea__zip *zip, const fovea__zip_member *member,
                             uint64_t *budget, const uint8_t **content, uint8_t **owned,
                             fovea_error *error);

// What inflating a file of `size` bytes may take in all: 24 MiB and twice the file.
uint64_t fovea__zip_budget(size_t size);

#endif
