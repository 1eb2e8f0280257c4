// SPDX-License-Identifier: MIT
// Conv and Gemm as operators: gradients against central differences in double, the bits of a whole
// batch against the batch-in-lanes kernels summed group by group, and the texts of refusals.
#include <math.h>

#include "guarded.h"
#include "kernels/conv/conv.h"
#include "kernels/linear/linear.h"
#include "kernels/splitting.h"
#include "layers/op.h"

#define MOST_INPUTS 3

// One call of an operator with memory for every input, the output and their gradients.
typedef struct trial {
    const fovea__op *op;
    fovea__attributes attributes;
    fovea__signature in[MOST_INPUTS], out;
    int32_t in_count;
    fovea_view x[MOST_INPUTS], d_x[MOST_INPUTS], y, d_y;
    fovea__call call;
} trial;

static fovea_view view_of(const fovea__signature *s) {
    int64_t count = fovea_shape_count(&s->shape);
    assert_true(count > 0);
    fovea_view view = {s->type, s->shape, calloc((size_t)count, fovea_type_size(s->type))};
    assert_non_null(view.data);
    return view;
}

static void fill(fovea_view *view) {
    for (int64_t i = 0; i < fovea_shape_count(&view->shape); i++) {
        double value = (double)(pick(2001) - 1000) * 1e-3;
        if (view->type == FOVEA_F64) {
            ((double *)view->data)[i] = value;
        } else {
            ((float *)view->data)[i] = (float)value;
        }
    }
}

static void set_ints(trial *t, const char *name, int32_t count, const int64_t *value) {
    int index = fovea__op_parameter(t->op, name);
    assert_true(index >= 0);
    fovea__attribute *attribute = &t->attributes.value[index];
    attribute->count = count;
    for (int32_t i = 0; i < count; i++) attribute->i[i] = value[i];
    assert_int_equal(fovea__attribute_check(t->op, index, attribute, NULL), FOVEA_OK);
}

static void trial_begin(trial *t, const char *op, fovea_type type, int32_t in_count) {
    *t = (trial){.op = fovea__op_find(op), .in_count = in_count};
    assert_non_null(t->op);
    fovea__attributes_default(t->op, &t->attributes);
    for (int32_t i = 0; i < in_count; i++) t->in[i].type = type;
    if (strcmp(op, "Gemm") == 0) set_ints(t, "transB", 1, (const int64_t[]){1});
}

static void trial_run(trial *t) {
    fovea_error error = {0};
    if (t->op->shape(&t->attributes, t->in, t->in_count, &t->out, &error))
        fail_msg("%s", error.text);
    for (int32_t i = 0; i < t->in_count; i++) {
        t->x[i] = view_of(&t->in[i]);
        t->d_x[i] = view_of(&t->in[i]);
        fill(&t->x[i]);
    }
    t->y = view_of(&t->out);
    t->d_y = view_of(&t->out);
    fill(&t->d_y);
    t->call = (fovea__call){.attributes = &t->attributes,
                            .cpu = fovea__cpu_best(),
                            .in = t->x,
                            .in_count = t->in_count,
                            .out = &t->y,
                            .out_count = 1};
    assert_int_equal(t->op->forward(&t->call, NULL), FOVEA_OK);
    assert_int_equal(t->op->vjp(&t->call, &t->d_y, t->d_x, NULL), FOVEA_OK);
}

static void trial_free(trial *t) {
    for (int32_t i = 0; i < t->in_count; i++) {
        free(t->x[i].data);
        free(t->d_x[i].data);
    }
    free(t->y.data);
    free(t->d_y.data);
}

// sum of y * d_y: its gradient is what vjp gives.
static double weighted(trial *t) {
    assert_int_equal(t->op->forward(&t->call, NULL), FOVEA_OK);
    double sum = 0;
    for (int64_t i = 0; i < fovea_shape_count(&t->out.shape); i++) {
        sum += ((double *)t->y.data)[i] * ((double *)t->d_y.data)[i];
    }
    return sum;
}

