// SPDX-License-Identifier: MIT
#include "formats/onnx_wire.h"

#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/onnx.h"

typedef const ProtobufCMessageDescriptor message_kind;
typedef const ProtobufCFieldDescriptor field_kind;

enum {
    ROUND = 16,         // alignment of what is cut from the arena
    LENGTH_BYTES = 5,   // room for the length of a message inside another
    FEW_FIELDS = 16,    // protobuf-c lists more fields than these in memory of its own …
    LISTED_FIELD = 64,  // … which takes at most this for each of them
    ATTRIBUTE_TEXT = 4,
    ATTRIBUTE_TEXTS = 9
};

typedef struct walk {
    const uint8_t *begin;
    const char *name;
    uint8_t *out;     // the copy; NULL while it is only measured
    size_t out_size;  // bytes of it
    size_t need;      // memory of the messages
    size_t left_out;  // bytes of the file that are not read into messages
} walk;

// One field as it stands in the file.
typedef struct field {
    const uint8_t *tag, *value, *end;  // `value` is behind the length where there is one
    uint32_t number;
    unsigned wire;
} field;

#define FAIL(w, at, ...) \
    fovea__fail_at(error, FOVEA_BAD_FILE, (w)->name, (int64_t)((at) - (w)->begin), __VA_ARGS__)

int fovea__onnx_varint(const uint8_t **at, const uint8_t *end, uint64_t *value) {
    *value = 0;
    for (int i = 0; i < 10; i++) {
        if (*at == end) return 0;
        uint8_t byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) return 1;
    }
    return -1;
}

static fovea_status take_varint(const walk *w, const uint8_t **at, const uint8_t *end,
                                uint64_t *value, fovea_error *error) {
    const uint8_t *begin = *at;
    int found = fovea__onnx_varint(at, end, value);
    if (found < 0) return FAIL(w, begin, "a number of more than 10 bytes");
    return found ? FOVEA_OK : FAIL(w, begin, "a number is cut off");
}

static fovea_status take_length(const walk *w, field *f, const uint8_t *end, fovea_error *error) {
    uint64_t length = 0;
    if (f->wire == FOVEA__ONNX_WIRE_LENGTH)
        FOVEA__TRY(take_varint(w, &f->value, end, &length, error));
    else
        length = f->wire == FOVEA__ONNX_WIRE_4_BYTES ? 4 : 8;
    const size_t left = (size_t)(end - f->value);
    if (length > left)
        return FAIL(w, f->tag, "field %u needs %llu bytes, %zu are left", f->number,
                    (unsigned long long)length, left);
    f->end = f->value + length;
    return FOVEA_OK;
}

static fovea_status take_field(const walk *w, message_kind *kind, const uint8_t *at,
                               const uint8_t *end, field *f, fovea_error *error) {
    uint64_t tag, value;
    *f = (field){.tag = at, .value = at};
    FOVEA__TRY(take_varint(w, &f->value, end, &tag, error));
    f->number = (uint32_t)(tag >> 3);
    f->wire = (unsigned)(tag & 7);
    if (tag > UINT32_MAX || f->number == 0)
        return FAIL(w, at, "%llu is no field number, in %s", (unsigned long long)tag >> 3,
                    kind->short_name);
    if (f->wire == 3 || f->wire == 4 || f->wire > 5)
        return FAIL(w, at, "field %u of %s has wire type %u, which ONNX does not use", f->number,
                    kind->short_name, f->wire);
    if (f->wire != FOVEA__ONNX_WIRE_VARINT) return take_length(w, f, end, error);
    f->end = f->value;
    return take_varint(w, &f->end, end, &value, error);
}

// Whether the wire type is one that the field may have.
static bool fits(field_kind *kind, unsigned wire) {
    const bool list = kind->label == PROTOBUF_C_LABEL_REPEATED;
    switch (kind->type) {
        case PROTOBUF_C_TYPE_BYTES:
            return list || wire == FOVEA__ONNX_WIRE_LENGTH;
        case PROTOBUF_C_TYPE_STRING:
        case PROTOBUF_C_TYPE_MESSAGE:
            return wire == FOVEA__ONNX_WIRE_LENGTH;
        case PROTOBUF_C_TYPE_FLOAT:
            return wire == FOVEA__ONNX_WIRE_4_BYTES || (list && wire == FOVEA__ONNX_WIRE_LENGTH);
        default:
            return wire == FOVEA__ONNX_WIRE_VARINT || (list && wire == FOVEA__ONNX_WIRE_LENGTH);
    }
}

static fovea_status charge(walk *w, const uint8_t *at, size_t bytes, fovea_error *error) {
    const size_t read = (size_t)(at - w->begin) - w->left_out;
    w->need += bytes;
    if (w->need + w->out_size <= FOVEA__ONNX_MESSAGE_MEMORY + 2 * read) return FOVEA_OK;
    return FAIL(w, at, "more small messages than are read: those up to here would take %zu MiB",
                (w->need + w->out_size) >> 20);
}

