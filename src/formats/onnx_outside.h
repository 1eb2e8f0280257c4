// SPDX-License-Identifier: MIT
// Numbers of a tensor that lie in a file beside the model. The file is chosen by its plain name in the
// model's own folder and nothing else (base/beside.h).
#ifndef FOVEA_FORMATS_ONNX_OUTSIDE_H
#define FOVEA_FORMATS_ONNX_OUTSIDE_H

#include "formats/onnx_tensor.h"

// Whether the file is there and has the `needed` bytes where the message says. Errors: BAD_FILE (a key
// or value that is missing or no number, no folder, another size), those of base/beside.h.
fovea_status fovea__onnx_outside_check(fovea__onnx_source *source,
                                       const fovea__onnx_tensor_message *message, uint64_t needed,
                                       fovea_error *error);
// Reads them. Errors: as above, and IO.
fovea_status fovea__onnx_outside_take(fovea__onnx_source *source,
                                      const fovea__onnx_tensor_message *message, uint8_t *to,
                                      size_t bytes, fovea_error *error);

#endif
