// SPDX-License-Identifier: MIT
#include <jansson.h>
#include <math.h>

#include "base/memory.h"
#include "base/text.h"
#include "unit/failing.h"
#include "unit/unit.h"

static fovea_context *context;

static int open_context(void **state) {
    (void)state;
    return fovea_context_create(NULL, &context, NULL) == FOVEA_OK ? 0 : -1;
}

static int close_context(void **state) {
    (void)state;
    fovea_context_free(context);
    return 0;
}

static void assert_taken(fovea__text *text, const char *wanted) {
    char *string;
    size_t length;
    assert_int_equal(fovea__text_take(text, &string, &length, NULL), FOVEA_OK);
    assert_string_equal(string, wanted);
    assert_int_equal(length, strlen(wanted));
    fovea__free(context, string);
}

static void pieces_become_one_text(void **state) {
    (void)state;
    fovea__text text = fovea__text_begin(context);
    fovea__text_add(&text, "conv");
    fovea__text_format(&text, "%d: %dx%d", 1, 3, 5);
    fovea__text_add_n(&text, " !!", 2);
    assert_string_equal(text.data, "conv1: 3x5 !");
    assert_taken(&text, "conv1: 3x5 !");
    assert_taken(&text, "");  // and can be begun again
}

static void a_long_format_is_not_cut(void **state) {
    (void)state;
    char wide[3000], *string;
    memset(wide, 'w', sizeof(wide) - 1);
    wide[sizeof(wide) - 1] = '\0';
    for (size_t length = 250; length < 260; length++) {
        fovea__text text = fovea__text_begin(context);
        fovea__text_format(&text, "%.*s|", (int)length, wide);
        assert_int_equal(text.length, length + 1);
        assert_int_equal(text.data[length], '|');
        fovea__text_discard(&text);
    }
    fovea__text text = fovea__text_begin(context);
    fovea__text_format(&text, "<%s>", wide);
    assert_int_equal(fovea__text_take(&text, &string, NULL, NULL), FOVEA_OK);
    assert_int_equal(strlen(string), sizeof(wide) + 1);
    fovea__free(context, string);
}

static void numbers_that_are_none_become_null(void **state) {
    (void)state;
    static const double values[] = {0.5, -3, 1e-7, 0.1, 1e300, 123456789, NAN, INFINITY, -INFINITY};
    fovea__text text = fovea__text_begin(context);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (i > 0) fovea__text_add(&text, " ");
        fovea__text_number(&text, values[i]);
    }
    assert_taken(&text, "0.5 -3 1e-07 0.1 1e+300 123456789 null null null");
}

static void json_strings_are_escaped(void **state) {
    (void)state;
    fovea__text text = fovea__text_begin(context);
    fovea__text_json(&text, "a\"b\\c/\b\f\n\r\t\x01\x1f\x7fé×𝄞");
    assert_taken(&text, "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007fé×𝄞\"");
}

static void bytes_that_are_no_utf8_become_the_replacement_character(void **state) {
    (void)state;
    fovea__text text = fovea__text_begin(context);
    fovea__text_json(&text, "a\xFFz\xC3(\xE2\x82");
    assert_taken(&text, "\"a\uFFFDz\uFFFD(\uFFFD\uFFFD\"");
}

// Whatever the bytes, a JSON reader of somebody else's takes the string.
static void any_bytes_become_json_that_can_be_read(void **state) {
    (void)state;
    char bytes[3] = {0};
    for (int first = 1; first < 256; first++) {
        for (int second = 0; second < 256; second += 3) {
            bytes[0] = (char)first;
            bytes[1] = (char)second;
            fovea__text text = fovea__text_begin(context);
            fovea__text_json(&text, bytes);
            json_t *read = json_loads(text.data, JSON_DECODE_ANY, NULL);
            assert_non_null(read);
            if (fovea__is_utf8(bytes, strlen(bytes)))
                assert_string_equal(json_string_value(read), bytes);
            json_decref(read);
            fovea__text_discard(&text);
        }
    }
}

static void markup_is_escaped(void **state) {
    (void)state;
    fovea__text text = fovea__text_begin(context);
    fovea__text_markup(&text, "<a href=\"x\">R&D's</a> 3×3");
    assert_taken(&text, "&lt;a href=&quot;x&quot;&gt;R&amp;D&#39;s&lt;/a&gt; 3×3");
}

static void markup_has_only_what_xml_allows(void **state) {
    (void)state;
    fovea__text text = fovea__text_begin(context);
    fovea__text_markup(&text, "a\xC3 b\x01\tc\n\xEF\xBF\xBF\xEF\xBF\xBD<\xF0\x9F\x98\x80\xE2\x80");
    assert_taken(&text, "a\uFFFD b\uFFFD\tc\n\uFFFD\uFFFD&lt;\U0001F600\uFFFD\uFFFD");
}

static void base64_follows_the_standard(void **state) {
    (void)state;
    // The test vectors of RFC 4648, section 10.
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < 7; i++) {
        fovea__text text = fovea__text_begin(context);
        fovea__text_base64(&text, vectors[i][0], strlen(vectors[i][0]));
        assert_taken(&text, vectors[i][1]);
    }
    const uint8_t high[] = {0xFB, 0xFF, 0xBF};
    fovea__text text = fovea__text_begin(context);
    fovea__text_base64(&text, high, 3);
    assert_taken(&text, "+/+/");
}

static void utf8_is_told_from_other_bytes(void **state) {
    (void)state;
    static const char *const good[] = {
        "", "abc", "é", "€", "𝄞", "\uFFFF", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80"};
    static const char *const bad[] = {"\x80",
                                      "\xC3",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "a\xE2\x82",
                                      "\xE2\x28\xA1"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(fovea__is_utf8(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(fovea__is_utf8(bad[i], strlen(bad[i])));
    assert_true(fovea__is_utf8("a\0b", 3));
}

static void the_first_failure_is_kept_and_told_at_the_end(void **state) {
    (void)state;
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_context *own = failing_context(&memory, 1);
        if (own) {
            fovea__text text = fovea__text_begin(own);
            char *string;
            fovea_error error = {0};
            for (int i = 0; i < 100; i++) {
                fovea__text_json(&text, "layer");
                fovea__text_base64(&text, "xyz", 3);
                fovea__text_format(&text, "%d", i);
            }
            fovea_status status = fovea__text_take(&text, &string, NULL, &error);
            assert_int_equal(status, memory.calls < k ? FOVEA_OK : FOVEA_OUT_OF_MEMORY);
            assert_true((status == FOVEA_OK) == (string != NULL));
            if (string) fovea__free(own, string);
        }
        fovea_context_free(own);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) break;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_become_one_text),
        cmocka_unit_test(a_long_format_is_not_cut),
        cmocka_unit_test(numbers_that_are_none_become_null),
        cmocka_unit_test(json_strings_are_escaped),
        cmocka_unit_test(bytes_that_are_no_utf8_become_the_replacement_character),
        cmocka_unit_test(any_bytes_become_json_that_can_be_read),
        cmocka_unit_test(markup_is_escaped),
        cmocka_unit_test(markup_has_only_what_xml_allows),
        cmocka_unit_test(base64_follows_the_standard),
        cmocka_unit_test(utf8_is_told_from_other_bytes),
        cmocka_unit_test(the_first_failure_is_kept_and_told_at_the_end),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
