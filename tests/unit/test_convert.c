// SPDX-License-Identifier: MIT
#include <math.h>

#include "tensor/convert.h"
#include "unit/unit.h"

static void known_16_bit_values_are_read(void **state) {
    (void)state;
    static const struct {
        uint16_t f16;
        double value;
    } halves[] = {{0x3C00, 1},       {0xC000, -2},      {0x7BFF, 65504},
                  {0x0400, 0x1p-14}, {0x0001, 0x1p-24}, {0x3555, 0.333251953125},
                  {0x7C00, INFINITY}};
    for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
        assert_true(fovea__f64_of_f16(halves[i].f16) == halves[i].value);
        assert_int_equal(fovea__f16_of_f64(halves[i].value), halves[i].f16);
    }
    assert_true(fovea__f64_of_bf16(0x3F80) == 1);
    assert_true(fovea__f64_of_bf16(0xC040) == -3);
    assert_true(fovea__f64_of_bf16(0xFF80) == -INFINITY);
    assert_true(signbit(fovea__f64_of_f16(0x8000)) != 0);
    assert_true(isnan(fovea__f64_of_f16(0x7C01)) && isnan(fovea__f64_of_bf16(0x7F81)));
}

static void every_16_bit_value_survives_the_way_there_and_back(void **state) {
    (void)state;
    for (uint32_t bits = 0; bits < 0x10000; bits++) {
        double half = fovea__f64_of_f16((uint16_t)bits);
        double brain = fovea__f64_of_bf16((uint16_t)bits);
        if (isnan(half))
            assert_true(isnan(fovea__f64_of_f16(fovea__f16_of_f64(half))));
        else
            assert_int_equal(fovea__f16_of_f64(half), bits);
        if (isnan(brain))
            assert_true(isnan(fovea__f64_of_bf16(fovea__bf16_of_f64(brain))));
        else
            assert_int_equal(fovea__bf16_of_f64(brain), bits);
        // BF16 is defined as the upper half of a binary32.
        uint32_t word = bits << 16;
        float single;
        memcpy(&single, &word, sizeof(single));
        assert_true(isnan(single) ? isnan(brain) : (double)single == brain);
    }
}

// Between two neighbours: below the middle down, above up, the middle to the even one.
static void check_rounding(double (*widen)(uint16_t), uint16_t (*narrow)(double), uint16_t top) {
    for (uint16_t bits = 0; bits + 1 < top; bits++) {
        double low = widen(bits), high = widen((uint16_t)(bits + 1)), middle = (low + high) / 2;
        uint16_t even = (uint16_t)(bits + (bits & 1));
        assert_int_equal(narrow(middle), even);
        assert_int_equal(narrow(nextafter(middle, 0)), bits);
        assert_int_equal(narrow(nextafter(middle, INFINITY)), bits + 1);
        assert_int_equal(narrow(-middle), 0x8000 | even);
    }
}

static void rounding_is_to_nearest_and_ties_to_even(void **state) {
    (void)state;
    check_rounding(fovea__f64_of_f16, fovea__f16_of_f64, 0x7C00);
    check_rounding(fovea__f64_of_bf16, fovea__bf16_of_f64, 0x7F80);
}

static void too_large_becomes_infinity_and_too_small_zero(void **state) {
    (void)state;
    assert_int_equal(fovea__f16_of_f64(65519.99), 0x7BFF);
    assert_int_equal(fovea__f16_of_f64(65520), 0x7C00);
    assert_int_equal(fovea__f16_of_f64(-1e300), 0xFC00);
    assert_int_equal(fovea__f16_of_f64(0x1p-25), 0);
    assert_int_equal(fovea__f16_of_f64(nextafter(0x1p-25, 1)), 1);
    assert_int_equal(fovea__f16_of_f64(-1e-300), 0x8000);
    assert_int_equal(fovea__f16_of_f64(0x1p-1074), 0);
    assert_int_equal(fovea__bf16_of_f64(1e39), 0x7F80);
    assert_int_equal(fovea__bf16_of_f64(1e-300), 0);
    assert_true(isnan(fovea__f64_of_f16(fovea__f16_of_f64(NAN))));
}

// Rounding to float first and to half then gives another answer here: one step must be taken.
static void a_double_is_rounded_once(void **state) {
    (void)state;
    double value = 1 + 0x1p-11 + 0x1p-40;
    assert_int_equal(fovea__f16_of_f64(value), 0x3C01);
    assert_int_equal(fovea__f16_of_f64((double)(float)value), 0x3C00);
}

