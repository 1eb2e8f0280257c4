// SPDX-License-Identifier: MIT
// Nets and comparisons for the tests of class activation maps.
#ifndef FOVEA_TESTS_EXPLAIN_CAM_H
#define FOVEA_TESTS_EXPLAIN_CAM_H

#include <stdio.h>
#include <string.h>

#include "explain/cam_layer.h"
#include "explain/cam_tail.h"
#include "unit/explain_net.h"

// Ends in a mean over each map and a linear layer; in a linear layer of all cells; has branches.
static const char cam_pooled[] =
    "conv 4 3 pad=1, relu, maxpool 2, conv 6 3 pad=1, relu, gap, flatten, linear 5";
static const char cam_flat[] = "conv 4 3 pad=1, relu, conv 5 3 stride=2, relu, flatten, linear 4";
static const char cam_deep[] =
    "conv 4 3 pad=1, batchnorm, relu, as a, conv 4 3 pad=1, tanh, add a, relu, maxpool 2, "
    "conv 6 3 pad=1, sigmoid, flatten, linear 7, relu, linear 3";

static inline fovea_attribution *cam_do(explain_net *net, const char *method, const char *layer,
                                        int64_t target) {
    fovea_explain_options how = explain_how(method, target);
    if (layer) how.layer = explain_value(net, layer);
    return explain_do(net, &how);
}

static inline double cam_number(const fovea_tensor *tensor, int64_t i) {
    fovea_view view = fovea_tensor_view(tensor);
    return fovea__view_number(&view, i);
}

static inline int64_t cam_count(const fovea_tensor *tensor) {
    fovea_view view = fovea_tensor_view(tensor);
    return fovea_shape_count(&view.shape);
}

// The largest |a - factor b|, as a share of the largest |a|.
static inline double cam_apart(const fovea_tensor *a, const fovea_tensor *b, double factor) {
    double apart = 0, largest = 1e-300;
    assert_int_equal(cam_count(a), cam_count(b));
    for (int64_t i = 0; i < cam_count(a); i++) {
        apart = fmax(apart, fabs(cam_number(a, i) - factor * cam_number(b, i)));
        largest = fmax(largest, fabs(cam_number(a, i)));
    }
    return apart / largest;
}

static inline bool cam_same_bits(const fovea_tensor *a, const fovea_tensor *b) {
    fovea_view x = fovea_tensor_view(a), y = fovea_tensor_view(b);
    return fovea_shape_equal(&x.shape, &y.shape) && x.type == y.type &&
           memcmp(x.data, y.data, (size_t)fovea_shape_count(&x.shape) * fovea_type_size(x.type)) ==
               0;
}

// A layer's value and, where `gradient` is not NULL, the gradient of the target there from a backward
// pass to the input, by a session of its own.
static inline void cam_full(explain_net *net, const char *layer, int64_t target,
                            fovea_tensor **value, fovea_tensor **gradient) {
    fovea__passes passes;
    fovea__passes_options how = {
        .samples = 1, .gradients = gradient != NULL, .leaf = FOVEA_NO_VALUE};
    fovea_value v = explain_value(net, layer);
    assert_int_equal(fovea__passes_open(net->explainer, &how, &passes, NULL), FOVEA_OK);
    assert_int_equal(fovea__passes_run(&passes, &net->view, 1, NULL), FOVEA_OK);
    if (value) assert_int_equal(fovea__passes_value(&passes, v, value, NULL), FOVEA_OK);
    if (gradient) {
        assert_int_equal(fovea__passes_back(&passes, target, NULL), FOVEA_OK);
        assert_int_equal(fovea__passes_gradient(&passes, v, gradient, NULL), FOVEA_OK);
    }
    fovea__passes_close(&passes);
}

static inline double *cam_parameter(explain_net *net, const char *name, int64_t *count) {
    fovea_view view =
        fovea_graph_parameter(fovea_model_graph(net->model), explain_value(net, name));
    assert_non_null(view.data);
    if (count) *count = fovea_shape_count(&view.shape);
    return view.data;
}

#endif
