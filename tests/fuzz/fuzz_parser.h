// SPDX-License-Identifier: MIT
// What the fuzz targets of the parsers share: one context for all runs, and a check that a run left
// nothing behind.
#ifndef FOVEA_TESTS_FUZZ_PARSER_H
#define FOVEA_TESTS_FUZZ_PARSER_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "fovea/context.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A promise of the parser is broken: stop so that the fuzzer keeps the input.
static inline void fuzz_require(int promise) {
    if (!promise) abort();
}

static inline fovea_context *fuzz_context(void) {
    static fovea_context *context;
    if (context == NULL) {
        fovea_context_options options;
        fovea_context_options_default(&options);
        options.threads = 1;
        fuzz_require(fovea_context_create(&options, &context, NULL) == FOVEA_OK);
    }
    return context;
}

// Reads every byte, so that a sanitizer sees one outside or unset. Returns a hash of them, to
// compare two runs.
static inline uint64_t fuzz_touch(const void *bytes, size_t size) {
    uint64_t hash = UINT64_C(14695981039346656037) + size;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

// Runs `parse` twice on a copy of exactly `size` bytes: the same verdict and result (which it
// returns as a hash), and no memory held after either.
static inline void fuzz_twice(const uint8_t *data, size_t size,
                              uint64_t (*parse)(fovea_context *context, const uint8_t *bytes,
                                                size_t size)) {
    fovea_context *context = fuzz_context();
    uint8_t *copy = malloc(size);
    fuzz_require(copy != NULL || size == 0);
    for (size_t i = 0; i < size; i++) copy[i] = data[i];
    const size_t before = fovea__memory_now(context);
    const uint64_t first = parse(context, copy, size);
    const uint64_t second = parse(context, copy, size);
    fuzz_require(first == second);
    fuzz_require(fovea__memory_now(context) == before);
    free(copy);
}

#endif
