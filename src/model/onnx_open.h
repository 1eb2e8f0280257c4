// SPDX-License-Identifier: MIT
// An ONNX file as a model. What fovea writes into such a file's metadata is taken from there, under the
// names it has in a model file: fovea.preprocess, fovea.classes, fovea.architecture.
#ifndef FOVEA_MODEL_ONNX_OPEN_H
#define FOVEA_MODEL_ONNX_OPEN_H

#include <stdbool.h>

#include "fovea/model.h"

// `options->input` gives sizes the file leaves open, or others than it says; `options->precision` the
// type of all floats (NULL: the file's). Errors: BAD_FILE, UNSUPPORTED (all operators that are
// missing), INVALID_ARGUMENT (a size that must be given), SHAPE_MISMATCH (sizes given that do not
// fit), OUT_OF_MEMORY.
fovea_status fovea__model_open_onnx(fovea_context *context, const char *path,
                                    const fovea_model_options *options, fovea_model **model,
                                    fovea_error *error);

// Whether the file begins as ONNX files do, whatever it is called. False for what cannot be read.
bool fovea__looks_like_onnx(fovea_context *context, const char *path);

#endif
