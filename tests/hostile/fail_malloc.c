// SPDX-License-Identifier: MIT
// Preloaded into the program: the FAIL_AT-th allocation fails, and with FAIL_ON all after it too. At
// the end the number of allocations goes into the file that FAIL_COUNT names. Needs glibc's own names
// of its functions.
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_long calls;
static long fail_at;
static int fail_on, begun;

static int fails(void) {
    if (!begun) return 0;
    const long call = atomic_fetch_add(&calls, 1) + 1;
    const int failed = fail_at > 0 && (fail_on ? call >= fail_at : call == fail_at);
    if (failed) errno = ENOMEM;
    return failed;
}

void *malloc(size_t size) {
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    return fails() ? NULL : __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    return fails() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    *memory = memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

static void __attribute__((constructor)) begin(void) {
    const char *at = getenv("FAIL_AT");
    fail_at = at ? atol(at) : 0;
    fail_on = getenv("FAIL_ON") != NULL;
    begun = 1;
}

static void __attribute__((destructor)) end(void) {
    const char *name = getenv("FAIL_COUNT");
    char text[24];
    int at = (int)sizeof text;
    long count = atomic_load(&calls);
    begun = 0;
    int file = name ? open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    do text[--at] = (char)('0' + count % 10);
    while ((count /= 10) > 0);
    if (file >= 0 && write(file, text + at, sizeof text - (size_t)at) < 0) _exit(99);
    if (file >= 0) close(file);
}
