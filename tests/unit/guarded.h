// SPDX-License-Identifier: MIT
// Buffers for kernel tests: a zone before and behind that must stay as it was, a start that is
// aligned to a float only, and values that try the arithmetic: large, tiny, denormal and negative
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
    float *data;  // `count` floats
    size_t count;
    float *memory;
    size_t shift;
} guarded;

static uint64_t guarded_seed = 1;

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

static inline guarded guarded_make(size_t count) {
    guarded g = {NULL, count, malloc((count + 2 * GUARD + 16) * sizeof(float)), (size_t)pick(16)};
    assert_non_null(g.memory);
    memset(g.memory, 0xA5, (count + 2 * GUARD + 16) * sizeof(float));
    g.data = g.memory + GUARD + g.shift;
    GUARDED_CLOSE(g.memory, (GUARD + g.shift) * sizeof(float));
    GUARDED_CLOSE(g.data + count, (GUARD + 16 - g.shift) * sizeof(float));
    return g;
}

static inline void guarded_free(guarded *g) {
    const unsigned char *bytes = (const unsigned char *)g->memory;
    size_t before = (GUARD + g->shift) * sizeof(float), data = g->count * sizeof(float);
    size_t all = (g->count + 2 * GUARD + 16) * sizeof(float);
    GUARDED_OPEN(g->memory, all);
    for (size_t i = 0; i < all; i++) {
        if (i >= before && i < before + data) continue;
        if (bytes[i] != 0xA5) fail_msg("a byte outside the buffer was written (%zu)", i);
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
    return a->count == b->count && memcmp(a->data, b->data, a->count * sizeof(float)) == 0;
}

#endif
