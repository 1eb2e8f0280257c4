// SPDX-License-Identifier: MIT
#include "net_json.h"

#include <stdio.h>

#include "json_output.h"

// Values that flow into the node, by name.
static void print_inputs(cli_json *json, const fovea_graph *graph, const fovea_node_info *node) {
    cli_json_array(json, "inputs");
    for (int32_t i = 0; i < node->input_count; i++) {
        if (node->inputs[i] < 0) continue;
        fovea_value_info value = fovea_graph_value(graph, node->inputs[i]);
        if (value.kind == FOVEA_VALUE_INPUT || value.kind == FOVEA_VALUE_COMPUTED)
            cli_json_text(json, NULL, value.name);
    }
    cli_json_close(json);
}

fovea_status cli_net_json(const char *command, const fovea_model *model, fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(model);
    fovea_summary *summary;
    cli_json json;
    CLI_TRY(fovea_graph_summary(graph, 1, &summary, error));
    cli_json_start(&json, stdout, command);
    cli_json_text(&json, "architecture", fovea_model_architecture(model));
    cli_json_integer(&json, "parameters", summary->parameters);
    cli_json_array(&json, "inputs");
    for (int32_t i = 0; i < fovea_graph_input_count(graph); i++) {
        fovea_value_info value = fovea_graph_value(graph, fovea_graph_input(graph, i));
        cli_json_object(&json, NULL);
        cli_json_text(&json, "name", value.name);
        cli_json_shape(&json, "shape", &value.shape);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_array(&json, "layers");
    for (int32_t i = 0; i < summary->rows; i++) {
        fovea_node_info node = fovea_graph_node(graph, summary->row[i].node);
        cli_json_object(&json, NULL);
        cli_json_text(&json, "name", node.name);
        cli_json_text(&json, "op", node.text);
        cli_json_shape(&json, "shape", &summary->row[i].shape);
        cli_json_integer(&json, "parameters", summary->row[i].parameters);
        print_inputs(&json, graph, &node);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
    fovea_summary_free(summary);
    return FOVEA_OK;
}
