// SPDX-License-Identifier: MIT
#define REAL double
#define FMA(a, b, c) __builtin_fma(a, b, c)
#define LANE_TREE fovea__lane_tree_f64
#define TREE fovea__tree_f64
#define TERMS fovea__broadcast_terms_f64
#define SUM fovea__broadcast_sum_f64
#include "layers/broadcast_sum_body.h"
