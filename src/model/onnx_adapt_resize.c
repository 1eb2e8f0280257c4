// SPDX-License-Identifier: MIT
// Resize (versions 10 to 19) and what it was called before, Upsample (7, 9).
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "kernels/resize/interpolate.h"
#include "model/onnx_import.h"
#include "model/onnx_list.h"
#include "tensor/convert.h"

// What the inputs say, for all dimensions.
typedef struct sizes {
    int32_t rank;
    double scale[FOVEA_MAX_RANK], region[2 * FOVEA_MAX_RANK];
    int64_t size[FOVEA_MAX_RANK];
    bool scaled, sized;
} sizes;

static fovea_status choose(const fovea__onnx_node *node, const char *name, const char *standard,
                           const char *const *names, int64_t *choice, fovea_error *error) {
    const char *text;
    FOVEA__TRY(fovea__onnx_text(node, name, standard, &text, error));
    for (*choice = 0; names[*choice]; ++*choice)
        if (strcmp(names[*choice], text) == 0) return FOVEA_OK;
    return fovea__onnx_unsupported(node, error, "%s with %s '%.40s'", node->op, name, text);
}

static fovea_status choose_mode(const fovea__onnx_node *node, int64_t *mode, fovea_error *error) {
    static const char *const names[] = {"nearest", "linear", "cubic", NULL};
    return choose(node, "mode", "nearest", names, mode, error);
}

// Whether the input is there and holds numbers.
static bool has_numbers(const fovea__onnx_importer *importer, const fovea__onnx_node *node,
                        size_t index) {
    if (!fovea__onnx_has_input(node, index)) return false;
    fovea_shape shape = fovea__onnx_input_shape(importer, node, index);
    return fovea_shape_count(&shape) != 0;
}

static fovea_status reals(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                          size_t index, const char *what, int32_t count, double *values,
                          fovea_error *error) {
    fovea_view view;
    FOVEA__TRY(fovea__onnx_constant(importer, node, index, what, &view, error));
    if (fovea_shape_count(&view.shape) != count)
        return fovea__onnx_bad(node, error, "%s of %s has %lld numbers, wants %d", what, node->op,
                               (long long)fovea_shape_count(&view.shape), count);
    FOVEA__TRY(fovea__convert(view.type, view.data, FOVEA_F64, values, count, error));
    for (int32_t i = 0; view.type == FOVEA_F32 && i < count; i++)
        values[i] = fovea__onnx_meant((float)values[i]);
    return FOVEA_OK;
}

// The axes that the inputs speak of, each once.
static fovea_status read_axes(const fovea__onnx_node *node, int32_t rank, int32_t *axes,
                              int32_t *count, fovea_error *error) {
    const int64_t *given;
    size_t numbers;
    bool taken[FOVEA_MAX_RANK] = {false};
    FOVEA__TRY(fovea__onnx_ints(node, "axes", &given, &numbers, error));
    *count = given ? (int32_t)numbers : rank;
    for (int32_t i = 0; i < *count; i++) {
        int64_t axis = !given ? i : given[i] < 0 ? given[i] + rank : given[i];
        if (axis < 0 || axis >= rank || taken[axis])
            return fovea__onnx_bad(node, error, "%s has a wrong axis %lld", node->op,
                                   (long long)given[i]);
        taken[axis] = true;
        axes[i] = (int32_t)axis;
    }
    return FOVEA_OK;
}

// One scale for all sizes, so that none is larger (or smaller) than what is given.
static fovea_status keep_aspect(const fovea__onnx_node *node, const fovea_shape *x,
                                const int32_t *axes, int32_t count, sizes *s, fovea_error *error) {
    static const char *const names[] = {"stretch", "not_larger", "not_smaller", NULL};
    int64_t policy;
    FOVEA__TRY(choose(node, "keep_aspect_ratio_policy", "stretch", names, &policy, error));
    if (policy == 0 || count == 0) return FOVEA_OK;
    double common = 0;
    for (int32_t i = 0; i < count; i++) {
        if (x->dim[axes[i]] == FOVEA_DYNAMIC)
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "cannot resize along the batch N");
        double scale = (double)s->size[axes[i]] / (double)x->dim[axes[i]];
        bool take = i == 0 || (policy == 1 ? scale < common : scale > common);
        if (take) common = scale;
    }
    for (int32_t i = 0; i < count; i++) {
        s->scale[axes[i]] = common;
        s->size[axes[i]] = (int64_t)floor(common * (double)x->dim[axes[i]] + 0.5);
    }
    s->scaled = true;
    return FOVEA_OK;
}

