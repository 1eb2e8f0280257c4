// SPDX-License-Identifier: MIT
// What stands between a layer and the logits, where that is simple enough to know its gradient.
#ifndef FOVEA_EXPLAIN_CAM_HEAD_H
#define FOVEA_EXPLAIN_CAM_HEAD_H

#include "explain/explainer.h"

// A layer A of K maps of Z cells whose only way to the logits is a mean over each map and one linear
// layer, f_c = sum_k W[c][k] mean(A^k) + b[c], or the means alone (W the identity, b = 0). Then
// df_c/dA^k = W[c][k] / Z everywhere on the map, whatever the picture.
typedef struct fovea__cam_head {
    fovea_value weight, bias;  // parameters; FOVEA_NO_VALUE: the identity, 0
    bool by_input;             // the weight is inputs×outputs instead of outputs×inputs
    int64_t inputs, outputs;
} fovea__cam_head;

// Whether the layer has such a head. Means are GlobalAveragePool, AveragePool and AdaptiveAveragePool
// to one cell, ReduceMean over the cells; the linear layer Gemm or MatMul with or without Add; between
// them Dropout and what only reshapes.
bool fovea__cam_head_find(const fovea_explainer *explainer, fovea_value layer,
                          fovea__cam_head *head);
// W[output][input] and b[output].
double fovea__cam_head_weight(const fovea_explainer *explainer, const fovea__cam_head *head,
                              int64_t output, int64_t input);
double fovea__cam_head_bias(const fovea_explainer *explainer, const fovea__cam_head *head,
                            int64_t output);

// Whether the logits are an affine function of the layer: then sum g A = f - f(A := 0).
fovea_status fovea__affine_behind(const fovea_explainer *explainer, fovea_value layer, bool *affine,
                                  fovea_error *error);

#endif
