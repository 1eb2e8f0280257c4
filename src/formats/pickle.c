// SPDX-License-Identifier: MIT
// The opcodes of pickles and the plain values among them.
#include "formats/pickle.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "formats/pickle_machine.h"

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

static fovea_status push_integer(fovea__pickle_machine *m, fovea__pickle_kind kind, int64_t value) {
    fovea__pickle_node *made;
    FOVEA__TRY(fovea__pickle_push_node(m, kind, &made));
    made->integer = value;
    return FOVEA_OK;
}

static fovea_status take_integer(fovea__pickle_machine *m, size_t size, bool with_sign) {
    const uint8_t *bytes;
    uint64_t value = 0;
    FOVEA__TRY(fovea__take_bytes(m->reader, "integer", size, &bytes, m->error));
    for (size_t i = size; i > 0; i--) value = value << 8 | bytes[i - 1];
    if (with_sign && size > 0 && size < 8 && (bytes[size - 1] & 0x80)) value |= ~0ull << 8 * size;
    return push_integer(m, FOVEA__PICKLE_INTEGER, (int64_t)value);
}

static fovea_status take_long(fovea__pickle_machine *m) {
    uint8_t size;
    FOVEA__TRY(fovea__take_u8(m->reader, "integer's length", &size, m->error));
    if (size > 8) return fovea__pickle_stop(m, "an integer of more than 64 bits");
    return take_integer(m, size, true);
}

static fovea_status take_real(fovea__pickle_machine *m) {
    const uint8_t *bytes;
    fovea__pickle_node *made;
    uint64_t bits = 0;
    FOVEA__TRY(fovea__take_bytes(m->reader, "number", 8, &bytes, m->error));
    for (int i = 0; i < 8; i++) bits = bits << 8 | bytes[i];
    FOVEA__TRY(fovea__pickle_push_node(m, FOVEA__PICKLE_REAL, &made));
    memcpy(&made->real, &bits, sizeof bits);
    return FOVEA_OK;
}

static fovea_status take_text(fovea__pickle_machine *m, bool wide) {
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
    if (!fovea__is_utf8((const char *)bytes, length))
        return fovea__pickle_stop(m, "a text that is no UTF-8");
    FOVEA__TRY(fovea__pickle_push_node(m, FOVEA__PICKLE_TEXT, &made));
    made->text.start = (uint32_t)(bytes - m->out->begin);
    made->text.length = length;
    return FOVEA_OK;
}

static fovea_status take_index(fovea__pickle_machine *m, bool wide, uint32_t *index) {
    uint8_t small;
    if (wide) return fovea__take_u32_le(m->reader, "memo index", index, m->error);
    FOVEA__TRY(fovea__take_u8(m->reader, "memo index", &small, m->error));
    *index = small;
    return FOVEA_OK;
}

static fovea_status step_memo(fovea__pickle_machine *m, uint8_t code) {
    uint32_t index = 0;
    if (code == MEMOIZE) return fovea__pickle_remember(m, (uint32_t)m->memo_count);
    FOVEA__TRY(take_index(m, code == LONG_BINPUT || code == LONG_BINGET, &index));
    return code == BINPUT || code == LONG_BINPUT ? fovea__pickle_remember(m, index)
                                                 : fovea__pickle_recall(m, index);
}

static fovea_status skip_frame(fovea__pickle_machine *m) {
    uint64_t size;
    FOVEA__TRY(fovea__take_u64_le(m->reader, "frame's length", &size, m->error));
    if (size > fovea__reader_left(m->reader))
        return fovea__pickle_stop(m, "a frame that ends past the end");
    return FOVEA_OK;
}

