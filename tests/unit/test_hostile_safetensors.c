// SPDX-License-Identifier: MIT
// Cases 95 to 134 of the list of hostile inputs: safetensors. (129 and 134 also in test_json.c.)
#include <math.h>

#include "formats/safetensors.h"
#include "unit/hostile.h"

static uint8_t seen;

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__safetensors s;
    const fovea_status status =
        fovea__safetensors_parse(context, bytes, size, HOSTILE_NAME, &s, error);
    if (status != FOVEA_OK) assert_int_equal(s.count, 0);
    for (size_t i = 0; i < s.count; i++)
        for (size_t k = 0; k < s.tensor[i].size; k++) seen ^= s.tensor[i].data[k];
    fovea__safetensors_clear(context, &s);
    return status;
}

static fovea_status parse_any(fovea_context *context, const uint8_t *bytes, size_t size,
                              fovea_error *error) {
    const fovea_status status = parse(context, bytes, size, error);
    if (status != FOVEA_UNSUPPORTED) return status;
    error->status = FOVEA_BAD_FILE;
    return FOVEA_BAD_FILE;
}

// A file of a header length, a header and `data_size` zeros; free() it.
static uint8_t *build(uint64_t length, const char *header, size_t header_size, size_t data_size,
                      size_t *size) {
    *size = 8 + header_size + data_size;
    uint8_t *bytes = calloc(*size, 1);
    assert_non_null(bytes);
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(length >> (8 * i));
    memcpy(bytes + 8, header, header_size);
    return bytes;
}

static void refused(void **state, const char *header, size_t data_size, const char *text) {
    size_t size;
    uint8_t *bytes = build(strlen(header), header, strlen(header), data_size, &size);
    hostile_refused(*state, parse, bytes, size, text);
    free(bytes);
}

static void accepted(void **state, const char *header, size_t data_size) {
    size_t size;
    uint8_t *bytes = build(strlen(header), header, strlen(header), data_size, &size);
    hostile_accepted(*state, parse, bytes, size);
    free(bytes);
}

#define ENTRY(dtype, shape, begin, end) \
    "{\"dtype\":" dtype ",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"
#define ONE(dtype, shape, begin, end) "{\"a\":" ENTRY(dtype, shape, begin, end) "}"

static void cases_95_to_101_header_lengths(void **state) {
    static const struct {
        uint64_t length;
        const char *text;
    } cases[] = {
        {0, "not valid JSON"},  // 96
        {1, "not valid JSON"},  // 97
        {3, "needs 3 bytes, 2 are left"},
        {100000000, "100000000 bytes"},                    // 98
        {100000001, "100000001 bytes"},                    // 99
        {UINT64_C(1) << 63, "9223372036854775808 bytes"},  // 100
        {UINT64_MAX, "18446744073709551615 bytes"},        // 101
    };
    hostile_refused(*state, parse, (const uint8_t *)"\2\0\0\0\0\0\0", 7,
                    "needs 8 bytes, 7 are left");  // 95
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size;
        uint8_t *bytes = build(cases[i].length, "{}", 2, 0, &size);
        hostile_refused(*state, parse, bytes, size, cases[i].text);
        free(bytes);
    }
}

static void cases_102_to_106_headers_that_are_no_object(void **state) {
    refused(state, "{\"\xff\":1}", 0, "not valid JSON");  // 102
    refused(state, "hello", 0, "not valid JSON");         // 103
    refused(state, "[]", 0, "expected an object");        // 104
    refused(state, "7", 0, "expected an object");
    refused(state, "null", 0, "expected an object");
    accepted(state, " {}", 0);  // 105: blanks are accepted
    accepted(state, "{}        ", 0);
    refused(state, "\xef\xbb\xbf{}", 0, "not valid JSON");  // 106
    refused(state, "{}\x01", 0, "not valid JSON");
    refused(state, "{}{}", 0, "not valid JSON");
}

static void cases_107_to_109_names_twice(void **state) {
    const char *entry = ENTRY("\"U8\"", "[1]", "0", "1");
    static const char *const formats[] = {"{\"a\":%s,\"a\":%s}", "{\"a\":%s,\"\\u0061\":%s}"};
    for (int i = 0; i < 2; i++) {
        char header[300];
        snprintf(header, sizeof header, formats[i], entry, entry);
        refused(state, header, 1, "duplicate");
    }
    refused(state,
            "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
            "duplicate");  // 108
}

