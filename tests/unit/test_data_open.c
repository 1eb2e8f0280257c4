// SPDX-License-Identifier: MIT
#include "unit/data_files.h"
#include "unit/failing.h"

static void check_pixels(const fovea_dataset *set, int64_t i, size_t number) {
    fovea_shape shape = fovea_dataset_shape(set);
    const uint8_t *picture = fovea_dataset_picture(set, i);
    for (int64_t c = 0; c < shape.dim[0]; c++) {
        for (int64_t y = 0; y < shape.dim[1]; y++) {
            for (int64_t x = 0; x < shape.dim[2]; x++) {
                assert_int_equal(*picture++, data_pixel(number, (size_t)c, (size_t)y, (size_t)x));
            }
        }
    }
}

static void idx_files_give_pictures_labels_and_names(void **state) {
    data_place *place = *state;
    data_write_idx(place, "mnist/train", 23, 0, 10);
    data_write_idx(place, "mnist/t10k", 7, 0, 10);
    fovea_dataset *set = data_open(place, "mnist", NULL);
    assert_int_equal(fovea_dataset_count(set), 23);
    assert_string_equal(fovea_dataset_name(set), "mnist");
    assert_string_equal(fovea_dataset_part(set), "train");
    assert_string_equal(fovea_dataset_origin(set), data_path(place, "mnist"));
    assert_int_equal(fovea_dataset_class_count(set), 10);
    assert_string_equal(fovea_dataset_class_name(set, 9), "9");
    assert_null(fovea_dataset_class_name(set, 10));
    fovea_shape shape = fovea_dataset_shape(set), wanted = {3, {1, 4, 5}};
    assert_true(fovea_shape_equal(&shape, &wanted));
    for (int64_t i = 0; i < 23; i++) {
        check_pixels(set, i, (size_t)i);
        assert_int_equal(fovea_dataset_label(set, i), i % 10);
        assert_int_equal(fovea_dataset_index(set, i), i);
    }
    fovea_dataset_free(set);
    set = data_open(place, "mnist:test", NULL);
    assert_int_equal(fovea_dataset_count(set), 7);
    fovea_dataset_free(set);
}

static void every_layout_and_spelling_is_found(void **state) {
    data_place *place = *state;
    static const char *const prefix[] = {"kmnist/train", "train", "KMNIST/raw/train"};
    for (size_t i = 0; i < 3; i++) {
        char name[64];
        snprintf(name, sizeof(name), "%s-images%cidx3-ubyte", prefix[i], i == 1 ? '.' : '-');
        data_write_pictures(place, name, 5, 4, 5);
        // A file may have .gz in its name and not be packed.
        snprintf(name, sizeof(name), "%s-labels%cidx1-ubyte%s", prefix[i], i == 2 ? '.' : '-',
                 i == 0 ? ".gz" : "");
        data_write_labels(place, name, 5, 0, 10);
        fovea_dataset *set = data_open(place, "kmnist", NULL);
        assert_string_equal(fovea_dataset_class_name(set, 1), "ki");
        fovea_dataset_free(set);
        remove(data_path(place, name));
        snprintf(name, sizeof(name), "%s-images%cidx3-ubyte", prefix[i], i == 1 ? '.' : '-');
        remove(data_path(place, name));
    }
    data_refused(place, "kmnist", NULL, FOVEA_DATA_MISSING, "fovea data get kmnist");
}

static void the_directory_option_comes_before_other_roots(void **state) {
    data_place *place = *state;
    data_write_idx(place, "mnist/train", 3, 0, 10);
    data_write_idx(place, "other/mnist/train", 4, 0, 10);
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.directory = data_path(place, "other");
    fovea_dataset *set = data_open(place, "mnist", &options);
    assert_int_equal(fovea_dataset_count(set), 4);
    fovea_dataset_free(set);
}

static void roots_are_the_parts_of_the_variable_and_then_the_users_folders(void **state) {
    data_place *place = *state;
    char list[2048];
    data_write_idx(place, "second/mnist/train", 4, 0, 10);
    data_write_idx(place, "home/fovea/kmnist/train", 6, 0, 10);
    snprintf(list, sizeof(list), "%s::%s", data_path(place, "first"), data_path(place, "second"));
    setenv("FOVEA_DATA", list, 1);
    setenv("XDG_CACHE_HOME", data_path(place, "home"), 1);
    fovea_dataset *set = data_open(place, "mnist", NULL);
    assert_int_equal(fovea_dataset_count(set), 4);
    fovea_dataset_free(set);
    set = data_open(place, "kmnist", NULL);
    assert_int_equal(fovea_dataset_count(set), 6);
    fovea_dataset_free(set);
}

