// SPDX-License-Identifier: MIT
#include "explain/top_heap.h"

#include <math.h>
#include <stdbool.h>

#include "base/memory.h"
#include "base/threads.h"
#include "explain/unit_pass.h"

fovea_status fovea__top_heaps_make(fovea_context *context, int32_t channels, int32_t most,
                                   fovea__top_heaps *heaps, fovea_error *error) {
    *heaps = (fovea__top_heaps){.context = context, .channels = channels, .most = most};
    size_t entries = (size_t)channels * (size_t)most;
    heaps->entry = fovea__new(context, entries, sizeof *heaps->entry, error);
    heaps->count = fovea__new(context, (size_t)channels, sizeof *heaps->count, error);
    if (heaps->entry && heaps->count) return FOVEA_OK;
    fovea__top_heaps_free(heaps);
    return FOVEA_OUT_OF_MEMORY;
}

void fovea__top_heaps_free(fovea__top_heaps *heaps) {
    fovea__free(heaps->context, heaps->entry);
    fovea__free(heaps->context, heaps->count);
    heaps->entry = NULL;
    heaps->count = NULL;
}

// A total order: a sample occurs once in a channel.
static bool is_less(const fovea__top_entry *a, const fovea__top_entry *b) {
    return a->value < b->value || (a->value == b->value && a->sample > b->sample);
}

static void swap(fovea__top_entry *a, fovea__top_entry *b) {
    fovea__top_entry kept = *a;
    *a = *b;
    *b = kept;
}

static void sink(fovea__top_entry *heap, int32_t count, int32_t at) {
    for (;;) {
        int32_t child = 2 * at + 1;
        if (child >= count) return;
        if (child + 1 < count && is_less(&heap[child + 1], &heap[child])) child++;
        if (!is_less(&heap[child], &heap[at])) return;
        swap(&heap[child], &heap[at]);
        at = child;
    }
}

static void rise(fovea__top_entry *heap, int32_t at) {
    while (at > 0 && is_less(&heap[at], &heap[(at - 1) / 2])) {
        swap(&heap[at], &heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void offer(fovea__top_entry *heap, int32_t most, int32_t *count, fovea__top_entry entry) {
    if (*count < most) {
        heap[*count] = entry;
        rise(heap, (*count)++);
    } else if (is_less(&heap[0], &entry)) {
        heap[0] = entry;
        sink(heap, *count, 0);
    }
}

// The first cell of the largest number among `cells` from `at` on; false where all are NaN.
static bool largest_f32(const float *at, int64_t cells, fovea__top_entry *entry) {
    float most = -INFINITY;
    for (int64_t i = 0; i < cells; i++) most = at[i] > most ? at[i] : most;
    entry->value = (double)most;
    for (entry->cell = 0; entry->cell < cells; entry->cell++)
        if (at[entry->cell] == most) return true;
    return false;
}

static bool largest_f64(const double *at, int64_t cells, fovea__top_entry *entry) {
    double most = -INFINITY;
    for (int64_t i = 0; i < cells; i++) most = at[i] > most ? at[i] : most;
    entry->value = most;
    for (entry->cell = 0; entry->cell < cells; entry->cell++)
        if (at[entry->cell] == most) return true;
    return false;
}

typedef struct adding {
    fovea__top_heaps *heaps;
    const fovea_view *view;
    int64_t first, samples, cells;
} adding;

static void add_channel(void *user, int64_t channel, int32_t worker) {
    const adding *a = user;
    fovea__top_heaps *heaps = a->heaps;
    (void)worker;
    for (int64_t n = 0; n < a->samples; n++) {
        fovea__top_entry entry = {.sample = a->first + n};
        int64_t at = (n * heaps->channels + channel) * a->cells;
        bool found = a->view->type == FOVEA_F32
                         ? largest_f32((const float *)a->view->data + at, a->cells, &entry)
                         : largest_f64((const double *)a->view->data + at, a->cells, &entry);
        if (found)
            offer(heaps->entry + channel * heaps->most, heaps->most, &heaps->count[channel], entry);
    }
}

void fovea__top_heaps_add(fovea__top_heaps *heaps, int64_t first, int64_t samples,
                          const fovea_view *view) {
    adding a = {.heaps = heaps, .view = view, .first = first, .samples = samples};
    a.cells = fovea_shape_count(&view->shape) / samples / heaps->channels;
    fovea__parallel(heaps->context, heaps->channels, add_channel, &a);
}

static void sort_channel(void *user, int64_t channel, int32_t worker) {
    fovea__top_heaps *heaps = user;
    fovea__top_entry *heap = heaps->entry + channel * heaps->most;
    (void)worker;
    // The least goes to the end, again and again.
    for (int32_t left = heaps->count[channel]; left > 1; left--) {
        swap(&heap[0], &heap[left - 1]);
        sink(heap, left - 1, 0);
    }
}

void fovea__top_heaps_sort(fovea__top_heaps *heaps) {
    fovea__parallel(heaps->context, heaps->channels, sort_channel, heaps);
}
