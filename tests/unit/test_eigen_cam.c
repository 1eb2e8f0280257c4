// SPDX-License-Identifier: MIT
// Eigen-CAM against a decomposition of another kind (one-sided Jacobi), and its sign.
#include "explain/symmetric_eigen.h"
#include "unit/explain_cam.h"

enum { MOST = 160 };

static double column_dot(const double *x, int rows, int columns, int a, int b) {
    double sum = 0;
    for (int r = 0; r < rows; r++) sum += x[r * columns + a] * x[r * columns + b];
    return sum;
}

// Rotates the columns of X until all are at right angles: X V, whose longest column is X v.
static void jacobi(double *x, int rows, int columns) {
    for (int sweep = 0; sweep < 60; sweep++) {
        double worst = 0;
        for (int a = 0; a < columns; a++)
            for (int b = a + 1; b < columns; b++) {
                double aa = column_dot(x, rows, columns, a, a);
                double bb = column_dot(x, rows, columns, b, b);
                double ab = column_dot(x, rows, columns, a, b);
                if (fabs(ab) <= 1e-17 * sqrt(aa * bb)) continue;
                worst = fmax(worst, fabs(ab) / sqrt(aa * bb));
                double zeta = (bb - aa) / (2 * ab);
                double t = (zeta < 0 ? -1 : 1) / (fabs(zeta) + sqrt(1 + zeta * zeta));
                double c = 1 / sqrt(1 + t * t), s = c * t;
                for (int r = 0; r < rows; r++) {
                    double *row = x + r * columns, left = row[a];
                    row[a] = c * left - s * row[b];
                    row[b] = s * left + c * row[b];
                }
            }
        if (worst < 1e-15) return;
    }
}

// X v of a layer's K×Z values, of either sign.
static void project(const double *a, int maps, int cells, double *map) {
    double *x = malloc(sizeof(double) * (size_t)maps * (size_t)cells);
    assert_non_null(x);
    for (int k = 0; k < maps; k++) {
        double mean = 0;
        for (int i = 0; i < cells; i++) mean += a[k * cells + i] / cells;
        for (int i = 0; i < cells; i++) x[i * maps + k] = a[k * cells + i] - mean;
    }
    jacobi(x, cells, maps);
    int best = 0;
    for (int k = 1; k < maps; k++)
        if (column_dot(x, cells, maps, k, k) > column_dot(x, cells, maps, best, best)) best = k;
    for (int i = 0; i < cells; i++) map[i] = x[i * maps + best];
    free(x);
}

static void eigen_cam_is_the_projection_on_the_first_singular_vector(void **state) {
    (void)state;
    static const struct {
        const char *text, *layer;
    } cases[] = {{cam_flat, "relu1"},
                 {cam_flat, "conv2"},
                 {cam_deep, "maxpool1"},
                 {"conv 24 3, relu, maxpool 3, flatten, linear 3", "maxpool1"},
                 {"conv 24 3, relu, maxpool 3, flatten, linear 3", "relu1"}};
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        explain_net net = explain_open(cases[n].text, 41 + n, NULL);
        fovea_attribution *map = cam_do(&net, "eigen-cam", cases[n].layer, 0);
        fovea_tensor *a;
        cam_full(&net, cases[n].layer, 0, &a, NULL);
        fovea_view view = fovea_tensor_view(a);
        int maps = (int)view.shape.dim[1], cells = (int)cam_count(map->map);
        double want[MOST], plus = 0, minus = 0, largest = 0;
        project(view.data, maps, cells, want);
        for (int i = 0; i < cells; i++) {
            plus = fmax(plus, fabs(cam_number(map->map, i) - want[i]));
            minus = fmax(minus, fabs(cam_number(map->map, i) + want[i]));
            largest = fmax(largest, fabs(want[i]));
        }
        assert_true(fmin(plus, minus) < 1e-12 * largest);
        fovea_tensor_free(a);
        fovea_attribution_free(map);
        explain_close(&net);
    }
}

