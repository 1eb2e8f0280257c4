// SPDX-License-Identifier: MIT
// The framing of TensorFlow's record files: for each record its length (64 bits, little-endian),
// the masked CRC-32C of these 8 bytes, the bytes, and their masked CRC-32C (32 bits,
// little-endian).
#ifndef FOVEA_FORMATS_TFRECORD_H
#define FOVEA_FORMATS_TFRECORD_H

#include <stddef.h>
#include <stdint.h>

enum { FOVEA__TFRECORD_HEAD = 12, FOVEA__TFRECORD_TAIL = 4 };

// CRC-32C (Castagnoli; reflected polynomial 0x82F63B78, RFC 3720 B.4).
uint32_t fovea__crc32c(const void *bytes, size_t size);
// ((crc >> 15) | (crc << 17)) + 0xA282EAD8: a checksum that can lie in checksummed bytes.
uint32_t fovea__crc32c_masked(const void *bytes, size_t size);
// Fills head and tail around the `size` bytes at record + FOVEA__TFRECORD_HEAD.
void fovea__tfrecord_frame(uint8_t *record, size_t size);

#endif
