// SPDX-License-Identifier: MIT
// A state dict as torch.save writes it: archive/data.pkl, archive/data/K and two small members.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/pth.h"
#include "formats/zip_write.h"

enum { ALIGNMENT = 64 };

// Opcodes, as in pickle.c.
enum {
    MARK = '(',
    STOP = '.',
    GLOBAL = 'c',
    PERSISTENT = 'Q',
    REDUCE = 'R',
    PROTO = 0x80,
    EMPTY_TUPLE = ')',
    SETITEMS = 'u',
    TUPLE = 't',
    NEWFALSE = 0x89,
    BININT = 'J',
    LONG1 = 0x8a,
    BINUNICODE = 'X'
};

// The storage's class, or the element type that a storage of bytes is given.
static const char *storage_of(fovea_type type) {
    switch (type) {
        case FOVEA_F32:
            return "torch\nFloatStorage\n";
        case FOVEA_F64:
            return "torch\nDoubleStorage\n";
        case FOVEA_F16:
            return "torch\nHalfStorage\n";
        case FOVEA_BF16:
            return "torch\nBFloat16Storage\n";
        case FOVEA_I64:
            return "torch\nLongStorage\n";
        case FOVEA_I32:
            return "torch\nIntStorage\n";
        case FOVEA_I16:
            return "torch\nShortStorage\n";
        case FOVEA_I8:
            return "torch\nCharStorage\n";
        case FOVEA_U8:
            return "torch\nByteStorage\n";
        case FOVEA_BOOL:
            return "torch\nBoolStorage\n";
        default:
            return NULL;
    }
}

static const char *dtype_of(fovea_type type) {
    switch (type) {
        case FOVEA_U16:
            return "torch\nuint16\n";
        case FOVEA_U32:
            return "torch\nuint32\n";
        case FOVEA_U64:
            return "torch\nuint64\n";
        default:
            return NULL;
    }
}

static void put(fovea__text *out, int code) {
    char byte = (char)code;
    fovea__text_add_n(out, &byte, 1);
}

static void put_global(fovea__text *out, const char *lines) {
    put(out, GLOBAL);
    fovea__text_add(out, lines);
}

static void put_little(fovea__text *out, uint64_t value, int size) {
    for (int i = 0; i < size; i++) put(out, (int)(value >> 8 * i & 0xff));
}

static void put_text(fovea__text *out, const char *text) {
    put(out, BINUNICODE);
    put_little(out, strlen(text), 4);
    fovea__text_add(out, text);
}

static void put_integer(fovea__text *out, int64_t value) {
    bool small = value <= INT32_MAX;
    put(out, small ? BININT : LONG1);
    if (!small) put(out, 8);
    put_little(out, (uint64_t)value, small ? 4 : 8);
}

static void put_tuple(fovea__text *out, const int64_t *values, int32_t count) {
    if (count == 0) {
        put(out, EMPTY_TUPLE);
        return;
    }
    put(out, MARK);
    for (int32_t i = 0; i < count; i++) put_integer(out, values[i]);
    put(out, TUPLE);
}

static void put_ordered_dict(fovea__text *out) {
    put_global(out, "collections\nOrderedDict\n");
    put(out, EMPTY_TUPLE);
    put(out, REDUCE);
}

static void put_storage(fovea__text *out, const fovea__list_tensor *tensor, size_t index) {
    const char *storage = storage_of(tensor->type);
    char key[24];
    put(out, MARK);
    put_text(out, "storage");
    put_global(out, storage ? storage : "torch.storage\nUntypedStorage\n");
    snprintf(key, sizeof key, "%zu", index);
    put_text(out, key);
    put_text(out, "cpu");
    put_integer(out,
                (int64_t)(storage ? tensor->size / fovea_type_size(tensor->type) : tensor->size));
    put(out, TUPLE);
    put(out, PERSISTENT);
}

