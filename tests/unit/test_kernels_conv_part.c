// SPDX-License-Identifier: MIT
// Every kernel of parts gives the bits of the definition, however the result is cut, and writes its
// part only.
#include "conv_geometries.h"
#include "kernels/conv/conv_part.h"

// One direction of one geometry on one sample.
typedef struct setting {
    fovea__conv_geometry g;
    fovea__conv_direction direction;
    guarded src, weight, bias, want, want_plain;  // want_plain: without bias
} setting;

static guarded filled(int64_t count) {
    guarded g = guarded_make((size_t)count);
    guarded_fill(&g);
    return g;
}

static setting setting_make(const fovea__conv_geometry *g, fovea__conv_direction direction) {
    int64_t x = g->c * fovea__conv_volume(g->in), y = g->o * fovea__conv_volume(g->out);
    bool forward = direction == FOVEA__CONV_FORWARD;
    setting s = {.g = *g, .direction = direction, .src = filled(forward ? x : y)};
    s.weight = filled(g->o * (g->c / g->groups) * fovea__conv_volume(g->kernel));
    s.bias = filled(g->o);
    s.want = guarded_make((size_t)(forward ? y : x));
    s.want_plain = guarded_make(s.want.count);
    const fovea__conv_kernel *k = fovea__conv_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, g);
    if (forward) {
        k->forward(g, 1, s.src.data, s.weight.data, s.bias.data, s.want.data, NULL);
        k->forward(g, 1, s.src.data, s.weight.data, NULL, s.want_plain.data, NULL);
    } else {
        k->input_gradient(g, 1, s.src.data, s.weight.data, s.want.data, NULL);
        memcpy(s.want_plain.data, s.want.data, s.want.count * sizeof(float));
    }
    return s;
}

static void setting_free(setting *s) {
    guarded_free(&s->src);
    guarded_free(&s->weight);
    guarded_free(&s->bias);
    guarded_free(&s->want);
    guarded_free(&s->want_plain);
}

static void assert_same(const fovea__conv_part_kernel *k, const char *what, const setting *s,
                        const guarded *want, const guarded *got) {
    if (same_bits(want, got)) return;
    size_t i = 0;
    while (memcmp(want->data + i, got->data + i, sizeof(float)) == 0) i++;
    fail_msg("%s, direction %d, %s: %zu is %a, wants %a (%s)", k->name, k->direction, what, i,
             (double)got->data[i], (double)want->data[i], geometry_in_words(&s->g).text);
}

// What a kernel takes besides the source.
typedef struct tools {
    guarded packed, scratch;
    const float *weight;
} tools;

static tools tools_make(const fovea__conv_part_kernel *k, const setting *s) {
    tools t = {.packed = guarded_make(fovea__conv_part_packed(k, &s->g)),
               .scratch = guarded_make(fovea__conv_part_scratch(k, &s->g) / sizeof(float)),
               .weight = s->weight.data};
    if (t.packed.count == 0) return t;
    t.weight = t.packed.data;
    int64_t step = fovea__conv_part_channel_step(k, &s->g),
            all = fovea__conv_part_channels(&s->g, k->direction);
    int64_t middle = all / 2 / step * step;
    fovea__conv_part upper = {.channel = middle, .channel_end = all};
    fovea__conv_part lower = {.channel = 0, .channel_end = middle};
    k->pack(&s->g, &upper, s->weight.data, t.packed.data);
    if (middle) k->pack(&s->g, &lower, s->weight.data, t.packed.data);
    return t;
}

static void tools_free(tools *t) {
    guarded_free(&t->packed);
    guarded_free(&t->scratch);
}

static void run_as_the_shape_asks(const fovea__conv_part_kernel *k, const setting *s,
                                  const tools *t) {
    guarded got = guarded_make(s->want.count);
    int64_t count = fovea__conv_part_count(k, &s->g);
    assert_in_range(count, 1, 16);
    for (int64_t i = count; i-- > 0;) {
        fovea__conv_part part = fovea__conv_part_at(k, &s->g, i);
        k->run(&s->g, &part, s->src.data, t->weight, NULL, got.data, t->scratch.data);
    }
    assert_same(k, "in the parts of its shape", s, &s->want_plain, &got);
    guarded_free(&got);
}

// Cuts channels and rows somewhere into up to three each.
static void run_in_pieces(const fovea__conv_part_kernel *k, const setting *s, const tools *t) {
    guarded got = guarded_make(s->want.count);
    int64_t step = fovea__conv_part_channel_step(k, &s->g),
            all = fovea__conv_part_channels(&s->g, k->direction);
    int64_t rows = fovea__conv_part_rows(&s->g, k->direction), steps = (all + step - 1) / step;
    int64_t channel[4] = {0, pick(steps + 1) * step, 0, all}, row[4] = {0, pick(rows + 1), 0, rows};
    if (channel[1] > all) channel[1] = all;
    channel[2] = channel[1] + pick((all - channel[1]) / step + 1) * step;
    row[2] = row[1] + pick(rows - row[1] + 1);
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++) {
            fovea__conv_part part = {channel[i], channel[i + 1], row[j], row[j + 1]};
            k->run(&s->g, &part, s->src.data, t->weight, s->bias.data, got.data, t->scratch.data);
        }
    }
    assert_same(k, "in pieces", s, &s->want, &got);
    guarded_free(&got);
}

