// SPDX-License-Identifier: MIT
// The machine that pickles are written for, with a stack of nodes, a memo and no means to run
// anything. A mark on the stack is a zero node reference that no value has.
#include "formats/pickle.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum {
    MARK = '(',
    STOP = '.',
    NONE = 'N',
    GLOBAL = 'c',
    PERSISTENT = 'Q',
    REDUCE = 'R',
    BUILD = 'b',
    NEWOBJ = 0x81,
    PROTO = 0x80,
    FRAME = 0x95,
    MEMOIZE = 0x94,
    STACK_GLOBAL = 0x93,
    EMPTY_DICT = '}',
    EMPTY_LIST = ']',
    EMPTY_TUPLE = ')',
    APPEND = 'a',
    APPENDS = 'e',
    SETITEM = 's',
    SETITEMS = 'u',
    TUPLE = 't',
    TUPLE1 = 0x85,
    TUPLE2 = 0x86,
    TUPLE3 = 0x87,
    NEWTRUE = 0x88,
    NEWFALSE = 0x89,
    BININT = 'J',
    BININT1 = 'K',
    BININT2 = 'M',
    LONG1 = 0x8a,
    BINFLOAT = 'G',
    BINUNICODE = 'X',
    SHORT_BINUNICODE = 0x8c,
    SHORT_BINSTRING = 'U',
    BINSTRING = 'T',
    BINPUT = 'q',
    LONG_BINPUT = 'r',
    BINGET = 'h',
    LONG_BINGET = 'j'
};

#define MARKED UINT32_MAX  // on the stack

typedef struct machine {
    fovea__pickle *out;
    fovea__reader *reader;
    const fovea__pickle_globals *globals;
    uint32_t *stack, *memo;  // node references; memo: plus one, 0 is unset
    size_t depth, stack_room, memo_count, memo_room;
    uint32_t at;  // byte of the opcode at work
    fovea_error *error;
} machine;

static fovea_status fail(const machine *m, const char *what) {
    return fovea__fail_at(m->error, FOVEA_BAD_FILE, m->reader->name, m->at, "%s", what);
}

// Stack and memo

static fovea_status push(machine *m, uint32_t ref) {
    if (m->depth == m->stack_room) {
        uint32_t *grown = fovea__grow(m->out->context, m->stack, m->depth, &m->stack_room,
                                      m->depth + 1, sizeof *grown, m->error);
        if (!grown) return FOVEA_OUT_OF_MEMORY;
        m->stack = grown;
    }
    m->stack[m->depth++] = ref;
    return FOVEA_OK;
}

static fovea_status pop(machine *m, fovea__pickle_ref *ref) {
    if (m->depth == 0) return fail(m, "the pickle takes from an empty stack");
    if (m->stack[m->depth - 1] == MARKED) return fail(m, "the pickle takes a mark for a value");
    *ref = m->stack[--m->depth];
    return FOVEA_OK;
}

static fovea_status top(machine *m, fovea__pickle_ref *ref) {
    FOVEA__TRY(pop(m, ref));
    m->depth++;
    return FOVEA_OK;
}

// Position behind the last mark.
static fovea_status find_mark(const machine *m, size_t *begin) {
    for (size_t i = m->depth; i > 0; i--)
        if (m->stack[i - 1] == MARKED) {
            *begin = i;
            return FOVEA_OK;
        }
    return fail(m, "the pickle has no mark where one is needed");
}

static fovea_status put(machine *m, uint32_t index) {
    fovea__pickle_ref ref;
    FOVEA__TRY(top(m, &ref));
    if (index >= FOVEA__PICKLE_MAX_NODES) return fail(m, "a memo index over a million");
    if (index >= m->memo_count) {
        uint32_t *grown = fovea__grow(m->out->context, m->memo, m->memo_count, &m->memo_room,
                                      (size_t)index + 1, sizeof *grown, m->error);
        if (!grown) return FOVEA_OUT_OF_MEMORY;
        m->memo = grown;
        memset(m->memo + m->memo_count, 0, (index + 1 - m->memo_count) * sizeof *m->memo);
        m->memo_count = (size_t)index + 1;
    }
    m->memo[index] = ref + 1;
    return FOVEA_OK;
}

