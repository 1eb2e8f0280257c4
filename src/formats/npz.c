// SPDX-License-Identifier: MIT
#include "formats/npz.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/npy.h"

enum {
    NAME_LIMIT = 1000,
    LOCAL_HEADER = 30,
    DIRECTORY_ENTRY = 46,
    DIRECTORY_END = 22,
    VERSION = 20,           // ZIP 2.0
    MADE_ON_UNIX = 3,       // upper byte of "version made by"
    UTF8_NAME = 0x800,      // general purpose flag
    DATE_1980 = 0x21,       // year 0, month 1, day 1
    UNIX_MODE = 0600 << 16  // external attributes
};

typedef struct npz_member {
    char *name;  // with ".npy"
    uint32_t crc, size, offset;
} npz_member;

struct fovea_npz {
    fovea_context *context;
    fovea__file_writer *writer;
    npz_member *members;
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

fovea_status fovea__npz_open(fovea_context *context, const char *path, fovea__npz **npz,
                             fovea_error *error) {
    *npz = NULL;
    fovea__npz *made = fovea__new(context, 1, sizeof *made, error);
    if (made == NULL) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    const fovea_status status = fovea__file_writer_open(context, path, &made->writer, error);
    if (status != FOVEA_OK) {
        fovea__free(context, made);
        return status;
    }
    *npz = made;
    return FOVEA_OK;
}

static void free_memory(fovea__npz *npz) {
    for (size_t i = 0; i < npz->count; i++) fovea__free(npz->context, npz->members[i].name);
    fovea__free(npz->context, npz->members);
    fovea__free(npz->context, npz->by_name);
    fovea__free(npz->context, npz);
}

void fovea__npz_discard(fovea__npz *npz) {
    if (npz == NULL) return;
    fovea__file_writer_discard(npz->writer);
    free_memory(npz);
}

static fovea_status write_bytes(fovea__npz *npz, const void *bytes, size_t size,
                                fovea_error *error) {
    if (size == 0) return FOVEA_OK;
    npz->written += size;
    return fovea__file_write(npz->writer, bytes, size, error);
}

static fovea_status check_name(const char *name, fovea_error *error) {
    const size_t length = strlen(name);
    if (length == 0 || length > NAME_LIMIT || !fovea__is_utf8(name, length)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "an array in an .npz file needs a name of 1 to %d bytes of UTF-8",
                           NAME_LIMIT);
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)name[i] >= 0x20 && name[i] != 0x7f) continue;
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the name of an array contains the control character %02x",
                           (unsigned char)name[i]);
    }
    return FOVEA_OK;
}

