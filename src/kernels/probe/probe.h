// SPDX-License-Identifier: MIT
// Loops that do one thing as fast as the processor can: what a kernel's speed is a share of.
#ifndef FOVEA_KERNELS_PROBE_H
#define FOVEA_KERNELS_PROBE_H

#include "kernels/kernel.h"

// Independent chains of fused multiply-adds: enough to hide the latency of two units.
enum { FOVEA__PROBE_CHAINS = 16 };

// `rounds` × CHAINS × width multiply-adds in registers; the result only keeps them alive.
typedef float fovea__probe_multiply_add(int64_t rounds);
// Reads `count` floats (a multiple of 256, 64-byte aligned) once.
typedef float fovea__probe_read(const float *memory, int64_t count);

typedef struct fovea__probe_variant {
    const char *name;
    fovea__cpu needs;
    fovea__probe_multiply_add *multiply_add;
    fovea__probe_read *read;
    int width;  // floats of one register
} fovea__probe_variant;

const fovea__probe_variant *fovea__probe_choose(fovea__cpu cpu);
const fovea__probe_variant *fovea__probe_variants(size_t *count);

#endif