static fovea_status get(machine *m, uint32_t index) {
    if (index >= m->memo_count || m->memo[index] == 0)
        return fail(m, "the pickle asks for a memo that was never set");
    return push(m, m->memo[index] - 1);
}

// Nodes

static fovea_status add_node(machine *m, fovea__pickle_kind kind, fovea__pickle_ref *ref) {
    fovea__pickle *out = m->out;
    if (out->node_count == FOVEA__PICKLE_MAX_NODES)
        return fail(m, "a pickle of more than a million values");
    if (out->node_count == out->node_room) {
        fovea__pickle_node *grown =
            fovea__grow(out->context, out->node, out->node_count, &out->node_room,
                        out->node_count + 1, sizeof *grown, m->error);
        if (!grown) return FOVEA_OUT_OF_MEMORY;
        out->node = grown;
    }
    fovea__pickle_node *made = &out->node[out->node_count];
    *made = (fovea__pickle_node){.kind = (uint8_t)kind, .at = m->at};
    if (kind >= FOVEA__PICKLE_TUPLE && kind != FOVEA__PICKLE_GLOBAL)
        made->items.first = made->items.last = FOVEA__PICKLE_NOTHING;
    *ref = (fovea__pickle_ref)out->node_count++;
    return FOVEA_OK;
}

static fovea_status push_node(machine *m, fovea__pickle_kind kind, fovea__pickle_node **made) {
    fovea__pickle_ref ref;
    FOVEA__TRY(add_node(m, kind, &ref));
    *made = &m->out->node[ref];
    return push(m, ref);
}

static fovea_status add_item(machine *m, fovea__pickle_ref to, fovea__pickle_ref item) {
    fovea__pickle *out = m->out;
    if (out->cell_count == FOVEA__PICKLE_MAX_STEPS)
        return fail(m, "a pickle of more than two million items");
    if (out->cell_count == out->cell_room) {
        fovea__pickle_cell *grown =
            fovea__grow(out->context, out->cell, out->cell_count, &out->cell_room,
                        out->cell_count + 1, sizeof *grown, m->error);
        if (!grown) return FOVEA_OUT_OF_MEMORY;
        out->cell = grown;
    }
    uint32_t cell = (uint32_t)out->cell_count++;
    fovea__pickle_node *node = &out->node[to];
    out->cell[cell] = (fovea__pickle_cell){item, FOVEA__PICKLE_NOTHING};
    if (node->items.count++ == 0)
        node->items.first = cell;
    else
        out->cell[node->items.last].next = cell;
    node->items.last = cell;
    return FOVEA_OK;
}

// Moves the values from stack position `begin` on into the node.
static fovea_status move_items(machine *m, fovea__pickle_ref to, size_t begin) {
    for (size_t i = begin; i < m->depth; i++) FOVEA__TRY(add_item(m, to, m->stack[i]));
    m->depth = begin;
    return FOVEA_OK;
}

static fovea_status make_tuple(machine *m, size_t count) {
    fovea__pickle_ref tuple;
    if (count > m->depth) return fail(m, "the pickle takes from an empty stack");
    for (size_t i = m->depth - count; i < m->depth; i++)
        if (m->stack[i] == MARKED) return fail(m, "the pickle takes a mark for a value");
    FOVEA__TRY(add_node(m, FOVEA__PICKLE_TUPLE, &tuple));
    FOVEA__TRY(move_items(m, tuple, m->depth - count));
    return push(m, tuple);
}

static fovea_status make_marked_tuple(machine *m) {
    size_t begin;
    fovea__pickle_ref tuple;
    FOVEA__TRY(find_mark(m, &begin));
    FOVEA__TRY(add_node(m, FOVEA__PICKLE_TUPLE, &tuple));
    FOVEA__TRY(move_items(m, tuple, begin));
    m->depth--;
    return push(m, tuple);
}

