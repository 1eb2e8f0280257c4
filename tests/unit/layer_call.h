// SPDX-License-Identifier: MIT
// Running one operator in a test: attributes by name, inputs of doubles (or floats), outputs made
// to fit.
#ifndef FOVEA_TESTS_LAYER_CALL_H
#define FOVEA_TESTS_LAYER_CALL_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "layers/op.h"
#include "unit.h"

#define LAYER_INPUTS 8

typedef struct layer_call {
    const fovea__op *op;
    fovea__attributes attributes;
    fovea_view in[LAYER_INPUTS], out[FOVEA__MAX_OUTPUTS], d_out[FOVEA__MAX_OUTPUTS],
        d_in[LAYER_INPUTS];
    int32_t in_count;
    fovea__call call;
} layer_call;

static uint64_t layer_seed = 99;

// A number in [-1, 1), the next one of a fixed series.
static inline double layer_random(void) {
    layer_seed = layer_seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(layer_seed >> 11) * 0x1p-52 - 1;
}

static inline bool layer_is_real(const fovea_view *view) {
    return view->type == FOVEA_F64 || view->type == FOVEA_F32;
}

// A number of [-1, 1) becomes true or false, or an index -2 to 1, where the view has no fractions.
static inline void layer_put(const fovea_view *view, int64_t i, double value) {
    if (view->type == FOVEA_F64) {
        ((double *)view->data)[i] = value;
    } else if (view->type == FOVEA_BOOL) {
        ((uint8_t *)view->data)[i] = value > 0;
    } else if (view->type == FOVEA_I64) {
        ((int64_t *)view->data)[i] = (int64_t)floor(2 * value);
    } else {
        ((float *)view->data)[i] = (float)value;
    }
}
static inline double layer_get(const fovea_view *view, int64_t i) {
    if (view->type == FOVEA_BOOL) return ((const uint8_t *)view->data)[i];
    if (view->type == FOVEA_I64) return (double)((const int64_t *)view->data)[i];
    return view->type == FOVEA_F64 ? ((const double *)view->data)[i]
                                   : (double)((const float *)view->data)[i];
}

static inline fovea_view layer_view(fovea_type type, const fovea_shape *shape) {
    size_t count = (size_t)fovea_shape_count(shape);
    return (fovea_view){type, *shape, calloc(count ? count : 1, fovea_type_size(type))};
}

// "3x4x5"; "" is rank 0, "N" the dynamic batch.
static inline fovea_shape layer_shape(const char *text) {
    fovea_shape shape = {0};
    while (*text) {
        char *end = (char *)text + 1;
        shape.dim[shape.rank++] = *text == 'N' ? FOVEA_DYNAMIC : strtoll(text, &end, 10);
        text = *end == 'x' ? end + 1 : end;
    }
    return shape;
}

// "kernel=2,3 ceil=1" into `attributes`, by either name.
static inline void layer_attributes(const fovea__op *op, const char *text,
                                    fovea__attributes *attributes) {
    fovea__attributes_default(op, attributes);
    char copy[256], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *value = strchr(word, '=');
        assert_non_null(value);
        *value++ = 0;
        int index = fovea__op_parameter(op, word);
        if (index < 0) {
            fail_msg("%s has no parameter %s", op->text, word);
            return;
        }
        fovea__attribute *attribute = &attributes->value[index];
        attribute->f = strtod(value, NULL);
        attribute->count = 0;
        bool reals = op->parameter[index].kind == FOVEA__REALS;
        for (char *end; *value; value = *end == ',' ? end + 1 : end) {
            int32_t k = attribute->count++;
            if (reals)
                attribute->r[k] = strtod(value, &end);
            else
                attribute->i[k] = strtoll(value, &end, 10);
            if (end == value) break;
        }
        if (op->parameter[index].kind == FOVEA__REAL) attribute->count = 1;
        fovea_error error = {0};
        if (fovea__attribute_check(op, index, attribute, &error)) fail_msg("%s", error.text);
    }
}

