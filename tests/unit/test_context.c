// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/cpu.h"
#include "base/log.h"
#include "unit/failing.h"
#include "unit/unit.h"

static fovea_status create(const fovea_context_options *options, fovea_error *error) {
    fovea_context *context;
    fovea_status status = fovea_context_create(options, &context, error);
    assert_true((status == FOVEA_OK) == (context != NULL));
    fovea_context_free(context);
    return status;
}

static void defaults_give_every_processor_and_the_best_kernels(void **state) {
    (void)state;
    unsetenv("FOVEA_CPU");
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    assert_in_range(fovea_context_threads(context), 1, 256);
    assert_string_equal(fovea_context_cpu(context), fovea__cpu_label(fovea__cpu_best()));
    assert_true(strlen(fovea_context_cpu_name(context)) > 0);
    fovea_context_free(context);
}

static void bad_options_are_refused(void **state) {
    (void)state;
    fovea_context_options options;
    fovea_error error = {0};
    fovea_context_options_default(&options);
    options.threads = -1;
    assert_int_equal(create(&options, &error), FOVEA_INVALID_ARGUMENT);
    assert_string_equal(error.where, "threads");
    options.threads = 257;
    assert_int_equal(create(&options, &error), FOVEA_INVALID_ARGUMENT);
    fovea_context_options_default(&options);
    options.size = 8;
    assert_int_equal(create(&options, &error), FOVEA_INVALID_ARGUMENT);
    fovea_context_options_default(&options);
    options.allocator.allocate = failing_allocate;
    assert_int_equal(create(&options, &error), FOVEA_INVALID_ARGUMENT);
    assert_string_equal(error.where, "allocator");
}

static void the_kernel_set_can_be_lowered_but_not_invented(void **state) {
    (void)state;
    fovea_context_options options;
    fovea_error error = {0};
    fovea_context_options_default(&options);
    options.threads = 1;
    fovea__cpu best = fovea__cpu_best();
    for (int i = FOVEA__CPU_REFERENCE; i <= FOVEA__CPU_AVX512; i++) {
        options.cpu = fovea__cpu_label((fovea__cpu)i);
        fovea_context *context;
        fovea_status status = fovea_context_create(&options, &context, &error);
        if (fovea__cpu_allows(best, (fovea__cpu)i)) {
            assert_int_equal(status, FOVEA_OK);
            assert_int_equal(fovea__context_cpu(context), i);
            assert_string_equal(fovea_context_cpu(context), options.cpu);
        } else {
            assert_int_equal(status, FOVEA_INVALID_ARGUMENT);
            assert_non_null(strstr(error.text, "cannot run"));
        }
        fovea_context_free(context);
    }
    options.cpu = "mmx";
    assert_int_equal(create(&options, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "mmx"));
}

static void the_environment_chooses_where_the_program_does_not(void **state) {
    (void)state;
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = 1;
    fovea_context *context;
    fovea_error error = {0};
    setenv("FOVEA_CPU", "reference", 1);
    assert_int_equal(fovea_context_create(&options, &context, NULL), FOVEA_OK);
    assert_string_equal(fovea_context_cpu(context), "reference");
    fovea_context_free(context);
    setenv("FOVEA_CPU", "nonsense", 1);
    assert_int_equal(create(&options, &error), FOVEA_INVALID_ARGUMENT);
    assert_string_equal(error.where, "FOVEA_CPU");
    options.cpu = "reference";
    assert_int_equal(create(&options, &error), FOVEA_OK);
    unsetenv("FOVEA_CPU");
}

static void a_processor_runs_what_it_has_and_less(void **state) {
    (void)state;
    assert_true(fovea__cpu_allows(FOVEA__CPU_AVX512, FOVEA__CPU_AVX2));
    assert_true(fovea__cpu_allows(FOVEA__CPU_AVX2, FOVEA__CPU_REFERENCE));
    assert_false(fovea__cpu_allows(FOVEA__CPU_AVX2, FOVEA__CPU_AVX512));
    assert_false(fovea__cpu_allows(FOVEA__CPU_AVX512, FOVEA__CPU_NEON));
    assert_false(fovea__cpu_allows(FOVEA__CPU_NEON, FOVEA__CPU_AVX2));
    assert_false(fovea__cpu_allows(FOVEA__CPU_REFERENCE, FOVEA__CPU_NEON));
}

typedef struct journal {
    int lines;
    fovea_log_level level;
    char text[2048];
} journal;

static void write_journal(void *user, fovea_log_level level, const char *text) {
    journal *j = user;
    j->lines++;
    j->level = level;
    strcpy(j->text, text);
}

static void messages_reach_the_hook_up_to_the_level(void **state) {
    (void)state;
    journal j = {0};
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = 1;
    options.log = write_journal;
    options.log_user = &j;
    options.log_level = FOVEA_LOG_WARNING;
    fovea_context *context;
    assert_int_equal(fovea_context_create(&options, &context, NULL), FOVEA_OK);
    fovea__log(context, FOVEA_LOG_INFO, "not made");
    assert_int_equal(j.lines, 0);
    fovea__log(context, FOVEA_LOG_WARNING, "%d of %s", 3, "nine");
    assert_int_equal(j.lines, 1);
    assert_int_equal(j.level, FOVEA_LOG_WARNING);
    assert_string_equal(j.text, "3 of nine");
    char wide[4000];
    memset(wide, 'x', sizeof(wide) - 1);
    wide[sizeof(wide) - 1] = '\0';
    fovea__log(context, FOVEA_LOG_ERROR, "%s", wide);
    assert_int_equal(strlen(j.text), 1023);
    fovea_context_free(context);
}

static void without_a_hook_messages_are_dropped(void **state) {
    (void)state;
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea__log(context, FOVEA_LOG_ERROR, "%d", 1);
    fovea_context_free(context);
}

static void versions_are_told(void **state) {
    (void)state;
    assert_string_equal(fovea_version(), FOVEA_VERSION);
    static const char *const libraries[] = {"zlib ",   "libpng ",  "libjpeg-turbo ", "libarchive ",
                                            "libzip ", "jansson ", "nettle ",        "protobuf-c "};
    const char *line = fovea_library_versions();
    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
        assert_int_equal(strncmp(line, libraries[i], strlen(libraries[i])), 0);
        line += strlen(libraries[i]);
        assert_in_range(*line, '0', '9');
        line = strchr(line, '\n') + 1;
    }
    assert_int_equal(*line, '\0');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_give_every_processor_and_the_best_kernels),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(the_kernel_set_can_be_lowered_but_not_invented),
        cmocka_unit_test(the_environment_chooses_where_the_program_does_not),
        cmocka_unit_test(a_processor_runs_what_it_has_and_less),
        cmocka_unit_test(messages_reach_the_hook_up_to_the_level),
        cmocka_unit_test(without_a_hook_messages_are_dropped),
        cmocka_unit_test(versions_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
