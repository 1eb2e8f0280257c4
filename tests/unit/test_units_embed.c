// SPDX-License-Identifier: MIT
// How samples lie to each other: eigenvectors of symmetric matrices, components against numpy's
// SVD, features by hand, and what is refused.
#include <math.h>

#include "explain/principal.h"
#include "explain/symmetric_eigen.h"
#include "unit/failing_sweep.h"
#include "unit/figure_said.h"
#include "unit/unit_nets.h"

#define NET "conv 4 3, relu, maxpool 2, flatten, linear 3"

static double element(int64_t i, int64_t k) {
    return sin(1 + 0.9 * (double)(i + k) + 0.3 * (double)(i * k)) + (i == k ? (double)(i % 7) : 0);
}

static void eigenvectors_are_eigenvectors(void **state) {
    data_place *place = *state;
    static const int64_t sizes[] = {1, 2, 3, 4, 17, 64, 131};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        int64_t n = sizes[s], count = n < 3 ? n : 3;
        double *a = calloc((size_t)(n * n), sizeof *a), *v = calloc((size_t)(n * count), sizeof *v);
        double values[3], trace = 0, sum = 0;
        assert_true(a && v);
        for (int64_t i = 0; i < n; i++)
            for (int64_t k = i; k < n; k++) a[i * n + k] = element(i, k);
        for (int64_t i = 0; i < n; i++) trace += element(i, i);
        assert_int_equal(fovea__symmetric_eigen(place->context, a, n, count, values, v, NULL),
                         FOVEA_OK);
        for (int64_t c = 0; c < count; c++) {
            if (c) assert_true(values[c] <= values[c - 1]);
            sum += values[c];
            for (int64_t i = 0; i < n; i++) {
                double product = 0;
                for (int64_t k = 0; k < n; k++)
                    product += element(i < k ? i : k, i < k ? k : i) * v[c * n + k];
                assert_true(fabs(product - values[c] * v[c * n + i]) < 1e-10 * (double)n);
            }
            for (int64_t d = 0; d <= c; d++) {
                double product = 0;
                for (int64_t k = 0; k < n; k++) product += v[c * n + k] * v[d * n + k];
                assert_true(fabs(product - (c == d)) < 1e-12);
            }
        }
        if (n <= 3) assert_true(fabs(sum - trace) < 1e-12);
        free(a);
        free(v);
    }
}

// Where eigenvalues are the same any orthogonal vectors will do; a matrix of zeros has them too.
static void equal_eigenvalues_have_orthogonal_vectors(void **state) {
    data_place *place = *state;
    enum { N = 12 };
    for (int zero = 0; zero < 2; zero++) {
        double a[N * N] = {0}, v[2 * N], values[2], product = 0, square = 0;
        for (int i = 0; i < N; i++) a[i * N + i] = zero ? 0 : 2.5;
        assert_int_equal(fovea__symmetric_eigen(place->context, a, N, 2, values, v, NULL),
                         FOVEA_OK);
        for (int i = 0; i < N; i++) {
            product += v[i] * v[N + i];
            square += v[i] * v[i];
        }
        assert_true(fabs(values[0] - (zero ? 0 : 2.5)) < 1e-12);
        assert_true(fabs(values[1] - (zero ? 0 : 2.5)) < 1e-12);
        assert_true(fabs(product) < 1e-12 && fabs(square - 1) < 1e-12);
    }
}

static fovea__principal room_for(int64_t n, int64_t f) {
    fovea__principal p = {.scores = calloc((size_t)n, 2 * sizeof(double)),
                          .loadings = calloc((size_t)f, 2 * sizeof(double)),
                          .mean = calloc((size_t)f, sizeof(double))};
    assert_true(p.scores && p.loadings && p.mean);
    return p;
}

static void release(fovea__principal *p) {
    free(p->scores);
    free(p->loadings);
    free(p->mean);
}

static double feature(int64_t n, int64_t k) {
    double a = (double)n, b = (double)k;
    return sin(1 + 0.7 * a + 1.3 * b + 0.05 * a * b) * (double)(1 + k % 5) + 3 * (double)(k % 3);
}

