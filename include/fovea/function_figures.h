// SPDX-License-Identifier: MIT
// Figures of the functions a net is made of: softmax beside plain normalisation, the two losses and
// their gradients, activations and their derivatives – and the numbers they show.
//
//   const double logits[] = {10, 6, 4};
//   fovea_figure *figure;
//   fovea_figure_softmax(context, logits, 3, &figure, &error);
//   fovea_figure_write(context, figure, "softmax.png", NULL, &error);
//   fovea_figure_free(figure);
//
// All numbers are those of the library's own operators in double precision.
#ifndef FOVEA_FUNCTION_FIGURES_H
#define FOVEA_FUNCTION_FIGURES_H

#include "fovea/draw.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FOVEA_SOFTMAX_MOST 20  // values a figure shows

// softmax[i] = exp(v[i]) / sum exp(v), share[i] = v[i] / sum v; buffers of `count`, from 2 to
// FOVEA_SOFTMAX_MOST. All shares are NaN where a value is below 0 or the sum is not above 0: then
// they are no probabilities. Errors: INVALID_ARGUMENT (count, a value that is not finite).
FOVEA_API fovea_status fovea_softmax_shares(const double *values, int32_t count, double *softmax,
                                            double *share, fovea_error *error);
// Both as columns for each value, with a table of the steps. Each figure of this header is yours:
// fovea_figure_free. Errors: as above, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_softmax(fovea_context *context, const double *values,
                                            int32_t count, fovea_figure **figure,
                                            fovea_error *error);

// Both losses of one output p = 1 / (1 + exp(-z)) against a target y of 0 or 1.
typedef struct fovea_loss_point {
    double cross_entropy;  // -ln p for y = 1, -ln(1-p) for y = 0; infinite where p is just wrong
    double squared;        // (p - y)^2
    double cross_entropy_slope, squared_slope;  // dL/dp: -1/p or 1/(1-p); 2 (p - y)
    double cross_entropy_logit, squared_logit;  // dL/dz: p - y; 2 (p - y) p (1-p)
} fovea_loss_point;

// Errors: INVALID_ARGUMENT (p outside 0..1, a target that is not 0 or 1).
FOVEA_API fovea_status fovea_loss_at(double p, int target, fovea_loss_point *point,
                                     fovea_error *error);
// Both losses and their gradients for p from 0 to 1, with a table. Errors: INVALID_ARGUMENT (a
// target that is not 0 or 1), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_losses(fovea_context *context, int target,
                                           fovea_figure **figure, fovea_error *error);

// The activations there are: operators of one input that work on each element alone.
FOVEA_API int32_t fovea_activation_count(void);
// "relu", as in architecture text; static; NULL for an index outside 0 ... count-1.
FOVEA_API const char *fovea_activation_name(int32_t index);
// What it computes, "max(0, x)", and its derivative; static, "" where none is known. Either pointer
// may be NULL. INVALID_ARGUMENT for an index outside 0 ... count-1.
FOVEA_API fovea_status fovea_activation_formula(int32_t index, const char **value,
                                                const char **derivative, fovea_error *error);
// f(x) and f'(x) at `count` places (1 to 1000000); either result may be NULL. `activation` is a
// name, with options as in architecture text: "leaky_relu alpha=0.2". Errors: INVALID_ARGUMENT (no
// such activation, with those that exist; wrong options), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_activation_at(fovea_context *context, const char *activation,
                                           const double *x, int64_t count, double *value,
                                           double *derivative, fovea_error *error);
// Function and derivative from -5 to 5 of each of the activations, separated by commas (at most
// 16), with formulas and a table. Errors: as above.
FOVEA_API fovea_status fovea_figure_activation(fovea_context *context, const char *activations,
                                               fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
