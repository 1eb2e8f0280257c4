// SPDX-License-Identifier: MIT
// Buffers for kernel tests: a zone before and behind that must stay as it was, a start that is
// aligned to an element only, and values that try the arithmetic: large, tiny, denormal and negative
// zero.
#ifndef FOVEA_TESTS_GUARDED_H
#define FOVEA_TESTS_GUARDED_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define GUARD 96

// Under the address sanitizer the zones may not be read either.
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define GUARDED_CLOSE(from, size) __asan_poison_memory_region(from, size)
#define GUARDED_OPEN(from, size) __asan_unpoison_memory_region(from, size)
#else
#define GUARDED_CLOSE(from, size) ((void)(from), (void)(size))
#define GUARDED_OPEN(from, size) ((void)(from), (void)(size))
#endif

typedef struct guarded {
    float *data;  // `count` floats, or `bytes` of another type
    size_t count, bytes;
    unsigned char *memory;
    size_t before;  // bytes of the zone in front of data
} guarded;

// One for all files of a test.
__attribute__((weak)) uint64_t guarded_seed = 1;

// xorshift64*: a number below `limit`.
static inline int64_t pick(int64_t limit) {
    guarded_seed ^= guarded_seed >> 12;
    guarded_seed ^= guarded_seed << 25;
    guarded_seed ^= guarded_seed >> 27;
    return (int64_t)((guarded_seed * 2685821657736338717u >> 33) % (uint64_t)limit);
}

// The seed of a run: FOVEA_SEED or a fixed one; printed so that a failure can be repeated.
static inline void guarded_begin(const char *test) {
    const char *text = getenv("FOVEA_SEED");
    guarded_seed = text ? strtoull(text, NULL, 10) : 20240607;
    if (guarded_seed == 0) guarded_seed = 1;
    printf("%s: FOVEA_SEED=%llu\n", test, (unsigned long long)guarded_seed);
}

// How many of `usual` trials are made: fewer on an emulated processor, more where FOVEA_TRIALS says
// how many times as many.
static inline int guarded_trials(int usual) {
    const char *times = getenv("FOVEA_TRIALS");
    if (times) return usual * atoi(times);
    return getenv("FOVEA_EMULATED") ? (usual + 7) / 8 : usual;
}

// `bytes` of elements that are `align` bytes.
static inline guarded guarded_of(size_t bytes, size_t align) {
    size_t zone = GUARD * sizeof(float), all = bytes + 2 * zone + 64;
    guarded g = {.count = bytes / sizeof(float), .bytes = bytes, .memory = malloc(all)};
    assert_non_null(g.memory);
    memset(g.memory, 0xA5, all);
    g.before = zone + (size_t)pick((int64_t)(64 / align)) * align;
    g.data = (float *)(void *)(g.memory + g.before);
    GUARDED_CLOSE(g.memory, g.before);
    GUARDED_CLOSE(g.memory + g.before + bytes, all - g.before - bytes);
    return g;
}
static inline guarded guarded_make(size_t count) {
    return guarded_of(count * sizeof(float), sizeof(float));
}

static inline void guarded_free(guarded *g) {
    size_t all = g->bytes + 2 * GUARD * sizeof(float) + 64;
    GUARDED_OPEN(g->memory, all);
    for (size_t i = 0; i < all; i++) {
        if (i >= g->before && i < g->before + g->bytes) continue;
        if (g->memory[i] != 0xA5) {
            fail_msg("a byte outside the buffer was written (%zd of %zu)",
                     (ptrdiff_t)(i - g->before), g->bytes);
        }
    }
    free(g->memory);
    *g = (guarded){0};
}

// One number; now and then one that tries the arithmetic. Products of two stay finite.
static inline float guarded_value(void) {
    float ordinary = (float)(pick(2000001) - 1000000) * 1e-6f;
    switch (pick(24)) {
        case 0:
            return ordinary * 1e15f;
        case 1:
            return ordinary * 1e-25f;
        case 2:
            return ordinary * 1e-39f;
        case 3:
            return -0.0f;
        case 4:
            return 0.0f;
        default:
            return ordinary;
    }
}
static inline void guarded_fill(guarded *g) {
    for (size_t i = 0; i < g->count; i++) g->data[i] = guarded_value();
}

// [n][count] to [count][16]; lanes from `samples` on get `masked`.
static inline void to_lanes(const guarded *nchw, int32_t samples, float masked, guarded *n16) {
    size_t count = n16->count / 16;
    for (size_t i = 0; i < count; i++) {
        for (int32_t n = 0; n < 16; n++) {
            n16->data[i * 16 + (size_t)n] =
                n < samples ? nchw->data[(size_t)n * count + i] : masked;
        }
    }
}
static inline void from_lanes(const guarded *n16, int32_t samples, guarded *nchw) {
    size_t count = n16->count / 16;
    for (size_t i = 0; i < count; i++) {
        for (int32_t n = 0; n < samples; n++) {
            nchw->data[(size_t)n * count + i] = n16->data[i * 16 + (size_t)n];
        }
    }
}

static inline int same_bits(const guarded *a, const guarded *b) {
    return a->bytes == b->bytes && memcmp(a->data, b->data, a->bytes) == 0;
}

#endif
