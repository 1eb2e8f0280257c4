// SPDX-License-Identifier: MIT
// Convolution in N16 as plans call it: rows and channels a few at a time, values of every kind.
#include <math.h>

#include "conv_geometries.h"
#include "kernels/conv/conv.h"

static guarded filled(size_t count) {
    guarded g = guarded_make(count);
    guarded_fill(&g);
    return g;
}

typedef struct pass {
    fovea__conv_geometry g;
    guarded x, weight, bias, y;
} pass;

static pass pass_make(const fovea__conv_geometry *g) {
    size_t in = (size_t)(g->c * fovea__conv_volume(g->in)),
           out = (size_t)(g->o * fovea__conv_volume(g->out)),
           weights = (size_t)(g->o * (g->c / g->groups) * fovea__conv_volume(g->kernel));
    return (pass){*g, filled(in * 16), filled(weights), filled((size_t)g->o),
                  guarded_make(out * 16)};
}

static void pass_free(pass *p) {
    guarded_free(&p->x);
    guarded_free(&p->weight);
    guarded_free(&p->bias);
    guarded_free(&p->y);
}

// The variants of N16 that this processor runs.
static size_t variants(const fovea__conv_geometry *g, const fovea__conv_kernel *list[16]) {
    size_t count, found = 0;
    const fovea__conv_kernel *const *kernels = fovea__conv_kernels(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__conv_kernel *k = kernels[i];
        if (k->layout == FOVEA__LAYOUT_N16 && fovea__cpu_allows(fovea__cpu_best(), k->cpu) &&
            k->accepts(g)) {
            list[found++] = k;
        }
    }
    return found;
}

// Output rows [first, first + rows) into a buffer of their own.
static void assert_rows(const fovea__conv_kernel *k, const pass *p, int64_t first, int64_t rows) {
    fovea__conv_geometry part = p->g;
    part.out[1] = rows;
    part.pad[1] -= first * part.stride[1];
    int64_t row = part.out[2] * 16, planes = part.o * part.out[0];
    guarded y = guarded_make((size_t)(planes * rows * row));
    guarded scratch = guarded_make(k->scratch(&part) / sizeof(float));
    k->forward(&part, 16, p->x.data, p->weight.data, p->bias.data, y.data, scratch.data);
    for (int64_t i = 0; i < planes; i++) {
        const float *want = p->y.data + (i * p->g.out[1] + first) * row;
        if (memcmp(want, y.data + i * rows * row, (size_t)(rows * row) * sizeof(float)) != 0) {
            fail_msg("%s: rows %d to %d of plane %d differ", k->name, (int)first,
                     (int)(first + rows), (int)i);
        }
    }
    guarded_free(&scratch);
    guarded_free(&y);
}

static void rows_of_the_output_are_those_of_the_whole(void **state) {
    (void)state;
    guarded_begin("conv rows");
    for (int i = 0; i < 120; i++) {
        fovea__conv_geometry g;
        do g = random_geometry();
        while (work(&g) > 25000);
        pass p = pass_make(&g);
        fovea__conv_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_N16, &g)
            ->forward(&g, 16, p.x.data, p.weight.data, p.bias.data, p.y.data, NULL);
        const fovea__conv_kernel *kernels[16];
        size_t count = variants(&g, kernels);
        int64_t rows = 1 + pick(4);
        for (int64_t first = 0; first < g.out[1]; first += rows) {
            int64_t left = g.out[1] - first;
            for (size_t k = 0; k < count; k++) {
                assert_rows(kernels[k], &p, first, left < rows ? left : rows);
            }
        }
        pass_free(&p);
    }
}

// Which of several not-a-numbers comes out is left open; that one comes out is not.
static void assert_same_values(const fovea__conv_kernel *k, const char *what, const guarded *a,
                               const guarded *b) {
    for (size_t i = 0; i < a->count; i++) {
        if (isnan(a->data[i]) ? isnan(b->data[i]) : !memcmp(a->data + i, b->data + i, 4)) continue;
        fail_msg("%s: %s differs at %zu: %a, wants %a", k->name, what, i, b->data[i], a->data[i]);
    }
}

static void sow(guarded *g) {
    const float values[] = {INFINITY, -INFINITY, NAN, -0.0f, 0.0f, 1e-44f};
    for (int i = 0; i < 3; i++) g->data[pick((int64_t)g->count)] = values[pick(6)];
}

