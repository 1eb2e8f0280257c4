// SPDX-License-Identifier: MIT
// The probes at the width of the including file, which defines MULTIPLY_ADD and READ as names.
#include "kernels/fused.h"
#include "kernels/probe/probe.h"

fovea__probe_multiply_add MULTIPLY_ADD;
fovea__probe_read READ;

float MULTIPLY_ADD(int64_t rounds) {
    vec chain[FOVEA__PROBE_CHAINS];
    vec a = vec_splat(0.999999f), b = vec_splat(1e-6f);
    UNROLL
    for (int i = 0; i < FOVEA__PROBE_CHAINS; i++) chain[i] = vec_splat((float)i);
    for (int64_t r = 0; r < rounds; r++) {
        UNROLL
        for (int i = 0; i < FOVEA__PROBE_CHAINS; i++) chain[i] = vec_fma(chain[i], a, b);
    }
    UNROLL
    for (int i = 1; i < FOVEA__PROBE_CHAINS; i++) chain[0] = vec_add(chain[0], chain[i]);
    float out[WIDTH];
    vec_store(out, chain[0]);
    return out[0];
}

float READ(const float *memory, int64_t count) {
    vec sum[8];
    UNROLL
    for (int i = 0; i < 8; i++) sum[i] = vec_splat(0);
    for (int64_t at = 0; at < count; at += 8 * WIDTH) {
        UNROLL
        for (int i = 0; i < 8; i++) sum[i] = vec_add(sum[i], vec_load(memory + at + i * WIDTH));
    }
    UNROLL
    for (int i = 1; i < 8; i++) sum[0] = vec_add(sum[0], sum[i]);
    float out[WIDTH];
    vec_store(out, sum[0]);
    return out[0];
}
