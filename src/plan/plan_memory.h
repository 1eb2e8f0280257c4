// SPDX-License-Identifier: MIT
// Where values and gradients live. A buffer is a value or the gradient of one; parameters, whose
// memory is the graph's, are none. Each buffer lives from the first step that uses it to the last:
//
//   worker scope  all these steps are in one region of groups: a worker goes through them with one
//                 group after the other, so that it needs memory for one group only
//   batch scope   the others: all groups
//
// Buffers of one scope whose lives do not overlap share memory. Lives are counted in steps where a
// worker owns the memory and in regions where the batch does, for groups are not in step with each
// other. A step that writes element i of what it makes after reading element i alone of what it is
// given works in place where the given dies with it.
#ifndef FOVEA_PLAN_PLAN_MEMORY_H
#define FOVEA_PLAN_PLAN_MEMORY_H

#include "plan/plan.h"

typedef enum fovea__scope {
    FOVEA__SCOPE_NONE,  // no memory: a parameter, or nothing uses it
    FOVEA__SCOPE_BATCH,
    FOVEA__SCOPE_WORKER,
} fovea__scope;

struct fovea__place {
    fovea__scope scope;
    bool kept;             // nobody else's memory: it can be read after the steps
    size_t offset, bytes;  // in the memory of the batch or of each worker; 64-byte aligned
};

const fovea__plan *fovea__lifetimes_plan(const fovea__lifetimes *lifetimes);
// What step->uses tells: the step reads or writes the value, or its gradient. Values that are no
// buffer, FOVEA_NO_VALUE among them, are passed over.
void fovea__uses_value(fovea__lifetimes *lifetimes, fovea_value v);
void fovea__uses_gradient(fovea__lifetimes *lifetimes, fovea_value v);
// A step->uses for steps that read and write parameters and the workspace alone.
void fovea__uses_nothing(const fovea__step *step, fovea__lifetimes *lifetimes);
// It could write `to` into the memory of `from`. Told after both uses.
void fovea__value_replaces(fovea__lifetimes *lifetimes, fovea_value from, fovea_value to);
void fovea__gradient_replaces(fovea__lifetimes *lifetimes, fovea_value from, fovea_value to);

// Fills plan->place and the sizes. `share`: only the graph's outputs are kept, the gradients of its
// inputs or of the leaf, and what has no batch in a graph that has one; without it every buffer is
// kept, in batch scope. Errors: OUT_OF_MEMORY.
fovea_status fovea__plan_lay_out(fovea__plan *plan, bool share, fovea_error *error);
// Where the gradient of v stands in plan->place; its value is at v.
static inline size_t fovea__gradient_buffer(const fovea__plan *plan, fovea_value v) {
    return plan->graph->value_count + (size_t)v;
}

#endif