static void assert_gradients(trial *t) {
    for (int32_t input = 0; input < t->in_count; input++) {
        double *x = t->x[input].data, *d_x = t->d_x[input].data;
        int64_t count = fovea_shape_count(&t->in[input].shape);
        for (int64_t i = 0; i < count; i++) {
            double kept = x[i];
            x[i] = kept + 1e-6;
            double above = weighted(t);
            x[i] = kept - 1e-6;
            double slope = (above - weighted(t)) / 2e-6;
            x[i] = kept;
            if (!(fabs(slope - d_x[i]) <= 1e-5 + 1e-3 * fabs(slope))) {
                fail_msg("%s: input %d element %d: %.9g, by differences %.9g", t->op->name, input,
                         (int)i, d_x[i], slope);
            }
        }
    }
}

typedef struct conv_case {
    int32_t rank;
    int64_t n, c, o, groups, size[3], kernel[3], stride[3], pads[6], dilation[3];
    bool bias;
} conv_case;

static void conv_begin(trial *t, const conv_case *v, fovea_type type) {
    trial_begin(t, "Conv", type, v->bias ? 3 : 2);
    t->in[0].shape = (fovea_shape){v->rank + 2, {v->n, v->c}};
    t->in[1].shape = (fovea_shape){v->rank + 2, {v->o, v->c / v->groups}};
    t->in[2].shape = (fovea_shape){1, {v->o}};
    for (int32_t d = 0; d < v->rank; d++) {
        t->in[0].shape.dim[2 + d] = v->size[d];
        t->in[1].shape.dim[2 + d] = v->kernel[d];
    }
    set_ints(t, "kernel", v->rank, v->kernel);
    set_ints(t, "strides", v->rank, v->stride);
    set_ints(t, "padding", 2 * v->rank, v->pads);
    set_ints(t, "dilation", v->rank, v->dilation);
    set_ints(t, "group", 1, &v->groups);
}

// Strides 1-3, padding, dilation, groups and rank in all combinations that have an output.
static void conv_passes_the_gradient_check(void **state) {
    (void)state;
    guarded_begin("conv gradients");
    int ran = 0;
    for (int i = 0; i < 3 * 3 * 3 * 2 * 4; i++) {
        int32_t rank = 1 + i % 3;
        int64_t stride = 1 + i / 3 % 3, pad = i / 9 % 3, dilation = 1 + i / 27 % 2, kind = i / 54;
        int64_t width = rank == 1 ? 9 : rank == 2 ? 5 : 4;
        conv_case v = {.rank = rank,
                       .n = 1 + i % 2 * 2,
                       .c = kind == 3 ? 3 : 2,
                       .bias = i % 5 != 0,
                       .o = kind == 3 ? 3 : 2,
                       .groups = kind == 2   ? 2
                                 : kind == 3 ? 3
                                             : 1};
        for (int d = 0; d < rank; d++) {
            v.size[d] = width + d;
            v.kernel[d] = kind == 0 ? 2 : 1 + (d + kind) % 3;
            v.stride[d] = stride;
            v.pads[d] = pad;
            v.pads[rank + d] = kind == 1 ? pad / 2 : pad;
            v.dilation[d] = dilation;
            if (v.size[d] + v.pads[d] + v.pads[rank + d] < (v.kernel[d] - 1) * dilation + 1) {
                v.dilation[d] = 1;
            }
        }
        trial t;
        conv_begin(&t, &v, FOVEA_F64);
        trial_run(&t);
        assert_gradients(&t);
        trial_free(&t);
        ran++;
    }
    assert_int_equal(ran, 216);
}

static void linear_passes_the_gradient_check(void **state) {
    (void)state;
    guarded_begin("linear gradients");
    for (int i = 0; i < 24; i++) {
        trial t;
        trial_begin(&t, "Gemm", FOVEA_F64, 2 + i % 2);
        int64_t n = 1 + i % 3 * 9, inputs = 1 + pick(9), outputs = 1 + pick(7);
        t.in[0].shape = (fovea_shape){2, {n, inputs}};
        t.in[1].shape = (fovea_shape){2, {outputs, inputs}};
        t.in[2].shape = (fovea_shape){1, {outputs}};
        trial_run(&t);
        assert_gradients(&t);
        trial_free(&t);
    }
}

