// SPDX-License-Identifier: MIT
// The published sets, where they are: in $FOVEA_DATA, and Debian's dataset-fashion-mnist.
#include "unit/data_files.h"

static int begin(void **state) {
    data_place *place = calloc(1, sizeof(*place));
    *state = place;
    return fovea_context_create(NULL, &place->context, NULL) == FOVEA_OK ? 0 : -1;
}

static int end(void **state) {
    data_place *place = *state;
    fovea_context_free(place->context);
    free(place);
    return 0;
}

static void need(const data_place *place, const char *name) {
    if (!fovea_dataset_has_part(place->context, name, NULL, "train")) {
        print_message("%s is not in FOVEA_DATA\n", name);
        skip();
    }
}

static void count_classes(const fovea_dataset *set, int64_t *count) {
    memset(count, 0, (size_t)fovea_dataset_class_count(set) * sizeof(*count));
    for (int64_t i = 0; i < fovea_dataset_count(set); i++) count[fovea_dataset_label(set, i)]++;
}

static void check_figures(const data_place *place, const fovea_dataset *set, const double *mean,
                          const double *deviation) {
    double m[3], d[3];
    assert_int_equal(fovea_dataset_normalization(place->context, set, NULL, m, d, NULL), FOVEA_OK);
    for (int64_t c = 0; c < fovea_dataset_shape(set).dim[0]; c++) {
        assert_true(m[c] > mean[c] - 0.00005 && m[c] < mean[c] + 0.00005);
        assert_true(d[c] > deviation[c] - 0.00005 && d[c] < deviation[c] + 0.00005);
    }
}

static void mnist_has_its_published_counts_and_figures(void **state) {
    data_place *place = *state;
    need(place, "mnist");
    static const int64_t train_count[] = {5923, 6742, 5958, 6131, 5842,
                                          5421, 5918, 6265, 5851, 5949};
    static const int64_t test_count[] = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};
    int64_t count[10];
    fovea_dataset *train = data_open(place, "mnist", NULL);
    fovea_dataset *test = data_open(place, "mnist:test", NULL);
    assert_int_equal(fovea_dataset_count(train), 60000);
    assert_int_equal(fovea_dataset_count(test), 10000);
    count_classes(train, count);
    assert_memory_equal(count, train_count, sizeof(count));
    count_classes(test, count);
    assert_memory_equal(count, test_count, sizeof(count));
    static const int32_t first[] = {7, 2, 1, 0, 4, 1, 4, 9, 5, 9};
    for (int64_t i = 0; i < 10; i++) assert_int_equal(fovea_dataset_label(test, i), first[i]);
    // Those of train also for the test part.
    check_figures(place, train, (double[]){0.1307}, (double[]){0.3081});
    check_figures(place, test, (double[]){0.1307}, (double[]){0.3081});
    fovea_dataset_free(train);
    fovea_dataset_free(test);
}

static void fashion_mnist_has_its_published_figures(void **state) {
    data_place *place = *state;
    need(place, "fashion-mnist");
    fovea_dataset *set = data_open(place, "fashion-mnist", NULL);
    assert_int_equal(fovea_dataset_count(set), 60000);
    assert_string_equal(fovea_dataset_class_name(set, fovea_dataset_label(set, 0)), "Ankle boot");
    int64_t count[10];
    count_classes(set, count);
    for (int i = 0; i < 10; i++) assert_int_equal(count[i], 6000);
    check_figures(place, set, (double[]){0.2860}, (double[]){0.3530});
    fovea_dataset_free(set);
}

// The official files, or the same pictures through JPEG quality 75, which prepare-cifar10.py marks.
static void cifar10_has_its_published_counts_and_figures(void **state) {
    data_place *place = *state;
    need(place, "cifar10");
    fovea_dataset *set = data_open(place, "cifar10:train", NULL);
    assert_int_equal(fovea_dataset_count(set), 50000);
    int64_t count[10];
    count_classes(set, count);
    for (int i = 0; i < 10; i++) assert_int_equal(count[i], 5000);
    assert_string_equal(fovea_dataset_class_name(set, fovea_dataset_label(set, 79)), "automobile");
    char path[1024];
    snprintf(path, sizeof(path), "%s/LOSSY", fovea_dataset_origin(set));
    if (access(path, F_OK) == 0) {
        check_figures(place, set, (double[]){0.4913, 0.4821, 0.4465},
                      (double[]){0.2452, 0.2428, 0.2606});
    } else {
        check_figures(place, set, (double[]){0.4914, 0.4822, 0.4465},
                      (double[]){0.2470, 0.2435, 0.2616});
    }
    fovea_dataset_free(set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mnist_has_its_published_counts_and_figures),
        cmocka_unit_test(fashion_mnist_has_its_published_figures),
        cmocka_unit_test(cifar10_has_its_published_counts_and_figures),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
