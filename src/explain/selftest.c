// SPDX-License-Identifier: MIT
// All identities, one after the other, on one net and picture.
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/memory.h"
#include "base/os.h"
#include "explain/selftest_parts.h"

static const fovea__identity *const groups[] = {
    fovea__identities_net,     fovea__identities_bits, fovea__identities_slope,
    fovea__identities_adjoint, fovea__identities_sum,  fovea__identities_field,
    fovea__identities_law,     fovea__identities_map,  fovea__identities_cover};
enum { GROUPS = sizeof groups / sizeof groups[0] };

void fovea_selftest_options_default(fovea_selftest_options *options) {
    *options = (fovea_selftest_options){.size = sizeof *options, .target = -1};
}

void fovea__found(fovea_identity *found, double error, double tolerance, const char *where) {
    bool worse = found->checked == 0 || isnan(error) || error > found->error;
    found->checked++;
    found->tolerance = tolerance;
    if (!worse || isnan(found->error)) return;
    found->error = error;
    fovea__format(found->detail, sizeof found->detail, "%s", where);
}

void fovea__found_bits(fovea_identity *found, const fovea_view *a, const fovea_view *b,
                       const char *where) {
    int64_t count = fovea_shape_count(&a->shape), differ = 0;
    size_t size = fovea_type_size(a->type);
    for (int64_t i = 0; i < count; i++)
        differ += memcmp((const char *)a->data + (size_t)i * size,
                         (const char *)b->data + (size_t)i * size, size) != 0;
    fovea__found(found, (double)differ, 0, where);
}

void fovea__not_applied(fovea_identity *found, const char *format, ...) {
    va_list list;
    found->verdict = FOVEA_VERDICT_DOES_NOT_APPLY;
    va_start(list, format);
    fovea__format_list(found->detail, sizeof found->detail, format, list);
    va_end(list);
}

double fovea__relative(double a, double b, double scale) {
    return a == b ? 0 : fabs(a - b) / scale;
}

bool fovea__is_tried(const fovea__testing *t, int64_t index, int64_t count, int64_t most) {
    if (t->options.all || count <= most) return true;
    return index * most / count != (index + 1) * most / count;
}

static fovea_status slope(fovea__passes *passes, const fovea_view *x, int64_t target, double *f,
                          fovea_tensor **gradient, fovea_error *error) {
    FOVEA__TRY(fovea__passes_run(passes, x, 1, error));
    *f = fovea__passes_logit(passes, 0, target);
    if (!gradient) return FOVEA_OK;
    FOVEA__TRY(fovea__passes_back(passes, target, error));
    return fovea__passes_gradient(passes, passes->graph->input[0], gradient, error);
}

fovea_status fovea__subject_slope(const fovea__subject *s, const fovea_view *x, int64_t target,
                                  double *f, fovea_tensor **gradient, fovea_error *error) {
    fovea__passes passes;
    fovea__passes_options options = {
        .samples = 1, .gradients = gradient != NULL, .leaf = FOVEA_NO_VALUE, .ends_only = true};
    FOVEA__TRY(fovea__passes_open(s->explainer, &options, &passes, error));
    fovea_status status = slope(&passes, x, target, f, gradient, error);
    fovea__passes_close(&passes);
    return status;
}

fovea_status fovea__subject_map(const fovea__subject *s, const char *method, fovea_value layer,
                                int64_t target, fovea_attribution **map, fovea_error *error) {
    fovea_explain_options how;
    if (!fovea_explain_method_find(method))
        return fovea__fail(error, FOVEA_UNSUPPORTED, "this build has no %s", method);
    FOVEA__TRY(fovea_explain_options_default(method, &how, error));
    how.target = target;
    how.layer = layer;
    return fovea_explain(s->explainer, &s->x, &how, map, error);
}

static fovea_status check_one(fovea__testing *t, const fovea__identity *identity,
                              fovea_identity *found, fovea_error *error) {
    fovea_error reason = {.text = ""};
    double start = fovea__seconds();
    *found = (fovea_identity){.name = identity->name, .formula = identity->formula};
    fovea_status status = FOVEA_OK;
    if (identity->slow && !t->options.all)
        fovea__not_applied(found, "takes long; --all checks it");
    else
        status = identity->check(t, identity, found, &reason);
    if (status == FOVEA_UNSUPPORTED || status == FOVEA_INVALID_ARGUMENT)
        fovea__not_applied(found, "%s", reason.text);
    else if (status != FOVEA_OK)
        return fovea__fail(error, status, "%s: %s", identity->name, reason.text);
    found->seconds = fovea__seconds() - start;
    if (found->verdict == FOVEA_VERDICT_HOLDS && found->checked == 0)
        fovea__not_applied(found, "the net has nothing that it is about");
    if (found->verdict == FOVEA_VERDICT_DOES_NOT_APPLY)
        found->error = found->tolerance = NAN;
    else if (!(found->error <= found->tolerance))
        found->verdict = FOVEA_VERDICT_FAILS;
    return FOVEA_OK;
}

