// SPDX-License-Identifier: MIT
// Cases 191 to 227 of the list of hostile inputs: zip archives, pickles and what they say of
// tensors.
#include "formats/pth.h"
#include "unit/hostile.h"
#include "unit/zip_builder.h"

static uint8_t seen;

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__tensor_list list;
    fovea_status status = fovea__pth_read(context, bytes, size, HOSTILE_NAME, &list, error);
    for (size_t i = 0; i < list.count; i++)
        for (size_t b = 0; b < list.item[i].size; b++) seen ^= list.item[i].data[b];
    fovea__list_clear(&list);
    return status;
}

// A dict of one tensor `a` of four floats; parts are replaced by the cases.
#define TEXT(length, text) "X" length "\0\0\0" text
#define DICT(value) "\x80\x02}" TEXT("\x01", "a") value "s."
#define ID(type, key, count) \
    "(" TEXT("\x07", "storage") "c" type "\n" key TEXT("\x03", "cpu") count "tQ"
#define FLOATS ID("torch\nFloatStorage", TEXT("\x01", "0"), "K\x04")
#define REBUILD(storage, layout)                          \
    "ctorch._utils\n_rebuild_tensor_v2\n(" storage layout \
    "\x89"                                                \
    "ccollections\nOrderedDict\n)RtR"
#define GOOD REBUILD(FLOATS, "K\x00K\x04\x85K\x01\x85")
#define LONG8(bytes) "\x8a\x08" bytes

static const char good_pickle[] = DICT(GOOD);
static const float floats[] = {1, 2, 3, 4};

static zip_builder good_zip(const void *pickle, size_t size) {
    zip_builder z = {0};
    zip_add(&z, "net/data.pkl", pickle, size);
    zip_add(&z, "net/data/0", floats, sizeof floats);
    zip_add(&z, "net/version", "3\n", 2);
    zip_finish(&z);
    return z;
}

static zip_builder good(void) {
    return good_zip(good_pickle, sizeof good_pickle - 1);
}

static void refused(hostile_heap *heap, zip_builder *z, fovea_status status, const char *text) {
    if (status == FOVEA_OK)
        hostile_accepted(heap, parse, z->bytes, z->size);
    else
        hostile_verdict(heap, parse, z->bytes, z->size, status, text);
    free(z->bytes);
}

static void cases_191_to_194_and_198_end_records(void **state) {
    static const struct {
        int at, size;
        uint64_t value;
        const char *text;
    } patches[] = {{0, 4, 0, "no end record"},                     // 191
                   {16, 4, 1 << 20, "does not reach"},             // 192
                   {16, 4, 0xfffffffe, "does not reach"},          // 192
                   {8, 4, 0xffffffff, "too small for that many"},  // 193
                   {10, 2, 1, "end record of the zip archive"},    // 193
                   {8, 4, 0x00020002, "bytes behind"},             // 193
                   {20, 2, 1, "end record of the zip archive"},    // a comment
                   {4, 2, 7, "end record of the zip archive"},     // several disks
                   {12, 4, 5, "does not reach"}};
    for (size_t i = 0; i < sizeof patches / sizeof patches[0]; i++) {
        zip_builder z = good();
        zip_patch(&z, z.end + (size_t)patches[i].at, patches[i].value, patches[i].size);
        refused(*state, &z, FOVEA_BAD_FILE, patches[i].text);
    }
    zip_builder z = good();  // 194
    zip_patch(&z, z.entry[1] + 20, UINT64_MAX, 8);
    refused(*state, &z, FOVEA_BAD_FILE, "differs from the directory");
    z = good();  // 198: two end records, or bytes in front of the first member
    uint8_t end[ZIP_END];
    memcpy(end, z.bytes + z.end, ZIP_END);
    zip_put(&z, end, ZIP_END);
    refused(*state, &z, FOVEA_BAD_FILE, "does not reach");
    z = (zip_builder){0};
    zip_put(&z, "PK\3\4", 4);
    zip_add(&z, "net/data.pkl", good_pickle, sizeof good_pickle - 1);
    zip_finish(&z);
    refused(*state, &z, FOVEA_BAD_FILE, "belong to none");
    z = good();
    hostile_refused(*state, parse, z.bytes, z.size - 1, "no end record");
    hostile_refused(*state, parse, z.bytes, 10, "too short");
    free(z.bytes);
}

