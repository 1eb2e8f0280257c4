// SPDX-License-Identifier: MIT
// Data sets: labelled pictures kept in memory as bytes. Opening, subsets, splits, statistics,
// batches.
//
//   fovea_dataset *train;
//   fovea_dataset_open(context, "mnist:train", NULL, &train, &error);
//   printf("%lld pictures\n", (long long)fovea_dataset_count(train));
//   fovea_dataset_free(train);
//
// A subset, part or split shares the pictures of the set it came from; each is freed on its own and
// in any order. Not here: turning pictures into what a net takes (model.h) and training (train.h).
#ifndef FOVEA_DATA_H
#define FOVEA_DATA_H

#include "fovea/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_dataset fovea_dataset;

typedef struct fovea_dataset_options {
    size_t size;  // set by fovea_dataset_options_default
    // A root to look in before all others (--data-dir); NULL: only $FOVEA_DATA (colon-separated),
    // ./data, $XDG_DATA_HOME/fovea, $XDG_CACHE_HOME/fovea and /usr/share/datasets.
    const char *directory;
    // Names (else indices) separated by commas: only these classes, renumbered in this order.
    // NULL: all.
    const char *classes;
    const char *part;  // "train", "test" or "val" where the name has none; NULL: "train"
    int64_t limit;     // only the first `limit` samples (after `classes`); 0: all
    // Height and width that pictures of a folder are resized to; 0: all must have one size.
    int32_t resize[2];
} fovea_dataset_options;

// The usual places, all classes and samples, the part train, no resizing.
FOVEA_API void fovea_dataset_options_default(fovea_dataset_options *options);

// `name` is SET or SET:PART: mnist, fashion-mnist, kmnist, emnist-SPLIT, cifar10, cifar100, or a
// folder (of class folders of pictures, or one that holds the files of a known set).
//
// A folder of pictures has class folders of png, jpg, jpeg, ppm and pgm files (folders in them are
// gone through too, loops of links are not followed); classes are numbered in byte order of their
// names. Where ROOT has folders train, test or val, these are its parts and the classes those of
// train; else the whole is the part train, opened too when options->part asks for another one.
// Names that begin with a dot are passed over. Pictures are grey when all are, else red, green,
// blue. Errors: DATA_MISSING (the text lists where it looked and the command that gets the set),
// BAD_FILE, INVALID_ARGUMENT (unknown part or class), OUT_OF_MEMORY. `options` may be NULL.
FOVEA_API fovea_status fovea_dataset_open(fovea_context *context, const char *name,
                                          const fovea_dataset_options *options,
                                          fovea_dataset **dataset, fovea_error *error);
FOVEA_API void fovea_dataset_free(fovea_dataset *dataset);

// 1 when the set is found and has that part ("val" mostly is absent), else 0. Opens nothing but
// folder listings.
FOVEA_API int fovea_dataset_has_part(fovea_context *context, const char *name,
                                     const fovea_dataset_options *options, const char *part);

// How many samples there are; i below is 0 ... count-1.
FOVEA_API int64_t fovea_dataset_count(const fovea_dataset *dataset);
FOVEA_API const char *fovea_dataset_name(const fovea_dataset *dataset);  // "mnist"
FOVEA_API const char *fovea_dataset_part(const fovea_dataset *dataset);  // "train"
// Where it was found: a folder or archive.
FOVEA_API const char *fovea_dataset_origin(const fovea_dataset *dataset);
// What the set is, in a few words: "MNIST: handwritten digits"; "" for a folder of pictures.
FOVEA_API const char *fovea_dataset_title(const fovea_dataset *dataset);
// {C, H, W} of every picture.
FOVEA_API fovea_shape fovea_dataset_shape(const fovea_dataset *dataset);
FOVEA_API int32_t fovea_dataset_class_count(const fovea_dataset *dataset);
// NULL when there is no such class.
FOVEA_API const char *fovea_dataset_class_name(const fovea_dataset *dataset, int32_t index);
// Bytes of picture i, C,H,W. Borrowed.
FOVEA_API const uint8_t *fovea_dataset_picture(const fovea_dataset *dataset, int64_t i);
// Class index of sample i, 0 ... class_count-1.
FOVEA_API int32_t fovea_dataset_label(const fovea_dataset *dataset, int64_t i);
// Position of sample i in the named set's part, before classes, limits and splits.
FOVEA_API int64_t fovea_dataset_index(const fovea_dataset *dataset, int64_t i);

