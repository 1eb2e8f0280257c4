// SPDX-License-Identifier: MIT
#include "figures/choose_layers.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "fovea/figures.h"
#include "graph/graph.h"

static bool is_op(const fovea_graph *graph, int32_t node, const char *op) {
    return strcmp(fovea_graph_node(graph, node).op, op) == 0;
}

bool fovea__layer_is_conv(const fovea_graph *graph, int32_t node) {
    return is_op(graph, node, "Conv");
}
bool fovea__layer_is_linear(const fovea_graph *graph, int32_t node) {
    return is_op(graph, node, "Gemm");
}
bool fovea__layer_has_weights(const fovea_graph *graph, int32_t node) {
    if (!fovea__layer_is_conv(graph, node) && !fovea__layer_is_linear(graph, node)) return false;
    return fovea__graph_parameter(graph, fovea_graph_node(graph, node).inputs[1]).data != NULL;
}
bool fovea__layer_is_any(const fovea_graph *graph, int32_t node) {
    return node >= 0 && node < fovea_graph_node_count(graph);
}

// Whether `name` is what the pattern of letters, '*' and '?' describes.
static bool matches(const char *pattern, const char *name) {
    const char *retry = NULL, *kept = name;
    while (*name) {
        if (*pattern == '*') {
            retry = ++pattern;
            kept = name;
        } else if (*pattern == '?' || (*pattern && *pattern == *name)) {
            pattern++;
            name++;
        } else if (retry) {
            pattern = retry;
            name = ++kept;
        } else {
            return false;
        }
    }
    while (*pattern == '*') pattern++;
    return !*pattern;
}

// Whether the node or something that comes out of it is called so.
static bool is_called(const fovea_graph *graph, int32_t node, const char *pattern) {
    fovea_node_info info = fovea_graph_node(graph, node);
    if (matches(pattern, info.name)) return true;
    for (int32_t i = 0; i < info.output_count; i++)
        if (matches(pattern, fovea_graph_value(graph, info.outputs[i]).name)) return true;
    return false;
}

// The node called so, or that makes what is called so; -1: none.
static int32_t find_exact(const fovea_graph *graph, const char *name) {
    int32_t node = fovea_graph_find_node(graph, name);
    fovea_value value = node < 0 ? fovea_graph_find_value(graph, name) : FOVEA_NO_VALUE;
    return value >= 0 ? fovea_graph_value(graph, value).node : node;
}

typedef struct choice {
    fovea_context *context;
    const fovea_graph *graph;
    fovea__layer_filter *filter;
    const char *what;
    fovea__chosen_layers *layers;
} choice;

static void add_names(const choice *c, fovea__text *text) {
    enum { LISTED = 24 };
    int listed = 0, more = 0;
    for (int32_t i = 0; i < fovea_graph_node_count(c->graph); i++) {
        if (!c->filter(c->graph, i)) continue;
        if (listed == LISTED) {
            more++;
            continue;
        }
        fovea__text_add(text, listed++ ? ", " : "");
        fovea__text_add(text, fovea_graph_node(c->graph, i).name);
    }
    if (more) fovea__text_format(text, " and %d more", more);
    if (!listed) fovea__text_add(text, "none");
}

static const char *nearest_name(const choice *c, const char *word) {
    int32_t count = fovea_graph_node_count(c->graph), kept = 0;
    const char **names = fovea__new(c->context, (size_t)count, sizeof *names, NULL);
    if (!names) return NULL;
    for (int32_t i = 0; i < count; i++)
        if (c->filter(c->graph, i)) names[kept++] = fovea_graph_node(c->graph, i).name;
    const char *near = fovea__nearest(word, names, (size_t)kept);
    fovea__free(c->context, names);
    return near;
}

static fovea_status unknown_layer(const choice *c, const char *word, fovea_error *error) {
    fovea__text text = fovea__text_begin(c->context);
    char *message;
    int32_t node = find_exact(c->graph, word);
    const char *near = node < 0 ? nearest_name(c, word) : NULL;
    if (node >= 0)
        fovea__text_format(&text, "layer %s (%s) is no %s", word,
                           fovea_graph_node(c->graph, node).text, c->what);
    else
        fovea__text_format(&text, "there is no %s called %.100s", c->what, word);
    if (near) fovea__text_format(&text, "; did you mean %s?", near);
    fovea__text_add(&text, near ? " There are: " : "; there are: ");
    add_names(c, &text);
    FOVEA__TRY(fovea__text_take(&text, &message, NULL, error));
    fovea_status status = fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s", message);
    fovea__free(c->context, message);
    return status;
}

