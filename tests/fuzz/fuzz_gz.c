// SPDX-License-Identifier: MIT
#include "formats/gz.h"
#include "fuzz_parser.h"

enum { LIMIT = 1 << 22 };

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea__bytes whole, exact;
    fovea_error error;
    const fovea_status status =
        fovea__gz_inflate(context, bytes, size, "fuzz", LIMIT, &whole, &error);
    if (status != FOVEA_OK) return (uint64_t)status;
    fuzz_require(whole.size <= LIMIT);
    const uint64_t hash = fuzz_touch(whole.data, whole.size);
    // What one way reads the other reads too.
    fuzz_require(fovea__gz_inflate_exactly(context, bytes, size, "fuzz", whole.size, &exact,
                                           &error) == FOVEA_OK);
    fuzz_require(fuzz_touch(exact.data, exact.size) == hash);
    fovea__free(context, exact.data);
    fovea__free(context, whole.data);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
