// SPDX-License-Identifier: MIT
// The readers on the files people have: MNIST and Fashion-MNIST as published, CIFAR-10's class
// names. They are looked for in the folders of FOVEA_DATA and where Debian installs Fashion-MNIST.
#include "base/file.h"
#include "base/hash.h"
#include "formats/class_names.h"
#include "formats/idx.h"
#include "unit/hostile.h"

enum { LIMIT = 1 << 27 };

// Reads `file` below one of the folders; skips the test when none has it.
static fovea__bytes find(fovea_context *context, const char *file, const char *folders) {
    fovea__bytes bytes = {0};
    while (folders != NULL && *folders != '\0') {
        char path[4096];
        const size_t length = strcspn(folders, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, folders, file);
        if (fovea__file_exists(path)) {
            assert_int_equal(fovea__file_read(context, path, LIMIT, &bytes, NULL), FOVEA_OK);
            return bytes;
        }
        folders += length + (folders[length] == ':');
    }
    print_message("    %s is in none of the folders: skipped\n", file);
    skip();
    return bytes;
}

static void check_idx(hostile_heap *heap, const char *file, const char *folders, int32_t rank,
                      int64_t count, const char *sha256) {
    fovea__bytes bytes = find(heap->context, file, folders);
    fovea__idx idx;
    fovea_error error;
    if (fovea__idx_open(heap->context, &bytes, file, rank, rank, LIMIT, &idx, &error)) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(idx.dim[0], count);
    if (rank == 3) {
        assert_int_equal(idx.dim[1], 28);
        assert_int_equal(idx.dim[2], 28);
    } else {
        assert_int_equal(fovea__idx_check_labels(&idx, file, 0, 10, NULL), FOVEA_OK);
    }
    if (sha256 != NULL) {
        char hex[65];
        fovea__sha256_of(bytes.data, bytes.size, hex);
        assert_string_equal(hex, sha256);
    }
    fovea__free(heap->context, bytes.data);
}

static void mnist_is_read(void **state) {
    const char *folders = getenv("FOVEA_DATA");
    check_idx(*state, "mnist/train-images-idx3-ubyte.gz", folders, 3, 60000, NULL);
    check_idx(*state, "mnist/train-labels-idx1-ubyte.gz", folders, 1, 60000, NULL);
    check_idx(*state, "mnist/t10k-images-idx3-ubyte.gz", folders, 3, 10000, NULL);
    check_idx(*state, "mnist/t10k-labels-idx1-ubyte.gz", folders, 1, 10000, NULL);
}

static void fashion_mnist_of_debian_has_the_published_content(void **state) {
    const char *folders = "/usr/share/datasets/fashion-mnist";
    check_idx(*state, "train-images-idx3-ubyte.gz", folders, 3, 60000,
              "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888");
    check_idx(*state, "train-labels-idx1-ubyte.gz", folders, 1, 60000,
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9");
    check_idx(*state, "t10k-images-idx3-ubyte.gz", folders, 3, 10000,
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b");
    check_idx(*state, "t10k-labels-idx1-ubyte.gz", folders, 1, 10000,
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");
}

static void cifar_10_class_names_are_read(void **state) {
    hostile_heap *heap = *state;
    fovea__bytes bytes = find(heap->context, "cifar10/batches.meta.txt", getenv("FOVEA_DATA"));
    fovea__names names;
    assert_int_equal(
        fovea__class_names_parse(heap->context, bytes.data, bytes.size, "meta", 10, &names, NULL),
        FOVEA_OK);
    assert_string_equal(names.name[0], "airplane");
    assert_string_equal(names.name[9], "truck");
    fovea__names_free(heap->context, &names);
    fovea__free(heap->context, bytes.data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(mnist_is_read),
        hostile_test(fashion_mnist_of_debian_has_the_published_content),
        hostile_test(cifar_10_class_names_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
