// SPDX-License-Identifier: MIT
#include "formats/png_chunks.h"

#include <string.h>
#include <zlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/reader.h"
#include "formats/picture.h"

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

// State of one walk.
typedef struct survey {
    fovea_context *context;
    fovea__reader reader;
    fovea__png_outline *outline;
    size_t chunks;
    uint64_t idat;      // bytes of pixel data
    uint64_t metadata;  // bytes of inflated texts and profiles so far
} survey;

static int samples_of(uint8_t colour) {
    switch (colour) {
        case 0:
            return 1;  // grey
        case 2:
            return 3;  // RGB
        case 3:
            return 1;  // palette
        case 4:
            return 2;  // grey, alpha
        case 6:
            return 4;  // RGB, alpha
        default:
            return 0;
    }
}

static int depth_allowed(uint8_t colour, uint8_t depth) {
    switch (depth) {
        case 1:
        case 2:
        case 4:
            return colour == 0 || colour == 3;
        case 8:
            return 1;
        case 16:
            return colour != 3;
        default:
            return 0;
    }
}

static fovea_status read_ihdr(survey *s, uint32_t length, fovea_error *error) {
    fovea__png_outline *o = s->outline;
    fovea__reader *reader = &s->reader;
    if (length != 13)
        return fovea__reader_fail(reader, error, "PNG header of %u bytes, must be 13", length);
    int64_t offset = fovea__reader_offset(reader);
    uint8_t compression, filter;
    FOVEA__TRY(fovea__take_u32_be(reader, "width", &o->width, error));
    FOVEA__TRY(fovea__take_u32_be(reader, "height", &o->height, error));
    FOVEA__TRY(fovea__picture_check(reader->name, offset, o->width, o->height, error));
    FOVEA__TRY(fovea__take_u8(reader, "bit depth", &o->depth, error));
    FOVEA__TRY(fovea__take_u8(reader, "colour type", &o->colour, error));
    if (samples_of(o->colour) == 0)
        return fovea__reader_fail(reader, error, "unknown PNG colour type %u", o->colour);
    if (!depth_allowed(o->colour, o->depth))
        return fovea__reader_fail(reader, error,
                                  "PNG bit depth %u is not allowed with colour type %u", o->depth,
                                  o->colour);
    FOVEA__TRY(fovea__take_u8(reader, "compression", &compression, error));
    FOVEA__TRY(fovea__take_u8(reader, "filter", &filter, error));
    FOVEA__TRY(fovea__take_u8(reader, "interlace", &o->interlace, error));
    if (compression != 0 || filter != 0 || o->interlace > 1)
        return fovea__reader_fail(reader, error,
                                  "unknown PNG compression %u, filter %u or interlacing %u",
                                  compression, filter, o->interlace);
    o->channels = o->colour == 0 || o->colour == 4 ? 1 : 3;
    return FOVEA_OK;
}

static void *zlib_allocate(void *user, uInt count, uInt size) {
    return fovea__new(user, count, size, NULL);
}

static void zlib_release(void *user, void *memory) {
    fovea__free(user, memory);
}

// Inflates into nowhere, counting; damage in a text is nobody's loss and ends the count quietly.
static fovea_status count_inflated(survey *s, const uint8_t *bytes, size_t size,
                                   fovea_error *error) {
    uint8_t scratch[16384];
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_release, .opaque = s->context};
    int state = inflateInit(&stream);
    if (state == Z_MEM_ERROR)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "%s: no memory for zlib", s->reader.name);
    if (state != Z_OK)
        return fovea__fail(error, FOVEA_FAILED, "%s: zlib does not start", s->reader.name);
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)size;
    while (state == Z_OK && s->metadata <= FOVEA__PNG_MAX_METADATA) {
        stream.next_out = scratch;
        stream.avail_out = sizeof scratch;
        state = inflate(&stream, Z_NO_FLUSH);
        s->metadata += sizeof scratch - stream.avail_out;
    }
    inflateEnd(&stream);
    if (state == Z_MEM_ERROR)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "%s: no memory for zlib", s->reader.name);
    if (s->metadata > FOVEA__PNG_MAX_METADATA)
        return fovea__reader_fail(&s->reader, error,
                                  "PNG texts and colour profiles inflate to more than %d bytes",
                                  FOVEA__PNG_MAX_METADATA);
    return FOVEA_OK;
}

// Steps over a text ended by a zero byte; at the end where there is none.
static size_t skip_text(const uint8_t *bytes, size_t size, size_t at) {
    const uint8_t *zero = at < size ? memchr(bytes + at, 0, size - at) : NULL;
    return zero ? (size_t)(zero - bytes) + 1 : size;
}