static void components_are_those_of_numpy(void **state) {
    data_place *place = *state;
    FILE *golden = fopen("tests/golden/embedding.txt", "r");
    assert_non_null(golden);
    long long n, f;
    int blocks = 0;
    while (fscanf(golden, " matrix %lld %lld", &n, &f) == 2) {
        double *x = calloc((size_t)(n * f), sizeof *x), expected[2];
        assert_non_null(x);
        for (int64_t i = 0; i < n * f; i++) x[i] = feature(i / f, i % f);
        fovea__principal p = room_for(n, f);
        assert_int_equal(fovea__principal_components(place->context, x, n, f, &p, NULL), FOVEA_OK);
        for (int64_t row = 0; row < 1 + n + f; row++) {
            assert_int_equal(fscanf(golden, "%lf %lf", &expected[0], &expected[1]), 2);
            for (int c = 0; c < 2; c++) {
                double got = row == 0   ? p.share[c]
                             : row <= n ? p.scores[(row - 1) * 2 + c]
                                        : p.loadings[c * f + row - 1 - n];
                if (!(fabs(got - expected[c]) < 1e-9))
                    fail_msg("%lld×%lld row %lld: %.17g, not %.17g", n, f, (long long)row, got,
                             expected[c]);
            }
        }
        release(&p);
        free(x);
        blocks++;
    }
    fclose(golden);
    assert_int_equal(blocks, 5);
}

static fovea_embedding *embedding_of(const fovea_model *model, const fovea_dataset *set,
                                     const char *layer, int flatten, int64_t batch) {
    fovea_embedding_options options;
    fovea_embedding *embedding;
    fovea_error error;
    fovea_embedding_options_default(&options);
    options.flatten = flatten;
    options.batch = batch;
    if (fovea_embedding_create(model, set, unit_node(model, layer), &options, &embedding, &error))
        fail_msg("%s", error.text);
    return embedding;
}

