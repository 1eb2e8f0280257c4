// SPDX-License-Identifier: MIT
// A table of texts.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"

typedef struct text_table {
    char **cells;  // [rows][columns], NULL: empty
    char *align;
    int64_t rows, columns;
    bool header;
} text_table;

static void table_release(fovea_context *context, void *data) {
    text_table *table = data;
    if (!table) return;
    for (int64_t i = 0; table->cells && i < table->rows * table->columns; i++)
        fovea__free(context, table->cells[i]);
    fovea__free(context, table->cells);
    fovea__free(context, table->align);
    fovea__free(context, table);
}

static fovea__text_style cell_style(const text_table *table, int64_t row, int64_t column) {
    bool head = table->header && row == 0;
    char align = table->align[column];
    return (fovea__text_style){.face = head ? FOVEA__FACE_BOLD : FOVEA__FACE_REGULAR,
                               .size = 12,
                               .colour = fovea__theme_colour(FOVEA__ROLE_INK),
                               .anchor = align == 'r'   ? FOVEA__ANCHOR_END
                                         : align == 'c' ? FOVEA__ANCHOR_MIDDLE
                                                        : FOVEA__ANCHOR_START};
}

static double column_width(const text_table *table, fovea__display *display, int64_t column) {
    double widest = 0;
    for (int64_t row = 0; row < table->rows; row++) {
        const char *text = table->cells[row * table->columns + column];
        fovea__text_style style = cell_style(table, row, column);
        if (text) widest = fmax(widest, fovea__text_width(display, &style, text));
    }
    return fovea__snap_x(display, widest);
}

static double table_layout(const void *data, fovea__display *display, double x, double y,
                           double width) {
    const text_table *table = data;
    bool terminal = display->terminal;
    double line = terminal ? FOVEA__CELL_HEIGHT : 22, gap = terminal ? 16 : 24, left = x;
    double top = y, lead = terminal ? 0 : (line - fovea__line_height(display, 12)) / 2;
    (void)width;
    double head = table->header ? (terminal ? FOVEA__CELL_HEIGHT : 4) : 0;
    for (int64_t column = 0; column < table->columns; column++) {
        double wide = column_width(table, display, column);
        for (int64_t row = 0; row < table->rows; row++) {
            const char *text = table->cells[row * table->columns + column];
            fovea__text_style style = cell_style(table, row, column);
            if (text)
                fovea__put_text(display, &style, left + wide * style.anchor / 2.0,
                                y + (double)row * line + (row ? head : 0) + lead, text);
        }
        left += wide + gap;
    }
    double right = left - gap;
    if (table->header)
        fovea__put_line(display, x, y + line + (terminal ? 8 : 1.5), right,
                        y + line + (terminal ? 8 : 1.5), fovea__theme_colour(FOVEA__ROLE_FRAME), 1);
    for (int64_t row = table->header ? 2 : 1; row < table->rows && !terminal; row++)
        fovea__put_line(display, x, y + (double)row * line + head + 0.5, right,
                        y + (double)row * line + head + 0.5, fovea__theme_colour(FOVEA__ROLE_GRID),
                        1);
    return y + (double)table->rows * line + head - top;
}

static void table_describe(const void *data, fovea__text *text) {
    const text_table *table = data;
    for (int64_t i = 0; i < table->rows * table->columns; i++) {
        fovea__text_add(text, table->cells[i] ? table->cells[i] : "");
        fovea__text_add(text, (i + 1) % table->columns ? "  " : "\n");
    }
}

static const fovea__block_kind table_kind = {table_layout, table_describe, table_release};

fovea_status fovea__figure_add_table(fovea_figure *figure, const char *const *cells, int64_t rows,
                                     int64_t columns, const char *align, bool header,
                                     fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    if (rows < 1 || columns < 1 || rows > 1000000 || strlen(align) != (size_t)columns)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a table of %lld rows and %lld columns with alignment '%s'",
                           (long long)rows, (long long)columns, align);
    text_table *table = fovea__new(context, 1, sizeof *table, error);
    if (!table) return FOVEA_OUT_OF_MEMORY;
    table->rows = rows;
    table->columns = columns;
    table->header = header;
    table->align = fovea__copy_text(context, align, error);
    table->cells = fovea__new(context, (size_t)(rows * columns), sizeof *table->cells, error);
    bool kept = table->align && table->cells;
    for (int64_t i = 0; kept && i < rows * columns; i++)
        if (cells[i]) kept = (table->cells[i] = fovea__copy_text(context, cells[i], error)) != NULL;
    if (!kept) {
        table_release(context, table);
        return FOVEA_OUT_OF_MEMORY;
    }
    return fovea__figure_add_block(figure, &table_kind, table, error);
}
