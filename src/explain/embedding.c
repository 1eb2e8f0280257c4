// SPDX-License-Identifier: MIT
#include "explain/embedding.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "explain/unit_pass.h"
#include "fovea/numpy_file.h"
#include "model/model.h"

#define MOST_NUMBERS ((int64_t)1 << 28)  // of all samples: 2 GiB

void fovea_embedding_options_default(fovea_embedding_options *options) {
    *options = (fovea_embedding_options){.size = sizeof *options};
}

static fovea_status check_sizes(const fovea_embedding *e, fovea_error *error) {
    int64_t least = e->samples < e->features ? e->samples : e->features;
    if (e->samples < 2)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "how samples lie to each other needs at least 2 of them, not %lld",
                           (long long)e->samples);
    if (least > FOVEA__PRINCIPAL_MOST)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%lld samples of %lld features: one of both must be %d or less; take "
                           "fewer samples",
                           (long long)e->samples, (long long)e->features, FOVEA__PRINCIPAL_MOST);
    if (e->samples > MOST_NUMBERS / e->features)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%lld samples of %lld features are more than 2 GiB; take fewer samples "
                           "or the means of the channels",
                           (long long)e->samples, (long long)e->features);
    return FOVEA_OK;
}

typedef struct adding {
    fovea_embedding *embedding;
    const fovea_view *view;
    int64_t first;
} adding;

static void add_sample(void *user, int64_t n, int32_t worker) {
    const adding *a = user;
    const fovea_embedding *e = a->embedding;
    int64_t cells = e->layer.rows * e->layer.columns, size = e->layer.channels * cells;
    double *dst = e->values + (a->first + n) * e->features;
    (void)worker;
    for (int64_t c = 0; c < e->features; c++) {
        int64_t from = n * size + (e->flatten ? c : c * cells), count = e->flatten ? 1 : cells;
        double sum = 0;
        for (int64_t i = 0; i < count; i++) sum += fovea__view_number(a->view, from + i);
        dst[c] = sum / (double)count;
    }
}

static fovea_status add_values(void *user, int32_t which, int64_t first, int64_t samples,
                               const fovea_view *view, fovea_error *error) {
    adding a = {.embedding = user, .view = view, .first = first};
    const fovea_embedding *e = user;
    (void)which;
    fovea__parallel(e->context, samples, add_sample, &a);
    for (int64_t n = first; n < first + samples; n++)
        for (int64_t k = 0; k < e->features; k++)
            if (!isfinite(e->values[n * e->features + k]))
                return fovea__fail_at(error, FOVEA_NOT_FINITE, e->layer.name, -1,
                                      "feature %lld of picture %lld is not finite", (long long)k,
                                      (long long)fovea_dataset_index(e->dataset, n));
    return FOVEA_OK;
}

