// SPDX-License-Identifier: MIT
// What moves numbers: Concat (versions 1 to 13), Slice (1 to 13), Split (1 to 18), Pad (1 to 24),
// Gather (1 to 13), DepthToSpace, SpaceToDepth (1 to 13).
#include <float.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "model/onnx_import.h"
#include "model/onnx_list.h"

enum { MOST_STEP = 1 << 30 };

static fovea_status adapt_concat(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea_error *error) {
    int64_t axis;
    fovea__onnx_list list = {.count = 0};
    if (node->input_count == 1) return fovea__onnx_set_same(importer, node, 0, 0, error);
    FOVEA__TRY(fovea__onnx_int(node, "axis", 1, &axis, error));
    fovea__onnx_list_int(&list, "axis", axis);
    return fovea__onnx_emit_same(importer, node, "Concat", &list, error);
}

typedef struct cuts {
    int64_t start[FOVEA_MAX_RANK], end[FOVEA_MAX_RANK], axis[FOVEA_MAX_RANK], step[FOVEA_MAX_RANK];
    int32_t count;
} cuts;

static fovea_status read_cuts(fovea__onnx_importer *importer, const fovea__onnx_node *node, cuts *c,
                              fovea_error *error) {
    int32_t ends, axes, steps;
    FOVEA__TRY(
        fovea__onnx_optional_list(importer, node, "starts", 1, 10, c->start, &c->count, error));
    FOVEA__TRY(fovea__onnx_optional_list(importer, node, "ends", 2, 10, c->end, &ends, error));
    FOVEA__TRY(fovea__onnx_optional_list(importer, node, "axes", 3, 10, c->axis, &axes, error));
    FOVEA__TRY(fovea__onnx_optional_list(importer, node, "steps", 4, 10, c->step, &steps, error));
    if (ends != c->count || (axes && axes != c->count) || (steps && steps != c->count))
        return fovea__onnx_bad(node, error, "Slice has %d starts, %d ends, %d axes and %d steps",
                               c->count, ends, axes, steps);
    for (int32_t i = 0; i < c->count; i++) {
        if (!axes) c->axis[i] = i;
        if (!steps) c->step[i] = 1;
        if (c->step[i] > MOST_STEP) c->step[i] = MOST_STEP;
        if (c->step[i] < -MOST_STEP) c->step[i] = -MOST_STEP;
    }
    return FOVEA_OK;
}

// Leaves out what keeps all of an axis: x[:] along the open batch.
static void drop_whole(cuts *c) {
    int32_t kept = 0;
    for (int32_t i = 0; i < c->count; i++) {
        if (c->start[i] == 0 && c->end[i] >= INT32_MAX && c->step[i] == 1) continue;
        c->start[kept] = c->start[i];
        c->end[kept] = c->end[i];
        c->axis[kept] = c->axis[i];
        c->step[kept++] = c->step[i];
    }
    c->count = kept;
}

static void list_cuts(fovea__onnx_list *list, const cuts *c) {
    fovea__onnx_list_ints(list, "starts", c->count, c->start);
    fovea__onnx_list_ints(list, "ends", c->count, c->end);
    fovea__onnx_list_ints(list, "axes", c->count, c->axis);
    fovea__onnx_list_ints(list, "steps", c->count, c->step);
}

static fovea_status adapt_slice(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                fovea_error *error) {
    cuts c;
    fovea_value x;
    fovea__onnx_list list = {.count = 0};
    FOVEA__TRY(read_cuts(importer, node, &c, error));
    drop_whole(&c);
    if (c.count == 0) return fovea__onnx_set_same(importer, node, 0, 0, error);
    list_cuts(&list, &c);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    return fovea__onnx_emit(importer, node, "Slice", &x, 1, &list, error);
}

// The size of part `index` of a dimension that is split evenly, the last part taking what is left.
static int64_t even_part(int64_t size, int64_t parts, size_t index) {
    int64_t whole = size / parts + (size % parts != 0), begin = whole * (int64_t)index;
    return begin + whole < size ? whole : begin < size ? size - begin : 0;
}

