// SPDX-License-Identifier: MIT
// The PNG reader.
#include "formats/png.h"

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
    fovea__picture picture;
    fovea__png_read(context, data, size, "input", &picture, &error);
    fovea__picture_clear(context, &picture);
    return 0;
}