static void cases_110_and_111_types(void **state) {
    accepted(state, ONE("\"F32\"", "[1]", "0", "4"), 4);
    refused(state, ONE("\"X32\"", "[1]", "0", "4"), 4, "a.dtype: unknown type \"X32\"");
    refused(state, ONE("\"f32\"", "[1]", "0", "4"), 4, "a.dtype: unknown type \"f32\"");
    refused(state, ONE("32", "[1]", "0", "4"), 4, "a.dtype: expected a string");
}

static void cases_112_to_118_shapes(void **state) {
    static const struct {
        const char *shape, *text;
    } cases[] = {
        {"[-1]", "a.shape[0]: -1 is outside 0 to 2147483647"},              // 112
        {"[1.0]", "a.shape[0]: expected an integer"},                       // 113
        {"[1e3]", "a.shape[0]: expected an integer"},                       // 113
        {"[\"3\"]", "a.shape[0]: expected an integer, found a string"},     // 113
        {"[null]", "a.shape[0]: expected an integer, found null"},          // 113
        {"[9007199254740993]", "a.shape[0]: 9007199254740993 is outside"},  // 114
        {"[2,18446744073709551614]", "too big integer"},                    // 115
        {"[4194305,4194305,211106198978564]", "a.shape: more than 2^40"},   // 116
        {"[65536,65536,65536,65536]", "a.shape: more than 2^40"},
        {"[0,9223372036854775808]", "too big integer"},                       // 117
        {"[9223372036854775808,9223372036854775808,0]", "too big integer"},   // 117
        {"[0,2147483647,2147483647,2147483647]", "a.shape: more than 2^40"},  // 117
        {"[2147483647,2147483647,2147483647,0]", "a.shape: more than 2^40"},  // 117
        {"[1,1,1,1,1,1,1,1,1]", "a.shape: 9 dimensions"},                     // 118
        {"3", "a.shape: expected an array"},
        {"[2]", "4 bytes of data for a shape and type of 8 bytes"},              // 125
        {"[1073741825]", "4 bytes of data for a shape and type of 4294967300"},  // 125
        {"[0]", "4 bytes of data for a shape and type of 0"},                    // 125
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char header[300];
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,4]}}", cases[i].shape);
        refused(state, header, 4, cases[i].text);
    }
    accepted(state, ONE("\"F32\"", "[1,1,1,1,1,1,1,1]", "0", "4"), 4);
    accepted(state, ONE("\"F32\"", "[]", "0", "4"), 4);
    accepted(state, ONE("\"F32\"", "[0,5]", "0", "0"), 0);
}

static void case_118_a_million_dimensions(void **state) {
    const size_t count = 1000000;
    char *header = malloc(2 * count + 100);
    assert_non_null(header);
    size_t at = (size_t)sprintf(header, "{\"a\":{\"dtype\":\"U8\",\"shape\":[");
    for (size_t i = 0; i < count; i++, at += 2) memcpy(header + at, "1,", 2);
    strcpy(header + at - 1, "],\"data_offsets\":[0,1]}}");
    refused(state, header, 1, "1000000 dimensions");
    free(header);
}

static void cases_119_to_125_and_130_ranges(void **state) {
    refused(state, ONE("\"U8\"", "[1]", "1", "0"), 1,
            "a.data_offsets[1]: 0 is outside 1 to");  // 119
    refused(state, ONE("\"U8\"", "[2]", "0", "2"), 1,
            "a.data_offsets[1]: 2 is outside 0 to 1");  // 120
    refused(state, ONE("\"U8\"", "[1]", "-1", "0"), 1, "a.data_offsets[0]: -1 is outside");
    refused(
        state,
        "{\"a\":" ENTRY("\"U8\"", "[2]", "0", "2") ",\"b\":" ENTRY("\"U8\"", "[2]", "1", "3") "}",
        3, "b begins 1 bytes before the end");  // 121
    refused(
        state,
        "{\"a\":" ENTRY("\"U8\"", "[1]", "0", "1") ",\"b\":" ENTRY("\"U8\"", "[1]", "2", "3") "}",
        3, "b begins 1 bytes after the end");                                            // 122
    refused(state, ONE("\"U8\"", "[1]", "1", "2"), 2, "a begins 1 bytes after");         // 123
    refused(state, ONE("\"U8\"", "[1]", "0", "1"), 2, "1 bytes after the last tensor");  // 124
    refused(state, "{}", 1, "1 bytes after the last tensor");                            // 124
    refused(state, ONE("\"F32\"", "[1]", "0", "3"), 3, "3 bytes of data");               // 125
    refused(state, "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", 1,
            "a.data_offsets: 1 numbers");  // 130
    refused(state, "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,1]}}", 1,
            "a.data_offsets: 3 numbers");  // 130
    refused(state, "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"offsets\":[0,1]}}", 1,
            "\"data_offsets\" is missing");
    refused(state, "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":0}}", 1,
            "besides dtype, shape");
    refused(state, "{\"a\":3}", 0, "a: expected an object");
    accepted(
        state,
        "{\"b\":" ENTRY("\"U8\"", "[1]", "1", "2") ",\"a\":" ENTRY("\"U8\"", "[1]", "0", "1") "}",
        2);
    accepted(
        state,
        "{\"b\":" ENTRY("\"U8\"", "[2]", "0", "2") ",\"z\":" ENTRY("\"U8\"", "[0]", "0", "0") "}",
        2);
}

