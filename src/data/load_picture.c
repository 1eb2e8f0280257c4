// SPDX-License-Identifier: MIT
// Single pictures: loading, grey and colour, size.
#include <string.h>

#include "base/fail.h"
#include "data/pixels.h"
#include "data/resize.h"
#include "formats/picture_file.h"
#include "fovea/data.h"

fovea_status fovea_picture_load_as(fovea_context *context, const char *path, int32_t channels,
                                   fovea_tensor **picture, fovea_error *error) {
    *picture = NULL;
    fovea__picture decoded;
    if (channels != 0 && channels != 1 && channels != 3)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a picture has 1 or 3 channels, not %d",
                           (int)channels);
    FOVEA__TRY(fovea__picture_read(context, path, &decoded, error));
    if (channels == 0) channels = decoded.channels;
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){channels, decoded.height, decoded.width});
    fovea_status status = fovea_tensor_create(context, FOVEA_U8, &shape, picture, error);
    if (status == FOVEA_OK)
        fovea__pixels_planar(context, &decoded, channels, fovea_tensor_view(*picture).data);
    fovea__picture_clear(context, &decoded);
    return status;
}

fovea_status fovea_picture_load(fovea_context *context, const char *path, fovea_tensor **picture,
                                fovea_error *error) {
    return fovea_picture_load_as(context, path, 0, picture, error);
}

// The view of a U8 C,H,W picture with 1 or 3 channels and sides of a picture file's limits.
static fovea_status check_picture(const fovea_tensor *picture, fovea_view *view,
                                  fovea_error *error) {
    *view = fovea_tensor_view(picture);
    const int64_t *dim = view->shape.dim;
    if (view->type == FOVEA_U8 && view->shape.rank == 3 && (dim[0] == 1 || dim[0] == 3) &&
        dim[1] >= 1 && dim[2] >= 1 && dim[1] <= FOVEA__PICTURE_MAX_SIDE &&
        dim[2] <= FOVEA__PICTURE_MAX_SIDE)
        return FOVEA_OK;
    char text[64];
    fovea_shape_format(&view->shape, text, sizeof(text));
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "a picture is U8 of 1 or 3 channels, height and width, not %s of %s",
                       fovea_type_name(view->type), text);
}

fovea_status fovea_picture_channels(fovea_context *context, const fovea_tensor *picture,
                                    int32_t channels, fovea_tensor **result, fovea_error *error) {
    *result = NULL;
    fovea_view src;
    FOVEA__TRY(check_picture(picture, &src, error));
    if (channels != 1 && channels != 3) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a picture has 1 or 3 channels, not %d",
                           (int)channels);
    }
    fovea_shape shape =
        fovea_shape_make(3, (int64_t[]){channels, src.shape.dim[1], src.shape.dim[2]});
    FOVEA__TRY(fovea_tensor_create(context, FOVEA_U8, &shape, result, error));
    fovea__pixels_channels(src.data, (int32_t)src.shape.dim[0],
                           (size_t)(shape.dim[1] * shape.dim[2]), channels,
                           fovea_tensor_view(*result).data);
    return FOVEA_OK;
}

fovea_status fovea_picture_resize(fovea_context *context, const fovea_tensor *picture,
                                  int32_t height, int32_t width, fovea_tensor **result,
                                  fovea_error *error) {
    *result = NULL;
    fovea_view src;
    FOVEA__TRY(check_picture(picture, &src, error));
    if (height < 1 || width < 1 || height > FOVEA__PICTURE_MAX_SIDE ||
        width > FOVEA__PICTURE_MAX_SIDE) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a picture cannot be made %d high and %d wide, 1 to %d are possible",
                           (int)height, (int)width, (int)FOVEA__PICTURE_MAX_SIDE);
    }
    const int64_t *dim = src.shape.dim;
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){dim[0], height, width});
    FOVEA__TRY(fovea_tensor_create(context, FOVEA_U8, &shape, result, error));
    fovea_status status =
        fovea__resize(context, src.data, (int32_t)dim[0], (int32_t)dim[1], (int32_t)dim[2], height,
                      width, fovea_tensor_view(*result).data, error);
    if (status != FOVEA_OK) {
        fovea_tensor_free(*result);
        *result = NULL;
    }
    return status;
}

fovea_status fovea_picture_crop(fovea_context *context, const fovea_tensor *picture, int32_t y,
                                int32_t x, int32_t height, int32_t width, fovea_tensor **result,
                                fovea_error *error) {
    *result = NULL;
    fovea_view src;
    FOVEA__TRY(check_picture(picture, &src, error));
    const int64_t *dim = src.shape.dim;
    if (y < 0 || x < 0 || height < 1 || width < 1 || height > dim[1] - y || width > dim[2] - x)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a window of %d×%d (height×width) at row %d, column %d does not lie in "
                           "the picture of %lld×%lld",
                           (int)height, (int)width, (int)y, (int)x, (long long)dim[1],
                           (long long)dim[2]);
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){dim[0], height, width});
    FOVEA__TRY(fovea_tensor_create(context, FOVEA_U8, &shape, result, error));
    uint8_t *dst = fovea_tensor_view(*result).data;
    for (int64_t c = 0; c < dim[0]; c++)
        for (int64_t row = y; row < y + height; row++, dst += width)
            memcpy(dst, (const uint8_t *)src.data + (c * dim[1] + row) * dim[2] + x, (size_t)width);
    return FOVEA_OK;
}

fovea_status fovea_picture_resize_side(fovea_context *context, const fovea_tensor *picture,
                                       int32_t side, fovea_tensor **result, fovea_error *error) {
    fovea_view src;
    *result = NULL;
    FOVEA__TRY(check_picture(picture, &src, error));
    int64_t h = src.shape.dim[1], w = src.shape.dim[2], shorter = h < w ? h : w;
    int64_t height = h == shorter ? side : side * h / shorter;
    int64_t width = w == shorter ? side : side * w / shorter;
    if (height > INT32_MAX) height = INT32_MAX;  // refused by the next one, as is what is too large
    if (width > INT32_MAX) width = INT32_MAX;
    return fovea_picture_resize(context, picture, (int32_t)height, (int32_t)width, result, error);
}

// Half of what is left over, from .5 to the even number.
static int32_t middle(int64_t left) {
    int64_t half = left / 2;
    return (int32_t)(half + (left % 2 && half % 2));
}

fovea_status fovea_picture_crop_middle(fovea_context *context, const fovea_tensor *picture,
                                       int32_t height, int32_t width, fovea_tensor **result,
                                       fovea_error *error) {
    fovea_view src;
    *result = NULL;
    FOVEA__TRY(check_picture(picture, &src, error));
    int64_t h = src.shape.dim[1], w = src.shape.dim[2];
    if (height > h || width > w)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a window of %d×%d (height×width) does not fit into the picture of "
                           "%lld×%lld",
                           (int)height, (int)width, (long long)h, (long long)w);
    return fovea_picture_crop(context, picture, middle(h - height), middle(w - width), height,
                              width, result, error);
}
