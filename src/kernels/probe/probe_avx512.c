// SPDX-License-Identifier: MIT
#define MULTIPLY_ADD fovea__probe_multiply_add_avx512
#define READ fovea__probe_read_avx512
#include "kernels/probe/probe_generic.h"
