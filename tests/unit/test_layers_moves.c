// SPDX-License-Identifier: MIT
// Operators that move numbers: any type, indices, and sums where a number stood in several places.
#include "layer_call.h"

// One operator and what it made of its inputs.
typedef struct moved {
    fovea__attributes attributes;
    fovea_view in[2], out[1];
    fovea__call call;
    const fovea__op *op;
} moved;

static fovea_status try_move(moved *m, const char *op, const char *attributes, const fovea_view *in,
                             int32_t count, fovea_error *error) {
    fovea__signature from[2], to[FOVEA__MAX_OUTPUTS];
    *m = (moved){.op = fovea__op_find_text(op)};
    assert_non_null(m->op);
    layer_attributes(m->op, attributes, &m->attributes);
    for (int32_t i = 0; i < count; i++) {
        m->in[i] = in[i];
        from[i] = (fovea__signature){in[i].type, in[i].shape};
    }
    fovea_status status = m->op->shape(&m->attributes, from, count, to, error);
    if (status) return status;
    m->out[0] = layer_view(to[0].type, &to[0].shape);
    m->call = (fovea__call){.attributes = &m->attributes,
                            .cpu = fovea__cpu_best(),
                            .in = m->in,
                            .in_count = count,
                            .out = m->out,
                            .out_count = 1};
    return m->op->forward(&m->call, error);
}

static void move(moved *m, const char *op, const char *attributes, const fovea_view *in,
                 int32_t count) {
    fovea_error error = {0};
    if (try_move(m, op, attributes, in, count, &error)) fail_msg("%s: %s", op, error.text);
}

