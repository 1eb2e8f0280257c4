// SPDX-License-Identifier: MIT
// The definition as entries of the list. The including file sets VARIANT(x), the name of an entry,
// VARIANT_CPU and VARIANT_TEXT, its level and label.
#define DEFINITION "kernels/linear/linear_reference.h"
#define GEOMETRY fovea__linear_geometry
#define KERNEL fovea__linear_kernel
#define KERNEL_F64 fovea__linear_kernel_f64
#include "kernels/reference_variants.h"