// Status of the operator's shape function on "2x3x4 4" (inputs separated by blanks; "": one number).
static inline fovea_status layer_infer(const char *name, const char *attributes, const char *inputs,
                                       fovea__signature *out, fovea_error *error) {
    const fovea__op *op = fovea__op_find_text(name);
    if (!op) fail_msg("no operator %s", name);
    fovea__attributes values;
    layer_attributes(op, attributes, &values);
    fovea__signature in[LAYER_INPUTS] = {{FOVEA_F32, {0}}};
    int32_t count = 0;
    char copy[256], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", inputs);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        in[count++] = (fovea__signature){FOVEA_F32, layer_shape(word)};
    }
    if (count == 0) count = 1;
    return op->shape(&values, in, count, out, error);
}

// The operator with random inputs in [-1, 1), ready to run; every d_in is wanted, d_out is random.
// "bool:2x3" and "index:2" among the inputs are not of `type`.
static inline layer_call *layer_make(const char *name, const char *attributes, const char *inputs,
                                     fovea_type type, bool training) {
    layer_call *l = calloc(1, sizeof *l);
    assert_non_null(l);
    l->op = fovea__op_find_text(name);
    if (!l->op) fail_msg("no operator %s", name);
    layer_attributes(l->op, attributes, &l->attributes);
    fovea__signature in[LAYER_INPUTS], out[FOVEA__MAX_OUTPUTS];
    char copy[256], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", inputs);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *colon = strchr(word, ':');
        fovea_type own = !colon ? type : word[0] == 'b' ? FOVEA_BOOL : FOVEA_I64;
        fovea_shape shape = layer_shape(colon ? colon + 1 : word);
        in[l->in_count] = (fovea__signature){own, shape};
        l->in[l->in_count] = layer_view(own, &shape);
        if (!colon) l->d_in[l->in_count] = layer_view(own, &shape);
        l->in_count++;
    }
    fovea_error error = {0};
    if (l->op->shape(&l->attributes, in, l->in_count, out, &error)) {
        fail_msg("%s %s on %s: %s", name, attributes, inputs, error.text);
    }
    for (int32_t i = 0; i < l->in_count; i++) {
        for (int64_t k = 0; k < fovea_shape_count(&l->in[i].shape); k++) {
            layer_put(&l->in[i], k, layer_random());
        }
    }
    for (int32_t i = 0; i < l->op->outputs; i++) {
        l->out[i] = layer_view(out[i].type, &out[i].shape);
        l->d_out[i] = layer_view(out[i].type, &out[i].shape);
    }
    for (int64_t k = 0; k < fovea_shape_count(&l->d_out[0].shape); k++) {
        layer_put(&l->d_out[0], k, layer_random());
    }
    l->call = (fovea__call){.attributes = &l->attributes,
                            .cpu = fovea__cpu_best(),
                            .training = training,
                            .random = {.seed = 3, .epoch = 1, .stream = 514},
                            .in = l->in,
                            .in_count = l->in_count,
                            .out = l->out,
                            .out_count = l->op->outputs};
    return l;
}

static inline void layer_forward(layer_call *l) {
    fovea_error error = {0};
    if (l->op->forward(&l->call, &error)) fail_msg("%s: %s", l->op->text, error.text);
}
static inline void layer_backward(layer_call *l) {
    fovea_error error = {0};
    if (l->op->vjp(&l->call, l->d_out, l->d_in, &error)) {
        fail_msg("%s: %s", l->op->text, error.text);
    }
}

static inline void layer_free(layer_call *l) {
    for (int32_t i = 0; i < LAYER_INPUTS; i++) {
        free(l->in[i].data);
        free(l->d_in[i].data);
    }
    for (int32_t i = 0; i < FOVEA__MAX_OUTPUTS; i++) {
        free(l->out[i].data);
        free(l->d_out[i].data);
    }
    free(l);
}

#endif
