// SPDX-License-Identifier: MIT
// Subsets, splits, figures, order and augmentation.
#include <math.h>

#include "base/hash.h"
#include "data/batch.h"
#include "unit/data_files.h"
#include "unit/failing.h"

static fovea_dataset *open_mnist(const data_place *place, const char *classes, int64_t limit) {
    data_write_idx(place, "mnist/train", 50, 0, 10);
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.classes = classes;
    options.limit = limit;
    return data_open(place, "mnist", &options);
}

static void classes_are_chosen_and_renumbered_in_the_order_given(void **state) {
    data_place *place = *state;
    fovea_dataset *set = open_mnist(place, "7,2", 0);
    assert_int_equal(fovea_dataset_count(set), 10);
    assert_int_equal(fovea_dataset_class_count(set), 2);
    assert_string_equal(fovea_dataset_class_name(set, 0), "7");
    static const int64_t index[] = {2, 7, 12, 17, 22, 27, 32, 37, 42, 47};
    for (int64_t i = 0; i < 10; i++) {
        assert_int_equal(fovea_dataset_index(set, i), index[i]);
        assert_int_equal(fovea_dataset_label(set, i), index[i] % 10 == 7 ? 0 : 1);
        assert_int_equal(*fovea_dataset_picture(set, i), data_pixel((size_t)index[i], 0, 0, 0));
    }
    fovea_dataset_free(set);
    set = open_mnist(place, "7,2", 3);
    assert_int_equal(fovea_dataset_count(set), 3);
    assert_int_equal(fovea_dataset_index(set, 2), 12);
    fovea_dataset_free(set);
}

static void classes_go_by_name_or_index_and_unknown_ones_are_refused(void **state) {
    data_place *place = *state;
    data_write_idx(place, "fashion-mnist/train", 20, 0, 10);
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.classes = "Ankle boot,0";
    fovea_dataset *set = data_open(place, "fashion-mnist", &options);
    assert_string_equal(fovea_dataset_class_name(set, 0), "Ankle boot");
    assert_string_equal(fovea_dataset_class_name(set, 1), "T-shirt/top");
    fovea_dataset_free(set);
    options.classes = "Sneker";
    data_refused(place, "fashion-mnist", &options, FOVEA_INVALID_ARGUMENT,
                 "did you mean \"Sneaker\"?");
    options.classes = "10";
    data_refused(place, "fashion-mnist", &options, FOVEA_INVALID_ARGUMENT, "only 0 to 9");
    options.classes = "Bag,8";
    data_refused(place, "fashion-mnist", &options, FOVEA_INVALID_ARGUMENT, "chosen twice");
    options.classes = "";
    data_refused(place, "fashion-mnist", &options, FOVEA_INVALID_ARGUMENT, "no class \"\"");
    options.classes = NULL;
    options.limit = -1;
    data_refused(place, "fashion-mnist", &options, FOVEA_INVALID_ARGUMENT, "limit");
    options.size = 3;
    data_refused(place, "fashion-mnist", &options, FOVEA_INVALID_ARGUMENT, "options");
}

static void subsets_outlive_what_they_were_made_of(void **state) {
    data_place *place = *state;
    fovea_dataset *set = open_mnist(place, NULL, 0), *nines, *two, *picked;
    assert_int_equal(fovea_dataset_of_class(set, 9, &nines, NULL), FOVEA_OK);
    fovea_dataset_free(set);
    assert_int_equal(fovea_dataset_first(nines, 2, &two, NULL), FOVEA_OK);
    int64_t position[] = {4, 0, 4};
    assert_int_equal(fovea_dataset_select(nines, position, 3, "odd", &picked, NULL), FOVEA_OK);
    assert_int_equal(fovea_dataset_count(nines), 5);
    fovea_dataset_free(nines);
    assert_int_equal(fovea_dataset_count(two), 2);
    assert_int_equal(fovea_dataset_index(two, 1), 19);
    assert_int_equal(fovea_dataset_label(two, 1), 9);
    assert_string_equal(fovea_dataset_part(two), "train");
    fovea_dataset_free(two);
    assert_string_equal(fovea_dataset_part(picked), "odd");
    assert_int_equal(fovea_dataset_index(picked, 0), 49);
    assert_int_equal(fovea_dataset_index(picked, 1), 9);
    assert_int_equal(*fovea_dataset_picture(picked, 2), data_pixel(49, 0, 0, 0));
    fovea_dataset_free(picked);
}

