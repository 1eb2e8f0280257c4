// SPDX-License-Identifier: MIT
#include "model/architecture_value.h"

#include <string.h>

#include "base/fail.h"
#include "base/text.h"

typedef struct reading {
    const fovea__architecture *layers;
    const char *layer;
    const fovea__key_info *info;
    fovea__span span;
    char word[96];
} reading;

static fovea_status not_a(const reading *r, fovea_error *error, const char *wanted) {
    return fovea__architecture_fail(r->layers, r->span, error, "%s of %s is '%s', wants %s",
                                    r->info->name, r->layer, r->word, wanted);
}

static fovea_status read_integer(const reading *r, const char *digits, int64_t *value,
                                 fovea_error *error) {
    bool several = r->info->kind == FOVEA__KEY_INTEGERS;
    if (digits[0] == '+' || !fovea__parse_i64(digits, value)) {
        // Digits alone fail only when they do not fit into 64 bits.
        if (digits[0] && strspn(digits, "0123456789") == strlen(digits))
            *value = INT64_MAX;
        else
            return not_a(
                r, error,
                several ? "a whole number, or one per dimension as in 3x5" : "a whole number");
    }
    if ((double)*value >= r->info->minimum && (double)*value <= r->info->maximum) return FOVEA_OK;
    return fovea__architecture_fail(r->layers, r->span, error,
                                    "%s of %s is '%s', wants %.0f to %.0f", r->info->name, r->layer,
                                    r->word, r->info->minimum, r->info->maximum);
}

static fovea_status read_integers(const reading *r, fovea__layer_value *value, fovea_error *error) {
    char word[sizeof r->word];
    memcpy(word, r->word, sizeof word);
    for (char *part = word; part; value->count++) {
        char *x = strchr(part, 'x');
        if (x) *x = '\0';
        if (value->count == 3) return not_a(r, error, "one number per dimension, at most three");
        FOVEA__TRY(read_integer(r, part, &value->i[value->count], error));
        part = x ? x + 1 : NULL;
    }
    return FOVEA_OK;
}

static fovea_status read_real(const reading *r, double *value, fovea_error *error) {
    if (!fovea__parse_double(r->word, value)) return not_a(r, error, "a number");
    if (*value >= r->info->minimum && *value <= r->info->maximum) return FOVEA_OK;
    return fovea__architecture_fail(r->layers, r->span, error, "%s of %s is '%s', wants %g to %g",
                                    r->info->name, r->layer, r->word, r->info->minimum,
                                    r->info->maximum);
}

fovea_status fovea__architecture_value(const fovea__architecture *layers, const char *layer,
                                       fovea__key key, fovea__span span, fovea__layer_value *value,
                                       fovea_error *error) {
    reading r = {layers, layer, &fovea__key_infos()[key], span, ""};
    fovea__architecture_word(layers, span, r.word, sizeof r.word);
    *value = (fovea__layer_value){.key = key, .span = span};
    if (span.length == 0)
        return fovea__architecture_fail(layers, span, error, "%s of %s has no value", r.info->name,
                                        layer);
    if (r.info->kind == FOVEA__KEY_WORD) return FOVEA_OK;
    if ((size_t)span.length >= sizeof r.word) return not_a(&r, error, "a number");
    if (r.info->kind == FOVEA__KEY_REAL) return read_real(&r, &value->real, error);
    if (r.info->kind == FOVEA__KEY_INTEGERS) return read_integers(&r, value, error);
    value->count = 1;
    return read_integer(&r, r.word, &value->i[0], error);
}
