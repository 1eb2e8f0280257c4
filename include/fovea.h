// SPDX-License-Identifier: MIT
// All of fovea: include this one, link with -lfovea-view -lfovea.
#ifndef FOVEA_H
#define FOVEA_H

#include "fovea/context.h"
#include "fovea/status.h"
#include "fovea/tensor.h"

#endif
