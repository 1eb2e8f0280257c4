// SPDX-License-Identifier: MIT
// How a batch is cut and in which order sums over samples are taken, whoever computes them:
//   a *group* is 16 consecutive samples; G = ceil(N/16) groups stand in K = min(G, 8) *slots*;
//   slot s owns the groups floor(s*G/K) ... floor((s+1)*G/K)-1, in order;
//   16 lane sums are added as a tree: 8, 4, 2, 1 (lane i with lane i+8, then i+4, i+2, i+1);
//   slots are added by T(a,n) = T(a, ceil(n/2)) + T(a+ceil(n/2), floor(n/2)).
// The constants never depend on threads or processor, so the same bits come out on any of them.
#ifndef FOVEA_KERNELS_SPLITTING_H
#define FOVEA_KERNELS_SPLITTING_H

#include <stdint.h>

#include "kernels/kernel.h"

#define FOVEA__MAX_SLOTS 8

typedef struct fovea__splitting {
    int64_t samples, groups;
    int32_t slots;
} fovea__splitting;

// G and K of a batch of `samples` (0: no groups, no slots).
static inline fovea__splitting fovea__split(int64_t samples) {
    fovea__splitting split = {samples, (samples + FOVEA__LANES - 1) / FOVEA__LANES, 0};
    split.slots = (int32_t)(split.groups < FOVEA__MAX_SLOTS ? split.groups : FOVEA__MAX_SLOTS);
    return split;
}
// First group of slot s; of slot `slots` it is one past the last.
static inline int64_t fovea__slot_begin(int64_t groups, int32_t slots, int32_t s) {
    return slots ? (int64_t)s * groups / slots : 0;
}
// The slot group g stands in.
static inline int32_t fovea__slot_of(const fovea__splitting *split, int64_t g) {
    int32_t s = split->slots - 1;
    while (fovea__slot_begin(split->groups, split->slots, s) > g) s--;
    return s;
}
// Samples in group g: 16, fewer in the last.
static inline int32_t fovea__group_samples(const fovea__splitting *split, int64_t g) {
    int64_t left = split->samples - g * FOVEA__LANES;
    return (int32_t)(left < FOVEA__LANES ? left : FOVEA__LANES);
}
// A weight whose slots would take more than this has no partial sums: all groups are summed in
// order, as if there were one slot.
#define FOVEA__SLOT_BYTES_MAX (1 << 20)
static inline int32_t fovea__weight_slots(const fovea__splitting *split, int64_t bytes) {
    return (int64_t)split->slots * bytes > FOVEA__SLOT_BYTES_MAX ? 1 : split->slots;
}

// Lane i with lane i+8, then i+4, i+2, i+1.
static inline float fovea__lane_tree_f32(const float lane[FOVEA__LANES]) {
    float sum[8];
    for (int i = 0; i < 8; i++) sum[i] = lane[i] + lane[i + 8];
    for (int i = 0; i < 4; i++) sum[i] = sum[i] + sum[i + 4];
    for (int i = 0; i < 2; i++) sum[i] = sum[i] + sum[i + 2];
    return sum[0] + sum[1];
}
static inline double fovea__lane_tree_f64(const double lane[FOVEA__LANES]) {
    double sum[8];
    for (int i = 0; i < 8; i++) sum[i] = lane[i] + lane[i + 8];
    for (int i = 0; i < 4; i++) sum[i] = sum[i] + sum[i + 4];
    for (int i = 0; i < 2; i++) sum[i] = sum[i] + sum[i + 2];
    return sum[0] + sum[1];
}
// T over n >= 1 values.
static inline float fovea__tree_f32(const float *value, int64_t n) {
    if (n == 1) return value[0];
    int64_t half = (n + 1) / 2;
    return fovea__tree_f32(value, half) + fovea__tree_f32(value + half, n - half);
}
static inline double fovea__tree_f64(const double *value, int64_t n) {
    if (n == 1) return value[0];
    int64_t half = (n + 1) / 2;
    return fovea__tree_f64(value, half) + fovea__tree_f64(value + half, n - half);
}

#endif
