// SPDX-License-Identifier: MIT
// The trainer's part of a checkpoint: metadata FOVEA__STATE_KEY {"run":{options and data
// hash},"epoch":...} and FOVEA__HISTORY_KEY [epochs], tensors optimizer.PARAMETER.first (momentum
// or m) and .second (v).
#ifndef FOVEA_TRAIN_CHECKPOINT_H
#define FOVEA_TRAIN_CHECKPOINT_H

#include "train/trainer.h"

#define FOVEA__STATE_KEY "fovea.trainer"
#define FOVEA__HISTORY_KEY "fovea.history"
#define FOVEA__MOMENT_NAME (FOVEA__MAX_NAME + 32)

void fovea__moment_name(const fovea_trainer *trainer, const fovea__trained *trained, bool second,
                        char name[FOVEA__MOMENT_NAME]);
// The JSON under FOVEA__STATE_KEY; fovea__free.
fovea_status fovea__checkpoint_state(const fovea_trainer *trainer, char **state,
                                     fovea_error *error);

#endif
