// SPDX-License-Identifier: MIT
// A mutator for libFuzzer that keeps the tree of a protobuf file whole: fields are changed, copied, moved,
// dropped and made, and all lengths are right again afterwards. One time in sixteen the bytes are changed
// blindly, so that damaged lengths are tried as well.
#ifndef FOVEA_TESTS_WIRE_MUTATOR_H
#define FOVEA_TESTS_WIRE_MUTATOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Absent where the target is only replayed.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

enum {
    TREE_FIELDS = 4096,
    TREE_DEPTH = 10,
    TREE_LEAF = 1 << 16,
    TREE_CHANGES = 4,
    TREE_VISITS = 1 << 16
};

typedef struct tree_field {
    uint32_t number, wire;
    uint64_t value;  // of wire types 0, 1 and 5
    const uint8_t *bytes;
    size_t size;        // of a leaf
    int children;       // its first field, 0 for a leaf; field 0 is the file
    int next, message;  // next of the same message; whether it is one (which may be empty)
} tree_field;

typedef struct tree {
    tree_field field[TREE_FIELDS];
    int count;
    uint64_t random;
    uint8_t fresh[TREE_CHANGES][TREE_LEAF];  // new bytes of leaves
    int used;
    int visits;  // of tree_size
} tree;

static inline uint64_t tree_random(tree *t, uint64_t below) {
    t->random = t->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return below ? (t->random >> 20) % below : 0;
}

static inline int tree_varint(const uint8_t **at, const uint8_t *end, uint64_t *value) {
    *value = 0;
    for (int i = 0; i < 10 && *at < end; i++) {
        uint8_t byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) return 1;
    }
    return 0;
}

static inline int tree_read_field(const uint8_t **at, const uint8_t *end, tree_field *f) {
    uint64_t tag, size;
    *f = (tree_field){0};
    if (!tree_varint(at, end, &tag) || tag >> 3 == 0 || tag > UINT32_MAX) return 0;
    f->number = (uint32_t)(tag >> 3);
    f->wire = tag & 7;
    if (f->wire == 0) return tree_varint(at, end, &f->value);
    if (f->wire == 2) {
        if (!tree_varint(at, end, &size)) return 0;
    } else if (f->wire == 1 || f->wire == 5) {
        size = f->wire == 1 ? 8 : 4;
    } else {
        return 0;
    }
    if (size > (size_t)(end - *at)) return 0;
    if (f->wire == 2) {
        f->bytes = *at;
        f->size = (size_t)size;
    } else {
        memcpy(&f->value, *at, (size_t)size);
    }
    *at += size;
    return 1;
}

// Fields below `parent`. What reads as a message is taken for one; 0 and nothing added when it does not.
static inline int tree_read(tree *t, int parent, const uint8_t *at, const uint8_t *end, int depth) {
    const int count = t->count;
    int *link = &t->field[parent].children;
    while (at < end) {
        tree_field f;
        if (t->count == TREE_FIELDS || !tree_read_field(&at, end, &f)) {
            t->count = count;
            t->field[parent].children = 0;
            return 0;
        }
        const int index = t->count++;
        t->field[index] = f;
        *link = index;
        link = &t->field[index].next;
        if (f.wire == 2 && depth < TREE_DEPTH)
            t->field[index].message = tree_read(t, index, f.bytes, f.bytes + f.size, depth + 1);
    }
    return 1;
}

static inline size_t tree_put_varint(uint8_t *out, size_t at, size_t limit, uint64_t value) {
    for (; value > 0x7f && at < limit; value >>= 7) out[at++] = (uint8_t)(value | 0x80);
    if (at < limit) out[at++] = (uint8_t)value;
    return at;
}

static inline size_t tree_varint_size(uint64_t value) {
    size_t size = 1;
    while (value >>= 7) size++;
    return size;
}

// Bytes of the fields below `parent`. A field copied into itself makes the tree endless: depth and visits
// are bounded.
static inline size_t tree_size(tree *t, int parent, int depth) {
    size_t sum = 0;
    for (int i = t->field[parent].children; i && depth < 2 * TREE_DEPTH; i = t->field[i].next) {
        const tree_field *f = &t->field[i];
        if (++t->visits > TREE_VISITS) return sum;
        sum += tree_varint_size((uint64_t)f->number << 3);
        if (f->wire != 2) {
            sum += f->wire == 0 ? tree_varint_size(f->value) : f->wire == 1 ? 8 : 4;
            continue;
        }
        const size_t size = f->children ? tree_size(t, i, depth + 1) : f->size;
        sum += tree_varint_size(size) + size;
    }
    return sum;
}

static inline size_t tree_write(tree *t, int parent, uint8_t *out, size_t at, size_t limit,
                                int depth) {
    for (int i = t->field[parent].children; i && depth < 2 * TREE_DEPTH; i = t->field[i].next) {
        const tree_field *f = &t->field[i];
        at = tree_put_varint(out, at, limit, (uint64_t)f->number << 3 | f->wire);
        if (f->wire == 0) {
            at = tree_put_varint(out, at, limit, f->value);
        } else if (f->wire != 2) {
            const size_t size = f->wire == 1 ? 8 : 4;
            if (at + size > limit) return limit;
            memcpy(out + at, &f->value, size);
            at += size;
        } else if (f->children) {
            t->visits = 0;
            at = tree_put_varint(out, at, limit, tree_size(t, i, depth + 1));
            at = tree_write(t, i, out, at, limit, depth + 1);
        } else {
            at = tree_put_varint(out, at, limit, f->size);
            if (at + f->size > limit) return limit;
            if (f->size > 0) memcpy(out + at, f->bytes, f->size);
            at += f->size;
        }
    }
    return at;
}