// `begin`: where on the stack the items for the list or dict below them begin.
static fovea_status extend(machine *m, size_t begin, bool marked, fovea__pickle_kind kind) {
    size_t below = begin - (marked ? 1 : 0);
    if (below == 0 || m->stack[below - 1] == MARKED)
        return fail(m, "the pickle takes from an empty stack");
    fovea__pickle_ref target = m->stack[below - 1];
    if (m->out->node[target].kind != kind)
        return fail(m, kind == FOVEA__PICKLE_LIST ? "the pickle appends to what is no list"
                                                  : "the pickle sets items of what is no dict");
    if (kind == FOVEA__PICKLE_DICT && (m->depth - begin) % 2 != 0)
        return fail(m, "the pickle sets a key without a value");
    FOVEA__TRY(move_items(m, target, begin));
    m->depth = below;
    return FOVEA_OK;
}

static fovea_status extend_by(machine *m, size_t count, fovea__pickle_kind kind) {
    if (m->depth <= count) return fail(m, "the pickle takes from an empty stack");
    for (size_t i = m->depth - count; i < m->depth; i++)
        if (m->stack[i] == MARKED) return fail(m, "the pickle takes a mark for a value");
    return extend(m, m->depth - count, false, kind);
}

static fovea_status extend_marked(machine *m, fovea__pickle_kind kind) {
    size_t begin;
    FOVEA__TRY(find_mark(m, &begin));
    return extend(m, begin, true, kind);
}

// Names and calls

static bool same_name(const char *known, const char *name, size_t length) {
    return strlen(known) == length && memcmp(known, name, length) == 0;
}

static fovea_status push_global(machine *m, const char *module, size_t module_size,
                                const char *name, size_t name_size) {
    fovea__pickle_node *made;
    char modules[FOVEA__PICKLE_MAX_NAME + 1], names[FOVEA__PICKLE_MAX_NAME + 1];
    for (size_t i = 0; i < m->globals->count; i++) {
        const fovea__pickle_global *known = &m->globals->item[i];
        if (!same_name(known->module, module, module_size) ||
            !same_name(known->name, name, name_size))
            continue;
        FOVEA__TRY(push_node(m, FOVEA__PICKLE_GLOBAL, &made));
        made->global = (uint8_t)i;
        return FOVEA_OK;
    }
    if (module_size > FOVEA__PICKLE_MAX_NAME || name_size > FOVEA__PICKLE_MAX_NAME ||
        !fovea__is_utf8(module, module_size) || !fovea__is_utf8(name, name_size))
        return fail(m, "the name of a class that is longer than 256 bytes or no UTF-8");
    memcpy(modules, module, module_size);
    memcpy(names, name, name_size);
    modules[module_size] = names[name_size] = '\0';
    fovea__reader place = *m->reader;
    place.at = place.begin + m->at;
    return m->globals->refuse(&place, modules, names, m->error);
}

static fovea_status take_line(machine *m, const char **line, size_t *length) {
    const uint8_t *begin = m->reader->at, *bytes;
    size_t left = fovea__reader_left(m->reader);
    size_t most = left < FOVEA__PICKLE_MAX_NAME + 1 ? left : FOVEA__PICKLE_MAX_NAME + 1;
    const uint8_t *end = most ? memchr(begin, '\n', most) : NULL;
    if (!end) return fail(m, "a class name without an end in its first 256 bytes");
    *line = (const char *)begin;
    *length = (size_t)(end - begin);
    return fovea__take_bytes(m->reader, "class name", *length + 1, &bytes, m->error);
}

static fovea_status take_global(machine *m) {
    const char *module, *name;
    size_t module_size, name_size;
    FOVEA__TRY(take_line(m, &module, &module_size));
    FOVEA__TRY(take_line(m, &name, &name_size));
    return push_global(m, module, module_size, name, name_size);
}

static fovea_status take_stack_global(machine *m) {
    fovea__pickle_ref module, name;
    FOVEA__TRY(pop(m, &name));
    FOVEA__TRY(pop(m, &module));
    const fovea__pickle_node *a = &m->out->node[module], *b = &m->out->node[name];
    if (a->kind != FOVEA__PICKLE_TEXT || b->kind != FOVEA__PICKLE_TEXT)
        return fail(m, "a class name that is no text");
    const char *begin = (const char *)m->out->begin;
    return push_global(m, begin + a->text.start, a->text.length, begin + b->text.start,
                       b->text.length);
}

