// SPDX-License-Identifier: MIT
// The strict JSON reader: what is valid, what is not, where verdicts are a choice (case 134 of the
// list of hostile inputs, after the groups of the public JSON parsing tests), limits, and the
// getters.
#include <locale.h>

#include "formats/json.h"
#include "unit/hostile.h"

#define TEXT(literal) \
    { literal, sizeof(literal) - 1 }

typedef struct sample {
    const char *bytes;
    size_t size;
} sample;

static fovea_status parse(const sample *t, fovea_error *error) {
    json_t *root;
    char *copy = malloc(t->size + 1);  // no terminator: the length alone counts
    assert_non_null(copy);
    memcpy(copy, t->bytes, t->size);
    const fovea_status status =
        fovea__json_parse(copy, t->size, 1 << 24, HOSTILE_NAME, &root, error);
    free(copy);
    if (status != FOVEA_OK) assert_null(root);
    json_decref(root);
    return status;
}

static void valid_texts_parse(void **state) {
    (void)state;
    static const sample texts[] = {
        TEXT("[]"),
        TEXT("{}"),
        TEXT(" [ ] "),
        TEXT("[[]   ]"),
        TEXT("[\"\"]"),
        TEXT("[\"a\"]"),
        TEXT("[null, 1, \"1\", {}]"),
        TEXT("[null]"),
        TEXT("[1\n]"),
        TEXT(" [1]"),
        TEXT("[2] "),
        TEXT("[1,null,null,null,2]"),
        TEXT("[123e65]"),
        TEXT("[0e+1]"),
        TEXT("[0e1]"),
        TEXT("[ 4]"),
        TEXT("[-0.000000000000000000000000000000000000000000000000000000000001]"),
        TEXT("[20e1]"),
        TEXT("[-0]"),
        TEXT("[-123]"),
        TEXT("[-1]"),
        TEXT("[1E22]"),
        TEXT("[1E-2]"),
        TEXT("[1E+2]"),
        TEXT("[123e45]"),
        TEXT("[123.456e78]"),
        TEXT("[1e-2]"),
        TEXT("[1e+2]"),
        TEXT("[123.456789]"),
        TEXT("{\"asd\":\"sdf\", \"dfg\":\"fgh\"}"),
        TEXT("{\"\":0}"),
        TEXT("{\"min\": -1.0e+28, \"max\": 1.0e+28}"),
        TEXT("{\"a\":[]}"),
        TEXT("{\n\"a\": \"b\"\n}"),
        TEXT("[\"\\u0060\\u012a\\u12AB\"]"),
        TEXT("[\"\\uD801\\udc37\"]"),
        TEXT("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"),
        TEXT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
        TEXT("[\"\\\\u0000\"]"),
        TEXT("[\"\\\"\"]"),
        TEXT("[\"a/*b*/c/*d//e\"]"),
        TEXT("[\"\\\\a\"]"),
        TEXT("[\"\\u0012\"]"),
        TEXT("[\"\\uFFFF\"]"),
        TEXT("[ \"asd\"]"),
        TEXT("[\"\\uDBFF\\uDFFF\"]"),
        TEXT("[\"new\\u00A0line\"]"),
        TEXT("[\"\xf4\x8f\xbf\xbf\"]"),
        TEXT("[\"\xef\xbf\xbf\"]"),
        TEXT("[\"\\u002c\"]"),
        TEXT("[\"\xcf\x80\"]"),
        TEXT("[\"asd \"]"),
        TEXT("\" \""),
        TEXT("[\"\\u0821\"]"),
        TEXT("[\"\xe2\x80\xa8\"]"),
        TEXT("[\"\xe2\x80\xa9\"]"),
        TEXT("[\"\\u0061\\u30af\\u30EA\\u30b9\"]"),
        TEXT("[\"new\\u000Aline\"]"),
        TEXT("[\"\x7f\"]"),
        TEXT("[\"\\uA66D\"]"),
        TEXT("[\"\\u005C\"]"),
        TEXT("[\"\xe2\x8d\x82\xe3\x88\xb4\"]"),
        TEXT("[\"\\u200B\"]"),
        TEXT("[\"\\u2064\"]"),
        TEXT("[\"\\uFDD0\"]"),
        TEXT("[\"\\uFFFE\"]"),
        TEXT("[\"\\u0022\"]"),
        TEXT("[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]"),
        TEXT("false"),
        TEXT("42"),
        TEXT("-0.1"),
        TEXT("null"),
        TEXT("\"asd\""),
        TEXT("true"),
        TEXT("\"\""),
        TEXT("[\"a\"]\n"),
        TEXT("[true]"),
        TEXT(" [] "),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fovea_error error;
        if (parse(&texts[i], &error) != FOVEA_OK) fail_msg("%s: %s", texts[i].bytes, error.text);
    }
}

