// SPDX-License-Identifier: MIT
// An allocator that fails the k-th allocation and counts what is not given back, for sweeps:
//
//   for (int64_t k = 1;; k++) {
//       failing memory = {.fail_at = k};
//       fovea_context *context = failing_context(&memory, 1);   // NULL: creating it failed
//       fovea_status status = ...;                              // OUT_OF_MEMORY, or OK at the end
//       ...free everything...
//       assert_int_equal(memory.live, 0);
//       if (memory.calls < k) break;                            // nothing was failed: all done
//   }
#ifndef FOVEA_TESTS_FAILING_H
#define FOVEA_TESTS_FAILING_H

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "fovea/context.h"

typedef struct failing {
    atomic_llong calls, live;
    int64_t fail_at;  // 1: the first allocation; 0: none
} failing;

static inline void *failing_allocate(void *user, size_t alignment, size_t size) {
    failing *memory = user;
    if (atomic_fetch_add(&memory->calls, 1) + 1 == memory->fail_at) return NULL;
    void *block = aligned_alloc(alignment, size);
    if (!block) return NULL;
    // Not zeros: whoever relies on zeroed memory must get it from the library.
    memset(block, 0xA5, size);
    atomic_fetch_add(&memory->live, 1);
    return block;
}

static inline void failing_release(void *user, void *block) {
    failing *memory = user;
    atomic_fetch_sub(&memory->live, 1);
    free(block);
}

static inline fovea_context *failing_context(failing *memory, int32_t threads) {
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = threads;
    options.allocator =
        (fovea_allocator){.allocate = failing_allocate, .release = failing_release, .user = memory};
    fovea_context *context;
    return fovea_context_create(&options, &context, NULL) == FOVEA_OK ? context : NULL;
}

#endif
