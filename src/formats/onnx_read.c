// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/onnx.h"
#include "formats/onnx_build.h"

void fovea__onnx_free(fovea__onnx_model *model) {
    if (!model) return;
    fovea_context *context = model->context;
    for (size_t i = 0; i < model->initializer_count; i++)
        fovea__free(context, model->initializer[i].data);
    for (size_t i = 0; i < model->node_count; i++)
        for (size_t k = 0; k < model->node[i].attribute_count; k++)
            if (model->node[i].attribute[k].t)
                fovea__free(context, model->node[i].attribute[k].t->data);
    fovea__free(context, model->memory);
}

static fovea_status parse(fovea__onnx_source *source, const char *name, fovea__onnx_model **model,
                          fovea_error *error) {
    fovea_context *context = source->context;
    fovea__onnx_arena arena;
    ProtobufCMessage *message;
    *model = NULL;
    if (source->size == 0)
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1, "the file is empty");
    FOVEA__TRY(fovea__onnx_decode(context, &fovea__onnx__model_proto__descriptor, source->bytes,
                                  source->size, name, &arena, &message, error));
    fovea__onnx_builder builder = {.source = source, .arena = &arena, .name = name};
    fovea_status status =
        fovea__onnx_build(&builder, (const fovea__onnx_model_message *)message, model, error);
    fovea__beside_close(source->beside);
    if (status == FOVEA_OK) return FOVEA_OK;
    if (*model)
        fovea__onnx_free(*model);
    else
        fovea__free(context, arena.begin);
    *model = NULL;
    return status;
}

fovea_status fovea__onnx_parse(fovea_context *context, const void *bytes, size_t size,
                               const char *name, const char *folder, fovea__onnx_model **model,
                               fovea_error *error) {
    fovea__onnx_source source = {
        .context = context, .bytes = bytes, .size = size, .folder = folder};
    return parse(&source, name, model, error);
}

// The folder a file lies in, in memory of its own.
static char *folder_of(fovea_context *context, const char *path, fovea_error *error) {
    const char *slash = strrchr(path, '/');
    if (!slash) return fovea__copy_text(context, ".", error);
    return fovea__copy_text_n(context, path, slash == path ? 1 : (size_t)(slash - path), error);
}

fovea_status fovea__onnx_read(fovea_context *context, const char *path, fovea__onnx_model **model,
                              fovea_error *error) {
    fovea__bytes file;
    *model = NULL;
    FOVEA__TRY(fovea__file_read(context, path, FOVEA__ONNX_MAX_FILE, &file, error));
    char *folder = folder_of(context, path, error);
    fovea__onnx_source source = {.context = context,
                                 .bytes = file.data,
                                 .size = file.size,
                                 .own = file.data,
                                 .folder = folder};
    fovea_status status = folder ? parse(&source, path, model, error) : FOVEA_OUT_OF_MEMORY;
    fovea__free(context, folder);
    fovea__free(context, file.data);
    return status;
}

static fovea_status make_tensor(fovea__onnx_source *source,
                                const fovea__onnx_tensor_message *message, fovea_tensor **tensor,
                                fovea_error *error) {
    fovea__onnx_tensor found;
    FOVEA__TRY(fovea__onnx_tensor_describe(message, &found, error));
    if (!found.type)
        return fovea__fail(error, FOVEA_UNSUPPORTED, "tensors of type %s are not supported",
                           fovea__onnx_type_name(found.data_type));
    FOVEA__TRY(fovea__onnx_numbers_check(source, message, &found, error));
    FOVEA__TRY(fovea_tensor_create(source->context, found.type, &found.shape, tensor, error));
    fovea_status status =
        fovea__onnx_numbers_take(source, message, &found, fovea_tensor_view(*tensor).data, error);
    if (status == FOVEA_OK) return FOVEA_OK;
    fovea_tensor_free(*tensor);
    *tensor = NULL;
    return status;
}

fovea_status fovea__onnx_parse_tensor(fovea_context *context, const void *bytes, size_t size,
                                      const char *name, fovea_tensor **tensor, fovea_error *error) {
    fovea__onnx_arena arena;
    ProtobufCMessage *message;
    *tensor = NULL;
    FOVEA__TRY(fovea__onnx_decode(context, &fovea__onnx__tensor_proto__descriptor, bytes, size,
                                  name, &arena, &message, error));
    fovea__onnx_source source = {.context = context, .bytes = bytes, .size = size};
    fovea_status status =
        make_tensor(&source, (const fovea__onnx_tensor_message *)message, tensor, error);
    fovea__free(context, arena.begin);
    return status == FOVEA_OK ? FOVEA_OK : fovea__fail_in(error, status, name);
}

fovea_status fovea__onnx_read_tensor(fovea_context *context, const char *path,
                                     fovea_tensor **tensor, fovea_error *error) {
    fovea__bytes file;
    *tensor = NULL;
    FOVEA__TRY(fovea__file_read(context, path, FOVEA__ONNX_MAX_FILE, &file, error));
    fovea_status status =
        fovea__onnx_parse_tensor(context, file.data, file.size, path, tensor, error);
    fovea__free(context, file.data);
    return status;
}
