// SPDX-License-Identifier: MIT
// The part of cmocka that the engine's tests use, for processors it is not installed for: a test ends
// at its first failed assertion, and the program's status is the number of tests that failed.
#ifndef FOVEA_TESTS_CROSS_CMOCKA_H
#define FOVEA_TESTS_CROSS_CMOCKA_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};

typedef enum cmocka_result { CMOCKA_PASSED, CMOCKA_FAILED, CMOCKA_SKIPPED } cmocka_result;

// One for all files of a test.
__attribute__((weak)) jmp_buf cmocka_end;
__attribute__((weak)) cmocka_result cmocka_outcome;

__attribute__((noreturn, unused)) static void cmocka_stop(bool skipped) {
    cmocka_outcome = skipped ? CMOCKA_SKIPPED : CMOCKA_FAILED;
    longjmp(cmocka_end, 1);
}

#define print_message(...) printf(__VA_ARGS__)
#define print_error(...) fprintf(stderr, __VA_ARGS__)
#define fail_msg(...)                               \
    do {                                            \
        print_error("%s:%d: ", __FILE__, __LINE__); \
        print_error(__VA_ARGS__);                   \
        print_error("\n");                          \
        cmocka_stop(false);                         \
    } while (0)
#define fail() fail_msg("failed")
#define skip() cmocka_stop(true)
#define assert_true(condition)                                  \
    do {                                                        \
        if (!(condition)) fail_msg("not true: %s", #condition); \
    } while (0)
#define assert_false(condition) assert_true(!(condition))
#define assert_null(pointer) assert_true((pointer) == NULL)
#define assert_non_null(pointer) assert_true((pointer) != NULL)
#define assert_ptr_equal(a, b) assert_true((a) == (b))
#define assert_int_equal(a, b) assert_true((a) == (b))
#define assert_int_not_equal(a, b) assert_true((a) != (b))
#define assert_in_range(a, least, most) assert_true((a) >= (least) && (a) <= (most))
#define assert_string_equal(a, b) assert_true(strcmp(a, b) == 0)
#define assert_memory_equal(a, b, size) assert_true(memcmp(a, b, size) == 0)
#define assert_memory_not_equal(a, b, size) assert_true(memcmp(a, b, size) != 0)

__attribute__((unused)) static int cmocka_run(const struct CMUnitTest *tests, size_t count) {
    volatile int failed = 0;
    for (volatile size_t i = 0; i < count; i++) {
        void *state = NULL;
        cmocka_outcome = CMOCKA_PASSED;
        if (setjmp(cmocka_end) == 0) tests[i].run(&state);
        const char *const outcome[] = {"ok", "FAILED", "skipped"};
        printf("%-7s %s\n", outcome[cmocka_outcome], tests[i].name);
        failed += cmocka_outcome == CMOCKA_FAILED;
    }
    return failed;
}

#define cmocka_unit_test(function) \
    { #function, function }
#define cmocka_run_group_tests(tests, setup, teardown) \
    cmocka_run(tests, sizeof(tests) / sizeof((tests)[0]))

#endif
