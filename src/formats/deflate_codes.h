// SPDX-License-Identifier: MIT
// Huffman codes of deflate: lengths from counts, and the codes that belong to lengths.
#ifndef FOVEA_FORMATS_DEFLATE_CODES_H
#define FOVEA_FORMATS_DEFLATE_CODES_H

#include <stdint.h>

enum { FOVEA__CODES_MOST = 288 };

// Lengths of at most `limit` bits for `count` symbols (at most FOVEA__CODES_MOST) by how often each
// occurs; 0 for one that does not. A single symbol gets one bit. The lengths fill the code space
// (but for the single symbol) and depend on the counts alone.
void fovea__code_lengths(const uint32_t *often, int32_t count, int32_t limit, uint8_t *length);
// The codes of RFC 1951, 3.2.2, with their bits turned round, as they are written.
void fovea__codes_of_lengths(const uint8_t *length, int32_t count, uint16_t *code);

#endif
