// SPDX-License-Identifier: MIT
#include "formats/deflate_runs.h"

#include <string.h>

#include "formats/deflate_codes.h"

enum { BLOCK = 64 << 10, LITERALS = 286, END = 256, SHORTEST = 4, LONGEST = 258 };

typedef struct writer {
    uint8_t *dst;
    uint64_t bits;
    uint32_t count;  // of bits, below 8 after flush
} writer;

static inline void put(writer *w, uint64_t value, uint32_t count) {
    w->bits |= value << w->count;
    w->count += count;
}

// Whole bytes to memory; up to 56 bits may be put between two calls. Writes up to 8 bytes.
static inline void flush(writer *w) {
    uint64_t bits = w->bits;
    for (int i = 0; i < 8; i++) w->dst[i] = (uint8_t)(bits >> (8 * i));
    w->dst += w->count / 8;
    w->bits >>= w->count / 8 * 8;
    w->count %= 8;
}

// Length codes (RFC 1951, 3.2.5): symbol, number of extra bits and their value for 3 to 258.
typedef struct length_code {
    uint16_t symbol;
    uint8_t extra, value;
} length_code;

static length_code code_of_length(uint32_t length) {
    if (length == LONGEST) return (length_code){285, 0, 0};
    uint32_t from = length - 3, extra = 0;
    while (from >> extra >= 8) extra++;
    if (from < 8) return (length_code){(uint16_t)(257 + from), 0, 0};
    return (length_code){(uint16_t)(257 + 4 * extra + (from >> extra)), (uint8_t)extra,
                         (uint8_t)(from & ((1u << extra) - 1))};
}

// How often src[at - 1] stands from `at` on, at most LONGEST times.
static inline size_t run_at(const uint8_t *src, size_t at, size_t size) {
    size_t most = size - at < LONGEST ? size - at : LONGEST, length = 0;
    uint8_t byte = src[at - 1];
    uint64_t eight, all = byte * UINT64_C(0x0101010101010101);
    for (; length + 8 <= most; length += 8) {
        memcpy(&eight, src + at + length, sizeof eight);
        if (eight != all) break;
    }
    while (length < most && src[at + length] == byte) length++;
    return length;
}

static inline bool may_run(const uint8_t *src, size_t at, size_t size) {
    uint32_t four, before = src[at - 1] * 0x01010101u;
    if (at + SHORTEST > size) return false;
    memcpy(&four, src + at, sizeof four);
    return four == before;
}

static void count_symbols(const uint8_t *src, size_t first, size_t end, uint32_t *often) {
    memset(often, 0, LITERALS * sizeof *often);
    for (size_t at = first; at < end;) {
        if (at > 0 && may_run(src, at, end)) {
            size_t length = run_at(src, at, end);
            often[code_of_length((uint32_t)length).symbol]++;
            at += length;
        } else {
            often[src[at++]]++;
        }
    }
    often[END] = 1;
}

// The lengths of both codes, themselves under a Huffman code (RFC 1951, 3.2.7), without its
// repeats.
static void put_lengths(writer *w, const uint8_t *length, int32_t literals) {
    static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    uint32_t often[19] = {0};
    uint8_t of_lengths[19];
    uint16_t code[19];
    for (int32_t i = 0; i < literals; i++) often[length[i]]++;
    often[1]++;  // of the one distance
    fovea__code_lengths(often, 19, 7, of_lengths);
    fovea__codes_of_lengths(of_lengths, 19, code);
    put(w, (uint64_t)(literals - 257), 5);
    put(w, 0, 5);
    put(w, 19 - 4, 4);
    flush(w);
    for (int i = 0; i < 19; i++) {
        put(w, of_lengths[order[i]], 3);
        flush(w);
    }
    for (int32_t i = 0; i < literals; i++) {
        put(w, code[length[i]], of_lengths[length[i]]);
        flush(w);
    }
    put(w, code[1], of_lengths[1]);
    flush(w);
}

static void put_symbols(writer *w, const uint8_t *src, size_t first, size_t end,
                        const uint8_t *length, const uint16_t *code) {
    for (size_t at = first; at < end;) {
        if (at > 0 && may_run(src, at, end)) {
            size_t run = run_at(src, at, end);
            length_code c = code_of_length((uint32_t)run);
            put(w, code[c.symbol], length[c.symbol]);
            put(w, c.value, c.extra);
            put(w, 0, 1);  // distance 1
            at += run;
        } else {
            uint8_t byte = src[at++];
            put(w, code[byte], length[byte]);
        }
        flush(w);
    }
    put(w, code[END], length[END]);
    flush(w);
}

static void put_block(writer *w, const uint8_t *src, size_t first, size_t end, bool last) {
    uint32_t often[LITERALS];
    uint8_t length[LITERALS];
    uint16_t code[LITERALS];
    int32_t literals = LITERALS;
    count_symbols(src, first, end, often);
    fovea__code_lengths(often, LITERALS, 15, length);
    fovea__codes_of_lengths(length, LITERALS, code);
    while (literals > 257 && length[literals - 1] == 0) literals--;
    put(w, last, 1);
    put(w, 2, 2);
    put_lengths(w, length, literals);
    put_symbols(w, src, first, end, length, code);
}

size_t fovea__deflate_runs_bound(size_t size) {
    // A code has at most 15 bits, but no more than nine on average; tables take 300 bytes a block.
    return size + size / 4 + (size / BLOCK + 1) * 400 + 64;
}

size_t fovea__deflate_runs(const uint8_t *src, size_t size, bool last, uint8_t *dst) {
    writer w = {.dst = dst};
    for (size_t first = 0; first < size; first += BLOCK) {
        size_t end = size - first < BLOCK ? size : first + BLOCK;
        put_block(&w, src, first, end, last && end == size);
    }
    if (!last) put(&w, 0, 3);  // an empty stored block, which ends on a byte
    if (w.count % 8) put(&w, 0, 8 - w.count % 8);
    flush(&w);
    if (!last) {
        memcpy(w.dst, "\0\0\xff\xff", 4);
        w.dst += 4;
    }
    return (size_t)(w.dst - dst);
}
