// SPDX-License-Identifier: MIT
// Kernels of every family called with random sizes on random numbers, each variant against the
// reference (families of one variant against formulas): 20,000 calls, a million where FOVEA_LONG is
// set (FOVEA_CALLS=N sets the number). Under the address sanitizer neither side of a buffer may be
// touched. The families' own tests look closer at fewer cases. What is called stands in
// random_calls/, one function a family.
#include "unit/random_calls/random_calls.h"

static const struct family {
    const char *name;
    int64_t (*call)(void);
} families[] = {
#define FAMILY(name) {#name, call_##name},
#include "unit/random_calls/random_families.inc"
#undef FAMILY
};
enum { FAMILIES = sizeof families / sizeof families[0] };

static int64_t calls_to_make(void) {
    const char *wanted = getenv("FOVEA_CALLS"), *all = getenv("FOVEA_LONG");
    return wanted ? atoll(wanted) : guarded_trials(all && *all ? 1000000 : 20000);
}

static void a_great_many_calls_touch_nothing_they_should_not(void **state) {
    (void)state;
    guarded_begin("random calls");
    int64_t most = calls_to_make(), made = 0, of[FAMILIES] = {0};
    while (made < most) {
        size_t next = 0;  // the family with the fewest calls
        for (size_t i = 1; i < FAMILIES; i++)
            if (of[i] < of[next]) next = i;
        int64_t calls = families[next].call();
        of[next] += calls;
        made += calls;
    }
    for (size_t i = 0; i < FAMILIES; i++)
        print_message("%9lld %s\n", (long long)of[i], families[i].name);
    print_message("%9lld calls\n", (long long)made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_great_many_calls_touch_nothing_they_should_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