// 195: each field of a local header, and 199 to 201 in both places.
static void cases_195_and_199_to_201_headers(void **state) {
    static const struct {
        int at, size;
        uint64_t value;
    } local[] = {{6, 2, 0x800}, {8, 2, 8},  {14, 4, 1},  {18, 4, 1},
                 {22, 4, 1},    {26, 2, 9}, {30, 1, 'm'}};
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
        zip_builder z = good();
        zip_patch(&z, z.local[1] + (size_t)local[i].at, local[i].value, local[i].size);
        refused(*state, &z, FOVEA_BAD_FILE, "differs from the directory");
    }
    static const struct {
        int at, size;  // in the entry; two less in the local header
        uint64_t value;
        fovea_status status;
        const char *text;
    } both[] = {{8, 2, 1, FOVEA_UNSUPPORTED, "encrypted"},
                {8, 2, 0x40, FOVEA_UNSUPPORTED, "unknown flags"},
                {8, 2, 0x2000, FOVEA_UNSUPPORTED, "unknown flags"},
                {8, 2, 8, FOVEA_BAD_FILE, "descriptor"},
                {16, 4, 0x12345678, FOVEA_BAD_FILE, "CRC"},  // 200
                {10, 2, 8, FOVEA_BAD_FILE, "inflate"},       // 201
                {10, 2, 12, FOVEA_UNSUPPORTED, "method 12"},
                {10, 2, 14, FOVEA_UNSUPPORTED, "method 14"},
                {10, 2, 99, FOVEA_UNSUPPORTED, "method 99"},
                {24, 4, 15, FOVEA_BAD_FILE, "two sizes"}};
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++) {
        zip_builder z = good();
        zip_patch(&z, z.entry[1] + (size_t)both[i].at, both[i].value, both[i].size);
        zip_patch(&z, z.local[1] + (size_t)both[i].at - 2, both[i].value, both[i].size);
        refused(*state, &z, both[i].status, both[i].text);
    }
    zip_builder z = good();
    z.bytes[z.data[1]] ^= 1;  // 200
    refused(*state, &z, FOVEA_BAD_FILE, "CRC");
}

static void cases_196_197_202_and_203_members(void **state) {
    zip_builder z = good();
    zip_patch(&z, z.entry[2] + 42, z.local[1], 4);  // 196
    refused(*state, &z, FOVEA_BAD_FILE, "overlap");
    z = (zip_builder){0};  // 197
    zip_add(&z, "net/data.pkl", good_pickle, sizeof good_pickle - 1);
    zip_add(&z, "net/data.pkl", good_pickle, sizeof good_pickle - 1);
    zip_finish(&z);
    refused(*state, &z, FOVEA_BAD_FILE, "are called net/data.pkl");
    z = (zip_builder){0};
    zip_add(&z, "a/data.pkl", good_pickle, sizeof good_pickle - 1);
    zip_add(&z, "b/data.pkl", good_pickle, sizeof good_pickle - 1);
    zip_finish(&z);
    refused(*state, &z, FOVEA_BAD_FILE, "two members data.pkl");
    static const char *const names[] = {"../../x", "/x", "a\\b", "a/../b", "a\nb", "\xff", ".."};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        z = (zip_builder){0};
        zip_add(&z, "net/data.pkl", good_pickle, sizeof good_pickle - 1);
        zip_add(&z, names[i], "x", 1);
        zip_finish(&z);
        refused(*state, &z, FOVEA_BAD_FILE, "whose name is");
    }
    z = good();
    zip_builder outer = {0};  // 203
    zip_add(&outer, "net/data.pkl", z.bytes, z.size);
    zip_finish(&outer);
    free(z.bytes);
    refused(*state, &outer, FOVEA_BAD_FILE, "no pickle of protocol 2 to 5");
}

static void cases_204_to_208_what_is_in_the_archive(void **state) {
    zip_builder z = {0};
    zip_add(&z, "net/data/0", floats, sizeof floats);
    zip_finish(&z);
    refused(*state, &z, FOVEA_BAD_FILE, "no member data.pkl");  // 204
    z = (zip_builder){0};
    zip_add(&z, "net/data.pkl", good_pickle, sizeof good_pickle - 1);
    zip_finish(&z);
    refused(*state, &z, FOVEA_BAD_FILE, "no member net/data/0");  // 205
    for (int i = -1; i <= 1; i += 2) {
        z = (zip_builder){0};
        zip_add(&z, "net/data.pkl", good_pickle, sizeof good_pickle - 1);
        zip_add(&z, "net/data/0", (float[5]){0}, (size_t)(16 + i));
        zip_finish(&z);
        refused(*state, &z, FOVEA_BAD_FILE, "16 are needed");  // 206
    }
    z = (zip_builder){0};
    zip_add(&z, "net/data.pkl", good_pickle, sizeof good_pickle - 1);
    zip_add(&z, "net/byteorder", "big", 3);
    zip_finish(&z);
    refused(*state, &z, FOVEA_UNSUPPORTED, "byte order");  // 207
    z = (zip_builder){0};
    zip_add(&z, "net/data.pkl", good_pickle, sizeof good_pickle - 1);
    zip_add(&z, "net/constants.pkl", "x", 1);
    zip_finish(&z);
    refused(*state, &z, FOVEA_UNSUPPORTED, "TorchScript");  // 208
    char tar[512] = "pickle";
    memcpy(tar + 257, "ustar", 5);
    hostile_verdict(*state, parse, (uint8_t *)tar, sizeof tar, FOVEA_UNSUPPORTED, "tar form");
    hostile_verdict(*state, parse, (const uint8_t *)good_pickle, sizeof good_pickle - 1,
                    FOVEA_UNSUPPORTED, "torch.save did not write");
}

