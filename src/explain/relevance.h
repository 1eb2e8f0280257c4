// SPDX-License-Identifier: MIT
// Relevance propagation: the logit is handed down from layer to layer, each number's share R to what it
// was made of, so that (but for what biases take) the sum stays the logit. It is a session's backward
// pass whose gradients are R. With a what goes into a layer, z what comes out, w and b its weights and
// bias, and v+ = max(v, 0), v- = min(v, 0):
//
//   0, epsilon  a_i w_ik / (z_k + e sign z_k)                                e: epsilon times mean |z|
//   gamma       z_k > 0: (a+ (w + g w+) + a- (w + g w-)) / z'_k, where z'_k is the sum of these terms and
//               of b + g b+; z_k < 0: (a+ (w + g w-) + a- (w + g w+)) / z'_k, with b + g b-
//   alpha-beta  alpha (a+ w+ + a- w-) / z+_k - (alpha - 1) (a+ w- + a- w+) / z-_k, z+ with b+, z- with b-
//   z+          alpha-beta with alpha 1
//   zB          (a w - l w+ - h w-) / z'_k: l and h are the lowest and highest a can be
//   flat        the same to every input that k is made of
//
// times R_k, summed over k; where a denominator is 0 nothing is handed down, and R_k counts as taken by
// biases. These are rules for
// operators with weights: Conv, ConvTranspose, Gemm, MatMul. Else: activations hand R on as it is;
// maximum poolings to their winners; sums, means, average poolings, products with constants and batch
// normalisations that could not be folded in proportion to their terms (rule 0); what only moves numbers
// moves R.
#ifndef FOVEA_EXPLAIN_RELEVANCE_H
#define FOVEA_EXPLAIN_RELEVANCE_H

#include "explain/numbers.h"
#include "explain/passes.h"

typedef enum fovea__relevance_rule {
    FOVEA__RELEVANCE_EPSILON,
    FOVEA__RELEVANCE_GAMMA,
    FOVEA__RELEVANCE_ALPHA_BETA,
    FOVEA__RELEVANCE_ZB,
    FOVEA__RELEVANCE_FLAT,
} fovea__relevance_rule;

// Which rule the layers with weights have: those that read the picture itself, the other convolutions,
// the other linear layers.
typedef struct fovea__composite {
    fovea__relevance_rule first, convolution, linear;
    double epsilon, gamma, alpha;
} fovea__composite;

// Sets map, law ("conservation": the logit less what biases and epsilon took, or had
// no term to go to), expected and layers.
// Errors: UNSUPPORTED naming a node that has no rule; those of fovea__pixel_bounds.
fovea_status fovea__explain_relevance(fovea__job *job, const fovea__composite *composite,
                                      fovea_error *error);

// What a node does with relevance.
typedef enum fovea__relevance_kind {
    FOVEA__RELEVANCE_NONE,      // not on the way from the input to the logits
    FOVEA__RELEVANCE_PASS,      // an activation
    FOVEA__RELEVANCE_MOVE,      // as its gradient
    FOVEA__RELEVANCE_SHARE,     // in proportion to its terms
    FOVEA__RELEVANCE_WEIGHTED,  // by the composite's rules
    FOVEA__RELEVANCE_FIRST,     // the same; it reads the picture
} fovea__relevance_kind;

// kinds[node_count] (zeros). UNSUPPORTED naming the first node without a rule from the logits down.
fovea_status fovea__relevance_kinds(const fovea_graph *graph, fovea_value input, uint8_t *kinds,
                                    fovea_error *error);

// The relevance of one picture on its way down.
typedef struct fovea__relevance {
    fovea_explainer *explainer;  // of the folded net
    const fovea__job *job;
    const fovea__composite *composite;
    uint8_t *kind;  // [node_count]
    struct {
        double given, passed, bias;  // sums of R: from above, to its inputs, to its bias
    } * account;                     // [node_count]
} fovea__relevance;

// A node with weights whose input `x` is the one that relevance goes to: d_x is overwritten with R of
// its input, given R of its output; `bias` receives what the bias and epsilon took.
fovea_status fovea__relevance_weighted(const fovea__relevance *relevance, const fovea_graph *graph,
                                       const fovea__node *node, const fovea__call *call, int32_t x,
                                       const fovea_view *r, fovea_view *d_x, double *bias,
                                       fovea_error *error);

// The lowest and highest numbers that value `v`, which is made of the picture by moving, shifting and
// scaling alone, can have: both of v's shape, yours. Pixels go from options->lowest to highest, else
// from 0 to 255, and as far as the picture goes where that is further. INVALID_ARGUMENT: a picture outside
// what the options say.
fovea_status fovea__pixel_bounds(const fovea__relevance *relevance, fovea_value v,
                                 fovea_tensor **low, fovea_tensor **high, fovea_error *error);

#endif
