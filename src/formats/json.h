// SPDX-License-Identifier: MIT
// Strict JSON (RFC 8259) over jansson, and getters whose errors name the member that is wrong.
//
//   json_t *root;
//   FOVEA__TRY(fovea__json_parse(text, length, limit, "config.json", &root, error));
//   fovea__json graph = fovea__json_root(root, "config.json"), nodes, node, op;
//   FOVEA__TRY(fovea__json_member(&graph, "nodes", &nodes, error));
//   FOVEA__TRY(fovea__json_item(&nodes, 3, &node, error));
//   FOVEA__TRY(fovea__json_member(&node, "op", &op, error));
//   FOVEA__TRY(fovea__json_string(&op, &text, error));
//     "config.json: nodes[3].op: expected a string, found a number"
#ifndef FOVEA_FORMATS_JSON_H
#define FOVEA_FORMATS_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fovea/status.h"

// What a text may hold, counted before anything is built, so that the tree stays within about 64
// MiB and twice the text. Members cost most; a model file of 32768 tensors has 131072 and its
// metadata.
enum {
    FOVEA__JSON_MAX_DEPTH = 32,            // nested arrays and objects
    FOVEA__JSON_MAX_CONTAINERS = 1 << 18,  // arrays and objects
    FOVEA__JSON_MAX_MEMBERS = 160000,      // of all objects
    FOVEA__JSON_MAX_VALUES = 1 << 20       // values of all kinds
};

// Parses one value of any kind, alone in the text but for blanks. Refused: more than `limit` bytes
// or the above, bytes that are no UTF-8, the character U+0000 raw or escaped, a byte order mark, a
// member named twice (however it is spelt), numbers outside int64 or double. An integer keeps its
// 64 bits (json_integer), anything with '.', 'e' or 'E' is a real. `*root` is released with
// json_decref. Errors: BAD_FILE with the byte offset, and line and column in the text;
// OUT_OF_MEMORY (jansson's own memory is the C library's, not the context's).
fovea_status fovea__json_parse(const char *text, size_t length, size_t limit, const char *name,
                               json_t **root, fovea_error *error);

// A value and the path that led to it. Plain value: copy it, forget it. `value` and `name` are
// borrowed, and the root must live as long.
typedef struct fovea__json {
    const json_t *value;
    const char *name;  // the file, for messages
    char path[200];    // "nodes[3].op", "" for the root; cut at its head when too long
} fovea__json;

// The root of a parsed text; `name` is the file's, both borrowed.
fovea__json fovea__json_root(const json_t *root, const char *name);

// All below fail with BAD_FILE and the path when the value is of another kind.
// The member `key` of an object; a missing one is an error.
fovea_status fovea__json_member(const fovea__json *object, const char *key, fovea__json *member,
                                fovea_error *error);
// The same; a missing one, or null, sets `*found` to false and leaves `member` alone.
fovea_status fovea__json_optional(const fovea__json *object, const char *key, fovea__json *member,
                                  bool *found, fovea_error *error);
// Number of items of an array.
fovea_status fovea__json_count(const fovea__json *array, size_t *count, fovea_error *error);
fovea_status fovea__json_item(const fovea__json *array, size_t index, fovea__json *item,
                              fovea_error *error);
// Members of an object in file order: `*iterator` begins NULL; at the end `*key` is NULL.
fovea_status fovea__json_next(const fovea__json *object, void **iterator, const char **key,
                              fovea__json *member, fovea_error *error);
// UTF-8 without zero bytes, borrowed from the root.
fovea_status fovea__json_string(const fovea__json *at, const char **value, fovea_error *error);
// An integer within [least, most]; 1.0 and 1e3 are no integers.
fovea_status fovea__json_integer(const fovea__json *at, int64_t least, int64_t most, int64_t *value,
                                 fovea_error *error);
fovea_status fovea__json_number(const fovea__json *at, double *value, fovea_error *error);
fovea_status fovea__json_bool(const fovea__json *at, bool *value, fovea_error *error);
fovea_status fovea__json_object(const fovea__json *at, fovea_error *error);  // only checks

// BAD_FILE "NAME: PATH: message" for what the getters cannot know.
fovea_status fovea__json_fail(const fovea__json *at, fovea_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
