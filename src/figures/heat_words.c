// SPDX-License-Identifier: MIT
#include "figures/heat_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/number.h"

static void short_number(double value, fovea__number text) {
    fovea__number_short(value, text);
    fovea__number_minus(text);
}

static void target_name(const char *name, int64_t target, char *text, size_t size) {
    if (name && *name)
        snprintf(text, size, "%.200s", name);
    else
        snprintf(text, size, "class %lld", (long long)target);
}

void fovea__heat_column(const fovea_heat *heat, fovea__heat_text text) {
    char of[256];
    target_name(heat->target, heat->attribution->target, of, sizeof of);
    if (heat->heading)
        snprintf(text, sizeof(fovea__heat_text), "%.250s", heat->heading);
    else if (heat->minus)
        snprintf(text, sizeof(fovea__heat_text), "difference");
    else if (heat->net)
        snprintf(text, sizeof(fovea__heat_text), "%.200s", heat->net);
    else
        snprintf(text, sizeof(fovea__heat_text), "%s", of);
}

static void map_shape(const fovea_attribution *attribution, char *text, size_t size) {
    fovea_shape shape = fovea_tensor_view(attribution->map).shape;
    fovea_shape_format(&shape, text, size);
}

static const char *unit_of(const fovea_attribution *a) {
    return strcmp(a->method->unit, "1") == 0 ? "no unit" : a->method->unit;
}

static bool one_method(const fovea_heat *heats, int32_t count) {
    for (int32_t i = 1; i < count; i++)
        if (heats[i].attribution->method != heats[0].attribution->method) return false;
    return true;
}

void fovea__heat_row_label(const fovea_heat *heats, int32_t count, const char **label,
                           fovea__heat_text note) {
    const fovea_attribution *a = heats->attribution;
    char shape[128];
    map_shape(a, shape, sizeof shape);
    *label = a->method->title;
    if (!one_method(heats, count)) {
        *label = "maps";
        snprintf(note, sizeof(fovea__heat_text), "as they are,\nbefore a relu\nat the end");
    } else if (heats->heading) {
        snprintf(note, sizeof(fovea__heat_text), "%s%s", unit_of(a),
                 a->before_relu ? "\nbefore the relu" : "");
    } else {
        char target[256] = "";
        if (heats->net) target_name(heats->target, a->target, target, sizeof target);
        snprintf(note, sizeof(fovea__heat_text), "%s%s%.200s%s%s\n%s%s", target,
                 *target ? "\n" : "", a->layer_name, *a->layer_name ? "\n" : "", shape, unit_of(a),
                 a->before_relu ? "\nbefore the relu" : "");
    }
}

static void append(char *text, size_t size, const char *more) {
    size_t used = strlen(text);
    if (used < size) snprintf(text + used, size - used, "%s", more);
}

static void range_words(const fovea__heat_map *map, char *text, size_t size) {
    double low = INFINITY, high = -INFINITY;
    fovea__number a, b;
    for (int64_t i = 0; i < map->height * map->width; i++) {
        double value = (double)map->raw[i];
        if (!isfinite(value)) continue;
        low = fmin(low, value);
        high = fmax(high, value);
    }
    if (low > high) low = high = NAN;
    short_number(low, a);
    short_number(high, b);
    snprintf(text, size, "%s … %s", a, b);
}

static void difference_words(const fovea_heat *heat, char *text, size_t size) {
    fovea__number sum, logits;
    short_number(heat->attribution->sum - heat->minus->sum, sum);
    short_number(heat->attribution->logit - heat->minus->logit, logits);
    snprintf(text, size, "\nsum %s\nlogits %s", sum, logits);
}

// The sum of what is no share of the logit says nothing; patches and masks overlap.
static void sum_words(const fovea_attribution *a, char *text, size_t size) {
    fovea__number sum, logit, expected, percent;
    short_number(a->sum, sum);
    short_number(a->logit, logit);
    short_number(a->expected, expected);
    short_number(100 * a->residual, percent);
    bool same = strcmp(expected, logit) == 0;
    // No-break spaces keep a number and its sign together.
    if (a->law)
        snprintf(text, size, "\nsum\u00a0%s, logit\u00a0%s\n%.60s%s%s off\u00a0by\u00a0%s\u00a0%%",
                 sum, logit, a->law, same ? "" : "\u00a0", same ? "" : expected,
                 100 * a->residual < 0.001 ? "<\u00a00.001" : percent);
    else if (strcmp(a->method->unit, "logit") == 0 &&
             strcmp(a->method->family, "perturbation") != 0)
        snprintf(text, size, "\nsum\u00a0%s, logit\u00a0%s", sum, logit);
    else
        snprintf(text, size, "\nlogit %s", logit);
}

void fovea__heat_caption(const fovea_heat *heat, const fovea__heat_map *map,
                         fovea__heat_text text) {
    char sum[400], shape[128] = "";
    if (heat->heading) map_shape(heat->attribution, shape, sizeof shape);
    range_words(map, text, sizeof(fovea__heat_text));
    // With a bar of its own the range is told already.
    if (heat->heading)
        snprintf(text, sizeof(fovea__heat_text), "%s, %s", shape, unit_of(heat->attribution));
    if (heat->minus)
        difference_words(heat, sum, sizeof sum);
    else
        sum_words(heat->attribution, sum, sizeof sum);
    append(text, sizeof(fovea__heat_text), sum);
    if (!heat->note) return;
    append(text, sizeof(fovea__heat_text), "\n");
    append(text, sizeof(fovea__heat_text), heat->note);
}

const char *fovea__heat_cause(const fovea_heat *heat) {
    static const char *const words[] = {NULL, "It is all zero.",
                                        "It is the same number everywhere.",
                                        "It holds numbers that are not finite.",
                                        "All of it is below zero before the relu, thus zero."};
    const fovea_attribution *a = heat->attribution;
    if (heat->minus || a->state == FOVEA_MAP_FINE) return NULL;
    return *a->cause ? a->cause : words[a->state];
}
