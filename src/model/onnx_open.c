// SPDX-License-Identifier: MIT
#include "model/onnx_open.h"

#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/onnx.h"
#include "model/model_file.h"
#include "model/onnx_import.h"

static const char *metadata(const fovea__onnx_model *file, const char *key) {
    for (size_t i = 0; i < file->metadata_count; i++)
        if (strcmp(file->metadata[i].key, key) == 0) return file->metadata[i].value;
    return NULL;
}

static fovea_status wrap(fovea_context *context, const fovea__onnx_model *file, const char *path,
                         fovea_graph *graph, fovea_model **model, fovea_error *error) {
    const char *architecture = metadata(file, "fovea.architecture");
    const char *preprocess = metadata(file, "fovea.preprocess");
    FOVEA__TRY(fovea__model_wrap(context, graph, architecture ? architecture : "", model, error));
    if (!preprocess) return FOVEA_OK;
    fovea_status status =
        fovea__model_describe(*model, path, preprocess, metadata(file, "fovea.classes"), error);
    if (status == FOVEA_OK) return FOVEA_OK;
    fovea_model_free(*model);
    *model = NULL;
    return status;
}

fovea_status fovea__model_open_onnx(fovea_context *context, const char *path,
                                    const fovea_model_options *options, fovea_model **model,
                                    fovea_error *error) {
    fovea__onnx_import_options import = {.input = options->input};
    fovea__onnx_model *file;
    fovea_graph *graph;
    *model = NULL;
    FOVEA__TRY(fovea__precision(options->precision, FOVEA_TYPE_NONE, &import.type, error));
    FOVEA__TRY(fovea__onnx_read(context, path, &file, error));
    fovea_status status = fovea__onnx_import(file, &import, path, &graph, error);
    if (status == FOVEA_OK) status = wrap(context, file, path, graph, model, error);
    fovea__onnx_free(file);
    // Shapes that contradict each other are the file's fault, but for those the user gave.
    if (status == FOVEA_SHAPE_MISMATCH && import.input.rank == 0) {
        status = FOVEA_BAD_FILE;
        if (error) error->status = status;
    }
    return status;
}

bool fovea__looks_like_onnx(fovea_context *context, const char *path) {
    // ir_version first (field 1), then producer, domain, graph or opset.
    static const char next[] = {0x12, 0x1A, 0x22, 0x2A, 0x3A, 0x42};
    fovea__bytes bytes;
    if (fovea__file_read(context, path, FOVEA__ONNX_MAX_FILE, &bytes, NULL) != FOVEA_OK)
        return false;
    const uint8_t *data = bytes.data;
    bool found = bytes.size > 8 && data[0] == 0x08 && data[1] > 0 && data[1] < 0x80 &&
                 memchr(next, data[2], sizeof next) && data[8] != '{';
    fovea__free(context, bytes.data);
    return found;
}