static inline uint64_t tree_interesting(tree *t, uint64_t old) {
    static const uint64_t values[] = {
        0,  1,  2,  3,   7,   8,   9,    10,    11,        16,         255,       256,      -1,
        -2, 17, 28, 127, 128, 999, 4096, 65535, INT32_MAX, UINT32_MAX, INT64_MAX, INT64_MIN};
    switch (tree_random(t, 4)) {
        case 0:
            return old + 1;
        case 1:
            return old ^ UINT64_C(1) << tree_random(t, 64);
        default:
            return values[tree_random(t, sizeof values / sizeof values[0])];
    }
}

// Where the field `index` hangs; NULL when it does not any more.
static inline int *tree_link_to(tree *t, int index) {
    for (int i = 0; i < t->count; i++) {
        if (t->field[i].children == index) return &t->field[i].children;
        if (t->field[i].next == index) return &t->field[i].next;
    }
    return NULL;
}

static inline void tree_hang(tree *t, int index) {
    int parent = 0;
    for (int i = 0; i < 8; i++) {
        const int chosen = (int)tree_random(t, (uint64_t)t->count);
        if (t->field[chosen].message || chosen == 0) parent = chosen;
    }
    int *link = &t->field[parent].children;
    for (uint64_t skip = tree_random(t, 6); *link && skip > 0; skip--) link = &t->field[*link].next;
    t->field[index].next = *link;
    *link = index;
}

// A new field: a number with some value, or an empty message or text.
static inline void tree_make(tree *t) {
    if (t->count == TREE_FIELDS) return;
    static const uint32_t wires[] = {0, 0, 0, 2, 2, 5, 1};
    const int index = t->count;
    t->field[index] = (tree_field){.number = 1 + (uint32_t)tree_random(t, 22),
                                   .wire = wires[tree_random(t, 7)],
                                   .bytes = (const uint8_t *)"ai.onnx\0\0\0\0\0\0\0\0\1"};
    t->field[index].value = tree_interesting(t, 1);
    if (t->field[index].wire == 2) t->field[index].size = tree_random(t, 17);
    t->count++;
    tree_hang(t, index);
}

// A copy of a field at another place; what lies below it is shared, which is as good for writing.
static inline void tree_copy(tree *t, int index) {
    if (t->count == TREE_FIELDS) return;
    t->field[t->count] = t->field[index];
    t->field[t->count].next = 0;
    tree_hang(t, t->count++);
}

static inline void tree_change_leaf(tree *t, tree_field *f) {
    if (t->used == TREE_CHANGES || f->size > TREE_LEAF) return;
    uint8_t *fresh = t->fresh[t->used++];
    if (f->size > 0) memcpy(fresh, f->bytes, f->size);
    const size_t room = f->size + 16 < TREE_LEAF ? f->size + 16 : TREE_LEAF;
    if (LLVMFuzzerMutate) f->size = LLVMFuzzerMutate(fresh, f->size, room);
    f->bytes = fresh;
}

static inline void tree_change(tree *t) {
    const int index = t->count > 1 ? 1 + (int)tree_random(t, (uint64_t)t->count - 1) : 0;
    tree_field *f = &t->field[index];
    const uint64_t kind = tree_random(t, 12);
    if (index == 0 || kind == 0) {
        tree_make(t);
    } else if (kind == 1) {
        int *link = tree_link_to(t, index);
        if (link) *link = f->next;
    } else if (kind <= 3) {
        tree_copy(t, index);
    } else if (kind == 4) {
        f->number = 1 + (uint32_t)tree_random(t, 22);
    } else if (f->wire != 2) {
        f->value = tree_interesting(t, f->value);
    } else if (!f->children) {
        tree_change_leaf(t, f);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    static tree t;
    static uint8_t copy[1 << 20];
    t.count = 1;
    t.used = t.visits = 0;
    t.random = seed;
    t.field[0] = (tree_field){.message = 1};
    if (size > sizeof copy || tree_random(&t, 16) == 0)
        return LLVMFuzzerMutate ? LLVMFuzzerMutate(data, size, max_size) : size;
    memcpy(copy, data, size);
    if (!tree_read(&t, 0, copy, copy + size, 0))
        return LLVMFuzzerMutate ? LLVMFuzzerMutate(data, size, max_size) : size;
    for (uint64_t i = 1 + tree_random(&t, TREE_CHANGES); i > 0; i--) tree_change(&t);
    // Copies of copies can multiply: what is too large is left as it was.
    if (tree_size(&t, 0, 0) > max_size || t.visits > TREE_VISITS) return size;
    return tree_write(&t, 0, data, 0, max_size, 0);
}

#endif
