// SPDX-License-Identifier: MIT
// Four filters set by hand, slid over a picture: docs/tutorials/seeing-a-convolution.md in C.
//   four_filters PICTURE        writes filters.png, conv.png, activation.png and pool.png
#include <fovea.h>
#include <stdio.h>
#include <stdlib.h>

static fovea_context *context;
static fovea_error error;

static void must(fovea_status status) {
    if (status == FOVEA_OK) return;
    fprintf(stderr, "four_filters: %s\n", error.text);
    exit(fovea_status_exit_code(status));
}

// The picture in grey: 1×H×W bytes.
static fovea_tensor *load_grey(const char *path) {
    fovea_tensor *picture, *grey;
    must(fovea_picture_load(context, path, &picture, &error));
    must(fovea_picture_channels(context, picture, 1, &grey, &error));
    fovea_tensor_free(picture);
    return grey;
}

// One convolution without bias, its activation and a pooling, for pictures of that shape.
static fovea_model *make_net(const fovea_shape *shape) {
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.input = *shape;
    fovea_model *net;
    must(fovea_model_from_text(context, "conv 4 4 bias=0 name=conv, relu, maxpool 2", &options,
                               &net, &error));
    return net;
}

// Filter 1 is -1 left and 1 right, filter 3 the same lying on its side; 2 and 4 are their
// opposites.
static void set_filters(const fovea_model *net) {
    double weight[4 * 4 * 4], *at = weight;
    for (int filter = 0; filter < 4; filter++)
        for (int y = 0; y < 4; y++)
            for (int x = 0; x < 4; x++) {
                int second_half = (filter < 2 ? x : y) >= 2, opposite = filter % 2;
                *at++ = second_half != opposite ? 1 : -1;
            }
    must(fovea_graph_set_parameter(fovea_model_graph(net), "conv.weight", weight, 64, &error));
}

static void write_figure(fovea_figure *figure, const char *path) {
    must(fovea_figure_write(context, figure, path, NULL, &error));
    fovea_figure_free(figure);
    printf("wrote %s\n", path);
}

static void draw_filters(const fovea_model *net) {
    fovea_filters_options options;
    fovea_filters_options_default(&options);
    options.values = 1;
    fovea_figure *figure;
    must(fovea_figure_filters(context, fovea_model_graph(net), &options, &figure, &error));
    write_figure(figure, "filters.png");
}

// What one stage makes of the picture: numbers and a figure.
static void draw_stage(const fovea_model *net, const fovea_tensor *picture, const char *stage) {
    fovea_maps_options options;
    fovea_maps_options_default(&options);
    must(fovea_stage_find(stage, &options.stage, &error));
    fovea_maps *maps;
    must(fovea_maps_create(context, net, picture, &options, &maps, &error));
    fovea_map_layer layer = fovea_maps_layer(maps, 0);
    char shape[64], path[64];
    fovea_shape_format(&layer.view.shape, shape, sizeof shape);
    printf("%s: %s\n", stage, shape);
    for (int32_t channel = 0; channel < layer.channels; channel++) {
        fovea_map_statistics s = fovea_maps_statistics(maps, 0, channel);
        printf("  output %d  %9.5f to %8.5f, %4.1f %% zero\n", channel + 1, s.minimum, s.maximum,
               100 * s.zeros);
    }
    fovea_figure *figure;
    must(fovea_figure_maps(maps, &figure, &error));
    fovea_maps_free(maps);
    snprintf(path, sizeof path, "%s.png", stage);
    write_figure(figure, path);
}

int main(int count, char **word) {
    if (count != 2) {
        fprintf(stderr, "usage: four_filters PICTURE\n");
        return 2;
    }
    must(fovea_context_create(NULL, &context, &error));
    fovea_tensor *picture = load_grey(word[1]);
    fovea_shape shape = fovea_tensor_view(picture).shape;
    fovea_model *net = make_net(&shape);
    set_filters(net);
    draw_filters(net);
    draw_stage(net, picture, "conv");
    draw_stage(net, picture, "activation");
    draw_stage(net, picture, "pool");
    fovea_model_free(net);
    fovea_tensor_free(picture);
    fovea_context_free(context);
    return 0;
}
