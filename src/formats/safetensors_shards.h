// SPDX-License-Identifier: MIT
// Large models in parts: NAME.safetensors.index.json says which file of its folder has a tensor:
//   {"metadata":{"total_size":28},"weight_map":{"conv1.weight":"model-00001-of-00002.safetensors"}}
#ifndef FOVEA_FORMATS_SAFETENSORS_SHARDS_H
#define FOVEA_FORMATS_SAFETENSORS_SHARDS_H

#include "base/file.h"
#include "formats/tensor_list.h"

// Reads the index in `bytes`, found at `path`, and the files it names, which must lie in the same
// folder; at most 4 GiB in all. A tensor that its file has not, and one that the index does not
// name, are errors. Errors: BAD_FILE, UNSUPPORTED, OUT_OF_MEMORY; `list` is cleared then.
fovea_status fovea__shards_read(fovea_context *context, const fovea__bytes *bytes, const char *path,
                                fovea__tensor_list *list, fovea_error *error);

#endif
