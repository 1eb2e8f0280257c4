// SPDX-License-Identifier: MIT
// Pictures found by optimisation: what a unit of a net likes best, what a layer dreams into a
// picture, and what a layer still knows of one.
//
//   fovea_like_options options;
//   fovea_like_options_default(&options);
//   fovea_like(model, layer, channels, 4, &options, &pictures, &error);
//   fovea_optimised_get(pictures, 0).picture;             // C×H×W of 0..1
//   fovea_optimised_free(pictures);
//
// The net is used as it is: never in training mode, its weights unchanged. The same seed gives the
// same bytes on any number of threads. Pictures have the size the model was built for;
// fovea_model_resized makes a model of another one. A softmax at the end of the net is peeled off:
// what rises is a logit. Figures of these are in like_figures.h.
#ifndef FOVEA_LIKES_H
#define FOVEA_LIKES_H

#include "fovea/model.h"

#ifdef __cplusplus
extern "C" {
#endif

// Called after every step; 0 stops (INTERRUPTED).
typedef struct fovea_optimise_state {
    int32_t step, steps;        // of this picture, from 1
    int32_t picture, pictures;  // from 0
} fovea_optimise_state;
typedef int fovea_optimise_progress(void *user, const fovea_optimise_state *state);

typedef enum fovea_parametrisation {
    // Of frequencies that weigh alike, with Adam (Olah, Mordvintsev, Schubert 2017).
    FOVEA_PARAMETRISATION_FOURIER = 0,
    // Of pixels, each step of the same length (Simonyan 1312.6034, Yosinski 1506.06579).
    FOVEA_PARAMETRISATION_PIXEL = 1,
    // Of the phases of frequencies whose magnitudes are 1/f, with Adam (Fel et al. 2306.06805).
    FOVEA_PARAMETRISATION_PHASE = 2,
} fovea_parametrisation;

typedef struct fovea_like_options {
    size_t size;
    int32_t steps;
    fovea_parametrisation parametrisation;
    int decorrelate;  // 1: steps along colours that are independent in photos; not pixels, C = 3 only
    double rate;      // of Adam, or the rms of a step in pixel values of 0..1; 0: 0.05, 0.02 or 0.2
    // Before each step the picture moves at random: by up to `jitter` pixels around the torus, its
    // size by a factor of 1 - scale ... 1 + scale, turned by up to `turn` degrees. -1: chosen.
    int32_t jitter;
    double scale, turn;
    // Weights against a gradient of rms 1, -1: chosen. Of half the squared distance from the start
    // without noise (L2), of total variation.
    double decay, tv;
    int32_t blur_every;  // pixels: after so many steps a Gaussian blur; 0: never
    double blur;         // its sigma in pixels
    // One cell of the layer instead of the mean over all: row and column; -1, -1: all.
    int32_t unit[2];
    uint64_t seed;
    fovea_optimise_progress *progress;  // NULL: none
    void *progress_user;
} fovea_like_options;

// Fourier, 256 steps, the rest chosen by the size of the pictures.
FOVEA_API void fovea_like_options_default(fovea_like_options *options);

// What was found, in the order asked for.
typedef struct fovea_optimised fovea_optimised;

// For each channel of `layer`, a value of the model's graph, the picture that makes the mean of
// the channel's cells (or one cell) largest. `channels` NULL: the first `count`. Errors:
// SHAPE_MISMATCH (a net that takes no pictures), INVALID_ARGUMENT (no such layer, channel or cell;
// options: zero steps …), UNSUPPORTED (no gradient gets from the layer to the picture, with node and
// operator), FAILED (not finite), INTERRUPTED, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_like(const fovea_model *model, fovea_value layer,
                                  const int32_t *channels, int32_t count,
                                  const fovea_like_options *options, fovea_optimised **pictures,
                                  fovea_error *error);
FOVEA_API void fovea_optimised_free(fovea_optimised *pictures);

