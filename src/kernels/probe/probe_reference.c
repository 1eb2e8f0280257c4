// SPDX-License-Identifier: MIT
#include "kernels/probe/probe.h"

fovea__probe_multiply_add fovea__probe_multiply_add_reference;
fovea__probe_read fovea__probe_read_reference;

float fovea__probe_multiply_add_reference(int64_t rounds) {
    float chain[FOVEA__PROBE_CHAINS], sum = 0;
    for (int i = 0; i < FOVEA__PROBE_CHAINS; i++) chain[i] = (float)i;
    for (int64_t r = 0; r < rounds; r++)
        for (int i = 0; i < FOVEA__PROBE_CHAINS; i++)
            chain[i] = __builtin_fmaf(chain[i], 0.999999f, 1e-6f);
    for (int i = 0; i < FOVEA__PROBE_CHAINS; i++) sum += chain[i];
    return sum;
}

float fovea__probe_read_reference(const float *memory, int64_t count) {
    float sum[8] = {0};
    for (int64_t at = 0; at < count; at += 8)
        for (int i = 0; i < 8; i++) sum[i] += memory[at + i];
    return sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7];
}
