// SPDX-License-Identifier: MIT
#include <string.h>

#include "fuzz_parser.h"
#include "train/history.h"

// What was read is written, read and written again: the same text.
static void require_round_trip(fovea_context *context, const fovea_epoch *history, int32_t count) {
    char *first, *second;
    size_t length, same_length;
    fovea_epoch *again;
    int32_t same;
    fuzz_require(fovea__history_format(context, history, count, &first, &length, NULL) == FOVEA_OK);
    fuzz_require(fovea__history_parse(context, first, length, "again", &again, &same, NULL) ==
                 FOVEA_OK);
    fuzz_require(same == count);
    fuzz_require(fovea__history_format(context, again, same, &second, &same_length, NULL) ==
                 FOVEA_OK);
    fuzz_require(same_length == length && memcmp(first, second, length) == 0);
    fovea__free(context, first);
    fovea__free(context, second);
    fovea_history_free(context, again);
}

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea_epoch *history;
    int32_t count;
    fovea_error error;
    const fovea_status status =
        fovea__history_parse(context, bytes, size, "fuzz", &history, &count, &error);
    if (status != FOVEA_OK) {
        fuzz_require(status == FOVEA_BAD_FILE && !history);
        return (uint64_t)status;
    }
    require_round_trip(context, history, count);
    const uint64_t hash = fuzz_touch(history, (size_t)count * sizeof *history);
    fovea_history_free(context, history);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
