// SPDX-License-Identifier: MIT
// What gives the same numbers another shape: our attributes are ONNX's inputs.
#include "model/onnx_exporter.h"

static void write_reshape(fovea__onnx_exporter *x) {
    const fovea__attribute *shape = fovea__onnx_of(x, "shape");
    int64_t allow_zero = fovea__onnx_of_int(x, "allowzero");
    bool zero = false;
    for (int32_t d = 0; d < shape->count; d++) zero |= shape->i[d] == 0;
    if (zero && allow_zero && fovea__onnx_needs(x, 14, "allowzero")) return;
    const char *sizes = fovea__onnx_ints_of(x, "shape", shape->count, shape->i);
    fovea__onnx_begin(x, "Reshape", NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_input(x, sizes);
    if (x->opset >= 14) fovea__onnx_put_int(x, "allowzero", allow_zero);
    fovea__onnx_end(x);
}

// Input 0 and a list of integers.
static void write_with_list(fovea__onnx_exporter *x, const char *op, const char *what,
                            int32_t count, const int64_t *values) {
    const char *source = fovea__onnx_source(x, 0);
    fovea__onnx_last(x, op, source, fovea__onnx_ints_of(x, what, count, values));
}

// All dimensions of 1 but the batch, which may be 1 too when the net runs: they are named.
static void write_squeeze(fovea__onnx_exporter *x) {
    const fovea__attribute *axes = fovea__onnx_of(x, "axes");
    const fovea_shape *in = &fovea__onnx_of_input(x, 0)->shape;
    int64_t ones[FOVEA_MAX_RANK];
    int32_t count = 0;
    for (int32_t d = 0; d < in->rank; d++)
        if (in->dim[d] == 1) ones[count++] = d;
    if (axes->count)
        write_with_list(x, "Squeeze", "axes", axes->count, axes->i);
    else if (count)
        write_with_list(x, "Squeeze", "axes", count, ones);
    else
        fovea__onnx_last(x, "Identity", fovea__onnx_source(x, 0), NULL);
}

static void write_unsqueeze(fovea__onnx_exporter *x) {
    const fovea__attribute *axes = fovea__onnx_of(x, "axes");
    write_with_list(x, "Unsqueeze", "axes", axes->count, axes->i);
}

static void write_tile(fovea__onnx_exporter *x) {
    const fovea__attribute *repeats = fovea__onnx_of(x, "repeats");
    write_with_list(x, "Tile", "repeats", repeats->count, repeats->i);
}

const char *fovea__onnx_batch_and(fovea__onnx_exporter *x, const char *source, int32_t rank,
                                  int32_t count, const int64_t *sizes) {
    const int64_t bounds[] = {0, 1};
    const char *begin = fovea__onnx_ints_of(x, "batch_begin", 1, &bounds[0]);
    const char *end = fovea__onnx_ints_of(x, "batch_end", 1, &bounds[1]);
    const char *rest = fovea__onnx_ints_of(x, "sizes_behind", count, sizes);
    fovea__onnx_begin(x, "Shape", "shape_of");
    fovea__onnx_put_input(x, source);
    const char *shape = fovea__onnx_end_part(x, FOVEA_I64, &(fovea_shape){1, {rank}});
    fovea__onnx_begin(x, "Slice", "batch");
    fovea__onnx_put_input(x, shape);
    fovea__onnx_put_input(x, begin);
    fovea__onnx_put_input(x, end);
    const char *batch = fovea__onnx_end_part(x, FOVEA_I64, &(fovea_shape){1, {1}});
    fovea__onnx_begin(x, "Concat", "sizes");
    fovea__onnx_put_input(x, batch);
    fovea__onnx_put_input(x, rest);
    fovea__onnx_put_int(x, "axis", 0);
    return fovea__onnx_end_part(x, FOVEA_I64, &(fovea_shape){1, {1 + count}});
}

// The batch's size, where what is repeated has none of its own, comes from an input of the net.
static const char *expanded_sizes(fovea__onnx_exporter *x, int32_t count, const int64_t *sizes) {
    const fovea_graph *graph = x->graph;
    size_t i = 0;
    while (i + 1 < graph->input_count && !fovea__is_batched(&graph->value[graph->input[i]])) i++;
    const fovea__value *input = &graph->value[graph->input[i]];
    return fovea__onnx_batch_and(x, input->name, input->signature.shape.rank, count - 1, sizes + 1);
}

static void write_expand(fovea__onnx_exporter *x) {
    const fovea__attribute *shape = fovea__onnx_of(x, "shape");
    const fovea_shape *in = &fovea__onnx_of_input(x, 0)->shape;
    int64_t sizes[FOVEA_MAX_RANK];
    bool open = in->rank > 0 && in->dim[0] == FOVEA_DYNAMIC, takes_batch = false;
    for (int32_t d = 0; d < shape->count; d++) {
        bool batch = shape->i[d] == FOVEA_DYNAMIC;
        sizes[d] = batch ? 1 : shape->i[d];
        takes_batch |= batch && !open;
    }
    const char *source = fovea__onnx_source(x, 0);
    fovea__onnx_last(x, "Expand", source,
                     takes_batch ? expanded_sizes(x, shape->count, sizes)
                                 : fovea__onnx_ints_of(x, "shape", shape->count, sizes));
}

const fovea__onnx_writer fovea__onnx_writers_shape[] = {
    {"Reshape", write_reshape}, {"Squeeze", write_squeeze}, {"Unsqueeze", write_unsqueeze},
    {"Tile", write_tile},       {"Expand", write_expand},   {NULL, NULL}};
