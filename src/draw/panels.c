// SPDX-License-Identifier: MIT
#include "draw/panels.h"

#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "draw/number.h"
#include "draw/panels_struct.h"

void fovea__panels_options_default(fovea__panels_options *options) {
    *options = (fovea__panels_options){.size = sizeof *options, .decimals = -1};
}

static const char *kind_name(fovea__panel_kind kind) {
    static const char *const names[] = {"signed", "activation", "picture", "colour"};
    return names[kind];
}

static void panels_release(fovea_context *context, void *data) {
    fovea__panels *panels = data;
    if (!panels) return;
    for (size_t i = 0; i < panels->count; i++) {
        fovea__free(context, (void *)panels->panels[i].panel.data);
        fovea__free(context, (void *)panels->panels[i].panel.title);
        fovea__free(context, (void *)panels->panels[i].panel.caption);
        fovea__free(context, (void *)panels->panels[i].panel.instead);
    }
    for (size_t i = 0; i < panels->row_count; i++) {
        fovea__free(context, panels->rows[i].label);
        fovea__free(context, panels->rows[i].note);
    }
    fovea__free(context, panels->panels);
    fovea__free(context, panels->rows);
    fovea__free(context, panels->scale_name);
    fovea__free(context, panels);
}

// `column` is what stands above the panel.
static void describe_panel(const fovea__panel_row *row, const fovea__kept_panel *kept,
                           const char *column, fovea__text *text) {
    const fovea__panel *panel = &kept->panel;
    fovea__number low, high, mean;
    fovea__number_short(kept->low, low);
    fovea__number_short(kept->high, high);
    fovea__number_short(kept->mean, mean);
    if (row->label) fovea__text_format(text, "%s  ", row->label);
    if (column) fovea__text_format(text, "%s  ", column);
    if (panel->kind == FOVEA__PANEL_COLOUR) fovea__text_add(text, panel->grey ? "1×" : "3×");
    fovea__text_format(text, "%lld×%lld", (long long)panel->height, (long long)panel->width);
    if (kept->has_numbers) fovea__text_format(text, "  min %s  max %s  mean %s", low, high, mean);
    if (kept->not_finite)
        fovea__text_format(text, "  not finite %lld", (long long)kept->not_finite);
    if (panel->instead) fovea__text_format(text, "  %s", panel->instead);
    for (const char *at = panel->caption_is_range ? NULL : panel->caption; at && *at;) {
        size_t length = strcspn(at, "\n");
        fovea__text_add(text, "  ");
        fovea__text_add_n(text, at, length);
        at += length + (at[length] == '\n');
    }
    fovea__text_add(text, "\n");
}

static void describe_values(const fovea__panels *panels, const fovea__panel *panel,
                            fovea__text *text) {
    int decimals = panels->options.decimals;
    if (decimals < 0) decimals = fovea__number_decimals(panel->data, panel->height * panel->width);
    for (int64_t i = 0; i < panel->height * panel->width; i++) {
        fovea__number number;
        bool bare = panels->options.bare_zero && panel->data[i] == 0;
        fovea__number_fixed(panel->data[i], bare ? 0 : decimals, number);
        fovea__text_format(text, "%*s%s", decimals ? decimals + 4 : 4, number,
                           (i + 1) % panel->width ? "" : "\n");
    }
}

static void panels_describe(const void *data, fovea__text *text) {
    const fovea__panels *panels = data;
    const fovea__panel_row *above = NULL;  // the last row with titles: they head the rows below it
    for (size_t r = 0; r < panels->row_count; r++) {
        const fovea__panel_row *row = &panels->rows[r];
        if (row->count && panels->panels[row->first].panel.title) above = row;
        for (size_t i = 0; i < row->count; i++) {
            const fovea__kept_panel *kept = &panels->panels[row->first + i];
            const char *column = kept->panel.title;
            if (!column && above && i < above->count && row->count > 1)
                column = panels->panels[above->first + i].panel.title;
            if (kept->panel.untold) continue;
            describe_panel(row, kept, column, text);
            if (panels->options.tell_values && kept->panel.kind != FOVEA__PANEL_COLOUR)
                describe_values(panels, &kept->panel, text);
        }
    }
}

static const fovea__block_kind panels_kind = {fovea__panels_layout, panels_describe,
                                              panels_release};

static fovea_status check_options(const fovea__panels_options *options, const fovea__colormap **map,
                                  fovea_error *error) {
    FOVEA__TRY(fovea__colormap_choose(options->map, map, error));
    const fovea_scale *scale = &options->scale;
    if (scale->mode == FOVEA_SCALE_FIXED &&
        !(isfinite(scale->low) && isfinite(scale->high) && scale->low < scale->high))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the scale %g:%g must run from a lower to a higher number", scale->low,
                           scale->high);
    return FOVEA_OK;
}

