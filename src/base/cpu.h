// SPDX-License-Identifier: MIT
// Which kernel set may run. The order is the preference; a kernel variant names the level it needs.
#ifndef FOVEA_BASE_CPU_H
#define FOVEA_BASE_CPU_H

#include "fovea/context.h"

typedef enum fovea__cpu {
    FOVEA__CPU_REFERENCE = 0,  // any processor
    FOVEA__CPU_NEON = 1,       // arm64
    FOVEA__CPU_AVX2 = 2,       // AVX2 and FMA
    FOVEA__CPU_AVX512 = 3,     // AVX-512 F, BW, DQ and VL
} fovea__cpu;

fovea__cpu fovea__cpu_here(void);  // what this processor and system can run
// The same, or less where FOVEA_CPU names it: for callers without a context.
fovea__cpu fovea__cpu_best(void);
fovea__cpu fovea__context_cpu(const fovea_context *);  // what this context was created with
const char *fovea__cpu_label(fovea__cpu cpu);          // "avx2"
// Whether a variant that needs `needs` may run where `allowed` is the choice.
static inline int fovea__cpu_allows(fovea__cpu allowed, fovea__cpu needs) {
    return needs == FOVEA__CPU_REFERENCE || needs == allowed ||
           (needs == FOVEA__CPU_AVX2 && allowed == FOVEA__CPU_AVX512);
}

#endif
