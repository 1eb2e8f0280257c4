// SPDX-License-Identifier: MIT
// Tensors of a file into the parameters and buffers of a graph, by name.
#ifndef FOVEA_MODEL_WEIGHTS_H
#define FOVEA_MODEL_WEIGHTS_H

#include "formats/tensor_list.h"
#include "fovea/graph.h"

// Tensors of these names belong to the trainer and are passed over.
#define FOVEA__OPTIMIZER_PREFIX "optimizer."

// What a file holds, sorted by name; borrowed.
typedef struct fovea__weights {
    const fovea__list_tensor *const *by_name;
    size_t count;
} fovea__weights;

// Whether every parameter and buffer finds a tensor of its name (one with "module." before it is as
// good) and shape, and every tensor its place. A missing num_batches_tracked is fine: PyTorch
// before 0.4.1 had none. The error (SHAPE_MISMATCH) counts what does not fit and lists the first
// twenty.
fovea_status fovea__weights_check(const fovea_graph *graph, fovea__weights weights,
                                  const char *name, fovea_error *error);
// Copies them, from F16, BF16, F32 or F64 to the parameter's type. Values that are not finite are
// taken and logged as a warning. Comes after fovea__weights_check; the graph's parameters have
// memory.
fovea_status fovea__weights_copy(fovea_graph *graph, fovea__weights weights, const char *name,
                                 fovea_error *error);

#endif
