// SPDX-License-Identifier: MIT
#include <png.h>
#include <stdbool.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "formats/png.h"

// All that must survive libpng's jump out of an error.
typedef struct job {
    fovea_context *context;
    const uint8_t *pixels;
    int32_t width, height, channels;
    size_t stride;
    png_structp png;
    png_infop info;
    fovea__bytes bytes;
    size_t capacity;
    bool out_of_memory;
    char message[200];
} job;

static void on_error(png_structp png, png_const_charp text) {
    job *j = png_get_error_ptr(png);
    strncpy(j->message, text, sizeof j->message - 1);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
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

static void append(png_structp png, png_bytep src, size_t size) {
    job *j = png_get_io_ptr(png);
    fovea__bytes *b = &j->bytes;
    size_t needed;
    void *grown = NULL;
    if (fovea__add_size(b->size, size, &needed))
        grown = fovea__grow(j->context, b->data, b->size, &j->capacity, needed, 1, NULL);
    if (!grown) {
        j->out_of_memory = true;
        png_error(png, "no memory");
    }
    b->data = grown;
    memcpy(b->data + b->size, src, size);
    b->size = needed;
}

static void flush(png_structp png) {
    (void)png;
}

static bool encode(job *j) {
    if (setjmp(png_jmpbuf(j->png))) return false;
    int colour = j->channels == 1   ? PNG_COLOR_TYPE_GRAY
                 : j->channels == 3 ? PNG_COLOR_TYPE_RGB
                                    : PNG_COLOR_TYPE_RGB_ALPHA;
    png_set_user_limits(j->png, 0x7fffffff, 0x7fffffff);
    png_set_write_fn(j->png, j, append, flush);
    png_set_IHDR(j->png, j->info, (png_uint_32)j->width, (png_uint_32)j->height, 8, colour,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_filter(j->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_PAETH);
    png_set_compression_level(j->png, 6);
    png_write_info(j->png, j->info);
    for (int32_t y = 0; y < j->height; y++)
        png_write_row(j->png, j->pixels + (size_t)y * j->stride);
    png_write_end(j->png, NULL);
    return true;
}

fovea_status fovea__png_write(fovea_context *context, const uint8_t *pixels, int32_t width,
                              int32_t height, int32_t channels, size_t stride, fovea__bytes *png,
                              fovea_error *error) {
    memset(png, 0, sizeof *png);
    if (width < 1 || height < 1 || (channels != 1 && channels != 3 && channels != 4) ||
        stride / (size_t)channels < (size_t)width)
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT,
            "no PNG of %d x %d pixels, %d channels and rows of %zu bytes can be made", width,
            height, channels, stride);
    job j = {.context = context,
             .pixels = pixels,
             .width = width,
             .height = height,
             .channels = channels,
             .stride = stride};
    j.png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &j, on_error, on_warning, &j, allocate,
                                      release);
    if (j.png) j.info = png_create_info_struct(j.png);
    if (!j.info) j.out_of_memory = true;
    bool encoded = j.info && encode(&j);
    png_destroy_write_struct(&j.png, &j.info);
    if (encoded) {
        *png = j.bytes;
        return FOVEA_OK;
    }
    fovea__free(context, j.bytes.data);
    if (j.out_of_memory)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "no memory for a PNG of %d x %d", width,
                           height);
    return fovea__fail(error, FOVEA_FAILED, "PNG writing failed: %s", j.message);
}
