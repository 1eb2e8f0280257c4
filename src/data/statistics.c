// SPDX-License-Identifier: MIT
// Mean, deviation and fingerprint of a set.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/hash.h"
#include "base/memory.h"
#include "data/dataset.h"

// How often each of the 256 values occurs in each channel: exact, whatever the order.
static void count_values(const fovea_dataset *dataset, uint64_t *histogram) {
    const fovea__store *store = dataset->store;
    size_t pixels = (size_t)store->height * (size_t)store->width;
    for (int64_t i = 0; i < dataset->count; i++) {
        const uint8_t *picture = fovea_dataset_picture(dataset, i);
        for (size_t c = 0; c < (size_t)store->channels; c++) {
            for (size_t p = 0; p < pixels; p++) histogram[256 * c + picture[c * pixels + p]]++;
        }
    }
}

static void moments(const uint64_t histogram[256], double *mean, double *deviation) {
    uint64_t count = 0, sum = 0;
    for (uint64_t v = 0; v < 256; v++) {
        count += histogram[v];
        sum += v * histogram[v];
    }
    double centre = count ? (double)sum / (double)count : 0, squares = 0;
    for (int v = 0; v < 256; v++) squares += (double)histogram[v] * (v - centre) * (v - centre);
    *mean = centre / 255;
    *deviation = count > 1 ? sqrt(squares / (double)(count - 1)) / 255 : 0;
}

fovea_status fovea_dataset_statistics(const fovea_dataset *dataset, double *mean, double *deviation,
                                      fovea_error *error) {
    size_t channels = (size_t)dataset->store->channels;
    uint64_t *histogram = fovea__new(dataset->context, 256 * channels, sizeof(*histogram), error);
    if (!histogram) return FOVEA_OUT_OF_MEMORY;
    count_values(dataset, histogram);
    for (size_t c = 0; c < channels; c++) moments(histogram + 256 * c, &mean[c], &deviation[c]);
    fovea__free(dataset->context, histogram);
    return FOVEA_OK;
}

// The store of the train part: the one at hand, or that of the same set opened anew.
static fovea_status train_store(fovea_context *context, const fovea_dataset *dataset,
                                const fovea_dataset_options *options, fovea__store **store,
                                fovea_error *error) {
    fovea__store *here = dataset->store;
    int has = strcmp(here->part, "train") != 0 &&
              (here->known || fovea_dataset_has_part(context, here->source, options, "train"));
    if (!has) {
        *store = fovea__store_share(here);
        return FOVEA_OK;
    }
    FOVEA__TRY(fovea__open_store(context, here->source, "train", true, options, store, error));
    if ((*store)->channels == here->channels) return FOVEA_OK;
    fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                "%s: pictures of train have %d channels, those of %s have %d", here->source,
                (int)(*store)->channels, here->part, (int)here->channels);
    fovea__store_release(*store);
    return FOVEA_SHAPE_MISMATCH;
}

fovea_status fovea_dataset_normalization(fovea_context *context, const fovea_dataset *dataset,
                                         const fovea_dataset_options *options, double *mean,
                                         double *deviation, fovea_error *error) {
    fovea_dataset_options complete = fovea__dataset_options_of(options);
    fovea__store *store;
    FOVEA__TRY(train_store(context, dataset, &complete, &store, error));
    fovea_dataset *train;
    fovea_status status = fovea__dataset_of(store, &train, error);
    fovea__store_release(store);
    FOVEA__TRY(status);
    status = fovea_dataset_statistics(train, mean, deviation, error);
    for (int32_t c = 0; c < train->store->channels && status == FOVEA_OK; c++) {
        if (deviation[c] == 0) deviation[c] = 1;
    }
    fovea_dataset_free(train);
    return status;
}

static void add_number(fovea__sha256 *hash, uint64_t value, size_t bytes) {
    uint8_t little[8];
    for (size_t i = 0; i < bytes; i++) little[i] = (uint8_t)(value >> (8 * i));
    fovea__sha256_add(hash, little, bytes);
}

fovea_status fovea_dataset_sha256(const fovea_dataset *dataset, char hex[65], fovea_error *error) {
    (void)error;
    const fovea__store *store = dataset->store;
    fovea__sha256 hash;
    fovea__sha256_begin(&hash);
    add_number(&hash, (uint64_t)dataset->count, 8);
    add_number(&hash, (uint64_t)store->channels, 8);
    add_number(&hash, (uint64_t)store->height, 8);
    add_number(&hash, (uint64_t)store->width, 8);
    for (int64_t i = 0; i < dataset->count; i++) {
        add_number(&hash, (uint64_t)fovea_dataset_label(dataset, i), 4);
        fovea__sha256_add(&hash, fovea_dataset_picture(dataset, i),
                          fovea__store_picture_size(store));
    }
    fovea__sha256_end(&hash, hex);
    return FOVEA_OK;
}
