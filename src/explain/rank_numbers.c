// SPDX-License-Identifier: MIT
// Numbers of one or two lists that depend on their order: Gini's coefficient, Spearman's correlation.
#include <math.h>
#include <stdlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/trust_parts.h"

typedef struct {
    double number;
    int64_t index;
} entry;

static int falling(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (isnan(x->number) != isnan(y->number)) return isnan(x->number) ? 1 : -1;
    if (x->number != y->number && !isnan(x->number)) return x->number > y->number ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static entry *sorted(fovea_context *context, const double *numbers, int64_t count,
                     fovea_error *error) {
    entry *list = fovea__new(context, (size_t)count, sizeof *list, error);
    if (!list) return NULL;
    for (int64_t i = 0; i < count; i++) list[i] = (entry){numbers[i], i};
    qsort(list, (size_t)count, sizeof *list, falling);
    return list;
}

fovea_status fovea__trust_sort(fovea_context *context, const double *numbers, int64_t count,
                               int64_t *order, fovea_error *error) {
    entry *list = sorted(context, numbers, count, error);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < count; i++) order[i] = list[i].index;
    fovea__free(context, list);
    return FOVEA_OK;
}

fovea_status fovea_gini(fovea_context *context, const double *numbers, int64_t count, double *gini,
                        fovea_error *error) {
    double *magnitude = fovea__new(context, (size_t)count, sizeof *magnitude, error);
    if (!magnitude) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < count; i++) magnitude[i] = fabs(numbers[i]);
    entry *list = sorted(context, magnitude, count, error);
    fovea__free(context, magnitude);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    double sum = 0, weighted = 0;
    for (int64_t i = 1; i <= count; i++) {
        double a = list[count - i].number;
        sum += a;
        weighted += (double)(2 * i - count - 1) * a;
    }
    *gini = sum > 0 ? weighted / ((double)count * sum) : NAN;
    fovea__free(context, list);
    return FOVEA_OK;
}

// Ranks from 0; equal numbers share their mean rank.
static fovea_status rank(fovea_context *context, const double *numbers, int64_t count,
                         double *ranks, fovea_error *error) {
    entry *list = sorted(context, numbers, count, error);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && list[end].number == list[i].number;) end++;
        for (int64_t k = i; k < end; k++) ranks[list[k].index] = (double)(i + end - 1) / 2;
    }
    fovea__free(context, list);
    return FOVEA_OK;
}

// Both have the mean (n - 1) / 2.
static double correlate(const double *a, const double *b, int64_t count) {
    double mean = (double)(count - 1) / 2, ab = 0, aa = 0, bb = 0;
    for (int64_t i = 0; i < count; i++) {
        ab += (a[i] - mean) * (b[i] - mean);
        aa += (a[i] - mean) * (a[i] - mean);
        bb += (b[i] - mean) * (b[i] - mean);
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : NAN;
}

static bool has_nan(const double *numbers, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        if (isnan(numbers[i])) return true;
    return false;
}

fovea_status fovea_spearman(fovea_context *context, const double *a, const double *b, int64_t count,
                            double *correlation, fovea_error *error) {
    *correlation = NAN;
    if (has_nan(a, count) || has_nan(b, count)) return FOVEA_OK;
    double *ranks = fovea__new(context, 2 * (size_t)count, sizeof *ranks, error);
    if (!ranks) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = rank(context, a, count, ranks, error);
    if (status == FOVEA_OK) status = rank(context, b, count, ranks + count, error);
    if (status == FOVEA_OK) *correlation = correlate(ranks, ranks + count, count);
    fovea__free(context, ranks);
    return status;
}
