// SPDX-License-Identifier: MIT
#include <math.h>

#include "pool_geometries.h"

static void with_nan(guarded *x) {
    for (size_t i = 0; i < x->count / 8; i++) x->data[pick((int64_t)x->count)] = NAN;
}

// All buffers of one comparison; `lane` ones are N16.
typedef struct buffers {
    guarded x, y, d_y, d_x, lane_x, lane_y, lane_d_y, lane_d_x;
} buffers;

static buffers make_buffers(const fovea__pool_geometry *g, int32_t samples) {
    size_t in = (size_t)(g->channels * pool_volume(g->in)),
           out = (size_t)(g->channels * pool_volume(g->out));
    size_t n = (size_t)samples;
    buffers b = {guarded_make(n * in),   guarded_make(n * out), guarded_make(n * out),
                 guarded_make(n * in),   guarded_make(16 * in), guarded_make(16 * out),
                 guarded_make(16 * out), guarded_make(16 * in)};
    guarded_fill(&b.x);
    guarded_fill(&b.d_y);
    if (g->kind == FOVEA__POOL_MAX && pick(2)) with_nan(&b.x);
    to_lanes(&b.x, samples, 0.5f, &b.lane_x);
    to_lanes(&b.d_y, samples, 0, &b.lane_d_y);
    return b;
}

static void free_buffers(buffers *b) {
    guarded *all[] = {&b->x,      &b->y,      &b->d_y,      &b->d_x,
                      &b->lane_x, &b->lane_y, &b->lane_d_y, &b->lane_d_x};
    for (int i = 0; i < 8; i++) guarded_free(all[i]);
}

static void compare(const fovea__pool_variant *variant, const fovea__pool_variant *reference,
                    const fovea__pool_geometry *g, int32_t samples) {
    buffers b = make_buffers(g, samples);
    reference->forward(g, FOVEA__LAYOUT_NCHW, samples, b.x.data, b.y.data);
    reference->backward(g, FOVEA__LAYOUT_NCHW, samples, b.x.data, b.d_y.data, b.d_x.data);
    guarded y = guarded_make(b.y.count), d_x = guarded_make(b.d_x.count);
    variant->forward(g, FOVEA__LAYOUT_NCHW, samples, b.x.data, y.data);
    variant->backward(g, FOVEA__LAYOUT_NCHW, samples, b.x.data, b.d_y.data, d_x.data);
    assert_true(same_bits(&y, &b.y) && same_bits(&d_x, &b.d_x));
    const float *x = g->kind == FOVEA__POOL_MAX ? b.lane_x.data : NULL;
    variant->forward(g, FOVEA__LAYOUT_N16, samples, b.lane_x.data, b.lane_y.data);
    variant->backward(g, FOVEA__LAYOUT_N16, samples, x, b.lane_d_y.data, b.lane_d_x.data);
    from_lanes(&b.lane_y, samples, &y);
    from_lanes(&b.lane_d_x, samples, &d_x);
    assert_true(same_bits(&y, &b.y));
    assert_true(same_bits(&d_x, &b.d_x));
    for (size_t i = 0; i < b.lane_d_x.count; i++) {
        if ((int32_t)(i % 16) >= samples) assert_true(b.lane_d_x.data[i] == 0);
    }
    guarded_free(&y);
    guarded_free(&d_x);
    free_buffers(&b);
}

// Bytes in a buffer for floats, so that the guard zones watch them too.
static uint8_t *bytes_of(guarded *g) {
    return (uint8_t *)g->data;
}
static guarded make_bytes(size_t count) {
    return guarded_make((count + 3) / 4);
}

// backward_sums, where it does anything, gives the d_x of backward_index and its channels' chains.
static void compare_sums(const fovea__pool_variant *variant, const fovea__pool_geometry *g,
                         const uint8_t *index, const guarded *d_y, const guarded *d_x) {
    size_t channels = (size_t)g->channels, in = (size_t)pool_volume(g->in) * 16;
    guarded again = guarded_make(d_x->count), sums = guarded_make(channels * 16);
    if (variant->backward_sums(g, index, d_y->data, again.data, sums.data)) {
        assert_true(same_bits(&again, d_x));
        for (size_t i = 0; i < channels * 16; i++) {
            float sum = 0;
            for (size_t k = i % 16; k < in; k += 16) sum += d_x->data[i / 16 * in + k];
            assert_memory_equal(&sum, &sums.data[i], sizeof sum);
        }
    }
    guarded_free(&again);
    guarded_free(&sums);
}

