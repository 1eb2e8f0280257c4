// SPDX-License-Identifier: MIT
#include "kernels/linear/linear_matmul.h"
#include "kernels/variant_list.h"

#define KERNEL(suffix, level) fovea__matmul_f32 fovea__matmul_##suffix;
#include "kernels/standard_variants.inc"
#undef KERNEL

#define KERNEL(suffix, level) {#suffix, level, fovea__matmul_##suffix},
static const fovea__matmul_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(matmul, list)

fovea__matmul_f64 fovea__matmul_f64_reference;
#ifdef FOVEA_HAVE_X86
fovea__matmul_f64 fovea__matmul_f64_avx2;
#endif

fovea__matmul_f64 *fovea__matmul_choose_f64(fovea__cpu cpu) {
#ifdef FOVEA_HAVE_X86
    if (fovea__cpu_allows(cpu, FOVEA__CPU_AVX2)) return fovea__matmul_f64_avx2;
#endif
    (void)cpu;
    return fovea__matmul_f64_reference;
}
