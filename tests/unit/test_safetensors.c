// SPDX-License-Identifier: MIT
// Reading what Python's safetensors wrote, writing what it reads (the bytes that
// tests/golden/safetensors/make.py composed and checked), and the hash over the whole file.
#include <math.h>

#include "base/file.h"
#include "base/hash.h"
#include "formats/safetensors.h"
#include "unit/hostile.h"

#define PYTHON "tests/golden/safetensors/python.safetensors"
#define WRITTEN "tests/golden/safetensors/written.safetensors"

static const uint8_t flags[3] = {1, 2, 255}, mask[2] = {1, 0};
static const float weight[6] = {0, 0.25f, 0.5f, 0.75f, 1, 1.25f};
static const int64_t counter = -5;
static const uint16_t half[2] = {0x3800, 0xc000};  // 0.5, -2
static const double wide[2] = {1e300, -INFINITY};

static fovea__named_view named(const char *name, fovea_type type, int32_t rank, int64_t a,
                               int64_t b, const void *data) {
    return (fovea__named_view){name, {type, {rank, {a, b}}, (void *)(uintptr_t)data}};
}

// The content of make.py.
enum { TENSORS = 7 };
static void fill(fovea__named_view tensors[TENSORS]) {
    tensors[0] = named("flags", FOVEA_U8, 1, 3, 0, flags);
    tensors[1] = named("conv1.weight", FOVEA_F32, 2, 2, 3, weight);
    tensors[2] = named("counter", FOVEA_I64, 0, 0, 0, &counter);
    tensors[3] = named("empty", FOVEA_F32, 2, 0, 4, NULL);
    tensors[4] = named("half", FOVEA_F16, 1, 2, 0, half);
    tensors[5] = named("mask", FOVEA_BOOL, 1, 2, 0, mask);
    tensors[6] = named("../wide %n", FOVEA_F64, 1, 2, 0, wide);
}
static const fovea__text_pair metadata[2] = {{"format", "pt"},
                                             {"note",
                                              "gr\xc3\xbc\xc3\x9f"
                                              "e \"x\\y\"\n\t\xf0\x9d\x84\x9e"}};

static void out_path(char path[512], const char *name) {
    const char *folder = getenv("FOVEA_TEST_TMP");
    snprintf(path, 512, "%s/%s", folder ? folder : ".", name);
}

static void check_tensor(const fovea__safetensors *s, const char *name, fovea_type type,
                         int32_t rank, int64_t first, const void *data, size_t size) {
    const fovea__safetensor *t = fovea__safetensors_find(s, name);
    assert_non_null(t);
    assert_string_equal(t->name, name);
    assert_int_equal(t->type, type);
    assert_int_equal(t->shape.rank, rank);
    if (rank > 0) assert_int_equal(t->shape.dim[0], first);
    assert_int_equal(t->size, size);
    if (size > 0) assert_memory_equal(t->data, data, size);
}

static void check_all(const fovea__safetensors *s) {
    check_tensor(s, "flags", FOVEA_U8, 1, 3, flags, 3);
    check_tensor(s, "conv1.weight", FOVEA_F32, 2, 2, weight, sizeof weight);
    check_tensor(s, "counter", FOVEA_I64, 0, 0, &counter, sizeof counter);
    check_tensor(s, "empty", FOVEA_F32, 2, 0, NULL, 0);
    check_tensor(s, "half", FOVEA_F16, 1, 2, half, sizeof half);
    check_tensor(s, "mask", FOVEA_BOOL, 1, 2, mask, sizeof mask);
    check_tensor(s, "../wide %n", FOVEA_F64, 1, 2, wide, sizeof wide);
}