// Samples of one class (class index of this set), in order; perhaps none. Errors: INVALID_ARGUMENT
// (no such class), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_dataset_of_class(const fovea_dataset *dataset, int32_t index,
                                              fovea_dataset **subset, fovea_error *error);
// The first `count` samples (all, when there are fewer). Errors: INVALID_ARGUMENT (count below 1),
// OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_dataset_first(const fovea_dataset *dataset, int64_t count,
                                           fovea_dataset **subset, fovea_error *error);
// The samples at `position` (of this set), in that order; `part` is the name of the result (NULL:
// this set's). Errors: INVALID_ARGUMENT (a position that is not in the set, no sample at all).
FOVEA_API fovea_status fovea_dataset_select(const fovea_dataset *dataset, const int64_t *position,
                                            int64_t count, const char *part, fovea_dataset **subset,
                                            fovea_error *error);
// Random parts: round(fraction*count) samples for validation, the rest for training, each in the
// set's order; which ones depends on `seed` and the count alone. 0 < fraction < 1, and neither part
// may be empty, else INVALID_ARGUMENT.
FOVEA_API fovea_status fovea_dataset_split(const fovea_dataset *dataset, uint64_t seed,
                                           double fraction, fovea_dataset **training,
                                           fovea_dataset **validation, fovea_error *error);

// Part `index` (from 0) of a cross-validation of `folds` parts: that part for validation, the rest
// for training, each in the set's order. Every sample is in the validation part of exactly one
// index. Stratified: each class is spread as evenly as it goes, so that of each class, and of all
// samples, the parts hold counts that differ by one at most (the larger parts come first); which
// samples depends on `seed`, the labels and `folds` alone. Errors: INVALID_ARGUMENT (folds below 2;
// an index that is none; a class with fewer samples than folds, classes without any being passed
// over), OUT_OF_MEMORY. Both parts are yours.
FOVEA_API fovea_status fovea_dataset_fold(const fovea_dataset *dataset, uint64_t seed,
                                          int32_t folds, int32_t index, fovea_dataset **training,
                                          fovea_dataset **validation, fovea_error *error);

// The same samples with every picture moved down and right by so many pixels (negative: up, left;
// -16384 to 16384), the border filled as fovea_augmentation fills it: `fill` has a byte for each
// channel, NULL: 0. A copy of its own, numbered anew: fovea_dataset_index(i) is i. Errors:
// INVALID_ARGUMENT, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_dataset_shifted(const fovea_dataset *dataset, int32_t down,
                                             int32_t right, const uint8_t *fill,
                                             fovea_dataset **shifted, fovea_error *error);

// Mean and deviation (of all pixels, n-1 as torch.std) of each channel in 0..1. Buffers of C
// doubles. From exact counts of the 256 values, so the order of the samples does not matter.
FOVEA_API fovea_status fovea_dataset_statistics(const fovea_dataset *dataset, double *mean,
                                                double *deviation, fovea_error *error);
// Mean and deviation of the whole train part of the set this one came from (before classes and
// limits): what normalisation uses by default; a deviation of 0 is given as 1. Opens that part
// where this is another one; a folder of pictures without a train part gives its own figures. Only
// `directory` and `resize` of `options` matter.
FOVEA_API fovea_status fovea_dataset_normalization(fovea_context *context,
                                                   const fovea_dataset *dataset,
                                                   const fovea_dataset_options *options,
                                                   double *mean, double *deviation,
                                                   fovea_error *error);
// SHA-256 in lower-case hexadecimal over N, C, H, W as little-endian 64-bit numbers, then for each
// sample in order its label as a little-endian 32-bit number and its C*H*W bytes.
FOVEA_API fovea_status fovea_dataset_sha256(const fovea_dataset *dataset, char hex[65],
                                            fovea_error *error);

// The known sets, for `fovea data list`.
typedef struct fovea_known_dataset {
    const char *name, *title, *shape;  // "cifar10", "CIFAR-10: …", "3×32×32"; static
    int64_t train_count, test_count;
    int32_t classes;
    char found[1024];  // where it lies (cut to fit); "" when it is nowhere
} fovea_known_dataset;
FOVEA_API int32_t fovea_known_dataset_count(void);
// Errors: INVALID_ARGUMENT (no such index), OUT_OF_MEMORY. `options` may be NULL.
FOVEA_API fovea_status fovea_known_dataset_get(fovea_context *context, int32_t index,
                                               const fovea_dataset_options *options,
                                               fovea_known_dataset *known, fovea_error *error);

