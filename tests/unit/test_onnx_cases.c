// SPDX-License-Identifier: MIT
// The official ONNX backend cases (1.12, opset 17), from Debian's libonnx-testdata or the same files
// as an archive in FOVEA_DATA. Every case passes or stands with a reason in
// tests/golden/onnx_skips.txt; a case that stands there and passes is an error, too.
#include "unit/onnx_case.h"
#include "unit/onnx_suites.h"
#include "unit/scratch.h"
#include "unit/shared_context.h"

#define SKIPS "tests/golden/onnx_skips.txt"

enum { MOST_SKIPS = 1200, MOST_REASONS = 200 };

typedef struct skips {
    char *text;
    char *name[MOST_SKIPS], *reason[MOST_SKIPS];
    bool met[MOST_SKIPS];
    int count;
} skips;

// "suite/case: reason", one a line; # begins a comment.
static void read_skips(skips *list) {
    fovea__bytes bytes;
    assert_int_equal(fovea__file_read(context, SKIPS, 1 << 20, &bytes, NULL), FOVEA_OK);
    list->text = test_calloc(bytes.size + 1, 1);
    memcpy(list->text, bytes.data, bytes.size);
    fovea__free(context, bytes.data);
    for (char *line = strtok(list->text, "\n"); line; line = strtok(NULL, "\n")) {
        char *colon = strstr(line, ": ");
        if (line[0] == '#') continue;
        assert_non_null(colon);
        assert_true(list->count < MOST_SKIPS);
        *colon = '\0';
        list->name[list->count] = line;
        list->reason[list->count++] = colon + 2;
    }
}

static int find_skip(const skips *list, const char *name) {
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->name[i], name) == 0) return i;
    return -1;
}

typedef struct counts {
    int passed, failed, skipped;
    const char *reason[MOST_REASONS];
    int skipped_for[MOST_REASONS], reasons;
} counts;

static void count_skip(counts *c, const char *reason) {
    int i = 0;
    while (i < c->reasons && strcmp(c->reason[i], reason) != 0) i++;
    if (i == MOST_REASONS) i--;
    if (i == c->reasons) c->reason[c->reasons++] = reason;
    c->skipped_for[i]++;
    c->skipped++;
}

static void run_case(const char *root, const char *name, skips *list, counts *c) {
    char folder[800];
    fovea_error error = {0};
    int skip_index = find_skip(list, name);
    snprintf(folder, sizeof folder, "%.390s/%.390s", root, name);
    bool passes = onnx_case_passes(context, folder, &error);
    if (skip_index >= 0) list->met[skip_index] = true;
    if (passes && skip_index >= 0) {
        print_message("    %s passes, but " SKIPS " says: %s\n", name, list->reason[skip_index]);
        c->failed++;
    } else if (passes) {
        c->passed++;
    } else if (skip_index >= 0) {
        count_skip(c, list->reason[skip_index]);
    } else {
        size_t at = strncmp(error.text, folder, strlen(folder)) == 0 ? strlen(folder) : 0;
        print_message("    %s fails: %s: %s\n", name, fovea_status_name(error.status),
                      error.text + at);
        c->failed++;
    }
}

static void run_suite(const char *root, const char *suite, skips *list, counts *c) {
    char folder[1100], name[400];
    fovea__names names;
    counts before = *c;
    snprintf(folder, sizeof folder, "%s/%s", root, suite);
    assert_int_equal(fovea__folder_list(context, folder, &names, NULL), FOVEA_OK);
    for (size_t i = 0; i < names.count; i++) {
        snprintf(name, sizeof name, "%s/%s", suite, names.name[i]);
        run_case(root, name, list, c);
    }
    fovea__names_free(context, &names);
    print_message("    %s: %d passed, %d skipped, %d failed\n", suite, c->passed - before.passed,
                  c->skipped - before.skipped, c->failed - before.failed);
}

static void official_cases_pass_or_have_a_reason_not_to(void **state) {
    (void)state;
    static skips list;
    counts c = {0};
    scratch folder = {.path = ""};
    const char *root = onnx_find_suites(&folder);
    if (!root) {
        print_message("    libonnx-testdata is not installed: skipped\n");
        skip();
    }
    read_skips(&list);
    for (size_t s = 0; s < ONNX_SUITES; s++) run_suite(root, onnx_suites[s], &list, &c);
    if (folder.path[0]) scratch_close(&folder);
    for (int i = 0; i < c.reasons; i++)
        print_message("    skipped %d: %s\n", c.skipped_for[i], c.reason[i]);
    for (int i = 0; i < list.count; i++)
        if (!list.met[i]) print_message("    there is no case %s\n", list.name[i]);
    print_message("    %d passed, %d skipped, %d failed\n", c.passed, c.skipped, c.failed);
    test_free(list.text);
    assert_int_equal(c.failed, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(official_cases_pass_or_have_a_reason_not_to),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