static void a_missing_set_names_every_place_and_the_command(void **state) {
    data_place *place = *state;
    mkdir(data_path(place, "cifar10"), 0777);
    data_refused(place, "cifar10", NULL, FOVEA_DATA_MISSING, "fovea data get cifar10");
    data_refused(place, "cifar10", NULL, FOVEA_DATA_MISSING, place->folder);
    data_refused(place, "cifar10", NULL, FOVEA_DATA_MISSING, "/usr/share/datasets");
    data_refused(place, "cifar10", NULL, FOVEA_DATA_MISSING, "cifar10 is there but without");
    data_refused(place, "mnits", NULL, FOVEA_DATA_MISSING, "did you mean mnist?");
    data_refused(place, "mnist:tets", NULL, FOVEA_INVALID_ARGUMENT, "did you mean test?");
    data_refused(place, "mnist:val", NULL, FOVEA_INVALID_ARGUMENT, "no part val");
}

static void files_of_a_relative_do_not_pass_for_mnist(void **state) {
    data_place *place = *state;
    data_write_idx(place, "kmnist/train", 3, 0, 10);
    setenv("FOVEA_DATA", data_path(place, "kmnist"), 1);
    data_refused(place, "mnist", NULL, FOVEA_DATA_MISSING, "fovea data get mnist");
    fovea_dataset *set = data_open(place, "kmnist", NULL);
    fovea_dataset_free(set);
    set = data_open(place, data_path(place, "kmnist"), NULL);
    assert_string_equal(fovea_dataset_name(set), "kmnist");
    fovea_dataset_free(set);
}

static void emnist_is_transposed_and_letters_start_at_one(void **state) {
    data_place *place = *state;
    data_write_idx(place, "EMNIST/raw/emnist-letters-train", 30, 1, 26);
    data_write_idx(place, "emnist-balanced/emnist-balanced-train", 5, 0, 47);
    fovea_dataset *set = data_open(place, "emnist-letters", NULL);
    fovea_shape shape = fovea_dataset_shape(set), wanted = {3, {1, 5, 4}};
    assert_true(fovea_shape_equal(&shape, &wanted));
    const uint8_t *picture = fovea_dataset_picture(set, 2);
    for (size_t y = 0; y < 5; y++) {
        for (size_t x = 0; x < 4; x++) assert_int_equal(picture[y * 4 + x], data_pixel(2, 0, x, y));
    }
    assert_int_equal(fovea_dataset_class_count(set), 26);
    assert_int_equal(fovea_dataset_label(set, 0), 0);
    assert_int_equal(fovea_dataset_label(set, 29), 3);
    assert_string_equal(fovea_dataset_class_name(set, 25), "z");
    fovea_dataset_free(set);
    set = data_open(place, "emnist-balanced", NULL);
    assert_int_equal(fovea_dataset_class_count(set), 47);
    assert_string_equal(fovea_dataset_class_name(set, 46), "t");
    fovea_dataset_free(set);
}

static void counts_and_labels_that_do_not_fit_are_refused(void **state) {
    data_place *place = *state;
    data_write_idx(place, "mnist/train", 12, 0, 10);
    data_write_labels(place, "mnist/train-labels-idx1-ubyte", 11, 0, 10);
    data_refused(place, "mnist", NULL, FOVEA_BAD_FILE, "12 pictures");
    data_write_labels(place, "mnist/train-labels-idx1-ubyte", 12, 0, 11);
    data_refused(place, "mnist", NULL, FOVEA_BAD_FILE, "label number 10 is 10");
    data_write_labels(place, "mnist/train-labels-idx1-ubyte", 12, 255, 1);
    data_refused(place, "mnist", NULL, FOVEA_BAD_FILE, "is 255");
    remove(data_path(place, "mnist/train-labels-idx1-ubyte"));
    data_refused(place, "mnist", NULL, FOVEA_BAD_FILE, "train-labels-idx1-ubyte is missing");
    mkdir(data_path(place, "mnist/train-labels-idx1-ubyte"), 0777);
    data_refused(place, "mnist", NULL, FOVEA_BAD_FILE, "is a folder");
    rmdir(data_path(place, "mnist/train-labels-idx1-ubyte"));
    assert_int_equal(mkfifo(data_path(place, "mnist/train-labels-idx1-ubyte"), 0666), 0);
    data_refused(place, "mnist", NULL, FOVEA_BAD_FILE, "is a pipe");
    remove(data_path(place, "mnist/train-labels-idx1-ubyte"));
    assert_int_equal(symlink("/dev/zero", data_path(place, "mnist/train-labels-idx1-ubyte")), 0);
    data_refused(place, "mnist", NULL, FOVEA_BAD_FILE, "is a device");
}

