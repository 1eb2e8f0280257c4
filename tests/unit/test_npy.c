// SPDX-License-Identifier: MIT
// npy and npz against files that NumPy and Python's zipfile made (tests/golden/make_npy_golden.py).
#include <unistd.h>

#include "formats/npy.h"
#include "formats/npz.h"
#include "unit/hostile.h"

#define GOLDEN "tests/golden/npy/"

typedef struct type_case {
    const char *code;
    fovea_type type;
    size_t size;
} type_case;

static const type_case types[] = {
    {"f2", FOVEA_F16, 2}, {"f4", FOVEA_F32, 4}, {"f8", FOVEA_F64, 8}, {"i1", FOVEA_I8, 1},
    {"i2", FOVEA_I16, 2}, {"i4", FOVEA_I32, 4}, {"i8", FOVEA_I64, 8}, {"u1", FOVEA_U8, 1},
    {"u2", FOVEA_U16, 2}, {"u4", FOVEA_U32, 4}, {"u8", FOVEA_U64, 8}, {"b1", FOVEA_BOOL, 1},
};
enum { TYPES = sizeof types / sizeof *types };

static fovea__npy read_golden(fovea_context *context, const char *name) {
    char path[128];
    size_t size;
    fovea__npy npy;
    fovea_error error;
    snprintf(path, sizeof path, GOLDEN "%s.npy", name);
    uint8_t *bytes = hostile_load(path, &size);
    if (fovea__npy_read(context, bytes, size, name, &npy, &error)) fail_msg("%s", error.text);
    free(bytes);
    return npy;
}

static void make_path(char *path, size_t size, const char *name) {
    const char *folder = getenv("FOVEA_TEST_TMP");
    snprintf(path, size, "%s/%s.%d", folder != NULL ? folder : "/tmp", name, (int)getpid());
}

static void assert_same_file(const char *path, const char *golden) {
    size_t size, golden_size;
    uint8_t *bytes = hostile_load(path, &size), *expected = hostile_load(golden, &golden_size);
    assert_int_equal(size, golden_size);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
    free(expected);
}

static void save_and_compare(fovea_context *context, const char *name) {
    char path[512], golden[128];
    fovea_error error;
    fovea__npy npy = read_golden(context, name);
    const fovea_view view = {npy.type, npy.shape, npy.data};
    make_path(path, sizeof path, "saved.npy");
    snprintf(golden, sizeof golden, GOLDEN "%s.npy", name);
    if (fovea__npy_save(context, path, &view, &error)) fail_msg("%s", error.text);
    assert_same_file(path, golden);
    unlink(path);
    fovea__npy_clear(context, &npy);
}

static void every_type_is_read_with_its_shape(void **state) {
    hostile_heap *heap = *state;
    for (int i = 0; i < TYPES; i++) {
        fovea__npy npy = read_golden(heap->context, types[i].code);
        assert_int_equal(npy.type, types[i].type);
        assert_int_equal(npy.size, 24 * types[i].size);
        assert_int_equal(npy.shape.rank, 3);
        assert_int_equal(npy.shape.dim[0], 2);
        assert_int_equal(npy.shape.dim[1], 3);
        assert_int_equal(npy.shape.dim[2], 4);
        fovea__npy_clear(heap->context, &npy);
    }
}

static void values_are_those_of_numpy(void **state) {
    hostile_heap *heap = *state;
    fovea__npy floats = read_golden(heap->context, "f4_other");
    fovea__npy longs = read_golden(heap->context, "i8_other");
    for (int n = 0; n < 24; n++) {
        assert_true(((float *)floats.data)[n] == (float)(n - 2) * 0.75f);
        assert_int_equal(((int64_t *)longs.data)[n], n * 37 % 100 - 50);
    }
    fovea__npy_clear(heap->context, &floats);
    fovea__npy_clear(heap->context, &longs);
}

static void cases_233_and_235_big_endian_fortran_order_gives_the_same(void **state) {
    hostile_heap *heap = *state;
    for (int i = 0; i < TYPES; i++) {
        char other[16];
        snprintf(other, sizeof other, "%s_other", types[i].code);
        fovea__npy a = read_golden(heap->context, types[i].code);
        fovea__npy b = read_golden(heap->context, other);
        assert_int_equal(a.type, b.type);
        assert_int_equal(a.size, b.size);
        assert_memory_equal(&a.shape, &b.shape, sizeof a.shape);
        assert_memory_equal(a.data, b.data, a.size);
        fovea__npy_clear(heap->context, &a);
        fovea__npy_clear(heap->context, &b);
    }
}

static void saved_files_are_numpys_to_the_byte(void **state) {
    hostile_heap *heap = *state;
    static const char *const others[] = {"rank0", "rank1", "empty", "rank8", "long"};
    for (int i = 0; i < TYPES; i++) save_and_compare(heap->context, types[i].code);
    for (int i = 0; i < 5; i++) save_and_compare(heap->context, others[i]);
}

static void headers_of_version_2_and_3_are_read(void **state) {
    hostile_heap *heap = *state;
    fovea__npy a = read_golden(heap->context, "f4");
    static const char *const names[] = {"version2", "version3"};
    for (int i = 0; i < 2; i++) {
        fovea__npy b = read_golden(heap->context, names[i]);
        assert_memory_equal(a.data, b.data, a.size);
        fovea__npy_clear(heap->context, &b);
    }
    fovea__npy_clear(heap->context, &a);
}

