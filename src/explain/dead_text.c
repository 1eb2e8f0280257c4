// SPDX-License-Identifier: MIT
// The report as text: a table of layers, then one of the channels found.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "explain/dead_units.h"

static int name_width(const fovea_dead *dead) {
    size_t widest = 5;
    for (int32_t i = 0; i < dead->count; i++) {
        size_t length = strlen(dead->layer[i].told.layer.name);
        widest = length > widest ? length : widest;
    }
    return widest > 40 ? 40 : (int)widest;
}

// "-" where the activation cannot be so.
static void add_count(fovea__text *text, int width, int32_t count, bool possible) {
    if (possible)
        fovea__text_format(text, " %*d", width, count);
    else
        fovea__text_format(text, " %*s", width, "-");
}

static void add_layers(const fovea_dead *dead, int name, fovea__text *text) {
    fovea__text_format(text, "%-*s %-14s %8s %6s %11s %9s %8s %9s\n", name, "layer", "activation",
                       "channels", "dead", "nearly dead", "saturated", "constant", "duplicate");
    for (int32_t i = 0; i < dead->count; i++) {
        const fovea_dead_layer *t = &dead->layer[i].told;
        bool cuts = t->kind == FOVEA_ACTIVATION_RECTIFIER;
        fovea__text_format(text, "%-*.40s %-14.14s %8d", name, t->layer.name,
                           t->activation_op ? t->activation_op : "none", t->layer.channels);
        add_count(text, 6, t->dead, cuts);
        add_count(text, 11, t->nearly_dead, cuts);
        add_count(text, 9, t->saturated, t->kind != FOVEA_ACTIVATION_NONE);
        add_count(text, 8, t->constant, !cuts);
        add_count(text, 9, t->duplicate, t->correlated);
        fovea__text_add(text, "\n");
    }
}

// "cosine 1, correlation 0.998": those that there are.
static void add_likeness(const fovea_dead_channel *c, fovea__text *text) {
    const double numbers[2] = {c->cosine, c->correlation};
    static const char *const names[2] = {"cosine", "correlation"};
    const char *between = " (";
    if (c->twin < 0) return;
    for (int i = 0; i < 2; i++) {
        if (isnan(numbers[i])) continue;
        fovea__text_format(text, "%s%s %.4f", between, names[i], numbers[i]);
        between = ", ";
    }
    fovea__text_add(text, ")");
}

static void add_channels(const fovea_dead *dead, int name, fovea__text *text) {
    bool titled = false;
    for (int32_t i = 0; i < dead->count; i++)
        for (int32_t k = 0; k < dead->layer[i].told.layer.channels; k++) {
            const fovea_dead_layer *t = &dead->layer[i].told;
            const fovea_dead_channel *c = &dead->layer[i].channel[k];
            char words[96];
            if (!c->state) continue;
            if (!titled)
                fovea__text_format(text, "\n%-*s %7s %9s %12s %12s  %s\n", name, "layer", "channel",
                                   "active", "largest", "before", "verdict");
            titled = true;
            fovea__dead_words(t, c, words, sizeof words);
            fovea__text_format(text, "%-*.40s %7d %7.3f %% %12.6g %12.6g  %s", name, t->layer.name,
                               k + 1, 100 * c->active, c->largest, c->largest_before, words);
            add_likeness(c, text);
            fovea__text_add(text, "\n");
        }
    if (!titled)
        fovea__text_add(text, "\nNo channel is dead, saturated, constant or a duplicate.\n");
}

fovea_status fovea_dead_text(const fovea_dead *dead, char **result, fovea_error *error) {
    fovea__text text = fovea__text_begin(dead->context);
    int name = name_width(dead);
    add_layers(dead, name, &text);
    add_channels(dead, name, &text);
    return fovea__text_take(&text, result, NULL, error);
}
