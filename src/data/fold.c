// SPDX-License-Identifier: MIT
// The parts of a cross-validation.
#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/dataset.h"

static fovea_status check_folds(const fovea_dataset *dataset, int32_t folds, int32_t index,
                                fovea_error *error) {
    if (folds < 2)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a cross-validation has 2 folds or more, not %d", (int)folds);
    if (index < 0 || index >= folds)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no fold %d, only 0 to %d",
                           (int)index, (int)folds - 1);
    if (dataset->count < folds)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%d folds need as many samples; %s has %lld", (int)folds,
                           dataset->store->name, (long long)dataset->count);
    return FOVEA_OK;
}

static fovea_status check_classes(const fovea_dataset *dataset, int32_t folds,
                                  const int64_t *counts, fovea_error *error) {
    for (int32_t c = 0; c < dataset->class_count; c++) {
        if (counts[c] == 0 || counts[c] >= folds) continue;
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT,
            "%d folds need as many samples of each class; %s has %lld of class %.100s", (int)folds,
            dataset->store->name, (long long)counts[c], fovea_dataset_class_name(dataset, c));
    }
    return FOVEA_OK;
}

// Like cards: the samples in random order, sorted by class, are given to the folds in turn, and the
// next class begins at the fold where the last one ended. begin[c] counts up from the first place
// of class c.
static void deal(const fovea_dataset *dataset, int32_t folds, const int64_t *order, int64_t *begin,
                 int32_t *fold) {
    for (int64_t i = 0; i < dataset->count; i++) {
        int64_t place = begin[fovea_dataset_label(dataset, order[i])]++;
        fold[order[i]] = (int32_t)(place % folds);
    }
}

// The fold of each sample.
static fovea_status assign(const fovea_dataset *dataset, uint64_t seed, int32_t folds,
                           int64_t *order, int64_t *begin, int32_t *fold, fovea_error *error) {
    for (int64_t i = 0; i < dataset->count; i++) begin[fovea_dataset_label(dataset, i)]++;
    FOVEA__TRY(check_classes(dataset, folds, begin, error));
    int64_t place = 0;
    for (int32_t c = 0; c < dataset->class_count; c++) {
        int64_t count = begin[c];
        begin[c] = place;
        place += count;
    }
    fovea__random_permutation(seed, FOVEA__RANDOM_FOLD, 0, dataset->count, order);
    deal(dataset, folds, order, begin, fold);
    return FOVEA_OK;
}

static fovea_status take(const fovea_dataset *dataset, const int32_t *fold, int32_t index,
                         fovea_dataset **training, fovea_dataset **validation, fovea_error *error) {
    int64_t chosen = 0;
    for (int64_t i = 0; i < dataset->count; i++) chosen += fold[i] == index;
    FOVEA__TRY(fovea__dataset_like(dataset, dataset->count - chosen, "train", training, error));
    FOVEA__TRY(fovea__dataset_like(dataset, chosen, "val", validation, error));
    for (int64_t i = 0; i < dataset->count; i++) {
        fovea_dataset *part = fold[i] == index ? *validation : *training;
        part->position[part->count++] = dataset->position[i];
    }
    return FOVEA_OK;
}

fovea_status fovea_dataset_fold(const fovea_dataset *dataset, uint64_t seed, int32_t folds,
                                int32_t index, fovea_dataset **training, fovea_dataset **validation,
                                fovea_error *error) {
    fovea_context *context = dataset->context;
    *training = *validation = NULL;
    FOVEA__TRY(check_folds(dataset, folds, index, error));
    size_t count = (size_t)dataset->count, classes = (size_t)dataset->class_count;
    int64_t *order = fovea__new(context, count, sizeof *order, error);
    int64_t *begin = fovea__new(context, classes, sizeof *begin, error);
    int32_t *fold = fovea__new(context, count, sizeof *fold, error);
    fovea_dataset *rest = NULL, *taken = NULL;
    fovea_status status = order && begin && fold ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) status = assign(dataset, seed, folds, order, begin, fold, error);
    if (status == FOVEA_OK) status = take(dataset, fold, index, &rest, &taken, error);
    fovea__free(context, order);
    fovea__free(context, begin);
    fovea__free(context, fold);
    if (status != FOVEA_OK) {
        fovea_dataset_free(rest);
        fovea_dataset_free(taken);
        return status;
    }
    *training = rest;
    *validation = taken;
    return FOVEA_OK;
}
