// SPDX-License-Identifier: MIT
// Channels that do nothing, or nothing of their own, with their filters and patches.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "draw/number.h"
#include "explain/dead_units.h"
#include "explain/top_units.h"
#include "figures/figure_text.h"
#include "figures/filter_weights.h"
#include "figures/patch_panel.h"
#include "model/model.h"

enum { MOST_CHANNELS = 12, MOST_SLICES = 4, COLUMNS = 8 };

typedef struct job {
    fovea_context *context;
    const fovea_dead *dead;
    fovea_shape picture;
    int32_t most;
    fovea_figure *figure;
    fovea_error *error;
} job;

static void put_percent(fovea__number text, double share) {
    fovea__number_short(100 * share, text);
    snprintf(text + strlen(text), sizeof(fovea__number) - strlen(text), " %%");
}

static void put_count(fovea__number text, int32_t count, bool possible) {
    if (possible)
        fovea__number_count(count, text);
    else
        snprintf(text, sizeof(fovea__number), "–");
}

static void layer_cells(const fovea_dead_layer *t, fovea__number text[6]) {
    bool cuts = t->kind == FOVEA_ACTIVATION_RECTIFIER;
    fovea__number_count(t->layer.channels, text[0]);
    put_count(text[1], t->dead, cuts);
    put_count(text[2], t->nearly_dead, cuts);
    put_count(text[3], t->saturated, t->kind != FOVEA_ACTIVATION_NONE);
    put_count(text[4], t->constant, !cuts);
    put_count(text[5], t->duplicate, t->correlated);
}

