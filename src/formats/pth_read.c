// SPDX-License-Identifier: MIT
// The two forms of torch.save: where pickles and storages lie in each.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "formats/pth.h"
#include "formats/pth_tree.h"

// The first pickle of the plain form: the number 0x1950a86a20f9469cfc6c.
static const uint8_t magic[] = {0x80, 2,    0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                                0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};

enum { PLAIN_PROTOCOL = 1001, PATH_ROOM = FOVEA__ZIP_MAX_NAME + 80 };

typedef struct job {
    fovea_context *context;
    const char *name;
    fovea__tensor_list *list;
    fovea_error *error;
    uint64_t budget;
    fovea__pickle pickle;
    fovea__pth_storages storages;
} job;

static void finish(job *j) {
    fovea__free(j->context, j->storages.item);
    fovea__pickle_free(&j->pickle);
}

static fovea_status collect(job *j) {
    FOVEA__TRY(fovea__pth_collect(&j->pickle, &j->storages, &j->budget, j->list, j->error));
    return fovea__list_finish(j->list, j->name, j->error);
}

static fovea_status check_size(const job *j, const fovea__pth_storage *storage, uint64_t size) {
    uint64_t wanted = storage->count * fovea_type_size(storage->type);
    if (wanted == size) return FOVEA_OK;
    return fovea__pickle_fail(&j->pickle, storage->node, j->error,
                              "storage %.*s has %" PRIu64 " bytes, %" PRIu64 " are needed",
                              (int)storage->key_size, storage->key, size, wanted);
}

// The zip form

static fovea_status refuse_script(const fovea__zip *zip, fovea_error *error) {
    return fovea__fail_at(error, FOVEA_UNSUPPORTED, zip->file, -1,
                          "this is TorchScript, a program and its weights. Python takes the "
                          "weights out: import torch; torch.save(torch.jit.load('FILE')"
                          ".state_dict(), 'weights.pth')");
}

// The folder all members are in: of "net/data.pkl", "net".
static fovea_status find_folder(const fovea__zip *zip, const fovea__zip_member **pickle,
                                size_t *length, fovea_error *error) {
    static const char tail[] = "/data.pkl";
    *pickle = NULL;
    for (size_t i = 0; i < zip->count; i++) {
        const char *name = zip->member[i].name, *slash = strchr(name, '/');
        if (!slash) continue;
        if (strcmp(slash, "/constants.pkl") == 0 || strncmp(slash, "/code/", 6) == 0)
            return refuse_script(zip, error);
        if (strcmp(slash, tail) != 0) continue;
        if (*pickle)
            return fovea__fail_at(error, FOVEA_BAD_FILE, zip->file, (int64_t)zip->member[i].header,
                                  "the zip archive has two members data.pkl");
        *pickle = &zip->member[i];
        *length = (size_t)(slash - name);
    }
    if (*pickle) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_BAD_FILE, zip->file, -1,
                          "a zip archive, but none of PyTorch: it has no member data.pkl");
}

static fovea_status check_order(job *j, const fovea__zip *zip, const char *folder, size_t length) {
    char path[PATH_ROOM];
    const uint8_t *text;
    uint8_t *owned;
    snprintf(path, sizeof path, "%.*s/byteorder", (int)length, folder);
    const fovea__zip_member *member = fovea__zip_find(zip, path);
    if (!member) return FOVEA_OK;
    FOVEA__TRY(fovea__zip_take(zip, member, &j->budget, &text, &owned, j->error));
    bool little = member->size == 6 && memcmp(text, "little", 6) == 0;
    fovea__free(j->context, owned);
    if (little) return FOVEA_OK;
    return fovea__fail_at(j->error, FOVEA_UNSUPPORTED, zip->file, (int64_t)member->offset,
                          "the byte order of this file is not \"little\"");
}

static fovea_status load_storage(job *j, const fovea__zip *zip, const char *folder, size_t length,
                                 fovea__pth_storage *storage) {
    char path[PATH_ROOM];
    uint8_t *owned;
    snprintf(path, sizeof path, "%.*s/data/%.*s", (int)length, folder, (int)storage->key_size,
             storage->key);
    const fovea__zip_member *member = fovea__zip_find(zip, path);
    if (!member)
        return fovea__pickle_fail(&j->pickle, storage->node, j->error,
                                  "the zip archive has no member %s", path);
    FOVEA__TRY(check_size(j, storage, member->size));
    FOVEA__TRY(fovea__zip_take(zip, member, &j->budget, &storage->data, &owned, j->error));
    return owned ? fovea__list_keep(j->list, owned, j->error) : FOVEA_OK;
}