static void write_cifar10(const data_place *place, const char *folder) {
    for (uint32_t i = 0; i < 5; i++) {
        char name[64];
        snprintf(name, sizeof(name), "%s/data_batch_%u.bin", folder, i + 1);
        data_write_cifar(place, name, 3 * i, i == 4 ? 4 : 3, 1, 10);
    }
}

static void cifar10_batches_are_joined_in_order(void **state) {
    data_place *place = *state;
    static const char *const folder[] = {"cifar10", "cifar10/cifar-10-batches-bin",
                                         "cifar-10-batches-bin"};
    for (size_t k = 0; k < 3; k++) {
        write_cifar10(place, folder[k]);
        fovea_dataset *set = data_open(place, "cifar10", NULL);
        assert_int_equal(fovea_dataset_count(set), 16);
        for (int64_t i = 0; i < 16; i++) {
            check_pixels(set, i, (size_t)i);
            assert_int_equal(fovea_dataset_label(set, i), i % 10);
        }
        assert_string_equal(fovea_dataset_class_name(set, 1), "automobile");
        assert_string_equal(fovea_dataset_origin(set), data_path(place, folder[k]));
        fovea_dataset_free(set);
        nftw(data_path(place, k < 2 ? "cifar10" : folder[k]), data_remove, 16,
             FTW_DEPTH | FTW_PHYS);
    }
}

static void a_missing_batch_is_named(void **state) {
    data_place *place = *state;
    write_cifar10(place, "cifar-10-batches-bin");
    remove(data_path(place, "cifar-10-batches-bin/data_batch_3.bin"));
    data_refused(place, "cifar10", NULL, FOVEA_BAD_FILE, "data_batch_3.bin is missing");
}

static void cifar_archives_are_read_without_unpacking(void **state) {
    data_place *place = *state;
    char command[2048];
    write_cifar10(place, "cifar-10-batches-bin");
    data_write_cifar(place, "cifar-10-batches-bin/test_batch.bin", 5, 2, 1, 10);
    snprintf(command, sizeof(command),
             "cd '%s' && tar czf cifar-10-binary.tar.gz cifar-10-batches-bin && "
             "rm -r cifar-10-batches-bin",
             place->folder);
    assert_int_equal(system(command), 0);
    fovea_dataset *set = data_open(place, "cifar10", NULL);
    assert_int_equal(fovea_dataset_count(set), 16);
    check_pixels(set, 15, 15);
    assert_string_equal(fovea_dataset_origin(set), data_path(place, "cifar-10-binary.tar.gz"));
    fovea_dataset_free(set);
    set = data_open(place, "cifar10:test", NULL);
    assert_int_equal(fovea_dataset_count(set), 2);
    check_pixels(set, 1, 6);
    fovea_dataset_free(set);
}

static void cifar100_has_fine_labels_and_its_own_class_names(void **state) {
    data_place *place = *state;
    data_write_cifar(place, "cifar-100-binary/train.bin", 0, 101, 2, 100);
    fovea_dataset *set = data_open(place, "cifar100", NULL);
    assert_int_equal(fovea_dataset_label(set, 99), 99);
    assert_string_equal(fovea_dataset_class_name(set, 99), "worm");
    check_pixels(set, 100, 100);
    fovea_dataset_free(set);
    char names[1024];
    size_t size = 0;
    for (int i = 0; i < 100; i++)
        size += (size_t)snprintf(names + size, sizeof(names) - size, "thing%d\n", i);
    data_write(place, "cifar-100-binary/fine_label_names.txt", names, size);
    set = data_open(place, "cifar100", NULL);
    assert_string_equal(fovea_dataset_class_name(set, 42), "thing42");
    fovea_dataset_free(set);
    data_write(place, "cifar-100-binary/fine_label_names.txt", names, size / 2);
    data_refused(place, "cifar100", NULL, FOVEA_BAD_FILE, "fine_label_names.txt");
}

// 3073 records of CIFAR-100 have the size of 3074 records of CIFAR-10: the labels give it away.
static void cifar100_taken_for_cifar10_is_found_out(void **state) {
    data_place *place = *state;
    for (int i = 1; i <= 5; i++) {
        char name[64];
        snprintf(name, sizeof(name), "cifar-10-batches-bin/data_batch_%d.bin", i);
        data_write_cifar(place, name, 0, 3073, 2, 100);
    }
    data_refused(place, "cifar10", NULL, FOVEA_BAD_FILE, "data_batch_1.bin");
}

