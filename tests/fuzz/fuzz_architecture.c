// SPDX-License-Identifier: MIT
// Architecture text: parsed, and built on three kinds of input. What is built is written as JSON
// and read back as the same graph.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/architecture.h"
#include "model/graph_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST_BLOCK = 16 << 20 };  // a net may ask for 2^40 numbers; not of this machine

static void *allocate(void *user, size_t alignment, size_t size) {
    (void)user;
    return size > LARGEST_BLOCK ? NULL : aligned_alloc(alignment, size);
}

static void release(void *user, void *memory) {
    (void)user;
    free(memory);
}

static fovea_context *the_context(void) {
    static fovea_context *context;  // one for all inputs
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = 1;
    options.allocator = (fovea_allocator){allocate, release, NULL};
    if (!context && fovea_context_create(&options, &context, NULL) != FOVEA_OK) abort();
    return context;
}

static char *json_of(fovea_context *context, const fovea_graph *graph) {
    fovea__text text = fovea__text_begin(context);
    char *string;
    fovea__graph_write_json(graph, &text);
    return fovea__text_take(&text, &string, NULL, NULL) == FOVEA_OK ? string : NULL;
}

static void round_trip(fovea_context *context, const fovea_graph *graph) {
    fovea_error error = {0};
    fovea_graph *back = NULL;
    json_t *root = NULL;
    char *first = json_of(context, graph), *second = NULL;
    if (!first) return;
    if (fovea__json_parse(first, strlen(first), (size_t)1 << 30, "graph", &root, &error) ==
            FOVEA_OK &&
        fovea_graph_create(context, &back, &error) == FOVEA_OK) {
        fovea__json json = fovea__json_root(root, "graph");
        fovea_status status = fovea__graph_read_json(&json, FOVEA_TYPE_NONE, back, &error);
        if (status == FOVEA_OK) {
            second = json_of(context, back);
            if (second && strcmp(first, second) != 0) abort();
        } else if (status != FOVEA_OUT_OF_MEMORY) {
            abort();
        }
    }
    json_decref(root);
    fovea_graph_free(back);
    fovea__free(context, first);
    fovea__free(context, second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const fovea_shape inputs[] = {{3, {3, 32, 32}}, {1, {12}}, {4, {2, 5, 6, 7}}};
    fovea_context *context = the_context();
    fovea__architecture *layers;
    fovea_error error = {0};
    char *text = malloc(size + 1);
    if (!text) return 0;
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    fovea_status status = fovea__architecture_parse(context, text, &layers, &error);
    free(text);
    if (status != FOVEA_OK) {
        if (error.text[0] == '\0' || error.status != status) abort();
        return 0;
    }
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        fovea_graph *graph;
        if (fovea_graph_create(context, &graph, &error) != FOVEA_OK) break;
        status = fovea__architecture_build(layers, &inputs[i], FOVEA_F32, graph, &error);
        if (status == FOVEA_OK) round_trip(context, graph);
        fovea_graph_free(graph);
    }
    fovea__architecture_free(layers);
    if (fovea__memory_now(context) > (size_t)1 << 20) abort();
    return 0;
}
