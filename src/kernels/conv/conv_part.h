// SPDX-License-Identifier: MIT
// Forward and input gradient of one sample in NCHW, in parts: some channels by some rows of the
// result, so that one picture can be shared out. What is computed, the order of every sum included,
// stands in conv.h; every kernel and every way of cutting gives the same bits.
//
//   forward          src = x   [C][D][H][W],      dst = y   [O][D'][H'][W']
//   input gradient   src = d_y [O][D'][H'][W'],   dst = d_x [C][D][H][W]
#ifndef FOVEA_KERNELS_CONV_PART_H
#define FOVEA_KERNELS_CONV_PART_H

#include "kernels/conv/conv.h"

typedef enum fovea__conv_direction {
    FOVEA__CONV_FORWARD,
    FOVEA__CONV_INPUT_GRADIENT,
} fovea__conv_direction;

// Channels [channel, channel_end) and rows [row, row_end) of dst; row d*H + h is row h of plane d.
typedef struct fovea__conv_part {
    int64_t channel, channel_end, row, row_end;
} fovea__conv_part;

typedef struct fovea__conv_part_kernel {
    const char *name;  // "wide avx512"
    fovea__cpu cpu;
    fovea__conv_direction direction;
    bool (*accepts)(const fovea__conv_geometry *geometry);
    // The channels of a part begin at a multiple of this and end at one, or at the last channel.
    // NULL: 1.
    int64_t (*channel_step)(const fovea__conv_geometry *geometry);
    // Rows of a part may begin and end anywhere, but are best cut at multiples of this. NULL: 1.
    int64_t (*row_step)(const fovea__conv_geometry *geometry);
    // Floats of packed weights. NULL: `pack` is, too, and `run` takes the weights as they are.
    size_t (*packed)(const fovea__conv_geometry *geometry);
    // Packs what the channels of a part need (its rows are not looked at) at its place in the whole
    // of `packed`.
    void (*pack)(const fovea__conv_geometry *geometry, const fovea__conv_part *part,
                 const float *weight, float *packed);
    // Bytes of scratch one call needs (each worker its own). NULL: none, `run` may be given NULL.
    size_t (*scratch)(const fovea__conv_geometry *geometry);
    // Overwrites the part of dst and nothing else. src, weight (packed where there is packing), bias
    // and dst are the whole buffers; bias may be NULL and is not read by an input gradient.
    void (*run)(const fovea__conv_geometry *geometry, const fovea__conv_part *part,
                const float *src, const float *weight, const float *bias, float *dst,
                void *scratch);
} fovea__conv_part_kernel;

// The first kernel of this direction that the processor level allows and that accepts the geometry.
// Never NULL: the reference, last in the list, accepts every geometry.
const fovea__conv_part_kernel *fovea__conv_part_choose(fovea__cpu cpu,
                                                       fovea__conv_direction direction,
                                                       const fovea__conv_geometry *geometry);
// All kernels compiled in, best first: for tests and benchmarks.
const fovea__conv_part_kernel *const *fovea__conv_part_kernels(size_t *count);

// Channels and rows of dst.
int64_t fovea__conv_part_channels(const fovea__conv_geometry *geometry,
                                  fovea__conv_direction direction);
int64_t fovea__conv_part_rows(const fovea__conv_geometry *geometry,
                              fovea__conv_direction direction);
// The same numbers with what a NULL stands for: 1, 0 and 0.
int64_t fovea__conv_part_channel_step(const fovea__conv_part_kernel *kernel,
                                      const fovea__conv_geometry *geometry);
size_t fovea__conv_part_packed(const fovea__conv_part_kernel *kernel,
                               const fovea__conv_geometry *geometry);
size_t fovea__conv_part_scratch(const fovea__conv_part_kernel *kernel,
                                const fovea__conv_geometry *geometry);
// How one sample is cut, by its shape only: 1 to 16 parts, and the i-th of them.
int64_t fovea__conv_part_count(const fovea__conv_part_kernel *kernel,
                               const fovea__conv_geometry *geometry);
fovea__conv_part fovea__conv_part_at(const fovea__conv_part_kernel *kernel,
                                     const fovea__conv_geometry *geometry, int64_t i);

#endif
