// SPDX-License-Identifier: MIT
#include "formats/picture_file.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/jpeg.h"
#include "formats/png.h"
#include "formats/ppm.h"

static bool begins(const uint8_t *bytes, size_t size, const char *magic, size_t length) {
    return size >= length && memcmp(bytes, magic, length) == 0;
}

// Whether a text begins with `word` in any case, after blanks and a byte order mark.
static bool begins_text(const uint8_t *bytes, size_t size, const char *word) {
    if (begins(bytes, size, "\xef\xbb\xbf", 3)) bytes += 3, size -= 3;
    while (size > 0 && memchr(" \t\r\n", *bytes, 4)) bytes++, size--;
    size_t length = strlen(word);
    return size >= length && strncasecmp((const char *)bytes, word, length) == 0;
}

// What a file that is no picture of ours looks like: `magic` of `length` bytes at `offset`.
static const struct look {
    size_t offset, length;
    const char *magic, *name;
} looks[] = {
    {0, 4, "II*\0", "a TIFF picture"},   {0, 4, "MM\0*", "a TIFF picture"},
    {8, 4, "WEBP", "a WebP picture"},    {0, 2, "BM", "a BMP picture"},
    {0, 4, "GIF8", "a GIF picture"},     {4, 4, "ftyp", "an AVIF, HEIC or video file"},
    {0, 4, "\0\0\1\0", "an icon (ICO)"}, {0, 4, "8BPS", "a Photoshop picture"},
    {0, 4, "%PDF", "a PDF document"},    {0, 4, "PK\3\4", "a zip archive"},
    {0, 2, "\x1f\x8b", "a gzip file"},   {0, 6, "\x93NUMPY", "a NumPy array"},
};

static fovea_status refuse(const uint8_t *bytes, size_t size, const char *name,
                           fovea_error *error) {
    if (size == 0) return fovea__fail_at(error, FOVEA_BAD_FILE, name, 0, "the file is empty");
    if (begins_text(bytes, size, "version https://git-lfs"))
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 0,
                              "this is a git-lfs pointer, not the picture; run git lfs pull");
    if (begins_text(bytes, size, "<!doctype html") || begins_text(bytes, size, "<html") ||
        begins_text(bytes, size, "<head"))
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 0,
                              "this is an HTML page, not a picture; the download went wrong");
    if (begins_text(bytes, size, "<svg") || begins_text(bytes, size, "<?xml"))
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, name, 0,
                              "this looks like SVG or XML; convert it to PNG");
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        const struct look *look = &looks[i];
        if (size >= look->offset &&
            begins(bytes + look->offset, size - look->offset, look->magic, look->length))
            return fovea__fail_at(error, FOVEA_UNSUPPORTED, name, 0,
                                  "this looks like %s; png, jpeg, ppm and pgm can be read",
                                  look->name);
    }
    return fovea__fail_at(error, FOVEA_BAD_FILE, name, 0,
                          "not a picture: it begins like no PNG, JPEG, PPM or PGM file");
}

fovea_status fovea__picture_decode(fovea_context *context, const void *bytes, size_t size,
                                   const char *name, fovea__picture *picture, fovea_error *error) {
    memset(picture, 0, sizeof *picture);
    if (begins(bytes, size, "\x89PN", 3))
        return fovea__png_read(context, bytes, size, name, picture, error);
    if (begins(bytes, size, "\xff\xd8", 2))
        return fovea__jpeg_read(context, bytes, size, name, false, picture, error);
    if (fovea__ppm_is(bytes, size))
        return fovea__ppm_read(context, bytes, size, name, picture, error);
    return refuse(bytes, size, name, error);
}

fovea_status fovea__picture_read(fovea_context *context, const char *path, fovea__picture *picture,
                                 fovea_error *error) {
    memset(picture, 0, sizeof *picture);
    fovea__bytes file;
    FOVEA__TRY(fovea__file_read(context, path, FOVEA__PICTURE_MAX_FILE, &file, error));
    fovea_status status =
        fovea__picture_decode(context, file.data, file.size, path, picture, error);
    fovea__free(context, file.data);
    return status;
}
