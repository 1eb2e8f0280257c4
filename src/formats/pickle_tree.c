// SPDX-License-Identifier: MIT
// Looking at the tree that pickle.c made.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/format_text.h"
#include "base/memory.h"
#include "formats/pickle.h"

void fovea__pickle_free(fovea__pickle *pickle) {
    if (pickle->context) {
        fovea__free(pickle->context, pickle->node);
        fovea__free(pickle->context, pickle->cell);
    }
    *pickle = (fovea__pickle){0};
}

const fovea__pickle_node *fovea__pickle_get(const fovea__pickle *pickle, fovea__pickle_ref ref) {
    return &pickle->node[ref];
}

const fovea__pickle_node *fovea__pickle_item(const fovea__pickle *pickle,
                                             const fovea__pickle_node *node, uint32_t index) {
    if (node->kind < FOVEA__PICKLE_TUPLE || node->kind == FOVEA__PICKLE_GLOBAL) return NULL;
    if (index >= node->items.count) return NULL;
    uint32_t cell = node->items.first;
    while (index-- > 0) cell = pickle->cell[cell].next;
    return &pickle->node[pickle->cell[cell].node];
}

bool fovea__pickle_is_text(const fovea__pickle *pickle, const fovea__pickle_node *node,
                           const char *text) {
    size_t length = strlen(text);
    return node && node->kind == FOVEA__PICKLE_TEXT && node->text.length == length &&
           memcmp(pickle->begin + node->text.start, text, length) == 0;
}

fovea_status fovea__pickle_fail(const fovea__pickle *pickle, const fovea__pickle_node *node,
                                fovea_error *error, const char *format, ...) {
    char message[512];
    va_list list;
    va_start(list, format);
    fovea__format_list(message, sizeof message, format, list);
    va_end(list);
    return fovea__fail_at(error, FOVEA_BAD_FILE, pickle->name, node ? (int64_t)node->at : -1, "%s",
                          message);
}

void fovea__pickle_describe(const fovea__pickle *pickle, const fovea__pickle_node *node, char *text,
                            size_t size) {
    static const char *const names[] = {"None",   "a bool",    "an integer", "a number",
                                        "a text", "tuple",     "list",       "dict",
                                        "a type", "an object", "an object"};
    if (node->kind == FOVEA__PICKLE_INTEGER)
        snprintf(text, size, "%lld", (long long)node->integer);
    else if (node->kind == FOVEA__PICKLE_BOOL)
        snprintf(text, size, "%s", node->integer ? "True" : "False");
    else if (node->kind == FOVEA__PICKLE_REAL)
        snprintf(text, size, "%g", node->real);
    else if (node->kind == FOVEA__PICKLE_TEXT && node->text.length <= 40)
        snprintf(text, size, "'%.*s'", (int)node->text.length,
                 (const char *)pickle->begin + node->text.start);
    else if (node->kind >= FOVEA__PICKLE_TUPLE && node->kind <= FOVEA__PICKLE_DICT)
        snprintf(text, size, "a %s of %u", names[node->kind],
                 node->kind == FOVEA__PICKLE_DICT ? node->items.count / 2 : node->items.count);
    else
        snprintf(text, size, "%s", names[node->kind]);
}
