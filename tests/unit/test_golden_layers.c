// SPDX-License-Identifier: MIT
// Every layer's values and gradients against PyTorch's, over the configurations of
// tests/golden/configurations*.txt, in single and in double precision.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "kernels/loss/loss.h"
#include "layers/op.h"
#include "unit/golden_tensor.h"
#include "unit/unit.h"

enum { INPUTS = 8, OUTPUTS = 3, LINE = 4096 };

// Configurations and what PyTorch gives for them: a pair for each make_*_golden.py of layers.
static const char *const families[][2] = {
    {"tests/golden/configurations.txt", "tests/golden/layers.txt"},
    {"tests/golden/configurations_moves.txt", "tests/golden/layers_moves.txt"},
    {"tests/golden/configurations_reduction.txt", "tests/golden/layers_reduction.txt"},
    {"tests/golden/configurations_elementwise.txt", "tests/golden/layers_elementwise.txt"},
};
#define FAMILIES (sizeof families / sizeof families[0])

typedef struct configuration {
    int number;
    char op[32];
    fovea_shape in[INPUTS];
    int32_t in_count;
    bool training, weighted, positive;
    double scale, smoothing;
    char words[16][2][128];  // attributes: name, value
    int word_count;
} configuration;

// The numbers of a configuration and what came out of them.
typedef struct run {
    fovea_type type;
    fovea_view in[INPUTS], out[OUTPUTS], d_out[OUTPUTS], d_in[INPUTS];
    int32_t out_count;
} run;

static int failures;

static fovea_shape parse_shape(char *text) {
    fovea_shape shape = {0};
    char *save;
    for (char *part = strtok_r(text, "x", &save); part; part = strtok_r(NULL, "x", &save))
        shape.dim[shape.rank++] = atoll(part);
    return shape;
}

