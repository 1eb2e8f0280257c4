// SPDX-License-Identifier: MIT
#include "base/hash.h"
#include "base/part_file.h"
#include "download/get.h"
#include "download/unpack.h"
#include "unit/data_files.h"
#include "unit/failing.h"
#include "unit/loopback.h"

enum { SIZE = 300000 };

// A set of one file of bytes made here, published by servers on the loopback.
typedef struct published {
    data_place *place;
    uint8_t bytes[SIZE];
    char sha256[65], md5[33];
    fovea__known_set set;
    loopback server[2];
    const char *mirror[2];
    fovea_download_options options;
    fovea_error error;
} published;

static int begin(void **state) {
    published *set = calloc(1, sizeof(*set));
    if (data_begin((void **)&set->place) != 0) return -1;
    setenv("no_proxy", "*", 1);
    for (size_t i = 0; i < SIZE; i++) set->bytes[i] = (uint8_t)(i * i >> 7);
    fovea__md5 md5;
    fovea__md5_begin(&md5);
    fovea__md5_add(&md5, set->bytes, SIZE);
    fovea__md5_end(&md5, set->md5);
    fovea__sha256_of(set->bytes, SIZE, set->sha256);
    set->set = (fovea__known_set){.name = "thing", .file_count = 1};
    set->set.file[0] = (fovea__known_file){"thing.gz", SIZE, set->md5, set->sha256, NULL};
    fovea_download_options_default(&set->options);
    set->options.directory = set->place->folder;
    set->options.mirror = set->mirror;
    *state = set;
    return 0;
}

static int end(void **state) {
    published *set = *state;
    for (int i = 0; i < set->options.mirror_count; i++) loopback_stop(&set->server[i]);
    data_end((void **)&set->place);
    free(set);
    return 0;
}

#define download_test(function) cmocka_unit_test_setup_teardown(function, begin, end)

// One more server with up to two answers.
static loopback *serve(published *set, loopback_answer first, loopback_answer then) {
    loopback *server = &set->server[set->options.mirror_count];
    *server = (loopback){.file = set->bytes, .size = SIZE, .answer = {first, then}, .answers = 2};
    loopback_start(server);
    set->mirror[set->options.mirror_count++] = server->base;
    return server;
}

static fovea_status get(published *set) {
    set->error = (fovea_error){0};
    return fovea__get_set(set->place->context, &set->set, &set->options, &set->error);
}

// Bytes of thing/NAME, -1: there is none.
static long size_of(const published *set, const char *name) {
    char path[1024];
    struct stat status;
    snprintf(path, sizeof(path), "%s/thing/%s", set->place->folder, name);
    return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

// The file is there, right, and the only one.
static void check_file(const published *set) {
    static uint8_t bytes[SIZE];
    if (set->error.text[0]) fail_msg("%s", set->error.text);
    FILE *file = fopen(data_path(set->place, "thing/thing.gz"), "rb");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, SIZE, file), SIZE);
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
    assert_memory_equal(bytes, set->bytes, SIZE);
    assert_int_equal(size_of(set, "thing.gz.part"), -1);
}

static void check_refused(published *set, const char *text, long part) {
    fovea_status status = get(set);
    if (status != FOVEA_DATA_MISSING || !strstr(set->error.text, text))
        fail_msg("expected '%s', got %s: %s", text, fovea_status_name(status), set->error.text);
    assert_int_equal(size_of(set, "thing.gz"), -1);
    assert_int_equal(size_of(set, "thing.gz.part"), part);
}

static int count_progress(void *user, const char *file, int64_t done, int64_t total) {
    int64_t *most = user;
    assert_string_equal(file, "thing.gz");
    assert_true(done >= most[0] && done <= SIZE);
    if (total > 0) assert_int_equal(total, SIZE);
    most[0] = done;
    most[1]++;
    return 0;
}

static void a_file_is_fetched_once(void **state) {
    published *set = *state;
    loopback *server = serve(set, LOOPBACK_FILE, LOOPBACK_NOT_FOUND);
    int64_t progress[2] = {0};
    set->options.progress = count_progress;
    set->options.user = progress;
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    assert_int_equal(progress[0], SIZE);
    assert_true(progress[1] > 1);
    assert_int_equal(get(set), FOVEA_OK);
    assert_int_equal(server->requests, 1);
    // A file that was damaged since is fetched anew; until that works it stays.
    set->options.progress = NULL;
    data_write(set->place, "thing/thing.gz", "damaged", 7);
    assert_int_equal(get(set), FOVEA_DATA_MISSING);
    assert_int_equal(size_of(set, "thing.gz"), 7);
    server->answer[1] = LOOPBACK_FILE;
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
}

