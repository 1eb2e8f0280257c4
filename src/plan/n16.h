// SPDX-License-Identifier: MIT
// One family of batch-in-lanes steps: what a node of an operator does to one group of 16 samples.
// Families stand in the list of n16_families.c; adding one is one file and one line there.
#ifndef FOVEA_PLAN_N16_H
#define FOVEA_PLAN_N16_H

#include "layers/unary_operator.h"
#include "plan/plan.h"

typedef enum fovea__unread {
    FOVEA__UNREAD_INPUT = 1,
    FOVEA__UNREAD_OUTPUT = 2,
    FOVEA__UNREAD_OTHERS = 4,  // inputs after the first
} fovea__unread;

typedef enum fovea__batch_pass {
    FOVEA__BATCH_FORWARD,
    FOVEA__BATCH_BACKWARD,
    FOVEA__BATCH_WEIGHT,
} fovea__batch_pass;

typedef struct fovea__n16_family {
    const char *op;  // ONNX name
    // Whether a node of the operator can be computed here; NULL: always.
    bool (*accepts)(const fovea_graph *graph, const fovea__node *node);
    // Fills lowered->detail (fovea__new; freed with the plan), lowered->workspace and returns
    // through `scratch` the bytes a worker needs.
    fovea_status (*prepare)(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                            fovea_error *error);
    // Once before a batch, on one thread: packing weights. NULL: nothing to do.
    void (*begin)(const fovea__lowered *lowered, const fovea__bound *bound);
    // A stage over the groups and one over the whole batch that come before `forward` (batch
    // statistics).
    void (*forward_gather)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g);
    void (*forward_merge)(const fovea__lowered *lowered, const fovea__bound *bound);
    void (*forward)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                    uint8_t *scratch);
    // The same going backward. backward_merge writes the gradients of parameters that are sums over
    // the whole batch (plan->single).
    void (*backward_gather)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g);
    void (*backward_merge)(const fovea__lowered *lowered, const fovea__bound *bound);
    // Overwrites d_in[i] (one group) of the inputs that have one.
    void (*backward)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                     float *const *d_in, uint8_t *scratch);
    // The same for input 0 alone, added to d_in. False: this node cannot, and nothing is done. May be
    // NULL.
    bool (*backward_add)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                         float *d_in);
    // Adds group g to the gradients of inputs 1 and 2 (NULL: not wanted), restricted to tile `tile`
    // of `tiles`; tile -1 is all of it.
    void (*weight_gradient)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                            int64_t tile, float *d_weight, float *d_bias, uint8_t *scratch);
    int64_t (*tiles)(const fovea__lowered *lowered);
    // What neither backward_gather nor backward looks at (fovea__unread), and whether forward may
    // write its output into an input's memory and backward a d_in[i] into the output gradient's.
    uint8_t unread;
    bool in_place, d_in_place;
    // `backward` also adds to the parameters' slots (fovea__slot_part) and d_in[0] may be NULL:
    // weight_gradient serves the tiles only.
    bool joint;
    // The parts a pass over all groups at once is cut into, 0: it goes group by group. All may be
    // NULL. Where there are parts, the next three take the place of `forward`, of `backward` and of
    // a whole weight's weight_gradient; going backward nothing but input 0 may have a gradient
    // beside the weights.
    int64_t (*batch_tiles)(const fovea__lowered *lowered, fovea__batch_pass pass);
    void (*batch_forward)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t tile,
                          uint8_t *scratch);
    void (*batch_backward)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t tile,
                           uint8_t *scratch);
    // Overwrites its part of d_weight.
    void (*batch_weight)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t tile,
                         float *d_weight, uint8_t *scratch);
} fovea__n16_family;

