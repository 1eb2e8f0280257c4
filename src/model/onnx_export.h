// SPDX-License-Identifier: MIT
// A graph as an ONNX file. Nodes, values, parameters and buffers keep their names; attributes of ours
// that ONNX has as inputs become initializers called NODE.shape, NODE.axes …; an operator that the
// opset does not have is written by parts NODE.erf … where it is a few older ones. Dimension 0 of what
// has an open batch is "N".
#ifndef FOVEA_MODEL_ONNX_EXPORT_H
#define FOVEA_MODEL_ONNX_EXPORT_H

#include "formats/onnx.h"
#include "fovea/graph.h"

#define FOVEA__ONNX_OPSET_LEAST 13
#define FOVEA__ONNX_OPSET_MOST 21

typedef struct fovea__onnx_export_options {
    int64_t opset;
    const char *name;              // of the graph in the file, not empty
    const char *doc;               // or NULL
    const fovea__onnx_pair *pair;  // metadata
    size_t pair_count;
} fovea__onnx_export_options;

// Errors: UNSUPPORTED (naming the node and, where there is one, the opset that would do; a net whose
// output is one of its inputs under the same name), INVALID_ARGUMENT (no memory because of
// shapes_only; over 2 GiB), IO, OUT_OF_MEMORY.
fovea_status fovea__onnx_export(const fovea_graph *graph, const fovea__onnx_export_options *options,
                                const char *path, fovea_error *error);

#endif
