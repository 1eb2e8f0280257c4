// SPDX-License-Identifier: MIT
// The parts of a cross-validation.
#include <stdbool.h>

#include "unit/data_files.h"
#include "unit/failing.h"

enum { COUNT = 53 };

// 53 samples in ten classes: three of them have six, the others five.
static fovea_dataset *open_set(const data_place *place) {
    data_write_idx(place, "mnist/train", COUNT, 0, 10);
    return data_open(place, "mnist", NULL);
}

// Adds 1 to seen[index] for each sample; they must come in the set's order.
static void count_part(const fovea_dataset *part, int *seen, int64_t *classes) {
    int64_t last = -1;
    for (int64_t i = 0; i < fovea_dataset_count(part); i++) {
        int64_t index = fovea_dataset_index(part, i);
        assert_true(index > last && index < COUNT);
        last = index;
        seen[index]++;
        classes[fovea_dataset_label(part, i)]++;
    }
}

static void check_folds(const fovea_dataset *set, int32_t folds) {
    int validated[COUNT] = {0};
    int64_t smallest[10], largest[10], least = COUNT, most = 0, before = COUNT;
    for (int c = 0; c < 10; c++) smallest[c] = COUNT, largest[c] = 0;
    for (int32_t index = 0; index < folds; index++) {
        fovea_dataset *training, *validation;
        int seen[COUNT] = {0};
        int64_t held[10] = {0}, rest[10] = {0};
        assert_int_equal(fovea_dataset_fold(set, 3, folds, index, &training, &validation, NULL),
                         FOVEA_OK);
        count_part(validation, validated, held);
        count_part(validation, seen, rest);
        count_part(training, seen, rest);
        for (int i = 0; i < COUNT; i++) assert_int_equal(seen[i], 1);
        for (int c = 0; c < 10; c++) {
            if (held[c] < smallest[c]) smallest[c] = held[c];
            if (held[c] > largest[c]) largest[c] = held[c];
        }
        int64_t count = fovea_dataset_count(validation);
        assert_int_equal(count, COUNT / folds + (index < COUNT % folds));
        assert_true(count <= before);
        before = count;
        least = count < least ? count : least;
        most = count > most ? count : most;
        assert_string_equal(fovea_dataset_part(training), "train");
        assert_string_equal(fovea_dataset_part(validation), "val");
        fovea_dataset_free(training);
        fovea_dataset_free(validation);
    }
    for (int i = 0; i < COUNT; i++) assert_int_equal(validated[i], 1);
    for (int c = 0; c < 10; c++) assert_true(largest[c] - smallest[c] <= 1);
    assert_true(most - least <= 1);
}

static void every_sample_is_validated_once_and_classes_are_balanced(void **state) {
    fovea_dataset *set = open_set(*state);
    for (int32_t folds = 2; folds <= 5; folds++) check_folds(set, folds);
    fovea_dataset_free(set);
}

static bool same_samples(const fovea_dataset *a, const fovea_dataset *b) {
    bool same = fovea_dataset_count(a) == fovea_dataset_count(b);
    for (int64_t i = 0; same && i < fovea_dataset_count(a); i++)
        same = fovea_dataset_index(a, i) == fovea_dataset_index(b, i);
    return same;
}

static void folds_depend_on_the_seed_alone(void **state) {
    fovea_dataset *set = open_set(*state), *training[3], *validation[3];
    static const uint64_t seed[] = {7, 7, 8};
    for (int k = 0; k < 3; k++)
        assert_int_equal(fovea_dataset_fold(set, seed[k], 4, 1, &training[k], &validation[k], NULL),
                         FOVEA_OK);
    assert_true(same_samples(validation[0], validation[1]));
    assert_true(same_samples(training[0], training[1]));
    assert_false(same_samples(validation[0], validation[2]));
    for (int k = 0; k < 3; k++) {
        fovea_dataset_free(training[k]);
        fovea_dataset_free(validation[k]);
    }
    fovea_dataset_free(set);
}

static void refuse(const fovea_dataset *set, int32_t folds, int32_t index, const char *why) {
    fovea_dataset *training, *validation;
    fovea_error error;
    assert_int_equal(fovea_dataset_fold(set, 0, folds, index, &training, &validation, &error),
                     FOVEA_INVALID_ARGUMENT);
    if (!strstr(error.text, why)) fail_msg("%s", error.text);
    assert_null(training);
    assert_null(validation);
}

static void impossible_folds_are_refused(void **state) {
    fovea_dataset *set = open_set(*state), *few;
    refuse(set, 1, 0, "2 folds or more, not 1");
    refuse(set, -3, 0, "2 folds or more");
    refuse(set, 5, 5, "no fold 5, only 0 to 4");
    refuse(set, 5, -1, "no fold -1");
    refuse(set, 6, 0, "mnist has 5 of class 3");
    refuse(set, 54, 0, "54 folds need as many samples; mnist has 53");
    // Classes without any sample do not matter.
    assert_int_equal(fovea_dataset_of_class(set, 2, &few, NULL), FOVEA_OK);
    fovea_dataset *training, *validation;
    assert_int_equal(fovea_dataset_fold(few, 0, 6, 5, &training, &validation, NULL), FOVEA_OK);
    assert_int_equal(fovea_dataset_count(training), 5);
    assert_int_equal(fovea_dataset_count(validation), 1);
    fovea_dataset_free(training);
    fovea_dataset_free(validation);
    fovea_dataset_free(few);
    fovea_dataset_free(set);
}

static void no_allocation_failure_leaks(void **state) {
    data_write_idx(*state, "mnist/train", COUNT, 0, 10);
    for (int64_t k = 1;; k++) {
        failing memory = {0};
        fovea_context *context = failing_context(&memory, 1);
        fovea_dataset *set, *training, *validation;
        assert_int_equal(fovea_dataset_open(context, "mnist", NULL, &set, NULL), FOVEA_OK);
        int64_t before = memory.calls;
        memory.fail_at = before + k;
        fovea_status status = fovea_dataset_fold(set, 1, 3, 2, &training, &validation, NULL);
        bool failed = memory.calls >= memory.fail_at;
        assert_int_equal(status, failed ? FOVEA_OUT_OF_MEMORY : FOVEA_OK);
        fovea_dataset_free(training);
        fovea_dataset_free(validation);
        fovea_dataset_free(set);
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        if (!failed) break;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(every_sample_is_validated_once_and_classes_are_balanced),
        data_test(folds_depend_on_the_seed_alone),
        data_test(impossible_folds_are_refused),
        data_test(no_allocation_failure_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
