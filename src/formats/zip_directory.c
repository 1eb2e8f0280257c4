// SPDX-License-Identifier: MIT
#include "formats/zip_directory.h"

#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/reader.h"
#include "base/text.h"
#include "formats/zip_ends.h"

enum {
    LOCAL_MARK = 0x04034b50,
    ENTRY_MARK = 0x02014b50,
    DESCRIPTOR_MARK = 0x08074b50,
    ZIP64_FIELD = 1,
    HAS_DESCRIPTOR = 0x8,
    KNOWN_FLAGS = 0x80e  // level hints, descriptor, UTF-8 name
};

// Fields that local header and directory entry share.
typedef struct header {
    uint16_t flags, method, name_size, extra_size;
    uint32_t crc;
    uint64_t packed, size, local;  // `local`: position of the local header, in the entry alone
    const uint8_t *name;
} header;

// Sizes and position that did not fit into their fields; each other field is passed over.
static fovea_status read_extra(fovea__reader extra, bool in_entry, header *h, fovea_error *error) {
    while (fovea__reader_left(&extra) > 0) {
        uint16_t kind, size;
        const uint8_t *data;
        FOVEA__TRY(fovea__take_u16_le(&extra, "extra field's kind", &kind, error));
        FOVEA__TRY(fovea__take_u16_le(&extra, "extra field's size", &size, error));
        FOVEA__TRY(fovea__take_bytes(&extra, "extra field", size, &data, error));
        if (kind != ZIP64_FIELD) continue;
        fovea__reader field = extra;
        field.at = data;
        field.end = data + size;
        uint64_t *wide[] = {&h->size, &h->packed, in_entry ? &h->local : NULL};
        for (int i = 0; i < 3; i++)
            if (wide[i] && *wide[i] == UINT32_MAX)
                FOVEA__TRY(fovea__take_u64_le(&field, "zip64 size", wide[i], error));
    }
    return FOVEA_OK;
}

// From the flags to the extra field's length.
static fovea_status take_common(fovea__reader *reader, header *h, fovea_error *error) {
    uint32_t packed, size;
    FOVEA__TRY(fovea__take_u16_le(reader, "flags", &h->flags, error));
    FOVEA__TRY(fovea__take_u16_le(reader, "method", &h->method, error));
    FOVEA__TRY(fovea__zip_skip(reader, 4, error));
    FOVEA__TRY(fovea__take_u32_le(reader, "CRC", &h->crc, error));
    FOVEA__TRY(fovea__take_u32_le(reader, "packed size", &packed, error));
    FOVEA__TRY(fovea__take_u32_le(reader, "size", &size, error));
    FOVEA__TRY(fovea__take_u16_le(reader, "name's length", &h->name_size, error));
    FOVEA__TRY(fovea__take_u16_le(reader, "extra fields' length", &h->extra_size, error));
    h->packed = packed;
    h->size = size;
    return FOVEA_OK;
}

static fovea_status take_name_and_extra(fovea__reader *reader, size_t between, bool in_entry,
                                        header *h, fovea_error *error) {
    const uint8_t *extra;
    FOVEA__TRY(fovea__zip_skip(reader, between, error));
    FOVEA__TRY(fovea__take_bytes(reader, "name", h->name_size, &h->name, error));
    FOVEA__TRY(fovea__take_bytes(reader, "extra fields", h->extra_size, &extra, error));
    fovea__reader fields = *reader;
    fields.at = extra;
    fields.end = extra + h->extra_size;
    return read_extra(fields, in_entry, h, error);
}

static fovea_status take_entry(fovea__reader *reader, header *h, fovea_error *error) {
    uint16_t comment, disk;
    uint32_t local;
    FOVEA__TRY(fovea__zip_take_mark(reader, ENTRY_MARK, "directory entry", error));
    FOVEA__TRY(fovea__zip_skip(reader, 4, error));
    FOVEA__TRY(take_common(reader, h, error));
    FOVEA__TRY(fovea__take_u16_le(reader, "comment's length", &comment, error));
    FOVEA__TRY(fovea__take_u16_le(reader, "disk", &disk, error));
    FOVEA__TRY(fovea__zip_skip(reader, 6, error));
    FOVEA__TRY(fovea__take_u32_le(reader, "local header's position", &local, error));
    h->local = local;
    if (comment != 0 || disk != 0)
        return fovea__reader_fail(reader, error, "a zip member with a comment or on another disk");
    return take_name_and_extra(reader, 0, true, h, error);
}

static fovea_status check_kind(const fovea__reader *reader, const header *h, fovea_error *error) {
    if (h->flags & ~KNOWN_FLAGS)
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, reader->name, fovea__reader_offset(reader),
                              "a zip member that is encrypted or has unknown flags (%04x)",
                              h->flags);
    if (h->method != 0 && h->method != 8)
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, reader->name, fovea__reader_offset(reader),
                              "a zip member packed with method %u; 0 (stored) and 8 (deflate) are "
                              "read",
                              h->method);
    if (h->method == 0 && h->packed != h->size)
        return fovea__reader_fail(reader, error, "a stored zip member of two sizes");
    return FOVEA_OK;
}

static bool good_name(const char *name, size_t length) {
    if (length < 1 || length > FOVEA__ZIP_MAX_NAME || name[0] == '/') return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < 32 || name[i] == 127 || name[i] == '\\') return false;
    for (size_t begin = 0, i = 0; i <= length; i++) {
        if (i < length && name[i] != '/') continue;
        if (i - begin == 2 && name[begin] == '.' && name[begin + 1] == '.') return false;
        begin = i + 1;
    }
    return fovea__is_utf8(name, length) != 0;
}

