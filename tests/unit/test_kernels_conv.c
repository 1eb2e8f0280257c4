// SPDX-License-Identifier: MIT
// Every variant of the conv family gives the bits of the definition, and the definition is the one
// the header writes down.
#include <math.h>

#include "conv_geometries.h"
#include "kernels/splitting.h"

// What one geometry needs, in NCHW.
typedef struct setting {
    fovea__conv_geometry g;
    int32_t samples;
    guarded x, weight, bias, d_y, start, bias_start;  // start: what d_weight holds before
} setting;

static size_t x_count(const setting *s) {
    return (size_t)(s->g.c * fovea__conv_volume(s->g.in));
}
static size_t y_count(const setting *s) {
    return (size_t)(s->g.o * fovea__conv_volume(s->g.out));
}
static size_t weight_count(const setting *s) {
    return (size_t)(s->g.o * (s->g.c / s->g.groups) * fovea__conv_volume(s->g.kernel));
}

static guarded filled(size_t count) {
    guarded g = guarded_make(count);
    guarded_fill(&g);
    return g;
}

static setting setting_make(const fovea__conv_geometry *g, int32_t samples) {
    setting s = {.g = *g, .samples = samples};
    s.x = filled((size_t)samples * x_count(&s));
    s.d_y = filled((size_t)samples * y_count(&s));
    s.weight = filled(weight_count(&s));
    s.start = filled(weight_count(&s));
    s.bias = filled((size_t)g->o);
    s.bias_start = filled((size_t)g->o);
    return s;
}
static void setting_free(setting *s) {
    guarded_free(&s->x);
    guarded_free(&s->d_y);
    guarded_free(&s->weight);
    guarded_free(&s->start);
    guarded_free(&s->bias);
    guarded_free(&s->bias_start);
}

// What a kernel made of a setting, in NCHW.
typedef struct results {
    guarded y, y_plain, d_x, d_weight, d_bias;  // y_plain: without bias
} results;

static void results_free(results *r) {
    guarded_free(&r->y);
    guarded_free(&r->y_plain);
    guarded_free(&r->d_x);
    guarded_free(&r->d_weight);
    guarded_free(&r->d_bias);
}

static guarded copy_of(const guarded *from) {
    guarded g = guarded_make(from->count);
    memcpy(g.data, from->data, from->count * sizeof(float));
    return g;
}

static results run_nchw(const fovea__conv_kernel *k, const setting *s) {
    results r = {guarded_make(s->d_y.count), guarded_make(s->d_y.count), guarded_make(s->x.count),
                 copy_of(&s->start), copy_of(&s->bias_start)};
    guarded scratch = guarded_make(k->scratch(&s->g) / sizeof(float));
    k->forward(&s->g, s->samples, s->x.data, s->weight.data, s->bias.data, r.y.data, scratch.data);
    k->forward(&s->g, s->samples, s->x.data, s->weight.data, NULL, r.y_plain.data, scratch.data);
    k->input_gradient(&s->g, s->samples, s->d_y.data, s->weight.data, r.d_x.data, scratch.data);
    k->weight_gradient(&s->g, s->samples, s->x.data, s->d_y.data, r.d_weight.data, r.d_bias.data,
                       scratch.data);
    guarded_free(&scratch);
    return r;
}

static void assert_masked_zero(const guarded *n16, int32_t samples) {
    for (size_t i = 0; i < n16->count; i++) {
        if ((int32_t)(i % 16) >= samples) assert_true(n16->data[i] == 0.0f);
    }
}
static void assert_masked_finite(const guarded *n16, int32_t samples) {
    for (size_t i = 0; i < n16->count; i++) {
        if ((int32_t)(i % 16) >= samples) assert_true(isfinite(n16->data[i]));
    }
}

static results run_n16(const fovea__conv_kernel *k, const setting *s) {
    guarded x = guarded_make(x_count(s) * 16), y = guarded_make(y_count(s) * 16);
    guarded d_x = guarded_make(x.count), d_y = guarded_make(y.count);
    guarded scratch = guarded_make(k->scratch(&s->g) / sizeof(float));
    results r = {guarded_make(s->d_y.count), guarded_make(s->d_y.count), guarded_make(s->x.count),
                 copy_of(&s->start), copy_of(&s->bias_start)};
    to_lanes(&s->x, s->samples, 0.75f, &x);
    to_lanes(&s->d_y, s->samples, 0.0f, &d_y);
    k->forward(&s->g, s->samples, x.data, s->weight.data, s->bias.data, y.data, scratch.data);
    assert_masked_finite(&y, s->samples);
    from_lanes(&y, s->samples, &r.y);
    k->forward(&s->g, s->samples, x.data, s->weight.data, NULL, y.data, scratch.data);
    from_lanes(&y, s->samples, &r.y_plain);
    k->input_gradient(&s->g, s->samples, d_y.data, s->weight.data, d_x.data, scratch.data);
    assert_masked_zero(&d_x, s->samples);
    from_lanes(&d_x, s->samples, &r.d_x);
    k->weight_gradient(&s->g, s->samples, x.data, d_y.data, r.d_weight.data, r.d_bias.data,
                       scratch.data);
    guarded_free(&x);
    guarded_free(&y);
    guarded_free(&d_x);
    guarded_free(&d_y);
    guarded_free(&scratch);
    return r;
}

