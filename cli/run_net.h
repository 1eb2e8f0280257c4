// SPDX-License-Identifier: MIT
// A net run on one batch from outside the library.
#ifndef FOVEA_CLI_RUN_NET_H
#define FOVEA_CLI_RUN_NET_H

#include "command.h"

// What a net says of one picture, a number a class.
typedef struct cli_answers {
    double *logit, *probability;  // released with cli_answers_free
    int count;
} cli_answers;

// Runs the net on a prepared batch of one, C×H×W as the net was built for or, where it takes any
// size, as the batch is. A net that ends in softmax (or its logarithm) has its probabilities from
// it and its logits from what goes in there; of others the outputs are the logits and
// probability[k] = exp(logit[k]) / sum over all.
fovea_status cli_run_net(const fovea_model *model, const fovea_tensor *batch, cli_answers *answers,
                         fovea_error *error);
void cli_answers_free(cli_answers *answers);

#endif
