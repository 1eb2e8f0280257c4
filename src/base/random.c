// SPDX-License-Identifier: MIT
#include "base/random.h"

static void multiply(uint32_t a, uint32_t b, uint32_t *high, uint32_t *low) {
    uint64_t product = (uint64_t)a * b;
    *high = (uint32_t)(product >> 32);
    *low = (uint32_t)product;
}

void fovea__philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint32_t high0, low0, high1, low1;
        multiply(0xD2511F53u, c0, &high0, &low0);
        multiply(0xCD9E8D57u, c2, &high1, &low1);
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

uint32_t fovea__random_u32(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t sample,
                           uint64_t element) {
    uint32_t counter[4] = {(uint32_t)(element / 4), sample, epoch, stream};
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t out[4];
    fovea__philox4x32_10(counter, key, out);
    return out[element % 4];
}

float fovea__random_float(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t sample,
                          uint64_t element) {
    uint32_t word = fovea__random_u32(seed, stream, epoch, sample, element);
    return (float)(word >> 8) * 0x1p-24f;
}

double fovea__random_double(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t sample,
                            uint64_t element) {
    uint64_t high = fovea__random_u32(seed, stream, epoch, sample, 2 * element);
    uint64_t low = fovea__random_u32(seed, stream, epoch, sample, 2 * element + 1);
    return (double)(high << 21 | low >> 11) * 0x1p-53;
}

// Uniform in [0, bound): the top of the range that would favour small numbers is drawn again.
static uint64_t draw_below(uint64_t seed, uint32_t stream, uint32_t epoch, uint64_t bound,
                           uint64_t *element) {
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    for (;;) {
        uint64_t high = fovea__random_u32(seed, stream, epoch, 0, *element);
        uint64_t low = fovea__random_u32(seed, stream, epoch, 0, *element + 1);
        *element += 2;
        uint64_t value = high << 32 | low;
        if (value < limit) return value % bound;
    }
}

void fovea__random_permutation(uint64_t seed, uint32_t stream, uint32_t epoch, int64_t count,
                               int64_t *order) {
    uint64_t element = 0;
    for (int64_t i = 0; i < count; i++) order[i] = i;
    for (int64_t i = count - 1; i > 0; i--) {
        int64_t other = (int64_t)draw_below(seed, stream, epoch, (uint64_t)i + 1, &element);
        int64_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}
