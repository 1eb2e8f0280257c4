// SPDX-License-Identifier: MIT
// exp, expm1, log, log1p, tanh, sigmoid and erf of floats as straight-line code: no branch, no table, no library
// call, every multiply-add a fused one, so that scalar code and any vector width a compiler makes
// of a loop over them give the same bits. Polynomials are minimax fits. Errors against double
// (tests/unit/test_kernels_unary.c): exp, log and erf at most 2 ulp, the others at most 3. NaN
// gives NaN; infinities, zeros and denormals give what mathematics says.
#ifndef FOVEA_KERNELS_ELEMENTARY_H
#define FOVEA_KERNELS_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

#define FOVEA__FMA(a, b, c) __builtin_fmaf(a, b, c)
#define FOVEA__INFINITY __builtin_inff()
#define FOVEA__NAN __builtin_nanf("")

static inline uint32_t fovea__float_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
static inline float fovea__float_of_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// Adding it rounds to an integer, left in the low bits with twice the exponent's bias.
#define FOVEA__EXP_MAGIC (0x1.8p23f + 254.0f)

// exp(r) - 1 = r + r^2 q(r) for |r| <= ln2/2.
static inline float fovea__exp_rest(float r) {
    float q = 0x1.9f07d2p-13f;
    q = FOVEA__FMA(q, r, 0x1.6d8d2ap-10f);
    q = FOVEA__FMA(q, r, 0x1.111272p-7f);
    q = FOVEA__FMA(q, r, 0x1.55548ep-5f);
    q = FOVEA__FMA(q, r, 0x1.555554p-3f);
    q = FOVEA__FMA(q, r, 0.5f);
    return FOVEA__FMA(r * r, q, r);
}
// x - n ln2.
static inline float fovea__exp_reduce(float x, float n) {
    return FOVEA__FMA(n, -0x1.7f7d1cp-20f, FOVEA__FMA(n, -0x1.62e4p-1f, x));
}
// x = n ln2 + r with n in the low bits of `shifted`; 2^n in two factors, so that denormal and
// overflowing results come out right.
static inline float fovea__exp_from(float x, float shifted) {
    float p = fovea__exp_rest(fovea__exp_reduce(x, shifted - FOVEA__EXP_MAGIC)) + 1.0f;
    uint32_t biased = fovea__float_bits(shifted), half = biased >> 1;  // of higher bits 9 remain
    float low = fovea__float_of_bits(half << 23);
    float high = fovea__float_of_bits((biased - half) << 23);
    return p * low * high;
}
// exp(x) for x <= 0 or NaN.
static inline float fovea__exp_negative_f32(float x) {
    x = x < -104.0f ? -104.0f : x;
    return fovea__exp_from(x, FOVEA__FMA(x, 0x1.715476p0f, FOVEA__EXP_MAGIC));
}
// Above the limit of n the rest is large and positive: the product is infinite as it should be.
static inline float fovea__exp_f32(float x) {
    const float most = FOVEA__EXP_MAGIC + 129.0f;
    x = x < -104.0f ? -104.0f : x;
    float shifted = FOVEA__FMA(x, 0x1.715476p0f, FOVEA__EXP_MAGIC);
    return fovea__exp_from(x, shifted > most ? most : shifted);
}

// exp(x) - 1 for x <= 0 or NaN: 2^n (exp(r) - 1) + (2^n - 1) keeps its digits near 0.
static inline float fovea__expm1_negative_f32(float x) {
    const float magic = 0x1.8p23f + 127.0f;
    x = x < -80.0f ? -80.0f : x;
    float shifted = FOVEA__FMA(x, 0x1.715476p0f, magic);
    float rest = fovea__exp_rest(fovea__exp_reduce(x, shifted - magic));
    float scale = fovea__float_of_bits(fovea__float_bits(shifted) << 23);
    return FOVEA__FMA(rest, scale, scale - 1.0f);
}

