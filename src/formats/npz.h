// SPDX-License-Identifier: MIT
// NumPy's .npz. Written: a ZIP archive of .npy files, stored without compression, one after the
// other, so that no more than one array need be in memory. The same arrays give the same bytes
// (every time stamp is 1980-01-01).
//
// A plain ZIP ends at 4 GiB and 65,535 members; what does not fit is refused and the file not
// written (ZIP64 is not made).
#ifndef FOVEA_FORMATS_NPZ_H
#define FOVEA_FORMATS_NPZ_H

#include "formats/tensor_list.h"
#include "formats/zip.h"

typedef struct fovea_npz fovea__npz;  // public as fovea_npz (fovea/numpy_file.h)

// Begins writing; `path` keeps its old content until fovea__npz_commit.
fovea_status fovea__npz_open(fovea_context *context, const char *path, fovea__npz **npz,
                             fovea_error *error);

// Appends the dense row-major array as member NAME.npy (NumPy's key is NAME). INVALID_ARGUMENT: an
// empty name, one over 1000 bytes, not UTF-8, with control characters, used before; a type NumPy
// lacks. FAILED: the archive would pass 4 GiB or 65,535 members. IO: writing failed. After a
// failure only discard makes sense.
fovea_status fovea__npz_add(fovea__npz *npz, const char *name, const fovea_view *view,
                            fovea_error *error);

// Writes the directory and gives the file its name. Frees `npz`, also on failure.
fovea_status fovea__npz_commit(fovea__npz *npz, fovea_error *error);
// Frees `npz` and leaves no file. NULL is fine.
void fovea__npz_discard(fovea__npz *npz);

// Reads a zip archive of .npy members, stored or packed; other members are passed over and listed.
// Data lie in `zip`'s bytes where those are aligned, else in the list. Errors as those of
// fovea__npy_read and fovea__zip_take; `list` is cleared on failure.
fovea_status fovea__npz_read_zip(const fovea__zip *zip, fovea__tensor_list *list,
                                 fovea_error *error);

#endif
