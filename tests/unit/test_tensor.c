// SPDX-License-Identifier: MIT
#include <math.h>

#include "fovea/tensor.h"
#include "unit/failing.h"
#include "unit/unit.h"

static fovea_shape shape_of(int32_t rank, int64_t a, int64_t b, int64_t c) {
    return fovea_shape_make(rank, (int64_t[]){a, b, c});
}

static void every_type_has_its_size_and_name(void **state) {
    (void)state;
#define CHECK(name, value, bytes, text)                     \
    assert_int_equal(FOVEA_##name, value);                  \
    assert_int_equal(fovea_type_size(FOVEA_##name), bytes); \
    assert_string_equal(fovea_type_name(FOVEA_##name), text);
    FOVEA_TYPE_MAP(CHECK)
#undef CHECK
    assert_int_equal(fovea_type_size((fovea_type)99), 0);
    assert_string_equal(fovea_type_name((fovea_type)99), "NONE");
    assert_string_equal(fovea_type_name(FOVEA_TYPE_NONE), "NONE");
}

static void elements_are_counted_with_care(void **state) {
    (void)state;
    fovea_shape shape = shape_of(3, 3, 32, 32);
    assert_int_equal(fovea_shape_count(&shape), 3072);
    shape = shape_of(0, 0, 0, 0);
    assert_int_equal(fovea_shape_count(&shape), 1);
    shape = shape_of(3, 5, 0, 7);
    assert_int_equal(fovea_shape_count(&shape), 0);
    shape = shape_of(3, INT64_MAX, INT64_MAX, 0);
    assert_int_equal(fovea_shape_count(&shape), 0);
    shape = shape_of(3, INT64_MAX, 2, 1);
    assert_int_equal(fovea_shape_count(&shape), -1);
    shape = shape_of(2, FOVEA_DYNAMIC, 3, 0);
    assert_int_equal(fovea_shape_count(&shape), -1);
    shape.rank = 9;
    assert_int_equal(fovea_shape_count(&shape), -1);
    shape.rank = -1;
    assert_int_equal(fovea_shape_count(&shape), -1);
}

static void shapes_are_equal_by_rank_and_sizes(void **state) {
    (void)state;
    fovea_shape a = shape_of(2, 3, 4, 9), b = shape_of(2, 3, 4, 8), c = shape_of(3, 3, 4, 8);
    assert_true(fovea_shape_equal(&a, &b));
    assert_false(fovea_shape_equal(&a, &c));
    b.dim[1] = 5;
    assert_false(fovea_shape_equal(&a, &b));
}

static void shapes_are_written_for_people(void **state) {
    (void)state;
    char text[32];
    fovea_shape shape = shape_of(3, FOVEA_DYNAMIC, 32, 7);
    fovea_shape_format(&shape, text, sizeof(text));
    assert_string_equal(text, "N×32×7");
    shape = shape_of(1, 10, 0, 0);
    fovea_shape_format(&shape, text, sizeof(text));
    assert_string_equal(text, "10");
    shape.rank = 0;
    fovea_shape_format(&shape, text, sizeof(text));
    assert_string_equal(text, "scalar");
    // Cut anywhere it stays terminated and whole characters.
    static const char *const cuts[] = {"", "", "3", "3", "3×", "3×4", "3×45"};
    shape = shape_of(2, 3, 45, 0);
    for (size_t size = 1; size < 7; size++) {
        memset(text, '#', sizeof(text));
        fovea_shape_format(&shape, text, size);
        assert_string_equal(text, cuts[size]);
        assert_int_equal(text[size], '#');
    }
    fovea_shape_format(&shape, NULL, 0);
}

static void the_widest_shape_fits_its_text(void **state) {
    (void)state;
    fovea_shape shape = {.rank = FOVEA_MAX_RANK};
    for (int i = 0; i < FOVEA_MAX_RANK; i++) shape.dim[i] = INT64_MIN;
    char text[256];
    fovea_shape_format(&shape, text, sizeof(text));
    assert_int_equal(strlen(text), 8 * 20 + 7 * 2);
}

static void a_tensor_is_zeros_of_its_shape(void **state) {
    (void)state;
    failing memory = {0};
    fovea_context *context = failing_context(&memory, 1);
    fovea_shape shape = shape_of(2, 3, 5, 0);
    fovea_tensor *tensor;
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &shape, &tensor, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(tensor);
    assert_int_equal(view.type, FOVEA_F64);
    assert_true(fovea_shape_equal(&view.shape, &shape));
    for (int i = 0; i < 15; i++) assert_true(((double *)view.data)[i] == 0);
    fovea_tensor_free(tensor);
    fovea_tensor_free(NULL);
    fovea_context_free(context);
    assert_int_equal(memory.live, 0);
}

static void impossible_tensors_are_refused(void **state) {
    (void)state;
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_tensor *tensor;
    fovea_error error = {0};
    fovea_shape shape = shape_of(2, FOVEA_DYNAMIC, 5, 0);
    assert_int_equal(fovea_tensor_create(context, FOVEA_F32, &shape, &tensor, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "N×5"));
    shape = shape_of(2, 2, 5, 0);
    assert_int_equal(fovea_tensor_create(context, FOVEA_TYPE_NONE, &shape, &tensor, &error),
                     FOVEA_INVALID_ARGUMENT);
    shape = shape_of(2, INT64_MAX / 2, 2, 0);
    assert_int_equal(fovea_tensor_create(context, FOVEA_F32, &shape, &tensor, &error),
                     FOVEA_OUT_OF_MEMORY);
    assert_null(tensor);
    fovea_context_free(context);
}

static void a_failing_allocation_leaves_nothing(void **state) {
    (void)state;
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_context *context = failing_context(&memory, 1);
        fovea_shape shape = shape_of(1, 4, 0, 0);
        fovea_tensor *tensor = NULL;
        if (context) {
            fovea_status status = fovea_tensor_create(context, FOVEA_F32, &shape, &tensor, NULL);
            assert_int_equal(status, memory.calls < k ? FOVEA_OK : FOVEA_OUT_OF_MEMORY);
        }
        fovea_tensor_free(tensor);
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) break;
    }
}

static int close_f32(float a, float b, double rtol, double atol, double *largest) {
    fovea_view left = {.type = FOVEA_F32, .shape = {.rank = 0}, .data = &a};
    fovea_view right = {.type = FOVEA_F32, .shape = {.rank = 0}, .data = &b};
    int close = -1;
    assert_int_equal(fovea_view_compare(&left, &right, rtol, atol, largest, &close, NULL),
                     FOVEA_OK);
    return close;
}

static void closeness_is_relative_to_the_second(void **state) {
    (void)state;
    double largest;
    assert_true(close_f32(1.5f, 1.0f, 0.5, 0, &largest));
    assert_true(largest == 0.5);
    assert_false(close_f32(1.0f, 1.5f, 0.25, 0, NULL));
    assert_true(close_f32(1.0f, 1.5f, 0, 0.5, NULL));
    assert_false(close_f32(1.0f, 1.5f, 0, 0.49, NULL));
    assert_true(close_f32(0.0f, -0.0f, 0, 0, NULL));
}

static void nan_and_infinity_are_close_to_what_they_should(void **state) {
    (void)state;
    double largest;
    assert_false(close_f32(NAN, NAN, 1, 1, &largest));
    assert_true(isnan(largest));
    assert_false(close_f32(NAN, 1, 1, 1, NULL));
    assert_false(close_f32(1, NAN, 1, 1, NULL));
    assert_true(close_f32(INFINITY, INFINITY, 0, 0, &largest));
    assert_true(largest == 0);
    assert_false(close_f32(INFINITY, -INFINITY, 1, 1, NULL));
    assert_false(close_f32(1, INFINITY, 1, 1, NULL));
    assert_false(close_f32(INFINITY, 1, 1, 1, NULL));
}

static void one_element_apart_is_found(void **state) {
    (void)state;
    double a[20], b[20], largest;
    int close;
    fovea_shape shape = shape_of(2, 4, 5, 0);
    fovea_view left = {.type = FOVEA_F64, .shape = shape, .data = a};
    fovea_view right = {.type = FOVEA_F64, .shape = shape, .data = b};
    for (int i = 0; i < 20; i++) a[i] = b[i] = i;
    for (int i = 0; i < 20; i++) {
        a[i] += 0.125;
        assert_int_equal(fovea_view_compare(&left, &right, 0, 0.1, &largest, &close, NULL),
                         FOVEA_OK);
        assert_false(close);
        assert_true(largest == 0.125);
        a[i] = i;
    }
    right.type = FOVEA_F32;
    assert_int_equal(fovea_view_compare(&left, &right, 0, 0, NULL, NULL, NULL),
                     FOVEA_INVALID_ARGUMENT);
    right = left;
    right.shape.dim[0] = 3;
    assert_int_equal(fovea_view_compare(&left, &right, 0, 0, NULL, NULL, NULL),
                     FOVEA_INVALID_ARGUMENT);
    left.type = right.type = FOVEA_U8;
    right.shape = left.shape;
    assert_int_equal(fovea_view_compare(&left, &right, 0, 0, NULL, NULL, NULL),
                     FOVEA_INVALID_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_its_size_and_name),
        cmocka_unit_test(elements_are_counted_with_care),
        cmocka_unit_test(shapes_are_equal_by_rank_and_sizes),
        cmocka_unit_test(shapes_are_written_for_people),
        cmocka_unit_test(the_widest_shape_fits_its_text),
        cmocka_unit_test(a_tensor_is_zeros_of_its_shape),
        cmocka_unit_test(impossible_tensors_are_refused),
        cmocka_unit_test(a_failing_allocation_leaves_nothing),
        cmocka_unit_test(closeness_is_relative_to_the_second),
        cmocka_unit_test(nan_and_infinity_are_close_to_what_they_should),
        cmocka_unit_test(one_element_apart_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
