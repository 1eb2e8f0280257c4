// SPDX-License-Identifier: MIT
// A net with the picture it is asked about, ready to be explained.
#ifndef FOVEA_CLI_EXPLAIN_NETS_H
#define FOVEA_CLI_EXPLAIN_NETS_H

#include "command.h"

typedef struct cli_explain_net {
    const char *name;       // as it was typed
    fovea_model *model;     // as it was opened
    fovea_model *resized;   // for the picture's size; NULL: it fits
    fovea_tensor *picture;  // U8 C×H×W
    fovea_tensor *x;        // 1×C×H×W, normalised
    fovea_explainer *explainer;
    int32_t outputs;
    double *logits;
    const char **names;  // of the first `named` classes
    int32_t named;
    int32_t label;  // the picture's class in its set, in the net's numbers; -1: not known
} cli_explain_net;

// Opens `name` with the command's options for models and preprocessing, and the picture. Nets of any
// size take the picture as it is. Release with cli_explain_net_close, also on failure.
fovea_status cli_explain_net_open(const cli_call *cli, const char *name, const char *image,
                                  cli_explain_net *net, fovea_error *error);
void cli_explain_net_close(cli_explain_net *net);
// The model that is computed with: for the picture's size.
const fovea_model *cli_explain_net_model(const cli_explain_net *net);
int32_t cli_explain_net_top(const cli_explain_net *net);
// The probability that a softmax over the logits gives class `target`.
double cli_explain_net_probability(const cli_explain_net *net, int32_t target);
// Name of a class, "class 7" in `text` where it has none.
const char *cli_explain_net_class(const cli_explain_net *net, int32_t target, char *text,
                                  size_t size);

#endif
