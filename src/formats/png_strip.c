// SPDX-License-Identifier: MIT
#include "formats/png_strip.h"

#include <string.h>
#include <zlib.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"

enum { WINDOW = 32768 };

static voidpf allocate(voidpf context, uInt count, uInt size) {
    return fovea__new(context, count, size, NULL);
}

static void release(voidpf context, voidpf memory) {
    fovea__free(context, memory);
}

static void filter_rows(const fovea__png_pixels *p, size_t first, size_t count, uint8_t *trial,
                        uint8_t *dst) {
    for (size_t y = first; y < first + count; y++, dst += fovea__png_row_size(p))
        fovea__png_filter_row(p, y, trial, dst);
}

// Rows before the strip that fill the window.
static size_t rows_before(const fovea__png_pixels *p, const fovea__png_strip *strip) {
    size_t rows = (WINDOW + fovea__png_row_size(p) - 1) / fovea__png_row_size(p);
    if (p->level <= 1) return 0;
    return rows < strip->first ? rows : strip->first;
}

static fovea_status run_deflate(fovea_context *context, z_stream *z, fovea__png_strip *strip,
                                const uint8_t *before, const uint8_t *raw, bool last,
                                fovea_error *error) {
    size_t room, window = (size_t)(raw - before) < WINDOW ? (size_t)(raw - before) : WINDOW;
    if (window > 0 && deflateSetDictionary(z, raw - window, (uInt)window) != Z_OK)
        return fovea__fail(error, FOVEA_FAILED, "PNG writing failed: no window");
    // A flush to the byte takes up to six more.
    if (!fovea__add_size(deflateBound(z, strip->raw), 16, &room) || room > UINT32_MAX)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "rows are too long for a PNG");
    strip->bytes = fovea__new(context, room, 1, error);
    if (!strip->bytes) return FOVEA_OUT_OF_MEMORY;
    memcpy(&z->next_in, &raw, sizeof raw);
    z->avail_in = (uInt)strip->raw;
    z->next_out = strip->bytes;
    z->avail_out = (uInt)room;
    int code = deflate(z, last ? Z_FINISH : Z_SYNC_FLUSH);
    if (code != (last ? Z_STREAM_END : Z_OK) || z->avail_in > 0 || z->avail_out == 0)
        return fovea__fail(error, FOVEA_FAILED, "PNG writing failed: zlib says %d", code);
    strip->size = room - z->avail_out;
    return FOVEA_OK;
}

static fovea_status deflate_raw(fovea_context *context, const fovea__png_pixels *p,
                                fovea__png_strip *strip, const uint8_t *before, const uint8_t *raw,
                                fovea_error *error) {
    z_stream z = {.zalloc = allocate, .zfree = release, .opaque = context};
    int code =
        deflateInit2(&z, p->level, Z_DEFLATED, -15, 8, p->level <= 1 ? Z_RLE : Z_DEFAULT_STRATEGY);
    if (code != Z_OK)
        return fovea__fail(error, code == Z_MEM_ERROR ? FOVEA_OUT_OF_MEMORY : FOVEA_FAILED,
                           "no memory to write a PNG");
    bool last = strip->first + strip->count == p->height;
    fovea_status status = run_deflate(context, &z, strip, before, raw, last, error);
    (void)deflateEnd(&z);
    return status;
}

fovea_status fovea__png_deflate_strip(fovea_context *context, const fovea__png_pixels *p,
                                      fovea__png_strip *strip, fovea_error *error) {
    size_t row = fovea__png_row_size(p), before = rows_before(p, strip), bytes;
    if (!fovea__mul_size(row, before + strip->count + 3, &bytes) || bytes > UINT32_MAX)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "rows are too long for a PNG");
    uint8_t *memory = fovea__new(context, bytes, 1, error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    uint8_t *rows = memory + 3 * row, *raw = rows + before * row;
    filter_rows(p, strip->first - before, before + strip->count, memory, rows);
    strip->raw = strip->count * row;
    strip->adler = (uint32_t)adler32(1, raw, (uInt)strip->raw);
    fovea_status status = deflate_raw(context, p, strip, rows, raw, error);
    fovea__free(context, memory);
    return status;
}
