// SPDX-License-Identifier: MIT
#include "formats/zip_write.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"

enum {
    LOCAL_HEADER = 30,
    DIRECTORY_ENTRY = 46,
    DIRECTORY_END = 22,
    VERSION = 20,           // ZIP 2.0
    MADE_ON_UNIX = 3,       // upper byte of "version made by"
    UTF8_NAME = 0x800,      // general purpose flag
    DATE_1980 = 0x21,       // year 0, month 1, day 1
    UNIX_MODE = 0600 << 16  // external attributes
};

typedef struct member {
    char *name;
    uint32_t crc, size, offset;
    unsigned padding;  // bytes of the local extra field
} member;

struct fovea__zip_writer {
    fovea_context *context;
    fovea__file_writer *file;
    const char *kind;
    size_t alignment;
    member *members;
    size_t *by_name;  // indices of members, sorted by name: finds a name used before
    size_t count, capacity, order_capacity;
    uint64_t written, directory_size;
};

static uint8_t *put_u16(uint8_t *at, unsigned value) {
    at[0] = (uint8_t)(value & 0xff);
    at[1] = (uint8_t)(value >> 8 & 0xff);
    return at + 2;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value) {
    return put_u16(put_u16(at, value & 0xffff), value >> 16);
}

fovea_status fovea__zip_writer_open(fovea_context *context, const char *path, const char *kind,
                                    size_t alignment, fovea__zip_writer **writer,
                                    fovea_error *error) {
    *writer = NULL;
    fovea__zip_writer *made = fovea__new(context, 1, sizeof *made, error);
    if (made == NULL) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    made->kind = kind;
    made->alignment = alignment;
    const fovea_status status = fovea__file_writer_open(context, path, &made->file, error);
    if (status != FOVEA_OK) {
        fovea__free(context, made);
        return status;
    }
    *writer = made;
    return FOVEA_OK;
}

static void free_memory(fovea__zip_writer *zip) {
    for (size_t i = 0; i < zip->count; i++) fovea__free(zip->context, zip->members[i].name);
    fovea__free(zip->context, zip->members);
    fovea__free(zip->context, zip->by_name);
    fovea__free(zip->context, zip);
}

void fovea__zip_writer_discard(fovea__zip_writer *zip) {
    if (zip == NULL) return;
    fovea__file_writer_discard(zip->file);
    free_memory(zip);
}

static fovea_status write_bytes(fovea__zip_writer *zip, const void *bytes, size_t size,
                                fovea_error *error) {
    if (size == 0) return FOVEA_OK;
    zip->written += size;
    return fovea__file_write(zip->file, bytes, size, error);
}

// Where `name` belongs in `by_name`; `*found` when it is there already.
static size_t find_place(const fovea__zip_writer *zip, const char *name, bool *found) {
    size_t low = 0, high = zip->count;
    *found = false;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(name, zip->members[zip->by_name[middle]].name);
        if (order == 0) *found = true;
        if (order <= 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static fovea_status make_room(fovea__zip_writer *zip, fovea_error *error) {
    if (zip->count == zip->capacity) {
        member *members = fovea__grow(zip->context, zip->members, zip->count, &zip->capacity,
                                      zip->count + 1, sizeof *members, error);
        if (members == NULL) return FOVEA_OUT_OF_MEMORY;
        zip->members = members;
    }
    if (zip->count == zip->order_capacity) {
        size_t *order = fovea__grow(zip->context, zip->by_name, zip->count, &zip->order_capacity,
                                    zip->count + 1, sizeof *order, error);
        if (order == NULL) return FOVEA_OUT_OF_MEMORY;
        zip->by_name = order;
    }
    return FOVEA_OK;
}

// Adds a member with this name at the end of what was written so far.
static fovea_status add_member(fovea__zip_writer *zip, const char *name, fovea_error *error) {
    bool found;
    FOVEA__TRY(make_room(zip, error));
    const size_t place = find_place(zip, name, &found);
    if (found)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "two members of one %s file are called %s", zip->kind, name);
    char *kept = fovea__copy_text(zip->context, name, error);
    if (kept == NULL) return FOVEA_OUT_OF_MEMORY;
    memmove(zip->by_name + place + 1, zip->by_name + place,
            (zip->count - place) * sizeof *zip->by_name);
    zip->by_name[place] = zip->count;
    zip->directory_size += DIRECTORY_ENTRY + strlen(name);
    zip->members[zip->count++] = (member){.name = kept, .offset = (uint32_t)zip->written};
    return FOVEA_OK;
}

// What stands after the data has to fit too: the directory with this member, and its end.
static fovea_status check_room(const fovea__zip_writer *zip, const char *name, uint64_t size,
                               fovea_error *error) {
    const uint64_t name_size = strlen(name);
    const uint64_t end = zip->written + LOCAL_HEADER + name_size + 2 * zip->alignment +
                         zip->directory_size + DIRECTORY_ENTRY + name_size + DIRECTORY_END;
    if (size > UINT32_MAX || end + size > UINT32_MAX) {
        return fovea__fail(error, FOVEA_FAILED,
                           "with %s (%" PRIu64
                           " bytes) the %s file would pass 4 GiB, which is "
                           "not supported",
                           name, size, zip->kind);
    }
    if (zip->count == UINT16_MAX) {
        return fovea__fail(error, FOVEA_FAILED, "a %s file holds at most %d members", zip->kind,
                           UINT16_MAX);
    }
    return FOVEA_OK;
}

// Length of a local extra field that makes the data begin at a multiple of the alignment.
static unsigned padding_for(const fovea__zip_writer *zip, const char *name) {
    const uint64_t data = zip->written + LOCAL_HEADER + strlen(name);
    const unsigned step = (unsigned)zip->alignment;
    if (step < 2 || data % step == 0) return 0;
    unsigned padding = step - (unsigned)(data % step);
    return padding < 4 ? padding + step : padding;  // its own header takes four bytes
}

// The fields local header and directory entry share, from "version needed" to the extra field's
// length.
static uint8_t *put_common(uint8_t *at, const member *put, unsigned extra) {
    bool ascii = true;
    for (const char *c = put->name; *c != '\0'; c++) ascii = ascii && (unsigned char)*c < 0x80;
    at = put_u16(at, VERSION);
    at = put_u16(at, ascii ? 0 : UTF8_NAME);
    at = put_u16(at, 0);  // stored
    at = put_u16(at, 0);  // time
    at = put_u16(at, DATE_1980);
    at = put_u32(at, put->crc);
    at = put_u32(at, put->size);  // compressed
    at = put_u32(at, put->size);
    at = put_u16(at, (unsigned)strlen(put->name));
    return put_u16(at, extra);
}

static uint32_t crc_of(uint32_t crc, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        const uInt some = size > INT_MAX ? INT_MAX : (uInt)size;
        crc = (uint32_t)crc32(crc, bytes, some);
        bytes += some;
        size -= some;
    }
    return crc;
}