static fovea_status write_npz(fovea_context *context, const char *path, fovea_error *error) {
    static const char *const files[] = {"f4", "rank0", "empty"};
    static const char *const names[] = {"conv1", "größe/1", "a"};
    fovea__npz *npz;
    fovea_status status = fovea__npz_open(context, path, &npz, error);
    for (int i = 0; status == FOVEA_OK && i < 3; i++) {
        size_t size;
        char golden[128];
        fovea__npy npy;
        snprintf(golden, sizeof golden, GOLDEN "%s.npy", files[i]);
        uint8_t *bytes = hostile_load(golden, &size);
        status = fovea__npy_read(context, bytes, size, files[i], &npy, error);
        free(bytes);
        const fovea_view view = {npy.type, npy.shape, npy.data};
        if (status == FOVEA_OK) status = fovea__npz_add(npz, names[i], &view, error);
        fovea__npy_clear(context, &npy);
    }
    if (status == FOVEA_OK) return fovea__npz_commit(npz, error);
    fovea__npz_discard(npz);
    return status;
}

static void an_npz_is_zipfiles_to_the_byte(void **state) {
    hostile_heap *heap = *state;
    char path[512];
    fovea_error error;
    make_path(path, sizeof path, "saved.npz");
    if (write_npz(heap->context, path, &error)) fail_msg("%s", error.text);
    assert_same_file(path, GOLDEN "arrays.npz");
    unlink(path);
}

static void a_failed_allocation_leaves_no_npz_and_no_memory(void **state) {
    hostile_heap *heap = *state;
    char path[512];
    make_path(path, sizeof path, "failed.npz");
    const size_t before = fovea__memory_now(heap->context);
    for (size_t k = 1;; k++) {
        fovea_error error;
        heap->calls = 0;
        heap->fail_at = k;
        const fovea_status status = write_npz(heap->context, path, &error);
        heap->fail_at = 0;
        assert_int_equal(fovea__memory_now(heap->context), before);
        if (heap->calls < k) {
            assert_int_equal(status, FOVEA_OK);
            assert_true(k > 10);
            break;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
        assert_int_equal(access(path, F_OK), -1);
    }
    unlink(path);
}

static void many_arrays_keep_their_order_and_names_stay_unique(void **state) {
    hostile_heap *heap = *state;
    char path[512], name[32];
    float value = 1.5f;
    const fovea_view view = {FOVEA_F32, {0}, &value};
    fovea__npz *npz;
    fovea_error error = {0};
    make_path(path, sizeof path, "many.npz");
    assert_int_equal(fovea__npz_open(heap->context, path, &npz, NULL), FOVEA_OK);
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "t%d", i * 7919 % 500);
        assert_int_equal(fovea__npz_add(npz, name, &view, NULL), FOVEA_OK);
    }
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "t%d", i);
        assert_int_equal(fovea__npz_add(npz, name, &view, &error), FOVEA_INVALID_ARGUMENT);
    }
    assert_non_null(strstr(error.text, "t499"));
    fovea__npz_discard(npz);
    assert_int_equal(access(path, F_OK), -1);
}

static void names_and_types_an_npz_cannot_hold_are_refused(void **state) {
    hostile_heap *heap = *state;
    char path[512], long_name[1002];
    float value = 1;
    fovea__npz *npz;
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    const char *const bad[] = {"", "a\nb", "\xff", long_name};
    const fovea_view good = {FOVEA_F32, {0}, &value}, bf16 = {FOVEA_BF16, {0}, &value};
    const fovea_view negative = {FOVEA_F32, {1, {-1}}, &value};
    const fovea_view huge = {FOVEA_F32, {2, {INT64_C(1) << 40, INT64_C(1) << 40}}, &value};
    const fovea_view over_4_gib = {FOVEA_F32, {1, {INT64_C(1) << 30}}, &value};
    make_path(path, sizeof path, "refused.npz");
    assert_int_equal(fovea__npz_open(heap->context, path, &npz, NULL), FOVEA_OK);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fovea__npz_add(npz, bad[i], &good, NULL), FOVEA_INVALID_ARGUMENT);
    }
    assert_int_equal(fovea__npz_add(npz, "a", &bf16, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea__npz_add(npz, "a", &negative, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea__npz_add(npz, "a", &huge, NULL), FOVEA_INVALID_ARGUMENT);
    fovea_error error;
    assert_int_equal(fovea__npz_add(npz, "a", &over_4_gib, &error), FOVEA_FAILED);
    assert_non_null(strstr(error.text, "4 GiB"));
    fovea__npz_discard(npz);
    fovea__npz_discard(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(every_type_is_read_with_its_shape),
        hostile_test(values_are_those_of_numpy),
        hostile_test(cases_233_and_235_big_endian_fortran_order_gives_the_same),
        hostile_test(saved_files_are_numpys_to_the_byte),
        hostile_test(headers_of_version_2_and_3_are_read),
        hostile_test(an_npz_is_zipfiles_to_the_byte),
        hostile_test(a_failed_allocation_leaves_no_npz_and_no_memory),
        hostile_test(many_arrays_keep_their_order_and_names_stay_unique),
        hostile_test(names_and_types_an_npz_cannot_hold_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