// A part leaves the rest of the result as it was.
static void run_one_piece(const fovea__conv_part_kernel *k, const setting *s, const tools *t) {
    guarded got = guarded_make(s->want.count), want = guarded_make(s->want.count);
    int64_t step = fovea__conv_part_channel_step(k, &s->g),
            all = fovea__conv_part_channels(&s->g, k->direction);
    int64_t rows = fovea__conv_part_rows(&s->g, k->direction);
    int64_t width = (int64_t)s->want.count / all / rows, steps = (all + step - 1) / step;
    fovea__conv_part part = {.channel = pick(steps) * step, .row = pick(rows)};
    part.channel_end = part.channel + step < all ? part.channel + step : all;
    part.row_end = part.row + 1 + pick(rows - part.row);
    for (int64_t c = part.channel; c < part.channel_end; c++) {
        int64_t at = (c * rows + part.row) * width, count = (part.row_end - part.row) * width;
        memcpy(want.data + at, s->want.data + at, (size_t)count * sizeof(float));
    }
    k->run(&s->g, &part, s->src.data, t->weight, s->bias.data, got.data, t->scratch.data);
    assert_same(k, "alone", s, &want, &got);
    guarded_free(&got);
    guarded_free(&want);
}

static void assert_kernels_agree(const fovea__conv_geometry *g) {
    for (int direction = 0; direction < 2; direction++) {
        setting s = setting_make(g, (fovea__conv_direction)direction);
        size_t count;
        const fovea__conv_part_kernel *const *kernels = fovea__conv_part_kernels(&count);
        for (size_t i = 0; i < count; i++) {
            const fovea__conv_part_kernel *k = kernels[i];
            if (k->direction != s.direction || !fovea__cpu_allows(fovea__cpu_best(), k->cpu) ||
                !k->accepts(g)) {
                continue;
            }
            tools t = tools_make(k, &s);
            run_as_the_shape_asks(k, &s, &t);
            run_in_pieces(k, &s, &t);
            run_one_piece(k, &s, &t);
            tools_free(&t);
        }
        setting_free(&s);
    }
}

static void every_kernel_gives_the_bits_of_the_definition(void **state) {
    (void)state;
    guarded_begin("conv parts");
    for (int i = 0; i < guarded_trials(400); i++) {
        fovea__conv_geometry g;
        do g = random_geometry();
        while (work(&g) > 200000);
        assert_kernels_agree(&g);
    }
}

// As random_geometry, with as many channels as fill several vectors.
static void many_channels_agree(void **state) {
    (void)state;
    guarded_begin("conv parts, many channels");
    for (int i = 0; i < guarded_trials(150); i++) {
        fovea__conv_geometry g;
        do {
            g = random_geometry();
            g.c = g.groups * (1 + pick(70));
            g.o = g.groups * (1 + pick(100));
        } while (work(&g) > 1000000);
        assert_kernels_agree(&g);
    }
}

// Stride 2 has bodies of its own: 1×1 and 3×3, rows and columns of any number.
static void every_second_pixel_agrees(void **state) {
    (void)state;
    guarded_begin("conv parts, stride 2");
    for (int i = 0; i < guarded_trials(80); i++) {
        int64_t kernel = pick(2) ? 3 : 1, pad = kernel / 2, width = 1 + pick(60);
        fovea__conv_geometry g = plane(1 + pick(80), 1 + pick(12), 1 + pick(80), kernel, pad, 2);
        g.in[2] = width;
        g.out[2] = (width + 2 * pad - kernel) / 2 + 1;
        assert_kernels_agree(&g);
    }
}

static void shapes_of_real_nets_agree(void **state) {
    (void)state;
    if (getenv("FOVEA_EMULATED")) skip();  // a minute there
    guarded_begin("conv parts of nets");
    const fovea__conv_geometry shapes[] = {
        plane(3, 45, 64, 7, 3, 2),   plane(64, 14, 64, 3, 1, 1),  plane(64, 28, 128, 3, 1, 2),
        plane(64, 15, 128, 1, 0, 2), plane(128, 7, 130, 3, 1, 1), plane(96, 13, 16, 1, 0, 1),
        plane(16, 55, 64, 1, 0, 1),  plane(16, 27, 64, 3, 1, 1),  plane(40, 9, 24, 5, 2, 1),
        plane(512, 1, 100, 1, 0, 1), plane(96, 7, 130, 1, 0, 1),  plane(130, 14, 66, 1, 0, 2),
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) assert_kernels_agree(&shapes[i]);
    fovea__conv_geometry dilated = plane(32, 20, 48, 3, 4, 1);
    dilated.dilation[1] = dilated.dilation[2] = 4;
    assert_kernels_agree(&dilated);
    fovea__conv_geometry grouped = plane(64, 12, 96, 3, 1, 1);
    grouped.groups = 4;
    assert_kernels_agree(&grouped);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_gives_the_bits_of_the_definition),
        cmocka_unit_test(many_channels_agree),
        cmocka_unit_test(every_second_pixel_agrees),
        cmocka_unit_test(shapes_of_real_nets_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
