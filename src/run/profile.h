// SPDX-License-Identifier: MIT
// Where a session's time goes, step by step. Measuring reads the clock around each step of each
// worker; without a profile nothing is read.
#ifndef FOVEA_RUN_PROFILE_H
#define FOVEA_RUN_PROFILE_H

#include "plan/plan.h"

typedef struct fovea__clock {
    double seconds, fastest;
    int64_t calls;
} fovea__clock;

typedef struct fovea__profile {
    size_t steps;  // forward ones, then those of the backward pass
    int32_t workers;
    int64_t samples;      // forwarded since measuring began
    fovea__clock *clock;  // [workers][steps]: no two workers write into one row
} fovea__profile;

void fovea__profile_free(fovea_context *context, fovea__profile *profile);
// Adds one run of `step` that began at `start` (fovea__seconds).
void fovea__profile_add(fovea__profile *profile, size_t step, int32_t worker, double start);

#endif
