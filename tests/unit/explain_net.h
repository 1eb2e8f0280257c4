// SPDX-License-Identifier: MIT
// Small nets in double precision with seeded weights, and what explanations need of them.
#ifndef FOVEA_TESTS_EXPLAIN_NET_H
#define FOVEA_TESTS_EXPLAIN_NET_H

#include <math.h>
#include <stdlib.h>

#include "explain/explainer.h"
#include "unit/golden_tensor.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

typedef struct explain_net {
    fovea_model *model;
    fovea_explainer *explainer;
    fovea_tensor *x;
    fovea_view view;  // of x
} explain_net;

static inline fovea_value explain_value(const explain_net *net, const char *name) {
    fovea_value v = fovea_graph_find_value(fovea_model_graph(net->model), name);
    if (v == FOVEA_NO_VALUE) fail_msg("no value %s", name);
    return v;
}

// The net of an architecture text (or a ready-made one) for samples of 2×9×9 in double precision, its
// batch normalisations as training leaves them, and a picture of numbers of both signs.
static inline explain_net explain_open(const char *text, uint64_t seed,
                                       const fovea_explainer_options *how) {
    explain_net net;
    fovea_model_options options;
    fovea_error error;
    fovea_model_options_default(&options);
    options.seed = seed;
    options.precision = "f64";
    options.input = fovea_shape_make(3, (const int64_t[]){2, 9, 9});
    if (fovea_model_open(context, text, &options, &net.model, &error) != FOVEA_OK)
        fail_msg("%s: %s", text, error.text);
    fovea_graph *graph = fovea_model_graph(net.model);
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_view view = fovea_graph_parameter(graph, v);
        const char *name = fovea_graph_value(graph, v).name;
        if (!view.data || !strstr(name, "batchnorm") || view.type != FOVEA_F64) continue;
        for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++)
            ((double *)view.data)[i] = 0.3 + (double)((i * 37 + v * 11) % 101) / 64 -
                                       (strstr(name, "bias") || strstr(name, "mean") ? 1 : 0);
    }
    if (fovea_explainer_create(net.model, how, &net.explainer, &error) != FOVEA_OK)
        fail_msg("%s: %s", text, error.text);
    fovea_value_info in = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    in.shape.dim[0] = 1;
    assert_int_equal(fovea_tensor_create(context, in.type, &in.shape, &net.x, NULL), FOVEA_OK);
    net.view = fovea_tensor_view(net.x);
    golden_fill(net.view, (uint32_t)seed, 1);
    return net;
}

static inline void explain_close(explain_net *net) {
    fovea_tensor_free(net->x);
    fovea_explainer_free(net->explainer);
    fovea_model_free(net->model);
}

static inline fovea_explain_options explain_how(const char *method, int64_t target) {
    fovea_explain_options options;
    fovea_error error;
    if (fovea_explain_options_default(method, &options, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    options.target = target;
    return options;
}

static inline fovea_attribution *explain_do(explain_net *net, const fovea_explain_options *how) {
    fovea_attribution *result = NULL;
    fovea_error error;
    if (fovea_explain(net->explainer, &net->view, how, &result, &error) != FOVEA_OK)
        fail_msg("%s: %s: %s", how->method, error.where, error.text);
    return result;
}

static inline double explain_logit(explain_net *net, const fovea_view *x, int64_t target) {
    double *logits = calloc((size_t)fovea_explainer_outputs(net->explainer), sizeof *logits);
    assert_non_null(logits);
    assert_int_equal(fovea_explainer_logits(net->explainer, x, logits, NULL), FOVEA_OK);
    double logit = logits[target];
    free(logits);
    return logit;
}

#endif
