// SPDX-License-Identifier: MIT
// Whether a gradient finds its way from a value back to an input.
#ifndef FOVEA_EXPLAIN_GRADIENT_PATH_H
#define FOVEA_EXPLAIN_GRADIENT_PATH_H

#include "graph/graph.h"

// Errors: INVALID_ARGUMENT (`value` does not depend on `input`), UNSUPPORTED (it does, but each way
// leads through an operator without a gradient; the last one before `value` is named),
// OUT_OF_MEMORY.
fovea_status fovea__gradient_path(const fovea_graph *graph, fovea_value input, fovea_value value,
                                  fovea_error *error);

#endif
