// SPDX-License-Identifier: MIT
// The worker threads behind fovea__parallel (threads.h); made and ended by the context.
#ifndef FOVEA_BASE_THREAD_POOL_H
#define FOVEA_BASE_THREAD_POOL_H

#include <stdint.h>

#include "fovea/context.h"

typedef struct fovea__pool fovea__pool;

// Processors this process may run on, at most 256.
int32_t fovea__processor_count(void);

// Starts threads - 1 workers (the caller of fovea__parallel is the first). Errors: OUT_OF_MEMORY,
// FAILED where the system refuses a thread.
fovea_status fovea__pool_create(fovea_context *context, int32_t threads, fovea__pool **pool,
                                fovea_error *error);
void fovea__pool_free(fovea_context *context, fovea__pool *pool);
int32_t fovea__pool_threads(const fovea__pool *pool);

#endif
