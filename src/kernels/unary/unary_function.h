// SPDX-License-Identifier: MIT
// One element of every unary function, forward and backward, written for REAL with the elementary
// functions EXP, LOG, TANH, SIGMOID, ERF, EXPM1 (of numbers up to 0), LOG1P (of 0 to 1), the exact
// SQRT, FLOOR, CEIL, ROUND, ABS and the fused multiply-add FMA of that type.
// Included by the bodies that define these names.

#define CONSTANTS REAL alpha __attribute__((unused)), REAL beta __attribute__((unused))

#define FOVEA__SQRT_HALF (REAL)0.70710678118654752440
#define FOVEA__INV_SQRT_2PI (REAL)0.39894228040143267794
#define FOVEA__GELU_SLOPE (REAL)1.5957691216057307118  // 2 sqrt(2/pi)
#define FOVEA__GELU_CUBE (REAL)0.044715
#define FOVEA__ERF_SLOPE (REAL)1.1283791670955125739  // 2/sqrt(pi)

static inline REAL relu(REAL x, CONSTANTS) {
    return x <= 0 ? 0 : x;
}
static inline REAL leaky_relu(REAL x, CONSTANTS) {
    return x > 0 ? x : x * alpha;
}
static inline REAL tanh_of(REAL x, CONSTANTS) {
    return TANH(x);
}
static inline REAL sigmoid(REAL x, CONSTANTS) {
    return SIGMOID(x);
}
static inline REAL normal_cdf(REAL x) {
    return (REAL)0.5 * (1 + ERF(x * FOVEA__SQRT_HALF));
}
static inline REAL gelu(REAL x, CONSTANTS) {
    return x * normal_cdf(x);
}
static inline REAL gelu_gate(REAL x) {
    return SIGMOID(x * FMA(FOVEA__GELU_CUBE * x, x, 1) * FOVEA__GELU_SLOPE);
}
static inline REAL gelu_tanh(REAL x, CONSTANTS) {
    return x * gelu_gate(x);
}
static inline REAL silu(REAL x, CONSTANTS) {
    return x * SIGMOID(x);
}
static inline REAL exp_of(REAL x, CONSTANTS) {
    return EXP(x);
}
static inline REAL log_of(REAL x, CONSTANTS) {
    return LOG(x);
}

static inline REAL below(REAL x, REAL most) {
    return x > most ? most : x;
}
static inline REAL elu(REAL x, CONSTANTS) {
    return x > 0 ? x : alpha * EXPM1(below(x, 0));
}
static inline REAL selu(REAL x, CONSTANTS) {
    return beta * (x > 0 ? x : alpha * EXPM1(below(x, 0)));
}
static inline REAL celu(REAL x, CONSTANTS) {
    return x > 0 ? x : alpha * EXPM1(below(x, 0) / alpha);
}
static inline REAL clip(REAL x, CONSTANTS) {
    return below(x < alpha ? alpha : x, beta);
}
static inline REAL hard_sigmoid(REAL x, CONSTANTS) {
    REAL y = FMA(alpha, x, beta);
    return below(y < 0 ? 0 : y, 1);
}
static inline REAL hard_swish(REAL x, CONSTANTS) {
    return x * hard_sigmoid(x, (REAL)1 / 6, (REAL)0.5);
}
static inline REAL softplus(REAL x, CONSTANTS) {
    return (x < 0 ? 0 : x) + LOG1P(EXP(-ABS(x)));
}
static inline REAL softsign(REAL x, CONSTANTS) {
    return x / (1 + ABS(x));
}
// tanh(log(1 + exp(x))) = top / (top + rest), without overflow.
static inline REAL mish_top(REAL x, REAL e) {
    return x < 0 ? FMA(e, e, 2 * e) : FMA(2, e, 1);
}
static inline REAL mish_rest(REAL x, REAL e) {
    return x < 0 ? 2 : 2 * e * e;
}
static inline REAL mish(REAL x, CONSTANTS) {
    REAL e = EXP(-ABS(x)), top = mish_top(x, e);
    return x * (top / (top + mish_rest(x, e)));
}
static inline REAL thresholded_relu(REAL x, CONSTANTS) {
    return x <= alpha ? 0 : x;
}
static inline REAL erf_of(REAL x, CONSTANTS) {
    return ERF(x);
}
static inline REAL sqrt_of(REAL x, CONSTANTS) {
    return SQRT(x);
}
static inline REAL abs_of(REAL x, CONSTANTS) {
    return ABS(x);
}
static inline REAL negative(REAL x, CONSTANTS) {
    return -x;
}
static inline REAL reciprocal(REAL x, CONSTANTS) {
    return 1 / x;
}
static inline REAL floor_of(REAL x, CONSTANTS) {
    return FLOOR(x);
}
static inline REAL ceil_of(REAL x, CONSTANTS) {
    return CEIL(x);
}
static inline REAL round_of(REAL x, CONSTANTS) {
    return ROUND(x);
}
static inline REAL sign(REAL x, CONSTANTS) {
    return x > 0 ? 1 : x < 0 ? -1 : x;
}

