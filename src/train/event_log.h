// SPDX-License-Identifier: MIT
// The insides of an event log, for figures.
#ifndef FOVEA_TRAIN_EVENT_LOG_H
#define FOVEA_TRAIN_EVENT_LOG_H

#include "base/append_file.h"
#include "fovea/event_log.h"
#include "train/event_histogram.h"

struct fovea_event_log {
    fovea_context *context;
    fovea__append_file *file;
    fovea__events events;         // gathered, not yet written
    double written;               // when, on the monotonic clock
    fovea__histogram_bins *bins;  // made with the first histogram
};

#endif
