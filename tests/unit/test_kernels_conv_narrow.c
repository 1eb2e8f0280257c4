// SPDX-License-Identifier: MIT
// Small pictures through every kernel of parts: each width, padding, stride and kernel of a list,
// numbers that a product with padding would change, and buffers that end where memory ends.
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conv_geometries.h"
#include "kernels/conv/conv_part.h"

// Numbers that stand before memory that must not be read, or behind it.
typedef struct edge {
    float *data;
    size_t count;
    char *pages;
    size_t size;
} edge;

static edge edge_make(int64_t count, bool at_end) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = (size_t)count * sizeof(float);
    size_t inside = (bytes + page - 1) / page * page;
    edge e = {.count = (size_t)count, .size = inside + 2 * page};
    e.pages = mmap(NULL, e.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(e.pages != MAP_FAILED);
    assert_int_equal(mprotect(e.pages, page, PROT_NONE), 0);
    assert_int_equal(mprotect(e.pages + page + inside, page, PROT_NONE), 0);
    e.data = (float *)(e.pages + page + (at_end ? inside - bytes : 0));
    return e;
}
static edge edge_filled(int64_t count, bool at_end) {
    edge e = edge_make(count, at_end);
    for (size_t i = 0; i < e.count; i++) e.data[i] = guarded_value();
    return e;
}
static void edge_free(edge *e) {
    munmap(e->pages, e->size);
}

// The buffers of one direction of one geometry.
typedef struct setting {
    fovea__conv_geometry g;
    fovea__conv_direction direction;
    edge src, weight, bias, want, got;
} setting;

static setting setting_make(const fovea__conv_geometry *g, fovea__conv_direction direction,
                            bool at_end) {
    int64_t x = g->c * fovea__conv_volume(g->in), y = g->o * fovea__conv_volume(g->out);
    bool forward = direction == FOVEA__CONV_FORWARD;
    return (setting){
        .g = *g,
        .direction = direction,
        .src = edge_filled(forward ? x : y, at_end),
        .weight = edge_filled(g->o * (g->c / g->groups) * fovea__conv_volume(g->kernel), at_end),
        .bias = edge_filled(g->o, at_end),
        .want = edge_make(forward ? y : x, at_end),
        .got = edge_make(forward ? y : x, at_end)};
}
static void setting_free(setting *s) {
    edge_free(&s->src);
    edge_free(&s->weight);
    edge_free(&s->bias);
    edge_free(&s->want);
    edge_free(&s->got);
}

static void run_kernel(const fovea__conv_part_kernel *k, setting *s) {
    guarded packed = guarded_make(fovea__conv_part_packed(k, &s->g));
    guarded scratch = guarded_make(fovea__conv_part_scratch(k, &s->g) / sizeof(float));
    fovea__conv_part all = {.channel_end = fovea__conv_part_channels(&s->g, k->direction),
                            .row_end = fovea__conv_part_rows(&s->g, k->direction)};
    if (packed.count) k->pack(&s->g, &all, s->weight.data, packed.data);
    memset(s->got.data, 0xA5, s->got.count * sizeof(float));
    k->run(&s->g, &all, s->src.data, packed.count ? packed.data : s->weight.data, s->bias.data,
           s->got.data, scratch.data);
    guarded_free(&packed);
    guarded_free(&scratch);
}

static void assert_agree(setting *s) {
    const fovea__conv_kernel *reference =
        fovea__conv_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, &s->g);
    if (s->direction == FOVEA__CONV_FORWARD)
        reference->forward(&s->g, 1, s->src.data, s->weight.data, s->bias.data, s->want.data, NULL);
    else
        reference->input_gradient(&s->g, 1, s->src.data, s->weight.data, s->want.data, NULL);
    size_t count;
    const fovea__conv_part_kernel *const *kernels = fovea__conv_part_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__conv_part_kernel *k = kernels[i];
        if (k->direction != s->direction || !fovea__cpu_allows(fovea__cpu_best(), k->cpu) ||
            !k->accepts(&s->g))
            continue;
        run_kernel(k, s);
        if (memcmp(s->got.data, s->want.data, s->got.count * sizeof(float)) == 0) continue;
        const fovea__conv_geometry *g = &s->g;
        fail_msg(
            "%s, direction %d: groups %d c %d o %d in %d %d kernel %d stride %d pad %d %d "
            "dilation %d",
            k->name, s->direction, (int)g->groups, (int)g->c, (int)g->o, (int)g->in[1],
            (int)g->in[2], (int)g->kernel[2], (int)g->stride[2], (int)g->pad[1], (int)g->pad[2],
            (int)g->dilation[2]);
    }
}

static void assert_geometry(const fovea__conv_geometry *g) {
    for (int i = 0; i < 4; i++) {
        setting s = setting_make(g, (fovea__conv_direction)(i % 2), i / 2);
        assert_agree(&s);
        setting_free(&s);
    }
}

