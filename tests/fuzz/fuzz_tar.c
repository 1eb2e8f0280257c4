// SPDX-License-Identifier: MIT
#include "formats/tar.h"
#include "fuzz_parser.h"

enum { LIMIT = 1 << 22, WANTED = 2 };

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    static const char *const wanted[WANTED] = {"test_batch.bin", "batches.meta.txt"};
    fovea__bytes members[WANTED];
    fovea_error error;
    const fovea_status status =
        fovea__tar_read(context, bytes, size, "fuzz", wanted, WANTED, LIMIT, members, &error);
    uint64_t hash = (uint64_t)status;
    for (int i = 0; i < WANTED; i++) {
        fuzz_require(status == FOVEA_OK || members[i].data == NULL);
        fuzz_require(members[i].size <= LIMIT);
        hash = hash * 31 + fuzz_touch(members[i].data, members[i].size);
        fovea__free(context, members[i].data);
    }
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
