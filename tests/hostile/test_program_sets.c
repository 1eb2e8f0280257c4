// SPDX-License-Identifier: MIT
// Cases 63 to 94 and 270 on the command line: IDX, gzip, CIFAR and folders of pictures.
#include <zlib.h>

#include "hostile/program.h"

enum { COUNT = 20, SIDE = 6, RECORD = 3073, RECORD_100 = 3074 };

static uint8_t pictures[16 + COUNT * SIDE * SIDE], labels[8 + COUNT];

static void put_u32(uint8_t *bytes, uint32_t value) {
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

#define PICTURES "mnist/train-images-idx3-ubyte"
#define LABELS "mnist/train-labels-idx1-ubyte"

// A good set of 20 pictures.
static void good_set(program *p) {
    for (size_t i = 0; i < sizeof pictures; i++) pictures[i] = (uint8_t)(i * 7);
    put_u32(pictures, 0x803);
    put_u32(pictures + 4, COUNT);
    put_u32(pictures + 8, SIDE);
    put_u32(pictures + 12, SIDE);
    put_u32(labels, 0x801);
    put_u32(labels + 4, COUNT);
    for (int i = 0; i < COUNT; i++) labels[8 + i] = (uint8_t)(i % 10);
    program_file(p, PICTURES, pictures, sizeof pictures);
    program_file(p, LABELS, labels, sizeof labels);
}

static void info(program *p, const char *set) {
    program_run(p, "data", "info", set, "--data-dir", ".", "--threads", "1");
}

// `data info` and `train` on the set: both refused with that code, and nothing left behind.
static void refused(program *p, const char *set, const char *what, int code, const char *name,
                    const char *text, int64_t size) {
    uint64_t before = program_folder_hash(p->place.path);
    for (int command = 0; command < 2; command++) {
        if (command)
            program_run(p, "train", "--arch", "flatten, linear 10", "--data", set, "--data-dir",
                        ".", "-o", "run", "--epochs", "1", "--threads", "1");
        else
            info(p, set);
        program_ended_well(p, what, 2 * size);
        program_refused(p, what, code, name, text);
        if (program_folder_hash(p->place.path) != before) fail_msg("%s: files were left", what);
    }
}

static void accepted(program *p, const char *set, const char *what, const char *text) {
    info(p, set);
    program_ended_well(p, what, 0);
    if (p->code != 0 || !strstr(p->text, text)) fail_msg("%s: %s%s", what, p->text, p->message);
}

// With the file of pictures replaced.
static void bad_pictures(program *p, const char *what, const void *bytes, size_t size,
                         const char *text) {
    good_set(p);
    program_file(p, PICTURES, bytes, size);
    refused(p, "mnist", what, 3, "train-images-idx3-ubyte", text, (int64_t)size);
}

static void a_good_set_is_read(void **state) {
    good_set(*state);
    accepted(*state, "mnist", "good", "20");
}

static void cases_63_to_75_and_85_headers_and_sizes(void **state) {
    program *p = *state;
    good_set(p);
    for (size_t size = 0; size < 16; size++)
        bad_pictures(p, "63 a short header", pictures, size, "");
    static const struct {
        const char *what;
        size_t at;
        uint8_t bytes[8];
        size_t count;
        const char *text;
    } cases[] = {
        {"64 labels where pictures belong", 0, {0, 0, 8, 1}, 4, "rank is 1"},
        {"65 byte-swapped magic", 0, {3, 8, 0, 0}, 4, "reverse"},
        {"66 unknown type", 2, {10}, 1, "0a (unknown)"},
        {"67 rank 0", 3, {0}, 1, "rank is 0"},
        {"68 rank 255", 3, {255}, 1, "rank is 255"},
        {"69 no pictures", 4, {0, 0, 0, 0}, 4, "first IDX dimension"},
        {"70 2^32-1 pictures", 4, {255, 255, 255, 255}, 4, "4294967295x6x6"},
        {"71 product wraps 2^32", 4, {0, 1, 0, 0, 0, 1, 0, 0}, 8, "bytes"},
        {"72 product wraps 2^64", 3, {4, 0, 1, 0, 0, 0, 1, 0}, 8, ""},
        {"73 no rows", 8, {0, 0, 0, 0}, 4, "second IDX dimension"},
        {"85 float", 2, {13}, 1, "32-bit float"},
        {"5 a web page", 0, "<!DOCTYP", 8, "not an IDX file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[sizeof pictures];
        memcpy(bytes, pictures, sizeof bytes);
        memcpy(bytes + cases[i].at, cases[i].bytes, cases[i].count);
        bad_pictures(p, cases[i].what, bytes, sizeof bytes, cases[i].text);
    }
    uint8_t longer[sizeof pictures + 1] = {0};
    memcpy(longer, pictures, sizeof pictures);
    bad_pictures(p, "74 one byte short", pictures, sizeof pictures - 1, "719 follow");
    bad_pictures(p, "75 one byte long", longer, sizeof longer, "721 follow");
}

static void cases_76_and_77_labels(void **state) {
    program *p = *state;
    good_set(p);
    labels[8 + 3] = 10;
    program_file(p, LABELS, labels, sizeof labels);
    refused(p, "mnist", "76 label 10", 3, "train-labels-idx1-ubyte", "label number 3 is 10", 0);
    labels[8 + 3] = 255;
    program_file(p, LABELS, labels, sizeof labels);
    refused(p, "mnist", "76 label 255", 3, "train-labels-idx1-ubyte", "label number 3 is 255", 0);
    labels[8 + 3] = 3;
    put_u32(labels + 4, COUNT - 1);
    program_file(p, LABELS, labels, sizeof labels - 1);
    refused(p, "mnist", "77 other counts", 3, "idx", "20 pictures", 0);
}

static size_t make_gz(const void *content, size_t size, int level, uint8_t *out, size_t room) {
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)content,
                       .avail_in = (uInt)size,
                       .next_out = out,
                       .avail_out = (uInt)room};
    deflateInit2(&stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return room - stream.avail_out;
}

static uint8_t packed[1 << 17];

static void good_gz(program *p, size_t *size) {
    good_set(p);
    remove(scratch_name(&p->place, PICTURES));
    *size = make_gz(pictures, sizeof pictures, 9, packed, sizeof packed);
    program_file(p, PICTURES ".gz", packed, *size);
}

static void bad_gz(program *p, const char *what, size_t size, const char *text) {
    program_file(p, PICTURES ".gz", packed, size);
    refused(p, "mnist", what, 3, "idx3-ubyte.gz", text, (int64_t)size);
}

static void cases_78_to_84_gzip(void **state) {
    program *p = *state;
    size_t size;
    good_gz(p, &size);
    accepted(p, "mnist", "84 gz", "20");
    packed[size - 8] ^= 1;
    bad_gz(p, "78 bad CRC-32", size, "CRC-32");
    packed[size - 8] ^= 1;
    packed[size - 1] ^= 1;
    bad_gz(p, "79 ISIZE lies", size, "the file says");
    packed[size - 1] ^= 1;
    for (size_t cut = 0; cut < size; cut += cut < 24 || cut + 24 > size ? 1 : 37)
        bad_gz(p, "81 truncated", cut, "");
    // 82: a second member belongs to the content, which is then too long.
    size_t two = size + make_gz("x", 1, 9, packed + size, sizeof packed - size);
    bad_gz(p, "82 two members", two, "");
    program_file(p, PICTURES ".gz", pictures, sizeof pictures);
    accepted(p, "mnist", "84 not packed in spite of its name", "20");
    // 83: a name of 64 KiB in the header.
    memcpy(packed, (uint8_t[]){0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3}, 10);
    memset(packed + 10, 'n', 65536);
    bad_gz(p, "83 FNAME of 64 KiB", 10 + 65536 + 100, "4096");
}

// Inflates to 10 GB of zeros in 10 MB: the same deflated block again and again.
static void case_80_a_gzip_bomb(void **state) {
    program *p = *state;
    enum { MEGA = 1 << 20 };
    static uint8_t zeros[MEGA], block[4096];
    size_t size;
    good_gz(p, &size);
    z_stream stream = {0};
    deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
    for (int with_header = 0; with_header < 2; with_header++) {
        FILE *file = fopen(scratch_name(&p->place, PICTURES ".gz"), "wb");
        assert_non_null(file);
        fwrite((uint8_t[]){0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3}, 1, 10, file);
        deflateReset(&stream);
        memset(zeros, 0, sizeof zeros);
        // A header that asks for all of it is over the limit; one that asks for little stops there.
        memcpy(zeros, pictures, 16);
        if (with_header) put_u32(zeros + 4, 0x10000000);
        for (int k = 0; k < 10240; k++) {
            stream.next_in = zeros;
            stream.avail_in = MEGA;
            stream.next_out = block;
            stream.avail_out = sizeof block;
            assert_int_equal(deflate(&stream, Z_FULL_FLUSH), Z_OK);
            const size_t count = sizeof block - stream.avail_out;
            fwrite(block, 1, count, file);
            if (k == 0) {
                memset(zeros, 0, 16);
                continue;
            }
            // After a full flush the blocks are all the same: deflating one is enough.
            for (; k < 10239; k++) fwrite(block, 1, count, file);
        }
        const int64_t bytes = ftell(file);
        assert_int_equal(fclose(file), 0);
        assert_in_range(bytes, 9 << 20, 20 << 20);
        refused(p, "mnist", "80 gzip bomb", 3, "idx3-ubyte.gz", with_header ? "at most" : "allowed",
                0);
    }
    deflateEnd(&stream);
}

static void cifar_batches(program *p, int first, int last, const uint8_t *bytes, size_t size) {
    char name[64];
    for (int i = first; i <= last; i++) {
        snprintf(name, sizeof name, "cifar-10-batches-bin/data_batch_%d.bin", i);
        program_file(p, name, bytes, size);
    }
}

static void cases_86_to_90_cifar_10(void **state) {
    program *p = *state;
    static uint8_t bytes[RECORD * 10 + 2];
    memset(bytes, 20, sizeof bytes);
    for (int i = 0; i < 10; i++) bytes[i * RECORD] = (uint8_t)i;
    program_file(p, "cifar-10-batches-bin/test_batch.bin", bytes, RECORD * 10);
    cifar_batches(p, 1, 5, bytes, RECORD * 10);
    accepted(p, "cifar10", "good", "50");
    static const struct {
        const char *what;
        size_t size;
        const char *text;
    } sizes[] = {{"86 3072 bytes", 3072, "3072 are left over"},
                 {"86 3074 bytes", 3074, "1 are left over"},
                 {"86 3073k-1 bytes", RECORD * 10 - 1, "3072 are left over"},
                 {"87 empty", 0, "empty"}};
    for (size_t i = 0; i < 4; i++) {
        cifar_batches(p, 2, 2, bytes, sizes[i].size);
        refused(p, "cifar10", sizes[i].what, 3, "data_batch_2.bin", sizes[i].text, 0);
    }
    bytes[4 * RECORD] = 10;
    cifar_batches(p, 2, 2, bytes, RECORD * 10);
    refused(p, "cifar10", "88 label 10", 3, "data_batch_2.bin", "label of record 4 is 10", 0);
    bytes[4 * RECORD] = 4;
    cifar_batches(p, 2, 2, bytes, RECORD * 10);
    remove(scratch_name(&p->place, "cifar-10-batches-bin/data_batch_3.bin"));
    refused(p, "cifar10", "94 batch 3 of 5 is missing", 3, "data_batch_3.bin", "", 0);
}

static void cases_89_and_90_cifar_100(void **state) {
    program *p = *state;
    enum { WHOLE = RECORD * RECORD_100 };
    char names[1000] = "";
    uint8_t *bytes = calloc(WHOLE, 1);
    for (int i = 0; i < 100; i++) snprintf(names + strlen(names), 16, "class%d\n", i);
    program_text_file(p, "cifar-100-binary/fine_label_names.txt", names);
    program_text_file(p, "cifar-100-binary/coarse_label_names.txt",
                      "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\nt\n");
    program_file(p, "cifar-100-binary/test.bin", bytes, RECORD_100);
    program_file(p, "cifar-100-binary/train.bin", bytes, RECORD_100 * 5);
    accepted(p, "cifar100", "good", "5");
    program_text_file(p, "cifar-100-binary/fine_label_names.txt", "cat\n");
    refused(p, "cifar100", "270 one name for a hundred classes", 3, "fine_label_names.txt",
            "1 class names", 0);
    program_text_file(p, "cifar-100-binary/fine_label_names.txt", names);
    bytes[RECORD_100] = 20;
    program_file(p, "cifar-100-binary/train.bin", bytes, RECORD_100 * 5);
    refused(p, "cifar100", "89 coarse 20", 3, "train.bin", "coarse label of record 1 is 20", 0);
    bytes[RECORD_100] = 0;
    bytes[RECORD_100 + 1] = 100;
    program_file(p, "cifar-100-binary/train.bin", bytes, RECORD_100 * 5);
    refused(p, "cifar100", "89 fine 100", 3, "train.bin", "fine label of record 1 is 100", 0);
    memset(bytes, 200, WHOLE);
    program_file(p, "cifar-100-binary/train.bin", bytes, WHOLE);
    refused(p, "cifar100", "90 records of the other set", 3, "train.bin", "the other CIFAR set",
            WHOLE);
    free(bytes);
}

static void cases_91_and_92_things_that_are_no_files(void **state) {
    program *p = *state;
    char path[1024];
    good_set(p);
    snprintf(path, sizeof path, "%s", scratch_name(&p->place, PICTURES));
    remove(path);
    assert_int_equal(mkdir(path, 0777), 0);
    refused(p, "mnist", "91 a folder", 3, "train-images-idx3-ubyte", "is a folder", 0);
    rmdir(path);
    assert_int_equal(mkfifo(path, 0666), 0);
    refused(p, "mnist", "92 a FIFO", 3, "train-images-idx3-ubyte", "", 0);
    remove(path);
    static const char *const targets[] = {"/dev/zero", "/proc/self/status", "nowhere",
                                          "train-images-idx3-ubyte"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(symlink(targets[i], path), 0);
        refused(p, "mnist", targets[i], 3, "train-images-idx3-ubyte", "", 0);
        remove(path);
    }
}

// Folders of pictures: one bad file among the good ones is named, and no class is empty.
static void folders_of_pictures(void **state) {
    program *p = *state;
    static const char picture[] = "P6 2 2 255 abcdefghijkl";
    for (int i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "set/train/%s/%d.ppm", i % 2 ? "b" : "a", i);
        program_file(p, name, picture, sizeof picture - 1);
    }
    accepted(p, "set", "good", "4");
    program_file(p, "set/train/b/7.ppm", picture, 10);
    refused(p, "set", "a picture cut short", 3, "7.ppm", "", 0);
    program_text_file(p, "set/train/b/7.ppm", "<html>not found</html>");
    refused(p, "set", "5 a web page", 3, "7.ppm", "HTML", 0);
    remove(scratch_name(&p->place, "set/train/b/7.ppm"));
    program_text_file(p, "set/train/b/%n%s;$(touch x).ppm", "P6 oops");
    refused(p, "set", "271, 272 a name for printf or a shell", 3, "%n%s;$(touch x).ppm", "", 0);
    program_file(p, "set/train/b/%n%s;$(touch x).ppm", picture, sizeof picture - 1);
    accepted(p, "set", "272 the same name, a good picture", "5");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(a_good_set_is_read),
        program_test(cases_63_to_75_and_85_headers_and_sizes),
        program_test(cases_76_and_77_labels),
        program_test(cases_78_to_84_gzip),
        program_test(case_80_a_gzip_bomb),
        program_test(cases_86_to_90_cifar_10),
        program_test(cases_89_and_90_cifar_100),
        program_test(cases_91_and_92_things_that_are_no_files),
        program_test(folders_of_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
