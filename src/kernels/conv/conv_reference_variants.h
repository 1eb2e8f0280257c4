// SPDX-License-Identifier: MIT
// The definition as entries of the list. The including file sets VARIANT(x), the name of an entry,
// VARIANT_CPU and VARIANT_TEXT, its level and label.
#include "kernels/conv/conv_range.h"

#define DEFINITION "kernels/conv/conv_reference.h"
#define GEOMETRY fovea__conv_geometry
#define KERNEL fovea__conv_kernel
#define KERNEL_F64 fovea__conv_kernel_f64
#include "kernels/reference_variants.h"