// OrderedDict(), or of a list of pairs as old versions of Python wrote it.
static fovea_status call_dict(machine *m, const fovea__pickle_node *arguments) {
    fovea__pickle_ref dict;
    uint32_t first = arguments->items.first;
    if (arguments->items.count > 1) return fail(m, "an OrderedDict of several arguments");
    FOVEA__TRY(add_node(m, FOVEA__PICKLE_DICT, &dict));
    if (first == FOVEA__PICKLE_NOTHING) return push(m, dict);
    const fovea__pickle_node *pairs = &m->out->node[m->out->cell[first].node];
    if (pairs->kind != FOVEA__PICKLE_LIST) return fail(m, "an OrderedDict of what is no list");
    // The pairs' cells are walked by position: adding items moves the arrays.
    for (uint32_t at = pairs->items.first; at != FOVEA__PICKLE_NOTHING;
         at = m->out->cell[at].next) {
        const fovea__pickle_node *pair = &m->out->node[m->out->cell[at].node];
        if ((pair->kind != FOVEA__PICKLE_TUPLE && pair->kind != FOVEA__PICKLE_LIST) ||
            pair->items.count != 2)
            return fail(m, "an OrderedDict of what are no pairs");
        fovea__pickle_ref key = m->out->cell[pair->items.first].node;
        fovea__pickle_ref value = m->out->cell[pair->items.last].node;
        FOVEA__TRY(add_item(m, dict, key));
        FOVEA__TRY(add_item(m, dict, value));
    }
    return push(m, dict);
}

static fovea_status call(machine *m) {
    fovea__pickle_ref arguments, callee, made;
    FOVEA__TRY(pop(m, &arguments));
    FOVEA__TRY(pop(m, &callee));
    const fovea__pickle_node *given = &m->out->node[arguments];
    const uint8_t global = m->out->node[callee].global;
    if (m->out->node[callee].kind != FOVEA__PICKLE_GLOBAL)
        return fail(m, "the pickle calls what is no function");
    if (given->kind != FOVEA__PICKLE_TUPLE) return fail(m, "a call whose arguments are no tuple");
    switch (m->globals->item[global].result) {
        case FOVEA__PICKLE_AS_VALUE:
            break;
        case FOVEA__PICKLE_AS_DICT:
            return call_dict(m, given);
        case FOVEA__PICKLE_AS_TUPLE: {
            uint32_t first = given->items.first;
            if (given->items.count != 1 ||
                m->out->node[m->out->cell[first].node].kind != FOVEA__PICKLE_TUPLE)
                return fail(m, "a size that is not made of one tuple");
            return push(m, m->out->cell[first].node);
        }
        case FOVEA__PICKLE_AS_CALL:
            FOVEA__TRY(add_node(m, FOVEA__PICKLE_CALL, &made));
            m->out->node[made].global = global;
            m->out->node[made].items = m->out->node[arguments].items;
            return push(m, made);
    }
    return fail(m, "the pickle calls a type");
}

// What BUILD adds (an OrderedDict's _metadata, a parameter's attributes) says nothing about tensors.
static fovea_status build(machine *m) {
    fovea__pickle_ref state, object;
    FOVEA__TRY(pop(m, &state));
    FOVEA__TRY(top(m, &object));
    int kind = m->out->node[object].kind;
    if (kind == FOVEA__PICKLE_DICT || kind == FOVEA__PICKLE_CALL) return FOVEA_OK;
    return fail(m, "the pickle sets the state of what has none");
}

static fovea_status make_persistent(machine *m) {
    fovea__pickle_ref id, made;
    FOVEA__TRY(pop(m, &id));
    FOVEA__TRY(add_node(m, FOVEA__PICKLE_PERSISTENT, &made));
    FOVEA__TRY(add_item(m, made, id));
    return push(m, made);
}

// Plain values

static fovea_status push_integer(machine *m, fovea__pickle_kind kind, int64_t value) {
    fovea__pickle_node *made;
    FOVEA__TRY(push_node(m, kind, &made));
    made->integer = value;
    return FOVEA_OK;
}

static fovea_status take_integer(machine *m, size_t size, bool with_sign) {
    const uint8_t *bytes;
    uint64_t value = 0;
    FOVEA__TRY(fovea__take_bytes(m->reader, "integer", size, &bytes, m->error));
    for (size_t i = size; i > 0; i--) value = value << 8 | bytes[i - 1];
    if (with_sign && size > 0 && size < 8 && (bytes[size - 1] & 0x80)) value |= ~0ull << 8 * size;
    return push_integer(m, FOVEA__PICKLE_INTEGER, (int64_t)value);
}

