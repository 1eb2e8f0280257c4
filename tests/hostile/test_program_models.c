// SPDX-License-Identifier: MIT
// Cases 95 to 134 on the command line: every safetensors file the unit tests make, and models that
// are damaged behind a good header.
#include "hostile/kept_cases.h"

static const char picture[] =
    "P5 8 8 255 "
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void try(program *p, int command) {
    static const char *const lists[][12] = {
        {"summary", "model.safetensors", "--threads", "1"},
        {"predict", "model.safetensors", "x.pgm", "--threads", "1"},
        {"predict", "tutorial-cifar", "x.pgm", "--resize", "--weights", "model.safetensors",
         "--threads", "1"},
    };
    program_list(p, lists[command]);
}

static void headers_of_the_unit_tests(void **state) {
    program *p = *state;
    program_file(p, "x.pgm", picture, sizeof picture - 1);
    kept k = kept_begin(p, "test_hostile_safetensors");
    int refused = 0;
    while (kept_next(p, &k, "model.safetensors")) {
        uint64_t before = program_folder_hash(p->place.path);
        for (int command = 0; command < 3; command++) {
            if (command == 1 && k.size > 1 << 20)
                continue;  // as summary, and long under sanitizers
            try(p, command);
            program_ended_well(p, k.title, 2 * k.size);
            // A good file of tensors can be listed; it is still no model (4), nor the weights of
            // this net (2).
            const int code = !k.accepted ? k.code : command < 2 ? 4 : 2;
            if (k.accepted && command == 0) {
                assert_int_equal(p->code, 0);
                continue;
            }
            program_refused(p, k.title, code, "model.safetensors", k.text);
        }
        if (program_folder_hash(p->place.path) != before) fail_msg("%s: files were left", k.title);
        refused += !k.accepted;
    }
    print_message("    %d files, %d of them refused by the parser\n", k.number, refused);
    assert_true(refused > 60);
}

static const char *const net = "conv 2 3, relu, flatten, linear 3";

// A model of that net, as train leaves it; free() it.
static uint8_t *good_model(program *p, size_t *size) {
    char name[64];
    for (int i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "set/train/%c/%d.pgm", 'a' + i % 3, i);
        program_file(p, name, picture, sizeof picture - 1);
    }
    program_file(p, "x.pgm", picture, sizeof picture - 1);
    program_run(p, "train", "--arch", net, "--data", "set", "--data-dir", ".", "--epochs", "1",
                "--batch", "2", "-o", "run", "--threads", "1", "-q");
    if (p->code) fail_msg("%s", p->message);
    return program_load(scratch_name(&p->place, "run/best.safetensors"), size);
}

// Damaged anywhere, a model is refused: its hash covers every byte.
static void models_changed_or_cut_anywhere(void **state) {
    program *p = *state;
    size_t size;
    uint8_t *bytes = good_model(p, &size);
    const size_t step = size / (PROGRAM_SANITIZED ? 8 : 60);
    program_file(p, "model.safetensors", bytes, size);
    try(p, 1);
    assert_int_equal(p->code, 0);
    for (size_t at = 0; at < size; at += at < 8 ? 1 : step) {
        char what[64];
        snprintf(what, sizeof what, "byte %zu changed", at);
        bytes[at] ^= 0x10;
        program_file(p, "model.safetensors", bytes, size);
        bytes[at] ^= 0x10;
        try(p, 1);
        program_ended_well(p, what, 2 * (int64_t)size);
        if (p->code != 4) program_refused(p, what, 3, "model.safetensors", "");
        snprintf(what, sizeof what, "cut to %zu bytes", at);
        program_file(p, "model.safetensors", bytes, at);
        try(p, 1);
        program_ended_well(p, what, 2 * (int64_t)size);
        program_refused(p, what, 3, "model.safetensors", "");
    }
    free(bytes);
}

// Case 131: weights that are no numbers are loaded, and what comes of them is said, not hidden.
static void case_131_weights_that_are_no_numbers(void **state) {
    program *p = *state;
    static const struct {
        const char *name, *shape;
        int count;
    } tensors[] = {{"conv1.weight", "6,1,5,5", 150},     {"conv1.bias", "6", 6},
                   {"conv2.weight", "16,6,5,5", 2400},   {"conv2.bias", "16", 16},
                   {"linear1.weight", "120,400", 48000}, {"linear1.bias", "120", 120},
                   {"linear2.weight", "84,120", 10080},  {"linear2.bias", "84", 84},
                   {"linear3.weight", "10,84", 840},     {"linear3.bias", "10", 10}};
    static uint32_t values[61706];
    char header[2048] = "{";
    size_t length = 1, at = 0;
    for (size_t i = 0; i < 10; i++, at += 4 * (size_t)tensors[i - 1].count)
        length += (size_t)snprintf(header + length, sizeof header - length,
                                   "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],"
                                   "\"data_offsets\":[%zu,%zu]}",
                                   i ? "," : "", tensors[i].name, tensors[i].shape, at,
                                   at + 4 * (size_t)tensors[i].count);
    header[length++] = '}';
    for (size_t i = 0; i < 61706; i++) values[i] = i % 2 ? 0x7fc00000 : 0x7f800000;
    const uint64_t size = length;
    FILE *file = fopen(scratch_name(&p->place, "nan.safetensors"), "wb");
    assert_int_equal(at, sizeof values);
    fwrite(&size, 8, 1, file);
    fwrite(header, length, 1, file);
    fwrite(values, sizeof values, 1, file);
    assert_int_equal(fclose(file), 0);
    program_file(p, "x.pgm", picture, sizeof picture - 1);
    program_run(p, "predict", "lenet5", "x.pgm", "--resize", "--weights", "nan.safetensors",
                "--threads", "1");
    program_ended_well(p, "131 NaN weights", 0);
    if (p->code != 0 && p->code != 1) fail_msg("exit code %d: %s", p->code, p->message);
    if (!strstr(p->message, "nan.safetensors") || !strstr(p->message, "not finite"))
        fail_msg("nothing is said about NaN: %s%s", p->text, p->message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        program_test(headers_of_the_unit_tests),
        program_test(models_changed_or_cut_anywhere),
        program_test(case_131_weights_that_are_no_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
