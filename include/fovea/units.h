// SPDX-License-Identifier: MIT
// What the units of a layer do on a data set: where each channel is
// largest, which channels are dead, always on or say the same as another one, and how the samples
// lie to each other as the layer sees them.
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

// Channels that do nothing, or nothing of their own

// What is wrong with a channel: bits.
enum {
    FOVEA_UNIT_DEAD = 1,         // never above zero after its activation
    FOVEA_UNIT_NEARLY_DEAD = 2,  // above zero on a share of the cells below `nearly`
    FOVEA_UNIT_SATURATED = 4,    // the activation never cuts, or is always at its ends
    FOVEA_UNIT_DUPLICATE = 8,    // the same as an earlier channel
    FOVEA_UNIT_CONSTANT = 16,    // the same number everywhere
    FOVEA_UNIT_NOT_FINITE = 32,  // NaN or infinities
};

typedef struct fovea_dead_options {
    size_t size;
    double nearly;  // 0.001
    double always;  // a rectifier is saturated when its share of active cells is at least this; 1
    double ends;    // tanh and its like when the share of cells at their ends is; 0.99
    double margin;  // what counts as an end: this share of the range from low to high end; 0.01
    double cosine;  // duplicates: |cosine of the weights| above this; 0.99
    double correlation;  // or correlation of the activations above this; 0.99
    int64_t batch;       // 0: chosen
} fovea_dead_options;

FOVEA_API void fovea_dead_options_default(fovea_dead_options *options);

typedef struct fovea_dead_channel {
    uint32_t state;            // 0: fine
    double active;             // share of the cells above zero, after the activation
    double at_ends;            // share of the cells at an end of what has one: tanh, relu6
    double smallest, largest;  // after the activation
    double largest_before;     // before it; `largest` where there is no activation
    int64_t not_finite;        // cells
    // The first earlier channel that this one is the same as, -1: none; NaN: not computed.
    int32_t twin;
    double cosine, correlation;  // with it
} fovea_dead_channel;

// What the activation of a layer does to numbers.
typedef enum fovea_activation_kind {
    FOVEA_ACTIVATION_NONE = 0,  // none of its own: it goes into a sum, a join or out of the net
    FOVEA_ACTIVATION_RECTIFIER = 1,  // relu and its like: active is above zero
    FOVEA_ACTIVATION_SQUASHING = 2,  // tanh, sigmoid: between two ends
} fovea_activation_kind;

typedef struct fovea_dead_layer {
    fovea_unit_layer layer;     // with the weights
    const char *activation;     // name of its activation's node; NULL: none of its own
    const char *activation_op;  // "relu"; NULL: none
    fovea_activation_kind kind;
    int64_t cells;  // of a channel over the whole set
    int32_t dead, nearly_dead, saturated, duplicate, constant, not_finite;  // channels
    int correlated;  // 0: too many channels (over 4096) to compare activations and weights
} fovea_dead_layer;

typedef struct fovea_dead fovea_dead;

// Looks at every channel of convolutions and linear layers over the whole set. The activation of
// a layer is the first one behind it, past batch normalisation, pooling and dropout that nothing
// else reads.
//
//   dead            rectifier:  no cell above zero
//   nearly dead     rectifier:  0 < active < nearly
//   saturated       rectifier:  active >= always, or (relu6) a share of at least `ends` at its upper end;
//                   squashing:  at_ends >= ends
//   constant        without rectifier, not saturated: smallest = largest
//   duplicate of i  |w_i · w_k| > cosine |w_i| |w_k| for weights without biases that read the same channels,
//                   or corr(a_i, a_k) > correlation over all cells of the set
//
// `nodes` (NULL: all layers with weights) are convolutions or linear layers. Errors: as
// fovea_top_create, INVALID_ARGUMENT also for a node without weights.
FOVEA_API fovea_status fovea_dead_create(const fovea_model *model, const fovea_dataset *dataset,
                                         const int32_t *nodes, int32_t count,
                                         const fovea_dead_options *options, fovea_dead **dead,
                                         fovea_error *error);
