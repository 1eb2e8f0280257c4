// SPDX-License-Identifier: MIT
// Compiled without any instruction-set flag: this file decides whether such code may run at all.
#include "base/cpu.h"

#include <string.h>

#include "base/context_struct.h"
#include "base/os.h"

fovea__cpu fovea__cpu_here(void) {
#if defined(__x86_64__)
    // The compiler's run-time asks the processor and whether the system saves the wide registers.
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    int avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (avx2 && avx512) return FOVEA__CPU_AVX512;
    if (avx2) return FOVEA__CPU_AVX2;
    return FOVEA__CPU_REFERENCE;
#elif defined(__aarch64__)
    return FOVEA__CPU_NEON;  // part of the base instruction set
#else
    return FOVEA__CPU_REFERENCE;
#endif
}

fovea__cpu fovea__cpu_best(void) {
    fovea__cpu here = fovea__cpu_here();
    const char *name = fovea__environment("FOVEA_CPU");
    for (int i = FOVEA__CPU_REFERENCE; name && i <= FOVEA__CPU_AVX512; i++) {
        fovea__cpu named = (fovea__cpu)i;
        if (strcmp(name, fovea__cpu_label(named)) == 0 && fovea__cpu_allows(here, named))
            return named;
    }
    return here;
}

fovea__cpu fovea__context_cpu(const fovea_context *context) {
    return context->cpu;
}

const char *fovea__cpu_label(fovea__cpu cpu) {
    switch (cpu) {
        case FOVEA__CPU_REFERENCE:
            return "reference";
        case FOVEA__CPU_NEON:
            return "neon";
        case FOVEA__CPU_AVX2:
            return "avx2";
        case FOVEA__CPU_AVX512:
            return "avx512";
    }
    return "unknown";
}
