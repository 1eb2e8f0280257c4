// SPDX-License-Identifier: MIT
// The data sets known by name: their files, where these lie, what is in them, who publishes them.
#ifndef FOVEA_DATA_KNOWN_H
#define FOVEA_DATA_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FOVEA__KNOWN_FILES = 4, FOVEA__KNOWN_BATCHES = 5 };

// A file to download. One hash at least is known.
typedef struct fovea__known_file {
    const char *name;             // as published
    int64_t size;                 // 0: not known
    const char *md5, *sha256;     // of the file as published; NULL: not known
    const char *inflated_sha256;  // of the content of a .gz, packed by whomever; NULL: not known
} fovea__known_file;

typedef enum fovea__known_kind {
    FOVEA__KNOWN_IDX,  // PREFIX-images-idx3-ubyte and PREFIX-labels-idx1-ubyte, with .gz or without
    FOVEA__KNOWN_CIFAR_10,  // data_batch_1.bin … 5 and test_batch.bin, in a folder or tar.gz
    FOVEA__KNOWN_CIFAR_100  // train.bin and test.bin, in a folder or tar.gz
} fovea__known_kind;

typedef struct fovea__known_set {
    const char *name, *title;
    fovea__known_kind kind;
    int32_t channels, height, width;
    const char *shape;  // the three as text
    int64_t train_count, test_count;
    int32_t class_count;
    const char *const *class_name;
    int32_t first_label;        // of class 0 in the files
    bool transposed;            // pictures are stored column by column
    const char *train, *test;   // prefix of the files of each part (IDX)
    const char *const *folder;  // places below a root, NULL-terminated
    const char *home;           // of these, the one it is downloaded to; NULL: its name
    const char *archive;        // tar.gz with the files, NULL: none
    const char *const *mirror;  // bases to download from, NULL-terminated
    fovea__known_file file[FOVEA__KNOWN_FILES];
    int32_t file_count;
    const char *package;  // Debian package with the set, NULL: none
} fovea__known_set;

size_t fovea__known_count(void);
const fovea__known_set *fovea__known_at(size_t index);        // NULL past the end
const fovea__known_set *fovea__known_find(const char *name);  // NULL: not known
const char *fovea__known_nearest(const char *name);           // NULL: none is near
// The set whose folder `path` is by its last components ("…/fashion-mnist", "…/MNIST/raw"), else
// NULL.
const fovea__known_set *fovea__known_by_folder(const char *path);

// Base names of the files that hold a part ("train" or "test"): for IDX two (without the spelling's
// choices), for CIFAR up to five. Returns how many, 0 where the set lacks the part.
size_t fovea__known_files(const fovea__known_set *set, const char *part,
                          char name[FOVEA__KNOWN_BATCHES][64]);

#endif
