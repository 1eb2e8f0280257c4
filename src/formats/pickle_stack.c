// SPDX-License-Identifier: MIT
// Stack and memo of the machine, and the lists, tuples and dicts that are made of what lies there.
#include <string.h>

#include "base/memory.h"
#include "formats/pickle_machine.h"

fovea_status fovea__pickle_stop(const fovea__pickle_machine *m, const char *what) {
    return fovea__fail_at(m->error, FOVEA_BAD_FILE, m->reader->name, m->at, "%s", what);
}

fovea_status fovea__pickle_push(fovea__pickle_machine *m, uint32_t ref) {
    if (m->depth == m->stack_room) {
        uint32_t *grown = fovea__grow(m->out->context, m->stack, m->depth, &m->stack_room,
                                      m->depth + 1, sizeof *grown, m->error);
        if (!grown) return FOVEA_OUT_OF_MEMORY;
        m->stack = grown;
    }
    m->stack[m->depth++] = ref;
    return FOVEA_OK;
}

fovea_status fovea__pickle_pop(fovea__pickle_machine *m, fovea__pickle_ref *ref) {
    if (m->depth == 0) return fovea__pickle_stop(m, "the pickle takes from an empty stack");
    if (m->stack[m->depth - 1] == FOVEA__PICKLE_MARK)
        return fovea__pickle_stop(m, "the pickle takes a mark for a value");
    *ref = m->stack[--m->depth];
    return FOVEA_OK;
}

fovea_status fovea__pickle_top(fovea__pickle_machine *m, fovea__pickle_ref *ref) {
    FOVEA__TRY(fovea__pickle_pop(m, ref));
    m->depth++;
    return FOVEA_OK;
}

// Position behind the last mark.
static fovea_status find_mark(const fovea__pickle_machine *m, size_t *begin) {
    for (size_t i = m->depth; i > 0; i--)
        if (m->stack[i - 1] == FOVEA__PICKLE_MARK) {
            *begin = i;
            return FOVEA_OK;
        }
    return fovea__pickle_stop(m, "the pickle has no mark where one is needed");
}

fovea_status fovea__pickle_remember(fovea__pickle_machine *m, uint32_t index) {
    fovea__pickle_ref ref;
    FOVEA__TRY(fovea__pickle_top(m, &ref));
    if (index >= FOVEA__PICKLE_MAX_NODES)
        return fovea__pickle_stop(m, "a memo index over a million");
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

fovea_status fovea__pickle_recall(fovea__pickle_machine *m, uint32_t index) {
    if (index >= m->memo_count || m->memo[index] == 0)
        return fovea__pickle_stop(m, "the pickle asks for a memo that was never set");
    return fovea__pickle_push(m, m->memo[index] - 1);
}

fovea_status fovea__pickle_add_node(fovea__pickle_machine *m, fovea__pickle_kind kind,
                                    fovea__pickle_ref *ref) {
    fovea__pickle *out = m->out;
    if (out->node_count == FOVEA__PICKLE_MAX_NODES)
        return fovea__pickle_stop(m, "a pickle of more than a million values");
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

fovea_status fovea__pickle_push_node(fovea__pickle_machine *m, fovea__pickle_kind kind,
                                     fovea__pickle_node **made) {
    fovea__pickle_ref ref;
    FOVEA__TRY(fovea__pickle_add_node(m, kind, &ref));
    *made = &m->out->node[ref];
    return fovea__pickle_push(m, ref);
}

fovea_status fovea__pickle_add_item(fovea__pickle_machine *m, fovea__pickle_ref to,
                                    fovea__pickle_ref item) {
    fovea__pickle *out = m->out;
    if (out->cell_count == FOVEA__PICKLE_MAX_STEPS)
        return fovea__pickle_stop(m, "a pickle of more than two million items");
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
static fovea_status move_items(fovea__pickle_machine *m, fovea__pickle_ref to, size_t begin) {
    for (size_t i = begin; i < m->depth; i++)
        FOVEA__TRY(fovea__pickle_add_item(m, to, m->stack[i]));
    m->depth = begin;
    return FOVEA_OK;
}

fovea_status fovea__pickle_make_tuple(fovea__pickle_machine *m, size_t count) {
    fovea__pickle_ref tuple;
    if (count > m->depth) return fovea__pickle_stop(m, "the pickle takes from an empty stack");
    for (size_t i = m->depth - count; i < m->depth; i++)
        if (m->stack[i] == FOVEA__PICKLE_MARK)
            return fovea__pickle_stop(m, "the pickle takes a mark for a value");
    FOVEA__TRY(fovea__pickle_add_node(m, FOVEA__PICKLE_TUPLE, &tuple));
    FOVEA__TRY(move_items(m, tuple, m->depth - count));
    return fovea__pickle_push(m, tuple);
}

fovea_status fovea__pickle_make_marked_tuple(fovea__pickle_machine *m) {
    size_t begin;
    fovea__pickle_ref tuple;
    FOVEA__TRY(find_mark(m, &begin));
    FOVEA__TRY(fovea__pickle_add_node(m, FOVEA__PICKLE_TUPLE, &tuple));
    FOVEA__TRY(move_items(m, tuple, begin));
    m->depth--;
    return fovea__pickle_push(m, tuple);
}

// `begin`: where on the stack the items for the list or dict below them begin.
static fovea_status extend(fovea__pickle_machine *m, size_t begin, bool marked,
                           fovea__pickle_kind kind) {
    size_t below = begin - (marked ? 1 : 0);
    if (below == 0 || m->stack[below - 1] == FOVEA__PICKLE_MARK)
        return fovea__pickle_stop(m, "the pickle takes from an empty stack");
    fovea__pickle_ref target = m->stack[below - 1];
    if (m->out->node[target].kind != kind)
        return fovea__pickle_stop(m, kind == FOVEA__PICKLE_LIST
                                         ? "the pickle appends to what is no list"
                                         : "the pickle sets items of what is no dict");
    if (kind == FOVEA__PICKLE_DICT && (m->depth - begin) % 2 != 0)
        return fovea__pickle_stop(m, "the pickle sets a key without a value");
    FOVEA__TRY(move_items(m, target, begin));
    m->depth = below;
    return FOVEA_OK;
}

fovea_status fovea__pickle_extend(fovea__pickle_machine *m, size_t count, fovea__pickle_kind kind) {
    if (m->depth <= count) return fovea__pickle_stop(m, "the pickle takes from an empty stack");
    for (size_t i = m->depth - count; i < m->depth; i++)
        if (m->stack[i] == FOVEA__PICKLE_MARK)
            return fovea__pickle_stop(m, "the pickle takes a mark for a value");
    return extend(m, m->depth - count, false, kind);
}

fovea_status fovea__pickle_extend_marked(fovea__pickle_machine *m, fovea__pickle_kind kind) {
    size_t begin;
    FOVEA__TRY(find_mark(m, &begin));
    return extend(m, begin, true, kind);
}
