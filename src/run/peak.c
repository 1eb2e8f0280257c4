// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/os.h"
#include "base/threads.h"
#include "fovea/measure.h"
#include "kernels/probe/probe.h"

enum { ROUNDS = 15 };

typedef struct {
    const fovea__probe_variant *probe;
    int64_t rounds;       // of multiply_add
    const float *memory;  // [threads][count]
    int64_t count, repeats;
    volatile float kept;
} work;

static void multiply_add(void *user, int64_t item, int32_t worker) {
    work *w = user;
    (void)item, (void)worker;
    w->kept = w->probe->multiply_add(w->rounds);
}

static void read_memory(void *user, int64_t item, int32_t worker) {
    work *w = user;
    (void)worker;
    float sum = 0;
    for (int64_t r = 0; r < w->repeats; r++)
        sum += w->probe->read(w->memory + item * w->count, w->count);
    w->kept = sum;
}

static double seconds_of(fovea_context *context, int64_t threads, fovea__work *what, work *w) {
    double start = fovea__seconds();
    fovea__parallel(context, threads, what, w);
    return fovea__seconds() - start;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Median rate of `amount` a run; `*spread` may be NULL.
static double median_rate(fovea_context *context, int64_t threads, fovea__work *what, work *w,
                          double amount, double *spread) {
    double rate[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) rate[i] = amount / seconds_of(context, threads, what, w);
    qsort(rate, ROUNDS, sizeof *rate, by_value);
    if (spread) *spread = (rate[ROUNDS - 1] - rate[0]) / rate[ROUNDS / 2];
    return rate[ROUNDS / 2] * 1e-9;
}

// Grows the work until one run takes `seconds`.
static void fit(fovea_context *context, fovea__work *what, work *w, int64_t *amount,
                double seconds) {
    double took = 0;
    for (*amount = 1; took < seconds / 4 && *amount < ((int64_t)1 << 40); *amount *= 2)
        took = seconds_of(context, 1, what, w);
    *amount = (int64_t)((double)(*amount / 2) * seconds / took) + 1;
}

static void measure_multiply_adds(fovea_context *context, work *w, double seconds,
                                  fovea_peak *peak) {
    fit(context, multiply_add, w, &w->rounds, seconds / (2 * ROUNDS));
    double operations = 2.0 * FOVEA__PROBE_CHAINS * w->probe->width * (double)w->rounds;
    peak->one_thread = median_rate(context, 1, multiply_add, w, operations, &peak->spread);
    peak->all_threads =
        median_rate(context, peak->threads, multiply_add, w, operations * peak->threads, NULL);
}

static const int64_t sizes[4] = {16 << 10, 512 << 10, 8 << 20, 256 << 20};

static void measure_memory(fovea_context *context, work *w, double seconds, fovea_peak *peak) {
    for (int i = 0; i < 4; i++) {
        w->count = sizes[i] / (int64_t)sizeof(float);
        fit(context, read_memory, w, &w->repeats, seconds / (5 * ROUNDS));
        peak->read[i] =
            median_rate(context, 1, read_memory, w, (double)sizes[i] * (double)w->repeats, NULL);
    }
    w->count = sizes[3] / (int64_t)sizeof(float) / peak->threads / 256 * 256;
    w->repeats = 1;
    peak->read_all = median_rate(context, peak->threads, read_memory, w,
                                 (double)(w->count * peak->threads) * sizeof(float), NULL);
}

static fovea_status begin(fovea_context *context, double seconds, work *w, fovea_peak *peak,
                          fovea_error *error) {
    if (!(seconds >= 0.05 && seconds <= 60))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "measuring takes 0.05 to 60 seconds");
    *peak = (fovea_peak){.threads = fovea_context_threads(context)};
    *w = (work){.probe = fovea__probe_choose(fovea__context_cpu(context))};
    return FOVEA_OK;
}

fovea_status fovea_measure_multiply_adds(fovea_context *context, double seconds, fovea_peak *peak,
                                         fovea_error *error) {
    work w;
    FOVEA__TRY(begin(context, seconds, &w, peak, error));
    measure_multiply_adds(context, &w, seconds, peak);
    return FOVEA_OK;
}

fovea_status fovea_measure_peak(fovea_context *context, double seconds, fovea_peak *peak,
                                fovea_error *error) {
    work w;
    FOVEA__TRY(begin(context, seconds, &w, peak, error));
    float *memory = fovea__new(context, (size_t)sizes[3], 1, error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    memset(memory, 1, (size_t)sizes[3]);  // untouched pages would all be one page of zeros
    w.memory = memory;
    measure_multiply_adds(context, &w, seconds / 2, peak);
    measure_memory(context, &w, seconds / 2, peak);
    fovea__free(context, memory);
    return FOVEA_OK;
}
