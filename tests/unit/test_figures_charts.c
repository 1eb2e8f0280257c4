// SPDX-License-Identifier: MIT
#include <math.h>

#include "unit/figure_said.h"

typedef struct asked {
    training training;
    fovea_answers *answers;
} asked;

static void ask(asked *a) {
    training_wish wish = training_usual();
    fovea_error error;
    assert_true(training_prepare(&wish, &a->training));
    if (fovea_answers_create(a->training.model, a->training.set, 0, &a->answers, &error))
        fail_msg("%s", error.text);
}

static void release(asked *a) {
    fovea_answers_free(a->answers);
    training_close(&a->training);
}

static void test_the_matrix_counts_every_sample_once(void **state) {
    (void)state;
    asked a;
    fovea_figure *figure;
    ask(&a);
    assert_int_equal(fovea_confusion_classes(a.answers, a.training.set), 10);
    assert_int_equal(
        fovea_figure_confusion(a.training.context, a.answers, a.training.set, &figure, NULL),
        FOVEA_OK);
    const char *text = said(a.training.context, figure);
    int right = 0, of = 0;
    const char *at = strstr(text, "mnist:train · ");
    assert_non_null(at);
    assert_int_equal(sscanf(at, "mnist:train · %d of %d right", &right, &of), 2);
    assert_int_equal(of, TRAINING_COUNT);
    assert_true(fabs(fovea_answers_score(a.answers).accuracy - (double)right / of) < 1e-12);
    assert_int_equal(times(text, "  recall "), 10);
    int64_t sum = 0, number;
    at = strchr(strstr(text, "rows: true class"), '\n') + 1;
    for (int row = 0, used; row < 10; row++, at = strchr(at, '\n') + 1)
        for (int c = 0; c < 10; c++, at += used) {
            assert_int_equal(sscanf(at, "%ld%n", &number, &used), 1);
            sum += number;
        }
    assert_int_equal(sum, TRAINING_COUNT);
    release(&a);
}