static fovea_status read_sizes(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               const fovea_shape *x, const int32_t *axes, int32_t count, sizes *s,
                               fovea_error *error) {
    int64_t size[FOVEA_MAX_RANK];
    int32_t given;
    FOVEA__TRY(fovea__onnx_constant_shape(importer, node, 3, "sizes", size, FOVEA_MAX_RANK, &given,
                                          error));
    if (given != count)
        return fovea__onnx_bad(node, error, "Resize has %d sizes for %d axes", given, count);
    int64_t declared = fovea__onnx_declared_batch(importer);
    for (int32_t i = 0; i < count; i++) {
        bool open = x->dim[axes[i]] == FOVEA_DYNAMIC;
        bool batch = size[i] == FOVEA__ONNX_BATCH || (declared && size[i] == declared);
        s->size[axes[i]] = open && batch ? 0 : size[i];
        if (size[i] >= 1 || (open && batch)) continue;
        if (size[i] == FOVEA__ONNX_BATCH)
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "a size is that of the batch");
        return fovea__onnx_bad(node, error, "size %d of Resize is %lld", i, (long long)size[i]);
    }
    s->sized = true;
    return keep_aspect(node, x, axes, count, s, error);
}

static fovea_status read_inputs(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                const fovea_shape *x, bool crops, sizes *s, fovea_error *error) {
    int32_t axes[FOVEA_MAX_RANK], count;
    double values[2 * FOVEA_MAX_RANK];
    FOVEA__TRY(read_axes(node, x->rank, axes, &count, error));
    if (crops) {
        FOVEA__TRY(reals(importer, node, 1, "roi", 2 * count, values, error));
        for (int32_t i = 0; i < count; i++) {
            s->region[axes[i]] = values[i];
            s->region[s->rank + axes[i]] = values[count + i];
        }
    }
    if (has_numbers(importer, node, 3)) return read_sizes(importer, node, x, axes, count, s, error);
    FOVEA__TRY(reals(importer, node, 2, "scales", count, values, error));
    for (int32_t i = 0; i < count; i++) s->scale[axes[i]] = values[i];
    s->scaled = true;
    return FOVEA_OK;
}

static sizes unchanged(int32_t rank) {
    sizes s = {.rank = rank};
    for (int32_t d = 0; d < rank; d++) {
        s.scale[d] = 1;
        s.region[rank + d] = 1;
    }
    return s;
}

static fovea_status emit(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                         const sizes *s, fovea__onnx_list *list, fovea_error *error) {
    fovea_value x;
    if (s->rank == 0) return fovea__onnx_set_same(importer, node, 0, 0, error);
    if (s->scaled) fovea__onnx_list_reals(list, "scales", s->rank, s->scale);
    if (s->sized) fovea__onnx_list_ints(list, "sizes", s->rank, s->size);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    return fovea__onnx_emit(importer, node, "Resize", &x, 1, list, error);
}

// Before version 11 an output was taken from o / scale, nearest meaning the place before it, or the
// one behind where the array got smaller.
static fovea_status emit_old(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                             const sizes *s, fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    int64_t mode;
    bool larger = false, smaller = false;
    FOVEA__TRY(choose_mode(node, &mode, error));
    for (int32_t d = 0; d < s->rank; d++) {
        larger |= s->scale[d] > 1;
        smaller |= s->scale[d] < 1;
    }
    if (mode == FOVEA__RESIZE_NEAREST && larger && smaller)
        return fovea__onnx_unsupported(node, error, "%s both ways", node->op);
    fovea__onnx_list_int(&list, "mode", mode);
    fovea__onnx_list_int(&list, "coordinate_transformation_mode", FOVEA__COORDINATES_ASYMMETRIC);
    fovea__onnx_list_int(&list, "nearest_mode",
                         smaller ? FOVEA__NEAREST_CEIL : FOVEA__NEAREST_FLOOR);
    return emit(importer, node, s, &list, error);
}

