// SPDX-License-Identifier: MIT
// What a file of weights is, by its first bytes, and its tensors.
#include "formats/tensor_file.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "formats/onnx.h"
#include "formats/pth.h"
#include "formats/safetensors_shards.h"

#define HASH_KEY "fovea.hash"  // what fovea writes has it, and it must be right

static const char hint[] =
    "no weights that fovea reads: .safetensors, PyTorch's .pth .pt .th, .npz, .npy or .onnx";

typedef struct reader {
    fovea_context *context;
    const char *path;
    fovea_tensor_file *file;
    fovea_error *error;
} reader;

static bool begins(const fovea__bytes *bytes, const char *text) {
    size_t length = strlen(text);
    return bytes->size >= length && memcmp(bytes->data, text, length) == 0;
}

static fovea_status read_safetensors(const reader *r) {
    fovea__safetensors file;
    r->file->format = "safetensors";
    FOVEA__TRY(fovea__safetensors_parse(r->context, r->file->bytes.data, r->file->bytes.size,
                                        r->path, &file, r->error));
    fovea_status status = FOVEA_OK;
    if (fovea__safetensors_metadata(&file, HASH_KEY))
        status = fovea__safetensors_verify(&file, HASH_KEY, r->path, r->error);
    if (status == FOVEA_OK)
        status = fovea__list_of_safetensors(r->context, &file, r->path, &r->file->list, r->error);
    fovea__safetensors_clear(r->context, &file);
    return status;
}

static fovea_status read_pth(const reader *r) {
    r->file->format = "PyTorch";
    return fovea__pth_read(r->context, r->file->bytes.data, r->file->bytes.size, r->path,
                           &r->file->list, r->error);
}

// NumPy's archives and PyTorch's are told apart by their members.
static bool holds_arrays(const fovea__zip *zip) {
    bool arrays = false;
    for (size_t i = 0; i < zip->count; i++) {
        size_t length = strlen(zip->member[i].name);
        const char *end = zip->member[i].name + length;
        if (length > 9 && strcmp(end - 9, "/data.pkl") == 0) return false;
        arrays |= length > 4 && strcmp(end - 4, ".npy") == 0;
    }
    return arrays;
}

static fovea_status read_zip(const reader *r) {
    fovea__zip zip;
    FOVEA__TRY(fovea__zip_open(r->context, r->file->bytes.data, r->file->bytes.size, r->path, &zip,
                               r->error));
    bool arrays = holds_arrays(&zip);
    r->file->format = arrays ? "npz" : "PyTorch";
    fovea_status status = arrays ? fovea__npz_read_zip(&zip, &r->file->list, r->error)
                                 : fovea__pth_read_zip(&zip, &r->file->list, r->error);
    fovea__zip_close(&zip);
    return status;
}

// One array without a name of its own.
static fovea_status read_npy(const reader *r) {
    fovea__npy npy;
    fovea__tensor_list *list = &r->file->list;
    uint64_t budget = r->file->bytes.size;
    r->file->format = "npy";
    *list = (fovea__tensor_list){.context = r->context};
    FOVEA__TRY(fovea__npy_borrow(r->context, r->file->bytes.data, r->file->bytes.size, r->path,
                                 &budget, &npy, r->error));
    if (npy.owned) FOVEA__TRY(fovea__list_keep(list, npy.owned, r->error));
    fovea__list_tensor tensor = {"array", npy.type, npy.shape, npy.data, npy.size};
    FOVEA__TRY(fovea__list_add(list, r->path, &tensor, r->error));
    return fovea__list_finish(list, r->path, r->error);
}

static fovea_status read_shards(const reader *r) {
    r->file->format = "safetensors in parts";
    return fovea__shards_read(r->context, &r->file->bytes, r->path, &r->file->list, r->error);
}

static fovea_status add_initializer(const reader *r, fovea__onnx_tensor *from) {
    fovea__tensor_list *list = &r->file->list;
    if (from->type == FOVEA_TYPE_NONE)
        return fovea__list_pass(list, from->name, "of a type without numbers here", r->error);
    void *data = from->data;
    from->data = NULL;  // the list's now
    if (data) FOVEA__TRY(fovea__list_keep(list, data, r->error));
    fovea__list_tensor tensor = {from->name, from->type, from->shape, data, from->size};
    return fovea__list_add(list, r->path, &tensor, r->error);
}

// The initializers of a model. The reader of ONNX opens the file itself: data may lie beside it.
static fovea_status read_onnx(const reader *r) {
    fovea__onnx_model *model;
    fovea__tensor_list *list = &r->file->list;
    r->file->format = "ONNX";
    fovea__free(r->context, r->file->bytes.data);
    r->file->bytes = (fovea__bytes){0};
    FOVEA__TRY(fovea__onnx_read(r->context, r->path, &model, r->error));
    fovea_status status = FOVEA_OK;
    *list = (fovea__tensor_list){.context = r->context};
    for (size_t i = 0; i < model->initializer_count && status == FOVEA_OK; i++)
        status = add_initializer(r, &model->initializer[i]);
    for (size_t i = 0; i < model->metadata_count && status == FOVEA_OK; i++)
        status = fovea__list_add_metadata(list, model->metadata[i].key, model->metadata[i].value,
                                          r->error);
    if (status == FOVEA_OK) status = fovea__list_finish(list, r->path, r->error);
    fovea__onnx_free(model);
    return status;
}

