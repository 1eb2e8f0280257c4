// SPDX-License-Identifier: MIT
// Resuming a net at a layer with other numbers in it, many samples at a time: all that does not depend
// on the layer is taken from the forward pass of x.
#ifndef FOVEA_EXPLAIN_CAM_TAIL_H
#define FOVEA_EXPLAIN_CAM_TAIL_H

#include "explain/passes.h"

typedef struct fovea__cam_tail {
    const fovea__job *job;
    fovea_graph *graph;     // from the layer and what stands beside it to the logits
    fovea__passes passes;   // of that graph
    fovea_tensor **beside;  // [graph->input_count], chunk× the value of x; NULL for the layer
    fovea_view *inputs;     // [graph->input_count]
} fovea__cam_tail;

// For `samples` in all of job->layer; job->forward must have kept values. fovea__cam_tail_close, fine
// after a failed open.
fovea_status fovea__cam_tail_open(const fovea__job *job, int64_t samples, fovea__cam_tail *tail,
                                  fovea_error *error);
void fovea__cam_tail_close(fovea__cam_tail *tail);
// Memory for n samples of the layer, n <= tail->passes.chunk.
fovea_view fovea__cam_tail_layer(const fovea__cam_tail *tail, int64_t n);
// Their logits, to be read by fovea__passes_logit(&tail->passes, ...).
fovea_status fovea__cam_tail_run(fovea__cam_tail *tail, int64_t n, fovea_error *error);
// f(A := 0) of the target; adds to result->forward_passes.
fovea_status fovea__cam_tail_zero(fovea__job *job, double *logit, fovea_error *error);

#endif
