// SPDX-License-Identifier: MIT
// One context for all tests of a file: cmocka_run_group_tests(tests, open_context, close_context).
#ifndef FOVEA_TESTS_SHARED_CONTEXT_H
#define FOVEA_TESTS_SHARED_CONTEXT_H

#include "fovea/context.h"

static fovea_context *context;

static inline int open_context(void **state) {
    (void)state;
    return fovea_context_create(NULL, &context, NULL);
}

static inline int close_context(void **state) {
    (void)state;
    fovea_context_free(context);
    return 0;
}

#endif
