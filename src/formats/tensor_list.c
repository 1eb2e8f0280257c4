// SPDX-License-Identifier: MIT
#include "formats/tensor_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"

int fovea__list_good_name(const char *text, size_t length) {
    if (length < 1 || length > FOVEA__LIST_MAX_NAME) return 0;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 32 || text[i] == 127) return 0;
    return fovea__is_utf8(text, length);
}

fovea_status fovea__list_keep(fovea__tensor_list *list, void *block, fovea_error *error) {
    if (list->block_count == list->block_room) {
        void **grown = fovea__grow(list->context, list->block, list->block_count, &list->block_room,
                                   list->block_count + 1, sizeof *grown, error);
        if (!grown) {
            fovea__free(list->context, block);
            return FOVEA_OUT_OF_MEMORY;
        }
        list->block = grown;
    }
    list->block[list->block_count++] = block;
    return FOVEA_OK;
}

// Copies in memory that the list keeps.
static fovea_status keep_text(fovea__tensor_list *list, const char *text, const char **kept,
                              fovea_error *error) {
    char *copy = fovea__copy_text(list->context, text, error);
    if (!copy) return FOVEA_OUT_OF_MEMORY;
    *kept = copy;
    return fovea__list_keep(list, copy, error);
}

fovea_status fovea__list_add(fovea__tensor_list *list, const char *file,
                             const fovea__list_tensor *tensor, fovea_error *error) {
    if (!fovea__list_good_name(tensor->name, strlen(tensor->name)))
        return fovea__fail_at(error, FOVEA_BAD_FILE, file, -1,
                              "a tensor's name is empty, longer than %d bytes, no UTF-8 or has "
                              "control characters",
                              FOVEA__LIST_MAX_NAME);
    if (list->count == FOVEA__LIST_MAX_TENSORS)
        return fovea__fail_at(error, FOVEA_BAD_FILE, file, -1, "more than %d tensors",
                              FOVEA__LIST_MAX_TENSORS);
    if (list->count == list->room) {
        fovea__list_tensor *grown = fovea__grow(list->context, list->item, list->count, &list->room,
                                                list->count + 1, sizeof *grown, error);
        if (!grown) return FOVEA_OUT_OF_MEMORY;
        list->item = grown;
    }
    fovea__list_tensor *added = &list->item[list->count];
    *added = *tensor;
    FOVEA__TRY(keep_text(list, tensor->name, &added->name, error));
    list->count++;
    return FOVEA_OK;
}

static fovea_status add_text(fovea__tensor_list *list, fovea__list_text **texts, size_t *count,
                             size_t *room, const char *name, const char *text, fovea_error *error) {
    if (*count == *room) {
        fovea__list_text *grown =
            fovea__grow(list->context, *texts, *count, room, *count + 1, sizeof *grown, error);
        if (!grown) return FOVEA_OUT_OF_MEMORY;
        *texts = grown;
    }
    fovea__list_text *added = &(*texts)[*count];
    FOVEA__TRY(keep_text(list, name, &added->name, error));
    FOVEA__TRY(keep_text(list, text, &added->text, error));
    ++*count;
    return FOVEA_OK;
}

fovea_status fovea__list_add_metadata(fovea__tensor_list *list, const char *name, const char *text,
                                      fovea_error *error) {
    return add_text(list, &list->metadata, &list->metadata_count, &list->metadata_room, name, text,
                    error);
}

fovea_status fovea__list_pass(fovea__tensor_list *list, const char *name, const char *text,
                              fovea_error *error) {
    if (list->passed_count == FOVEA__LIST_MAX_PASSED) return FOVEA_OK;
    return add_text(list, &list->passed, &list->passed_count, &list->passed_room, name, text,
                    error);
}

static int order_by_name(const void *left, const void *right) {
    const fovea__list_tensor *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

fovea_status fovea__list_finish(fovea__tensor_list *list, const char *file, fovea_error *error) {
    list->by_name = fovea__new(list->context, list->count, sizeof(*list->by_name), error);
    if (!list->by_name) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < list->count; i++) list->by_name[i] = &list->item[i];
    qsort(list->by_name, list->count, sizeof(*list->by_name), order_by_name);
    for (size_t i = 1; i < list->count; i++)
        if (strcmp(list->by_name[i - 1]->name, list->by_name[i]->name) == 0)
            return fovea__fail_at(error, FOVEA_BAD_FILE, file, -1, "two tensors are called %s",
                                  list->by_name[i]->name);
    return FOVEA_OK;
}

const fovea__list_tensor *fovea__tensor_find(const fovea__list_tensor *const *by_name, size_t count,
                                             const char *name) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, by_name[middle]->name);
        if (order == 0) return by_name[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

void fovea__list_clear(fovea__tensor_list *list) {
    if (!list->context) return;
    for (size_t i = 0; i < list->block_count; i++) fovea__free(list->context, list->block[i]);
    fovea__free(list->context, list->block);
    fovea__free(list->context, list->item);
    fovea__free(list->context, list->by_name);
    fovea__free(list->context, list->metadata);
    fovea__free(list->context, list->passed);
    *list = (fovea__tensor_list){0};
}