// forward_index and backward_index give the bits of forward and backward, and one index.
static void compare_index(const fovea__pool_variant *variant, const fovea__pool_variant *reference,
                          const fovea__pool_geometry *g, int32_t samples) {
    buffers b = make_buffers(g, samples);
    size_t out = (size_t)(g->channels * pool_volume(g->out)), n = (size_t)samples;
    guarded y = guarded_make(b.y.count), d_x = guarded_make(b.d_x.count);
    guarded want = make_bytes(n * out), got = make_bytes(n * out), lanes = make_bytes(16 * out);
    reference->forward(g, FOVEA__LAYOUT_NCHW, samples, b.x.data, b.y.data);
    reference->backward(g, FOVEA__LAYOUT_NCHW, samples, b.x.data, b.d_y.data, b.d_x.data);
    const fovea__pool_variant *both[] = {reference, variant};
    for (int k = 0; k < 2; k++) {
        guarded *index = k ? &got : &want;
        both[k]->forward_index(g, FOVEA__LAYOUT_NCHW, samples, b.x.data, y.data, bytes_of(index));
        both[k]->backward_index(g, FOVEA__LAYOUT_NCHW, samples, bytes_of(index), b.d_y.data,
                                d_x.data);
        assert_true(same_bits(&y, &b.y) && same_bits(&d_x, &b.d_x));
        assert_memory_equal(bytes_of(index), bytes_of(&want), n * out);
        both[k]->forward_index(g, FOVEA__LAYOUT_N16, samples, b.lane_x.data, b.lane_y.data,
                               bytes_of(&lanes));
        both[k]->backward_index(g, FOVEA__LAYOUT_N16, samples, bytes_of(&lanes), b.lane_d_y.data,
                                b.lane_d_x.data);
        compare_sums(both[k], g, bytes_of(&lanes), &b.lane_d_y, &b.lane_d_x);
        from_lanes(&b.lane_y, samples, &y);
        from_lanes(&b.lane_d_x, samples, &d_x);
        assert_true(same_bits(&y, &b.y) && same_bits(&d_x, &b.d_x));
        for (size_t i = 0; i < n * out; i++)
            assert_int_equal(bytes_of(&want)[i], bytes_of(&lanes)[i % out * 16 + i / out]);
        for (size_t i = 0; i < b.lane_d_x.count; i++)
            if ((int32_t)(i % 16) >= samples) assert_true(b.lane_d_x.data[i] == 0);
    }
    guarded *all[] = {&y, &d_x, &want, &got, &lanes};
    for (int i = 0; i < 5; i++) guarded_free(all[i]);
    free_buffers(&b);
}

static void noting_the_winners_changes_no_bit(void **state) {
    (void)state;
    guarded_begin("pool");
    size_t count;
    const fovea__pool_variant *list = fovea__pool_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < guarded_trials(600); trial++) {
            fovea__pool_geometry g = trial % 2 ? net_pool(FOVEA__POOL_MAX) : random_pool();
            if (g.kind == FOVEA__POOL_ADAPTIVE) continue;
            g.kind = FOVEA__POOL_MAX;
            assert_true(fovea__pool_has_index(&g));
            compare(&list[v], &list[count - 1], &g, 1 + trial % 16);
            compare_index(&list[v], &list[count - 1], &g, 1 + trial % 16);
        }
    }
}

static void means_of_halves_and_of_planes_give_the_reference_bits(void **state) {
    (void)state;
    guarded_begin("pool");
    size_t count;
    const fovea__pool_variant *list = fovea__pool_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < guarded_trials(200); trial++) {
            fovea__pool_geometry g = net_pool(FOVEA__POOL_AVERAGE);
            if (trial % 2) g.kind = FOVEA__POOL_ADAPTIVE;
            for (int d = 0; trial % 2 && d < 3; d++) g.out[d] = 1;
            compare(&list[v], &list[count - 1], &g, 1 + trial % 16);
        }
    }
}

