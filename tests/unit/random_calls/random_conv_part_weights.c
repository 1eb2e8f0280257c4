// SPDX-License-Identifier: MIT
// The weight gradient in parts: all parts of a batch, written or added, against the definition.
#include "kernels/conv/conv_part_weights.h"
#include "unit/conv_geometries.h"
#include "unit/random_calls/random_calls.h"

// NULL where this processor has none that takes the geometry.
static const fovea__conv_part_weights *any_kernel(const fovea__conv_geometry *g) {
    size_t count;
    const fovea__conv_part_weights *const *list = fovea__conv_part_weights_kernels(&count);
    for (int i = 0; count && i < 20; i++) {
        const fovea__conv_part_weights *k = list[pick((int64_t)count)];
        if (fovea__cpu_allows(fovea__cpu_best(), k->cpu) && k->accepts(g)) return k;
    }
    return NULL;
}

static fovea__conv_geometry geometry(int64_t samples) {
    fovea__conv_geometry g;
    do {
        g = random_geometry();
        if (pick(2)) {  // as many channels as fill several vectors
            g.c = g.groups * (1 + pick(40));
            g.o = g.groups * (1 + pick(70));
        }
    } while (work(&g) * samples > 20000);
    return g;
}

static void add_to(const guarded *before, guarded *sum) {
    for (size_t i = 0; i < sum->count; i++) sum->data[i] = before->data[i] + sum->data[i];
}

int64_t call_conv_part_weights(void) {
    int64_t samples = 1 + pick(pick(8) ? 5 : 40);
    fovea__conv_geometry g = geometry(samples);
    const fovea__conv_part_weights *k = any_kernel(&g);
    if (!k) return 1;
    guarded x = operand((size_t)(samples * g.c * fovea__conv_volume(g.in)));
    guarded d_y = operand((size_t)(samples * g.o * fovea__conv_volume(g.out)));
    guarded d_w = operand((size_t)(g.o * (g.c / g.groups) * fovea__conv_volume(g.kernel)));
    guarded d_b = operand((size_t)g.o), got_w = copy_of(&d_w), got_b = copy_of(&d_b);
    guarded want_w = guarded_make(d_w.count), want_b = guarded_make(d_b.count);
    guarded scratch = guarded_make(k->scratch(&g, samples) / sizeof(float));
    bool add_w = pick(2), add_b = pick(2);
    fovea__conv_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, &g)
        ->batch_gradient(&g, samples, x.data, d_y.data, want_w.data, want_b.data);
    if (add_w) add_to(&d_w, &want_w);
    if (add_b) add_to(&d_b, &want_b);
    int64_t parts = k->parts(&g);
    for (int64_t i = parts; i-- > 0;)
        k->run(&g, samples, i, add_w, add_b, x.data, d_y.data, got_w.data, got_b.data,
               scratch.data);
    expect("conv weights in parts", k->name, &want_w, &got_w);
    expect("conv biases in parts", k->name, &want_b, &got_b);
    FREE_ALL(&x, &d_y, &d_w, &d_b, &scratch);
    return 1 + parts;
}