static fovea_status take_long(machine *m) {
    uint8_t size;
    FOVEA__TRY(fovea__take_u8(m->reader, "integer's length", &size, m->error));
    if (size > 8) return fail(m, "an integer of more than 64 bits");
    return take_integer(m, size, true);
}

static fovea_status take_real(machine *m) {
    const uint8_t *bytes;
    fovea__pickle_node *made;
    uint64_t bits = 0;
    FOVEA__TRY(fovea__take_bytes(m->reader, "number", 8, &bytes, m->error));
    for (int i = 0; i < 8; i++) bits = bits << 8 | bytes[i];
    FOVEA__TRY(push_node(m, FOVEA__PICKLE_REAL, &made));
    memcpy(&made->real, &bits, sizeof bits);
    return FOVEA_OK;
}

static fovea_status take_text(machine *m, bool wide) {
    fovea__pickle_node *made;
    uint32_t length = 0;
    uint8_t small;
    const uint8_t *bytes;
    if (wide) {
        FOVEA__TRY(fovea__take_u32_le(m->reader, "text's length", &length, m->error));
    } else {
        FOVEA__TRY(fovea__take_u8(m->reader, "text's length", &small, m->error));
        length = small;
    }
    FOVEA__TRY(fovea__take_bytes(m->reader, "text", length, &bytes, m->error));
    if (!fovea__is_utf8((const char *)bytes, length)) return fail(m, "a text that is no UTF-8");
    FOVEA__TRY(push_node(m, FOVEA__PICKLE_TEXT, &made));
    made->text.start = (uint32_t)(bytes - m->out->begin);
    made->text.length = length;
    return FOVEA_OK;
}

static fovea_status take_index(machine *m, bool wide, uint32_t *index) {
    uint8_t small;
    if (wide) return fovea__take_u32_le(m->reader, "memo index", index, m->error);
    FOVEA__TRY(fovea__take_u8(m->reader, "memo index", &small, m->error));
    *index = small;
    return FOVEA_OK;
}

static fovea_status step_memo(machine *m, uint8_t code) {
    uint32_t index = 0;
    if (code == MEMOIZE) return put(m, (uint32_t)m->memo_count);
    FOVEA__TRY(take_index(m, code == LONG_BINPUT || code == LONG_BINGET, &index));
    return code == BINPUT || code == LONG_BINPUT ? put(m, index) : get(m, index);
}

static fovea_status skip_frame(machine *m) {
    uint64_t size;
    FOVEA__TRY(fovea__take_u64_le(m->reader, "frame's length", &size, m->error));
    if (size > fovea__reader_left(m->reader)) return fail(m, "a frame that ends past the end");
    return FOVEA_OK;
}

static fovea_status refuse_code(const machine *m, uint8_t code) {
    static const struct {
        uint8_t code;
        const char *name;
    } named[] = {{'i', "INST"},           {'o', "OBJ"},        {0x82, "EXT1"},  {0x83, "EXT2"},
                 {0x84, "EXT4"},          {0x92, "NEWOBJ_EX"}, {'P', "PERSID"}, {'B', "BINBYTES"},
                 {'C', "SHORT_BINBYTES"}, {0x8f, "EMPTY_SET"}, {0x8b, "LONG4"}};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (named[i].code == code)
            return fovea__fail_at(m->error, FOVEA_BAD_FILE, m->reader->name, m->at,
                                  "opcode %s of pickles is not read: state dicts have none",
                                  named[i].name);
    return fovea__fail_at(m->error, FOVEA_BAD_FILE, m->reader->name, m->at,
                          "opcode 0x%02x of pickles is not read", code);
}

