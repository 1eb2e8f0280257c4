// SPDX-License-Identifier: MIT
#include "formats/onnx_outside.h"

#include <string.h>

#include "base/fail.h"
#include "base/text.h"

// External data: {"location", NAME}, {"offset", "0"}, {"length", "16"}; other keys mean nothing here.
typedef struct outside {
    const char *location;
    int64_t offset, length;  // length -1: not said
} outside;

static fovea_status read_outside(const fovea__onnx_tensor_message *message, outside *where,
                                 fovea_error *error) {
    *where = (outside){.length = -1};
    for (size_t i = 0; i < message->n_external_data; i++) {
        const char *key = message->external_data[i]->key, *value = message->external_data[i]->value;
        if (!key || !value)
            return fovea__fail(error, FOVEA_BAD_FILE, "external data without a key or value");
        int64_t *number = strcmp(key, "offset") == 0   ? &where->offset
                          : strcmp(key, "length") == 0 ? &where->length
                                                       : NULL;
        if (strcmp(key, "location") == 0) where->location = value;
        if (number && (!fovea__parse_i64(value, number) || *number < 0))
            return fovea__fail(error, FOVEA_BAD_FILE, "external data with %s '%.40s'", key, value);
    }
    if (!where->location)
        return fovea__fail(error, FOVEA_BAD_FILE, "external data without a location");
    return FOVEA_OK;
}

static fovea_status choose_outside(fovea__onnx_source *source, const outside *where, uint64_t *size,
                                   fovea_error *error) {
    if (!source->folder)
        return fovea__fail(error, FOVEA_BAD_FILE, "its numbers are in another file, '%s'",
                           where->location);
    if (!source->beside)
        FOVEA__TRY(fovea__beside_open(source->context, source->folder, &source->beside, error));
    return fovea__beside_choose(source->beside, where->location, size, error);
}

fovea_status fovea__onnx_outside_check(fovea__onnx_source *source,
                                       const fovea__onnx_tensor_message *message, uint64_t needed,
                                       fovea_error *error) {
    outside where;
    uint64_t size;
    FOVEA__TRY(read_outside(message, &where, error));
    FOVEA__TRY(choose_outside(source, &where, &size, error));
    if (where.length >= 0 && (uint64_t)where.length != needed)
        return fovea__fail(error, FOVEA_BAD_FILE,
                           "external data of %lld bytes, type and shape need %llu",
                           (long long)where.length, (unsigned long long)needed);
    if ((uint64_t)where.offset > size || needed > size - (uint64_t)where.offset)
        return fovea__fail(error, FOVEA_BAD_FILE,
                           "external data are %llu bytes from byte %lld, '%s' has %llu",
                           (unsigned long long)needed, (long long)where.offset, where.location,
                           (unsigned long long)size);
    return FOVEA_OK;
}

fovea_status fovea__onnx_outside_take(fovea__onnx_source *source,
                                      const fovea__onnx_tensor_message *message, uint8_t *to,
                                      size_t bytes, fovea_error *error) {
    outside where;
    uint64_t size;
    FOVEA__TRY(read_outside(message, &where, error));
    FOVEA__TRY(choose_outside(source, &where, &size, error));
    return fovea__beside_read(source->beside, (uint64_t)where.offset, to, bytes, error);
}
