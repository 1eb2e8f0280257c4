// SPDX-License-Identifier: MIT
// Where the sizes of outputs and the receptive fields come from.
#include <stdio.h>
#include <string.h>

#include "graph/explain.h"

// One spatial dimension of a sliding window.
typedef struct axis {
    int64_t in, out, kernel, stride, dilation, begin, end;
} axis;

static const fovea_shape *shape_of(const fovea__explainer *e, fovea_value value) {
    return &e->graph->value[value].signature.shape;
}

static axis axis_of(const fovea__explainer *e, int32_t d) {
    const fovea__node *node = &e->graph->node[e->node];
    const fovea_shape *in = shape_of(e, node->in[0]), *out = shape_of(e, node->out[0]);
    int32_t spatial = in->rank - 2;
    return (axis){.in = in->dim[d + 2],
                  .out = out->dim[d + 2],
                  .kernel = fovea__node_integer(node, "kernel_shape", d, 1),
                  .stride = fovea__node_integer(node, "strides", d, 1),
                  .dilation = fovea__node_integer(node, "dilations", d, 1),
                  .begin = fovea__node_integer(node, "pads", d, 0),
                  .end = fovea__node_integer(node, "pads", spatial + d, 0)};
}

static const char *axis_name(int32_t spatial, int32_t d) {
    static const char *const names[3][3] = {
        {"length"}, {"height", "width"}, {"depth", "height", "width"}};
    return spatial >= 1 && spatial <= 3 && d < spatial ? names[spatial - 1][d] : "dimension";
}

// "height, width": the dimensions marked in `same`.
static void name_axes(int32_t spatial, const bool *same, char *text, size_t size) {
    size_t at = 0;
    text[0] = 0;
    for (int32_t d = 0; d < spatial; d++)
        if (same[d] && at < size)
            at += (size_t)snprintf(text + at, size - at, "%s%s", at ? ", " : "",
                                   axis_name(spatial, d));
}

// ⌊(in + 2·p − d·(k − 1) − 1) / s⌋ + 1
static void window_size(fovea__explainer *e, const axis *a, bool ceil) {
    int64_t reach = a->dilation * (a->kernel - 1) + 1, room = a->in + a->begin + a->end - reach;
    int64_t count = (room + (ceil ? a->stride - 1 : 0)) / a->stride + 1;
    fovea__explain_add(e, ceil ? "⌈(# + " : "⌊(# + ", a->in);
    if (a->begin == a->end)
        fovea__explain_add(e, "2·#", a->begin);
    else
        fovea__explain_add(e, "# + #", a->begin, a->end);
    fovea__explain_add(e, " − #·(# − 1) − 1) / #", a->dilation, a->kernel, a->stride);
    fovea__explain_add(e, ceil ? "⌉ + 1" : "⌋ + 1");
    if (count != a->out) fovea__explain_add(e, " − # that would begin outside", count - a->out);
    fovea__explain_add(e, " = #", a->out);
}

static void each_group(fovea__explainer *e, int32_t spatial,
                       bool (*same)(const fovea__explainer *, int32_t, int32_t),
                       void (*say)(fovea__explainer *, int32_t, const char *, bool)) {
    bool done[FOVEA_MAX_RANK] = {false};
    for (int32_t d = 0; d < spatial; d++) {
        if (done[d]) continue;
        bool group[FOVEA_MAX_RANK] = {false};
        int32_t members = 0;
        for (int32_t o = d; o < spatial; o++)
            if (!done[o] && same(e, d, o)) {
                group[o] = done[o] = true;
                members++;
            }
        char names[64];
        name_axes(spatial, group, names, sizeof names);
        say(e, d, names, members == spatial);
    }
}

static bool same_axis(const fovea__explainer *e, int32_t d, int32_t o) {
    axis a = axis_of(e, d), b = axis_of(e, o);
    return memcmp(&a, &b, sizeof a) == 0;
}

static void say_window(fovea__explainer *e, int32_t d, const char *names, bool all) {
    (void)all;
    axis a = axis_of(e, d);
    fovea__explain(e, names);
    window_size(e, &a, fovea__node_integer(&e->graph->node[e->node], "ceil_mode", 0, 0) != 0);
}

static void say_pad(fovea__explainer *e, const fovea__node *node) {
    const fovea_shape *in = shape_of(e, node->in[0]);
    for (int32_t d = 1; d < in->rank; d++) {
        int64_t begin = fovea__node_integer(node, "pads", d, 0);
        int64_t end = fovea__node_integer(node, "pads", in->rank + d, 0);
        if (begin == 0 && end == 0) continue;
        fovea__explain(e, d == 1 ? "channels" : axis_name(in->rank - 2, d - 2));
        fovea__explain_add(e, "# + # + # = #", begin, in->dim[d], end, begin + in->dim[d] + end);
    }
}