static fovea_status refuse(const reader *r) {
    const fovea__bytes *bytes = &r->file->bytes;
    if (bytes->size == 0)
        return fovea__fail_at(r->error, FOVEA_BAD_FILE, r->path, -1, "the file is empty");
    if (begins(bytes, "<"))
        return fovea__fail_at(r->error, FOVEA_BAD_FILE, r->path, 0,
                              "this is an HTML page, not a model; the download went wrong");
    if (begins(bytes, "version https://git-lfs"))
        return fovea__fail_at(r->error, FOVEA_BAD_FILE, r->path, 0,
                              "this is Git LFS's note of a file, not the file; fetch it with "
                              "git lfs pull");
    return fovea__fail_at(r->error, FOVEA_BAD_FILE, r->path, 0, "%s", hint);
}

static fovea_status read_content(const reader *r) {
    const fovea__bytes *bytes = &r->file->bytes;
    char extension[16];
    fovea__path_extension(r->path, extension, sizeof extension);
    if (strcmp(extension, ".onnx") == 0) return read_onnx(r);  // messages have no magic number
    if (begins(bytes, "PK")) return read_zip(r);
    if (begins(bytes, "\x93NUMPY")) return read_npy(r);
    // Also the first byte of a header length of 123; that has zeros behind it.
    if (begins(bytes, "{") && !memchr(bytes->data, 0, bytes->size < 8 ? bytes->size : 8))
        return read_shards(r);
    if (fovea__pth_is_plain(bytes->data, bytes->size)) return read_pth(r);
    // safetensors: eight bytes of length, then a JSON object, perhaps behind blanks.
    for (size_t i = 8; i < bytes->size && i < 64; i++) {
        if (bytes->data[i] == '{') return read_safetensors(r);
        if (!strchr(" \t\r\n", bytes->data[i]) || !bytes->data[i]) break;
    }
    // A damaged file is best explained by the reader its name asks for.
    return strcmp(extension, ".safetensors") == 0 ? read_safetensors(r) : refuse(r);
}

fovea_status fovea_tensor_file_open(fovea_context *context, const char *path,
                                    fovea_tensor_file **file, fovea_error *error) {
    *file = NULL;
    fovea_tensor_file *made = fovea__new(context, 1, sizeof *made, error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    reader r = {context, path, made, error};
    fovea_status status =
        fovea__file_read(context, path, FOVEA__SAFETENSORS_MAX_FILE, &made->bytes, error);
    if (status == FOVEA_OK) status = read_content(&r);
    if (status == FOVEA_OK)
        *file = made;
    else
        fovea_tensor_file_free(made);
    return status;
}

void fovea_tensor_file_free(fovea_tensor_file *file) {
    if (!file) return;
    fovea__list_clear(&file->list);
    fovea__free(file->context, file->bytes.data);
    fovea__free(file->context, file);
}

const char *fovea_tensor_file_format(const fovea_tensor_file *file) {
    return file->format;
}

int32_t fovea_tensor_file_count(const fovea_tensor_file *file) {
    return (int32_t)file->list.count;
}

fovea_named_tensor fovea_tensor_file_get(const fovea_tensor_file *file, int32_t index) {
    if (index < 0 || (size_t)index >= file->list.count) return (fovea_named_tensor){.name = ""};
    const fovea__list_tensor *tensor = &file->list.item[index];
    return (fovea_named_tensor){tensor->name,
                                {tensor->type, tensor->shape, (void *)(uintptr_t)tensor->data}};
}

int32_t fovea_tensor_file_find(const fovea_tensor_file *file, const char *name) {
    const fovea__list_tensor *tensor =
        fovea__tensor_find(file->list.by_name, file->list.count, name);
    return tensor ? (int32_t)(tensor - file->list.item) : -1;
}

static fovea_named_text text_at(const fovea__list_text *texts, size_t count, int32_t index) {
    if (index < 0 || (size_t)index >= count) return (fovea_named_text){"", ""};
    return (fovea_named_text){texts[index].name, texts[index].text};
}

int32_t fovea_tensor_file_metadata_count(const fovea_tensor_file *file) {
    return (int32_t)file->list.metadata_count;
}

fovea_named_text fovea_tensor_file_metadata(const fovea_tensor_file *file, int32_t index) {
    return text_at(file->list.metadata, file->list.metadata_count, index);
}

int32_t fovea_tensor_file_passed_count(const fovea_tensor_file *file) {
    return (int32_t)file->list.passed_count;
}

fovea_named_text fovea_tensor_file_passed(const fovea_tensor_file *file, int32_t index) {
    return text_at(file->list.passed, file->list.passed_count, index);
}
