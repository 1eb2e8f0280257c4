// SPDX-License-Identifier: MIT
// Grids of cells as they are kept; drawn by cell_grid_layout.c.
#include "draw/cell_grid.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/cell_grid_struct.h"

int fovea__cell_decimals(const double *values, int64_t count) {
    double largest = 0;
    bool whole = true;
    for (int64_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) continue;
        largest = fmax(largest, fabs(values[i]));
        whole = whole && values[i] == nearbyint(values[i]);
    }
    if (whole) return 0;
    return largest < 0.1 ? 3 : largest < 100 ? 2 : largest < 1000 ? 1 : 0;
}

void fovea__cell_text(const fovea__cell_grid *grid, const fovea__cell *cell, bool terminal,
                      fovea__number text) {
    fovea__number plain;
    if (cell->text) {
        size_t length = strlen(cell->text);
        if (length >= sizeof plain) length = sizeof plain - 1;
        memcpy(plain, cell->text, length);
        plain[length] = 0;
    } else if (cell->kind == FOVEA__CELL_OPEN) {
        memcpy(plain, terminal ? "·" : "", terminal ? 3 : 1);
    } else if (isinf(cell->value) && !terminal) {
        strcpy(plain, cell->value < 0 ? "−∞" : "∞");
    } else {
        fovea__number_fixed(cell->value, cell->value == 0 ? 0 : grid->decimals, plain);
        fovea__number_minus(plain);
    }
    // A terminal cannot hatch: parentheses say that the cell is not in the array.
    bool closed = terminal && cell->kind == FOVEA__CELL_GHOST && strlen(plain) + 3 < sizeof plain;
    text[0] = 0;
    if (closed) strcat(text, "(");
    strcat(text, plain);
    if (closed) strcat(text, ")");
}

static void grid_release(fovea_context *context, fovea__kept_grid *kept) {
    for (int64_t i = 0; kept->texts && i < kept->grid.rows * kept->grid.columns; i++)
        fovea__free(context, kept->texts[i]);
    fovea__free(context, kept->texts);
    fovea__free(context, kept->cells);
    fovea__free(context, kept->rgb);
    fovea__free(context, kept->marks);
    fovea__free(context, kept->title);
    fovea__free(context, kept->caption);
    fovea__free(context, kept->sign_label);
}

static void row_release(fovea_context *context, void *data) {
    fovea__kept_row *row = data;
    if (!row) return;
    for (size_t i = 0; row->grids && i < row->count; i++) grid_release(context, &row->grids[i]);
    fovea__free(context, row->grids);
    fovea__free(context, row->label);
    fovea__free(context, row->text);
    fovea__free(context, row->room);
    fovea__free(context, row);
}

static fovea_status keep_bytes(fovea_context *context, const void *bytes, size_t count, size_t size,
                               void *result, fovea_error *error) {
    void *copy = fovea__new(context, count, size, error);
    if (!copy) return FOVEA_OUT_OF_MEMORY;
    if (count) memcpy(copy, bytes, count * size);
    memcpy(result, &copy, sizeof copy);
    return FOVEA_OK;
}

static fovea_status keep_text(fovea_context *context, const char *text, char **result,
                              fovea_error *error) {
    if (!text) return FOVEA_OK;
    *result = fovea__copy_text(context, text, error);
    return *result ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status keep_cells(fovea_context *context, const fovea__cell_grid *grid,
                               fovea__kept_grid *kept, fovea_error *error) {
    size_t count = (size_t)(grid->rows * grid->columns);
    FOVEA__TRY(keep_bytes(context, grid->cells, count, sizeof *grid->cells, &kept->cells, error));
    kept->texts = fovea__new(context, count, sizeof *kept->texts, error);
    if (!kept->texts) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        FOVEA__TRY(keep_text(context, grid->cells[i].text, &kept->texts[i], error));
        kept->cells[i].text = kept->texts[i];
    }
    kept->grid.cells = kept->cells;
    return FOVEA_OK;
}