extern const fovea__n16_family fovea__n16_conv, fovea__n16_linear, fovea__n16_maxpool,
    fovea__n16_avgpool, fovea__n16_global_avgpool, fovea__n16_adaptive_avgpool, fovea__n16_relu,
    fovea__n16_leaky_relu, fovea__n16_tanh, fovea__n16_sigmoid, fovea__n16_gelu, fovea__n16_silu,
    fovea__n16_elu, fovea__n16_selu, fovea__n16_celu, fovea__n16_clip, fovea__n16_hardsigmoid,
    fovea__n16_hardswish, fovea__n16_softplus, fovea__n16_softsign, fovea__n16_mish,
    fovea__n16_thresholded_relu, fovea__n16_erf, fovea__n16_abs, fovea__n16_neg, fovea__n16_softmax,
    fovea__n16_log_softmax, fovea__n16_norm, fovea__n16_dropout, fovea__n16_flatten, fovea__n16_add,
    fovea__n16_mul, fovea__n16_concat, fovea__n16_pad, fovea__n16_slice, fovea__n16_conv_pool,
    fovea__n16_norm_relu, fovea__n16_nothing;

// The family of a node's operator that accepts it, NULL: none.
const fovea__n16_family *fovea__n16_family_of(const fovea_graph *graph, const fovea__node *node);

// What steps of these kinds use, for fovea__step.
void fovea__uses_input(const fovea__step *step, fovea__lifetimes *lifetimes);
void fovea__uses_forward(const fovea__step *step, fovea__lifetimes *lifetimes);
void fovea__uses_forward_gather(const fovea__step *step, fovea__lifetimes *lifetimes);
void fovea__uses_merge(const fovea__step *step, fovea__lifetimes *lifetimes);
void fovea__uses_weight_gradient(const fovea__step *step, fovea__lifetimes *lifetimes);
void fovea__uses_backward_gather(const fovea__step *step, fovea__lifetimes *lifetimes);
void fovea__uses_backward(const fovea__step *step, fovea__lifetimes *lifetimes);

// The slot's part of the gradient of parameter `input` that group g is added to; NULL where it is
// unwanted or summed in tiles instead.
float *fovea__slot_part(const fovea__lowered *lowered, const fovea__bound *bound, int32_t input,
                        int64_t g);

// Floats of one group of value v (16 lanes a number).
static inline int64_t fovea__group_size(const fovea_graph *graph, fovea_value v) {
    return fovea__value_size(&graph->value[v]) * FOVEA__LANES;
}
// Where group g of a value or its gradient begins; of parameters the whole.
static inline float *fovea__value_at(const fovea__bound *bound, fovea_value v, int64_t g) {
    return (float *)bound->value[v] + g * bound->value_stride[v];
}
static inline float *fovea__gradient_at(const fovea__bound *bound, fovea_value v, int64_t g) {
    return (float *)bound->gradient[v] + g * bound->gradient_stride[v];
}
// Memory of a node's input, output and output gradient for group g.
static inline float *fovea__in_at(const fovea__lowered *lowered, const fovea__bound *bound,
                                  int32_t i, int64_t g) {
    return fovea__value_at(bound, lowered->node->in[i], g);
}
static inline float *fovea__out_at(const fovea__lowered *lowered, const fovea__bound *bound,
                                   int64_t g) {
    return fovea__value_at(bound, lowered->node->out[0], g);
}
static inline float *fovea__d_out_at(const fovea__lowered *lowered, const fovea__bound *bound,
                                     int64_t g) {
    return fovea__gradient_at(bound, lowered->node->out[0], g);
}
static inline fovea__signature fovea__in_signature(const fovea__lowered *lowered, int32_t i) {
    return lowered->graph->value[lowered->node->in[i]].signature;
}
static inline fovea__signature fovea__out_signature(const fovea__lowered *lowered) {
    return lowered->graph->value[lowered->node->out[0]].signature;
}
static inline bool fovea__has_input(const fovea__node *node, int32_t i) {
    return i < node->in_count && node->in[i] != FOVEA_NO_VALUE;
}

#endif