// `count` entries of the same range.
static char *many(size_t count, const char *shape, int end) {
    char *header = malloc(count * 70 + 10);
    assert_non_null(header);
    size_t at = (size_t)sprintf(header, "{");
    for (size_t i = 0; i < count; i++)
        at += (size_t)sprintf(header + at,
                              "\"t%zu\":{\"dtype\":\"U8\",\"shape\":[%s],\"data_offsets\":[0,%d]},",
                              i, shape, end);
    header[at - 1] = '}';
    return header;
}

static void cases_126_and_127_very_many_tensors(void **state) {
    char *header = many(10 * 1000 * 1000 / 40, "16", 16);  // 126, what fits into a header of 16 MB
    refused(state, header, 16, "header");
    free(header);
    header = many(1000000, "0", 0);  // 127
    refused(state, header, 0, "at most 16000000 are read");
    free(header);
    header = many(65537, "0", 0);
    refused(state, header, 0, "160000 members");
    free(header);
    header = many(32769, "0", 0);
    refused(state, header, 0, "32769 tensors");
    free(header);
    header = many(5000, "16", 16);
    refused(state, header, 16, "before the end");
    free(header);
    header = many(32768, "0", 0);
    accepted(state, header, 0);
    free(header);
}

static void case_128_metadata(void **state) {
    accepted(state, "{\"__metadata__\":{}}", 0);
    accepted(state, "{\"__metadata__\":{\"a\":\"b\",\"\":\"\"}}", 0);
    refused(state, "{\"__metadata__\":{\"a\":1}}", 0, "__metadata__.a: expected a string");
    refused(state, "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0,
            "__metadata__.a: expected a string");
    refused(state, "{\"__metadata__\":null}", 0, "__metadata__: expected an object");
    refused(state, "{\"__metadata__\":[\"a\"]}", 0, "__metadata__: expected an object");
    const size_t size = 100 * 1000 * 1000;
    char *header = malloc(size + 40);
    assert_non_null(header);
    size_t at = (size_t)sprintf(header, "{\"__metadata__\":{\"a\":\"");
    memset(header + at, 'x', size - at);
    strcpy(header + size, "\"}}");
    refused(state, header, 0, "at most 16000000 are read");
    free(header);
}

static void case_128_a_million_pairs_of_metadata(void **state) {
    const int count = 1000000;
    char *header = malloc((size_t)count * 16 + 40);
    assert_non_null(header);
    size_t at = (size_t)sprintf(header, "{\"__metadata__\":{");
    for (int i = 0; i < count; i++)
        at += (size_t)sprintf(header + at, "%s\"%x\":\"\"", i ? "," : "", i);
    strcpy(header + at, "}}");
    refused(state, header, 0, "members");
    free(header);
}

static void case_129_nested_arrays(void **state) {
    char *header = malloc(100001);
    assert_non_null(header);
    memset(header, '[', 100000);
    header[100000] = '\0';
    refused(state, header, 0, "nested deeper than 32");
    free(header);
}

static void case_131_nan_and_infinity_are_values(void **state) {
    const char *header = ONE("\"F32\"", "[2]", "0", "8");
    size_t size;
    uint8_t *bytes = build(strlen(header), header, strlen(header), 8, &size);
    const float values[2] = {NAN, INFINITY};
    memcpy(bytes + size - 8, values, 8);
    hostile_accepted(*state, parse, bytes, size);
    free(bytes);
}

