// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "draw/matrix_struct.h"
#include "draw/number.h"

void fovea__matrix_percent(int64_t part, int64_t whole, int decimals, char text[64]) {
    fovea__number number;
    fovea__number_fixed(whole ? 100.0 * (double)part / (double)whole : 0, decimals, number);
    snprintf(text, 64, whole ? "%s %%" : "–", number);
}

static void matrix_release(fovea_context *context, void *data) {
    fovea__kept_matrix *m = data;
    if (!m) return;
    for (int64_t i = 0; m->names && i < m->classes; i++) fovea__free(context, m->names[i]);
    for (int64_t i = 0; m->links && i < m->classes * m->classes; i++)
        fovea__free(context, m->links[i]);
    fovea__free(context, m->links);
    fovea__free(context, m->names);
    fovea__free(context, m->counts);
    fovea__free(context, m->row_sum);
    fovea__free(context, m->column_sum);
    fovea__free(context, m->row_title);
    fovea__free(context, m->column_title);
    fovea__free(context, m);
}

static void matrix_describe(const void *data, fovea__text *text) {
    const fovea__kept_matrix *m = data;
    char share[64];
    fovea__matrix_percent(m->correct, m->total, 1, share);
    fovea__text_format(text, "rows: %s, columns: %s\n", m->row_title, m->column_title);
    for (int64_t row = 0; row < m->classes; row++) {
        for (int64_t column = 0; column < m->classes; column++)
            fovea__text_format(text, "%6lld", (long long)fovea__matrix_count(m, row, column));
        char recall[64];
        fovea__matrix_percent(fovea__matrix_count(m, row, row), m->row_sum[row], 1, recall);
        fovea__text_format(text, "  %s  recall %s\n", m->names[row], recall);
    }
    fovea__text_format(text, "accuracy %s of %lld\n", share, (long long)m->total);
}

static const fovea__block_kind matrix_kind = {fovea__matrix_layout, matrix_describe,
                                              matrix_release};

static fovea_status keep_names(fovea_context *context, fovea__kept_matrix *m,
                               const fovea__matrix *source, fovea_error *error) {
    m->names = fovea__new(context, (size_t)m->classes, sizeof *m->names, error);
    if (!m->names) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < m->classes; i++) {
        char index[32];
        snprintf(index, sizeof index, "%lld", (long long)i);
        const char *name = source->names && source->names[i] ? source->names[i] : index;
        m->names[i] = fovea__copy_text(context, name, error);
        if (!m->names[i]) return FOVEA_OUT_OF_MEMORY;
    }
    m->row_title =
        fovea__copy_text(context, source->row_title ? source->row_title : "true class", error);
    m->column_title = fovea__copy_text(
        context, source->column_title ? source->column_title : "predicted class", error);
    return m->row_title && m->column_title ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status keep_counts(fovea_context *context, fovea__kept_matrix *m,
                                const fovea__matrix *source, fovea_error *error) {
    size_t n = (size_t)m->classes;
    m->counts = fovea__new(context, n * n, sizeof *m->counts, error);
    m->row_sum = fovea__new(context, n, sizeof *m->row_sum, error);
    m->column_sum = fovea__new(context, n, sizeof *m->column_sum, error);
    if (!m->counts || !m->row_sum || !m->column_sum) return FOVEA_OUT_OF_MEMORY;
    memcpy(m->counts, source->counts, n * n * sizeof *m->counts);
    for (int64_t row = 0; row < m->classes; row++)
        for (int64_t column = 0; column < m->classes; column++) {
            int64_t count = fovea__matrix_count(m, row, column);
            if (count < 0 || !fovea__add_i64(m->total, count, &m->total))
                return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                                   "count %lld at row %lld, column %lld of a confusion matrix",
                                   (long long)count, (long long)row, (long long)column);
            m->row_sum[row] += count;
            m->column_sum[column] += count;
            if (row == column) m->correct += count;
        }
    return FOVEA_OK;
}

static fovea_status keep_links(fovea_context *context, fovea__kept_matrix *m,
                               const fovea__matrix *source, fovea_error *error) {
    size_t cells = (size_t)(m->classes * m->classes);
    if (!source->links) return FOVEA_OK;
    m->links = fovea__new(context, cells, sizeof *m->links, error);
    if (!m->links) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < cells; i++) {
        if (!source->links[i]) continue;
        m->links[i] = fovea__copy_text(context, source->links[i], error);
        if (!m->links[i]) return FOVEA_OUT_OF_MEMORY;
    }
    return FOVEA_OK;
}

fovea_status fovea__figure_add_matrix(fovea_figure *figure, const fovea__matrix *source,
                                      fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    if (source->classes < 1 || source->classes > 1000)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a confusion matrix of %lld classes cannot be drawn: 1 to 1000 can",
                           (long long)source->classes);
    fovea__kept_matrix *m = fovea__new(context, 1, sizeof *m, error);
    if (!m) return FOVEA_OUT_OF_MEMORY;
    m->classes = source->classes;
    fovea_status status = keep_names(context, m, source, error);
    if (!status) status = keep_counts(context, m, source, error);
    if (!status) status = keep_links(context, m, source, error);
    if (status) {
        matrix_release(context, m);
        return status;
    }
    return fovea__figure_add_block(figure, &matrix_kind, m, error);
}