static void assert_same(const char *kernel, const char *what, const setting *s, const guarded *a,
                        const guarded *b) {
    if (same_bits(a, b)) return;
    size_t i = 0;
    while (i + 1 < a->count && memcmp(a->data + i, b->data + i, sizeof(float)) == 0) i++;
    fail_msg("%s: %s differs at %zu: %a, wants %a (n %d %s)", kernel, what, i, b->data[i],
             a->data[i], s->samples, geometry_in_words(&s->g).text);
}

static void assert_variants_agree(const fovea__conv_geometry *g, int32_t samples) {
    setting s = setting_make(g, samples);
    const fovea__conv_kernel *reference =
        fovea__conv_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, g);
    results want = run_nchw(reference, &s);
    size_t count, ran = 0;
    const fovea__conv_kernel *const *kernels = fovea__conv_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__conv_kernel *k = kernels[i];
        if (k == reference || !fovea__cpu_allows(fovea__cpu_best(), k->cpu) || !k->accepts(g)) {
            continue;
        }
        results got = k->layout == FOVEA__LAYOUT_N16 ? run_n16(k, &s) : run_nchw(k, &s);
        assert_same(k->name, "y", &s, &want.y, &got.y);
        assert_same(k->name, "y without bias", &s, &want.y_plain, &got.y_plain);
        assert_same(k->name, "d_x", &s, &want.d_x, &got.d_x);
        assert_same(k->name, "d_weight", &s, &want.d_weight, &got.d_weight);
        assert_same(k->name, "d_bias", &s, &want.d_bias, &got.d_bias);
        results_free(&got);
        ran++;
    }
    assert_true(ran >= 1);
    results_free(&want);
    setting_free(&s);
}

static void every_variant_gives_the_bits_of_the_reference(void **state) {
    (void)state;
    guarded_begin("conv variants");
    for (int i = 0; i < 300; i++) {
        fovea__conv_geometry g;
        int32_t samples = i < 16 ? i + 1 : 1 + (int32_t)pick(16);
        do g = random_geometry();
        while (work(&g) * samples > 400000);
        assert_variants_agree(&g, samples);
    }
}

// Large enough for several blocks of pixels and of chains.
static void shapes_of_real_nets_agree(void **state) {
    (void)state;
    if (getenv("FOVEA_EMULATED")) skip();  // a minute there
    guarded_begin("conv nets");
    const fovea__conv_geometry shapes[] = {
        plane(3, 32, 16, 3, 1, 1),  plane(16, 14, 32, 5, 2, 1), plane(1, 28, 16, 5, 2, 1),
        plane(3, 67, 5, 7, 3, 2),   plane(70, 5, 9, 3, 1, 1),   plane(33, 6, 21, 1, 0, 1),
        plane(16, 16, 8, 3, 1, 1),  plane(1, 28, 6, 5, 2, 1),   plane(6, 14, 16, 5, 0, 1),
        plane(16, 32, 16, 3, 1, 1), plane(16, 32, 32, 3, 1, 2), plane(64, 8, 64, 3, 1, 1),
        plane(5, 16, 7, 5, 2, 2),   plane(2, 23, 2, 21, 10, 1), plane(3, 6, 4, 9, 4, 1),
        plane(140, 5, 17, 1, 0, 1),
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        assert_variants_agree(&shapes[i], i == 0 ? 16 : 3);
    }
    fovea__conv_geometry row = plane(2, 1, 8, 1, 0, 1);
    row.in[2] = 700;
    row.kernel[2] = 3;
    row.out[2] = 698;
    assert_variants_agree(&row, 2);
}

