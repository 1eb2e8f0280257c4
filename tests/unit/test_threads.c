// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "base/threads.h"
#include "unit/unit.h"

enum { ITEMS = 101, MOST_THREADS = 9 };

static fovea_context *context_with(int32_t threads) {
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = threads;
    fovea_context *context;
    assert_int_equal(fovea_context_create(&options, &context, NULL), FOVEA_OK);
    assert_int_equal(fovea_context_threads(context), threads);
    return context;
}

// Plain memory on purpose: the thread sanitizer sees whether the pool orders the accesses.
typedef struct tally {
    int32_t runs[ITEMS], worker[ITEMS];
} tally;

static void count_item(void *user, int64_t item, int32_t worker) {
    tally *t = user;
    t->runs[item]++;
    t->worker[item] = worker;
}

static void each_item_runs_once_on_one_of_the_workers(void **state) {
    (void)state;
    for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
        fovea_context *context = context_with(threads);
        for (int64_t count = 0; count <= ITEMS; count++) {
            tally t = {0};
            fovea__parallel(context, count, count_item, &t);
            for (int64_t i = 0; i < ITEMS; i++) {
                assert_int_equal(t.runs[i], i < count);
                if (i < count)
                    assert_in_range(t.worker[i], 0, (threads < count ? threads : count) - 1);
            }
        }
        fovea_context_free(context);
    }
}

typedef struct holding {
    atomic_int done, before;  // `before`: how many were done when the held one went on
    int64_t held;
} holding;

// The item `held` ends after all others, or after ten seconds.
static void hold(void *user, int64_t item, int32_t worker) {
    (void)worker;
    holding *h = user;
    if (item == h->held) {
        for (int i = 0; atomic_load(&h->done) < ITEMS - 1 && i < 100000; i++)
            nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
        h->before = h->done;
    }
    h->done++;
}

static void items_that_a_worker_has_not_begun_are_done_by_others(void **state) {
    (void)state;
    for (int32_t threads = 2; threads <= MOST_THREADS; threads++) {
        fovea_context *context = context_with(threads);
        for (int64_t held = 0; held < 2 * threads; held++) {
            holding h = {.held = held};
            fovea__parallel(context, ITEMS, hold, &h);
            assert_int_equal(h.before, ITEMS - 1);
            assert_int_equal(h.done, ITEMS);
        }
        fovea_context_free(context);
    }
}

typedef struct desk {
    atomic_int busy[MOST_THREADS], twice;
} desk;

static void sit_down(void *user, int64_t item, int32_t worker) {
    desk *d = user;
    if (atomic_fetch_add(&d->busy[worker], 1) > 0) d->twice++;
    if (item % 7 == 0) nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    atomic_fetch_sub(&d->busy[worker], 1);
}

static void a_worker_does_one_item_at_a_time(void **state) {
    (void)state;
    for (int32_t threads = 2; threads <= MOST_THREADS; threads++) {
        fovea_context *context = context_with(threads);
        desk d = {.twice = 0};
        for (int64_t count = 2; count < 60; count++) fovea__parallel(context, count, sit_down, &d);
        assert_int_equal(d.twice, 0);
        fovea_context_free(context);
    }
}

static void add_to_slot(void *user, int64_t item, int32_t worker) {
    ((int64_t *)user)[worker] += item;
}

static void what_one_call_wrote_the_next_one_sees(void **state) {
    (void)state;
    for (int32_t threads = 2; threads <= MOST_THREADS; threads += 3) {
        fovea_context *context = context_with(threads);
        int64_t slots[MOST_THREADS] = {0}, sum = 0;
        for (int call = 0; call < 2000; call++) fovea__parallel(context, 20, add_to_slot, slots);
        for (int i = 0; i < threads; i++) sum += slots[i];
        assert_int_equal(sum, 2000 * 190);
        fovea_context_free(context);
    }
}

static void a_call_allocates_nothing(void **state) {
    (void)state;
    fovea_context *context = context_with(4);
    size_t before = fovea__memory_peak(context);
    tally t = {0};
    for (int call = 0; call < 100; call++) fovea__parallel(context, ITEMS, count_item, &t);
    assert_int_equal(fovea__memory_peak(context), before);
    fovea_context_free(context);
}

typedef struct caller {
    fovea_context *context;
    int64_t slots[4];
} caller;

static void *call_often(void *argument) {
    caller *c = argument;
    for (int call = 0; call < 500; call++) fovea__parallel(c->context, 20, add_to_slot, c->slots);
    return NULL;
}

static void two_threads_of_a_program_may_share_a_context(void **state) {
    (void)state;
    fovea_context *context = context_with(4);
    caller callers[3] = {{.context = context}, {.context = context}, {.context = context}};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_often, &callers[i]), 0);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 3; i++) {
        int64_t sum = 0;
        for (int w = 0; w < 4; w++) sum += callers[i].slots[w];
        assert_int_equal(sum, 500 * 190);
    }
    fovea_context_free(context);
}

static void count_bytes(void *user, int64_t item, int32_t worker) {
    (void)worker;
    fovea_context *context = user;
    void *block = fovea__new(context, (size_t)item + 1, 1, NULL);
    if (block) fovea__free(context, block);
}

static void accounting_holds_across_threads(void **state) {
    (void)state;
    fovea_context *context = context_with(8);
    size_t before = fovea__memory_now(context);
    for (int call = 0; call < 50; call++) fovea__parallel(context, 64, count_bytes, context);
    assert_int_equal(fovea__memory_now(context), before);
    fovea_context_free(context);
}

static void contexts_come_and_go(void **state) {
    (void)state;
    for (int i = 0; i < 50; i++) fovea_context_free(context_with(1 + i % MOST_THREADS));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_item_runs_once_on_one_of_the_workers),
        cmocka_unit_test(items_that_a_worker_has_not_begun_are_done_by_others),
        cmocka_unit_test(a_worker_does_one_item_at_a_time),
        cmocka_unit_test(what_one_call_wrote_the_next_one_sees),
        cmocka_unit_test(a_call_allocates_nothing),
        cmocka_unit_test(two_threads_of_a_program_may_share_a_context),
        cmocka_unit_test(accounting_holds_across_threads),
        cmocka_unit_test(contexts_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
