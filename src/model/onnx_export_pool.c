// SPDX-License-Identifier: MIT
// Pooling. Where ceil_mode makes a window that would begin in the padding, PyTorch (and fovea) leave
// it out, programs for ONNX do one or the other: such a node is written so that all of them agree.
#include <stdio.h>

#include "layers/window.h"
#include "model/onnx_exporter.h"

typedef struct window {
    int32_t spatial;
    bool dropped, all_floor;  // a window is left out; ceil_mode changes no size
    int64_t floor_room[3];    // places the last windows reach over the edge
} window;

static window window_of(const fovea__onnx_exporter *x) {
    const fovea_shape *in = &fovea__onnx_of_input(x, 0)->shape;
    window w = {.spatial = in->rank - 2, .all_floor = true};
    for (int32_t d = 0; d < w.spatial; d++) {
        int64_t size = in->dim[2 + d], stride = fovea__onnx_of(x, "strides")->i[d];
        int64_t begin = fovea__onnx_of(x, "pads")->i[d];
        int64_t end = fovea__onnx_of(x, "pads")->i[w.spatial + d];
        int64_t kernel = fovea__onnx_of(x, "kernel_shape")->i[d];
        int64_t dilation = fovea__onnx_of(x, "dilations")->i[d];
        int64_t places = fovea__window_count(size, kernel, stride, begin, end, dilation, true);
        int64_t whole = fovea__window_count(size, kernel, stride, begin, end, dilation, false);
        int64_t room = size + begin + end - dilation * (kernel - 1) - 1;
        w.dropped |= places < (room + stride - 1) / stride + 1;
        w.all_floor &= places == whole;
        w.floor_room[d] = places == whole ? 0 : (places - 1) * stride - room;
    }
    return w;
}

// Sets how the last windows are cut: attributes pads and ceil_mode. `extends`: padding counts for
// nothing, so that it can stand for the places behind the edge.
static void put_edge(fovea__onnx_exporter *x, bool extends) {
    const fovea__attribute *pads = fovea__onnx_of(x, "pads");
    int64_t ceil = fovea__onnx_of_int(x, "ceil_mode"), own[6];
    window w = window_of(x);
    for (int32_t i = 0; i < 2 * w.spatial; i++) own[i] = pads->i[i];
    if (ceil && w.dropped && (w.all_floor || extends)) {
        ceil = 0;
        for (int32_t d = 0; d < w.spatial; d++) own[w.spatial + d] += w.floor_room[d];
    }
    fovea__onnx_put_ints(x, "pads", 2 * w.spatial, own);
    fovea__onnx_put_int(x, "ceil_mode", ceil);
}

static void put_max(fovea__onnx_exporter *x, const char *suffix) {
    fovea__onnx_begin(x, "MaxPool", suffix);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_attribute(x, "kernel_shape");
    fovea__onnx_put_attribute(x, "strides");
    put_edge(x, true);
    fovea__onnx_put_attribute(x, "dilations");
}

static void write_maxpool(fovea__onnx_exporter *x) {
    put_max(x, NULL);
    fovea__onnx_put_int(x, "storage_order", 0);
    fovea__onnx_end(x);
}

// The places are MaxPool's second output.
static void write_indices(fovea__onnx_exporter *x) {
    put_max(x, NULL);
    fovea__onnx_put_attribute(x, "storage_order");
    fovea__onnx_end_second(x, "values", fovea__onnx_of_input(x, 0)->type);
}