static void invalid_texts_are_refused(void **state) {
    (void)state;
    static const sample texts[] = {
        TEXT("[1 true]"),
        TEXT("[a\xe5]"),
        TEXT("[\"\": 1]"),
        TEXT("[\"\"],"),
        TEXT("[,1]"),
        TEXT("[1,,2]"),
        TEXT("[\"x\",,]"),
        TEXT("[\"x\"]]"),
        TEXT("[\"\",]"),
        TEXT("[\"x\""),
        TEXT("[x"),
        TEXT("[3[4]]"),
        TEXT("[\xff]"),
        TEXT("[1:2]"),
        TEXT("[,]"),
        TEXT("[-]"),
        TEXT("[   , \"\"]"),
        TEXT("[\"a\",\n4\n,1,"),
        TEXT("[1,]"),
        TEXT("[1,,]"),
        TEXT("[\"\va\"\\f]"),
        TEXT("[*]"),
        TEXT("[\"\""),
        TEXT("[1,"),
        TEXT("[1,\n1\n,1"),
        TEXT("[{}"),
        TEXT("[fals]"),
        TEXT("[nul]"),
        TEXT("[tru]"),
        TEXT("[++1234]"),
        TEXT("[+1]"),
        TEXT("[+Inf]"),
        TEXT("[-01]"),
        TEXT("[-1.0.]"),
        TEXT("[-2.]"),
        TEXT("[-NaN]"),
        TEXT("[.-1]"),
        TEXT("[.2e-3]"),
        TEXT("[0.1.2]"),
        TEXT("[0.3e+]"),
        TEXT("[0.3e]"),
        TEXT("[0.e1]"),
        TEXT("[0E+]"),
        TEXT("[0E]"),
        TEXT("[0e+]"),
        TEXT("[0e]"),
        TEXT("[1.0e+]"),
        TEXT("[1.0e-]"),
        TEXT("[1.0e]"),
        TEXT("[1 000.0]"),
        TEXT("[1eE2]"),
        TEXT("[2.e+3]"),
        TEXT("[2.e-3]"),
        TEXT("[2.e3]"),
        TEXT("[9.e+]"),
        TEXT("[Inf]"),
        TEXT("[NaN]"),
        TEXT("[\xef\xbc\x91]"),
        TEXT("[1+2]"),
        TEXT("[0x1]"),
        TEXT("[0x42]"),
        TEXT("[Infinity]"),
        TEXT("[0e+-1]"),
        TEXT("[-123.123foo]"),
        TEXT("[123\xe5]"),
        TEXT("[1e1\xe5]"),
        TEXT("[0\xe5]"),
        TEXT("[-Infinity]"),
        TEXT("[-foo]"),
        TEXT("[- 1]"),
        TEXT("[-012]"),
        TEXT("[-.123]"),
        TEXT("[-1x]"),
        TEXT("[1ea]"),
        TEXT("[1e\xe5]"),
        TEXT("[1.]"),
        TEXT("[.123]"),
        TEXT("[1.2a-3]"),
        TEXT("[1.8011670033376514H-308]"),
        TEXT("[012]"),
        TEXT("[\"x\", truth]"),
        TEXT("{[: \"x\"}"),
        TEXT("{\"x\", null}"),
        TEXT("{\"x\"::\"b\"}"),
        TEXT("{\"a\":\"a\" 123}"),
        TEXT("{key: 'value'}"),
        TEXT("{\"\xb9\":\"0\",}"),
        TEXT("{\"a\" b}"),
        TEXT("{:\"b\"}"),
        TEXT("{\"a\" \"b\"}"),
        TEXT("{\"a\":"),
        TEXT("{\"a\""),
        TEXT("{1:1}"),
        TEXT("{9999E9999:1}"),
        TEXT("{null:null,null:null}"),
        TEXT("{\"id\":0,,,,,}"),
        TEXT("{'a':0}"),
        TEXT("{\"id\":0,}"),
        TEXT("{\"a\":\"b\"}/**/"),
        TEXT("{\"a\":\"b\"}/**//"),
        TEXT("{\"a\":\"b\"}//"),
        TEXT("{\"a\":\"b\"}/"),
        TEXT("{\"a\":\"b\",,\"c\":\"d\"}"),
        TEXT("{a: \"b\"}"),
        TEXT("{\"a\":\"a"),
        TEXT("{ \"foo\" : \"bar\", \"a\" }"),
        TEXT("{\"a\":\"b\"}#"),
        TEXT(" "),
        TEXT(""),
        TEXT("[\"\\uD800\\\"]"),
        TEXT("[\"\\uD800\\u\"]"),
        TEXT("[\"\\uD800\\u1\"]"),
        TEXT("[\"\\uD800\\u1x\"]"),
        TEXT("[\xc3\xa9]"),
        TEXT("[\"\\\0\"]"),
        TEXT("[\"\\\\\\\"]"),
        TEXT("[\"\\x00\"]"),
        TEXT("[\"\\\t\"]"),
        TEXT("[\"\\\xf0\x9f\x8c\x80\"]"),
        TEXT("[\"\\\"]"),
        TEXT("[\"\\u00A\"]"),
        TEXT("[\"\\uD834\\uDd\"]"),
        TEXT("[\"\\uD800\\uD800\\x\"]"),
        TEXT("[\"\\u\xe5\"]"),
        TEXT("[\"\\a\"]"),
        TEXT("[\"\\uqqqq\"]"),
        TEXT("[\"\\\xe5\"]"),
        TEXT("[\\u0020\"asd\"]"),
        TEXT("[\\n]"),
        TEXT("\""),
        TEXT("['single quote']"),
        TEXT("abc"),
        TEXT("[\"\\"),
        TEXT("[\"a\0a\"]"),
        TEXT("[\"new\nline\"]"),
        TEXT("[\"\t\"]"),
        TEXT("\"\\UA66D\""),
        TEXT("\"\"x"),
        TEXT("[\xe2\x81\xa0]"),
        TEXT("\xef\xbb\xbf"),
        TEXT("<.>"),
        TEXT("[<null>]"),
        TEXT("[1]x"),
        TEXT("[1]]"),
        TEXT("[\"asd]"),
        TEXT("a\xc3\xa5"),
        TEXT("[True]"),
        TEXT("1]"),
        TEXT("{\"x\": true,"),
        TEXT("[][]"),
        TEXT("]"),
        TEXT("\xef\xbb{}"),
        TEXT("\xe5"),
        TEXT("["),
        TEXT("{\"\":{\"\":"),
        TEXT("{\"a\":\0}"),
        TEXT("2@"),
        TEXT("{}}"),
        TEXT("{\"\":"),
        TEXT("{\"a\":/*comment*/\"b\"}"),
        TEXT("{\"a\": true} \"x\""),
        TEXT("['"),
        TEXT("[,"),
        TEXT("[{"),
        TEXT("[\"a"),
        TEXT("[\"a\""),
        TEXT("{"),
        TEXT("{]"),
        TEXT("{,"),
        TEXT("{["),
        TEXT("{\"a"),
        TEXT("{'a'"),
        TEXT("[\"\\{[\"\\{[\"\\{[\"\\{"),
        TEXT("\xe9"),
        TEXT("*"),
        TEXT("{\"a\":\"b\"}#{}"),
        TEXT("[\\u000A\"\"]"),
        TEXT("[1"),
        TEXT("[ false, nul"),
        TEXT("[ true, fals"),
        TEXT("[ false, tru"),
        TEXT("{\"asd\":\"asd\""),
        TEXT("\xc3\xa5"),
        TEXT("[\xe2\x81\xa0]"),
        TEXT("[\f]"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fovea_error error = {0};
        const fovea_status status = parse(&texts[i], &error);
        if (status != FOVEA_BAD_FILE || !strstr(error.text, HOSTILE_NAME))
            fail_msg("text %zu '%s': %s %s", i, texts[i].bytes, fovea_status_name(status),
                     error.text);
    }
}

// Where the grammar leaves the choice, or we are stricter than it: fixed here.
static void verdicts_that_are_a_choice(void **state) {
    (void)state;
    static const struct {
        sample text;
        fovea_status status;
    } cases[] = {
        {TEXT("{\"a\":\"b\",\"a\":\"c\"}"), FOVEA_BAD_FILE},  // named twice
        {TEXT("{\"a\":1,\"\\u0061\":1}"), FOVEA_BAD_FILE},    // however it is spelt
        {TEXT("{\"foo\\u0000bar\": 42}"), FOVEA_BAD_FILE},    // U+0000
        {TEXT("[\"\\u0000\"]"), FOVEA_BAD_FILE},
        {TEXT("[0.4e00669999999999999999999999999999999]"), FOVEA_BAD_FILE},
        {TEXT("[1.5e+9999]"), FOVEA_BAD_FILE},
        {TEXT("[-1e+9999]"), FOVEA_BAD_FILE},
        {TEXT("[123.456e-789]"), FOVEA_OK},                 // underflow: zero
        {TEXT("[100000000000000000000]"), FOVEA_BAD_FILE},  // past 64 bits
        {TEXT("[9223372036854775807]"), FOVEA_OK},
        {TEXT("[-9223372036854775808]"), FOVEA_OK},
        {TEXT("[9223372036854775808]"), FOVEA_BAD_FILE},
        {TEXT("[-9223372036854775809]"), FOVEA_BAD_FILE},
        {TEXT("[\"\\uDADA\"]"), FOVEA_BAD_FILE},  // half a pair
        {TEXT("[\"\\uD888\\u1234\"]"), FOVEA_BAD_FILE},
        {TEXT("[\"\\uDd1e\\uD834\"]"), FOVEA_BAD_FILE},
        {TEXT("[\"\\uDFAA\"]"), FOVEA_BAD_FILE},
        {TEXT("[\"\xed\xa0\x80\"]"), FOVEA_BAD_FILE},      // no UTF-8: a surrogate
        {TEXT("[\"\xf4\xbf\xbf\xbf\"]"), FOVEA_BAD_FILE},  // past U+10FFFF
        {TEXT("[\"\xc0\xaf\"]"), FOVEA_BAD_FILE},          // overlong
        {TEXT("[\"\xe0\xff\"]"), FOVEA_BAD_FILE},
        {TEXT("[\"\x81\"]"), FOVEA_BAD_FILE},
        {TEXT("[\"\xfc\x83\xbf\xbf\xbf\xbf\"]"), FOVEA_BAD_FILE},
        {TEXT("\xef\xbb\xbf{}"), FOVEA_BAD_FILE},  // byte order marks
        {TEXT("\xff\xfe[\0\"\0\xe9\0\"\0]\0"), FOVEA_BAD_FILE},
        {TEXT("\0[\0\"\0\xe9\0\"\0]"), FOVEA_BAD_FILE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fovea_error error = {0};
        const fovea_status status = parse(&cases[i].text, &error);
        if (status != cases[i].status)
            fail_msg("case %zu: %s %s", i, fovea_status_name(status), error.text);
    }
}

static char *repeated(const char *piece, size_t count) {
    const size_t size = strlen(piece);
    char *text = malloc(size * count + 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++) memcpy(text + i * size, piece, size);
    text[size * count] = '\0';
    return text;
}

// Case 129 among them.
static void nesting_counts_and_bytes_are_limited(void **state) {
    (void)state;
    static const struct {
        const char *piece;
        size_t count;
        const char *text;
    } cases[] = {
        {"[", 100000, "nested deeper than 32"}, {"[{\"\":", 50000, "nested deeper than 32"},
        {"[],", 270000, "arrays and objects"},  {"0,", 1100000, "values"},
        {"\"a\":", 170000, "members"},          {"[[", 16, "not valid JSON"},
    };
    json_t *root;
    fovea_error error;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = repeated(cases[i].piece, cases[i].count);
        assert_int_equal(fovea__json_parse(text, strlen(text), SIZE_MAX, "f", &root, &error),
                         FOVEA_BAD_FILE);
        if (!strstr(error.text, cases[i].text)) fail_msg("%s", error.text);
        free(text);
    }
    assert_int_equal(fovea__json_parse("[1234]", 6, 5, "f", &root, &error), FOVEA_BAD_FILE);
    assert_non_null(strstr(error.text, "6 bytes, at most 5"));
    assert_int_equal(fovea__json_parse("[1234]", 6, 6, "f", &root, &error), FOVEA_OK);
    json_decref(root);
    // Brackets in strings are no nesting.
    char *text = repeated("[[[[", 20);
    text[0] = text[79] = '"';
    assert_int_equal(fovea__json_parse(text, 80, 80, "f", &root, &error), FOVEA_OK);
    json_decref(root);
    free(text);
}

static void errors_tell_line_column_and_byte(void **state) {
    (void)state;
    json_t *root;
    fovea_error error;
    const char *text = "{\n  \"a\": 1,\n  \"b\": x\n}";
    assert_int_equal(fovea__json_parse(text, strlen(text), 99, "f.json", &root, &error),
                     FOVEA_BAD_FILE);
    assert_non_null(strstr(error.text, "f.json: "));
    assert_non_null(strstr(error.text, "line 3, column 8"));
    assert_true(error.offset >= 19 && error.offset <= 20);
}

static void getters_name_the_path_of_what_is_wrong(void **state) {
    (void)state;
    const char *text =
        "{\"nodes\":[{\"op\":\"Conv\",\"rate\":0.5,\"train\":true,\"none\":null},{\"op\":7}],"
        "\"size\":12}";
    json_t *root;
    fovea_error error;
    assert_int_equal(fovea__json_parse(text, strlen(text), 999, "f", &root, &error), FOVEA_OK);
    const fovea__json at = fovea__json_root(root, "f");
    fovea__json nodes, node, op;
    const char *string, *key;
    int64_t integer;
    double number;
    bool truth, found;
    size_t count;
    assert_int_equal(fovea__json_member(&at, "nodes", &nodes, &error), FOVEA_OK);
    assert_int_equal(fovea__json_count(&nodes, &count, &error), FOVEA_OK);
    assert_int_equal(count, 2);
    assert_int_equal(fovea__json_item(&nodes, 0, &node, &error), FOVEA_OK);
    assert_int_equal(fovea__json_member(&node, "op", &op, &error), FOVEA_OK);
    assert_int_equal(fovea__json_string(&op, &string, &error), FOVEA_OK);
    assert_string_equal(string, "Conv");
    assert_int_equal(fovea__json_member(&node, "rate", &op, &error), FOVEA_OK);
    assert_int_equal(fovea__json_number(&op, &number, &error), FOVEA_OK);
    assert_true(number == 0.5);
    assert_int_equal(fovea__json_integer(&op, 0, 9, &integer, &error), FOVEA_BAD_FILE);
    assert_string_equal(error.text,
                        "f: nodes[0].rate: expected an integer, found a number with "
                        "fraction or exponent");
    assert_int_equal(fovea__json_member(&node, "train", &op, &error), FOVEA_OK);
    assert_int_equal(fovea__json_bool(&op, &truth, &error), FOVEA_OK);
    assert_true(truth);
    assert_int_equal(fovea__json_optional(&node, "none", &op, &found, &error), FOVEA_OK);
    assert_false(found);
    assert_int_equal(fovea__json_optional(&node, "absent", &op, &found, &error), FOVEA_OK);
    assert_false(found);
    assert_int_equal(fovea__json_item(&nodes, 1, &node, &error), FOVEA_OK);
    assert_int_equal(fovea__json_member(&node, "op", &op, &error), FOVEA_OK);
    assert_int_equal(fovea__json_string(&op, &string, &error), FOVEA_BAD_FILE);
    assert_string_equal(error.text, "f: nodes[1].op: expected a string, found a number");
    assert_int_equal(fovea__json_member(&node, "name", &op, &error), FOVEA_BAD_FILE);
    assert_string_equal(error.text, "f: nodes[1]: the member \"name\" is missing");
    assert_int_equal(fovea__json_item(&nodes, 2, &node, &error), FOVEA_BAD_FILE);
    assert_int_equal(fovea__json_count(&at, &count, &error), FOVEA_BAD_FILE);
    assert_string_equal(error.text, "f: expected an array, found an object");
    assert_int_equal(fovea__json_member(&at, "size", &op, &error), FOVEA_OK);
    assert_int_equal(fovea__json_integer(&op, 0, 11, &integer, &error), FOVEA_BAD_FILE);
    assert_string_equal(error.text, "f: size: 12 is outside 0 to 11");
    assert_int_equal(fovea__json_integer(&op, 0, 12, &integer, &error), FOVEA_OK);
    assert_int_equal(integer, 12);
    void *iterator = NULL;
    assert_int_equal(fovea__json_next(&at, &iterator, &key, &op, &error), FOVEA_OK);
    assert_string_equal(key, "nodes");
    assert_int_equal(fovea__json_next(&at, &iterator, &key, &op, &error), FOVEA_OK);
    assert_string_equal(key, "size");
    assert_string_equal(op.path, "size");
    assert_int_equal(fovea__json_next(&at, &iterator, &key, &op, &error), FOVEA_OK);
    assert_null(key);
    json_decref(root);
}

static void hostile_keys_make_short_clean_paths(void **state) {
    (void)state;
    char *long_key = repeated("k", 5000), text[6000];
    snprintf(text, sizeof text, "{\"%s\":{\"\\u001b[2J%%n\":{\"end\":1}}}", long_key);
    json_t *root;
    fovea_error error;
    assert_int_equal(fovea__json_parse(text, strlen(text), 9999, "f", &root, &error), FOVEA_OK);
    const fovea__json at = fovea__json_root(root, "f");
    fovea__json a, b, c;
    const char *string;
    assert_int_equal(fovea__json_member(&at, long_key, &a, &error), FOVEA_OK);
    assert_int_equal(fovea__json_member(&a, "\x1b[2J%n", &b, &error), FOVEA_OK);
    assert_int_equal(fovea__json_member(&b, "end", &c, &error), FOVEA_OK);
    assert_int_equal(fovea__json_string(&c, &string, &error), FOVEA_BAD_FILE);
    assert_true(strlen(c.path) < sizeof c.path);
    assert_non_null(strstr(error.text, "kk.?[2J%n.end: expected a string"));
    json_decref(root);
    free(long_key);
}

static void numbers_do_not_depend_on_the_locale(void **state) {
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8")) skip();
    json_t *root;
    assert_int_equal(fovea__json_parse("1.5", 3, 9, "f", &root, NULL), FOVEA_OK);
    assert_true(json_real_value(root) == 1.5);
    json_decref(root);
    setlocale(LC_NUMERIC, "C");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_texts_parse),
        cmocka_unit_test(invalid_texts_are_refused),
        cmocka_unit_test(verdicts_that_are_a_choice),
        cmocka_unit_test(nesting_counts_and_bytes_are_limited),
        cmocka_unit_test(errors_tell_line_column_and_byte),
        cmocka_unit_test(getters_name_the_path_of_what_is_wrong),
        cmocka_unit_test(hostile_keys_make_short_clean_paths),
        cmocka_unit_test(numbers_do_not_depend_on_the_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