static void put(walk *w, const void *bytes, size_t size) {
    if (w->out) memcpy(w->out + w->out_size, bytes, size);
    w->out_size += size;
}

static void put_varint(walk *w, uint64_t value) {
    uint8_t bytes[10];
    size_t size = 0;
    for (; value > 0x7f; value >>= 7) bytes[size++] = (uint8_t)(value | 0x80);
    bytes[size++] = (uint8_t)value;
    put(w, bytes, size);
}

static void put_tag(walk *w, const field *f, unsigned wire) {
    put_varint(w, (uint64_t)f->number << 3 | wire);
}

static void put_value(walk *w, const field *f) {
    put_tag(w, f, f->wire);
    if (f->wire == FOVEA__ONNX_WIRE_LENGTH) put_varint(w, (uint64_t)(f->end - f->value));
    put(w, f->value, (size_t)(f->end - f->value));
}

static fovea_status walk_text(walk *w, field_kind *kind, const field *f, fovea_error *error) {
    const size_t length = (size_t)(f->end - f->value);
    if (length > 0 && memchr(f->value, 0, length))
        return FAIL(w, f->value, "a zero byte in the text '%s'", kind->name);
    if (!fovea__is_utf8((const char *)f->value, length))
        return FAIL(w, f->value, "the text '%s' is not UTF-8", kind->name);
    put_value(w, f);
    return charge(w, f->tag, length + 1 + ROUND, error);
}

// The numbers of tensors are not copied any more; other bytes become texts.
static fovea_status walk_bytes(walk *w, message_kind *parent, const field *f, fovea_error *error) {
    const fovea__onnx_place place = {.offset = (uint64_t)(f->value - w->begin),
                                     .size = (uint64_t)(f->end - f->value),
                                     .wire = f->wire};
    const bool text = parent == &fovea__onnx__model_proto__descriptor ||
                      (parent == &fovea__onnx__attribute_proto__descriptor &&
                       (f->number == ATTRIBUTE_TEXT || f->number == ATTRIBUTE_TEXTS));
    put_tag(w, f, FOVEA__ONNX_WIRE_LENGTH);
    put_varint(w, sizeof place);
    put(w, &place, sizeof place);
    w->left_out += text ? 0 : (size_t)place.size;
    return charge(w, f->tag, sizeof place + 2 * ROUND + (text ? (size_t)place.size + ROUND : 0),
                  error);
}

static fovea_status walk_packed(walk *w, field_kind *kind, const field *f, fovea_error *error) {
    const size_t size = (size_t)(f->end - f->value);
    uint64_t value;
    if (kind->type == PROTOBUF_C_TYPE_FLOAT) {
        if (size % 4) return FAIL(w, f->value, "%zu bytes are no whole number of floats", size);
    } else {
        for (const uint8_t *at = f->value; at < f->end;)
            FOVEA__TRY(take_varint(w, &at, f->end, &value, error));
    }
    put_value(w, f);
    return charge(w, f->tag, size * sizeof(int64_t) + ROUND, error);
}

// Memory of a message: protobuf-c's struct and the one of onnx.h that is made of it.
static size_t memory_of(message_kind *kind) {
    static const struct {
        message_kind *kind;
        size_t made;
    } list[] = {
        {&fovea__onnx__model_proto__descriptor, sizeof(fovea__onnx_model) + 8 * ROUND},
        {&fovea__onnx__node_proto__descriptor, sizeof(fovea__onnx_node)},
        {&fovea__onnx__attribute_proto__descriptor, sizeof(fovea__onnx_attribute)},
        {&fovea__onnx__tensor_proto__descriptor, sizeof(fovea__onnx_tensor) + sizeof(void *)},
        {&fovea__onnx__value_info_proto__descriptor, sizeof(fovea__onnx_value)},
        {&fovea__onnx__pair__descriptor, sizeof(fovea__onnx_pair)},
        {&fovea__onnx__operator_set_id_proto__descriptor, sizeof(fovea__onnx_opset)},
    };
    size_t bytes = kind->sizeof_message + ROUND;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (list[i].kind == kind) bytes += list[i].made + 2 * ROUND;
    return bytes;
}

// Begin and end of a message being walked; the recursion is as deep as onnx.proto's messages.
static fovea_status walk_message(walk *w, message_kind *kind, const uint8_t *at, const uint8_t *end,
                                 fovea_error *error);

static fovea_status walk_inner(walk *w, field_kind *kind, const field *f, fovea_error *error) {
    put_tag(w, f, f->wire);
    uint8_t *length = w->out ? w->out + w->out_size : NULL;
    w->out_size += LENGTH_BYTES;
    const size_t before = w->out_size;
    FOVEA__TRY(walk_message(w, kind->descriptor, f->value, f->end, error));
    size_t size = w->out_size - before;
    for (int i = 0; length && i < LENGTH_BYTES; i++, size >>= 7)
        length[i] = (uint8_t)((size & 0x7f) | (i + 1 < LENGTH_BYTES ? 0x80 : 0));
    return FOVEA_OK;
}

