// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/random.h"
#include "data/batch.h"
#include "data/dataset.h"

void fovea_augmentation_default(fovea_augmentation *augmentation) {
    *augmentation = (fovea_augmentation){.size = sizeof(*augmentation)};
}

void fovea__epoch_order(uint64_t seed, uint32_t epoch, int shuffle, int64_t count, int64_t *order) {
    if (shuffle) {
        fovea__random_permutation(seed, FOVEA__RANDOM_SHUFFLE, epoch, count, order);
        return;
    }
    for (int64_t i = 0; i < count; i++) order[i] = i;
}

// -shift … shift, equally likely.
static int32_t offset(uint32_t word, int32_t shift) {
    return (int32_t)(((uint64_t)word * (2 * (uint64_t)shift + 1)) >> 32) - shift;
}

void fovea__move_channel(const uint8_t *src, int32_t h, int32_t w, int32_t dy, int32_t dx, int flip,
                         uint8_t fill, uint8_t *dst) {
    for (int32_t y = 0; y < h; y++) {
        int32_t from_y = y - dy;
        for (int32_t x = 0; x < w; x++) {
            int32_t from_x = (flip ? w - 1 - x : x) - dx;
            int inside = from_y >= 0 && from_y < h && from_x >= 0 && from_x < w;
            dst[y * w + x] = inside ? src[from_y * w + from_x] : fill;
        }
    }
}

void fovea__augmented_picture(const fovea_dataset *dataset, int64_t position,
                              const fovea_augmentation *augmentation, uint64_t seed, uint32_t epoch,
                              uint8_t *dst) {
    const fovea__store *store = dataset->store;
    const uint8_t *src = fovea_dataset_picture(dataset, position);
    if (!augmentation || (augmentation->shift <= 0 && !augmentation->flip)) {
        memcpy(dst, src, fovea__store_picture_size(store));
        return;
    }
    uint32_t word[3], sample = (uint32_t)fovea_dataset_index(dataset, position);
    for (uint64_t i = 0; i < 3; i++)
        word[i] = fovea__random_u32(seed, FOVEA__RANDOM_AUGMENT, epoch, sample, i);
    int32_t most = store->height > store->width ? store->height : store->width;
    int32_t shift = augmentation->shift < 0 ? 0 : augmentation->shift;
    if (shift > most) shift = most;
    int flip = augmentation->flip && word[2] >> 31;
    size_t pixels = (size_t)store->height * (size_t)store->width;
    for (int32_t c = 0; c < store->channels; c++) {
        fovea__move_channel(src + (size_t)c * pixels, store->height, store->width,
                            offset(word[0], shift), offset(word[1], shift), flip,
                            augmentation->fill[c], dst + (size_t)c * pixels);
    }
}
