// SPDX-License-Identifier: MIT
// Names in a pickle and what calling them gives: nothing but what the caller's list says.
#include <string.h>

#include "base/text.h"
#include "formats/pickle_machine.h"

static bool same_name(const char *known, const char *name, size_t length) {
    return strlen(known) == length && memcmp(known, name, length) == 0;
}

static fovea_status push_global(fovea__pickle_machine *m, const char *module, size_t module_size,
                                const char *name, size_t name_size) {
    fovea__pickle_node *made;
    char modules[FOVEA__PICKLE_MAX_NAME + 1], names[FOVEA__PICKLE_MAX_NAME + 1];
    for (size_t i = 0; i < m->globals->count; i++) {
        const fovea__pickle_global *known = &m->globals->item[i];
        if (!same_name(known->module, module, module_size) ||
            !same_name(known->name, name, name_size))
            continue;
        FOVEA__TRY(fovea__pickle_push_node(m, FOVEA__PICKLE_GLOBAL, &made));
        made->global = (uint8_t)i;
        return FOVEA_OK;
    }
    if (module_size > FOVEA__PICKLE_MAX_NAME || name_size > FOVEA__PICKLE_MAX_NAME ||
        !fovea__is_utf8(module, module_size) || !fovea__is_utf8(name, name_size))
        return fovea__pickle_stop(m,
                                  "the name of a class that is longer than 256 bytes or no UTF-8");
    memcpy(modules, module, module_size);
    memcpy(names, name, name_size);
    modules[module_size] = names[name_size] = '\0';
    fovea__reader place = *m->reader;
    place.at = place.begin + m->at;
    return m->globals->refuse(&place, modules, names, m->error);
}

static fovea_status take_line(fovea__pickle_machine *m, const char **line, size_t *length) {
    const uint8_t *begin = m->reader->at, *bytes;
    size_t left = fovea__reader_left(m->reader);
    size_t most = left < FOVEA__PICKLE_MAX_NAME + 1 ? left : FOVEA__PICKLE_MAX_NAME + 1;
    const uint8_t *end = most ? memchr(begin, '\n', most) : NULL;
    if (!end) return fovea__pickle_stop(m, "a class name without an end in its first 256 bytes");
    *line = (const char *)begin;
    *length = (size_t)(end - begin);
    return fovea__take_bytes(m->reader, "class name", *length + 1, &bytes, m->error);
}

fovea_status fovea__pickle_take_global(fovea__pickle_machine *m) {
    const char *module = NULL, *name = NULL;
    size_t module_size = 0, name_size = 0;
    FOVEA__TRY(take_line(m, &module, &module_size));
    FOVEA__TRY(take_line(m, &name, &name_size));
    return push_global(m, module, module_size, name, name_size);
}

fovea_status fovea__pickle_take_stack_global(fovea__pickle_machine *m) {
    fovea__pickle_ref module, name;
    FOVEA__TRY(fovea__pickle_pop(m, &name));
    FOVEA__TRY(fovea__pickle_pop(m, &module));
    const fovea__pickle_node *a = &m->out->node[module], *b = &m->out->node[name];
    if (a->kind != FOVEA__PICKLE_TEXT || b->kind != FOVEA__PICKLE_TEXT)
        return fovea__pickle_stop(m, "a class name that is no text");
    const char *begin = (const char *)m->out->begin;
    return push_global(m, begin + a->text.start, a->text.length, begin + b->text.start,
                       b->text.length);
}

