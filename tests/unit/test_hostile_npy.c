// SPDX-License-Identifier: MIT
// Cases 229 to 242 of the list of hostile inputs: npy.
#include "formats/npy.h"
#include "unit/hostile.h"

static uint8_t seen;

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__npy npy;
    const fovea_status status = fovea__npy_read(context, bytes, size, HOSTILE_NAME, &npy, error);
    if (status != FOVEA_OK) assert_null(npy.data);
    for (size_t i = 0; i < npy.size; i++) seen ^= ((uint8_t *)npy.data)[i];
    fovea__npy_clear(context, &npy);
    return status;
}

enum { ROOM = 1 << 20 };
static uint8_t file[ROOM];

// A version 1.0 file with this header text (its line feed included) and `data` zero bytes.
static size_t make_file(const char *header, size_t data) {
    const size_t length = strlen(header);
    memcpy(file, "\x93NUMPY\x01\x00", 8);
    file[8] = (uint8_t)length;
    file[9] = (uint8_t)(length >> 8);
    memcpy(file + 10, header, length);
    memset(file + 10 + length, 0, data);
    return 10 + length + data;
}

typedef struct header_case {
    const char *header;
    size_t data;
    const char *text;  // NULL: must be read
} header_case;

#define F4 "{'descr': '<f4', 'fortran_order': False, 'shape': "
#define TYPE(t) "{'descr': " t ", 'fortran_order': False, 'shape': (2,), }\n"

static const header_case headers[] = {
    // 232: types that are not read, the pickle first
    {TYPE("'|O'"), 16, "Python objects"},
    {TYPE("'O'"), 16, "are not read"},
    {TYPE("'<f16'"), 32, "type '<f16'"},
    {TYPE("'<c8'"), 16, "complex"},
    {TYPE("'<U9999999'"), 16, "text"},
    {TYPE("'|S3'"), 6, "text"},
    {TYPE("'|V8'"), 16, "records"},
    {TYPE("[('a', '<f4'), ('b', '<f4')]"), 16, "records"},
    {TYPE("''"), 8, "type ''"},
    {TYPE("'f4'"), 8, "type 'f4'"},
    {TYPE("'|f4'"), 8, "type '|f4'"},
    {TYPE("'=f4'"), 8, "type '=f4'"},
    {TYPE("4"), 8, "string in quotes"},
    // 235
    {"{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }\n", 8, NULL},
    {"{'descr': '<f4', 'fortran_order': 1, 'shape': (2,), }\n", 8, "True or False"},
    {"{'descr': '<f4', 'shape': (2,), }\n", 8, "lacks 'fortran_order'"},
    {"{'fortran_order': False, 'shape': (2,), }\n", 8, "lacks 'descr'"},
    {"{'descr': '<f4', 'fortran_order': False}\n", 8, "lacks 'shape'"},
    // 236
    {F4 "(-1,), }\n", 4, "without sign"},
    {F4 "(9223372036854775808, 2), }\n", 0, "larger than 2147483647"},
    {F4 "(99999999999999999999999999,), }\n", 0, "larger than 2147483647"},
    {F4 "(2147483647, 2147483647, 2147483647), }\n", 4, "do not give the 4 bytes"},
    {F4 "(1.5,), }\n", 4, "','"},
    {F4 "('3',), }\n", 12, "decimal number"},
    {F4 "((3,),), }\n", 12, "decimal number"},
    {F4 "(3), }\n", 12, "must be a tuple"},
    {F4 "3, }\n", 12, "'('"},
    {F4 "[3], }\n", 12, "'('"},
    {F4 "(,), }\n", 4, "decimal number"},
    {F4 "(1, 1, 1, 1, 1, 1, 1, 1, 1), }\n", 4, "more than 8"},
    {F4 "(3,,), }\n", 12, "decimal number"},
    {F4 "(0x3,), }\n", 12, "','"},
    // 237
    {F4 "(2,), 'extra': 1}\n", 8, "unknown key 'extra'"},
    {F4 "(2,), 'shape': (2,)}\n", 8, "twice the key 'shape'"},
    // 238
    {F4 "__import__('os'), }\n", 8, "'('"},
    {F4 "(10**10**10,), }\n", 8, "','"},
    {"__import__('os').system('true')\n", 0, "'{'"},
    {"{'descr': '<f4' + '', 'fortran_order': False, 'shape': (2,)}\n", 8, "','"},
    {"{'desc\\x72': '<f4', 'fortran_order': False, 'shape': (2,)}\n", 8, "not a string"},
    // 239
    {F4 "(2,), }", 8, "line feed"},
    {F4 "(2,), }\n\n", 8, "line feed"},
    {F4 "(2,), } x\n", 8, "line feed"},
    // 240
    {F4 "(2,), }\n", 7, "the 7 bytes"},
    {F4 "(2,), }\n", 9, "the 9 bytes"},
    {F4 "(2,), }\n", 0, "the 0 bytes"},
    // 242 and other good forms
    {F4 "(), }\n", 4, NULL},
    {F4 "(0,), }\n", 0, NULL},
    {F4 "(2147483647, 2147483647, 2147483647, 0), }\n", 0, NULL},
    {F4 "(2147483647, 2147483647, 2147483647, 0), }\n", 4, "the 4 bytes"},
    {F4 "(2,)}\n", 8, NULL},
    {F4 "(2L, 1L), }\n", 8, NULL},
    {F4 "(2, 1,), }\n", 8, NULL},
    {"{\"shape\":(1,2),\"fortran_order\":False,\"descr\":\">f4\"}      \n", 8, NULL},
};

