// SPDX-License-Identifier: MIT
// Filling a fovea_error and returning its status in one call.
#ifndef FOVEA_BASE_FAIL_H
#define FOVEA_BASE_FAIL_H

#include "fovea/status.h"

// Sets status and text (printf style) and returns `status`. `error` may be NULL.
fovea_status fovea__fail(fovea_error *error, fovea_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// The same with the file, node or option it belongs to and a position (-1: none). The text becomes
// "WHERE: message" or "WHERE: message (byte OFFSET)".
fovea_status fovea__fail_at(fovea_error *error, fovea_status status, const char *where,
                            int64_t offset, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

// Puts "WHERE: " before an error made further down, unless it names a place already.
fovea_status fovea__fail_in(fovea_error *error, fovea_status status, const char *where);

#define FOVEA__TRY(call)                                                                           \
    do {                                                                                           \
        fovea_status try_status_ = (call);                                                         \
        if (try_status_ != FOVEA_OK) return try_status_;                                           \
    } while (0)

// For functions with one cleanup path: needs `fovea_status status` and a label `done`.
#define FOVEA__GO(call)                                                                            \
    do {                                                                                           \
        status = (call);                                                                           \
        if (status != FOVEA_OK) goto done;                                                         \
    } while (0)

#endif
