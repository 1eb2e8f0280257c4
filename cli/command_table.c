// SPDX-License-Identifier: MIT
// The commands, in the order of the overview. A new one: its declaration and its line.
#include <stdio.h>
#include <string.h>

#include "command.h"

extern const cli_command cli_demo;
extern const cli_command cli_data_list;
extern const cli_command cli_data_info;
extern const cli_command cli_data_peek;
extern const cli_command cli_data_get;
extern const cli_command cli_show;
extern const cli_command cli_describe;
extern const cli_command cli_summary;
extern const cli_command cli_convert;
extern const cli_command cli_train;
extern const cli_command cli_eval;
extern const cli_command cli_predict;
extern const cli_command cli_run_model;
extern const cli_command cli_filter;
extern const cli_command cli_filters;
extern const cli_command cli_maps;
extern const cli_command cli_top;
extern const cli_command cli_dead;
extern const cli_command cli_embed;
extern const cli_command cli_like;
extern const cli_command cli_dream;
extern const cli_command cli_invert;
extern const cli_command cli_explain;
extern const cli_command cli_selftest;
extern const cli_command cli_graph;
extern const cli_command cli_confusion;
extern const cli_command cli_curves;
extern const cli_command cli_compare;
extern const cli_command cli_draw_convolution;
extern const cli_command cli_draw_maxpool;
extern const cli_command cli_draw_avgpool;
extern const cli_command cli_draw_receptive_field;
extern const cli_command cli_draw_network;
extern const cli_command cli_draw_mlp_vs_cnn;
extern const cli_command cli_draw_activation;
extern const cli_command cli_draw_softmax;
extern const cli_command cli_draw_losses;
extern const cli_command cli_bench_kernels;
extern const cli_command cli_bench_net;
extern const cli_command cli_bench_peak;
extern const cli_command cli_version;

// clang-format off
const cli_command *const cli_commands[] = {
    &cli_demo,
    &cli_data_list,
    &cli_data_info,
    &cli_data_peek,
    &cli_data_get,
    &cli_show,
    &cli_describe,
    &cli_summary,
    &cli_convert,
    &cli_train,
    &cli_eval,
    &cli_predict,
    &cli_run_model,
    &cli_filter,
    &cli_filters,
    &cli_maps,
    &cli_top,
    &cli_dead,
    &cli_embed,
    &cli_like,
    &cli_dream,
    &cli_invert,
    &cli_explain,
    &cli_selftest,
    &cli_graph,
    &cli_confusion,
    &cli_curves,
    &cli_compare,
    &cli_draw_convolution,
    &cli_draw_maxpool,
    &cli_draw_avgpool,
    &cli_draw_receptive_field,
    &cli_draw_network,
    &cli_draw_mlp_vs_cnn,
    &cli_draw_activation,
    &cli_draw_softmax,
    &cli_draw_losses,
    &cli_bench_kernels,
    &cli_bench_net,
    &cli_bench_peak,
    &cli_version,
    NULL,
};
// clang-format on

const cli_command *cli_find_command(char *const *words, int count, int *used) {
    char both[64];
    for (*used = count > 1 ? 2 : 1; *used > 0; (*used)--) {
        snprintf(both, sizeof both, "%s%s%s", words[0], *used > 1 ? " " : "",
                 *used > 1 ? words[1] : "");
        for (int i = 0; cli_commands[i]; i++)
            if (strcmp(cli_commands[i]->name, both) == 0) return cli_commands[i];
    }
    return NULL;
}

bool cli_is_family(const char *word) {
    size_t length = strlen(word);
    for (int i = 0; cli_commands[i]; i++)
        if (strncmp(cli_commands[i]->name, word, length) == 0 &&
            cli_commands[i]->name[length] == ' ')
            return true;
    return false;
}

const char *cli_nearest_command(const char *word) {
    const char *names[64];
    int count = 0;
    for (; cli_commands[count] && count < 64; count++) names[count] = cli_commands[count]->name;
    return cli_nearest(word, names, count);
}
