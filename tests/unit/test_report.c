// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <math.h>

#include "unit/failing.h"
#include "unit/figure_said.h"

static fovea_status write_report(fovea_context *context, const char *path, fovea_error *error) {
    static const fovea_report_fact facts[] = {{"optimizer", "adam & <co>"}, {"seed", "7"}};
    fovea_epoch history[2] = {{.epoch = 1, .loss = 2, .time = "2026-01-31T12:00:00"},
                              {.epoch = 2, .loss = 1, .time = "2026-01-31T12:01:00"}};
    history[1].test = (fovea_score){1.25, 0.5, 9};
    training_wish wish = training_usual();
    fovea_dataset *test = NULL;
    fovea_model *model = NULL;
    fovea_model_options net;
    fovea_report_options options;
    fovea_report_options_default(&options);
    fovea_model_options_default(&net);
    net.input = (fovea_shape){3, {1, 4, 5}};
    fovea_status status = fovea_model_open(context, wish.net, &net, &model, error);
    if (!status) status = fovea_dataset_open(context, "mnist:test", NULL, &test, error);
    options.model = model;
    options.test = options.training = test;
    options.history = history;
    options.history_count = 2;
    options.facts = facts;
    options.fact_count = 2;
    options.command = "fovea train --arch 'conv 4 3' --data mnist";
    if (!status) status = fovea_report_write(context, &options, path, error);
    fovea_dataset_free(test);
    fovea_model_free(model);
    return status;
}

static char *read_text(const char *path) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 22);
    assert_true(fread(text, 1, (1 << 22) - 1, file) > 1000);
    fclose(file);
    return text;
}

static char *report_of(const data_place *place) {
    const char *path = data_path(place, "report.html");
    fovea_error error;
    if (write_report(place->context, path, &error)) fail_msg("%s", error.text);
    return read_text(path);
}

static void test_all_parts_are_there(void **state) {
    char *html = report_of(*state);
    static const char *const parts[] = {
        "<!DOCTYPE html>",
        "<html lang=\"en\">",
        "<meta charset=\"utf-8\">",
        "<title>",
        "id=\"diagram\"",
        "id=\"curves\"",
        "id=\"confusion\"",
        "id=\"reasons\"",
        "id=\"filters\"",
        "id=\"maps\"",
        "id=\"mistakes\"",
        "id=\"net\"",
        "id=\"training\"",
        "id=\"again\"",
        "prefers-color-scheme: dark",
        "conv1",
        "relu1",
        "2026-01-31T12:01:00",
        "adam &amp; &lt;co&gt;",
        "--arch &#39;conv 4 3&#39;",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(html, parts[i])) fail_msg("the report has no %s", parts[i]);
    // Diagram, curves, matrix, reasons, two layers of filters, picture, four maps, answer, mistakes; each has a
    // name for those who do not see it. The matrix has links inside, thus is no picture.
    assert_int_equal(times(html, "<svg "), 13);
    assert_int_equal(times(html, " role=\"img\""), 12);
    assert_int_equal(times(html, " role=\"group\""), 1);
    assert_int_equal(times(html, "<title>"), 14);
    assert_non_null(strstr(html, "<title>Feature maps of tanh1</title>"));
    assert_non_null(strstr(html, ">3 filters × 4 channels of 3×3</p>"));
    free(html);
}

static void test_every_link_of_contents_and_matrix_leads_somewhere(void **state) {
    char *html = report_of(*state);
    int links = 0;
    for (char *at = html; (at = strstr(at, "href=\"#")); at++, links++) {
        char id[64];
        snprintf(id, sizeof id, "id=\"%.*s\"", (int)strcspn(at + 7, "\""), at + 7);
        assert_int_equal(times(html, id), 1);
    }
    // Ten sections, and a link for each cell that is explained.
    assert_int_equal(links, 10 + times(html, "id=\"confused-"));
    assert_in_range(times(html, "id=\"confused-"), 1, 6);
    free(html);
}

