// SPDX-License-Identifier: MIT
#include <math.h>

#include "unit/failing_sweep.h"
#include "unit/figure_said.h"

#define OTHER_NET "flatten, linear 12, relu, linear 10"

typedef struct pair {
    training training;
    fovea_model *other;
    fovea_contestant net[2];
} pair;

static void open_pair(pair *p, int threads) {
    training_wish wish = training_usual();
    wish.threads = threads;
    assert_true(training_prepare(&wish, &p->training));
    wish.net = OTHER_NET;
    wish.seed = 5;
    p->other = training_model(p->training.context, &wish);
    p->net[0] = (fovea_contestant){.model = p->training.model, .name = "runs/first"};
    p->net[1] = (fovea_contestant){.model = p->other};
}

static void close_pair(pair *p) {
    fovea_model_free(p->other);
    training_close(&p->training);
}

static fovea_comparison *compare(pair *p, int32_t shift) {
    fovea_compare_options options;
    fovea_comparison *comparison;
    fovea_error error;
    fovea_compare_options_default(&options);
    assert_int_equal(options.shift, 4);
    options.shift = shift;
    if (fovea_comparison_create(p->net, p->training.set, &options, &comparison, &error))
        fail_msg("%s", error.text);
    return comparison;
}

static void test_moved_pictures_are_moved_and_filled(void **state) {
    (void)state;
    pair p;
    fovea_dataset *moved;
    const uint8_t fill[] = {7};
    open_pair(&p, 1);
    assert_int_equal(fovea_dataset_shifted(p.training.set, -1, 2, fill, &moved, NULL), FOVEA_OK);
    assert_int_equal(fovea_dataset_count(moved), TRAINING_COUNT);
    for (int64_t i = 0; i < TRAINING_COUNT; i++) {
        const uint8_t *before = fovea_dataset_picture(p.training.set, i);
        const uint8_t *after = fovea_dataset_picture(moved, i);
        assert_int_equal(fovea_dataset_label(moved, i), fovea_dataset_label(p.training.set, i));
        for (int y = 0; y < 4; y++)
            for (int x = 0; x < 5; x++)
                assert_int_equal(after[y * 5 + x],
                                 y + 1 < 4 && x >= 2 ? before[(y + 1) * 5 + x - 2] : 7);
    }
    assert_int_equal(fovea_dataset_class_count(moved), fovea_dataset_class_count(p.training.set));
    assert_string_equal(fovea_dataset_class_name(moved, 3),
                        fovea_dataset_class_name(p.training.set, 3));
    fovea_dataset_free(moved);
    // Farther than the picture is wide: nothing but the border is left.
    assert_int_equal(fovea_dataset_shifted(p.training.set, 0, -16384, NULL, &moved, NULL),
                     FOVEA_OK);
    for (int i = 0; i < 20; i++) assert_int_equal(fovea_dataset_picture(moved, 36)[i], 0);
    fovea_dataset_free(moved);
    assert_int_equal(fovea_dataset_shifted(p.training.set, INT32_MIN, 0, NULL, &moved, NULL),
                     FOVEA_INVALID_ARGUMENT);
    close_pair(&p);
}

