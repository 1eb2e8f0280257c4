// SPDX-License-Identifier: MIT
// A safetensors file as a list of tensors, in the order of its header.
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/tensor_file.h"

static fovea_status add(const fovea__safetensor *from, const char *name, fovea__tensor_list *list,
                        fovea_error *error) {
    fovea__list_tensor tensor = {from->name, from->type, from->shape, from->data, from->size};
    if ((uintptr_t)from->data % fovea_type_size(from->type) != 0) {
        void *copy = fovea__copy(list->context, from->data, from->size, error);
        if (!copy) return FOVEA_OUT_OF_MEMORY;
        FOVEA__TRY(fovea__list_keep(list, copy, error));
        tensor.data = copy;
    }
    return fovea__list_add(list, name, &tensor, error);
}

// Names were kept one after the other, in the header's order.
static int order_by_header(const void *left, const void *right) {
    const fovea__safetensor *const *a = left, *const *b = right;
    return ((*a)->name > (*b)->name) - ((*a)->name < (*b)->name);
}

fovea_status fovea__list_of_safetensors(fovea_context *context, const fovea__safetensors *file,
                                        const char *name, fovea__tensor_list *list,
                                        fovea_error *error) {
    *list = (fovea__tensor_list){.context = context};
    const fovea__safetensor **all = fovea__new(context, file->count, sizeof *all, error);
    fovea_status status = all ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < file->count && status == FOVEA_OK; i++) all[i] = &file->tensor[i];
    if (status == FOVEA_OK) qsort(all, file->count, sizeof *all, order_by_header);
    for (size_t i = 0; i < file->count && status == FOVEA_OK; i++)
        status = add(all[i], name, list, error);
    fovea__free(context, all);
    for (size_t i = 0; i < file->metadata_count && status == FOVEA_OK; i++)
        status =
            fovea__list_add_metadata(list, file->metadata[i].key, file->metadata[i].value, error);
    if (status == FOVEA_OK) status = fovea__list_finish(list, name, error);
    if (status != FOVEA_OK) fovea__list_clear(list);
    return status;
}
