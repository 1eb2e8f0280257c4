// SPDX-License-Identifier: MIT
// One request: checked, computed by its method, and measured.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/os.h"
#include "base/text.h"
#include "explain/cause.h"
#include "explain/passes.h"

static fovea_status no_such_method(const char *name, fovea_error *error) {
    const char *names[128];
    size_t count = 0;
    for (; fovea__method_list[count] && count < 128; count++)
        names[count] = fovea__method_list[count]->info.name;
    const char *nearest = fovea__nearest(name, names, count);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no method '%.60s'%s%s%s", name,
                       nearest ? "; did you mean '" : "", nearest ? nearest : "",
                       nearest ? "'?" : "");
}

fovea_status fovea_explain_options_default(const char *name, fovea_explain_options *options,
                                           fovea_error *error) {
    const fovea__method *method = fovea__method_find(name);
    if (!method) return no_such_method(name, error);
    *options = (fovea_explain_options){.size = sizeof *options,
                                       .method = method->info.name,
                                       .target = -1,
                                       .layer = FOVEA_NO_VALUE,
                                       .steps = 50,
                                       .samples = 50,
                                       .noise = 0.15,
                                       .cells = 7,
                                       .keep = 0.5,
                                       .epsilon = 1e-6,
                                       .gamma = 0.25,
                                       .alpha = 2};
    if (method->defaults) method->defaults(options);
    return FOVEA_OK;
}

static fovea_status check_x(const fovea__job *job, const fovea_view *x, const char *what,
                            fovea_error *error) {
    const fovea_explainer *explainer = job->explainer;
    fovea__signature want = fovea__at_batch(&explainer->graph->value[explainer->input], 1);
    if (x->data && x->type == want.type && fovea_shape_equal(&x->shape, &want.shape))
        return FOVEA_OK;
    char is[128], wanted[128];
    fovea_shape_format(&x->shape, is, sizeof is);
    fovea_shape_format(&want.shape, wanted, sizeof wanted);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "%s is %s %s; it must be one sample of %s %s",
                       what, fovea_type_name(x->type), is, fovea_type_name(want.type), wanted);
}

static fovea_status check_numbers(const fovea_explain_options *o, fovea_error *error) {
    const struct {
        const char *name;
        double value, low, high;
    } ranges[] = {{"steps", o->steps, 1, 1e6},      {"samples", o->samples, 1, 1e7},
                  {"noise", o->noise, 0, 1e3},      {"cells", o->cells, 1, 1e4},
                  {"keep", o->keep, 1e-3, 1},       {"epsilon", o->epsilon, 0, 1e6},
                  {"gamma", o->gamma, 0, 1e6},      {"alpha", o->alpha, 1, 1e3},
                  {"patch", o->patch[0], 0, 1e5},   {"patch", o->patch[1], 0, 1e5},
                  {"stride", o->stride[0], 0, 1e5}, {"stride", o->stride[1], 0, 1e5}};
    for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++)
        if (!(ranges[r].value >= ranges[r].low && ranges[r].value <= ranges[r].high))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s is %g; %g to %g are possible",
                               ranges[r].name, ranges[r].value, ranges[r].low, ranges[r].high);
    return FOVEA_OK;
}

static fovea_status check_target(const fovea__job *job, fovea_error *error) {
    int64_t target = job->options->target, outputs = job->explainer->outputs;
    if (target >= -1 && target < outputs) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "target %lld does not exist; the net has %lld outputs, from 0",
                       (long long)target, (long long)outputs);
}

// The first forward pass of x: the target where none was asked for, its logit, and what the method
// needs of it. All jobs have one x and one target.
static fovea_status find_target(const fovea__method *method, fovea__job *jobs, int32_t count,
                                fovea_error *error) {
    fovea_explainer *explainer = jobs[0].explainer;
    int64_t target = jobs[0].options->target, best = 0;
    fovea__passes_options options = {.leaf = FOVEA_NO_VALUE, .ends_only = !method->keep};
    if (method->keep) method->keep(jobs, count, &options);
    fovea__passes *forward;
    FOVEA__TRY(fovea__first_pass(explainer, &options, &jobs[0].x, &forward, error));
    for (int64_t k = 1; target < 0 && k < explainer->outputs; k++)
        if (fovea__passes_logit(forward, 0, k) > fovea__passes_logit(forward, 0, best)) best = k;
    for (int32_t j = 0; j < count; j++) {
        jobs[j].target = target < 0 ? best : target;
        jobs[j].logit = fovea__passes_logit(forward, 0, jobs[j].target);
        jobs[j].forward = method->keep ? forward : NULL;
    }
    return FOVEA_OK;
}

