// SPDX-License-Identifier: MIT
// The graph of a model file, read as JSON, and model files whole. Since a changed byte no longer
// meets the file's hash, input that begins with '{' goes to the graph's reader alone.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph/graph.h"
#include "model/graph_json.h"
#include "model/model_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST_BLOCK = 16 << 20 };

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

static void check_error(fovea_status status, const fovea_error *error) {
    bool right =
        status == FOVEA_BAD_FILE || status == FOVEA_UNSUPPORTED || status == FOVEA_OUT_OF_MEMORY;
    if (!right || error->text[0] == '\0' || error->status != status) abort();
}

static void read_graph(fovea_context *context, const char *text, size_t size) {
    fovea_error error = {0};
    fovea_graph *graph;
    json_t *root;
    fovea_status status = fovea__json_parse(text, size, 1 << 20, "graph", &root, &error);
    if (status != FOVEA_OK) {
        check_error(status, &error);
        return;
    }
    if (fovea_graph_create(context, &graph, &error) == FOVEA_OK) {
        fovea__json json = fovea__json_root(root, "graph");
        status = fovea__graph_read_json(&json, FOVEA_TYPE_NONE, graph, &error);
        if (status == FOVEA_OK)
            fovea__graph_allocate(graph, &error);
        else
            check_error(status, &error);
        fovea_graph_free(graph);
    }
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fovea_context *context = the_context();
    fovea_error error = {0};
    if (size > 0 && data[0] == '{') {
        read_graph(context, (const char *)data, size);
    } else {
        fovea_model *model;
        fovea_status status =
            fovea__model_parse(context, data, size, "input", FOVEA_TYPE_NONE, &model, &error);
        if (status == FOVEA_OK)
            fovea_model_free(model);
        else
            check_error(status, &error);
    }
    if (fovea__memory_now(context) > (size_t)1 << 20) abort();
    return 0;
}
