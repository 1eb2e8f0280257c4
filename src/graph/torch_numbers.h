// SPDX-License-Identifier: MIT
// Numbers as PyTorch prints them among a module's arguments.
#ifndef FOVEA_GRAPH_TORCH_NUMBERS_H
#define FOVEA_GRAPH_TORCH_NUMBERS_H

#include <stdbool.h>

#include "base/text.h"
#include "graph/graph.h"

// The shortest decimal number that is `value` in 15 digits, written as Python's repr does: 0.1,
// 1e-05, 3.0. Fifteen, because ONNX's momentum is 1 minus PyTorch's.
void fovea__torch_real(fovea__text *text, double value);
// "(3, 3)"; one number is "(3,)".
void fovea__torch_tuple(fovea__text *text, const int64_t *numbers, int32_t count);
// The first `count` numbers: one where all are the same, as it is typed (`kernel_size=2`).
void fovea__torch_sizes(fovea__text *text, const fovea__attribute *sizes, int32_t count);

// Whether all numbers are `value`; of NULL, yes.
bool fovea__torch_all_are(const fovea__attribute *numbers, int64_t value);
// How many paddings are written: half of them where begins and ends are the same.
int32_t fovea__torch_padding_count(const fovea__attribute *pads);

#endif