// A picture of `width` columns and a kernel as wide as it is high; false where there is no output.
static bool picture(int64_t width, int64_t kernel, int64_t stride, int64_t pad, int64_t dilation,
                    fovea__conv_geometry *g) {
    int64_t extent = (kernel - 1) * dilation + 1, height = 1 + pick(9);
    if (width + 2 * pad < extent) return false;
    if (height + 2 * pad < extent) height = extent;
    *g = (fovea__conv_geometry){.groups = 1,
                                .c = 1,
                                .o = 1,
                                .in = {1, height, width},
                                .kernel = {1, kernel, kernel},
                                .stride = {1, stride, stride},
                                .pad = {0, pad, pad},
                                .dilation = {1, dilation, dilation}};
    g->out[0] = 1;
    for (int i = 1; i < 3; i++) g->out[i] = (g->in[i] + 2 * pad - extent) / stride + 1;
    return true;
}

static void every_width_agrees(void **state) {
    (void)state;
    guarded_begin("conv narrow widths");
    for (int64_t width = 1; width <= 40; width++) {
        for (int64_t kernel = 1; kernel <= 7; kernel++) {
            for (int64_t stride = 1; stride <= 3; stride++) {
                fovea__conv_geometry g;
                int64_t dilation = pick(3) ? 1 : 2, pad = pick(kernel + 1);
                if (!picture(width, kernel, stride, pad, dilation, &g)) continue;
                g.c = 1 + pick(5);
                g.o = 1 + pick(9);
                if (pick(3) == 0) g.groups = g.c = g.o;
                assert_geometry(&g);
            }
        }
    }
}

// Planes of depthwise convolutions, and of groups with one output of several inputs, are computed
// some rows and columns at a time.
static void depthwise_planes_agree(void **state) {
    (void)state;
    guarded_begin("conv narrow depthwise");
    for (int i = 0; i < 200; i++) {
        fovea__conv_geometry g;
        int64_t kernel = pick(2) ? 3 : 5;
        if (!picture(5 + pick(150), kernel, 1 + pick(2), pick(kernel), 1, &g)) continue;
        g.groups = g.c = g.o = 1 + pick(3);
        if (pick(4) == 0) g.c *= 2;
        assert_geometry(&g);
    }
}

// Three channels and more are computed some rows and channels at a time.
static void blocks_of_channels_agree(void **state) {
    (void)state;
    guarded_begin("conv narrow blocks");
    for (int i = 0; i < 200; i++) {
        fovea__conv_geometry g;
        int64_t kernel = 3 + pick(3), stride = 1 + pick(2);
        if (pick(4) == 0) kernel = 7;
        if (!picture(17 + pick(120), kernel, stride, pick(kernel), 1, &g)) continue;
        g.c = 3 + pick(6);
        g.o = 3 + pick(8);
        if (pick(3) == 0) g.c = 3;
        assert_geometry(&g);
    }
}

// What lies outside is skipped: -0 stays -0 there, and an infinite weight meets no padding.
static void padding_is_not_multiplied(void **state) {
    (void)state;
    guarded_begin("conv narrow padding");
    for (int i = 0; i < 300; i++) {
        fovea__conv_geometry g;
        int64_t kernel = 1 + pick(5), stride = 1 + pick(2);
        if (!picture(1 + pick(80), kernel, stride, pick(kernel + 1), 1, &g)) continue;
        g.c = 1 + pick(4);
        g.o = 1 + pick(6);
        for (int direction = 0; direction < 2; direction++) {
            setting s = setting_make(&g, (fovea__conv_direction)direction, true);
            bool infinite = pick(2);
            for (size_t j = 0; j < s.src.count; j++) s.src.data[j] = infinite ? 1.0f : -0.0f;
            for (size_t j = 0; j < s.weight.count; j++) s.weight.data[j] = 1.0f;
            for (size_t j = 0; j < s.bias.count; j++) s.bias.data[j] = -0.0f;
            if (infinite) s.weight.data[pick((int64_t)s.weight.count)] = INFINITY;
            assert_agree(&s);
            setting_free(&s);
        }
    }
}

static void first_layers_agree(void **state) {
    (void)state;
    guarded_begin("conv narrow first layers");
    const fovea__conv_geometry shapes[] = {
        plane(1, 28, 16, 5, 2, 1),  plane(1, 28, 6, 5, 0, 1), plane(3, 32, 16, 3, 1, 1),
        plane(3, 61, 20, 7, 3, 2),  plane(3, 53, 9, 3, 0, 2), plane(1, 131, 4, 4, 0, 1),
        plane(3, 40, 8, 11, 2, 4),  plane(2, 70, 3, 7, 3, 1), plane(20, 17, 1, 5, 2, 1),
        plane(12, 30, 15, 3, 1, 1), plane(3, 33, 7, 1, 0, 2),
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) assert_geometry(&shapes[i]);
    fovea__conv_geometry row = plane(1, 1, 12, 1, 0, 1);  // one dimension, a long kernel
    row.in[2] = 500;
    row.kernel[2] = 80;
    row.stride[2] = 4;
    row.out[2] = 106;
    assert_geometry(&row);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width_agrees),       cmocka_unit_test(depthwise_planes_agree),
        cmocka_unit_test(blocks_of_channels_agree), cmocka_unit_test(padding_is_not_multiplied),
        cmocka_unit_test(first_layers_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
