// SPDX-License-Identifier: MIT
// Every variant of the linear family gives the bits of the definition, and the definition is the
// one the header writes down.
#include <math.h>

#include "guarded.h"
#include "kernels/linear/linear.h"
#include "kernels/splitting.h"

// Buffers of one geometry in NCHW; d_weight and d_bias hold something before.
typedef struct setting {
    fovea__linear_geometry g;
    int32_t samples;
    guarded x, weight, bias, d_y, start, bias_start;
} setting;

static guarded filled(size_t count) {
    guarded g = guarded_make(count);
    guarded_fill(&g);
    return g;
}
static guarded copy_of(const guarded *from) {
    guarded g = guarded_make(from->count);
    memcpy(g.data, from->data, from->count * sizeof(float));
    return g;
}

static setting setting_make(int64_t inputs, int64_t outputs, int32_t samples) {
    setting s = {.g = {inputs, outputs}, .samples = samples};
    s.x = filled((size_t)(samples * inputs));
    s.d_y = filled((size_t)(samples * outputs));
    s.weight = filled((size_t)(inputs * outputs));
    s.start = filled((size_t)(inputs * outputs));
    s.bias = filled((size_t)outputs);
    s.bias_start = filled((size_t)outputs);
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

typedef struct results {
    guarded y, y_plain, d_x, d_weight, d_bias;
} results;

static results results_make(const setting *s) {
    return (results){guarded_make(s->d_y.count), guarded_make(s->d_y.count),
                     guarded_make(s->x.count), copy_of(&s->start), copy_of(&s->bias_start)};
}
static void results_free(results *r) {
    guarded_free(&r->y);
    guarded_free(&r->y_plain);
    guarded_free(&r->d_x);
    guarded_free(&r->d_weight);
    guarded_free(&r->d_bias);
}

static results run_nchw(const fovea__linear_kernel *k, const setting *s) {
    results r = results_make(s);
    k->forward(&s->g, s->samples, s->x.data, s->weight.data, s->bias.data, r.y.data, NULL);
    k->forward(&s->g, s->samples, s->x.data, s->weight.data, NULL, r.y_plain.data, NULL);
    k->input_gradient(&s->g, s->samples, s->d_y.data, s->weight.data, r.d_x.data, NULL);
    k->weight_gradient(&s->g, s->samples, s->x.data, s->d_y.data, r.d_weight.data, r.d_bias.data,
                       NULL);
    return r;
}

static results run_n16(const fovea__linear_kernel *k, const setting *s) {
    results r = results_make(s);
    guarded x = guarded_make((size_t)s->g.inputs * 16), y = guarded_make((size_t)s->g.outputs * 16);
    guarded d_x = guarded_make(x.count), d_y = guarded_make(y.count);
    guarded scratch = guarded_make(k->scratch(&s->g) / sizeof(float));
    to_lanes(&s->x, s->samples, 0.75f, &x);
    to_lanes(&s->d_y, s->samples, 0.0f, &d_y);
    k->forward(&s->g, s->samples, x.data, s->weight.data, s->bias.data, y.data, scratch.data);
    for (size_t i = 0; i < y.count; i++) assert_true(isfinite(y.data[i]));
    from_lanes(&y, s->samples, &r.y);
    k->forward(&s->g, s->samples, x.data, s->weight.data, NULL, y.data, scratch.data);
    from_lanes(&y, s->samples, &r.y_plain);
    k->input_gradient(&s->g, s->samples, d_y.data, s->weight.data, d_x.data, scratch.data);
    for (size_t i = 0; i < d_x.count; i++) {
        if ((int32_t)(i % 16) >= s->samples) assert_true(d_x.data[i] == 0.0f);
    }
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

static void assert_same(const char *kernel, const char *what, const setting *s, const guarded *want,
                        const guarded *got) {
    if (same_bits(want, got)) return;
    size_t i = 0;
    while (i + 1 < want->count && memcmp(want->data + i, got->data + i, sizeof(float)) == 0) i++;
    fail_msg("%s: %s differs at %zu: %a, wants %a (%d samples, %d to %d)", kernel, what, i,
             got->data[i], want->data[i], s->samples, (int)s->g.inputs, (int)s->g.outputs);
}

static void assert_variants_agree(int64_t inputs, int64_t outputs, int32_t samples) {
    setting s = setting_make(inputs, outputs, samples);
    const fovea__linear_kernel *reference =
        fovea__linear_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, &s.g);
    results want = run_nchw(reference, &s);
    size_t count;
    const fovea__linear_kernel *const *kernels = fovea__linear_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__linear_kernel *k = kernels[i];
        if (k == reference || !fovea__cpu_allows(fovea__cpu_best(), k->cpu)) continue;
        results got = k->layout == FOVEA__LAYOUT_N16 ? run_n16(k, &s) : run_nchw(k, &s);
        assert_same(k->name, "y", &s, &want.y, &got.y);
        assert_same(k->name, "y without bias", &s, &want.y_plain, &got.y_plain);
        assert_same(k->name, "d_x", &s, &want.d_x, &got.d_x);
        assert_same(k->name, "d_weight", &s, &want.d_weight, &got.d_weight);
        assert_same(k->name, "d_bias", &s, &want.d_bias, &got.d_bias);
        results_free(&got);
    }
    results_free(&want);
    setting_free(&s);
}

