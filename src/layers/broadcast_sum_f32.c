// SPDX-License-Identifier: MIT
#define REAL float
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#define LANE_TREE fovea__lane_tree_f32
#define TREE fovea__tree_f32
#define TERMS fovea__broadcast_terms_f32
#define SUM fovea__broadcast_sum_f32
#include "layers/broadcast_sum_body.h"