FOVEA_API void fovea_dead_free(fovea_dead *dead);
FOVEA_API int32_t fovea_dead_layer_count(const fovea_dead *dead);
FOVEA_API fovea_dead_layer fovea_dead_layer_get(const fovea_dead *dead, int32_t layer);
FOVEA_API fovea_dead_channel fovea_dead_channel_get(const fovea_dead *dead, int32_t layer,
                                                    int32_t channel);
// The table of layers and one of the channels found, as text. Yours: fovea_string_free.
FOVEA_API fovea_status fovea_dead_text(const fovea_dead *dead, char **text, fovea_error *error);
// The same with pictures: of each channel found its filter and the patches that bring it highest
// before its activation. `most` channels of a layer; 0: 12.
FOVEA_API fovea_status fovea_figure_dead(fovea_context *context, const fovea_dead *dead,
                                         int32_t most, fovea_figure **figure, fovea_error *error);

// How samples lie to each other

typedef struct fovea_embedding fovea_embedding;

typedef struct fovea_embedding_options {
    size_t size;
    int flatten;    // 1: every cell is a feature; 0: the mean over the cells of each channel
    int64_t batch;  // 0: chosen
} fovea_embedding_options;

FOVEA_API void fovea_embedding_options_default(fovea_embedding_options *options);

// The first two principal components of a layer's features x (N×F) over the set: with the mean m
// of each feature and the eigenvectors v of the covariance (x-m)'(x-m)/(N-1), largest eigenvalue
// first and the loading of largest magnitude (the first of equal ones) positive,
//
//   score[n][k] = (x[n] - m) · v[k],   share[k] = eigenvalue k / sum of all eigenvalues.
//
// Where there are more features than samples by the eigenvectors of the Gram matrix (x-m)(x-m)'.
// Features that do not vary, and components beyond those there are, have scores and shares of 0.
// Needs at least 2 samples; samples or features, the fewer, at most 4096, and at most 2 GiB of
// features. Errors: as fovea_top_create; NOT_FINITE (a feature that is NaN or infinite, with the
// sample).
FOVEA_API fovea_status fovea_embedding_create(const fovea_model *model,
                                              const fovea_dataset *dataset, int32_t node,
                                              const fovea_embedding_options *options,
                                              fovea_embedding **embedding, fovea_error *error);
FOVEA_API void fovea_embedding_free(fovea_embedding *embedding);
FOVEA_API fovea_unit_layer fovea_embedding_layer(const fovea_embedding *embedding);
FOVEA_API int64_t fovea_embedding_samples(const fovea_embedding *embedding);   // N
FOVEA_API int64_t fovea_embedding_features(const fovea_embedding *embedding);  // F
// N×2, row-major; borrowed.
FOVEA_API const double *fovea_embedding_scores(const fovea_embedding *embedding);
// 2×F, row-major; borrowed.
FOVEA_API const double *fovea_embedding_loadings(const fovea_embedding *embedding);
// Of component 0 or 1: eigenvalue, and its share of the variance (0 where nothing varies).
FOVEA_API double fovea_embedding_variance(const fovea_embedding *embedding, int32_t component);
FOVEA_API double fovea_embedding_share(const fovea_embedding *embedding, int32_t component);
// As .npz: "scores" N×2, "loadings" 2×F, "mean" F, "variance" 2, "share" 2 (F64), "labels" and
// "samples" N (I64, the latter as fovea_dataset_index has them). Errors: IO, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_embedding_save(const fovea_embedding *embedding, const char *path,
                                            fovea_error *error);
// The pictures at their scores, both axes in the same units, framed in the colour of their class.
FOVEA_API fovea_status fovea_figure_embedding(fovea_context *context,
                                              const fovea_embedding *embedding,
                                              fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
