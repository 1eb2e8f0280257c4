// SPDX-License-Identifier: MIT
// Which nodes are computed together: from stored values to the next stored value.
#include "base/fail.h"
#include "base/memory.h"
#include "explain/windows_parts.h"

static bool flows(const fovea__windows *windows, fovea_value v) {
    return v >= 0 && windows->needed[v];
}

static void mark_needed(fovea__windows *windows) {
    const fovea_graph *graph = fovea__windows_graph(windows);
    windows->needed[windows->resume] = 1;
    for (size_t n = graph->node_count; n-- > 0;) {
        const fovea__node *node = &graph->node[n];
        if (!windows->reach->node[n].local || !windows->needed[node->out[0]]) continue;
        for (int32_t i = 0; i < node->in_count; i++)
            if (node->in[i] >= 0 && windows->reach->local[node->in[i]])
                windows->needed[node->in[i]] = 1;
    }
}

// Stored are values that windows with a border are cut out of, and those that are read twice.
static fovea_status mark_stored(fovea__windows *windows, fovea_error *error) {
    const fovea_graph *graph = fovea__windows_graph(windows);
    uint8_t *read = fovea__new(windows->explainer->context, graph->value_count, 1, error);
    if (!read) return FOVEA_OUT_OF_MEMORY;
    windows->stored[graph->input[0]] = windows->stored[windows->resume] = 1;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        if (!windows->needed[node->out[0]]) continue;
        for (int32_t i = 0; i < node->in_count; i++) {
            fovea_value v = node->in[i];
            if (!flows(windows, v)) continue;
            if (read[v] || windows->reach->node[n].slides) windows->stored[v] = 1;
            read[v] = 1;
        }
    }
    fovea__free(windows->explainer->context, read);
    return FOVEA_OK;
}

static int32_t operands(const fovea__windows *windows, const fovea__node *node) {
    int32_t count = 0;
    for (int32_t i = 0; i < node->in_count; i++) count += flows(windows, node->in[i]);
    return count;
}

// The segment's inputs, from its output backwards. False: two ways lead to one value with different
// windows of it, or there are too many.
static bool gather(const fovea__windows *windows, fovea_value v, const fovea__local_node *slide,
                   fovea__segment *segment) {
    const fovea_graph *graph = fovea__windows_graph(windows);
    if (windows->stored[v] && v != segment->out) {
        for (int32_t i = 0; i < segment->inputs; i++)
            if (segment->input[i].value == v) return segment->input[i].slide == slide;
        if (segment->inputs == FOVEA__MAX_INPUTS) return false;
        fovea__segment_input *in = &segment->input[segment->inputs++];
        *in = (fovea__segment_input){.value = v, .slide = slide};
        for (int32_t d = 0; d < 2; d++) {
            int64_t size = windows->reach->size[segment->out][d];
            if (slide)
                size =
                    (size - 1) * slide->stride[d] + (slide->kernel[d] - 1) * slide->dilation[d] + 1;
            in->size[d] = size;
        }
        return true;
    }
    const fovea__node *node = &graph->node[graph->value[v].node];
    const fovea__local_node *local = &windows->reach->node[graph->value[v].node];
    for (int32_t i = 0; i < node->in_count; i++)
        if (flows(windows, node->in[i]) &&
            !gather(windows, node->in[i], local->slides ? local : slide, segment))
            return false;
    return true;
}

// Stores the operands of every node of the segment that joins several.
static void part_joins(fovea__windows *windows, fovea_value v, fovea_value out) {
    const fovea_graph *graph = fovea__windows_graph(windows);
    if (windows->stored[v] && v != out) return;
    const fovea__node *node = &graph->node[graph->value[v].node];
    bool joins = operands(windows, node) > 1;
    for (int32_t i = 0; i < node->in_count; i++) {
        if (!flows(windows, node->in[i])) continue;
        part_joins(windows, node->in[i], out);
        if (joins) windows->stored[node->in[i]] = 1;
    }
}

// Nets of several inputs are not computed in the lanes: such a segment had better only join them.
static bool suits_lanes(const fovea__segment *segment) {
    bool slides = false;
    for (int32_t i = 0; i < segment->inputs; i++) slides |= segment->input[i].slide != NULL;
    return segment->inputs < 2 || !slides;
}

static bool find_segments(fovea__windows *windows) {
    const fovea_graph *graph = fovea__windows_graph(windows);
    windows->segments = 0;
    for (size_t n = 0; n < graph->node_count; n++) {
        fovea_value out = graph->node[n].out[0];
        if (!windows->needed[out] || !windows->stored[out]) continue;
        fovea__segment *segment = &windows->segment[windows->segments++];
        *segment = (fovea__segment){.out = out};
        if (gather(windows, out, NULL, segment) && suits_lanes(segment)) continue;
        part_joins(windows, out, out);
        return false;
    }
    return true;
}

fovea_status fovea__windows_find_segments(fovea__windows *windows, fovea_error *error) {
    mark_needed(windows);
    FOVEA__TRY(mark_stored(windows, error));
    while (!find_segments(windows)) continue;
    return FOVEA_OK;
}