// As plans ask for them: fewer rows out, and padding that says where they begin.
static void some_rows_are_those_of_the_whole(void **state) {
    (void)state;
    guarded_begin("conv rows");
    fovea__conv_geometry g = plane(20, 7, 13, 1, 0, 1), part = g;
    part.out[1] = 3;
    part.pad[1] = -2;
    guarded x = filled(20 * 49 * 16), weight = filled(20 * 13), bias = filled(13);
    size_t count;
    const fovea__conv_kernel *const *kernels = fovea__conv_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__conv_kernel *k = kernels[i];
        if (k->layout != FOVEA__LAYOUT_N16 || !fovea__cpu_allows(fovea__cpu_best(), k->cpu) ||
            !k->accepts(&g) || k->packed(&g)) {
            continue;
        }
        guarded y = guarded_make(13 * 49 * 16), rows = guarded_make(13 * 21 * 16);
        guarded scratch = guarded_make(k->scratch(&g) / sizeof(float));
        k->forward(&g, 16, x.data, weight.data, bias.data, y.data, scratch.data);
        k->forward(&part, 16, x.data, weight.data, bias.data, rows.data, scratch.data);
        for (int o = 0; o < 13; o++) {
            assert_memory_equal(rows.data + o * 21 * 16, y.data + (o * 49 + 14) * 16,
                                21 * 16 * sizeof(float));
        }
        guarded_free(&y);
        guarded_free(&rows);
        guarded_free(&scratch);
    }
    guarded_free(&x);
    guarded_free(&weight);
    guarded_free(&bias);
}

static void each_gradient_is_computed_only_when_asked_for(void **state) {
    (void)state;
    guarded_begin("conv absent");
    fovea__conv_geometry g = plane(3, 5, 4, 3, 1, 1);
    setting s = setting_make(&g, 2);
    guarded x = guarded_make(x_count(&s) * 16), d_y = guarded_make(y_count(&s) * 16);
    to_lanes(&s.x, 2, 0.0f, &x);
    to_lanes(&s.d_y, 2, 0.0f, &d_y);
    size_t count;
    const fovea__conv_kernel *const *kernels = fovea__conv_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__conv_kernel *k = kernels[i];
        if (!fovea__cpu_allows(fovea__cpu_best(), k->cpu)) continue;
        const float *from_x = k->layout == FOVEA__LAYOUT_N16 ? x.data : s.x.data;
        const float *from_y = k->layout == FOVEA__LAYOUT_N16 ? d_y.data : s.d_y.data;
        guarded scratch = guarded_make(k->scratch(&g) / sizeof(float));
        guarded both = copy_of(&s.start), both_b = copy_of(&s.bias_start);
        guarded one = copy_of(&s.start), one_b = copy_of(&s.bias_start);
        k->weight_gradient(&g, 2, from_x, from_y, both.data, both_b.data, scratch.data);
        k->weight_gradient(&g, 2, from_x, from_y, one.data, NULL, scratch.data);
        k->weight_gradient(&g, 2, from_x, from_y, NULL, one_b.data, scratch.data);
        assert_true(same_bits(&both, &one));
        assert_true(same_bits(&both_b, &one_b));
        guarded_free(&scratch);
        guarded_free(&both);
        guarded_free(&both_b);
        guarded_free(&one);
        guarded_free(&one_b);
    }
    guarded_free(&x);
    guarded_free(&d_y);
    setting_free(&s);
}

// The header's sentence about the forward pass, literally: one chain per output.
static float chain_y(const setting *s, int32_t n, int64_t o, const int64_t q[3]) {
    const fovea__conv_geometry *g = &s->g;
    int64_t channels = g->c / g->groups, first = o / (g->o / g->groups) * channels;
    float sum = s->bias.data[o];
    for (int64_t c = 0; c < channels; c++) {
        for (int64_t kd = 0; kd < g->kernel[0]; kd++) {
            for (int64_t kh = 0; kh < g->kernel[1]; kh++) {
                for (int64_t kw = 0; kw < g->kernel[2]; kw++) {
                    int64_t d = q[0] * g->stride[0] - g->pad[0] + kd * g->dilation[0];
                    int64_t h = q[1] * g->stride[1] - g->pad[1] + kh * g->dilation[1];
                    int64_t w = q[2] * g->stride[2] - g->pad[2] + kw * g->dilation[2];
                    if (d < 0 || h < 0 || w < 0 || d >= g->in[0] || h >= g->in[1] ||
                        w >= g->in[2]) {
                        continue;
                    }
                    int64_t at =
                        (((n * g->c + first + c) * g->in[0] + d) * g->in[1] + h) * g->in[2] + w;
                    int64_t k = (((o * channels + c) * g->kernel[0] + kd) * g->kernel[1] + kh) *
                                    g->kernel[2] +
                                kw;
                    sum = fmaf(s->x.data[at], s->weight.data[k], sum);
                }
            }
        }
    }
    return sum;
}