// Changes made to a training picture, a pure function of seed, epoch and sample.
typedef struct fovea_augmentation {
    size_t size;
    int32_t shift;    // moved by up to this many pixels each way, the border filled with `fill`
    int32_t flip;     // mirrored left-right in half of the cases
    uint8_t fill[4];  // one value a channel
} fovea_augmentation;

FOVEA_API void fovea_augmentation_default(fovea_augmentation *augmentation);  // none

// A picture file as 8-bit C,H,W (C is 1 or 3): png, jpeg, ppm, pgm by content; EXIF orientation
// applied, alpha dropped. The tensor (U8) is yours. Errors: BAD_FILE, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_picture_load(fovea_context *context, const char *path,
                                          fovea_tensor **picture, fovea_error *error);
// The same with 1 (grey, as fovea_picture_channels makes it) or 3 channels, without the detour over
// those of the file; 0: the file's.
FOVEA_API fovea_status fovea_picture_load_as(fovea_context *context, const char *path,
                                             int32_t channels, fovea_tensor **picture,
                                             fovea_error *error);
// Grey as OpenCV's cvtColor does for 8 bits, (9798 R + 19235 G + 3735 B + 16384) >> 15, or grey
// repeated into three channels. `picture` is U8 C,H,W with C 1 or 3, `channels` 1 or 3, else
// INVALID_ARGUMENT.
FOVEA_API fovea_status fovea_picture_channels(fovea_context *context, const fovea_tensor *picture,
                                              int32_t channels, fovea_tensor **result,
                                              fovea_error *error);
// Bilinear with antialiasing when shrinking, as Pillow does: horizontally, then vertically, each
// rounded to 8 bits. `picture` is U8 C,H,W; height and width 1 to 16384, else INVALID_ARGUMENT.
FOVEA_API fovea_status fovea_picture_resize(fovea_context *context, const fovea_tensor *picture,
                                            int32_t height, int32_t width, fovea_tensor **result,
                                            fovea_error *error);
// `height` rows from row `y` on and `width` columns from column `x` on, counted from 0. `picture`
// is U8 C,H,W; a window that is not inside it: INVALID_ARGUMENT.
FOVEA_API fovea_status fovea_picture_crop(fovea_context *context, const fovea_tensor *picture,
                                          int32_t y, int32_t x, int32_t height, int32_t width,
                                          fovea_tensor **result, fovea_error *error);
// The shorter side brought to `side` pixels by fovea_picture_resize, the longer one to side · longer
// / shorter, rounded down, as torchvision does. Errors: as fovea_picture_resize.
FOVEA_API fovea_status fovea_picture_resize_side(fovea_context *context,
                                                 const fovea_tensor *picture, int32_t side,
                                                 fovea_tensor **result, fovea_error *error);
// The window of `height` × `width` in the middle; where a row or column is left over it lies as
// torchvision's centre crop does: half-way places go to the even number. Errors: as
// fovea_picture_crop.
FOVEA_API fovea_status fovea_picture_crop_middle(fovea_context *context,
                                                 const fovea_tensor *picture, int32_t height,
                                                 int32_t width, fovea_tensor **result,
                                                 fovea_error *error);

// Writes a picture (U8 C,H,W, C 1 or 3) as .png, .ppm or .pgm, as the ending of `path` says; the
// file holds the old content or the new, never half. A grey picture fits all, a colour one not
// .pgm. The same bytes on any number of threads. Errors: INVALID_ARGUMENT (ending, tensor),
// OUT_OF_MEMORY, IO.
FOVEA_API fovea_status fovea_picture_save(fovea_context *context, const char *path,
                                          const fovea_tensor *picture, fovea_error *error);

// Writes `count` arrays under their names: .npz, or .npy for a single one (its name is not used).
// Errors: INVALID_ARGUMENT (ending, names used twice, BF16), OUT_OF_MEMORY, IO.
FOVEA_API fovea_status fovea_arrays_save(fovea_context *context, const char *path,
                                         const char *const *names, const fovea_view *arrays,
                                         int32_t count, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
