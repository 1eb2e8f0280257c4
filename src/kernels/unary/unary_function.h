// SPDX-License-Identifier: MIT
// One element of every unary function, forward and backward, written for REAL with the elementary
// functions EXP, LOG, TANH, SIGMOID, ERF and the fused multiply-add FMA of that type.
// Included by the bodies that define these names.

#define FOVEA__SQRT_HALF (REAL)0.70710678118654752440
#define FOVEA__INV_SQRT_2PI (REAL)0.39894228040143267794
#define FOVEA__GELU_SLOPE (REAL)1.5957691216057307118  // 2 sqrt(2/pi)
#define FOVEA__GELU_CUBE (REAL)0.044715

static inline REAL relu(REAL x, REAL alpha) {
    (void)alpha;
    return x <= 0 ? 0 : x;
}
static inline REAL leaky_relu(REAL x, REAL alpha) {
    return x > 0 ? x : x * alpha;
}
static inline REAL tanh_of(REAL x, REAL alpha) {
    (void)alpha;
    return TANH(x);
}
static inline REAL sigmoid(REAL x, REAL alpha) {
    (void)alpha;
    return SIGMOID(x);
}
static inline REAL normal_cdf(REAL x) {
    return (REAL)0.5 * (1 + ERF(x * FOVEA__SQRT_HALF));
}
static inline REAL gelu(REAL x, REAL alpha) {
    (void)alpha;
    return x * normal_cdf(x);
}
static inline REAL gelu_gate(REAL x) {
    return SIGMOID(x * FMA(FOVEA__GELU_CUBE * x, x, 1) * FOVEA__GELU_SLOPE);
}
static inline REAL gelu_tanh(REAL x, REAL alpha) {
    (void)alpha;
    return x * gelu_gate(x);
}
static inline REAL silu(REAL x, REAL alpha) {
    (void)alpha;
    return x * SIGMOID(x);
}
static inline REAL exp_of(REAL x, REAL alpha) {
    (void)alpha;
    return EXP(x);
}
static inline REAL log_of(REAL x, REAL alpha) {
    (void)alpha;
    return LOG(x);
}

// From v = f(x) for relu, tanh, sigmoid and exp, else from v = x; d is the gradient of f(x).
static inline REAL relu_back(REAL v, REAL d, REAL alpha) {
    (void)alpha;
    return v <= 0 ? 0 : d;
}
static inline REAL leaky_relu_back(REAL v, REAL d, REAL alpha) {
    return v > 0 ? d : d * alpha;
}
static inline REAL tanh_of_back(REAL v, REAL d, REAL alpha) {
    (void)alpha;
    return d * FMA(-v, v, 1);
}
static inline REAL sigmoid_back(REAL v, REAL d, REAL alpha) {
    (void)alpha;
    return d * (v * (1 - v));
}
static inline REAL gelu_back(REAL v, REAL d, REAL alpha) {
    (void)alpha;
    REAL density = FOVEA__INV_SQRT_2PI * EXP((REAL)-0.5 * v * v);
    return d * FMA(v, density, normal_cdf(v));
}
static inline REAL gelu_tanh_back(REAL v, REAL d, REAL alpha) {
    (void)alpha;
    REAL gate = gelu_gate(v), steep = gate * (1 - gate);
    REAL slope = FOVEA__GELU_SLOPE * FMA(3 * FOVEA__GELU_CUBE * v, v, 1);
    REAL whole = FMA(v * steep, slope, gate);
    return d * (steep == 0 ? gate : whole);  // the slope overflows where the gate is flat
}
static inline REAL silu_back(REAL v, REAL d, REAL alpha) {
    (void)alpha;
    REAL gate = SIGMOID(v);
    return d * (gate * FMA(v, 1 - gate, 1));
}
static inline REAL exp_of_back(REAL v, REAL d, REAL alpha) {
    (void)alpha;
    return d * v;
}
static inline REAL log_of_back(REAL v, REAL d, REAL alpha) {
    (void)alpha;
    return d / v;
}

// EACH(KIND, function) for every kind.
#define FOVEA__UNARY_EACH(EACH)  \
    EACH(RELU, relu)             \
    EACH(LEAKY_RELU, leaky_relu) \
    EACH(TANH, tanh_of)          \
    EACH(SIGMOID, sigmoid)       \
    EACH(GELU, gelu)             \
    EACH(GELU_TANH, gelu_tanh)   \
    EACH(SILU, silu)             \
    EACH(EXP, exp_of)            \
    EACH(LOG, log_of)
