// SPDX-License-Identifier: MIT
// The affine beginning of a net. As far as a net is a chain of nodes that are linear or affine in the
// picture x – a convolution, its bias, a batch normalisation –, its value z1 is an affine function of x:
//
//   z1(x' + a (x - x')) = z1(x') + a (z1(x) - z1(x'))        df/dx = J^T df/dz1, J the same for every x
//
// so that sums of gradients can be taken at z1 and brought back to the pixels once, at the end.
#ifndef FOVEA_EXPLAIN_PREFIX_H
#define FOVEA_EXPLAIN_PREFIX_H

#include "explain/explainer.h"
#include "run/session.h"

typedef struct fovea__prefix {
    fovea_explainer *explainer;
    fovea_value end;           // z1; x itself where the net begins with something else
    fovea_graph *head, *tail;  // from x to z1, from z1 to the logits; both NULL where z1 is x
    fovea_session *session;    // of the head
    int64_t samples;           // that it takes
} fovea__prefix;

// Cuts the net behind its affine beginning, never at the logits themselves. Errors: OUT_OF_MEMORY.
fovea_status fovea__prefix_open(fovea_explainer *explainer, fovea__prefix *prefix,
                                fovea_error *error);
// Fine after a failed open and twice.
void fovea__prefix_close(fovea__prefix *prefix);
// Makes ready for up to `samples` samples; called before the others, once. Errors: OUT_OF_MEMORY.
fovea_status fovea__prefix_begin(fovea__prefix *prefix, int64_t samples, fovea_error *error);
// z1 of n samples x, n×C×..., n <= samples; yours. Errors: OUT_OF_MEMORY.
fovea_status fovea__prefix_forward(fovea__prefix *prefix, const fovea_view *x, fovea_tensor **z1,
                                   fovea_error *error);
// J^T d_z1 for the first sample of the last forward; `d_z1` has as many numbers as z1 of one sample. A
// tensor of x's shape, n samples of which the first counts; yours. Errors: OUT_OF_MEMORY.
fovea_status fovea__prefix_back(fovea__prefix *prefix, const double *d_z1, fovea_tensor **d_x,
                                fovea_error *error);
// Numbers of z1 of one sample.
int64_t fovea__prefix_size(const fovea__prefix *prefix);

#endif