static void a_download_that_was_cut_goes_on_where_it_ended(void **state) {
    published *set = *state;
    loopback *server = serve(set, LOOPBACK_CUT, LOOPBACK_FILE);
    check_refused(set, server->base, SIZE / 2);
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    assert_int_equal(server->range[0], -1);
    assert_int_equal(server->range[1], SIZE / 2);
}

static void the_next_mirror_goes_on_where_the_first_was_cut(void **state) {
    published *set = *state;
    serve(set, LOOPBACK_CUT, LOOPBACK_CUT);
    loopback *second = serve(set, LOOPBACK_FILE, LOOPBACK_FILE);
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    assert_int_equal(second->range[0], SIZE / 2);
}

static void a_server_that_ignores_ranges_sends_all_anew(void **state) {
    published *set = *state;
    loopback *server = serve(set, LOOPBACK_CUT, LOOPBACK_NO_RANGE);
    check_refused(set, "thing.gz", SIZE / 2);
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    assert_int_equal(server->requests, 2);
}

static void another_range_than_asked_for_is_refused(void **state) {
    published *set = *state;
    serve(set, LOOPBACK_CUT, LOOPBACK_WRONG_RANGE);
    check_refused(set, "thing.gz", SIZE / 2);
    check_refused(set, "another part", SIZE / 2);
}

static void a_wrong_hash_deletes_what_came(void **state) {
    published *set = *state;
    serve(set, LOOPBACK_WRONG, LOOPBACK_FILE);
    check_refused(set, "another hash", -1);
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
}

// SHA-256 and MD5 both count where both are known.
static void one_right_hash_of_two_is_not_enough(void **state) {
    published *set = *state;
    serve(set, LOOPBACK_FILE, LOOPBACK_FILE);
    set->set.file[0].md5 = "00000000000000000000000000000000";
    check_refused(set, "another hash", -1);
    set->set.file[0].md5 = set->md5;
    set->set.file[0].sha256 = NULL;
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
}

// What an interrupted run left may be wrong itself: then all is fetched again.
static void a_bad_beginning_is_fetched_again(void **state) {
    published *set = *state;
    loopback *server = serve(set, LOOPBACK_FILE, LOOPBACK_FILE);
    data_write(set->place, "thing/thing.gz.part", "not the beginning", 17);
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    assert_int_equal(server->range[0], 17);
    assert_int_equal(server->range[1], -1);
}

static void a_complete_part_needs_no_server(void **state) {
    published *set = *state;
    loopback *server = serve(set, LOOPBACK_NOT_FOUND, LOOPBACK_NOT_FOUND);
    data_write(set->place, "thing/thing.gz.part", set->bytes, SIZE);
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    assert_int_equal(server->requests, 0);
    // Of unknown size, the server says that nothing is behind it.
    remove(data_path(set->place, "thing/thing.gz"));
    server->answer[0] = server->answer[1] = LOOPBACK_FILE;
    set->set.file[0].size = 0;
    data_write(set->place, "thing/thing.gz.part", set->bytes, SIZE);
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    assert_int_equal(server->requests, 1);
}

static void the_next_mirror_is_tried_after_an_error(void **state) {
    published *set = *state;
    loopback *first = serve(set, LOOPBACK_NOT_FOUND, LOOPBACK_PAGE);
    serve(set, LOOPBACK_FILE, LOOPBACK_FILE);
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    assert_int_equal(first->requests, 1);
}

static void pages_and_empty_answers_are_never_saved(void **state) {
    published *set = *state;
    serve(set, LOOPBACK_NOT_FOUND, LOOPBACK_EMPTY);
    serve(set, LOOPBACK_PAGE, LOOPBACK_PAGE);
    check_refused(set, "answered 404", -1);
    check_refused(set, "sent nothing", -1);
    check_refused(set, "web page", -1);
    check_refused(set, "--from FILE", -1);
}

static void more_than_the_published_size_is_refused(void **state) {
    published *set = *state;
    serve(set, LOOPBACK_LONG, LOOPBACK_LONG);
    check_refused(set, "more than the 300000 bytes", -1);
}

