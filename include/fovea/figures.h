// SPDX-License-Identifier: MIT
// Figures of nets and data: learned filters, the maps of one picture, confusion matrix, curves,
// mistakes, samples. Each function gives a figure that draw.h writes as PNG, SVG, PDF or HTML,
// draws in the terminal or tells as text; it is yours: fovea_figure_free.
//
//   fovea_figure *figure;
//   fovea_figure_filters(context, fovea_model_graph(model), NULL, &figure, &error);
//   fovea_figure_write(context, figure, "filters.png", NULL, &error);
//   fovea_figure_free(figure);
//
// Figures copy what they show: nothing given to these functions needs to outlive them. Options may
// be NULL: the defaults. Text that leaves something out of a large layer always says so in the
// figure.
#ifndef FOVEA_FIGURES_H
#define FOVEA_FIGURES_H

#include "fovea/draw.h"
#include "fovea/filter.h"
#include "fovea/model.h"
#include "fovea/tensor_file.h"
#include "fovea/train.h"

#ifdef __cplusplus
extern "C" {
#endif

// Which layers: the name of a node or of a value it makes ("conv1"), a glob ("conv*", "layer1.*"),
// "all", a whole number N = the N-th convolution from 1, or several of these separated by commas.

// The nodes that `text` means, in the order they run. `*nodes` is yours: fovea_layers_free. Errors:
// INVALID_ARGUMENT with the nearest names, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_layers_choose(fovea_context *context, const fovea_graph *graph,
                                           const char *text, int32_t **nodes, int32_t *count,
                                           fovea_error *error);
FOVEA_API void fovea_layers_free(fovea_context *context, int32_t *nodes);

typedef struct fovea_filters_options {
    size_t size;
    const char
        *layer;       // layers with weights; NULL: all convolutions (all linear ones without any),
                      // in a figure the first 16
    int32_t channel;  // only this input channel, from 0; -1: all
    int values;       // write the weights into the cells: 1, 0, or -1: where they are few
    int32_t most;     // filters, and channels of each, shown of a layer at most; 64. 0: fewer of
                      // more than 8 layers
    // One range for each layer with FOVEA_SCALE_ROW (the default), for all with FIGURE.
    fovea_scale scale;
    // viridis, magma, inferno, plasma, cividis, turbo, greys, RdBu or coolwarm; NULL: RdBu.
    const char *map;
} fovea_filters_options;

FOVEA_API void fovea_filters_options_default(fovea_filters_options *options);

// The weights of convolutions, a panel for each filter and input channel, and of linear layers, as
// pictures of C×H×W where their input is a flattened one. First layers on three channels are shown
// in colour too, zero being grey. Errors: INVALID_ARGUMENT (no such layer, with the nearest names;
// a layer without weights; no such channel), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_filters(fovea_context *context, const fovea_graph *graph,
                                            const fovea_filters_options *options,
                                            fovea_figure **figure, fovea_error *error);
// The same weights as numbers, a row of a filter a line, none left out. Yours: fovea_string_free.
FOVEA_API fovea_status fovea_filters_text(fovea_context *context, const fovea_graph *graph,
                                          const fovea_filters_options *options, char **text,
                                          fovea_error *error);
typedef struct fovea_filter_layer {
    const char *name, *op;          // "conv1", "conv2d"; borrowed from the graph
    const char *weight;             // name of the weights; borrowed from the graph
    fovea_shape shape;              // of the weights
    double minimum, maximum, mean;  // over those that are numbers; NaN without any
} fovea_filter_layer;
// The chosen layers in the graph's order. The array is yours: fovea_filters_layers_free.
FOVEA_API fovea_status fovea_filters_layers(fovea_context *context, const fovea_graph *graph,
                                            const fovea_filters_options *options,
                                            fovea_filter_layer **layers, int32_t *count,
                                            fovea_error *error);
FOVEA_API void fovea_filters_layers_free(fovea_context *context, fovea_filter_layer *layers);
// The chosen layers' weights and biases as .npz, whole, each under its name ("conv1.weight").
FOVEA_API fovea_status fovea_filters_save(fovea_context *context, const fovea_graph *graph,
                                          const fovea_filters_options *options, const char *path,
                                          fovea_error *error);

