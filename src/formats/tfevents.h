// SPDX-License-Identifier: MIT
// Records of TensorBoard's event files (events.out.tfevents.*), made in memory one behind the
// other. Only written here; what is written is described in tfevents.proto.
#ifndef FOVEA_FORMATS_TFEVENTS_H
#define FOVEA_FORMATS_TFEVENTS_H

#include "base/file.h"

// Records made so far. Zero-filled but for the context it is empty; give `bytes` back with
// fovea__free.
typedef struct fovea__events {
    fovea_context *context;
    uint8_t *bytes;
    size_t size, capacity;
} fovea__events;

// When and where on the axis something happened.
typedef struct fovea__event_time {
    double wall;  // seconds since 1970
    int64_t step;
} fovea__event_time;

// Numbers put in buckets: bucket i counts those below limit[i] and not below limit[i-1].
typedef struct fovea__histogram {
    double minimum, maximum, count, sum, squares;
    double *limit, *bucket;  // [buckets]
    size_t buckets;
} fovea__histogram;

// Each adds one record, or nothing. `tag` is UTF-8. Errors: OUT_OF_MEMORY.
//
// The first record of a file.
fovea_status fovea__events_version(fovea__events *events, double wall, fovea_error *error);
// The run began again: what older files tell of time.step and later is no longer true.
fovea_status fovea__events_start(fovea__events *events, fovea__event_time time, fovea_error *error);
fovea_status fovea__events_scalar(fovea__events *events, fovea__event_time time, const char *tag,
                                  double value, fovea_error *error);
fovea_status fovea__events_histogram(fovea__events *events, fovea__event_time time, const char *tag,
                                     const fovea__histogram *histogram, fovea_error *error);
// `png` is a whole file. Errors besides: BAD_FILE (no PNG), INVALID_ARGUMENT (over 256 MiB).
fovea_status fovea__events_picture(fovea__events *events, fovea__event_time time, const char *tag,
                                   const void *png, size_t size, fovea_error *error);

#endif