static void say_slice(fovea__explainer *e, const fovea__node *node) {
    const fovea_shape *in = shape_of(e, node->in[0]), *out = shape_of(e, node->out[0]);
    const fovea__attribute *axes = fovea__node_attribute(node, "axes");
    for (int32_t i = 0; i < axes->count; i++) {
        int64_t d = axes->i[i] < 0 ? axes->i[i] + in->rank : axes->i[i];
        int64_t start = fovea__node_integer(node, "starts", i, 0);
        int64_t end = fovea__node_integer(node, "ends", i, 0);
        int64_t step = fovea__node_integer(node, "steps", i, 1);
        if (d < 1 || in->dim[d] == out->dim[d]) continue;
        fovea__explain(e, d == 1 ? "channels" : axis_name(in->rank - 2, (int32_t)d - 2));
        if (start < 0) start += in->dim[d];
        if (end < 0) end += in->dim[d];
        if (start < 0) start = 0;
        if (end > in->dim[d]) end = in->dim[d];
        if (step > 0)
            fovea__explain_add(e, "⌈(# − #) / #⌉ = #", end, start, step, out->dim[d]);
        else
            fovea__explain_add(e, "#, backwards from # of #", out->dim[d], start, in->dim[d]);
    }
}

static void say_concat(fovea__explainer *e, const fovea__node *node) {
    int64_t rank = shape_of(e, node->out[0])->rank;
    int64_t d = fovea__node_integer(node, "axis", 0, 1);
    if (d < 0) d += rank;
    fovea__explain(e, d == 1 ? "channels" : axis_name((int32_t)rank - 2, (int32_t)d - 2));
    for (int32_t i = 0; i < node->in_count; i++)
        fovea__explain_add(e, i ? " + #" : "#", shape_of(e, node->in[i])->dim[d]);
    fovea__explain_add(e, " = #", shape_of(e, node->out[0])->dim[d]);
}

void fovea__explain_output(fovea__explainer *e) {
    const fovea__node *node = &e->graph->node[e->node];
    const fovea_shape *in = shape_of(e, node->in[0]), *out = shape_of(e, node->out[0]);
    const char *op = node->op->name;
    if (fovea__node_attribute(node, "kernel_shape")) {
        each_group(e, in->rank - 2, same_axis, say_window);
    } else if (strcmp(op, "Flatten") == 0) {
        fovea__explain(e, "output");
        fovea__explain_join(e, " × ", in->dim + 1, in->rank - 1);
        fovea__explain_add(e, " = #", out->dim[1]);
    } else if (strcmp(op, "GlobalAveragePool") == 0) {
        fovea__explain(e, "output");
        fovea__explain_add(e, "of each channel the mean of ");
        fovea__explain_join(e, " × ", in->dim + 2, in->rank - 2);
        int64_t count = 1;
        for (int32_t d = 2; d < in->rank; d++) count *= in->dim[d];
        fovea__explain_add(e, in->rank > 3 ? " = # numbers" : " numbers", count);
    } else if (strcmp(op, "Pad") == 0) {
        say_pad(e, node);
    } else if (strcmp(op, "Slice") == 0) {
        say_slice(e, node);
    } else if (strcmp(op, "Concat") == 0) {
        say_concat(e, node);
    }
}

static bool same_field(const fovea__explainer *e, int32_t d, int32_t o) {
    const fovea__node *node = &e->graph->node[e->node];
    const fovea__receptive *in = &e->field[node->in[0]], *out = &e->field[node->out[0]];
    axis a = axis_of(e, d), b = axis_of(e, o);
    a.in = a.out = a.end = b.in = b.out = b.end = 0;
    return memcmp(&a, &b, sizeof a) == 0 && in->size[d] == in->size[o] &&
           in->stride[d] == in->stride[o] && in->offset[d] == in->offset[o] &&
           out->size[d] == out->size[o];
}

// r += d·(k − 1)·S, S *= s, P += p·S
static void say_field(fovea__explainer *e, int32_t d, const char *names, bool all) {
    const fovea__node *node = &e->graph->node[e->node];
    const fovea__receptive *in = &e->field[node->in[0]], *out = &e->field[node->out[0]];
    axis a = axis_of(e, d);
    fovea__explain(e, "receptive field");
    if (!all) {
        fovea__text_add(&e->texts, names);
        fovea__text_add(&e->texts, ": ");
    }
    if (!fovea__node_attribute(node, "kernel_shape")) {
        fovea__explain_add(e, "r = #, S = #, P = #", out->size[d], out->stride[d], out->offset[d]);
        return;
    }
    fovea__explain_add(e, "r = # + #·(# − 1)·# = #", in->size[d], a.dilation, a.kernel,
                       in->stride[d], out->size[d]);
    fovea__explain_add(e, ", S = #·# = #", in->stride[d], a.stride, out->stride[d]);
    fovea__explain_add(e, ", P = # + #·# = #", in->offset[d], a.begin, in->stride[d],
                       out->offset[d]);
}

void fovea__explain_receptive_field(fovea__explainer *e) {
    const fovea__node *node = &e->graph->node[e->node];
    const fovea__receptive *in = &e->field[node->in[0]], *out = &e->field[node->out[0]];
    int32_t spatial = shape_of(e, node->in[0])->rank - 2;
    if (!in->local) return;
    if (!out->local) {
        fovea__explain(e, "receptive field");
        fovea__explain_add(e, "the whole input");
        return;
    }
    if (spatial < 1 || spatial > FOVEA__MAX_SPATIAL) return;
    bool same = memcmp(in->size, out->size, sizeof in->size) == 0 &&
                memcmp(in->stride, out->stride, sizeof in->stride) == 0 &&
                memcmp(in->offset, out->offset, sizeof in->offset) == 0;
    if (!same || fovea__node_attribute(node, "kernel_shape"))
        each_group(e, spatial, same_field, say_field);
}
