// SPDX-License-Identifier: MIT
// Which layer to read the maps of a net at: how fine each is, how much of the picture its cells see, and
// how well the map there finds what the logit rests on.
//
//   fovea_explain_layers(explainer, &x, &options, layers, count, maps, &error);
//   fovea_layer_advise(explainer, &x, maps, count, advice, &error);
#ifndef FOVEA_LAYER_ADVICE_H
#define FOVEA_LAYER_ADVICE_H

#include "fovea/explain.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_layer_advice {
    // Rows and columns: cells of the map, pixels from one to the next, pixels that one sees. 0: not
    // local (fovea_summary_row).
    int64_t cells[2], stride[2], field[2];
    // Share of the map's magnitudes that is above zero, before the method's relu: 0 ... 1; NaN for a
    // map of zeros. Near one half the map is noise around zero.
    double positive;
    // The map enlarged to the picture's size puts the pixels in an order. `drop`: f(x) less the logit
    // with the first fifth of them blurred away; `kept`: f(x) less that with the last fifth blurred
    // away; score = drop - kept, in logits: the larger, the better the map tells what matters.
    double drop, kept, score;
    int best;  // 1: the layer with the largest score, of equal ones the last
} fovea_layer_advice;

// Advice on maps of one x and target at several layers, in two forward passes each. `x` is what they were
// made of; `advice` receives `count`. Errors: INVALID_ARGUMENT (maps of other than two dimensions, of no
// layer), those of a forward pass, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_layer_advise(fovea_explainer *explainer, const fovea_view *x,
                                          fovea_attribution *const *maps, int32_t count,
                                          fovea_layer_advice *advice, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
