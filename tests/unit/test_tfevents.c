// SPDX-License-Identifier: MIT
// Event files: framing and messages against those of TensorBoard's own writer
// (tests/golden/make_events_golden.py), histograms against sums by hand, and what becomes of a log
// that is begun again or cannot be written.
#include <float.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/memory.h"
#include "formats/tfevents.h"
#include "formats/tfrecord.h"
#include "fovea.h"
#include "train/event_histogram.h"
#include "unit/failing.h"
#include "unit/hostile.h"
#include "unit/scratch.h"

#define GOLDEN "tests/golden/events/"

static void test_crc32c_gives_the_values_of_rfc_3720(void **state) {
    (void)state;
    uint8_t bytes[32];
    assert_int_equal(fovea__crc32c("123456789", 9), 0xE3069283);
    assert_int_equal(fovea__crc32c("", 0), 0);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(fovea__crc32c(bytes, sizeof bytes), 0x8A9136AA);
    memset(bytes, 0xFF, sizeof bytes);
    assert_int_equal(fovea__crc32c(bytes, sizeof bytes), 0x62A8AB43);
    for (int i = 0; i < 32; i++) bytes[i] = (uint8_t)i;
    assert_int_equal(fovea__crc32c(bytes, sizeof bytes), 0x46DD794E);
}

static fovea_view view_of(double *values, int64_t count) {
    return (fovea_view){FOVEA_F64, {.rank = 1, .dim = {count}}, values};
}

// The events of the golden file; stops at the first failure.
static fovea_status make_golden(fovea__events *events, const void *png, size_t size,
                                fovea__histogram_bins *bins, fovea_error *error) {
    static double values[] = {-1024, -0.5, -0.5, 0, 0, 0, 0x1p-45, 0.25, 0.25, 3, 0x1p20};
    static double one[] = {1.5};
    fovea_view many = view_of(values, 11), single = view_of(one, 1);
    fovea__histogram histogram;
    fovea_status status = fovea__events_version(events, 1.5, error);
    if (!status) status = fovea__events_start(events, (fovea__event_time){2.25, 7}, error);
    if (!status)
        status =
            fovea__events_scalar(events, (fovea__event_time){1e9, 0}, "loss/train", 0.1, error);
    if (!status)
        status = fovea__events_scalar(events, (fovea__event_time){1e9 + 1, 300}, "zero", 0, error);
    fovea__histogram_of(bins, &many, &histogram);
    if (!status)
        status = fovea__events_histogram(events, (fovea__event_time){1e9 + 2, 600},
                                         "parameters/Größe", &histogram, error);
    fovea__histogram_of(bins, &single, &histogram);
    if (!status)
        status = fovea__events_histogram(events, (fovea__event_time){1e9 + 3, 900}, "one",
                                         &histogram, error);
    if (!status)
        status = fovea__events_picture(events, (fovea__event_time){1e9 + 4, 1200}, "filters/conv1",
                                       png, size, error);
    return status;
}

static void test_records_are_those_of_tensorboards_own_writer(void **state) {
    (void)state;
    static fovea__histogram_bins bins;
    size_t size, png_size;
    fovea_error error;
    uint8_t *golden = hostile_load(GOLDEN "events.out.tfevents", &size);
    uint8_t *png = hostile_load(GOLDEN "grey.png", &png_size);
    fovea__histogram_begin(&bins);
    for (int64_t k = 0;; k++) {  // k = 0: no allocation fails
        failing memory = {.fail_at = k};
        fovea_context *context = failing_context(&memory, 1);
        if (!context) continue;
        fovea__events events = {.context = context};
        fovea_status status = make_golden(&events, png, png_size, &bins, &error);
        if (status == FOVEA_OK) {
            assert_int_equal(events.size, size);
            assert_memory_equal(events.bytes, golden, size);
        } else {
            assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
        }
        fovea__free(context, events.bytes);
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        if (k > 0 && memory.calls < k) break;
    }
    free(golden);
    free(png);
}