// OrderedDict(), or of a list of pairs as old versions of Python wrote it.
static fovea_status call_dict(fovea__pickle_machine *m, const fovea__pickle_node *arguments) {
    fovea__pickle_ref dict;
    uint32_t first = arguments->items.first;
    if (arguments->items.count > 1)
        return fovea__pickle_stop(m, "an OrderedDict of several arguments");
    FOVEA__TRY(fovea__pickle_add_node(m, FOVEA__PICKLE_DICT, &dict));
    if (first == FOVEA__PICKLE_NOTHING) return fovea__pickle_push(m, dict);
    const fovea__pickle_node *pairs = &m->out->node[m->out->cell[first].node];
    if (pairs->kind != FOVEA__PICKLE_LIST)
        return fovea__pickle_stop(m, "an OrderedDict of what is no list");
    // The pairs' cells are walked by position: adding items moves the arrays.
    for (uint32_t at = pairs->items.first; at != FOVEA__PICKLE_NOTHING;
         at = m->out->cell[at].next) {
        const fovea__pickle_node *pair = &m->out->node[m->out->cell[at].node];
        if ((pair->kind != FOVEA__PICKLE_TUPLE && pair->kind != FOVEA__PICKLE_LIST) ||
            pair->items.count != 2)
            return fovea__pickle_stop(m, "an OrderedDict of what are no pairs");
        fovea__pickle_ref key = m->out->cell[pair->items.first].node;
        fovea__pickle_ref value = m->out->cell[pair->items.last].node;
        FOVEA__TRY(fovea__pickle_add_item(m, dict, key));
        FOVEA__TRY(fovea__pickle_add_item(m, dict, value));
    }
    return fovea__pickle_push(m, dict);
}

fovea_status fovea__pickle_call(fovea__pickle_machine *m) {
    fovea__pickle_ref arguments, callee, made;
    FOVEA__TRY(fovea__pickle_pop(m, &arguments));
    FOVEA__TRY(fovea__pickle_pop(m, &callee));
    const fovea__pickle_node *given = &m->out->node[arguments];
    const uint8_t global = m->out->node[callee].global;
    if (m->out->node[callee].kind != FOVEA__PICKLE_GLOBAL)
        return fovea__pickle_stop(m, "the pickle calls what is no function");
    if (given->kind != FOVEA__PICKLE_TUPLE)
        return fovea__pickle_stop(m, "a call whose arguments are no tuple");
    switch (m->globals->item[global].result) {
        case FOVEA__PICKLE_AS_VALUE:
            break;
        case FOVEA__PICKLE_AS_DICT:
            return call_dict(m, given);
        case FOVEA__PICKLE_AS_TUPLE: {
            uint32_t first = given->items.first;
            if (given->items.count != 1 ||
                m->out->node[m->out->cell[first].node].kind != FOVEA__PICKLE_TUPLE)
                return fovea__pickle_stop(m, "a size that is not made of one tuple");
            return fovea__pickle_push(m, m->out->cell[first].node);
        }
        case FOVEA__PICKLE_AS_CALL:
            FOVEA__TRY(fovea__pickle_add_node(m, FOVEA__PICKLE_CALL, &made));
            m->out->node[made].global = global;
            m->out->node[made].items = m->out->node[arguments].items;
            return fovea__pickle_push(m, made);
    }
    return fovea__pickle_stop(m, "the pickle calls a type");
}

// What BUILD adds (an OrderedDict's _metadata, a parameter's attributes) says nothing about tensors.
fovea_status fovea__pickle_build(fovea__pickle_machine *m) {
    fovea__pickle_ref state, object;
    FOVEA__TRY(fovea__pickle_pop(m, &state));
    FOVEA__TRY(fovea__pickle_top(m, &object));
    int kind = m->out->node[object].kind;
    if (kind == FOVEA__PICKLE_DICT || kind == FOVEA__PICKLE_CALL) return FOVEA_OK;
    return fovea__pickle_stop(m, "the pickle sets the state of what has none");
}

fovea_status fovea__pickle_take_persistent(fovea__pickle_machine *m) {
    fovea__pickle_ref id, made;
    FOVEA__TRY(fovea__pickle_pop(m, &id));
    FOVEA__TRY(fovea__pickle_add_node(m, FOVEA__PICKLE_PERSISTENT, &made));
    FOVEA__TRY(fovea__pickle_add_item(m, made, id));
    return fovea__pickle_push(m, made);
}
