// SPDX-License-Identifier: MIT
// Who makes what: names are looked up once, nodes are put into an order in which each stands after
// those it needs, and what no output needs is left out.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/onnx_importer.h"

fovea__onnx_maker fovea__onnx_maker_of(const fovea__onnx_model *model,
                                       const fovea__onnx_order *order, const char *name,
                                       size_t *index) {
    int32_t found = fovea__name_find(&order->made, name);
    if (found < 0) return FOVEA__ONNX_NOBODY;
    *index = (size_t)found;
    if (*index < model->node_count) return FOVEA__ONNX_NODE;
    *index -= model->node_count;
    if (*index < model->input_count) return FOVEA__ONNX_INPUT;
    *index -= model->input_count;
    return FOVEA__ONNX_INITIALIZER;
}

static fovea_status add_name(fovea_context *context, fovea__name_table *table, const char *name,
                             size_t number, fovea_error *error) {
    FOVEA__TRY(fovea__name_reserve(context, table, error));
    fovea__name_add(table, name, (int32_t)number);
    return FOVEA_OK;
}

static fovea_status add_maker(const fovea__onnx_model *model, fovea__onnx_order *order,
                              const char *name, size_t number, fovea_error *error) {
    if (fovea__name_find(&order->made, name) >= 0)
        return fovea__fail(error, FOVEA_BAD_FILE, "the value '%.200s' is made twice", name);
    return add_name(model->context, &order->made, name, number, error);
}

static fovea_status find_makers(const fovea__onnx_model *model, fovea__onnx_order *order,
                                fovea_error *error) {
    size_t number = 0;
    for (size_t n = 0; n < model->node_count; n++, number++) {
        const fovea__onnx_node *node = &model->node[n];
        for (size_t i = 0; i < node->output_count; i++)
            if (node->output[i][0])
                FOVEA__TRY(add_maker(model, order, node->output[i], number, error));
        if (node->name[0] && fovea__name_find(&order->node_names, node->name) < 0)
            FOVEA__TRY(add_name(model->context, &order->node_names, node->name, n, error));
    }
    for (size_t i = 0; i < model->input_count; i++, number++)
        FOVEA__TRY(add_maker(model, order, model->input[i].name, number, error));
    for (size_t i = 0; i < model->initializer_count; i++, number++)
        FOVEA__TRY(add_maker(model, order, model->initializer[i].name, number, error));
    return FOVEA_OK;
}

// The walk from outputs to what they need: a stack of nodes, each with the input it is at.
typedef struct walk {
    const fovea__onnx_model *model;
    fovea__onnx_order *order;
    uint8_t *state;  // of each node: 0 not met, 1 on the stack, 2 in the order
    struct step {
        int32_t node;
        size_t input;
    } * stack;
    size_t depth;
} walk;

static fovea_status is_used(walk *w, const char *name, fovea_error *error) {
    return add_name(w->model->context, &w->order->used, name, 0, error);
}

static fovea_status cycle(const walk *w, const char *name, fovea_error *error) {
    char place[200];
    fovea__onnx_place(&w->model->node[w->stack[w->depth - 1].node], place, sizeof place);
    return fovea__fail(error, FOVEA_BAD_FILE,
                       "node %s needs '%.200s', which depends on that node's own result", place,
                       name);
}

// Puts the maker of `name` on the stack unless it is done or no node.
static fovea_status need(walk *w, const char *name, fovea_error *error) {
    size_t index;
    FOVEA__TRY(is_used(w, name, error));
    fovea__onnx_maker maker = fovea__onnx_maker_of(w->model, w->order, name, &index);
    if (maker == FOVEA__ONNX_NOBODY) {
        char place[200];
        if (w->depth == 0)
            return fovea__fail(error, FOVEA_BAD_FILE, "no node makes the output '%.200s'", name);
        fovea__onnx_place(&w->model->node[w->stack[w->depth - 1].node], place, sizeof place);
        return fovea__fail(error, FOVEA_BAD_FILE,
                           "node %s needs '%.200s', which is no input, no initializer and made by "
                           "no node",
                           place, name);
    }
    if (maker != FOVEA__ONNX_NODE || w->state[index] == 2) return FOVEA_OK;
    if (w->state[index] == 1) return cycle(w, name, error);
    w->state[index] = 1;
    w->stack[w->depth++] = (struct step){(int32_t)index, 0};
    return FOVEA_OK;
}

static fovea_status work_off(walk *w, fovea_error *error) {
    while (w->depth > 0) {
        struct step *top = &w->stack[w->depth - 1];
        const fovea__onnx_node *node = &w->model->node[top->node];
        if (top->input == node->input_count) {
            w->state[top->node] = 2;
            w->order->node[w->order->count++] = top->node;
            w->depth--;
            continue;
        }
        const char *name = node->input[top->input++];
        if (name[0]) FOVEA__TRY(need(w, name, error));
    }
    return FOVEA_OK;
}

static fovea_status find_needed(walk *w, fovea_error *error) {
    for (size_t i = 0; i < w->model->output_count; i++) {
        FOVEA__TRY(need(w, w->model->output[i].name, error));
        FOVEA__TRY(work_off(w, error));
    }
    return FOVEA_OK;
}

// The order of the file is one to run in, mostly; then it is kept.
static void keep_file_order(walk *w, fovea__onnx_order *order) {
    const fovea__onnx_model *model = w->model;
    for (size_t n = 0; n < model->node_count; n++) {
        if (w->state[n] != 2) continue;
        for (size_t i = 0; i < model->node[n].input_count; i++) {
            int32_t maker = fovea__name_find(&order->made, model->node[n].input[i]);
            if (maker >= 0 && (size_t)maker < model->node_count && (size_t)maker >= n) return;
        }
    }
    order->count = 0;
    for (size_t n = 0; n < model->node_count; n++)
        if (w->state[n] == 2) order->node[order->count++] = (int32_t)n;
}

fovea_status fovea__onnx_order_find(const fovea__onnx_model *model, fovea__onnx_order *order,
                                    fovea_error *error) {
    fovea_context *context = model->context;
    walk w = {.model = model, .order = order};
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    *order = (fovea__onnx_order){.count = 0};
    order->node = fovea__new(context, model->node_count, sizeof *order->node, error);
    w.state = fovea__new(context, model->node_count, 1, error);
    w.stack = fovea__new(context, model->node_count, sizeof *w.stack, error);
    if (!order->node || !w.state || !w.stack) goto done;
    FOVEA__GO(find_makers(model, order, error));
    FOVEA__GO(find_needed(&w, error));
    keep_file_order(&w, order);
    status = fovea__onnx_find_adapters(model, order, error);
done:
    fovea__free(context, w.state);
    fovea__free(context, w.stack);
    if (status != FOVEA_OK) fovea__onnx_order_clear(context, order);
    return status;
}

void fovea__onnx_order_clear(fovea_context *context, fovea__onnx_order *order) {
    fovea__free(context, order->node);
    fovea__free(context, order->adapter);
    fovea__name_table_free(context, &order->made);
    fovea__name_table_free(context, &order->used);
    fovea__name_table_free(context, &order->node_names);
    *order = (fovea__onnx_order){.count = 0};
}
