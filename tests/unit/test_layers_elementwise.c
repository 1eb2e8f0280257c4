// SPDX-License-Identifier: MIT
// Elementwise operators on other types than floats, and where floats are special: worked out by hand.
#include <float.h>

#include "layer_call.h"

#define SHAPE(...)                                \
    (fovea_shape) {                               \
        (sizeof((int64_t[]){__VA_ARGS__}) / 8), { \
            __VA_ARGS__                           \
        }                                         \
    }

static fovea_view view_of(fovea_type type, fovea_shape shape, const void *data) {
    return (fovea_view){type, shape, (void *)(uintptr_t)data};
}

// Runs the operator and compares every byte of its output.
static void gives(const char *name, const char *attributes, const fovea_view *in, int32_t in_count,
                  const fovea_view *want) {
    const fovea__op *op = fovea__op_find_text(name);
    fovea__attributes values;
    fovea__signature signature[LAYER_INPUTS], out[FOVEA__MAX_OUTPUTS] = {{0}};
    fovea_error error = {0};
    if (!op) fail_msg("no operator %s", name);
    layer_attributes(op, attributes, &values);
    for (int32_t i = 0; i < in_count; i++)
        signature[i] = (fovea__signature){in[i].type, in[i].shape};
    if (op->shape(&values, signature, in_count, out, &error)) fail_msg("%s", error.text);
    assert_int_equal(out[0].type, want->type);
    assert_true(fovea_shape_equal(&out[0].shape, &want->shape));
    fovea_view got = layer_view(out[0].type, &out[0].shape);
    fovea__call call = {.attributes = &values,
                        .cpu = fovea__cpu_best(),
                        .in = in,
                        .in_count = in_count,
                        .out = &got,
                        .out_count = 1};
    assert_int_equal(op->forward(&call, NULL), FOVEA_OK);
    size_t bytes = (size_t)fovea_shape_count(&got.shape) * fovea_type_size(got.type);
    if (memcmp(got.data, want->data, bytes) != 0) fail_msg("%s %s differs", name, attributes);
    free(got.data);
}

static void pairs(const char *name, const char *attributes, fovea_type type, int64_t count,
                  const void *a, const void *b, const void *want) {
    fovea_view in[2] = {view_of(type, SHAPE(count), a), view_of(type, SHAPE(count), b)};
    fovea_view out = view_of(type, SHAPE(count), want);
    gives(name, attributes, in, 2, &out);
}

static void integers_wrap_around_and_are_never_divided_by_zero(void **state) {
    (void)state;
    const int64_t a[] = {7, -7, 7, INT64_MIN, 5, INT64_MAX}, b[] = {2, 2, -2, -1, 0, 1};
    pairs("add", "", FOVEA_I64, 6, a, b, (int64_t[]){9, -5, 5, INT64_MAX, 5, INT64_MIN});
    pairs("div", "", FOVEA_I64, 6, a, b, (int64_t[]){3, -3, -3, INT64_MIN, 0, INT64_MAX});
    pairs("mod", "", FOVEA_I64, 6, a, b, (int64_t[]){1, 1, -1, 0, 0, 0});
    pairs("mod", "fmod=1", FOVEA_I64, 6, a, b, (int64_t[]){1, -1, 1, 0, 0, 0});
    pairs("max", "", FOVEA_I64, 6, a, b, (int64_t[]){7, 2, 7, -1, 5, INT64_MAX});
    const uint8_t c[] = {200, 3, 255}, d[] = {100, 5, 2};
    pairs("add", "", FOVEA_U8, 3, c, d, (uint8_t[]){44, 8, 1});
    pairs("sub", "", FOVEA_U8, 3, c, d, (uint8_t[]){100, 254, 253});
    pairs("mul", "", FOVEA_U8, 3, c, d, (uint8_t[]){32, 15, 254});
    pairs("div", "", FOVEA_U8, 3, c, d, (uint8_t[]){2, 0, 127});
    pairs("min", "", FOVEA_U8, 3, c, d, (uint8_t[]){100, 3, 2});
    const int32_t e[] = {3, -2, 2, 5, -1, 0}, f[] = {4, 3, -1, 0, -3, -2};
    pairs("pow", "", FOVEA_I32, 6, e, f, (int32_t[]){81, -8, 0, 1, -1, 0});
}

static void integers_have_signs_and_bounds(void **state) {
    (void)state;
    const int8_t x[] = {-128, -5, 0, 7};
    fovea_view in = view_of(FOVEA_I8, SHAPE(4), x), want = in;
    want.data = (int8_t[]){-128, 5, 0, 7};
    gives("abs", "", &in, 1, &want);
    want.data = (int8_t[]){-128, 5, 0, -7};
    gives("neg", "", &in, 1, &want);
    want.data = (int8_t[]){-1, -1, 0, 1};
    gives("sign", "", &in, 1, &want);
    want.data = (int8_t[]){-2, -2, 0, 5};
    gives("clip", "min=-2.5 max=5.5", &in, 1, &want);
    want.data = (int8_t[]){-128, -5, 0, 3};
    gives("clip", "max=3", &in, 1, &want);
}