static void case_132_types_that_are_not_read_are_named(void **state) {
    static const char *const types[] = {"F4",      "F6_E2M3", "F6_E3M2", "F8_E5M2",
                                        "F8_E4M3", "F8_E8M0", "C64"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char header[200], text[64];
        size_t size;
        snprintf(header, sizeof header,
                 "{\"a\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[0,2]}}", types[i]);
        snprintf(text, sizeof text, "type %s are not supported", types[i]);
        uint8_t *bytes = build(strlen(header), header, strlen(header), 2, &size);
        hostile_verdict(*state, parse, bytes, size, FOVEA_UNSUPPORTED, text);
        free(bytes);
    }
    refused(state, ONE("\"BOOL\"", "[3]", "0", "3"), 2, "outside");
    const char *header = ONE("\"BOOL\"", "[3]", "0", "3");
    size_t size;
    uint8_t *bytes = build(strlen(header), header, strlen(header), 3, &size);
    bytes[size - 2] = 1;
    hostile_accepted(*state, parse, bytes, size);
    bytes[size - 1] = 2;  // no truth value
    hostile_refused(*state, parse, bytes, size, "BOOL value 2 at element 2");
    free(bytes);
}

static void case_133_names(void **state) {
    const char *rest = ":" ENTRY("\"U8\"", "[0]", "0", "0") "}";
    static const struct {
        const char *name, *text;  // text NULL: accepted
    } cases[] = {
        {"\\u0000", "not valid JSON"},
        {"", "name of 0 bytes"},
        {"a\\nb", "control character"},
        {"\\u001b[2J", "control character"},
        {"\\u007f", "control character"},
        {"../../etc/passwd", NULL},
        {"%n%s%n", NULL},
        {"gr\xc3\xbc\xc3\x9f", NULL},
    };
    char header[700];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(header, sizeof header, "{\"%s\"%s", cases[i].name, rest);
        if (cases[i].text)
            refused(state, header, 0, cases[i].text);
        else
            accepted(state, header, 0);
    }
    for (int length = 256; length <= 257; length++) {
        snprintf(header, sizeof header, "{\"%0*d\"%s", length, 7, rest);
        if (length > 256)
            refused(state, header, 0, "name of 257 bytes");
        else
            accepted(state, header, 0);
    }
    char *long_header = malloc(1100000);
    assert_non_null(long_header);
    snprintf(long_header, 1100000, "{\"%01000000d\"%s", 7, rest);
    refused(state, long_header, 0, "name of 1000000 bytes");
    free(long_header);
}

// Case 134, the part that is about headers: valid JSON that is no header.
static void case_134_valid_json_that_is_no_header(void **state) {
    static const char *const headers[] = {
        "[[]   ]",
        "[\"a\"]",
        "false",
        "\"x\"",
        "42",
        "{\"a\":[]}",
        "{\"\":0}",
        "{\"min\":-1.0e+28,\"max\":1.0e+28}",
        "{\"asd\":\"sdf\",\"dfg\":\"fgh\"}",
        "{\"a\":{}}",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        refused(state, headers[i], 0, HOSTILE_NAME ": header: ");
}

static void every_truncation_is_refused(void **state) {
    size_t size;
    uint8_t *bytes = hostile_load("tests/golden/safetensors/python.safetensors", &size);
    hostile_every_truncation(*state, parse, bytes, size, NULL);
    free(bytes);
}

static void every_changed_byte_ends_well(void **state) {
    size_t size;
    uint8_t *bytes = hostile_load("tests/golden/safetensors/python.safetensors", &size);
    assert_true(hostile_every_corruption(*state, parse_any, bytes, size) > size);
    free(bytes);
}

static void every_failing_allocation_is_survived(void **state) {
    size_t size;
    uint8_t *bytes = hostile_load("tests/golden/safetensors/python.safetensors", &size);
    assert_int_equal(hostile_every_allocation(*state, parse, bytes, size), 4);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(cases_95_to_101_header_lengths),
        hostile_test(cases_102_to_106_headers_that_are_no_object),
        hostile_test(cases_107_to_109_names_twice),
        hostile_test(cases_110_and_111_types),
        hostile_test(cases_112_to_118_shapes),
        hostile_test(case_118_a_million_dimensions),
        hostile_test(cases_119_to_125_and_130_ranges),
        hostile_test(cases_126_and_127_very_many_tensors),
        hostile_test(case_128_metadata),
        hostile_test(case_128_a_million_pairs_of_metadata),
        hostile_test(case_129_nested_arrays),
        hostile_test(case_131_nan_and_infinity_are_values),
        hostile_test(case_132_types_that_are_not_read_are_named),
        hostile_test(case_133_names),
        hostile_test(case_134_valid_json_that_is_no_header),
        hostile_test(every_truncation_is_refused),
        hostile_test(every_changed_byte_ends_well),
        hostile_test(every_failing_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
