// SPDX-License-Identifier: MIT
// Every operator's vjp against central differences in double, over the configurations of
// layer_grid.inc.
#include "layer_call.h"

#define EPS 1e-6

typedef struct configuration {
    const char *op, *attributes, *inputs;
    bool training;
} configuration;

static const configuration grid[] = {
#define LAYER(...) {__VA_ARGS__},
#include "layer_grid.inc"
#undef LAYER
};
#define COUNT (sizeof grid / sizeof grid[0])

// Values no two of which are near each other, nor near 0: there the operators have kinks.
static void spread(const fovea_view *view) {
    int64_t count = fovea_shape_count(&view->shape);
    for (int64_t i = 0; i < count; i++) {
        int64_t place = (i * 7919 + 3) % count;  // a permutation: 7919 divides no size used here
        layer_put(view, i, ((double)place + 0.5) / (double)count * 2 - 1 + 1e-3 / (double)count);
    }
}

static bool is_one_of(const char *op, const char *const *names) {
    while (*names && strcmp(*names, op) != 0) names++;
    return *names;
}

// Keeps operands away from where the operator has no value or a pole.
static void keep_away(const char *op, const fovea_view *in) {
    static const char *const positive[] = {"log", "sqrt", "pow", NULL};
    static const char *const poles[] = {"reciprocal", NULL}, *const divides[] = {"div", "mod",
                                                                                 NULL};
    bool first = is_one_of(op, positive) || is_one_of(op, poles), second = is_one_of(op, divides);
    if (!first && !second) return;
    const fovea_view *view = first ? &in[0] : &in[1];
    for (int64_t i = 0; i < fovea_shape_count(&view->shape); i++) {
        double x = layer_get(view, i), far = fabs(x) + 0.3;
        layer_put(view, i, x < 0 && !is_one_of(op, positive) ? -far : far);
    }
}

static layer_call *prepared(const configuration *c, fovea_type type) {
    layer_call *l = layer_make(c->op, c->attributes, c->inputs, type, c->training);
    if (layer_is_real(&l->in[0])) spread(&l->in[0]);
    keep_away(c->op, l->in);
    if (strcmp(c->op, "batchnorm") == 0) {  // running variances are positive
        for (int64_t i = 0; i < fovea_shape_count(&l->in[4].shape); i++) {
            layer_put(&l->in[4], i, 0.5 + fabs(layer_random()));
        }
    }
    if (strcmp(c->op, "reduce_log_sum") == 0) {  // so are sums that have a logarithm
        for (int64_t i = 0; i < fovea_shape_count(&l->in[0].shape); i++) {
            layer_put(&l->in[0], i, 1.5 + layer_get(&l->in[0], i));
        }
    }
    return l;
}

static void every_operator_with_a_gradient_is_in_the_grid(void **state) {
    (void)state;
    size_t count;
    const fovea__op *const *table = fovea__op_table(&count);
    for (size_t i = 0; i < count; i++) {
        size_t n = 0;
        while (n < COUNT && fovea__op_find_text(grid[n].op) != table[i]) n++;
        if (table[i]->vjp && n == COUNT) fail_msg("%s is not in layer_grid.inc", table[i]->name);
        if (!table[i]->vjp && n < COUNT) fail_msg("%s has no gradient", table[i]->name);
    }
}

static double weighted_output(layer_call *l) {
    double sum = 0;
    layer_forward(l);
    for (int64_t k = 0; k < fovea_shape_count(&l->out[0].shape); k++) {
        sum += layer_get(&l->out[0], k) * layer_get(&l->d_out[0], k);
    }
    return sum;
}

static void check_input(layer_call *l, const configuration *c, int32_t i) {
    if (!layer_is_real(&l->in[i])) return;
    for (int64_t k = 0; k < fovea_shape_count(&l->in[i].shape); k++) {
        double kept = layer_get(&l->in[i], k);
        layer_put(&l->in[i], k, kept + EPS);
        double up = weighted_output(l);
        layer_put(&l->in[i], k, kept - EPS);
        double down = weighted_output(l);
        layer_put(&l->in[i], k, kept);
        double want = (up - down) / (2 * EPS), got = layer_get(&l->d_in[i], k);
        if (!(fabs(got - want) <= 1e-5 + 1e-3 * fabs(want))) {
            fail_msg("%s %s on %s: d_in[%d][%lld] is %.9g, differences give %.9g", c->op,
                     c->attributes, c->inputs, i, (long long)k, got, want);
        }
    }
}

