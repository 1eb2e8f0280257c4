// SPDX-License-Identifier: MIT
#include "base/file.h"
#include "base/memory.h"
#include "unit/failing.h"
#include "unit/scratch.h"
#include "unit/unit.h"

static fovea_context *context;
static scratch folder;

static int open_all(void **state) {
    (void)state;
    return scratch_open(&folder) && fovea_context_create(NULL, &context, NULL) == FOVEA_OK ? 0 : -1;
}

static int close_all(void **state) {
    (void)state;
    fovea_context_free(context);
    scratch_close(&folder);
    return 0;
}

static void put(const char *name, const char *content) {
    FILE *file = fopen(scratch_name(&folder, name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    fclose(file);
}

static void a_file_is_read_whole(void **state) {
    (void)state;
    fovea__bytes bytes;
    put("a", "filters");
    assert_int_equal(fovea__file_read(context, scratch_name(&folder, "a"), 7, &bytes, NULL),
                     FOVEA_OK);
    assert_int_equal(bytes.size, 7);
    assert_memory_equal(bytes.data, "filters", 8);  // a zero byte stands after the content
    fovea__free(context, bytes.data);
    put("empty", "");
    assert_int_equal(fovea__file_read(context, scratch_name(&folder, "empty"), 7, &bytes, NULL),
                     FOVEA_OK);
    assert_int_equal(bytes.size, 0);
    assert_non_null(bytes.data);
    fovea__free(context, bytes.data);
}

static void refuse(const char *path, uint64_t limit, const char *message) {
    fovea__bytes bytes = {.size = 1};
    fovea_error error = {0};
    assert_int_equal(fovea__file_read(context, path, limit, &bytes, &error), FOVEA_BAD_FILE);
    assert_null(bytes.data);
    assert_string_equal(error.where, path);
    assert_non_null(strstr(error.text, message));
}

static void what_is_no_readable_file_is_refused(void **state) {
    (void)state;
    put("a", "filters");
    refuse(scratch_name(&folder, "a"), 6, "7 bytes, more than the 6 allowed");
    refuse(scratch_name(&folder, "missing"), 100, "No such file");
    refuse(scratch_name(&folder, "a/b"), 100, "Not a directory");
    refuse(folder.path, 100, "is a folder");
    refuse("/dev/zero", UINT64_MAX, "is a device");
    refuse("", 100, "name of a file is empty");
    const char *pipe = scratch_name(&folder, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    refuse(pipe, 100, "is a pipe");  // and does not wait for a writer
}

static void a_file_that_is_longer_than_it_says_is_refused(void **state) {
    (void)state;
    if (!fovea__file_exists("/proc/self/status")) skip();
    refuse("/proc/self/status", 1 << 20, "grew while it was read");
}

static void a_failing_allocation_while_reading_leaks_nothing(void **state) {
    (void)state;
    put("a", "filters");
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_context *own = failing_context(&memory, 1);
        fovea__bytes bytes = {0};
        if (own) {
            fovea_status status =
                fovea__file_read(own, scratch_name(&folder, "a"), 100, &bytes, NULL);
            assert_int_equal(status, memory.calls < k ? FOVEA_OK : FOVEA_OUT_OF_MEMORY);
            fovea__free(own, bytes.data);
        }
        fovea_context_free(own);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) break;
    }
}

static void folders_are_made_with_their_parents(void **state) {
    (void)state;
    char deep[1024];
    snprintf(deep, sizeof(deep), "%s", scratch_name(&folder, "x/y//z/"));
    assert_int_equal(fovea__folder_make(deep, NULL), FOVEA_OK);
    assert_true(fovea__folder_exists(deep));
    assert_true(folder_is_empty(deep));
    assert_int_equal(fovea__folder_make(deep, NULL), FOVEA_OK);
    put("x/file", "1");
    fovea_error error = {0};
    assert_int_equal(fovea__folder_make(scratch_name(&folder, "x/file/y"), &error), FOVEA_IO);
    assert_int_equal(fovea__folder_make(scratch_name(&folder, "x/file"), &error), FOVEA_IO);
    assert_int_equal(fovea__folder_make("", &error), FOVEA_INVALID_ARGUMENT);
    assert_false(folder_is_empty(scratch_name(&folder, "x")));
    assert_false(folder_is_empty(scratch_name(&folder, "none")));
    assert_true(fovea__file_exists(scratch_name(&folder, "x/file")));
    assert_false(fovea__folder_exists(scratch_name(&folder, "x/file")));
}

static void names_of_a_folder_come_sorted(void **state) {
    (void)state;
    static const char *const wanted[] = {".hidden", "B", "a", "b1", "b10", "b2"};
    assert_int_equal(fovea__folder_make(scratch_name(&folder, "list"), NULL), FOVEA_OK);
    for (int i = 5; i >= 0; i--) {
        char name[64];
        snprintf(name, sizeof(name), "list/%s", wanted[i]);
        put(name, "");
    }
    fovea__names names;
    assert_int_equal(fovea__folder_list(context, scratch_name(&folder, "list"), &names, NULL),
                     FOVEA_OK);
    assert_int_equal(names.count, 6);
    for (size_t i = 0; i < 6; i++) assert_string_equal(names.name[i], wanted[i]);
    fovea__names_free(context, &names);
    assert_int_equal(fovea__folder_list(context, scratch_name(&folder, "none"), &names, NULL),
                     FOVEA_BAD_FILE);
    assert_int_equal(names.count, 0);
}

static void paths_are_joined_and_endings_found(void **state) {
    (void)state;
    static const char *const joins[][3] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"}};
    for (size_t i = 0; i < 3; i++) {
        char *path = fovea__path_join(context, joins[i][0], joins[i][1], NULL);
        assert_string_equal(path, joins[i][2]);
        fovea__free(context, path);
    }
    static const char *const endings[][2] = {{"x/y.PNG", ".png"}, {"y.tar.gz", ".gz"}, {"y", ""},
                                             {".profile", ""},    {"a.b/c", ""},       {"y.", "."}};
    for (size_t i = 0; i < 6; i++) {
        char extension[8];
        fovea__path_extension(endings[i][0], extension, sizeof(extension));
        assert_string_equal(extension, endings[i][1]);
    }
    char narrow[4];
    fovea__path_extension("a.jpeg", narrow, sizeof(narrow));
    assert_string_equal(narrow, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whole),
        cmocka_unit_test(what_is_no_readable_file_is_refused),
        cmocka_unit_test(a_file_that_is_longer_than_it_says_is_refused),
        cmocka_unit_test(a_failing_allocation_while_reading_leaks_nothing),
        cmocka_unit_test(folders_are_made_with_their_parents),
        cmocka_unit_test(names_of_a_folder_come_sorted),
        cmocka_unit_test(paths_are_joined_and_endings_found),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
