// SPDX-License-Identifier: MIT
#include "fovea/context.h"

#include <stdio.h>
#include <string.h>

#include "base/context_struct.h"
#include "base/fail.h"
#include "base/heap.h"
#include "base/memory.h"
#include "base/os.h"
#include "base/thread_pool.h"

enum { MAX_THREADS = 256 };

void fovea_context_options_default(fovea_context_options *options) {
    memset(options, 0, sizeof(*options));
    options->size = sizeof(*options);
    options->log_level = FOVEA_LOG_INFO;
}

static fovea_status choose_cpu(const char *name, fovea__cpu *cpu, fovea_error *error) {
    const char *place = "cpu";
    fovea__cpu best = fovea__cpu_here();
    if (!name) {
        name = fovea__environment("FOVEA_CPU");
        place = "FOVEA_CPU";
    }
    if (!name) {
        *cpu = best;
        return FOVEA_OK;
    }
    for (int i = FOVEA__CPU_REFERENCE; i <= FOVEA__CPU_AVX512; i++) {
        fovea__cpu candidate = (fovea__cpu)i;
        if (strcmp(name, fovea__cpu_label(candidate)) != 0) continue;
        if (!fovea__cpu_allows(best, candidate)) {
            return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, place, -1,
                                  "this processor cannot run %s, its best kernel set is %s", name,
                                  fovea__cpu_label(best));
        }
        *cpu = candidate;
        return FOVEA_OK;
    }
    return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, place, -1,
                          "unknown kernel set '%.40s' (reference, avx2, avx512 or neon)", name);
}

// "model name : …" of the first processor; arm64 systems tell none.
static void read_cpu_name(char *name, size_t size) {
    snprintf(name, size, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "re");
    if (!file) return;
    char line[256];
    while (fgets(line, sizeof(line), file)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon) continue;
        char *text = colon + 1 + strspn(colon + 1, " \t");
        text[strcspn(text, "\n")] = '\0';
        if (text[0]) snprintf(name, size, "%s", text);
        break;
    }
    fclose(file);
}

static fovea_status check_options(const fovea_context_options *options, fovea_error *error) {
    if (options->size != sizeof(*options)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "context options of %zu bytes, this library knows %zu: fill them with "
                           "fovea_context_options_default",
                           options->size, sizeof(*options));
    }
    if (options->threads < 0 || options->threads > MAX_THREADS) {
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, "threads", -1,
                              "%d threads, 0 to %d are possible", options->threads, MAX_THREADS);
    }
    if (!options->allocator.allocate != !options->allocator.release) {
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, "allocator", -1,
                              "allocate and release are given together or not at all");
    }
    return FOVEA_OK;
}

fovea_status fovea_context_create(const fovea_context_options *options, fovea_context **context,
                                  fovea_error *error) {
    *context = NULL;
    fovea_context_options defaults;
    if (!options) {
        fovea_context_options_default(&defaults);
        options = &defaults;
    }
    FOVEA__TRY(check_options(options, error));
    fovea__cpu cpu;
    FOVEA__TRY(choose_cpu(options->cpu, &cpu, error));
    // The context's own memory comes through itself too: a seed of it on the stack does the first
    // call.
    fovea_context seed = {.allocator = options->allocator};
    if (!seed.allocator.allocate) seed.allocator = fovea__system_allocator();
    fovea_context *made = fovea__new(&seed, 1, sizeof(*made), error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->allocator = seed.allocator;
    made->log = options->log;
    made->log_user = options->log_user;
    made->log_level = options->log_level;
    made->cpu = cpu;
    read_cpu_name(made->cpu_name, sizeof(made->cpu_name));
    atomic_init(&made->memory_now, fovea__memory_now(&seed));
    atomic_init(&made->memory_peak, fovea__memory_peak(&seed));
    int32_t threads = options->threads ? options->threads : fovea__processor_count();
    fovea_status status = fovea__pool_create(made, threads, &made->pool, error);
    if (status != FOVEA_OK) {
        fovea__free(&seed, made);
        return status;
    }
    *context = made;
    return FOVEA_OK;
}

void fovea_context_free(fovea_context *context) {
    if (!context) return;
    fovea__pool_free(context, context->pool);
    fovea_context seed = {.allocator = context->allocator};
    fovea__free(&seed, context);
}

int32_t fovea_context_threads(const fovea_context *context) {
    return fovea__pool_threads(context->pool);
}

const char *fovea_context_cpu(const fovea_context *context) {
    return fovea__cpu_label(context->cpu);
}

const char *fovea_context_cpu_name(const fovea_context *context) {
    return context->cpu_name;
}

const char *fovea_version(void) {
    return FOVEA_VERSION;
}