static void a_file_of_pythons_safetensors_is_read(void **state) {
    hostile_heap *heap = *state;
    fovea__safetensors s;
    fovea_error error;
    if (fovea__safetensors_read(heap->context, PYTHON, 1 << 20, &s, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    check_all(&s);
    const uint16_t three = 0x4040;
    const int8_t seven = -7;
    check_tensor(&s, "brain", FOVEA_BF16, 1, 1, &three, 2);
    check_tensor(&s, "small", FOVEA_I8, 2, 1, &seven, 1);
    assert_int_equal(s.count, 9);
    for (size_t i = 1; i < s.count; i++)
        assert_ptr_equal(s.tensor[i].data, s.tensor[i - 1].data + s.tensor[i - 1].size);
    assert_null(fovea__safetensors_find(&s, "conv1.weigh"));
    assert_null(fovea__safetensors_find(&s, "zzz"));
    assert_int_equal(s.metadata_count, 2);
    assert_string_equal(fovea__safetensors_metadata(&s, "made"), "by Python");
    assert_null(fovea__safetensors_metadata(&s, "fovea.hash"));
    assert_int_equal(fovea__safetensors_verify(&s, "fovea.hash", "p", &error), FOVEA_BAD_FILE);
    fovea__safetensors_clear(heap->context, &s);
    assert_int_equal(fovea__safetensors_read(heap->context, PYTHON, 100, &s, &error),
                     FOVEA_BAD_FILE);
}

static void what_is_written_is_what_python_composed(void **state) {
    hostile_heap *heap = *state;
    fovea__named_view tensors[TENSORS];
    fill(tensors);
    const fovea__safetensors_content content = {metadata, 2, tensors, TENSORS, "fovea.hash"};
    char path[512], hash[65];
    out_path(path, "written.safetensors");
    fovea_error error;
    if (fovea__safetensors_write(heap->context, path, &content, hash, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    size_t expected_size, size;
    uint8_t *expected = hostile_load(WRITTEN, &expected_size), *found = hostile_load(path, &size);
    assert_int_equal(size, expected_size);
    assert_memory_equal(found, expected, size);
    fovea__safetensors s;
    assert_int_equal(fovea__safetensors_parse(heap->context, found, size, "w", &s, NULL), FOVEA_OK);
    check_all(&s);
    for (size_t i = 0; i < s.count; i++)
        assert_int_equal((s.tensor[i].data - found) % (ptrdiff_t)fovea_type_size(s.tensor[i].type),
                         0);
    assert_string_equal(fovea__safetensors_metadata(&s, "note"), metadata[1].value);
    assert_string_equal(fovea__safetensors_metadata(&s, "fovea.hash"), hash);
    assert_int_equal(fovea__safetensors_verify(&s, "fovea.hash", "w", NULL), FOVEA_OK);
    fovea__safetensors_clear(heap->context, &s);
    free(expected);
    free(found);
    remove(path);
}

static void without_a_key_the_hash_is_the_files(void **state) {
    hostile_heap *heap = *state;
    fovea__named_view tensors[TENSORS];
    fill(tensors);
    const fovea__safetensors_content content = {NULL, 0, tensors, TENSORS, NULL};
    char path[512], hash[65], hex[65];
    out_path(path, "plain.safetensors");
    assert_int_equal(fovea__safetensors_write(heap->context, path, &content, hash, NULL), FOVEA_OK);
    size_t size;
    uint8_t *found = hostile_load(path, &size);
    fovea__sha256_of(found, size, hex);
    assert_string_equal(hash, hex);
    assert_null(memmem(found, size, "__metadata__", 12));
    free(found);
    remove(path);
}

// Any changed byte is refused in reading or by the hash; there is no third way.
static void the_hash_finds_every_changed_byte(void **state) {
    hostile_heap *heap = *state;
    size_t size, parsed = 0;
    uint8_t *bytes = hostile_load(WRITTEN, &size);
    for (size_t i = 0; i < size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            fovea__safetensors s;
            bytes[i] ^= (uint8_t)(1 << bit);
            if (fovea__safetensors_parse(heap->context, bytes, size, "w", &s, NULL) == FOVEA_OK) {
                parsed++;
                if (fovea__safetensors_verify(&s, "fovea.hash", "w", NULL) == FOVEA_OK)
                    fail_msg("bit %d of byte %zu", bit, i);
                fovea__safetensors_clear(heap->context, &s);
            }
            bytes[i] ^= (uint8_t)(1 << bit);
        }
    }
    assert_true(parsed > 400);
    free(bytes);
}

static void content_that_cannot_be_written_is_refused(void **state) {
    hostile_heap *heap = *state;
    char long_name[300];
    memset(long_name, 'x', 257);
    long_name[257] = '\0';
    const fovea__named_view bad[] = {
        named("", FOVEA_U8, 1, 3, 0, flags),
        named(long_name, FOVEA_U8, 1, 3, 0, flags),
        named("a\n", FOVEA_U8, 1, 3, 0, flags),
        named("\xff", FOVEA_U8, 1, 3, 0, flags),
        named(NULL, FOVEA_U8, 1, 3, 0, flags),
        named("__metadata__", FOVEA_U8, 1, 3, 0, flags),
        named("a", FOVEA_TYPE_NONE, 1, 3, 0, flags),
        named("a", (fovea_type)99, 1, 3, 0, flags),
        named("a", FOVEA_U8, 1, -1, 0, flags),
        named("a", FOVEA_U8, 1, 3, 0, NULL),
        named("b", FOVEA_U8, 1, 3, 0, flags),
    };
    char path[512];
    out_path(path, "refused.safetensors");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const fovea__named_view tensors[2] = {named("b", FOVEA_U8, 1, 3, 0, flags), bad[i]};
        const fovea__safetensors_content content = {NULL, 0, tensors, 2, NULL};
        fovea_error error = {0};
        assert_int_equal(fovea__safetensors_write(heap->context, path, &content, NULL, &error),
                         FOVEA_INVALID_ARGUMENT);
        assert_true(error.text[0] != '\0');
    }
    const fovea__text_pair pairs[][2] = {{{"a", "b"}, {"a", "c"}},
                                         {{"a", "b"}, {"", "c"}},
                                         {{"a", "b"}, {"c", "\xff"}},
                                         {{"a", "b"}, {"c", NULL}},
                                         {{"a", "b"}, {"fovea.hash", "c"}}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const fovea__safetensors_content content = {pairs[i], 2, NULL, 0, "fovea.hash"};
        assert_int_equal(fovea__safetensors_write(heap->context, path, &content, NULL, NULL),
                         FOVEA_INVALID_ARGUMENT);
    }
    assert_false(fovea__file_exists(path));
}

static void every_failing_allocation_of_writing_is_survived(void **state) {
    hostile_heap *heap = *state;
    fovea__named_view tensors[TENSORS];
    fill(tensors);
    const fovea__safetensors_content content = {metadata, 2, tensors, TENSORS, "fovea.hash"};
    const size_t before = fovea__memory_now(heap->context);
    char path[512];
    out_path(path, "failing.safetensors");
    for (size_t k = 1;; k++) {
        heap->calls = 0;
        heap->fail_at = k;
        const fovea_status status =
            fovea__safetensors_write(heap->context, path, &content, NULL, NULL);
        heap->fail_at = 0;
        assert_int_equal(fovea__memory_now(heap->context), before);
        if (heap->calls < k) {
            assert_int_equal(status, FOVEA_OK);
            assert_true(k > 4);
            break;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
        assert_false(fovea__file_exists(path));
    }
    remove(path);
}

static void a_folder_that_is_not_there_is_an_error(void **state) {
    hostile_heap *heap = *state;
    const fovea__safetensors_content content = {metadata, 2, NULL, 0, NULL};
    fovea_error error = {0};
    assert_int_not_equal(fovea__safetensors_write(heap->context, "no/such/folder/x.safetensors",
                                                  &content, NULL, &error),
                         FOVEA_OK);
    assert_non_null(strstr(error.text, "no/such/folder"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(a_file_of_pythons_safetensors_is_read),
        hostile_test(what_is_written_is_what_python_composed),
        hostile_test(without_a_key_the_hash_is_the_files),
        hostile_test(the_hash_finds_every_changed_byte),
        hostile_test(content_that_cannot_be_written_is_refused),
        hostile_test(every_failing_allocation_of_writing_is_survived),
        hostile_test(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
