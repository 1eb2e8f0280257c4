// SPDX-License-Identifier: MIT
// What gives the same numbers another shape: Reshape (versions 1 to 24), Squeeze, Unsqueeze (1 to
// 24), Transpose (1 to 24), Expand (8, 13), Tile (6, 13).
#include "base/checked.h"
#include "base/fail.h"
#include "model/onnx_import.h"
#include "model/onnx_list.h"

static bool is_open(const fovea_shape *shape) {
    return shape->rank > 0 && shape->dim[0] == FOVEA_DYNAMIC;
}

static fovea_status emit_first(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               const char *op, const fovea__onnx_list *list, fovea_error *error) {
    fovea_value x;
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    return fovea__onnx_emit(importer, node, op, &x, 1, list, error);
}

// Whether the sizes behind the first hold one sample of x.
static bool holds_sample(const fovea_shape *x, const int64_t *target, int32_t count, bool zeros) {
    int64_t sample = 1, known = 1;
    bool open = false;
    for (int32_t d = 1; d < x->rank; d++) sample *= x->dim[d];
    for (int32_t d = 1; d < count; d++) {
        int64_t dim = target[d] == 0 && zeros && d < x->rank ? x->dim[d] : target[d];
        if (dim == -1) {
            open = true;
        } else if (dim < 1 || !fovea__mul_i64(known, dim, &known)) {
            return false;
        }
    }
    return open ? sample % known == 0 : sample == known;
}

static fovea_status batch_elsewhere(const fovea__onnx_node *node, fovea_error *error) {
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "%s makes a size of the batch's that is not dimension 0", node->op);
}

static fovea_status adapt_reshape(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  fovea_error *error) {
    int64_t target[FOVEA_MAX_RANK], allow_zero;
    int32_t count;
    fovea__onnx_list list = {.count = 0};
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    FOVEA__TRY(fovea__onnx_int(node, "allowzero", 0, &allow_zero, error));
    FOVEA__TRY(fovea__onnx_shape_list(importer, node, "shape", 1, 5, target, &count, error));
    for (int32_t d = 0; d < count; d++) {
        if (target[d] == FOVEA__ONNX_BATCH && (d > 0 || !is_open(&x)))
            return batch_elsewhere(node, error);
    }
    int64_t declared = fovea__onnx_declared_batch(importer);
    bool batch = count && target[0] == FOVEA__ONNX_BATCH;
    bool same = count && declared && target[0] == declared && is_open(&x) &&
                holds_sample(&x, target, count, !allow_zero);
    if (batch || same) {
        target[0] = 0;
        for (int32_t d = 1; d < count; d++)
            if (allow_zero && target[d] == 0) return batch_elsewhere(node, error);
        allow_zero = 0;
    }
    fovea__onnx_list_ints(&list, "shape", count, target);
    fovea__onnx_list_int(&list, "allowzero", allow_zero);
    return emit_first(importer, node, "Reshape", &list, error);
}

static fovea_status adapt_squeeze(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  fovea_error *error) {
    int64_t axes[FOVEA_MAX_RANK];
    int32_t count;
    fovea__onnx_list list = {.count = 0};
    FOVEA__TRY(fovea__onnx_optional_list(importer, node, "axes", 1, 13, axes, &count, error));
    if (count) fovea__onnx_list_ints(&list, "axes", count, axes);
    return emit_first(importer, node, "Squeeze", &list, error);
}

static fovea_status adapt_unsqueeze(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                    fovea_error *error) {
    int64_t axes[FOVEA_MAX_RANK];
    int32_t count;
    fovea__onnx_list list = {.count = 0};
    FOVEA__TRY(fovea__onnx_optional_list(importer, node, "axes", 1, 13, axes, &count, error));
    if (!count) return fovea__onnx_set_same(importer, node, 0, 0, error);
    fovea__onnx_list_ints(&list, "axes", count, axes);
    return emit_first(importer, node, "Unsqueeze", &list, error);
}

static fovea_status adapt_transpose(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                    fovea_error *error) {
    const int64_t *perm;
    size_t count;
    fovea__onnx_list list = {.count = 0};
    FOVEA__TRY(fovea__onnx_ints(node, "perm", &perm, &count, error));
    if (count > FOVEA_MAX_RANK) return fovea__onnx_bad(node, error, "perm has %zu numbers", count);
    if (count) fovea__onnx_list_ints(&list, "perm", (int32_t)count, perm);
    return emit_first(importer, node, "Transpose", &list, error);
}

static fovea_status adapt_expand(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea_error *error) {
    int64_t target[FOVEA_MAX_RANK], declared = fovea__onnx_declared_batch(importer);
    int32_t count;
    fovea__onnx_list list = {.count = 0};
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    FOVEA__TRY(fovea__onnx_shape_list(importer, node, "shape", 1, 1, target, &count, error));
    for (int32_t d = 0; d < count; d++) {
        bool batch = target[d] == FOVEA__ONNX_BATCH;
        if (batch && d > 0) return batch_elsewhere(node, error);
        if (!batch && target[d] < 0)
            return fovea__onnx_bad(node, error, "dimension %d would be %lld", d,
                                   (long long)target[d]);
        if (batch) target[d] = FOVEA_DYNAMIC;
    }
    if (count && count == x.rank && is_open(&x) && declared && target[0] == declared)
        target[0] = FOVEA_DYNAMIC;
    if (count) fovea__onnx_list_ints(&list, "shape", count, target);
    return emit_first(importer, node, "Expand", &list, error);
}

static fovea_status adapt_tile(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_error *error) {
    int64_t repeats[FOVEA_MAX_RANK];
    int32_t count;
    fovea__onnx_list list = {.count = 0};
    if (fovea__onnx_opset_of(importer) < 6)
        return fovea__onnx_unsupported(node, error, "Tile as it was before opset 6");
    FOVEA__TRY(fovea__onnx_constant_ints(importer, node, 1, "repeats", repeats, FOVEA_MAX_RANK,
                                         &count, error));
    if (!count) return fovea__onnx_set_same(importer, node, 0, 0, error);
    fovea__onnx_list_ints(&list, "repeats", count, repeats);
    return emit_first(importer, node, "Tile", &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_shape[] = {{"Reshape", adapt_reshape},
                                                          {"Squeeze", adapt_squeeze},
                                                          {"Unsqueeze", adapt_unsqueeze},
                                                          {"Transpose", adapt_transpose},
                                                          {"Expand", adapt_expand},
                                                          {"Tile", adapt_tile},
                                                          {NULL, NULL}};
