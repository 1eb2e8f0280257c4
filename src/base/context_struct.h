// SPDX-License-Identifier: MIT
// What a context is made of. Only files of base include this.
#ifndef FOVEA_BASE_CONTEXT_STRUCT_H
#define FOVEA_BASE_CONTEXT_STRUCT_H

#include <stdatomic.h>

#include "base/cpu.h"
#include "base/thread_pool.h"
#include "fovea/context.h"

struct fovea_context {
    fovea_allocator allocator;
    void (*log)(void *user, fovea_log_level level, const char *text);
    void *log_user;
    fovea_log_level log_level;
    fovea__cpu cpu;
    char cpu_name[128];
    atomic_size_t memory_now, memory_peak;
    fovea__pool *pool;
};

#endif
