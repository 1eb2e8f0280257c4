// SPDX-License-Identifier: MIT
#include "formats/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"

// What jansson is spared: it would recurse into nesting and build whatever is asked for.
static fovea_status survey(const char *text, size_t length, const char *name, fovea_error *error) {
    size_t depth = 0, containers = 0, members = 0, values = 1;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == 0)
            return fovea__fail_at(error, FOVEA_BAD_FILE, name, (int64_t)i, "zero byte in JSON");
        if (in_string) {
            if (c == '\\') i++;
            in_string = c != '"';
            continue;
        }
        in_string = c == '"';
        values += c == ',' || c == '[' || c == '{';
        members += c == ':';
        if (c == '[' || c == '{') containers++, depth++;
        if ((c == ']' || c == '}') && depth > 0) depth--;
        if (depth > FOVEA__JSON_MAX_DEPTH)
            return fovea__fail_at(error, FOVEA_BAD_FILE, name, (int64_t)i,
                                  "JSON nested deeper than %d", FOVEA__JSON_MAX_DEPTH);
        if (containers > FOVEA__JSON_MAX_CONTAINERS || members > FOVEA__JSON_MAX_MEMBERS ||
            values > FOVEA__JSON_MAX_VALUES)
            return fovea__fail_at(
                error, FOVEA_BAD_FILE, name, (int64_t)i,
                "JSON of more than %d arrays and objects, %d members or %d values",
                FOVEA__JSON_MAX_CONTAINERS, FOVEA__JSON_MAX_MEMBERS, FOVEA__JSON_MAX_VALUES);
    }
    return FOVEA_OK;
}

fovea_status fovea__json_parse(const char *text, size_t length, size_t limit, const char *name,
                               json_t **root, fovea_error *error) {
    *root = NULL;
    if (length > limit)
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1,
                              "JSON of %zu bytes, at most %zu are read", length, limit);
    FOVEA__TRY(survey(text, length, name, error));
    json_error_t found;
    errno = 0;
    *root = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &found);
    if (*root) return FOVEA_OK;
    // When malloc fails jansson is silent, or takes the token it could not keep for a wrong one.
    if (!found.text[0] || errno == ENOMEM)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "%s: no memory for JSON", name);
    return fovea__fail_at(error, FOVEA_BAD_FILE, name, found.position,
                          "not valid JSON: %s (line %d, column %d)", found.text, found.line,
                          found.column);
}

fovea__json fovea__json_root(const json_t *root, const char *name) {
    return (fovea__json){.value = root, .name = name};
}

static const char *kind_of(const json_t *value) {
    switch (json_typeof(value)) {
        case JSON_OBJECT:
            return "an object";
        case JSON_ARRAY:
            return "an array";
        case JSON_STRING:
            return "a string";
        case JSON_INTEGER:
            return "a number";
        case JSON_REAL:
            return "a number with fraction or exponent";
        case JSON_TRUE:
            return "true";
        case JSON_FALSE:
            return "false";
        case JSON_NULL:
            return "null";
    }
    return "nothing";
}

fovea_status fovea__json_fail(const fovea__json *at, fovea_error *error, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    fovea__format_list(text, sizeof text, format, arguments);
    va_end(arguments);
    return fovea__fail_at(error, FOVEA_BAD_FILE, at->name, -1, "%s%s%s", at->path,
                          at->path[0] ? ": " : "", text);
}

static fovea_status expected(const fovea__json *at, const char *kind, fovea_error *error) {
    return fovea__json_fail(at, error, "expected %s, found %s", kind, kind_of(at->value));
}

// `step` appended to the parent's path; of a path too long the end is kept.
static fovea__json child(const fovea__json *parent, const json_t *value, const char *step) {
    fovea__json at = {.value = value, .name = parent->name};
    size_t room = sizeof at.path - 1, tail = strlen(step), head = strlen(parent->path);
    if (tail > room) step += tail - room, tail = room;
    size_t cut = head + tail > room ? head + tail - room : 0;
    memcpy(at.path, parent->path + cut, head - cut);
    memcpy(at.path + head - cut, step, tail);
    for (char *c = at.path; *c; c++)  // a hostile key must not steer the terminal
        if ((unsigned char)*c < 32 || *c == 127) *c = '?';
    return at;
}