static void parse_inputs(char *text, configuration *c) {
    char *save;
    for (char *part = strtok_r(text, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        char shape[128];
        assert_true(c->in_count < INPUTS);
        snprintf(shape, sizeof shape, "%s", part);
        c->in[c->in_count++] = parse_shape(shape);
    }
}

static double real(const char *text) {
    double value;
    if (!fovea__parse_double(text, &value)) fail_msg("'%s' is no number", text);
    return value;
}

// "17 Conv2d Conv in=1x3x7x9,4x3x3x3 strides=2,2 ..."
static void parse_configuration(char *line, configuration *c) {
    char *save;
    *c = (configuration){.scale = 1};
    c->number = atoi(strtok_r(line, " \n", &save));
    strtok_r(NULL, " \n", &save);  // PyTorch's name
    snprintf(c->op, sizeof c->op, "%s", strtok_r(NULL, " \n", &save));
    for (char *word; (word = strtok_r(NULL, " \n", &save));) {
        char *equals = strchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        char *value = equals + 1;
        if (strcmp(word, "in") == 0) {
            parse_inputs(value, c);
        } else if (strcmp(word, "mode") == 0 && strcmp(value, "train") == 0) {
            c->training = true;
        } else if (strcmp(word, "scale") == 0) {
            c->scale = real(value);
        } else if (strcmp(word, "smoothing") == 0) {
            c->smoothing = real(value);
        } else if (strcmp(word, "positive") == 0) {
            c->positive = value[0] == '1';
        } else if (strcmp(word, "weighted") == 0) {
            c->weighted = value[0] == '1';
        } else {
            assert_true(c->word_count < 16);
            snprintf(c->words[c->word_count][0], 128, "%s", word);
            snprintf(c->words[c->word_count++][1], 128, "%s", value);
        }
    }
}

static void set_attributes(const configuration *c, const fovea__op *op,
                           fovea__attributes *attributes) {
    fovea__attributes_default(op, attributes);
    for (int w = 0; w < c->word_count; w++) {
        int index = fovea__op_parameter(op, c->words[w][0]);
        if (index < 0) fail_msg("%d: %s takes no %s", c->number, c->op, c->words[w][0]);
        fovea__attribute value = {.count = 0};
        if (op->parameter[index].kind == FOVEA__REAL) {
            value = (fovea__attribute){.count = 1, .f = real(c->words[w][1])};
        } else {
            char text[128], *save;
            snprintf(text, sizeof text, "%s", c->words[w][1]);
            for (char *part = strtok_r(text, ",", &save); part; part = strtok_r(NULL, ",", &save))
                if (op->parameter[index].kind == FOVEA__REALS)
                    value.r[value.count++] = real(part);
                else
                    value.i[value.count++] = atoll(part);
        }
        fovea_error error;
        if (fovea__attribute_check(op, index, &value, &error) != FOVEA_OK)
            fail_msg("%d: %s", c->number, error.text);
        attributes->value[index] = value;
    }
}

static fovea_view new_view(fovea_type type, const fovea_shape *shape) {
    size_t bytes = (size_t)fovea_shape_count(shape) * fovea_type_size(type);
    fovea_view view = {type, *shape, calloc(bytes + 1, 1)};
    assert_non_null(view.data);
    return view;
}

static void free_run(run *r) {
    for (int i = 0; i < INPUTS; i++) {
        free(r->in[i].data);
        free(r->d_in[i].data);
    }
    for (int i = 0; i < OUTPUTS; i++) {
        free(r->out[i].data);
        free(r->d_out[i].data);
    }
}

static void make_positive(const fovea_view *view) {
    for (int64_t i = 0; i < fovea_shape_count(&view->shape); i++) {
        double value = fabs(golden_at(*view, i)) + 0.5;
        if (view->type == FOVEA_F32)
            ((float *)view->data)[i] = (float)value;
        else
            ((double *)view->data)[i] = value;
    }
}

static void make_inputs(const configuration *c, run *r) {
    for (int32_t i = 0; i < c->in_count; i++) {
        r->in[i] = new_view(r->type, &c->in[i]);
        r->d_in[i] = new_view(r->type, &c->in[i]);
        golden_fill(r->in[i], (uint32_t)(c->number * 16 + i), i == 0 ? c->scale : 1);
        // What is not overwritten must be seen.
        memset(r->d_in[i].data, 0xFF,
               (size_t)fovea_shape_count(&c->in[i]) * fovea_type_size(r->type));
    }
    for (int32_t k = 0; k < c->in_count; k++)
        if (c->positive || (strcmp(c->op, "BatchNormalization") == 0 && k == 4))
            make_positive(&r->in[k]);
}

static void run_operator(const configuration *c, fovea__cpu cpu, run *r) {
    const fovea__op *op = fovea__op_find(c->op);
    if (!op) fail_msg("no operator %s", c->op);
    fovea__attributes attributes;
    fovea__signature in[FOVEA__MAX_INPUTS] = {{0}}, out[FOVEA__MAX_OUTPUTS] = {{0}};
    fovea_error error;
    set_attributes(c, op, &attributes);
    for (int32_t i = 0; i < c->in_count; i++) in[i] = (fovea__signature){r->type, c->in[i]};
    if (op->shape(&attributes, in, c->in_count, out, &error) != FOVEA_OK)
        fail_msg("%d: %s", c->number, error.text);
    r->out_count = op->outputs;
    for (int32_t i = 0; i < op->outputs; i++) {
        r->out[i] = new_view(r->type, &out[i].shape);
        r->d_out[i] = new_view(r->type, &out[i].shape);
    }
    golden_fill(r->d_out[0], (uint32_t)(c->number * 16 + 8), 1);
    uint32_t samples[256];
    for (uint32_t i = 0; i < 256; i++) samples[i] = i;
    fovea__call call = {.attributes = &attributes,
                        .cpu = cpu,
                        .training = c->training,
                        .random = {.sample = samples},
                        .in = r->in,
                        .in_count = c->in_count,
                        .out = r->out,
                        .out_count = op->outputs};
    if (op->forward(&call, &error) != FOVEA_OK) fail_msg("%d: %s", c->number, error.text);
    if (op->vjp(&call, r->d_out, r->d_in, &error) != FOVEA_OK)
        fail_msg("%d: %s", c->number, error.text);
}

// Group by group of 16 samples, as the trainer does; the losses are added in the order of the
// samples.
static void run_cross_entropy(const configuration *c, run *r) {
    int64_t n = c->in[0].dim[0], classes = c->in[0].dim[1];
    double weight[64], factor = 0, total = 0;
    int32_t label[64];
    for (int64_t k = 0; k < classes; k++) weight[k] = 0.5 + (double)k / 4;
    for (int64_t i = 0; i < n; i++) {
        label[i] = (int32_t)((7 * i + 3) % classes);
        factor += c->weighted ? weight[label[i]] : 1;
    }
    fovea__cross_entropy options = {classes, c->weighted ? weight : NULL, c->smoothing, 1 / factor};
    for (int64_t from = 0; from < n; from += 16) {
        int32_t count = (int32_t)(n - from < 16 ? n - from : 16);
        double loss[16];
        if (r->type == FOVEA_F32)
            fovea__loss_cross_entropy_f32(&options, FOVEA__LAYOUT_NCHW, count,
                                          (float *)r->in[0].data + from * classes, label + from,
                                          loss, (float *)r->d_in[0].data + from * classes);
        else
            fovea__loss_cross_entropy_f64(&options, count, (double *)r->in[0].data + from * classes,
                                          label + from, loss,
                                          (double *)r->d_in[0].data + from * classes);
        for (int32_t i = 0; i < count; i++) total += loss[i];
    }
    r->out[0] = new_view(FOVEA_F64, &(fovea_shape){0});
    *(double *)r->out[0].data = total / factor;
}

static void run_squared(const configuration *c, run *r) {
    int64_t n = c->in[0].dim[0], elements = c->in[0].dim[1];
    double factor = 1 / (double)(n * elements), total = 0;
    for (int64_t from = 0; from < n; from += 16) {
        int32_t count = (int32_t)(n - from < 16 ? n - from : 16);
        int64_t at = from * elements;
        double loss[16];
        if (r->type == FOVEA_F32)
            fovea__loss_squared_f32(FOVEA__LAYOUT_NCHW, count, elements,
                                    (float *)r->in[0].data + at, (float *)r->in[1].data + at,
                                    factor, loss, (float *)r->d_in[0].data + at);
        else
            fovea__loss_squared_f64(count, elements, (double *)r->in[0].data + at,
                                    (double *)r->in[1].data + at, factor, loss,
                                    (double *)r->d_in[0].data + at);
        for (int32_t i = 0; i < count; i++) total += loss[i];
    }
    r->out[0] = new_view(FOVEA_F64, &(fovea_shape){0});
    *(double *)r->out[0].data = total * factor;
}

static void differs(const char *what, const char *name, const configuration *c, double is,
                    double wanted) {
    if (failures++ < 20)
        print_error("%d %s %s %s: %.9g, PyTorch has %.9g\n", c->number, c->op, name, what, is,
                    wanted);
}

static bool near(double a, double b, double atol, double rtol) {
    return fabs(a - b) <= atol + rtol * fabs(b);
}

// "out0 3x6x3 DOT ABS 0:V 3:V ...": the line behind its number.
static void compare(char *line, const configuration *c, const run *r) {
    char *save, *name = strtok_r(line, " \n", &save), *shape = strtok_r(NULL, " \n", &save);
    int index = name[strlen(name) - 1] - '0';
    bool single = r->type == FOVEA_F32, gradient = name[0] == 'd';
    fovea_view view = gradient ? r->d_in[index] : r->out[index];
    double dot = real(strtok_r(NULL, " \n", &save)), sum = real(strtok_r(NULL, " \n", &save));
    fovea_shape wanted = parse_shape(shape);
    int64_t count = fovea_shape_count(&view.shape);
    if (count != fovea_shape_count(&wanted)) {
        differs("numbers", name, c, (double)count, (double)fovea_shape_count(&wanted));
        return;
    }
    double own_dot = 0, own_sum = 0;
    for (int64_t i = 0; i < count; i++) {
        double x = golden_at(view, i);
        own_dot += x * golden_number((uint32_t)(gradient ? 9100 : 9000) + (uint32_t)index, i);
        own_sum += fabs(x);
    }
    double loose = single ? 1e-5 : 1e-9, tight = single ? 1e-4 : 1e-8;
    if (!near(own_dot, dot, loose + loose * sum, 0)) differs("product", name, c, own_dot, dot);
    if (!near(own_sum, sum, loose, loose)) differs("sum", name, c, own_sum, sum);
    for (char *sample; (sample = strtok_r(NULL, " \n", &save));) {
        char *colon = strchr(sample, ':');
        double is = golden_at(view, atoll(sample)), value = real(colon + 1);
        if (!near(is, value, loose, tight)) differs("sample", name, c, is, value);
    }
}

static void run_configuration(const configuration *c, fovea__cpu cpu, run *r) {
    make_inputs(c, r);
    if (strcmp(c->op, "CrossEntropy") == 0)
        run_cross_entropy(c, r);
    else if (strcmp(c->op, "Squared") == 0)
        run_squared(c, r);
    else
        run_operator(c, cpu, r);
}

// Walks both files side by side; every tensor of the second belongs to the configuration of its
// number.
static int compare_family(const char *const family[2], fovea_type type, fovea__cpu cpu) {
    FILE *configurations = fopen(family[0], "r");
    FILE *tensors = fopen(family[1], "r");
    assert_non_null(configurations);
    assert_non_null(tensors);
    static char line[LINE], golden[LINE];
    configuration c;
    int count = 0;
    char *pending = fgets(golden, sizeof golden, tensors);
    while (fgets(line, sizeof line, configurations)) {
        run r = {.type = type};
        parse_configuration(line, &c);
        run_configuration(&c, cpu, &r);
        int compared = 0;
        for (; pending && atoi(golden) == c.number; compared++) {
            compare(strchr(golden, ' ') + 1, &c, &r);
            pending = fgets(golden, sizeof golden, tensors);
        }
        assert_true(compared >= 2);  // at least one output and one gradient
        free_run(&r);
        count++;
    }
    assert_null(pending);
    fclose(configurations);
    fclose(tensors);
    return count;
}

static int compare_all(fovea_type type, fovea__cpu cpu) {
    int count = 0;
    for (size_t f = 0; f < FAMILIES; f++) count += compare_family(families[f], type, cpu);
    return count;
}

static void compare_type(fovea_type type) {
    failures = 0;
    int count = compare_all(type, fovea__cpu_best());
    assert_true(count >= 300);
    if (failures) fail_msg("%d values differ from PyTorch's", failures);
}

static void single_precision_equals_pytorch(void **state) {
    (void)state;
    compare_type(FOVEA_F32);
}

static void double_precision_equals_pytorch(void **state) {
    (void)state;
    compare_type(FOVEA_F64);
}

static void reference_kernels_equal_pytorch(void **state) {
    (void)state;
    failures = 0;
    compare_all(FOVEA_F32, FOVEA__CPU_REFERENCE);
    if (failures) fail_msg("%d values differ from PyTorch's", failures);
}

// No configuration is there twice, whatever its number.
static void configurations_are_distinct(void **state) {
    (void)state;
    enum { MOST = 2000 };
    char **seen = calloc(MOST, sizeof *seen), line[LINE];
    int count = 0;
    assert_non_null(seen);
    for (size_t f = 0; f < FAMILIES; f++) {
        FILE *file = fopen(families[f][0], "r");
        assert_non_null(file);
        while (fgets(line, sizeof line, file)) {
            assert_true(count < MOST);
            seen[count] = strdup(strchr(line, ' ') + 1);
            for (int i = 0; i < count; i++) assert_string_not_equal(seen[i], seen[count]);
            count++;
        }
        fclose(file);
    }
    for (int i = 0; i < count; i++) free(seen[i]);
    free(seen);
    assert_true(count >= 300);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(configurations_are_distinct),
        cmocka_unit_test(double_precision_equals_pytorch),
        cmocka_unit_test(single_precision_equals_pytorch),
        cmocka_unit_test(reference_kernels_equal_pytorch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
