// SPDX-License-Identifier: MIT
// history.csv: every number comes back in nine digits, and a wrong line is named.
#include <math.h>

#include "unit/training.h"

#define HEADER "epoch,time,lr,loss,accuracy,val_loss,val_accuracy,test_loss,test_accuracy,seconds\n"

static void same_number(double a, double b) {
    assert_true(fabs(a - b) <= 1e-8 * fabs(b) || a == b || (isnan(a) && isnan(b)));
}

static void a_history_comes_back_as_it_was(void **state) {
    data_place *place = *state;
    training t;
    training_wish wish = training_usual();
    const char *path = data_path(place, "history.csv");
    assert_true(training_open(&wish, &t));
    training_finish(&t);
    const fovea_epoch *history = fovea_trainer_history(t.trainer);
    fovea_epoch *read;
    int32_t count;
    assert_int_equal(fovea_history_write(t.context, history, 3, path, NULL), FOVEA_OK);
    assert_int_equal(fovea_history_read(t.context, path, &read, &count, NULL), FOVEA_OK);
    assert_int_equal(count, 3);
    for (int e = 0; e < 3; e++) {
        assert_int_equal(read[e].epoch, e + 1);
        assert_string_equal(read[e].time, history[e].time);
        same_number(read[e].learning_rate, history[e].learning_rate);
        same_number(read[e].loss, history[e].loss);
        same_number(read[e].training.accuracy, history[e].training.accuracy);
        same_number(read[e].validation.loss, history[e].validation.loss);
        same_number(read[e].validation.accuracy, history[e].validation.accuracy);
        assert_true(read[e].validation.count != 0);
        assert_int_equal(read[e].test.count, 0);  // was not measured
        same_number(read[e].seconds, history[e].seconds);
    }
    fovea_history_free(t.context, read);
    training_close(&t);
}

static void extreme_numbers_and_no_epochs_come_back(void **state) {
    data_place *place = *state;
    const char *path = data_path(place, "history.csv");
    const double numbers[] = {0, -0.0, 4.9e-324, 1.7976931348623157e308, 0.1, 1 / 3.0, NAN};
    fovea_epoch epochs[7] = {{0}}, *read;
    int32_t count;
    for (int e = 0; e < 7; e++) {
        epochs[e].epoch = e + 1;
        strcpy(epochs[e].time, "2026-01-31T12:00:00");
        epochs[e].learning_rate = epochs[e].loss = epochs[e].seconds = numbers[e];
        epochs[e].test = (fovea_score){numbers[e], numbers[e], 1};
    }
    assert_int_equal(fovea_history_write(place->context, epochs, 7, path, NULL), FOVEA_OK);
    assert_int_equal(fovea_history_read(place->context, path, &read, &count, NULL), FOVEA_OK);
    assert_int_equal(count, 7);
    for (int e = 0; e < 7; e++) {
        same_number(read[e].loss, numbers[e]);
        same_number(read[e].test.accuracy, numbers[e]);
        assert_int_equal(read[e].test.count, !isnan(numbers[e]));
        assert_int_equal(read[e].training.count, 0);
    }
    fovea_history_free(place->context, read);
    assert_int_equal(fovea_history_write(place->context, NULL, 0, path, NULL), FOVEA_OK);
    assert_int_equal(fovea_history_read(place->context, path, &read, &count, NULL), FOVEA_OK);
    assert_int_equal(count, 0);
    fovea_history_free(place->context, read);
}

