// SPDX-License-Identifier: MIT
#include "data/read_pictures.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/pixels.h"
#include "data/resize.h"
#include "formats/picture_file.h"

// The first coloured picture after grey ones: these become three equal channels.
static fovea_status add_colour(fovea__store *store, size_t *room, fovea_error *error) {
    size_t grey = fovea__store_picture_size(store), count = (size_t)store->count;
    uint8_t *wide = fovea__new(store->context, *room, 3 * grey, error);
    if (!wide) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++)
        fovea__pixels_channels(store->pixels + i * grey, 1, grey, 3, wide + i * 3 * grey);
    fovea__free(store->context, store->memory);
    store->memory = wide;
    store->pixels = wide;
    store->channels = 3;
    return FOVEA_OK;
}

// Brings `picture` to the size all have; the first one without a given size sets it.
static fovea_status check_size(fovea__store *store, const fovea__picture *picture, const char *path,
                               const int32_t resize[2], fovea_error *error) {
    if (store->channels == 0) {
        store->channels = picture->channels;
        store->height = resize[0] > 0 ? resize[0] : picture->height;
        store->width = resize[0] > 0 ? resize[1] : picture->width;
    }
    if (resize[0] > 0 || (picture->height == store->height && picture->width == store->width))
        return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_BAD_FILE, path, -1,
                          "is %dx%d pixels (height by width), the pictures before it are %dx%d: "
                          "give one size for all with --resize",
                          (int)picture->height, (int)picture->width, (int)store->height,
                          (int)store->width);
}

// Writes the picture as channels,HEIGHT,WIDTH of the store to dst.
static fovea_status convert(fovea__store *store, const fovea__picture *picture, uint8_t *dst,
                            fovea_error *error) {
    if (picture->height == store->height && picture->width == store->width) {
        fovea__pixels_planar(store->context, picture, store->channels, dst);
        return FOVEA_OK;
    }
    size_t size = (size_t)picture->height * (size_t)picture->width;
    uint8_t *planar = fovea__new(store->context, size, (size_t)store->channels, error);
    if (!planar) return FOVEA_OUT_OF_MEMORY;
    fovea__pixels_planar(store->context, picture, store->channels, planar);
    fovea_status status = fovea__resize(store->context, planar, store->channels, picture->height,
                                        picture->width, store->height, store->width, dst, error);
    fovea__free(store->context, planar);
    return status;
}

static fovea_status add_picture(fovea__store *store, const fovea__picture *picture,
                                const char *path, const int32_t resize[2], size_t *room,
                                fovea_error *error) {
    FOVEA__TRY(check_size(store, picture, path, resize, error));
    if (picture->channels == 3 && store->channels == 1) FOVEA__TRY(add_colour(store, room, error));
    size_t size = fovea__store_picture_size(store), count = (size_t)store->count;
    if (size > FOVEA__STORE_MAX_BYTES / (count + 1)) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, path, -1,
                              "with this picture the set takes more than 16 GiB: give a smaller "
                              "size with --resize");
    }
    uint8_t *memory =
        fovea__grow(store->context, store->memory, count, room, count + 1, size, error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    store->memory = memory;
    store->pixels = memory;
    FOVEA__TRY(convert(store, picture, memory + count * size, error));
    store->count++;
    return FOVEA_OK;
}

fovea_status fovea__read_pictures(fovea__store *store, const fovea__picture_tree *tree,
                                  const int32_t resize[2], fovea_error *error) {
    size_t room = 0;
    for (size_t i = 0; i < tree->file.count; i++) {
        const char *path = tree->file.name[i];
        fovea__picture picture;
        FOVEA__TRY(fovea__picture_read(store->context, path, &picture, error));
        fovea_status status = add_picture(store, &picture, path, resize, &room, error);
        fovea__picture_clear(store->context, &picture);
        FOVEA__TRY(status);
    }
    store->label = fovea__new(store->context, tree->file.count, sizeof(*store->label), error);
    if (!store->label) return FOVEA_OUT_OF_MEMORY;
    memcpy(store->label, tree->label, tree->file.count * sizeof(*store->label));
    return fovea__store_name_classes(store, (const char *const *)tree->classes.name,
                                     tree->classes.count, error);
}
