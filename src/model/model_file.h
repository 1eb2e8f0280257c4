// SPDX-License-Identifier: MIT
// The model file: one safetensors file whose metadata hold, beside `format` = "pt",
//
//   fovea.version       "0.1.0": of the library that wrote it
//   fovea.architecture  ready-made net or text it was made from; absent when unknown
//   fovea.graph         the graph (graph_json.h)
//   fovea.preprocess    {"input":[C,H,W] (or [C,L], [C,D,H,W]),"mean":[...],"std":[...]}: x = (byte/255 - mean) / std;
//                       where given "resize":N (the shorter side), "crop":[H,W] and "order":"BGR"
//   fovea.classes       ["airplane", ...]; absent when none are known
//   fovea.hash          SHA-256 of the whole file with these 64 digits as zeros
//
// and whose tensors are the graph's parameters and buffers. A checkpoint is such a file with more
// metadata and with tensors named optimizer.*.
#ifndef FOVEA_MODEL_MODEL_FILE_H
#define FOVEA_MODEL_MODEL_FILE_H

#include "model/model.h"

#define FOVEA__HASH_KEY "fovea.hash"

// What a checkpoint holds besides the model. The tensors' names begin with "optimizer.".
typedef struct fovea__model_extra {
    const fovea__text_pair *metadata;
    size_t metadata_count;
    const fovea__named_view *tensors;
    size_t tensor_count;
} fovea__model_extra;

// `extra` may be NULL. `hash`, when not NULL, receives the file's hash. The old or the new content,
// never half.
fovea_status fovea__model_write(const fovea_model *model, const char *path,
                                const fovea__model_extra *extra, char hash[65], fovea_error *error);

// The metadata fovea.preprocess and fovea.classes as JSON, to be freed with fovea__free; NULL and
// OUT_OF_MEMORY in `error`. Classes of a model without any are "[]".
char *fovea__model_preprocess_text(const fovea_model *model, fovea_error *error);
char *fovea__model_classes_text(const fovea_model *model, fovea_error *error);

// Reads and verifies a model file. `type` as in fovea__graph_read_json. `file`, when not NULL,
// receives the whole file, to be released with fovea__safetensors_clear; on failure it is empty.
// Errors: BAD_FILE (damaged or wrong, naming the member), UNSUPPORTED (no model file; an operator
// or type), OUT_OF_MEMORY.
fovea_status fovea__model_read(fovea_context *context, const char *path, fovea_type type,
                               fovea_model **model, fovea__safetensors *file, fovea_error *error);
// The same for the bytes of a file; `path` is its name in messages.
fovea_status fovea__model_parse(fovea_context *context, const void *bytes, size_t size,
                                const char *path, fovea_type type, fovea_model **model,
                                fovea_error *error);

// Preprocessing and class names (NULL: none known) from the texts that stand for them above. Errors:
// BAD_FILE naming file and member.
fovea_status fovea__model_describe(fovea_model *model, const char *path, const char *preprocess,
                                   const char *classes, fovea_error *error);

#endif