static void numbers_of_every_type_are_moved(void **state) {
    (void)state;
    static const fovea_type types[] = {FOVEA_U8,  FOVEA_BOOL, FOVEA_I16, FOVEA_F32,
                                       FOVEA_I32, FOVEA_I64,  FOVEA_F64};
    static const struct {
        const char *op, *attributes;
        uint8_t from[12];  // place of the input for each of the output's first twelve
    } cases[] = {
        {"transpose", "", {0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11}},
        {"transpose", "perm=1,0,2", {0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11}},
        {"transpose", "perm=0,2,1", {0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11}},
        {"reshape", "shape=12", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
        {"unsqueeze", "axes=0", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
        {"flatten", "", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
        {"expand", "shape=2,2,2,3", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
        {"tile", "repeats=1,1,2", {0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5}},
        {"tile", "repeats=1,2,1", {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5}},
        {"pad", "pads=0,0,1,0,0,0 mode=1", {1, 0, 1, 2, 4, 3, 4, 5, 7, 6, 7, 8}},
        {"pad", "pads=0,1,0,0,0,0 mode=2", {0, 1, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8}},
        {"pad", "pads=0,0,0,0,0,1 mode=3", {0, 1, 2, 0, 3, 4, 5, 3, 6, 7, 8, 6}},
        {"slice", "starts=1,2 ends=-9,-9 axes=1,2 steps=-1,-2", {5, 3, 2, 0, 11, 9, 8, 6}},
        {"concat", "axis=0", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++)
        for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
            size_t item = fovea_type_size(types[t]);
            uint8_t bytes[12 * 8];
            for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 37 + 11);
            fovea_view x = {types[t], layer_shape("2x2x3"), bytes};
            moved m;
            move(&m, cases[c].op, cases[c].attributes, &x, 1);
            size_t count = (size_t)fovea_shape_count(&m.out[0].shape);
            for (size_t i = 0; i < 12 && i < count; i++)
                assert_memory_equal((uint8_t *)m.out[0].data + i * item,
                                    bytes + cases[c].from[i] * item, item);
            free(m.out[0].data);
        }
}

static void constants_are_of_the_type_that_is_padded(void **state) {
    (void)state;
    int32_t whole[1] = {5};
    uint8_t byte[1] = {5};
    const fovea_view x = {FOVEA_I32, layer_shape("1"), whole};
    const fovea_view b = {FOVEA_U8, layer_shape("1"), byte};
    moved m;
    move(&m, "pad", "pads=1,0 value=-7", &x, 1);
    assert_int_equal(((int32_t *)m.out[0].data)[0], -7);
    assert_int_equal(((int32_t *)m.out[0].data)[1], 5);
    free(m.out[0].data);
    move(&m, "pad", "pads=1,0 value=300", &b, 1);
    assert_int_equal(((uint8_t *)m.out[0].data)[0], 255);
    free(m.out[0].data);
}

static void gather_takes_rows_by_number(void **state) {
    (void)state;
    int32_t numbers[6] = {10, 11, 12, 20, 21, 22}, narrow[2] = {2, 0};
    int64_t wide[4] = {1, -1, -2, 0};
    const fovea_view x = {FOVEA_I32, layer_shape("2x3"), numbers};
    const fovea_view by_column[2] = {x, {FOVEA_I32, layer_shape("2"), narrow}};
    const fovea_view by_row[2] = {x, {FOVEA_I64, layer_shape("2x2"), wide}};
    const fovea_view one[2] = {x, {FOVEA_I64, layer_shape(""), wide}};
    const int32_t columns[] = {12, 10, 22, 20};
    const int32_t rows[] = {20, 21, 22, 20, 21, 22, 10, 11, 12, 10, 11, 12};
    moved m;
    move(&m, "gather", "axis=-1", by_column, 2);
    assert_int_equal(m.out[0].shape.rank, 2);
    assert_memory_equal(m.out[0].data, columns, sizeof columns);
    free(m.out[0].data);
    move(&m, "gather", "", by_row, 2);
    assert_int_equal(m.out[0].shape.rank, 3);
    assert_memory_equal(m.out[0].data, rows, sizeof rows);
    free(m.out[0].data);
    move(&m, "gather", "axis=1", one, 2);
    assert_int_equal(m.out[0].shape.rank, 1);
    assert_int_equal(((int32_t *)m.out[0].data)[1], 21);
    free(m.out[0].data);
}

static void indices_outside_are_refused(void **state) {
    (void)state;
    float numbers[6] = {0};
    int64_t index[3] = {0, -3, 1};
    const fovea_view in[2] = {{FOVEA_F32, layer_shape("2x3"), numbers},
                              {FOVEA_I64, layer_shape("3"), index}};
    const fovea_view floats[2] = {in[0], in[0]};
    moved m;
    fovea_error error = {0};
    assert_int_equal(try_move(&m, "gather", "", in, 2, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "index -3 (number 1)"));
    free(m.out[0].data);
    assert_int_equal(try_move(&m, "gather", "", floats, 2, &error), FOVEA_UNSUPPORTED);
}

static void gradients_of_gathered_rows_are_added(void **state) {
    (void)state;
    double numbers[12] = {0}, d_out[16], d_x[12], want[12] = {0};
    int64_t index[4] = {1, -1, 2, 1};
    const fovea_view in[2] = {{FOVEA_F64, layer_shape("2x3x2"), numbers},
                              {FOVEA_I64, layer_shape("4"), index}};
    moved m;
    move(&m, "gather", "axis=1", in, 2);
    for (int i = 0; i < 16; i++) d_out[i] = layer_random();
    for (int o = 0; o < 2; o++)
        for (int k = 0; k < 4; k++)
            for (int r = 0; r < 2; r++)
                want[(o * 3 + (index[k] + 3) % 3) * 2 + r] += d_out[(o * 4 + k) * 2 + r];
    fovea_view given = m.out[0], d_in[2] = {in[0], in[1]};
    given.data = d_out;
    d_in[0].data = d_x;
    d_in[1].data = NULL;
    assert_int_equal(m.op->vjp(&m.call, &given, d_in, NULL), FOVEA_OK);
    assert_memory_equal(d_x, want, sizeof want);
    free(m.out[0].data);
}

static void wide_arrays_are_turned_by_tiles(void **state) {
    (void)state;
    enum { A = 37, B = 53 };
    float *x = malloc(sizeof(float) * 2 * A * B);
    assert_non_null(x);
    for (int i = 0; i < 2 * A * B; i++) x[i] = (float)i;
    const fovea_view in = {FOVEA_F32, {3, {2, A, B}}, x};
    moved m;
    move(&m, "transpose", "perm=2,0,1", &in, 1);
    const float *y = m.out[0].data;
    for (int b = 0; b < B; b++)
        for (int n = 0; n < 2; n++)
            for (int a = 0; a < A; a++)
                assert_true(y[(b * 2 + n) * A + a] == (float)((n * A + a) * B + b));
    free(m.out[0].data);
    free(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_every_type_are_moved),
        cmocka_unit_test(constants_are_of_the_type_that_is_padded),
        cmocka_unit_test(gather_takes_rows_by_number),
        cmocka_unit_test(indices_outside_are_refused),
        cmocka_unit_test(gradients_of_gathered_rows_are_added),
        cmocka_unit_test(wide_arrays_are_turned_by_tiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
