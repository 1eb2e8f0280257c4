// SPDX-License-Identifier: MIT
// Every variant of convolution and linear in double gives the bits of the reference, the last in its list.
#include "kernels/conv/conv.h"
#include "kernels/linear/linear.h"
#include "unit/unit.h"

enum { MOST = 8192 };

typedef struct {
    double x[MOST], w[MOST], b[64], y[MOST], d_x[MOST], d_w[MOST], d_b[64];
} buffers;

static void fill(double *values, uint32_t salt) {
    for (uint32_t i = 0; i < MOST; i++) {
        uint32_t bits = (i + salt) * 2654435761u;
        bits ^= bits >> 15;
        values[i] = ((double)(bits % 200003) - 100001) / 33331;
    }
}

static void prepare(buffers *b) {
    memset(b, 0, sizeof *b);
    fill(b->x, 1);
    fill(b->w, 2);
    memcpy(b->b, b->w + 100, sizeof b->b);
}

static void run_conv(const fovea__conv_kernel_f64 *kernel, const fovea__conv_geometry *g,
                     buffers *b) {
    prepare(b);
    kernel->forward(g, 3, b->x, b->w, b->b, b->y);
    kernel->input_gradient(g, 3, b->y, b->w, b->d_x);
    kernel->weight_gradient(g, 3, b->x, b->y, b->d_w, b->d_b);
}

static void convolutions(void **state) {
    (void)state;
    static buffers want, got;
    const fovea__conv_geometry geometries[] = {
        {1, 3, 5, {1, 9, 11}, {1, 9, 11}, {1, 3, 3}, {1, 1, 1}, {0, 1, 1}, {1, 1, 1}},
        {2, 4, 6, {1, 11, 13}, {1, 5, 5}, {1, 3, 5}, {1, 2, 3}, {0, 1, 2}, {1, 2, 1}},
        {1, 2, 3, {5, 6, 7}, {5, 6, 7}, {3, 3, 3}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}},
    };
    size_t count;
    const fovea__conv_kernel_f64 *const *kernels = fovea__conv_kernels_f64(&count);
    for (size_t i = 0; i < sizeof geometries / sizeof geometries[0]; i++) {
        run_conv(kernels[count - 1], &geometries[i], &want);
        assert_true(want.y[0] != 0 && want.d_x[14] != 0 && want.d_w[0] != 0);
        for (size_t k = 0; k + 1 < count; k++) {
            if (!fovea__cpu_allows(fovea__cpu_best(), kernels[k]->cpu)) continue;
            run_conv(kernels[k], &geometries[i], &got);
            assert_memory_equal(&got, &want, sizeof got);
        }
    }
}

static void run_linear(const fovea__linear_kernel_f64 *kernel, buffers *b) {
    const fovea__linear_geometry g = {.inputs = 67, .outputs = 29};
    prepare(b);
    kernel->forward(&g, 13, b->x, b->w, b->b, b->y);
    kernel->input_gradient(&g, 13, b->y, b->w, b->d_x);
    kernel->weight_gradient(&g, 13, b->x, b->y, b->d_w, b->d_b);
}

static void linear_layers(void **state) {
    (void)state;
    static buffers want, got;
    size_t count;
    const fovea__linear_kernel_f64 *const *kernels = fovea__linear_kernels_f64(&count);
    run_linear(kernels[count - 1], &want);
    assert_true(want.y[0] != 0 && want.d_x[14] != 0 && want.d_w[0] != 0);
    for (size_t k = 0; k + 1 < count; k++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), kernels[k]->cpu)) continue;
        run_linear(kernels[k], &got);
        assert_memory_equal(&got, &want, sizeof got);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions),
        cmocka_unit_test(linear_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
