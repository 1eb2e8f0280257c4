// SPDX-License-Identifier: MIT
// Messages for the context's log hook; dropped where there is none.
#ifndef FOVEA_BASE_LOG_H
#define FOVEA_BASE_LOG_H

#include "fovea/context.h"

// printf style; nothing is formatted when `level` is above the context's.
void fovea__log(fovea_context *context, fovea_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