static void test_nothing_is_asked_of_the_network_and_nothing_runs(void **state) {
    char *html = report_of(*state);
    int names = times(html, "xmlns=\"http://www.w3.org/2000/svg\"");
    assert_int_equal(times(html, "://"), names);
    assert_int_equal(times(html, "<script"), 0);
    assert_int_equal(times(html, "<link"), 0);
    assert_int_equal(times(html, "@import"), 0);
    assert_int_equal(times(html, "src="), 0);
    assert_int_equal(times(html, "href=\"") - times(html, "href=\"#") -
                         times(html, "href=\"data:image/png;base64,"),
                     0);
    free(html);
}

// Elements close in the order they open.
static void test_elements_are_closed(void **state) {
    char *html = report_of(*state);
    char open[64][16];
    int depth = 0;
    for (char *at = html; (at = strchr(at, '<')); at++) {
        bool closing = at[1] == '/';
        char *name = at + 1 + closing, word[16];
        char *end = strchr(at, '>');
        assert_non_null(end);
        if (*name == '!') continue;
        snprintf(word, sizeof word, "%.*s", (int)strcspn(name, " >/\n"), name);
        if (closing) {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], word);
        } else if (end[-1] != '/' && strcmp(word, "meta") != 0) {
            assert_true(depth < 64);
            strcpy(open[depth++], word);
        }
    }
    assert_int_equal(depth, 0);
    free(html);
}

static void test_same_inputs_give_the_same_bytes(void **state) {
    char *a = report_of(*state), *b = report_of(*state);
    assert_string_equal(a, b);
    free(a);
    free(b);
}

static void test_wrong_options_are_refused(void **state) {
    const data_place *place = *state;
    const char *path = data_path(place, "none.html");
    fovea_report_options options;
    fovea_report_options_default(&options);
    assert_int_equal(fovea_report_write(place->context, &options, path, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_report_write(place->context, NULL, path, NULL), FOVEA_INVALID_ARGUMENT);
    options.model = net_of(place->context, "four-filters", 1, 28, 28);
    options.size--;
    assert_int_equal(fovea_report_write(place->context, &options, path, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(access(path, F_OK), -1);
    fovea_model_free((fovea_model *)options.model);
}

static void test_a_model_alone_has_a_report_too(void **state) {
    const data_place *place = *state;
    const char *path = data_path(place, "alone.html");
    fovea_report_options options;
    fovea_error error;
    fovea_report_options_default(&options);
    options.model = net_of(place->context, "four-filters", 1, 28, 28);
    if (fovea_report_write(place->context, &options, path, &error)) fail_msg("%s", error.text);
    char *html = read_text(path);
    assert_int_equal(times(html, "<svg "), 2);
    assert_int_equal(times(html, "id=\"confusion\""), 0);
    free(html);
    fovea_model_free((fovea_model *)options.model);
}

// Without memory at any place: the error says so, nothing leaks, no file is left.
static void test_every_allocation_may_fail(void **state) {
    const data_place *place = *state;
    const char *path = data_path(place, "failing.html");
    for (int64_t k = 1;; k += 1 + k / 12) {
        failing memory = {.fail_at = k};
        fovea_context *context = failing_context(&memory, 1);
        fovea_error error = {0};
        fovea_status status = FOVEA_OUT_OF_MEMORY;
        if (context) status = write_report(context, path, &error);
        bool reached = memory.calls >= k;
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        if (!reached) {
            assert_int_equal(status, FOVEA_OK);
            break;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
        assert_int_equal(access(path, F_OK), -1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(test_all_parts_are_there),
        training_test(test_every_link_of_contents_and_matrix_leads_somewhere),
        training_test(test_nothing_is_asked_of_the_network_and_nothing_runs),
        training_test(test_elements_are_closed),
        training_test(test_same_inputs_give_the_same_bytes),
        training_test(test_wrong_options_are_refused),
        training_test(test_a_model_alone_has_a_report_too),
        training_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
