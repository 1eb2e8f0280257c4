// SPDX-License-Identifier: MIT
// All of fovea: include this one, link with -lfovea-view -lfovea.
#ifndef FOVEA_H
#define FOVEA_H

#include "fovea/compare.h"
#include "fovea/context.h"
#include "fovea/data.h"
#include "fovea/diagram.h"
#include "fovea/download.h"
#include "fovea/draw.h"
#include "fovea/event_log.h"
#include "fovea/explain.h"
#include "fovea/figures.h"
#include "fovea/filter.h"
#include "fovea/function_figures.h"
#include "fovea/graph.h"
#include "fovea/heat_figures.h"
#include "fovea/layer_advice.h"
#include "fovea/like_figures.h"
#include "fovea/likes.h"
#include "fovea/measure.h"
#include "fovea/model.h"
#include "fovea/numpy_file.h"
#include "fovea/report.h"
#include "fovea/run.h"
#include "fovea/selftest.h"
#include "fovea/status.h"
#include "fovea/tensor.h"
#include "fovea/tensor_file.h"
#include "fovea/train.h"
#include "fovea/trust.h"
#include "fovea/units.h"
#include "fovea/window_steps.h"

#endif
