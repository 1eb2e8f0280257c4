// SPDX-License-Identifier: MIT
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/checked.h"
#include "base/context_struct.h"
#include "base/fail.h"
#include "base/heap.h"

// A header of one cache line stands before each block, so that releasing it knows its size.
enum { ALIGNMENT = 64 };

typedef struct header {
    size_t size;  // header included
    uint8_t padding[ALIGNMENT - sizeof(size_t)];
} header;
_Static_assert(sizeof(header) == ALIGNMENT, "the block after the header must stay aligned");

// Large blocks are pages of their own, in huge ones where the system has them: they come zeroed,
// and touching them costs hundreds of times fewer page faults. Sanitizers only see what malloc
// gave.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LARGE SIZE_MAX
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define LARGE SIZE_MAX
#endif
#endif
#ifndef LARGE
#define LARGE ((size_t)4 << 20)
#endif

static void *system_allocate(void *user, size_t alignment, size_t size) {
    (void)user;
    if (size < LARGE) return aligned_alloc(alignment, size);
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return NULL;
    (void)madvise(pages, size, MADV_HUGEPAGE);
    return pages;
}

static void system_release(void *user, void *memory) {
    (void)user;
    size_t size = ((const header *)memory)->size;
    if (size < LARGE)
        free(memory);
    else
        munmap(memory, size);
}

fovea_allocator fovea__system_allocator(void) {
    return (fovea_allocator){.allocate = system_allocate, .release = system_release};
}

static void account(fovea_context *context, size_t size) {
    size_t now = atomic_fetch_add_explicit(&context->memory_now, size, memory_order_relaxed) + size;
    size_t peak = atomic_load_explicit(&context->memory_peak, memory_order_relaxed);
    while (now > peak &&
           !atomic_compare_exchange_weak_explicit(&context->memory_peak, &peak, now,
                                                  memory_order_relaxed, memory_order_relaxed)) {
    }
}

void *fovea__new(fovea_context *context, size_t count, size_t size, fovea_error *error) {
    size_t bytes, total;
    // No bytes take one all the same: a pointer past the block's end would belong to nobody.
    if (!fovea__mul_size(count, size, &bytes) ||
        !fovea__add_size(bytes ? bytes : 1, sizeof(header), &total) ||
        !fovea__round_up(total, ALIGNMENT, &total)) {
        fovea__fail(error, FOVEA_OUT_OF_MEMORY, "out of memory: %zu items of %zu bytes", count,
                    size);
        return NULL;
    }
    header *block = context->allocator.allocate(context->allocator.user, ALIGNMENT, total);
    if (!block) {
        fovea__fail(error, FOVEA_OUT_OF_MEMORY, "out of memory: %zu bytes", bytes);
        return NULL;
    }
    if (total < LARGE || context->allocator.allocate != system_allocate) memset(block, 0, total);
    block->size = total;
    account(context, total);
    return block + 1;
}

void *fovea__grow(fovea_context *context, void *memory, size_t count, size_t *capacity,
                  size_t needed, size_t size, fovea_error *error) {
    if (memory && needed <= *capacity) return memory;
    size_t room = *capacity > SIZE_MAX / 2 ? needed : *capacity * 2;
    if (room < needed) room = needed;
    if (room < 8) room = 8;
    void *larger = fovea__new(context, room, size, error);
    if (!larger) return NULL;
    if (memory) memcpy(larger, memory, count * size);
    fovea__free(context, memory);
    *capacity = room;
    return larger;
}

void fovea__free(fovea_context *context, void *memory) {
    if (!memory) return;
    header *block = (header *)memory - 1;
    atomic_fetch_sub_explicit(&context->memory_now, block->size, memory_order_relaxed);
    context->allocator.release(context->allocator.user, block);
}

// Of a block that malloc gave, this would only be a page of zeros in its midst, so that is all right.
void fovea__forget(const fovea_context *context, void *memory, size_t size) {
    enum { PAGE = 65536 };  // a multiple of every machine's
    size_t before = -(uintptr_t)memory % PAGE;
    if (LARGE == SIZE_MAX || context->allocator.allocate != system_allocate || size < before)
        return;
    size_t whole = (size - before) / PAGE * PAGE;
    if (whole > 0) (void)madvise((uint8_t *)memory + before, whole, MADV_DONTNEED);
}

void *fovea__copy(fovea_context *context, const void *bytes, size_t size, fovea_error *error) {
    void *copy = fovea__new(context, size, 1, error);
    if (copy && size > 0) memcpy(copy, bytes, size);
    return copy;
}

char *fovea__copy_text_n(fovea_context *context, const char *text, size_t length,
                         fovea_error *error) {
    size_t size;
    if (!fovea__add_size(length, 1, &size)) size = SIZE_MAX;
    char *copy = fovea__new(context, size, 1, error);
    if (copy && length > 0) memcpy(copy, text, length);
    return copy;
}

char *fovea__copy_text(fovea_context *context, const char *text, fovea_error *error) {
    return fovea__copy_text_n(context, text, strlen(text), error);
}

size_t fovea__memory_now(const fovea_context *context) {
    return atomic_load_explicit(&context->memory_now, memory_order_relaxed);
}

size_t fovea__memory_peak(const fovea_context *context) {
    return atomic_load_explicit(&context->memory_peak, memory_order_relaxed);
}