// The N-th convolution, from 1.
static fovea_status choose_number(const choice *c, int64_t number, fovea_error *error) {
    int64_t convolutions = 0;
    for (int32_t i = 0; i < fovea_graph_node_count(c->graph); i++) {
        if (!fovea__layer_is_conv(c->graph, i) || ++convolutions != number) continue;
        c->layers->chosen[i] = true;
        return FOVEA_OK;
    }
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "there is no convolution number %lld; the net has %lld, counted from 1",
                       (long long)number, (long long)convolutions);
}

static fovea_status choose_word(const choice *c, const char *word, fovea_error *error) {
    int64_t number;
    bool all = strcmp(word, "all") == 0, found = false;
    int32_t exact = find_exact(c->graph, word);
    if (exact >= 0 && c->filter(c->graph, exact)) {
        c->layers->chosen[exact] = true;
        return FOVEA_OK;
    }
    if (fovea__parse_i64(word, &number)) {
        c->layers->named = false;
        return choose_number(c, number, error);
    }
    if (all) c->layers->named = false;
    for (int32_t i = 0; i < fovea_graph_node_count(c->graph); i++) {
        if (!c->filter(c->graph, i)) continue;
        if (!all && !is_called(c->graph, i, word)) continue;
        c->layers->chosen[i] = found = true;
    }
    return found ? FOVEA_OK : unknown_layer(c, word, error);
}

static fovea_status choose_words(const choice *c, char *text, fovea_error *error) {
    for (char *word = text, *next; word; word = next) {
        next = strchr(word, ',');
        if (next) *next++ = 0;
        word += strspn(word, " ");
        for (size_t end = strlen(word); end && word[end - 1] == ' '; end--) word[end - 1] = 0;
        FOVEA__TRY(choose_word(c, word, error));
    }
    return FOVEA_OK;
}

fovea_status fovea__choose_layers(fovea_context *context, const fovea_graph *graph,
                                  const char *text, fovea__layer_filter *filter, const char *what,
                                  fovea__chosen_layers *layers, fovea_error *error) {
    choice c = {context, graph, filter, what, layers};
    int32_t nodes = fovea_graph_node_count(graph);
    *layers = (fovea__chosen_layers){.named = text != NULL};
    layers->chosen = fovea__new(context, (size_t)nodes, sizeof *layers->chosen, error);
    char *words = fovea__copy_text(context, text ? text : "", error);
    fovea_status status = layers->chosen && words ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    // A layer's own name comes first, whatever signs it holds.
    int32_t exact = text ? find_exact(graph, text) : -1;
    if (status == FOVEA_OK && exact >= 0 && filter(graph, exact))
        layers->chosen[exact] = true;
    else if (status == FOVEA_OK && text)
        status = choose_words(&c, words, error);
    fovea__free(context, words);
    for (int32_t i = 0; status == FOVEA_OK && i < nodes; i++) layers->count += layers->chosen[i];
    if (status != FOVEA_OK) {
        fovea__free(context, layers->chosen);
        layers->chosen = NULL;
    }
    return status;
}

fovea_status fovea_layers_choose(fovea_context *context, const fovea_graph *graph, const char *text,
                                 int32_t **nodes, int32_t *count, fovea_error *error) {
    fovea__chosen_layers layers;
    *nodes = NULL;
    *count = 0;
    FOVEA__TRY(
        fovea__choose_layers(context, graph, text, fovea__layer_is_any, "layer", &layers, error));
    *nodes = fovea__new(context, (size_t)layers.count, sizeof **nodes, error);
    for (int32_t i = 0; *nodes && i < fovea_graph_node_count(graph); i++)
        if (layers.chosen[i]) (*nodes)[(*count)++] = i;
    fovea__free(context, layers.chosen);
    return *nodes ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

void fovea_layers_free(fovea_context *context, int32_t *nodes) {
    fovea__free(context, nodes);
}