// Behind the data of members whose sizes were not known before: mark (or not), CRC, sizes.
static fovea_status skip_descriptor(const fovea__zip *zip, const header *h, size_t *end,
                                    fovea_error *error) {
    fovea__reader reader = fovea__zip_reader(zip, *end);
    uint32_t word;
    FOVEA__TRY(fovea__take_u32_le(&reader, "data descriptor", &word, error));
    if (word == DESCRIPTOR_MARK)
        FOVEA__TRY(fovea__take_u32_le(&reader, "descriptor's CRC", &word, error));
    if (word != h->crc)
        return fovea__zip_fail(zip, *end, error, "a data descriptor with another CRC");
    // The sizes have four bytes each, or eight; a mark of the next record tells which.
    uint32_t narrow[2];
    fovea__reader wide = reader;
    for (int i = 0; i < 2; i++)
        FOVEA__TRY(fovea__take_u32_le(&reader, "descriptor's size", &narrow[i], error));
    if (narrow[0] == h->packed && narrow[1] == h->size) {
        uint32_t mark = 0;
        fovea__reader next = reader;
        FOVEA__TRY(fovea__take_u32_le(&next, "zip header", &mark, error));
        if (mark == LOCAL_MARK || mark == ENTRY_MARK || mark == FOVEA__ZIP_END64_MARK) {
            *end = (size_t)fovea__reader_offset(&reader);
            return FOVEA_OK;
        }
    }
    uint64_t sizes[2];
    for (int i = 0; i < 2; i++)
        FOVEA__TRY(fovea__take_u64_le(&wide, "descriptor's size", &sizes[i], error));
    if (sizes[0] != h->packed || sizes[1] != h->size)
        return fovea__zip_fail(zip, *end, error,
                               "a data descriptor with other sizes than the directory");
    *end = (size_t)fovea__reader_offset(&wide);
    return FOVEA_OK;
}

// The local header at `at` must say what the entry says; `*end` is behind data and descriptor.
static fovea_status read_local(const fovea__zip *zip, const header *entry, size_t limit,
                               fovea__zip_member *member, size_t *end, fovea_error *error) {
    header local = {0};
    const uint8_t *data;
    fovea__reader reader = fovea__zip_reader(zip, member->header);
    reader.end = reader.begin + limit;
    FOVEA__TRY(fovea__zip_take_mark(&reader, LOCAL_MARK, "local header", error));
    FOVEA__TRY(fovea__zip_skip(&reader, 2, error));
    FOVEA__TRY(take_common(&reader, &local, error));
    FOVEA__TRY(take_name_and_extra(&reader, 0, false, &local, error));
    bool later = (local.flags & HAS_DESCRIPTOR) != 0;
    bool same = local.flags == entry->flags && local.method == entry->method &&
                local.name_size == entry->name_size &&
                memcmp(local.name, entry->name, entry->name_size) == 0 &&
                (local.crc == entry->crc || (later && local.crc == 0)) &&
                (local.packed == entry->packed || (later && local.packed == 0)) &&
                (local.size == entry->size || (later && local.size == 0));
    if (!same)
        return fovea__zip_fail(zip, member->header, error,
                               "the local header of a zip member differs from the directory");
    member->offset = (size_t)fovea__reader_offset(&reader);
    FOVEA__TRY(fovea__take_bytes(&reader, "data", (size_t)entry->packed, &data, error));
    *end = (size_t)fovea__reader_offset(&reader);
    return later ? skip_descriptor(zip, entry, end, error) : FOVEA_OK;
}

// Members follow each other in the directory's order from the first byte to the directory.
static fovea_status read_member(fovea__zip *zip, fovea__reader *directory, size_t limit,
                                size_t *reached, fovea_error *error) {
    header entry = {0};
    fovea__zip_member *member = &zip->member[zip->count];
    FOVEA__TRY(take_entry(directory, &entry, error));
    FOVEA__TRY(check_kind(directory, &entry, error));
    if (!good_name((const char *)entry.name, entry.name_size))
        return fovea__reader_fail(directory, error,
                                  "a zip member whose name is empty, too long, no UTF-8, absolute "
                                  "or has control characters, a backslash or \"..\"");
    if (entry.local != *reached)
        return fovea__zip_fail(zip, *reached, error,
                               entry.local < *reached
                                   ? "zip members overlap or are out of order"
                                   : "bytes between zip members that belong to none");
    *member = (fovea__zip_member){.size = entry.size,
                                  .packed = entry.packed,
                                  .header = *reached,
                                  .crc = entry.crc,
                                  .deflated = entry.method == 8};
    FOVEA__TRY(read_local(zip, &entry, limit, member, reached, error));
    member->name =
        fovea__copy_text_n(zip->context, (const char *)entry.name, entry.name_size, error);
    if (!member->name) return FOVEA_OUT_OF_MEMORY;
    zip->count++;
    return FOVEA_OK;
}

fovea_status fovea__zip_directory(fovea__zip *zip, fovea_error *error) {
    fovea__zip_ends e;
    size_t reached = 0;
    FOVEA__TRY(fovea__zip_read_ends(zip, &e, error));
    zip->member = fovea__new(zip->context, (size_t)e.count, sizeof *zip->member, error);
    if (!zip->member) return FOVEA_OUT_OF_MEMORY;
    fovea__reader directory = fovea__zip_reader(zip, (size_t)e.begin);
    directory.end = directory.begin + e.end;
    for (uint64_t i = 0; i < e.count; i++)
        FOVEA__TRY(read_member(zip, &directory, (size_t)e.begin, &reached, error));
    if (fovea__reader_left(&directory) > 0)
        return fovea__reader_fail(&directory, error, "bytes behind the last directory entry");
    if (reached != e.begin)
        return fovea__zip_fail(zip, reached, error,
                               "bytes before the zip directory that belong to no member");
    return FOVEA_OK;
}
