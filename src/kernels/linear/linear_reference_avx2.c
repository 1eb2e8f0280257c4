// SPDX-License-Identifier: MIT
// The definition compiled where the processor multiplies and adds in one instruction.
#include "kernels/linear/linear_kernels.h"

#define VARIANT(x) fovea__linear_##x##_avx2_reference
#define VARIANT_CPU FOVEA__CPU_AVX2
#define VARIANT_TEXT "reference with avx2"
#include "kernels/linear/linear_reference_variants.h"