// Group g of a batch in lanes.
static guarded lanes_of(const fovea_view *view, const fovea__splitting *split, int64_t g) {
    int64_t each = fovea_shape_count(&view->shape) / split->samples;
    const float *from = (const float *)view->data + g * 16 * each;
    guarded lanes = guarded_make((size_t)each * 16);
    for (int64_t i = 0; i < each; i++) {
        for (int64_t n = 0; n < 16; n++) {
            bool there = n < fovea__group_samples(split, g);
            lanes.data[i * 16 + n] = there ? from[n * each + i] : 0.0f;
        }
    }
    return lanes;
}

static void assert_group(const char *what, const fovea_view *view, const fovea__splitting *split,
                         int64_t g, const guarded *lanes) {
    int64_t each = fovea_shape_count(&view->shape) / split->samples;
    const float *want = (const float *)view->data + g * 16 * each;
    for (int64_t n = 0; n < fovea__group_samples(split, g); n++) {
        for (int64_t i = 0; i < each; i++) {
            if (memcmp(&want[n * each + i], &lanes->data[i * 16 + n], sizeof(float)) != 0) {
                fail_msg("%s: group %d sample %d element %d differs", what, (int)g, (int)n, (int)i);
            }
        }
    }
}

// sum[s][i] of all slots added by the tree, against the operator's gradient.
static void assert_slots(const char *what, const fovea_view *view, int32_t slots,
                         float *const *sum) {
    for (int64_t i = 0; i < fovea_shape_count(&view->shape); i++) {
        float value[FOVEA__MAX_SLOTS];
        for (int32_t s = 0; s < slots; s++) value[s] = sum[s][i];
        float want = fovea__tree_f32(value, slots);
        if (memcmp(&want, (const float *)view->data + i, sizeof want) != 0) {
            fail_msg("%s element %d: %a, wants %a", what, (int)i, ((const float *)view->data)[i],
                     want);
        }
    }
}

typedef struct slot_sums {
    int32_t slots;
    float *sum[FOVEA__MAX_SLOTS];
} slot_sums;

static slot_sums slots_make(const fovea__splitting *split, const fovea_view *weight) {
    int64_t count = fovea_shape_count(&weight->shape);
    slot_sums s = {fovea__weight_slots(split, count * 4), {NULL}};
    for (int32_t i = 0; i < s.slots; i++) s.sum[i] = calloc((size_t)count, sizeof(float));
    return s;
}
static float *slot_of(const slot_sums *s, const fovea__splitting *split, int64_t g) {
    int32_t i = 0;
    while (g >= fovea__slot_begin(split->groups, s->slots, i + 1)) i++;
    return s->sum[i];
}
static void slots_free(slot_sums *s) {
    for (int32_t i = 0; i < s->slots; i++) free(s->sum[i]);
}

static void assert_conv_lanes(const conv_case *v) {
    trial t;
    conv_begin(&t, v, FOVEA_F32);
    trial_run(&t);
    fovea__conv_geometry g = {v->groups, v->c,      v->o,      {1, 1, 1}, {1, 1, 1},
                              {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}};
    for (int32_t d = 0; d < v->rank; d++) {
        int32_t i = 3 - v->rank + d;
        g.in[i] = v->size[d], g.out[i] = t.out.shape.dim[2 + d], g.kernel[i] = v->kernel[d];
        g.stride[i] = v->stride[d], g.pad[i] = v->pads[d], g.dilation[i] = v->dilation[d];
    }
    const fovea__conv_kernel *k = fovea__conv_choose(fovea__cpu_best(), FOVEA__LAYOUT_N16, &g);
    fovea__splitting split = fovea__split(v->n);
    slot_sums weight = slots_make(&split, &t.x[1]), bias = slots_make(&split, &t.x[2]);
    guarded scratch = guarded_make(k->scratch(&g) / sizeof(float));
    for (int64_t i = 0; i < split.groups; i++) {
        int32_t samples = fovea__group_samples(&split, i);
        guarded x = lanes_of(&t.x[0], &split, i), d_y = lanes_of(&t.d_y, &split, i);
        guarded y = guarded_make(d_y.count), d_x = guarded_make(x.count);
        k->forward(&g, samples, x.data, t.x[1].data, t.x[2].data, y.data, scratch.data);
        k->input_gradient(&g, samples, d_y.data, t.x[1].data, d_x.data, scratch.data);
        k->weight_gradient(&g, samples, x.data, d_y.data, slot_of(&weight, &split, i),
                           slot_of(&bias, &split, i), scratch.data);
        assert_group("y", &t.y, &split, i, &y);
        assert_group("d_x", &t.d_x[0], &split, i, &d_x);
        guarded_free(&x);
        guarded_free(&d_y);
        guarded_free(&y);
        guarded_free(&d_x);
    }
    assert_slots("d_weight", &t.d_x[1], weight.slots, weight.sum);
    assert_slots("d_bias", &t.d_x[2], bias.slots, bias.sum);
    guarded_free(&scratch);
    slots_free(&weight);
    slots_free(&bias);
    trial_free(&t);
}