static fovea_status check_all(fovea__testing *t, fovea_selftest *result, fovea_error *error) {
    int32_t count = 0;
    for (int g = 0; g < GROUPS; g++)
        for (const fovea__identity *i = groups[g]; i->name; i++) count++;
    result->identity = fovea__new(t->context, (size_t)count, sizeof *result->identity, error);
    if (!result->identity) return FOVEA_OUT_OF_MEMORY;
    for (int g = 0; g < GROUPS; g++)
        for (const fovea__identity *i = groups[g]; i->name; i++) {
            fovea_identity *found = &result->identity[result->count];
            FOVEA__TRY(check_one(t, i, found, error));
            result->count++;
            result->held += found->verdict == FOVEA_VERDICT_HOLDS;
            result->failed += found->verdict == FOVEA_VERDICT_FAILS;
            result->skipped += found->verdict == FOVEA_VERDICT_DOES_NOT_APPLY;
            if (t->options.each) t->options.each(t->options.user, found);
        }
    return FOVEA_OK;
}

static fovea_status find_target(fovea__testing *t, fovea_error *error) {
    fovea_explainer *explainer = t->own.explainer;
    int64_t outputs = explainer->outputs, target = t->options.target, best = 0;
    if (target < -1 || target >= outputs)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "target %lld does not exist; the net has %lld outputs, from 0",
                           (long long)target, (long long)outputs);
    double *logit = fovea__new(t->context, (size_t)outputs, sizeof *logit, error);
    if (!logit) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea_explainer_logits(explainer, &t->own.x, logit, error);
    for (int64_t k = 1; k < outputs; k++)
        if (logit[k] > logit[best]) best = k;
    t->target = target < 0 ? best : target;
    t->own.logit = logit[t->target];
    fovea__free(t->context, logit);
    return status;
}

typedef struct {
    fovea_model *model;
    fovea_tensor *x;
} doubles;

static fovea_status open_doubles(fovea__testing *t, doubles *d, fovea_error *error) {
    FOVEA__TRY(fovea__model_in_double(t->own.explainer->model, t->options.all, &d->model, error));
    FOVEA__TRY(fovea_tensor_convert(t->context, &t->own.x, FOVEA_F64, &d->x, error));
    t->exact.x = fovea_tensor_view(d->x);
    FOVEA__TRY(
        fovea_explainer_create(d->model, &t->own.explainer->options, &t->exact.explainer, error));
    t->exact.tolerance = 1e-10;
    return fovea__subject_slope(&t->exact, &t->exact.x, t->target, &t->exact.logit, NULL, error);
}

static void close_doubles(fovea__testing *t, doubles *d) {
    if (t->exact.explainer != t->own.explainer) fovea_explainer_free(t->exact.explainer);
    fovea_tensor_free(d->x);
    fovea_model_free(d->model);
    *d = (doubles){.model = NULL};
    t->exact = t->own;
}

// The exact subject: the net itself where it is in doubles or cannot be copied.
static fovea_status find_exact(fovea__testing *t, doubles *d, fovea_selftest *result,
                               fovea_error *error) {
    fovea_error reason = {.text = ""};
    t->own.tolerance = t->own.explainer->type == FOVEA_F64 ? 1e-10 : 1e-4;
    t->exact = (fovea__subject){.explainer = NULL};
    t->in_double = t->own.explainer->type == FOVEA_F64;
    if (t->in_double) {
        t->exact = t->own;
        return FOVEA_OK;
    }
    fovea_status status = open_doubles(t, d, &reason);
    if (status == FOVEA_OK) {
        t->in_double = true;
        return FOVEA_OK;
    }
    close_doubles(t, d);
    fovea__format(result->reason, sizeof result->reason, "%s", reason.text);
    if (status == FOVEA_OUT_OF_MEMORY) return fovea__fail(error, status, "%s", reason.text);
    return FOVEA_OK;
}

static fovea_status run(fovea__testing *t, fovea_selftest *result, fovea_error *error) {
    doubles d = {.model = NULL};
    FOVEA__TRY(find_target(t, error));
    FOVEA__TRY(find_exact(t, &d, result, error));
    result->target = t->target;
    result->logit = t->own.logit;
    result->in_double = t->in_double;
    fovea_status status = check_all(t, result, error);
    close_doubles(t, &d);
    return status;
}

fovea_status fovea_selftest_run(fovea_explainer *explainer, const fovea_view *x,
                                const fovea_selftest_options *options, fovea_selftest **selftest,
                                fovea_error *error) {
    fovea_context *context = explainer->context;
    fovea__testing t = {.context = context, .own = {.explainer = explainer, .x = *x}};
    double start = fovea__seconds();
    fovea_selftest_options_default(&t.options);
    size_t known = sizeof t.options;
    if (options) memcpy(&t.options, options, options->size < known ? options->size : known);
    fovea_selftest *result = fovea__new(context, 1, sizeof *result, error);
    if (!result) return FOVEA_OUT_OF_MEMORY;
    result->context = context;
    fovea_status status = run(&t, result, error);
    result->seconds = fovea__seconds() - start;
    if (status == FOVEA_OK)
        *selftest = result;
    else
        fovea_selftest_free(result);
    return status;
}

void fovea_selftest_free(fovea_selftest *selftest) {
    if (!selftest) return;
    fovea__free(selftest->context, selftest->identity);
    fovea__free(selftest->context, selftest);
}
