// SPDX-License-Identifier: MIT
// Pictures and arrays as files.
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/pixels.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "formats/png.h"
#include "formats/ppm.h"
#include "fovea/data.h"

static fovea_status check(const fovea_view *view, const char *extension, const char *path,
                          fovea_error *error) {
    bool known = strcmp(extension, ".png") == 0 || strcmp(extension, ".ppm") == 0 ||
                 strcmp(extension, ".pgm") == 0;
    if (!known)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%s: a picture is written as .png, .ppm or .pgm", path);
    const fovea_shape *shape = &view->shape;
    if (view->type != FOVEA_U8 || shape->rank != 3 || (shape->dim[0] != 1 && shape->dim[0] != 3) ||
        shape->dim[1] < 1 || shape->dim[2] < 1 || shape->dim[1] > INT32_MAX ||
        shape->dim[2] > INT32_MAX / 3)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%s: a picture is U8 of 1 or 3 channels, height and width", path);
    if (shape->dim[0] == 3 && strcmp(extension, ".pgm") == 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%s: .pgm holds grey pictures; write colour as .png or .ppm", path);
    return FOVEA_OK;
}

// C,H,W to H,W,channels.
static void interleave(const fovea_view *view, int32_t channels, uint8_t *dst) {
    size_t pixels = (size_t)(view->shape.dim[1] * view->shape.dim[2]);
    const uint8_t *src = view->data;
    size_t second = view->shape.dim[0] == 3 ? pixels : 0;
    for (size_t i = 0; i < pixels; i++, dst += channels)
        for (int32_t c = 0; c < channels; c++) dst[c] = src[(size_t)c * second + i];
}

static fovea_status encode(fovea_context *context, const fovea__picture *picture, bool png,
                           fovea__bytes *file, fovea_error *error) {
    if (!png) return fovea__ppm_write(context, picture, file, error);
    return fovea__png_write(context, picture->pixels, picture->width, picture->height,
                            picture->channels, (size_t)picture->width * (size_t)picture->channels,
                            FOVEA__PNG_FAST, file, error);
}

fovea_status fovea_picture_save(fovea_context *context, const char *path,
                                const fovea_tensor *picture, fovea_error *error) {
    char extension[16];
    fovea_view view = fovea_tensor_view(picture);
    fovea__path_extension(path, extension, sizeof extension);
    FOVEA__TRY(check(&view, extension, path, error));
    bool colour = view.shape.dim[0] == 3 || strcmp(extension, ".ppm") == 0;
    fovea__picture pixels = {(int32_t)view.shape.dim[2], (int32_t)view.shape.dim[1], colour ? 3 : 1,
                             view.data};
    uint8_t *made = NULL;
    fovea__bytes file = {0};
    if (colour) {
        made = fovea__new(context, (size_t)pixels.width * (size_t)pixels.height, 3, error);
        if (!made) return FOVEA_OUT_OF_MEMORY;
        interleave(&view, 3, made);
        pixels.pixels = made;
    }
    fovea_status status = encode(context, &pixels, strcmp(extension, ".png") == 0, &file, error);
    if (status == FOVEA_OK) status = fovea__file_save(context, path, file.data, file.size, error);
    fovea__free(context, file.data);
    fovea__free(context, made);
    return status;
}

static fovea_status save_npz(fovea_context *context, const char *path, const char *const *names,
                             const fovea_view *arrays, int32_t count, fovea_error *error) {
    fovea__npz *npz;
    fovea_status status = FOVEA_OK;
    FOVEA__TRY(fovea__npz_open(context, path, &npz, error));
    for (int32_t i = 0; i < count && status == FOVEA_OK; i++)
        status = fovea__npz_add(npz, names[i], &arrays[i], error);
    if (status == FOVEA_OK) return fovea__npz_commit(npz, error);
    fovea__npz_discard(npz);
    return status;
}

fovea_status fovea_arrays_save(fovea_context *context, const char *path, const char *const *names,
                               const fovea_view *arrays, int32_t count, fovea_error *error) {
    char extension[16];
    fovea__path_extension(path, extension, sizeof extension);
    if (strcmp(extension, ".npz") == 0) return save_npz(context, path, names, arrays, count, error);
    if (strcmp(extension, ".npy") == 0 && count == 1)
        return fovea__npy_save(context, path, arrays, error);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "%s: arrays are written as .npz, a single one also as .npy", path);
}
