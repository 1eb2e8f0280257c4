// SPDX-License-Identifier: MIT
// Heat maps as figures: raw maps with their numbers and unit on scales that can be compared, and the
// same over the picture; several methods, targets, layers or nets side by side, and the signed
// difference of two.
//
//   const fovea_heat heats[2] = {{.attribution = cat, .target = "tabby cat"},
//                                {.attribution = dog, .target = "Labrador retriever"}};
//   fovea_figure_heat(context, picture, heats, 2, NULL, &figure, &error);
//   fovea_figure_write(context, figure, "why.png", NULL, &error);
//
// A raw map is drawn cell by cell as it is, before the relu that its method may end in. Over the
// picture it is drawn as the method defines it, enlarged bilinearly, its colour the stronger the
// larger the number; the picture below is grey.
#ifndef FOVEA_HEAT_FIGURES_H
#define FOVEA_HEAT_FIGURES_H

#include "fovea/draw.h"
#include "fovea/explain.h"
#include "fovea/train.h"

#ifdef __cplusplus
extern "C" {
#endif

// A map to be shown. Nothing needs to outlive the figure.
typedef struct fovea_heat {
    const fovea_attribution *attribution;
    // NULL: none. Else what is shown is the map of `attribution` less this one's; where their sizes
    // differ both are enlarged bilinearly to the picture's.
    const fovea_attribution *minus;
    const char *target;   // name of the class; NULL: its number
    const char *net;      // which net, where there are two; NULL: not said
    const char *note;     // further lines below the map; NULL: none
    const char *remark;   // whole sentences about it, told below the figure; NULL: none
    const char *heading;  // above the map, which is then told of alone; NULL: target and net
    int32_t row;          // heats of the same number stand beside each other
} fovea_heat;

typedef struct fovea_heat_options {
    size_t size;
    // Colours: ROW one range for the maps of a row; PANEL each map its own; FIGURE one for all, which
    // must then have the same unit, as must those of a row.
    fovea_scale scale;
    // Colours end at this percentile of the magnitudes that share a range, 50 to 100 (at the largest);
    // the bar says so, the text below a map how far it goes. 0: 99.5 for maps of pixels, whose few
    // largest would leave nothing to be seen of the others, 100 for smaller maps.
    double clip;
    int overlay;        // 1: the second view, over the picture
    int channels;       // 1: maps of pixels by channel, too
    const char *map;    // of colours; NULL: RdBu for numbers with signs, viridis for others
    const char *title;  // NULL: "Heat maps"
    const char *note;   // below the title; NULL: how to read the colours
} fovea_heat_options;

// ROW, clip 0, with overlay, no channels.
FOVEA_API void fovea_heat_options_default(fovea_heat_options *options);

// `picture`: U8 C×H×W, what the net was shown before it was normalised. Rows begin where the number of
// the row changes; what stands left of them is told of their first map: method, layer, unit. A map
// that is all zero has words in its place that say why. Errors: INVALID_ARGUMENT (options, no heat, a
// map of more than two dimensions, different units on one scale), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_heat(fovea_context *context, const fovea_tensor *picture,
                                         const fovea_heat *heats, int32_t count,
                                         const fovea_heat_options *options, fovea_figure **figure,
                                         fovea_error *error);

// From mistakes to reasons

typedef struct fovea_reasons_options {
    size_t size;
    // NULL: hirescam, which is grad-cam where the two are the same and keeps the logit where linear
    // layers follow; gradient-x-input for nets without maps.
    const char *method;
    int32_t cells;     // of the confusion matrix, those with the largest counts: 6; 1 to 64
    int32_t pictures;  // of each, those with the highest loss: 4; 1 to 64
    int matrix;        // 1: the matrix before them, in pages with cells that lead to their pictures
} fovea_reasons_options;

FOVEA_API void fovea_reasons_options_default(fovea_reasons_options *options);
// The classes most often taken for one another, for each some of the pictures, and with every picture
// what speaks for its true class, for the answer, and the signed difference (answer less true class),
// on one scale. Errors: INVALID_ARGUMENT (options, a method that is not known), those of
// fovea_explainer_create and fovea_explain, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_reasons(fovea_context *context, const fovea_model *model,
                                            const fovea_answers *answers,
                                            const fovea_dataset *dataset,
                                            const fovea_reasons_options *options,
                                            fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