static void redirects_are_followed_on_the_same_host_only(void **state) {
    published *set = *state;
    loopback *server = serve(set, LOOPBACK_ELSEWHERE, LOOPBACK_FILE);
    snprintf(server->elsewhere, sizeof(server->elsewhere), "/elsewhere.gz");
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    remove(data_path(set->place, "thing/thing.gz"));
    // Another port is another host.
    loopback *other = serve(set, LOOPBACK_FILE, LOOPBACK_FILE);
    set->options.mirror_count = 1;
    server->requests = 0;
    snprintf(server->elsewhere, sizeof(server->elsewhere), "%sx.gz", other->base);
    check_refused(set, "another host", -1);
    server->requests = 0;
    snprintf(server->elsewhere, sizeof(server->elsewhere), "file:///etc/hostname");
    check_refused(set, "another host", -1);
    server->requests = 0;
    server->answer[1] = LOOPBACK_ELSEWHERE;
    snprintf(server->elsewhere, sizeof(server->elsewhere), "/elsewhere.gz");
    check_refused(set, "redirects more than 3 times", -1);
    assert_int_equal(other->requests, 0);
    set->options.mirror_count = 2;
}

static void a_silent_server_is_given_up(void **state) {
    published *set = *state;
    serve(set, LOOPBACK_SILENT, LOOPBACK_SILENT);
    set->options.stall_seconds = 1;
    check_refused(set, set->mirror[0], -1);
}

static void nothing_but_http_is_spoken(void **state) {
    published *set = *state;
    set->mirror[0] = "file:///etc/";
    set->options.mirror_count = 1;
    check_refused(set, "no https or http", -1);
    set->options.mirror_count = 0;
}

static int stop(void *user, const char *file, int64_t done, int64_t total) {
    (void)user, (void)file, (void)total;
    return done > 0;
}

static void the_progress_function_can_stop_a_download(void **state) {
    published *set = *state;
    serve(set, LOOPBACK_FILE, LOOPBACK_FILE);
    set->options.progress = stop;
    assert_int_equal(get(set), FOVEA_INTERRUPTED);
    assert_int_equal(size_of(set, "thing.gz"), -1);
    set->options.progress = NULL;
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
}

static void two_processes_do_not_write_one_file(void **state) {
    published *set = *state;
    loopback *server = serve(set, LOOPBACK_FILE, LOOPBACK_FILE);
    fovea__part_file *part;
    mkdir(data_path(set->place, "thing"), 0777);
    assert_int_equal(
        fovea__part_open(set->place->context, data_path(set->place, "thing/thing.gz"), &part, NULL),
        FOVEA_OK);
    assert_int_equal(get(set), FOVEA_EXISTS);
    assert_int_equal(server->requests, 0);
    fovea__part_close(part);
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
}

static void a_local_copy_is_checked_and_taken(void **state) {
    published *set = *state;
    data_write(set->place, "elsewhere/thing.gz", set->bytes, SIZE);
    data_write(set->place, "copy", set->bytes, SIZE);
    data_write(set->place, "wrong", set->bytes, SIZE - 1);
    set->options.from = data_path(set->place, "wrong");
    assert_int_equal(get(set), FOVEA_BAD_FILE);
    assert_int_equal(size_of(set, "thing.gz"), -1);
    set->options.from = data_path(set->place, "copy");
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    remove(data_path(set->place, "thing/thing.gz"));
    set->options.from = data_path(set->place, "elsewhere");
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
    set->set.file_count = 2;
    set->set.file[1] = (fovea__known_file){"other.gz", 0, set->md5 + 1, NULL, NULL};
    set->options.from = data_path(set->place, "copy");
    assert_int_equal(get(set), FOVEA_DATA_MISSING);
    assert_non_null(strstr(set->error.text, "other.gz"));
}

// Debian packs Fashion-MNIST anew: its content tells that it is right.
static void content_packed_anew_is_taken(void **state) {
    published *set = *state;
    char command[2048];
    snprintf(command, sizeof(command), "gzip -1 -c '%s' > '%s'", data_path(set->place, "plain"),
             data_path(set->place, "packed.gz"));
    data_write(set->place, "plain", set->bytes, SIZE);
    assert_int_equal(system(command), 0);
    set->set.file[0].sha256 = NULL;
    set->set.file[0].md5 = "00000000000000000000000000000000";
    set->options.from = data_path(set->place, "packed.gz");
    assert_int_equal(get(set), FOVEA_BAD_FILE);
    set->set.file[0].inflated_sha256 = set->sha256;
    assert_int_equal(get(set), FOVEA_OK);
    set->options.from = data_path(set->place, "plain");
    assert_int_equal(get(set), FOVEA_OK);
    check_file(set);
}

