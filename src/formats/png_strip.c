// SPDX-License-Identifier: MIT
#include "formats/png_strip.h"

#include <string.h>
#include <zlib.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "formats/deflate_runs.h"

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

// Rows that fill the window before a strip that begins with row `first`.
static size_t rows_before(const fovea__png_pixels *p, size_t first) {
    size_t rows = (WINDOW + fovea__png_row_size(p) - 1) / fovea__png_row_size(p);
    if (!p->matches) return 0;
    return rows < first ? rows : first;
}

// Whether nine of ten bytes are zero.
static bool is_even(const uint8_t *raw, size_t size) {
    size_t zeros = 0;
    for (size_t i = 0; i < size; i++) zeros += raw[i] == 0;
    return zeros > size / 10 * 9;
}

static fovea_status prepare(fovea_context *context, const fovea__png_pixels *p,
                            fovea__png_scratch *scratch, size_t longest, fovea_error *error) {
    size_t row = fovea__png_row_size(p), bytes;
    if (scratch->deflated) return FOVEA_OK;
    if (!fovea__mul_size(row, rows_before(p, p->height) + longest + 3, &bytes) ||
        bytes > UINT32_MAX / 2)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "rows are too long for a PNG");
    if (!scratch->rows) scratch->rows = fovea__new(context, bytes, 1, error);
    if (!scratch->rows) return FOVEA_OUT_OF_MEMORY;
    if (!scratch->stream) {
        z_stream *z = fovea__new(context, 1, sizeof *z, error);
        if (!z) return FOVEA_OUT_OF_MEMORY;
        *z = (z_stream){.zalloc = allocate, .zfree = release, .opaque = context};
        if (deflateInit2(z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
            fovea__free(context, z);
            return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "no memory to write a PNG");
        }
        scratch->stream = z;
    }
    // A flush to the byte takes up to six more.
    scratch->room = deflateBound(scratch->stream, longest * row) + 64;
    size_t runs = fovea__deflate_runs_bound(longest * row);
    if (runs > scratch->room) scratch->room = runs;
    scratch->deflated = fovea__new(context, scratch->room, 1, error);
    return scratch->deflated ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

void fovea__png_scratch_release(fovea_context *context, fovea__png_scratch *scratch) {
    if (scratch->stream) (void)deflateEnd(scratch->stream);
    fovea__free(context, scratch->stream);
    fovea__free(context, scratch->rows);
    fovea__free(context, scratch->deflated);
}

// `window` bytes before `raw` are known to the reader.
static fovea_status run_deflate(fovea__png_scratch *scratch, const uint8_t *raw, size_t size,
                                size_t window, bool last, size_t *deflated, fovea_error *error) {
    z_stream *z = scratch->stream;
    int code = deflateReset(z);
    if (code == Z_OK && window > 0) code = deflateSetDictionary(z, raw - window, (uInt)window);
    if (code == Z_OK) {
        memcpy(&z->next_in, &raw, sizeof raw);
        z->avail_in = (uInt)size;
        z->next_out = scratch->deflated;
        z->avail_out = (uInt)scratch->room;
        code = deflate(z, last ? Z_FINISH : Z_SYNC_FLUSH);
    }
    if (code != (last ? Z_STREAM_END : Z_OK) || z->avail_in > 0 || z->avail_out == 0)
        return fovea__fail(error, FOVEA_FAILED, "PNG writing failed: zlib says %d", code);
    *deflated = scratch->room - z->avail_out;
    return FOVEA_OK;
}

fovea_status fovea__png_deflate_strip(fovea_context *context, const fovea__png_pixels *p,
                                      fovea__png_scratch *scratch, size_t longest,
                                      fovea__png_strip *strip, fovea_error *error) {
    FOVEA__TRY(prepare(context, p, scratch, longest, error));
    size_t row = fovea__png_row_size(p), before = rows_before(p, strip->first);
    uint8_t *rows = scratch->rows + 3 * row, *raw = rows + before * row;
    filter_rows(p, strip->first, strip->count, scratch->rows, raw);
    strip->raw = strip->count * row;
    strip->adler = (uint32_t)adler32(1, raw, (uInt)strip->raw);
    bool careful = p->matches && is_even(raw, strip->raw);
    bool last = strip->first + strip->count == p->height;
    if (careful) {
        size_t window = before * row < WINDOW ? before * row : WINDOW;
        filter_rows(p, strip->first - before, before, scratch->rows, rows);
        FOVEA__TRY(run_deflate(scratch, raw, strip->raw, window, last, &strip->size, error));
    } else {
        strip->size = fovea__deflate_runs(raw, strip->raw, last, scratch->deflated);
    }
    strip->bytes = fovea__new(context, strip->size, 1, error);
    if (!strip->bytes) return FOVEA_OUT_OF_MEMORY;
    memcpy(strip->bytes, scratch->deflated, strip->size);
    return FOVEA_OK;
}
