// SPDX-License-Identifier: MIT
// Deflate (RFC 1951) for filtered pictures: literals and runs of one byte under Huffman codes made
// for each block. No matches are looked for: several times as fast as zlib's fastest level.
#ifndef FOVEA_FORMATS_DEFLATE_RUNS_H
#define FOVEA_FORMATS_DEFLATE_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes that always hold the result for `size` bytes.
size_t fovea__deflate_runs_bound(size_t size);
// Writes blocks for `src` that end on a byte: the last of the stream with `last`, else an empty
// stored block closes them. Returns how many bytes were written.
size_t fovea__deflate_runs(const uint8_t *src, size_t size, bool last, uint8_t *dst);

#endif
