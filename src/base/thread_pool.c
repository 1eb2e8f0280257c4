// SPDX-License-Identifier: MIT
// A job is announced by raising `generation` and finished when `pending`, its items that are not
// done, falls to zero. Both are waited for by spinning a moment and then sleeping on them as
// futexes. Nobody waits for a worker that has begun nothing: it may come when the job is long over,
// or another one under way.
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

// The items of one worker: the job's generation above, how many nobody has begun below. Taking one
// is an exchange of both, so that a worker that comes late cannot take an item of another job. Each
// has a cache line to itself.
typedef struct share {
    _Alignas(64) atomic_uint_least64_t left;
} share;

struct fovea__pool {
    int32_t threads, spins;
    worker *workers;  // threads - 1 of them; the caller is worker 0 and not among them
    share *shares;    // [threads]
    atomic_bool busy, stop;
    atomic_uint generation, pending, sleepers, caller_sleeps;
    // The job. Atomic because a worker that comes late may read what belongs to the next one, of
    // which it does nothing: its own job's generation is no longer in the shares.
    _Atomic(fovea__work *) work;
    _Atomic(void *) user;
    _Atomic int64_t count;
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

// Items index, index + threads, ... below count.
static int64_t share_size(const fovea__pool *pool, int64_t count, int32_t index) {
    return (count - index + pool->threads - 1) / pool->threads;
}

// Takes an item of the share for a job; how many there were with it, 0: none is left.
static uint32_t take(share *from, unsigned generation) {
    uint_least64_t word = atomic_load_explicit(&from->left, memory_order_relaxed);
    do {
        if (word >> 32 != generation || (uint32_t)word == 0) return 0;
    } while (!atomic_compare_exchange_weak_explicit(&from->left, &word, word - 1,
                                                    memory_order_acq_rel, memory_order_relaxed));
    return (uint32_t)word;
}

// Does items of share `owner` as worker `index` until all are begun; returns how many. That an item
// was left says that the job is not over, so that work, user and count are its own.
static unsigned run_share(fovea__pool *pool, unsigned generation, int32_t owner, int32_t index) {
    unsigned done = 0;
    fovea__work *work = atomic_load_explicit(&pool->work, memory_order_relaxed);
    void *user = atomic_load_explicit(&pool->user, memory_order_relaxed);
    int64_t count = atomic_load_explicit(&pool->count, memory_order_relaxed);
    for (uint32_t left; (left = take(&pool->shares[owner], generation)) > 0; done++) {
        int64_t place = share_size(pool, count, owner) - left;
        work(user, owner + place * pool->threads, index);
    }
    return done;
}

// The worker's own items, then those that the others have not begun.
static unsigned run_items(fovea__pool *pool, unsigned generation, int32_t index) {
    unsigned done = 0;
    for (int32_t i = 0; i < pool->threads; i++)
        done += run_share(pool, generation, (index + i) % pool->threads, index);
    return done;
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
        // Work may have room for as many workers as it has items.
        if (atomic_load_explicit(&pool->count, memory_order_relaxed) <= self->index) continue;
        unsigned done = run_items(pool, seen, self->index);
        if (done > 0 && atomic_fetch_sub(&pool->pending, done) == done &&
            atomic_load(&pool->caller_sleeps))
            futex_wake(&pool->pending, 1);
    }
}

static void announce(fovea__pool *pool) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleepers) > 0) futex_wake(&pool->generation, INT_MAX);
}

static void await_items(fovea__pool *pool) {
    for (int spin = 0; spin < pool->spins; spin++) {
        if (atomic_load_explicit(&pool->pending, memory_order_acquire) == 0) return;
        relax();
    }
    atomic_store(&pool->caller_sleeps, 1);
    unsigned left;
    while ((left = atomic_load(&pool->pending)) > 0) futex_wait(&pool->pending, left);
    atomic_store(&pool->caller_sleeps, 0);
}

static void run_job(fovea__pool *pool, int64_t count, fovea__work *work, void *user) {
    unsigned generation = atomic_load_explicit(&pool->generation, memory_order_relaxed) + 1;
    atomic_store_explicit(&pool->work, work, memory_order_relaxed);
    atomic_store_explicit(&pool->user, user, memory_order_relaxed);
    atomic_store_explicit(&pool->count, count, memory_order_relaxed);
    atomic_store_explicit(&pool->pending, (unsigned)count, memory_order_relaxed);
    for (int32_t i = 0; i < pool->threads; i++) {
        uint64_t size = i < count ? (uint64_t)share_size(pool, count, i) : 0;
        atomic_store_explicit(&pool->shares[i].left, (uint64_t)generation << 32 | size,
                              memory_order_release);
    }
    announce(pool);
    atomic_fetch_sub(&pool->pending, run_items(pool, generation, 0));
    await_items(pool);
}

void fovea__parallel(fovea_context *context, int64_t count, fovea__work *work, void *user) {
    fovea__pool *pool = context->pool;
    // One item, one thread, more items than are counted, or a pool at work for another thread of
    // the program (or for an item that calls this again): the caller does all shares itself, under
    // the same worker numbers.
    if (count <= 1 || pool->threads == 1 || count > INT32_MAX ||
        atomic_exchange(&pool->busy, true)) {
        for (int64_t item = 0; item < count; item++)
            work(user, item, (int32_t)(item % pool->threads));
        return;
    }
    run_job(pool, count, work, user);
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

static void free_pool(fovea_context *context, fovea__pool *pool) {
    fovea__free(context, pool->workers);
    fovea__free(context, pool->shares);
    fovea__free(context, pool);
}

fovea_status fovea__pool_create(fovea_context *context, int32_t threads, fovea__pool **pool,
                                fovea_error *error) {
    fovea__pool *made = fovea__new(context, 1, sizeof(*made), error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->threads = threads;
    made->spins = threads <= fovea__processor_count() ? SPINS : 0;
    made->workers = fovea__new(context, (size_t)threads - 1, sizeof(*made->workers), error);
    made->shares = fovea__new(context, (size_t)threads, sizeof(*made->shares), error);
    if (!made->workers || !made->shares) {
        free_pool(context, made);
        return FOVEA_OUT_OF_MEMORY;
    }
    int32_t started;
    int code = start_workers(made, &started);
    if (code != 0) {
        stop_workers(made, started);
        free_pool(context, made);
        return fovea__fail(error, FOVEA_FAILED, "cannot start thread %d of %d: %s", started + 2,
                           threads, strerror(code));
    }
    *pool = made;
    return FOVEA_OK;
}

void fovea__pool_free(fovea_context *context, fovea__pool *pool) {
    if (!pool) return;
    stop_workers(pool, pool->threads - 1);
    free_pool(context, pool);
}

int32_t fovea__pool_threads(const fovea__pool *pool) {
    return pool->threads;
}
