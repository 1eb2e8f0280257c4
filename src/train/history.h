// SPDX-License-Identifier: MIT
// The bytes of history.csv.
#ifndef FOVEA_TRAIN_HISTORY_H
#define FOVEA_TRAIN_HISTORY_H

#include "fovea/train.h"

// One line an epoch under the header; what was not measured stays empty. `*csv` is the caller's:
// fovea__free.
fovea_status fovea__history_format(fovea_context *context, const fovea_epoch *history,
                                   int32_t count, char **csv, size_t *length, fovea_error *error);
// `name` is the file's in messages. The array is the caller's: fovea_history_free. Errors: BAD_FILE
// naming the line, OUT_OF_MEMORY; `*history` is NULL then.
fovea_status fovea__history_parse(fovea_context *context, const void *bytes, size_t size,
                                  const char *name, fovea_epoch **history, int32_t *count,
                                  fovea_error *error);

#endif