static void every_variant_gives_the_bits_of_the_reference(void **state) {
    (void)state;
    guarded_begin("linear variants");
    for (int i = 0; i < guarded_trials(200); i++) {
        int32_t samples = i < 16 ? i + 1 : 1 + (int32_t)pick(16);
        assert_variants_agree(1 + pick(i % 4 ? 50 : 300), 1 + pick(i % 3 ? 20 : 70), samples);
    }
    assert_variants_agree(1568, 128, 16);
    assert_variants_agree(784, 33, 7);
}

static void the_reference_is_the_definition_of_the_header(void **state) {
    (void)state;
    guarded_begin("linear definition");
    for (int trial = 0; trial < 40; trial++) {
        setting s = setting_make(1 + pick(20), 1 + pick(12), 1 + (int32_t)pick(16));
        int64_t inputs = s.g.inputs, outputs = s.g.outputs;
        results r =
            run_nchw(fovea__linear_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, &s.g), &s);
        for (int64_t i = 0; i < s.samples * outputs; i++) {
            float sum = s.bias.data[i % outputs];
            for (int64_t j = 0; j < inputs; j++) {
                sum = fmaf(s.x.data[i / outputs * inputs + j],
                           s.weight.data[i % outputs * inputs + j], sum);
            }
            assert_memory_equal(&sum, &r.y.data[i], sizeof sum);
        }
        for (int64_t i = 0; i < s.samples * inputs; i++) {
            float sum = 0;
            for (int64_t o = 0; o < outputs; o++) {
                sum = fmaf(s.d_y.data[i / inputs * outputs + o],
                           s.weight.data[o * inputs + i % inputs], sum);
            }
            assert_memory_equal(&sum, &r.d_x.data[i], sizeof sum);
        }
        for (int64_t i = 0; i < inputs * outputs; i++) {
            float sum = s.start.data[i];
            for (int32_t n = 0; n < s.samples; n++) {
                sum = fmaf(s.d_y.data[n * outputs + i / inputs], s.x.data[n * inputs + i % inputs],
                           sum);
            }
            assert_memory_equal(&sum, &r.d_weight.data[i], sizeof sum);
        }
        for (int64_t o = 0; o < outputs; o++) {
            float lane[16] = {0};
            for (int32_t n = 0; n < s.samples; n++) lane[n] = s.d_y.data[n * outputs + o];
            float sum = s.bias_start.data[o] + fovea__lane_tree_f32(lane);
            assert_memory_equal(&sum, &r.d_bias.data[o], sizeof sum);
        }
        results_free(&r);
        setting_free(&s);
    }
}

static void a_range_of_outputs_is_a_call_of_its_own(void **state) {
    (void)state;
    guarded_begin("linear range");
    setting s = setting_make(37, 20, 5);
    const fovea__linear_kernel *k =
        fovea__linear_choose(fovea__cpu_best(), FOVEA__LAYOUT_N16, &s.g);
    guarded x = guarded_make(37 * 16), d_y = guarded_make(20 * 16);
    guarded scratch = guarded_make(k->scratch(&s.g) / sizeof(float));
    to_lanes(&s.x, 5, 0.5f, &x);
    to_lanes(&s.d_y, 5, 0.0f, &d_y);
    guarded whole = copy_of(&s.start), parts = copy_of(&s.start);
    guarded whole_b = copy_of(&s.bias_start), parts_b = copy_of(&s.bias_start);
    k->weight_gradient(&s.g, 5, x.data, d_y.data, whole.data, whole_b.data, scratch.data);
    for (int64_t o = 0; o < 20; o += 7) {
        fovea__linear_geometry part = {37, 20 - o < 7 ? 20 - o : 7};
        k->weight_gradient(&part, 5, x.data, d_y.data + o * 16, parts.data + o * 37,
                           parts_b.data + o, scratch.data);
    }
    assert_true(same_bits(&whole, &parts));
    assert_true(same_bits(&whole_b, &parts_b));
    guarded_free(&x);
    guarded_free(&d_y);
    guarded_free(&scratch);
    guarded_free(&whole);
    guarded_free(&parts);
    guarded_free(&whole_b);
    guarded_free(&parts_b);
    setting_free(&s);
}