static fovea__json named_child(const fovea__json *parent, const json_t *value, const char *key) {
    char step[sizeof parent->path];
    snprintf(step, sizeof step, "%s%s", parent->path[0] ? "." : "", key);
    return child(parent, value, step);
}

fovea_status fovea__json_object(const fovea__json *at, fovea_error *error) {
    return json_is_object(at->value) ? FOVEA_OK : expected(at, "an object", error);
}

fovea_status fovea__json_member(const fovea__json *object, const char *key, fovea__json *member,
                                fovea_error *error) {
    FOVEA__TRY(fovea__json_object(object, error));
    const json_t *value = json_object_get(object->value, key);
    if (!value) return fovea__json_fail(object, error, "the member \"%s\" is missing", key);
    *member = named_child(object, value, key);
    return FOVEA_OK;
}

fovea_status fovea__json_optional(const fovea__json *object, const char *key, fovea__json *member,
                                  bool *found, fovea_error *error) {
    FOVEA__TRY(fovea__json_object(object, error));
    const json_t *value = json_object_get(object->value, key);
    *found = value && !json_is_null(value);
    if (*found) *member = named_child(object, value, key);
    return FOVEA_OK;
}

fovea_status fovea__json_count(const fovea__json *array, size_t *count, fovea_error *error) {
    if (!json_is_array(array->value)) return expected(array, "an array", error);
    *count = json_array_size(array->value);
    return FOVEA_OK;
}

fovea_status fovea__json_item(const fovea__json *array, size_t index, fovea__json *item,
                              fovea_error *error) {
    size_t count = 0;
    FOVEA__TRY(fovea__json_count(array, &count, error));
    if (index >= count)
        return fovea__json_fail(array, error, "item %zu of %zu is missing", index, count);
    char step[32];
    snprintf(step, sizeof step, "[%zu]", index);
    *item = child(array, json_array_get(array->value, index), step);
    return FOVEA_OK;
}

fovea_status fovea__json_next(const fovea__json *object, void **iterator, const char **key,
                              fovea__json *member, fovea_error *error) {
    FOVEA__TRY(fovea__json_object(object, error));
    // jansson's iterators are not const-correct; reading through them changes nothing.
    json_t *value = (json_t *)(uintptr_t)object->value;
    *iterator = *iterator ? json_object_iter_next(value, *iterator) : json_object_iter(value);
    *key = *iterator ? json_object_iter_key(*iterator) : NULL;
    if (*key) *member = named_child(object, json_object_iter_value(*iterator), *key);
    return FOVEA_OK;
}

fovea_status fovea__json_string(const fovea__json *at, const char **value, fovea_error *error) {
    if (!json_is_string(at->value)) return expected(at, "a string", error);
    *value = json_string_value(at->value);
    return FOVEA_OK;
}

fovea_status fovea__json_integer(const fovea__json *at, int64_t least, int64_t most, int64_t *value,
                                 fovea_error *error) {
    if (!json_is_integer(at->value)) return expected(at, "an integer", error);
    int64_t found = json_integer_value(at->value);
    if (found < least || found > most)
        return fovea__json_fail(at, error, "%" PRId64 " is outside %" PRId64 " to %" PRId64, found,
                                least, most);
    *value = found;
    return FOVEA_OK;
}

fovea_status fovea__json_number(const fovea__json *at, double *value, fovea_error *error) {
    if (!json_is_number(at->value)) return expected(at, "a number", error);
    *value = json_number_value(at->value);
    return FOVEA_OK;
}

fovea_status fovea__json_bool(const fovea__json *at, bool *value, fovea_error *error) {
    if (!json_is_boolean(at->value)) return expected(at, "true or false", error);
    *value = json_is_true(at->value);
    return FOVEA_OK;
}
