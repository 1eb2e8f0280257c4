// SPDX-License-Identifier: MIT
// One pass of a data set through a net, up to the layers that are looked at.
#ifndef FOVEA_EXPLAIN_UNIT_PASS_H
#define FOVEA_EXPLAIN_UNIT_PASS_H

#include "explain/numbers.h"
#include "fovea/units.h"

// Value number `which` of samples first … first+samples-1: samples×C×... in the net's type, valid
// until the call ends.
typedef fovea_status fovea__unit_visit(void *user, int32_t which, int64_t first, int64_t samples,
                                       const fovea_view *view, fovea_error *error);

// Computes `values` of all samples, a batch after the other, and visits each value of each batch,
// in that order. A net whose batch is fixed at 1 takes the samples one by one. `batch` 0: chosen.
// Errors: SHAPE_MISMATCH, INVALID_ARGUMENT (an empty set), OUT_OF_MEMORY, those of `visit`.
fovea_status fovea__unit_pass(const fovea_model *model, const fovea_dataset *dataset,
                              const fovea_value *values, int32_t count, int64_t batch,
                              fovea__unit_visit *visit, void *user, fovea_error *error);

#endif
