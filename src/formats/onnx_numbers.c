// SPDX-License-Identifier: MIT
// The numbers of a TensorProto.
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/onnx_outside.h"
#include "formats/onnx_tensor.h"

typedef const fovea__onnx_tensor_message tensor_message;

enum { EXTERNAL = 1 };  // TensorProto.DataLocation

// A field that can hold numbers: pieces of the file, one after the other.
typedef struct pieces {
    const char *name;
    size_t count;
    const ProtobufCBinaryData *piece;
    unsigned wire;  // of a number that is not packed
    size_t width;   // bytes of a number, 0: varints
} pieces;

#define BAD(offset, ...) fovea__fail_at(error, FOVEA_BAD_FILE, "", (int64_t)(offset), __VA_ARGS__)

static size_t bytes_of(const pieces *p) {
    size_t sum = 0;
    for (size_t i = 0; i < p->count; i++) sum += (size_t)fovea__onnx_place_of(&p->piece[i]).size;
    return sum;
}

// -1 where there are none.
static int64_t offset_of(const pieces *p) {
    return p->count > 0 ? (int64_t)fovea__onnx_place_of(&p->piece[0]).offset : -1;
}

static bool is_half(const fovea__onnx_tensor *tensor) {
    return tensor->data_type == FOVEA__ONNX_TYPE_FLOAT16 ||
           tensor->data_type == FOVEA__ONNX_TYPE_BFLOAT16;
}

// Bytes of one number in raw_data and files beside the model.
static size_t raw_width(const fovea__onnx_tensor *tensor) {
    return is_half(tensor) ? 2 : fovea_type_size(tensor->type);
}

// The fields that can hold numbers, in this order.
enum { RAW, FLOATS, INT32S, INT64S, DOUBLES, UINT64S, FIELDS };

// The one that holds those of a type when they are not raw.
static int typed_field(const fovea__onnx_tensor *tensor) {
    if (is_half(tensor)) return INT32S;
    switch (tensor->type) {
        case FOVEA_F32:
            return FLOATS;
        case FOVEA_F64:
            return DOUBLES;
        case FOVEA_I64:
            return INT64S;
        case FOVEA_U32:
        case FOVEA_U64:
            return UINT64S;
        default:
            return INT32S;
    }
}

// The one field that holds the numbers.
static fovea_status find_field(tensor_message *message, const fovea__onnx_tensor *tensor,
                               pieces *found, fovea_error *error) {
    pieces fields[FIELDS] = {
        {"raw_data", message->n_raw_data, message->raw_data, FOVEA__ONNX_WIRE_LENGTH,
         raw_width(tensor)},
        {"float_data", message->n_float_data, message->float_data, FOVEA__ONNX_WIRE_4_BYTES, 4},
        {"int32_data", message->n_int32_data, message->int32_data, FOVEA__ONNX_WIRE_VARINT, 0},
        {"int64_data", message->n_int64_data, message->int64_data, FOVEA__ONNX_WIRE_VARINT, 0},
        {"double_data", message->n_double_data, message->double_data, FOVEA__ONNX_WIRE_8_BYTES, 8},
        {"uint64_data", message->n_uint64_data, message->uint64_data, FOVEA__ONNX_WIRE_VARINT, 0},
    };
    if (fields[RAW].count > 1) {  // one value: of several the last holds
        fields[RAW].piece += fields[RAW].count - 1;
        fields[RAW].count = 1;
    }
    const int typed = typed_field(tensor);
    const bool raw = bytes_of(&fields[RAW]) > 0;
    for (int i = FLOATS; i < FIELDS; i++) {
        if (bytes_of(&fields[i]) == 0) continue;
        if (i != typed)
            return BAD(offset_of(&fields[i]), "numbers of type %s in %s",
                       fovea__onnx_type_name(tensor->data_type), fields[i].name);
        if (raw)
            return BAD(offset_of(&fields[i]), "numbers in both raw_data and %s", fields[i].name);
    }
    *found = fields[raw || message->n_raw_data > 0 ? RAW : typed];
    return FOVEA_OK;
}