static void every_type_becomes_float_and_double(void **state) {
    (void)state;
    static const int64_t i64[] = {INT64_MIN, -1, INT64_C(16777217), INT64_C(9007199254740993)};
    static const uint64_t u64[] = {UINT64_MAX, 3};
    static const uint8_t bools[] = {0, 1, 7};
    static const int8_t i8[] = {-128, 127};
    static const uint16_t u16[] = {65535};
    static const int16_t i16[] = {-32768};
    static const int32_t i32[] = {INT32_MIN, 16777217};
    static const uint32_t u32[] = {UINT32_MAX};
    static const uint16_t f16[] = {0x3555}, bf16[] = {0x3F81};
    static const double f64[] = {0.1};
    static const float f32[] = {0.1f};
#define CHECK(type, array)                                                                       \
    do {                                                                                         \
        enum { COUNT = sizeof(array) / sizeof((array)[0]) };                                     \
        float single[COUNT];                                                                     \
        double wide[COUNT];                                                                      \
        assert_int_equal(fovea__convert(type, array, FOVEA_F32, single, COUNT, NULL), FOVEA_OK); \
        assert_int_equal(fovea__convert(type, array, FOVEA_F64, wide, COUNT, NULL), FOVEA_OK);   \
        for (int i = 0; i < COUNT; i++)                                                          \
            assert_true(single[i] == (float)(array)[i] && wide[i] == (double)(array)[i]);        \
    } while (0)
    CHECK(FOVEA_I64, i64);
    CHECK(FOVEA_U64, u64);
    CHECK(FOVEA_I8, i8);
    CHECK(FOVEA_U8, bools);
    CHECK(FOVEA_U16, u16);
    CHECK(FOVEA_I16, i16);
    CHECK(FOVEA_I32, i32);
    CHECK(FOVEA_U32, u32);
    CHECK(FOVEA_F64, f64);
    CHECK(FOVEA_F32, f32);
#undef CHECK
    float truth[3], single;
    assert_int_equal(fovea__convert(FOVEA_BOOL, bools, FOVEA_F32, truth, 3, NULL), FOVEA_OK);
    assert_true(truth[0] == 0 && truth[1] == 1 && truth[2] == 1);
    assert_int_equal(fovea__convert(FOVEA_F16, f16, FOVEA_F32, &single, 1, NULL), FOVEA_OK);
    assert_true(single == 0.333251953125f);
    assert_int_equal(fovea__convert(FOVEA_BF16, bf16, FOVEA_F32, &single, 1, NULL), FOVEA_OK);
    assert_true(single == 1.0078125f);
}

static void buffers_need_no_alignment(void **state) {
    (void)state;
    char src[33], dst[65];
    float x = 1.5f, y = -2.25f;
    double back;
    memcpy(src + 1, &x, 4);
    memcpy(src + 5, &y, 4);
    assert_int_equal(fovea__convert(FOVEA_F32, src + 1, FOVEA_F64, dst + 3, 2, NULL), FOVEA_OK);
    memcpy(&back, dst + 11, 8);
    assert_true(back == -2.25);
    uint16_t half;
    assert_int_equal(fovea__convert(FOVEA_F64, dst + 3, FOVEA_F16, dst + 1, 1, NULL), FOVEA_OK);
    memcpy(&half, dst + 1, 2);
    assert_int_equal(half, 0x3E00);
}

static void impossible_conversions_are_refused(void **state) {
    (void)state;
    char bytes[8] = {0}, dst[8];
    fovea_error error = {0};
    assert_int_equal(fovea__convert(FOVEA_F32, bytes, FOVEA_I32, dst, 1, &error),
                     FOVEA_UNSUPPORTED);
    assert_string_equal(error.text, "F32 cannot be converted to I32");
    assert_int_equal(fovea__convert(FOVEA_I32, bytes, FOVEA_F16, dst, 1, NULL), FOVEA_UNSUPPORTED);
    assert_int_equal(fovea__convert(FOVEA_TYPE_NONE, bytes, FOVEA_F32, dst, 1, NULL),
                     FOVEA_UNSUPPORTED);
    assert_int_equal(fovea__convert(FOVEA_TYPE_NONE, bytes, FOVEA_TYPE_NONE, dst, 1, NULL),
                     FOVEA_UNSUPPORTED);
    assert_int_equal(fovea__convert(FOVEA_I32, bytes, FOVEA_I32, dst, 2, NULL), FOVEA_OK);
    assert_int_equal(fovea__convert(FOVEA_I32, NULL, FOVEA_F32, NULL, 0, NULL), FOVEA_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_16_bit_values_are_read),
        cmocka_unit_test(every_16_bit_value_survives_the_way_there_and_back),
        cmocka_unit_test(rounding_is_to_nearest_and_ties_to_even),
        cmocka_unit_test(too_large_becomes_infinity_and_too_small_zero),
        cmocka_unit_test(a_double_is_rounded_once),
        cmocka_unit_test(every_type_becomes_float_and_double),
        cmocka_unit_test(buffers_need_no_alignment),
        cmocka_unit_test(impossible_conversions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
