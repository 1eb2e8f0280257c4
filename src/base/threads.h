// SPDX-License-Identifier: MIT
// The context's thread pool. Worker 0 is the caller; work item i always goes to worker i mod
// threads, so nothing depends on timing.
#ifndef FOVEA_BASE_THREADS_H
#define FOVEA_BASE_THREADS_H

#include <stdint.h>

#include "fovea/context.h"

typedef void fovea__work(void *user, int64_t item, int32_t worker);

// Runs work(user, i, worker) for i in [0, count) and returns when all are done. No allocation, no
// lock but the pool's own futex. While the pool is at work (a nested call, a second thread of the
// program) the caller does all items itself, under the same worker numbers.
void fovea__parallel(fovea_context *context, int64_t count, fovea__work *work, void *user);

#endif
