// SPDX-License-Identifier: MIT
// What changes no bit: threads, chunks, doing it again.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "explain/selftest_parts.h"

enum { EPOCH = 3 };  // of noise; others are taken

// The subject in another context, which shares the weights: what is made from it lives there.
typedef struct {
    fovea_context *context;
    fovea_graph graph;
    fovea_model model;
    fovea_explainer *explainer;
} twin;

static fovea_status twin_open(const fovea__subject *s, int32_t threads, twin *w,
                              fovea_error *error) {
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = threads;
    FOVEA__TRY(fovea_context_create(&options, &w->context, error));
    w->graph = *s->explainer->model->graph;
    w->model = *s->explainer->model;
    w->graph.context = w->model.context = w->context;
    w->model.graph = &w->graph;
    return fovea_explainer_create(&w->model, &s->explainer->options, &w->explainer, error);
}

static void twin_close(twin *w) {
    fovea_explainer_free(w->explainer);
    fovea_context_free(w->context);
}

static fovea_status compare_threads(fovea__testing *t, int32_t threads, const fovea_view *gradient,
                                    fovea_identity *found, fovea_error *error) {
    twin w = {.context = NULL};
    fovea_tensor *other = NULL;
    double f;
    fovea_status status = twin_open(&t->own, threads, &w, error);
    fovea__subject s = {.explainer = w.explainer, .x = t->own.x};
    if (status == FOVEA_OK)
        status = fovea__subject_slope(&s, &s.x, t->target, &f, gradient ? &other : NULL, error);
    if (status == FOVEA_OK) {
        fovea__found(found, f != t->own.logit, 0, threads == 1 ? "f, 1 thread" : "f, 3 threads");
        if (gradient) {
            fovea_view view = fovea_tensor_view(other);
            fovea__found_bits(found, gradient, &view, threads == 1 ? "1 thread" : "3 threads");
        }
    }
    fovea_tensor_free(other);
    twin_close(&w);
    return status;
}

// The gradient of x, or NULL where the net has none.
static fovea_status own_gradient(fovea__testing *t, fovea_tensor **gradient, fovea_error *error) {
    double f;
    *gradient = NULL;
    fovea_status status = fovea__subject_slope(&t->own, &t->own.x, t->target, &f, gradient, error);
    bool none = status == FOVEA_UNSUPPORTED || status == FOVEA_INVALID_ARGUMENT;
    return none ? FOVEA_OK : status;
}

static fovea_status check_threads(fovea__testing *t, const fovea__identity *identity,
                                  fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea_tensor *gradient;
    FOVEA__TRY(own_gradient(t, &gradient, error));
    fovea_view view = gradient ? fovea_tensor_view(gradient) : (fovea_view){.data = NULL};
    fovea_status status = compare_threads(t, 1, gradient ? &view : NULL, found, error);
    if (status == FOVEA_OK) status = compare_threads(t, 3, gradient ? &view : NULL, found, error);
    fovea_tensor_free(gradient);
    return status;
}

// x with noise of its own for every sample, the first without.
static void fill(const fovea__testing *t, int64_t sample, const fovea_view *to) {
    for (int64_t i = 0; i < fovea_shape_count(&t->own.x.shape); i++) {
        double u = fovea__random_float(t->options.seed, FOVEA__RANDOM_NOISE, EPOCH,
                                       (uint32_t)sample, (uint64_t)i);
        fovea__view_set(to, i, fovea__view_number(&t->own.x, i) + (sample ? 0.1 * (u - 0.5) : 0));
    }
}

typedef struct {
    fovea__testing *t;
    int64_t samples, numbers;
    bool gradients;
    uint8_t *logits, *slopes;  // of all samples
} batch;

