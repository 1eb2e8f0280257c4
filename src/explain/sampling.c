// SPDX-License-Identifier: MIT
#include "explain/sampling.h"

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"

fovea_view fovea__sample_view(const fovea_view *samples, int64_t n) {
    fovea_view one = *samples;
    if (one.shape.rank > 0) one.shape.dim[0] = 1;
    int64_t size = fovea_shape_count(&one.shape);
    one.data = (uint8_t *)samples->data + (size_t)(n * size) * fovea_type_size(one.type);
    return one;
}

typedef struct {
    const fovea__sampling *sampling;
    fovea_view samples;
    int64_t done;
} filling;

static void fill_one(void *user, int64_t item, int32_t worker) {
    (void)worker;
    const filling *f = user;
    fovea_view sample = fovea__sample_view(&f->samples, item);
    f->sampling->fill(f->sampling->user, f->done + item, &sample);
}

static void fill_chunk(const fovea__passes *passes, const fovea__sampling *sampling,
                       const fovea_view *samples, int64_t done, int64_t n) {
    filling f = {.sampling = sampling, .samples = *samples, .done = done};
    fovea__parallel(passes->explainer->context, n, fill_one, &f);
}

// The samples that go into the passes: as they were filled, or z1 of them.
static fovea_status run_forward(fovea__passes *passes, const fovea__sampling *sampling,
                                const fovea_view *pictures, int64_t done, int64_t n,
                                fovea_error *error) {
    fovea_view input = fovea__passes_place(passes, n);
    if (!pictures) {
        fill_chunk(passes, sampling, &input, done, n);
        return fovea__passes_run(passes, &input, 1, error);
    }
    fovea_view some = *pictures;
    some.shape.dim[0] = n;
    fill_chunk(passes, sampling, &some, done, n);
    fovea_tensor *z1 = NULL;
    FOVEA__TRY(fovea__prefix_forward(sampling->prefix, &some, &z1, error));
    fovea_view view = fovea_tensor_view(z1);
    fovea_status status = fovea__passes_run(passes, &view, 1, error);
    fovea_tensor_free(z1);
    return status;
}

static fovea_status take_chunk(fovea__passes *passes, const fovea__sampling *sampling,
                               int64_t target, int64_t done, int64_t n, fovea_error *error) {
    fovea_tensor *made = NULL;
    fovea_view all, one;
    if (sampling->gradients) {
        FOVEA__TRY(fovea__passes_back(passes, target, error));
        FOVEA__TRY(fovea__passes_input_gradient(passes, &made, &all, error));
    }
    for (int64_t i = 0; i < n; i++) {
        double logit = fovea__passes_logit(passes, i, target);
        if (sampling->gradients) one = fovea__sample_view(&all, i);
        sampling->take(sampling->user, done + i, logit, sampling->gradients ? &one : NULL);
    }
    fovea_tensor_free(made);
    return FOVEA_OK;
}

static fovea_status sample_all(fovea__job *job, fovea__passes *passes,
                               const fovea__sampling *sampling, const fovea_view *pictures,
                               fovea_error *error) {
    for (int64_t done = 0, n; done < sampling->samples; done += n) {
        n = fovea__passes_next(passes, done);
        FOVEA__TRY(run_forward(passes, sampling, pictures, done, n, error));
        FOVEA__TRY(take_chunk(passes, sampling, job->target, done, n, error));
    }
    return FOVEA_OK;
}

// With pictures that go through a prefix: memory for them, and the prefix made ready.
static fovea_status sample_pictures(fovea__job *job, fovea__passes *passes,
                                    const fovea__sampling *sampling, fovea_error *error) {
    fovea_explainer *explainer = job->explainer;
    FOVEA__TRY(fovea__prefix_begin(sampling->prefix, passes->chunk, error));
    fovea__signature at =
        fovea__at_batch(&explainer->graph->value[explainer->input], passes->chunk);
    fovea_tensor *memory = NULL;
    FOVEA__TRY(fovea_tensor_create(explainer->context, at.type, &at.shape, &memory, error));
    fovea_view pictures = fovea_tensor_view(memory);
    fovea_status status = sample_all(job, passes, sampling, &pictures, error);
    fovea_tensor_free(memory);
    return status;
}