// The same for one element of the input gradient: every o and k, and the output that meets it.
static float chain_d_x(const setting *s, int32_t n, int64_t c, const int64_t p[3]) {
    const fovea__conv_geometry *g = &s->g;
    int64_t channels = g->c / g->groups, outputs = g->o / g->groups;
    float sum = 0;
    for (int64_t o = c / channels * outputs; o < (c / channels + 1) * outputs; o++) {
        for (int64_t k = 0; k < fovea__conv_volume(g->kernel); k++) {
            int64_t tap[3] = {k / (g->kernel[1] * g->kernel[2]), k / g->kernel[2] % g->kernel[1],
                              k % g->kernel[2]};
            int64_t at = n * g->o + o;
            bool meets = true;
            for (int i = 0; i < 3; i++) {
                int64_t q = p[i] + g->pad[i] - tap[i] * g->dilation[i];
                meets = meets && q >= 0 && q % g->stride[i] == 0 && q / g->stride[i] < g->out[i];
                at = at * g->out[i] + q / g->stride[i];
            }
            if (!meets) continue;
            float w =
                s->weight.data[(o * channels + c % channels) * fovea__conv_volume(g->kernel) + k];
            sum = fmaf(s->d_y.data[at], w, sum);
        }
    }
    return sum;
}

// And for one weight: a chain per sample, then the tree over the lanes.
static float sum_d_weight(const setting *s, int64_t o, int64_t c, int64_t k) {
    const fovea__conv_geometry *g = &s->g;
    int64_t first = o / (g->o / g->groups) * (g->c / g->groups);
    int64_t tap[3] = {k / (g->kernel[1] * g->kernel[2]), k / g->kernel[2] % g->kernel[1],
                      k % g->kernel[2]};
    float lane[16] = {0};
    for (int32_t n = 0; n < s->samples; n++) {
        for (int64_t i = 0; i < fovea__conv_volume(g->out); i++) {
            int64_t q[3] = {i / (g->out[1] * g->out[2]), i / g->out[2] % g->out[1], i % g->out[2]};
            int64_t at = n * g->c + first + c;
            bool inside = true;
            for (int j = 0; j < 3; j++) {
                int64_t p = q[j] * g->stride[j] - g->pad[j] + tap[j] * g->dilation[j];
                inside = inside && p >= 0 && p < g->in[j];
                at = at * g->in[j] + p;
            }
            if (!inside) continue;
            lane[n] = fmaf(s->d_y.data[(n * g->o + o) * fovea__conv_volume(g->out) + i],
                           s->x.data[at], lane[n]);
        }
    }
    return fovea__lane_tree_f32(lane);
}

static void assert_definition(const fovea__conv_geometry *g, int32_t samples) {
    setting s = setting_make(g, samples);
    results r = run_nchw(fovea__conv_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, g), &s);
    int64_t out = fovea__conv_volume(g->out), in = fovea__conv_volume(g->in), at = 0;
    for (int64_t i = 0; i < samples * g->o * out; i++) {
        int64_t q[3] = {i % out / (g->out[1] * g->out[2]), i % out / g->out[2] % g->out[1],
                        i % g->out[2]};
        float want = chain_y(&s, (int32_t)(i / out / g->o), i / out % g->o, q);
        assert_memory_equal(&want, &r.y.data[i], sizeof want);
    }
    for (int64_t i = 0; i < samples * g->c * in; i++) {
        int64_t p[3] = {i % in / (g->in[1] * g->in[2]), i % in / g->in[2] % g->in[1], i % g->in[2]};
        float want = chain_d_x(&s, (int32_t)(i / in / g->c), i / in % g->c, p);
        assert_memory_equal(&want, &r.d_x.data[i], sizeof want);
    }
    for (int64_t o = 0; o < g->o; o++) {
        for (int64_t c = 0; c < g->c / g->groups; c++) {
            for (int64_t k = 0; k < fovea__conv_volume(g->kernel); k++, at++) {
                float want = s.start.data[at] + sum_d_weight(&s, o, c, k);
                assert_memory_equal(&want, &r.d_weight.data[at], sizeof want);
            }
        }
    }
    results_free(&r);
    setting_free(&s);
}

static void the_reference_is_the_definition_of_the_header(void **state) {
    (void)state;
    guarded_begin("conv definition");
    for (int i = 0; i < 60; i++) {
        fovea__conv_geometry g;
        do g = random_geometry();
        while (work(&g) > 5000);
        assert_definition(&g, 1 + (int32_t)pick(5));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_is_the_definition_of_the_header),
        cmocka_unit_test(every_variant_gives_the_bits_of_the_reference),
        cmocka_unit_test(shapes_of_real_nets_agree),
        cmocka_unit_test(some_rows_are_those_of_the_whole),
        cmocka_unit_test(each_gradient_is_computed_only_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
