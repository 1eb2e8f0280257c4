// SPDX-License-Identifier: MIT
// An event log: a file of its own for each run of the program, events gathered and written whole.
#include "train/event_log.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/os.h"
#include "base/text.h"

enum { MOST_GATHERED = 1 << 20, NAME_TRIES = 100 };
static const double longest_wait = 5;
static const char prefix[] = "events.out.tfevents.";

// TensorBoard reads the files of a folder in the order of their names, so that a clock set back
// must not put a younger file before an older one.
static fovea_status name_seconds(fovea_context *context, const char *folder, int64_t *seconds,
                                 fovea_error *error) {
    fovea__names names;
    *seconds = (int64_t)fovea__wall_seconds();
    FOVEA__TRY(fovea__folder_list(context, folder, &names, error));
    for (size_t i = 0; i < names.count; i++) {
        const char *digits = names.name[i] + strlen(prefix);
        char text[11];
        int64_t number;
        if (strncmp(names.name[i], prefix, strlen(prefix)) != 0) continue;
        if (strspn(digits, "0123456789") != 10) continue;
        snprintf(text, sizeof text, "%.10s", digits);
        if (fovea__parse_i64(text, &number) && number >= *seconds) *seconds = number + 1;
    }
    fovea__names_free(context, &names);
    return FOVEA_OK;
}

static fovea_status create_file(fovea_event_log *log, const char *folder, fovea_error *error) {
    char host[256];
    int64_t seconds;
    FOVEA__TRY(fovea__folder_make(folder, error));
    FOVEA__TRY(name_seconds(log->context, folder, &seconds, error));
    fovea__host_name(host, sizeof host);
    for (int attempt = 0;; attempt++) {
        char *path;
        fovea__text text = fovea__text_begin(log->context);
        fovea__text_format(&text, "%s/%s%010lld.%s.%ld.%d", folder, prefix, (long long)seconds,
                           host, fovea__process_id(), attempt);
        FOVEA__TRY(fovea__text_take(&text, &path, NULL, error));
        fovea_status status = fovea__append_create(log->context, path, &log->file, error);
        fovea__free(log->context, path);
        if (status != FOVEA_EXISTS || attempt == NAME_TRIES) return status;
    }
}

static fovea__event_time now(int64_t step) {
    return (fovea__event_time){fovea__wall_seconds(), step};
}

// Whatever becomes of the events, they are no longer gathered.
static fovea_status write_gathered(fovea_event_log *log, fovea_error *error) {
    size_t size = log->events.size;
    log->events.size = 0;
    log->written = fovea__seconds();
    return fovea__append_write(log->file, log->events.bytes, size, error);
}

fovea_status fovea_event_log_flush(fovea_event_log *log, fovea_error *error) {
    FOVEA__TRY(write_gathered(log, error));
    return fovea__append_sync(log->file, error);
}

fovea_status fovea_event_log_create(fovea_context *context, const char *folder, int64_t first_step,
                                    fovea_event_log **log, fovea_error *error) {
    *log = NULL;
    if (first_step < 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a log cannot begin at step %lld",
                           (long long)first_step);
    fovea_event_log *made = fovea__new(context, 1, sizeof *made, error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->context = made->events.context = context;
    fovea_status status = create_file(made, folder, error);
    if (status == FOVEA_OK) status = fovea__events_version(&made->events, now(0).wall, error);
    if (status == FOVEA_OK && first_step > 0)
        status = fovea__events_start(&made->events, now(first_step), error);
    if (status == FOVEA_OK) status = fovea_event_log_flush(made, error);
    if (status != FOVEA_OK) {
        fovea_event_log_free(made);
        return status;
    }
    *log = made;
    return FOVEA_OK;
}

void fovea_event_log_free(fovea_event_log *log) {
    if (!log) return;
    if (log->file && log->events.size > 0) write_gathered(log, NULL);
    fovea__append_close(log->file);
    fovea__free(log->context, log->events.bytes);
    fovea__free(log->context, log->bins);
    fovea__free(log->context, log);
}

static fovea_status check_tag(const char *tag, fovea_error *error) {
    if (tag && tag[0] && fovea__is_utf8(tag, strlen(tag))) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the tag of an event is %s",
                       tag && tag[0] ? "not UTF-8" : "empty");
}

static fovea_status added(fovea_event_log *log, fovea_error *error) {
    if (log->events.size < MOST_GATHERED && fovea__seconds() - log->written < longest_wait)
        return FOVEA_OK;
    return write_gathered(log, error);
}

fovea_status fovea_event_log_scalar(fovea_event_log *log, const char *tag, int64_t step,
                                    double value, fovea_error *error) {
    FOVEA__TRY(check_tag(tag, error));
    FOVEA__TRY(fovea__events_scalar(&log->events, now(step), tag, value, error));
    return added(log, error);
}

fovea_status fovea_event_log_histogram(fovea_event_log *log, const char *tag, int64_t step,
                                       const fovea_view *values, fovea_error *error) {
    fovea__histogram histogram;
    FOVEA__TRY(check_tag(tag, error));
    if (values->type != FOVEA_F32 && values->type != FOVEA_F64)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, tag, -1,
                              "a histogram is made of reals, not of %s",
                              fovea_type_name(values->type));
    if (!log->bins) {
        log->bins = fovea__new(log->context, 1, sizeof *log->bins, error);
        if (!log->bins) return FOVEA_OUT_OF_MEMORY;
        fovea__histogram_begin(log->bins);
    }
    fovea__histogram_of(log->bins, values, &histogram);
    if (histogram.count == 0) return FOVEA_OK;
    FOVEA__TRY(fovea__events_histogram(&log->events, now(step), tag, &histogram, error));
    return added(log, error);
}

fovea_status fovea_event_log_picture(fovea_event_log *log, const char *tag, int64_t step,
                                     const void *png, size_t size, fovea_error *error) {
    FOVEA__TRY(check_tag(tag, error));
    FOVEA__TRY(fovea__events_picture(&log->events, now(step), tag, png, size, error));
    return added(log, error);
}
