// SPDX-License-Identifier: MIT
#define MULTIPLY_ADD fovea__probe_multiply_add_neon
#define READ fovea__probe_read_neon
#include "kernels/probe/probe_generic.h"
