// SPDX-License-Identifier: MIT
#include "explain/local_node.h"

#include <math.h>
#include <string.h>

#include "layers/geometry.h"

static bool is(const fovea__node *node, const char *name) {
    return strcmp(node->op->name, name) == 0;
}

static const fovea_shape *shape_of(const fovea_graph *graph, fovea_value v) {
    return &graph->value[v].signature.shape;
}

// All operands and the output are maps of one size, constants have no height and width of their own.
static bool is_by_place(const fovea_graph *graph, const fovea__node *node, const uint8_t *flows) {
    const fovea_shape *out = shape_of(graph, node->out[0]);
    for (int32_t i = 0; i < node->in_count; i++) {
        if (node->in[i] < 0) continue;
        const fovea_shape *in = shape_of(graph, node->in[i]);
        if (flows[node->in[i]]) {
            if (in->rank != 4 || in->dim[2] != out->dim[2] || in->dim[3] != out->dim[3])
                return false;
            continue;
        }
        // Broadcast: aligned at the last dimension.
        for (int32_t d = 1; d <= 2 && d <= in->rank; d++)
            if (in->dim[in->rank - d] != 1) return false;
    }
    return true;
}

static bool only_first_flows(const fovea__node *node, const uint8_t *flows) {
    for (int32_t i = 1; i < node->in_count; i++)
        if (node->in[i] >= 0 && flows[node->in[i]]) return false;
    return node->in_count > 0 && flows[node->in[0]];
}

static void read_window(const fovea_graph *graph, const fovea__node *node,
                        fovea__local_node *local) {
    for (int32_t d = 0; d < 2; d++) {
        local->kernel[d] = is(node, "Conv") ? shape_of(graph, node->in[1])->dim[2 + d]
                                            : fovea__node_integer(node, "kernel_shape", d, 1);
        local->stride[d] = fovea__node_integer(node, "strides", d, 1);
        local->pad[d] = fovea__node_integer(node, "pads", d, 0);
        local->dilation[d] = fovea__node_integer(node, "dilations", d, 1);
    }
}

// The mean divides by the same number everywhere.
static bool counts_evenly(const fovea_graph *graph, const fovea__node *node,
                          const fovea__local_node *local) {
    bool padded = fovea__node_integer(node, "count_include_pad", 0, 0) != 0;
    for (int32_t d = 0; d < 2; d++) {
        int64_t end = fovea__node_integer(node, "pads", 2 + d, 0);
        if (!padded && (local->pad[d] || end)) return false;
        int64_t last = (shape_of(graph, node->out[0])->dim[2 + d] - 1) * local->stride[d] +
                       (local->kernel[d] - 1) * local->dilation[d];
        if (last >= local->pad[d] + shape_of(graph, node->in[0])->dim[2 + d] + end) return false;
    }
    return true;
}

static bool read_slice(const fovea_graph *graph, const fovea__node *node,
                       fovea__local_node *local) {
    fovea__copy_slice slice = fovea__slice_of(&node->attributes, shape_of(graph, node->in[0]));
    for (int32_t d = 0; d < 2; d++) {
        if (slice.step[2 + d] < 1) return false;
        local->stride[d] = slice.step[2 + d];
        local->pad[d] = -slice.start[2 + d];
    }
    return true;
}

static bool read_pad(const fovea_graph *graph, const fovea__node *node, fovea__local_node *local) {
    if (!fovea__pads_constant(&node->attributes)) return false;
    fovea__copy_pad pad = fovea__pad_of(&node->attributes, shape_of(graph, node->in[0]));
    for (int32_t d = 0; d < 2; d++) local->pad[d] = pad.begin[2 + d];
    local->fill = fovea__pad_value(&node->attributes);
    return true;
}

static bool slides(const fovea__local_node *local) {
    for (int32_t d = 0; d < 2; d++)
        if (local->kernel[d] != 1 || local->stride[d] != 1 || local->pad[d] != 0) return true;
    return false;
}

static bool is_of_channels(const fovea__node *node, int32_t rank) {
    if (is(node, "LRN")) return true;
    int64_t axis = fovea__node_integer(node, "axis", 0, 0);
    return is(node, "Concat") && (axis == 1 || axis == 1 - rank);
}

static bool describe(const fovea_graph *graph, const fovea__node *node, const uint8_t *flows,
                     fovea__local_node *local) {
    int32_t rank = shape_of(graph, node->out[0])->rank;
    if (rank != 4) return false;
    if (node->op->traits & FOVEA__ELEMENTWISE || is_of_channels(node, rank))
        return is_by_place(graph, node, flows);
    if (!only_first_flows(node, flows) || shape_of(graph, node->in[0])->rank != 4) return false;
    if (is(node, "BatchNormalization")) return true;
    if (is(node, "Slice")) return read_slice(graph, node, local);
    if (is(node, "Pad")) return read_pad(graph, node, local);
    bool maximum = is(node, "MaxPool"), average = is(node, "AveragePool");
    if (!maximum && !average && !is(node, "Conv")) return false;
    read_window(graph, node, local);
    if (maximum) local->fill = -INFINITY;
    return !average || counts_evenly(graph, node, local);
}

fovea__local_node fovea__describe_local(const fovea_graph *graph, const fovea__node *node,
                                        const uint8_t *flows) {
    fovea__local_node local = {.kernel = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}, .fill = 0};
    local.local = describe(graph, node, flows, &local);
    local.slides = local.local && slides(&local);
    return local;
}

static void clear_pads(fovea__node *node, int32_t rank) {
    int index = fovea__op_parameter(node->op, "pads");
    fovea__attribute *pads = &node->attributes.value[index];
    for (int32_t d = 1; d <= 2; d++) pads->i[rank - d] = pads->i[2 * rank - d] = 0;
}

static void take_all(fovea__node *node) {
    const fovea__attribute *axes = fovea__node_attribute(node, "axes");
    fovea__attribute *starts = &node->attributes.value[fovea__op_parameter(node->op, "starts")];
    fovea__attribute *ends = &node->attributes.value[fovea__op_parameter(node->op, "ends")];
    for (int32_t i = 0; i < axes->count; i++) {
        if (axes->i[i] < 2 && axes->i[i] >= -4 && axes->i[i] != -1 && axes->i[i] != -2) continue;
        starts->i[i] = 0;
        ends->i[i] = INT64_MAX;
    }
}

void fovea__without_border(fovea__node *node) {
    if (is(node, "Slice")) {
        take_all(node);
    } else if (is(node, "Pad")) {
        clear_pads(node, 4);
    } else if (fovea__node_attribute(node, "pads")) {
        clear_pads(node, 2);
        int index = fovea__op_parameter(node->op, "ceil_mode");
        if (index >= 0) node->attributes.value[index].i[0] = 0;
    }
}