static void test_histograms_count_what_is_finite(void **state) {
    (void)state;
    static fovea__histogram_bins bins;
    float values[] = {NAN, 1, INFINITY, -2, -INFINITY, FLT_MAX, 1};
    fovea_view view = {FOVEA_F32, {.rank = 1, .dim = {7}}, values};
    fovea__histogram h;
    fovea__histogram_begin(&bins);
    for (int i = 1; i < FOVEA__HISTOGRAM_BUCKETS; i++)
        assert_true(bins.limit[i] > bins.limit[i - 1]);
    assert_true(bins.limit[FOVEA__HISTOGRAM_BUCKETS - 2] < 1e20);
    assert_true(bins.limit[FOVEA__HISTOGRAM_BUCKETS - 2] * 1.1 >= 1e20);
    fovea__histogram_of(&bins, &view, &h);
    assert_true(h.count == 4 && h.minimum == -2 && h.maximum == FLT_MAX);
    assert_true(h.sum == (double)FLT_MAX && h.squares == (double)FLT_MAX * FLT_MAX);
    double counted = 0;
    for (size_t i = 0; i < h.buckets; i++) counted += h.bucket[i];
    assert_true(counted == 4 && h.limit[h.buckets - 1] == DBL_MAX);
    assert_true(h.bucket[0] == 1 && h.limit[0] > -2 && h.limit[0] < -1.8);
    view.shape.dim[0] = 1;
    fovea__histogram_of(&bins, &view, &h);
    assert_true(h.count == 0 && h.buckets == 0);
    double ends[] = {-DBL_MAX, DBL_MAX};
    view = view_of(ends, 2);
    fovea__histogram_of(&bins, &view, &h);
    assert_true(h.count == 2 && h.bucket[0] == 1 && h.bucket[h.buckets - 1] == 1);
}

static int event_files(fovea_context *context, const char *folder, fovea__names *names) {
    assert_int_equal(fovea__folder_list(context, folder, names, NULL), FOVEA_OK);
    for (size_t i = 0; i < names->count; i++)
        assert_memory_equal(names->name[i], "events.out.tfevents.", 20);
    return (int)names->count;
}

// Steps back through the records of a file, checking each frame; returns how many there are.
static int records(const char *path) {
    size_t size, at = 0;
    int count = 0;
    uint8_t *bytes = hostile_load(path, &size);
    while (at < size) {
        uint32_t length, head, tail;
        assert_true(size - at >= 16);
        memcpy(&length, bytes + at, 4);
        memcpy(&head, bytes + at + 8, 4);
        assert_true(length <= size - at - 16);
        memcpy(&tail, bytes + at + 12 + length, 4);
        assert_int_equal(head, fovea__crc32c_masked(bytes + at, 8));
        assert_int_equal(tail, fovea__crc32c_masked(bytes + at + 12, length));
        at += 16 + length;
        count++;
    }
    free(bytes);
    return count;
}

static void test_a_log_begun_again_sorts_behind_the_older_ones(void **state) {
    (void)state;
    scratch folder;
    fovea_context *context;
    fovea_event_log *log;
    fovea_error error;
    char first[300], path[1400];
    assert_true(scratch_open(&folder));
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    snprintf(path, sizeof path, "%s/a/b", folder.path);
    for (int run = 0; run < 3; run++) {
        assert_int_equal(fovea_event_log_create(context, path, run * 5, &log, &error), FOVEA_OK);
        assert_int_equal(fovea_event_log_scalar(log, "loss", 5, 1, &error), FOVEA_OK);
        fovea_event_log_free(log);  // writes what is left
    }
    fovea__names names;
    assert_int_equal(event_files(context, path, &names), 3);
    for (int run = 0; run < 3; run++) {
        char name[1700];
        snprintf(name, sizeof name, "%s/%s", path, names.name[run]);
        assert_int_equal(records(name), run == 0 ? 2 : 3);  // version, (start), scalar
        if (run > 0) assert_true(strncmp(names.name[run], first, 30) > 0);
        snprintf(first, sizeof first, "%.299s", names.name[run]);
    }
    fovea__names_free(context, &names);
    fovea_context_free(context);
    scratch_close(&folder);
}

