// SPDX-License-Identifier: MIT
#include <string.h>

#include "formats/idx.h"
#include "fuzz_parser.h"

enum { LIMIT = 1 << 22 };

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea__bytes file = {fovea__new(context, size, 1, NULL), size};
    fovea__idx idx;
    fovea_error error;
    fuzz_require(file.data != NULL);
    if (size > 0) memcpy(file.data, bytes, size);
    const fovea_status status = fovea__idx_open(context, &file, "fuzz", 1, 4, LIMIT, &idx, &error);
    uint64_t hash = (uint64_t)status;
    if (status == FOVEA_OK) {
        size_t count = 1;
        for (int32_t i = 0; i < idx.rank; i++) count *= (size_t)idx.dim[i];
        fuzz_require(count == idx.size);
        hash = fuzz_touch(idx.data, idx.size);
        if (idx.rank == 1) fovea__idx_check_labels(&idx, "fuzz", 0, 10, &error);
    }
    fovea__free(context, file.data);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
