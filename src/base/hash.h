// SPDX-License-Identifier: MIT
// SHA-256 and MD5 (nettle), incrementally or at once, as lower-case hexadecimal.
#ifndef FOVEA_BASE_HASH_H
#define FOVEA_BASE_HASH_H

#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <stddef.h>

typedef struct fovea__sha256 {
    struct sha256_ctx state;
} fovea__sha256;
typedef struct fovea__md5 {
    struct md5_ctx state;
} fovea__md5;

// begin, add any number of times, end: `hex` is terminated. _of does all three.
void fovea__sha256_begin(fovea__sha256 *hash);
void fovea__sha256_add(fovea__sha256 *hash, const void *bytes, size_t size);
void fovea__sha256_end(fovea__sha256 *hash, char hex[65]);
void fovea__sha256_of(const void *bytes, size_t size, char hex[65]);
void fovea__md5_begin(fovea__md5 *hash);
void fovea__md5_add(fovea__md5 *hash, const void *bytes, size_t size);
void fovea__md5_end(fovea__md5 *hash, char hex[33]);

#endif