// _rebuild_tensor_v2(storage, 0, size, stride, False, OrderedDict()), or _v3 with a type behind.
static void put_tensor(fovea__text *out, const fovea__list_tensor *tensor, size_t index) {
    int64_t stride[FOVEA_MAX_RANK], step = 1;
    bool typed = storage_of(tensor->type) != NULL;
    for (int32_t i = tensor->shape.rank - 1; i >= 0; i--) {
        stride[i] = step;
        step *= tensor->shape.dim[i] ? tensor->shape.dim[i] : 1;
    }
    put_global(out,
               typed ? "torch._utils\n_rebuild_tensor_v2\n" : "torch._utils\n_rebuild_tensor_v3\n");
    put(out, MARK);
    put_storage(out, tensor, index);
    put_integer(out, 0);
    put_tuple(out, tensor->shape.dim, tensor->shape.rank);
    put_tuple(out, stride, tensor->shape.rank);
    put(out, NEWFALSE);
    put_ordered_dict(out);
    if (!typed) put_global(out, dtype_of(tensor->type));
    put(out, TUPLE);
    put(out, REDUCE);
}

static fovea_status make_pickle(fovea_context *context, const fovea__list_tensor *tensors,
                                size_t count, char **pickle, size_t *size, fovea_error *error) {
    fovea__text out = fovea__text_begin(context);
    put(&out, PROTO);
    put(&out, 2);
    put_ordered_dict(&out);
    put(&out, MARK);
    for (size_t i = 0; i < count; i++) {
        put_text(&out, tensors[i].name);
        put_tensor(&out, &tensors[i], i);
    }
    put(&out, SETITEMS);
    put(&out, STOP);
    return fovea__text_take(&out, pickle, size, error);
}

static fovea_status check(const fovea__list_tensor *tensors, size_t count, fovea_error *error) {
    if (count > FOVEA__LIST_MAX_TENSORS)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%zu tensors in a .pth file", count);
    for (size_t i = 0; i < count; i++) {
        const fovea__list_tensor *tensor = &tensors[i];
        if (!fovea__list_good_name(tensor->name, strlen(tensor->name)))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "a tensor's name must be 1 to %d bytes of UTF-8 without control "
                               "characters",
                               FOVEA__LIST_MAX_NAME);
        if ((!storage_of(tensor->type) && !dtype_of(tensor->type)) ||
            fovea_shape_count(&tensor->shape) < 0 || (tensor->size > 0 && !tensor->data))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "tensor %s has a type, shape or data that cannot be written",
                               tensor->name);
    }
    return FOVEA_OK;
}

static fovea_status add(fovea__zip_writer *zip, const char *name, const void *bytes, size_t size,
                        fovea_error *error) {
    return fovea__zip_writer_add(zip, name, &(fovea__zip_part){bytes, size}, 1, error);
}

static fovea_status add_members(fovea__zip_writer *zip, const char *pickle, size_t size,
                                const fovea__list_tensor *tensors, size_t count,
                                fovea_error *error) {
    FOVEA__TRY(add(zip, "archive/data.pkl", pickle, size, error));
    FOVEA__TRY(add(zip, "archive/byteorder", "little", 6, error));
    for (size_t i = 0; i < count; i++) {
        char name[48];
        snprintf(name, sizeof name, "archive/data/%zu", i);
        FOVEA__TRY(add(zip, name, tensors[i].data, tensors[i].size, error));
    }
    return add(zip, "archive/version", "3\n", 2, error);
}

fovea_status fovea__pth_write(fovea_context *context, const char *path,
                              const fovea__list_tensor *tensors, size_t count, fovea_error *error) {
    char *pickle = NULL;
    size_t size = 0;
    fovea__zip_writer *zip = NULL;
    fovea_status status;
    FOVEA__TRY(check(tensors, count, error));
    FOVEA__TRY(make_pickle(context, tensors, count, &pickle, &size, error));
    FOVEA__GO(fovea__zip_writer_open(context, path, ".pth", ALIGNMENT, &zip, error));
    status = add_members(zip, pickle, size, tensors, count, error);
    if (status == FOVEA_OK)
        status = fovea__zip_writer_commit(zip, error);
    else
        fovea__zip_writer_discard(zip);
done:
    fovea__free(context, pickle);
    return status;
}