static void floats_that_are_no_numbers_stay_seen(void **state) {
    (void)state;
    const float a[] = {NAN, 1, -0.0f, INFINITY}, b[] = {1, NAN, 3, -INFINITY};
    const char *const names[] = {"max", "min", "add", "mul", "div", "sub"};
    for (int i = 0; i < 6; i++) {
        layer_call *l = layer_make(names[i], "", "4 4", FOVEA_F32, false);
        memcpy(l->in[0].data, a, sizeof a);
        memcpy(l->in[1].data, b, sizeof b);
        layer_forward(l);
        assert_true(isnan(layer_get(&l->out[0], 0)) && isnan(layer_get(&l->out[0], 1)));
        layer_free(l);
    }
    const float x[] = {-INFINITY, INFINITY, -FLT_MAX, 7};
    fovea_view in = view_of(FOVEA_F32, SHAPE(4), x);
    gives("clip", "", &in, 1, &in);
}

static void equal_extremes_share_their_gradient(void **state) {
    (void)state;
    layer_call *l = layer_make("max", "", "3 3 1", FOVEA_F32, false);
    memcpy(l->in[0].data, (float[]){1, 2, 3}, 12);
    memcpy(l->in[1].data, (float[]){1, 5, 3}, 12);
    memcpy(l->in[2].data, (float[]){3}, 4);
    memcpy(l->d_out[0].data, (float[]){10, 20, 30}, 12);
    layer_forward(l);
    layer_backward(l);
    assert_memory_equal(l->out[0].data, ((float[]){3, 5, 3}), 12);
    assert_memory_equal(l->d_in[0].data, ((float[]){0, 0, 10}), 12);
    assert_memory_equal(l->d_in[1].data, ((float[]){0, 20, 10}), 12);
    assert_memory_equal(l->d_in[2].data, ((float[]){20}), 4);
    layer_free(l);
}

static void comparisons_and_logic_give_truth(void **state) {
    (void)state;
    const float a[] = {1, 2, NAN, 2}, b[] = {2};
    fovea_view in[2] = {view_of(FOVEA_F32, SHAPE(4), a), view_of(FOVEA_F32, SHAPE(1), b)};
    fovea_view want = view_of(FOVEA_BOOL, SHAPE(4), (uint8_t[]){1, 0, 0, 0});
    gives("less", "", in, 2, &want);
    want.data = (uint8_t[]){1, 1, 0, 1};
    gives("less_equal", "", in, 2, &want);
    want.data = (uint8_t[]){0, 0, 0, 0};
    gives("greater", "", in, 2, &want);
    want.data = (uint8_t[]){0, 1, 0, 1};
    gives("greater_equal", "", in, 2, &want);
    gives("equal", "", in, 2, &want);
    const uint8_t p[] = {0, 1, 7}, q[] = {0, 2, 0};  // what is not 0 is true
    fovea_view bits[2] = {view_of(FOVEA_BOOL, SHAPE(3), p), view_of(FOVEA_BOOL, SHAPE(3), q)};
    want = view_of(FOVEA_BOOL, SHAPE(3), (uint8_t[]){0, 1, 0});
    gives("and", "", bits, 2, &want);
    want.data = (uint8_t[]){0, 1, 1};
    gives("or", "", bits, 2, &want);
    want.data = (uint8_t[]){0, 0, 1};
    gives("xor", "", bits, 2, &want);
    want.data = (uint8_t[]){1, 1, 0};
    gives("equal", "", bits, 2, &want);
    want.data = (uint8_t[]){1, 0, 0};
    gives("not", "", bits, 1, &want);
}

static void where_chooses_values_of_any_type_and_splits_the_gradient(void **state) {
    (void)state;
    const uint8_t condition[] = {1, 0, 2};
    const int16_t a[] = {1, 2, 3, 4, 5, 6}, b[] = {-1, -2};
    fovea_view in[3] = {view_of(FOVEA_BOOL, SHAPE(3), condition),
                        view_of(FOVEA_I16, SHAPE(2, 3), a), view_of(FOVEA_I16, SHAPE(2, 1), b)};
    fovea_view want = view_of(FOVEA_I16, SHAPE(2, 3), (int16_t[]){1, -1, 3, 4, -2, 6});
    gives("where", "", in, 3, &want);
    const float x[] = {1, 2, 3, 4, 5, 6}, y[] = {-1, -2}, d[] = {1, 2, 4, 8, 16, 32};
    float out[6], d_x[6], d_y[2];
    in[1] = view_of(FOVEA_F32, SHAPE(2, 3), x);
    in[2] = view_of(FOVEA_F32, SHAPE(2, 1), y);
    fovea_view result = view_of(FOVEA_F32, SHAPE(2, 3), out), d_out = result, d_in[3] = {{0}};
    d_out.data = (void *)(uintptr_t)d;
    d_in[1] = view_of(FOVEA_F32, SHAPE(2, 3), d_x);
    d_in[2] = view_of(FOVEA_F32, SHAPE(2, 1), d_y);
    fovea__call call = {.in = in, .in_count = 3, .out = &result, .out_count = 1};
    assert_int_equal(fovea__op_find("Where")->vjp(&call, &d_out, d_in, NULL), FOVEA_OK);
    assert_memory_equal(d_x, ((float[]){1, 0, 4, 8, 0, 32}), sizeof d_x);
    assert_memory_equal(d_y, ((float[]){2, 16}), sizeof d_y);
}

