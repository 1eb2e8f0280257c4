// SPDX-License-Identifier: MIT
#include "figures/receptive_table.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "figures/layer_words.h"
#include "graph/receptive.h"

enum { COLUMNS = 5 };

typedef struct table {
    fovea_context *context;
    const fovea_graph *graph;
    fovea__receptive *field;  // [values]
    bool *leads;              // [nodes]: on a way to the layer
    char **cell;              // [rows][COLUMNS]
    int64_t rows;
    bool row;  // the input is a row: one dimension
    fovea_error *error;
} table;

static void mark_ways(table *t, int32_t node) {
    t->leads[node] = true;
    for (int32_t n = node; n >= 0; n--) {
        if (!t->leads[n]) continue;
        const fovea__node *at = &t->graph->node[n];
        for (int32_t i = 0; i < at->in_count; i++)
            if (at->in[i] >= 0 && t->graph->value[at->in[i]].node >= 0)
                t->leads[t->graph->value[at->in[i]].node] = true;
    }
}

static bool same_field(const fovea__receptive *a, const fovea__receptive *b) {
    return memcmp(a->size, b->size, sizeof a->size) == 0 &&
           memcmp(a->stride, b->stride, sizeof a->stride) == 0 &&
           memcmp(a->offset, b->offset, sizeof a->offset) == 0;
}

static bool has_row(const table *t, int32_t n) {
    const fovea__node *node = &t->graph->node[n];
    const fovea__attribute *kernel = fovea__node_attribute(node, "kernel_shape");
    if (!t->leads[n]) return false;
    return (kernel && kernel->count) ||
           !same_field(&t->field[node->in[0]], &t->field[node->out[0]]);
}

static void add_pair(const table *t, fovea__text *text, const int64_t *value) {
    fovea__text_format(text, "%lld", (long long)value[0]);
    if (!t->row && value[0] != value[1]) fovea__text_format(text, "×%lld", (long long)value[1]);
}

// A window that is the same along both dimensions, so that one line of arithmetic stands for both.
static bool is_square(const table *t, const fovea__node *node) {
    static const char *const names[] = {"kernel_shape", "strides", "dilations", "pads"};
    const fovea__receptive *before = &t->field[node->in[0]], *after = &t->field[node->out[0]];
    if (t->row) return true;
    for (size_t k = 0; k < 4; k++)
        if (fovea__node_integer(node, names[k], 0, 1) != fovea__node_integer(node, names[k], 1, 1))
            return false;
    return before->size[0] == before->size[1] && after->size[0] == after->size[1] &&
           before->stride[0] == before->stride[1] && before->offset[0] == before->offset[1] &&
           fovea__node_attribute(node, "kernel_shape")->count == 2;
}

static void add_steps(const table *t, const fovea__node *node, int column, fovea__text *text) {
    const fovea__receptive *before = &t->field[node->in[0]];
    long long k = fovea__node_integer(node, "kernel_shape", 0, 1);
    long long d = fovea__node_integer(node, "dilations", 0, 1);
    long long jump = before->stride[0];
    if (column == 2 && d != 1)
        fovea__text_format(text, "%lld + %lld·(%lld−1)·%lld = ", (long long)before->size[0], d, k,
                           jump);
    else if (column == 2)
        fovea__text_format(text, "%lld + (%lld−1)·%lld = ", (long long)before->size[0], k, jump);
    else if (column == 3)
        fovea__text_format(text, "%lld·%lld = ", jump,
                           (long long)fovea__node_integer(node, "strides", 0, 1));
    else
        fovea__text_format(text, "%lld + %lld·%lld = ", (long long)before->offset[0],
                           (long long)fovea__node_integer(node, "pads", 0, 0), jump);
}

static fovea_status set_cell(table *t, int column, const char *string, fovea__text *text) {
    char **cell = &t->cell[t->rows * COLUMNS + column];
    if (text) return fovea__text_take(text, cell, NULL, t->error);
    *cell = fovea__copy_text(t->context, string, t->error);
    return *cell ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status add_row(table *t, int32_t n) {
    const fovea__node *node = &t->graph->node[n];
    const fovea__receptive *after = &t->field[node->out[0]];
    const int64_t *values[] = {after->size, after->stride, after->offset};
    const fovea__attribute *kernel = fovea__node_attribute(node, "kernel_shape");
    fovea__text words = fovea__text_begin(t->context);
    fovea__layer_words(t->graph, n, ", ", &words);
    FOVEA__TRY(set_cell(t, 1, NULL, &words));
    FOVEA__TRY(set_cell(t, 0, node->name, NULL));
    for (int column = 2; column < COLUMNS; column++) {
        fovea__text text = fovea__text_begin(t->context);
        if (kernel && kernel->count && is_square(t, node)) add_steps(t, node, column, &text);
        add_pair(t, &text, values[column - 2]);
        FOVEA__TRY(set_cell(t, column, NULL, &text));
    }
    t->rows++;
    return FOVEA_OK;
}

static fovea_status fill(table *t, int32_t last) {
    static const char *const head[][COLUMNS] = {
        {"layer", "operator", "size r", "stride S", "offset P"}, {"input", "", "1", "1", "0"}};
    fovea__receptive_fields(t->graph, t->field);
    mark_ways(t, last);
    for (size_t row = 0; row < 2; row++) {
        for (int column = 0; column < COLUMNS; column++)
            FOVEA__TRY(set_cell(t, column, head[row][column], NULL));
        t->rows++;
    }
    for (int32_t n = 0; n <= last; n++)
        if (has_row(t, n)) FOVEA__TRY(add_row(t, n));
    return FOVEA_OK;
}

fovea_status fovea__add_receptive_table(fovea_figure *figure, const fovea_graph *graph,
                                        int32_t node, fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    size_t most = ((size_t)node + 3) * COLUMNS;
    table t = {.context = context, .graph = graph, .error = error};
    t.row = graph->value[graph->input[0]].signature.shape.rank == 3;
    t.field = fovea__new(context, graph->value_count, sizeof *t.field, error);
    t.leads = fovea__new(context, graph->node_count, sizeof *t.leads, error);
    t.cell = fovea__new(context, most, sizeof *t.cell, error);
    fovea_status status = t.field && t.leads && t.cell ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) status = fill(&t, node);
    if (status == FOVEA_OK)
        status = fovea__figure_add_table(figure, (const char *const *)t.cell, t.rows, COLUMNS,
                                         "llrrr", true, error);
    for (size_t i = 0; t.cell && i < most; i++) fovea__free(context, t.cell[i]);
    fovea__free(context, t.cell);
    fovea__free(context, t.leads);
    fovea__free(context, t.field);
    return status;
}
