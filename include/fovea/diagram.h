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

typedef struct fovea_graph_figure_options {
    size_t size;
    const char *title;  // NULL: none
    int unfold;         // 1: repeated blocks are all drawn
    int every_node;     // 1: activations, normalisation and dropout are boxes of their own
} fovea_graph_figure_options;

FOVEA_API void fovea_graph_figure_options_default(fovea_graph_figure_options *options);

// A graph from top to bottom: a box for each layer with its name, operator, shape and parameters,
// arrows between them. Blocks alike that follow each other are drawn once, in a frame that says how
// often. Needs no memory for parameters. Errors: INVALID_ARGUMENT (more than 2000 boxes before
// folding), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_graph(fovea_context *context, const fovea_graph *graph,
                                          const fovea_graph_figure_options *options,
                                          fovea_figure **figure, fovea_error *error);

// What one unit of a layer sees of the input: the box of pixels that can change it.
typedef struct fovea_receptive_field {
    const char *layer, *op;      // "conv2", "conv2d"; borrowed from the graph
    int64_t map[2], unit[2];     // height and width of the layer's maps; row and column, from 0
    int64_t size[2], stride[2];  // of the field, in pixels; from one unit to the next
    int64_t offset[2];           // how far the first unit's field reaches over the edge
    int64_t first[2], last[2];   // rows and columns of the box, perhaps outside the picture
    double centre[2];            // -offset + unit*stride + (size-1)/2
    int64_t inside[2];           // rows and columns of the box that are in the picture
} fovea_receptive_field;

typedef struct fovea_receptive_options {
    size_t size;
    const char *title;  // NULL: none
    // Which layers (figures.h says how they are named); NULL or "all": every convolution and
    // pooling whose units see a part of the input.
    const char *layer;
    int64_t at[2];                // row and column of the unit, from 0; -1: the middle of the map
    const fovea_tensor *picture;  // U8 C×H×W; NULL: an empty grid of the net's input
} fovea_receptive_options;

FOVEA_API void fovea_receptive_options_default(fovea_receptive_options *options);

// first = unit*stride - offset, last = first + size - 1 (Araujo et al. 2019), where branches join
// the box that holds both. `at` is a unit of the last chosen layer; of the others the unit is taken
// whose centre is nearest to its centre. The array is yours: fovea_receptive_fields_free. Errors:
// INVALID_ARGUMENT (no such layer, with the nearest names; layers whose units see the whole input;
// a unit outside the map, with its size; an input that is no picture or row), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_receptive_fields(fovea_context *context, const fovea_graph *graph,
                                              const fovea_receptive_options *options,
                                              fovea_receptive_field **fields, int32_t *count,
                                              fovea_error *error);
FOVEA_API void fovea_receptive_fields_free(fovea_context *context, fovea_receptive_field *fields);

// The boxes on the picture, what lies in the padding hatched, and the arithmetic that leads to the
// last one. A net that takes any size is built for the picture's. Of more than eight layers eight
// are drawn. Errors: those above, SHAPE_MISMATCH.
FOVEA_API fovea_status fovea_figure_receptive_field(fovea_context *context,
                                                    const fovea_model *model,
                                                    const fovea_receptive_options *options,
                                                    fovea_figure **figure, fovea_error *error);

// The first layer with weights and how it takes the input in.
typedef struct fovea_first_layer {
    const char *name, *op;    // "fc1", "linear"; borrowed from the graph
    int convolution;          // 0: linear
    fovea_shape input;        // C×H×W of the net
    fovea_shape kernel;       // C/groups×H×W of a convolution; of a linear layer the input's
    int64_t units;            // that it computes: neurons, or maps times places
    int64_t maps;             // of a convolution; 1
    int64_t weights, biases;  // of one unit: how many inputs it is connected with; 1 or 0
    int64_t connections;      // units * weights
    int64_t parameters;
} fovea_first_layer;

// Finds it; nothing to free. Errors: INVALID_ARGUMENT (no linear layer or two-dimensional
// convolution is the first with weights; the net takes no pictures).
FOVEA_API fovea_status fovea_first_layer_find(const fovea_model *model, fovea_first_layer *layer,
                                              fovea_error *error);

typedef struct fovea_connections_options {
    size_t size;
    const char *title, *mlp_name, *cnn_name;  // NULL: none, "MLP", "CNN"
    const fovea_tensor *picture;              // U8 C×H×W; NULL: an empty grid
} fovea_connections_options;

FOVEA_API void fovea_connections_options_default(fovea_connections_options *options);

// How the first layers of a fully connected and a convolutional net are connected with one picture,
// and how many parameters that takes. Errors: those of fovea_first_layer_find, INVALID_ARGUMENT
// (`mlp` begins with a convolution or `cnn` with a linear layer), SHAPE_MISMATCH (the nets or the
// picture have different sizes), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_mlp_vs_cnn(fovea_context *context, const fovea_model *mlp,
                                               const fovea_model *cnn,
                                               const fovea_connections_options *options,
                                               fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
