// SPDX-License-Identifier: MIT
// Maps of one method that must be those of another.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/rectifier_rules.h"
#include "explain/selftest_parts.h"
#include "fovea/trust.h"

enum { MOST_LAYERS = 4 };

// |a - s b| / |b|, Euclidean.
static double apart(const fovea_tensor *a, const fovea_tensor *b, double s) {
    fovea_view x = fovea_tensor_view(a), y = fovea_tensor_view(b);
    double moved = 0, length = 0;
    for (int64_t i = 0; i < fovea_shape_count(&x.shape); i++) {
        double d = fovea__view_number(&x, i) - s * fovea__view_number(&y, i);
        moved += d * d;
        length += s * s * fovea__view_number(&y, i) * fovea__view_number(&y, i);
    }
    return fovea__relative(sqrt(moved), 0, sqrt(length));
}

static fovea_status compare_methods(fovea__testing *t, const char *of_a, const char *of_b, double s,
                                    fovea_identity *found, fovea_error *error) {
    fovea_attribution *a, *b;
    FOVEA__TRY(fovea__subject_map(&t->exact, of_a, FOVEA_NO_VALUE, t->target, &a, error));
    fovea_status status = fovea__subject_map(&t->exact, of_b, FOVEA_NO_VALUE, t->target, &b, error);
    if (status == FOVEA_OK) {
        fovea_view view = fovea_tensor_view(b->map);
        double factor = s ? s : (double)fovea_shape_count(&view.shape);
        fovea__found(found,
                     apart(a->before_relu ? a->before_relu : a->map,
                           b->before_relu ? b->before_relu : b->map, factor),
                     t->exact.tolerance, b->layer_name[0] ? b->layer_name : "map");
        fovea_attribution_free(b);
    }
    fovea_attribution_free(a);
    return status;
}

// Linear, rectified or the largest of several, so that what LRP-0 divides by it multiplies with.
static const fovea__node *find_curve(const fovea_graph *graph) {
    static const char *const curves[] = {"Sigmoid",
                                         "Tanh",
                                         "Gelu",
                                         "Silu",
                                         "Elu",
                                         "Selu",
                                         "Celu",
                                         "HardSigmoid",
                                         "HardSwish",
                                         "Softplus",
                                         "Softsign",
                                         "Mish",
                                         "Clip",
                                         "Softmax",
                                         "LogSoftmax",
                                         "LRN",
                                         "Mul",
                                         "Div",
                                         "LayerNormalization",
                                         "GroupNormalization",
                                         "InstanceNormalization",
                                         "Swish",
                                         NULL};
    for (size_t n = 0; n < graph->node_count; n++)
        for (const char *const *name = curves; *name; name++)
            if (strcmp(graph->node[n].op->name, *name) == 0) return &graph->node[n];
    return NULL;
}

static fovea_status check_lrp(fovea__testing *t, const fovea__identity *identity,
                              fovea_identity *found, fovea_error *error) {
    (void)identity;
    const fovea__node *curve = find_curve(t->exact.explainer->graph);
    if (curve) {
        fovea__not_applied(found, "'%.80s' (%s) is not linear piece by piece through 0",
                           curve->name, curve->op->name);
        return FOVEA_OK;
    }
    FOVEA__TRY(compare_methods(t, "lrp-0", "gradient-x-input", 1, found, error));
    // Relevance divides by sums that nearly cancel, and multiplies again.
    found->tolerance *= 1e3;
    return FOVEA_OK;
}

static fovea_status check_cam(fovea__testing *t, const fovea__identity *identity,
                              fovea_identity *found, fovea_error *error) {
    (void)identity;
    return compare_methods(t, "cam", "grad-cam", 0, found, error);
}

static fovea_status check_smooth(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea_explain_options how;
    fovea_attribution *a, *b;
    FOVEA__TRY(fovea_explain_options_default("smoothgrad", &how, error));
    how.target = t->target;
    how.noise = 0;
    how.samples = 2;
    FOVEA__TRY(fovea_explain(t->own.explainer, &t->own.x, &how, &a, error));
    fovea_status status =
        fovea__subject_map(&t->own, "gradient", FOVEA_NO_VALUE, t->target, &b, error);
    if (status == FOVEA_OK) {
        fovea__found(found, apart(a->map, b->map, 1), t->own.tolerance, "df/dx");
        fovea_attribution_free(b);
    }
    fovea_attribution_free(a);
    return status;
}

static fovea_status path(fovea__testing *t, const fovea_view *x, const fovea_view *baseline,
                         fovea_attribution **map, fovea_error *error) {
    fovea_explain_options how;
    FOVEA__TRY(fovea_explain_options_default("integrated-gradients", &how, error));
    how.target = t->target;
    how.steps = 4;
    how.baseline = baseline;
    return fovea_explain(t->own.explainer, x, &how, map, error);
}

static fovea_status check_path(fovea__testing *t, const fovea__identity *identity,
                               fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea_tensor *grey;
    fovea_attribution *there = NULL, *back = NULL;
    FOVEA__TRY(fovea_explain_baseline(t->own.explainer, "grey", &t->own.x, 0, &grey, error));
    fovea_view baseline = fovea_tensor_view(grey);
    fovea_status status = path(t, &t->own.x, &baseline, &there, error);
    if (status == FOVEA_OK) status = path(t, &baseline, &t->own.x, &back, error);
    if (status == FOVEA_OK)
        fovea__found(found, apart(there->map, back->map, -1), t->own.tolerance, "map");
    fovea_attribution_free(there);
    fovea_attribution_free(back);
    fovea_tensor_free(grey);
    return status;
}