static void write_avgpool(fovea__onnx_exporter *x) {
    const fovea__attribute *dilations = fovea__onnx_of(x, "dilations");
    bool dilated = false;
    for (int32_t d = 0; d < dilations->count; d++) dilated |= dilations->i[d] != 1;
    if (dilated && fovea__onnx_needs(x, 19, "a dilation")) return;
    fovea__onnx_begin(x, "AveragePool", NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_attribute(x, "kernel_shape");
    fovea__onnx_put_attribute(x, "strides");
    put_edge(x, !fovea__onnx_of_int(x, "count_include_pad"));
    if (x->opset >= 19) fovea__onnx_put_attribute(x, "dilations");
    fovea__onnx_put_attribute(x, "count_include_pad");
    fovea__onnx_end(x);
}

// Step `last` is the graph node's own, the others are parts.
static const char *end_step(fovea__onnx_exporter *x, bool last, const fovea_shape *shape) {
    if (!last) return fovea__onnx_end_part(x, fovea__onnx_of_output(x)->type, shape);
    fovea__onnx_end(x);
    return "";
}

static const char *swap_step(fovea__onnx_exporter *x, const char *suffix, const char *in,
                             int32_t axis, bool last, fovea_shape *shape) {
    int64_t perm[FOVEA_MAX_RANK], kept = shape->dim[axis];
    int32_t end = shape->rank - 1;
    for (int32_t d = 0; d < shape->rank; d++) perm[d] = d == axis ? end : d == end ? axis : d;
    shape->dim[axis] = shape->dim[end];
    shape->dim[end] = kept;
    fovea__onnx_begin(x, "Transpose", last ? NULL : suffix);
    fovea__onnx_put_input(x, in);
    fovea__onnx_put_ints(x, "perm", shape->rank, perm);
    return end_step(x, last, shape);
}

// inputs×outputs: the share of each place in each window.
static const char *shares(fovea__onnx_exporter *x, const char *suffix, int64_t in, int64_t out) {
    double *share = fovea__onnx_take_room(x, (size_t)(in * out), sizeof *share);
    if (!share) return "";
    for (int64_t o = 0; o < out; o++) {
        int64_t begin = o * in / out, end = ((o + 1) * in + out - 1) / out;
        for (int64_t i = begin; i < end; i++) share[i * out + o] = 1.0 / (double)(end - begin);
    }
    return fovea__onnx_floats_of(x, suffix, fovea__onnx_of_output(x)->type,
                                 &(fovea_shape){2, {in, out}}, share);
}

// Windows of uneven sizes: a product with a matrix along each dimension.
static void write_adaptive_product(fovea__onnx_exporter *x) {
    fovea_shape shape = fovea__onnx_of_input(x, 0)->shape;
    const fovea_shape *out = &fovea__onnx_of_output(x)->shape;
    int32_t end = shape.rank - 1, last = end;
    const char *now = fovea__onnx_source(x, 0);
    while (shape.dim[last] == out->dim[last]) last--;
    for (int32_t d = 2; d <= last; d++) {
        char name[3][24];
        if (shape.dim[d] == out->dim[d]) continue;
        snprintf(name[0], sizeof name[0], "shares%d", d);
        snprintf(name[1], sizeof name[1], "turned%d", d);
        snprintf(name[2], sizeof name[2], "back%d", d);
        const char *matrix = shares(x, name[0], shape.dim[d], out->dim[d]);
        if (d < end) now = swap_step(x, name[1], now, d, false, &shape);
        shape.dim[end] = out->dim[d];
        bool own = d == last && d == end;
        snprintf(name[1], sizeof name[1], "mean%d", d);
        fovea__onnx_begin(x, "MatMul", own ? NULL : name[1]);
        fovea__onnx_put_input(x, now);
        fovea__onnx_put_input(x, matrix);
        now = end_step(x, own, &shape);
        if (d < end) now = swap_step(x, name[2], now, d, d == last, &shape);
    }
}

static void write_adaptive_windows(fovea__onnx_exporter *x, int32_t spatial,
                                   const int64_t *kernel) {
    const int64_t pads[6] = {0};
    fovea__onnx_begin(x, "AveragePool", NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_ints(x, "kernel_shape", spatial, kernel);
    fovea__onnx_put_ints(x, "strides", spatial, kernel);
    fovea__onnx_put_ints(x, "pads", 2 * spatial, pads);
    fovea__onnx_put_int(x, "ceil_mode", 0);
    fovea__onnx_put_int(x, "count_include_pad", 0);
    fovea__onnx_end(x);
}

static void write_adaptive(fovea__onnx_exporter *x) {
    const fovea_shape *in = &fovea__onnx_of_input(x, 0)->shape;
    const fovea_shape *out = &fovea__onnx_of_output(x)->shape;
    bool ones = true, same = true, even = true;
    int64_t kernel[3];
    for (int32_t d = 2; d < in->rank; d++) {
        ones &= out->dim[d] == 1;
        same &= out->dim[d] == in->dim[d];
        even &= in->dim[d] % out->dim[d] == 0;
        kernel[d - 2] = in->dim[d] / out->dim[d];
    }
    if (same)
        fovea__onnx_last(x, "Identity", fovea__onnx_source(x, 0), NULL);
    else if (ones)
        fovea__onnx_last(x, "GlobalAveragePool", fovea__onnx_source(x, 0), NULL);
    else if (even)
        write_adaptive_windows(x, in->rank - 2, kernel);
    else
        write_adaptive_product(x);
}

const fovea__onnx_writer fovea__onnx_writers_pool[] = {{"MaxPool", write_maxpool},
                                                       {"MaxPoolIndices", write_indices},
                                                       {"AveragePool", write_avgpool},
                                                       {"AdaptiveAveragePool", write_adaptive},
                                                       {NULL, NULL}};
