// SPDX-License-Identifier: MIT
#include <png.h>
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/png.h"
#include "formats/png_chunks.h"

enum { SMALL_PICTURE = 32 << 20 };  // bytes of pixels

// All that must survive libpng's jump out of an error lives here, never in a local of decode().
typedef struct job {
    fovea_context *context;
    const uint8_t *bytes;
    size_t size, at;
    png_structp png;
    png_infop info;
    fovea__picture *picture;
    uint8_t *row;  // not NULL: every row goes here, only to see whether the file is whole
    bool out_of_memory;
    char message[200];
} job;

static void keep_message(job *j, const char *text) {
    if (j->message[0]) return;  // the first is the cause
    strncpy(j->message, text, sizeof j->message - 1);
}

static void on_error(png_structp png, png_const_charp text) {
    keep_message(png_get_error_ptr(png), text);
    png_longjmp(png, 1);
}

// Chunks that do not touch the pixels are skipped, so a warning here is about the picture itself.
static void on_warning(png_structp png, png_const_charp text) {
    on_error(png, text);
}

static png_voidp allocate(png_structp png, png_alloc_size_t size) {
    job *j = png_get_mem_ptr(png);
    void *memory = fovea__new(j->context, 1, size, NULL);
    if (!memory) j->out_of_memory = true;
    return memory;
}

static void release(png_structp png, png_voidp memory) {
    job *j = png_get_mem_ptr(png);
    fovea__free(j->context, memory);
}

static void feed(png_structp png, png_bytep dst, size_t size) {
    job *j = png_get_io_ptr(png);
    if (size > j->size - j->at) png_error(png, "the file ends too early");
    memcpy(dst, j->bytes + j->at, size);
    j->at += size;
}

static void set_up(job *j) {
    png_structp png = j->png;
    png_set_read_fn(png, j, feed);
    png_set_user_limits(png, FOVEA__PICTURE_MAX_SIDE, FOVEA__PICTURE_MAX_SIDE);
    png_set_chunk_malloc_max(png, 1024 * 1024);
    png_set_chunk_cache_max(png, 16);
    png_set_benign_errors(png, 0);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
}

static void ask_for_bytes(job *j) {
    png_structp png = j->png;
    png_set_strip_16(png);
    if (png_get_color_type(png, j->info) == PNG_COLOR_TYPE_GRAY)
        png_set_expand_gray_1_2_4_to_8(png);
    png_set_packing(png);
    png_set_strip_alpha(png);
}

static png_colorp palette(job *j, int *colours) {
    png_colorp found = NULL;
    if (!png_get_PLTE(j->png, j->info, &found, colours)) png_error(j->png, "missing PLTE");
    return found;
}

// libpng itself takes an index past the palette for black.
static void check_indices(job *j, const uint8_t *row, size_t width) {
    int colours = 0;
    (void)palette(j, &colours);
    for (size_t x = 0; x < width; x++)
        if (row[x] >= colours) png_error(j->png, "palette index past the palette's end");
}

// Turns the indices in the last third of each row into colours.
static void look_up(job *j) {
    fovea__picture *p = j->picture;
    size_t width = (size_t)p->width;
    int colours = 0;
    const png_color *colour = palette(j, &colours);
    for (int32_t y = 0; y < p->height; y++) {
        uint8_t *dst = p->pixels + (size_t)y * width * 3;
        const uint8_t *src = dst + 2 * width;
        check_indices(j, src, width);
        for (size_t x = 0; x < width; x++, dst += 3) {
            const png_color value = colour[src[x]];
            dst[0] = value.red;
            dst[1] = value.green;
            dst[2] = value.blue;
        }
    }
}

static bool decode(job *j) {
    if (setjmp(png_jmpbuf(j->png))) return false;
    set_up(j);
    png_read_info(j->png, j->info);
    ask_for_bytes(j);
    int passes = png_set_interlace_handling(j->png);
    png_read_update_info(j->png, j->info);
    fovea__picture *p = j->picture;
    bool indexed = png_get_color_type(j->png, j->info) == PNG_COLOR_TYPE_PALETTE;
    size_t row = (size_t)p->width * (size_t)p->channels;
    size_t skip = indexed ? 2 * (size_t)p->width : 0;
    if (png_get_image_width(j->png, j->info) != (png_uint_32)p->width ||
        png_get_image_height(j->png, j->info) != (png_uint_32)p->height ||
        png_get_rowbytes(j->png, j->info) != row - skip)
        png_error(j->png, "the rows do not have the size the header promises");
    for (int pass = 0; pass < passes; pass++)
        for (int32_t y = 0; y < p->height; y++) {
            png_read_row(j->png, j->row ? j->row : p->pixels + (size_t)y * row + skip, NULL);
            if (indexed && j->row) check_indices(j, j->row, (size_t)p->width);
        }
    png_read_end(j->png, NULL);
    if (indexed && !j->row) look_up(j);
    return true;
}

static fovea_status read_all(job *j, const char *name, fovea_error *error) {
    j->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, j, on_error, on_warning, j, allocate,
                                      release);
    if (j->png) j->info = png_create_info_struct(j->png);
    if (!j->info) j->out_of_memory = true;
    bool decoded = j->info && decode(j);
    png_destroy_read_struct(&j->png, &j->info, NULL);
    if (decoded) return FOVEA_OK;
    if (j->out_of_memory)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "%s: no memory to decode PNG", name);
    return fovea__fail_at(error, FOVEA_BAD_FILE, name, (int64_t)j->at, "damaged PNG: %s",
                          j->message);
}

// A small file that promises a large picture is read once row by row, before the picture gets
// memory.
static fovea_status check_whole(fovea_context *context, const void *bytes, size_t size,
                                const char *name, const fovea__png_outline *outline,
                                fovea_error *error) {
    fovea__picture shape = {.width = (int32_t)outline->width,
                            .height = (int32_t)outline->height,
                            .channels = outline->channels};
    size_t row = (size_t)outline->width * (size_t)outline->channels;
    if (row * (size_t)outline->height <= SMALL_PICTURE + size) return FOVEA_OK;
    job j = {.context = context, .bytes = bytes, .size = size, .picture = &shape};
    j.row = fovea__new(context, row, 1, error);
    if (!j.row) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = read_all(&j, name, error);
    fovea__free(context, j.row);
    return status;
}

fovea_status fovea__png_read(fovea_context *context, const void *bytes, size_t size,
                             const char *name, fovea__picture *picture, fovea_error *error) {
    memset(picture, 0, sizeof *picture);
    fovea__png_outline outline;
    FOVEA__TRY(fovea__png_survey(context, bytes, size, name, &outline, error));
    FOVEA__TRY(check_whole(context, bytes, size, name, &outline, error));
    FOVEA__TRY(fovea__picture_new(context, name, 16, outline.width, outline.height,
                                  outline.channels, picture, error));
    job j = {.context = context, .bytes = bytes, .size = size, .picture = picture};
    fovea_status status = read_all(&j, name, error);
    if (status != FOVEA_OK) fovea__picture_clear(context, picture);
    return status;
}