static const int64_t batches[] = {1, 5, 16, 17, 40, 100, 130};
#define COUNT(array) (sizeof array / sizeof array[0])

static void a_batch_of_conv_has_the_bits_of_its_groups_in_lanes(void **state) {
    (void)state;
    guarded_begin("conv batches");
    for (size_t i = 0; i < COUNT(batches); i++) {
        conv_case plain = {2,      batches[i],   3,      5,   1, {7, 6}, {3, 3},
                           {1, 1}, {1, 1, 1, 1}, {1, 1}, true};
        conv_case odd = {2,      batches[i],   4,      6,   2, {8, 9}, {3, 2},
                         {2, 3}, {2, 0, 1, 1}, {1, 2}, true};
        conv_case row = {1, batches[i], 2, 3, 1, {19}, {5}, {2}, {2, 3}, {1}, true};
        assert_conv_lanes(&plain);
        assert_conv_lanes(&odd);
        assert_conv_lanes(&row);
    }
}

// 160×280×1×1 weights of 4 bytes in more than 5 slots pass 1 MiB: no partial sums.
static void a_large_weight_is_summed_in_order(void **state) {
    (void)state;
    guarded_begin("conv large");
    conv_case v = {2, 100, 280, 160, 1, {2, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, {1, 1}, true};
    fovea__splitting split = fovea__split(v.n);
    assert_int_equal(fovea__weight_slots(&split, 280 * 160 * 4), 1);
    assert_conv_lanes(&v);
}

static void assert_linear_lanes(int64_t n, int64_t inputs, int64_t outputs) {
    trial t;
    trial_begin(&t, "Gemm", FOVEA_F32, 3);
    t.in[0].shape = (fovea_shape){2, {n, inputs}};
    t.in[1].shape = (fovea_shape){2, {outputs, inputs}};
    t.in[2].shape = (fovea_shape){1, {outputs}};
    trial_run(&t);
    fovea__linear_geometry g = {inputs, outputs};
    const fovea__linear_kernel *k = fovea__linear_choose(fovea__cpu_best(), FOVEA__LAYOUT_N16, &g);
    fovea__splitting split = fovea__split(n);
    slot_sums weight = slots_make(&split, &t.x[1]), bias = slots_make(&split, &t.x[2]);
    guarded scratch = guarded_make(k->scratch(&g) / sizeof(float));
    for (int64_t i = 0; i < split.groups; i++) {
        int32_t samples = fovea__group_samples(&split, i);
        guarded x = lanes_of(&t.x[0], &split, i), d_y = lanes_of(&t.d_y, &split, i);
        guarded y = guarded_make(d_y.count), d_x = guarded_make(x.count);
        k->forward(&g, samples, x.data, t.x[1].data, t.x[2].data, y.data, scratch.data);
        k->input_gradient(&g, samples, d_y.data, t.x[1].data, d_x.data, scratch.data);
        k->weight_gradient(&g, samples, x.data, d_y.data, slot_of(&weight, &split, i),
                           slot_of(&bias, &split, i), scratch.data);
        assert_group("y", &t.y, &split, i, &y);
        assert_group("d_x", &t.d_x[0], &split, i, &d_x);
        guarded_free(&x);
        guarded_free(&d_y);
        guarded_free(&y);
        guarded_free(&d_x);
    }
    assert_slots("d_weight", &t.d_x[1], weight.slots, weight.sum);
    assert_slots("d_bias", &t.d_x[2], bias.slots, bias.sum);
    guarded_free(&scratch);
    slots_free(&weight);
    slots_free(&bias);
    trial_free(&t);
}

static void a_batch_of_linear_has_the_bits_of_its_groups_in_lanes(void **state) {
    (void)state;
    guarded_begin("linear batches");
    for (size_t i = 0; i < COUNT(batches); i++) {
        assert_linear_lanes(batches[i], 70, 10);
        assert_linear_lanes(batches[i], 131, 3);
    }
    assert_linear_lanes(100, 512, 130);
}

static void assert_refused(trial *t, fovea_status status, const char *text) {
    fovea_error error = {0};
    assert_int_equal(t->op->shape(&t->attributes, t->in, t->in_count, &t->out, &error), status);
    assert_int_equal(error.status, status);
    if (!strstr(error.text, text)) fail_msg("got \"%s\", wants \"%s\" in it", error.text, text);
}

static void what_linear_refuses_names_both_shapes_and_the_mend(void **state) {
    (void)state;
    trial t;
    trial_begin(&t, "Gemm", FOVEA_F32, 3);
    t.in[0].shape = (fovea_shape){4, {FOVEA_DYNAMIC, 8, 8, 8}};
    t.in[1].shape = (fovea_shape){2, {32, 512}};
    t.in[2].shape = (fovea_shape){1, {32}};
    assert_refused(&t, FOVEA_SHAPE_MISMATCH,
                   "got 8×8×8, wants a vector of 512: `flatten` is missing before it");
    t.in[0].shape = (fovea_shape){2, {FOVEA_DYNAMIC, 100}};
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "got a vector of 100, wants a vector of 512");
    t.in[0].shape = (fovea_shape){2, {FOVEA_DYNAMIC, 512}};
    t.in[2].shape = (fovea_shape){1, {31}};
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "the bias is 31, wants 32");
    t.in[2].shape.dim[0] = 32;
    t.in[2].type = FOVEA_F64;
    assert_refused(&t, FOVEA_UNSUPPORTED, "input 2 is F64, input 0 is F32");
    t.in[2].type = FOVEA_F32;
    set_ints(&t, "transB", 1, (const int64_t[]){0});
    assert_refused(&t, FOVEA_UNSUPPORTED, "transB 0");
}

