// SPDX-License-Identifier: MIT
#ifndef FOVEA_TESTS_FAILING_SWEEP_H
#define FOVEA_TESTS_FAILING_SWEEP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/failing.h"

// Does `work` again and again, failing one allocation later each time, until none is failed: nothing
// may leak, and each time before ends with OUT_OF_MEMORY. `work` frees what it made.
static inline void failing_sweep(fovea_status (*work)(fovea_context *context, fovea_error *error)) {
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_error error = {0};
        fovea_context *context = failing_context(&memory, 1);
        fovea_status status = context ? work(context, &error) : FOVEA_OUT_OF_MEMORY;
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) {
            assert_int_equal(status, FOVEA_OK);
            return;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
    }
}

#endif
