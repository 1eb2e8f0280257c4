// SPDX-License-Identifier: MIT
// The JPEG reader, strict and lenient.
#include "formats/jpeg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fovea_error error;
    static fovea_context *context;  // one for all inputs
    if (!context) {
        fovea_context_options options;
        fovea_context_options_default(&options);
        options.threads = 1;
        if (fovea_context_create(&options, &context, NULL) != FOVEA_OK) return 0;
    }
    for (int lenient = 0; lenient < 2; lenient++) {
        fovea__picture picture;
        fovea__jpeg_read(context, data, size, "input", lenient, &picture, &error);
        fovea__picture_clear(context, &picture);
    }
    return 0;
}