static void eigen_cam_rises_where_the_layer_is_active(void **state) {
    (void)state;
    for (uint64_t seed = 50; seed < 70; seed++) {
        explain_net net = explain_open(cam_flat, seed, NULL);
        fovea_attribution *map = cam_do(&net, "eigen-cam", "relu2", 0);
        fovea_tensor *a;
        cam_full(&net, "relu2", 0, &a, NULL);
        double together = 0, size[16] = {0}, mean = 0;
        for (int i = 0; i < 80; i++) size[i % 16] += fabs(cam_number(a, i));
        for (int i = 0; i < 16; i++) mean += size[i] / 16;
        for (int i = 0; i < 16; i++) together += (size[i] - mean) * cam_number(map->map, i);
        assert_true(together > 0);
        fovea_tensor_free(a);
        fovea_attribution_free(map);
        explain_close(&net);
    }
}

static void eigen_cam_is_the_same_for_every_class(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 44, NULL);
    fovea_attribution *a = cam_do(&net, "eigen-cam", "relu2", 0);
    fovea_attribution *b = cam_do(&net, "eigen-cam", "relu2", 3);
    assert_true(cam_same_bits(a->map, b->map));
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&net);
}

static void a_layer_of_zeros_has_an_empty_eigen_cam_and_nan_stays_nan(void **state) {
    (void)state;
    explain_net net = explain_open(cam_flat, 45, NULL);
    int64_t count;
    double *weight = cam_parameter(&net, "conv2.weight", &count);
    double *bias = cam_parameter(&net, "conv2.bias", NULL);
    for (int64_t i = 0; i < count; i++) weight[i] = 0;
    for (int i = 0; i < 5; i++) bias[i] = -1;
    fovea_attribution *map = cam_do(&net, "eigen-cam", "relu2", 0);
    assert_int_equal(map->state, FOVEA_MAP_EMPTY);
    fovea_attribution_free(map);
    bias[2] = NAN;
    map = cam_do(&net, "eigen-cam", "conv2", 0);
    assert_int_equal(map->state, FOVEA_MAP_NOT_FINITE);
    fovea_attribution_free(map);
    explain_close(&net);
}

// Symmetric matrices with known eigenvalues, the two largest closer and closer.
static void eigenvectors_are_right_however_close_the_next_one_is(void **state) {
    (void)state;
    enum { N = 12 };
    static const double gaps[] = {1, 1e-3, 1e-6, 1e-9};
    for (size_t g = 0; g < 4; g++) {
        double q[N * N], a[N * N], vector[N], value;
        // Rows at right angles: the discrete cosine transform.
        for (int k = 0; k < N; k++)
            for (int i = 0; i < N; i++)
                q[k * N + i] = sqrt((k ? 2.0 : 1.0) / N) * cos(M_PI * (i + 0.5) * k / N);
        for (int r = 0; r < N; r++)
            for (int c = 0; c < N; c++) {
                a[r * N + c] = 0;
                for (int k = 0; k < N; k++) {
                    double l = k == 5 ? 3 + gaps[g] : k == 2 ? 3 : k * 0.2;
                    a[r * N + c] += l * q[k * N + r] * q[k * N + c];
                }
            }
        assert_int_equal(fovea__symmetric_eigen(context, a, N, 1, &value, vector, NULL), FOVEA_OK);
        double along = 0;
        for (int i = 0; i < N; i++) along += vector[i] * q[5 * N + i];
        assert_true(fabs(value - 3 - gaps[g]) < 1e-14 * 20);
        assert_true(fabs(fabs(along) - 1) < 1e-12 / gaps[g] * 1e-3 + 1e-13);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eigen_cam_is_the_projection_on_the_first_singular_vector),
        cmocka_unit_test(eigen_cam_rises_where_the_layer_is_active),
        cmocka_unit_test(eigen_cam_is_the_same_for_every_class),
        cmocka_unit_test(a_layer_of_zeros_has_an_empty_eigen_cam_and_nan_stays_nan),
        cmocka_unit_test(eigenvectors_are_right_however_close_the_next_one_is),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