static fovea_status run_batch(batch *b, fovea__passes *passes, fovea_error *error) {
    fovea__testing *t = b->t;
    size_t size = fovea_type_size(t->own.x.type), one = (size_t)b->numbers * size;
    size_t row = (size_t)t->own.explainer->outputs * size;
    for (int64_t done = 0, n; done < b->samples; done += n) {
        fovea_tensor *gradient;
        n = fovea__passes_next(passes, done);
        fovea_view chunk = fovea__passes_input(passes, n), sample = t->own.x;
        for (int64_t i = 0; i < n; i++) {
            sample.data = (uint8_t *)chunk.data + (size_t)i * one;
            fill(t, done + i, &sample);
        }
        FOVEA__TRY(fovea__passes_run(passes, &chunk, 1, error));
        memcpy(b->logits + (size_t)done * row, fovea_tensor_view(passes->logits).data,
               (size_t)n * row);
        if (!b->gradients) continue;
        FOVEA__TRY(fovea__passes_back(passes, t->target, error));
        FOVEA__TRY(fovea__passes_gradient(passes, passes->graph->input[0], &gradient, error));
        memcpy(b->slopes + (size_t)done * one, fovea_tensor_view(gradient).data, (size_t)n * one);
        fovea_tensor_free(gradient);
    }
    return FOVEA_OK;
}

// In chunks as memory allows, or of one sample.
static fovea_status run_chunks(batch *b, bool singly, fovea_error *error) {
    fovea_explainer *explainer = b->t->own.explainer;
    size_t memory = explainer->options.memory;
    fovea__passes passes;
    fovea__passes_options options = {.samples = b->samples,
                                     .gradients = b->gradients,
                                     .leaf = FOVEA_NO_VALUE,
                                     .ends_only = true};
    if (singly) explainer->options.memory = 1;
    fovea_status status = fovea__passes_open(explainer, &options, &passes, error);
    explainer->options.memory = memory;
    if (status == FOVEA_OK) status = run_batch(b, &passes, error);
    fovea__passes_close(&passes);
    return status;
}

static fovea_status compare_chunks(batch *b, fovea_identity *found, fovea_error *error) {
    fovea__testing *t = b->t;
    fovea_type type = t->own.x.type;
    size_t one = (size_t)(b->numbers + t->own.explainer->outputs) * fovea_type_size(type);
    uint8_t *memory = fovea__new(t->context, 2 * (size_t)b->samples, one, error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    size_t half = (size_t)b->samples * one;
    size_t slopes = (size_t)(b->samples * b->numbers) * fovea_type_size(type);
    fovea_status status = FOVEA_OK;
    for (int singly = 0; singly < 2 && status == FOVEA_OK; singly++) {
        b->slopes = memory + (singly ? half : 0);
        b->logits = b->slopes + slopes;
        status = run_chunks(b, singly, error);
    }
    if (status == FOVEA_OK) {
        int64_t count = b->samples * (b->numbers + t->own.explainer->outputs);
        fovea_view a = {type, {1, {count}}, memory}, c = {type, {1, {count}}, memory + half};
        fovea__found_bits(found, &a, &c, "logits and gradients");
    }
    fovea__free(t->context, memory);
    return status;
}

static fovea_status check_chunks(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    (void)identity;
    if (t->own.explainer->most == 1) {
        fovea__not_applied(found, "the net's batch is fixed: samples go in one by one");
        return FOVEA_OK;
    }
    fovea_tensor *gradient;
    FOVEA__TRY(own_gradient(t, &gradient, error));
    // So many that the batch lies in the vector lanes, where that does not take long.
    batch b = {.t = t, .numbers = fovea_shape_count(&t->own.x.shape), .gradients = gradient};
    b.samples = b.numbers <= 4096 ? 17 : 3;
    fovea_tensor_free(gradient);
    return compare_chunks(&b, found, error);
}

static fovea_status check_again(fovea__testing *t, const fovea__identity *identity,
                                fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea_tensor *first, *second = NULL;
    FOVEA__TRY(own_gradient(t, &first, error));
    if (!first) {
        fovea__not_applied(found, "the net has no gradient");
        return FOVEA_OK;
    }
    fovea_status status = own_gradient(t, &second, error);
    if (status == FOVEA_OK) {
        fovea_view a = fovea_tensor_view(first), b = fovea_tensor_view(second);
        fovea__found_bits(found, &a, &b, "gradient");
    }
    fovea_tensor_free(first);
    fovea_tensor_free(second);
    return status;
}

const fovea__identity fovea__identities_bits[] = {
    {.name = "again", .formula = "df/dx computed twice, in bits", .check = check_again},
    {.name = "threads",
     .formula = "f and df/dx with 1 and 3 threads = with the context's, in bits",
     .check = check_threads},
    {.name = "chunks",
     .formula = "logits and df/dx of several samples together = one by one, in bits",
     .check = check_chunks},
    {.name = NULL}};
