// SPDX-License-Identifier: MIT
#include "model/onnx_window.h"

#include <string.h>

#include "base/fail.h"

enum { MOST = INT32_MAX };

static fovea_status read_sizes(const fovea__onnx_node *node, const char *name, size_t count,
                               int64_t standard, int64_t least, int64_t *values,
                               fovea_error *error) {
    const int64_t *given;
    size_t found;
    FOVEA__TRY(fovea__onnx_ints(node, name, &given, &found, error));
    if (given && found != count)
        return fovea__onnx_bad(node, error, "%s has %zu numbers, the input wants %zu", name, found,
                               count);
    for (size_t i = 0; i < count; i++) {
        values[i] = given ? given[i] : standard;
        if (values[i] < INT32_MIN || values[i] > MOST)
            return fovea__onnx_bad(node, error, "%s holds %lld", name, (long long)values[i]);
        if (values[i] < least && least == 0)
            return fovea__onnx_unsupported(node, error, "%s holds %lld; what is negative cuts off",
                                           name, (long long)values[i]);
        if (values[i] < least)
            return fovea__onnx_bad(node, error, "%s holds %lld, wants at least %lld", name,
                                   (long long)values[i], (long long)least);
    }
    return FOVEA_OK;
}

static fovea_status read_kernel(const fovea__onnx_node *node, const fovea_shape *weight,
                                fovea__onnx_window *window, fovea_error *error) {
    size_t count = (size_t)window->rank;
    if (!weight && !fovea__onnx_attribute_find(node, "kernel_shape"))
        return fovea__onnx_bad(node, error, "%s without kernel_shape", node->op);
    FOVEA__TRY(read_sizes(node, "kernel_shape", count, 1, 1, window->kernel, error));
    if (!weight || fovea__onnx_attribute_find(node, "kernel_shape")) return FOVEA_OK;
    if (weight->rank != window->rank + 2)
        return fovea__onnx_bad(node, error, "the weight has %d dimensions, wants %d", weight->rank,
                               window->rank + 2);
    for (int32_t d = 0; d < window->rank; d++) window->kernel[d] = weight->dim[2 + d];
    return FOVEA_OK;
}

// As many places as ceil(size / stride) needs; of an odd number one end gets one more.
static void pad_same(const fovea_shape *x, bool upper, fovea__onnx_window *window) {
    for (int32_t d = 0; d < window->rank; d++) {
        int64_t size = x->dim[2 + d], stride = window->strides[d];
        int64_t places = (size + stride - 1) / stride;
        int64_t extent = (window->kernel[d] - 1) * window->dilations[d] + 1;
        int64_t total = (places - 1) * stride + extent - size;
        if (total < 0) total = 0;
        window->pads[d] = upper ? total / 2 : total - total / 2;
        window->pads[window->rank + d] = total - window->pads[d];
    }
}

fovea_status fovea__onnx_window_read(const fovea__onnx_node *node, const fovea_shape *x,
                                     const fovea_shape *weight, fovea__onnx_window *window,
                                     fovea_error *error) {
    const char *pad;
    *window = (fovea__onnx_window){.rank = x->rank - 2};
    if (x->rank < 3 || x->rank > 5)
        return fovea__onnx_unsupported(
            node, error, "an input of %d dimensions; wants one to three of space", x->rank);
    size_t rank = (size_t)window->rank;
    FOVEA__TRY(read_kernel(node, weight, window, error));
    FOVEA__TRY(read_sizes(node, "strides", rank, 1, 1, window->strides, error));
    FOVEA__TRY(read_sizes(node, "dilations", rank, 1, 1, window->dilations, error));
    FOVEA__TRY(fovea__onnx_text(node, "auto_pad", "NOTSET", &pad, error));
    if (strcmp(pad, "NOTSET") == 0 || pad[0] == '\0')
        return read_sizes(node, "pads", 2 * rank, 0, 0, window->pads, error);
    if (strcmp(pad, "VALID") == 0) return FOVEA_OK;
    bool upper = strcmp(pad, "SAME_UPPER") == 0;
    if (!upper && strcmp(pad, "SAME_LOWER") != 0)
        return fovea__onnx_bad(node, error, "auto_pad is '%.40s'", pad);
    pad_same(x, upper, window);
    return FOVEA_OK;
}

void fovea__onnx_window_list(const fovea__onnx_window *window, fovea__onnx_list *list) {
    fovea__onnx_list_ints(list, "kernel_shape", window->rank, window->kernel);
    fovea__onnx_list_ints(list, "strides", window->rank, window->strides);
    fovea__onnx_list_ints(list, "pads", 2 * window->rank, window->pads);
    fovea__onnx_list_ints(list, "dilations", window->rank, window->dilations);
}
