// SPDX-License-Identifier: MIT
// This program has its own write, fsync, close and rename, so that each step of the writer can be
// made to fail, to be interrupted or to do only half of its work.
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/file.h"
#include "base/memory.h"
#include "unit/failing.h"
#include "unit/scratch.h"
#include "unit/unit.h"

typedef struct fault {
    int code;   // errno of the failure, 0: none
    int after;  // calls that work before it
    int calls;
} fault;

static struct {
    fault write, fsync, close, rename;
    size_t most;      // bytes one write takes, 0: all
    int interrupted;  // writes that end with EINTR before each that works
} faults;

static int strike(fault *f) {
    if (f->code == 0 || f->calls++ < f->after) return 0;
    errno = f->code;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t size) {
    static int interruptions;
    if (faults.interrupted && interruptions++ % (faults.interrupted + 1) < faults.interrupted) {
        errno = EINTR;
        return -1;
    }
    if (strike(&faults.write)) return -1;
    return syscall(SYS_write, file, bytes, faults.most && size > faults.most ? faults.most : size);
}

int fsync(int file) {
    return strike(&faults.fsync) ? -1 : (int)syscall(SYS_fsync, file);
}

int close(int file) {
    int result = (int)syscall(SYS_close, file);
    return strike(&faults.close) ? -1 : result;
}

int rename(const char *from, const char *to) {
    return strike(&faults.rename) ? -1 : (int)syscall(SYS_renameat2, -100, from, -100, to, 0);
}

static fovea_context *context;
static scratch folder;
static char path[1024];
enum { SIZE = 100000 };
static char content[SIZE];

static int open_all(void **state) {
    (void)state;
    memset(&faults, 0, sizeof(faults));
    for (size_t i = 0; i < SIZE; i++) content[i] = (char)(i * 7 + i / 256);
    if (!scratch_open(&folder)) return -1;
    snprintf(path, sizeof(path), "%s", scratch_name(&folder, "model.safetensors"));
    return fovea_context_create(NULL, &context, NULL) == FOVEA_OK ? 0 : -1;
}

static int close_all(void **state) {
    (void)state;
    memset(&faults, 0, sizeof(faults));
    fovea_context_free(context);
    scratch_close(&folder);
    return 0;
}

// The folder holds `path` with this content and nothing else.
static void assert_only(const void *wanted, size_t size) {
    fovea__names names;
    fovea__bytes bytes;
    assert_int_equal(fovea__folder_list(context, folder.path, &names, NULL), FOVEA_OK);
    assert_int_equal(names.count, 1);
    assert_string_equal(names.name[0], "model.safetensors");
    fovea__names_free(context, &names);
    assert_int_equal(fovea__file_read(context, path, SIZE, &bytes, NULL), FOVEA_OK);
    assert_int_equal(bytes.size, size);
    assert_memory_equal(bytes.data, wanted, size);
    fovea__free(context, bytes.data);
}

static void a_saved_file_holds_what_was_given(void **state) {
    (void)state;
    assert_int_equal(fovea__file_save(context, path, content, SIZE, NULL), FOVEA_OK);
    assert_only(content, SIZE);
    assert_int_equal(fovea__file_save(context, path, "new", 3, NULL), FOVEA_OK);
    assert_only("new", 3);
    assert_int_equal(fovea__file_save(context, path, NULL, 0, NULL), FOVEA_OK);
    assert_only("", 0);
}

static void short_and_interrupted_writes_are_carried_on(void **state) {
    (void)state;
    faults.most = 777;
    faults.interrupted = 2;
    assert_int_equal(fovea__file_save(context, path, content, SIZE, NULL), FOVEA_OK);
    memset(&faults, 0, sizeof(faults));
    assert_only(content, SIZE);
}

static void the_old_file_stays_until_commit(void **state) {
    (void)state;
    assert_int_equal(fovea__file_save(context, path, "old", 3, NULL), FOVEA_OK);
    fovea__file_writer *writer;
    fovea__bytes bytes;
    assert_int_equal(fovea__file_writer_open(context, path, &writer, NULL), FOVEA_OK);
    assert_int_equal(fovea__file_write(writer, content, SIZE, NULL), FOVEA_OK);
    assert_int_equal(fovea__file_read(context, path, SIZE, &bytes, NULL), FOVEA_OK);
    assert_int_equal(bytes.size, 3);
    fovea__free(context, bytes.data);
    fovea__file_writer_discard(writer);
    assert_only("old", 3);
    fovea__file_writer_discard(NULL);
}

static void two_writers_of_one_name_do_not_mix(void **state) {
    (void)state;
    fovea__file_writer *a, *b;
    assert_int_equal(fovea__file_writer_open(context, path, &a, NULL), FOVEA_OK);
    assert_int_equal(fovea__file_writer_open(context, path, &b, NULL), FOVEA_OK);
    assert_int_equal(fovea__file_write(a, "aaaa", 4, NULL), FOVEA_OK);
    assert_int_equal(fovea__file_write(b, "bb", 2, NULL), FOVEA_OK);
    assert_int_equal(fovea__file_writer_commit(a, NULL), FOVEA_OK);
    assert_int_equal(fovea__file_writer_commit(b, NULL), FOVEA_OK);
    assert_only("bb", 2);
}

