// SPDX-License-Identifier: MIT
// Blocks of 16 draws of Philox side by side: with N16 the 16 samples of one element block, with
// NCHW 16 element blocks of one sample. Words stand in the low halves of 64-bit lanes; what is in
// the high halves never matters, since the product reads the low ones only.
#include "kernels/dropout/dropout.h"
#include "kernels/vector.h"

#define FOUR 4
#define HALF (FOVEA__WIDTH / 2)  // words a vector holds
#define PARTS (FOVEA__LANES / HALF)

typedef uint32_t draws[FOVEA__LANES];
typedef uint64_t words __attribute__((vector_size(FOVEA__WIDTH * 4)));
typedef uint32_t lane_words __attribute__((vector_size(FOVEA__WIDTH * 4)));
typedef uint32_t narrow_words __attribute__((vector_size(FOVEA__WIDTH * 2)));

// 64-bit products of the low halves.
static inline words multiply(words a, uint32_t b) {
    words factor = (words){0} + b;
#if defined(__AVX512F__)
    return (words)_mm512_mul_epu32((__m512i)a, (__m512i)factor);
#elif defined(__AVX2__)
    return (words)_mm256_mul_epu32((__m256i)a, (__m256i)factor);
#else
    return (a & 0xffffffffu) * factor;
#endif
}

static inline words widen(const uint32_t *from) {
    narrow_words narrow;
    memcpy(&narrow, from, sizeof narrow);
    return __builtin_convertvector(narrow, words);
}
static inline void narrow(words from, uint32_t *to) {
    narrow_words value = __builtin_convertvector(from, narrow_words);
    memcpy(to, &value, sizeof value);
}

// out[w][i] = word w of Philox4x32-10 of the counter {block[i], sample[i], epoch, stream}.
static inline void philox(const fovea__dropout *dropout, const draws block, const draws sample,
                          draws out[FOUR]) {
    words c0[PARTS], c1[PARTS], c2[PARTS], c3[PARTS];
    for (int i = 0; i < PARTS; i++) {
        c0[i] = widen(block + i * HALF);
        c1[i] = widen(sample + i * HALF);
        c2[i] = (words){0} + dropout->epoch;
        c3[i] = (words){0} + dropout->stream;
    }
    uint32_t k0 = (uint32_t)dropout->seed, k1 = (uint32_t)(dropout->seed >> 32);
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
#pragma GCC unroll 8
        for (int i = 0; i < PARTS; i++) {
            words a = multiply(c0[i], 0xD2511F53u), b = multiply(c2[i], 0xCD9E8D57u);
            c0[i] = (b >> 32) ^ c1[i] ^ k0;
            c1[i] = b;
            c2[i] = (a >> 32) ^ c3[i] ^ k1;
            c3[i] = a;
        }
    }
    for (int i = 0; i < PARTS; i++) {
        narrow(c0[i], out[0] + i * HALF);
        narrow(c1[i], out[1] + i * HALF);
        narrow(c2[i], out[2] + i * HALF);
        narrow(c3[i], out[3] + i * HALF);
    }
}

// Words below this are dropped: u >= ratio for the top 24 bits u of a word.
static int32_t threshold(double ratio) {
    double scaled = ratio * 0x1p24;
    uint32_t whole = (uint32_t)scaled;
    return (int32_t)(whole + ((double)whole < scaled));
}

static float scale_of(double ratio) {
    return ratio < 1 ? 1 / (1 - (float)ratio) : 0;
}

// FOVEA__WIDTH values: scaled where their words are not below, else 0.
static inline fovea__floats kept(const uint32_t *word, int32_t below, fovea__floats value,
                                 float scale) {
    lane_words draw;
    memcpy(&draw, word, sizeof draw);
    fovea__ints keep = (fovea__ints)(draw >> 8) >= below;
    return (fovea__floats)((fovea__ints)(value * scale) & keep);
}

static void apply_lanes(const fovea__dropout *dropout, int32_t samples, int64_t elements,
                        const float *src, float *dst) {
    int32_t below = threshold(dropout->ratio);
    float scale = scale_of(dropout->ratio);
    draws sample = {0}, block, out[FOUR];
    int32_t valid[FOVEA__LANES] = {0};  // as a mask
    for (int n = 0; n < samples; n++) {
        sample[n] = dropout->sample[n];
        valid[n] = -1;
    }
    for (int64_t e = 0; e < elements; e += FOUR) {
        for (int i = 0; i < FOVEA__LANES; i++) block[i] = (uint32_t)(e / FOUR);
        philox(dropout, block, sample, out);
        int words_left = (int)(elements - e < FOUR ? elements - e : FOUR);
        for (int w = 0; w < words_left; w++) {
            for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
                int64_t at = (e + w) * FOVEA__LANES + lane;
                fovea__ints mask;
                memcpy(&mask, valid + lane, sizeof mask);
                fovea__floats value = kept(out[w] + lane, below, fovea__load(src + at), scale);
                fovea__store(dst + at, (fovea__floats)((fovea__ints)value & mask));
            }
        }
    }
}

// Up to 64 neighbours of one sample from their words in order.
static inline void apply_run(int64_t count, const uint32_t *word, int32_t below, float scale,
                             const float *src, float *dst) {
    int64_t i = 0;
    for (; i + FOVEA__WIDTH <= count; i += FOVEA__WIDTH)
        fovea__store(dst + i, kept(word + i, below, fovea__load(src + i), scale));
    for (; i < count; i++) dst[i] = (int32_t)(word[i] >> 8) >= below ? src[i] * scale : 0;
}

static void apply_sample(const fovea__dropout *dropout, uint32_t id, int64_t elements,
                         const float *src, float *dst) {
    enum { RUN = FOUR * FOVEA__LANES };
    int32_t below = threshold(dropout->ratio);
    float scale = scale_of(dropout->ratio);
    draws sample, block, out[FOUR];
    uint32_t word[RUN];
    for (int i = 0; i < FOVEA__LANES; i++) sample[i] = id;
    for (int64_t e = 0; e < elements; e += RUN) {
        for (int i = 0; i < FOVEA__LANES; i++) block[i] = (uint32_t)(e / FOUR + i);
        philox(dropout, block, sample, out);
        for (int i = 0; i < FOVEA__LANES; i++)
            for (int w = 0; w < FOUR; w++) word[i * FOUR + w] = out[w][i];
        apply_run(elements - e < RUN ? elements - e : RUN, word, below, scale, src + e, dst + e);
    }
}

static inline void apply_group(const fovea__dropout *dropout, fovea__layout layout, int32_t samples,
                               int64_t elements, const float *src, float *dst) {
    if (layout == FOVEA__LAYOUT_N16) {
        apply_lanes(dropout, samples, elements, src, dst);
        return;
    }
    for (int32_t n = 0; n < samples; n++) {
        apply_sample(dropout, dropout->sample[n], elements, src + n * elements, dst + n * elements);
    }
}
