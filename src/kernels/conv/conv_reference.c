// SPDX-License-Identifier: MIT
// The definition for any processor.
#include "kernels/conv/conv_kernels.h"

#define VARIANT(x) fovea__conv_##x##_reference
#define VARIANT_CPU FOVEA__CPU_REFERENCE
#define VARIANT_TEXT "reference"
#include "kernels/conv/conv_reference_variants.h"
