// SPDX-License-Identifier: MIT
// The numbers that say how far a map can be trusted, one after the other.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/os.h"
#include "explain/trust_parts.h"

void fovea_trust_options_default(fovea_trust_options *options) {
    *options = (fovea_trust_options){.size = sizeof *options,
                                     .which = FOVEA_TRUST_QUICK,
                                     .steps = 12,
                                     .samples = 3,
                                     .radius = 0.02,
                                     .depths = 4,
                                     .most_passes = 40};
}

fovea_status fovea__trust_step(fovea__trusting *t, int64_t passes, fovea_error *error) {
    t->trust->passes += passes;
    t->done += (double)passes;
    double share = t->work > 0 ? fmin(t->done / t->work, 1) : 1;
    if (t->options.progress && t->options.progress(t->options.user, share))
        return fovea__fail(error, FOVEA_INTERRUPTED, "stopped after %.0f %% of the trust numbers",
                           100 * share);
    return FOVEA_OK;
}

// Of sample i of the last run; sigmoid where there is one logit only.
static double probability(const fovea__passes *passes, int64_t i, int64_t target) {
    int64_t outputs = passes->explainer->outputs;
    double logit = fovea__passes_logit(passes, i, target), sum = 0;
    if (outputs == 1) return 1 / (1 + exp(-logit));
    for (int64_t k = 0; k < outputs; k++) sum += exp(fovea__passes_logit(passes, i, k) - logit);
    return 1 / sum;
}

static fovea_status probe(fovea__trusting *t, fovea__passes *passes, int64_t count,
                          fovea__trust_fill *fill, void *user, double *logit, double *p,
                          fovea_error *error) {
    size_t sample = (size_t)(t->channels * t->pixels) * fovea_type_size(t->x->type);
    for (int64_t done = 0, n; done < count; done += n) {
        n = fovea__passes_next(passes, done);
        fovea_view chunk = fovea__passes_input(passes, n), one = *t->x;
        for (int64_t i = 0; i < n; i++) {
            one.data = (char *)chunk.data + (size_t)i * sample;
            fill(user, done + i, &one);
        }
        FOVEA__TRY(fovea__passes_run(passes, &chunk, 1, error));
        for (int64_t i = 0; i < n; i++) {
            logit[done + i] = fovea__passes_logit(passes, i, t->attribution->target);
            p[done + i] = probability(passes, i, t->attribution->target);
        }
        FOVEA__TRY(fovea__trust_step(t, n, error));
    }
    return FOVEA_OK;
}

fovea_status fovea__trust_probe(fovea__trusting *t, int64_t count, fovea__trust_fill *fill,
                                void *user, double *logit, double *p, fovea_error *error) {
    fovea__passes passes;
    fovea__passes_options options = {.samples = count, .leaf = FOVEA_NO_VALUE, .ends_only = true};
    FOVEA__TRY(fovea__passes_open(t->explainer, &options, &passes, error));
    fovea_status status = probe(t, &passes, count, fill, user, logit, p, error);
    fovea__passes_close(&passes);
    return status;
}

static fovea_status check(const fovea__trusting *t, fovea_error *error) {
    const fovea_trust_options *o = &t->options;
    const struct {
        const char *name;
        double value, low, high;
    } ranges[] = {{"steps", o->steps, 1, FOVEA_TRUST_MOST_STEPS},
                  {"samples", o->samples, 1, 10000},
                  {"radius", o->radius, 0, 1e3},
                  {"depths", o->depths, 1, FOVEA_TRUST_MOST_DEPTHS}};
    for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++)
        if (!(ranges[r].value >= ranges[r].low && ranges[r].value <= ranges[r].high))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s is %g; %g to %g are possible",
                               ranges[r].name, ranges[r].value, ranges[r].low, ranges[r].high);
    fovea__signature want = fovea__at_batch(&t->explainer->graph->value[t->explainer->input], 1);
    if (!t->x->data || t->x->type != want.type || !fovea_shape_equal(&t->x->shape, &want.shape))
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the picture has not the shape of one sample of the net");
    if (o->baseline && (!o->baseline->data || o->baseline->type != t->x->type ||
                        !fovea_shape_equal(&o->baseline->shape, &t->x->shape)))
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the baseline has not the picture's shape");
    return FOVEA_OK;
}

// The order of the pixels, where the map has the picture's dimensions.
static fovea_status find_order(fovea__trusting *t, fovea_error *error) {
    fovea_context *context = t->explainer->context;
    fovea_shape size = fovea_shape_make(t->x->shape.rank - 2, t->x->shape.dim + 2);
    double *picture = NULL;
    if (size.rank != t->heat_shape.rank) return FOVEA_OK;
    FOVEA__TRY(
        fovea__trust_resize(t->attribution, t->heat, &t->heat_shape, &size, &picture, error));
    t->order = fovea__new(context, (size_t)t->pixels, sizeof *t->order, error);
    fovea_status status = t->order ? fovea__trust_sort(context, picture, t->pixels, t->order, error)
                                   : FOVEA_OUT_OF_MEMORY;
    fovea__free(context, picture);
    return status;
}

