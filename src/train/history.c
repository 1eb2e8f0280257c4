// SPDX-License-Identifier: MIT
// history.csv: one line an epoch; what was not measured stays empty.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "train/history.h"

static const char header[] =
    "epoch,time,lr,loss,accuracy,val_loss,val_accuracy,test_loss,test_accuracy,seconds";
enum { COLUMNS = 10, MAX_FILE = 16 << 20 };

static void add_number(fovea__text *text, double value) {
    fovea__text_add(text, ",");
    if (isfinite(value)) fovea__text_number(text, value);
}

static void add_score(fovea__text *text, const fovea_score *score) {
    add_number(text, score->count ? score->loss : NAN);
    add_number(text, score->count ? score->accuracy : NAN);
}

fovea_status fovea__history_format(fovea_context *context, const fovea_epoch *history,
                                   int32_t count, char **csv, size_t *length, fovea_error *error) {
    fovea__text text = fovea__text_begin(context);
    fovea__text_format(&text, "%s\n", header);
    for (int32_t e = 0; e < count; e++) {
        const fovea_epoch *epoch = &history[e];
        fovea__text_format(&text, "%d,%s", epoch->epoch, epoch->time);
        add_number(&text, epoch->learning_rate);
        add_number(&text, epoch->loss);
        add_number(&text, epoch->training.count ? epoch->training.accuracy : NAN);
        add_score(&text, &epoch->validation);
        add_score(&text, &epoch->test);
        add_number(&text, epoch->seconds);
        fovea__text_add(&text, "\n");
    }
    return fovea__text_take(&text, csv, length, error);
}

fovea_status fovea_history_write(fovea_context *context, const fovea_epoch *history, int32_t count,
                                 const char *path, fovea_error *error) {
    char *csv;
    size_t length;
    FOVEA__TRY(fovea__history_format(context, history, count, &csv, &length, error));
    fovea_status status = fovea__file_save(context, path, csv, length, error);
    fovea__free(context, csv);
    return status;
}

static fovea_status bad_line(const char *path, int32_t line, const char *why, fovea_error *error) {
    return fovea__fail_at(error, FOVEA_BAD_FILE, path, -1, "line %d: %s", line, why);
}

// Cuts a line at its commas; false unless there are COLUMNS fields.
static bool cut(char *line, char *field[COLUMNS]) {
    int count = 0;
    for (char *at = line; at; count++) {
        if (count == COLUMNS) return false;
        field[count] = at;
        at = strchr(at, ',');
        if (at) *at++ = 0;
    }
    return count == COLUMNS;
}

static bool number_or_empty(const char *text, double *value) {
    *value = NAN;
    return !*text || fovea__parse_double(text, value);
}

static bool read_epoch(char *const field[COLUMNS], fovea_epoch *epoch) {
    int64_t number;
    double v[COLUMNS];
    if (!fovea__parse_i64(field[0], &number) || number < 1 || number > 1000000) return false;
    if (strlen(field[1]) >= sizeof epoch->time) return false;
    for (int i = 2; i < COLUMNS; i++)
        if (!number_or_empty(field[i], &v[i])) return false;
    *epoch = (fovea_epoch){.epoch = (int32_t)number, .learning_rate = v[2], .loss = v[3]};
    strcpy(epoch->time, field[1]);
    epoch->training = (fovea_score){NAN, v[4], !isnan(v[4])};
    epoch->validation = (fovea_score){v[5], v[6], !isnan(v[5]) && !isnan(v[6])};
    epoch->test = (fovea_score){v[7], v[8], !isnan(v[7]) && !isnan(v[8])};
    epoch->seconds = v[9];
    return true;
}

static fovea_status read_lines(fovea_context *context, char *text, const char *path,
                               fovea_epoch **history, int32_t *count, fovea_error *error) {
    size_t capacity = 0;
    int32_t line_number = 0;
    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = 0;
        size_t length = strlen(line);
        if (length && line[length - 1] == '\r') line[length - 1] = 0;
        if (line_number++ == 0) {
            if (strcmp(line, header) != 0)
                return bad_line(path, 1, "is not the header of a history", error);
            continue;
        }
        char *field[COLUMNS];
        fovea_epoch epoch;
        if (!cut(line, field) || !read_epoch(field, &epoch))
            return bad_line(path, line_number, "is not ten fields of numbers", error);
        fovea_epoch *grown = fovea__grow(context, *history, (size_t)*count, &capacity,
                                         (size_t)*count + 1, sizeof *grown, error);
        if (!grown) return FOVEA_OUT_OF_MEMORY;
        *history = grown;
        grown[(*count)++] = epoch;
    }
    return line_number ? FOVEA_OK : bad_line(path, 1, "the file is empty", error);
}

fovea_status fovea__history_parse(fovea_context *context, const void *bytes, size_t size,
                                  const char *name, fovea_epoch **history, int32_t *count,
                                  fovea_error *error) {
    *history = NULL;
    *count = 0;
    if (size > 0 && memchr(bytes, 0, size))
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1, "is no text: it has a byte of zero");
    char *text = fovea__copy_text_n(context, bytes, size, error);
    if (!text) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = read_lines(context, text, name, history, count, error);
    fovea__free(context, text);
    if (status != FOVEA_OK) {
        fovea__free(context, *history);
        *history = NULL;
        *count = 0;
    }
    return status;
}

fovea_status fovea_history_read(fovea_context *context, const char *path, fovea_epoch **history,
                                int32_t *count, fovea_error *error) {
    fovea__bytes bytes;
    *history = NULL;
    *count = 0;
    FOVEA__TRY(fovea__file_read(context, path, MAX_FILE, &bytes, error));
    fovea_status status =
        fovea__history_parse(context, bytes.data, bytes.size, path, history, count, error);
    fovea__free(context, bytes.data);
    return status;
}

void fovea_history_free(fovea_context *context, fovea_epoch *history) {
    fovea__free(context, history);
}
