// SPDX-License-Identifier: MIT
// The value behind a key or in a position: checked against the key's kind and range.
#ifndef FOVEA_MODEL_ARCHITECTURE_VALUE_H
#define FOVEA_MODEL_ARCHITECTURE_VALUE_H

#include "model/architecture.h"

// `layer` is the name shown in messages. Errors: INVALID_ARGUMENT at the word.
fovea_status fovea__architecture_value(const fovea__architecture *layers, const char *layer,
                                       fovea__key key, fovea__span span, fovea__layer_value *value,
                                       fovea_error *error);

#endif
