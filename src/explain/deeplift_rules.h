// SPDX-License-Identifier: MIT
// DeepLIFT's rescale rule: a backward pass of multipliers m instead of slopes, such that for every layer
// sum m_i (x_i - x'_i) = f(x) - f(x'), x' being the reference:
//
//   a function of one number  m_in = m_out (out - out') / (in - in'); its slope where |in - in'| < 1e-10
//   maximum pooling           max(out - out', 0) m_out goes to the winner of x, min(out - out', 0) m_out
//                             to the winner of x', each divided by its in - in' (as Captum and shap do)
//   what is linear            its slope
#ifndef FOVEA_EXPLAIN_DEEPLIFT_RULES_H
#define FOVEA_EXPLAIN_DEEPLIFT_RULES_H

#include "explain/passes.h"

typedef enum fovea__lift_kind {
    FOVEA__LIFT_SLOPE,    // linear, or not on the way from the input to the logits
    FOVEA__LIFT_RESCALE,  // a function of one number
    FOVEA__LIFT_MAXIMUM,
    FOVEA__LIFT_NONE,  // there is no rule
} fovea__lift_kind;

typedef struct fovea__lift {
    fovea_explainer *explainer;
    const fovea__passes *reference;  // whose forward pass of x' has been run, all values kept
    uint8_t *kind;                   // [node_count]
} fovea__lift;

// kinds[node_count]. UNSUPPORTED naming the first node without a rule from the logits down.
fovea_status fovea__lift_kinds(const fovea_graph *graph, fovea_value input, uint8_t *kinds,
                               fovea_error *error);
// `lift` must outlive them.
fovea__rules fovea__lift_rules(fovea__lift *lift);

#endif
