// SPDX-License-Identifier: MIT
// MatMul by rows, for plans that share it out.
#ifndef FOVEA_LAYERS_MATMUL_H
#define FOVEA_LAYERS_MATMUL_H

#include "layers/op.h"

// Rows first .. last-1 of the output, all its matrices seen as one below the other: those
// `out count / columns` rows that have `columns` numbers each.
void fovea__matmul_rows(const fovea__call *call, int64_t first, int64_t last);
// Numbers of such a row, and products a number is the sum of, from the shapes of the two inputs.
int64_t fovea__matmul_columns(const fovea_shape *b);
int64_t fovea__matmul_depth(const fovea_shape *a);

#endif