// The sizes from the file; NULL where the parts are even.
static fovea_status read_parts(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_view *given, const int64_t **sizes, fovea_error *error) {
    size_t count = 0;
    *sizes = NULL;
    if (fovea__onnx_opset_of(importer) < 13 && !fovea__onnx_has_input(node, 1)) {
        FOVEA__TRY(fovea__onnx_ints(node, "split", sizes, &count, error));
    } else if (fovea__onnx_has_input(node, 1)) {
        FOVEA__TRY(fovea__onnx_constant(importer, node, 1, "split", given, error));
        if (given->type != FOVEA_I64 || given->shape.rank != 1)
            return fovea__onnx_bad(node, error, "the sizes of Split are no list of I64");
        *sizes = given->data;
        count = (size_t)given->shape.dim[0];
    }
    if (!*sizes || count == node->output_count) return FOVEA_OK;
    return fovea__onnx_bad(node, error, "Split has %zu sizes and %zu outputs", count,
                           node->output_count);
}

static fovea_status emit_part(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              size_t index, int64_t axis, int64_t begin, int64_t end,
                              fovea_error *error) {
    char suffix[24];
    fovea_value x, part;
    fovea__onnx_list list = {.count = 0};
    const cuts c = {{begin}, {end}, {axis}, {1}, 1};
    snprintf(suffix, sizeof suffix, "%zu", index);
    list_cuts(&list, &c);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    FOVEA__TRY(fovea__onnx_emit_part(importer, node, "Slice", suffix, &x, 1, &list,
                                     node->output[index], &part, error));
    return fovea__onnx_set_value(importer, node, index, part, error);
}

static fovea_status adapt_split(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                fovea_error *error) {
    int64_t axis, number, begin = 0;
    fovea_view given;
    const int64_t *sizes;
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    FOVEA__TRY(fovea__onnx_int(node, "axis", 0, &axis, error));
    FOVEA__TRY(fovea__onnx_int(node, "num_outputs", (int64_t)node->output_count, &number, error));
    FOVEA__TRY(read_parts(importer, node, &given, &sizes, error));
    if (axis < -x.rank || axis >= x.rank || number < 1)
        return fovea__onnx_bad(node, error, "Split into %lld parts along axis %lld",
                               (long long)number, (long long)axis);
    if (axis < 0) axis += x.rank;
    int64_t size = x.dim[axis];
    if (size == FOVEA_DYNAMIC)
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "cannot split along the batch N");
    for (size_t i = 0; i < node->output_count; i++) {
        int64_t part = sizes ? sizes[i] : even_part(size, number, i);
        if (part < 0 || part > size - begin)
            return fovea__onnx_bad(node, error, "part %zu of Split has %lld of %lld places", i,
                                   (long long)part, (long long)(size - begin));
        if (fovea__onnx_output_wanted(importer, node, i))
            FOVEA__TRY(emit_part(importer, node, i, axis, begin, begin + part, error));
        begin += part;
    }
    if (begin == size) return FOVEA_OK;
    return fovea__onnx_bad(node, error, "the parts of Split have %lld of %lld places",
                           (long long)begin, (long long)size);
}

static fovea_status pad_mode(const fovea__onnx_node *node, int64_t *mode, fovea_error *error) {
    static const char *const modes[] = {"constant", "reflect", "edge", "wrap"};
    const char *text;
    FOVEA__TRY(fovea__onnx_text(node, "mode", "constant", &text, error));
    for (*mode = 0; *mode < 4; ++*mode)
        if (strcmp(text, modes[*mode]) == 0) return FOVEA_OK;
    return fovea__onnx_unsupported(node, error, "Pad with the mode '%.40s'", text);
}

// The pads of all axes from those of the axes named in input 3.
static fovea_status spread_pads(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                int32_t rank, int64_t *pads, int32_t *count, fovea_error *error) {
    int64_t axes[FOVEA_MAX_RANK], full[2 * FOVEA_MAX_RANK] = {0};
    int32_t named;
    FOVEA__TRY(
        fovea__onnx_constant_ints(importer, node, 3, "axes", axes, FOVEA_MAX_RANK, &named, error));
    for (int32_t i = 0; i < named; i++) {
        int64_t axis = axes[i] < 0 ? axes[i] + rank : axes[i];
        if (axis < 0 || axis >= rank || *count != 2 * named)
            return fovea__onnx_bad(node, error, "Pad has %d pads for %d axes of %d dimensions",
                                   *count, named, rank);
        full[axis] = pads[i];
        full[rank + axis] = pads[named + i];
    }
    *count = 2 * rank;
    memcpy(pads, full, sizeof full);
    return FOVEA_OK;
}

