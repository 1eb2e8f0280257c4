// SPDX-License-Identifier: MIT
// The machine that pickles are written for: a stack of nodes, a memo, and no means to run anything.
// pickle.c reads opcodes and values and has pickle_stack.c (stack, memo, lists, tuples, dicts) and
// pickle_calls.c (names and what calling them gives) do them.
//
// Errors of all: BAD_FILE with the byte of the opcode at work (an empty stack, a mark where a value
// is needed, an unset memo, too large), OUT_OF_MEMORY.
#ifndef FOVEA_FORMATS_PICKLE_MACHINE_H
#define FOVEA_FORMATS_PICKLE_MACHINE_H

#include "formats/pickle.h"

#define FOVEA__PICKLE_MARK UINT32_MAX  // on the stack: a reference that no node has

typedef struct fovea__pickle_machine {
    fovea__pickle *out;
    fovea__reader *reader;
    const fovea__pickle_globals *globals;
    uint32_t *stack, *memo;  // node references; memo: plus one, 0 is unset
    size_t depth, stack_room, memo_count, memo_room;
    uint32_t at;  // byte of the opcode at work
    fovea_error *error;
} fovea__pickle_machine;

// BAD_FILE at the opcode at work.
fovea_status fovea__pickle_stop(const fovea__pickle_machine *m, const char *what);

// The stack; top() looks without taking.
fovea_status fovea__pickle_push(fovea__pickle_machine *m, uint32_t ref);
fovea_status fovea__pickle_pop(fovea__pickle_machine *m, fovea__pickle_ref *ref);
fovea_status fovea__pickle_top(fovea__pickle_machine *m, fovea__pickle_ref *ref);

// The memo: the stack's top under a number, and the value of a number onto the stack.
fovea_status fovea__pickle_remember(fovea__pickle_machine *m, uint32_t index);
fovea_status fovea__pickle_recall(fovea__pickle_machine *m, uint32_t index);

// A new node without items; push_node() puts it on the stack. `made` is valid until the next one.
fovea_status fovea__pickle_add_node(fovea__pickle_machine *m, fovea__pickle_kind kind,
                                    fovea__pickle_ref *ref);
fovea_status fovea__pickle_push_node(fovea__pickle_machine *m, fovea__pickle_kind kind,
                                     fovea__pickle_node **made);
fovea_status fovea__pickle_add_item(fovea__pickle_machine *m, fovea__pickle_ref to,
                                    fovea__pickle_ref item);

// A tuple of the stack's last `count` values, or of those above the last mark, in their place.
fovea_status fovea__pickle_make_tuple(fovea__pickle_machine *m, size_t count);
fovea_status fovea__pickle_make_marked_tuple(fovea__pickle_machine *m);
// The stack's last `count` values, or those above the last mark, become items of the LIST or DICT
// below them.
fovea_status fovea__pickle_extend(fovea__pickle_machine *m, size_t count, fovea__pickle_kind kind);
fovea_status fovea__pickle_extend_marked(fovea__pickle_machine *m, fovea__pickle_kind kind);

// A class or function named by two lines of the input, or by two texts of the stack. Errors, too:
// what the caller's `refuse` says of a name that is not in its list.
fovea_status fovea__pickle_take_global(fovea__pickle_machine *m);
fovea_status fovea__pickle_take_stack_global(fovea__pickle_machine *m);
// What a persistent id stands for.
fovea_status fovea__pickle_take_persistent(fovea__pickle_machine *m);
// REDUCE and NEWOBJ: a callee and its arguments. BUILD: an object and its state.
fovea_status fovea__pickle_call(fovea__pickle_machine *m);
fovea_status fovea__pickle_build(fovea__pickle_machine *m);

#endif
