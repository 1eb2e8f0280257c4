// SPDX-License-Identifier: MIT
// The attributes of nodes that slide a window: Conv, ConvTranspose and the pools.
#ifndef FOVEA_MODEL_ONNX_WINDOW_H
#define FOVEA_MODEL_ONNX_WINDOW_H

#include "model/onnx_import.h"

// Sizes by dimension of space; what the node leaves out is filled in: strides and dilations 1, pads
// 0 or as auto_pad says. Pads: all begins, then all ends.
typedef struct fovea__onnx_window {
    int32_t rank;  // 1 to 3
    int64_t kernel[3], strides[3], dilations[3], pads[6];
} fovea__onnx_window;

// For input 0 of shape `x` (N×C and one to three more; none of the sizes from 2 on is open).
// `weight` is the shape of the kernel that slides, whose dimensions from 2 on stand for a missing
// kernel_shape; NULL: the node must have one. SAME_UPPER and SAME_LOWER give ceil(size / stride)
// places. Errors: BAD_FILE, UNSUPPORTED (rank).
fovea_status fovea__onnx_window_read(const fovea__onnx_node *node, const fovea_shape *x,
                                     const fovea_shape *weight, fovea__onnx_window *window,
                                     fovea_error *error);
// The four lists as attributes of a node of the graph.
void fovea__onnx_window_list(const fovea__onnx_window *window, fovea__onnx_list *list);

#endif
