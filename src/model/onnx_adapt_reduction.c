// SPDX-License-Identifier: MIT
// ReduceSum and its like (versions 1 to 20; axes are an input from 13, of the others from 18), ArgMax
// and ArgMin (1 to 13), GlobalMaxPool and GlobalLpPool (1 to 22).
#include <string.h>

#include "base/fail.h"
#include "model/onnx_import.h"
#include "model/onnx_list.h"

static fovea_status emit_first(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               const char *op, const fovea__onnx_list *list, fovea_error *error) {
    fovea_value x;
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    return fovea__onnx_emit(importer, node, op, &x, 1, list, error);
}

static fovea_status adapt_reduce(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    int64_t axes[FOVEA_MAX_RANK], keep, noop;
    int32_t count, since = strcmp(node->op, "ReduceSum") == 0 ? 13 : 18;
    FOVEA__TRY(fovea__onnx_optional_list(importer, node, "axes", 1, since, axes, &count, error));
    FOVEA__TRY(fovea__onnx_int(node, "keepdims", 1, &keep, error));
    FOVEA__TRY(fovea__onnx_int(node, "noop_with_empty_axes", 0, &noop, error));
    if (count) fovea__onnx_list_ints(&list, "axes", count, axes);
    fovea__onnx_list_int(&list, "keepdims", keep != 0);
    if (noop && !count) fovea__onnx_list_int(&list, "noop_with_empty_axes", 1);
    return emit_first(importer, node, node->op, &list, error);
}

static fovea_status adapt_arg(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    int64_t axis, keep, last;
    FOVEA__TRY(fovea__onnx_int(node, "axis", 0, &axis, error));
    FOVEA__TRY(fovea__onnx_int(node, "keepdims", 1, &keep, error));
    FOVEA__TRY(fovea__onnx_int(node, "select_last_index", 0, &last, error));
    fovea__onnx_list_int(&list, "axis", axis);
    fovea__onnx_list_int(&list, "keepdims", keep != 0);
    fovea__onnx_list_int(&list, "select_last_index", last != 0);
    return emit_first(importer, node, node->op, &list, error);
}

static fovea_status adapt_global(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea_error *error) {
    return emit_first(importer, node, node->op, NULL, error);
}

// The norms 1 and 2 over space are reductions.
static fovea_status adapt_global_lp(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                    fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    int64_t axes[FOVEA_MAX_RANK], whole = 2;
    double power = 2;
    const fovea__onnx_attribute *p = fovea__onnx_attribute_find(node, "p");
    if (p && p->kind == FOVEA__ONNX_FLOAT)  // of version 1
        FOVEA__TRY(fovea__onnx_real(node, "p", 2, &power, error));
    else
        FOVEA__TRY(fovea__onnx_int(node, "p", 2, &whole, error));
    if (!p || p->kind != FOVEA__ONNX_FLOAT) power = (double)whole;
    if (x.rank < 3) return fovea__onnx_bad(node, error, "the input has no dimensions of space");
    if (power != 1 && power != 2)
        return fovea__onnx_unsupported(node, error, "GlobalLpPool with p = %g; 1 and 2 are", power);
    for (int32_t d = 2; d < x.rank; d++) axes[d - 2] = d;
    fovea__onnx_list_ints(&list, "axes", x.rank - 2, axes);
    return emit_first(importer, node, power == 1 ? "ReduceL1" : "ReduceL2", &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_reduction[] = {{"ReduceMean", adapt_reduce},
                                                              {"ReduceSum", adapt_reduce},
                                                              {"ReduceMax", adapt_reduce},
                                                              {"ReduceMin", adapt_reduce},
                                                              {"ReduceL1", adapt_reduce},
                                                              {"ReduceL2", adapt_reduce},
                                                              {"ReduceProd", adapt_reduce},
                                                              {"ReduceSumSquare", adapt_reduce},
                                                              {"ReduceLogSum", adapt_reduce},
                                                              {"ReduceLogSumExp", adapt_reduce},
                                                              {"ArgMax", adapt_arg},
                                                              {"ArgMin", adapt_arg},
                                                              {"GlobalMaxPool", adapt_global},
                                                              {"GlobalLpPool", adapt_global_lp},
                                                              {NULL, NULL}};
