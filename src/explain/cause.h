// SPDX-License-Identifier: MIT
#ifndef FOVEA_EXPLAIN_CAUSE_H
#define FOVEA_EXPLAIN_CAUSE_H

#include "explain/explainer.h"

// Looks why job->result's map is not fine – at the weights, the picture, and every value and slope of one
// more pass – and says it with the mend in result->cause. Errors: OUT_OF_MEMORY.
fovea_status fovea__find_cause(fovea__job *job, fovea_error *error);

// Flat but for jumps: its slope, 0, says nothing of how it changes.
bool fovea__is_staircase(const fovea__node *node);

#endif