static void a_byte_holds_the_winner_of_256_positions(void **state) {
    (void)state;
    fovea__pool_geometry g = {.kind = FOVEA__POOL_MAX,
                              .channels = 1,
                              .in = {1, 16, 16},
                              .out = {1, 1, 1},
                              .kernel = {1, 16, 16},
                              .stride = {1, 1, 1},
                              .dilation = {1, 1, 1}};
    float x[256] = {0}, y, d_x[256];
    x[255] = 3;
    uint8_t index;
    const fovea__pool_variant *kernel = fovea__pool_choose(FOVEA__CPU_REFERENCE);
    assert_true(fovea__pool_has_index(&g));
    kernel->forward_index(&g, FOVEA__LAYOUT_NCHW, 1, x, &y, &index);
    assert_true(index == 255 && y == 3);
    kernel->backward_index(&g, FOVEA__LAYOUT_NCHW, 1, &index, &y, d_x);
    assert_true(d_x[255] == 3 && d_x[0] == 0);
    g.kernel[0] = 2;
    assert_false(fovea__pool_has_index(&g));
    g.kernel[0] = INT64_MAX;
    assert_false(fovea__pool_has_index(&g));
    g.kernel[0] = 1;
    g.kind = FOVEA__POOL_AVERAGE;
    assert_false(fovea__pool_has_index(&g));
}

static void every_variant_and_layout_gives_the_reference_bits(void **state) {
    (void)state;
    guarded_begin("pool");
    size_t count;
    const fovea__pool_variant *list = fovea__pool_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < guarded_trials(300); trial++) {
            fovea__pool_geometry g = random_pool();
            compare(&list[v], &list[count - 1], &g, 1 + trial % 16);
        }
    }
}

static void doubles_agree_with_floats(void **state) {
    (void)state;
    guarded_begin("pool");
    for (int trial = 0; trial < guarded_trials(200); trial++) {
        fovea__pool_geometry g = random_pool();
        size_t in = (size_t)(g.channels * pool_volume(g.in)),
               out = (size_t)(g.channels * pool_volume(g.out));
        guarded x = guarded_make(in), y = guarded_make(out), d_x = guarded_make(in);
        double *wide_x = malloc(in * 8), *wide_y = malloc(out * 8), *wide_d_x = malloc(in * 8);
        // whole numbers below 2^20: sums are exact, divisions round once
        for (size_t i = 0; i < in; i++) wide_x[i] = x.data[i] = (float)pick(1000);
        const fovea__pool_variant *kernel = fovea__pool_choose(FOVEA__CPU_REFERENCE);
        kernel->forward(&g, FOVEA__LAYOUT_NCHW, 1, x.data, y.data);
        fovea__pool_forward_f64(&g, 1, wide_x, wide_y);
        for (size_t i = 0; i < out; i++) assert_true(y.data[i] == (float)wide_y[i]);
        for (size_t i = 0; i < out; i++) wide_y[i] = y.data[i] = (float)pick(1000);
        kernel->backward(&g, FOVEA__LAYOUT_NCHW, 1, x.data, y.data, d_x.data);
        fovea__pool_backward_f64(&g, 1, wide_x, wide_y, wide_d_x);
        for (size_t i = 0; i < in; i++) {
            assert_true(fabs(d_x.data[i] - wide_d_x[i]) <= 1e-5 * fabs(wide_d_x[i]));
        }
        guarded_free(&x);
        guarded_free(&y);
        guarded_free(&d_x);
        free(wide_x);
        free(wide_y);
        free(wide_d_x);
    }
}

static fovea__pool_geometry line(fovea__pool_kind kind, int64_t in, int64_t out, int64_t kernel,
                                 int64_t stride, int64_t pad) {
    return (fovea__pool_geometry){.kind = kind,
                                  .channels = 1,
                                  .in = {1, 1, in},
                                  .out = {1, 1, out},
                                  .kernel = {1, 1, kernel},
                                  .stride = {1, 1, stride},
                                  .pad = {0, 0, pad},
                                  .pad_end = {0, 0, pad},
                                  .dilation = {1, 1, 1}};
}

