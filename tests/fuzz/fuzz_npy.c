// SPDX-License-Identifier: MIT
#include <string.h>

#include "formats/npy.h"
#include "fuzz_parser.h"

// What was read is written and read again: the same array.
static void require_round_trip(fovea_context *context, const fovea__npy *npy) {
    uint8_t header[FOVEA__NPY_HEADER];
    size_t length;
    fovea__npy again;
    fuzz_require(fovea__npy_header(npy->type, &npy->shape, header, &length, NULL) == FOVEA_OK);
    fuzz_require(length <= sizeof header && length % 64 == 0);
    uint8_t *file = fovea__new(context, length + npy->size, 1, NULL);
    fuzz_require(file != NULL);
    memcpy(file, header, length);
    memcpy(file + length, npy->data, npy->size);
    fuzz_require(fovea__npy_read(context, file, length + npy->size, "again", &again, NULL) ==
                 FOVEA_OK);
    fuzz_require(again.type == npy->type && again.size == npy->size);
    fuzz_require(memcmp(&again.shape, &npy->shape, sizeof again.shape) == 0);
    fuzz_require(memcmp(again.data, npy->data, npy->size) == 0);
    fovea__npy_clear(context, &again);
    fovea__free(context, file);
}

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea__npy npy;
    fovea_error error;
    const fovea_status status = fovea__npy_read(context, bytes, size, "fuzz", &npy, &error);
    if (status != FOVEA_OK) return (uint64_t)status;
    fuzz_require(npy.size <= size);
    require_round_trip(context, &npy);
    const uint64_t hash = fuzz_touch(npy.data, npy.size);
    fovea__npy_clear(context, &npy);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
