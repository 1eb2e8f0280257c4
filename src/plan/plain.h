// SPDX-License-Identifier: MIT
// One family of steps of the plain plan in f32: a node of an operator, computed for one sample in
// parts, and its weights' gradients in parts for all samples, so that all workers have something to
// do where the batch is small. A node whose operator has no family here runs the operator's own
// forward and vjp; both give the same bits. Families stand in the list of lower_plain.c.
#ifndef FOVEA_PLAN_PLAIN_H
#define FOVEA_PLAN_PLAIN_H

#include "plan/plan.h"

// What a part makes of a sample: numbers [begin, end) of each of the channels.
typedef struct fovea__plain_extent {
    int64_t channel, channel_end, begin, end;
} fovea__plain_extent;

typedef struct fovea__plain_family {
    const char *op;  // ONNX name; NULL: any that `accepts` takes
    // Whether a node of the operator can be computed here; NULL: always.
    bool (*accepts)(const fovea_graph *graph, const fovea__node *node);
    // For operators in training whose statistics are those of the batch, and for no others.
    bool statistics;
    // The parts are of the whole batch, and `sample` is always 0.
    bool whole_batch;
    // Fills lowered->detail (fovea__new; freed with the plan), lowered->workspace and returns
    // through `scratch` the bytes a worker needs. NULL: nothing to do.
    fovea_status (*prepare)(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                            fovea_error *error);
    // Packing weights before a pass, in `packs` independent items. NULL: nothing to pack.
    int64_t (*packs)(const fovea__lowered *lowered, bool backward);
    void (*pack)(const fovea__lowered *lowered, const fovea__bound *bound, bool backward,
                 int64_t item);
    // Parts of one sample going forward, and of the gradient of input 0 (and of the others that
    // `beside` has a bit for).
    int64_t (*parts)(const fovea__lowered *lowered, bool backward);
    void (*forward)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                    int64_t part, uint8_t *scratch);
    // Overwrites the gradient of input 0, or adds to it where fovea__accumulates says so. NULL: the
    // operator's own.
    void (*backward)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                     int64_t part, uint8_t *scratch);
    uint64_t beside;
    // Gradients of weights, over the whole batch: bit i, that of input i. They are made in
    // weight_parts independent parts, 0: by the operator's own; overwritten or added to as above.
    uint64_t weights;
    int64_t (*weight_parts)(const fovea__lowered *lowered);
    void (*weight_gradient)(const fovea__lowered *lowered, const fovea__bound *bound, int64_t part,
                            uint8_t *scratch);
    // Of a part going forward. NULL: nothing follows this family's parts.
    fovea__plain_extent (*extent)(const fovea__lowered *lowered, int64_t part);
    // Whether any numbers of its output can be computed from the same ones of its inputs. NULL: no.
    bool (*follows)(const fovea__lowered *lowered);
} fovea__plain_family;

extern const fovea__plain_family fovea__plain_conv, fovea__plain_conv_transpose,
    fovea__plain_linear, fovea__plain_matmul, fovea__plain_channels, fovea__plain_norm;

// Whether a family can take the value's samples one by one: a batch, or a fixed number that is small
// enough for it to pay.
static inline bool fovea__plain_has_samples(const fovea__value *value) {
    return value->signature.shape.rank > 0 && fovea__value_samples(value, 1) <= 64;
}
// The kind of the steps that run a family's parts.
fovea__step_kind fovea__plain_kind(const fovea__lowered *lowered);
// Adds a step of that name with `tiles` parts to the forward or the backward steps of a plan.
fovea_status fovea__plain_add_step(fovea__plan *plan, fovea__steps *steps, fovea__step_kind kind,
                                   const fovea__lowered *lowered, const char *what, int64_t tiles,
                                   fovea__step_run *run, fovea_error *error);
// Whether the family computes the gradient of input 0.
bool fovea__plain_has_backward_parts(const fovea__lowered *lowered);
// Makes the plan's scratch large enough for the gradients that are added to others.
void fovea__plain_need_scratch(fovea__plan *plan, const fovea__lowered *lowered);
// Adds the backward steps of all nodes but those that pack weights.
fovea_status fovea__plain_lower_backward(fovea__plan *plan, fovea_error *error);
// Lets `next` follow the parts of the leader (plain_chain.c) where it reads something the chain from
// the leader on has made, has its shape, and reads nothing that other chains of the region make: the
// nodes from `region` to the leader.
bool fovea__plain_join(fovea__lowered *leader, int32_t region, fovea__lowered *next);
// Has values made where a Concat or another node would copy them to, unchanged and to one place
// (plan->inside).
void fovea__plain_inside(fovea__plan *plan);
// Whether the node reads what one of the nodes first..last-1 makes.
bool fovea__plain_reads(const fovea_graph *graph, const fovea__node *node, int32_t first,
                        int32_t last);
// Shape of value v at the bound batch over its memory.
fovea_view fovea__plain_view(const fovea__bound *bound, fovea_value v, void *const *memory);
// What the operator's own functions take; `in` and `out` hold the views.
fovea__call fovea__plain_call(const fovea__lowered *lowered, const fovea__bound *bound,
                              fovea_view in[FOVEA__MAX_INPUTS], fovea_view out[FOVEA__MAX_OUTPUTS]);

#endif
