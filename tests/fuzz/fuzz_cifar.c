// SPDX-License-Identifier: MIT
#include <string.h>

#include "formats/cifar.h"
#include "formats/class_names.h"
#include "fuzz_parser.h"

static uint64_t parse_records(const uint8_t *bytes, size_t size, fovea__cifar_kind kind) {
    fovea__cifar cifar;
    fovea_error error;
    const fovea_status status = fovea__cifar_parse(bytes, size, "fuzz", kind, &cifar, &error);
    if (status != FOVEA_OK) return (uint64_t)status;
    uint64_t hash = 0;
    for (int64_t i = 0; i < cifar.count; i++) {
        fuzz_require(fovea__cifar_label(&cifar, i) < (int32_t)kind);
        hash ^= fuzz_touch(fovea__cifar_picture(&cifar, i), FOVEA__CIFAR_PICTURE);
    }
    return hash;
}

static uint64_t parse_names(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea__names names;
    fovea_error error;
    const fovea_status status =
        fovea__class_names_parse(context, bytes, size, "fuzz", 0, &names, &error);
    if (status != FOVEA_OK) return (uint64_t)status;
    uint64_t hash = names.count;
    for (size_t i = 0; i < names.count; i++) {
        const size_t length = strlen(names.name[i]);
        fuzz_require(length > 0 && length <= FOVEA__CLASS_NAME_BYTES);
        hash = hash * 31 + fuzz_touch(names.name[i], length);
    }
    fovea__names_free(context, &names);
    return hash;
}

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    return parse_records(bytes, size, FOVEA__CIFAR_10) +
           3 * parse_records(bytes, size, FOVEA__CIFAR_100) + 5 * parse_names(context, bytes, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
