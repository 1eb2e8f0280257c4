// SPDX-License-Identifier: MIT
// The insides of a tensor file, for readers of weights in src/model.
#ifndef FOVEA_FORMATS_TENSOR_FILE_H
#define FOVEA_FORMATS_TENSOR_FILE_H

#include "base/file.h"
#include "formats/safetensors.h"
#include "formats/tensor_list.h"
#include "fovea/tensor_file.h"

struct fovea_tensor_file {
    fovea_context *context;
    const char *format;
    fovea__bytes bytes;  // of the file, where the list borrows from it
    fovea__tensor_list list;
};

// The tensors and metadata of a safetensors file, borrowed from it where they are aligned.
fovea_status fovea__list_of_safetensors(fovea_context *context, const fovea__safetensors *file,
                                        const char *name, fovea__tensor_list *list,
                                        fovea_error *error);

#endif
