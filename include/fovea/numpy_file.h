// SPDX-License-Identifier: MIT
// NumPy's files: one array (.npy), or several by name (.npz) that are written one after the other,
// so that no more than one need be in memory.
//
//   fovea_npz_create(context, "values.npz", &npz, &error);
//   fovea_npz_add(npz, "conv1", &view, &error);
//   fovea_npz_finish(npz, &error);                          // numpy.load("values.npz")["conv1"]
#ifndef FOVEA_NUMPY_FILE_H
#define FOVEA_NUMPY_FILE_H

#include "fovea/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

// Reads a .npy file of at most 4 GiB: real numbers, integers and booleans in either byte order, C or
// Fortran order. The tensor is yours. Errors: BAD_FILE naming the byte; OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_npy_load(fovea_context *context, const char *path,
                                      fovea_tensor **tensor, fovea_error *error);
// Writes an array; the old or the new file, never half. Errors: INVALID_ARGUMENT (BF16, which NumPy
// has no name for), IO.
FOVEA_API fovea_status fovea_npy_save(fovea_context *context, const char *path,
                                      const fovea_view *view, fovea_error *error);

typedef struct fovea_npz fovea_npz;
// Begins a .npz; `path` keeps its old content until fovea_npz_finish. Errors: IO, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_npz_create(fovea_context *context, const char *path, fovea_npz **npz,
                                        fovea_error *error);
// Appends an array. Errors: INVALID_ARGUMENT (a name that is empty, longer than 1000 bytes or was
// used before; BF16); FAILED (the file would pass 4 GiB or 65,535 arrays); IO. After a failure only
// fovea_npz_discard makes sense.
FOVEA_API fovea_status fovea_npz_add(fovea_npz *npz, const char *name, const fovea_view *view,
                                     fovea_error *error);
// Completes the file and releases `npz`, also on failure. Errors: IO.
FOVEA_API fovea_status fovea_npz_finish(fovea_npz *npz, fovea_error *error);
// Releases `npz` and leaves no file. NULL is fine.
FOVEA_API void fovea_npz_discard(fovea_npz *npz);

#ifdef __cplusplus
}
#endif
#endif