static fovea_status keep_grid(fovea_context *context, const fovea__cell_grid *grid,
                              fovea__kept_grid *kept, fovea_error *error) {
    if (grid->rows < 1 || grid->columns < 1 || (!grid->cells) == (!grid->rgb))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a grid of %lld×%lld cells",
                           (long long)grid->rows, (long long)grid->columns);
    if (grid->map && !(kept->map = fovea__colormap_find(grid->map)))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no colour map '%s'", grid->map);
    kept->grid = *grid;
    kept->grid.map = kept->map ? kept->map->name : NULL;
    if (grid->cells) FOVEA__TRY(keep_cells(context, grid, kept, error));
    if (grid->rgb) {
        size_t pixels = (size_t)(grid->rows * grid->columns);
        FOVEA__TRY(keep_bytes(context, grid->rgb, pixels, 3, &kept->rgb, error));
        kept->grid.rgb = kept->rgb;
    }
    FOVEA__TRY(keep_bytes(context, grid->marks, grid->mark_count, sizeof *grid->marks, &kept->marks,
                          error));
    FOVEA__TRY(keep_text(context, grid->title, &kept->title, error));
    FOVEA__TRY(keep_text(context, grid->caption, &kept->caption, error));
    FOVEA__TRY(keep_text(context, grid->sign_label, &kept->sign_label, error));
    kept->grid.marks = kept->marks;
    kept->grid.title = kept->title;
    kept->grid.caption = kept->caption;
    kept->grid.sign_label = kept->sign_label;
    return FOVEA_OK;
}

// A line of text; blanks that do not break lines in figures are plain ones here.
static void add_plain(fovea__text *text, const char *string) {
    for (const char *hard; (hard = strstr(string, "\xc2\xa0")); string = hard + 2) {
        fovea__text_add_n(text, string, (size_t)(hard - string));
        fovea__text_add(text, " ");
    }
    fovea__text_add(text, string);
    fovea__text_add(text, "\n");
}

static void describe_grid(const fovea__cell_grid *grid, fovea__text *text) {
    if (grid->title) fovea__text_format(text, "%s\n", grid->title);
    for (int64_t i = 0; grid->cells && i < grid->rows * grid->columns; i++) {
        fovea__number number;
        fovea__cell_text(grid, &grid->cells[i], true, number);
        fovea__text_format(text, "%s%s%s", i % grid->columns ? " " : "  ", number,
                           (i + 1) % grid->columns ? "" : "\n");
    }
    if (grid->caption) add_plain(text, grid->caption);
}

static void row_describe(const void *data, fovea__text *text) {
    const fovea__kept_row *row = data;
    if (row->label) fovea__text_format(text, "%s\n", row->label);
    for (size_t i = 0; i < row->count; i++) describe_grid(&row->grids[i].grid, text);
    if (row->text) add_plain(text, row->text);
}

static const fovea__block_kind row_kind = {fovea__cell_row_layout, row_describe, row_release};

fovea_status fovea__figure_add_cell_grids(fovea_figure *figure, const fovea__cell_row *row,
                                          fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    fovea__kept_row *kept = fovea__new(context, 1, sizeof *kept, error);
    if (!kept) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = keep_text(context, row->label, &kept->label, error);
    if (!status) status = keep_text(context, row->text, &kept->text, error);
    if (!status) status = keep_text(context, row->room, &kept->room, error);
    if (!status) {
        kept->grids = fovea__new(context, row->count, sizeof *kept->grids, error);
        if (!kept->grids) status = FOVEA_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < row->count && !status; i++) {
        kept->count = i + 1;
        status = keep_grid(context, &row->grids[i], &kept->grids[i], error);
    }
    if (status) {
        row_release(context, kept);
        return status;
    }
    return fovea__figure_add_block(figure, &row_kind, kept, error);
}
