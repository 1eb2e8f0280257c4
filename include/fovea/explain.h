// SPDX-License-Identifier: MIT
// Why a net says what it says: heat maps of one picture, with the numbers that say how far to trust
// them.
//
//   fovea_explainer_create(model, NULL, &explainer, &error);
//   fovea_explain_options_default("grad-cam", &options, &error);
//   options.target = 281;
//   fovea_explain(explainer, &picture, &options, &explanation, &error);   // picture: 1×C×H×W
//   fovea_attribution_free(explanation);
//
// Notation: f is the logit of the target, never a probability: a softmax at the end of the net is
// peeled off. A^k is channel k of the chosen layer, g = df/dA, Z its number of cells, x the net's
// input, x' a baseline. Methods and the papers they come from are listed by fovea_explain_method;
// docs/explanations.md has a screen for each.
//
// Maps are raw: signed, in logits (or what `unit` says), of the layer's own size, neither scaled nor
// cut. The same seed gives the same bits on any number of threads, and memory does not grow with the
// number of steps, samples or masks.
#ifndef FOVEA_EXPLAIN_H
#define FOVEA_EXPLAIN_H

#include "fovea/data.h"
#include "fovea/model.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a method is, for lists, help and pictures. All texts are static.
typedef struct fovea_explain_method {
    const char *name;     // "grad-cam"
    const char *title;    // "Grad-CAM"
    const char *family;   // "gradient", "cam", "relevance", "perturbation"
    const char *answers;  // the question it answers, one line
    const char *formula;  // of what it computes, one line
    const char *source;   // "Selvaraju et al. 2017, arXiv 1610.02391"
    const char *warning;  // what it is known to get wrong; NULL: nothing in particular
    const char *unit;     // "logit", "logit per unit of input", "1"
    int has_layer;    // 1: about a chosen layer, whose size the map has: H'×W'; 0: about the input
    int is_of_input;  // 1: the map is C×H×W of the input though there is a layer
    int is_signed;    // 0: never below zero
    int uses_baseline, uses_steps, uses_samples, uses_seed;
} fovea_explain_method;

FOVEA_API int32_t fovea_explain_method_count(void);
// NULL outside 0 ... count-1; the order is that of docs/explanations.md.
FOVEA_API const fovea_explain_method *fovea_explain_method_get(int32_t index);
// By name; NULL when there is none.
FOVEA_API const fovea_explain_method *fovea_explain_method_find(const char *name);

// A net made ready to be explained, for one thread at a time. It must not outlive the model, whose
// weights stay as they are meanwhile.
typedef struct fovea_explainer fovea_explainer;

typedef struct fovea_explainer_options {
    size_t size;
    // What is explained: an output of the net, counted from 0. A softmax at its end is peeled off.
    int32_t output;
    // Bytes that values of samples computed together may take; more samples go in one chunk after
    // the other, summed in the order of the samples.
    size_t memory;
    // 1: a backward pass that is wrong on purpose (the slope of every rectifier counted twice), so
    // that tests can see the self-test fail.
    int planted_error;
} fovea_explainer_options;

// Output 0, 256 MiB.
FOVEA_API void fovea_explainer_options_default(fovea_explainer_options *options);
// `options` NULL: the defaults. Errors: SHAPE_MISMATCH (a net that takes no N×C×... samples),
// INVALID_ARGUMENT (no such output, a net without weights), UNSUPPORTED (an output that is no
// float), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_explainer_create(const fovea_model *model,
                                              const fovea_explainer_options *options,
                                              fovea_explainer **explainer, fovea_error *error);
FOVEA_API void fovea_explainer_free(fovea_explainer *explainer);
// Numbers one sample's logits have: the targets are 0 ... outputs-1.
FOVEA_API int64_t fovea_explainer_outputs(const fovea_explainer *explainer);
FOVEA_API const fovea_model *fovea_explainer_model(const fovea_explainer *explainer);
// The softmax that was peeled off, "Softmax" or "LogSoftmax"; NULL: there is none.
FOVEA_API const char *fovea_explainer_peeled(const fovea_explainer *explainer);
// The logits of one sample x, 1×C×...: `outputs` doubles. Errors: SHAPE_MISMATCH (a batch, another
// size), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_explainer_logits(fovea_explainer *explainer, const fovea_view *x,
                                              double *logits, fovea_error *error);

// The layer whose maps class activation maps use when none is chosen: the last value with a height
// and a width, above 1×1, that the logits depend on, of as many dimensions as the input if there is
// one. FOVEA_NO_VALUE: the net has none.
FOVEA_API fovea_value fovea_explainer_layer(const fovea_explainer *explainer);

typedef struct fovea_explain_options {
    size_t size;
    const char *method;
    int64_t target;     // index of a logit; -1: the largest
    fovea_value layer;  // of the model's graph, for methods with has_layer; FOVEA_NO_VALUE: the
                        // explainer's own choice
    // 1×C×... in the net's numbers (fovea_explain_baseline makes some); NULL: the method's own,
    // "black" for paths and references, the net's zero ("mean") for occlusion.
    const fovea_view *baseline;
    // R×C×..., what expected gradients draws its baselines from; NULL: black, white, mean, noise.
    const fovea_view *references;
    int32_t steps;       // integrated gradients: 50
    int gauss_legendre;  // 1: nodes of that rule; 0: midpoints
    int32_t samples;     // smoothgrad and its like 50, expected gradients 200, rise 4000
    double noise;        // standard deviation as a share of max x - min x: 0.15
    int32_t patch[2];    // occlusion, height and width: 16; small nets a quarter of their side
    int32_t stride[2];   // 8; small nets 1
    int32_t cells;       // rise: the grid masks are drawn on, 7
    double keep;         // rise: share of cells kept, 0.5
    // Relevance by rule epsilon: a share of the layer's mean |z|; 1e-6, lrp-epsilon 0.25.
    double epsilon;
    double gamma;  // lrp-gamma: 0.25
    double alpha;  // lrp-alpha-beta: 2, beta = alpha - 1
    // Rule zB (lrp-zb, lrp): what pixels can be, in the net's numbers, C each; NULL: from 0..255, or as
    // far as the picture goes.
    const double *lowest, *highest;
    uint64_t seed;
} fovea_explain_options;

