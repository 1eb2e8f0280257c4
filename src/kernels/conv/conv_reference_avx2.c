// SPDX-License-Identifier: MIT
// The definition compiled where the processor multiplies and adds in one instruction.
#include "kernels/conv/conv_kernels.h"

#define VARIANT(x) fovea__conv_##x##_avx2_reference
#define VARIANT_CPU FOVEA__CPU_AVX2
#define VARIANT_TEXT "reference with avx2"
#include "kernels/conv/conv_reference_variants.h"
