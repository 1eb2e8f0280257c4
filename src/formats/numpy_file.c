// SPDX-License-Identifier: MIT
// NumPy's files through the public interface.
#include "fovea/numpy_file.h"

#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/npy.h"
#include "formats/npz.h"

fovea_status fovea_npy_load(fovea_context *context, const char *path, fovea_tensor **tensor,
                            fovea_error *error) {
    fovea__bytes file;
    fovea__npy npy;
    *tensor = NULL;
    FOVEA__TRY(fovea__file_read(context, path, UINT64_C(4) << 30, &file, error));
    fovea_status status = fovea__npy_read(context, file.data, file.size, path, &npy, error);
    fovea__free(context, file.data);
    if (status != FOVEA_OK) return status;
    status = fovea_tensor_create(context, npy.type, &npy.shape, tensor, error);
    if (status == FOVEA_OK && npy.size > 0)
        memcpy(fovea_tensor_view(*tensor).data, npy.data, npy.size);
    fovea__npy_clear(context, &npy);
    return status;
}

fovea_status fovea_npy_save(fovea_context *context, const char *path, const fovea_view *view,
                            fovea_error *error) {
    return fovea__npy_save(context, path, view, error);
}

fovea_status fovea_npz_create(fovea_context *context, const char *path, fovea_npz **npz,
                              fovea_error *error) {
    *npz = NULL;
    return fovea__npz_open(context, path, npz, error);
}

fovea_status fovea_npz_add(fovea_npz *npz, const char *name, const fovea_view *view,
                           fovea_error *error) {
    return fovea__npz_add(npz, name, view, error);
}

fovea_status fovea_npz_finish(fovea_npz *npz, fovea_error *error) {
    return fovea__npz_commit(npz, error);
}

void fovea_npz_discard(fovea_npz *npz) {
    fovea__npz_discard(npz);
}
