// SPDX-License-Identifier: MIT
// What the tests of every parser share: a heap that can fail its k-th allocation and counts what is
// still held, and runs of a parser over bytes in memory of exactly their size.
#ifndef FOVEA_TESTS_HOSTILE_H
#define FOVEA_TESTS_HOSTILE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "fovea/context.h"
#include "unit/unit.h"

#define HOSTILE_NAME "sample"  // the file name every parser is given

// Parses `bytes` under HOSTILE_NAME, looks at every byte of the result and releases all of it.
typedef fovea_status (*hostile_parse)(fovea_context *context, const uint8_t *bytes, size_t size,
                                      fovea_error *error);

typedef struct hostile_heap {
    fovea_context *context;
    size_t calls, fail_at;  // the fail_at-th call fails; 0: none
} hostile_heap;

static inline void *hostile_allocate(void *user, size_t alignment, size_t size) {
    hostile_heap *heap = user;
    return ++heap->calls == heap->fail_at ? NULL : aligned_alloc(alignment, size);
}

static inline void hostile_release(void *user, void *memory) {
    (void)user;
    free(memory);
}

// Set-up and tear-down of a test: `*state` is a hostile_heap with a context of one thread.
static inline int hostile_begin(void **state) {
    hostile_heap *heap = calloc(1, sizeof *heap);
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = 1;
    options.allocator = (fovea_allocator){hostile_allocate, hostile_release, heap};
    *state = heap;
    return fovea_context_create(&options, &heap->context, NULL) == FOVEA_OK ? 0 : -1;
}

static inline int hostile_end(void **state) {
    hostile_heap *heap = *state;
    fovea_context_free(heap->context);
    free(heap);
    return 0;
}

#define hostile_test(function) cmocka_unit_test_setup_teardown(function, hostile_begin, hostile_end)

// Runs the parser on a copy of exactly `size` bytes (an address sanitizer sees one read too many).
// No memory may be left, an error must be complete, and the memory used stays within 64 MiB and
// twice the file.
static inline fovea_status hostile_run(hostile_heap *heap, hostile_parse parse,
                                       const uint8_t *bytes, size_t size, fovea_error *error) {
    uint8_t *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    if (size > 0) memcpy(copy, bytes, size);
    const size_t before = fovea__memory_now(heap->context);
    *error = (fovea_error){0};
    const fovea_status status = parse(heap->context, copy, size, error);
    free(copy);
    assert_int_equal(fovea__memory_now(heap->context), before);
    assert_true(fovea__memory_peak(heap->context) <= ((size_t)64 << 20) + 2 * size + 65536);
    if (status != FOVEA_OK) {
        assert_int_equal(error->status, status);
        assert_true(error->text[0] != '\0');
    }
    return status;
}

// Where FOVEA_KEEP_CASES names a folder, each case goes there as NUMBER.VERDICT beside NUMBER.text,
// what its message must contain: tests of the program then try the same bytes (tests/hostile).
static inline void hostile_keep(const char *verdict, const uint8_t *bytes, size_t size,
                                const char *text) {
    static int number;
    char path[1024];
    const char *folder = getenv("FOVEA_KEEP_CASES");
    if (!folder) return;
    for (int k = 0; k < 2; k++) {
        snprintf(path, sizeof path, "%s/%03d.%s", folder, number, k ? "text" : verdict);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        const size_t count = k ? strlen(text) : size;
        if (count > 0)
            assert_int_equal(fwrite(k ? (const void *)text : bytes, 1, count, file), count);
        assert_int_equal(fclose(file), 0);
    }
    number++;
}

static inline void hostile_accepted(hostile_heap *heap, hostile_parse parse, const uint8_t *bytes,
                                    size_t size) {
    fovea_error error;
    if (hostile_run(heap, parse, bytes, size, &error) != FOVEA_OK) fail_msg("%s", error.text);
    hostile_keep("accepted", bytes, size, "");
}

// That status with a text that names the file and contains `text`.
static inline void hostile_verdict(hostile_heap *heap, hostile_parse parse, const uint8_t *bytes,
                                   size_t size, fovea_status verdict, const char *text) {
    fovea_error error;
    const fovea_status status = hostile_run(heap, parse, bytes, size, &error);
    if (status != verdict || strstr(error.text, text) == NULL ||
        strstr(error.text, HOSTILE_NAME) == NULL) {
        fail_msg("expected %s with '%s', got %s: %s", fovea_status_name(verdict), text,
                 fovea_status_name(status), error.text);
    }
    hostile_keep(verdict == FOVEA_BAD_FILE ? "refused" : "unsupported", bytes, size, text);
}

static inline void hostile_refused(hostile_heap *heap, hostile_parse parse, const uint8_t *bytes,
                                   size_t size, const char *text) {
    hostile_verdict(heap, parse, bytes, size, FOVEA_BAD_FILE, text);
}

// Every prefix must be refused as BAD_FILE, but for lengths that `good_prefix` names (NULL: none).
static inline void hostile_every_truncation(hostile_heap *heap, hostile_parse parse,
                                            const uint8_t *bytes, size_t size,
                                            bool (*good_prefix)(size_t length)) {
    for (size_t length = 0; length < size; length++) {
        fovea_error error;
        const fovea_status status = hostile_run(heap, parse, bytes, length, &error);
        const bool good = good_prefix != NULL && good_prefix(length);
        if (status != (good ? FOVEA_OK : FOVEA_BAD_FILE)) {
            fail_msg("cut to %zu bytes: %s %s", length, fovea_status_name(status), error.text);
        }
    }
}

// Every byte changed in four ways: the file is read or refused, never anything else. Returns how
// many of the 4 * size changes were refused.
static inline size_t hostile_every_corruption(hostile_heap *heap, hostile_parse parse,
                                              const uint8_t *bytes, size_t size) {
    size_t refused = 0;
    uint8_t *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    for (size_t i = 0; i < size; i++) {
        const uint8_t changed[] = {bytes[i] ^ 0x01, bytes[i] ^ 0x80, 0x00, 0xff};
        for (size_t k = 0; k < 4; k++) {
            fovea_error error;
            copy[i] = changed[k];
            const fovea_status status = hostile_run(heap, parse, copy, size, &error);
            if (status != FOVEA_OK && status != FOVEA_BAD_FILE) {
                fail_msg("byte %zu as %02x: %s %s", i, changed[k], fovea_status_name(status),
                         error.text);
            }
            refused += status == FOVEA_BAD_FILE;
        }
        copy[i] = bytes[i];
    }
    free(copy);
    return refused;
}

// Fails the first, second, … allocation of a good file until it is read without reaching the
// failure; each must end as OUT_OF_MEMORY and leave nothing. Returns how many allocations there
// were.
static inline size_t hostile_every_allocation(hostile_heap *heap, hostile_parse parse,
                                              const uint8_t *bytes, size_t size) {
    for (size_t k = 1;; k++) {
        fovea_error error;
        heap->calls = 0;
        heap->fail_at = k;
        const fovea_status status = hostile_run(heap, parse, bytes, size, &error);
        heap->fail_at = 0;
        if (heap->calls < k) {
            assert_int_equal(status, FOVEA_OK);
            return k - 1;
        }
        if (status != FOVEA_OUT_OF_MEMORY) {
            fail_msg("allocation %zu failed: %s %s", k, fovea_status_name(status), error.text);
        }
    }
}

// Reads a whole file of the source tree (tests run in its root); free() it.
static inline uint8_t *hostile_load(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("cannot open %s", path);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

#endif
