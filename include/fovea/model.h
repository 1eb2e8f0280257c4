// SPDX-License-Identifier: MIT
// A model: a graph with what it takes to use it – preprocessing and class names – from architecture
// text, a ready-made net or a file, and back to a file.
//
//   fovea_model_open(context, "runs/mnist/best.safetensors", NULL, &model, &error);
//   fovea_model_prepare(model, pictures, 1, &batch, &error);   // u8 C,H,W -> normalised 1×C×H×W
//
// One safetensors file is enough to predict: its metadata hold `format=pt`, `fovea.version`,
// `fovea.graph`, `fovea.preprocess`, `fovea.classes` and `fovea.hash`; tensors carry PyTorch's
// names.
#ifndef FOVEA_MODEL_H
#define FOVEA_MODEL_H

#include "fovea/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_model fovea_model;

typedef struct fovea_model_options {
    size_t size;
    uint64_t seed;  // of the initial weights of nets that come without
    // One sample for architecture text: C×L, C×H×W or C×D×H×W; rank 0: the net's own. Ready-made
    // nets take C×H×W.
    fovea_shape input;
    // A file whose tensors are loaded by name, of any kind tensor_file.h reads; NULL: none.
    const char *weights;
    const char *precision;  // "f32" (default) or "f64": type of the parameters
    // 1: architecture text and ready-made nets get no memory for their parameters, so that a net of
    // any size can be summarised; running, saving and loading weights are refused then.
    int shapes_only;
    // The net (ready-made or architecture text) a file of weights alone is for; NULL: the file is a
    // model.
    const char *architecture;
} fovea_model_options;

// Seed 0, the net's own input, no weights from a file, f32, with memory.
FOVEA_API void fovea_model_options_default(fovea_model_options *options);

// `name` is, in this order: an existing file (.safetensors; weights of any kind with
// `architecture`), a run folder (best.safetensors, else
// last), a ready-made net, architecture text. Errors: BAD_FILE, INVALID_ARGUMENT (text or name,
// with the character position and the nearest name), SHAPE_MISMATCH, UNSUPPORTED, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_model_open(fovea_context *context, const char *name,
                                        const fovea_model_options *options, fovea_model **model,
                                        fovea_error *error);
// From architecture text alone: layers separated by commas (docs/architecture-text.md). Errors as
// above, without BAD_FILE.
FOVEA_API fovea_status fovea_model_from_text(fovea_context *context, const char *text,
                                             const fovea_model_options *options,
                                             fovea_model **model, fovea_error *error);
FOVEA_API void fovea_model_free(fovea_model *model);

FOVEA_API fovea_graph *fovea_model_graph(const fovea_model *model);  // borrowed
// The ready-made net's name or the text it was made from; "" when it came from a file without.
FOVEA_API const char *fovea_model_architecture(const fovea_model *model);
// One sample the net was built for: C×L, C×H×W or C×D×H×W. Only nets of C×H×W take pictures. Rank 0
// where the graph has several inputs or another one: such a net can be run (run.h), saved and looked
// at, but not trained or shown pictures. Where the graph's input is 1×C×… instead of N×C×… samples
// can only go in one by one.
FOVEA_API fovea_shape fovea_model_input(const fovea_model *model);
// Whether samples of any size may be put in (no layer fixes it); their channels stay what they are.
FOVEA_API int fovea_model_any_size(const fovea_model *model);
// A model of the same weights (shared graph is not kept: parameters are copied) for samples of
// another size; `input` has the rank and channels of the model's own. Errors as for building.
FOVEA_API fovea_status fovea_model_resized(const fovea_model *model, const fovea_shape *input,
                                           fovea_model **resized, fovea_error *error);

// A model that computes the same when it is used, in which every batch normalisation that alone reads
// a convolution, transposed convolution or linear layer is part of that layer: with s = scale /
// sqrt(variance + eps) of each output channel its weights are w s and its bias is (b - mean) s + shift,
// in double and rounded once. The layer keeps its name. Yours. Errors: INVALID_ARGUMENT (no weights
// because of shapes_only), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_model_fold_batchnorm(const fovea_model *model, fovea_model **folded,
                                                  fovea_error *error);

FOVEA_API int32_t fovea_model_class_count(const fovea_model *model);  // 0: none known
// NULL when there is no such class.
FOVEA_API const char *fovea_model_class_name(const fovea_model *model, int32_t index);
// Names of the classes in the order of the net's outputs, copied. Errors: INVALID_ARGUMENT,
// OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_model_set_classes(fovea_model *model, const char *const *names,
                                               int32_t count, fovea_error *error);
// The names in a text file, one a line; "n01440764 tench, Tinca tinca" (ImageNet's synsets) is
// called "tench, Tinca tinca". Errors: BAD_FILE; INVALID_ARGUMENT (more names than the net has
// outputs).
FOVEA_API fovea_status fovea_model_load_classes(fovea_model *model, const char *path,
                                                fovea_error *error);