// Several groups of a buffer in lanes: [groups][features][16], zero or finite where no sample is.
static guarded groups_of(int64_t features, int64_t samples, bool gradient) {
    int64_t groups = (samples + 15) / 16;
    guarded lanes = filled((size_t)(groups * features * 16));
    for (size_t i = 0; i < lanes.count; i++) {
        int64_t n = (int64_t)i / (features * 16) * 16 + (int64_t)i % 16;
        if (gradient && n >= samples) lanes.data[i] = 0;
    }
    return lanes;
}

// Cuts 0 .. count-1 at random places.
static fovea__linear_range next_range(int64_t first, int64_t count) {
    int64_t size = pick(3) ? 1 + pick(70) : count;
    return (fovea__linear_range){first, count - first < size ? count - first : size};
}

static void compare_ranges(const fovea__linear_kernel *k, int64_t inputs, int64_t outputs,
                           int64_t samples) {
    fovea__linear_geometry g = {inputs, outputs};
    const fovea__linear_kernel *reference =
        fovea__linear_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_N16, &g);
    int64_t groups = (samples + 15) / 16;
    guarded x = groups_of(inputs, samples, false), d_y = groups_of(outputs, samples, true);
    guarded weight = filled((size_t)(inputs * outputs)), bias = filled((size_t)outputs);
    guarded y = guarded_make(d_y.count), y2 = guarded_make(d_y.count);
    guarded d_x = guarded_make(x.count), d_x2 = guarded_make(x.count);
    guarded d_w = guarded_make(weight.count), d_w2 = guarded_make(weight.count);
    guarded scratch = guarded_make(k->scratch(&g) / sizeof(float));
    const float *b = pick(4) ? bias.data : NULL;
    memset(d_w.data, 0, d_w.count * sizeof(float));
    for (int64_t i = 0; i < groups; i++) {
        int32_t count = (int32_t)(samples - i * 16 < 16 ? samples - i * 16 : 16);
        float *own_x = x.data + i * inputs * 16, *own_d_y = d_y.data + i * outputs * 16;
        reference->forward(&g, count, own_x, weight.data, b, y.data + i * outputs * 16, NULL);
        reference->input_gradient(&g, count, own_d_y, weight.data, d_x.data + i * inputs * 16,
                                  NULL);
        reference->weight_gradient(&g, count, own_x, own_d_y, d_w.data, NULL, NULL);
    }
    fovea__linear_range r = {0, 0};
    for (int64_t at = 0; at < outputs; at += r.count) {
        r = next_range(at, outputs);
        k->forward_range(&g, groups, x.data, weight.data, b, r, y2.data, scratch.data);
    }
    for (int64_t at = 0; at < inputs; at += r.count) {
        r = next_range(at, inputs);
        k->input_gradient_range(&g, groups, d_y.data, weight.data, r, d_x2.data, scratch.data);
        k->weight_gradient_range(&g, samples, x.data, d_y.data, r, d_w2.data, scratch.data);
    }
    assert_true(same_bits(&y, &y2) && same_bits(&d_x, &d_x2) && same_bits(&d_w, &d_w2));
    guarded *all[] = {&x, &d_y, &weight, &bias, &y, &y2, &d_x, &d_x2, &d_w, &d_w2, &scratch};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) guarded_free(all[i]);
}

static void several_groups_at_once_are_one_group_after_the_other(void **state) {
    (void)state;
    guarded_begin("linear groups");
    size_t count;
    const fovea__linear_kernel *const *kernels = fovea__linear_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__linear_kernel *k = kernels[i];
        if (!k->weight_gradient_range || !fovea__cpu_allows(fovea__cpu_best(), k->cpu)) continue;
        for (int trial = 0; trial < 60; trial++)
            compare_ranges(k, 1 + pick(trial % 4 ? 90 : 600), 1 + pick(trial % 3 ? 40 : 300),
                           1 + pick(trial % 5 ? 80 : 300));
        compare_ranges(k, 784, 33, 128);
    }
}