fovea_status fovea__figure_add_panels(fovea_figure *figure, const fovea__panels_options *options,
                                      fovea__panels **result, fovea_error *error) {
    fovea__panels_options chosen;
    fovea__panels_options_default(&chosen);
    if (options) chosen = *options;
    const fovea__colormap *map;
    FOVEA__TRY(check_options(&chosen, &map, error));
    fovea_context *context = fovea__figure_context(figure);
    fovea__panels *panels = fovea__new(context, 1, sizeof *panels, error);
    if (!panels) return FOVEA_OUT_OF_MEMORY;
    panels->context = context;
    panels->options = chosen;
    panels->map = map;
    if (chosen.scale_name) {
        panels->scale_name = fovea__copy_text(context, chosen.scale_name, error);
        if (!panels->scale_name) {
            panels_release(context, panels);
            return FOVEA_OUT_OF_MEMORY;
        }
    }
    FOVEA__TRY(fovea__figure_add_block(figure, &panels_kind, panels, error));
    *result = panels;
    return FOVEA_OK;
}

// `text` may be NULL: nothing to copy, no failure.
static fovea_status copy_optional(fovea_context *context, const char *text, char **copy,
                                  fovea_error *error) {
    *copy = text ? fovea__copy_text(context, text, error) : NULL;
    return text && !*copy ? FOVEA_OUT_OF_MEMORY : FOVEA_OK;
}

fovea_status fovea__panels_row(fovea__panels *panels, const char *label, const char *note,
                               fovea_error *error) {
    fovea__panel_row *rows =
        fovea__grow(panels->context, panels->rows, panels->row_count, &panels->row_capacity,
                    panels->row_count + 1, sizeof *rows, error);
    if (!rows) return FOVEA_OUT_OF_MEMORY;
    panels->rows = rows;
    fovea__panel_row *row = &rows[panels->row_count++];
    *row = (fovea__panel_row){.first = panels->count};
    FOVEA__TRY(copy_optional(panels->context, label, &row->label, error));
    return copy_optional(panels->context, note, &row->note, error);
}

static void measure(fovea__kept_panel *kept, int64_t count) {
    double sum = 0;
    int64_t finite = 0;
    float low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < count; i++) {
        float value = kept->panel.data[i];
        if (!isfinite(value)) continue;
        low = value < low ? value : low;
        high = value > high ? value : high;
        sum += (double)value;
        finite++;
    }
    kept->low = finite ? (double)low : 0;
    kept->high = finite ? (double)high : 0;
    kept->mean = finite ? sum / (double)finite : 0;
    kept->not_finite = count - finite;
    kept->has_numbers = finite > 0;
}

static fovea_status keep_panel(fovea__panels *panels, const fovea__panel *panel, int64_t count,
                               fovea__kept_panel *kept, fovea_error *error) {
    fovea_context *context = panels->context;
    kept->panel = *panel;
    kept->panel.title = kept->panel.caption = kept->panel.instead = NULL;
    float *data = fovea__new(context, (size_t)count, sizeof *data, error);
    kept->panel.data = data;
    if (!data) return FOVEA_OUT_OF_MEMORY;
    memcpy(data, panel->data, (size_t)count * sizeof *data);
    measure(kept, count);
    FOVEA__TRY(copy_optional(context, panel->title, (char **)&kept->panel.title, error));
    FOVEA__TRY(copy_optional(context, panel->instead, (char **)&kept->panel.instead, error));
    return copy_optional(context, panel->caption, (char **)&kept->panel.caption, error);
}

fovea_status fovea__panels_add(fovea__panels *panels, const fovea__panel *panel,
                               fovea_error *error) {
    int64_t count;
    if (!panel->data || panel->height < 1 || panel->width < 1 || panel->height > INT32_MAX / 64 ||
        panel->width > INT32_MAX / 64 || !fovea__mul_i64(panel->height, panel->width, &count))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a %s panel of %lld x %lld cannot be drawn", kind_name(panel->kind),
                           (long long)panel->height, (long long)panel->width);
    if (panel->kind == FOVEA__PANEL_COLOUR) count *= 3;
    if (!panels->row_count) FOVEA__TRY(fovea__panels_row(panels, NULL, NULL, error));
    fovea__kept_panel *grown =
        fovea__grow(panels->context, panels->panels, panels->count, &panels->capacity,
                    panels->count + 1, sizeof *grown, error);
    if (!grown) return FOVEA_OUT_OF_MEMORY;
    panels->panels = grown;
    fovea__kept_panel *kept = &grown[panels->count];
    *kept = (fovea__kept_panel){0};
    panels->count++;  // released with the figure from here on, whatever was copied
    panels->rows[panels->row_count - 1].count++;
    return keep_panel(panels, panel, count, kept, error);
}
