// SPDX-License-Identifier: MIT
// JSON as it is written: keys in the order of the calls, reals as %.9g, NaN and infinities as null,
// one object a line. docs/json.md describes every command's object.
//
//   cli_json json;
//   cli_json_start(&json, stdout, "eval");       // {"schema":1,"command":"eval"
//   cli_json_real(&json, "loss", loss);
//   cli_json_array(&json, "shape");
//   for (...) cli_json_integer(&json, NULL, dim[i]);
//   cli_json_close(&json);
//   cli_json_end(&json);                         // }\n
#ifndef FOVEA_CLI_JSON_OUTPUT_H
#define FOVEA_CLI_JSON_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fovea.h"

typedef struct cli_json {
    FILE *file;
    int depth;
    bool filled[16];  // whether the object or array of this depth has an entry
    char closing[16];
} cli_json;

void cli_json_start(cli_json *json, FILE *file, const char *command);
void cli_json_begin(cli_json *json, FILE *file);  // a bare object
void cli_json_end(cli_json *json);
// `key` is NULL inside an array.
void cli_json_object(cli_json *json, const char *key);
void cli_json_array(cli_json *json, const char *key);
void cli_json_close(cli_json *json);
void cli_json_text(cli_json *json, const char *key, const char *value);  // NULL: null
void cli_json_integer(cli_json *json, const char *key, int64_t value);
void cli_json_real(cli_json *json, const char *key, double value);
void cli_json_flag(cli_json *json, const char *key, bool value);
void cli_json_null(cli_json *json, const char *key);
// A number up to 2^53, text above it, where readers of JSON would lose digits.
void cli_json_seed(cli_json *json, const char *key, uint64_t value);
void cli_json_shape(cli_json *json, const char *key, const fovea_shape *shape);  // N as -1
void cli_json_integers(cli_json *json, const char *key, const int64_t *values, int count);
void cli_json_reals(cli_json *json, const char *key, const double *values, int count);

#endif