// Whether the pieces are of the wire type their field has, and may hold `count` numbers.
static fovea_status check_pieces(const pieces *p, size_t count, fovea_error *error) {
    const size_t bytes = bytes_of(p);
    for (size_t i = 0; i < p->count; i++) {
        const fovea__onnx_place place = fovea__onnx_place_of(&p->piece[i]);
        if (place.wire != FOVEA__ONNX_WIRE_LENGTH && place.wire != p->wire)
            return BAD(place.offset, "%s has wire type %u", p->name, (unsigned)place.wire);
    }
    // A varint has at least one byte.
    if (p->width == 0 ? bytes < count : bytes != count * p->width)
        return BAD(offset_of(p), "%s has %zu bytes, type and shape need %s%zu", p->name, bytes,
                   p->width == 0 ? "at least " : "", count * (p->width ? p->width : 1));
    return FOVEA_OK;
}

// Adds the tensor's bytes to those made so far; `size` is what all the files have.
static fovea_status spend(uint64_t *made, size_t bytes, uint64_t size, fovea_error *error) {
    *made += bytes;
    if (*made <= FOVEA__ONNX_NUMBER_MEMORY + 2 * size) return FOVEA_OK;
    return fovea__fail(
        error, FOVEA_BAD_FILE,
        "the tensors up to this one would take %llu bytes of memory, which a file of "
        "%llu bytes should not need",
        (unsigned long long)*made, (unsigned long long)size);
}

static size_t elements_of(const fovea__onnx_tensor *tensor) {
    return tensor->size / fovea_type_size(tensor->type);
}

fovea_status fovea__onnx_numbers_check(fovea__onnx_source *source, tensor_message *message,
                                       const fovea__onnx_tensor *tensor, fovea_error *error) {
    pieces field;
    if (tensor->type == FOVEA_TYPE_NONE) return FOVEA_OK;
    const size_t count = elements_of(tensor);
    if (message->data_location != 0 && message->data_location != EXTERNAL)
        return fovea__fail(error, FOVEA_BAD_FILE, "data_location %d", message->data_location);
    FOVEA__TRY(find_field(message, tensor, &field, error));
    if (message->data_location == EXTERNAL) {
        if (bytes_of(&field) > 0)
            return BAD(offset_of(&field), "numbers in both %s and another file", field.name);
        FOVEA__TRY(
            fovea__onnx_outside_check(source, message, (uint64_t)count * raw_width(tensor), error));
        return spend(&source->outer, tensor->size, fovea__beside_total(source->beside), error);
    }
    FOVEA__TRY(check_pieces(&field, count, error));
    return spend(&source->inner, tensor->size, source->size, error);
}

// A number of int32_data, int64_data or uint64_data as the tensor's type; false where it is too large.
// Half floats stand there as their 16 bits.
static bool store(fovea_type type, uint64_t value, uint8_t *to) {
    const int32_t i = (int32_t)(uint32_t)value;
#define STORE(ctype, number)                         \
    do {                                             \
        const ctype stored = (ctype)(number);        \
        memcpy(to, &stored, sizeof stored);          \
        return (int64_t)stored == (int64_t)(number); \
    } while (0)
    switch (type) {
        case FOVEA_I64:
            STORE(int64_t, value);
        case FOVEA_U64:
            STORE(uint64_t, value);
        case FOVEA_U32:
            STORE(uint32_t, value);
        case FOVEA_I32:
            STORE(int32_t, i);
        case FOVEA_I16:
            STORE(int16_t, i);
        case FOVEA_U16:
            STORE(uint16_t, i);
        case FOVEA_I8:
            STORE(int8_t, i);
        default:
            STORE(uint8_t, i);
    }
#undef STORE
}