static void what_conv_refuses_names_the_numbers(void **state) {
    (void)state;
    conv_case v = {2,      FOVEA_DYNAMIC, 3,      16,  1, {32, 32}, {3, 3},
                   {1, 1}, {1, 1, 1, 1},  {1, 1}, true};
    trial t;
    conv_begin(&t, &v, FOVEA_F32);
    assert_int_equal(t.op->shape(&t.attributes, t.in, 3, &t.out, NULL), FOVEA_OK);
    assert_true(t.out.shape.dim[0] == FOVEA_DYNAMIC && t.out.shape.dim[2] == 32);

    t.in[0].shape.dim[1] = 4;
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "got 4 channels in 1 groups, but the weight is for 3");
    set_ints(&t, "group", 1, (const int64_t[]){3});
    assert_refused(&t, FOVEA_SHAPE_MISMATCH,
                   "groups 3 must divide the 4 input and the 16 output channels");
    conv_begin(&t, &v, FOVEA_F32);
    t.in[0].shape.dim[2] = 0;
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "dimension 2 of input 0");
    conv_begin(&t, &v, FOVEA_F32);
    set_ints(&t, "dilation", 1, (const int64_t[]){17});
    assert_refused(
        &t, FOVEA_SHAPE_MISMATCH,
        "the kernel covers 35 pixels (kernel 3, dilation 17), but the padded input has 34");
    conv_begin(&t, &v, FOVEA_F32);
    t.in[2].shape.dim[0] = 15;
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "the bias is 15, wants 16");
    conv_begin(&t, &v, FOVEA_F32);
    set_ints(&t, "kernel", 1, (const int64_t[]){5});
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "the kernel is 5, but the weight is 16×3×3×3");
    conv_begin(&t, &v, FOVEA_F32);
    set_ints(&t, "strides", 3, (const int64_t[]){1, 1, 1});
    assert_refused(&t, FOVEA_INVALID_ARGUMENT, "stride has 3 numbers, wants one or 2");
    conv_begin(&t, &v, FOVEA_F32);
    t.in[0].shape.rank = 2;
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "(2 dimensions), wants N×C and one to three more");
    conv_begin(&t, &v, FOVEA_F32);
    t.in[0].type = FOVEA_U8;
    assert_refused(&t, FOVEA_UNSUPPORTED, "input 0 is U8, wants F32 or F64");
}