// What cannot be had of this map, or takes too long.
static void leave_out(fovea__trusting *t) {
    const uint32_t pixels = FOVEA_TRUST_DELETION | FOVEA_TRUST_CONTROL | FOVEA_TRUST_ROAD;
    const uint32_t again = FOVEA_TRUST_SENSITIVITY | FOVEA_TRUST_RANDOMISED | FOVEA_TRUST_CASCADE;
    int64_t most = t->options.most_passes;
    uint32_t out = t->order ? 0 : pixels;
    if (t->x->shape.rank != 4) out |= FOVEA_TRUST_ROAD;
    if (most && t->attribution->forward_passes + t->attribution->backward_passes > most)
        out |= again;
    if (fovea__shaken_layers(t->explainer) == 0)
        out |= FOVEA_TRUST_RANDOMISED | FOVEA_TRUST_CASCADE;
    t->trust->left_out = t->options.which & out;
    t->trust->computed = t->options.which & ~out & FOVEA_TRUST_ALL;
}

static double expected_work(const fovea__trusting *t) {
    const fovea_trust_options *o = &t->options;
    uint32_t which = t->trust->computed;
    double curve = 2 * (o->steps - 1), work = 0;
    double map = (double)(t->attribution->forward_passes + t->attribution->backward_passes);
    if (which & FOVEA_TRUST_DELETION) work += curve;
    if (which & FOVEA_TRUST_CONTROL) work += curve;
    if (which & (FOVEA_TRUST_DELETION | FOVEA_TRUST_CONTROL)) work += 3;
    if (which & FOVEA_TRUST_ROAD) work += 8;
    if (which & FOVEA_TRUST_SENSITIVITY) work += o->samples * map;
    if (which & FOVEA_TRUST_CASCADE)
        work += o->depths * map;
    else if (which & FOVEA_TRUST_RANDOMISED)
        work += map;
    return work;
}

static fovea_status measure(fovea__trusting *t, fovea_error *error) {
    fovea_trust *trust = t->trust;
    uint32_t which = trust->computed;
    if (which & FOVEA_TRUST_COMPLETENESS) {
        trust->law = t->attribution->law;
        trust->residual = t->attribution->residual;
    }
    if (which & FOVEA_TRUST_SPARSENESS)
        FOVEA__TRY(fovea_gini(t->explainer->context, t->heat, fovea_shape_count(&t->heat_shape),
                              &trust->sparseness, error));
    bool deletion = which & FOVEA_TRUST_DELETION, control = which & FOVEA_TRUST_CONTROL;
    if (deletion || control) FOVEA__TRY(fovea__trust_deletion(t, deletion, control, error));
    if (which & FOVEA_TRUST_ROAD) FOVEA__TRY(fovea__trust_road(t, error));
    if (which & FOVEA_TRUST_SENSITIVITY) FOVEA__TRY(fovea__trust_sensitivity(t, error));
    if (which & (FOVEA_TRUST_RANDOMISED | FOVEA_TRUST_CASCADE))
        FOVEA__TRY(fovea__trust_randomise(t, which & FOVEA_TRUST_CASCADE, error));
    return FOVEA_OK;
}

static fovea_status compute(fovea__trusting *t, fovea_error *error) {
    FOVEA__TRY(check(t, error));
    t->channels = t->x->shape.dim[1];
    t->pixels = fovea_shape_count(&t->x->shape) / t->channels;
    FOVEA__TRY(fovea__trust_heat(t->attribution, &t->heat, &t->heat_shape, error));
    FOVEA__TRY(find_order(t, error));
    leave_out(t);
    t->work = expected_work(t);
    return measure(t, error);
}

static void clear(fovea_trust *trust) {
    *trust = (fovea_trust){.residual = NAN};
    double *numbers[] = {&trust->deletion,
                         &trust->insertion,
                         &trust->deletion_logit,
                         &trust->insertion_logit,
                         &trust->random_deletion,
                         &trust->random_insertion,
                         &trust->random_deletion_logit,
                         &trust->random_insertion_logit,
                         &trust->road,
                         &trust->road_morf,
                         &trust->road_lerf,
                         &trust->sensitivity,
                         &trust->spearman,
                         &trust->ssim,
                         &trust->sparseness};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) *numbers[i] = NAN;
}

fovea_status fovea_trust_compute(fovea_explainer *explainer, const fovea_view *x,
                                 const fovea_explain_options *how,
                                 const fovea_attribution *attribution,
                                 const fovea_trust_options *options, fovea_trust *trust,
                                 fovea_error *error) {
    fovea__trusting t = {
        .explainer = explainer, .x = x, .attribution = attribution, .trust = trust};
    double start = fovea__seconds();
    clear(trust);
    FOVEA__TRY(fovea_explain_options_default(attribution->method->name, &t.how, error));
    if (how) memcpy(&t.how, how, how->size < sizeof t.how ? how->size : sizeof t.how);
    t.how.method = attribution->method->name;
    t.how.target = attribution->target;
    t.how.layer = attribution->layer;
    fovea_trust_options_default(&t.options);
    size_t known = sizeof t.options;
    if (options) memcpy(&t.options, options, options->size < known ? options->size : known);
    fovea_status status = compute(&t, error);
    fovea__free(explainer->context, t.heat);
    fovea__free(explainer->context, t.order);
    trust->seconds = fovea__seconds() - start;
    return status;
}