static fovea_status read_zip(job *j, const fovea__zip *zip) {
    const fovea__zip_member *member = NULL;
    const uint8_t *bytes = NULL;
    uint8_t *owned = NULL;
    size_t length = 0;
    char place[PATH_ROOM + 256];
    FOVEA__TRY(find_folder(zip, &member, &length, j->error));
    FOVEA__TRY(check_order(j, zip, member->name, length));
    FOVEA__TRY(fovea__zip_take(zip, member, &j->budget, &bytes, &owned, j->error));
    // Positions in the pickle count from its own beginning, which the message says.
    snprintf(place, sizeof place, "%.250s: %s", zip->file, member->name);
    fovea__reader reader = fovea__reader_over(bytes, (size_t)member->size, place);
    fovea_status status =
        fovea__pickle_read(j->context, &reader, &fovea__pth_globals, &j->pickle, j->error);
    if (status == FOVEA_OK && fovea__reader_left(&reader) > 0)
        status = fovea__reader_fail(&reader, j->error, "bytes after the pickle");
    if (status == FOVEA_OK) status = fovea__pth_find_storages(&j->pickle, &j->storages, j->error);
    for (size_t i = 0; i < j->storages.count && status == FOVEA_OK; i++)
        status = load_storage(j, zip, member->name, length, &j->storages.item[i]);
    if (status == FOVEA_OK) status = collect(j);
    fovea__free(j->context, owned);
    return status;
}

fovea_status fovea__pth_read_zip(const fovea__zip *zip, fovea__tensor_list *list,
                                 fovea_error *error) {
    *list = (fovea__tensor_list){.context = zip->context};
    job j = {.context = zip->context,
             .name = zip->file,
             .list = list,
             .error = error,
             .budget = fovea__zip_budget(zip->size)};
    fovea_status status = read_zip(&j, zip);
    finish(&j);
    if (status != FOVEA_OK) fovea__list_clear(list);
    return status;
}

// The plain form: magic number, protocol, the machine that wrote it, the tensors' tree, the keys of
// the storages, and for each its count and elements.

static fovea_status read_pickle(job *j, fovea__reader *reader, fovea__pickle *pickle) {
    return fovea__pickle_read(j->context, reader, &fovea__pth_globals, pickle, j->error);
}

static fovea_status check_protocol(job *j, fovea__reader *reader) {
    fovea__pickle pickle;
    FOVEA__TRY(read_pickle(j, reader, &pickle));
    const fovea__pickle_node *root = fovea__pickle_get(&pickle, pickle.root);
    fovea_status status = FOVEA_OK;
    if (root->kind != FOVEA__PICKLE_INTEGER || root->integer != PLAIN_PROTOCOL)
        status = fovea__pickle_fail(&pickle, root, j->error,
                                    "this form of torch.save is not known: its number is not %d",
                                    PLAIN_PROTOCOL);
    fovea__pickle_free(&pickle);
    return status;
}

static fovea_status check_machine(job *j, fovea__reader *reader) {
    fovea__pickle pickle;
    FOVEA__TRY(read_pickle(j, reader, &pickle));
    const fovea__pickle_node *root = fovea__pickle_get(&pickle, pickle.root);
    bool little = false;
    for (uint32_t i = 0; root->kind == FOVEA__PICKLE_DICT && i + 1 < root->items.count && i < 32;
         i += 2)
        if (fovea__pickle_is_text(&pickle, fovea__pickle_item(&pickle, root, i), "little_endian"))
            little = fovea__pickle_item(&pickle, root, i + 1)->kind == FOVEA__PICKLE_BOOL &&
                     fovea__pickle_item(&pickle, root, i + 1)->integer == 1;
    fovea__pickle_free(&pickle);
    if (little) return FOVEA_OK;
    return fovea__fail_at(j->error, FOVEA_UNSUPPORTED, j->name, -1,
                          "the file does not say that it is little-endian");
}