typedef struct fovea_dream_options {
    size_t size;
    int32_t steps;  // of each octave
    int32_t
        octaves;   // 0: four where the net takes any size and the picture is large enough, else one
    double scale;  // each octave's sides are so many times the last one's
    double rate;   // rms of a step in pixel values of 0..1
    int32_t jitter;   // up to so many pixels; -1: a 16th of the shorter side
    int32_t channel;  // only this channel of the layer, from 0; -1: all
    uint64_t seed;
    fovea_optimise_progress *progress;  // NULL: none; `picture` is the octave
    void *progress_user;
} fovea_dream_options;

// 20 steps, octaves chosen, each 1.4 times the last, rate 0.01, all channels.
FOVEA_API void fovea_dream_options_default(fovea_dream_options *options);

// DeepDream (Mordvintsev, Olah, Tyka 2015): `picture` (U8 C×H×W, of any size where the net takes any)
// changed so that the mean of squares of the layer's numbers rises, first at a small size, then with
// what came of it at the next. One result; start and end are those means at full size. Errors: as
// fovea_like, SHAPE_MISMATCH (a picture that does not fit).
FOVEA_API fovea_status fovea_dream(const fovea_model *model, fovea_value layer,
                                   const fovea_tensor *picture, const fovea_dream_options *options,
                                   fovea_optimised **pictures, fovea_error *error);

typedef struct fovea_invert_options {
    size_t size;
    int32_t steps;
    double rate;  // of Adam at first, in pixel values of 0..1; it falls to 0 along a cosine
    // Weights of mean |2 p - 1|^alpha and of total variation, mean of (squared differences)^(beta/2).
    double power, alpha, tv, beta;
    int from_picture;  // 1: begin with the picture itself instead of noise
    uint64_t seed;
    fovea_optimise_progress *progress;  // NULL: none
    void *progress_user;
} fovea_invert_options;

// 400 steps, rate 0.05, power 0.001 with alpha 6, tv 0.1 with beta 2, from noise.
FOVEA_API void fovea_invert_options_default(fovea_invert_options *options);

// Feature inversion (Mahendran & Vedaldi, arXiv 1412.0035): for each layer the picture that is found
// where only phi0, what the layer makes of `picture` (U8 C×H×W, of any size where the net takes any),
// is known: it minimises |phi - phi0|^2 / |phi0|^2 and the weights above times what they are of. start,
// first and end are that first term, the error, alone: 0 is all the layer knows, 1 nothing. Errors: as
// fovea_like, SHAPE_MISMATCH, FAILED (a layer that is 0 for this picture).
FOVEA_API fovea_status fovea_invert(const fovea_model *model, const fovea_value *layers,
                                    int32_t count, const fovea_tensor *picture,
                                    const fovea_invert_options *options, fovea_optimised **pictures,
                                    fovea_error *error);

typedef struct fovea_optimised_picture {
    const char *layer;   // name of the node that makes the value; borrowed
    int32_t channel;     // from 0; -1: the whole layer
    fovea_view picture;  // F32 C×H×W of 0..1 (red, green, blue); borrowed
    // Of what is optimised, at the picture itself, unmoved: before, after one step, in the end.
    double start, first, end;
    // Of dream and invert: rms of what differs from the picture they were given, in 0..1; else 0.
    double difference;
    // 1: the unit gave no gradient, or behind a Relu nothing but 0, wherever it was looked for.
    int silent;
} fovea_optimised_picture;

FOVEA_API int32_t fovea_optimised_count(const fovea_optimised *pictures);
FOVEA_API fovea_optimised_picture fovea_optimised_get(const fovea_optimised *pictures,
                                                      int32_t index);
// The pictures as .npz: "LAYER.CHANNEL" (channels from 1, as in pictures) or "LAYER", F32 C×H×W.
FOVEA_API fovea_status fovea_optimised_save(const fovea_optimised *pictures, const char *path,
                                            fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