// The save fails as `fault` says, names file and cause, and the old content is all that is there.
static void fail_with(fault *place, fault what, const char *message) {
    fovea_error error = {0};
    assert_int_equal(fovea__file_save(context, path, "old", 3, NULL), FOVEA_OK);
    faults.most = 1000;
    *place = what;
    assert_int_equal(fovea__file_save(context, path, content, SIZE, &error), FOVEA_IO);
    memset(&faults, 0, sizeof(faults));
    assert_string_equal(error.where, path);
    assert_non_null(strstr(error.text, message));
    assert_only("old", 3);
}

static void a_failure_at_any_step_leaves_the_old_file(void **state) {
    (void)state;
    for (int after = 0; after < 100; after += 9)
        fail_with(&faults.write, (fault){.code = ENOSPC, .after = after}, "No space left");
    fail_with(&faults.fsync, (fault){.code = EIO}, "syncing failed: Input/output error");
    fail_with(&faults.close, (fault){.code = EDQUOT}, "closing failed");
    fail_with(&faults.rename, (fault){.code = EACCES}, "renaming failed: Permission denied");
}

static void a_failed_fsync_is_not_tried_again(void **state) {
    (void)state;
    faults.fsync = (fault){.code = EIO};
    assert_int_equal(fovea__file_save(context, path, content, SIZE, NULL), FOVEA_IO);
    assert_int_equal(faults.fsync.calls, 1);
    memset(&faults, 0, sizeof(faults));
    assert_true(folder_is_empty(folder.path));
}

static void a_folder_that_cannot_be_synced_is_told(void **state) {
    (void)state;
    fovea_error error = {0};
    faults.fsync = (fault){.code = EIO, .after = 1};
    assert_int_equal(fovea__file_save(context, path, "new", 3, &error), FOVEA_IO);
    assert_non_null(strstr(error.text, "folder could not be synced"));
    memset(&faults, 0, sizeof(faults));
    assert_only("new", 3);  // whole, though perhaps not yet safe from a power cut
    faults.fsync = (fault){.code = EINVAL, .after = 1};  // a file system without that notion
    assert_int_equal(fovea__file_save(context, path, "newer", 5, NULL), FOVEA_OK);
}

static void a_file_size_limit_leaves_the_old_file(void **state) {
    (void)state;
    fovea_error error = {0};
    struct rlimit before, limit;
    assert_int_equal(fovea__file_save(context, path, "old", 3, NULL), FOVEA_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 4096;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    fovea_status status = fovea__file_save(context, path, content, SIZE, &error);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(status, FOVEA_IO);
    assert_int_equal(error.offset, 4096);
    assert_non_null(strstr(error.text, "File too large"));
    assert_only("old", 3);
}

static void refuse(const char *name, fovea_status wanted, const char *message) {
    fovea__file_writer *writer;
    fovea_error error = {0};
    assert_int_equal(fovea__file_writer_open(context, name, &writer, &error), wanted);
    assert_null(writer);
    assert_non_null(strstr(error.text, message));
}

static void places_where_no_file_can_be_are_refused_at_once(void **state) {
    (void)state;
    refuse(scratch_name(&folder, "none/x"), FOVEA_IO, "No such file");
    refuse(folder.path, FOVEA_IO, "is a folder");
    refuse("/dev/null", FOVEA_IO, "no regular file");
    refuse("", FOVEA_INVALID_ARGUMENT, "empty");
    char locked[1024];
    snprintf(locked, sizeof(locked), "%s", scratch_name(&folder, "locked"));
    assert_int_equal(mkdir(locked, 0500), 0);
    if (geteuid() != 0) refuse(scratch_name(&folder, "locked/x"), FOVEA_IO, "Permission denied");
    assert_int_equal(rmdir(locked), 0);
    assert_true(folder_is_empty(folder.path));
}

static void rights_and_links_survive(void **state) {
    (void)state;
    struct stat status;
    assert_int_equal(fovea__file_save(context, path, "old", 3, NULL), FOVEA_OK);
    assert_int_equal(chmod(path, 0640), 0);
    char link[1024];
    snprintf(link, sizeof(link), "%s", scratch_name(&folder, "link"));
    assert_int_equal(symlink("model.safetensors", link), 0);
    assert_int_equal(fovea__file_save(context, link, "new", 3, NULL), FOVEA_OK);
    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(unlink(link), 0);
    assert_only("new", 3);
}

static void a_failing_allocation_while_writing_leaves_nothing(void **state) {
    (void)state;
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_context *own = failing_context(&memory, 1);
        if (own) {
            fovea_status status = fovea__file_save(own, path, "abc", 3, NULL);
            assert_int_equal(status, memory.calls < k ? FOVEA_OK : FOVEA_OUT_OF_MEMORY);
            if (status != FOVEA_OK) assert_true(folder_is_empty(folder.path));
        }
        fovea_context_free(own);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) break;
    }
    assert_only("abc", 3);
}

int main(void) {
#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
    const struct CMUnitTest tests[] = {
        FILE_TEST(a_saved_file_holds_what_was_given),
        FILE_TEST(short_and_interrupted_writes_are_carried_on),
        FILE_TEST(the_old_file_stays_until_commit),
        FILE_TEST(two_writers_of_one_name_do_not_mix),
        FILE_TEST(a_failure_at_any_step_leaves_the_old_file),
        FILE_TEST(a_failed_fsync_is_not_tried_again),
        FILE_TEST(a_folder_that_cannot_be_synced_is_told),
        FILE_TEST(a_file_size_limit_leaves_the_old_file),
        FILE_TEST(places_where_no_file_can_be_are_refused_at_once),
        FILE_TEST(rights_and_links_survive),
        FILE_TEST(a_failing_allocation_while_writing_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
