// SPDX-License-Identifier: MIT
// A job is announced by raising `generation` and finished when `pending` falls to zero. Both are
// waited for by spinning a moment and then sleeping on them as futexes.
#include "base/thread_pool.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/context_struct.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"

// About a hundred microseconds: longer than the gap between two steps of training, which one thread
// fills with merges, the loss and the next batch; waking a sleeper costs as much again. Where there
// are more threads than processors spinning only delays who is waited for.
enum { SPINS = 2048 };

typedef struct worker {
    fovea__pool *pool;
    int32_t index;
    pthread_t thread;
} worker;

struct fovea__pool {
    int32_t threads, spins;
    worker *workers;  // threads - 1 of them; the caller is worker 0 and not among them
    atomic_bool busy, stop;
    atomic_uint generation, pending, sleepers, caller_sleeps;
    fovea__work *work;
    void *user;
    int64_t count;
};

static void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void futex_wait(atomic_uint *address, unsigned value) {
    syscall(SYS_futex, address, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(atomic_uint *address, int count) {
    syscall(SYS_futex, address, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

int32_t fovea__processor_count(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
    if (count < 1) return 1;
    return count > 256 ? 256 : count;
}

static void run_share(const fovea__pool *pool, int32_t index) {
    for (int64_t item = index; item < pool->count; item += pool->threads)
        pool->work(pool->user, item, index);
}

// Returns once `generation` differs from `seen`.
static unsigned await_job(fovea__pool *pool, unsigned seen) {
    for (int spin = 0; spin < pool->spins; spin++) {
        unsigned now = atomic_load_explicit(&pool->generation, memory_order_acquire);
        if (now != seen) return now;
        relax();
    }
    // Counted as sleeping before the value is looked at again: either the caller sees the sleeper
    // and wakes it, or futex_wait sees the new value and does not sleep.
    atomic_fetch_add(&pool->sleepers, 1);
    unsigned now;
    while ((now = atomic_load(&pool->generation)) == seen) futex_wait(&pool->generation, seen);
    atomic_fetch_sub(&pool->sleepers, 1);
    return now;
}

static void *worker_main(void *argument) {
    const worker *self = argument;
    fovea__pool *pool = self->pool;
    unsigned seen = 0;
    for (;;) {
        seen = await_job(pool, seen);
        if (atomic_load_explicit(&pool->stop, memory_order_acquire)) return NULL;
        run_share(pool, self->index);
        if (atomic_fetch_sub(&pool->pending, 1) == 1 && atomic_load(&pool->caller_sleeps))
            futex_wake(&pool->pending, 1);
    }
}

static void announce(fovea__pool *pool) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleepers) > 0) futex_wake(&pool->generation, INT_MAX);
}

static void await_workers(fovea__pool *pool) {
    for (int spin = 0; spin < pool->spins; spin++) {
        if (atomic_load_explicit(&pool->pending, memory_order_acquire) == 0) return;
        relax();
    }
    atomic_store(&pool->caller_sleeps, 1);
    unsigned left;
    while ((left = atomic_load(&pool->pending)) > 0) futex_wait(&pool->pending, left);
    atomic_store(&pool->caller_sleeps, 0);
}

void fovea__parallel(fovea_context *context, int64_t count, fovea__work *work, void *user) {
    fovea__pool *pool = context->pool;
    // One item, one thread, or a pool at work for another thread of the program (or for an item
    // that calls this again): the caller does all shares itself, under the same worker numbers.
    if (count <= 1 || pool->threads == 1 || atomic_exchange(&pool->busy, true)) {
        for (int64_t item = 0; item < count; item++)
            work(user, item, (int32_t)(item % pool->threads));
        return;
    }
    pool->work = work;
    pool->user = user;
    pool->count = count;
    atomic_store(&pool->pending, (unsigned)(pool->threads - 1));
    announce(pool);
    run_share(pool, 0);
    await_workers(pool);
    atomic_store(&pool->busy, false);
}

static void stop_workers(fovea__pool *pool, int32_t started) {
    atomic_store(&pool->stop, true);
    announce(pool);
    for (int32_t i = 0; i < started; i++) pthread_join(pool->workers[i].thread, NULL);
}

// Signals are the program's own threads' matter: workers start with all of them blocked.
static int start_workers(fovea__pool *pool, int32_t *started) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = 0;
    for (*started = 0; *started < pool->threads - 1; ++*started) {
        worker *next = &pool->workers[*started];
        *next = (worker){.pool = pool, .index = *started + 1};
        code = pthread_create(&next->thread, NULL, worker_main, next);
        if (code != 0) break;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

fovea_status fovea__pool_create(fovea_context *context, int32_t threads, fovea__pool **pool,
                                fovea_error *error) {
    fovea__pool *made = fovea__new(context, 1, sizeof(*made), error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->threads = threads;
    made->spins = threads <= fovea__processor_count() ? SPINS : 0;
    made->workers = fovea__new(context, (size_t)threads - 1, sizeof(*made->workers), error);
    if (!made->workers) {
        fovea__free(context, made);
        return FOVEA_OUT_OF_MEMORY;
    }
    int32_t started;
    int code = start_workers(made, &started);
    if (code != 0) {
        stop_workers(made, started);
        fovea__free(context, made->workers);
        fovea__free(context, made);
        return fovea__fail(error, FOVEA_FAILED, "cannot start thread %d of %d: %s", started + 2,
                           threads, strerror(code));
    }
    *pool = made;
    return FOVEA_OK;
}

void fovea__pool_free(fovea_context *context, fovea__pool *pool) {
    if (!pool) return;
    stop_workers(pool, pool->threads - 1);
    fovea__free(context, pool->workers);
    fovea__free(context, pool);
}

int32_t fovea__pool_threads(const fovea__pool *pool) {
    return pool->threads;
}