// The same four for the tensors of a file without a net. `layer` of the options is a tensor's name
// ("conv1.weight" or "conv1"), a glob, all, or N for the N-th of rank 3 to 5, several by comma; NULL:
// all of rank 3 to 5, or all of rank 2 in a file without. Only tensors of these ranks with elements
// are drawn.
FOVEA_API fovea_status fovea_figure_tensor_filters(fovea_context *context,
                                                   const fovea_tensor_file *file,
                                                   const fovea_filters_options *options,
                                                   fovea_figure **figure, fovea_error *error);
FOVEA_API fovea_status fovea_tensor_filters_text(fovea_context *context,
                                                 const fovea_tensor_file *file,
                                                 const fovea_filters_options *options, char **text,
                                                 fovea_error *error);
FOVEA_API fovea_status fovea_tensor_filters_layers(fovea_context *context,
                                                   const fovea_tensor_file *file,
                                                   const fovea_filters_options *options,
                                                   fovea_filter_layer **layers, int32_t *count,
                                                   fovea_error *error);
FOVEA_API fovea_status fovea_tensor_filters_save(fovea_context *context,
                                                 const fovea_tensor_file *file,
                                                 const fovea_filters_options *options,
                                                 const char *path, fovea_error *error);

// Stages of a block: a convolution and what follows up to the next one.
typedef enum fovea_stage {
    FOVEA_STAGE_DEFAULT = 0,  // ALL; exactly the named nodes where `layer` names some
    FOVEA_STAGE_CONV = 1,
    FOVEA_STAGE_ACTIVATION = 2,
    FOVEA_STAGE_POOL = 3,
    FOVEA_STAGE_ALL = 4,  // these three
} fovea_stage;

// "conv", "activation", "pool" or "all". Errors: INVALID_ARGUMENT with these names.
FOVEA_API fovea_status fovea_stage_find(const char *name, fovea_stage *stage, fovea_error *error);

typedef struct fovea_maps_options {
    size_t size;
    const char *layer;  // NULL: the blocks of all convolutions
    fovea_stage stage;
    int32_t channel;    // only this output channel, from 0; -1: all
    int values;         // write the numbers into the cells (where they fit)
    int32_t most;       // channels shown of a layer at most; 64. 0: fewer of more than 8 layers
    fovea_scale scale;  // FOVEA_SCALE_ROW: one range for each layer
    const char *map;    // as for filters; NULL: RdBu for signed values, else viridis
} fovea_maps_options;

FOVEA_API void fovea_maps_options_default(fovea_maps_options *options);

// What every layer makes of one picture.
typedef struct fovea_maps fovea_maps;

// Runs the net on `picture`, U8 of C×H×W as fovea_model_prepare wants it; a net that takes any size
// is built for the picture's. Model and picture need not outlive the maps. Errors: INVALID_ARGUMENT
// (layers, as above), SHAPE_MISMATCH, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_maps_create(fovea_context *context, const fovea_model *model,
                                         const fovea_tensor *picture,
                                         const fovea_maps_options *options, fovea_maps **maps,
                                         fovea_error *error);
FOVEA_API void fovea_maps_free(fovea_maps *maps);

typedef struct fovea_map_layer {
    const char *name;  // of the value
    const char *op;    // "conv2d"
    fovea_view view;   // F32 or F64 C×H×W, or a vector of K numbers; borrowed from the maps
    int32_t channels;  // C or K
    int nonnegative;  // not below zero: relu, sigmoid, softmax, pooling of these; others as they are
    const char *node;  // that makes the value
} fovea_map_layer;

// The chosen layers, in the order they are computed.
FOVEA_API int32_t fovea_maps_count(const fovea_maps *maps);
FOVEA_API fovea_map_layer fovea_maps_layer(const fovea_maps *maps, int32_t index);

typedef struct fovea_map_statistics {
    double minimum, maximum, mean;
    double zeros;        // share of the numbers that are exactly zero
    int64_t not_finite;  // how many elements are NaN or infinite
} fovea_map_statistics;
// Of one channel, or of all with -1. NaN counts as no number; without any the first four are NaN.
FOVEA_API fovea_map_statistics fovea_maps_statistics(const fovea_maps *maps, int32_t index,
                                                     int32_t channel);

