// SPDX-License-Identifier: MIT
// ONNX files as nets: parsed, imported, and the graph that comes out is one. A limit on single blocks
// stands for the memory that a net of few bytes may rightly ask for.
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fuzz_parser.h"
#include "graph/graph.h"
#include "model/onnx_import.h"
#include "wire_mutator.h"

enum { LARGEST_BLOCK = 1 << 22 };

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
    if (!context) fuzz_require(fovea_context_create(&options, &context, NULL) == FOVEA_OK);
    return context;
}

static void look(const fovea_graph *graph) {
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        for (int32_t i = 0; i < node->in_count; i++)
            fuzz_require(node->in[i] == FOVEA_NO_VALUE || node->in[i] < node->out[0]);
    }
    for (size_t v = 0; v < graph->value_count; v++) {
        const fovea__value *value = &graph->value[v];
        bool holds = value->kind == FOVEA_VALUE_PARAMETER || value->kind == FOVEA_VALUE_BUFFER;
        fuzz_require(holds == (value->data != NULL));
        if (holds)
            fuzz_touch(value->data,
                       (size_t)fovea__value_size(value) * fovea_type_size(value->signature.type));
    }
}

static void import(fovea__onnx_model *model, fovea_type type) {
    fovea__onnx_import_options options = {.type = type, .input = {3, {4, 6, 6}}};
    fovea_graph *graph;
    fovea_error error = {0};
    fovea_status status = fovea__onnx_import(model, &options, "input", &graph, &error);
    fuzz_require((status == FOVEA_OK) == (graph != NULL));
    if (status == FOVEA_OK)
        look(graph);
    else
        fuzz_require(error.status == status && error.text[0] != '\0');
    fovea_graph_free(graph);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fovea_context *context = the_context();
    size_t before = fovea__memory_now(context);
    for (int wide = 0; wide < 2; wide++) {
        fovea__onnx_model *model;
        fovea_error error = {0};
        if (fovea__onnx_parse(context, data, size, "input", NULL, &model, &error) == FOVEA_OK)
            import(model, wide ? FOVEA_F64 : FOVEA_TYPE_NONE);
        fovea__onnx_free(model);
    }
    fuzz_require(fovea__memory_now(context) == before);
    return 0;
}
