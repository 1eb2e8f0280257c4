// SPDX-License-Identifier: MIT
// How far a heat map can be trusted, in numbers that come with it.
//
//   fovea_trust_options options;
//   fovea_trust_options_default(&options);
//   fovea_explain(explainer, &picture, &how, &attribution, &error);
//   fovea_trust_compute(explainer, &picture, &how, attribution, &options, &trust, &error);
//   fovea_trust_remarks(&trust, attribution, text, sizeof text);   // what they mean, in words
//
// Notation as in explain.h; P pixels, p the softmax probability of the target over the logits (of a
// net with a single logit its sigmoid). The order of a map is that of its heat (fovea_attribution_heat)
// brought to the picture's size, pixels of more heat first, equal ones by index. All channels of a
// pixel are replaced together. Same seed, same bits, for any number of threads and any chunk of memory.
#ifndef FOVEA_TRUST_H
#define FOVEA_TRUST_H

#include "fovea/explain.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FOVEA_TRUST_MOST_STEPS 100
#define FOVEA_TRUST_MOST_DEPTHS 8

// What to compute.
enum {
    FOVEA_TRUST_COMPLETENESS = 1,
    FOVEA_TRUST_DELETION = 2,  // and insertion
    FOVEA_TRUST_CONTROL = 4,   // the same for a random order, to compare with
    FOVEA_TRUST_ROAD = 8,
    FOVEA_TRUST_SENSITIVITY = 16,
    FOVEA_TRUST_RANDOMISED = 32,  // all weights drawn anew
    FOVEA_TRUST_CASCADE = 64,     // from the top down to several depths, the last being all
    FOVEA_TRUST_SPARSENESS = 128,
    FOVEA_TRUST_QUICK = 1 + 2 + 4 + 16 + 32 + 128,
    FOVEA_TRUST_ALL = 255,
};

// `share` of the work is done, 0..1; another result than 0 stops it (FOVEA_INTERRUPTED).
typedef int fovea_trust_progress(void *user, double share);

typedef struct fovea_trust_options {
    size_t size;
    uint32_t which;   // QUICK
    int32_t steps;    // of deletion and insertion: 12; 1 ... FOVEA_TRUST_MOST_STEPS
    int32_t samples;  // of sensitivity: 3
    double radius;    // of its noise as a share of max x - min x: 0.02
    int32_t depths;   // of the cascade: 4; 1 ... FOVEA_TRUST_MOST_DEPTHS
    // What replaces pixels, 1×C×... in the net's numbers. NULL: as Petsiuk et al. the net's zero
    // ("mean") for deletion, the blurred picture for insertion.
    const fovea_view *baseline;
    // Sensitivity and randomisation compute the map again: a map of more passes (forward and backward)
    // than this is left without them, with their bits in `left_out`. 40; 0: no limit.
    int64_t most_passes;
    uint64_t seed;
    fovea_trust_progress *progress;  // NULL: none
    void *user;
} fovea_trust_options;

FOVEA_API void fovea_trust_options_default(fovea_trust_options *options);

typedef struct fovea_trust_depth {
    int32_t layers;         // drawn anew, counted from the logits
    char lowest[128];       // node of the lowest of them
    double spearman, ssim;  // of the map with the original
} fovea_trust_depth;

