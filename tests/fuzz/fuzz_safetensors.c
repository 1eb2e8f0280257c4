// SPDX-License-Identifier: MIT
// The safetensors reader; its tensors and header are the whole file, and each is found by its name.
#include "formats/safetensors.h"
#include "fuzz_parser.h"

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea_error error;
    fovea__safetensors file;
    if (fovea__safetensors_parse(context, bytes, size, "input", &file, &error) != FOVEA_OK)
        return 0;
    size_t used = 8 + file.header_size;
    uint64_t hash = 1;
    for (size_t i = 0; i < file.count; i++) {
        const fovea__safetensor *tensor = &file.tensor[i];
        hash ^= fuzz_touch(tensor->data, tensor->size);
        used += tensor->size;
        fuzz_require(fovea__safetensors_find(&file, tensor->name) == tensor);
    }
    fuzz_require(used == size);
    hash += (uint64_t)fovea__safetensors_verify(&file, "fovea.hash", "input", &error);
    fovea__safetensors_clear(context, &file);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