static fovea_status load_plain(job *j, fovea__reader *reader, const fovea__pickle *keys,
                               const fovea__pickle_node *key) {
    uint64_t count;
    fovea__pth_storage *storage = NULL;
    if (key->kind == FOVEA__PICKLE_TEXT)
        storage = fovea__pth_storage_of(&j->storages, (const char *)keys->begin + key->text.start,
                                        key->text.length);
    if (!storage || storage->data)
        return fovea__pickle_fail(keys, key, j->error,
                                  "a storage that no tensor uses, or one that comes twice");
    FOVEA__TRY(fovea__take_u64_le(reader, "storage's size", &count, j->error));
    if (count != storage->count)
        return fovea__reader_fail(
            reader, j->error, "storage %.*s has %" PRIu64 " elements here, %" PRIu64 " in the tree",
            (int)storage->key_size, storage->key, count, storage->count);
    return fovea__take_bytes(reader, "storage", (size_t)count * fovea_type_size(storage->type),
                             &storage->data, j->error);
}

static fovea_status load_all_plain(job *j, fovea__reader *reader) {
    fovea__pickle keys;
    FOVEA__TRY(read_pickle(j, reader, &keys));
    const fovea__pickle_node *root = fovea__pickle_get(&keys, keys.root);
    fovea_status status = FOVEA_OK;
    if (root->kind != FOVEA__PICKLE_LIST)
        status = fovea__pickle_fail(&keys, root, j->error, "the storages' keys are no list");
    for (uint32_t cell = status == FOVEA_OK ? root->items.first : FOVEA__PICKLE_NOTHING;
         cell != FOVEA__PICKLE_NOTHING && status == FOVEA_OK; cell = keys.cell[cell].next)
        status = load_plain(j, reader, &keys, fovea__pickle_get(&keys, keys.cell[cell].node));
    fovea__pickle_free(&keys);
    if (status == FOVEA_OK && fovea__reader_left(reader) > 0)
        status = fovea__reader_fail(reader, j->error, "bytes after the last storage");
    return status;
}

static fovea_status read_plain(job *j, fovea__reader *reader) {
    const uint8_t *bytes;
    FOVEA__TRY(fovea__take_bytes(reader, "magic number", sizeof magic, &bytes, j->error));
    FOVEA__TRY(check_protocol(j, reader));
    FOVEA__TRY(check_machine(j, reader));
    FOVEA__TRY(read_pickle(j, reader, &j->pickle));
    FOVEA__TRY(fovea__pth_find_storages(&j->pickle, &j->storages, j->error));
    FOVEA__TRY(load_all_plain(j, reader));
    return collect(j);
}

// What is neither form.

bool fovea__pth_is_plain(const uint8_t *bytes, size_t size) {
    if (size >= 2 && bytes[0] == 0x80 && bytes[1] >= 2 && bytes[1] <= 5) return true;
    return size >= 262 && memcmp(bytes + 257, "ustar", 5) == 0;
}

static fovea_status refuse_other(const uint8_t *bytes, size_t size, const char *name,
                                 fovea_error *error) {
    if (size >= 262 && memcmp(bytes + 257, "ustar", 5) == 0)
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, name, -1,
                              "the tar form that torch wrote before 0.1.10. Python saves it anew: "
                              "import torch; torch.save(torch.load('FILE', weights_only=False), "
                              "'weights.pth')");
    if (fovea__pth_is_plain(bytes, size))
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, name, -1,
                              "a pickle that torch.save did not write. Python saves its arrays as "
                              "tensors: import pickle, torch; torch.save({k: torch.as_tensor(v) "
                              "for k, v in pickle.load(open('FILE', 'rb')).items()}, "
                              "'weights.pth')");
    return fovea__fail_at(error, FOVEA_BAD_FILE, name, 0, "no file of torch.save");
}

fovea_status fovea__pth_read(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, fovea__tensor_list *list, fovea_error *error) {
    *list = (fovea__tensor_list){0};
    if (size >= 4 && memcmp(bytes, "PK\3\4", 4) == 0) {
        fovea__zip zip;
        FOVEA__TRY(fovea__zip_open(context, bytes, size, name, &zip, error));
        fovea_status status = fovea__pth_read_zip(&zip, list, error);
        fovea__zip_close(&zip);
        return status;
    }
    if (size < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
        return refuse_other(bytes, size, name, error);
    *list = (fovea__tensor_list){.context = context};
    job j = {.context = context,
             .name = name,
             .list = list,
             .error = error,
             .budget = fovea__zip_budget(size)};
    fovea__reader reader = fovea__reader_over(bytes, size, name);
    fovea_status status = read_plain(&j, &reader);
    finish(&j);
    if (status != FOVEA_OK) fovea__list_clear(list);
    return status;
}
