// SPDX-License-Identifier: MIT
// The explanations as text: a paragraph for each node, lines cut at blanks.
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "graph/graph.h"
#include "graph/number_text.h"

enum { WIDTH = 100, SUBJECT = 19 };

static void blanks(fovea__text *text, int count) {
    for (int i = 0; i < count; i++) fovea__text_add(text, " ");
}

// `words` from column `column` on; what does not fit goes on below its beginning.
static void add_wrapped(fovea__text *text, const char *words, int column) {
    int begin = column;
    for (const char *word = words; *word;) {
        size_t length = strcspn(word, " ");
        char copy[320];
        size_t kept = length < sizeof copy - 1 ? length : sizeof copy - 1;
        memcpy(copy, word, kept);
        copy[kept] = 0;
        int wide = fovea__text_columns(copy);
        if (word > words && column + 1 + wide > WIDTH) {
            fovea__text_add(text, "\n");
            blanks(text, begin);
            column = begin;
        } else if (word > words) {
            fovea__text_add(text, " ");
            column++;
        }
        fovea__text_add_n(text, word, length);
        column += wide;
        word += length + (word[length] == ' ');
    }
    fovea__text_add(text, "\n");
}

static void add_shape(fovea__text *text, const fovea_graph *graph, fovea_value value) {
    fovea_shape shape = fovea_graph_value(graph, value).shape;
    char sizes[160];
    if (shape.rank > 1 && shape.dim[0] == FOVEA_DYNAMIC)
        shape = fovea_shape_make(shape.rank - 1, shape.dim + 1);
    fovea_shape_format(&shape, sizes, sizeof sizes);
    fovea__text_add(text, sizes);
}

// "conv1 (Conv2d)  3×32×32 → 16×32×32"
static void add_heading(fovea__text *text, const fovea_graph *graph, int32_t index) {
    if (index < 0) {
        fovea__text_add(text, "\nthe whole net\n");
        return;
    }
    fovea_node_info node = fovea_graph_node(graph, index);
    fovea__text_format(text, "\n%s (%s)  ", node.name, node.label);
    for (int32_t i = 0, shown = 0; i < node.input_count; i++) {
        if (node.inputs[i] == FOVEA_NO_VALUE) continue;
        fovea_value_kind kind = fovea_graph_value(graph, node.inputs[i]).kind;
        if (kind == FOVEA_VALUE_PARAMETER || kind == FOVEA_VALUE_BUFFER) continue;
        if (shown++) fovea__text_add(text, ", ");
        add_shape(text, graph, node.inputs[i]);
    }
    fovea__text_add(text, " → ");
    add_shape(text, graph, node.outputs[0]);
    fovea__text_add(text, "\n");
}

static void add_item(fovea__text *text, const fovea_explanation *item) {
    blanks(text, 2);
    fovea__text_add(text, item->subject);
    int used = 2 + fovea__text_columns(item->subject);
    blanks(text, used < SUBJECT ? SUBJECT - used : 2);
    add_wrapped(text, item->text, used < SUBJECT ? SUBJECT : used + 2);
}

static bool is_among(int32_t node, const int32_t *nodes, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if (nodes[i] == node) return true;
    return nodes == NULL;
}

fovea_status fovea_graph_explain_text(const fovea_graph *graph, int64_t samples, const char *title,
                                      char **result, fovea_error *error) {
    return fovea_graph_explain_nodes_text(graph, samples, title, NULL, 0, result, error);
}

fovea_status fovea_graph_explain_nodes_text(const fovea_graph *graph, int64_t samples,
                                            const char *title, const int32_t *nodes, int32_t count,
                                            char **result, fovea_error *error) {
    fovea_explanations *list;
    *result = NULL;
    FOVEA__TRY(fovea_graph_explain(graph, samples, &list, error));
    fovea__text text = fovea__text_begin(fovea_graph_context(graph));
    bool fields = false;
    if (title && *title) fovea__text_format(&text, "%s\n", title);
    for (int32_t i = 0; i < list->count; i++) {
        const fovea_explanation *item = &list->item[i];
        if (!is_among(item->node, nodes, count)) continue;
        if (i == 0 || item->node != item[-1].node) add_heading(&text, graph, item->node);
        add_item(&text, item);
        fields |= strcmp(item->subject, "receptive field") == 0;
    }
    if (fields)
        add_wrapped(
            &text,
            "\nA unit sees r elements of the input in each dimension; S of them lie between "
            "the beginnings of two neighbours' fields, and the first field begins P before "
            "the input. A window of size k, stride s, padding p and dilation d turns r into "
            "r + d·(k − 1)·S, S into S·s and P into P + p·S.",
            0);
    fovea_explanations_free(list);
    return fovea__text_take(&text, result, NULL, error);
}
