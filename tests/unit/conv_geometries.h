// SPDX-License-Identifier: MIT
// Geometries of convolutions for kernel tests.
#ifndef FOVEA_TESTS_CONV_GEOMETRIES_H
#define FOVEA_TESTS_CONV_GEOMETRIES_H

#include "guarded.h"
#include "kernels/conv/conv_range.h"

// A geometry with at least one output per dimension. Padding may be wider than the kernel, the
// input smaller than a tile, the end padded less or more than the beginning.
static inline fovea__conv_geometry random_geometry(void) {
    fovea__conv_geometry g;
    int rank = 1 + (int)pick(3);
    int64_t widest[4] = {0, 40, 15, 7};
    g.groups = pick(3) ? 1 : 1 + pick(4);
    bool depthwise = pick(6) == 0;
    g.c = g.groups = depthwise ? 1 + pick(9) : g.groups;
    g.c *= depthwise ? 1 : 1 + pick(rank == 3 ? 3 : 7);
    g.o = g.groups * (1 + pick(depthwise ? 2 : 11));
    for (int i = 0; i < 3; i++) {
        g.in[i] = g.out[i] = g.kernel[i] = g.stride[i] = g.dilation[i] = 1;
        g.pad[i] = 0;
        if (i < 3 - rank) continue;
        int64_t extent, end;
        do {
            g.in[i] = 1 + pick(widest[rank]);
            g.kernel[i] = pick(8) ? 1 + pick(rank == 1 ? 9 : 5) : g.in[i];
            g.stride[i] = pick(2) ? 1 : 1 + pick(4);
            g.dilation[i] = pick(2) ? 1 : 1 + pick(4);
            extent = (g.kernel[i] - 1) * g.dilation[i] + 1;
            g.pad[i] = pick(2) ? 0 : pick(extent + 2);
            end = pick(2) ? g.pad[i] : pick(extent + 2);
        } while (g.in[i] + g.pad[i] + end < extent);
        g.out[i] = (g.in[i] + g.pad[i] + end - extent) / g.stride[i] + 1;
    }
    return g;
}

// Multiply-adds of one sample, taps in the padding counted.
static inline int64_t work(const fovea__conv_geometry *g) {
    return fovea__conv_volume(g->out) * g->o * (g->c / g->groups) * fovea__conv_volume(g->kernel);
}

// What a failing test says of a geometry.
typedef struct geometry_text {
    char text[512];
} geometry_text;

static inline geometry_text geometry_in_words(const fovea__conv_geometry *g) {
    geometry_text t;
    const struct {
        const char *name;
        const int64_t *size;
    } all[] = {{"in", g->in},         {"out", g->out}, {"kernel", g->kernel},
               {"stride", g->stride}, {"pad", g->pad}, {"dilation", g->dilation}};
    int at = snprintf(t.text, sizeof t.text, "groups %d c %d o %d", (int)g->groups, (int)g->c,
                      (int)g->o);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        at += snprintf(t.text + at, sizeof t.text - (size_t)at, " %s %d %d %d", all[i].name,
                       (int)all[i].size[0], (int)all[i].size[1], (int)all[i].size[2]);
    return t;
}

// A square picture and kernel.
static inline fovea__conv_geometry plane(int64_t c, int64_t size, int64_t o, int64_t kernel,
                                         int64_t pad, int64_t stride) {
    int64_t out = (size + 2 * pad - kernel) / stride + 1;
    return (fovea__conv_geometry){1,
                                  c,
                                  o,
                                  {1, size, size},
                                  {1, out, out},
                                  {1, kernel, kernel},
                                  {1, stride, stride},
                                  {0, pad, pad},
                                  {1, 1, 1}};
}

#endif