static fovea_status check_layer(fovea__job *job, fovea_value layer, fovea_error *error) {
    fovea_explainer *explainer = job->explainer;
    const fovea_graph *graph = explainer->graph;
    if (layer == FOVEA_NO_VALUE) layer = fovea_explainer_layer(explainer);
    if (layer == FOVEA_NO_VALUE)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the net has no layer with maps");
    if (layer < 0 || (size_t)layer >= graph->value_count)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "value %d does not exist", layer);
    const fovea__value *value = &graph->value[layer];
    if (value->signature.type == FOVEA_TYPE_NONE)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, value->name, -1,
                              "has no influence on the logits");
    int64_t channels;
    fovea_shape cells;
    FOVEA__TRY(fovea__layer_maps(explainer, layer, &channels, &cells, error));
    job->layer = layer;
    return FOVEA_OK;
}

// A baseline that has no numbers of its own is made here; `made` receives it.
static fovea_status find_baseline(fovea__job *job, fovea_tensor **made, fovea_error *error) {
    const fovea_explain_options *options = job->options;
    const fovea__method *method = fovea__method_find(options->method);
    *made = NULL;
    if (!method->info.uses_baseline) return FOVEA_OK;
    if (options->baseline) {
        job->baseline = *options->baseline;
        return check_x(job, &job->baseline, "the baseline", error);
    }
    const char *name = method->baseline ? method->baseline : "black";
    FOVEA__TRY(fovea_explain_baseline(job->explainer, name, &job->x, options->seed, made, error));
    job->baseline = fovea_tensor_view(*made);
    return FOVEA_OK;
}

static fovea_status new_result(fovea__job *job, fovea_error *error) {
    fovea_attribution *result = fovea__new(job->explainer->context, 1, sizeof *result, error);
    if (!result) return FOVEA_OUT_OF_MEMORY;
    *result = (fovea_attribution){.context = job->explainer->context,
                                  .method = &fovea__method_find(job->options->method)->info,
                                  .layer = job->layer,
                                  .target = job->target,
                                  .logit = job->logit,
                                  .baseline_logit = NAN,
                                  .expected = NAN,
                                  .residual = NAN};
    const fovea_shape *x = &job->x.shape;
    result->picture[0] = x->rank > 3 ? x->dim[x->rank - 2] : 1;
    result->picture[1] = x->dim[x->rank - 1];
    if (job->layer != FOVEA_NO_VALUE)
        strncpy(result->layer_name, job->explainer->graph->value[job->layer].name,
                sizeof result->layer_name - 1);
    job->result = result;
    return FOVEA_OK;
}

static bool all_zero(const fovea_statistics *s) {
    return s->zeros == s->count;
}

static fovea_map_state state_of(const fovea_attribution *result, const fovea_statistics *s) {
    if (s->not_finite) return FOVEA_MAP_NOT_FINITE;
    fovea_statistics before;
    if (all_zero(s) && result->before_relu) {
        fovea_view view = fovea_tensor_view(result->before_relu);
        if (fovea_view_statistics(&view, &before, NULL) == FOVEA_OK && !all_zero(&before) &&
            before.maximum <= 0)
            return FOVEA_MAP_CUT;
    }
    if (all_zero(s)) return FOVEA_MAP_EMPTY;
    // One cell of a layer tells no place; one number of the input may be all there is.
    bool several = s->count > 1 || result->method->has_layer;
    return several && s->minimum == s->maximum ? FOVEA_MAP_CONSTANT : FOVEA_MAP_FINE;
}

static fovea_status measure(fovea__job *job, fovea_error *error) {
    fovea_attribution *result = job->result;
    fovea_view map = fovea_tensor_view(result->map);
    fovea_statistics statistics;
    FOVEA__TRY(fovea_view_statistics(&map, &statistics, error));
    result->minimum = statistics.minimum;
    result->maximum = statistics.maximum;
    const fovea_tensor *summed = result->before_relu ? result->before_relu : result->map;
    fovea_view terms = fovea_tensor_view(summed);
    result->sum = 0;
    for (int64_t i = 0; i < fovea_shape_count(&terms.shape); i++)
        result->sum += fovea__view_number(&terms, i);
    if (result->law)
        result->residual =
            fabs(result->sum - result->expected) / fmax(fabs(result->expected), 1e-12);
    result->state = state_of(result, &statistics);
    return fovea__find_cause(job, error);
}