static fovea_status allocate(fovea_embedding *e, fovea_error *error) {
    size_t n = (size_t)e->samples, f = (size_t)e->features;
    e->values = fovea__new(e->context, n * f, sizeof(double), error);
    e->principal.scores = fovea__new(e->context, n, FOVEA__COMPONENTS * sizeof(double), error);
    e->principal.loadings = fovea__new(e->context, f, FOVEA__COMPONENTS * sizeof(double), error);
    e->principal.mean = fovea__new(e->context, f, sizeof(double), error);
    bool ok = e->values && e->principal.scores && e->principal.loadings && e->principal.mean;
    return ok ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status make(fovea_embedding *e, const fovea_model *model, int32_t node, int64_t batch,
                         fovea_error *error) {
    FOVEA__TRY(fovea_unit_layer_of(model, node, &e->layer, error));
    int64_t cells = e->layer.rows * e->layer.columns;
    e->samples = fovea_dataset_count(e->dataset);
    e->features = e->flatten ? e->layer.channels * cells : e->layer.channels;
    FOVEA__TRY(check_sizes(e, error));
    FOVEA__TRY(allocate(e, error));
    FOVEA__TRY(
        fovea__unit_pass(model, e->dataset, &e->layer.value, 1, batch, add_values, e, error));
    FOVEA__TRY(fovea__principal_components(e->context, e->values, e->samples, e->features,
                                           &e->principal, error));
    fovea__free(e->context, e->values);
    e->values = NULL;
    return FOVEA_OK;
}

fovea_status fovea_embedding_create(const fovea_model *model, const fovea_dataset *dataset,
                                    int32_t node, const fovea_embedding_options *options,
                                    fovea_embedding **result, fovea_error *error) {
    fovea_embedding_options standard;
    fovea_embedding_options_default(&standard);
    if (!options) options = &standard;
    if (options->size != sizeof *options || options->batch < 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_embedding_options: fill it with fovea_embedding_options_default; "
                           "a batch is 1 or more (0: chosen)");
    fovea_embedding *e = fovea__new(model->context, 1, sizeof *e, error);
    if (!e) return FOVEA_OUT_OF_MEMORY;
    e->context = model->context;
    e->dataset = dataset;
    e->flatten = options->flatten != 0;
    fovea_status status = make(e, model, node, options->batch, error);
    if (status == FOVEA_OK)
        *result = e;
    else
        fovea_embedding_free(e);
    return status;
}

void fovea_embedding_free(fovea_embedding *embedding) {
    if (!embedding) return;
    fovea__free(embedding->context, embedding->values);
    fovea__free(embedding->context, embedding->principal.scores);
    fovea__free(embedding->context, embedding->principal.loadings);
    fovea__free(embedding->context, embedding->principal.mean);
    fovea__free(embedding->context, embedding);
}

fovea_unit_layer fovea_embedding_layer(const fovea_embedding *embedding) {
    return embedding->layer;
}
int64_t fovea_embedding_samples(const fovea_embedding *embedding) {
    return embedding->samples;
}
int64_t fovea_embedding_features(const fovea_embedding *embedding) {
    return embedding->features;
}
const double *fovea_embedding_scores(const fovea_embedding *embedding) {
    return embedding->principal.scores;
}
const double *fovea_embedding_loadings(const fovea_embedding *embedding) {
    return embedding->principal.loadings;
}
double fovea_embedding_variance(const fovea_embedding *embedding, int32_t component) {
    bool known = component >= 0 && component < FOVEA__COMPONENTS;
    return known ? embedding->principal.variance[component] : 0;
}
double fovea_embedding_share(const fovea_embedding *embedding, int32_t component) {
    bool known = component >= 0 && component < FOVEA__COMPONENTS;
    return known ? embedding->principal.share[component] : 0;
}

static fovea_status add_labels(const fovea_embedding *e, fovea_npz *npz, bool labels,
                               fovea_error *error) {
    fovea_tensor *tensor;
    fovea_shape shape = fovea_shape_make(1, &e->samples);
    FOVEA__TRY(fovea_tensor_create(e->context, FOVEA_I64, &shape, &tensor, error));
    fovea_view view = fovea_tensor_view(tensor);
    for (int64_t i = 0; i < e->samples; i++)
        ((int64_t *)view.data)[i] =
            labels ? fovea_dataset_label(e->dataset, i) : fovea_dataset_index(e->dataset, i);
    fovea_status status = fovea_npz_add(npz, labels ? "labels" : "samples", &view, error);
    fovea_tensor_free(tensor);
    return status;
}

static fovea_status add_arrays(const fovea_embedding *e, fovea_npz *npz, fovea_error *error) {
    const fovea__principal *p = &e->principal;
    const struct {
        const char *name;
        fovea_shape shape;
        const double *data;
    } arrays[] = {{"scores", {2, {e->samples, FOVEA__COMPONENTS}}, p->scores},
                  {"loadings", {2, {FOVEA__COMPONENTS, e->features}}, p->loadings},
                  {"mean", {1, {e->features}}, p->mean},
                  {"variance", {1, {FOVEA__COMPONENTS}}, p->variance},
                  {"share", {1, {FOVEA__COMPONENTS}}, p->share}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        fovea_view view = {FOVEA_F64, arrays[i].shape, (void *)arrays[i].data};
        FOVEA__TRY(fovea_npz_add(npz, arrays[i].name, &view, error));
    }
    FOVEA__TRY(add_labels(e, npz, true, error));
    return add_labels(e, npz, false, error);
}

fovea_status fovea_embedding_save(const fovea_embedding *embedding, const char *path,
                                  fovea_error *error) {
    fovea_npz *npz;
    FOVEA__TRY(fovea_npz_create(embedding->context, path, &npz, error));
    fovea_status status = add_arrays(embedding, npz, error);
    if (status == FOVEA_OK) return fovea_npz_finish(npz, error);
    fovea_npz_discard(npz);
    return status;
}