static fovea_status check_metadata(survey *s, const uint8_t *type, const uint8_t *bytes,
                                   size_t size, fovea_error *error) {
    size_t at;
    if (memcmp(type, "iCCP", 4) == 0 || memcmp(type, "zTXt", 4) == 0) {
        at = skip_text(bytes, size, 0) + 1;  // name, method
    } else if (memcmp(type, "iTXt", 4) == 0) {
        at = skip_text(bytes, size, 0);
        if (at >= size || bytes[at] == 0) return FOVEA_OK;  // not compressed
        at = skip_text(bytes, size, skip_text(bytes, size, at + 2));
    } else {
        return FOVEA_OK;
    }
    return at < size ? count_inflated(s, bytes + at, size - at, error) : FOVEA_OK;
}

// One chunk; `*end` is set at IEND.
static fovea_status read_chunk(survey *s, int *end, fovea_error *error) {
    fovea__reader *reader = &s->reader;
    uint32_t length, checksum;
    const uint8_t *type, *body;
    if (++s->chunks > FOVEA__PNG_MAX_CHUNKS)
        return fovea__reader_fail(reader, error, "more than %d PNG chunks", FOVEA__PNG_MAX_CHUNKS);
    if (fovea__reader_left(reader) == 0)
        return fovea__reader_fail(reader, error, "the PNG file ends before its IEND chunk");
    FOVEA__TRY(fovea__take_u32_be(reader, "PNG chunk length", &length, error));
    if (length > 0x7fffffffu)
        return fovea__reader_fail(reader, error, "PNG chunk length %u is over 2147483647", length);
    FOVEA__TRY(fovea__take_bytes(reader, "PNG chunk type", 4, &type, error));
    int is_header = memcmp(type, "IHDR", 4) == 0;
    if (is_header != (s->chunks == 1))
        return fovea__reader_fail(reader, error,
                                  is_header ? "second PNG header" : "no PNG header (IHDR)");
    if (is_header) {
        FOVEA__TRY(read_ihdr(s, length, error));
    } else {
        FOVEA__TRY(fovea__take_bytes(reader, "PNG chunk", length, &body, error));
        FOVEA__TRY(check_metadata(s, type, body, length, error));
    }
    FOVEA__TRY(fovea__take_u32_be(reader, "PNG chunk checksum", &checksum, error));
    if (memcmp(type, "IDAT", 4) == 0) s->idat += length;
    *end = memcmp(type, "IEND", 4) == 0;
    return FOVEA_OK;
}

// Bytes of `width` x `height` pixels, each row after its filter byte.
static uint64_t pass_bytes(uint64_t width, uint64_t height, uint64_t bits) {
    return width == 0 || height == 0 ? 0 : height * (1 + (width * bits + 7) / 8);
}

// What IDAT must inflate to.
static uint64_t inflated_bytes(const fovea__png_outline *o) {
    uint64_t bits = (uint64_t)samples_of(o->colour) * o->depth;
    if (!o->interlace) return pass_bytes(o->width, o->height, bits);
    static const uint8_t x0[7] = {0, 4, 0, 2, 0, 1, 0}, dx[7] = {8, 8, 4, 4, 2, 2, 1};
    static const uint8_t y0[7] = {0, 0, 4, 0, 2, 0, 1}, dy[7] = {8, 8, 8, 4, 4, 2, 2};
    uint64_t sum = 0;
    for (int pass = 0; pass < 7; pass++) {
        uint64_t width = (o->width + (uint64_t)dx[pass] - 1 - x0[pass]) / dx[pass];
        uint64_t height = (o->height + (uint64_t)dy[pass] - 1 - y0[pass]) / dy[pass];
        sum += pass_bytes(width, height, bits);
    }
    return sum;
}

fovea_status fovea__png_survey(fovea_context *context, const void *bytes, size_t size,
                               const char *name, fovea__png_outline *outline, fovea_error *error) {
    memset(outline, 0, sizeof *outline);
    survey s = {
        .context = context, .reader = fovea__reader_over(bytes, size, name), .outline = outline};
    const uint8_t *found;
    FOVEA__TRY(fovea__take_bytes(&s.reader, "PNG signature", sizeof signature, &found, error));
    if (memcmp(found, signature, sizeof signature) != 0)
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 0, "not a PNG file (wrong signature)");
    for (int end = 0; !end;) FOVEA__TRY(read_chunk(&s, &end, error));
    if (s.idat == 0) return fovea__reader_fail(&s.reader, error, "PNG without pixel data (IDAT)");
    uint64_t inflated = inflated_bytes(outline);
    if (inflated / 1032 > s.idat)
        return fovea__reader_fail(&s.reader, error,
                                  "%llu bytes of PNG pixel data cannot hold %u x %u pixels",
                                  (unsigned long long)s.idat, outline->width, outline->height);
    return FOVEA_OK;
}
