// SPDX-License-Identifier: MIT
#include "formats/zip_members.h"
#include "fuzz_parser.h"

enum { LIMIT = 1 << 22 };

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea__bytes member;
    const fovea_status status =
        fovea__zip_member(context, bytes, size, "fuzz", "emnist-digits-train-labels-idx1-ubyte.gz",
                          LIMIT, &member, NULL);
    fuzz_require(status == FOVEA_OK || member.data == NULL);
    fuzz_require(member.size <= LIMIT);
    const uint64_t hash = (uint64_t)status * 31 + fuzz_touch(member.data, member.size);
    fovea__free(context, member.data);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
