// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/hash.h"
#include "base/os.h"
#include "unit/unit.h"

// FIPS 180-4 and RFC 1321 examples.
static void the_published_examples_hold(void **state) {
    (void)state;
    char hex[65];
    fovea__sha256_of("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    fovea__sha256_of("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    fovea__sha256_of(NULL, 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    fovea__md5 md5;
    fovea__md5_begin(&md5);
    fovea__md5_add(&md5, "message ", 8);
    fovea__md5_add(&md5, "digest", 6);
    fovea__md5_end(&md5, hex);
    assert_string_equal(hex, "f96b697d7cb7938d525a2f31aaf161d0");
}

static void pieces_hash_like_the_whole(void **state) {
    (void)state;
    char bytes[1000], whole[65], pieces[65];
    for (size_t i = 0; i < sizeof(bytes); i++) bytes[i] = (char)(i * i);
    fovea__sha256_of(bytes, sizeof(bytes), whole);
    for (size_t step = 1; step < 200; step += 13) {
        fovea__sha256 hash;
        fovea__sha256_begin(&hash);
        for (size_t at = 0; at < sizeof(bytes); at += step) {
            size_t left = sizeof(bytes) - at;
            fovea__sha256_add(&hash, bytes + at, left < step ? left : step);
        }
        fovea__sha256_end(&hash, pieces);
        assert_string_equal(pieces, whole);
    }
}

static void the_clock_goes_forward_and_stamps_are_iso(void **state) {
    (void)state;
    double before = fovea__seconds();
    assert_true(fovea__seconds() >= before);
    char stamp[32], narrow[5];
    fovea__time_stamp(stamp, sizeof(stamp));
    assert_int_equal(strlen(stamp), 19);
    assert_int_equal(stamp[4], '-');
    assert_int_equal(stamp[10], 'T');
    assert_int_equal(stamp[16], ':');
    fovea__time_stamp(narrow, sizeof(narrow));
    assert_string_equal(narrow, "");
}

static void an_empty_variable_counts_as_unset(void **state) {
    (void)state;
    setenv("FOVEA_TEST_VARIABLE", "x", 1);
    assert_string_equal(fovea__environment("FOVEA_TEST_VARIABLE"), "x");
    setenv("FOVEA_TEST_VARIABLE", "", 1);
    assert_null(fovea__environment("FOVEA_TEST_VARIABLE"));
    unsetenv("FOVEA_TEST_VARIABLE");
    assert_null(fovea__environment("FOVEA_TEST_VARIABLE"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_examples_hold),
        cmocka_unit_test(pieces_hash_like_the_whole),
        cmocka_unit_test(the_clock_goes_forward_and_stamps_are_iso),
        cmocka_unit_test(an_empty_variable_counts_as_unset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