// Means of channels, or all cells: the same components as of features put together by hand.
static void features_are_means_or_cells(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    for (int flatten = 0; flatten < 2; flatten++) {
        fovea_embedding *e = embedding_of(model, set, "relu1", flatten, 0);
        int64_t n = fovea_embedding_samples(e), f = fovea_embedding_features(e);
        assert_int_equal(n, UNIT_SAMPLES);
        assert_int_equal(f, flatten ? 4 * 7 * 9 : 4);
        double *x = calloc((size_t)(n * f), sizeof *x);
        assert_non_null(x);
        for (int64_t i = 0; i < n; i++) {
            fovea_tensor *values = unit_values(model, set, "relu1", i);
            int64_t cells = flatten ? 1 : 63;
            for (int64_t k = 0; k < f * cells; k++)
                x[i * f + k / cells] += unit_number(values, k) / (double)cells;
            fovea_tensor_free(values);
        }
        fovea__principal p = room_for(n, f);
        assert_int_equal(fovea__principal_components(place->context, x, n, f, &p, NULL), FOVEA_OK);
        for (int64_t i = 0; i < 2 * n; i++)
            assert_true(fabs(fovea_embedding_scores(e)[i] - p.scores[i]) < 1e-9);
        for (int c = 0; c < 2; c++) {
            assert_true(fabs(fovea_embedding_share(e, c) - p.share[c]) < 1e-9);
            assert_true(fovea_embedding_variance(e, c) > 0);
        }
        assert_true(fovea_embedding_share(e, 0) + fovea_embedding_share(e, 1) < 1 + 1e-12);
        release(&p);
        free(x);
        fovea_embedding_free(e);
    }
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void any_batch_and_threads_give_the_same_bits(void **state) {
    (void)state;
    static const int64_t batches[] = {0, 1, 7, 16};
    double first[2][2 * UNIT_SAMPLES];
    for (int threads = 1; threads <= 3; threads++)
        for (int b = 0; b < 8; b++) {
            fovea_context *context = unit_context(threads);
            fovea_dataset *set = unit_set(context, 0);
            fovea_model *model = unit_net(context, NET, "f32");
            fovea_embedding *e = embedding_of(model, set, "conv1", b / 4, batches[b % 4]);
            const double *scores = fovea_embedding_scores(e);
            if (threads == 1 && b % 4 == 0) memcpy(first[b / 4], scores, sizeof first[0]);
            assert_memory_equal(first[b / 4], scores, sizeof first[0]);
            fovea_embedding_free(e);
            fovea_model_free(model);
            fovea_dataset_free(set);
            fovea_context_free(context);
        }
}

// A layer that says the same of every picture has no components.
static void nothing_varies(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    const double zero = 0;
    fovea_graph *graph = fovea_model_graph(model);
    assert_int_equal(fovea_graph_set_parameter(graph, "conv1.weight", &zero, 1, NULL), FOVEA_OK);
    fovea_embedding *e = embedding_of(model, set, "conv1", 0, 0);
    fovea_figure *figure;
    for (int64_t i = 0; i < 2 * UNIT_SAMPLES; i++) assert_true(fovea_embedding_scores(e)[i] == 0);
    assert_true(fovea_embedding_share(e, 0) == 0 && fovea_embedding_variance(e, 1) == 0);
    assert_int_equal(fovea_figure_embedding(place->context, e, &figure, NULL), FOVEA_OK);
    const char *path = data_path(place, "flat.svg");
    assert_int_equal(fovea_figure_write(place->context, figure, path, NULL, NULL), FOVEA_OK);
    fovea_figure_free(figure);
    fovea_embedding_free(e);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void figure_and_arrays_say_the_same(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0);
    fovea_model *model = unit_net(place->context, NET, "f32");
    fovea_embedding *e = embedding_of(model, set, "maxpool1", 0, 0);
    fovea_figure *figure;
    fovea_tensor_file *file;
    assert_int_equal(fovea_figure_embedding(place->context, e, &figure, NULL), FOVEA_OK);
    const char *text = said(place->context, figure), *path = data_path(place, "e.npz");
    assert_non_null(strstr(text, "Pictures as maxpool1 sees them"));
    assert_int_equal(times(text, " pictures  mean "), 10);
    assert_int_equal(fovea_embedding_save(e, path, NULL), FOVEA_OK);
    assert_int_equal(fovea_tensor_file_open(place->context, path, &file, NULL), FOVEA_OK);
    assert_int_equal(fovea_tensor_file_count(file), 7);
    int32_t index = fovea_tensor_file_find(file, "scores");
    fovea_view view = fovea_tensor_file_get(file, index).view;
    assert_memory_equal(view.data, fovea_embedding_scores(e), sizeof(double) * 2 * UNIT_SAMPLES);
    fovea_tensor_file_free(file);
    fovea_embedding_free(e);
    fovea_model_free(model);
    fovea_dataset_free(set);
}

static void refused(const fovea_model *model, const fovea_dataset *set, int32_t node,
                    fovea_status status, const char *text) {
    fovea_embedding *embedding = NULL;
    fovea_error error = {0};
    assert_int_equal(fovea_embedding_create(model, set, node, NULL, &embedding, &error), status);
    assert_null(embedding);
    if (!strstr(error.text, text)) fail_msg("%s", error.text);
}

static void one_sample_and_nan_are_refused(void **state) {
    data_place *place = *state;
    fovea_dataset *set = unit_set(place->context, 0), *one = unit_set(place->context, 1);
    fovea_model *model = unit_net(place->context, NET, "f32");
    refused(model, one, 0, FOVEA_INVALID_ARGUMENT, "at least 2");
    refused(model, set, 77, FOVEA_INVALID_ARGUMENT, "there is no node 77");
    const double nan = NAN;
    assert_int_equal(
        fovea_graph_set_parameter(fovea_model_graph(model), "conv1.bias", &nan, 1, NULL), FOVEA_OK);
    refused(model, set, 0, FOVEA_NOT_FINITE, "feature 0 of picture 0");
    fovea_model_free(model);
    fovea_dataset_free(one);
    fovea_dataset_free(set);
}

static fovea_status all_of_it(fovea_context *context, fovea_error *error) {
    fovea_model *model = NULL;
    fovea_dataset *set = NULL;
    fovea_embedding *embedding = NULL;
    fovea_figure *figure = NULL;
    fovea_dataset_options options;
    fovea_model_options net;
    fovea_dataset_options_default(&options);
    options.limit = 6;
    fovea_model_options_default(&net);
    net.input = (fovea_shape){3, {1, UNIT_HEIGHT, UNIT_WIDTH}};
    fovea_status status = fovea_dataset_open(context, "mnist:test", &options, &set, error);
    if (status == FOVEA_OK)
        status = fovea_model_from_text(context, "conv 2 3, flatten, linear 2", &net, &model, error);
    if (status == FOVEA_OK) status = fovea_embedding_create(model, set, 0, NULL, &embedding, error);
    if (status == FOVEA_OK) status = fovea_figure_embedding(context, embedding, &figure, error);
    fovea_figure_free(figure);
    fovea_embedding_free(embedding);
    fovea_model_free(model);
    fovea_dataset_free(set);
    return status;
}

static void no_memory_leaks_nothing(void **state) {
    (void)state;
    failing_sweep(all_of_it);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        units_test(eigenvectors_are_eigenvectors),
        units_test(equal_eigenvalues_have_orthogonal_vectors),
        units_test(components_are_those_of_numpy),
        units_test(features_are_means_or_cells),
        units_test(any_batch_and_threads_give_the_same_bits),
        units_test(nothing_varies),
        units_test(figure_and_arrays_say_the_same),
        units_test(one_sample_and_nan_are_refused),
        units_test(no_memory_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