static fovea_status read_pads(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              int32_t rank, int64_t *pads, int32_t *count, double *value,
                              fovea_error *error) {
    int64_t opset = fovea__onnx_opset_of(importer);
    *value = 0;
    if (opset < 11) {
        const int64_t *given;
        size_t numbers;
        FOVEA__TRY(
            fovea__onnx_ints(node, opset < 2 ? "paddings" : "pads", &given, &numbers, error));
        if (numbers > 2 * FOVEA_MAX_RANK)
            return fovea__onnx_bad(node, error, "Pad has %zu pads", numbers);
        for (size_t i = 0; i < numbers; i++) pads[i] = given[i];
        *count = (int32_t)numbers;
        return fovea__onnx_real(node, "value", 0, value, error);
    }
    FOVEA__TRY(fovea__onnx_constant_ints(importer, node, 1, "pads", pads, 2 * FOVEA_MAX_RANK, count,
                                         error));
    if (fovea__onnx_has_input(node, 2))
        FOVEA__TRY(fovea__onnx_constant_real(importer, node, 2, "constant_value", value, error));
    if (!fovea__onnx_has_input(node, 3)) return FOVEA_OK;
    return spread_pads(importer, node, rank, pads, count, error);
}

static fovea_status adapt_pad(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea_error *error) {
    int64_t mode, pads[2 * FOVEA_MAX_RANK];
    int32_t count, rank = fovea__onnx_input_shape(importer, node, 0).rank;
    double value;
    fovea_value x;
    fovea__onnx_list list = {.count = 0};
    FOVEA__TRY(pad_mode(node, &mode, error));
    FOVEA__TRY(read_pads(importer, node, rank, pads, &count, &value, error));
    if (count != 2 * rank)
        return fovea__onnx_bad(node, error, "Pad has %d pads for %d dimensions", count, rank);
    // Attributes are finite; the largest floats become infinite again where they are narrowed.
    value = value > DBL_MAX ? DBL_MAX : value < -DBL_MAX ? -DBL_MAX : value;
    fovea__onnx_list_ints(&list, "pads", count, pads);
    fovea__onnx_list_real(&list, "value", value);
    fovea__onnx_list_int(&list, "mode", mode);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    if (rank == 0) return fovea__onnx_set_same(importer, node, 0, 0, error);
    return fovea__onnx_emit(importer, node, "Pad", &x, 1, &list, error);
}

static fovea_status adapt_gather(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea_error *error) {
    int64_t axis;
    fovea__onnx_list list = {.count = 0};
    FOVEA__TRY(fovea__onnx_int(node, "axis", 0, &axis, error));
    fovea__onnx_list_int(&list, "axis", axis);
    return fovea__onnx_emit_same(importer, node, "Gather", &list, error);
}

static fovea_status adapt_depth_to_space(fovea__onnx_importer *importer,
                                         const fovea__onnx_node *node, fovea_error *error) {
    int64_t block;
    const char *mode;
    fovea__onnx_list list = {.count = 0};
    FOVEA__TRY(fovea__onnx_int(node, "blocksize", 0, &block, error));
    FOVEA__TRY(fovea__onnx_text(node, "mode", "DCR", &mode, error));
    bool crd = strcmp(mode, "CRD") == 0;
    if (!crd && strcmp(mode, "DCR") != 0)
        return fovea__onnx_bad(node, error, "DepthToSpace has the mode '%.40s'", mode);
    fovea__onnx_list_int(&list, "blocksize", block);
    fovea__onnx_list_int(&list, "mode", crd);
    return fovea__onnx_emit_same(importer, node, "DepthToSpace", &list, error);
}

static fovea_status adapt_space_to_depth(fovea__onnx_importer *importer,
                                         const fovea__onnx_node *node, fovea_error *error) {
    int64_t block;
    fovea__onnx_list list = {.count = 0};
    FOVEA__TRY(fovea__onnx_int(node, "blocksize", 0, &block, error));
    fovea__onnx_list_int(&list, "blocksize", block);
    return fovea__onnx_emit_same(importer, node, "SpaceToDepth", &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_move[] = {{"Concat", adapt_concat},
                                                         {"Slice", adapt_slice},
                                                         {"Split", adapt_split},
                                                         {"Pad", adapt_pad},
                                                         {"Gather", adapt_gather},
                                                         {"DepthToSpace", adapt_depth_to_space},
                                                         {"SpaceToDepth", adapt_space_to_depth},
                                                         {NULL, NULL}};
