// SPDX-License-Identifier: MIT
// Protobuf's wire format by hand, for files that no library would write.
#ifndef FOVEA_TESTS_WIRE_H
#define FOVEA_TESTS_WIRE_H

#include <stdlib.h>

#include "unit/unit.h"

typedef struct wire {
    uint8_t *data;
    size_t size, capacity;
} wire;

static inline void wire_add(wire *w, const void *bytes, size_t size) {
    if (w->size + size > w->capacity) {
        w->capacity = 2 * (w->size + size) + 64;
        w->data = realloc(w->data, w->capacity);
        assert_non_null(w->data);
    }
    if (size > 0) memcpy(w->data + w->size, bytes, size);
    w->size += size;
}

static inline void wire_free(wire *w) {
    free(w->data);
    *w = (wire){0};
}

static inline void wire_varint(wire *w, uint64_t value) {
    uint8_t byte;
    for (; value > 0x7f; value >>= 7) {
        byte = (uint8_t)(value | 0x80);
        wire_add(w, &byte, 1);
    }
    byte = (uint8_t)value;
    wire_add(w, &byte, 1);
}

static inline void wire_tag(wire *w, unsigned field, unsigned type) {
    wire_varint(w, (uint64_t)field << 3 | type);
}

static inline void wire_int(wire *w, unsigned field, int64_t value) {
    wire_tag(w, field, 0);
    wire_varint(w, (uint64_t)value);
}

static inline void wire_bytes(wire *w, unsigned field, const void *bytes, size_t size) {
    wire_tag(w, field, 2);
    wire_varint(w, size);
    wire_add(w, bytes, size);
}

static inline void wire_text(wire *w, unsigned field, const char *text) {
    wire_bytes(w, field, text, strlen(text));
}

// `inner` is released.
static inline void wire_message(wire *w, unsigned field, wire inner) {
    wire_bytes(w, field, inner.data, inner.size);
    wire_free(&inner);
}

// {"key", "value"}: a StringStringEntryProto.
static inline void wire_pair(wire *w, unsigned field, const char *key, const char *value) {
    wire pair = {0};
    wire_text(&pair, 1, key);
    wire_text(&pair, 2, value);
    wire_message(w, field, pair);
}

#endif
