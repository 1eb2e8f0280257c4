// SPDX-License-Identifier: MIT
// The net as PyTorch prints a module: the names' dots are its nesting.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/torch_module.h"

// Depth of `fovea_graph_torch_text`: a name of 256 bytes has no more parts.
#define MAX_DEPTH (FOVEA__MAX_NAME + 2)

// A module, or a container of those below it; children in the order they were met.
typedef struct entry {
    char *key;                  // "12.conv1": number of the parent and own name
    const char *name;           // the part behind the number
    int32_t node;               // -1: a container only
    int32_t first, last, next;  // children and the next one beside, -1: none
} entry;

typedef struct tree {
    const fovea_graph *graph;
    fovea_context *context;
    entry *entry;
    size_t count, capacity;
    fovea__name_table names;
    fovea__text text;
} tree;

static void tree_free(tree *t) {
    for (size_t i = 0; i < t->count; i++) fovea__free(t->context, t->entry[i].key);
    fovea__free(t->context, t->entry);
    fovea__name_table_free(t->context, &t->names);
    fovea__text_discard(&t->text);
}

// The child of `parent` whose name is the `length` bytes at `name`; made where there is none.
static fovea_status child_of(tree *t, int32_t parent, const char *name, size_t length,
                             int32_t *child, fovea_error *error) {
    char key[FOVEA__MAX_NAME + 16];
    int digits = snprintf(key, sizeof key, "%d.", parent);
    memcpy(key + digits, name, length);
    key[(size_t)digits + length] = 0;
    *child = fovea__name_find(&t->names, key);
    if (*child >= 0) return FOVEA_OK;
    entry *grown = fovea__grow(t->context, t->entry, t->count, &t->capacity, t->count + 1,
                               sizeof *grown, error);
    if (!grown) return FOVEA_OUT_OF_MEMORY;
    t->entry = grown;
    FOVEA__TRY(fovea__name_reserve(t->context, &t->names, error));
    char *copy = fovea__copy_text(t->context, key, error);
    if (!copy) return FOVEA_OUT_OF_MEMORY;
    *child = (int32_t)t->count++;
    grown[*child] = (entry){copy, copy + digits, -1, -1, -1, -1};
    fovea__name_add(&t->names, copy, *child);
    if (parent < 0) return FOVEA_OK;
    entry *above = &grown[parent];
    if (above->last >= 0)
        grown[above->last].next = *child;
    else
        above->first = *child;
    above->last = *child;
    return FOVEA_OK;
}

static fovea_status add_module(tree *t, int32_t node, fovea_error *error) {
    int32_t at = 0;
    for (const char *part = t->graph->node[node].name; part;) {
        const char *dot = strchr(part, '.');
        FOVEA__TRY(child_of(t, at, part, dot ? (size_t)(dot - part) : strlen(part), &at, error));
        part = dot ? dot + 1 : NULL;
    }
    t->entry[at].node = node;
    return FOVEA_OK;
}

static void indent(tree *t, int depth) {
    fovea__text_add(&t->text, "\n");
    for (int i = 0; i < depth; i++) fovea__text_add(&t->text, "  ");
}

static bool is_number(const char *name) {
    return *name && strspn(name, "0123456789") == strlen(name);
}

// nn.Sequential where all children are numbered, else a plain nn.Module.
static void add_container(tree *t, const entry *e, const char *title) {
    bool numbered = true;
    for (int32_t c = e->first; c >= 0; c = t->entry[c].next)
        numbered &= is_number(t->entry[c].name);
    fovea__text_add(&t->text, title ? title : numbered ? "Sequential" : "Module");
}

// `title` is the class of the outermost module.
static void add_entry(tree *t, int32_t index, int depth, const char *title) {
    const entry *e = &t->entry[index];
    const fovea__node *node = e->node >= 0 ? &t->graph->node[e->node] : NULL;
    if (node)
        fovea__torch_class(t->graph, node, &t->text);
    else
        add_container(t, e, title);
    fovea__text_add(&t->text, "(");
    size_t before = t->text.length;
    if (node && e->first >= 0) indent(t, depth + 1);
    size_t begin = t->text.length;
    if (node) fovea__torch_arguments(t->graph, node, &t->text);
    // Arguments stand on a line of their own above children; without any there is no such line.
    if (t->text.length == begin && begin > before) {
        t->text.length = before;
        t->text.data[before] = 0;
    }
    for (int32_t c = e->first; c >= 0 && depth < MAX_DEPTH; c = t->entry[c].next) {
        indent(t, depth + 1);
        fovea__text_format(&t->text, "(%s): ", t->entry[c].name);
        add_entry(t, c, depth + 1, NULL);
    }
    if (e->first >= 0) indent(t, depth);
    fovea__text_add(&t->text, ")");
}

fovea_status fovea_graph_torch_text(const fovea_graph *graph, const char *name, int activations,
                                    char **result, fovea_error *error) {
    tree t = {.graph = graph, .context = graph->context};
    int32_t root;
    t.text = fovea__text_begin(graph->context);
    *result = NULL;
    fovea_status status = child_of(&t, -1, "", 0, &root, error);
    for (size_t n = 0; n < graph->node_count && status == FOVEA_OK; n++) {
        fovea__torch_kind kind = fovea__torch_node(&graph->node[n]);
        if (kind == FOVEA__TORCH_MODULE || (kind == FOVEA__TORCH_ACTIVATION && activations))
            status = add_module(&t, (int32_t)n, error);
    }
    if (status == FOVEA_OK) {
        add_entry(&t, root, 0, name ? name : "Net");
        fovea__text_add(&t.text, "\n");
        status = fovea__text_take(&t.text, result, NULL, error);
        t.text = fovea__text_begin(graph->context);
    }
    tree_free(&t);
    return status;
}
