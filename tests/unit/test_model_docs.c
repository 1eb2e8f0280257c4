// SPDX-License-Identifier: MIT
// Every example of docs/architecture-text.md is built; those said to be refused are, with the words
// the page gives for it.
#include <stdio.h>
#include <stdlib.h>

#include "model/architecture.h"
#include "unit/hostile.h"

static fovea_shape parse_input(const char *text) {
    fovea_shape shape = {0};
    char *end = (char *)text;
    for (; *end && *end != '\n' && shape.rank < 4; text = end + 1)
        shape.dim[shape.rank++] = strtol(text, &end, 10);
    return shape;
}

static fovea_status build(fovea_context *context, const char *text, const fovea_shape *input,
                          fovea_error *error) {
    fovea__architecture *layers;
    fovea_graph *graph;
    fovea_status status = fovea__architecture_parse(context, text, &layers, error);
    if (status != FOVEA_OK) return status;
    assert_int_equal(fovea_graph_create(context, &graph, error), FOVEA_OK);
    status = fovea__architecture_build(layers, input, FOVEA_F32, graph, error);
    fovea__architecture_free(layers);
    fovea_graph_free(graph);
    return status;
}

// The words between the next pair of asterisks after "says ".
static void assert_said(const char *after, const char *said) {
    const char *begin = strstr(after, "says *");
    assert_non_null(begin);
    begin += strlen("says *");
    size_t length = strcspn(begin, "*");
    if (strlen(said) != length || memcmp(begin, said, length) != 0)
        fail_msg("the page has '%.*s', the library says '%s'", (int)length, begin, said);
}

static void every_example_of_the_page_does_what_it_says(void **state) {
    hostile_heap *heap = *state;
    size_t size;
    char *page = (char *)hostile_load("docs/architecture-text.md", &size);
    int built = 0, refused = 0;
    page[size] = '\0';
    for (char *fence = page; (fence = strstr(fence, "\n```"));) {
        bool good = strncmp(fence, "\n```architecture ", 17) == 0;
        bool bad = strncmp(fence, "\n```refused ", 12) == 0;
        char *text = strchr(fence + 1, '\n') + 1, *end = strstr(text, "\n```");
        assert_true((good || bad) && end);
        fovea_shape input = parse_input(strchr(fence, ' ') + 1);
        fovea_error error = {0};
        *end = '\0';
        fovea_status status = build(heap->context, text, &input, &error);
        *end = '\n';
        if (good && status != FOVEA_OK) fail_msg("%s", error.text);
        if (bad) {
            assert_int_not_equal(status, FOVEA_OK);
            assert_said(end, error.text);
        }
        built += good;
        refused += bad;
        fence = end + 4;
    }
    free(page);
    assert_true(built >= 6 && refused >= 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(every_example_of_the_page_does_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
