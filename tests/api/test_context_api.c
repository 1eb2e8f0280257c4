// SPDX-License-Identifier: MIT
// The base of the interface, as a program sees it: only fovea.h and the shared library.
#include <fovea.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_program_makes_a_context_and_tensors(void **state) {
    (void)state;
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = 2;
    options.cpu = "reference";
    fovea_context *context;
    fovea_error error = {0};
    assert_int_equal(fovea_context_create(&options, &context, &error), FOVEA_OK);
    assert_int_equal(fovea_context_threads(context), 2);
    assert_string_equal(fovea_context_cpu(context), "reference");

    fovea_shape shape = fovea_shape_make(2, (int64_t[]){2, 3});
    fovea_tensor *tensor;
    assert_int_equal(fovea_tensor_create(context, FOVEA_F32, &shape, &tensor, &error), FOVEA_OK);
    fovea_view a = fovea_tensor_view(tensor), b = a;
    float other[6] = {0, 0, 0, 0, 0, 0.5f};
    b.data = other;
    double largest;
    int close;
    assert_int_equal(fovea_view_compare(&a, &b, 0, 0.1, &largest, &close, &error), FOVEA_OK);
    assert_true(largest == 0.5 && !close);
    fovea_tensor_free(tensor);
    fovea_context_free(context);
}

static void a_failure_says_what_is_wrong_and_which_exit_code_fits(void **state) {
    (void)state;
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.cpu = "abacus";
    fovea_context *context;
    fovea_error error = {0};
    fovea_status status = fovea_context_create(&options, &context, &error);
    assert_null(context);
    assert_string_equal(fovea_status_name(status), "INVALID_ARGUMENT");
    assert_int_equal(fovea_status_exit_code(status), 2);
    assert_non_null(strstr(error.text, "abacus"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_makes_a_context_and_tensors),
        cmocka_unit_test(a_failure_says_what_is_wrong_and_which_exit_code_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