static void wrong_lines_are_named(void **state) {
    data_place *place = *state;
    static const char good[] = HEADER "1,2026-01-31T12:00:00,0.01,2.3,0.1,,,,,1\n";
    static const char zero[] = HEADER "1,t,1,1,1,1,1,1,1,1\n\0\n";
    const struct {
        const char *text, *says;
        size_t size;  // 0: up to its end
    } cases[] = {
        {"", "line 1: the file is empty", 0},
        {"\n", "line 1", 0},
        {"epoch,time\n", "line 1: is not the header", 0},
        {HEADER "\n", "line 2", 0},
        {HEADER "1,t,1,1,1,1,1,1,1\n", "line 2", 0},
        {HEADER "1,t,1,1,1,1,1,1,1,1\n2,t,1,1,1,1,1,1,1,1,1\n", "line 3", 0},
        {HEADER "0,t,1,1,1,1,1,1,1,1\n", "line 2", 0},
        {HEADER "1.5,t,1,1,1,1,1,1,1,1\n", "line 2", 0},
        {HEADER "99999999999999999999,t,1,1,1,1,1,1,1,1\n", "line 2", 0},
        {HEADER "1,2026-01-31T12:00:00+01:00,1,1,1,1,1,1,1,1\n", "line 2", 0},
        {HEADER "1,t,nan,1,1,1,1,1,1,1\n", "line 2", 0},
        {HEADER "1,t,1e999,1,1,1,1,1,1,1\n", "line 2", 0},
        {HEADER "1,t,1,1,1,1,1,1,1,one\n", "line 2", 0},
        {HEADER "1,t,1,1,1,1,1,1,1,1 \n", "line 2", 0},
        {HEADER "1,t,1;5,1,1,1,1,1,1,1\n", "line 2", 0},
        {"\xEF\xBB\xBF" HEADER, "line 1", 0},
        {zero, "byte of zero", sizeof zero - 1},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        fovea_epoch *history = (fovea_epoch *)place;
        int32_t count = 5;
        fovea_error error = {0};
        size_t size = cases[c].size ? cases[c].size : strlen(cases[c].text);
        data_write(place, "bad.csv", cases[c].text, size);
        const char *path = data_path(place, "bad.csv");
        fovea_status status = fovea_history_read(place->context, path, &history, &count, &error);
        if (status != FOVEA_BAD_FILE || !strstr(error.text, cases[c].says) ||
            !strstr(error.text, "bad.csv"))
            fail_msg("case %zu: expected '%s', got %s: %s", c, cases[c].says,
                     fovea_status_name(status), error.text);
        assert_null(history);
        assert_int_equal(count, 0);
    }
    // Lines of Windows, and a last one without an end, are fine.
    char text[512];
    fovea_epoch *history;
    int32_t count;
    snprintf(text, sizeof text, "%.*s\r\n%.*s", (int)strlen(HEADER) - 1, good,
             (int)(sizeof good - 2 - strlen(HEADER)), good + strlen(HEADER));
    data_write(place, "windows.csv", text, strlen(text));
    assert_int_equal(
        fovea_history_read(place->context, data_path(place, "windows.csv"), &history, &count, NULL),
        FOVEA_OK);
    assert_int_equal(count, 1);
    assert_true(history[0].loss == 2.3 && history[0].seconds == 1);
    fovea_history_free(place->context, history);
}

static void the_best_epoch_has_the_lowest_validation_loss(void **state) {
    (void)state;
    training t;
    training_wish wish = training_usual();
    assert_true(training_open(&wish, &t));
    assert_int_equal(fovea_trainer_is_best(t.trainer), 0);  // none is finished
    const double losses[][3] = {{2, 1, NAN}, {2, 2, 1}, {1, 3, 2}, {NAN, 5, 4}, {NAN, NAN, 9}};
    const int best[][3] = {{1, 1, 0}, {1, 0, 1}, {1, 0, 0}, {1, 1, 1}, {1, 0, 1}};
    for (int c = 0; c < 5; c++)
        for (int e = 0; e < 3; e++) {
            t.trainer->history[e].validation.loss = losses[c][e];
            t.trainer->history_count = e + 1;
            assert_int_equal(fovea_trainer_is_best(t.trainer), best[c][e]);
        }
    training_close(&t);
    wish.validate = false;
    assert_true(training_open(&wish, &t));
    t.trainer->history_count = 2;
    assert_int_equal(fovea_trainer_is_best(t.trainer), 1);  // nothing to choose by: the last
    training_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(a_history_comes_back_as_it_was),
        training_test(extreme_numbers_and_no_epochs_come_back),
        training_test(wrong_lines_are_named),
        training_test(the_best_epoch_has_the_lowest_validation_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
