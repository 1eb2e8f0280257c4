// SPDX-License-Identifier: MIT
// Importing: attempts, the first with an open batch. Nothing of the file is used up before one
// succeeds.
#include "model/onnx_import.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/log.h"
#include "base/memory.h"
#include "model/onnx_importer.h"

// "FILE: node 'conv1' (Conv): ..." for what went wrong in a node.
static fovea_status place_error(const char *file, const fovea__onnx_node *node, fovea_status status,
                                fovea_error *error) {
    char message[sizeof error->text], where[sizeof error->where], place[200];
    if (!error) return status;
    // The graph has put its own name of the node before the message.
    size_t length = strlen(error->where);
    bool named =
        length && strncmp(error->text, error->where, length) == 0 && error->text[length] == ':';
    fovea__format(message, sizeof message, "%s", error->text + (named ? length + 2 : 0));
    fovea__format(where, sizeof where, "%.255s", file);
    if (!node) return fovea__fail_at(error, status, where, -1, "%s", message);
    fovea__onnx_place(node, place, sizeof place);
    return fovea__fail_at(error, status, where, -1,
                          node->name[0] ? "node %s (%.60s): %s" : "node %s%.0s: %s", place,
                          node->op, message);
}

static fovea_status check_inputs_made(const fovea__onnx_importer *importer,
                                      const fovea__onnx_node *node, fovea_error *error) {
    for (size_t i = 0; i < node->input_count; i++)
        if (node->input[i][0] && !fovea__onnx_slot_named(importer, node->input[i]))
            return fovea__fail(error, FOVEA_UNSUPPORTED,
                               "input %zu ('%.100s') is an output that is not computed here", i,
                               node->input[i]);
    return FOVEA_OK;
}

static fovea_status adapt_nodes(fovea__onnx_importer *importer, const char *file,
                                fovea_error *error) {
    for (size_t i = 0; i < importer->order->count; i++) {
        const fovea__onnx_node *node = &importer->model->node[importer->order->node[i]];
        fovea_status status = check_inputs_made(importer, node, error);
        importer->current = NULL;
        if (status == FOVEA_OK) status = importer->order->adapter[i]->adapt(importer, node, error);
        if (status == FOVEA_OK) continue;
        // What the graph does not take is wrong in the file.
        if (status == FOVEA_INVALID_ARGUMENT) status = FOVEA_BAD_FILE;
        return place_error(file, node, status, error);
    }
    return FOVEA_OK;
}

static bool is_output(const fovea_graph *graph, fovea_value value) {
    for (size_t i = 0; i < graph->output_count; i++)
        if (graph->output[i] == value) return true;
    return false;
}

// An output that is a constant, an input, or the same as another one, comes from a node Identity.
static fovea_status add_copy(fovea__onnx_importer *importer, const char *wanted, fovea_value slot,
                             fovea_value *value, fovea_error *error) {
    fovea__onnx_name name, node_name, constant;
    fovea_value source;
    if (importer->slot[slot].view.data && importer->slot[slot].value == FOVEA_NO_VALUE) {
        fovea__format(constant, sizeof constant, "%.240s.value", wanted);
        fovea__onnx_value_name(importer, constant, false, name);
        fovea_view view = importer->slot[slot].view;
        FOVEA__TRY(fovea__onnx_new_constant(importer, name, &view, false, 0, &slot, error));
    }
    FOVEA__TRY(fovea__onnx_take_slot(importer, slot, &source, error));
    fovea__onnx_value_name(importer, wanted, true, name);
    fovea__onnx_node_name(importer, name, false, node_name);
    const char *names[] = {name};
    return fovea_graph_add_node_named(importer->graph, "Identity", node_name, &source, 1, NULL, 0,
                                      names, value, error);
}

static fovea_status add_output(fovea__onnx_importer *importer, const char *name,
                               fovea_error *error) {
    fovea_value slot = fovea__name_find(&importer->names, name), value;
    if (slot == FOVEA_NO_VALUE)
        return fovea__fail(error, FOVEA_UNSUPPORTED, "the output '%.200s' is not computed here",
                           name);
    value = importer->slot[slot].value;
    bool own = value != FOVEA_NO_VALUE && !is_output(importer->graph, value);
    if (own) {
        fovea_value_info info = fovea_graph_value(importer->graph, value);
        own = info.kind == FOVEA_VALUE_COMPUTED &&
              (strcmp(info.name, name) == 0 ||
               fovea_graph_find_value(importer->graph, name) != FOVEA_NO_VALUE);
    }
    if (!own) FOVEA__TRY(add_copy(importer, name, slot, &value, error));
    return fovea_graph_add_output(importer->graph, value, error);
}

