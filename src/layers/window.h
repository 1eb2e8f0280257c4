// SPDX-License-Identifier: MIT
// Attributes of sliding windows: one number stands for all dimensions, none for the default.
#ifndef FOVEA_LAYERS_WINDOW_H
#define FOVEA_LAYERS_WINDOW_H

#include "layers/op.h"

// Makes `value` hold `spatial` numbers: none given: `standard`; one: that everywhere. Errors:
// INVALID_ARGUMENT naming `what` for another count.
fovea_status fovea__window_fill(fovea__attribute *value, int32_t spatial, int64_t standard,
                                const char *what, fovea_error *error);
// Makes `pads` hold 2*spatial numbers, all begins then all ends, from none (0), one (all sides) or
// one a dimension (both sides).
fovea_status fovea__window_fill_pads(fovea__attribute *pads, int32_t spatial, fovea_error *error);
// Places of a window of `kernel` taps along `in` padded by `begin` and `end`:
// floor or ceil of (in + begin + end - dilation*(kernel-1) - 1) / stride, plus 1. With ceil the
// last window must begin inside the input or its begin padding, as in PyTorch. 0 or less: it does
// not fit.
int64_t fovea__window_count(int64_t in, int64_t kernel, int64_t stride, int64_t begin, int64_t end,
                            int64_t dilation, bool ceil);

#endif