static void emnist_is_unpacked_from_its_archive(void **state) {
    published *set = *state;
    fovea_context *context = set->place->context;
    char path[1024], command[4096];
    fovea_error error = {0};
    int there;
    assert_int_equal(
        fovea_dataset_get_folder(context, "emnist-letters", &set->options, path, 1024, NULL),
        FOVEA_OK);
    assert_string_equal(path, data_path(set->place, "emnist"));
    snprintf(command, sizeof(command), "mkdir '%s' && cp tests/golden/emnist/gzip.zip '%s'", path,
             path);
    assert_int_equal(system(command), 0);
    const fovea__known_set *letters = fovea__known_find("emnist-letters");
    assert_int_equal(fovea__unpacked_is_there(context, letters, path, &there, NULL), FOVEA_OK);
    assert_false(there);
    if (fovea__unpack(context, letters, path, &error) != FOVEA_OK) fail_msg("%s", error.text);
    assert_int_equal(fovea__unpacked_is_there(context, letters, path, &there, NULL), FOVEA_OK);
    assert_true(there);
    // What is unpacked needs no download.
    assert_int_equal(fovea_dataset_get(context, "emnist-letters", &set->options, NULL), FOVEA_OK);
    snprintf(command, sizeof(command),
             "gunzip -c '%s/emnist-letters-test-labels-idx1-ubyte.gz' | grep -q "
             "emnist-letters-test-labels-idx1-ubyte",
             path);
    assert_int_equal(system(command), 0);
    const fovea__known_set *digits = fovea__known_find("emnist-digits");
    assert_int_equal(fovea__unpack(context, digits, path, &error), FOVEA_BAD_FILE);
    assert_non_null(strstr(error.text, "emnist-digits-test-labels-idx1-ubyte.gz is missing"));
    assert_int_equal(fovea__unpack(context, &set->set, path, NULL), FOVEA_OK);
}

static void bad_calls_are_refused(void **state) {
    published *set = *state;
    fovea_context *context = set->place->context;
    char path[8];
    assert_int_equal(fovea_dataset_get(context, "mnits", NULL, &set->error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(set->error.text, "did you mean mnist?"));
    assert_int_equal(
        fovea_dataset_get_folder(context, "mnist", &set->options, path, sizeof(path), NULL),
        FOVEA_INVALID_ARGUMENT);
    set->options.stall_seconds = 0;
    assert_int_equal(get(set), FOVEA_INVALID_ARGUMENT);
    set->options.size = 1;
    assert_int_equal(get(set), FOVEA_INVALID_ARGUMENT);
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    assert_int_equal(fovea_dataset_get(context, "mnist", NULL, NULL), FOVEA_FAILED);
}

static void no_allocation_failure_leaks_or_passes(void **state) {
    published *set = *state;
    loopback *server = serve(set, LOOPBACK_NOT_FOUND, LOOPBACK_FILE);
    set->mirror[1] = server->base;
    set->options.mirror_count = 2;
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_context *context = failing_context(&memory, 1);
        server->requests = 0;
        remove(data_path(set->place, "thing/thing.gz"));
        fovea_status status = FOVEA_OUT_OF_MEMORY;
        if (context) status = fovea__get_set(context, &set->set, &set->options, &set->error);
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        // Only a reason that could not be written down may be lost.
        if (memory.calls < k) assert_int_equal(status, FOVEA_OK);
        if (memory.calls < k) break;
        assert_true(status == FOVEA_OK || status == FOVEA_OUT_OF_MEMORY);
    }
    set->options.mirror_count = 1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        download_test(a_file_is_fetched_once),
        download_test(a_download_that_was_cut_goes_on_where_it_ended),
        download_test(the_next_mirror_goes_on_where_the_first_was_cut),
        download_test(a_server_that_ignores_ranges_sends_all_anew),
        download_test(another_range_than_asked_for_is_refused),
        download_test(a_wrong_hash_deletes_what_came),
        download_test(one_right_hash_of_two_is_not_enough),
        download_test(a_bad_beginning_is_fetched_again),
        download_test(a_complete_part_needs_no_server),
        download_test(the_next_mirror_is_tried_after_an_error),
        download_test(pages_and_empty_answers_are_never_saved),
        download_test(more_than_the_published_size_is_refused),
        download_test(redirects_are_followed_on_the_same_host_only),
        download_test(a_silent_server_is_given_up),
        download_test(nothing_but_http_is_spoken),
        download_test(the_progress_function_can_stop_a_download),
        download_test(two_processes_do_not_write_one_file),
        download_test(a_local_copy_is_checked_and_taken),
        download_test(content_packed_anew_is_taken),
        download_test(emnist_is_unpacked_from_its_archive),
        download_test(bad_calls_are_refused),
        download_test(no_allocation_failure_leaks_or_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
