// SPDX-License-Identifier: MIT
// Rows of numbers: "-1 0 1; -2 0 2; -1 0 1", or lines of a file.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "filter/filter_names.h"

typedef struct reader {
    const char *text;
    size_t length, at;
    const char *where;
    fovea_status bad;
    bool comma;           // a number must follow
    int32_t row, column;  // of the number to come
    fovea_filter_kernel *kernel;
    fovea_error *error;
} reader;

// What cannot be read, fit to be shown.
static void show(const char *token, size_t length, char *shown, size_t size) {
    size_t count = length < size - 1 ? length : size - 1;
    for (size_t i = 0; i < count; i++)
        shown[i] = token[i] >= ' ' && token[i] < 127 ? token[i] : '?';
    shown[count] = 0;
}

static fovea_status complain(const reader *r, const char *token, size_t length, const char *what) {
    char shown[32];
    show(token, length, shown, sizeof shown);
    return fovea__fail_at(r->error, r->bad, r->where, (int64_t)r->at,
                          "row %d, column %d, character %zu: '%s' %s", (int)r->row + 1,
                          (int)r->column + 1, r->at + 1, shown, what);
}

static bool parse_number(const char *token, size_t length, double *value) {
    char number[64], *slash;
    double below = 1;
    if (length >= sizeof number || memchr(token, 0, length)) return false;
    memcpy(number, token, length);
    number[length] = 0;
    slash = strchr(number, '/');
    if (slash) *slash++ = 0;
    if (!fovea__parse_double(number[0] == '+' ? number + 1 : number, value)) return false;
    if (!slash) return true;
    if (!fovea__parse_double(slash, &below)) return false;
    *value /= below;
    return true;
}

static fovea_status take_number(reader *r) {
    const char *token = r->text + r->at;
    size_t length = 0;
    while (r->at + length < r->length && !memchr(" \t\r\n,;#", token[length], 8)) length++;
    double value;
    if (!parse_number(token, length, &value)) return complain(r, token, length, "is no number");
    if (!(fabs(value) <= FOVEA_FILTER_MAX_WEIGHT))
        return complain(r, token, length, "is not between -1e9 and 1e9");
    if (r->row >= FOVEA_FILTER_MAX_SIDE || r->column >= FOVEA_FILTER_MAX_SIDE)
        return fovea__fail_at(r->error, r->bad, r->where, (int64_t)r->at,
                              "a kernel has at most %d rows and %d columns", FOVEA_FILTER_MAX_SIDE,
                              FOVEA_FILTER_MAX_SIDE);
    fovea_filter_kernel *kernel = r->kernel;
    if (r->row > 0 && r->column >= kernel->width)
        return fovea__fail_at(r->error, r->bad, r->where, (int64_t)r->at,
                              "row %d has more than %d numbers, those above have %d",
                              (int)r->row + 1, (int)kernel->width, (int)kernel->width);
    int32_t width = r->row > 0 ? kernel->width : 0;
    kernel->weight[r->row * width + r->column] = (float)value;
    r->column++;
    r->comma = false;
    r->at += length;
    return FOVEA_OK;
}

static fovea_status missing(const reader *r) {
    return fovea__fail_at(r->error, r->bad, r->where, (int64_t)r->at,
                          "row %d, column %d, character %zu: a number is missing", (int)r->row + 1,
                          (int)r->column + 1, r->at + 1);
}

static fovea_status end_row(reader *r) {
    if (r->comma) return missing(r);
    if (r->row == 0) r->kernel->width = r->column;
    if (r->column < r->kernel->width)
        return fovea__fail_at(
            r->error, r->bad, r->where, (int64_t)r->at,
            "row %d has %d number%s, the first row has %d: a kernel is rectangular",
            (int)r->row + 1, (int)r->column, r->column == 1 ? "" : "s", (int)r->kernel->width);
    r->row++;
    r->column = 0;
    return FOVEA_OK;
}

static void skip_comment(reader *r) {
    while (r->at < r->length && r->text[r->at] != '\n') r->at++;
}

// One character that stands between numbers.
static fovea_status take_separator(reader *r, char c) {
    if (c == ',') {
        if (r->comma || r->column == 0) return missing(r);
        r->comma = true;
    } else if (c == ';') {
        if (r->column == 0) return missing(r);
        FOVEA__TRY(end_row(r));
    } else if (c == '\n' && r->column > 0) {
        FOVEA__TRY(end_row(r));
    }
    r->at++;
    return FOVEA_OK;
}

fovea_status fovea__filter_read_rows(const char *text, size_t length, const char *where,
                                     fovea_status bad, fovea_filter_kernel *kernel,
                                     fovea_error *error) {
    *kernel = (fovea_filter_kernel){0};
    reader r = {.text = text,
                .length = length,
                .where = where,
                .bad = bad,
                .kernel = kernel,
                .error = error};
    while (r.at < length) {
        char c = text[r.at];
        if (c == '#')
            skip_comment(&r);
        else if (c && memchr(" \t\r\n,;", c, 6))
            FOVEA__TRY(take_separator(&r, c));
        else
            FOVEA__TRY(take_number(&r));
    }
    if (r.column > 0) FOVEA__TRY(end_row(&r));
    if (r.row == 0) return fovea__fail_at(error, bad, where, -1, "there is no number in it");
    kernel->height = r.row;
    snprintf(kernel->name, sizeof kernel->name, "%d×%d matrix", (int)kernel->height,
             (int)kernel->width);
    return FOVEA_OK;
}
