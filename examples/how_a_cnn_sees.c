// SPDX-License-Identifier: MIT
// A fully connected net beside a convolutional one, a digit as numbers, a filter of one's own, and
// what the layers of a convnet make of a picture: docs/tutorials/how-a-cnn-sees.md in C.
//   how_a_cnn_sees SET PICTURE        as: how_a_cnn_sees mnist street.png
#include <fovea.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static fovea_context *context;
static fovea_error error;

static void must(fovea_status status) {
    if (status == FOVEA_OK) return;
    fprintf(stderr, "how_a_cnn_sees: %s\n", error.text);
    exit(fovea_status_exit_code(status));
}

static void write_figure(fovea_figure *figure, const char *path) {
    must(fovea_figure_write(context, figure, path, NULL, &error));
    fovea_figure_free(figure);
    printf("wrote %s\n", path);
}

// Layer by layer what a ready-made net computes, and how many numbers it had to learn for it.
static void describe_net(const char *name) {
    fovea_model *net;
    fovea_summary *summary;
    must(fovea_model_open(context, name, NULL, &net, &error));
    const fovea_graph *graph = fovea_model_graph(net);
    must(fovea_graph_summary(graph, 1, &summary, &error));
    printf("%s\n", name);
    for (int32_t i = 0; i < summary->rows; i++) {
        const fovea_summary_row *row = &summary->row[i];
        fovea_node_info node = fovea_graph_node(graph, row->node);
        char shape[64];
        fovea_shape_format(&row->shape, shape, sizeof shape);
        printf("  %-10s %-10s %-12s %8lld parameters\n", node.name, node.text, shape,
               (long long)row->parameters);
    }
    printf("  %lld parameters, %lld multiply-adds a picture\n", (long long)summary->parameters,
           (long long)summary->multiply_adds);
    fovea_summary_free(summary);
    fovea_model_free(net);
}

// Twenty samples with their classes, and number 7 as a grid of its values.
static void draw_samples(const fovea_dataset *set) {
    fovea_figure *figure;
    fovea_tensor *picture;
    fovea_shape shape = fovea_dataset_shape(set);
    fovea_picture_options options;
    must(fovea_figure_samples(context, set, NULL, 20, 10, NULL, &figure, &error));
    write_figure(figure, "samples.png");
    must(fovea_tensor_create(context, FOVEA_U8, &shape, &picture, &error));
    memcpy(fovea_tensor_view(picture).data, fovea_dataset_picture(set, 7),
           (size_t)fovea_shape_count(&shape));
    fovea_picture_options_default(&options);
    options.values = 1;
    options.decimals = 2;  // 0.00 to 1.00 instead of 0 to 255
    must(fovea_figure_picture(context, picture, &options, &figure, &error));
    write_figure(figure, "values.png");
    fovea_tensor_free(picture);
}

// Sobel's filter for lying edges on the picture in grey, as bytes from 0 to 255.
static void draw_edges(const fovea_tensor *grey) {
    static const float sobel[] = {-1, -2, -1, 0, 0, 0, 1, 2, 1};
    fovea_filter_kernel kernel;
    fovea_tensor *edges;
    fovea_figure *figure;
    must(fovea_filter_kernel_matrix(sobel, 3, 3, &kernel, &error));
    must(fovea_filter_apply(context, grey, &kernel, NULL, &edges, &error));
    must(fovea_figure_picture(context, edges, NULL, &figure, &error));
    write_figure(figure, "edges.png");
    fovea_tensor_free(edges);
}

// The maps of the net with four hand-set filters after one of its stages.
static void draw_maps(const fovea_tensor *grey, const char *stage, const char *path) {
    fovea_model *net;
    fovea_maps_options options;
    fovea_maps *maps;
    fovea_figure *figure;
    must(fovea_model_open(context, "four-filters", NULL, &net, &error));
    fovea_maps_options_default(&options);
    must(fovea_stage_find(stage, &options.stage, &error));
    must(fovea_maps_create(context, net, grey, &options, &maps, &error));
    must(fovea_figure_maps(maps, &figure, &error));
    write_figure(figure, path);
    fovea_maps_free(maps);
    fovea_model_free(net);
}

int main(int count, char **word) {
    if (count != 3) {
        fprintf(stderr, "usage: how_a_cnn_sees SET PICTURE\n");
        return 2;
    }
    must(fovea_context_create(NULL, &context, &error));
    fovea_dataset *set;
    fovea_tensor *picture, *grey;
    must(fovea_dataset_open(context, word[1], NULL, &set, &error));
    if (fovea_dataset_count(set) < 20)
        fprintf(stderr, "how_a_cnn_sees: fewer than 20 pictures: %s\n", word[1]), exit(2);
    must(fovea_picture_load(context, word[2], &picture, &error));
    must(fovea_picture_channels(context, picture, 1, &grey, &error));
    describe_net("tutorial-mlp");
    describe_net("tutorial-mnist");
    draw_samples(set);
    draw_edges(grey);
    draw_maps(grey, "activation", "activation.png");
    draw_maps(grey, "pool", "pool.png");
    fovea_tensor_free(grey);
    fovea_tensor_free(picture);
    fovea_dataset_free(set);
    fovea_context_free(context);
    return 0;
}