// Classes chosen from a set keep their new numbers and names.
static void test_a_moved_choice_of_classes_stays_one(void **state) {
    (void)state;
    pair p;
    fovea_dataset *some, *moved;
    fovea_dataset_options options;
    open_pair(&p, 1);
    fovea_dataset_options_default(&options);
    options.classes = "7,2";
    assert_int_equal(fovea_dataset_open(p.training.context, "mnist:train", &options, &some, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_dataset_shifted(some, 1, 0, NULL, &moved, NULL), FOVEA_OK);
    assert_int_equal(fovea_dataset_class_count(moved), 2);
    assert_string_equal(fovea_dataset_class_name(moved, 0), "7");
    for (int64_t i = 0; i < fovea_dataset_count(some); i++)
        assert_int_equal(fovea_dataset_label(moved, i), fovea_dataset_label(some, i));
    fovea_dataset_free(some);  // the moved one needs it no longer
    assert_string_equal(fovea_dataset_class_name(moved, 1), "2");
    fovea_dataset_free(moved);
    close_pair(&p);
}

// Every score against answers asked for by hand.
static void test_scores_are_those_of_answers(void **state) {
    (void)state;
    pair p;
    open_pair(&p, 1);
    fovea_comparison *c = compare(&p, 2);
    static const int32_t down[] = {0, -1, 1, 0, 0}, right[] = {0, 0, 0, -1, 1};
    for (int32_t which = 0; which < 2; which++)
        for (int32_t pixels = 0; pixels <= 2; pixels++) {
            double accuracy = 0, loss = 0;
            for (int d = 1; d < 5; d++) {
                fovea_dataset *moved;
                fovea_answers *answers;
                assert_int_equal(fovea_dataset_shifted(p.training.set, pixels * down[d],
                                                       pixels * right[d], NULL, &moved, NULL),
                                 FOVEA_OK);
                assert_int_equal(fovea_answers_create(p.net[which].model, moved, 0, &answers, NULL),
                                 FOVEA_OK);
                fovea_score wanted = fovea_answers_score(answers);
                fovea_score said =
                    fovea_comparison_shifted(c, which, pixels, (fovea_shift_direction)d);
                assert_memory_equal(&wanted.loss, &said.loss, sizeof wanted.loss);
                assert_true(wanted.accuracy == said.accuracy);
                accuracy += wanted.accuracy / 4;
                loss += wanted.loss / 4;
                fovea_answers_free(answers);
                fovea_dataset_free(moved);
            }
            fovea_score mean = fovea_comparison_shifted(c, which, pixels, FOVEA_SHIFT_ALL);
            assert_true(fabs(mean.accuracy - accuracy) < 1e-12 && fabs(mean.loss - loss) < 1e-12);
            assert_int_equal(mean.count, TRAINING_COUNT);
        }
    assert_int_equal(fovea_comparison_shifted(c, 0, 3, FOVEA_SHIFT_ALL).count, 0);
    assert_int_equal(fovea_comparison_shifted(c, 0, -1, FOVEA_SHIFT_ALL).count, 0);
    fovea_comparison_free(c);
    close_pair(&p);
}

// n! / (k! (n-k)!) summed without logarithms.
static double chance_by_hand(int64_t a, int64_t b) {
    int64_t n = a + b, least = a < b ? a : b;
    double sum = 0;
    for (int64_t k = 0; k <= least; k++) {
        double ways = 1;
        for (int64_t i = 0; i < k; i++) ways = ways * (double)(n - i) / (double)(i + 1);
        sum += ways;
    }
    double chance = 2 * sum / pow(2, (double)n);
    return chance < 1 ? chance : 1;
}

static void test_agreement_counts_every_picture_once(void **state) {
    (void)state;
    pair p;
    open_pair(&p, 1);
    fovea_comparison *c = compare(&p, 0);
    fovea_agreement a = fovea_comparison_agreement(c);
    double first = fovea_comparison_net(c, 0).score.accuracy;
    double second = fovea_comparison_net(c, 1).score.accuracy;
    assert_int_equal(a.both + a.only[0] + a.only[1] + a.neither, TRAINING_COUNT);
    assert_int_equal(a.both + a.only[0], lround(first * TRAINING_COUNT));
    assert_int_equal(a.both + a.only[1], lround(second * TRAINING_COUNT));
    assert_true(a.only[0] + a.only[1] > 0);
    assert_true(fabs(a.chance - chance_by_hand(a.only[0], a.only[1])) < 1e-12);
    for (int32_t which = 0; which < 2; which++) {
        int64_t position[TRAINING_COUNT];
        int64_t count = fovea_comparison_only(c, which, position, TRAINING_COUNT);
        assert_int_equal(count, a.only[which]);
        for (int64_t i = 0; i < count; i++) {
            int32_t label = fovea_dataset_label(p.training.set, position[i]);
            double probability;
            assert_int_equal(fovea_comparison_answer(c, which, position[i], &probability), label);
            assert_true(probability > 0 && probability <= 1);
            assert_int_not_equal(fovea_comparison_answer(c, !which, position[i], NULL), label);
            assert_true(i == 0 || position[i] > position[i - 1]);
        }
    }
    fovea_comparison_free(c);
    close_pair(&p);
}

static void test_costs_are_those_of_the_summary(void **state) {
    (void)state;
    pair p;
    open_pair(&p, 1);
    fovea_comparison *c = compare(&p, 0);
    fovea_compared b = fovea_comparison_net(c, 1);
    // 20 pixels, 12 and 10 neurons.
    assert_int_equal(b.parameters, 20 * 12 + 12 + 12 * 10 + 10);
    assert_int_equal(b.multiply_adds, b.parameters);
    assert_int_equal(b.parameter_bytes, 4 * b.parameters);
    assert_string_equal(b.name, "B");
    assert_string_equal(fovea_comparison_net(c, 0).name, "runs/first");
    fovea_comparison_free(c);
    close_pair(&p);
}

// A net against itself: nothing differs and chance says so.
static void test_a_net_is_as_good_as_itself(void **state) {
    (void)state;
    pair p;
    fovea_figure *figure;
    open_pair(&p, 1);
    p.net[1] = p.net[0];
    fovea_comparison *c = compare(&p, 1);
    fovea_agreement a = fovea_comparison_agreement(c);
    assert_true(a.only[0] == 0 && a.only[1] == 0 && a.chance == 1);
    assert_int_equal(fovea_figure_comparison(c, &figure, NULL), FOVEA_OK);
    const char *text = said(p.training.context, figure);
    assert_non_null(strstr(text, "A: first and B: first"));
    assert_non_null(strstr(text, "No picture is named rightly by only one of them."));
    fovea_comparison_free(c);
    close_pair(&p);
}

static void test_the_figure_shows_curves_of_the_runs_that_are_known(void **state) {
    (void)state;
    pair p;
    fovea_figure *figure;
    fovea_epoch history[2] = {{.epoch = 1, .loss = 2, .training = {2, 0.25, 1}},
                              {.epoch = 2, .loss = 1, .training = {1, 0.5, 1}}};
    open_pair(&p, 1);
    p.net[0].history = history;
    p.net[0].history_count = 2;
    fovea_comparison *c = compare(&p, 1);
    memset(history, 0, sizeof history);  // copied
    assert_int_equal(fovea_figure_comparison(c, &figure, NULL), FOVEA_OK);
    const char *text = said(p.training.context, figure);
    assert_non_null(strstr(text, "Known of first only."));
    assert_non_null(strstr(text, "2 points  min 0.25  max 0.5  last 0.5000"));
    assert_non_null(strstr(text, "pixels moved  0  1\n"));
    fovea_comparison_free(c);
    close_pair(&p);
}

static void test_nets_of_other_shapes_or_classes_are_refused_by_name(void **state) {
    (void)state;
    pair p;
    fovea_comparison *c = NULL;
    fovea_error error;
    open_pair(&p, 1);
    fovea_model *coloured = net_of(p.training.context, OTHER_NET, 3, 4, 5);
    p.net[1] = (fovea_contestant){.model = coloured, .name = "coloured"};
    assert_int_equal(fovea_comparison_create(p.net, p.training.set, NULL, &c, &error),
                     FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "runs/first takes pictures of 1×4×5"));
    assert_non_null(strstr(error.text, "coloured of 3×4×5"));
    fovea_model_free(coloured);
    static const char *const animals[] = {"cat", "dog", "bird", "frog", "horse"};
    static const char *const things[] = {"cat", "dog", "car"};
    p.net[1] = (fovea_contestant){.model = p.other, .name = "other"};
    assert_int_equal(fovea_model_set_classes(p.training.model, animals, 5, NULL), FOVEA_OK);
    assert_int_equal(fovea_model_set_classes(p.other, things, 3, NULL), FOVEA_OK);
    assert_int_equal(fovea_comparison_create(p.net, p.training.set, NULL, &c, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "cat, dog, bird and 2 more"));
    assert_non_null(strstr(error.text, "other (cat, dog, car)"));
    fovea_compare_options options;
    fovea_compare_options_default(&options);
    options.shift = 17;
    assert_int_equal(fovea_comparison_create(p.net, p.training.set, &options, &c, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_null(c);
    close_pair(&p);
}

static void test_any_number_of_threads_says_the_same(void **state) {
    (void)state;
    const char *text[2];
    for (int k = 0; k < 2; k++) {
        pair p;
        fovea_figure *figure;
        open_pair(&p, k ? 3 : 1);
        fovea_comparison *c = compare(&p, 2);
        assert_int_equal(fovea_figure_comparison(c, &figure, NULL), FOVEA_OK);
        text[k] = said(p.training.context, figure);
        fovea_comparison_free(c);
        close_pair(&p);
    }
    assert_string_equal(text[0], text[1]);
}

static fovea_status compare_all(fovea_context *context, fovea_error *error) {
    fovea_dataset *set = NULL;
    fovea_model *model = NULL;
    fovea_comparison *comparison = NULL;
    fovea_figure *figure = NULL;
    fovea_model_options options;
    fovea_compare_options chosen;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {1, 4, 5}};
    fovea_compare_options_default(&chosen);
    chosen.shift = 1;
    fovea_status status = fovea_dataset_open(context, "mnist:train", NULL, &set, error);
    if (status == FOVEA_OK) status = fovea_model_open(context, OTHER_NET, &options, &model, error);
    fovea_epoch history = {.epoch = 1, .loss = 1};
    fovea_contestant nets[2] = {{.model = model, .history = &history, .history_count = 1},
                                {.model = model}};
    if (status == FOVEA_OK)
        status = fovea_comparison_create(nets, set, &chosen, &comparison, error);
    if (status == FOVEA_OK) status = fovea_figure_comparison(comparison, &figure, error);
    fovea_figure_free(figure);
    fovea_comparison_free(comparison);
    fovea_model_free(model);
    fovea_dataset_free(set);
    return status;
}

static void test_without_memory_nothing_leaks(void **state) {
    (void)state;
    failing_sweep(compare_all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(test_moved_pictures_are_moved_and_filled),
        training_test(test_a_moved_choice_of_classes_stays_one),
        training_test(test_scores_are_those_of_answers),
        training_test(test_agreement_counts_every_picture_once),
        training_test(test_costs_are_those_of_the_summary),
        training_test(test_a_net_is_as_good_as_itself),
        training_test(test_the_figure_shows_curves_of_the_runs_that_are_known),
        training_test(test_nets_of_other_shapes_or_classes_are_refused_by_name),
        training_test(test_any_number_of_threads_says_the_same),
        training_test(test_without_memory_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