static void parts_are_listed_without_reading(void **state) {
    data_place *place = *state;
    data_write(place, "mnist/t10k-images-idx3-ubyte", "x", 1);
    data_write(place, "mnist/t10k-labels-idx1-ubyte", "x", 1);
    assert_true(fovea_dataset_has_part(place->context, "mnist", NULL, "test"));
    assert_false(fovea_dataset_has_part(place->context, "mnist", NULL, "train"));
    assert_false(fovea_dataset_has_part(place->context, "mnist", NULL, "val"));
    assert_false(fovea_dataset_has_part(place->context, "cifar10", NULL, "test"));
    data_refused(place, data_path(place, "mnist"), NULL, FOVEA_INVALID_ARGUMENT,
                 "has mnist:test, but no part train");
}

static void known_sets_tell_where_they_lie(void **state) {
    data_place *place = *state;
    data_write_idx(place, "mnist/t10k", 3, 0, 10);
    int seen = 0;
    assert_int_equal(fovea_known_dataset_count(), 11);
    for (int32_t i = 0; i < fovea_known_dataset_count(); i++) {
        fovea_known_dataset known;
        assert_int_equal(fovea_known_dataset_get(place->context, i, NULL, &known, NULL), FOVEA_OK);
        if (strcmp(known.name, "mnist") == 0) {
            assert_string_equal(known.found, data_path(place, "mnist"));
            assert_string_equal(known.shape, "1×28×28");
            assert_int_equal(known.train_count, 60000);
            seen++;
        }
        if (strcmp(known.name, "cifar100") == 0) {
            assert_string_equal(known.found, "");
            assert_int_equal(known.classes, 100);
            seen++;
        }
    }
    assert_int_equal(seen, 2);
    fovea_known_dataset known;
    assert_int_equal(fovea_known_dataset_get(place->context, 11, NULL, &known, NULL),
                     FOVEA_INVALID_ARGUMENT);
}

// Opens a tiny set of each kind with one allocation failing after another.
static void no_allocation_failure_leaks_or_passes(void **state) {
    data_place *place = *state;
    write_cifar10(place, "cifar-10-batches-bin");
    data_write_idx(place, "emnist/emnist-letters-train", 5, 1, 26);
    data_write_ppm(place, "pictures/train/a/1.pgm", 0, 1, 4, 4);
    data_write_ppm(place, "pictures/train/b/deep/2.ppm", 1, 3, 6, 5);
    static const char *const name[] = {"emnist-letters", "cifar10", "pictures", "kmnist"};
    static const char *const classes[] = {"b,a", "ship,3", "b", NULL};
    for (size_t s = 0; s < 4; s++) {
        fovea_dataset_options options;
        fovea_dataset_options_default(&options);
        options.classes = classes[s];
        options.limit = 1;
        options.resize[0] = options.resize[1] = 3;
        char path[600];
        snprintf(path, sizeof(path), "%s/pictures", place->folder);
        for (int64_t k = 1;; k++) {
            failing memory = {.fail_at = k};
            fovea_context *context = failing_context(&memory, 1);
            fovea_dataset *set = NULL;
            fovea_status status = FOVEA_OUT_OF_MEMORY;
            if (context) {
                status = fovea_dataset_open(context, s == 2 ? path : name[s], &options, &set, NULL);
                assert_true((status == FOVEA_OK) == (set != NULL));
            }
            fovea_dataset_free(set);
            fovea_context_free(context);
            assert_int_equal(memory.live, 0);
            if (memory.calls < k) {
                assert_int_equal(status, s == 3 ? FOVEA_DATA_MISSING : FOVEA_OK);
                break;
            }
            assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(idx_files_give_pictures_labels_and_names),
        data_test(every_layout_and_spelling_is_found),
        data_test(the_directory_option_comes_before_other_roots),
        data_test(roots_are_the_parts_of_the_variable_and_then_the_users_folders),
        data_test(a_missing_set_names_every_place_and_the_command),
        data_test(files_of_a_relative_do_not_pass_for_mnist),
        data_test(emnist_is_transposed_and_letters_start_at_one),
        data_test(counts_and_labels_that_do_not_fit_are_refused),
        data_test(cifar10_batches_are_joined_in_order),
        data_test(a_missing_batch_is_named),
        data_test(cifar_archives_are_read_without_unpacking),
        data_test(cifar100_has_fine_labels_and_its_own_class_names),
        data_test(cifar100_taken_for_cifar10_is_found_out),
        data_test(parts_are_listed_without_reading),
        data_test(known_sets_tell_where_they_lie),
        data_test(no_allocation_failure_leaks_or_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