static void casts(fovea_type from, int64_t count, const void *x, const char *to, fovea_type type,
                  const void *want) {
    fovea_view in = view_of(from, SHAPE(count), x), out = view_of(type, SHAPE(count), want);
    gives("cast", to, &in, 1, &out);
}

static void casts_keep_what_fits(void **state) {
    (void)state;
    const float x[] = {-1.9f, 0, 2.5f, 300, NAN, 1e30f};
    casts(FOVEA_F32, 6, x, "to=7", FOVEA_I64, (int64_t[]){-1, 0, 2, 300, 0, INT64_MAX});
    casts(FOVEA_F32, 6, x, "to=2", FOVEA_U8, (uint8_t[]){255, 0, 2, 44, 0, 255});
    casts(FOVEA_F32, 6, x, "to=9", FOVEA_BOOL, (uint8_t[]){1, 0, 1, 1, 1, 1});
    casts(FOVEA_F32, 3, x, "to=11", FOVEA_F64, (double[]){(double)-1.9f, 0, 2.5});
    const double big[] = {1.8e19, 2e19, -5};
    casts(FOVEA_F64, 3, big, "to=13", FOVEA_U64,
          (uint64_t[]){UINT64_C(18000000000000000000), UINT64_MAX, (uint64_t)-5});
    const int64_t i[] = {-1, 256, INT64_C(1) << 40, 16777217};
    casts(FOVEA_I64, 4, i, "to=6", FOVEA_I32, (int32_t[]){-1, 256, 0, 16777217});
    casts(FOVEA_I64, 4, i, "to=1", FOVEA_F32, (float[]){-1, 256, 0x1p40f, 16777216});
    casts(FOVEA_I64, 4, i, "to=9", FOVEA_BOOL, (uint8_t[]){1, 1, 1, 1});
    const uint64_t u[] = {UINT64_MAX};
    casts(FOVEA_U64, 1, u, "to=1", FOVEA_F32, (float[]){0x1p64f});
    const uint8_t b[] = {0, 3};
    casts(FOVEA_BOOL, 2, b, "to=7", FOVEA_I64, (int64_t[]){0, 1});
    casts(FOVEA_BOOL, 2, b, "to=9", FOVEA_BOOL, (uint8_t[]){0, 1});
}

static void half_floats_are_floats_that_are_rounded(void **state) {
    (void)state;
    const float x[] = {1.0f / 3, 65519, 65520, 1e-8f, -0.1f};
    casts(FOVEA_F32, 5, x, "to=10", FOVEA_F32,
          (float[]){0.333251953125f, 65504, INFINITY, 0, -0.0999755859375f});
    casts(FOVEA_F32, 1, x, "to=16", FOVEA_F32, (float[]){0.333984375f});
    const fovea__op *cast = fovea__op_find("Cast");
    fovea__attributes attributes;
    fovea__signature in = {FOVEA_F32, SHAPE(3)}, out;
    fovea_error error = {0};
    layer_attributes(cast, "to=8", &attributes);
    assert_int_equal(cast->shape(&attributes, &in, 1, &out, &error), FOVEA_UNSUPPORTED);
    assert_non_null(strstr(error.text, "type 8"));
}

static fovea_status infers(const char *name, const char *inputs, fovea_error *error) {
    fovea__signature out[FOVEA__MAX_OUTPUTS];
    return layer_infer(name, "", inputs, out, error);
}

static void shapes_that_do_not_fit_are_refused_in_words(void **state) {
    (void)state;
    fovea_error error = {0};
    assert_int_equal(infers("prelu", "Nx3x4 2x1", &error), FOVEA_SHAPE_MISMATCH);
    assert_int_equal(infers("prelu", "3 2x3", &error), FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "slope of 2×3"));
    assert_int_equal(infers("sub", "Nx3 5x2x3", &error), FOVEA_SHAPE_MISMATCH);
    assert_int_equal(infers("sub", "Nx3 1x1x3", &error), FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "batch N dimension 1"));
    assert_int_equal(infers("and", "3 3", &error), FOVEA_UNSUPPORTED);
    assert_non_null(strstr(error.text, "wants BOOL"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_wrap_around_and_are_never_divided_by_zero),
        cmocka_unit_test(integers_have_signs_and_bounds),
        cmocka_unit_test(floats_that_are_no_numbers_stay_seen),
        cmocka_unit_test(equal_extremes_share_their_gradient),
        cmocka_unit_test(comparisons_and_logic_give_truth),
        cmocka_unit_test(where_chooses_values_of_any_type_and_splits_the_gradient),
        cmocka_unit_test(casts_keep_what_fits),
        cmocka_unit_test(half_floats_are_floats_that_are_rounded),
        cmocka_unit_test(shapes_that_do_not_fit_are_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
