// SPDX-License-Identifier: MIT
// Storages: persistent ids ('storage', torch.FloatStorage, '0', 'cpu', 1024).
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "formats/pth_tree.h"

enum { MAX_USES = 2 * FOVEA__LIST_MAX_TENSORS };

static int compare_keys(const char *a, size_t a_size, const char *b, size_t b_size) {
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

static int order_storages(const void *left, const void *right) {
    const fovea__pth_storage *a = left, *b = right;
    int order = compare_keys(a->key, a->key_size, b->key, b->key_size);
    return order ? order : (a->node->at > b->node->at) - (a->node->at < b->node->at);
}

// Keys become names of members: nothing but letters, digits and '_' stands in them.
static bool good_key(const char *key, uint32_t size) {
    if (size < 1 || size > 64) return false;
    for (uint32_t i = 0; i < size; i++) {
        char c = key[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!word && c != '_') return false;
    }
    return true;
}

static fovea_status read_storage(const fovea__pickle *pickle, const fovea__pickle_node *node,
                                 fovea__pth_storage *storage, fovea_error *error) {
    const fovea__pickle_node *id = fovea__pickle_item(pickle, node, 0);
    const fovea__pickle_node *type = fovea__pickle_item(pickle, id, 1);
    const fovea__pickle_node *key = fovea__pickle_item(pickle, id, 2);
    const fovea__pickle_node *count = fovea__pickle_item(pickle, id, 4);
    const fovea__pickle_node *part = fovea__pickle_item(pickle, id, 5);
    if (id->kind != FOVEA__PICKLE_TUPLE ||
        !fovea__pickle_is_text(pickle, fovea__pickle_item(pickle, id, 0), "storage") || !count ||
        type->kind != FOVEA__PICKLE_GLOBAL || fovea__pth_role_of(type) != FOVEA__PTH_STORAGE ||
        key->kind != FOVEA__PICKLE_TEXT || count->kind != FOVEA__PICKLE_INTEGER)
        return fovea__pickle_fail(
            pickle, node, error, "a persistent id that is no ('storage', type, key, place, count)");
    if (part && part->kind != FOVEA__PICKLE_NONE)
        return fovea__fail_at(
            error, FOVEA_UNSUPPORTED, pickle->name, node->at,
            "a storage that is a part of another, as torch before 0.4 wrote "
            "them; save the file anew: torch.save(torch.load('FILE'), 'new.pth')");
    *storage = (fovea__pth_storage){.key = (const char *)pickle->begin + key->text.start,
                                    .key_size = key->text.length,
                                    .type = fovea__pth_type_of(type),
                                    .count = (uint64_t)count->integer,
                                    .node = node};
    if (storage->type == FOVEA_TYPE_NONE)
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, pickle->name, node->at,
                              "tensors of torch.%s are not supported", fovea__pth_name_of(type));
    if (!good_key(storage->key, storage->key_size))
        return fovea__pickle_fail(pickle, key, error,
                                  "the key of a storage is no word of letters and digits");
    if (count->integer < 0 || count->integer > INT64_C(1) << 40)
        return fovea__pickle_fail(pickle, count, error, "a storage of %lld elements",
                                  (long long)count->integer);
    return FOVEA_OK;
}

// Leaves one of each key, its first use; all uses must agree.
static fovea_status merge(const fovea__pickle *pickle, fovea__pth_storages *storages,
                          fovea_error *error) {
    size_t kept = 0;
    qsort(storages->item, storages->count, sizeof *storages->item, order_storages);
    for (size_t i = 0; i < storages->count; i++) {
        const fovea__pth_storage *storage = &storages->item[i];
        const fovea__pth_storage *before = kept ? &storages->item[kept - 1] : NULL;
        if (!before ||
            compare_keys(before->key, before->key_size, storage->key, storage->key_size)) {
            storages->item[kept++] = *storage;
        } else if (before->type != storage->type || before->count != storage->count) {
            return fovea__pickle_fail(pickle, storage->node, error,
                                      "storage %.*s has two types or sizes", (int)storage->key_size,
                                      storage->key);
        }
    }
    storages->count = kept;
    return FOVEA_OK;
}

fovea_status fovea__pth_find_storages(const fovea__pickle *pickle, fovea__pth_storages *storages,
                                      fovea_error *error) {
    size_t most = 0;
    fovea_status status = FOVEA_OK;
    *storages = (fovea__pth_storages){0};
    for (size_t i = 0; i < pickle->node_count; i++)
        most += pickle->node[i].kind == FOVEA__PICKLE_PERSISTENT;
    if (most > MAX_USES)
        return fovea__pickle_fail(pickle, NULL, error, "more than %d uses of storages", MAX_USES);
    storages->item = fovea__new(pickle->context, most, sizeof *storages->item, error);
    if (!storages->item) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < pickle->node_count && status == FOVEA_OK; i++) {
        if (pickle->node[i].kind != FOVEA__PICKLE_PERSISTENT) continue;
        status = read_storage(pickle, &pickle->node[i], &storages->item[storages->count++], error);
    }
    if (status == FOVEA_OK) status = merge(pickle, storages, error);
    if (status == FOVEA_OK) return FOVEA_OK;
    fovea__free(pickle->context, storages->item);
    *storages = (fovea__pth_storages){0};
    return status;
}

fovea__pth_storage *fovea__pth_storage_of(const fovea__pth_storages *storages, const char *key,
                                          size_t key_size) {
    size_t low = 0, high = storages->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        fovea__pth_storage *storage = &storages->item[middle];
        int order = compare_keys(key, key_size, storage->key, storage->key_size);
        if (order == 0) return storage;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
