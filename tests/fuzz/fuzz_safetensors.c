// SPDX-License-Identifier: MIT
// The safetensors reader.
#include <stdlib.h>

#include "formats/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint8_t sink;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fovea_error error;
    static fovea_context *context;  // one for all inputs
    if (!context) {
        fovea_context_options options;
        fovea_context_options_default(&options);
        options.threads = 1;
        if (fovea_context_create(&options, &context, NULL) != FOVEA_OK) return 0;
    }
    fovea__safetensors file;
    if (fovea__safetensors_parse(context, data, size, "input", &file, &error) != FOVEA_OK) return 0;
    size_t used = 8 + file.header_size;
    for (size_t i = 0; i < file.count; i++) {
        const fovea__safetensor *tensor = &file.tensor[i];
        for (size_t k = 0; k < tensor->size; k++) sink ^= tensor->data[k];
        used += tensor->size;
        if (fovea__safetensors_find(&file, tensor->name) != tensor) abort();
    }
    if (used != size) abort();
    fovea__safetensors_verify(&file, "fovea.hash", "input", &error);
    fovea__safetensors_clear(context, &file);
    return 0;
}