static void cases_232_to_242_headers(void **state) {
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        const size_t size = make_file(headers[i].header, headers[i].data);
        if (headers[i].text == NULL) {
            hostile_accepted(*state, parse, file, size);
        } else {
            hostile_refused(*state, parse, file, size, headers[i].text);
        }
    }
}

static void case_229_wrong_magic(void **state) {
    const size_t size = make_file(F4 "(2,), }\n", 8);
    file[6] = 'X';
    hostile_refused(*state, parse, file, size, "version");
    file[5] = 'X';
    hostile_refused(*state, parse, file, size, "not an .npy file");
}

static void case_230_version_4(void **state) {
    const size_t size = make_file(F4 "(2,), }\n", 8);
    file[6] = 4;
    hostile_refused(*state, parse, file, size, "version 4.0");
    file[6] = 0;
    hostile_refused(*state, parse, file, size, "version 0.0");
    file[6] = 1;
    file[7] = 1;
    hostile_refused(*state, parse, file, size, "version 1.1");
}

static void case_231_header_length(void **state) {
    hostile_heap *heap = *state;
    const size_t size = make_file(F4 "(2,), }\n", 8);
    file[8] = file[9] = 0;
    hostile_refused(heap, parse, file, size, "'{'");
    file[8] = file[9] = 0xff;
    hostile_refused(heap, parse, file, size, "65535 bytes, at most 10000");
    file[8] = 200;
    file[9] = 0;
    hostile_refused(heap, parse, file, size, "header");
    file[6] = 2;
    memset(file + 8, 0xff, 4);
    hostile_refused(heap, parse, file, size, "4294967295 bytes, at most 10000");
    assert_true(fovea__memory_peak(heap->context) < 65536);
}

static void case_236_many_dimensions_and_238_deep_parentheses(void **state) {
    static char header[9000];
    strcpy(header, F4 "(");
    for (int i = 0; i < 4000; i++) strcat(header, "1,");
    strcat(header, "), }\n");
    hostile_refused(*state, parse, file, make_file(header, 4), "more than 8");
    strcpy(header, F4);
    memset(header + strlen(header), '(', 5000);
    header[sizeof F4 - 1 + 5000] = '\n';
    header[sizeof F4 - 1 + 5001] = '\0';
    hostile_refused(*state, parse, file, make_file(header, 4), "decimal number");
}

static void a_bool_is_0_or_1(void **state) {
    const size_t size = make_file(TYPE("'|b1'"), 2);
    file[size - 1] = 1;
    hostile_accepted(*state, parse, file, size);
    file[size - 1] = 2;
    hostile_refused(*state, parse, file, size, "a bool has the value 2");
}

static void every_truncation(void **state) {
    const size_t size = make_file(F4 "(3,), }\n", 12);
    hostile_every_truncation(*state, parse, file, size, NULL);
}

static void every_single_byte_changed(void **state) {
    static uint8_t copy[512];
    const size_t size =
        make_file("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }     \n", 12);
    memcpy(copy, file, size);
    // Twelve data bytes may be anything and blanks may be tabs; nearly all else is found.
    assert_true(hostile_every_corruption(*state, parse, copy, size) >= 4 * (size - 32));
}

static void every_allocation_may_fail(void **state) {
    const size_t size = make_file(F4 "(2,), }\n", 8);
    assert_int_equal(hostile_every_allocation(*state, parse, file, size), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(case_229_wrong_magic),
        hostile_test(case_230_version_4),
        hostile_test(case_231_header_length),
        hostile_test(cases_232_to_242_headers),
        hostile_test(case_236_many_dimensions_and_238_deep_parentheses),
        hostile_test(a_bool_is_0_or_1),
        hostile_test(every_truncation),
        hostile_test(every_single_byte_changed),
        hostile_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
