// SPDX-License-Identifier: MIT
#include "draw/equation.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/equation_struct.h"

static void release_term(fovea_context *context, fovea__kept_term *kept) {
    fovea__term *term = &kept->term;
    for (int64_t i = 0; kept->cells && i < term->rows * term->columns; i++)
        fovea__free(context, kept->cells[i]);
    fovea__free(context, kept->cells);
    fovea__free(context, (char *)term->title);
    fovea__free(context, (char *)term->caption);
    fovea__free(context, (char *)term->said);
    fovea__free(context, (uint8_t *)term->rgb);
    fovea__free(context, (float *)term->values);
}

static void equation_release(fovea_context *context, void *data) {
    fovea__equation *equation = data;
    for (size_t i = 0; equation->terms && i < equation->count; i++)
        release_term(context, &equation->terms[i]);
    fovea__free(context, equation->terms);
    fovea__free(context, equation);
}

static void equation_describe(const void *data, fovea__text *text) {
    const fovea__equation *equation = data;
    for (size_t i = 0; i < equation->count; i++)
        if (equation->terms[i].term.said) {
            fovea__text_add(text, equation->terms[i].term.said);
            fovea__text_add(text, "\n");
        }
}

static const fovea__block_kind equation_kind = {fovea__equation_layout, equation_describe,
                                                equation_release};

// A copy of `size` bytes; of nothing it is nothing.
static bool copy(fovea_context *context, const void *from, size_t size, void *to,
                 fovea_error *error) {
    void *made = from ? fovea__new(context, size, 1, error) : NULL;
    if (made) memcpy(made, from, size);
    memcpy(to, &made, sizeof made);
    return !from || made;
}

static bool copy_string(fovea_context *context, const char *from, const char **to,
                        fovea_error *error) {
    return copy(context, from, from ? strlen(from) + 1 : 0, to, error);
}

static bool copy_cells(fovea_context *context, const fovea__term *term, fovea__kept_term *kept,
                       fovea_error *error) {
    size_t count = (size_t)(term->rows * term->columns);
    if (!term->cells) return true;
    kept->cells = fovea__new(context, count, sizeof *kept->cells, error);
    if (!kept->cells) return false;
    for (size_t i = 0; i < count; i++) {
        kept->cells[i] = fovea__copy_text(context, term->cells[i], error);
        if (!kept->cells[i]) return false;
    }
    return true;
}

static fovea_status keep_term(fovea_context *context, const fovea__term *term,
                              fovea__kept_term *kept, fovea_error *error) {
    size_t count = (size_t)(term->rows * term->columns);
    kept->term = (fovea__term){.kind = term->kind,
                               .rows = term->rows,
                               .columns = term->columns,
                               .low = term->low,
                               .high = term->high,
                               .new_line = term->new_line};
    if (term->map) kept->map = fovea__colormap_find(term->map);
    if (term->values && !kept->map)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no colour map '%s'",
                           term->map ? term->map : "");
    bool copied = copy_string(context, term->title, &kept->term.title, error) &&
                  copy_string(context, term->caption, &kept->term.caption, error) &&
                  copy_string(context, term->said, &kept->term.said, error) &&
                  copy(context, term->rgb, 3 * count, &kept->term.rgb, error) &&
                  copy(context, term->values, count * sizeof(float), &kept->term.values, error) &&
                  copy_cells(context, term, kept, error);
    return copied ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea__figure_add_equation(fovea_figure *figure, const fovea__term *terms,
                                        size_t count, fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    fovea__equation *equation = fovea__new(context, 1, sizeof *equation, error);
    if (!equation) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    equation->count = count;
    equation->terms = fovea__new(context, count, sizeof *equation->terms, error);
    if (equation->terms) status = FOVEA_OK;
    for (size_t i = 0; i < count && status == FOVEA_OK; i++)
        status = keep_term(context, &terms[i], &equation->terms[i], error);
    if (status == FOVEA_OK) return fovea__figure_add_block(figure, &equation_kind, equation, error);
    equation_release(context, equation);
    return status;
}
