// SPDX-License-Identifier: MIT
// The two forms of a diagram of a net.
#ifndef FOVEA_FIGURES_NETWORK_H
#define FOVEA_FIGURES_NETWORK_H

#include <stdio.h>

#include "draw/flow.h"
#include "draw/volumes.h"
#include "figures/graph_fold.h"
#include "figures/net_parts.h"
#include "fovea/diagram.h"

// A box for each part; of folded blocks the first, in a frame.
fovea_status fovea__network_boxes(const fovea__net_parts *parts, const fovea__fold *folds,
                                  int32_t fold_count, fovea__flow **flow, fovea_error *error);

// Why the parts cannot be drawn as volumes; NULL when they can.
const char *fovea__network_no_volumes(const fovea__net_parts *parts);
// `parts` are a chain, flatten being a part of its own.
fovea_status fovea__network_volumes(const fovea__net_parts *parts, const fovea_model *model,
                                    const fovea_tensor *picture, fovea__volumes **volumes,
                                    fovea_error *error);

#endif