// Values that a rectifier alone reads.
static bool is_rectified(const fovea_graph *graph, fovea_value v) {
    int32_t readers = 0;
    bool rectifier = false;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++)
            if (graph->node[n].in[i] == v) {
                readers++;
                rectifier = fovea__is_rectifier(&graph->node[n]);
            }
    return readers == 1 && rectifier && v != graph->output[0];
}

static fovea_status count_negative(const fovea__passes *passes, fovea_value v,
                                   fovea_identity *found, fovea_error *error) {
    fovea_tensor *gradient;
    fovea_status status = fovea__passes_gradient(passes, v, &gradient, error);
    if (status == FOVEA_INVALID_ARGUMENT) return FOVEA_OK;
    if (status != FOVEA_OK) return status;
    fovea_view view = fovea_tensor_view(gradient);
    double negative = 0;
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++)
        negative += fovea__view_number(&view, i) < 0;
    fovea__found(found, negative, 0, passes->graph->value[v].name);
    fovea_tensor_free(gradient);
    return FOVEA_OK;
}

static fovea_status check_guided(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    (void)identity;
    const fovea_graph *graph = t->own.explainer->graph;
    fovea__passes passes;
    fovea__passes_options options = {
        .samples = 1, .gradients = true, .leaf = FOVEA_NO_VALUE, .rules = &fovea__guided_rules};
    FOVEA__TRY(fovea__passes_open(t->own.explainer, &options, &passes, error));
    fovea_status status = fovea__passes_run(&passes, &t->own.x, 1, error);
    if (status == FOVEA_OK) status = fovea__passes_back(&passes, t->target, error);
    for (size_t v = 0; v < graph->value_count && status == FOVEA_OK; v++)
        if (is_rectified(graph, (fovea_value)v))
            status = count_negative(&passes, (fovea_value)v, found, error);
    fovea__passes_close(&passes);
    return status;
}

static int32_t choose_layers(const fovea_explainer *explainer, fovea_value *layers) {
    int64_t channels;
    fovea_shape cells;
    int32_t count = 0;
    for (size_t n = explainer->graph->node_count; n-- > 0 && count < MOST_LAYERS;) {
        const fovea__node *node = &explainer->graph->node[n];
        if (strcmp(node->op->name, "Conv") == 0 && node->out[0] != explainer->logits &&
            fovea__layer_maps(explainer, node->out[0], &channels, &cells, NULL) == FOVEA_OK)
            layers[count++] = node->out[0];
    }
    return count;
}

static fovea_status check_layers(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea_explain_options how;
    fovea_value layers[MOST_LAYERS];
    fovea_attribution *together[MOST_LAYERS], *alone;
    int32_t count = choose_layers(t->own.explainer, layers);
    if (count == 0) return FOVEA_OK;
    FOVEA__TRY(fovea_explain_options_default("grad-cam", &how, error));
    how.target = t->target;
    FOVEA__TRY(
        fovea_explain_layers(t->own.explainer, &t->own.x, &how, layers, count, together, error));
    fovea_status status = FOVEA_OK;
    for (int32_t i = 0; i < count; i++) {
        if (status == FOVEA_OK)
            status = fovea__subject_map(&t->own, "grad-cam", layers[i], t->target, &alone, error);
        if (status == FOVEA_OK) {
            fovea_view a = fovea_tensor_view(together[i]->map), b = fovea_tensor_view(alone->map);
            fovea__found_bits(found, &a, &b, alone->layer_name);
            fovea_attribution_free(alone);
        }
        fovea_attribution_free(together[i]);
    }
    return status;
}

static fovea_status check_ends(fovea__testing *t, const fovea__identity *identity,
                               fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea_trust_options options;
    fovea_trust trust;
    fovea_attribution *map;
    FOVEA__TRY(fovea__subject_map(&t->own, "gradient", FOVEA_NO_VALUE, t->target, &map, error));
    fovea_trust_options_default(&options);
    options.which = FOVEA_TRUST_DELETION;
    options.steps = 2;
    fovea_status status =
        fovea_trust_compute(t->own.explainer, &t->own.x, NULL, map, &options, &trust, error);
    fovea_attribution_free(map);
    if (status != FOVEA_OK || !trust.computed) return status;
    double differ = (trust.deletion_logits[0] != t->own.logit) +
                    (trust.insertion_logits[trust.steps] != t->own.logit);
    fovea__found(found, differ, 0, "ends");
    return FOVEA_OK;
}

const fovea__identity fovea__identities_map[] = {
    {.name = "lrp-0-gradient-input",
     .formula = "LRP-0 = gradient × input; |difference| / |gradient × input|, Euclidean",
     .check = check_lrp},
    {.name = "cam-grad-cam",
     .formula = "CAM = Z × Grad-CAM before its relu; |difference| / |CAM|, Euclidean",
     .check = check_cam},
    {.name = "smoothgrad-without-noise",
     .formula = "SmoothGrad with noise 0 = gradient; |difference| / |gradient|, Euclidean",
     .check = check_smooth},
    {.name = "path-reversed",
     .formula = "IG(x, x') = -IG(x', x); |sum| / |IG|, Euclidean",
     .check = check_path},
    {.name = "guided-never-negative",
     .formula = "guided backpropagation leaves nothing negative before a rectifier",
     .check = check_guided},
    {.name = "layers-at-once",
     .formula = "Grad-CAM of several layers in one pass = one by one, in bits",
     .check = check_layers},
    {.name = "deletion-ends",
     .formula = "deletion begins and insertion ends at f(x), in bits",
     .check = check_ends},
    {.name = NULL}};
