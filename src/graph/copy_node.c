// SPDX-License-Identifier: MIT
#include "graph/copy_node.h"

#include <string.h>

#include "base/fail.h"

fovea_status fovea__graph_copy_value(const fovea_graph *graph, fovea_value index,
                                     const fovea_shape *shape, fovea_graph *copy, fovea_value *made,
                                     fovea_error *error) {
    const fovea__value *value = &graph->value[index];
    fovea_type type = value->signature.type;
    if (value->kind == FOVEA_VALUE_INPUT)
        return fovea__is_batched(value)
                   ? fovea_graph_add_input(copy, value->name, type, shape, made, error)
                   : fovea_graph_add_fixed_input(copy, value->name, type, shape, made, error);
    FOVEA__TRY(fovea_graph_add_parameter(copy, value->name, type, &value->signature.shape,
                                         value->kind == FOVEA_VALUE_PARAMETER, value->fan_in, made,
                                         error));
    if (copy->deferred) return FOVEA_OK;
    size_t bytes = (size_t)fovea_shape_count(&value->signature.shape) * fovea_type_size(type);
    memcpy(fovea__graph_parameter(copy, *made).data, value->data, bytes);
    return FOVEA_OK;
}

fovea_status fovea__graph_copy_node(const fovea_graph *graph, int32_t n, const fovea_value *in,
                                    int32_t in_count, const char *const *names, fovea_graph *copy,
                                    fovea_value *out, fovea_error *error) {
    const fovea__node *node = &graph->node[n];
    fovea_attribute attributes[FOVEA__MAX_PARAMETERS];
    int32_t count = 0;
    for (int32_t i = 0; fovea_graph_attribute(graph, n, i, &attributes[count]); i++) {
        bool left_out = fovea__is_list(node->op->parameter[i].kind) && attributes[count].count == 0;
        count += !left_out;
    }
    return fovea_graph_add_node_named(copy, node->op->name, node->name, in, in_count, attributes,
                                      count, names, out, error);
}