static void padding_is_skipped_whatever_the_weights(void **state) {
    (void)state;
    guarded_begin("conv infinite");
    for (int i = 0; i < 150; i++) {
        fovea__conv_geometry g;
        do g = random_geometry();
        while (work(&g) > 25000);
        pass want = pass_make(&g);
        sow(&want.x);
        sow(&want.weight);
        guarded d_x = guarded_make(want.x.count), d_weight = filled(want.weight.count);
        guarded d_bias = filled(want.bias.count), d_y = filled(want.y.count);
        const fovea__conv_kernel *kernels[16];
        size_t count = variants(&g, kernels);
        for (size_t k = count; k-- > 0;) {  // the reference, which is last, first
            guarded y = guarded_make(want.y.count), into = guarded_make(d_x.count);
            guarded sums = guarded_make(d_weight.count), bias = guarded_make(d_bias.count);
            guarded scratch = guarded_make(kernels[k]->scratch(&g) / sizeof(float));
            memset(sums.data, 0, sums.count * sizeof(float));
            memset(bias.data, 0, bias.count * sizeof(float));
            kernels[k]->forward(&g, 16, want.x.data, want.weight.data, want.bias.data, y.data,
                                scratch.data);
            kernels[k]->input_gradient(&g, 16, d_y.data, want.weight.data, into.data, scratch.data);
            kernels[k]->weight_gradient(&g, 16, want.x.data, d_y.data, sums.data, bias.data,
                                        scratch.data);
            if (k == count - 1) {
                memcpy(want.y.data, y.data, y.count * sizeof(float));
                memcpy(d_x.data, into.data, into.count * sizeof(float));
                memcpy(d_weight.data, sums.data, sums.count * sizeof(float));
                memcpy(d_bias.data, bias.data, bias.count * sizeof(float));
            }
            assert_same_values(kernels[k], "y", &want.y, &y);
            assert_same_values(kernels[k], "d_x", &d_x, &into);
            assert_same_values(kernels[k], "d_weight", &d_weight, &sums);
            assert_same_values(kernels[k], "d_bias", &d_bias, &bias);
            guarded_free(&y);
            guarded_free(&into);
            guarded_free(&sums);
            guarded_free(&bias);
            guarded_free(&scratch);
        }
        guarded_free(&d_x);
        guarded_free(&d_weight);
        guarded_free(&d_bias);
        guarded_free(&d_y);
        pass_free(&want);
    }
}

// One plane, kernels three and five wide with the padding that nets have.
static fovea__conv_geometry rows_geometry(void) {
    fovea__conv_geometry g = {.groups = 1 + (pick(4) == 0)};
    g.c = g.groups * (1 + pick(13));
    g.o = g.groups * (1 + pick(13));
    for (int i = 0; i < 3; i++) {
        g.in[i] = g.out[i] = g.kernel[i] = g.stride[i] = g.dilation[i] = 1;
        g.pad[i] = 0;
    }
    g.stride[2] = 1 + (pick(3) == 0);
    g.kernel[2] = g.stride[2] == 1 && pick(2) ? 5 : 3;
    g.in[2] = g.stride[2] * (5 + pick(g.stride[2] == 1 ? 26 : 14));
    g.pad[2] = pick(3) ? g.kernel[2] / 2 : 0;
    g.out[2] = (g.in[2] + 2 * g.pad[2] - g.kernel[2]) / g.stride[2] + 1;
    g.kernel[1] = 1 + pick(5);
    g.stride[1] = 1 + pick(3);
    g.dilation[1] = 1 + (pick(3) == 0);
    g.pad[1] = pick(g.kernel[1] + 1);
    int64_t extent = (g.kernel[1] - 1) * g.dilation[1] + 1;
    do g.in[1] = 1 + pick(12);
    while (g.in[1] + 2 * g.pad[1] < extent);
    g.out[1] = (g.in[1] + 2 * g.pad[1] - extent) / g.stride[1] + 1;
    return g;
}

static void assert_same_bits(const fovea__conv_kernel *k, const char *what, const pass *p,
                             const guarded *a, const guarded *b) {
    if (memcmp(a->data, b->data, a->count * sizeof(float)) == 0) return;
    fail_msg("%s: %s differs, %s", k->name, what, geometry_in_words(&p->g).text);
}

static void assert_rows_and_borders(const fovea__conv_kernel *k, const pass *p, const guarded *d_x,
                                    const guarded *sum) {
    guarded y = guarded_make(p->y.count), into = guarded_make(d_x->count);
    guarded scratch = guarded_make(k->scratch(&p->g) / sizeof(float));
    k->forward(&p->g, 16, p->x.data, p->weight.data, p->bias.data, y.data, scratch.data);
    assert_same_bits(k, "y", p, &p->y, &y);
    k->input_gradient(&p->g, 16, y.data, p->weight.data, into.data, scratch.data);
    assert_same_bits(k, "d_x", p, d_x, &into);
    memcpy(into.data, p->x.data, into.count * sizeof(float));
    if (k->input_gradient_add && k->input_gradient_add(&p->g, y.data, p->weight.data, into.data))
        assert_same_bits(k, "added d_x", p, sum, &into);
    guarded_free(&y);
    guarded_free(&into);
    guarded_free(&scratch);
}

static void rows_with_their_borders_are_those_of_the_definition(void **state) {
    (void)state;
    guarded_begin("conv borders");
    int rounds = getenv("FOVEA_EMULATED") ? 40 : 400;
    for (int i = 0; i < rounds; i++) {
        fovea__conv_geometry g = rows_geometry();
        pass p = pass_make(&g);
        guarded d_x = guarded_make(p.x.count), sum = guarded_make(p.x.count);
        const fovea__conv_kernel *kernels[16];
        size_t count = variants(&g, kernels);
        const fovea__conv_kernel *reference = kernels[count - 1];
        reference->forward(&g, 16, p.x.data, p.weight.data, p.bias.data, p.y.data, NULL);
        reference->input_gradient(&g, 16, p.y.data, p.weight.data, d_x.data, NULL);
        for (size_t j = 0; j < sum.count; j++) sum.data[j] = p.x.data[j] + d_x.data[j];
        for (size_t k = 0; k + 1 < count; k++) assert_rows_and_borders(kernels[k], &p, &d_x, &sum);
        guarded_free(&d_x);
        guarded_free(&sum);
        pass_free(&p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_with_their_borders_are_those_of_the_definition),
        cmocka_unit_test(rows_of_the_output_are_those_of_the_whole),
        cmocka_unit_test(padding_is_skipped_whatever_the_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
