// SPDX-License-Identifier: MIT
// ConvTranspose, versions 1 to 22.
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "model/onnx_window.h"

typedef struct transposed {
    fovea__onnx_window window;
    int64_t output_padding[3];
    bool sized, upper;  // the size of the output is given; how uneven padding is cut
    int64_t size[3];
} transposed;

static fovea_status read_output_padding(const fovea__onnx_node *node, transposed *t,
                                        fovea_error *error) {
    const int64_t *given;
    size_t count;
    FOVEA__TRY(fovea__onnx_ints(node, "output_padding", &given, &count, error));
    if (given && count != (size_t)t->window.rank)
        return fovea__onnx_bad(node, error, "output_padding has %zu numbers, the input wants %d",
                               count, t->window.rank);
    for (size_t d = 0; given && d < count; d++) {
        if (given[d] < 0 || given[d] > INT32_MAX)
            return fovea__onnx_bad(node, error, "output_padding holds %lld", (long long)given[d]);
        t->output_padding[d] = given[d];
    }
    return FOVEA_OK;
}

// The size that output_shape says, or the input's times the strides for SAME.
static fovea_status read_size(const fovea__onnx_node *node, const fovea_shape *x, transposed *t,
                              fovea_error *error) {
    const int64_t *given;
    const char *pad;
    size_t count, rank = (size_t)t->window.rank;
    FOVEA__TRY(fovea__onnx_ints(node, "output_shape", &given, &count, error));
    FOVEA__TRY(fovea__onnx_text(node, "auto_pad", "NOTSET", &pad, error));
    t->upper = strcmp(pad, "SAME_UPPER") == 0;
    t->sized = given || t->upper || strcmp(pad, "SAME_LOWER") == 0;
    if (given && count != rank && count != rank + 2)
        return fovea__onnx_bad(node, error, "output_shape has %zu numbers, the input wants %zu",
                               count, rank);
    for (size_t d = 0; t->sized && d < rank; d++) {
        t->size[d] = given ? given[count - rank + d] : x->dim[2 + d] * t->window.strides[d];
        if (t->size[d] < 1 || t->size[d] > INT32_MAX)
            return fovea__onnx_bad(node, error, "the output would be %lld wide",
                                   (long long)t->size[d]);
    }
    return FOVEA_OK;
}

// What is too much is cut off at both ends; what is missing is added at the end.
static fovea_status fit(const fovea__onnx_node *node, const fovea_shape *x, transposed *t,
                        fovea_error *error) {
    fovea__onnx_window *w = &t->window;
    for (int32_t d = 0; d < w->rank; d++) {
        int64_t full, reach;
        if (!fovea__mul_i64(w->strides[d], x->dim[2 + d] - 1, &full) ||
            !fovea__mul_i64(w->dilations[d], w->kernel[d] - 1, &reach) ||
            !fovea__add_i64(full, reach + 1 + t->output_padding[d], &full))
            return fovea__onnx_bad(node, error, "the kernel reaches too far");
        int64_t total = full - t->size[d];
        if (total < 0) t->output_padding[d] -= total;
        if (total < 0) total = 0;
        w->pads[d] = t->upper ? total / 2 : total - total / 2;
        w->pads[w->rank + d] = total - w->pads[d];
    }
    return FOVEA_OK;
}

static fovea_status adapt_conv_transpose(fovea__onnx_importer *importer,
                                         const fovea__onnx_node *node, fovea_error *error) {
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    fovea_shape w = fovea__onnx_input_shape(importer, node, 1);
    transposed t = {.sized = false};
    fovea__onnx_list list = {.count = 0};
    fovea_value inputs[3];
    int64_t group, fan_in = 1;
    FOVEA__TRY(fovea__onnx_window_read(node, &x, &w, &t.window, error));
    FOVEA__TRY(read_output_padding(node, &t, error));
    FOVEA__TRY(read_size(node, &x, &t, error));
    if (t.sized) FOVEA__TRY(fit(node, &x, &t, error));
    FOVEA__TRY(fovea__onnx_int(node, "group", 1, &group, error));
    fovea__onnx_window_list(&t.window, &list);
    fovea__onnx_list_int(&list, "group", group);
    fovea__onnx_list_ints(&list, "output_padding", t.window.rank, t.output_padding);
    for (int32_t d = 1; d < w.rank; d++) fan_in *= w.dim[d];  // as PyTorch counts it
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &inputs[0], error));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 1, true, fan_in, &inputs[1], error));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 2, true, fan_in, &inputs[2], error));
    int32_t count = inputs[2] == FOVEA_NO_VALUE ? 2 : 3;
    return fovea__onnx_emit(importer, node, "ConvTranspose", inputs, count, &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_conv_transpose[] = {
    {"ConvTranspose", adapt_conv_transpose}, {NULL, NULL}};
