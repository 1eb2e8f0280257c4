// SPDX-License-Identifier: MIT
#include "kernels/conv/conv_part_kernels.h"
#include "kernels/conv/conv_range.h"

static const fovea__conv_part_kernel *const kernels[] = {
#define PART(name) &fovea__conv_part_##name,
#include "kernels/conv/conv_part_kernels.inc"
#undef PART
};

const fovea__conv_part_kernel *const *fovea__conv_part_kernels(size_t *count) {
    *count = sizeof kernels / sizeof kernels[0];
    return kernels;
}

const fovea__conv_part_kernel *fovea__conv_part_choose(fovea__cpu cpu,
                                                       fovea__conv_direction direction,
                                                       const fovea__conv_geometry *geometry) {
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        const fovea__conv_part_kernel *kernel = kernels[i];
        if (kernel->direction == direction && fovea__cpu_allows(cpu, kernel->cpu) &&
            kernel->accepts(geometry)) {
            return kernel;
        }
    }
    return direction == FOVEA__CONV_FORWARD ? &fovea__conv_part_forward_reference
                                            : &fovea__conv_part_input_reference;
}

static const int64_t *dst_size(const fovea__conv_geometry *g, fovea__conv_direction direction) {
    return direction == FOVEA__CONV_FORWARD ? g->out : g->in;
}

int64_t fovea__conv_part_channels(const fovea__conv_geometry *g, fovea__conv_direction direction) {
    return direction == FOVEA__CONV_FORWARD ? g->o : g->c;
}

int64_t fovea__conv_part_rows(const fovea__conv_geometry *g, fovea__conv_direction direction) {
    const int64_t *size = dst_size(g, direction);
    return size[0] * size[1];
}

// Parts of one picture, and the multiply-adds below which starting another worker costs more than
// it brings.
#define PARTS 16
#define WORTH_A_PART 32768

// A grid of parts: the channels are cut first where the weights are more than the picture, so that
// each is read by few workers, and where groups share neither; else the rows.
typedef struct {
    int64_t channels, rows;
} grid;

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

int64_t fovea__conv_part_channel_step(const fovea__conv_part_kernel *kernel,
                                      const fovea__conv_geometry *g) {
    return kernel->channel_step ? kernel->channel_step(g) : 1;
}
size_t fovea__conv_part_packed(const fovea__conv_part_kernel *kernel,
                               const fovea__conv_geometry *g) {
    return kernel->packed ? kernel->packed(g) : 0;
}
size_t fovea__conv_part_scratch(const fovea__conv_part_kernel *kernel,
                                const fovea__conv_geometry *g) {
    return kernel->scratch ? kernel->scratch(g) : 0;
}

static int64_t row_step(const fovea__conv_part_kernel *kernel, const fovea__conv_geometry *g) {
    return kernel->row_step ? kernel->row_step(g) : 1;
}

static grid cut(const fovea__conv_part_kernel *kernel, const fovea__conv_geometry *g) {
    int64_t step = fovea__conv_part_channel_step(kernel, g);
    int64_t channels = (fovea__conv_part_channels(g, kernel->direction) + step - 1) / step;
    int64_t height = row_step(kernel, g);
    int64_t rows = (fovea__conv_part_rows(g, kernel->direction) + height - 1) / height;
    double weights = (double)g->o * (double)(g->c / g->groups * fovea__conv_volume(g->kernel));
    double pixels = (double)fovea__conv_volume(g->out), picture = (double)g->c * pixels;
    double worth = weights * pixels / WORTH_A_PART;
    int64_t most = worth < 1 ? 1 : worth < PARTS ? (int64_t)worth : PARTS;
    grid parts;
    if (g->groups > 1 || weights > picture) {
        parts.channels = least(channels, most);
        parts.rows = least(rows, most / parts.channels);
    } else {
        parts.rows = least(rows, most);
        parts.channels = least(channels, most / parts.rows);
    }
    return parts;
}

int64_t fovea__conv_part_count(const fovea__conv_part_kernel *kernel,
                               const fovea__conv_geometry *geometry) {
    grid parts = cut(kernel, geometry);
    return parts.channels * parts.rows;
}

fovea__conv_part fovea__conv_part_at(const fovea__conv_part_kernel *kernel,
                                     const fovea__conv_geometry *geometry, int64_t i) {
    grid parts = cut(kernel, geometry);
    int64_t channels = fovea__conv_part_channels(geometry, kernel->direction);
    int64_t rows = fovea__conv_part_rows(geometry, kernel->direction);
    int64_t step = fovea__conv_part_channel_step(kernel, geometry),
            steps = (channels + step - 1) / step;
    int64_t height = row_step(kernel, geometry), heights = (rows + height - 1) / height;
    int64_t a = i / parts.rows, b = i % parts.rows;
    return (fovea__conv_part){
        .channel = a * steps / parts.channels * step,
        .channel_end = least((a + 1) * steps / parts.channels * step, channels),
        .row = b * heights / parts.rows * height,
        .row_end = least((b + 1) * heights / parts.rows * height, rows)};
}
