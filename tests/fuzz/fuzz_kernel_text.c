// SPDX-License-Identifier: MIT
// The numbers of a filter's kernel. What is read has sides of 1 to 31 and finite weights, whatever
// the bytes.
#include <math.h>

#include "filter/filter_names.h"
#include "fuzz_parser.h"

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea_filter_kernel kernel;
    fovea_error error = {0};
    (void)context;
    fovea_status status = fovea__filter_read_rows((const char *)bytes, size, "sample",
                                                  FOVEA_BAD_FILE, &kernel, &error);
    if (status != FOVEA_OK) {
        fuzz_require(error.text[0] != 0 && error.status == FOVEA_BAD_FILE);
        return fuzz_touch(error.text, sizeof error.text);
    }
    fuzz_require(kernel.height >= 1 && kernel.height <= FOVEA_FILTER_MAX_SIDE);
    fuzz_require(kernel.width >= 1 && kernel.width <= FOVEA_FILTER_MAX_SIDE);
    for (int32_t i = 0; i < kernel.height * kernel.width; i++)
        fuzz_require(fabsf(kernel.weight[i]) <= (float)FOVEA_FILTER_MAX_WEIGHT);
    return fuzz_touch(kernel.weight, sizeof kernel.weight);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
