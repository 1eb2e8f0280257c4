// SPDX-License-Identifier: MIT
#include "figures/heat_rows.h"

#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/panels_struct.h"
#include "figures/heat_overlay.h"
#include "figures/heat_words.h"
#include "tensor/convert.h"

// Maps of a row that have their second view beside them; cells from which a map is one of pixels.
enum { SIDE_BY_SIDE = 3, MANY_CELLS = 4096, OVERLAY_SIDE = 448 };

// A row on its way, and the colours its maps share.
typedef struct heat_row {
    const fovea__heat_rows *rows;
    int32_t first, end;
} heat_row;

int32_t fovea__heat_row_end(const fovea__heat_rows *rows, int32_t first) {
    int32_t end = first + 1;
    while (end < rows->count && rows->heats[end].row == rows->heats[first].row) end++;
    return end;
}

int64_t fovea__heat_line(const fovea__heat_rows *rows, int32_t first, int32_t end) {
    bool beside = rows->options.overlay && end - first <= SIDE_BY_SIDE;
    return (end - first) * (beside ? 2 : 1);
}

double fovea__heat_clip(const fovea__heat_rows *rows, int32_t i) {
    if (rows->options.scale.mode == FOVEA_SCALE_FIXED) return 100;
    if (rows->options.clip > 0) return rows->options.clip;
    const fovea_shape shape = fovea_tensor_view(rows->heats[i].attribution->map).shape;
    int64_t cells = shape.rank < 2 ? 1 : shape.dim[shape.rank - 2] * shape.dim[shape.rank - 1];
    return cells > MANY_CELLS ? 99.5 : 100;
}

// Heats that share a range with heat i.
static void sharing(const heat_row *row, int32_t i, int32_t *first, int32_t *end) {
    fovea_scale_mode mode = row->rows->options.scale.mode;
    bool panel = mode == FOVEA_SCALE_PANEL, all = mode == FOVEA_SCALE_FIGURE;
    *first = panel ? i : all ? 0 : row->first;
    *end = panel ? i + 1 : all ? row->rows->count : row->end;
}

// Lowest and highest number of a map; false where there is none.
static bool find_ends(const fovea__heat_map *map, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (int64_t i = 0; i < map->height * map->width; i++) {
        double value = (double)map->raw[i];
        if (!isfinite(value)) continue;
        *low = fmin(*low, value);
        *high = fmax(*high, value);
    }
    return *low <= *high;
}

// Numbers far above zero that differ by little (masks' means, as RISE's) would all have one colour on a
// scale that begins at zero: theirs begins at the lowest.
static bool floats(const heat_row *row, int32_t i) {
    int32_t first, end;
    sharing(row, i, &first, &end);
    for (int32_t k = first; k < end; k++) {
        double low, high;
        bool found = find_ends(&row->rows->maps[k], &low, &high);
        if (!found || row->rows->heats[k].minus || low <= 0 || high - low > 0.5 * high ||
            high == low)
            return false;
    }
    return row->rows->options.scale.mode != FOVEA_SCALE_FIXED;
}

// One sign among the maps that share a range gives it two sides.
static bool has_sign(const heat_row *row, int32_t i) {
    int32_t first, end;
    bool sign = false;
    sharing(row, i, &first, &end);
    for (int32_t k = first; k < end; k++) sign |= row->rows->maps[k].has_sign;
    return sign && !floats(row, i);
}

// The magnitude where colours end; 0: at the largest.
static fovea_status find_most(const heat_row *row, int32_t i, double *most, fovea_error *error) {
    const fovea__heat_rows *rows = row->rows;
    int32_t first, end;
    *most = 0;
    double clip = fovea__heat_clip(rows, i);
    if (clip >= 100) return FOVEA_OK;
    sharing(row, i, &first, &end);
    size_t count = (size_t)(end - first);
    const float **data = fovea__new(rows->context, count, sizeof *data, error);
    int64_t *sizes = fovea__new(rows->context, count, sizeof *sizes, error);
    fovea_status status = data && sizes ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (int32_t k = first; k < end && status == FOVEA_OK; k++) {
        data[k - first] = rows->maps[k].raw;
        sizes[k - first] = rows->maps[k].height * rows->maps[k].width;
    }
    if (status == FOVEA_OK)
        status = fovea__heat_percentile(rows->context, data, sizes, end - first, clip, most, error);
    fovea__free(rows->context, data);
    fovea__free(rows->context, sizes);
    return status;
}

static fovea_status add_raw(const heat_row *row, int32_t i, double most, fovea_error *error) {
    const fovea_heat *heat = &row->rows->heats[i];
    const fovea__heat_map *map = &row->rows->maps[i];
    fovea__heat_text heading, caption;
    fovea__heat_column(heat, heading);
    fovea__heat_caption(heat, map, caption);
    bool empty = !heat->minus && heat->attribution->state == FOVEA_MAP_EMPTY;
    fovea__panel panel = {.kind = has_sign(row, i) ? FOVEA__PANEL_SIGNED : FOVEA__PANEL_ACTIVATION,
                          .data = map->raw,
                          .height = map->height,
                          .width = map->width,
                          .title = heading,
                          .caption = caption,
                          .most = most,
                          .floating = floats(row, i),
                          .instead = empty ? fovea__heat_cause(heat) : NULL};
    return fovea__panels_add(row->rows->panels, &panel, error);
}

