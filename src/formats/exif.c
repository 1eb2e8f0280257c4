// SPDX-License-Identifier: MIT
#include "formats/exif.h"

#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3 };

typedef struct tiff {
    fovea__reader *reader;
    const uint8_t *begin;
    bool big_endian;
} tiff;

static fovea_status take_u16(tiff *t, const char *what, uint16_t *value, fovea_error *error) {
    const uint8_t *b;
    FOVEA__TRY(fovea__take_bytes(t->reader, what, 2, &b, error));
    const int high = t->big_endian ? b[0] : b[1], low = t->big_endian ? b[1] : b[0];
    *value = (uint16_t)(high * 256 + low);
    return FOVEA_OK;
}

static fovea_status take_u32(tiff *t, const char *what, uint32_t *value, fovea_error *error) {
    return t->big_endian ? fovea__take_u32_be(t->reader, what, value, error)
                         : fovea__take_u32_le(t->reader, what, value, error);
}

static fovea_status go_to_directory(tiff *t, uint32_t *offset, fovea_error *error) {
    const uint8_t *mark;
    uint16_t answer;
    FOVEA__TRY(fovea__take_bytes(t->reader, "EXIF byte order", 2, &mark, error));
    t->big_endian = mark[0] == 'M';
    if (mark[0] != mark[1] || (mark[0] != 'M' && mark[0] != 'I'))
        return fovea__reader_fail(t->reader, error, "EXIF block without a TIFF header");
    FOVEA__TRY(take_u16(t, "EXIF version", &answer, error));
    if (answer != 42) return fovea__reader_fail(t->reader, error, "EXIF version %u", answer);
    FOVEA__TRY(take_u32(t, "EXIF directory offset", offset, error));
    if (*offset > (size_t)(t->reader->end - t->begin))
        return fovea__reader_fail(t->reader, error, "EXIF directory at %u is past the block's end",
                                  *offset);
    t->reader->at = t->begin + *offset;
    return FOVEA_OK;
}

static fovea_status read_entry(tiff *t, int32_t *orientation, fovea_error *error) {
    uint16_t tag, type, value, padding;
    uint32_t count;
    FOVEA__TRY(take_u16(t, "EXIF tag", &tag, error));
    FOVEA__TRY(take_u16(t, "EXIF type", &type, error));
    FOVEA__TRY(take_u32(t, "EXIF count", &count, error));
    FOVEA__TRY(take_u16(t, "EXIF value", &value, error));
    FOVEA__TRY(take_u16(t, "EXIF value", &padding, error));
    if (tag != TAG_ORIENTATION) return FOVEA_OK;
    // Cameras that do not know write 0, and other programs ignore what means nothing: so do we.
    *orientation = type == TYPE_SHORT && count == 1 && value >= 1 && value <= 8 ? value : 1;
    return FOVEA_OK;
}

fovea_status fovea__exif_orientation(fovea__reader *reader, int32_t *orientation,
                                     fovea_error *error) {
    tiff t = {.reader = reader, .begin = reader->at};
    uint32_t directory, next;
    uint16_t entries;
    *orientation = 1;
    FOVEA__TRY(go_to_directory(&t, &directory, error));
    FOVEA__TRY(take_u16(&t, "EXIF entry count", &entries, error));
    for (int i = 0; i < entries; i++) FOVEA__TRY(read_entry(&t, orientation, error));
    if (fovea__reader_left(reader) < 4) return FOVEA_OK;  // some writers leave the link out
    FOVEA__TRY(take_u32(&t, "EXIF next directory", &next, error));
    if (next == directory)
        return fovea__reader_fail(reader, error, "EXIF directory that follows itself");
    return FOVEA_OK;
}

fovea_status fovea__picture_orient(fovea_context *context, int32_t orientation,
                                   fovea__picture *picture, fovea_error *error) {
    if (orientation == 1) return FOVEA_OK;
    if (orientation < 1 || orientation > 8)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "orientation %d, must be 1 to 8",
                           orientation);
    bool swap = orientation >= 5;
    bool mirror = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    bool flip = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    size_t across = (size_t)picture->width, down = (size_t)picture->height;
    size_t samples = (size_t)picture->channels;
    size_t width = swap ? down : across, height = swap ? across : down;
    uint8_t *upright = fovea__new(context, across * down, samples, error);
    if (!upright) return FOVEA_OUT_OF_MEMORY;
    uint8_t *dst = upright;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++, dst += samples) {
            size_t column = swap ? y : x, row = swap ? x : y;
            if (mirror) column = across - 1 - column;
            if (flip) row = down - 1 - row;
            memcpy(dst, picture->pixels + (row * across + column) * samples, samples);
        }
    }
    fovea__free(context, picture->pixels);
    picture->pixels = upright;
    picture->width = (int32_t)width;
    picture->height = (int32_t)height;
    return FOVEA_OK;
}