// Defaults of a method. INVALID_ARGUMENT for a name that is not known, with the nearest.
FOVEA_API fovea_status fovea_explain_options_default(const char *method,
                                                     fovea_explain_options *options,
                                                     fovea_error *error);

// One layer of a relevance or completeness account.
typedef struct fovea_layer_sum {
    const char *name;  // of the node; borrowed from the explainer
    double sum;        // of what was given to its inputs
    double bias;       // what its biases and epsilon took, and what had no term to go to
    double residual;   // |what came in - what went out - bias| / |f|
} fovea_layer_sum;

typedef enum fovea_map_state {
    FOVEA_MAP_FINE = 0,
    FOVEA_MAP_EMPTY = 1,     // all zero
    FOVEA_MAP_CONSTANT = 2,  // the same number everywhere
    FOVEA_MAP_NOT_FINITE = 3,
    FOVEA_MAP_CUT = 4,  // all negative before the method's last relu, thus all zero
} fovea_map_state;

// A map and how it came about.
typedef struct fovea_attribution {
    fovea_context *context;
    const fovea_explain_method *method;
    // F32 or F64 as the net: C×H×W (C×L …) of the input, or H'×W' of the layer. Where channels are
    // covered together, 1×H×W: of rise a number a pixel, of occlusion one a place of the patch.
    fovea_tensor *map;
    fovea_tensor
        *before_relu;   // of methods that end in a relu what went into it, signed; else NULL
    fovea_value layer;  // FOVEA_NO_VALUE where has_layer is 0
    char layer_name[256];
    int64_t target;
    double logit;             // f(x)
    double baseline_logit;    // f(x'); NaN without a baseline
    double minimum, maximum;  // of `map`
    double sum;               // of before_relu where there is one, else of map; in order, in double
    // What the sum must be if the method has such a law ("completeness", "conservation"), and
    // |sum - expected| / max(|expected|, tiny); NaN and NULL where it has none.
    const char *law;
    double expected, residual;
    fovea_layer_sum *layers;  // of relevance: from the logits down
    int32_t layer_count;
    // Of one sample each. The first forward pass of x counts where the method goes on from it; what is
    // done once for several layers counts for the first of them.
    int64_t forward_passes, backward_passes;
    double seconds;          // of the method, without the next
    double forward_seconds;  // of the first forward pass of x, which finds the target
    // Where the map's cells lie in the picture of picture[0]×picture[1] pixels: of occlusion cell (i, j)
    // is the patch of patch[0]×patch[1] pixels from row i stride[0] and column j stride[1] on; of all
    // other maps (patch 0) cells lie side by side and fill the picture.
    int64_t picture[2];
    int32_t patch[2], stride[2];
    fovea_map_state state;
    char cause[512];  // why the map is empty, and the mend; "" where it is fine
} fovea_attribution;

// Explains one sample x, 1×C×... of the net's type. `options` NULL: gradient. The result is yours.
// Errors: INVALID_ARGUMENT (method, target or option outside its range, a layer that the target does
// not depend on or without maps), SHAPE_MISMATCH (a batch, x or the baseline of another shape),
// UNSUPPORTED (an operator on the way that cannot be differentiated, or has no rule: it is named),
// OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_explain(fovea_explainer *explainer, const fovea_view *x,
                                     const fovea_explain_options *options,
                                     fovea_attribution **attribution, fovea_error *error);
// The same method at several layers from one forward and one backward pass where the method allows
// it: `attributions` receives `count`, each yours. Errors: as above, INVALID_ARGUMENT for methods
// without layers.
FOVEA_API fovea_status fovea_explain_layers(fovea_explainer *explainer, const fovea_view *x,
                                            const fovea_explain_options *options,
                                            const fovea_value *layers, int32_t count,
                                            fovea_attribution **attributions, fovea_error *error);
FOVEA_API void fovea_attribution_free(fovea_attribution *attribution);

// A map as one number a cell: of C×H×W the sum over the channels, of "gradient" the largest
// magnitude (Simonyan et al.); H×W as it is. F64 H×W, yours.
FOVEA_API fovea_status fovea_attribution_heat(fovea_context *context,
                                              const fovea_attribution *attribution,
                                              fovea_tensor **heat, fovea_error *error);

// A baseline in the net's numbers, 1×C×...: "black", "white", "grey", "mean" (the net's zero), a
// colour "#rrggbb", "noise" (uniform by seed), "blur" (x blurred, sigma an eighth of its side).
// Normalised after it was made of pixels. Yours. Errors: INVALID_ARGUMENT.
FOVEA_API fovea_status fovea_explain_baseline(const fovea_explainer *explainer, const char *name,
                                              const fovea_view *x, uint64_t seed,
                                              fovea_tensor **baseline, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
