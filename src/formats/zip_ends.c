// SPDX-License-Identifier: MIT
#include "formats/zip_ends.h"

#include <stdbool.h>

#include "base/fail.h"

enum {
    END_MARK = 0x06054b50,
    LOCATOR_MARK = 0x07064b50,
    END_SIZE = 22,
    LOCATOR_SIZE = 20,
    END64_SIZE = 56
};

fovea_status fovea__zip_fail(const fovea__zip *zip, uint64_t at, fovea_error *error,
                             const char *what) {
    return fovea__fail_at(error, FOVEA_BAD_FILE, zip->file, (int64_t)at, "%s", what);
}

fovea__reader fovea__zip_reader(const fovea__zip *zip, size_t at) {
    fovea__reader reader = fovea__reader_over(zip->bytes, zip->size, zip->file);
    reader.at = reader.begin + (at < zip->size ? at : zip->size);
    return reader;
}

fovea_status fovea__zip_take_mark(fovea__reader *reader, uint32_t mark, const char *what,
                                  fovea_error *error) {
    uint32_t found;
    FOVEA__TRY(fovea__take_u32_le(reader, what, &found, error));
    if (found == mark) return FOVEA_OK;
    reader->at -= 4;
    return fovea__reader_fail(reader, error, "no %s of a zip archive here", what);
}

fovea_status fovea__zip_skip(fovea__reader *reader, size_t size, fovea_error *error) {
    const uint8_t *bytes;
    return fovea__take_bytes(reader, "zip header", size, &bytes, error);
}

// The end record for large archives, where a locator stands before the plain one.
static fovea_status read_end64(const fovea__zip *zip, size_t plain, bool *found, fovea__zip_ends *e,
                               fovea_error *error) {
    uint32_t mark = 0;
    uint64_t at, size, here;
    *found = false;
    if (plain < LOCATOR_SIZE + END64_SIZE) return FOVEA_OK;
    fovea__reader reader = fovea__zip_reader(zip, plain - LOCATOR_SIZE);
    FOVEA__TRY(fovea__take_u32_le(&reader, "zip64 locator", &mark, error));
    if (mark != LOCATOR_MARK) return FOVEA_OK;
    FOVEA__TRY(fovea__zip_skip(&reader, 4, error));
    FOVEA__TRY(fovea__take_u64_le(&reader, "zip64 end record's position", &at, error));
    if (at != plain - LOCATOR_SIZE - END64_SIZE)
        return fovea__zip_fail(zip, plain - LOCATOR_SIZE, error,
                               "the zip64 end record is not before its locator");
    reader = fovea__zip_reader(zip, (size_t)at);
    FOVEA__TRY(fovea__zip_take_mark(&reader, FOVEA__ZIP_END64_MARK, "zip64 end record", error));
    FOVEA__TRY(fovea__take_u64_le(&reader, "zip64 end record's size", &size, error));
    FOVEA__TRY(fovea__zip_skip(&reader, 12, error));
    FOVEA__TRY(fovea__take_u64_le(&reader, "members here", &here, error));
    FOVEA__TRY(fovea__take_u64_le(&reader, "members", &e->count, error));
    FOVEA__TRY(fovea__take_u64_le(&reader, "directory's size", &e->size, error));
    FOVEA__TRY(fovea__take_u64_le(&reader, "directory's position", &e->begin, error));
    if (size != END64_SIZE - 12 || here != e->count)
        return fovea__zip_fail(zip, at, error,
                               "the zip64 end record is of another size or of several disks");
    e->end = (size_t)at;
    *found = true;
    return FOVEA_OK;
}

fovea_status fovea__zip_read_ends(const fovea__zip *zip, fovea__zip_ends *e, fovea_error *error) {
    uint16_t disk, start, here, count, comment;
    uint32_t size, begin;
    bool large;
    if (zip->size < END_SIZE) return fovea__zip_fail(zip, 0, error, "too short for a zip archive");
    size_t plain = zip->size - END_SIZE;
    fovea__reader reader = fovea__zip_reader(zip, plain);
    uint32_t mark;
    FOVEA__TRY(fovea__take_u32_le(&reader, "zip end record", &mark, error));
    if (mark != END_MARK)
        return fovea__zip_fail(
            zip, plain, error,
            "the zip archive has no end record in its last 22 bytes: it is cut short, or "
            "something follows it");
    FOVEA__TRY(fovea__take_u16_le(&reader, "disk", &disk, error));
    FOVEA__TRY(fovea__take_u16_le(&reader, "directory's disk", &start, error));
    FOVEA__TRY(fovea__take_u16_le(&reader, "members here", &here, error));
    FOVEA__TRY(fovea__take_u16_le(&reader, "members", &count, error));
    FOVEA__TRY(fovea__take_u32_le(&reader, "directory's size", &size, error));
    FOVEA__TRY(fovea__take_u32_le(&reader, "directory's position", &begin, error));
    FOVEA__TRY(fovea__take_u16_le(&reader, "comment's length", &comment, error));
    if (comment != 0 || here != count || disk != start)
        return fovea__zip_fail(zip, plain, error, "the end record of the zip archive is wrong");
    *e = (fovea__zip_ends){count, begin, size, plain};
    FOVEA__TRY(read_end64(zip, plain, &large, e, error));
    bool same = (count == UINT16_MAX || count == e->count) &&
                (size == UINT32_MAX || size == e->size) &&
                (begin == UINT32_MAX || begin == e->begin);
    if (!same)
        return fovea__zip_fail(zip, plain, error, "the two end records of the zip archive differ");
    if (e->begin > e->end || e->size != e->end - e->begin)
        return fovea__zip_fail(
            zip, plain, error,
            "the zip directory does not reach from where the end record says to there");
    if (e->count > FOVEA__ZIP_MAX_MEMBERS || e->count * FOVEA__ZIP_ENTRY_SIZE > e->size)
        return fovea__zip_fail(zip, plain, error,
                               "the zip directory is too small for that many members");
    return FOVEA_OK;
}