// Where `name` belongs in `by_name`; `*found` when it is there already.
static size_t find_place(const fovea__npz *npz, const char *name, bool *found) {
    size_t low = 0, high = npz->count;
    *found = false;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(name, npz->members[npz->by_name[middle]].name);
        if (order == 0) *found = true;
        if (order <= 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static fovea_status make_room(fovea__npz *npz, fovea_error *error) {
    if (npz->count == npz->capacity) {
        npz_member *members = fovea__grow(npz->context, npz->members, npz->count, &npz->capacity,
                                          npz->count + 1, sizeof *members, error);
        if (members == NULL) return FOVEA_OUT_OF_MEMORY;
        npz->members = members;
    }
    if (npz->count == npz->order_capacity) {
        size_t *order = fovea__grow(npz->context, npz->by_name, npz->count, &npz->order_capacity,
                                    npz->count + 1, sizeof *order, error);
        if (order == NULL) return FOVEA_OUT_OF_MEMORY;
        npz->by_name = order;
    }
    return FOVEA_OK;
}

// Adds a member with this name at the end of what was written so far.
static fovea_status add_member(fovea__npz *npz, const char *name, fovea_error *error) {
    const size_t length = strlen(name);
    bool found;
    FOVEA__TRY(make_room(npz, error));
    char *file_name = fovea__new(npz->context, length + 5, 1, error);
    if (file_name == NULL) return FOVEA_OUT_OF_MEMORY;
    memcpy(file_name, name, length);
    memcpy(file_name + length, ".npy", 5);
    const size_t place = find_place(npz, file_name, &found);
    if (found) {
        fovea__free(npz->context, file_name);
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "two arrays in one .npz file have the name %s", name);
    }
    memmove(npz->by_name + place + 1, npz->by_name + place,
            (npz->count - place) * sizeof *npz->by_name);
    npz->by_name[place] = npz->count;
    npz->directory_size += DIRECTORY_ENTRY + length + 4;
    npz->members[npz->count++] = (npz_member){file_name, 0, 0, (uint32_t)npz->written};
    return FOVEA_OK;
}

// What stands after the array has to fit too: the directory with this member, and its end.
static fovea_status check_room(const fovea__npz *npz, const char *name, size_t header_size,
                               size_t data_size, fovea_error *error) {
    const uint64_t name_size = strlen(name) + 4;
    const uint64_t end = npz->written + LOCAL_HEADER + name_size + header_size +
                         npz->directory_size + DIRECTORY_ENTRY + name_size + DIRECTORY_END;
    if (data_size > UINT32_MAX || end + data_size > UINT32_MAX) {
        return fovea__fail(error, FOVEA_FAILED,
                           "with the array %s (%zu bytes) the .npz file would pass 4 GiB, which "
                           "is not supported",
                           name, data_size);
    }
    if (npz->count == UINT16_MAX) {
        return fovea__fail(error, FOVEA_FAILED, "an .npz file holds at most %d arrays", UINT16_MAX);
    }
    return FOVEA_OK;
}

// The fields local header and directory entry share, from "version needed" to the extra field's
// length.
static uint8_t *put_common(uint8_t *at, const npz_member *member) {
    bool ascii = true;
    for (const char *c = member->name; *c != '\0'; c++) ascii = ascii && (unsigned char)*c < 0x80;
    at = put_u16(at, VERSION);
    at = put_u16(at, ascii ? 0 : UTF8_NAME);
    at = put_u16(at, 0);  // stored
    at = put_u16(at, 0);  // time
    at = put_u16(at, DATE_1980);
    at = put_u32(at, member->crc);
    at = put_u32(at, member->size);  // compressed
    at = put_u32(at, member->size);
    at = put_u16(at, (unsigned)strlen(member->name));
    return put_u16(at, 0);
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

fovea_status fovea__npz_add(fovea__npz *npz, const char *name, const fovea_view *view,
                            fovea_error *error) {
    uint8_t npy_header[FOVEA__NPY_HEADER], local[LOCAL_HEADER];
    size_t header_size, data_size;
    FOVEA__TRY(check_name(name, error));
    FOVEA__TRY(fovea__npy_header(view->type, &view->shape, npy_header, &header_size, error));
    FOVEA__TRY(fovea__npy_data_size(view, &data_size, error));
    FOVEA__TRY(check_room(npz, name, header_size, data_size, error));
    FOVEA__TRY(add_member(npz, name, error));
    npz_member *member = &npz->members[npz->count - 1];
    member->size = (uint32_t)(header_size + data_size);
    member->crc = crc_of(crc_of(0, npy_header, header_size), view->data, data_size);
    put_common(put_u32(local, 0x04034b50), member);
    FOVEA__TRY(write_bytes(npz, local, sizeof local, error));
    FOVEA__TRY(write_bytes(npz, member->name, strlen(member->name), error));
    FOVEA__TRY(write_bytes(npz, npy_header, header_size, error));
    return write_bytes(npz, view->data, data_size, error);
}

static fovea_status write_directory_entry(fovea__npz *npz, const npz_member *member,
                                          fovea_error *error) {
    uint8_t entry[DIRECTORY_ENTRY];
    uint8_t *at = put_u32(entry, 0x02014b50);
    at = put_u16(at, MADE_ON_UNIX << 8 | VERSION);
    at = put_common(at, member);
    at = put_u16(at, 0);  // comment length
    at = put_u16(at, 0);  // disk
    at = put_u16(at, 0);  // internal attributes
    at = put_u32(at, UNIX_MODE);
    put_u32(at, member->offset);
    FOVEA__TRY(write_bytes(npz, entry, sizeof entry, error));
    return write_bytes(npz, member->name, strlen(member->name), error);
}

static fovea_status write_directory(fovea__npz *npz, fovea_error *error) {
    const uint64_t begin = npz->written;
    for (size_t i = 0; i < npz->count; i++) {
        FOVEA__TRY(write_directory_entry(npz, &npz->members[i], error));
    }
    uint8_t end[DIRECTORY_END];
    uint8_t *at = put_u32(end, 0x06054b50);
    at = put_u16(at, 0);  // this disk
    at = put_u16(at, 0);  // the directory's disk
    at = put_u16(at, (unsigned)npz->count);
    at = put_u16(at, (unsigned)npz->count);
    at = put_u32(at, (uint32_t)(npz->written - begin));
    at = put_u32(at, (uint32_t)begin);
    put_u16(at, 0);  // comment length
    return write_bytes(npz, end, sizeof end, error);
}

fovea_status fovea__npz_commit(fovea__npz *npz, fovea_error *error) {
    fovea_status status = write_directory(npz, error);
    if (status == FOVEA_OK) {
        status = fovea__file_writer_commit(npz->writer, error);
    } else {
        fovea__file_writer_discard(npz->writer);
    }
    free_memory(npz);
    return status;
}
