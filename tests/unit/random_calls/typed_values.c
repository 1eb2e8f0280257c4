// SPDX-License-Identifier: MIT
#include "unit/random_calls/typed_values.h"

#include "unit/random_calls/random_calls.h"

#define INTEGERS(XX)  \
    XX(I64, int64_t)  \
    XX(I32, int32_t)  \
    XX(I16, int16_t)  \
    XX(I8, int8_t)    \
    XX(U64, uint64_t) \
    XX(U32, uint32_t) \
    XX(U16, uint16_t) \
    XX(U8, uint8_t)

static const fovea_type types[] = {FOVEA_I64, FOVEA_I32, FOVEA_I16, FOVEA_I8,  FOVEA_U64, FOVEA_U32,
                                   FOVEA_U16, FOVEA_U8,  FOVEA_F32, FOVEA_F64, FOVEA_BOOL};

fovea_type typed_any(bool all) {
    return types[pick(all ? 11 : 8)];
}

bool typed_signed(fovea_type type) {
    return type == FOVEA_I64 || type == FOVEA_I32 || type == FOVEA_I16 || type == FOVEA_I8;
}

uint8_t *typed_at(const typed *t, size_t i) {
    return (uint8_t *)t->memory.data + i * t->item;
}

// Small numbers, the ends of the range, or any bits. BOOL: bytes that are neither 0 nor 1, too.
static void fill_whole(typed *t, size_t i) {
    static const int64_t ends[] = {0, 1, -1, INT64_MIN, INT64_MAX, INT32_MIN, INT8_MIN, INT8_MAX};
    uint8_t *at = typed_at(t, i);
    switch (pick(4)) {
        case 0:
            typed_set(t, i, ends[pick(8)]);
            break;
        case 1:
            for (size_t b = 0; b < t->item; b++) at[b] = (uint8_t)pick(256);
            break;
        default:
            typed_set(t, i, pick(21) - 10);
    }
}

typed typed_make(fovea_type type, int64_t count) {
    typed t = {.type = type, .item = fovea_type_size(type)};
    t.memory = guarded_of((size_t)count * t.item, t.item);
    for (size_t i = 0; i < (size_t)count; i++) {
        float value = pick(8) ? guarded_value() * 100 : extreme_value();
        if (type == FOVEA_F32)
            memcpy(typed_at(&t, i), &value, sizeof value);
        else if (type == FOVEA_F64)
            ((double *)(void *)t.memory.data)[i] = pick(2) ? (double)value : rint((double)value);
        else
            fill_whole(&t, i);
    }
    return t;
}

typed typed_copy(const typed *from) {
    typed t = {from->type, from->item, guarded_of(from->memory.bytes, from->item)};
    memcpy(t.memory.data, from->memory.data, from->memory.bytes);
    return t;
}

wide_whole typed_whole(const typed *t, size_t i) {
    const uint8_t *at = typed_at(t, i);
#define LOAD(name, TYPE)                  \
    if (t->type == FOVEA_##name) {        \
        TYPE value;                       \
        memcpy(&value, at, sizeof value); \
        return value;                     \
    }
    INTEGERS(LOAD)
#undef LOAD
    return *at != 0;
}

void typed_set(typed *t, size_t i, wide_whole value) {
    uint8_t *at = typed_at(t, i);
    for (size_t b = 0; b < t->item; b++) at[b] = (uint8_t)((wide_bits)value >> 8 * b);
}

double typed_double(const typed *t, size_t i) {
    float narrow = 0;
    double number = 0;
    memcpy(&narrow, typed_at(t, i), 4 < t->item ? 4 : t->item);
    memcpy(&number, typed_at(t, i), t->item);
    return t->type == FOVEA_F32   ? (double)narrow
           : t->type == FOVEA_F64 ? number
                                  : (double)typed_whole(t, i);
}

bool typed_float(const typed *t) {
    return t->type == FOVEA_F32 || t->type == FOVEA_F64;
}

bool typed_true(const typed *t, size_t i) {
    return typed_float(t) ? typed_double(t, i) != 0 : typed_whole(t, i) != 0;
}

int typed_order(const typed *x, size_t i, const typed *y, size_t k) {
    if (typed_float(x)) {
        double a = typed_double(x, i), b = typed_double(y, k);
        return a != a || b != b ? 2 : (a > b) - (a < b);
    }
    wide_whole a = typed_whole(x, i), b = typed_whole(y, k);
    return (a > b) - (a < b);
}

wide_whole wrapping_product(wide_whole x, wide_whole y) {
    return (wide_whole)((wide_bits)x * (wide_bits)y);
}
