// SPDX-License-Identifier: MIT
// Why a map is empty, and the mend: the first of several known causes that is really there.
#include "explain/cause.h"

#include <stdarg.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "explain/passes.h"
#include "graph/dependents.h"

typedef struct {
    fovea__job *job;
    const fovea_graph *graph;
    fovea__passes passes;
    bool slopes;  // gradients were computed
} search;

// What is known of the numbers of a value or of its gradient.
typedef struct {
    bool there, zero, finite;
} look;

static bool say(const search *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

// True, so that a cause is found and told in one go.
static bool say(const search *s, const char *format, ...) {
    va_list list;
    va_start(list, format);
    fovea__format_list(s->job->result->cause, sizeof s->job->result->cause, format, list);
    va_end(list);
    return true;
}

static fovea_status look_at(const search *s, fovea_value v, bool gradient, look *seen,
                            fovea_error *error) {
    fovea_tensor *tensor = NULL;
    fovea_statistics statistics;
    *seen = (look){.there = false};
    if (!fovea__is_float(s->graph->value[v].signature.type)) return FOVEA_OK;
    fovea_status status = gradient ? fovea__passes_gradient(&s->passes, v, &tensor, error)
                                   : fovea__passes_value(&s->passes, v, &tensor, error);
    if (status == FOVEA_INVALID_ARGUMENT) return FOVEA_OK;
    FOVEA__TRY(status);
    fovea_view view = fovea_tensor_view(tensor);
    status = fovea_view_statistics(&view, &statistics, error);
    fovea_tensor_free(tensor);
    *seen = (look){true, statistics.zeros == statistics.count, statistics.not_finite == 0};
    return status;
}

static const char *name_of(const search *s, fovea_value v) {
    return s->graph->value[v].name;
}

// NaN and infinities: of the weights, of the picture.
static bool find_in_weights(const search *s) {
    for (size_t v = 0; v < s->graph->value_count; v++) {
        const fovea__value *value = &s->graph->value[v];
        if (!value->data || !fovea__is_float(value->signature.type)) continue;
        fovea_view view = {value->signature.type, value->signature.shape, value->data};
        fovea_statistics statistics;
        if (fovea_view_statistics(&view, &statistics, NULL) != FOVEA_OK || !statistics.not_finite)
            continue;
        return say(
            s,
            "the model holds numbers that are not finite: %lld of the %lld of '%.100s'; it was "
            "saved after training diverged, or the file is damaged: take an earlier checkpoint",
            (long long)statistics.not_finite, (long long)statistics.count, value->name);
    }
    return false;
}

static bool find_in_picture(const search *s) {
    fovea_statistics statistics;
    if (fovea_view_statistics(&s->job->x, &statistics, NULL) != FOVEA_OK || !statistics.not_finite)
        return false;
    return say(s,
               "the picture holds %lld numbers that are not finite; mend the file or the mean and "
               "deviation it is normalised by",
               (long long)statistics.not_finite);
}

static fovea_status find_not_finite(const search *s, bool *found, fovea_error *error) {
    look seen;
    *found = find_in_weights(s) || find_in_picture(s);
    for (size_t n = 0; n < s->graph->node_count && !*found; n++) {
        const fovea__node *node = &s->graph->node[n];
        FOVEA__TRY(look_at(s, node->out[0], false, &seen, error));
        if (seen.there && !seen.finite)
            *found =
                say(s,
                    "'%.100s' (%s) is the first to give numbers that are not finite; what comes "
                    "before it is in order: check how the picture is normalised, and that node",
                    node->name, node->op->name);
    }
    for (size_t n = s->graph->node_count; s->slopes && n-- > 0 && !*found;) {
        const fovea__node *node = &s->graph->node[n];
        for (int32_t i = 0; i < node->in_count && !*found; i++) {
            if (node->in[i] < 0 || s->graph->value[node->in[i]].data) continue;
            FOVEA__TRY(look_at(s, node->in[i], true, &seen, error));
            if (seen.there && !seen.finite)
                *found =
                    say(s,
                        "the slope of '%.100s' (%s) is not finite here, while every value is; a "
                        "method without gradients (occlusion, rise) still works",
                        node->name, node->op->name);
        }
    }
    return FOVEA_OK;
}

// The same number in all pixels of each channel.
static bool is_even(const fovea_view *x) {
    int64_t channels = x->shape.dim[1], cells = fovea_shape_count(&x->shape) / channels;
    for (int64_t i = 0; i < channels * cells; i++)
        if (fovea__view_number(x, i) != fovea__view_number(x, i / cells * cells)) return false;
    return cells > 1;
}

static bool find_picture(const search *s) {
    const fovea__job *job = s->job;
    const fovea_view *x = &job->x;
    size_t bytes = (size_t)fovea_shape_count(&x->shape) * fovea_type_size(x->type);
    if (is_even(x))
        return say(s,
                   "the picture has no differences: every pixel is the same, so that no place can "
                   "matter more than another");
    if (job->baseline.data && memcmp(x->data, job->baseline.data, bytes) == 0)
        return say(s,
                   "the picture is the baseline itself, so that nothing is left to explain; choose "
                   "another --baseline");
    return false;
}

static bool is_small_layer(const search *s) {
    const fovea__job *job = s->job;
    int64_t channels;
    fovea_shape cells;
    if (job->layer == FOVEA_NO_VALUE ||
        fovea__layer_maps(job->explainer, job->layer, &channels, &cells, NULL) != FOVEA_OK ||
        fovea_shape_count(&cells) > 1)
        return false;
    fovea_value better = fovea_explainer_layer(job->explainer);
    return say(s,
               "'%.100s' has a single cell, which cannot say where; choose a layer before the net "
               "pools everything%s%.100s",
               name_of(s, job->layer), better == FOVEA_NO_VALUE ? "" : ", such as ",
               better == FOVEA_NO_VALUE ? "" : name_of(s, better));
}

bool fovea__is_staircase(const fovea__node *node) {
    static const char *const steps[] = {"Floor", "Ceil", "Round", "Sign", NULL};
    return fovea__is_one_of(node, steps);
}

static bool say_dead(const search *s, const fovea__node *node) {
    return say(
        s,
        "'%.100s' (%s) is dead for this picture: everything that goes into it is below zero, so "
        "that nothing gets past it; look at the picture's normalisation, then at that layer's "
        "weights",
        node->name, node->op->name);
}

static bool say_flat(const search *s, const fovea__node *node) {
    static const char *const curves[] = {"Sigmoid", "HardSigmoid", "Tanh", "Softmax", "LogSoftmax",
                                         "Clip",    "Softsign",    "Erf",  NULL};
    if (fovea__is_one_of(node, curves))
        return say(
            s,
            "'%.100s' (%s) is saturated: at its end its slope is 0 in these numbers, whatever "
            "the pixels do; explain the value before it, or use occlusion",
            node->name, node->op->name);
    if (fovea__is_staircase(node))
        return say(s,
                   "'%.100s' (%s) is flat between its steps: its slope is 0 everywhere; use "
                   "occlusion or rise",
                   node->name, node->op->name);
    return say(
        s,
        "the gradient ends at '%.100s' (%s), which passes back zeros alone for this picture; "
        "choose a layer behind it",
        node->name, node->op->name);
}

static bool is_rectifier(const fovea__node *node) {
    static const char *const names[] = {"Relu", "Clip", "ThresholdedRelu", NULL};
    return fovea__is_one_of(node, names);
}

// The node nearest to the logits that is given a slope and passes none back.
static fovea_status find_end_of_gradient(const search *s, bool *found, fovea_error *error) {
    for (size_t n = s->graph->node_count; n-- > 0 && !*found;) {
        const fovea__node *node = &s->graph->node[n];
        look above, value, below;
        bool any = false, all_zero = true;
        FOVEA__TRY(look_at(s, node->out[0], true, &above, error));
        if (!above.there || above.zero) continue;
        for (int32_t i = 0; i < node->in_count; i++) {
            if (node->in[i] < 0 || s->graph->value[node->in[i]].data) continue;
            FOVEA__TRY(look_at(s, node->in[i], true, &below, error));
            any |= below.there;
            all_zero &= !below.there || below.zero;
        }
        if (!any || !all_zero) continue;
        FOVEA__TRY(look_at(s, node->out[0], false, &value, error));
        *found = value.zero && is_rectifier(node) ? say_dead(s, node) : say_flat(s, node);
    }
    return FOVEA_OK;
}

// The first node that makes zeros of something, where the layer holds zeros alone.
static fovea_status find_dead_layer(const search *s, fovea_value layer, bool *found,
                                    fovea_error *error) {
    look seen;
    FOVEA__TRY(look_at(s, layer, false, &seen, error));
    if (!seen.there || !seen.zero) return FOVEA_OK;
    for (size_t n = 0; n < s->graph->node_count && !*found; n++) {
        const fovea__node *node = &s->graph->node[n];
        FOVEA__TRY(look_at(s, node->out[0], false, &seen, error));
        if (!seen.there || !seen.zero) continue;
        if (node->out[0] == layer && is_rectifier(node))
            *found = say_dead(s, node);
        else
            *found = say(s,
                         "every channel of '%.100s' is zero for this picture: it died at '%.100s' "
                         "(%s); look at the picture's normalisation, then at that layer's weights",
                         name_of(s, layer), node->name, node->op->name);
    }
    return FOVEA_OK;
}

static fovea_status find_empty(const search *s, bool *found, fovea_error *error) {
    fovea_value leaf = s->job->layer == FOVEA_NO_VALUE ? s->job->explainer->input : s->job->layer;
    look slope = {.there = false};
    *found = is_small_layer(s) || find_picture(s);
    if (!*found && s->job->layer != FOVEA_NO_VALUE)
        FOVEA__TRY(find_dead_layer(s, leaf, found, error));
    if (*found || !s->slopes) return FOVEA_OK;
    FOVEA__TRY(look_at(s, leaf, true, &slope, error));
    if (slope.there && slope.zero) FOVEA__TRY(find_end_of_gradient(s, found, error));
    return FOVEA_OK;
}

static bool say_cut(const search *s) {
    const fovea__job *job = s->job;
    const fovea_model *model = job->explainer->model;
    int64_t best = 0;
    for (int64_t k = 1; k < job->explainer->outputs; k++)
        if (fovea__passes_logit(&s->passes, 0, k) > fovea__passes_logit(&s->passes, 0, best))
            best = k;
    const char *class_name = fovea_model_class_name(model, (int32_t)best);
    const char *cut =
        "every contribution is negative and was cut to zero: at this layer the picture "
        "speaks against the target; read the map before its relu";
    if (best == job->target) return say(s, "%s, or choose another layer", cut);
    return say(s, "%s, or explain what the net says, target %lld%s%.60s", cut, (long long)best,
               class_name ? " " : "", class_name ? class_name : "");
}

static fovea_status find(const search *s, fovea_error *error) {
    const fovea_attribution *result = s->job->result;
    bool found = false;
    if (result->state == FOVEA_MAP_NOT_FINITE)
        FOVEA__TRY(find_not_finite(s, &found, error));
    else if (result->state == FOVEA_MAP_CUT)
        found = say_cut(s);
    else
        FOVEA__TRY(find_empty(s, &found, error));
    if (!found)
        say(s,
            "weights, values and slopes are in order: it is the method that has nothing to say "
            "here (%s); try another one",
            result->method->formula);
    return FOVEA_OK;
}

static fovea_status run(search *s, bool slopes, fovea_error *error) {
    fovea__passes_options options = {.samples = 1, .gradients = slopes, .leaf = FOVEA_NO_VALUE};
    FOVEA__TRY(fovea__passes_open(s->job->explainer, &options, &s->passes, error));
    FOVEA__TRY(fovea__passes_run(&s->passes, &s->job->x, 1, error));
    s->slopes = slopes;
    return slopes ? fovea__passes_back(&s->passes, s->job->target, error) : FOVEA_OK;
}

fovea_status fovea__find_cause(fovea__job *job, fovea_error *error) {
    search s = {.job = job, .graph = job->explainer->graph};
    if (job->result->state == FOVEA_MAP_FINE) return FOVEA_OK;
    fovea_status status = run(&s, true, NULL);
    // A net without gradients has its values still.
    if (status == FOVEA_UNSUPPORTED || status == FOVEA_INVALID_ARGUMENT) {
        fovea__passes_close(&s.passes);
        status = run(&s, false, error);
    } else if (status != FOVEA_OK) {
        fovea__fail(error, status, "no memory to find out why the map is empty");
    }
    if (status == FOVEA_OK) status = find(&s, error);
    fovea__passes_close(&s.passes);
    return status;
}