static fovea_status adapt_upsample(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   fovea_error *error) {
    sizes s = unchanged(fovea__onnx_input_shape(importer, node, 0).rank);
    s.scaled = true;
    if (fovea__onnx_opset_of(importer) >= 9) {
        FOVEA__TRY(reals(importer, node, 1, "scales", s.rank, s.scale, error));
        return emit_old(importer, node, &s, error);
    }
    const fovea__onnx_attribute *scales = fovea__onnx_attribute_find(node, "scales");
    if (!scales || scales->kind != FOVEA__ONNX_FLOATS)
        return fovea__onnx_unsupported(node, error, "Upsample as it was before opset 7");
    if (scales->count != (size_t)s.rank)
        return fovea__onnx_bad(node, error, "Upsample has %zu scales for %d dimensions",
                               scales->count, s.rank);
    for (int32_t d = 0; d < s.rank; d++) s.scale[d] = scales->floats[d];
    return emit_old(importer, node, &s, error);
}

static fovea_status adapt_resize(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea_error *error) {
    static const char *const coordinates[] = {
        "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel",   "align_corners",
        "asymmetric", "tf_crop_and_resize",   "tf_half_pixel_for_nn", NULL};
    static const char *const roundings[] = {"round_prefer_floor", "round_prefer_ceil", "floor",
                                            "ceil", NULL};
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    sizes s = unchanged(x.rank);
    fovea__onnx_list list = {.count = 0};
    int64_t mode, rounding, coordinate, exclude, antialias;
    double cubic, outside;
    if (fovea__onnx_opset_of(importer) < 11) {
        s.scaled = true;
        FOVEA__TRY(reals(importer, node, 1, "scales", s.rank, s.scale, error));
        return emit_old(importer, node, &s, error);
    }
    FOVEA__TRY(choose_mode(node, &mode, error));
    FOVEA__TRY(choose(node, "nearest_mode", roundings[0], roundings, &rounding, error));
    FOVEA__TRY(choose(node, "coordinate_transformation_mode", coordinates[0], coordinates,
                      &coordinate, error));
    FOVEA__TRY(fovea__onnx_real(node, "cubic_coeff_a", -0.75, &cubic, error));
    FOVEA__TRY(fovea__onnx_real(node, "extrapolation_value", 0, &outside, error));
    FOVEA__TRY(fovea__onnx_int(node, "exclude_outside", 0, &exclude, error));
    FOVEA__TRY(fovea__onnx_int(node, "antialias", 0, &antialias, error));
    bool crops = coordinate == FOVEA__COORDINATES_TF_CROP_AND_RESIZE;
    FOVEA__TRY(read_inputs(importer, node, &x, crops, &s, error));
    fovea__onnx_list_int(&list, "mode", mode);
    fovea__onnx_list_int(&list, "nearest_mode", rounding);
    fovea__onnx_list_int(&list, "coordinate_transformation_mode", coordinate);
    if (mode == FOVEA__RESIZE_CUBIC) fovea__onnx_list_real(&list, "cubic_coeff_a", cubic);
    if (exclude) fovea__onnx_list_int(&list, "exclude_outside", 1);
    if (antialias) fovea__onnx_list_int(&list, "antialias", 1);
    if (crops) {
        fovea__onnx_list_real(&list, "extrapolation_value", outside);
        fovea__onnx_list_reals(&list, "roi", 2 * s.rank, s.region);
    }
    return emit(importer, node, &s, &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_resize[] = {
    {"Resize", adapt_resize}, {"Upsample", adapt_upsample}, {NULL, NULL}};
