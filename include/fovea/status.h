// SPDX-License-Identifier: MIT
// Status codes, the error structure and the ownership rules every other header relies on.
//
//   fovea_error error = {0};
//   if (fovea_dataset_open(context, "mnist:test", NULL, &set, &error))
//       fprintf(stderr, "%s\n", error.text);
//
// Ownership: a returned `const T *` is borrowed from the object it was asked of; a non-const `T *`
// is yours and is released with the `_free` function of its type. `_free(NULL)` does nothing. The
// library never exits, aborts or prints.
#ifndef FOVEA_STATUS_H
#define FOVEA_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FOVEA_API __attribute__((visibility("default")))
#else
#define FOVEA_API
#endif

// name, value, exit code of the program, meaning
#define FOVEA_STATUS_MAP(XX)                                                           \
    XX(OK, 0, 0, "ok")                                                                 \
    XX(INVALID_ARGUMENT, 1, 2, "invalid argument, option or architecture text")        \
    XX(SHAPE_MISMATCH, 2, 2, "shapes do not fit together")                             \
    XX(EXISTS, 3, 2, "the output exists already")                                      \
    XX(BAD_FILE, 4, 3, "a file is missing, unreadable or not what its format demands") \
    XX(UNSUPPORTED, 5, 4, "operator, type or feature not supported")                   \
    XX(DATA_MISSING, 6, 5, "data set not found")                                       \
    XX(OUT_OF_MEMORY, 7, 1, "out of memory")                                           \
    XX(IO, 8, 1, "reading or writing failed")                                          \
    XX(NOT_FINITE, 9, 1, "a value that must be finite is not")                         \
    XX(FAILED, 10, 1, "failed while running")                                          \
    XX(INTERRUPTED, 11, 130, "interrupted")

typedef enum fovea_status {
#define FOVEA_STATUS_ENUM(name, value, exit_code, text) FOVEA_##name = value,
    FOVEA_STATUS_MAP(FOVEA_STATUS_ENUM)
#undef FOVEA_STATUS_ENUM
} fovea_status;

// What went wrong and where. Filled only when a function fails; `text` is one complete sentence
// that names the file or node, what was found and what would be right.
typedef struct fovea_error {
    fovea_status status;
    int64_t offset;   // byte or character position in the input, -1 when there is none
    char where[256];  // file, node or option the error belongs to; "" when there is none
    char text[1024];
} fovea_error;

// "BAD_FILE" for FOVEA_BAD_FILE; "UNKNOWN" for a number that is no status. Borrowed, static.
FOVEA_API const char *fovea_status_name(fovea_status status);
// The meaning of the status in a few words. Borrowed, static.
FOVEA_API const char *fovea_status_text(fovea_status status);
// The exit code the program ends with for this status (0 to 5, 130).
FOVEA_API int fovea_status_exit_code(fovea_status status);

#ifdef __cplusplus
}
#endif
#endif