static void the_first_maximum_gets_the_gradient(void **state) {
    (void)state;
    fovea__pool_geometry g = line(FOVEA__POOL_MAX, 6, 2, 3, 3, 0);
    const float x[6] = {1, 5, 5, -2, -2, -3}, d_y[2] = {10, 20};
    float d_x[6];
    fovea__pool_choose(FOVEA__CPU_REFERENCE)->backward(&g, FOVEA__LAYOUT_NCHW, 1, x, d_y, d_x);
    const float want[6] = {0, 10, 0, 20, 0, 0};
    assert_memory_equal(d_x, want, sizeof want);
}

static void a_nan_wins_and_takes_the_gradient(void **state) {
    (void)state;
    fovea__pool_geometry g = line(FOVEA__POOL_MAX, 3, 1, 3, 3, 0);
    const float x[3] = {1, NAN, 7}, d_y[1] = {4};
    float y[1], d_x[3];
    const fovea__pool_variant *kernel = fovea__pool_choose(FOVEA__CPU_REFERENCE);
    kernel->forward(&g, FOVEA__LAYOUT_NCHW, 1, x, y);
    kernel->backward(&g, FOVEA__LAYOUT_NCHW, 1, x, d_y, d_x);
    assert_true(isnan(y[0]) && d_x[0] == 0 && d_x[1] == 4 && d_x[2] == 0);
}

static void a_window_over_the_edge_counts_no_more_than_the_padding(void **state) {
    (void)state;
    // ceil mode: windows from -1, 2 and 5 over six places and one of padding a side
    fovea__pool_geometry g = line(FOVEA__POOL_AVERAGE, 6, 3, 4, 3, 1);
    const float x[6] = {1, 2, 3, 4, 5, 6};
    float y[3];
    g.count_include_pad = true;
    fovea__pool_choose(FOVEA__CPU_REFERENCE)->forward(&g, FOVEA__LAYOUT_NCHW, 1, x, y);
    assert_true(y[0] == 6.0f / 4 && y[1] == 18.0f / 4 && y[2] == 6.0f / 2);
    g.count_include_pad = false;
    fovea__pool_choose(FOVEA__CPU_REFERENCE)->forward(&g, FOVEA__LAYOUT_NCHW, 1, x, y);
    assert_true(y[0] == 6.0f / 3 && y[1] == 18.0f / 4 && y[2] == 6.0f);
}

static void adaptive_windows_are_pytorchs(void **state) {
    (void)state;
    // 5 places to 3: [0,2) [1,4) [3,5)
    fovea__pool_geometry g = {
        .kind = FOVEA__POOL_ADAPTIVE, .channels = 1, .in = {1, 1, 5}, .out = {1, 1, 3}};
    const float x[5] = {1, 2, 3, 4, 5}, d_y[3] = {2, 3, 4};
    float y[3], d_x[5];
    const fovea__pool_variant *kernel = fovea__pool_choose(FOVEA__CPU_REFERENCE);
    kernel->forward(&g, FOVEA__LAYOUT_NCHW, 1, x, y);
    assert_true(y[0] == 1.5f && y[1] == 3.0f && y[2] == 4.5f);
    kernel->backward(&g, FOVEA__LAYOUT_NCHW, 1, NULL, d_y, d_x);
    const float want[5] = {1, 2, 1, 3, 2};
    assert_memory_equal(d_x, want, sizeof want);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_and_layout_gives_the_reference_bits),
        cmocka_unit_test(noting_the_winners_changes_no_bit),
        cmocka_unit_test(means_of_halves_and_of_planes_give_the_reference_bits),
        cmocka_unit_test(a_byte_holds_the_winner_of_256_positions),
        cmocka_unit_test(doubles_agree_with_floats),
        cmocka_unit_test(the_first_maximum_gets_the_gradient),
        cmocka_unit_test(a_nan_wins_and_takes_the_gradient),
        cmocka_unit_test(a_window_over_the_edge_counts_no_more_than_the_padding),
        cmocka_unit_test(adaptive_windows_are_pytorchs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
