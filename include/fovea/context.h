// SPDX-License-Identifier: MIT
// The context: thread pool, allocator, log and processor choice. Everything else is created from
// one; there is no global state. A context must outlive all that was created from it. Objects of
// one context may be used from several threads as long as no single object is used by two at a
// time.
//
//   fovea_context *context;
//   fovea_context_create(NULL, &context, NULL);
//   ...
//   fovea_context_free(context);
#ifndef FOVEA_CONTEXT_H
#define FOVEA_CONTEXT_H

#include <stddef.h>

#include "fovea/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FOVEA_VERSION_MAJOR 0
#define FOVEA_VERSION_MINOR 1
#define FOVEA_VERSION_PATCH 0
#define FOVEA_VERSION "0.1.0"

typedef struct fovea_context fovea_context;

typedef enum fovea_log_level {
    FOVEA_LOG_ERROR = 0,
    FOVEA_LOG_WARNING = 1,
    FOVEA_LOG_INFO = 2,
    FOVEA_LOG_DEBUG = 3,
} fovea_log_level;

// `allocate` returns memory for `size` bytes aligned to `alignment` (a power of two) or NULL;
// `release` gives back what `allocate` returned. Both may be called from any thread.
typedef struct fovea_allocator {
    void *(*allocate)(void *user, size_t alignment, size_t size);
    void (*release)(void *user, void *memory);
    void *user;
} fovea_allocator;

typedef struct fovea_context_options {
    size_t size;      // sizeof(fovea_context_options); set by fovea_context_options_default
    int32_t threads;  // 0: one per processor this process may use (at most 256)
    // "reference", "avx2", "avx512", "neon": the best kernel set that may be chosen. NULL: the
    // environment variable FOVEA_CPU when set, else the best this processor has. A set the
    // processor lacks is refused.
    const char *cpu;
    fovea_allocator allocator;  // all NULL: the C library's
    // Called from any thread that uses the context; NULL: silent.
    void (*log)(void *user, fovea_log_level level, const char *text);
    void *log_user;
    fovea_log_level log_level;  // messages above it are not made
} fovea_context_options;

// One thread per processor, the best kernel set, the C library's heap, no log.
FOVEA_API void fovea_context_options_default(fovea_context_options *options);

// `options` may be NULL. Errors: INVALID_ARGUMENT (unknown or absent kernel set, threads < 0 or >
// 256), OUT_OF_MEMORY, FAILED (threads cannot be started).
FOVEA_API fovea_status fovea_context_create(const fovea_context_options *options,
                                            fovea_context **context, fovea_error *error);
// Ends the threads. Everything created from the context must be freed before.
FOVEA_API void fovea_context_free(fovea_context *context);

// Threads that compute, the caller's own included.
FOVEA_API int32_t fovea_context_threads(const fovea_context *context);
// Name of the kernel set in use: "reference", "avx2", "avx512" or "neon". Borrowed, static.
FOVEA_API const char *fovea_context_cpu(const fovea_context *context);
// The processor's own name, as the operating system tells it ("unknown" where it does not).
FOVEA_API const char *fovea_context_cpu_name(const fovea_context *context);

// Version of the library that runs, e.g. "0.1.0" (FOVEA_VERSION is the one compiled against).
FOVEA_API const char *fovea_version(void);
// Names and versions of the libraries this one uses, one "name version" a line. Borrowed, valid
// until the calling thread asks again or ends.
FOVEA_API const char *fovea_library_versions(void);

#ifdef __cplusplus
}
#endif
#endif