static void test_wrong_tags_types_and_pictures_are_refused(void **state) {
    (void)state;
    scratch folder;
    fovea_context *context;
    fovea_event_log *log;
    fovea_error error;
    int64_t number[1] = {1};
    fovea_view view = {FOVEA_I64, {.rank = 1, .dim = {1}}, number};
    assert_true(scratch_open(&folder));
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    assert_int_equal(fovea_event_log_create(context, folder.path, -1, &log, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_null(log);
    assert_int_equal(fovea_event_log_create(context, folder.path, 0, &log, &error), FOVEA_OK);
    assert_int_equal(fovea_event_log_scalar(log, "", 0, 1, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_event_log_scalar(log, "\xff", 0, 1, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_event_log_histogram(log, "h", 0, &view, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_event_log_picture(log, "p", 0, "GIF89a", 6, &error), FOVEA_BAD_FILE);
    fovea_event_log_free(log);
    fovea_event_log_free(NULL);
    // A file where the folder should be.
    fclose(fopen(scratch_name(&folder, "file"), "w"));
    assert_int_equal(
        fovea_event_log_create(context, scratch_name(&folder, "file"), 0, &log, &error), FOVEA_IO);
    fovea_context_free(context);
    scratch_close(&folder);
}

static void test_what_cannot_be_written_is_dropped_whole(void **state) {
    (void)state;
    scratch folder;
    fovea_context *context;
    fovea_event_log *log;
    fovea_error error;
    struct rlimit all, small;
    fovea__names names;
    assert_true(scratch_open(&folder));
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    assert_int_equal(fovea_event_log_create(context, folder.path, 0, &log, &error), FOVEA_OK);
    for (int i = 0; i < 10; i++)
        assert_int_equal(fovea_event_log_scalar(log, "kept", i, i, &error), FOVEA_OK);
    assert_int_equal(fovea_event_log_flush(log, &error), FOVEA_OK);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &all);
    small = all;
    small.rlim_cur = 1000;  // in the middle of a record
    setrlimit(RLIMIT_FSIZE, &small);
    for (int i = 0; i < 30; i++)
        assert_int_equal(fovea_event_log_scalar(log, "lost", i, i, &error), FOVEA_OK);
    assert_int_equal(fovea_event_log_flush(log, &error), FOVEA_IO);
    assert_non_null(strstr(error.text, "events.out.tfevents."));
    setrlimit(RLIMIT_FSIZE, &all);
    assert_int_equal(fovea_event_log_scalar(log, "kept", 10, 10, &error), FOVEA_OK);
    assert_int_equal(fovea_event_log_flush(log, &error), FOVEA_OK);
    fovea_event_log_free(log);
    assert_int_equal(event_files(context, folder.path, &names), 1);
    assert_int_equal(records(scratch_name(&folder, names.name[0])), 1 + 11);
    fovea__names_free(context, &names);
    fovea_context_free(context);
    scratch_close(&folder);
}

static void test_no_memory_leaves_nothing_behind(void **state) {
    (void)state;
    scratch folder;
    float values[] = {1, 2, 3};
    fovea_view view = {FOVEA_F32, {.rank = 1, .dim = {3}}, values};
    fovea_error error;
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_context *context = failing_context(&memory, 1);
        if (!context) continue;
        fovea_event_log *log;
        assert_true(scratch_open(&folder));
        fovea_status status = fovea_event_log_create(context, folder.path, 3, &log, &error);
        if (status == FOVEA_OK) status = fovea_event_log_scalar(log, "s", 3, 1, &error);
        if (status == FOVEA_OK) status = fovea_event_log_histogram(log, "h", 3, &view, &error);
        assert_true(status == FOVEA_OK || status == FOVEA_OUT_OF_MEMORY);
        fovea_event_log_free(log);
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        scratch_close(&folder);
        if (memory.calls < k) break;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc32c_gives_the_values_of_rfc_3720),
        cmocka_unit_test(test_records_are_those_of_tensorboards_own_writer),
        cmocka_unit_test(test_histograms_count_what_is_finite),
        cmocka_unit_test(test_a_log_begun_again_sorts_behind_the_older_ones),
        cmocka_unit_test(test_wrong_tags_types_and_pictures_are_refused),
        cmocka_unit_test(test_what_cannot_be_written_is_dropped_whole),
        cmocka_unit_test(test_no_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