// x = (byte/255 - mean[c]) / deviation[c], c counted in the net's order. Buffers of C doubles;
// default 0 and 1. Deviation 1/255 leaves bytes as they are.
FOVEA_API void fovea_model_normalization(const fovea_model *model, double *mean, double *deviation);
FOVEA_API fovea_status fovea_model_set_normalization(fovea_model *model, const double *mean,
                                                     const double *deviation, fovea_error *error);
// How a photo becomes what the net takes, before it is normalised.
typedef struct fovea_preprocessing {
    size_t size;
    int32_t resize;   // the shorter side to so many pixels, antialiased bilinear; 0: as it is
    int32_t crop[2];  // the window in the middle, height and width; 0, 0: all
    int bgr;          // 1: the net's channels are blue, green, red
} fovea_preprocessing;

// None.
FOVEA_API void fovea_preprocessing_default(fovea_preprocessing *preprocessing);
FOVEA_API fovea_preprocessing fovea_model_preprocessing(const fovea_model *model);
// Kept with the model and in its file. Errors: INVALID_ARGUMENT (a size, sides outside 0 … 16384,
// only one side of a crop, blue, green, red for another net than one of three channels).
FOVEA_API fovea_status fovea_model_set_preprocessing(fovea_model *model,
                                                     const fovea_preprocessing *preprocessing,
                                                     fovea_error *error);
// Sets preprocessing and normalisation to those known as
//   imagenet  the shorter side to 256, 224 × 224 from the middle, mean 0.485, 0.456, 0.406,
//             deviation 0.229, 0.224, 0.225 of 0..1: torchvision's
//   caffe     the same sizes, blue, green, red, 0..255 minus 104, 117, 123
//   bytes     0..255 as they are
//   none      0..1
// The window is the net's own size; where that is above 256 the side grows with it. Errors:
// INVALID_ARGUMENT (another name; imagenet or caffe for a net that takes no colour pictures).
FOVEA_API fovea_status fovea_model_set_preprocessing_by_name(fovea_model *model, const char *name,
                                                             fovea_error *error);
// A picture (U8 C,H,W, C 1 or 3) with the channels of the net, resized and cut as the model's
// preprocessing says; in red, green, blue still. Yours. Errors: SHAPE_MISMATCH (a net that takes no
// pictures), INVALID_ARGUMENT, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_model_fit_picture(const fovea_model *model,
                                               const fovea_tensor *picture, fovea_tensor **fitted,
                                               fovea_error *error);
// N pictures of C*H*W bytes to a normalised N×C×H×W tensor of the graph's type. H and W of the
// pictures may differ from the net's only where fovea_model_any_size says so. Errors:
// SHAPE_MISMATCH (another shape, a net that takes no pictures), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_model_prepare(const fovea_model *model, const uint8_t *const *pictures,
                                           int64_t count, const fovea_shape *picture_shape,
                                           fovea_tensor **batch, fovea_error *error);

// Writes the model file: the old or the new content, never half. Errors: INVALID_ARGUMENT, IO,
// OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_model_save(const fovea_model *model, const char *path,
                                        fovea_error *error);

typedef struct fovea_onnx_options {
    size_t size;
    int32_t opset;  // 13 to 21
} fovea_onnx_options;

// Opset 17.
FOVEA_API void fovea_onnx_options_default(fovea_onnx_options *options);
// Writes the net as an ONNX file, as it is when it is used: dropout drops nothing. Shapes are filled
// in, an open batch is "N"; preprocessing and class names are among the metadata, where
// fovea_model_open finds them. `options` NULL: the defaults. The old or the new content, never half.
// Errors: UNSUPPORTED (a node the opset cannot say, naming it and the opset that can),
// INVALID_ARGUMENT (options, over 2 GiB), IO, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_model_save_onnx(const fovea_model *model, const char *path,
                                             const fovea_onnx_options *options, fovea_error *error);
// Loads tensors by name into the model's graph; every missing, extra and mis-shaped name is listed
// in the error (SHAPE_MISMATCH; of many the first twenty and how many) and nothing is changed then.
// A prefix "module." is dropped, optimizer.* is passed over, a missing num_batches_tracked is fine.
FOVEA_API fovea_status fovea_model_load_weights(fovea_model *model, const char *path,
                                                fovea_error *error);

// The ready-made nets.
FOVEA_API int32_t fovea_ready_made_count(void);
// Each pointer may be NULL; texts are static. INVALID_ARGUMENT for an index outside 0 ... count-1.
FOVEA_API fovea_status fovea_ready_made_get(int32_t index, const char **name, const char **text,
                                            const char **help, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