fovea_status fovea__sample(fovea__job *job, const fovea__sampling *sampling, fovea_error *error) {
    fovea__passes passes;
    fovea__passes_options options = {.samples = sampling->samples,
                                     .gradients = sampling->gradients,
                                     .graph = sampling->prefix ? sampling->prefix->tail : NULL,
                                     .leaf = FOVEA_NO_VALUE,
                                     .ends_only = true};
    FOVEA__TRY(fovea__passes_open(job->explainer, &options, &passes, error));
    fovea_status status = sampling->pictures ? sample_pictures(job, &passes, sampling, error)
                                             : sample_all(job, &passes, sampling, NULL, error);
    job->result->forward_passes += passes.forward_passes;
    job->result->backward_passes += passes.backward_passes;
    fovea__passes_close(&passes);
    return status;
}

fovea_status fovea__logit_of(fovea__job *job, const fovea_view *x, double *logit,
                             fovea_error *error) {
    fovea_explainer *explainer = job->explainer;
    double *all = fovea__new(explainer->context, (size_t)explainer->outputs, sizeof *all, error);
    if (!all) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea_explainer_logits(explainer, x, all, error);
    *logit = all[job->target];
    job->result->forward_passes++;
    fovea__free(explainer->context, all);
    return status;
}

#define BETWEEN(type, from, to, share, into)                                              \
    for (int64_t i = 0; i < count; i++)                                                   \
    ((type *)(into)->data)[i] = (type)(((const type *)(from)->data)[i] +                  \
                                       (share) * ((double)((const type *)(to)->data)[i] - \
                                                  (double)((const type *)(from)->data)[i]))

void fovea__between(const fovea_view *from, const fovea_view *to, double share,
                    const fovea_view *into) {
    int64_t count = fovea_shape_count(&into->shape);
    if (into->type == FOVEA_F64)
        BETWEEN(double, from, to, share, into);
    else
        BETWEEN(float, from, to, share, into);
}

// Sums of many numbers, shared out over the workers: each number is added up by one of them.
#define NUMBERS_A_BLOCK 32768

typedef struct {
    const fovea_view *view;
    double weight, *sum;
    bool mean;
} adding;

static void add_block(void *user, int64_t block, int32_t worker) {
    (void)worker;
    const adding *a = user;
    int64_t count = fovea_shape_count(&a->view->shape), first = block * NUMBERS_A_BLOCK;
    int64_t last = first + NUMBERS_A_BLOCK < count ? first + NUMBERS_A_BLOCK : count;
    const double *wide = a->view->data;
    const float *narrow = a->view->data;
    double *sum = a->sum, weight = a->weight;
    bool is_wide = a->view->type == FOVEA_F64;
    if (a->mean) {
        for (int64_t i = first; i < last; i++)
            sum[i] += ((is_wide ? wide[i] : (double)narrow[i]) - sum[i]) / weight;
    } else if (is_wide) {
        for (int64_t i = first; i < last; i++) sum[i] += weight * wide[i];
    } else {
        for (int64_t i = first; i < last; i++) sum[i] += weight * (double)narrow[i];
    }
}

static void add(fovea_context *context, adding *a) {
    int64_t count = fovea_shape_count(&a->view->shape);
    fovea__parallel(context, (count + NUMBERS_A_BLOCK - 1) / NUMBERS_A_BLOCK, add_block, a);
}

void fovea__add_weighted(fovea_context *context, const fovea_view *view, double weight,
                         double *sum) {
    add(context, &(adding){.view = view, .weight = weight, .sum = sum});
}

void fovea__add_to_mean(fovea_context *context, const fovea_view *view, int64_t count,
                        double *mean) {
    add(context, &(adding){.view = view, .weight = (double)count, .sum = mean, .mean = true});
}