// From v = f(x) or v = x as fovea__unary_reads says; d is the gradient of f(x).
static inline REAL relu_back(REAL v, REAL d, CONSTANTS) {
    return v <= 0 ? 0 : d;
}
static inline REAL leaky_relu_back(REAL v, REAL d, CONSTANTS) {
    return v > 0 ? d : d * alpha;
}
static inline REAL tanh_of_back(REAL v, REAL d, CONSTANTS) {
    return d * FMA(-v, v, 1);
}
static inline REAL sigmoid_back(REAL v, REAL d, CONSTANTS) {
    return d * (v * (1 - v));
}
static inline REAL gelu_back(REAL v, REAL d, CONSTANTS) {
    REAL density = FOVEA__INV_SQRT_2PI * EXP((REAL)-0.5 * v * v);
    return d * FMA(v, density, normal_cdf(v));
}
static inline REAL gelu_tanh_back(REAL v, REAL d, CONSTANTS) {
    REAL gate = gelu_gate(v), steep = gate * (1 - gate);
    REAL slope = FOVEA__GELU_SLOPE * FMA(3 * FOVEA__GELU_CUBE * v, v, 1);
    REAL whole = FMA(v * steep, slope, gate);
    return d * (steep == 0 ? gate : whole);  // the slope overflows where the gate is flat
}
static inline REAL silu_back(REAL v, REAL d, CONSTANTS) {
    REAL gate = SIGMOID(v);
    return d * (gate * FMA(v, 1 - gate, 1));
}
static inline REAL exp_of_back(REAL v, REAL d, CONSTANTS) {
    return d * v;
}
static inline REAL log_of_back(REAL v, REAL d, CONSTANTS) {
    return d / v;
}

static inline REAL elu_back(REAL v, REAL d, CONSTANTS) {
    return v > 0 ? d : d * (alpha * EXP(below(v, 0)));
}
static inline REAL selu_back(REAL v, REAL d, CONSTANTS) {
    return d * (beta * (v > 0 ? 1 : alpha * EXP(below(v, 0))));
}
static inline REAL celu_back(REAL v, REAL d, CONSTANTS) {
    return v > 0 ? d : d * EXP(below(v, 0) / alpha);
}
static inline REAL clip_back(REAL v, REAL d, CONSTANTS) {
    return v <= alpha || v >= beta ? 0 : d;
}
static inline REAL hard_sigmoid_back(REAL v, REAL d, CONSTANTS) {
    return v <= 0 || v >= 1 ? 0 : d * alpha;
}
static inline REAL hard_swish_back(REAL v, REAL d, CONSTANTS) {
    REAL slope = FMA((REAL)1 / 3, v, (REAL)0.5);
    return d * (v <= -3 ? 0 : v >= 3 ? 1 : slope);
}
static inline REAL softplus_back(REAL v, REAL d, CONSTANTS) {
    return d * SIGMOID(v);
}
static inline REAL softsign_back(REAL v, REAL d, CONSTANTS) {
    REAL whole = 1 + ABS(v);
    return d / (whole * whole);
}
static inline REAL mish_back(REAL v, REAL d, CONSTANTS) {
    REAL e = EXP(-ABS(v)), top = mish_top(v, e), rest = mish_rest(v, e);
    REAL gate = top / (top + rest), steep = rest / (top + rest) * (1 + gate);
    return d * FMA(v * steep, SIGMOID(v), gate);
}
static inline REAL thresholded_relu_back(REAL v, REAL d, CONSTANTS) {
    return v <= alpha ? 0 : d;
}
static inline REAL erf_of_back(REAL v, REAL d, CONSTANTS) {
    return d * (FOVEA__ERF_SLOPE * EXP(-v * v));
}
static inline REAL sqrt_of_back(REAL v, REAL d, CONSTANTS) {
    return d / (2 * v);
}
static inline REAL abs_of_back(REAL v, REAL d, CONSTANTS) {
    return v > 0 ? d : v < 0 ? -d : 0;
}
static inline REAL negative_back(REAL v, REAL d, CONSTANTS) {
    (void)v;
    return -d;
}
static inline REAL reciprocal_back(REAL v, REAL d, CONSTANTS) {
    return -d * (v * v);
}
// Steps: flat wherever they have a slope.
static inline REAL step_back(REAL v, REAL d, CONSTANTS) {
    (void)v, (void)d;
    return 0;
}
#define floor_of_back step_back
#define ceil_of_back step_back
#define round_of_back step_back
#define sign_back step_back

// EACH(KIND, function) for every kind.
#define FOVEA__UNARY_EACH(EACH)              \
    EACH(RELU, relu)                         \
    EACH(LEAKY_RELU, leaky_relu)             \
    EACH(TANH, tanh_of)                      \
    EACH(SIGMOID, sigmoid)                   \
    EACH(GELU, gelu)                         \
    EACH(GELU_TANH, gelu_tanh)               \
    EACH(SILU, silu)                         \
    EACH(EXP, exp_of)                        \
    EACH(LOG, log_of)                        \
    EACH(ELU, elu)                           \
    EACH(SELU, selu)                         \
    EACH(CELU, celu)                         \
    EACH(CLIP, clip)                         \
    EACH(HARD_SIGMOID, hard_sigmoid)         \
    EACH(HARD_SWISH, hard_swish)             \
    EACH(SOFTPLUS, softplus)                 \
    EACH(SOFTSIGN, softsign)                 \
    EACH(MISH, mish)                         \
    EACH(THRESHOLDED_RELU, thresholded_relu) \
    EACH(ERF, erf_of)                        \
    EACH(SQRT, sqrt_of)                      \
    EACH(ABS, abs_of)                        \
    EACH(NEG, negative)                      \
    EACH(RECIPROCAL, reciprocal)             \
    EACH(FLOOR, floor_of)                    \
    EACH(CEIL, ceil_of)                      \
    EACH(ROUND, round_of)                    \
    EACH(SIGN, sign)
