// SPDX-License-Identifier: MIT
// The definition for any processor.
#include "kernels/linear/linear_kernels.h"

#define VARIANT(x) fovea__linear_##x##_reference
#define VARIANT_CPU FOVEA__CPU_REFERENCE
#define VARIANT_TEXT "reference"
#include "kernels/linear/linear_reference_variants.h"
