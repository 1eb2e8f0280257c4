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

FOVEA_API int32_t fovea_model_class_count(const fovea_model *model);  // 0: none known
// NULL when there is no such class.
FOVEA_API const char *fovea_model_class_name(const fovea_model *model, int32_t index);
// Names of the classes in the order of the net's outputs, copied. Errors: INVALID_ARGUMENT,
// OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_model_set_classes(fovea_model *model, const char *const *names,
                                               int32_t count, fovea_error *error);
// x = (byte/255 - mean[c]) / deviation[c]. Buffers of C doubles; default 0 and 1.
FOVEA_API void fovea_model_normalization(const fovea_model *model, double *mean, double *deviation);
FOVEA_API fovea_status fovea_model_set_normalization(fovea_model *model, const double *mean,
                                                     const double *deviation, fovea_error *error);
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
