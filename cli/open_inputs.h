// SPDX-License-Identifier: MIT
// What commands take in: models, data sets and pictures, opened as the options say.
#ifndef FOVEA_CLI_OPEN_INPUTS_H
#define FOVEA_CLI_OPEN_INPUTS_H

#include "command.h"

// MODEL with --weights and --seed. `input` (C×L, C×H×W or C×D×H×W) is what architecture text is
// built for; NULL: --input, else what the net says itself.
fovea_status cli_open_model(const cli_call *cli, const char *name, const fovea_shape *input,
                            fovea_model **model, fovea_error *error);
// MODEL for what needs shapes and counts only: nets that come without weights get no memory for
// them, unless --weights is given.
fovea_status cli_open_model_shapes(const cli_call *cli, const char *name, fovea_model **model,
                                   fovea_error *error);
// SET or SET:PART with --data-dir and --classes; `part` where the name has none. `limit` 0: all.
fovea_status cli_open_dataset(const cli_call *cli, const char *name, const char *part,
                              int64_t limit, fovea_dataset **dataset, fovea_error *error);

// The same for a model: without --classes those that the model names are chosen, where the set has
// others besides. The part is test where the name has none.
fovea_status cli_open_dataset_for(const cli_call *cli, const fovea_model *model, const char *name,
                                  int64_t limit, fovea_dataset **dataset, fovea_error *error);

// A picture as 8-bit C,H,W from a file, or SET[:PART]#INDEX (the part test, when `part` is NULL).
typedef struct cli_picture {
    fovea_tensor *picture;  // U8 C,H,W
    int32_t label;          // -1: not known
    char class_name[128];   // "" when it is not known
    int64_t index;          // -1: a file
} cli_picture;

fovea_status cli_open_picture(const cli_call *cli, const char *name, const char *part,
                              cli_picture *picture, fovea_error *error);
// A picture with the channels `model` takes, resized and cut as its preprocessing says, its size
// checked; --resize without a number fits it to the net. The tensor (U8 C,H,W) is yours.
fovea_status cli_open_fitted(const cli_call *cli, const fovea_model *model, const char *name,
                             fovea_tensor **fitted, fovea_error *error);
// Opens and fits in one go, with --resize of the command, and prepares the batch of one: a
// normalised 1×C×H×W tensor that is yours. `picture` may be NULL.
fovea_status cli_prepare_picture(const cli_call *cli, const fovea_model *model, const char *name,
                                 cli_picture *picture, fovea_tensor **batch, fovea_error *error);

// How pictures become what the net takes. Read by cli_set_preprocessing and cli_open_fitted.
#define CLI_PREPROCESSING_OPTIONS                                                                \
    CLI_NORMALIZATION_OPTIONS,                                                                   \
        {"resize", 0, "[N]", NULL,                                                               \
         "bring the shorter side to N pixels; without N the picture to the size the net takes"}, \
    {                                                                                            \
        "crop", 0, "N|HxW", NULL, "cut this window out of the middle"                            \
    }
// Those that leave the pictures' size alone, for the pictures of data sets.
#define CLI_NORMALIZATION_OPTIONS                                                                  \
    {"preprocess", 0, "NAME", NULL,                                                                \
     "imagenet (torchvision's), caffe (BGR, 0..255 less a mean), bytes (0..255) or none (0..1); "  \
     "what the model's file says when not given"},                                                 \
        {"mean", 0, "M,...", NULL, "subtract this from each channel, in the order the net wants"}, \
    {                                                                                              \
        "std", 0, "S,...", NULL,                                                                   \
            "divide by this; both of 0..1, of 0..255 with --preprocess caffe or bytes"             \
    }

// Puts the options above into the model. INVALID_ARGUMENT for what does not fit it.
fovea_status cli_set_preprocessing(const cli_call *cli, fovea_model *model, fovea_error *error);
// Says so where neither the model's file nor an option tells how colour pictures are prepared.
void cli_tell_of_colours(const cli_call *cli, const fovea_model *model);
// The value of --classes where it is a file of names, in commands that take the options above; NULL
// otherwise.
const char *cli_class_file(const cli_call *cli);

// One sample's shape as text: "3x32x32", two to four numbers. `what` names it in the error
// (INVALID_ARGUMENT).
fovea_status cli_parse_sample(const char *what, const char *text, fovea_shape *shape,
                              fovea_error *error);

#endif
