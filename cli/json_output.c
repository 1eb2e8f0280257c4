// SPDX-License-Identifier: MIT
#include "json_output.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

// Length of the well-formed UTF-8 character at `text`, 0 where there is none.
static int utf8_length(const unsigned char *text) {
    static const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    int length = text[0] < 0x80 ? 1 : text[0] >> 5 == 6 ? 2 : text[0] >> 4 == 14 ? 3 : 0;
    if (text[0] >> 3 == 30) length = 4;
    if (length < 2) return length;
    unsigned code = text[0] & (0x7fu >> length);
    for (int i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
        code = code << 6 | (text[i] & 0x3fu);
    }
    bool surrogate = code >= 0xd800 && code < 0xe000;
    return code < smallest[length] || code > 0x10ffff || surrogate ? 0 : length;
}

static void write_text(FILE *file, const char *value) {
    const unsigned char *at = (const unsigned char *)value;
    fputc('"', file);
    while (*at) {
        int length = utf8_length(at);
        if (length == 0)
            fputs("\\ufffd", file);
        else if (*at == '"' || *at == '\\')
            fprintf(file, "\\%c", *at);
        else if (*at == '\n')
            fputs("\\n", file);
        else if (*at < 32 || *at == 127)
            fprintf(file, "\\u%04x", *at);
        else
            fwrite(at, 1, (size_t)length, file);
        at += length ? length : 1;
    }
    fputc('"', file);
}

static void begin_entry(cli_json *json, const char *key) {
    if (json->filled[json->depth]) fputc(',', json->file);
    json->filled[json->depth] = true;
    if (!key) return;
    write_text(json->file, key);
    fputc(':', json->file);
}

static void open_level(cli_json *json, char opening, char closing) {
    fputc(opening, json->file);
    json->depth++;
    json->filled[json->depth] = false;
    json->closing[json->depth] = closing;
}

void cli_json_begin(cli_json *json, FILE *file) {
    *json = (cli_json){.file = file};
    open_level(json, '{', '}');
}

void cli_json_start(cli_json *json, FILE *file, const char *command) {
    cli_json_begin(json, file);
    cli_json_integer(json, "schema", 1);
    cli_json_text(json, "command", command);
}

void cli_json_end(cli_json *json) {
    cli_json_close(json);
    fputc('\n', json->file);
}

void cli_json_object(cli_json *json, const char *key) {
    begin_entry(json, key);
    open_level(json, '{', '}');
}

void cli_json_array(cli_json *json, const char *key) {
    begin_entry(json, key);
    open_level(json, '[', ']');
}

void cli_json_close(cli_json *json) {
    fputc(json->closing[json->depth--], json->file);
}

void cli_json_null(cli_json *json, const char *key) {
    begin_entry(json, key);
    fputs("null", json->file);
}

void cli_json_text(cli_json *json, const char *key, const char *value) {
    if (!value) {
        cli_json_null(json, key);
        return;
    }
    begin_entry(json, key);
    write_text(json->file, value);
}

void cli_json_integer(cli_json *json, const char *key, int64_t value) {
    begin_entry(json, key);
    fprintf(json->file, "%" PRId64, value);
}

void cli_json_real(cli_json *json, const char *key, double value) {
    if (!isfinite(value)) {
        cli_json_null(json, key);
        return;
    }
    begin_entry(json, key);
    fprintf(json->file, "%.9g", value);
}

void cli_json_flag(cli_json *json, const char *key, bool value) {
    begin_entry(json, key);
    fputs(value ? "true" : "false", json->file);
}

void cli_json_seed(cli_json *json, const char *key, uint64_t value) {
    begin_entry(json, key);
    const char *quote = value > (uint64_t)1 << 53 ? "\"" : "";
    fprintf(json->file, "%s%" PRIu64 "%s", quote, value, quote);
}

void cli_json_shape(cli_json *json, const char *key, const fovea_shape *shape) {
    cli_json_integers(json, key, shape->dim, shape->rank);
}

void cli_json_integers(cli_json *json, const char *key, const int64_t *values, int count) {
    cli_json_array(json, key);
    for (int i = 0; i < count; i++) cli_json_integer(json, NULL, values[i]);
    cli_json_close(json);
}

void cli_json_reals(cli_json *json, const char *key, const double *values, int count) {
    cli_json_array(json, key);
    for (int i = 0; i < count; i++) cli_json_real(json, NULL, values[i]);
    cli_json_close(json);
}