// A net with more outputs than the set has classes shows those it said.
static void test_answers_beyond_the_classes_have_a_row(void **state) {
    (void)state;
    asked a;
    fovea_dataset_options options;
    fovea_dataset *part;
    fovea_answers *answers;
    ask(&a);
    fovea_dataset_options_default(&options);
    options.classes = "0,1";
    assert_int_equal(fovea_dataset_open(a.training.context, "mnist:train", &options, &part, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_answers_create(a.training.model, part, 0, &answers, NULL), FOVEA_OK);
    int32_t most = 1;
    for (int64_t i = 0; i < fovea_dataset_count(part); i++)
        if (fovea_answers_class(answers, i) > most) most = fovea_answers_class(answers, i);
    assert_int_equal(fovea_confusion_classes(answers, part), most + 1);
    fovea_figure *figure;
    assert_int_equal(fovea_figure_confusion(a.training.context, answers, part, &figure, NULL),
                     FOVEA_OK);
    assert_int_equal(times(said(a.training.context, figure), "  recall "), most + 1);
    fovea_answers_free(answers);
    fovea_dataset_free(part);
    release(&a);
}

static void test_mistakes_name_the_true_class_and_the_answer(void **state) {
    (void)state;
    asked a;
    fovea_figure *figure;
    int64_t worst[5];
    char line[128];
    ask(&a);
    assert_int_equal(fovea_answers_worst(a.answers, worst, 5), 5);
    assert_int_equal(
        fovea_figure_mistakes(a.training.context, a.answers, a.training.set, 5, &figure, NULL),
        FOVEA_OK);
    const char *text = said(a.training.context, figure);
    assert_int_equal(times(text, "4×5"), 5);
    int32_t answer = fovea_answers_class(a.answers, worst[0]);
    snprintf(line, sizeof line, "#%lld", (long long)worst[0]);
    assert_non_null(strstr(text, line));
    fovea_draw_options options;
    void *svg;
    size_t size;
    fovea_draw_options_default(&options);
    assert_int_equal(
        fovea_figure_mistakes(a.training.context, a.answers, a.training.set, 1, &figure, NULL),
        FOVEA_OK);
    assert_int_equal(fovea_figure_render(a.training.context, figure, FOVEA_PICTURE_SVG, &options,
                                         &svg, &size, NULL),
                     FOVEA_OK);
    snprintf(
        line, sizeof line, ">is %s</text>",
        fovea_dataset_class_name(a.training.set, fovea_dataset_label(a.training.set, worst[0])));
    assert_non_null(strstr(svg, line));
    snprintf(line, sizeof line, ">said %s %.1f %%</text>",
             fovea_dataset_class_name(a.training.set, answer),
             100 * fovea_answers_probability(a.answers, worst[0], answer));
    assert_non_null(strstr(svg, line));
    fovea_figure_bytes_free(a.training.context, svg);
    fovea_figure_free(figure);
    assert_int_equal(
        fovea_figure_mistakes(a.training.context, a.answers, a.training.set, 0, &figure, NULL),
        FOVEA_INVALID_ARGUMENT);
    release(&a);
}

static void test_samples_outside_the_set_are_refused(void **state) {
    (void)state;
    asked a;
    fovea_figure *figure = NULL;
    static const int64_t inside[] = {3, 0, 36}, outside[] = {3, 37}, below[] = {-1};
    ask(&a);
    fovea_context *context = a.training.context;
    const fovea_dataset *set = a.training.set;
    assert_int_equal(fovea_figure_samples(context, set, outside, 2, 0, NULL, &figure, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_figure_samples(context, set, below, 1, 0, NULL, &figure, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_null(figure);
    assert_int_equal(fovea_figure_samples(context, set, inside, 3, 0, NULL, &figure, NULL), FOVEA_OK);
    assert_int_equal(times(said(context, figure), "4×5"), 3);
    assert_int_equal(fovea_figure_samples(context, set, NULL, 99, 0, a.answers, &figure, NULL),
                     FOVEA_OK);
    assert_int_equal(times(said(context, figure), "4×5"), TRAINING_COUNT);
    release(&a);
}

static void test_curves_have_what_was_measured(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_epoch history[3] = {
        {.epoch = 1, .loss = 2}, {.epoch = 2, .loss = 1.5}, {.epoch = 3, .loss = 1}};
    for (int i = 0; i < 3; i++) history[i].test = (fovea_score){1.75, 0.25 * i, 8};
    fovea_curve runs[2] = {{"first", history, 3}, {"second", history, 2}};
    fovea_figure *figure = NULL;
    assert_int_equal(fovea_figure_curves(context, runs, 1, 0, &figure, NULL), FOVEA_OK);
    const char *text = said(context, figure);
    assert_non_null(strstr(text, "Loss  training  3 points  min 1  max 2  last 1"));
    assert_non_null(strstr(text, "Accuracy  test  3 points  min 0  max 0.5  last 0.5"));
    assert_int_equal(times(text, "validation"), 0);
    assert_int_equal(times(text, "Accuracy  training"), 0);
    assert_int_equal(fovea_figure_curves(context, runs, 2, 1, &figure, NULL), FOVEA_OK);
    text = said(context, figure);
    assert_int_equal(times(text, "first, training"), 1);
    assert_int_equal(times(text, "second, test"), 2);
    figure = NULL;
    runs[1].count = 0;
    assert_int_equal(fovea_figure_curves(context, runs, 2, 0, &figure, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_figure_curves(context, runs, 0, 0, &figure, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_null(figure);
}

static void test_pictures_show_their_channels_and_numbers(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){3, 2, 4});
    fovea_tensor *picture;
    fovea_figure *figure;
    fovea_picture_options options;
    assert_int_equal(fovea_tensor_create(context, FOVEA_U8, &shape, &picture, NULL), FOVEA_OK);
    uint8_t *bytes = fovea_tensor_view(picture).data;
    for (int i = 0; i < 24; i++) bytes[i] = (uint8_t)(10 * i);
    assert_int_equal(fovea_figure_picture(context, picture, NULL, &figure, NULL), FOVEA_OK);
    assert_int_equal(times(said(context, figure), "2×4"), 2);  // the subtitle and the picture
    fovea_picture_options_default(&options);
    options.channels = 1;
    assert_int_equal(fovea_figure_picture(context, picture, &options, &figure, NULL), FOVEA_OK);
    const char *text = said(context, figure);
    assert_non_null(strstr(text, "red  2×4  min 0  max 70  mean 35\n"));
    assert_non_null(strstr(text, "blue  2×4  min 160  max 230  mean 195\n"));
    options.mean = (double[]){0, 0, 1};
    options.deviation = (double[]){1, 1, 0.5};
    assert_int_equal(fovea_figure_picture(context, picture, &options, &figure, NULL), FOVEA_OK);
    assert_non_null(strstr(said(context, figure), "blue  2×4  min -0.745  max -0.196"));
    fovea_tensor_free(picture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(test_the_matrix_counts_every_sample_once),
        training_test(test_answers_beyond_the_classes_have_a_row),
        training_test(test_mistakes_name_the_true_class_and_the_answer),
        training_test(test_samples_outside_the_set_are_refused),
        training_test(test_curves_have_what_was_measured),
        training_test(test_pictures_show_their_channels_and_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
