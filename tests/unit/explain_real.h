// SPDX-License-Identifier: MIT
// Real nets of $FOVEA_DATA for explanations, with a picture of numbers of both signs.
#ifndef FOVEA_TESTS_EXPLAIN_REAL_H
#define FOVEA_TESTS_EXPLAIN_REAL_H

#include "unit/explain_net.h"
#include "unit/shared_data.h"

// Opens the model file NAME below one of the folders; false where none has it.
static inline bool explain_open_real(const char *name, uint32_t seed, double scale,
                                     explain_net *net) {
    const char *path = shared_data_find(name);
    fovea_error error;
    if (!path) return false;
    if (fovea_model_open(context, path, NULL, &net->model, &error) != FOVEA_OK ||
        fovea_explainer_create(net->model, NULL, &net->explainer, &error) != FOVEA_OK)
        fail_msg("%s: %s", path, error.text);
    const fovea_graph *graph = fovea_model_graph(net->model);
    fovea_value_info in = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    in.shape.dim[0] = 1;
    assert_int_equal(fovea_tensor_create(context, in.type, &in.shape, &net->x, NULL), FOVEA_OK);
    net->view = fovea_tensor_view(net->x);
    golden_fill(net->view, seed, scale);
    return true;
}

#endif