static fovea_status add_outputs(fovea__onnx_importer *importer, fovea_error *error) {
    for (size_t i = 0; i < importer->model->output_count; i++)
        FOVEA__TRY(add_output(importer, importer->model->output[i].name, error));
    return FOVEA_OK;
}

static void begin_again(fovea__onnx_importer *importer) {
    size_t operators;
    fovea__op_table(&operators);
    fovea__onnx_free_slots(importer);
    fovea_graph_free(importer->graph);
    importer->graph = NULL;
    importer->folded = importer->worked = 0;
    importer->suffix = 0;
    memset(importer->called, 0, (operators + 1) * sizeof *importer->called);
}

static fovea_status attempt(fovea__onnx_importer *importer, const char *file, fovea_error *error) {
    begin_again(importer);
    FOVEA__TRY(fovea_graph_create(importer->context, &importer->graph, error));
    fovea__graph_defer(importer->graph);
    fovea_status status = fovea__onnx_add_initializers(importer, error);
    if (status == FOVEA_OK) status = fovea__onnx_add_inputs(importer, error);
    if (status != FOVEA_OK) return place_error(file, NULL, status, error);
    FOVEA__TRY(adapt_nodes(importer, file, error));
    status = add_outputs(importer, error);
    return status == FOVEA_OK ? FOVEA_OK : place_error(file, NULL, status, error);
}

// Attempts until no more inputs are found to be wanted as constants.
static fovea_status attempts(fovea__onnx_importer *importer, const char *file, fovea_error *error) {
    fovea_status status;
    do {
        importer->again = false;
        importer->declared_batch = 0;
        if (importer->open && !fovea__onnx_can_open(importer))
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the inputs have no batch in common");
        status = attempt(importer, file, error);
    } while (status != FOVEA_OK && importer->again);
    return status;
}

static fovea_status import(fovea__onnx_importer *importer, const char *file, fovea_error *error) {
    fovea_status status = FOVEA_SHAPE_MISMATCH;
    fovea_error why = {0};
    importer->open = !importer->options->fixed_batch;
    if (importer->open) status = attempts(importer, file, &why);
    if (status == FOVEA_OUT_OF_MEMORY && error) *error = why;
    if (status != FOVEA_OK && status != FOVEA_OUT_OF_MEMORY) {
        importer->open = false;
        status = attempts(importer, file, error);
        if (status == FOVEA_OK && !importer->options->fixed_batch)
            fovea__log(importer->context, FOVEA_LOG_DEBUG, "%s; opened with a fixed batch",
                       why.text);
    }
    return status == FOVEA_OK ? fovea__onnx_hand_over(importer, error) : status;
}

fovea_status fovea__onnx_import(fovea__onnx_model *model, const fovea__onnx_import_options *options,
                                const char *name, fovea_graph **graph, fovea_error *error) {
    fovea_context *context = model->context;
    fovea__onnx_order order;
    size_t operators;
    fovea__op_table(&operators);
    *graph = NULL;
    fovea_status status = fovea__onnx_order_find(model, &order, error);
    if (status != FOVEA_OK) return fovea__fail_in(error, status, name);
    fovea__onnx_importer importer = {
        .context = context, .model = model, .options = options, .order = &order};
    status = fovea__onnx_check_supported(model, &order, error);
    if (status != FOVEA_OK) {
        fovea__fail_in(error, status, name);
        goto done;
    }
    status = FOVEA_OUT_OF_MEMORY;
    importer.called = fovea__new(context, operators + 1, sizeof *importer.called, error);
    importer.constant_input = fovea__new(context, model->input_count, 1, error);
    if (!importer.called || !importer.constant_input) goto done;
    status = import(&importer, name, error);
    if (status == FOVEA_OK) {
        *graph = importer.graph;
        importer.graph = NULL;
    }
done:
    fovea__onnx_free_slots(&importer);
    fovea_graph_free(importer.graph);
    fovea__free(context, importer.called);
    fovea__free(context, importer.constant_input);
    fovea__onnx_order_clear(context, &order);
    return status;
}
