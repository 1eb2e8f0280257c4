// SPDX-License-Identifier: MIT
// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11):
// a random number is a pure function of key and counter, so there is no generator state to save.
// key = seed; counter = {element/4 in NCHW order, sample, epoch, stream = node*256 + purpose}.
#ifndef FOVEA_BASE_RANDOM_H
#define FOVEA_BASE_RANDOM_H

#include <stdint.h>

// Purposes, the low byte of the stream.
enum {
    FOVEA__RANDOM_INIT = 1,     // initial weights; element = index in the parameter
    FOVEA__RANDOM_DROPOUT = 2,  // element = index in the sample
    FOVEA__RANDOM_SHUFFLE = 3,  // order of an epoch
    FOVEA__RANDOM_AUGMENT = 4,  // shift and flip of a sample
    FOVEA__RANDOM_SPLIT = 5,    // training and validation parts
    FOVEA__RANDOM_TEST = 6,
    FOVEA__RANDOM_FOLD = 7,      // parts of a cross-validation
    FOVEA__RANDOM_BASELINE = 8,  // of explanations; element = index in the sample
    FOVEA__RANDOM_NOISE = 9,     // added to a picture; sample = number of the copy
    FOVEA__RANDOM_MASK = 10,     // of RISE; sample = number of the mask
    FOVEA__RANDOM_START = 11,    // what activation maximisation begins with
    FOVEA__RANDOM_JITTER = 12,   // its shifts; epoch = step
    FOVEA__RANDOM_SHAKE = 13,    // weights drawn anew
    FOVEA__RANDOM_PATH = 14,     // expected gradients; sample = draw, element 0: which, 1: where
};

// The block function: four words from counter and key.
void fovea__philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

// One 32-bit word: lane element%4 of the block {element/4, sample, epoch, stream} under key `seed`.
uint32_t fovea__random_u32(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t sample,
                           uint64_t element);
// In [0, 1): the word's top 24 bits (float) or 53 bits from two words (double, elements 2e and
// 2e+1).
float fovea__random_float(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t sample,
                          uint64_t element);
double fovea__random_double(uint64_t seed, uint32_t stream, uint32_t epoch, uint32_t sample,
                            uint64_t element);
// Permutation of 0..count-1 (Fisher-Yates from the top, unbiased by rejection) for one epoch.
void fovea__random_permutation(uint64_t seed, uint32_t stream, uint32_t epoch, int64_t count,
                               int64_t *order);

#endif
