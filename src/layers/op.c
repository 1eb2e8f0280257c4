// SPDX-License-Identifier: MIT
#include "layers/op.h"

#include <string.h>

#include "base/fail.h"

#define OP(name) extern const fovea__op fovea__op_##name;
#include "layers/op_list.inc"
#undef OP

static const fovea__op *const table[] = {
#define OP(name) &fovea__op_##name,
#include "layers/op_list.inc"
#undef OP
    NULL,
};

const fovea__op *const *fovea__op_table(size_t *count) {
    *count = sizeof table / sizeof table[0] - 1;
    return table;
}

const fovea__op *fovea__op_find(const char *name) {
    for (const fovea__op *const *op = table; *op; op++) {
        if (strcmp((*op)->name, name) == 0) return *op;
    }
    return fovea__op_find_text(name);
}

const fovea__op *fovea__op_find_text(const char *text) {
    for (const fovea__op *const *op = table; *op; op++) {
        if ((*op)->text && strcmp((*op)->text, text) == 0) return *op;
    }
    return NULL;
}

int fovea__op_parameter(const fovea__op *op, const char *name) {
    for (int i = 0; i < FOVEA__MAX_PARAMETERS && op->parameter[i].name; i++) {
        const fovea__parameter *parameter = &op->parameter[i];
        if (strcmp(parameter->name, name) == 0) return i;
        if (parameter->text && strcmp(parameter->text, name) == 0) return i;
    }
    return -1;
}

void fovea__attributes_default(const fovea__op *op, fovea__attributes *attributes) {
    memset(attributes, 0, sizeof *attributes);
    for (int i = 0; i < FOVEA__MAX_PARAMETERS && op->parameter[i].name; i++) {
        fovea__attribute *value = &attributes->value[i];
        value->f = op->parameter[i].standard;
        if (fovea__is_list(op->parameter[i].kind)) continue;
        value->count = 1;
        if (op->parameter[i].kind != FOVEA__REAL) value->i[0] = (int64_t)op->parameter[i].standard;
    }
}

static const char *parameter_text(const fovea__parameter *parameter) {
    return parameter->text ? parameter->text : parameter->name;
}

static fovea_status check_number(const fovea__parameter *parameter, double number,
                                 fovea_error *error) {
    if (number >= parameter->minimum && number <= parameter->maximum) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s is %.9g, wants %.9g to %.9g",
                       parameter_text(parameter), number, parameter->minimum, parameter->maximum);
}

fovea_status fovea__attribute_check(const fovea__op *op, int index, const fovea__attribute *value,
                                    fovea_error *error) {
    if (index < 0 || index >= FOVEA__MAX_PARAMETERS || !op->parameter[index].name) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s has no parameter number %d",
                           op->text ? op->text : op->name, index);
    }
    const fovea__parameter *parameter = &op->parameter[index];
    if (parameter->kind == FOVEA__REAL) {
        if (value->count != 1) {
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s takes one number, got %d",
                               parameter_text(parameter), value->count);
        }
        return check_number(parameter, value->f, error);
    }
    bool list = fovea__is_list(parameter->kind);
    int32_t least = list ? parameter->required : 1, most = list ? FOVEA__MAX_INTS : 1;
    if (value->count < least || value->count > most) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s takes %s, got %d numbers",
                           parameter_text(parameter), most == 1 ? "one number" : "1 to 16 numbers",
                           value->count);
    }
    for (int32_t i = 0; i < value->count; i++) {
        bool real = parameter->kind == FOVEA__REALS;
        FOVEA__TRY(check_number(parameter, real ? value->r[i] : (double)value->i[i], error));
    }
    if (parameter->kind == FOVEA__FLAG && value->i[0] != 0 && value->i[0] != 1) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s is %lld, wants 0 or 1",
                           parameter_text(parameter), (long long)value->i[0]);
    }
    return FOVEA_OK;
}
