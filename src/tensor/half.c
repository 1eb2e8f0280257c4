// SPDX-License-Identifier: MIT
// The two 16-bit float formats, written once for any split between exponent and fraction.
#include <math.h>
#include <string.h>

#include "tensor/convert.h"

static double widen(uint16_t bits, int exponent_bits, int fraction_bits) {
    int bias = (1 << (exponent_bits - 1)) - 1;
    int top = (1 << exponent_bits) - 1;
    int exponent = bits >> fraction_bits & top;
    int fraction = bits & ((1 << fraction_bits) - 1);
    double size;
    if (exponent == top) {
        size = fraction ? (double)NAN : (double)INFINITY;
    } else if (exponent == 0) {
        size = ldexp(fraction, 1 - bias - fraction_bits);
    } else {
        size = ldexp(fraction + (1 << fraction_bits), exponent - bias - fraction_bits);
    }
    return copysign(size, bits & 0x8000 ? -1.0 : 1.0);
}

// `value` without its last `shift` bits, rounded to nearest, ties to even.
static uint64_t drop_bits(uint64_t value, int shift) {
    uint64_t kept = value >> shift;
    uint64_t rest = value & ((UINT64_C(1) << shift) - 1);
    uint64_t half = UINT64_C(1) << (shift - 1);
    return kept + (rest > half || (rest == half && (kept & 1)));
}

static uint16_t narrow(double value, int exponent_bits, int fraction_bits) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    uint16_t sign = (uint16_t)(bits >> 48 & 0x8000);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    int exponent = (int)(bits >> 52 & 0x7FF) - 1023;
    int bias = (1 << (exponent_bits - 1)) - 1;
    uint64_t infinity = (UINT64_C(1) << exponent_bits) - 1;
    infinity <<= fraction_bits;
    if (isnan(value)) return (uint16_t)(sign | infinity | UINT64_C(1) << (fraction_bits - 1));
    int shift = 52 - fraction_bits;
    uint64_t result;
    if (exponent > bias) {
        result = infinity;
    } else if (exponent + bias >= 1) {
        // A carry out of the fraction raises the exponent, up to infinity, as it should.
        uint64_t whole = (uint64_t)(exponent + bias) << 52 | fraction;
        result = drop_bits(whole, shift);
    } else {
        shift += 1 - (exponent + bias);
        result = shift > 60 ? 0 : drop_bits(fraction | UINT64_C(1) << 52, shift);
    }
    return (uint16_t)(sign | result);
}

double fovea__f64_of_f16(uint16_t bits) {
    return widen(bits, 5, 10);
}

double fovea__f64_of_bf16(uint16_t bits) {
    return widen(bits, 8, 7);
}

uint16_t fovea__f16_of_f64(double value) {
    return narrow(value, 5, 10);
}

uint16_t fovea__bf16_of_f64(double value) {
    return narrow(value, 8, 7);
}
