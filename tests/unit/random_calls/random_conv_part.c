// SPDX-License-Identifier: MIT
// Parts of a convolution of one sample: all the parts its shape asks for, and one of any size.
#include "kernels/conv/conv_part.h"
#include "unit/conv_geometries.h"
#include "unit/random_calls/random_calls.h"

// What a kernel takes besides the source.
typedef struct tools {
    guarded packed, scratch;
    const float *weight;
} tools;

static tools tools_make(const fovea__conv_part_kernel *k, const fovea__conv_geometry *g,
                        const guarded *weight) {
    tools t = {.packed = guarded_make(fovea__conv_part_packed(k, g)),
               .scratch = guarded_make(fovea__conv_part_scratch(k, g) / sizeof(float)),
               .weight = weight->data};
    if (t.packed.count == 0) return t;
    t.weight = t.packed.data;
    int64_t step = fovea__conv_part_channel_step(k, g);
    int64_t all = fovea__conv_part_channels(g, k->direction), middle = all / 2 / step * step;
    fovea__conv_part upper = {.channel = middle, .channel_end = all};
    fovea__conv_part lower = {.channel = 0, .channel_end = middle};
    k->pack(g, &upper, weight->data, t.packed.data);
    if (middle) k->pack(g, &lower, weight->data, t.packed.data);
    return t;
}

static const fovea__conv_part_kernel *any_kernel(const fovea__conv_geometry *g) {
    size_t count;
    const fovea__conv_part_kernel *const *list = fovea__conv_part_kernels(&count), *k;
    do k = list[pick((int64_t)count)];
    while (!fovea__cpu_allows(fovea__cpu_best(), k->cpu) || !k->accepts(g));
    return k;
}

static fovea__conv_geometry geometry(void) {
    fovea__conv_geometry g;
    do {
        g = random_geometry();
        if (pick(2)) {  // as many channels as fill several vectors
            g.c = g.groups * (1 + pick(40));
            g.o = g.groups * (1 + pick(70));
        }
    } while (work(&g) > 20000);
    return g;
}

// Some of the channels and rows; of `want` only these are kept.
static fovea__conv_part any_part(const fovea__conv_part_kernel *k, const fovea__conv_geometry *g,
                                 guarded *want) {
    int64_t step = fovea__conv_part_channel_step(k, g);
    int64_t all = fovea__conv_part_channels(g, k->direction), steps = (all + step - 1) / step;
    int64_t rows = fovea__conv_part_rows(g, k->direction),
            width = (int64_t)want->count / all / rows;
    int64_t from = pick(steps), to = from + 1 + pick(steps - from);
    fovea__conv_part part = {.channel = from * step, .row = pick(rows)};
    part.channel_end = to * step < all ? to * step : all;
    part.row_end = part.row + 1 + pick(rows - part.row);
    for (int64_t i = 0; i < all * rows; i++) {
        int64_t channel = i / rows, row = i % rows;
        if (channel >= part.channel && channel < part.channel_end && row >= part.row &&
            row < part.row_end)
            continue;
        memset(want->data + i * width, 0xA5, (size_t)width * sizeof(float));
    }
    return part;
}

int64_t call_conv_part(void) {
    fovea__conv_geometry g = geometry();
    const fovea__conv_part_kernel *k = any_kernel(&g);
    const fovea__conv_kernel *whole =
        fovea__conv_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, &g);
    size_t in = (size_t)(g.c * fovea__conv_volume(g.in));
    size_t out = (size_t)(g.o * fovea__conv_volume(g.out));
    bool forward = k->direction == FOVEA__CONV_FORWARD;
    guarded weight = operand((size_t)(g.o * (g.c / g.groups) * fovea__conv_volume(g.kernel)));
    guarded bias = operand((size_t)g.o), src = operand(forward ? in : out);
    guarded want = guarded_make(forward ? out : in), got = guarded_make(want.count);
    guarded one = guarded_make(want.count);
    const float *b = pick(2) ? bias.data : NULL;
    if (forward)
        whole->forward(&g, 1, src.data, weight.data, b, want.data, NULL);
    else
        whole->input_gradient(&g, 1, src.data, weight.data, want.data, NULL);
    tools t = tools_make(k, &g, &weight);
    int64_t parts = fovea__conv_part_count(k, &g);
    assert_in_range(parts, 1, 16);
    for (int64_t i = parts; i-- > 0;) {
        fovea__conv_part part = fovea__conv_part_at(k, &g, i);
        k->run(&g, &part, src.data, t.weight, b, got.data, t.scratch.data);
    }
    if (!alike(&want, &got)) fail_msg("conv part %s differs from the reference", k->name);
    fovea__conv_part part = any_part(k, &g, &want);
    k->run(&g, &part, src.data, t.weight, b, one.data, t.scratch.data);
    expect("one conv part", k->name, &want, &one);
    FREE_ALL(&weight, &bias, &src, &got, &t.packed, &t.scratch);
    return 4 + parts;
}