static fovea_status step_container(machine *m, uint8_t code) {
    fovea__pickle_node *made;
    switch (code) {
        case EMPTY_DICT:
            return push_node(m, FOVEA__PICKLE_DICT, &made);
        case EMPTY_LIST:
            return push_node(m, FOVEA__PICKLE_LIST, &made);
        case EMPTY_TUPLE:
            return make_tuple(m, 0);
        case TUPLE1:
            return make_tuple(m, 1);
        case TUPLE2:
            return make_tuple(m, 2);
        case TUPLE3:
            return make_tuple(m, 3);
        case TUPLE:
            return make_marked_tuple(m);
        case APPEND:
            return extend_by(m, 1, FOVEA__PICKLE_LIST);
        case APPENDS:
            return extend_marked(m, FOVEA__PICKLE_LIST);
        case SETITEM:
            return extend_by(m, 2, FOVEA__PICKLE_DICT);
        case SETITEMS:
            return extend_marked(m, FOVEA__PICKLE_DICT);
        default:
            return refuse_code(m, code);
    }
}

static fovea_status step(machine *m, uint8_t code) {
    fovea__pickle_node *made;
    switch (code) {
        case MARK:
            return push(m, MARKED);
        case NONE:
            return push_node(m, FOVEA__PICKLE_NONE, &made);
        case NEWTRUE:
        case NEWFALSE:
            return push_integer(m, FOVEA__PICKLE_BOOL, code == NEWTRUE);
        case BININT:
            return take_integer(m, 4, true);
        case BININT1:
            return take_integer(m, 1, false);
        case BININT2:
            return take_integer(m, 2, false);
        case LONG1:
            return take_long(m);
        case BINFLOAT:
            return take_real(m);
        case BINUNICODE:
        case BINSTRING:
            return take_text(m, true);
        case SHORT_BINUNICODE:
        case SHORT_BINSTRING:
            return take_text(m, false);
        case BINPUT:
        case LONG_BINPUT:
        case BINGET:
        case LONG_BINGET:
        case MEMOIZE:
            return step_memo(m, code);
        case GLOBAL:
            return take_global(m);
        case STACK_GLOBAL:
            return take_stack_global(m);
        case REDUCE:
        case NEWOBJ:
            return call(m);
        case BUILD:
            return build(m);
        case PERSISTENT:
            return make_persistent(m);
        case FRAME:
            return skip_frame(m);
        default:
            return step_container(m, code);
    }
}

static fovea_status take_protocol(machine *m) {
    uint8_t code, version;
    FOVEA__TRY(fovea__take_u8(m->reader, "pickle", &code, m->error));
    if (code != PROTO) return fail(m, "no pickle of protocol 2 to 5 begins here");
    FOVEA__TRY(fovea__take_u8(m->reader, "pickle's protocol", &version, m->error));
    if (version >= 2 && version <= 5) return FOVEA_OK;
    return fovea__fail_at(m->error, FOVEA_BAD_FILE, m->reader->name, m->at,
                          "a pickle of protocol %u; 2 to 5 are read", version);
}

static fovea_status run(machine *m) {
    FOVEA__TRY(take_protocol(m));
    for (int steps = 0;; steps++) {
        uint8_t code;
        m->at = (uint32_t)fovea__reader_offset(m->reader);
        FOVEA__TRY(fovea__take_u8(m->reader, "next opcode of a pickle", &code, m->error));
        if (code == STOP) break;
        if (steps == FOVEA__PICKLE_MAX_STEPS)
            return fail(m, "a pickle of more than two million opcodes");
        FOVEA__TRY(step(m, code));
    }
    FOVEA__TRY(pop(m, &m->out->root));
    return m->depth == 0 ? FOVEA_OK : fail(m, "the pickle leaves values behind");
}

fovea_status fovea__pickle_read(fovea_context *context, fovea__reader *reader,
                                const fovea__pickle_globals *globals, fovea__pickle *pickle,
                                fovea_error *error) {
    *pickle = (fovea__pickle){.context = context, .begin = reader->begin, .name = reader->name};
    int64_t at = fovea__reader_offset(reader);
    machine m = {
        .out = pickle, .reader = reader, .globals = globals, .at = (uint32_t)at, .error = error};
    // Positions inside pickles are kept in 32 bits.
    fovea_status status = at < INT32_MAX && reader->end - reader->begin <= UINT32_MAX
                              ? run(&m)
                              : fail(&m, "a pickle over 4 GiB");
    fovea__free(context, m.stack);
    fovea__free(context, m.memo);
    if (status != FOVEA_OK) fovea__pickle_free(pickle);
    return status;
}
