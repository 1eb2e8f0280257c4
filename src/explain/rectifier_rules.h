// SPDX-License-Identifier: MIT
// Backward rules of rectifiers. With z what goes into one and R what comes back from above:
//
//   gradient              1[z > 0] R
//   deconvnet             1[R > 0] R
//   guided backpropagation 1[z > 0] 1[R > 0] R
//
// A rectifier is a Relu, a Clip from 0 (ReLU6), a ThresholdedRelu and a LeakyRelu of slope 0, wherever in
// the net it stands and however often it is used. Where a Clip or ThresholdedRelu has slope 0 for other
// reasons (above its maximum, below its threshold) guided backpropagation passes on nothing either.
// Activations that have a slope on both sides (LeakyRelu, PRelu, Elu, Silu …) keep their gradient, as
// in the libraries in use.
#ifndef FOVEA_EXPLAIN_RECTIFIER_RULES_H
#define FOVEA_EXPLAIN_RECTIFIER_RULES_H

#include "plan/rules.h"

bool fovea__is_rectifier(const fovea__node *node);

extern const fovea__rules fovea__guided_rules, fovea__deconvnet_rules;

#endif
