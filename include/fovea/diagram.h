// SPDX-License-Identifier: MIT
// Teaching diagrams of nets: the whole net, what a unit sees of the picture, and how a fully
// connected and a convolutional first layer take a picture in. All numbers are the graph's own.
// Each function gives a figure (draw.h) that is yours: fovea_figure_free. Options may be NULL: the
// defaults.
//
//   fovea_figure *figure;
//   fovea_figure_network(context, model, NULL, &figure, &error);
//   fovea_figure_write(context, figure, "net.svg", NULL, &error);
//   fovea_figure_free(figure);
#ifndef FOVEA_DIAGRAM_H
#define FOVEA_DIAGRAM_H

#include "fovea/draw.h"
#include "fovea/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum fovea_network_style {
    FOVEA_NETWORK_AUTO = 0,     // volumes for a chain of layers, else boxes
    FOVEA_NETWORK_VOLUMES = 1,  // stacks of maps and columns of neurons, as papers draw them
    FOVEA_NETWORK_BOXES = 2,    // a box for each layer, arrows between them
} fovea_network_style;

typedef struct fovea_network_options {
    size_t size;
    const char *title;            // NULL: none
    fovea_network_style style;    // AUTO
    const fovea_tensor *picture;  // U8 C×H×W shown as the input; NULL: none
} fovea_network_options;

FOVEA_API void fovea_network_options_default(fovea_network_options *options);
// "auto", "volumes" or "boxes". Errors: INVALID_ARGUMENT with these names.
FOVEA_API fovea_status fovea_network_style_find(const char *name, fovea_network_style *style,
                                                fovea_error *error);

// The net from its input to its outputs. A layer and the activation, normalisation and dropout
// that follow it are one part. In a terminal volumes are boxes too. Errors: INVALID_ARGUMENT
// (volumes for a net with branches or of another rank than pictures and vectors, more than 2000
// parts), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_network(fovea_context *context, const fovea_model *model,
                                            const fovea_network_options *options,
                                            fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
