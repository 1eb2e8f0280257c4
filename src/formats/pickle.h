// SPDX-License-Identifier: MIT
// Python's pickles of protocol 2 to 5 as a tree of plain values. Nothing is executed, imported or
// made: a class or function is a name that the caller's list has or has not, and a call is a node
// that holds callee and arguments.
#ifndef FOVEA_FORMATS_PICKLE_H
#define FOVEA_FORMATS_PICKLE_H

#include <stdbool.h>

#include "base/reader.h"
#include "fovea/context.h"

// Memory stays below about 64 MiB with these.
enum {
    FOVEA__PICKLE_MAX_STEPS = 1 << 21,  // opcodes
    FOVEA__PICKLE_MAX_NODES = 1 << 20,
    FOVEA__PICKLE_MAX_NAME = 256  // bytes of a module's or class's name
};

typedef enum fovea__pickle_kind {
    FOVEA__PICKLE_NONE = 0,
    FOVEA__PICKLE_BOOL = 1,
    FOVEA__PICKLE_INTEGER = 2,
    FOVEA__PICKLE_REAL = 3,
    FOVEA__PICKLE_TEXT = 4,
    FOVEA__PICKLE_TUPLE = 5,
    FOVEA__PICKLE_LIST = 6,
    FOVEA__PICKLE_DICT = 7,        // items are key, value, key, value …
    FOVEA__PICKLE_GLOBAL = 8,      // a name of the caller's list
    FOVEA__PICKLE_CALL = 9,        // items are the arguments of the global
    FOVEA__PICKLE_PERSISTENT = 10  // one item: what the file calls something outside the pickle
} fovea__pickle_kind;

typedef uint32_t fovea__pickle_ref;  // of a node
#define FOVEA__PICKLE_NOTHING UINT32_MAX

typedef struct fovea__pickle_node {
    uint8_t kind;
    uint8_t global;  // GLOBAL, CALL: position in the caller's list
    uint32_t at;     // byte of the opcode that made it
    union {
        int64_t integer;  // BOOL, too
        double real;
        struct {
            uint32_t start, length;  // TEXT: UTF-8 inside the input
        } text;
        struct {
            uint32_t first, last, count;  // cells: TUPLE LIST DICT CALL PERSISTENT
        } items;
    };
} fovea__pickle_node;

typedef struct fovea__pickle_cell {
    fovea__pickle_ref node;
    uint32_t next;
} fovea__pickle_cell;

// What calling a global gives.
typedef enum fovea__pickle_result {
    FOVEA__PICKLE_AS_VALUE = 0,  // it is never called
    FOVEA__PICKLE_AS_CALL = 1,
    FOVEA__PICKLE_AS_DICT = 2,  // OrderedDict
    FOVEA__PICKLE_AS_TUPLE = 3  // of one tuple (torch.Size)
} fovea__pickle_result;

typedef struct fovea__pickle_global {
    const char *module, *name;
    fovea__pickle_result result;
} fovea__pickle_global;

typedef struct fovea__pickle_globals {
    const fovea__pickle_global *item;
    size_t count;  // at most 256
    // Fills the error for a name that is not in the list, and returns its status.
    fovea_status (*refuse)(const fovea__reader *reader, const char *module, const char *name,
                           fovea_error *error);
} fovea__pickle_globals;

typedef struct fovea__pickle {
    fovea_context *context;
    const uint8_t *begin;  // of the input, borrowed
    const char *name;      // of the file, borrowed
    fovea__pickle_node *node;
    fovea__pickle_cell *cell;
    size_t node_count, node_room, cell_count, cell_room;
    fovea__pickle_ref root;
} fovea__pickle;

// Reads one pickle and leaves `reader` behind its STOP. The input stays until fovea__pickle_free.
// Errors: BAD_FILE with the byte (truncated, an empty stack, an unset memo, an opcode that is not
// read, too large), what `refuse` says, OUT_OF_MEMORY. On failure `pickle` is empty.
fovea_status fovea__pickle_read(fovea_context *context, fovea__reader *reader,
                                const fovea__pickle_globals *globals, fovea__pickle *pickle,
                                fovea_error *error);
void fovea__pickle_free(fovea__pickle *pickle);

// A node, and its items in order: for (cell = first; cell != NOTHING; cell = next).
const fovea__pickle_node *fovea__pickle_get(const fovea__pickle *pickle, fovea__pickle_ref ref);
// Item `index` of a node; NULL when it has fewer.
const fovea__pickle_node *fovea__pickle_item(const fovea__pickle *pickle,
                                             const fovea__pickle_node *node, uint32_t index);
// Whether a node is this text.
bool fovea__pickle_is_text(const fovea__pickle *pickle, const fovea__pickle_node *node,
                           const char *text);
// BAD_FILE at a node.
fovea_status fovea__pickle_fail(const fovea__pickle *pickle, const fovea__pickle_node *node,
                                fovea_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// What a node is in a few words ("a dict of 3", "an integer"). `size` bytes at most.
void fovea__pickle_describe(const fovea__pickle *pickle, const fovea__pickle_node *node, char *text,
                            size_t size);

#endif
