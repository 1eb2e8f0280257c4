// SPDX-License-Identifier: MIT
// The kinds of steps the batch-in-lanes plan is made of.
#ifndef FOVEA_PLAN_N16_STEPS_H
#define FOVEA_PLAN_N16_STEPS_H

#include "plan/n16.h"

typedef enum fovea__n16_step {
    FOVEA__N16_PACK_WEIGHTS,
    FOVEA__N16_PACK_INPUT,
    FOVEA__N16_FORWARD_GATHER,
    FOVEA__N16_FORWARD_MERGE,
    FOVEA__N16_FORWARD,
    FOVEA__N16_BACKWARD_GATHER,
    FOVEA__N16_BACKWARD_MERGE,
    FOVEA__N16_WEIGHT_GRADIENT,
    FOVEA__N16_WEIGHT_TILES,
    FOVEA__N16_BACKWARD,
    FOVEA__N16_BATCH_FORWARD,
    FOVEA__N16_BATCH_BACKWARD,
    FOVEA__N16_BATCH_WEIGHT,
} fovea__n16_step;

// Adds a step of that kind for `lowered`, NULL for PACK_INPUT alone. Errors: OUT_OF_MEMORY.
fovea_status fovea__steps_add_n16(fovea__plan *plan, fovea__steps *steps, fovea__n16_step kind,
                                  const fovea__lowered *lowered, fovea_error *error);
// The parts a pass over all groups at once is cut into, 0: it goes group by group.
int64_t fovea__n16_batch_tiles(const fovea__lowered *lowered, fovea__batch_pass pass);

#endif
