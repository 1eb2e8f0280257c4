// SPDX-License-Identifier: MIT
// Named tensors of any file that holds weights, whatever its ending:
//
//   safetensors (and NAME.safetensors.index.json with its shards), PyTorch's state dicts (.pth .pt
//   .th: zip and the form before 1.6), NumPy's .npz and .npy, the initializers of .onnx files.
//
//   fovea_tensor_file_open(context, "resnet18.pth", &file, &error);
//   for (int32_t i = 0; i < fovea_tensor_file_count(file); i++) {
//       fovea_named_tensor t = fovea_tensor_file_get(file, i);   // t.name, t.view
//   }
//   fovea_tensor_file_free(file);
//
// Nothing of a file is executed. The weights of a PyTorch checkpoint are found in a dict called
// state_dict, model_state_dict or model, other nested dicts are joined by dots, a prefix "module."
// that all names have is dropped, and what is no tensor is passed over and listed.
#ifndef FOVEA_TENSOR_FILE_H
#define FOVEA_TENSOR_FILE_H

#include "fovea/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_tensor_file fovea_tensor_file;

typedef struct fovea_named_tensor {
    const char *name;
    fovea_view view;
} fovea_named_tensor;

// A pair of texts: metadata, or what was passed over and what it is ("optimizer", "a dict of 2").
typedef struct fovea_named_text {
    const char *name, *text;
} fovea_named_text;

// Reads the whole file, of at most 4 GiB. Memory: the file, and at most 24 MiB and twice the file
// more for what is packed, strided or not aligned. Errors: BAD_FILE naming file, place and what is
// wrong; UNSUPPORTED (element types fovea has no numbers for, whole pickled modules, TorchScript …
// with a line of Python that mends it); OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_tensor_file_open(fovea_context *context, const char *path,
                                              fovea_tensor_file **file, fovea_error *error);
FOVEA_API void fovea_tensor_file_free(fovea_tensor_file *file);

// What it is in a few words: "safetensors", "PyTorch", "npz". Static.
FOVEA_API const char *fovea_tensor_file_format(const fovea_tensor_file *file);
FOVEA_API int32_t fovea_tensor_file_count(const fovea_tensor_file *file);
// In the file's order; data dense, row-major and aligned to their elements, borrowed from the file
// and not to be written to. An empty name and type NONE outside 0 … count-1.
FOVEA_API fovea_named_tensor fovea_tensor_file_get(const fovea_tensor_file *file, int32_t index);
// The position of that name; -1 when there is none.
FOVEA_API int32_t fovea_tensor_file_find(const fovea_tensor_file *file, const char *name);
// Metadata as the file has them (safetensors, ONNX), and entries that were passed over.
FOVEA_API int32_t fovea_tensor_file_metadata_count(const fovea_tensor_file *file);
FOVEA_API fovea_named_text fovea_tensor_file_metadata(const fovea_tensor_file *file, int32_t index);
FOVEA_API int32_t fovea_tensor_file_passed_count(const fovea_tensor_file *file);
FOVEA_API fovea_named_text fovea_tensor_file_passed(const fovea_tensor_file *file, int32_t index);

// Writes tensors as the ending of `path` says: .safetensors, .pth (.pt, .th) or .npz; old or new
// content, never half, and the same tensors give the same bytes. `metadata` (may be NULL) is kept
// by safetensors alone, which get "format" = "pt" where it is not given. Errors: INVALID_ARGUMENT
// (another ending; a name that is empty, too long or comes twice; BF16 in .npz), IO, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_tensor_file_save(fovea_context *context, const char *path,
                                              const fovea_named_tensor *tensors, int32_t count,
                                              const fovea_named_text *metadata,
                                              int32_t metadata_count, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