static fovea_status write_padding(fovea__zip_writer *zip, unsigned size, fovea_error *error) {
    uint8_t extra[2 * 4096];
    if (size == 0) return FOVEA_OK;
    memset(extra, 'Z', size);
    extra[0] = 'F';
    extra[1] = 'B';
    put_u16(extra + 2, size - 4);
    return write_bytes(zip, extra, size, error);
}

fovea_status fovea__zip_writer_add(fovea__zip_writer *zip, const char *name,
                                   const fovea__zip_part *parts, size_t count, fovea_error *error) {
    uint8_t local[LOCAL_HEADER];
    uint64_t size = 0;
    uint32_t crc = 0;
    for (size_t i = 0; i < count; i++) size += parts[i].size;
    FOVEA__TRY(check_room(zip, name, size, error));
    FOVEA__TRY(add_member(zip, name, error));
    for (size_t i = 0; i < count; i++) crc = crc_of(crc, parts[i].bytes, parts[i].size);
    member *added = &zip->members[zip->count - 1];
    added->size = (uint32_t)size;
    added->crc = crc;
    added->padding = padding_for(zip, name);
    put_common(put_u32(local, 0x04034b50), added, added->padding);
    FOVEA__TRY(write_bytes(zip, local, sizeof local, error));
    FOVEA__TRY(write_bytes(zip, name, strlen(name), error));
    FOVEA__TRY(write_padding(zip, added->padding, error));
    for (size_t i = 0; i < count; i++)
        FOVEA__TRY(write_bytes(zip, parts[i].bytes, parts[i].size, error));
    return FOVEA_OK;
}

static fovea_status write_directory_entry(fovea__zip_writer *zip, const member *put,
                                          fovea_error *error) {
    uint8_t entry[DIRECTORY_ENTRY];
    uint8_t *at = put_u32(entry, 0x02014b50);
    at = put_u16(at, MADE_ON_UNIX << 8 | VERSION);
    at = put_common(at, put, 0);
    at = put_u16(at, 0);  // comment length
    at = put_u16(at, 0);  // disk
    at = put_u16(at, 0);  // internal attributes
    at = put_u32(at, UNIX_MODE);
    put_u32(at, put->offset);
    FOVEA__TRY(write_bytes(zip, entry, sizeof entry, error));
    return write_bytes(zip, put->name, strlen(put->name), error);
}

static fovea_status write_directory(fovea__zip_writer *zip, fovea_error *error) {
    const uint64_t begin = zip->written;
    for (size_t i = 0; i < zip->count; i++) {
        FOVEA__TRY(write_directory_entry(zip, &zip->members[i], error));
    }
    uint8_t end[DIRECTORY_END];
    uint8_t *at = put_u32(end, 0x06054b50);
    at = put_u16(at, 0);  // this disk
    at = put_u16(at, 0);  // the directory's disk
    at = put_u16(at, (unsigned)zip->count);
    at = put_u16(at, (unsigned)zip->count);
    at = put_u32(at, (uint32_t)(zip->written - begin));
    at = put_u32(at, (uint32_t)begin);
    put_u16(at, 0);  // comment length
    return write_bytes(zip, end, sizeof end, error);
}

fovea_status fovea__zip_writer_commit(fovea__zip_writer *zip, fovea_error *error) {
    fovea_status status = write_directory(zip, error);
    if (status == FOVEA_OK) {
        status = fovea__file_writer_commit(zip->file, error);
    } else {
        fovea__file_writer_discard(zip->file);
    }
    free_memory(zip);
    return status;
}
