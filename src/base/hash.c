// SPDX-License-Identifier: MIT
#include "base/hash.h"

static void to_hex(const uint8_t *digest, size_t size, char *hex) {
    static const char digit[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = digit[digest[i] >> 4];
        hex[2 * i + 1] = digit[digest[i] & 15];
    }
    hex[2 * size] = '\0';
}

void fovea__sha256_begin(fovea__sha256 *hash) {
    sha256_init(&hash->state);
}

void fovea__sha256_add(fovea__sha256 *hash, const void *bytes, size_t size) {
    if (size > 0) sha256_update(&hash->state, size, bytes);
}

void fovea__sha256_end(fovea__sha256 *hash, char hex[65]) {
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&hash->state, sizeof(digest), digest);
    to_hex(digest, sizeof(digest), hex);
}

void fovea__sha256_of(const void *bytes, size_t size, char hex[65]) {
    fovea__sha256 hash;
    fovea__sha256_begin(&hash);
    fovea__sha256_add(&hash, bytes, size);
    fovea__sha256_end(&hash, hex);
}

void fovea__md5_begin(fovea__md5 *hash) {
    md5_init(&hash->state);
}

void fovea__md5_add(fovea__md5 *hash, const void *bytes, size_t size) {
    if (size > 0) md5_update(&hash->state, size, bytes);
}

void fovea__md5_end(fovea__md5 *hash, char hex[33]) {
    uint8_t digest[MD5_DIGEST_SIZE];
    md5_digest(&hash->state, sizeof(digest), digest);
    to_hex(digest, sizeof(digest), hex);
}