static fovea_status add_table(const job *j) {
    static const char *const head[COLUMNS] = {"layer",       "activation", "channels", "dead",
                                              "nearly dead", "saturated",  "constant", "duplicate"};
    int32_t rows = fovea_dead_layer_count(j->dead);
    size_t cells = (size_t)(rows + 1) * COLUMNS;
    const char **cell = fovea__new(j->context, cells, sizeof *cell, j->error);
    fovea__number(*text)[6] = fovea__new(j->context, (size_t)rows, sizeof *text, j->error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (cell && text) {
        for (int c = 0; c < COLUMNS; c++) cell[c] = head[c];
        for (int32_t i = 0; i < rows; i++) {
            const fovea_dead_layer *t = &j->dead->layer[i].told;
            const char **row = cell + (size_t)(i + 1) * COLUMNS;
            layer_cells(t, text[i]);
            row[0] = t->layer.name;
            row[1] = t->activation_op ? t->activation_op : "none of its own";
            for (int c = 0; c < 6; c++) row[2 + c] = text[i][c];
        }
        status =
            fovea__figure_add_table(j->figure, cell, rows + 1, COLUMNS, "llrrrrrr", true, j->error);
    }
    fovea__free(j->context, cell);
    fovea__free(j->context, text);
    return status;
}

// A channel's row

static fovea_status add_filter(const job *j, fovea__panels *panels, const fovea__filter_weights *w,
                               int32_t channel) {
    (void)j;
    int64_t shown = w->channels < MOST_SLICES ? w->channels : MOST_SLICES;
    for (int64_t s = 0; s < shown && !w->matrix; s++) {
        char title[48];
        snprintf(title, sizeof title, w->channels > 1 ? "weights %lld" : "weights",
                 (long long)s + 1);
        fovea__panel panel = {.kind = FOVEA__PANEL_SIGNED,
                              .data = w->data + (channel * w->channels + s) * w->height * w->width,
                              .height = w->height,
                              .width = w->width,
                              .title = title};
        FOVEA__TRY(fovea__panels_add(panels, &panel, j->error));
    }
    return FOVEA_OK;
}

static fovea_status add_patches(const job *j, fovea__panels *panels, const fovea__dead_layer *layer,
                                int32_t channel) {
    for (int32_t k = 0; k < layer->heaps.count[channel]; k++) {
        const fovea__top_entry *entry =
            &layer->heaps.entry[(int64_t)channel * layer->heaps.most + k];
        fovea_top_sample sample = fovea__top_sample_of(&layer->seen, entry, &j->picture);
        fovea__number value;
        char caption[128];
        fovea__number_short(sample.value, value);
        fovea__number_minus(value);
        snprintf(caption, sizeof caption, "%s\n#%lld", value,
                 (long long)fovea_dataset_index(j->dead->dataset, sample.sample));
        FOVEA__TRY(fovea__add_patch_panel(panels, j->context, j->dead->dataset, &sample, caption,
                                          j->error));
    }
    return FOVEA_OK;
}

static void channel_note(const fovea_dead_layer *told, const fovea_dead_channel *c, char *note,
                         size_t size) {
    char words[96], like[128] = "";
    fovea__number active, largest, before;
    fovea__dead_words(told, c, words, sizeof words);
    put_percent(active, c->active);
    fovea__number_short(c->largest, largest);
    fovea__number_short(c->largest_before, before);
    fovea__number_minus(largest);
    fovea__number_minus(before);
    if (c->twin >= 0) {
        int used = isnan(c->cosine) ? 0 : snprintf(like, sizeof like, "\ncosine %.4f", c->cosine);
        if (!isnan(c->correlation))
            snprintf(like + used, sizeof like - (size_t)used, "\ncorrelation %.4f", c->correlation);
    }
    int used = snprintf(note, size, "%s%s%sactive on %s of the cells\nlargest %s", words, like,
                        *words ? "\n" : "", active, largest);
    if (told->activation && used > 0 && (size_t)used < size)
        snprintf(note + used, size - (size_t)used, ", before %s %s", told->activation, before);
}

static fovea_status add_row(const job *j, fovea__panels *panels, const fovea__dead_layer *layer,
                            const fovea__filter_weights *w, int32_t channel, int32_t twin_of) {
    char label[64], note[512] = "";
    if (twin_of < 0) {
        snprintf(label, sizeof label, "Channel %d", channel + 1);
        channel_note(&layer->told, &layer->channel[channel], note, sizeof note);
    } else {
        snprintf(label, sizeof label, "Channel %d", channel + 1);
        snprintf(note, sizeof note, "that channel %d is like", twin_of + 1);
    }
    FOVEA__TRY(fovea__panels_row(panels, label, note, j->error));
    FOVEA__TRY(add_filter(j, panels, w, channel));
    return add_patches(j, panels, layer, channel);
}

static fovea_status add_rows(const job *j, const fovea__dead_layer *layer,
                             const fovea__filter_weights *w, int32_t *shown) {
    fovea__panels_options options;
    fovea__panels *panels;
    fovea__panels_options_default(&options);
    options.side = 84;
    options.gap = 10;
    options.scale_name = "weight";
    FOVEA__TRY(fovea__figure_add_panels(j->figure, &options, &panels, j->error));
    for (int32_t k = 0; k < layer->told.layer.channels && *shown < j->most; k++) {
        if (!layer->channel[k].state) continue;
        FOVEA__TRY(add_row(j, panels, layer, w, k, -1));
        int32_t twin = layer->channel[k].twin;
        if (twin >= 0) FOVEA__TRY(add_row(j, panels, layer, w, twin, k));
        (*shown)++;
    }
    return FOVEA_OK;
}

static fovea_status add_layer(const job *j, const fovea__dead_layer *layer) {
    const fovea_dead_layer *t = &layer->told;
    fovea__filter_weights weights;
    int32_t found = 0, shown = 0;
    for (int32_t k = 0; k < t->layer.channels; k++) found += layer->channel[k].state != 0;
    if (!found) return FOVEA_OK;
    fovea__text heading = fovea__text_begin(j->context);
    fovea__text_format(&heading, "%s · %d of %d channels", t->layer.name, found, t->layer.channels);
    FOVEA__TRY(fovea__add_built_text(j->figure, &heading, true, j->error));
    FOVEA__TRY(fovea__filter_weights_read(j->context, j->dead->model->graph, t->layer.node,
                                          &weights, j->error));
    fovea_status status = add_rows(j, layer, &weights, &shown);
    fovea__filter_weights_free(j->context, &weights);
    if (status != FOVEA_OK || shown == found) return status;
    fovea__text left = fovea__text_begin(j->context);
    fovea__text_format(&left, "The first %d of them.", shown);
    return fovea__add_built_text(j->figure, &left, false, j->error);
}

static fovea_status add_all(const job *j) {
    bool found = false;
    FOVEA__TRY(add_table(j));
    for (int32_t i = 0; i < j->dead->count; i++) {
        const fovea_dead_layer *t = &j->dead->layer[i].told;
        found |= t->dead || t->nearly_dead || t->saturated || t->constant || t->duplicate ||
                 t->not_finite;
        FOVEA__TRY(add_layer(j, &j->dead->layer[i]));
    }
    if (found) return FOVEA_OK;
    return fovea__figure_add_text(
        j->figure, "No channel is dead, saturated, constant or a duplicate.", false, j->error);
}

fovea_status fovea_figure_dead(fovea_context *context, const fovea_dead *dead, int32_t most,
                               fovea_figure **figure, fovea_error *error) {
    job j = {.context = context,
             .dead = dead,
             .picture = fovea_dataset_shape(dead->dataset),
             .most = most > 0 ? most : MOST_CHANNELS,
             .error = error};
    char subtitle[512];
    fovea__number count, nearly;
    fovea__number_count(fovea_dataset_count(dead->dataset), count);
    put_percent(nearly, dead->options.nearly);
    snprintf(subtitle, sizeof subtitle,
             "%.160s:%.40s, %s pictures. Dead: never above zero; nearly dead: above zero on less "
             "than %s of the cells. Patches are what brings the channel highest before its "
             "activation, with that value and the picture's number.",
             fovea_dataset_name(dead->dataset), fovea_dataset_part(dead->dataset), count, nearly);
    FOVEA__TRY(
        fovea__figure_create(context, "Channels that do little", subtitle, &j.figure, error));
    fovea_status status = add_all(&j);
    if (status == FOVEA_OK)
        *figure = j.figure;
    else
        fovea_figure_free(j.figure);
    return status;
}