static fovea_status take_varints(const fovea__onnx_source *source, const pieces *p, fovea_type type,
                                 size_t width, size_t count, uint8_t *to, fovea_error *error) {
    size_t done = 0;
    for (size_t i = 0; i < p->count; i++) {
        const fovea__onnx_place place = fovea__onnx_place_of(&p->piece[i]);
        const uint8_t *at = source->bytes + place.offset, *end = at + place.size;
        while (at < end) {
            const int64_t offset = at - source->bytes;
            uint64_t value;
            if (fovea__onnx_varint(&at, end, &value) != 1)
                return BAD(offset, "a number of %s is cut off or has more than 10 bytes", p->name);
            if (done == count)
                return BAD(offset, "%s has more than the %zu numbers of the shape", p->name, count);
            if (!store(type, value, to + width * done++))
                return BAD(offset, "number %zu of %s, %lld, is too large for its type", done - 1,
                           p->name, (long long)value);
        }
    }
    if (done != count)
        return BAD(offset_of(p), "%s has %zu numbers, the shape needs %zu", p->name, done, count);
    return FOVEA_OK;
}

// 16-bit floats in the upper half of `data` become 32-bit ones over all of it. What is written never
// reaches what is still to be read.
static void widen(uint8_t *data, size_t count, bool brain) {
    const uint8_t *from = data + 2 * count;
    for (size_t i = 0; i < count; i++) {
        uint16_t half;
        uint32_t bits;
        memcpy(&half, from + 2 * i, sizeof half);
        const uint32_t sign = (uint32_t)(half & 0x8000) << 16, size = half & 0x7fff;
        if (brain) {
            bits = (uint32_t)half << 16;
        } else if (size >= 0x7c00) {  // infinity, NaN
            bits = sign | 0x7f800000 | (size & 0x3ff) << 13;
        } else if (size >= 0x400) {  // another bias of the exponent
            bits = sign | (size + ((127 - 15) << 10)) << 13;
        } else {  // multiples of 2^-24
            const float small = (float)size * 0x1p-24f;
            memcpy(&bits, &small, sizeof bits);
            bits |= sign;
        }
        memcpy(data + 4 * i, &bits, sizeof bits);
    }
}

// What is copied is given back on the way, so that file and numbers are not in memory both.
static void take_bytes(const fovea__onnx_source *source, const fovea__onnx_place *place,
                       uint8_t *to) {
    enum { STEP = 4 << 20 };
    for (uint64_t done = 0; done < place->size; done += STEP) {
        const uint64_t left = place->size - done, at = place->offset + done;
        const size_t size = left < STEP ? (size_t)left : STEP;
        memcpy(to + done, source->bytes + at, size);
        if (source->own) fovea__forget(source->context, source->own + at, size);
    }
}

static void take_plain(const fovea__onnx_source *source, const pieces *p, uint8_t *to) {
    for (size_t i = 0; i < p->count; i++) {
        const fovea__onnx_place place = fovea__onnx_place_of(&p->piece[i]);
        take_bytes(source, &place, to);
        to += place.size;
    }
}

fovea_status fovea__onnx_numbers_take(fovea__onnx_source *source, tensor_message *message,
                                      const fovea__onnx_tensor *tensor, void *data,
                                      fovea_error *error) {
    pieces field;
    if (tensor->type == FOVEA_TYPE_NONE) return FOVEA_OK;
    const size_t count = elements_of(tensor), raw = count * raw_width(tensor);
    uint8_t *const bytes = data, *const to = bytes + (tensor->size - raw);
    FOVEA__TRY(find_field(message, tensor, &field, error));
    if (message->data_location == EXTERNAL) {
        FOVEA__TRY(fovea__onnx_outside_take(source, message, to, raw, error));
    } else if (field.width == 0) {
        const fovea_type type = is_half(tensor) ? FOVEA_U16 : tensor->type;
        FOVEA__TRY(take_varints(source, &field, type, raw_width(tensor), count, to, error));
    } else {
        take_plain(source, &field, to);
    }
    if (is_half(tensor)) widen(bytes, count, tensor->data_type == FOVEA__ONNX_TYPE_BFLOAT16);
    for (size_t i = 0; tensor->type == FOVEA_BOOL && i < count; i++) bytes[i] = bytes[i] != 0;
    return FOVEA_OK;
}
