// SPDX-License-Identifier: MIT
// Filling a fovea_error and returning its status in one call.
#ifndef FOVEA_BASE_FAIL_H
#define FOVEA_BASE_FAIL_H

#include "fovea/status.h"

// The macros below hand `status` back through this, so that the compiler sees that a failure is one
// and can follow which results are set.
static inline fovea_status fovea__failed(fovea_status status, fovea_status filled) {
    (void)filled;
    return status;
}

// Sets status and text (printf style) and returns `status`. `error` may be NULL.
fovea_status fovea__fail(fovea_error *error, fovea_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define fovea__fail(error, status, ...) \
    fovea__failed(status, (fovea__fail)(error, status, __VA_ARGS__))

// The same with the file, node or option it belongs to and a position (-1: none). The text becomes
// "WHERE: message" or "WHERE: message (byte OFFSET)".
fovea_status fovea__fail_at(fovea_error *error, fovea_status status, const char *where,
                            int64_t offset, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
#define fovea__fail_at(error, status, ...) \
    fovea__failed(status, (fovea__fail_at)(error, status, __VA_ARGS__))

// Puts "WHERE: " before an error made further down, unless it names a place already.
fovea_status fovea__fail_in(fovea_error *error, fovea_status status, const char *where);
#define fovea__fail_in(error, status, where) \
    fovea__failed(status, (fovea__fail_in)(error, status, where))

#define FOVEA__TRY(call)                                 \
    do {                                                 \
        fovea_status try_status_ = (call);               \
        if (try_status_ != FOVEA_OK) return try_status_; \
    } while (0)

// For functions with one cleanup path: needs `fovea_status status` and a label `done`.
#define FOVEA__GO(call)                    \
    do {                                   \
        status = (call);                   \
        if (status != FOVEA_OK) goto done; \
    } while (0)

#endif