static void compare_nchw_ranges(const fovea__linear_kernel *k, int64_t inputs, int64_t outputs,
                                int32_t samples) {
    setting s = setting_make(inputs, outputs, samples);
    results want =
        run_nchw(fovea__linear_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, &s.g), &s);
    results got = results_make(&s);
    fovea__linear_range r = {0, 0};
    for (int64_t at = 0; at < outputs; at += r.count) {
        r = next_range(at, outputs);
        k->forward_range(&s.g, samples, s.x.data, s.weight.data, s.bias.data, r, got.y.data, NULL);
    }
    for (int64_t at = 0; at < inputs; at += r.count) {
        r = next_range(at, inputs);
        k->input_gradient_range(&s.g, samples, s.d_y.data, s.weight.data, r, got.d_x.data, NULL);
    }
    assert_same(k->name, "y of ranges", &s, &want.y, &got.y);
    assert_same(k->name, "d_x of ranges", &s, &want.d_x, &got.d_x);
    results_free(&want);
    results_free(&got);
    setting_free(&s);
}

static void ranges_of_samples_in_rows_are_the_whole(void **state) {
    (void)state;
    guarded_begin("linear rows");
    size_t count;
    const fovea__linear_kernel *const *kernels = fovea__linear_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__linear_kernel *k = kernels[i];
        if (k->layout == FOVEA__LAYOUT_N16 || !k->forward_range ||
            !fovea__cpu_allows(fovea__cpu_best(), k->cpu))
            continue;
        for (int trial = 0; trial < 60; trial++)
            compare_nchw_ranges(k, 1 + pick(trial % 4 ? 90 : 400), 1 + pick(trial % 3 ? 40 : 300),
                                1 + (int32_t)pick(16));
        compare_nchw_ranges(k, 784, 130, 1);
    }
}

static void compare_nchw_batch(const fovea__linear_kernel *k, int64_t inputs, int64_t outputs,
                               int64_t samples) {
    fovea__linear_geometry g = {inputs, outputs};
    guarded x = guarded_make((size_t)(samples * inputs));
    guarded d_y = guarded_make((size_t)(samples * outputs));
    guarded want_w = guarded_make((size_t)(inputs * outputs)), got_w = guarded_make(want_w.count);
    guarded want_b = guarded_make((size_t)outputs), got_b = guarded_make(want_b.count);
    guarded_fill(&x);
    guarded_fill(&d_y);
    fovea__linear_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, &g)
        ->batch_gradient(&g, samples, x.data, d_y.data, want_w.data, want_b.data);
    fovea__linear_range r = {0, 0};
    for (int64_t at = 0; at < outputs; at += r.count) {
        r = next_range(at, outputs);
        bool apart = pick(2);
        k->batch_gradient_range(&g, samples, x.data, d_y.data, r, got_w.data,
                                apart ? NULL : got_b.data);
        if (apart) k->batch_gradient_range(&g, samples, x.data, d_y.data, r, NULL, got_b.data);
    }
    if (!same_bits(&want_w, &got_w) || !same_bits(&want_b, &got_b))
        fail_msg("%s: gradients of ranges of outputs (%d inputs, %d outputs, %d samples)", k->name,
                 (int)inputs, (int)outputs, (int)samples);
    guarded *all[] = {&x, &d_y, &want_w, &got_w, &want_b, &got_b};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) guarded_free(all[i]);
}

static void weight_gradients_of_ranges_are_those_of_the_whole(void **state) {
    (void)state;
    guarded_begin("linear weights in rows");
    size_t count;
    const fovea__linear_kernel *const *kernels = fovea__linear_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__linear_kernel *k = kernels[i];
        if (!k->batch_gradient_range || !fovea__cpu_allows(fovea__cpu_best(), k->cpu)) continue;
        for (int trial = 0; trial < 60; trial++)
            compare_nchw_batch(k, 1 + pick(trial % 4 ? 90 : 400), 1 + pick(trial % 3 ? 40 : 100),
                               1 + pick(trial % 2 ? 16 : 150));
        compare_nchw_batch(k, 1500, 200, 40);  // too large for slots
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_is_the_definition_of_the_header),
        cmocka_unit_test(every_variant_gives_the_bits_of_the_reference),
        cmocka_unit_test(a_range_of_outputs_is_a_call_of_its_own),
        cmocka_unit_test(several_groups_at_once_are_one_group_after_the_other),
        cmocka_unit_test(ranges_of_samples_in_rows_are_the_whole),
        cmocka_unit_test(weight_gradients_of_ranges_are_those_of_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