static void impossible_subsets_are_refused(void **state) {
    data_place *place = *state;
    fovea_dataset *set = open_mnist(place, NULL, 0), *made, *other;
    int64_t position[] = {50};
    assert_int_equal(fovea_dataset_of_class(set, 10, &made, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_dataset_first(set, 0, &made, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_dataset_select(set, position, 1, NULL, &made, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_dataset_select(set, position, 0, NULL, &made, NULL),
                     FOVEA_INVALID_ARGUMENT);
    static const double fraction[] = {0, 1, -0.5, 1.5, 0.001, 0.999};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(fovea_dataset_split(set, 0, fraction[i], &made, &other, NULL),
                         FOVEA_INVALID_ARGUMENT);
    }
    assert_int_equal(fovea_dataset_split(set, 0, NAN, &made, &other, NULL), FOVEA_INVALID_ARGUMENT);
    fovea_dataset_free(set);
}

static void a_split_is_complete_disjoint_ordered_and_reproducible(void **state) {
    data_place *place = *state;
    fovea_dataset *set = open_mnist(place, NULL, 0), *part[3][2];
    static const uint64_t seed[] = {5, 5, 6};
    for (int k = 0; k < 3; k++) {
        assert_int_equal(fovea_dataset_split(set, seed[k], 0.25, &part[k][0], &part[k][1], NULL),
                         FOVEA_OK);
    }
    fovea_dataset_free(set);
    assert_int_equal(fovea_dataset_count(part[0][1]), 13);  // 12.5 is rounded away from zero
    assert_string_equal(fovea_dataset_part(part[0][0]), "train");
    assert_string_equal(fovea_dataset_part(part[0][1]), "val");
    int seen[50] = {0}, differ = 0;
    for (int p = 0; p < 2; p++) {
        int64_t last = -1;
        for (int64_t i = 0; i < fovea_dataset_count(part[0][p]); i++) {
            int64_t index = fovea_dataset_index(part[0][p], i);
            assert_true(index > last);
            last = index;
            seen[index]++;
            assert_int_equal(fovea_dataset_index(part[1][p], i), index);
            differ += fovea_dataset_index(part[2][p], i) != index;
        }
    }
    for (int i = 0; i < 50; i++) assert_int_equal(seen[i], 1);
    assert_true(differ > 0);
    for (int k = 0; k < 6; k++) fovea_dataset_free(part[k / 2][k % 2]);
}

static void figures_are_those_of_all_pixels_with_n_minus_1(void **state) {
    data_place *place = *state;
    for (int i = 1; i <= 5; i++) {
        char name[64];
        snprintf(name, sizeof(name), "cifar-10-batches-bin/data_batch_%d.bin", i);
        data_write_cifar(place, name, (uint32_t)i, 1, 1, 10);
    }
    fovea_dataset *set = data_open(place, "cifar10", NULL);
    double mean[3], deviation[3];
    assert_int_equal(fovea_dataset_statistics(set, mean, deviation, NULL), FOVEA_OK);
    for (size_t c = 0; c < 3; c++) {
        long double sum = 0, squares = 0, n = 5 * 1024;
        for (size_t i = 1; i <= 5; i++) {
            for (size_t p = 0; p < 1024; p++) sum += data_pixel(i, c, p / 32, p % 32);
        }
        for (size_t i = 1; i <= 5; i++) {
            for (size_t p = 0; p < 1024; p++) {
                long double v = data_pixel(i, c, p / 32, p % 32) - sum / n;
                squares += v * v;
            }
        }
        assert_true(fabsl(mean[c] - sum / n / 255) < 1e-15L);
        assert_true(fabsl(deviation[c] - sqrtl(squares / (n - 1)) / 255) < 1e-15L);
    }
    // The order of the samples does not change a bit.
    int64_t turned[] = {4, 2, 0, 1, 3};
    fovea_dataset *other;
    double m[3], d[3];
    assert_int_equal(fovea_dataset_select(set, turned, 5, NULL, &other, NULL), FOVEA_OK);
    assert_int_equal(fovea_dataset_statistics(other, m, d, NULL), FOVEA_OK);
    assert_memory_equal(m, mean, sizeof(m));
    assert_memory_equal(d, deviation, sizeof(d));
    fovea_dataset_free(other);
    fovea_dataset_free(set);
}

static void normalisation_is_that_of_the_whole_train_part(void **state) {
    data_place *place = *state;
    double wanted[2], got[2];
    fovea_dataset *set = open_mnist(place, NULL, 0);
    assert_int_equal(fovea_dataset_statistics(set, &wanted[0], &wanted[1], NULL), FOVEA_OK);
    fovea_dataset_free(set);
    data_write_idx(place, "mnist/t10k", 3, 0, 10);
    set = open_mnist(place, "3", 2);
    fovea_dataset *test = data_open(place, "mnist:test", NULL);
    for (int k = 0; k < 2; k++) {
        assert_int_equal(fovea_dataset_normalization(place->context, k ? test : set, NULL, &got[0],
                                                     &got[1], NULL),
                         FOVEA_OK);
        assert_memory_equal(got, wanted, sizeof(got));
    }
    remove(data_path(place, "mnist/train-images-idx3-ubyte"));
    remove(data_path(place, "mnist/train-labels-idx1-ubyte"));
    assert_int_equal(
        fovea_dataset_normalization(place->context, test, NULL, &got[0], &got[1], NULL),
        FOVEA_DATA_MISSING);
    fovea_dataset_free(set);
    fovea_dataset_free(test);
}

// A set of one colour would be divided by nothing.
static void a_deviation_of_zero_is_normalised_by_one(void **state) {
    data_place *place = *state;
    for (int i = 0; i < 2; i++) {
        data_write(place, i ? "flat/b/1.pgm" : "flat/a/1.pgm", "P5 2 2 255\n\x33\x33\x33\x33", 15);
    }
    fovea_dataset *set = data_open(place, data_path(place, "flat"), NULL);
    double mean, deviation;
    assert_int_equal(fovea_dataset_statistics(set, &mean, &deviation, NULL), FOVEA_OK);
    assert_true(deviation == 0);
    assert_int_equal(
        fovea_dataset_normalization(place->context, set, NULL, &mean, &deviation, NULL), FOVEA_OK);
    assert_true(mean == 0.2 && deviation == 1);
    fovea_dataset_free(set);
}

static void the_hash_covers_shape_labels_and_pictures_in_order(void **state) {
    data_place *place = *state;
    fovea_dataset *set = open_mnist(place, NULL, 2);
    uint8_t bytes[32 + 2 * 24] = {0};
    static const uint8_t dims[] = {2, 1, 4, 5};
    for (size_t i = 0; i < 4; i++) bytes[8 * i] = dims[i];
    for (size_t i = 0; i < 2; i++) {
        bytes[32 + 24 * i] = (uint8_t)i;
        for (size_t p = 0; p < 20; p++) bytes[32 + 24 * i + 4 + p] = data_pixel(i, 0, p / 5, p % 5);
    }
    char wanted[65], got[65];
    fovea__sha256_of(bytes, sizeof(bytes), wanted);
    assert_int_equal(fovea_dataset_sha256(set, got, NULL), FOVEA_OK);
    assert_string_equal(got, wanted);
    fovea_dataset_free(set);
}

static void an_epochs_order_is_a_permutation_of_seed_and_epoch(void **state) {
    (void)state;
    int64_t a[101], b[101], c[101], d[101];
    fovea__epoch_order(1, 3, 1, 101, a);
    fovea__epoch_order(1, 3, 1, 101, b);
    fovea__epoch_order(1, 4, 1, 101, c);
    fovea__epoch_order(1, 3, 0, 101, d);
    int seen[101] = {0};
    for (int i = 0; i < 101; i++) {
        seen[a[i]]++;
        assert_int_equal(d[i], i);
    }
    for (int i = 0; i < 101; i++) assert_int_equal(seen[i], 1);
    assert_memory_equal(a, b, sizeof(a));
    assert_memory_not_equal(a, c, sizeof(a));
    assert_memory_not_equal(a, d, sizeof(a));
}

// The move (dy, dx, flip) that makes `changed` of picture i, or a failure of the test.
static void find_move(const uint8_t *changed, size_t i, int shift, int move[3]) {
    for (int k = 0; k < (2 * shift + 1) * (2 * shift + 1) * 2; k++) {
        int flip = k % 2, dy = k / 2 % (2 * shift + 1) - shift,
            dx = k / 2 / (2 * shift + 1) - shift;
        int same = 1;
        for (int p = 0; p < 20 && same; p++) {
            int y = p / 5 - dy, x = (flip ? 4 - p % 5 : p % 5) - dx;
            int inside = y >= 0 && y < 4 && x >= 0 && x < 5;
            same = changed[p] == (inside ? data_pixel(i, 0, (size_t)y, (size_t)x) : 255);
        }
        if (!same) continue;
        move[0] = dy, move[1] = dx, move[2] = flip;
        return;
    }
    fail_msg("picture %zu was changed in a way that is no shift and flip", i);
}

static void augmentation_depends_on_seed_epoch_and_sample_alone(void **state) {
    data_place *place = *state;
    fovea_dataset *set = open_mnist(place, NULL, 0), *odd;
    fovea_augmentation none, change;
    fovea_augmentation_default(&none);
    fovea_augmentation_default(&change);
    change.shift = 1;
    change.flip = 1;
    change.fill[0] = 255;
    uint8_t a[20], b[20];
    int seen[3][3][2] = {{{0}}};
    for (uint32_t epoch = 0; epoch < 20; epoch++) {
        for (int64_t i = 0; i < 50; i++) {
            int move[3] = {0};
            fovea__augmented_picture(set, i, &change, 7, epoch, a);
            find_move(a, (size_t)i, 1, move);
            seen[move[0] + 1][move[1] + 1][move[2]]++;
        }
    }
    // 1000 draws of 18 equally likely moves: 55.6 of each, standard deviation 7.2.
    for (int k = 0; k < 18; k++) assert_in_range(seen[k / 6][k / 2 % 3][k % 2], 20, 95);
    // The sample's number in the named set counts, not its place in a subset; nor does what came
    // before.
    int64_t position[] = {9, 3};
    assert_int_equal(fovea_dataset_select(set, position, 2, NULL, &odd, NULL), FOVEA_OK);
    for (uint32_t epoch = 0; epoch < 5; epoch++) {
        fovea__augmented_picture(odd, 1, &change, 7, epoch, a);
        fovea__augmented_picture(set, 3, &change, 7, epoch, b);
        assert_memory_equal(a, b, sizeof(a));
    }
    fovea__augmented_picture(set, 3, NULL, 7, 0, a);
    assert_memory_equal(a, fovea_dataset_picture(set, 3), sizeof(a));
    fovea__augmented_picture(set, 3, &none, 7, 0, a);
    assert_memory_equal(a, fovea_dataset_picture(set, 3), sizeof(a));
    fovea_dataset_free(odd);
    fovea_dataset_free(set);
}

// All that is done with an open set, in a row, ending at the first failure.
static fovea_status use(fovea_context *context, const fovea_dataset *set) {
    fovea_dataset *made = NULL, *rest = NULL;
    double mean, deviation;
    int64_t position[] = {1, 0};
    fovea_status status = fovea_dataset_of_class(set, 1, &made, NULL);
    fovea_dataset_free(made);
    if (status == FOVEA_OK) status = fovea_dataset_select(set, position, 2, "odd", &made, NULL);
    fovea_dataset_free(status == FOVEA_OK ? made : NULL);
    if (status == FOVEA_OK) status = fovea_dataset_split(set, 3, 0.5, &made, &rest, NULL);
    fovea_dataset_free(status == FOVEA_OK ? made : NULL);
    fovea_dataset_free(status == FOVEA_OK ? rest : NULL);
    if (status == FOVEA_OK)
        status = fovea_dataset_normalization(context, set, NULL, &mean, &deviation, NULL);
    return status;
}

static void no_allocation_failure_in_use_leaks_or_passes(void **state) {
    data_place *place = *state;
    data_write_idx(place, "mnist/train", 12, 0, 10);
    data_write_idx(place, "mnist/t10k", 12, 0, 10);
    for (int64_t k = 1;; k++) {
        failing memory = {0};
        fovea_context *context = failing_context(&memory, 1);
        fovea_dataset *set;
        assert_int_equal(fovea_dataset_open(context, "mnist:test", NULL, &set, NULL), FOVEA_OK);
        int64_t before = memory.calls;
        memory.fail_at = before + k;
        fovea_status status = use(context, set);
        int64_t calls = memory.calls - before;
        fovea_dataset_free(set);
        fovea_context_free(context);
        assert_int_equal(memory.live, 0);
        assert_int_equal(status, calls < k ? FOVEA_OK : FOVEA_OUT_OF_MEMORY);
        if (calls < k) break;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(classes_are_chosen_and_renumbered_in_the_order_given),
        data_test(classes_go_by_name_or_index_and_unknown_ones_are_refused),
        data_test(subsets_outlive_what_they_were_made_of),
        data_test(impossible_subsets_are_refused),
        data_test(a_split_is_complete_disjoint_ordered_and_reproducible),
        data_test(figures_are_those_of_all_pixels_with_n_minus_1),
        data_test(normalisation_is_that_of_the_whole_train_part),
        data_test(a_deviation_of_zero_is_normalised_by_one),
        data_test(the_hash_covers_shape_labels_and_pictures_in_order),
        data_test(an_epochs_order_is_a_permutation_of_seed_and_epoch),
        data_test(augmentation_depends_on_seed_epoch_and_sample_alone),
        data_test(no_allocation_failure_in_use_leaks_or_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