// The picture, then a row of panels "Output 1", "Output 2" … for each layer.
FOVEA_API fovea_status fovea_figure_maps(const fovea_maps *maps, fovea_figure **figure,
                                         fovea_error *error);
// The net's input and the whole chosen tensors as .npz, each 1×… under its value's name. Without a
// chosen layer or stage: everything the net computes.
FOVEA_API fovea_status fovea_maps_save(const fovea_maps *maps, const char *path,
                                       fovea_error *error);

// Classes a confusion matrix needs: those of the set, or more where the net gave an answer beyond
// them.
FOVEA_API int32_t fovea_confusion_classes(const fovea_answers *answers,
                                          const fovea_dataset *dataset);
// Counts with the row's share as colour, recall, precision and accuracy. `dataset` is the one
// asked.
FOVEA_API fovea_status fovea_figure_confusion(fovea_context *context, const fovea_answers *answers,
                                              const fovea_dataset *dataset, fovea_figure **figure,
                                              fovea_error *error);
// The `most` wrong answers with the highest loss: picture, true class, answer and its probability.
FOVEA_API fovea_status fovea_figure_mistakes(fovea_context *context, const fovea_answers *answers,
                                             const fovea_dataset *dataset, int64_t most,
                                             fovea_figure **figure, fovea_error *error);

typedef struct fovea_curve {
    const char *name;            // of the run
    const fovea_epoch *history;  // what was not measured (count 0, NaN) leaves a gap
    int32_t count;
} fovea_curve;

// Loss and accuracy over the epochs, training, validation and test. `log_y`: logarithmic loss.
// Errors: INVALID_ARGUMENT (no run, a run without epochs), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_curves(fovea_context *context, const fovea_curve *runs,
                                           int32_t count, int log_y, fovea_figure **figure,
                                           fovea_error *error);

// Pictures of a set at `position` (NULL: the first `count`), with number and class; with `answers`
// (NULL: none) also the answer, right ones marked green and wrong ones red. `columns` of them stand
// beside each other (0: what fits). INVALID_ARGUMENT for a position outside the set, columns below
// 0.
FOVEA_API fovea_status fovea_figure_samples(fovea_context *context, const fovea_dataset *dataset,
                                            const int64_t *position, int64_t count, int64_t columns,
                                            const fovea_answers *answers, fovea_figure **figure,
                                            fovea_error *error);

typedef struct fovea_picture_options {
    size_t size;
    const char *title;  // NULL: none
    const char *note;   // behind the shape in the second line; NULL: none
    int channels;       // 1: the channels beside the picture, in grey, each with its range
    int values;         // 1: each channel as a grid of its numbers
    // 0: the numbers are bytes (normalised ones have two decimals); 1 to 4: byte/255 with as many.
    int decimals;
    // (byte/255 - mean[c]) / deviation[c] instead of bytes; NULL: none. C doubles each. A colour
    // picture of these goes from the lowest number (black) to the highest (white): nothing is cut.
    const double *mean, *deviation;
    const char *map;  // as for filters; NULL: greys, or RdBu for normalised numbers
} fovea_picture_options;

FOVEA_API void fovea_picture_options_default(fovea_picture_options *options);
// A picture (U8 C×H×W, C 1 or 3). Errors: INVALID_ARGUMENT (no picture; `values` of more than 64
// rows or columns, see fovea_picture_crop; no such colour map), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_picture(fovea_context *context, const fovea_tensor *picture,
                                            const fovea_picture_options *options,
                                            fovea_figure **figure, fovea_error *error);

// A hand-made filter at work: the picture, the kernel with its numbers, and the result beside each
// other. `picture` is U8 C×H×W, `result` what fovea_filter_apply made of it or of its grey (C'×H×W,
// U8 or F32; floats with signs are blue and red about zero). `title` may be NULL. Large pictures
// are kept at about twice the size they are shown, reduced by averaging. Errors: INVALID_ARGUMENT
// (types, sizes that do not fit together), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_filter(fovea_context *context, const fovea_tensor *picture,
                                           const fovea_filter_kernel *kernel,
                                           const fovea_tensor *result, const char *title,
                                           fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
