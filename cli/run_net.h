// SPDX-License-Identifier: MIT
// A net run on one batch from outside the library.
#ifndef FOVEA_CLI_RUN_NET_H
#define FOVEA_CLI_RUN_NET_H

#include "command.h"

// The outputs of the net for a prepared batch of one, C×H×W as the net was built for or, where it
// takes any size, as the batch is. `*logits` has `*count` numbers and is released with free.
fovea_status cli_run_net(const fovea_model *model, const fovea_tensor *batch, double **logits,
                         int *count, fovea_error *error);
// probability[k] = exp(logit[k]) / sum over all.
void cli_softmax(const double *logits, int count, double *probability);

#endif