static void sizes_that_overflow_are_refused(void **state) {
    (void)state;
    conv_case v = {2, 1, 3, 16, 1, {32, 32}, {3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, true};
    trial t;
    conv_begin(&t, &v, FOVEA_F32);
    set_ints(&t, "padding", 1, (const int64_t[]){2147483647});
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "more than 1099511627776 elements");
    conv_begin(&t, &v, FOVEA_F32);
    t.in[0].shape.dim[2] = INT64_MAX - 1;
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "too large");
    conv_begin(&t, &v, FOVEA_F32);
    set_ints(&t, "dilation", 1, (const int64_t[]){2147483647});
    assert_refused(&t, FOVEA_SHAPE_MISMATCH, "4294967295");
    assert_int_not_equal(fovea__attribute_check(t.op, fovea__op_parameter(t.op, "strides"),
                                                &(fovea__attribute){.count = 1, .i = {0}}, NULL),
                         FOVEA_OK);
    assert_int_not_equal(fovea__attribute_check(t.op, fovea__op_parameter(t.op, "pads"),
                                                &(fovea__attribute){.count = 1, .i = {-1}}, NULL),
                         FOVEA_OK);
}

// torchinfo's MNIST example: 260 and 5,020 parameters on 24×24 and 8×8 pixels, 16,050 in a linear
// layer.
static void multiply_adds_are_torchinfos(void **state) {
    (void)state;
    conv_case first = {2, 1, 1, 10, 1, {28, 28}, {5, 5}, {1, 1}, {0}, {1, 1}, true};
    conv_case second = {2, 1, 10, 20, 1, {12, 12}, {5, 5}, {1, 1}, {0}, {1, 1}, true};
    trial t;
    conv_begin(&t, &first, FOVEA_F32);
    assert_int_equal(t.op->shape(&t.attributes, t.in, 3, &t.out, NULL), FOVEA_OK);
    assert_int_equal(t.op->multiply_adds(&t.attributes, t.in, &t.out), 260 * 24 * 24);
    conv_begin(&t, &second, FOVEA_F32);
    assert_int_equal(t.op->shape(&t.attributes, t.in, 3, &t.out, NULL), FOVEA_OK);
    assert_int_equal(t.op->multiply_adds(&t.attributes, t.in, &t.out), 5020 * 8 * 8);
    trial_begin(&t, "linear", FOVEA_F32, 3);
    t.attributes.value[fovea__op_parameter(t.op, "transB")].i[0] = 1;
    t.in[0].shape = (fovea_shape){2, {7, 320}};
    t.in[1].shape = (fovea_shape){2, {50, 320}};
    t.in[2].shape = (fovea_shape){1, {50}};
    assert_int_equal(t.op->shape(&t.attributes, t.in, 3, &t.out, NULL), FOVEA_OK);
    assert_int_equal(t.op->multiply_adds(&t.attributes, t.in, &t.out), 7 * 16050);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conv_passes_the_gradient_check),
        cmocka_unit_test(linear_passes_the_gradient_check),
        cmocka_unit_test(a_batch_of_conv_has_the_bits_of_its_groups_in_lanes),
        cmocka_unit_test(a_large_weight_is_summed_in_order),
        cmocka_unit_test(a_batch_of_linear_has_the_bits_of_its_groups_in_lanes),
        cmocka_unit_test(what_linear_refuses_names_both_shapes_and_the_mend),
        cmocka_unit_test(what_conv_refuses_names_the_numbers),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(multiply_adds_are_torchinfos),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
