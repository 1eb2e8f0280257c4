// SPDX-License-Identifier: MIT
// Every plan, number of threads and kernel set gives the same bits: values and gradients of whole
// nets.
#include "net_bits.h"

static const way ways[] = {{"plain", NULL, 1},      {"n16", NULL, 1},         {"n16", NULL, 2},
                           {"n16", NULL, 3},        {"n16", "avx2", 2},       {"n16", "avx512", 1},
                           {"n16", "reference", 2}, {"plain", "reference", 1}};

// The address sanitizer looks at each step once more; that the bits are the same is shown without it.
#ifdef __SANITIZE_ADDRESS__
enum { WAYS = 4 };
#else
enum { WAYS = sizeof ways / sizeof ways[0] };
#endif

static void compare_all(const char *net, int32_t c, int32_t h, int32_t w, int64_t samples,
                        int64_t most) {
    compare_ways(net, c, h, w, samples, most, ways, WAYS);
}

static void batches_of_any_size(void **state) {
    (void)state;
    const char net[] =
        "conv 5 3 pad=1, relu, maxpool 2, conv 7 3, tanh, avgpool 2, flatten, linear 6";
    const int64_t sizes[] = {1, 15, 16, 17, 40, 150};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        compare_all(net, 2, 13, 11, sizes[i], sizes[i] + 5);
}

static void odd_layers(void **state) {
    (void)state;
    compare_all(
        "conv 6 5x3 stride=2x1 pad=2x1 dilation=1x2 groups=3 bias=0, gelu, batchnorm, "
        "maxpool 3 stride=2 pad=1, silu, conv 4 1, sigmoid, gap, flatten, linear 3",
        3, 17, 12, 37, 64);
    compare_all(
        "conv 4 3 pad=1, leaky_relu, dropout 0.3, flatten, linear 20, relu, dropout 0.5, "
        "linear 5, log_softmax",
        1, 9, 9, 33, 48);
}

static void branches(void **state) {
    (void)state;
    compare_all(
        "conv 4 3 pad=1 as a, relu as b, conv 4 3 pad=1, add a, concat b, pad 1, "
        "from b, slice step=2, softmax, gap, flatten, linear 4",
        2, 10, 10, 21, 32);
    compare_all("conv 4 3 pad=1 as a, tanh, mul a, batchnorm, concat a, gap, flatten, linear 3", 2,
                8, 8, 50, 50);
}

static void weights_without_partial_sums(void **state) {
    (void)state;
    compare_all("conv 48 3 pad=1, relu, conv 70 3 pad=1, relu, gap, flatten, linear 9", 3, 6, 6,
                130, 130);
    compare_all("flatten, linear 300, relu, linear 10", 1, 28, 28, 128, 128);
}

static void residual_net(void **state) {
    (void)state;
    compare_ways("resnet20", 0, 0, 0, 19, 20, ways, 3);
}

// The thread sanitizer looks for races, which need few samples; it makes arithmetic twenty times
// slower.
#ifdef __SANITIZE_THREAD__
enum { FULL = 0 };
#else
enum { FULL = 1 };
#endif

static void races(void **state) {
    (void)state;
    compare_ways("conv 5 3 pad=1, batchnorm, relu, maxpool 2, dropout 0.2, flatten, linear 300", 2,
                 9, 9, 40, 45, ways, 4);
}

int main(void) {
    if (!FULL) {
        const struct CMUnitTest few[] = {cmocka_unit_test(races)};
        return cmocka_run_group_tests(few, NULL, NULL);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(races),
        cmocka_unit_test(batches_of_any_size),
        cmocka_unit_test(odd_layers),
        cmocka_unit_test(branches),
        cmocka_unit_test(weights_without_partial_sums),
        cmocka_unit_test(residual_net),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
