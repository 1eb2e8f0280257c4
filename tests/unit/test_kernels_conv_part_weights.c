// SPDX-License-Identifier: MIT
// Every kernel of the weight gradient in parts gives the bits of the definition for any batch, and
// each part writes what is its own only.
#include "conv_geometries.h"
#include "kernels/conv/conv_part_weights.h"

// One geometry and batch.
typedef struct setting {
    fovea__conv_geometry g;
    int64_t samples;
    guarded x, d_y, weight, bias;      // weight, bias: what is there before
    guarded sum_weight, sum_bias;      // the definition's
    guarded added_weight, added_bias;  // added to what is there
} setting;

static guarded filled(int64_t count) {
    guarded g = guarded_make((size_t)count);
    guarded_fill(&g);
    return g;
}

static guarded added(const guarded *a, const guarded *b) {
    guarded sum = guarded_make(a->count);
    for (size_t i = 0; i < a->count; i++) sum.data[i] = a->data[i] + b->data[i];
    return sum;
}

static setting setting_make(const fovea__conv_geometry *g, int64_t samples) {
    int64_t x = samples * g->c * fovea__conv_volume(g->in);
    int64_t y = samples * g->o * fovea__conv_volume(g->out);
    int64_t weights = g->o * (g->c / g->groups) * fovea__conv_volume(g->kernel);
    setting s = {.g = *g,
                 .samples = samples,
                 .x = filled(x),
                 .d_y = filled(y),
                 .weight = filled(weights),
                 .bias = filled(g->o),
                 .sum_weight = guarded_make((size_t)weights),
                 .sum_bias = guarded_make((size_t)g->o)};
    fovea__conv_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, g)
        ->batch_gradient(g, samples, s.x.data, s.d_y.data, s.sum_weight.data, s.sum_bias.data);
    s.added_weight = added(&s.weight, &s.sum_weight);
    s.added_bias = added(&s.bias, &s.sum_bias);
    return s;
}

static void setting_free(setting *s) {
    guarded *all[] = {&s->x,          &s->d_y,      &s->weight,       &s->bias,
                      &s->sum_weight, &s->sum_bias, &s->added_weight, &s->added_bias};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) guarded_free(all[i]);
}

static void assert_same(const fovea__conv_part_weights *k, const char *what, const setting *s,
                        const guarded *want, const guarded *got) {
    if (same_bits(want, got)) return;
    size_t i = 0;
    while (memcmp(want->data + i, got->data + i, sizeof(float)) == 0) i++;
    fail_msg("%s, %s, %d samples: %zu is %a, wants %a (%s)", k->name, what, (int)s->samples, i,
             (double)got->data[i], (double)want->data[i], geometry_in_words(&s->g).text);
}

static guarded copy_of(const guarded *from) {
    guarded to = guarded_make(from->count);
    memcpy(to.data, from->data, from->bytes);
    return to;
}

// All parts, the last first. Bits of `wanted`: the weight, the bias; of `add`: added to.
static void run_parts(const fovea__conv_part_weights *k, const setting *s, int wanted, int add) {
    guarded scratch = guarded_make(k->scratch(&s->g, s->samples) / sizeof(float));
    guarded weight = copy_of(&s->weight), bias = copy_of(&s->bias);
    for (int64_t part = k->parts(&s->g); part-- > 0;)
        k->run(&s->g, s->samples, part, add & 1, add & 2, s->x.data, s->d_y.data,
               wanted & 1 ? weight.data : NULL, wanted & 2 ? bias.data : NULL, scratch.data);
    const guarded *want = add & 1 ? &s->added_weight : &s->sum_weight;
    assert_same(k, "weight", s, wanted & 1 ? want : &s->weight, &weight);
    want = add & 2 ? &s->added_bias : &s->sum_bias;
    assert_same(k, "bias", s, wanted & 2 ? want : &s->bias, &bias);
    guarded_free(&scratch);
    guarded_free(&weight);
    guarded_free(&bias);
}

// What one part writes, all others have not written: together they add nothing twice.
static void assert_parts_are_disjoint(const fovea__conv_part_weights *k, const setting *s) {
    guarded scratch = guarded_make(k->scratch(&s->g, s->samples) / sizeof(float));
    guarded weight = copy_of(&s->weight), bias = copy_of(&s->bias);
    int64_t parts = k->parts(&s->g), one = pick(parts);
    for (int64_t part = 0; part < parts; part++)
        if (part != one)
            k->run(&s->g, s->samples, part, true, true, s->x.data, s->d_y.data, weight.data,
                   bias.data, scratch.data);
    k->run(&s->g, s->samples, one, true, true, s->x.data, s->d_y.data, weight.data, bias.data,
           scratch.data);
    assert_same(k, "each weight once", s, &s->added_weight, &weight);
    assert_same(k, "each bias once", s, &s->added_bias, &bias);
    guarded_free(&scratch);
    guarded_free(&weight);
    guarded_free(&bias);
}

