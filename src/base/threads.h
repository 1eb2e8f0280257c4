// SPDX-License-Identifier: MIT
// The context's thread pool. Worker 0 is the caller; worker w begins with items w, w + threads, ...
// and goes on with those that others have not begun. Only who does an item depends on timing: work
// keeps its results by item, and by worker nothing but memory that one item leaves to no other.
#ifndef FOVEA_BASE_THREADS_H
#define FOVEA_BASE_THREADS_H

#include <stdint.h>

#include "fovea/context.h"

typedef void fovea__work(void *user, int64_t item, int32_t worker);

// Runs work(user, i, worker) for i in [0, count) and returns when all are done. A worker does one
// item at a time; its number is below count. No allocation, no lock but the pool's own futex. While
// the pool is at work (a nested call, a second thread of the program) the caller does all items
// itself, under the same worker numbers.
void fovea__parallel(fovea_context *context, int64_t count, fovea__work *work, void *user);

#endif
