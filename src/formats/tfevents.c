// SPDX-License-Identifier: MIT
#include "formats/tfevents.h"

#include "base/fail.h"
#include "base/memory.h"
#include "formats/png_chunks.h"
#include "formats/tfevents.pb-c.h"
#include "formats/tfrecord.h"

typedef Fovea__Tfevents__Event event_message;
typedef Fovea__Tfevents__Value value_message;

static fovea_status add_event(fovea__events *events, const event_message *event,
                              fovea_error *error) {
    size_t body = fovea__tfevents__event__get_packed_size(event);
    size_t whole = FOVEA__TFRECORD_HEAD + body + FOVEA__TFRECORD_TAIL;
    uint8_t *bytes = fovea__grow(events->context, events->bytes, events->size, &events->capacity,
                                 events->size + whole, 1, error);
    if (!bytes) return FOVEA_OUT_OF_MEMORY;
    events->bytes = bytes;
    uint8_t *record = bytes + events->size;
    fovea__tfevents__event__pack(event, record + FOVEA__TFRECORD_HEAD);
    fovea__tfrecord_frame(record, body);
    events->size += whole;
    return FOVEA_OK;
}

static fovea_status add_value(fovea__events *events, fovea__event_time time, const char *tag,
                              value_message *value, fovea_error *error) {
    event_message event = FOVEA__TFEVENTS__EVENT__INIT;
    Fovea__Tfevents__Summary summary = FOVEA__TFEVENTS__SUMMARY__INIT;
    value->tag = (char *)tag;
    summary.n_value = 1;
    summary.value = &value;
    event.wall_time = time.wall;
    event.step = time.step;
    event.what_case = FOVEA__TFEVENTS__EVENT__WHAT_SUMMARY;
    event.summary = &summary;
    return add_event(events, &event, error);
}

fovea_status fovea__events_version(fovea__events *events, double wall, fovea_error *error) {
    event_message event = FOVEA__TFEVENTS__EVENT__INIT;
    event.wall_time = wall;
    event.what_case = FOVEA__TFEVENTS__EVENT__WHAT_FILE_VERSION;
    event.file_version = (char *)"brain.Event:2";
    return add_event(events, &event, error);
}

fovea_status fovea__events_start(fovea__events *events, fovea__event_time time,
                                 fovea_error *error) {
    event_message event = FOVEA__TFEVENTS__EVENT__INIT;
    Fovea__Tfevents__SessionLog session = FOVEA__TFEVENTS__SESSION_LOG__INIT;
    session.status = FOVEA__TFEVENTS__SESSION_LOG__STATUS__START;
    event.wall_time = time.wall;
    event.step = time.step;
    event.what_case = FOVEA__TFEVENTS__EVENT__WHAT_SESSION_LOG;
    event.session_log = &session;
    return add_event(events, &event, error);
}

fovea_status fovea__events_scalar(fovea__events *events, fovea__event_time time, const char *tag,
                                  double value, fovea_error *error) {
    value_message message = FOVEA__TFEVENTS__VALUE__INIT;
    message.value_case = FOVEA__TFEVENTS__VALUE__VALUE_SIMPLE_VALUE;
    message.simple_value = (float)value;
    return add_value(events, time, tag, &message, error);
}

fovea_status fovea__events_histogram(fovea__events *events, fovea__event_time time, const char *tag,
                                     const fovea__histogram *histogram, fovea_error *error) {
    Fovea__Tfevents__HistogramProto histo = FOVEA__TFEVENTS__HISTOGRAM_PROTO__INIT;
    histo.min = histogram->minimum;
    histo.max = histogram->maximum;
    histo.num = histogram->count;
    histo.sum = histogram->sum;
    histo.sum_squares = histogram->squares;
    histo.n_bucket_limit = histo.n_bucket = histogram->buckets;
    histo.bucket_limit = histogram->limit;
    histo.bucket = histogram->bucket;
    value_message message = FOVEA__TFEVENTS__VALUE__INIT;
    message.value_case = FOVEA__TFEVENTS__VALUE__VALUE_HISTO;
    message.histo = &histo;
    return add_value(events, time, tag, &message, error);
}

enum { LARGEST_PICTURE = 256 << 20 };

fovea_status fovea__events_picture(fovea__events *events, fovea__event_time time, const char *tag,
                                   const void *png, size_t size, fovea_error *error) {
    fovea__png_outline outline;
    if (size > LARGEST_PICTURE)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, tag, -1,
                              "a picture of %zu bytes; 256 MiB is the most", size);
    FOVEA__TRY(fovea__png_survey(events->context, png, size, tag, &outline, error));
    Fovea__Tfevents__Image image = FOVEA__TFEVENTS__IMAGE__INIT;
    image.width = (int32_t)outline.width;
    image.height = (int32_t)outline.height;
    image.colorspace = outline.channels;  // 1 grey, 3 RGB; with alpha one more
    if (outline.colour == 4 || outline.colour == 6) image.colorspace++;
    image.encoded_image_string.data = (uint8_t *)png;
    image.encoded_image_string.len = size;
    value_message message = FOVEA__TFEVENTS__VALUE__INIT;
    message.value_case = FOVEA__TFEVENTS__VALUE__VALUE_IMAGE;
    message.image = &image;
    return add_value(events, time, tag, &message, error);
}