static fovea_status walk_field(walk *w, message_kind *parent, field_kind *kind, const field *f,
                               fovea_error *error) {
    if (!fits(kind, f->wire))
        return FAIL(w, f->tag, "'%s' of %s has wire type %u", kind->name, parent->short_name,
                    f->wire);
    if (kind->label == PROTOBUF_C_LABEL_REPEATED) FOVEA__TRY(charge(w, f->tag, 2 * ROUND, error));
    switch (kind->type) {
        case PROTOBUF_C_TYPE_MESSAGE:
            return walk_inner(w, kind, f, error);
        case PROTOBUF_C_TYPE_STRING:
            return walk_text(w, kind, f, error);
        case PROTOBUF_C_TYPE_BYTES:
            return walk_bytes(w, parent, f, error);
        default:
            if (f->wire == FOVEA__ONNX_WIRE_LENGTH) return walk_packed(w, kind, f, error);
            put_value(w, f);
            return FOVEA_OK;
    }
}

static fovea_status walk_message(walk *w, message_kind *kind, const uint8_t *at, const uint8_t *end,
                                 fovea_error *error) {
    uint64_t seen = 0;  // single messages that were there, by their place in the description
    size_t fields = 0;
    FOVEA__TRY(charge(w, at, memory_of(kind), error));
    while (at < end) {
        field f;
        FOVEA__TRY(take_field(w, kind, at, end, &f, error));
        at = f.end;
        field_kind *known = protobuf_c_message_descriptor_get_field(kind, f.number);
        if (!known) {
            w->left_out += (size_t)(f.end - f.tag);
            continue;
        }
        if (known->type == PROTOBUF_C_TYPE_MESSAGE && known->label != PROTOBUF_C_LABEL_REPEATED) {
            // protobuf would merge the two; nobody writes that.
            const uint64_t bit = UINT64_C(1) << (known - kind->fields);
            if (seen & bit)
                return FAIL(w, f.tag, "a second '%s' in one %s", known->name, kind->short_name);
            seen |= bit;
        }
        if (++fields > FEW_FIELDS)
            FOVEA__TRY(charge(
                w, f.tag, fields == FEW_FIELDS + 1 ? fields * LISTED_FIELD : LISTED_FIELD, error));
        FOVEA__TRY(walk_field(w, kind, known, &f, error));
    }
    return FOVEA_OK;
}

fovea__onnx_place fovea__onnx_place_of(const ProtobufCBinaryData *bytes) {
    fovea__onnx_place place = {0};
    if (bytes->len == sizeof place) memcpy(&place, bytes->data, sizeof place);
    return place;
}

void *fovea__onnx_take(fovea__onnx_arena *arena, size_t count, size_t size, fovea_error *error) {
    const size_t left = (size_t)(arena->end - arena->at);
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > left) {
        fovea__fail(error, FOVEA_OUT_OF_MEMORY, "out of memory: %zu items of %zu bytes", count,
                    size);
        return NULL;
    }
    void *taken = arena->at;
    const size_t rounded = (bytes + ROUND - 1) / ROUND * ROUND;
    arena->at += rounded < left ? rounded : left;
    return taken;
}

static void *take_for_messages(void *user, size_t size) {
    return fovea__onnx_take(user, 1, size, NULL);
}

static void give_back(void *user, void *memory) {
    (void)user, (void)memory;
}

fovea_status fovea__onnx_decode(fovea_context *context, const ProtobufCMessageDescriptor *kind,
                                const uint8_t *bytes, size_t size, const char *name,
                                fovea__onnx_arena *arena, ProtobufCMessage **message,
                                fovea_error *error) {
    walk w = {.begin = bytes, .name = name};
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    *arena = (fovea__onnx_arena){0};
    *message = NULL;
    FOVEA__TRY(walk_message(&w, kind, bytes, bytes + size, error));
    const size_t need = w.need + ROUND;
    uint8_t *copy = fovea__new(context, w.out_size, 1, error);
    arena->begin = copy ? fovea__new(context, need, 1, error) : NULL;
    if (!arena->begin) goto done;
    arena->at = arena->begin;
    arena->end = arena->begin + need;
    w = (walk){.begin = bytes, .name = name, .out = copy};
    FOVEA__GO(walk_message(&w, kind, bytes, bytes + size, error));
    ProtobufCAllocator allocator = {take_for_messages, give_back, arena};
    *message = protobuf_c_message_unpack(kind, &allocator, w.out_size, copy);
    if (!*message) status = fovea__fail_at(error, FOVEA_BAD_FILE, name, -1, "is no ONNX file");
done:
    fovea__free(context, copy);
    if (status != FOVEA_OK) {
        fovea__free(context, arena->begin);
        *arena = (fovea__onnx_arena){0};
    }
    return status;
}
