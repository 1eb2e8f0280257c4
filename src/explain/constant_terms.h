// SPDX-License-Identifier: MIT
// What a node adds to the logit that its inputs do not account for. By the chain rule
//
//   f = sum x df/dx + sum over nodes of t,   t = sum over out of df/dout (out - J in)
//
// J being the node's Jacobian: for a convolution or a linear layer t is sum b df/db, for a batch
// normalisation that of its shift, for relu and maximum pooling 0, and for a curved activation s the sum
// of df/dout (s(z) - s'(z) z), the bias of its tangent.
#ifndef FOVEA_EXPLAIN_CONSTANT_TERMS_H
#define FOVEA_EXPLAIN_CONSTANT_TERMS_H

#include "explain/passes.h"

typedef struct fovea__constant_terms {
    double total;  // t
    // Its parts: a number for each of the node's out[0] of one sample, whose sum is `total`; NULL where
    // it cannot be told by cells. fovea__free.
    double *part;
} fovea__constant_terms;

// Of node n of the graph of `passes`, one sample of which went forward and back with everything kept.
// Errors: those of the operator's vjp, OUT_OF_MEMORY.
fovea_status fovea__find_constant_terms(const fovea__passes *passes, size_t n,
                                        fovea__constant_terms *terms, fovea_error *error);
// Whether gradients go through v.
bool fovea__has_gradient(const fovea__passes *passes, fovea_value v);
// Sum over v of df/dv v. Errors: OUT_OF_MEMORY.
fovea_status fovea__gradient_times_value(const fovea__passes *passes, fovea_value v, double *sum,
                                         fovea_error *error);

#endif