typedef struct pickle_case {
    const char *bytes;
    size_t size;
    fovea_status status;
    const char *text;
} pickle_case;

#define CASE(bytes, status, text) \
    { bytes, sizeof(bytes) - 1, FOVEA_##status, text }

static const pickle_case pickles[] = {
    CASE(DICT(GOOD), OK, ""),
    // 209 to 211: nothing is called that the list has not
    CASE(DICT("cos\nsystem\n" TEXT("\x04", "true") "\x85R"), UNSUPPORTED, "'os.system'"),
    CASE(DICT("cposix\nsystem\n" TEXT("\x04", "true") "\x85R"), UNSUPPORTED, "'posix.system'"),
    CASE(DICT("cbuiltins\neval\n)R"), UNSUPPORTED, "'builtins.eval'"),
    CASE(DICT("c__builtin__\nexec\n)R"), UNSUPPORTED, "'__builtin__.exec'"),
    CASE(DICT("ctorch.nn.modules.linear\nLinear\n)\x81}b"), UNSUPPORTED, "a whole module"),
    CASE(DICT("\x8c\x02os\x8c\x06system\x93)R"), UNSUPPORTED, "'os.system'"),
    CASE(DICT("K\x01K\x02\x93)R"), BAD_FILE, "no text"),
    CASE(DICT("(ios\nsystem\n"), BAD_FILE, "INST"),
    CASE(DICT("(o"), BAD_FILE, "OBJ"),
    CASE(DICT("\x82\x01"), BAD_FILE, "EXT1"),
    CASE(DICT("ccollections\nOrderedDict\n)}\x92"), BAD_FILE, "NEWOBJ_EX"),
    CASE(DICT("ctorch\nFloatStorage\n)R"), BAD_FILE, "calls a type"),
    CASE(DICT("K\x01)R"), BAD_FILE, "no function"),
    CASE(DICT("ctorch\n\xff\n"), BAD_FILE, "no UTF-8"),
    // 212: memo
    CASE(DICT("h\x05"), BAD_FILE, "never set"),
    CASE(DICT("j\xff\xff\xff\xff"), BAD_FILE, "never set"),
    CASE(DICT("Nr\xff\xff\xff\xff"), BAD_FILE, "memo index over a million"),
    // 213, 214: stack
    CASE("\x80\x02R.", BAD_FILE, "empty stack"),
    CASE("\x80\x02K\x01\x87.", BAD_FILE, "empty stack"),
    CASE("\x80\x02(u.", BAD_FILE, "empty stack"),
    CASE("\x80\x02s.", BAD_FILE, "empty stack"),
    CASE("\x80\x02K\x01K\x02s.", BAD_FILE, "empty stack"),
    CASE("\x80\x02K\x01K\x02K\x03s.", BAD_FILE, "no dict"),
    CASE("\x80\x02K\x01K\x02"
         "a.",
         BAD_FILE, "no list"),
    CASE("\x80\x02}(K\x01u.", BAD_FILE, "without a value"),
    CASE("\x80\x02t.", BAD_FILE, "no mark"),
    CASE("\x80\x02(\x85.", BAD_FILE, "mark for a value"),
    CASE("\x80\x02}}.", BAD_FILE, "leaves values behind"),
    CASE("\x80\x02.", BAD_FILE, "empty stack"),
    // 215, 216: lengths
    CASE("\x80\x02X\xff\xff\xff\xff", BAD_FILE, "text needs 4294967295 bytes"),
    CASE("\x80\x02\x8a\xff", BAD_FILE, "more than 64 bits"),
    CASE("\x80\x02X\x01\0\0\0\xff.", BAD_FILE, "no UTF-8"),
    CASE("\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xff}.", BAD_FILE, "frame"),
    // 217: a list in itself, with and without a tensor beside it
    CASE(DICT("]q\x00h\x00"
              "a"),
         BAD_FILE, "nested deeper"),
    CASE(DICT("]q\x00(h\x00" GOOD "e"), BAD_FILE, "nested deeper"),
    // 218 to 220
    CASE("\x80\x02}", BAD_FILE, "next opcode of a pickle needs 1 bytes"),
    CASE("\x80\x02}.}", BAD_FILE, "bytes after the pickle"),
    CASE("(dp0\n.", BAD_FILE, "no pickle of protocol 2 to 5"),
    CASE("}.", BAD_FILE, "no pickle of protocol 2 to 5"),
    CASE("\x80\x01}.", BAD_FILE, "protocol 1"),
    CASE("\x80\x06}.", BAD_FILE, "protocol 6"),
    CASE("\x80\x05}.", OK, ""),
    // 221, 222: storages
    CASE(DICT(REBUILD("K\x01Q", "K\x00))")), BAD_FILE, "persistent id"),
    CASE(DICT(REBUILD("(K\x01tQ", "K\x00))")), BAD_FILE, "persistent id"),
    CASE(DICT(REBUILD(ID("torch\nFloatStorage", TEXT("\x04", "../0"), "K\x04"), "K\x00))")),
         BAD_FILE, "no word of letters"),
    CASE(
        DICT(REBUILD(ID("torch\nFloatStorage", TEXT("\x01", "0"), "J\xff\xff\xff\xff"), "K\x00))")),
        BAD_FILE, "-1 elements"),
    CASE(DICT(REBUILD(ID("torch\nFloatStorage", TEXT("\x01", "0"), LONG8("\x01\0\0\0\0\0\0\x40")),
                      "K\x00))")),
         BAD_FILE, "4611686018427387905 elements"),
    CASE(DICT(REBUILD(ID("torch\nComplexFloatStorage", TEXT("\x01", "0"), "K\x04"), "K\x00))")),
         UNSUPPORTED, "ComplexFloatStorage"),
    CASE(DICT(REBUILD("N", "K\x00))")), BAD_FILE, "without a storage"),
    // 223 to 225: offset, size, stride
    CASE(DICT(REBUILD(FLOATS, "K\x01K\x04\x85K\x01\x85")), BAD_FILE, "reaches past the 4"),
    CASE(DICT(REBUILD(FLOATS, "J\xff\xff\xff\xffK\x04\x85K\x01\x85")), BAD_FILE, "no count"),
    CASE(DICT(REBUILD(FLOATS, LONG8("\xff\xff\xff\xff\xff\xff\xff\x7f") "K\x01\x85K\x01\x85")),
         BAD_FILE, "reaches past the 4"),
    CASE(DICT(REBUILD(FLOATS, "K\x00K\x04\x85J\xff\xff\xff\xff\x85")), BAD_FILE, "stride -1"),
    CASE(DICT(REBUILD(FLOATS, "K\x00K\x04\x85K\x00\x85")), OK, ""),
    CASE(DICT(REBUILD(FLOATS, "K\x00K\x02\x85K\x03\x85")), OK, ""),
    CASE(DICT(REBUILD(FLOATS, "K\x00K\x02K\x02\x86K\x01K\x02\x86")), OK, ""),
    CASE(DICT(REBUILD(FLOATS, "K\x00K\x04\x85" LONG8("\0\0\0\0\0\0\0\x40") "\x85")), BAD_FILE,
         "reaches past the 4"),
    CASE(DICT(REBUILD(FLOATS, "K\x00J\0\0\0\x10\x85K\x00\x85")), BAD_FILE, "too much for this"),
    CASE(DICT(REBUILD(FLOATS, "K\x00J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86K\x00K\x00\x86")),
         BAD_FILE, "2^40"),
    CASE(DICT(REBUILD(FLOATS, "K\x00K\x00\x85K\x01\x85")), OK, ""),
    CASE(DICT(REBUILD(FLOATS,
                      "K\x00)"
                      ")")),
         OK, ""),
    CASE(DICT(REBUILD(FLOATS, "K\x00K\x04\x85)")), BAD_FILE, "1 dimensions and 0 strides"),
    CASE(DICT(REBUILD(FLOATS, "K\x00K\x04\x85N")), BAD_FILE, "no tuple"),
    CASE(DICT(REBUILD(FLOATS, "K\x00(K\1K\1K\1K\1K\1K\1K\1K\1K\1t)")), BAD_FILE, "9 dimensions"),
    CASE(DICT(REBUILD(FLOATS, "K\x00N\x85N\x85")), BAD_FILE, "no integer"),
    // 226, 227: another type for the same storage; two tensors of one
    CASE(DICT(REBUILD(ID("torch\nDoubleStorage", TEXT("\x01", "0"), "K\x04"), "K\x00))")), BAD_FILE,
         "32 are needed"),
    CASE("\x80\x02}(" TEXT("\x01", "a") GOOD TEXT("\x01", "b") GOOD "u.", OK, ""),
    CASE("\x80\x02}(" TEXT("\x01", "a") GOOD TEXT("\x01", "b")
             REBUILD(ID("torch\nIntStorage", TEXT("\x01", "0"), "K\x04"), "K\x00))") "u.",
         BAD_FILE, "two types or sizes"),
    // names
    CASE("\x80\x02}(" TEXT("\x01", "a") GOOD TEXT("\x01", "a") GOOD "u.", BAD_FILE,
         "two tensors are called a"),
    CASE("\x80\x02}" TEXT("\x01", "\n") GOOD "s.", BAD_FILE, "control"),
    CASE("\x80\x02}" TEXT("\x02", "a\0") GOOD "s.", BAD_FILE, "control"),
    CASE("\x80\x02}" TEXT("\0", "") GOOD "s.", BAD_FILE, "empty"),
    CASE("\x80\x02}N" GOOD "s.", BAD_FILE, "no text"),
    CASE("\x80\x02K\x01.", BAD_FILE, "holds no tensors"),
};

static void cases_209_to_227_pickles(void **state) {
    for (size_t i = 0; i < sizeof pickles / sizeof pickles[0]; i++) {
        zip_builder z = good_zip(pickles[i].bytes, pickles[i].size);
        refused(*state, &z, pickles[i].status, pickles[i].text);
    }
}

// Many small things: each may take a few bytes of memory, and a moment.
static void case_214_very_many_opcodes(void **state) {
    enum { MANY = 4 << 20 };
    static const struct {
        const char *repeated, *text;
    } cases[] = {{"(", "two million opcodes"},
                 {"N", "a million values"},
                 {"]", "a million values"},
                 {"h\x01", "two million opcodes"},
                 {"0", "opcode 0x30"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *bytes = malloc(MANY);
        assert_non_null(bytes);
        size_t length = strlen(cases[i].repeated);
        memcpy(bytes, "\x80\x02](Nq\x01", 7);
        for (size_t at = 7; at < MANY; at++) bytes[at] = cases[i].repeated[(at - 7) % length];
        zip_builder z = good_zip(bytes, MANY);
        free(bytes);
        refused(*state, &z, FOVEA_BAD_FILE, cases[i].text);
    }
}

// 241 for .pth: a storage that inflates to far more than the file.
static void a_storage_that_inflates_too_far(void **state) {
    enum { LARGE = 64 << 20 };
    uint8_t *zeros = calloc(1, LARGE);
    assert_non_null(zeros);
    zip_builder z = {0};
    static const char pickle[] =
        DICT(REBUILD(ID("torch\nByteStorage", TEXT("\x01", "0"), "J\0\0\0\x04"),
                     "K\x00J\0\0\0\x04\x85K\x01\x85"));
    zip_add(&z, "net/data.pkl", pickle, sizeof pickle - 1);
    zip_add_deflated(&z, "net/data/0", zeros, LARGE);
    zip_finish(&z);
    free(zeros);
    refused(*state, &z, FOVEA_BAD_FILE, "too many for this file");
}

static void every_cut_and_every_changed_byte(void **state) {
    zip_builder z = good();
    fovea_error error;
    for (size_t size = 0; size < z.size; size++)
        assert_int_not_equal(hostile_run(*state, parse, z.bytes, size, &error), FOVEA_OK);
    for (size_t i = 0; i < z.size; i++)
        for (int k = 0; k < 3; k++) {
            static const uint8_t change[] = {1, 0x80, 0xff};
            z.bytes[i] ^= change[k];
            hostile_run(*state, parse, z.bytes, z.size, &error);
            z.bytes[i] ^= change[k];
        }
    free(z.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(cases_191_to_194_and_198_end_records),
        hostile_test(cases_195_and_199_to_201_headers),
        hostile_test(cases_196_197_202_and_203_members),
        hostile_test(cases_204_to_208_what_is_in_the_archive),
        hostile_test(cases_209_to_227_pickles),
        hostile_test(case_214_very_many_opcodes),
        hostile_test(a_storage_that_inflates_too_far),
        hostile_test(every_cut_and_every_changed_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
