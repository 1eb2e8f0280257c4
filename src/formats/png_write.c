// SPDX-License-Identifier: MIT
// PNG files: strips of rows are filtered and deflated by the workers of the pool, each an IDAT
// chunk. How rows are cut into strips depends on their size alone, so the bytes do not depend on
// the number of threads.
#include <stdbool.h>
#include <string.h>
#include <zlib.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "formats/png.h"
#include "formats/png_strip.h"

enum { STRIP = 256 << 10, CHUNK = 12, HEAD = 8 + CHUNK + 13 };  // bytes

typedef struct job {
    fovea_context *context;
    fovea__png_pixels pixels;
    fovea__png_strip *strips;
    size_t count;
    fovea__png_scratch *scratch;  // of each worker
    fovea_status *status;         // of each strip
    fovea_error *errors;
    fovea__bytes png;
    size_t *at;  // where each strip's chunk begins
} job;

static void put_be32(uint8_t *dst, uint32_t value) {
    for (int i = 0; i < 4; i++) dst[i] = (uint8_t)(value >> (24 - 8 * i));
}

// Length and type before `size` bytes that are in place, their checksum behind.
static void close_chunk(uint8_t *chunk, const char *type, size_t size) {
    put_be32(chunk, (uint32_t)size);
    memcpy(chunk + 4, type, 4);
    put_be32(chunk + 8 + size, (uint32_t)crc32(0, chunk + 4, (uInt)(size + 4)));
}

static void deflate_strip(void *user, int64_t item, int32_t worker) {
    job *j = user;
    j->status[item] =
        fovea__png_deflate_strip(j->context, &j->pixels, &j->scratch[worker], j->strips[0].count,
                                 &j->strips[item], &j->errors[item]);
}

// Bytes of a strip's chunk: the zlib header stands before the first, the checksum behind the last.
static size_t chunk_size(const job *j, size_t i) {
    return j->strips[i].size + (i == 0 ? 2 : 0) + (i + 1 == j->count ? 4 : 0);
}

static void write_chunk(void *user, int64_t item, int32_t worker) {
    job *j = user;
    size_t i = (size_t)item;
    uint8_t *chunk = j->png.data + j->at[i], *dst = chunk + 8;
    (void)worker;
    if (i == 0) {
        *dst++ = 0x78;  // deflate, window of 32 KiB
        *dst++ = 0x01;
    }
    memcpy(dst, j->strips[i].bytes, j->strips[i].size);
    if (i + 1 == j->count) {
        uLong adler = 1;
        for (size_t k = 0; k < j->count; k++)
            adler = adler32_combine(adler, j->strips[k].adler, (z_off_t)j->strips[k].raw);
        put_be32(dst + j->strips[i].size, (uint32_t)adler);
    }
    close_chunk(chunk, "IDAT", chunk_size(j, i));
}

static void write_head(const job *j) {
    static const uint8_t colour_types[] = {0, 0, 0, 2, 6};
    uint8_t *head = j->png.data, *data = head + 16;
    memcpy(head, "\x89PNG\r\n\x1a\n", 8);
    put_be32(data, (uint32_t)j->pixels.width);
    put_be32(data + 4, (uint32_t)j->pixels.height);
    memcpy(data + 8, (uint8_t[5]){8, colour_types[j->pixels.channels], 0, 0, 0}, 5);
    close_chunk(head + 8, "IHDR", 13);
}

static fovea_status assemble(job *j, fovea_error *error) {
    size_t size = HEAD;
    for (size_t i = 0; i < j->count; i++) {
        if (j->status[i] != FOVEA_OK) {
            if (error) *error = j->errors[i];
            return j->status[i];
        }
        j->at[i] = size;
        size += CHUNK + chunk_size(j, i);
    }
    j->png.data = fovea__new(j->context, size + CHUNK, 1, error);
    if (!j->png.data) return FOVEA_OUT_OF_MEMORY;
    j->png.size = size + CHUNK;
    write_head(j);
    fovea__parallel(j->context, (int64_t)j->count, write_chunk, j);
    close_chunk(j->png.data + size, "IEND", 0);
    return FOVEA_OK;
}

static void cut_strips(job *j, size_t rows) {
    for (size_t i = 0; i < j->count; i++) {
        size_t first = i * rows, left = j->pixels.height - first;
        j->strips[i] = (fovea__png_strip){.first = first, .count = left < rows ? left : rows};
    }
}

static fovea_status encode(job *j, fovea_error *error) {
    size_t rows = STRIP / fovea__png_row_size(&j->pixels);
    if (rows == 0) rows = 1;
    j->count = (j->pixels.height + rows - 1) / rows;
    j->strips = fovea__new(j->context, j->count, sizeof *j->strips, error);
    j->status = fovea__new(j->context, j->count, sizeof *j->status, error);
    j->errors = fovea__new(j->context, j->count, sizeof *j->errors, error);
    j->at = fovea__new(j->context, j->count, sizeof *j->at, error);
    j->scratch = fovea__new(j->context, (size_t)fovea_context_threads(j->context),
                            sizeof *j->scratch, error);
    if (!j->scratch || !j->strips || !j->status || !j->errors || !j->at) return FOVEA_OUT_OF_MEMORY;
    cut_strips(j, rows);
    fovea__parallel(j->context, (int64_t)j->count, deflate_strip, j);
    for (int32_t i = 0; i < fovea_context_threads(j->context); i++)
        fovea__png_scratch_release(j->context, &j->scratch[i]);
    return assemble(j, error);
}

fovea_status fovea__png_write(fovea_context *context, const uint8_t *pixels, int32_t width,
                              int32_t height, int32_t channels, size_t stride,
                              fovea__png_effort effort, fovea__bytes *png, fovea_error *error) {
    memset(png, 0, sizeof *png);
    if (width < 1 || height < 1 || (channels != 1 && channels != 3 && channels != 4) ||
        stride / (size_t)channels < (size_t)width)
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT,
            "no PNG of %d x %d pixels, %d channels and rows of %zu bytes can be made", width,
            height, channels, stride);
    job j = {.context = context,
             .pixels = {pixels, (size_t)width, (size_t)height, (size_t)channels, stride,
                        effort == FOVEA__PNG_SMALL}};
    fovea_status status = encode(&j, error);
    for (size_t i = 0; j.strips && i < j.count; i++) fovea__free(context, j.strips[i].bytes);
    fovea__free(context, j.scratch);
    fovea__free(context, j.strips);
    fovea__free(context, j.status);
    fovea__free(context, j.errors);
    fovea__free(context, j.at);
    if (status == FOVEA_OK) *png = j.png;
    return status;
}