static void assert_kernels_agree(const fovea__conv_geometry *g, int64_t samples) {
    setting s = setting_make(g, samples);
    size_t count;
    const fovea__conv_part_weights *const *kernels = fovea__conv_part_weights_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__conv_part_weights *k = kernels[i];
        if (!fovea__cpu_allows(fovea__cpu_best(), k->cpu) || !k->accepts(g)) continue;
        run_parts(k, &s, 3, 0);
        run_parts(k, &s, 1 + (int)pick(3), (int)pick(4));
        assert_parts_are_disjoint(k, &s);
    }
    setting_free(&s);
}

static void every_kernel_gives_the_bits_of_the_definition(void **state) {
    (void)state;
    guarded_begin("conv weights in parts");
    for (int i = 0; i < guarded_trials(400); i++) {
        fovea__conv_geometry g;
        int64_t samples = 1 + pick(pick(4) ? 16 : 40);
        do g = random_geometry();
        while (work(&g) * samples > 200000);
        assert_kernels_agree(&g, samples);
    }
}

// As random_geometry, with as many channels as fill several vectors, and groups of few outputs.
static void many_channels_agree(void **state) {
    (void)state;
    guarded_begin("conv weights in parts, many channels");
    for (int i = 0; i < guarded_trials(150); i++) {
        fovea__conv_geometry g;
        int64_t samples = 1 + pick(5), few = pick(3);
        do {
            g = random_geometry();
            if (!few) g.groups = 1 + pick(40);
            g.c = g.groups * (1 + pick(few ? 70 : 3));
            g.o = g.groups * (1 + pick(few ? 100 : 9));
        } while (work(&g) * samples > 1000000);
        assert_kernels_agree(&g, samples);
    }
}

// A picture of more than one block of rows, and rows of more than one block.
static void large_pictures_agree(void **state) {
    (void)state;
    if (getenv("FOVEA_EMULATED")) skip();  // a minute there
    guarded_begin("conv weights in parts, large pictures");
    for (int64_t groups = 1; groups <= 32; groups += 31) {
        fovea__conv_geometry g = plane(32, 60, 32, 3, 1, 1);
        g.groups = groups;
        assert_kernels_agree(&g, 2);
        fovea__conv_geometry row = {
            groups, 32, 32, {1, 1, 1900}, {1, 1, 1900}, {1, 1, 5}, {1, 1, 1}, {0, 0, 4}, {1, 1, 2},
        };
        assert_kernels_agree(&row, 1);
        fovea__conv_geometry box = {
            groups, 32, 32, {5, 20, 20}, {5, 10, 10}, {3, 3, 3}, {1, 2, 2}, {1, 1, 1}, {1, 1, 1},
        };
        assert_kernels_agree(&box, 1);
    }
}

static void shapes_of_real_nets_agree(void **state) {
    (void)state;
    if (getenv("FOVEA_EMULATED")) skip();
    guarded_begin("conv weights in parts, of nets");
    const fovea__conv_geometry shapes[] = {
        plane(3, 45, 64, 7, 3, 2),   plane(64, 14, 64, 3, 1, 1),  plane(64, 28, 128, 3, 1, 2),
        plane(64, 15, 128, 1, 0, 2), plane(128, 7, 130, 3, 1, 1), plane(96, 13, 16, 1, 0, 1),
        plane(16, 30, 64, 1, 0, 1),  plane(16, 27, 64, 3, 1, 1),  plane(6, 14, 16, 5, 0, 1),
        plane(512, 1, 100, 1, 0, 1), plane(1, 28, 6, 5, 2, 1),    plane(3, 32, 16, 3, 1, 1),
        plane(3, 40, 64, 11, 2, 4),
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        assert_kernels_agree(&shapes[i], 1 + (int64_t)(i % 3));
    fovea__conv_geometry dilated = plane(32, 20, 48, 3, 4, 1);
    dilated.dilation[1] = dilated.dilation[2] = 4;
    assert_kernels_agree(&dilated, 2);
    fovea__conv_geometry grouped = plane(64, 12, 96, 3, 1, 1);
    grouped.groups = 4;
    assert_kernels_agree(&grouped, 2);
    fovea__conv_geometry deep = plane(40, 28, 40, 3, 1, 2);
    deep.groups = 40;
    assert_kernels_agree(&deep, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_gives_the_bits_of_the_definition),
        cmocka_unit_test(many_channels_agree),
        cmocka_unit_test(large_pictures_agree),
        cmocka_unit_test(shapes_of_real_nets_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
