// SPDX-License-Identifier: MIT
// Order of an epoch and the pictures of a batch, augmented, as bytes.
#ifndef FOVEA_DATA_BATCH_H
#define FOVEA_DATA_BATCH_H

#include "fovea/data.h"

// Order of the samples in one epoch: shuffled by (seed, epoch), or 0..count-1 when shuffle is 0.
void fovea__epoch_order(uint64_t seed, uint32_t epoch, int shuffle, int64_t count, int64_t *order);

// Picture `position` of the set, augmented for (seed, epoch, its index in the set): writes C*H*W
// bytes to `dst`. augmentation NULL: a copy.
void fovea__augmented_picture(const fovea_dataset *dataset, int64_t position,
                              const fovea_augmentation *augmentation, uint64_t seed, uint32_t epoch,
                              uint8_t *dst);

// One channel of h×w bytes moved down by dy and right by dx: dst[y][x] = src[y - dy][x' - dx] where
// that is inside, else fill; x' counts from the right if flipped.
void fovea__move_channel(const uint8_t *src, int32_t h, int32_t w, int32_t dy, int32_t dx, int flip,
                         uint8_t fill, uint8_t *dst);

#endif
