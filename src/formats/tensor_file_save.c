// SPDX-License-Identifier: MIT
// Named tensors under the form that a file's ending asks for.
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "formats/npz.h"
#include "formats/pth.h"
#include "formats/tensor_file.h"

typedef struct content {
    fovea_context *context;
    const char *path;
    const fovea_named_tensor *tensors;
    size_t count;
    const fovea_named_text *metadata;
    size_t metadata_count;
    fovea_error *error;
} content;

static fovea_status save_safetensors(const content *c) {
    size_t count = 0;
    bool named = false;
    fovea__named_view *views = fovea__new(c->context, c->count, sizeof *views, c->error);
    fovea__text_pair *pairs =
        fovea__new(c->context, c->metadata_count + 1, sizeof *pairs, c->error);
    fovea_status status = views && pairs ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < c->metadata_count; i++)
        named |= strcmp(c->metadata[i].name, "format") == 0;
    if (status == FOVEA_OK && !named) pairs[count++] = (fovea__text_pair){"format", "pt"};
    for (size_t i = 0; i < c->metadata_count && status == FOVEA_OK; i++)
        pairs[count++] = (fovea__text_pair){c->metadata[i].name, c->metadata[i].text};
    for (size_t i = 0; i < c->count && status == FOVEA_OK; i++)
        views[i] = (fovea__named_view){c->tensors[i].name, c->tensors[i].view};
    if (status == FOVEA_OK) {
        fovea__safetensors_content all = {
            .metadata = pairs, .metadata_count = count, .tensors = views, .count = c->count};
        status = fovea__safetensors_write(c->context, c->path, &all, NULL, c->error);
    }
    fovea__free(c->context, views);
    fovea__free(c->context, pairs);
    return status;
}

static fovea_status save_npz(const content *c) {
    fovea__npz *npz;
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < c->count; i++)
        if (c->tensors[i].view.type == FOVEA_BF16)
            return fovea__fail(c->error, FOVEA_INVALID_ARGUMENT,
                               "%s: NumPy has no BF16, the type of %s; .safetensors and .pth have",
                               c->path, c->tensors[i].name);
    FOVEA__TRY(fovea__npz_open(c->context, c->path, &npz, c->error));
    for (size_t i = 0; i < c->count && status == FOVEA_OK; i++)
        status = fovea__npz_add(npz, c->tensors[i].name, &c->tensors[i].view, c->error);
    if (status == FOVEA_OK) return fovea__npz_commit(npz, c->error);
    fovea__npz_discard(npz);
    return status;
}

static fovea_status size_of(const fovea_named_tensor *tensor, size_t *size, fovea_error *error) {
    int64_t count = fovea_shape_count(&tensor->view.shape);
    size_t width = fovea_type_size(tensor->view.type);
    if (count >= 0 && width > 0 && fovea__mul_size((size_t)count, width, size)) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "tensor %.256s has a type or shape that cannot be written", tensor->name);
}

// All as a list, which checks names; then as a .pth file where `write` says so.
static fovea_status save_pth(const content *c, bool write) {
    fovea__tensor_list list = {.context = c->context};
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < c->count && status == FOVEA_OK; i++) {
        const fovea_view *view = &c->tensors[i].view;
        fovea__list_tensor tensor = {c->tensors[i].name, view->type, view->shape, view->data, 0};
        status = size_of(&c->tensors[i], &tensor.size, c->error);
        if (status == FOVEA_OK) status = fovea__list_add(&list, c->path, &tensor, c->error);
    }
    if (status == FOVEA_OK) status = fovea__list_finish(&list, c->path, c->error);
    if (status == FOVEA_BAD_FILE) {
        status = FOVEA_INVALID_ARGUMENT;
        if (c->error) c->error->status = status;
    }
    if (status == FOVEA_OK && write)
        status = fovea__pth_write(c->context, c->path, list.item, list.count, c->error);
    fovea__list_clear(&list);
    return status;
}

fovea_status fovea_tensor_file_save(fovea_context *context, const char *path,
                                    const fovea_named_tensor *tensors, int32_t count,
                                    const fovea_named_text *metadata, int32_t metadata_count,
                                    fovea_error *error) {
    char ending[16];
    if (count < 0 || metadata_count < 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a negative count of tensors");
    content c = {context, path, tensors, (size_t)count, metadata, (size_t)metadata_count, error};
    fovea__path_extension(path, ending, sizeof ending);
    bool torch =
        strcmp(ending, ".pth") == 0 || strcmp(ending, ".pt") == 0 || strcmp(ending, ".th") == 0;
    bool numpy = strcmp(ending, ".npz") == 0;
    if (!torch && !numpy && strcmp(ending, ".safetensors") != 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%s: weights are written as .safetensors, .pth, .pt, .th or .npz", path);
    FOVEA__TRY(save_pth(&c, torch));
    if (torch) return FOVEA_OK;
    return numpy ? save_npz(&c) : save_safetensors(&c);
}