// What put_elements will take for heat i: the range of those that share it.
static void find_range(const heat_row *row, int32_t i, double most, double *low, double *high) {
    const fovea__heat_rows *rows = row->rows;
    double largest = most > 0 ? most : INFINITY;
    int32_t first, end;
    sharing(row, i, &first, &end);
    bool floating = floats(row, i);
    *low = floating ? INFINITY : 0;
    *high = 0;
    for (int32_t k = first; k < end; k++) {
        double lowest, highest;
        if (!find_ends(&rows->maps[k], &lowest, &highest)) continue;
        *low = fmin(*low, fmax(lowest, -largest));
        *high = fmax(*high, fmin(highest, largest));
    }
    if (rows->options.scale.mode == FOVEA_SCALE_FIXED) {
        *low = rows->options.scale.low;
        *high = rows->options.scale.high;
    }
    if (has_sign(row, i)) {
        *high = fmax(fabs(*low), fabs(*high));
        *low = -*high;
    }
}

static const fovea__colormap *colours_of(const heat_row *row, int32_t i) {
    const char *name = row->rows->options.map;
    return fovea__colormap_find(name ? name : has_sign(row, i) ? "RdBu" : "viridis");
}

static fovea_status add_overlay(const heat_row *row, int32_t i, double most, bool beside,
                                fovea_error *error) {
    const fovea__heat_rows *rows = row->rows;
    const fovea_heat *heat = &rows->heats[i];
    fovea__heat_overlay overlay;
    fovea__heat_text heading;
    double low, high;
    fovea__heat_column(heat, heading);
    find_range(row, i, most, &low, &high);
    FOVEA__TRY(fovea__heat_overlay_make(rows->context, &rows->picture, &rows->maps[i],
                                        colours_of(row, i), low, high, OVERLAY_SIDE, &overlay,
                                        error));
    bool cut = !heat->minus && heat->attribution->state == FOVEA_MAP_CUT;
    fovea__panel panel = {.kind = FOVEA__PANEL_COLOUR,
                          .data = overlay.rgb,
                          .height = overlay.height,
                          .width = overlay.width,
                          .title = beside ? "on the picture" : heading,
                          .untold = true,
                          .instead = cut ? fovea__heat_cause(heat) : NULL};
    fovea_status status = fovea__panels_add(rows->panels, &panel, error);
    fovea__free(rows->context, overlay.rgb);
    return status;
}

static fovea_status add_maps(const heat_row *row, fovea_error *error) {
    bool overlay = row->rows->options.overlay;
    bool beside = row->end - row->first <= SIDE_BY_SIDE;
    double most;
    for (int32_t i = row->first; i < row->end; i++) {
        FOVEA__TRY(find_most(row, i, &most, error));
        FOVEA__TRY(add_raw(row, i, most, error));
        if (overlay && beside) FOVEA__TRY(add_overlay(row, i, most, true, error));
    }
    if (!overlay || beside) return FOVEA_OK;
    FOVEA__TRY(fovea__panels_row(row->rows->panels, "", "on the picture", error));
    for (int32_t i = row->first; i < row->end; i++) {
        FOVEA__TRY(find_most(row, i, &most, error));
        FOVEA__TRY(add_overlay(row, i, most, false, error));
    }
    return FOVEA_OK;
}

// A row with the channels of one map of pixels.
static fovea_status add_channels(const fovea__heat_rows *rows, int32_t i, fovea_error *error) {
    const fovea_heat *heat = &rows->heats[i];
    fovea_view map = fovea_tensor_view(heat->attribution->map);
    if (heat->minus || map.shape.rank != 3) return FOVEA_OK;
    fovea__heat_text heading;
    fovea__heat_column(heat, heading);
    FOVEA__TRY(fovea__panels_row(rows->panels, heat->attribution->method->title,
                                 "each channel of\nwhat the net gets", error));
    int64_t size = map.shape.dim[1] * map.shape.dim[2], count = map.shape.dim[0] * size;
    float *data = fovea__new(rows->context, (size_t)count, sizeof *data, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea__convert(map.type, map.data, FOVEA_F32, data, count, error);
    for (int64_t c = 0; c < map.shape.dim[0] && status == FOVEA_OK; c++) {
        char title[320];
        snprintf(title, sizeof title, "%.250s, channel %lld", heading, (long long)c + 1);
        fovea__panel panel = {.kind = FOVEA__PANEL_SIGNED,
                              .data = data + c * size,
                              .height = map.shape.dim[1],
                              .width = map.shape.dim[2],
                              .title = title};
        status = fovea__panels_add(rows->panels, &panel, error);
    }
    fovea__free(rows->context, data);
    return status;
}

fovea_status fovea__heat_add_row(const fovea__heat_rows *rows, int32_t first, int32_t end,
                                 fovea_error *error) {
    heat_row row = {rows, first, end};
    fovea__heat_text note;
    const char *label;
    fovea__heat_row_label(&rows->heats[first], end - first, &label, note);
    FOVEA__TRY(fovea__panels_row(rows->panels, label, note, error));
    FOVEA__TRY(add_maps(&row, error));
    for (int32_t i = first; i < end && rows->options.channels; i++)
        FOVEA__TRY(add_channels(rows, i, error));
    return FOVEA_OK;
}