// NaN: not computed, or not defined (a constant map has no ranks).
typedef struct fovea_trust {
    uint32_t computed, left_out;  // bits of what was asked for

    // |sum - expected| / |expected| of the method's law, `law` ("completeness", "conservation"); NaN and
    // NULL where it has none.
    const char *law;
    double residual;

    // Deletion: p as pixels are replaced by the baseline in the map's order; insertion: p as the
    // baseline gets the picture's pixels in that order (Petsiuk, Das, Saenko 2018, arXiv 1806.07421).
    // With m steps point i has the first floor(i P / m) pixels replaced, so that the ends are the picture
    // and the baseline themselves: deletion_curve[0] = insertion_curve[m] = p(x). The area is that of
    // the trapezoids, (c_0/2 + c_1 + ... + c_m/2) / m: low is good for deletion, high for insertion.
    double deletion, insertion;
    // The same areas of logits as shares of the way: (f - f_base) / (f_x - f_base).
    double deletion_logit, insertion_logit;
    int32_t steps;
    double deletion_curve[FOVEA_TRUST_MOST_STEPS + 1], insertion_curve[FOVEA_TRUST_MOST_STEPS + 1];
    double deletion_logits[FOVEA_TRUST_MOST_STEPS + 1],
        insertion_logits[FOVEA_TRUST_MOST_STEPS + 1];
    // Control: the same areas for a random order of the pixels.
    double random_deletion, random_insertion, random_deletion_logit, random_insertion_logit;

    // ROAD (Rong et al. 2022, arXiv 2202.00449): the mean of p after 20, 40, 60 and 80 % of the pixels,
    // most (MoRF) or least (LeRF) relevant first, were replaced by noisy linear imputation: each is the
    // weighted mean of its eight neighbours – 1/6 beside and above it, 1/12 at the corners, those
    // outside the picture left out –, all together solving one linear system, plus normal noise of 0.01
    // of the net's numbers. road = (lerf - morf) / 2: high is good.
    double road, road_morf, road_lerf;

    // max over the samples e, uniform in ±radius (max x - min x), of |map(x+e) - map(x)| / |map(x)|,
    // Euclidean (max-sensitivity, Yeh et al. 2019, arXiv 1901.09392): low is good.
    double sensitivity;

    // Adebayo et al. 2018, arXiv 1810.03292: weights and biases of convolutions and matrix products are
    // drawn anew, uniform around 0 with the root mean square they had; Spearman's correlation of |heat|, and SSIM
    // of |heat| over its maximum. Near 0 is good: a map that stays the same does not depend on what
    // the net has learned. Weights that leave the
    // map empty are drawn again, up to 8 times; a constant map has nothing in common: 0.
    double spearman, ssim;
    int32_t depth_count;  // of the cascade
    fovea_trust_depth depth[FOVEA_TRUST_MOST_DEPTHS];

    // Gini's coefficient of |heat|: 0 where it is the same everywhere, 1 - 1/n for a single cell of n.
    double sparseness;

    int64_t passes;  // forward and backward, of one sample each, that all this took
    double seconds;
} fovea_trust;

// Numbers for a map of fovea_explain: `how` is what made it (NULL: its defaults), x the picture.
// `options` NULL: the defaults. Errors: as fovea_explain; INVALID_ARGUMENT (an option outside its
// range), SHAPE_MISMATCH (the baseline), INTERRUPTED.
FOVEA_API fovea_status fovea_trust_compute(fovea_explainer *explainer, const fovea_view *x,
                                           const fovea_explain_options *how,
                                           const fovea_attribution *attribution,
                                           const fovea_trust_options *options, fovea_trust *trust,
                                           fovea_error *error);
// What the numbers say of this map, one remark a line, worst first: that it hardly changes when the
// weights are random, that a random order does as well, what its method is known to get wrong. "" where
// there is nothing to say. At most `size` bytes, terminated.
FOVEA_API void fovea_trust_remarks(const fovea_trust *trust, const fovea_attribution *attribution,
                                   char *text, size_t size);

// Whether the largest number of the map's heat, brought to the picture's size H×W, lies in the box of
// rows top ... bottom and columns left ... right of the picture, both ends included: box = {top, left,
// bottom, right} (pointing game). `at`, row and column, may be NULL. Errors: INVALID_ARGUMENT (a map of
// more or fewer dimensions), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_trust_points_at(const fovea_attribution *attribution, int64_t height,
                                             int64_t width, const int64_t box[4], int *inside,
                                             int64_t at[2], fovea_error *error);

// sum_i (2i - n - 1) a_i / (n sum a) of the magnitudes a sorted upwards, i from 1; NaN where all are
// zero. Errors: OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_gini(fovea_context *context, const double *numbers, int64_t count,
                                  double *gini, fovea_error *error);
// Pearson's correlation of the ranks, equal numbers sharing their mean rank; NaN where either side is
// constant or holds a NaN. Errors: OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_spearman(fovea_context *context, const double *a, const double *b,
                                      int64_t count, double *correlation, fovea_error *error);
// Wang et al. 2004: mean over all windows that lie inside of (2 m_a m_b + C1)(2 s_ab + C2) /
// ((m_a² + m_b² + C1)(s_a² + s_b² + C2)), Gaussian windows of 11 × 11, sigma 1.5 (smaller where the
// picture is), C1 = 0.01², C2 = 0.03²: for numbers of 0..1. Pictures are height × width. Errors:
// OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_ssim(fovea_context *context, const double *a, const double *b,
                                  int64_t height, int64_t width, double *ssim, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
