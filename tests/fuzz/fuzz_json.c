// SPDX-License-Identifier: MIT
// The JSON reader and its getters.
#include "formats/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Every getter on every value, so that paths and messages are made, too.
static void walk(fovea__json at) {
    fovea_error error;
    fovea__json child;
    const char *text, *key;
    int64_t integer;
    double number;
    bool truth;
    size_t count;
    fovea__json_string(&at, &text, &error);
    fovea__json_integer(&at, -5, 5, &integer, &error);
    fovea__json_number(&at, &number, &error);
    fovea__json_bool(&at, &truth, &error);
    fovea__json_member(&at, "op", &child, &error);
    if (fovea__json_count(&at, &count, &error) == FOVEA_OK)
        for (size_t i = 0; i < count; i++)
            if (fovea__json_item(&at, i, &child, &error) == FOVEA_OK) walk(child);
    for (void *iterator = NULL;;) {
        if (fovea__json_next(&at, &iterator, &key, &child, &error) != FOVEA_OK || !key) break;
        walk(child);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fovea_error error;
    json_t *root;
    if (fovea__json_parse((const char *)data, size, 1 << 20, "input", &root, &error) == FOVEA_OK)
        walk(fovea__json_root(root, "input"));
    json_decref(root);
    return 0;
}
