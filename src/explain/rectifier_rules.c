// SPDX-License-Identifier: MIT
#include "explain/rectifier_rules.h"

#include <string.h>

#include "base/fail.h"
#include "explain/explainer.h"

static double number_of(const fovea__node *node, const char *attribute) {
    return fovea__node_attribute(node, attribute)->f;
}

bool fovea__is_rectifier(const fovea__node *node) {
    const char *op = node->op->name;
    if (strcmp(op, "Relu") == 0) return true;
    if (strcmp(op, "Clip") == 0) return number_of(node, "min") == 0;
    if (strcmp(op, "ThresholdedRelu") == 0) return number_of(node, "alpha") >= 0;
    return strcmp(op, "LeakyRelu") == 0 && number_of(node, "alpha") == 0;
}

static bool applies(void *user, const fovea_graph *graph, const fovea__node *node) {
    (void)user, (void)graph;
    return fovea__is_rectifier(node);
}

// What is not a number stays so: it is no reason to be silent.
static void keep_positive(const fovea_view *from, const fovea_view *to) {
    int64_t count = fovea_shape_count(&to->shape);
    for (int64_t i = 0; i < count; i++) {
        double number = fovea__view_number(from, i);
        fovea__view_set(to, i, number <= 0 ? 0 : number);
    }
}

static fovea_status guided(void *user, const fovea_graph *graph, const fovea__node *node,
                           const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                           fovea_error *error) {
    (void)user, (void)graph;
    FOVEA__TRY(node->op->vjp(call, d_out, d_in, error));
    keep_positive(&d_in[0], &d_in[0]);
    return FOVEA_OK;
}

static fovea_status deconvnet(void *user, const fovea_graph *graph, const fovea__node *node,
                              const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                              fovea_error *error) {
    (void)user, (void)graph, (void)node, (void)call, (void)error;
    keep_positive(&d_out[0], &d_in[0]);
    return FOVEA_OK;
}

const fovea__rules fovea__guided_rules = {.applies = applies, .backward = guided};
const fovea__rules fovea__deconvnet_rules = {.applies = applies, .backward = deconvnet};
