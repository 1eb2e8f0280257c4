// SPDX-License-Identifier: MIT
#include <string.h>

#include "explain/explainer.h"

#define METHOD(name) extern const fovea__method fovea__method_##name;
#include "explain/method_list.inc"
#undef METHOD

const fovea__method *const fovea__method_list[] = {
#define METHOD(name) &fovea__method_##name,
#include "explain/method_list.inc"
#undef METHOD
    NULL};

enum { METHODS = sizeof fovea__method_list / sizeof fovea__method_list[0] - 1 };

const fovea__method *fovea__method_find(const char *name) {
    for (int32_t m = 0; m < METHODS; m++)
        if (strcmp(fovea__method_list[m]->info.name, name) == 0) return fovea__method_list[m];
    return NULL;
}

int32_t fovea_explain_method_count(void) {
    return METHODS;
}

const fovea_explain_method *fovea_explain_method_get(int32_t index) {
    return index >= 0 && index < METHODS ? &fovea__method_list[index]->info : NULL;
}

const fovea_explain_method *fovea_explain_method_find(const char *name) {
    const fovea__method *method = name ? fovea__method_find(name) : NULL;
    return method ? &method->info : NULL;
}
