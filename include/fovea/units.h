// SPDX-License-Identifier: MIT
// What the units of a layer do on a data set: where each channel is largest.
//
//   fovea_layers_choose(context, fovea_model_graph(model), "conv2", &nodes, &count, &error);
//   fovea_top_create(model, test_set, nodes, count, NULL, &top, &error);
//   fovea_top_sample best = fovea_top_get(top, 0, 5, 0);    // channel 5 of the first layer
//   fovea_figure_top(context, top, NULL, &figure, &error);
//
// A layer is what the first output of a node makes of N samples: N×C×... of floats, C channels of
// as many cells as follow (N×K of a linear layer: K channels of one cell). The net runs once over
// the set, in batches, and computes only what leads to the layers. The same bits for any batch
// and any number of threads. Numbers are in libfovea, figures in libfovea-view.
#ifndef FOVEA_UNITS_H
#define FOVEA_UNITS_H

#include "fovea/data.h"
#include "fovea/draw.h"
#include "fovea/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_unit_layer {
    int32_t node;           // of the model's graph
    fovea_value value;      // its first output
    const char *name;       // of the node; borrowed from the graph
    const char *op;         // "conv2d"; static
    int32_t channels;       // C
    int64_t rows, columns;  // cells of a channel; 1×K where they are no map of two dimensions
    // The receptive field of the cell in row u and column v: pixels u·stride[0] - offset[0] to
    // u·stride[0] - offset[0] + field[0] - 1 downwards, likewise to the right
    // (fovea_summary_row). `local` 0: a cell sees the whole picture, or has no place in it.
    int local;
    int64_t field[2], stride[2], offset[2];
} fovea_unit_layer;

// The layer behind node `node` of the model's graph. Errors: INVALID_ARGUMENT (no such node; what
// it makes has no channels), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_unit_layer_of(const fovea_model *model, int32_t node,
                                           fovea_unit_layer *layer, fovea_error *error);

// Where units are largest

typedef struct fovea_top fovea_top;

typedef struct fovea_top_options {
    size_t size;
    int32_t most;   // samples kept of each channel, 1 to 1000; 9
    int64_t batch;  // samples computed together; 0: chosen
} fovea_top_options;

FOVEA_API void fovea_top_options_default(fovea_top_options *options);

// For each channel c of each layer the `most` samples n with the largest
//
//   value(n, c) = max over cells u of layer[n, c, u]
//
// largest first, ties by the sample's position in the set, each with its first cell of that
// value. NaN is no number: a sample that has nothing else in a channel is left out there. `count`
// nodes of the model's graph; the set's pictures have the shape of the model's input, their
// classes do not matter. Model and set must outlive the result. `options` may be NULL. Errors:
// INVALID_ARGUMENT (an option outside its range, no node, a layer without channels, an empty
// set), SHAPE_MISMATCH (pictures of another shape, a net that takes no pictures), OUT_OF_MEMORY;
// those of fovea_model_prepare.
FOVEA_API fovea_status fovea_top_create(const fovea_model *model, const fovea_dataset *dataset,
                                        const int32_t *nodes, int32_t count,
                                        const fovea_top_options *options, fovea_top **top,
                                        fovea_error *error);
FOVEA_API void fovea_top_free(fovea_top *top);

typedef struct fovea_top_sample {
    int64_t sample;  // position in the set; -1: none
    double value;
    int64_t row, column;  // of the cell
    // The first and last pixel the cell sees, row and column: its receptive field, which may lie
    // partly outside the picture; the whole picture where the layer is not local.
    int64_t first[2], last[2];
} fovea_top_sample;

FOVEA_API int32_t fovea_top_layer_count(const fovea_top *top);
FOVEA_API fovea_unit_layer fovea_top_layer(const fovea_top *top, int32_t layer);
FOVEA_API const fovea_dataset *fovea_top_dataset(const fovea_top *top);  // borrowed
// How many samples a channel has: `most`, or as many as there are numbers for.
FOVEA_API int32_t fovea_top_count(const fovea_top *top, int32_t layer, int32_t channel);
// Number `rank` of them, 0 being the largest; `sample` is -1 for one that is not there.
FOVEA_API fovea_top_sample fovea_top_get(const fovea_top *top, int32_t layer, int32_t channel,
                                         int32_t rank);
// The pixels of the sample that lie in the box: U8 C×h×w, h and w those of the part inside the
// picture. Yours. Errors: INVALID_ARGUMENT (no sample, a box outside the picture), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_top_patch(const fovea_top *top, const fovea_top_sample *sample,
                                       fovea_tensor **patch, fovea_error *error);
// As .npz, of each layer under its node's name: "NAME.values" F64 C×most (NaN: none),
// "NAME.samples" I64 C×most, positions in the named set's part as fovea_dataset_index has them
// (-1: none), "NAME.cells" I64 C×most×2 (row, column), "NAME.boxes" I64 C×most×4 (first row and
// column, last row and column). Errors: IO, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_top_save(const fovea_top *top, const char *path, fovea_error *error);

typedef struct fovea_top_figure_options {
    size_t size;
    int32_t channel;  // only this one, from 0, with its pictures whole, too; -1: all, patches alone
    int32_t most;     // channels shown of a layer at most; 32
} fovea_top_figure_options;

FOVEA_API void fovea_top_figure_options_default(fovea_top_figure_options *options);
// A row a channel: patches cropped to the box, what lies outside the picture in neutral
// grey-blue, value and sample below each. A box that holds the whole picture is shown as the
// picture. Errors: INVALID_ARGUMENT (no such channel: the range is named), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_top(fovea_context *context, const fovea_top *top,
                                        const fovea_top_figure_options *options,
                                        fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
