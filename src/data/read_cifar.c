// SPDX-License-Identifier: MIT
// CIFAR-10 and CIFAR-100 from their binary batches, in a folder or in the archive as published.
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "data/store.h"
#include "formats/cifar.h"
#include "formats/class_names.h"
#include "formats/tar.h"

enum { MAX_BATCH = 1 << 29, MAX_ARCHIVE = 1 << 30 };

static fovea__cifar_kind kind_of(const fovea__found *found) {
    return found->set->kind == FOVEA__KNOWN_CIFAR_10 ? FOVEA__CIFAR_10 : FOVEA__CIFAR_100;
}

// What is being filled, and how much room there is.
typedef struct batch_filling {
    fovea__store *store;
    const fovea__found *found;
    size_t batches;  // of about the same size, as a rule
    size_t picture_room, label_room;
} batch_filling;

static fovea_status make_room(batch_filling *filling, size_t more, fovea_error *error) {
    fovea__store *store = filling->store;
    size_t there = (size_t)store->count, needed = there ? there + more : more * filling->batches;
    uint8_t *pixels = fovea__grow(store->context, store->memory, there, &filling->picture_room,
                                  needed, FOVEA__CIFAR_PICTURE, error);
    if (!pixels) return FOVEA_OUT_OF_MEMORY;
    store->memory = pixels;
    store->pixels = pixels;
    int32_t *label = fovea__grow(store->context, store->label, there, &filling->label_room, needed,
                                 sizeof(*label), error);
    if (!label) return FOVEA_OUT_OF_MEMORY;
    store->label = label;
    return FOVEA_OK;
}

// Adds the records of one batch behind those there are.
static fovea_status add_batch(batch_filling *filling, const fovea__bytes *bytes, const char *name,
                              fovea_error *error) {
    fovea__store *store = filling->store;
    fovea__cifar batch;
    FOVEA__TRY(
        fovea__cifar_parse(bytes->data, bytes->size, name, kind_of(filling->found), &batch, error));
    FOVEA__TRY(make_room(filling, (size_t)batch.count, error));
    uint8_t *pixels = store->memory;
    for (int64_t i = 0; i < batch.count; i++) {
        size_t at = (size_t)(store->count + i);
        memcpy(pixels + at * FOVEA__CIFAR_PICTURE, fovea__cifar_picture(&batch, i),
               FOVEA__CIFAR_PICTURE);
        store->label[at] = fovea__cifar_label(&batch, i);
    }
    store->count += batch.count;
    return FOVEA_OK;
}

static fovea_status name_classes(fovea__store *store, const fovea__found *found,
                                 const fovea__bytes *bytes, const char *name, fovea_error *error) {
    size_t count = (size_t)found->set->class_count;
    if (!bytes->data) return fovea__store_name_classes(store, found->set->class_name, count, error);
    return fovea__class_names_parse(store->context, bytes->data, bytes->size, name, count,
                                    &store->class_names, error);
}

static fovea_status read_folder(fovea__store *store, const fovea__found *found,
                                fovea_error *error) {
    batch_filling filling = {.store = store, .found = found, .batches = found->count};
    fovea__bytes bytes = {0};
    for (size_t i = 0; i < found->count; i++) {
        const char *path = found->path[i];
        FOVEA__TRY(fovea__file_read(store->context, path, MAX_BATCH, &bytes, error));
        fovea_status status = add_batch(&filling, &bytes, path, error);
        fovea__free(store->context, bytes.data);
        FOVEA__TRY(status);
    }
    bytes = (fovea__bytes){0};
    if (found->class_names)
        FOVEA__TRY(fovea__file_read(store->context, found->class_names, 1 << 20, &bytes, error));
    fovea_status status = name_classes(store, found, &bytes, found->class_names, error);
    fovea__free(store->context, bytes.data);
    return status;
}

static fovea_status add_member(batch_filling *filling, const fovea__bytes *member, const char *name,
                               fovea_error *error) {
    const char *archive = filling->found->origin;
    if (!member->data) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, archive, -1, "%s is missing in the archive",
                              name);
    }
    char *full = fovea__path_join(filling->store->context, archive, name, error);
    if (!full) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = add_batch(filling, member, full, error);
    fovea__free(filling->store->context, full);
    return status;
}

// Members are freed one by one as they are copied, to keep the peak low.
static fovea_status add_members(fovea__store *store, const fovea__found *found,
                                const char *const *name, size_t count, fovea__bytes *member,
                                fovea_error *error) {
    batch_filling filling = {.store = store, .found = found, .batches = count};
    for (size_t i = 0; i < count; i++) {
        FOVEA__TRY(add_member(&filling, &member[i], name[i], error));
        fovea__free(store->context, member[i].data);
        member[i] = (fovea__bytes){0};
    }
    return name_classes(store, found, &member[count], found->origin, error);
}

static fovea_status read_archive(fovea__store *store, const fovea__found *found,
                                 fovea_error *error) {
    char name[FOVEA__KNOWN_BATCHES][64];
    const char *wanted[FOVEA__KNOWN_BATCHES + 1];
    fovea__bytes archive, member[FOVEA__KNOWN_BATCHES + 1] = {{0}};
    size_t count = fovea__known_files(found->set, found->part, name);
    for (size_t i = 0; i < count; i++) wanted[i] = name[i];
    wanted[count] = "fine_label_names.txt";
    size_t all = count + (kind_of(found) == FOVEA__CIFAR_100);
    FOVEA__TRY(fovea__file_read(store->context, found->origin, MAX_ARCHIVE, &archive, error));
    fovea_status status = fovea__tar_read(store->context, archive.data, archive.size, found->origin,
                                          wanted, all, MAX_ARCHIVE, member, error);
    fovea__free(store->context, archive.data);
    if (status == FOVEA_OK) status = add_members(store, found, wanted, count, member, error);
    for (size_t i = 0; i < all; i++) fovea__free(store->context, member[i].data);
    return status;
}

fovea_status fovea__read_cifar(fovea__store *store, const fovea__found *found, fovea_error *error) {
    store->channels = found->set->channels;
    store->height = found->set->height;
    store->width = found->set->width;
    return found->archive ? read_archive(store, found, error) : read_folder(store, found, error);
}
