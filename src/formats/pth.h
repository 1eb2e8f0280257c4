// SPDX-License-Identifier: MIT
// What torch.save writes: tensors in a zip archive (since 1.6) or one after the other behind five
// pickles (before). Read by a list of allowed names, executing nothing.
//
// The weights of a checkpoint are found where they usually are: in a dict called state_dict,
// model_state_dict or model; other nested dicts and lists are joined by dots. A prefix "module."
// that all names have is dropped. What is no tensor, and dicts beside the weights, are passed over
// and listed.
#ifndef FOVEA_FORMATS_PTH_H
#define FOVEA_FORMATS_PTH_H

#include <stdbool.h>

#include "formats/tensor_list.h"
#include "formats/zip.h"

// Types: Float Double Half BFloat16 Long Int Short Char Byte Bool storages, and UInt16 to UInt64 as
// torch writes them since 2.3. Data are borrowed from `bytes`, which must stay as long as the list;
// what is strided, deflated or not aligned is copied into the list (24 MiB and twice the file at
// most). Errors: BAD_FILE with byte; UNSUPPORTED with a line of Python that mends it (whole
// modules, TorchScript, the tar form, other types); OUT_OF_MEMORY. `list` is cleared on failure.
fovea_status fovea__pth_read(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, fovea__tensor_list *list, fovea_error *error);
// The same for a zip archive that is open already; it may be closed afterwards.
fovea_status fovea__pth_read_zip(const fovea__zip *zip, fovea__tensor_list *list,
                                 fovea_error *error);
// Whether the bytes begin as one of the forms that fovea__pth_read knows or refuses by name.
bool fovea__pth_is_plain(const uint8_t *bytes, size_t size);

// Writes the zip form: one stored member a tensor, 64-byte aligned, so that
// torch.load(weights_only=True) of 1.13 to 2.15 opens it as an OrderedDict (U16, U32 and U64 need
// 2.3). The same tensors give the same bytes. Errors: INVALID_ARGUMENT (names, types), IO,
// OUT_OF_MEMORY.
fovea_status fovea__pth_write(fovea_context *context, const char *path,
                              const fovea__list_tensor *tensors, size_t count, fovea_error *error);

#endif