static void gradients_are_those_of_differences(void **state) {
    (void)state;
    for (size_t n = 0; n < COUNT; n++) {
        layer_call *l = prepared(&grid[n], FOVEA_F64);
        layer_forward(l);
        layer_backward(l);
        for (int32_t i = 0; i < l->in_count; i++) check_input(l, &grid[n], i);
        layer_free(l);
    }
    print_message("%zu configurations\n", COUNT);
}

static void assert_near(const configuration *c, const fovea_view *narrow, const fovea_view *wide) {
    for (int64_t k = 0; k < fovea_shape_count(&wide->shape); k++) {
        double a = layer_get(narrow, k), b = layer_get(wide, k);
        if (!(fabs(a - b) <= 2e-5 + 1e-4 * fabs(b))) {
            fail_msg("%s %s on %s: place %lld is %.9g in float, %.9g in double", c->op,
                     c->attributes, c->inputs, (long long)k, a, b);
        }
    }
}

static void floats_follow_doubles(void **state) {
    (void)state;
    for (size_t n = 0; n < COUNT; n++) {
        layer_call *wide = prepared(&grid[n], FOVEA_F64);
        layer_call *narrow = prepared(&grid[n], FOVEA_F32);
        for (int32_t i = 0; i < wide->in_count; i++) {
            int64_t count = fovea_shape_count(&wide->in[i].shape);
            if (!layer_is_real(&wide->in[i])) {
                memcpy(narrow->in[i].data, wide->in[i].data,
                       (size_t)count * fovea_type_size(wide->in[i].type));
                continue;
            }
            for (int64_t k = 0; k < count; k++) {
                layer_put(&narrow->in[i], k, layer_get(&wide->in[i], k));
                layer_put(&wide->in[i], k, layer_get(&narrow->in[i], k));
            }
        }
        for (int64_t k = 0; k < fovea_shape_count(&wide->d_out[0].shape); k++) {
            layer_put(&narrow->d_out[0], k, layer_get(&wide->d_out[0], k));
            layer_put(&wide->d_out[0], k, layer_get(&narrow->d_out[0], k));
        }
        layer_forward(wide);
        layer_forward(narrow);
        layer_backward(wide);
        layer_backward(narrow);
        for (int32_t i = 0; i < wide->op->outputs; i++) {
            assert_near(&grid[n], &narrow->out[i], &wide->out[i]);
        }
        for (int32_t i = 0; i < wide->in_count; i++) {
            if (layer_is_real(&wide->in[i]))
                assert_near(&grid[n], &narrow->d_in[i], &wide->d_in[i]);
        }
        layer_free(wide);
        layer_free(narrow);
    }
}

static void every_processor_level_gives_the_same_bits(void **state) {
    (void)state;
    for (size_t n = 0; n < COUNT; n++) {
        layer_call *l = prepared(&grid[n], FOVEA_F32);
        layer_forward(l);
        layer_backward(l);
        size_t out = (size_t)fovea_shape_count(&l->out[0].shape) * 4;
        size_t in = (size_t)fovea_shape_count(&l->in[0].shape) * 4;
        void *y = malloc(out), *d_x = malloc(in);
        memcpy(y, l->out[0].data, out);
        if (layer_is_real(&l->in[0])) memcpy(d_x, l->d_in[0].data, in);
        const fovea__cpu levels[] = {FOVEA__CPU_REFERENCE, FOVEA__CPU_AVX2, FOVEA__CPU_AVX512};
        for (int k = 0; k < 3; k++) {
            if (!fovea__cpu_allows(fovea__cpu_best(), levels[k])) continue;
            l->call.cpu = levels[k];
            layer_forward(l);
            layer_backward(l);
            assert_memory_equal(y, l->out[0].data, out);
            if (layer_is_real(&l->in[0])) assert_memory_equal(d_x, l->d_in[0].data, in);
        }
        free(y);
        free(d_x);
        layer_free(l);
    }
}

static void a_gradient_that_is_not_wanted_is_not_touched(void **state) {
    (void)state;
    for (size_t n = 0; n < COUNT; n++) {
        layer_call *l = prepared(&grid[n], FOVEA_F64);
        layer_forward(l);
        for (int32_t i = 0; i < l->in_count; i++) {
            free(l->d_in[i].data);
            l->d_in[i].data = NULL;
        }
        layer_backward(l);
        layer_free(l);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator_with_a_gradient_is_in_the_grid),
        cmocka_unit_test(gradients_are_those_of_differences),
        cmocka_unit_test(floats_follow_doubles),
        cmocka_unit_test(every_processor_level_gives_the_same_bits),
        cmocka_unit_test(a_gradient_that_is_not_wanted_is_not_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
