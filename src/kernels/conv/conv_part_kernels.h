// SPDX-License-Identifier: MIT
// Declares every kernel of conv_part_kernels.inc.
#ifndef FOVEA_KERNELS_CONV_PART_KERNELS_H
#define FOVEA_KERNELS_CONV_PART_KERNELS_H

#include "kernels/conv/conv_part.h"

#define PART(name) extern const fovea__conv_part_kernel fovea__conv_part_##name;
#include "kernels/conv/conv_part_kernels.inc"
#undef PART

#endif
