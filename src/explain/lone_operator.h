// SPDX-License-Identifier: MIT
// One node of a net by itself, in a session of its own: forward of any input, and the product of the
// Jacobian for its input with anything, with weights and a bias that may be changed in between. It runs
// on the kernels the net runs on.
#ifndef FOVEA_EXPLAIN_LONE_OPERATOR_H
#define FOVEA_EXPLAIN_LONE_OPERATOR_H

#include "graph/cut.h"
#include "run/session.h"

typedef struct fovea__lone_operator {
    fovea_graph *graph;
    fovea_session *session;
    fovea__numbers numbers;
    fovea_value x, y;
    // Copies of inputs `weight` and `bias` of the node, to be written into; data NULL: it has none.
    fovea_view weight, bias;
} fovea__lone_operator;

// Of the node `node` of `graph`, called with `call`, as a function of its input `x`. `weight` and `bias`
// are inputs that get copies, below 0: none. Everything else stays borrowed, `lone` stays where it is
// until close. Errors: those of a session.
fovea_status fovea__lone_open(const fovea_graph *graph, const fovea__node *node,
                              const fovea__call *call, int32_t x, int32_t weight, int32_t bias,
                              fovea__lone_operator *lone, fovea_error *error);
// After writing into `weight` or `bias`.
void fovea__lone_written(fovea__lone_operator *lone);
// y = op(x), which is valid until the next call.
fovea_status fovea__lone_forward(fovea__lone_operator *lone, const fovea_view *x, fovea_view *y,
                                 fovea_error *error);
// d_x = J^T d_y, valid until the next call. No forward need come before it.
fovea_status fovea__lone_backward(fovea__lone_operator *lone, const fovea_view *d_y,
                                  fovea_view *d_x, fovea_error *error);
// Fine after a failed open.
void fovea__lone_close(fovea__lone_operator *lone);

#endif