// Everything but the layers: those are the jobs' own.
static fovea_status prepare(fovea__job *job, const fovea_view *x, fovea_tensor **baseline,
                            fovea_error *error) {
    FOVEA__TRY(check_x(job, x, "the picture", error));
    job->x = *x;
    FOVEA__TRY(check_numbers(job->options, error));
    FOVEA__TRY(check_target(job, error));
    return find_baseline(job, baseline, error);
}

static fovea_status run_jobs(const fovea__method *method, fovea__job *jobs, int32_t count,
                             fovea_error *error) {
    if (method->run_layers) return method->run_layers(jobs, count, error);
    for (int32_t j = 0; j < count; j++) FOVEA__TRY(method->run(&jobs[j], error));
    return FOVEA_OK;
}

static fovea_status explain(const fovea__method *method, fovea__job *jobs,
                            const fovea_value *layers, int32_t count, fovea_error *error) {
    for (int32_t j = 0; j < count; j++)
        if (method->info.has_layer) FOVEA__TRY(check_layer(&jobs[j], layers[j], error));
    double begin = fovea__seconds();
    FOVEA__TRY(find_target(method, jobs, count, error));
    double start = fovea__seconds();
    for (int32_t j = 0; j < count; j++) FOVEA__TRY(new_result(&jobs[j], error));
    // One pass for all layers, which counts once.
    if (jobs[0].forward) jobs[0].result->forward_passes = 1;
    FOVEA__TRY(run_jobs(method, jobs, count, error));
    double seconds = fovea__seconds() - start;
    for (int32_t j = 0; j < count; j++) {
        jobs[j].result->seconds = seconds / count;
        jobs[j].result->forward_seconds = (start - begin) / count;
        FOVEA__TRY(measure(&jobs[j], error));
    }
    return FOVEA_OK;
}

static fovea_status explain_all(fovea_explainer *explainer, const fovea_view *x,
                                const fovea_explain_options *options, const fovea_value *layers,
                                int32_t count, fovea_attribution **attributions,
                                fovea_error *error) {
    const fovea__method *method = fovea__method_find(options->method);
    fovea__job first = {.explainer = explainer, .options = options, .layer = FOVEA_NO_VALUE};
    fovea_tensor *baseline = NULL;
    fovea__job *jobs = fovea__new(explainer->context, (size_t)count, sizeof *jobs, error);
    if (!jobs) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = prepare(&first, x, &baseline, error);
    for (int32_t j = 0; j < count; j++) jobs[j] = first;
    if (status == FOVEA_OK) status = explain(method, jobs, layers, count, error);
    for (int32_t j = 0; j < count; j++)
        if (status == FOVEA_OK)
            attributions[j] = jobs[j].result;
        else
            fovea_attribution_free(jobs[j].result);
    fovea__free(explainer->context, jobs);
    fovea_tensor_free(baseline);
    return status;
}

// The caller's options over the defaults, as far as the caller's version knows them.
static fovea_status complete(const fovea_explain_options *given, fovea_explain_options *options,
                             fovea_error *error) {
    FOVEA__TRY(fovea_explain_options_default(given && given->method ? given->method : "gradient",
                                             options, error));
    const char *method = options->method;
    if (given)
        memcpy(options, given, given->size < sizeof *options ? given->size : sizeof *options);
    options->method = method;
    return FOVEA_OK;
}

fovea_status fovea_explain_layers(fovea_explainer *explainer, const fovea_view *x,
                                  const fovea_explain_options *given, const fovea_value *layers,
                                  int32_t count, fovea_attribution **attributions,
                                  fovea_error *error) {
    fovea_explain_options options;
    FOVEA__TRY(complete(given, &options, error));
    if (count < 1) return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "no layer is given");
    if (!fovea__method_find(options.method)->info.has_layer)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s is about the pixels: it has no layer",
                           options.method);
    return explain_all(explainer, x, &options, layers, count, attributions, error);
}

fovea_status fovea_explain(fovea_explainer *explainer, const fovea_view *x,
                           const fovea_explain_options *given, fovea_attribution **attribution,
                           fovea_error *error) {
    fovea_explain_options options;
    FOVEA__TRY(complete(given, &options, error));
    return explain_all(explainer, x, &options, &options.layer, 1, attribution, error);
}

void fovea_attribution_free(fovea_attribution *attribution) {
    if (!attribution) return;
    fovea_tensor_free(attribution->map);
    fovea_tensor_free(attribution->before_relu);
    fovea__free(attribution->context, attribution->layers);
    fovea__free(attribution->context, attribution);
}