static fovea_status refuse_code(const fovea__pickle_machine *m, uint8_t code) {
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

static fovea_status step_container(fovea__pickle_machine *m, uint8_t code) {
    fovea__pickle_node *made;
    switch (code) {
        case EMPTY_DICT:
            return fovea__pickle_push_node(m, FOVEA__PICKLE_DICT, &made);
        case EMPTY_LIST:
            return fovea__pickle_push_node(m, FOVEA__PICKLE_LIST, &made);
        case EMPTY_TUPLE:
            return fovea__pickle_make_tuple(m, 0);
        case TUPLE1:
            return fovea__pickle_make_tuple(m, 1);
        case TUPLE2:
            return fovea__pickle_make_tuple(m, 2);
        case TUPLE3:
            return fovea__pickle_make_tuple(m, 3);
        case TUPLE:
            return fovea__pickle_make_marked_tuple(m);
        case APPEND:
            return fovea__pickle_extend(m, 1, FOVEA__PICKLE_LIST);
        case APPENDS:
            return fovea__pickle_extend_marked(m, FOVEA__PICKLE_LIST);
        case SETITEM:
            return fovea__pickle_extend(m, 2, FOVEA__PICKLE_DICT);
        case SETITEMS:
            return fovea__pickle_extend_marked(m, FOVEA__PICKLE_DICT);
        default:
            return refuse_code(m, code);
    }
}

static fovea_status step(fovea__pickle_machine *m, uint8_t code) {
    fovea__pickle_node *made;
    switch (code) {
        case MARK:
            return fovea__pickle_push(m, FOVEA__PICKLE_MARK);
        case NONE:
            return fovea__pickle_push_node(m, FOVEA__PICKLE_NONE, &made);
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
            return fovea__pickle_take_global(m);
        case STACK_GLOBAL:
            return fovea__pickle_take_stack_global(m);
        case REDUCE:
        case NEWOBJ:
            return fovea__pickle_call(m);
        case BUILD:
            return fovea__pickle_build(m);
        case PERSISTENT:
            return fovea__pickle_take_persistent(m);
        case FRAME:
            return skip_frame(m);
        default:
            return step_container(m, code);
    }
}

static fovea_status take_protocol(fovea__pickle_machine *m) {
    uint8_t code, version;
    FOVEA__TRY(fovea__take_u8(m->reader, "pickle", &code, m->error));
    if (code != PROTO) return fovea__pickle_stop(m, "no pickle of protocol 2 to 5 begins here");
    FOVEA__TRY(fovea__take_u8(m->reader, "pickle's protocol", &version, m->error));
    if (version >= 2 && version <= 5) return FOVEA_OK;
    return fovea__fail_at(m->error, FOVEA_BAD_FILE, m->reader->name, m->at,
                          "a pickle of protocol %u; 2 to 5 are read", version);
}

static fovea_status run(fovea__pickle_machine *m) {
    FOVEA__TRY(take_protocol(m));
    for (int steps = 0;; steps++) {
        uint8_t code;
        m->at = (uint32_t)fovea__reader_offset(m->reader);
        FOVEA__TRY(fovea__take_u8(m->reader, "next opcode of a pickle", &code, m->error));
        if (code == STOP) break;
        if (steps == FOVEA__PICKLE_MAX_STEPS)
            return fovea__pickle_stop(m, "a pickle of more than two million opcodes");
        FOVEA__TRY(step(m, code));
    }
    FOVEA__TRY(fovea__pickle_pop(m, &m->out->root));
    return m->depth == 0 ? FOVEA_OK : fovea__pickle_stop(m, "the pickle leaves values behind");
}

fovea_status fovea__pickle_read(fovea_context *context, fovea__reader *reader,
                                const fovea__pickle_globals *globals, fovea__pickle *pickle,
                                fovea_error *error) {
    *pickle = (fovea__pickle){.context = context, .begin = reader->begin, .name = reader->name};
    int64_t at = fovea__reader_offset(reader);
    fovea__pickle_machine m = {
        .out = pickle, .reader = reader, .globals = globals, .at = (uint32_t)at, .error = error};
    // Positions inside pickles are kept in 32 bits.
    fovea_status status = at < INT32_MAX && reader->end - reader->begin <= UINT32_MAX
                              ? run(&m)
                              : fovea__pickle_stop(&m, "a pickle over 4 GiB");
    fovea__free(context, m.stack);
    fovea__free(context, m.memo);
    if (status != FOVEA_OK) fovea__pickle_free(pickle);
    return status;
}
