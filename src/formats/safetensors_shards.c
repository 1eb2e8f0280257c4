// SPDX-License-Identifier: MIT
#include "formats/safetensors_shards.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/json.h"
#include "formats/tensor_file.h"

enum { MAX_FILES = 1024, MAX_INDEX = 16 * 1000 * 1000 };

typedef struct entry {
    const char *file, *tensor;  // borrowed from the JSON
} entry;

typedef struct job {
    fovea_context *context;
    const char *path;
    fovea__tensor_list *list;
    fovea_error *error;
    entry *entries;
    size_t count;
    uint64_t left;  // bytes that files may still have
} job;

static int order(const void *left, const void *right) {
    const entry *a = left, *b = right;
    int files = strcmp(a->file, b->file);
    return files ? files : strcmp(a->tensor, b->tensor);
}

static fovea_status read_map(job *j, const fovea__json *root) {
    fovea__json map, at;
    const char *key, *file;
    FOVEA__TRY(fovea__json_member(root, "weight_map", &map, j->error));
    FOVEA__TRY(fovea__json_object(&map, j->error));
    size_t room = json_object_size(map.value);
    if (room > FOVEA__LIST_MAX_TENSORS)
        return fovea__json_fail(&map, j->error, "%zu tensors, at most %d are read", room,
                                FOVEA__LIST_MAX_TENSORS);
    j->entries = fovea__new(j->context, room, sizeof *j->entries, j->error);
    if (!j->entries) return FOVEA_OUT_OF_MEMORY;
    for (void *iterator = NULL;;) {
        FOVEA__TRY(fovea__json_next(&map, &iterator, &key, &at, j->error));
        if (!key) break;
        FOVEA__TRY(fovea__json_string(&at, &file, j->error));
        if (!fovea__list_good_name(file, strlen(file)) || strchr(file, '/') || strchr(file, '\\') ||
            file[0] == '.')
            return fovea__json_fail(&at, j->error,
                                    "the name of a file in the index's own folder is needed");
        j->entries[j->count++] = (entry){file, key};
    }
    qsort(j->entries, j->count, sizeof *j->entries, order);
    return FOVEA_OK;
}

// Its file beside the index.
static char *neighbour(const job *j, const char *file) {
    const char *slash = strrchr(j->path, '/');
    char *folder =
        slash ? fovea__copy_text_n(j->context, j->path, (size_t)(slash - j->path) + 1, j->error)
              : fovea__copy_text(j->context, ".", j->error);
    if (!folder) return NULL;
    char *path = fovea__path_join(j->context, folder, file, j->error);
    fovea__free(j->context, folder);
    return path;
}

// Tensors of one file: exactly those that the index says, from `begin` to `end`.
static fovea_status compare(const job *j, const fovea__safetensors *file, const char *path,
                            size_t begin, size_t end) {
    for (size_t i = 0; i < file->count || begin + i < end; i++) {
        const char *has = i < file->count ? file->by_name[i]->name : NULL;
        const char *wants = begin + i < end ? j->entries[begin + i].tensor : NULL;
        if (has && wants && strcmp(has, wants) == 0) continue;
        bool missing = !has || (wants && strcmp(wants, has) < 0);
        return fovea__fail_at(j->error, FOVEA_BAD_FILE, path, -1,
                              missing ? "the index says that tensor %s is here, but it is not"
                                      : "the index does not say that tensor %s is here",
                              missing ? wants : has);
    }
    return FOVEA_OK;
}

static fovea_status add_all(job *j, const fovea__safetensors *file, const char *path) {
    fovea__tensor_list part;
    FOVEA__TRY(fovea__list_of_safetensors(j->context, file, path, &part, j->error));
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < part.count && status == FOVEA_OK; i++)
        status = fovea__list_add(j->list, path, &part.item[i], j->error);
    // Copies of what was not aligned go on living in the whole.
    for (size_t i = 0; i < part.block_count; i++) {
        void *block = part.block[i];
        part.block[i] = NULL;
        if (status == FOVEA_OK)
            status = fovea__list_keep(j->list, block, j->error);
        else
            fovea__free(j->context, block);
    }
    fovea__list_clear(&part);
    return status;
}

static fovea_status read_file(job *j, const char *path, size_t begin, size_t end) {
    fovea__bytes bytes;
    fovea__safetensors file;
    FOVEA__TRY(fovea__file_read(j->context, path, j->left, &bytes, j->error));
    j->left -= bytes.size;
    FOVEA__TRY(fovea__list_keep(j->list, bytes.data, j->error));
    FOVEA__TRY(fovea__safetensors_parse(j->context, bytes.data, bytes.size, path, &file, j->error));
    fovea_status status = compare(j, &file, path, begin, end);
    if (status == FOVEA_OK) status = add_all(j, &file, path);
    fovea__safetensors_clear(j->context, &file);
    return status;
}

static fovea_status read_files(job *j) {
    int files = 0;
    for (size_t begin = 0, end; begin < j->count; begin = end) {
        const char *name = j->entries[begin].file;
        for (end = begin; end < j->count && strcmp(j->entries[end].file, name) == 0;) end++;
        if (++files > MAX_FILES)
            return fovea__fail_at(j->error, FOVEA_BAD_FILE, j->path, -1,
                                  "more than %d files of one model", MAX_FILES);
        char *path = neighbour(j, name);
        if (!path) return FOVEA_OUT_OF_MEMORY;
        fovea_status status = read_file(j, path, begin, end);
        fovea__free(j->context, path);
        if (status != FOVEA_OK) return status;
    }
    return FOVEA_OK;
}

fovea_status fovea__shards_read(fovea_context *context, const fovea__bytes *bytes, const char *path,
                                fovea__tensor_list *list, fovea_error *error) {
    *list = (fovea__tensor_list){.context = context};
    job j = {.context = context,
             .path = path,
             .list = list,
             .error = error,
             .left = FOVEA__SAFETENSORS_MAX_FILE};
    json_t *root = NULL;
    fovea_status status;
    FOVEA__GO(
        fovea__json_parse((const char *)bytes->data, bytes->size, MAX_INDEX, path, &root, error));
    fovea__json at = fovea__json_root(root, path);
    FOVEA__GO(read_map(&j, &at));
    FOVEA__GO(read_files(&j));
    status = fovea__list_finish(list, path, error);
done:
    json_decref(root);
    fovea__free(context, j.entries);
    if (status != FOVEA_OK) fovea__list_clear(list);
    return status;
}
