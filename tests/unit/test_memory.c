// SPDX-License-Identifier: MIT
#include "base/checked.h"
#include "base/memory.h"
#include "unit/failing.h"
#include "unit/unit.h"

static void memory_is_zeroed_and_aligned(void **state) {
    (void)state;
    failing memory = {0};
    fovea_context *context = failing_context(&memory, 1);
    for (size_t size = 0; size < 300; size += 7) {
        uint8_t *block = fovea__new(context, size, 1, NULL);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 64, 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(block[i], 0);
        fovea__free(context, block);
    }
    fovea_context_free(context);
    assert_int_equal(memory.live, 0);
}

static void an_overflowing_size_is_out_of_memory(void **state) {
    (void)state;
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_error error = {0};
    assert_null(fovea__new(context, SIZE_MAX / 2, 3, &error));
    assert_int_equal(error.status, FOVEA_OUT_OF_MEMORY);
    assert_non_null(strstr(error.text, "9223372036854775807"));
    assert_null(fovea__new(context, SIZE_MAX, 1, &error));
    assert_null(fovea__new(context, SIZE_MAX - 64, 1, &error));
    fovea_context_free(context);
}

static void held_and_peak_bytes_are_counted(void **state) {
    (void)state;
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    size_t before = fovea__memory_now(context);
    void *a = fovea__new(context, 1000, 1, NULL);
    void *b = fovea__new(context, 5000, 1, NULL);
    assert_true(fovea__memory_now(context) >= before + 6000);
    assert_true(fovea__memory_now(context) <= before + 6000 + 2 * 128);
    size_t peak = fovea__memory_now(context);
    fovea__free(context, b);
    fovea__free(context, a);
    assert_int_equal(fovea__memory_now(context), before);
    assert_int_equal(fovea__memory_peak(context), peak);
    fovea_context_free(context);
}

static void growing_keeps_the_content_and_zeroes_the_rest(void **state) {
    (void)state;
    failing memory = {0};
    fovea_context *context = failing_context(&memory, 1);
    int32_t *list = NULL;
    size_t capacity = 0, count = 0;
    for (; count < 1000; count++) {
        list = fovea__grow(context, list, count, &capacity, count + 1, sizeof(*list), NULL);
        assert_true(capacity > count);
        assert_int_equal(list[count], 0);
        list[count] = (int32_t)count;
    }
    for (size_t i = 0; i < count; i++) assert_int_equal(list[i], i);
    assert_true(memory.calls < 20);
    fovea__free(context, list);
    fovea_context_free(context);
    assert_int_equal(memory.live, 0);
}

static void growing_that_fails_leaves_the_old_block(void **state) {
    (void)state;
    failing memory = {0};
    fovea_context *context = failing_context(&memory, 1);
    size_t capacity = 0;
    char *text = fovea__grow(context, NULL, 0, &capacity, 3, 1, NULL);
    memcpy(text, "abc", 3);
    size_t before = capacity;
    memory.fail_at = memory.calls + 1;
    fovea_error error = {0};
    assert_null(fovea__grow(context, text, 3, &capacity, 100, 1, &error));
    assert_int_equal(error.status, FOVEA_OUT_OF_MEMORY);
    assert_int_equal(capacity, before);
    assert_memory_equal(text, "abc", 3);
    assert_null(fovea__grow(context, text, 3, &capacity, SIZE_MAX, 2, NULL));
    fovea__free(context, text);
    fovea_context_free(context);
    assert_int_equal(memory.live, 0);
}

static void freeing_nothing_is_fine(void **state) {
    (void)state;
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea__free(context, NULL);
    fovea_context_free(context);
    fovea_context_free(NULL);
}

static void text_is_copied_with_its_end(void **state) {
    (void)state;
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    char *whole = fovea__copy_text(context, "filters", NULL);
    char *part = fovea__copy_text_n(context, "filters", 4, NULL);
    assert_string_equal(whole, "filters");
    assert_string_equal(part, "filt");
    assert_null(fovea__copy_text_n(context, "x", SIZE_MAX, NULL));
    fovea__free(context, whole);
    fovea__free(context, part);
    fovea_context_free(context);
}

// Whichever allocation fails while a context is made and used, nothing is left behind.
static void every_failing_allocation_is_survived(void **state) {
    (void)state;
    int failures = 0;
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_context *context = failing_context(&memory, 3);
        char *text = context ? fovea__copy_text(context, "x", NULL) : NULL;
        if (!text) failures++;
        if (context) fovea__free(context, text);
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) break;
    }
    // The context, its pool, the pool's workers and shares, the text.
    assert_int_equal(failures, 5);
}

static void checked_arithmetic_says_when_it_overflows(void **state) {
    (void)state;
    size_t size;
    int64_t number;
    assert_true(fovea__add_size(SIZE_MAX - 1, 1, &size) && size == SIZE_MAX);
    assert_false(fovea__add_size(SIZE_MAX, 1, &size));
    assert_true(fovea__mul_size(SIZE_MAX / 2, 2, &size) && size == SIZE_MAX - 1);
    assert_false(fovea__mul_size(SIZE_MAX / 2, 3, &size));
    assert_true(fovea__add_i64(INT64_MAX - 1, 1, &number) && number == INT64_MAX);
    assert_false(fovea__add_i64(INT64_MAX, 1, &number));
    assert_true(fovea__sub_i64(INT64_MIN + 1, 1, &number) && number == INT64_MIN);
    assert_false(fovea__sub_i64(INT64_MIN, 1, &number));
    assert_true(fovea__mul_i64(INT64_MIN / 2, 2, &number) && number == INT64_MIN);
    assert_false(fovea__mul_i64(INT64_MIN, -1, &number));
    assert_true(fovea__round_up(0, 64, &size) && size == 0);
    assert_true(fovea__round_up(65, 64, &size) && size == 128);
    assert_true(fovea__round_up(SIZE_MAX - 63, 64, &size) && size == SIZE_MAX - 63);
    assert_false(fovea__round_up(SIZE_MAX - 62, 64, &size));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(an_overflowing_size_is_out_of_memory),
        cmocka_unit_test(held_and_peak_bytes_are_counted),
        cmocka_unit_test(growing_keeps_the_content_and_zeroes_the_rest),
        cmocka_unit_test(growing_that_fails_leaves_the_old_block),
        cmocka_unit_test(freeing_nothing_is_fine),
        cmocka_unit_test(text_is_copied_with_its_end),
        cmocka_unit_test(every_failing_allocation_is_survived),
        cmocka_unit_test(checked_arithmetic_says_when_it_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
