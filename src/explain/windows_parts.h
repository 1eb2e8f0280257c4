// SPDX-License-Identifier: MIT
// What windows*.c share: the segments that a net's beginning is computed in.
#ifndef FOVEA_EXPLAIN_WINDOWS_PARTS_H
#define FOVEA_EXPLAIN_WINDOWS_PARTS_H

#include "explain/windows.h"

// What a segment reads of a stored value: cells begin*stride - pad and so on, begin being where the
// segment's output begins.
typedef struct {
    fovea_value value;
    const fovea__local_node *slide;  // NULL: the same cells as the output
    int64_t size[2];
    fovea_tensor *crop;  // samples×C×size
} fovea__segment_input;

// Nodes that lead from stored values to the next: at most the first on each way slides.
struct fovea__segment {
    fovea_value out;
    fovea_graph *graph;  // for windows
    fovea_session *session;
    fovea__segment_input input[FOVEA__MAX_INPUTS];
    int32_t inputs;
};

static inline const fovea_graph *fovea__windows_graph(const fovea__windows *windows) {
    return windows->reach->graph;
}

// Fills `needed`, `stored` and the values, cells and inputs of `segment`, in the order they run;
// graphs, sessions and tensors are not made yet. Errors: OUT_OF_MEMORY.
fovea_status fovea__windows_find_segments(fovea__windows *windows, fovea_error *error);

#endif