// x = 2^e (1+f), sqrt(1/2) <= 1+f < sqrt(2); log(1+f) = f - f^2/2 + f^3 p(f).
static inline float fovea__log_f32(float x) {
    float scaled = x < 0x1p-126f ? x * 0x1p24f : x;
    uint32_t bits = fovea__float_bits(scaled);
    uint32_t shifted = bits - 0x3f3504f3u;  // from the bits of sqrt(1/2)
    float e = (float)((int32_t)shifted >> 23);
    e = x < 0x1p-126f ? e - 24.0f : e;
    float f = fovea__float_of_bits((shifted & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
    float square = f * f;
    float p = 0x1.1462a4p-4f;
    p = FOVEA__FMA(p, f, -0x1.de4f3cp-4f);
    p = FOVEA__FMA(p, f, 0x1.e6f6p-4f);
    p = FOVEA__FMA(p, f, -0x1.fc1f7cp-4f);
    p = FOVEA__FMA(p, f, 0x1.2336e4p-3f);
    p = FOVEA__FMA(p, f, -0x1.555c5ap-3f);
    p = FOVEA__FMA(p, f, 0x1.99a4bcp-3f);
    p = FOVEA__FMA(p, f, -0x1.000006p-2f);
    p = FOVEA__FMA(p, f, 0x1.555548p-2f);
    float rest = FOVEA__FMA(square * f, p, square * -0.5f);
    rest = FOVEA__FMA(e, 0x1.7f7d1cp-20f, rest);
    float result = FOVEA__FMA(e, 0x1.62e4p-1f, f + rest);
    result = x == FOVEA__INFINITY ? x : result;
    result = x == 0.0f ? -FOVEA__INFINITY : result;
    result = x < 0.0f ? FOVEA__NAN : result;
    return x != x ? x : result;
}

// log(1+x) for 0 <= x <= 1 or NaN: what the rounding of 1+x lost is added.
static inline float fovea__log1p_f32(float x) {
    float whole = 1.0f + x;
    return fovea__log_f32(whole) + (x - (whole - 1.0f)) / whole;
}

// With E = exp(2|x|) - 1: E / (E + 2); E = 2^n (exp(r) - 1) + (2^n - 1) keeps its digits near 0.
static inline float fovea__tanh_f32(float x) {
    const float magic = 0x1.8p23f + 127.0f;
    float y = 2.0f * __builtin_fabsf(x);
    y = y > 20.0f ? 20.0f : y;
    float shifted = FOVEA__FMA(y, 0x1.715476p0f, magic);
    float rest = fovea__exp_rest(fovea__exp_reduce(y, shifted - magic));
    float scale = fovea__float_of_bits(fovea__float_bits(shifted) << 23);
    float e = FOVEA__FMA(rest, scale, scale - 1.0f);
    return __builtin_copysignf(e / (e + 2.0f), x);
}

// exp(min(x, 0)) / (1 + exp(-|x|)): never overflows, keeps the tail below -88.
static inline float fovea__sigmoid_f32(float x) {
    float e = fovea__exp_negative_f32(-__builtin_fabsf(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

// Below 0.92 x + x p(x^2), else 1 - exp(-(t + t q(t))), 1 from 4 on.
static inline float fovea__erf_f32(float x) {
    float a = __builtin_fabsf(x);
    float z = a * a;
    float p = 0x1.5f9540p-14f;
    p = FOVEA__FMA(p, z, -0x1.ab105ep-11f);
    p = FOVEA__FMA(p, z, 0x1.54df1ap-8f);
    p = FOVEA__FMA(p, z, -0x1.b810e8p-6f);
    p = FOVEA__FMA(p, z, 0x1.ce2e24p-4f);
    p = FOVEA__FMA(p, z, -0x1.812744p-2f);
    p = FOVEA__FMA(p, z, 0x1.06eba8p-3f);
    float small = FOVEA__FMA(p, a, a);
    float t = a > 4.0f ? 4.0f : a;
    float q = 0x1.5e134ap-17f;
    q = FOVEA__FMA(q, t, -0x1.4a26f2p-12f);
    q = FOVEA__FMA(q, t, 0x1.d936eap-9f);
    q = FOVEA__FMA(q, t, -0x1.843632p-6f);
    q = FOVEA__FMA(q, t, 0x1.b2d3d4p-4f);
    q = FOVEA__FMA(q, t, 0x1.4538aep-1f);
    q = FOVEA__FMA(q, t, 0x1.0772e0p-3f);
    float large = 1.0f - fovea__exp_negative_f32(-FOVEA__FMA(q, t, t));
    return __builtin_copysignf(a < 0.92f ? small : large, x);
}

#endif
